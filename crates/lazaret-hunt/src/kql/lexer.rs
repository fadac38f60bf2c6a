//! Text into tokens.
//!
//! The lexer never fails: what it cannot read becomes a [`Kind::Unknown`]
//! token, because raw literals such as `datetime(2024-01-01T10:00Z)` hold
//! text that only makes sense to their own reader.

use std::ops::Range;

/// What a token is.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// A name or keyword.
    Name,
    /// A whole number.
    Long(i64),
    /// A number with a fraction or exponent, or too big for `long`.
    Real(f64),
    /// A duration such as `7d`, in microseconds.
    Timespan(i64),
    /// A string with its escapes undone.
    Text(String),
    /// An operator or bracket, at most three characters.
    Mark(&'static str),
    /// A string without an end.
    Unclosed,
    /// A character with no meaning in KQL.
    Unknown,
    /// The end of the text.
    End,
}

/// A token and where it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Token {
    /// What it is.
    pub kind: Kind,
    /// Its bytes in the text.
    pub span: Range<usize>,
}

/// Longest first.
const MARKS: [&str; 38] = [
    "<|", "==", "=~", "=>", "!=", "!~", "<=", ">=", "<>", "..", "-->", "<--", "--", ":", "|", "(",
    ")", "[", "]", "{", "}", ",", ";", ".", "=", "<", ">", "+", "-", "*", "/", "%", "!", "~", "?",
    "@", "&", "^",
];

/// All tokens of `text`, with an [`Kind::End`] at the end.
pub fn tokens(text: &str) -> Vec<Token> {
    let mut lexer = Lexer {
        text,
        at: 0,
        tokens: Vec::new(),
    };
    lexer.run();
    lexer.tokens
}

struct Lexer<'a> {
    text: &'a str,
    at: usize,
    tokens: Vec<Token>,
}

