//! `eval` expressions.

use super::search;
use crate::{
    error::{Class, Diagnostic},
    spl::{
        ast::{Expr, ExprKind},
        scan::{Cursor, Parsed},
    },
};

/// Digits after the point that a number is known by.
const DECIMALS: usize = 300;

/// Items of a list.
const ITEMS: usize = 100_000;
/// Arguments of a call.
const ARGUMENTS: usize = 2_000;

/// A whole expression.
pub(in crate::spl) fn expr(cursor: &mut Cursor<'_>) -> Parsed<Expr> {
    cursor.deeper()?;
    let found = either(cursor);
    cursor.depth -= 1;
    found
}

fn binary(operator: &'static str, a: Expr, b: Expr) -> Expr {
    let span = a.span.start..b.span.end;
    Expr {
        kind: ExprKind::Binary(operator, Box::new(a), Box::new(b)),
        span,
    }
}

fn either(cursor: &mut Cursor<'_>) -> Parsed<Expr> {
    let mut left = both(cursor)?;
    loop {
        let operator = if cursor.word("OR") {
            "or"
        } else if cursor.word("XOR") {
            "xor"
        } else {
            return Ok(left);
        };
        cursor.longer()?;
        left = binary(operator, left, both(cursor)?);
    }
}

fn both(cursor: &mut Cursor<'_>) -> Parsed<Expr> {
    let mut left = negated(cursor)?;
    while cursor.word("AND") {
        cursor.longer()?;
        left = binary("and", left, negated(cursor)?);
    }
    Ok(left)
}

fn negated(cursor: &mut Cursor<'_>) -> Parsed<Expr> {
    let start = cursor.at;
    let bang = cursor.peek() == Some('!') && !cursor.rest().starts_with("!=");
    if cursor.word("NOT") || (bang && cursor.eat("!")) {
        cursor.deeper()?;
        let inner = negated(cursor)?;
        cursor.depth -= 1;
        return Ok(Expr {
            span: start..inner.span.end,
            kind: ExprKind::Not(Box::new(inner)),
        });
    }
    comparison(cursor)
}

fn comparison(cursor: &mut Cursor<'_>) -> Parsed<Expr> {
    let left = sum(cursor)?;
    for (text, operator) in [
        ("==", "="),
        ("!=", "!="),
        ("<=", "<="),
        (">=", ">="),
        ("=", "="),
        ("<", "<"),
        (">", ">"),
    ] {
        if cursor.eat(text) {
            return Ok(binary(operator, left, sum(cursor)?));
        }
    }
    if cursor.word("LIKE") {
        return Ok(binary("like", left, sum(cursor)?));
    }
    let back = cursor.at;
    let not = cursor.word("NOT");
    if cursor.word("IN") {
        cursor.expect("(")?;
        let items = list(cursor)?;
        let span = left.span.start..cursor.at;
        let found = Expr {
            kind: ExprKind::In(Box::new(left), items),
            span: span.clone(),
        };
        return Ok(match not {
            true => Expr {
                kind: ExprKind::Not(Box::new(found)),
                span,
            },
            false => found,
        });
    }
    cursor.at = back;
    Ok(left)
}

fn sum(cursor: &mut Cursor<'_>) -> Parsed<Expr> {
    let mut left = product(cursor)?;
    loop {
        let operator = match cursor.peek() {
            Some('+') => "+",
            Some('-') => "-",
            Some('.') => ".",
            _ => return Ok(left),
        };
        cursor.eat(operator);
        cursor.longer()?;
        left = binary(operator, left, product(cursor)?);
    }
}

fn product(cursor: &mut Cursor<'_>) -> Parsed<Expr> {
    let mut left = signed(cursor)?;
    loop {
        let operator = match cursor.peek() {
            Some('*') => "*",
            Some('/') => "/",
            Some('%') => "%",
            _ => return Ok(left),
        };
        cursor.eat(operator);
        cursor.longer()?;
        left = binary(operator, left, signed(cursor)?);
    }
}

fn signed(cursor: &mut Cursor<'_>) -> Parsed<Expr> {
    cursor.peek();
    let start = cursor.at;
    if cursor.eat("-") {
        cursor.deeper()?;
        let inner = signed(cursor)?;
        cursor.depth -= 1;
        return Ok(Expr {
            span: start..inner.span.end,
            kind: ExprKind::Minus(Box::new(inner)),
        });
    }
    cursor.eat("+");
    primary(cursor)
}

/// Arguments up to and with the closing bracket.
fn list(cursor: &mut Cursor<'_>) -> Parsed<Vec<Expr>> {
    let mut items = Vec::new();
    loop {
        while cursor.eat(",") {}
        if cursor.eat(")") {
            return Ok(items);
        }
        cursor.fits(items.len(), ITEMS, "items of a list")?;
        items.push(expr(cursor)?);
        if !matches!(cursor.peek(), Some(',' | ')')) {
            return Err(cursor.wrong("`,` or `)` was expected"));
        }
    }
}

