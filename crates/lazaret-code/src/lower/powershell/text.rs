//! Strings.

use crate::ir::{Expr, ExprId};

use super::Parser;

impl Parser<'_> {
    /// `'…'`, with `''` for a quote.
    pub(super) fn verbatim(&mut self) -> String {
        let mut text = String::new();
        self.bump();
        while let Some(c) = self.bump() {
            if is_single(c) {
                match self.peek() {
                    Some(next) if is_single(next) => {
                        self.bump();
                        text.push('\'');
                    }
                    _ => break,
                }
            } else {
                text.push(c);
            }
        }
        text
    }

    /// `@'…'@`, `@"…"@`.
    pub(super) fn here_string(&mut self) -> ExprId {
        let start = self.pos;
        let expands = self.looking_at("@\"");
        self.pos += 2;
        let rest = self.rest();
        let first = rest.find('\n').map_or(rest.len(), |at| at + 1);
        let body = rest.get(first..).unwrap_or("");
        let mark = if expands { "\n\"@" } else { "\n'@" };
        // The closing mark may follow the first line end.
        let (length, skip) = match body.find(mark) {
            Some(at) => (at, at + mark.len()),
            None if body.starts_with(mark.trim_start()) => (0, 2),
            None => (body.len(), body.len()),
        };
        let from = self.pos + first;
        let value = if expands {
            self.within(from, from + length, |p| p.expandable(None))
        } else {
            let span = self.span(start);
            let text = body
                .get(..length)
                .unwrap_or("")
                .trim_end_matches('\r')
                .to_owned();
            self.b.str(&text, span)
        };
        self.pos = (from + skip).min(self.end);
        value
    }

    /// Text with `$x`, `$(…)` and backtick escapes, up to and with `close`.
    pub(super) fn expandable(&mut self, close: Option<char>) -> ExprId {
        let start = self.pos;
        let mut parts = Vec::new();
        let mut text = String::new();
        while let Some(c) = self.peek() {
            if close.is_some() && is_double(c) {
                self.bump();
                if self.peek().is_some_and(is_double) {
                    self.bump();
                    text.push('"');
                    continue;
                }
                break;
            }
            match c {
                '`' => {
                    self.bump();
                    if let Some(c) = self.bump() {
                        text.push(unescape(c));
                    }
                }
                '$' => {
                    let value = self.nested(Self::expansion).unwrap_or(None);
                    match value {
                        Some(value) => {
                            self.flush(&mut parts, &mut text, start);
                            parts.push(value);
                        }
                        None => {
                            self.bump();
                            text.push('$');
                        }
                    }
                }
                _ => {
                    self.bump();
                    text.push(c);
                }
            }
        }
        let span = self.span(start);
        if parts.is_empty() {
            return self.b.str(&text, span);
        }
        self.flush(&mut parts, &mut text, start);
        self.b.expr(Expr::Template(parts), span)
    }

    fn flush(&mut self, parts: &mut Vec<ExprId>, text: &mut String, start: usize) {
        if !text.is_empty() {
            let span = self.span(start);
            parts.push(self.b.str(text, span));
            text.clear();
        }
    }

    fn expansion(&mut self) -> Option<ExprId> {
        let start = self.pos;
        if self.eat("$(") {
            return Some(self.block_until(')', start));
        }
        self.variable()
    }

    /// A word of a command that is not in quotes.
    pub(super) fn bare_word(&mut self) -> ExprId {
        let start = self.pos;
        let mut parts = Vec::new();
        let mut text = String::new();
        while let Some(c) = self.peek() {
            match c {
                c if c.is_whitespace()
                    || matches!(c, ';' | '|' | ')' | '}' | ',' | '&' | '{' | '(') =>
                {
                    break;
                }
                '>' | '<' if !text.is_empty() => break,
                '`' => {
                    self.bump();
                    match self.bump() {
                        Some('\n' | '\r') | None => break,
                        // In a bare word a backtick only quotes.
                        Some(c) => text.push(c),
                    }
                }
                '$' => match self.nested(Self::expansion).unwrap_or(None) {
                    Some(value) => {
                        self.flush(&mut parts, &mut text, start);
                        parts.push(value);
                    }
                    None => {
                        self.bump();
                        text.push('$');
                    }
                },
                c if is_double(c) => {
                    self.bump();
                    self.flush(&mut parts, &mut text, start);
                    let inner = self.expandable(Some('"'));
                    match self.literal(inner) {
                        Some(known) => text.push_str(known),
                        None => parts.push(inner),
                    }
                }
                c if is_single(c) => {
                    let inner = self.verbatim();
                    text.push_str(&inner);
                }
                c => {
                    self.bump();
                    text.push(c);
                }
            }
        }
        let span = self.span(start);
        if parts.is_empty() {
            return self.b.str(&text, span);
        }
        self.flush(&mut parts, &mut text, start);
        match parts.as_slice() {
            [only] => *only,
            _ => self.b.expr(Expr::Template(parts), span),
        }
    }
}

pub(super) fn is_single(c: char) -> bool {
    matches!(c, '\'' | '\u{2018}'..='\u{201b}')
}

pub(super) fn is_double(c: char) -> bool {
    matches!(c, '"' | '\u{201c}'..='\u{201e}')
}

fn unescape(c: char) -> char {
    match c {
        'n' => '\n',
        't' => '\t',
        'r' => '\r',
        '0' => '\0',
        'a' => '\x07',
        'b' => '\x08',
        other => other,
    }
}