impl Lexer<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn peek(&self, ahead: usize) -> u8 {
        self.text
            .as_bytes()
            .get(self.at + ahead)
            .copied()
            .unwrap_or(0)
    }

    fn run(&mut self) {
        loop {
            self.skip_blank();
            let start = self.at;
            let Some(first) = self.rest().chars().next() else {
                break;
            };
            let kind = self.token(first);
            self.tokens.push(Token {
                kind,
                span: start..self.at,
            });
        }
        self.tokens.push(Token {
            kind: Kind::End,
            span: self.text.len()..self.text.len(),
        });
    }

    fn skip_blank(&mut self) {
        loop {
            let rest = self.rest();
            let blank = rest.len() - rest.trim_start_matches(is_blank).len();
            self.at += blank;
            if self.rest().starts_with("//") {
                self.at += self.rest().find('\n').unwrap_or(self.rest().len());
            } else if blank == 0 {
                return;
            }
        }
    }

    fn token(&mut self, first: char) -> Kind {
        let next = self.peek(1);
        match first {
            '"' | '\'' => return self.quoted(first, true),
            '\u{201c}' | '\u{201d}' | '\u{2018}' | '\u{2019}' => return self.curly(),
            '@' if next == b'"' || next == b'\'' => {
                self.at += 1;
                return self.quoted(char::from(next), false);
            }
            'h' | 'H' if next == b'"' || next == b'\'' => {
                self.at += 1;
                return self.quoted(char::from(next), true);
            }
            'h' | 'H' if next == b'@' && matches!(self.peek(2), b'"' | b'\'') => {
                self.at += 2;
                return self.quoted(char::from(self.peek(0)), false);
            }
            '`' if self.rest().starts_with("```") => return self.fenced("```"),
            '~' if self.rest().starts_with("~~~") => return self.fenced("~~~"),
            '0'..='9' => return self.number(),
            _ => {}
        }
        if first == '_' || first == '$' || first.is_alphabetic() {
            return self.name();
        }
        match MARKS.iter().find(|mark| self.rest().starts_with(**mark)) {
            Some(mark) => {
                self.at += mark.len();
                Kind::Mark(mark)
            }
            None => {
                self.at += first.len_utf8();
                // Typographic dashes come from pasted articles.
                if matches!(first, '\u{2013}' | '\u{2014}') {
                    Kind::Mark("-")
                } else {
                    Kind::Unknown
                }
            }
        }
    }

    fn name(&mut self) -> Kind {
        let rest = self.rest();
        let rest_after =
            rest.trim_start_matches(|c: char| c == '_' || c == '$' || c.is_alphanumeric());
        self.at += rest.len() - rest_after.len();
        Kind::Name
    }

    fn number(&mut self) -> Kind {
        let bytes = self.text.as_bytes();
        let digits = |mut at: usize| {
            while bytes.get(at).is_some_and(u8::is_ascii_digit) {
                at += 1;
            }
            at
        };
        let start = self.at;
        if bytes.get(start) == Some(&b'0') && matches!(self.peek(1), b'x' | b'X') {
            let mut end = start + 2;
            while bytes.get(end).is_some_and(u8::is_ascii_hexdigit) {
                end += 1;
            }
            if end > start + 2 && !self.names_on(end) {
                let value = i64::from_str_radix(self.text.get(start + 2..end).unwrap_or("0"), 16);
                self.at = end;
                return value.map_or(Kind::Real(f64::INFINITY), Kind::Long);
            }
        }
        let mut end = digits(start);
        let mut real = false;
        if bytes.get(end) == Some(&b'.') && bytes.get(end + 1).is_some_and(u8::is_ascii_digit) {
            real = true;
            end = digits(end + 1);
        }
        // `1000.` as well; but `1..2` is a range, and `1.x` a member.
        let dot = bytes.get(end) == Some(&b'.') && bytes.get(end + 1) != Some(&b'.');
        if !real && dot && !self.names_on(end + 1) {
            real = true;
            end += 1;
        }
        let number_end = end;
        if matches!(bytes.get(end), Some(b'e' | b'E')) {
            let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
            let exponent = digits(end + 1 + sign);
            if exponent > end + 1 + sign && !self.names_on(exponent) {
                real = true;
                end = exponent;
            }
        }
        if end == number_end && self.names_on(end) {
            let rest = self.text.get(end..).unwrap_or("");
            let length = rest.len()
                - rest
                    .trim_start_matches(|c: char| c == '_' || c.is_alphanumeric())
                    .len();
            let unit = rest.get(..length).unwrap_or("");
            self.at = end + length;
            let number: f64 = self
                .text
                .get(start..end)
                .and_then(|text| text.parse().ok())
                .unwrap_or(0.0);
            return match unit_micros(unit) {
                Some(micros) => Kind::Timespan((number * micros) as i64),
                None => Kind::Name,
            };
        }
        self.at = end;
        let text = self.text.get(start..end).unwrap_or("0");
        match text.parse::<i64>() {
            Ok(value) if !real => Kind::Long(value),
            _ => Kind::Real(text.parse().unwrap_or(f64::NAN)),
        }
    }

    fn names_on(&self, at: usize) -> bool {
        let next = self.text.get(at..).and_then(|rest| rest.chars().next());
        next.is_some_and(|c| c == '_' || c.is_alphabetic())
    }

    fn quoted(&mut self, quote: char, escapes: bool) -> Kind {
        self.at += 1;
        let mut out = String::new();
        let text = self.text;
        let mut chars = text.get(self.at..).unwrap_or("").char_indices().peekable();
        let base = self.at;
        while let Some((offset, c)) = chars.next() {
            self.at = base + offset + c.len_utf8();
            if c == quote {
                if !escapes && chars.peek().is_some_and(|(_, next)| *next == quote) {
                    chars.next();
                    out.push(quote);
                    continue;
                }
                return Kind::Text(out);
            }
            if c == '\n' && escapes {
                self.at = base + offset;
                return Kind::Unclosed;
            }
            if c == '\\' && escapes {
                let Some((_, escape)) = chars.next() else {
                    break;
                };
                match escape {
                    'n' => out.push('\n'),
                    't' => out.push('\t'),
                    'r' => out.push('\r'),
                    '0' => out.push('\0'),
                    'a' => out.push('\u{7}'),
                    'b' => out.push('\u{8}'),
                    'f' => out.push('\u{c}'),
                    'v' => out.push('\u{b}'),
                    'u' | 'x' | 'U' => {
                        let wanted = match escape {
                            'u' => 4,
                            'U' => 8,
                            _ => 2,
                        };
                        let mut code = 0_u32;
                        let mut read = 0;
                        while read < wanted
                            && let Some((_, c)) = chars.peek()
                            && let Some(digit) = c.to_digit(16)
                        {
                            code = code.wrapping_mul(16).wrapping_add(digit);
                            read += 1;
                            chars.next();
                        }
                        out.push(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
                    }
                    '\\' | '"' | '\'' => out.push(escape),
                    // Not an escape in KQL; pasted regular expressions have
                    // them, and mean the backslash.
                    other => {
                        out.push('\\');
                        out.push(other);
                    }
                }
                continue;
            }
            out.push(c);
        }
        self.at = text.len();
        Kind::Unclosed
    }

    /// Typographic quotes, as articles print them.
    fn curly(&mut self) -> Kind {
        let rest = self.rest();
        let mut chars = rest.char_indices();
        let opening = chars.next().map_or('\u{201c}', |(_, c)| c);
        let double = matches!(opening, '\u{201c}' | '\u{201d}');
        for (offset, c) in chars {
            let closes = if double {
                matches!(c, '\u{201c}' | '\u{201d}' | '"')
            } else {
                matches!(c, '\u{2018}' | '\u{2019}' | '\'')
            };
            if c == '\n' {
                break;
            }
            if closes {
                let text = rest
                    .get(opening.len_utf8()..offset)
                    .unwrap_or("")
                    .to_owned();
                self.at += offset + c.len_utf8();
                return Kind::Text(text);
            }
        }
        self.at += opening.len_utf8();
        Kind::Unknown
    }

    fn fenced(&mut self, fence: &str) -> Kind {
        let rest = self.rest();
        let body = rest.get(fence.len()..).unwrap_or("");
        match body.find(fence) {
            Some(end) => {
                let text = body.get(..end).unwrap_or("").to_owned();
                self.at += end + 2 * fence.len();
                Kind::Text(text)
            }
            None => {
                self.at = self.text.len();
                Kind::Unclosed
            }
        }
    }
}