fn named(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | ':' | '{' | '}' | '@' | '$' | '#')
}

fn primary(cursor: &mut Cursor<'_>) -> Parsed<Expr> {
    let first = cursor.peek();
    let start = cursor.at;
    let kind = match first {
        Some('(') => {
            cursor.expect("(")?;
            let inner = expr(cursor)?;
            cursor.expect(")")?;
            return Ok(inner);
        }
        Some('"') => ExprKind::Text(cursor.quoted()?),
        Some('\'') => ExprKind::Field(cursor.quoted()?, true),
        Some(c) if c.is_ascii_digit() => number(cursor)?,
        Some('.')
            if cursor
                .rest()
                .get(1..2)
                .is_some_and(|next| next.as_bytes().first().is_some_and(u8::is_ascii_digit)) =>
        {
            number(cursor)?
        }
        Some(c) if named(c) => {
            let text = identifier(cursor);
            if cursor.rest().starts_with('(') || (cursor.peek() == Some('(') && !is_word(&text)) {
                cursor.expect("(")?;
                let name = text.to_ascii_lowercase();
                if name == "searchmatch" {
                    let condition = search::read(&cursor.quoted()?)?;
                    cursor.expect(")")?;
                    ExprKind::Matches(Box::new(condition))
                } else {
                    let args = list(cursor)?;
                    cursor.fits(args.len(), ARGUMENTS, "arguments of a call")?;
                    ExprKind::Call(name, args)
                }
            } else {
                ExprKind::Field(text, false)
            }
        }
        Some('[') => {
            return Err(Diagnostic::new(
                Class::Unsupported,
                start..start + 1,
                "a subsearch within an eval expression is not supported",
            ));
        }
        _ => return Err(cursor.wrong("an expression was expected")),
    };
    Ok(Expr {
        kind,
        span: start..cursor.at,
    })
}

fn is_word(text: &str) -> bool {
    ["and", "or", "not", "xor", "as", "by"]
        .iter()
        .any(|word| text.eq_ignore_ascii_case(word))
}

/// A name; a dot belongs to it where a letter or bracket follows at once.
fn identifier(cursor: &mut Cursor<'_>) -> String {
    let rest = cursor.rest();
    let mut end = 0;
    let mut chars = rest.char_indices().peekable();
    while let Some((index, c)) = chars.next() {
        let dot = c == '.' && chars.peek().is_some_and(|(_, next)| named(*next));
        if !named(c) && !dot {
            break;
        }
        end = index + c.len_utf8();
    }
    cursor.at += end;
    rest.get(..end).unwrap_or("").to_owned()
}

fn number(cursor: &mut Cursor<'_>) -> Parsed<ExprKind> {
    let rest = cursor.rest();
    let digits =
        |text: &str| text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let mut end = digits(rest);
    let tail = rest.get(end..).unwrap_or("");
    // `1.5`, but `1."a"` and `1.field` are texts side by side.
    if let Some(fraction) = tail.strip_prefix('.')
        && digits(fraction) > 0
    {
        end += 1 + digits(fraction);
    }
    let tail = rest.get(end..).unwrap_or("");
    if let Some(exponent) = tail.strip_prefix(['e', 'E']) {
        let sign = usize::from(exponent.starts_with(['+', '-']));
        let count = digits(exponent.get(sign..).unwrap_or(""));
        if count > 0 {
            end += 1 + sign + count;
        }
    }
    // A field's name may begin with digits: `4688_count`.
    if rest
        .get(end..)
        .and_then(|rest| rest.chars().next())
        .is_some_and(|c| c == '_' || c.is_alphabetic())
    {
        return Ok(ExprKind::Field(identifier(cursor), false));
    }
    let text = rest.get(..end).unwrap_or("0");
    cursor.at += end;
    Ok(match text.parse::<i64>() {
        Ok(whole) => ExprKind::Whole(whole),
        Err(_) => {
            let after = text.split_once('.').map_or("", |(_, after)| after);
            let digits = after.bytes().take_while(u8::is_ascii_digit).count();
            ExprKind::Number(text.parse().unwrap_or(f64::NAN), digits.min(DECIMALS))
        }
    })
}

/// Reads a text as one expression.
pub(in crate::spl) fn read(text: &str) -> Parsed<Expr> {
    let mut cursor = Cursor::new(text);
    let found = expr(&mut cursor)?;
    match cursor.peek() {
        None => Ok(found),
        Some(_) => Err(cursor.wrong("the expression should end")),
    }
}
