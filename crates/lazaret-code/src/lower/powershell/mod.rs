//! PowerShell.
//!
//! A recursive descent parser of our own: tree-sitter-powershell (0.26) loses
//! one-line functions and script blocks, which is how droppers are written.
//!
//! What the interpreter sees (all names in lower case, as case means nothing):
//! - a cmdlet is a call of its full name (aliases undone) with named
//!   arguments; what is piped into it is the argument `@input`;
//! - any other command is [`crate::ir::Expr::Command`];
//! - `[System.Net.WebClient]` is the name `net.webclient`; `New-Object X` and
//!   `[X]::new()` are calls of it with `construct`;
//! - `$env:X` is an element of `@env`;
//! - operators on text are calls: `@join`, `@split`, `@replace_regex`,
//!   `@format`, `@cast` (with the type's name), `@match`;
//! - `& $x …` is a call of `@invoke`;
//! - `| ForEach-Object { … }` is a comprehension over `@array(…)`.

mod access;
mod block;
mod command;
mod expr;
mod function;
mod names;
mod stmt;
mod text;
mod value;

pub(crate) use names::cmdlet;
use rustc_hash::FxHashSet;

use crate::ir::{Arg, Builder, Const, Expr, ExprId, Language, Span, Unit};

const MAX_DEPTH: u16 = 60;

/// Lowers a script.
pub(crate) fn lower(source: &str) -> Unit {
    let mut parser = Parser {
        src: source,
        pos: 0,
        end: source.len(),
        b: Builder::new(Language::PowerShell),
        depth: 0,
        functions: function_names(source),
    };
    let mut body = Vec::new();
    while parser.pos < parser.end {
        let before = parser.pos;
        parser.statements(&mut body);
        if parser.pos < parser.end {
            parser.unexpected();
        }
        if parser.pos == before {
            parser.bump();
        }
    }
    parser.b.finish(body)
}

struct Parser<'a> {
    src: &'a str,
    pos: usize,
    end: usize,
    b: Builder,
    depth: u16,
    /// Functions that the script defines anywhere, in lower case.
    functions: FxHashSet<String>,
}

impl<'a> Parser<'a> {
    fn rest(&self) -> &'a str {
        self.src.get(self.pos..self.end).unwrap_or("")
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn peek_second(&self) -> Option<char> {
        self.rest().chars().nth(1)
    }

    fn bump(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.pos += c.len_utf8();
        Some(c)
    }

    fn looking_at(&self, text: &str) -> bool {
        self.rest().starts_with(text)
    }

    fn eat(&mut self, text: &str) -> bool {
        let found = self.looking_at(text);
        if found {
            self.pos += text.len();
        }
        found
    }

    /// Eats a word in any case that is not part of a longer one.
    fn eat_word(&mut self, word: &str) -> bool {
        let rest = self.rest();
        let found = rest
            .get(..word.len())
            .is_some_and(|t| t.eq_ignore_ascii_case(word))
            && !rest
                .get(word.len()..)
                .and_then(|r| r.chars().next())
                .is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | '-'));
        if found {
            self.pos += word.len();
        }
        found
    }

    fn span(&self, start: usize) -> Span {
        Span {
            start: start as u32,
            end: self.pos as u32,
        }
    }

    fn unexpected(&mut self) {
        let start = self.pos;
        let shown: String = self.rest().chars().take(12).collect();
        self.bump();
        let span = self.span(start);
        self.b.error(format!("unexpected {shown:?}"), span);
    }

    fn nested<T>(&mut self, parse: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.depth >= MAX_DEPTH {
            let span = self.span(self.pos);
            self.b.error("nested too deeply", span);
            self.pos = self.end;
            return None;
        }
        self.depth += 1;
        let value = parse(self);
        self.depth -= 1;
        Some(value)
    }

    fn within<T>(&mut self, start: usize, end: usize, parse: impl FnOnce(&mut Self) -> T) -> T {
        let saved = (self.pos, self.end);
        self.pos = start;
        self.end = end;
        let value = parse(self);
        (self.pos, self.end) = saved;
        value
    }

    /// Blanks, comments and continued lines; line ends too where `lines`.
    fn blanks(&mut self, lines: bool) {
        loop {
            let rest = self.rest();
            let Some(c) = rest.chars().next() else { return };
            if c == '\n' && !lines {
                return;
            }
            if c.is_whitespace() || c == '\u{feff}' {
                self.pos += c.len_utf8();
            } else if rest.starts_with("`\n") {
                self.pos += 2;
            } else if rest.starts_with("`\r\n") {
                self.pos += 3;
            } else if rest.starts_with("<#") {
                self.pos += rest.find("#>").map_or(rest.len(), |at| at + 2);
            } else if c == '#' {
                self.pos += rest.find('\n').unwrap_or(rest.len());
            } else {
                return;
            }
        }
    }

    fn unknown(&mut self, parts: Vec<ExprId>, span: Span) -> ExprId {
        self.b.expr(Expr::Unknown(parts), span)
    }

    fn builtin(&mut self, name: &str, args: &[ExprId], span: Span) -> ExprId {
        let callee = self.b.name(name, span);
        self.b.call(callee, args, span)
    }

    fn int(&mut self, value: i64, span: Span) -> ExprId {
        self.b.expr(Expr::Const(Const::Int(value)), span)
    }

    fn arg(value: ExprId) -> Arg {
        Arg {
            name: None,
            value,
            spread: false,
        }
    }

    fn named(&mut self, name: &str, value: ExprId) -> Arg {
        Arg {
            name: Some(self.b.sym(name)),
            value,
            spread: false,
        }
    }

    fn literal(&self, expr: ExprId) -> Option<&str> {
        match self.b.unit().expr(expr) {
            Some(Expr::Const(Const::Str(text))) => Some(text),
            _ => None,
        }
    }
}

fn function_names(src: &str) -> FxHashSet<String> {
    let lower = src.to_ascii_lowercase();
    lower
        .match_indices("function ")
        .chain(lower.match_indices("filter "))
        .filter_map(|(at, word)| {
            let after = lower.get(at + word.len()..)?.trim_start();
            let name: String = after
                .chars()
                .take_while(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | ':'))
                .collect();
            let name = name.rsplit(':').next().unwrap_or("").to_owned();
            (!name.is_empty()).then_some(name)
        })
        .collect()
}

#[cfg(test)]
mod tests;