fn is_blank(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}'..='\u{200d}' | '\u{2060}')
}

/// Microseconds of a duration's unit.
pub fn unit_micros(unit: &str) -> Option<f64> {
    Some(match unit {
        "d" | "day" | "days" => 86_400e6,
        "h" | "hr" | "hrs" | "hour" | "hours" => 3_600e6,
        "m" | "min" | "minute" | "minutes" => 60e6,
        "s" | "sec" | "second" | "seconds" => 1e6,
        "ms" | "milli" | "millis" | "millisecond" | "milliseconds" => 1e3,
        "micro" | "micros" | "microsecond" | "microseconds" => 1.0,
        "tick" | "ticks" => 0.1,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<Kind> {
        tokens(text).into_iter().map(|token| token.kind).collect()
    }

    #[test]
    fn reads_literals() {
        assert_eq!(
            kinds(r#"7d 1.5h 0x1F 1e3 1..5 @'a\b''c' "x\ty" h'z'"#),
            [
                Kind::Timespan(7 * 86_400_000_000),
                Kind::Timespan(5_400_000_000),
                Kind::Long(31),
                Kind::Real(1000.0),
                Kind::Long(1),
                Kind::Mark(".."),
                Kind::Long(5),
                Kind::Text(r"a\b'c".to_owned()),
                Kind::Text("x\ty".to_owned()),
                Kind::Text("z".to_owned()),
                Kind::End,
            ]
        );
    }

    #[test]
    fn comments_and_unclosed_strings_end_with_their_line() {
        assert_eq!(
            kinds("a // b\n\"c\nd"),
            [Kind::Name, Kind::Unclosed, Kind::Name, Kind::End]
        );
    }
}
