//! Literals that look like calls: `datetime(…)`, `timespan(…)`, `guid(…)`,
//! `dynamic(…)` and typed nulls.

use serde_json::Value;

use super::{Parsed, Parser};
use crate::{
    error::{Class, Diagnostic},
    functions::time,
    kql::{ast::Literal, lexer::Kind},
    value::ScalarType,
};

impl Parser<'_> {
    /// The literal that starts with the name here, if one does.
    pub(super) fn raw_literal(&mut self) -> Parsed<Option<Literal>> {
        let word = self.slice(0).to_ascii_lowercase();
        let Some(scalar) = ScalarType::parse(&word) else {
            return Ok(None);
        };
        if word == "dynamic" {
            self.advance();
            self.advance();
            let value = self.json()?;
            self.expect(")")?;
            return Ok(Some(match value {
                Value::Null => Literal::Null(ScalarType::Dynamic),
                value => Literal::Dynamic(value),
            }));
        }
        // Everything up to the closing bracket, as it is written.
        let open = self.token(1).span.end;
        let mut index = self.at + 2;
        let mut depth = 0_usize;
        let close = loop {
            match self.tokens.get(index).map(|token| &token.kind) {
                Some(Kind::Mark("(")) => depth += 1,
                Some(Kind::Mark(")")) if depth == 0 => break index,
                Some(Kind::Mark(")")) => depth -= 1,
                None | Some(Kind::End) => return Ok(None),
                _ => {}
            }
            index += 1;
        };
        let end = self
            .tokens
            .get(close)
            .map_or(open, |token| token.span.start);
        let raw = self.text.get(open..end).unwrap_or("").trim();
        let text = raw.trim_matches(|c| c == '"' || c == '\'');
        let literal = match scalar {
            _ if text.eq_ignore_ascii_case("null") => Some(Literal::Null(scalar)),
            ScalarType::Bool => match text {
                "true" | "1" => Some(Literal::Bool(true)),
                "false" | "0" => Some(Literal::Bool(false)),
                _ => None,
            },
            ScalarType::Long => match text.strip_prefix("0x").or(text.strip_prefix("0X")) {
                Some(digits) => i64::from_str_radix(digits, 16).ok(),
                None => text.parse().ok(),
            }
            .map(Literal::Long),
            ScalarType::Real => match text {
                "+inf" | "inf" => Some(Literal::Real(f64::INFINITY)),
                "-inf" => Some(Literal::Real(f64::NEG_INFINITY)),
                text => text.parse().ok().map(Literal::Real),
            },
            ScalarType::String => Some(Literal::Text(text.to_owned())),
            ScalarType::Datetime => time::parse_datetime(text)
                .or_else(|| time::parse_datetime(&dated(text)?))
                .map(Literal::Datetime),
            ScalarType::Timespan => time::parse_timespan(text).map(Literal::Timespan),
            ScalarType::Dynamic => None,
        };
        let literal = match literal {
            Some(literal) => literal,
            // `datetime(x)` of a name, which the service takes for a cast.
            None if text.starts_with(|c: char| c.is_alphabetic() || c == '_')
                || raw.contains('(') =>
            {
                return Ok(None);
            }
            None => {
                let message = format!("`{raw}` is not a {scalar}");
                return Err(Diagnostic::new(Class::Syntax, open..end, message));
            }
        };
        self.at = close;
        self.advance();
        Ok(Some(literal))
    }

    /// JSON with single quotes, bare datetimes and trailing commas.
    fn json(&mut self) -> Parsed<Value> {
        self.deeper(|parser| {
            let value = match parser.kind().clone() {
                Kind::Text(mut text) => {
                    while let Kind::Text(more) = &parser.token(1).kind {
                        text.push_str(more);
                        parser.advance();
                    }
                    Value::String(text)
                }
                Kind::Long(number) => number.into(),
                Kind::Real(number) => number.into(),
                Kind::Timespan(span) => Value::String(time::format_timespan(span)),
                Kind::Mark("-") => {
                    parser.advance();
                    match parser.kind() {
                        Kind::Long(number) => number.wrapping_neg().into(),
                        Kind::Real(number) => (-number).into(),
                        _ => return Err(parser.unexpected("a number")),
                    }
                }
                Kind::Mark("[") => {
                    parser.advance();
                    let mut items = Vec::new();
                    while !parser.is("]") {
                        items.push(parser.json()?);
                        if !parser.eat(",") {
                            break;
                        }
                    }
                    parser.expect("]")?;
                    return Ok(Value::Array(items));
                }
                Kind::Mark("{") => {
                    parser.advance();
                    let mut bag = serde_json::Map::new();
                    while !parser.is("}") {
                        let Kind::Text(key) = parser.kind().clone() else {
                            return Err(parser.unexpected("a quoted key"));
                        };
                        parser.advance();
                        parser.expect(":")?;
                        bag.insert(key, parser.json()?);
                        if !parser.eat(",") {
                            break;
                        }
                    }
                    parser.expect("}")?;
                    return Ok(Value::Object(bag));
                }
                Kind::Name if parser.is_at(1, "(") => {
                    let value = match parser.raw_literal()? {
                        Some(Literal::Datetime(time)) => Value::String(time::format_datetime(time)),
                        Some(Literal::Timespan(span)) => Value::String(time::format_timespan(span)),
                        Some(Literal::Text(text)) => Value::String(text),
                        Some(Literal::Long(number)) => number.into(),
                        Some(Literal::Real(number)) => number.into(),
                        Some(Literal::Bool(truth)) => truth.into(),
                        Some(Literal::Dynamic(value)) => value,
                        Some(Literal::Null(_)) => Value::Null,
                        None => return Err(parser.unexpected("a constant")),
                    };
                    return Ok(value);
                }
                Kind::Name => match parser.slice(0).to_ascii_lowercase().as_str() {
                    "null" => Value::Null,
                    "true" => Value::Bool(true),
                    "false" => Value::Bool(false),
                    _ => {
                        return Err(parser.unexpected(
                            "a constant (dynamic values hold no columns or variables)",
                        ));
                    }
                },
                Kind::Mark(")") => return Ok(Value::Null),
                _ => return Err(parser.unexpected("a JSON value")),
            };
            parser.advance();
            Ok(value)
        })
    }
}

/// `2025, 6, 14` and `2017 - 08 - 01` as a date is written.
fn dated(text: &str) -> Option<String> {
    let parts: Vec<&str> = text.split([',', '-']).map(str::trim).collect();
    let number = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    match parts.as_slice() {
        [year, month, day] if parts.iter().all(number) => {
            Some(format!("{year}-{month:0>2}-{day:0>2}"))
        }
        _ => None,
    }
}
