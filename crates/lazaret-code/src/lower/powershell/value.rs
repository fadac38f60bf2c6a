//! Literals, variables, types, tables.

use super::{
    Parser,
    names::type_name,
    text::{is_double, is_single},
};
use crate::ir::{Const, Expr, ExprId};

impl Parser<'_> {
    pub(super) fn primary_value(&mut self) -> ExprId {
        let start = self.pos;
        let Some(c) = self.peek() else {
            let span = self.span(start);
            return self.unknown(Vec::new(), span);
        };
        match c {
            '$' if self.looking_at("$(") => {
                self.pos += 2;
                self.block_until(')', start)
            }
            '$' | '@' if self.looking_at("@(") => {
                self.pos += 2;
                let inner = self.block_until(')', start);
                let span = self.span(start);
                match self.b.unit().expr(inner) {
                    Some(Expr::List(_)) => inner,
                    Some(Expr::Const(Const::Null)) => self.b.expr(Expr::List(Vec::new()), span),
                    _ => self.builtin("@array", &[inner], span),
                }
            }
            '@' if self.looking_at("@{") => self.hash(),
            '@' if self.looking_at("@\"") || self.looking_at("@'") => self.here_string(),
            '@' => {
                // Splatting.
                self.bump();
                let name = self.identifier();
                let span = self.span(start);
                self.b.name(&name, span)
            }
            '$' => match self.variable() {
                Some(value) => value,
                None => {
                    self.bump();
                    let span = self.span(start);
                    self.b.str("$", span)
                }
            },
            '(' => {
                self.bump();
                self.block_until(')', start)
            }
            '{' => self.script_block(),
            '[' => self.type_or_cast(),
            c if is_single(c) => {
                let text = self.verbatim();
                let span = self.span(start);
                self.b.str(&text, span)
            }
            c if is_double(c) => {
                self.bump();
                self.expandable(Some('"'))
            }
            c if c.is_ascii_digit() || c == '.' => self.numeral(),
            _ => {
                let word = self.bare_word();
                if self.pos == start {
                    self.bump();
                }
                word
            }
        }
    }

    fn numeral(&mut self) -> ExprId {
        let start = self.pos;
        let rest = self.rest();
        let mut length = rest
            .char_indices()
            .take_while(|(at, c)| {
                c.is_ascii_alphanumeric()
                    || *c == '.' && !rest.get(*at..).is_some_and(|r| r.starts_with(".."))
            })
            .count();
        // `1.ToString()` is rare; `104.100` is a number.
        if length == 0 {
            length = 1;
        }
        self.pos += length;
        let text = rest.get(..length).unwrap_or("").to_ascii_lowercase();
        let span = self.span(start);
        let (digits, factor) = ["kb", "mb", "gb"]
            .iter()
            .zip([10, 20, 30])
            .filter(|_| !text.starts_with("0x"))
            .find_map(|(unit, shift)| text.strip_suffix(unit).map(|d| (d, 1_i64 << shift)))
            .unwrap_or((&text, 1));
        match crate::lower::tree::number(digits) {
            Some(Const::Int(value)) => self.int(value.saturating_mul(factor), span),
            Some(other) => self.b.expr(Expr::Const(other), span),
            None => self.b.str(&text, span),
        }
    }

    pub(super) fn identifier(&mut self) -> String {
        let rest = self.rest();
        let length = rest
            .char_indices()
            .find(|(_, c)| !(c.is_alphanumeric() || *c == '_'))
            .map_or(rest.len(), |(at, _)| at);
        self.pos += length;
        rest.get(..length).unwrap_or("").to_ascii_lowercase()
    }

    /// `$x`, `${x}`, `$env:x`, `$script:x`, `$_`; nothing consumed if none.
    pub(super) fn variable(&mut self) -> Option<ExprId> {
        let start = self.pos;
        let rest = self.rest().strip_prefix('$')?;
        let (name, length) = if let Some(inner) = rest.strip_prefix('{') {
            let close = inner.find('}')?;
            (inner.get(..close)?.replace('`', ""), close + 2)
        } else {
            let end = rest
                .char_indices()
                .find(|(at, c)| {
                    let scope = *c == ':'
                        && rest
                            .get(at + 1..)
                            .and_then(|r| r.chars().next())
                            .is_some_and(|n| n.is_alphanumeric() || n == '_');
                    !(c.is_alphanumeric() || *c == '_' || scope)
                })
                .map_or(rest.len(), |(at, _)| at);
            match (end, rest.chars().next()) {
                (0, Some(c @ ('?' | '^' | '$'))) => (c.to_string(), 1),
                (0, _) => return None,
                _ => (rest.get(..end)?.to_owned(), end),
            }
        };
        self.pos += 1 + length;
        let span = self.span(start);
        let lower = name.to_ascii_lowercase();
        Some(match lower.split_once(':') {
            Some(("env", variable)) => {
                let _ = variable;
                let variable = name
                    .split_once(':')
                    .map_or("", |(_, v)| v)
                    .to_ascii_uppercase();
                let object = self.b.name("@env", span);
                let index = self.b.str(&variable, span);
                self.b.expr(Expr::Index { object, index }, span)
            }
            Some((_, variable)) => self.b.name(variable, span),
            None => match lower.as_str() {
                "null" => self.b.expr(Expr::Const(Const::Null), span),
                "true" => self.b.expr(Expr::Const(Const::Bool(true)), span),
                "false" => self.b.expr(Expr::Const(Const::Bool(false)), span),
                "home" => self.b.str("~", span),
                // Used to spell `iex` (`$PSHOME[4]+…`, `$ShellId[1]+…`).
                "pshome" => self
                    .b
                    .str("C:\\Windows\\System32\\WindowsPowerShell\\v1.0", span),
                "shellid" => self.b.str("Microsoft.PowerShell", span),
                "verbosepreference" => self.b.str("SilentlyContinue", span),
                other => self.b.name(other, span),
            },
        })
    }

    /// `[type]::member`, `[type]value`, `[type]`.
    fn type_or_cast(&mut self) -> ExprId {
        let start = self.pos;
        let rest = self.rest();
        let mut open = 0_i32;
        let close = rest
            .char_indices()
            .find(|(_, c)| {
                open += match c {
                    '[' => 1,
                    ']' => -1,
                    _ => 0,
                };
                open == 0
            })
            .map_or(rest.len(), |(at, _)| at);
        let text = rest.get(1..close.max(1)).unwrap_or("");
        let array = text.trim_end().ends_with("[]");
        let name = type_name(text.trim_end().trim_end_matches("[]"));
        self.pos = (self.pos + close + 1).min(self.end);
        let span = self.span(start);
        self.blanks(false);
        let casts = self.peek().is_some_and(|c| {
            c.is_ascii_digit()
                || matches!(c, '$' | '(' | '@' | '[' | '-' | '{')
                || is_single(c)
                || is_double(c)
        });
        if casts {
            let operand = self.unary_again();
            let span = self.span(start);
            let name = if array { format!("{name}[]") } else { name };
            let kind = self.b.str(&name, span);
            return self.builtin("@cast", &[kind, operand], span);
        }
        self.b.name(&name, span)
    }

    fn hash(&mut self) -> ExprId {
        let start = self.pos;
        self.pos += 2;
        let mut entries = Vec::new();
        loop {
            self.blanks(true);
            if self.eat("}") || self.peek().is_none() {
                break;
            }
            if self.eat(";") {
                continue;
            }
            let before = self.pos;
            let key = match self.peek() {
                Some('$' | '(' | '\'' | '"') => self.unary(),
                _ => {
                    let name = self.identifier();
                    let span = self.span(before);
                    self.b.str(&name, span)
                }
            };
            self.blanks(true);
            if self.eat("=") {
                self.blanks(true);
                let value = self.pipeline_expr();
                entries.push((Some(key), value));
            }
            if self.pos == before {
                self.unexpected();
            }
        }
        let span = self.span(start);
        self.b.expr(Expr::Map(entries), span)
    }
}
