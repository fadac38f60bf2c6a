//! POSIX shell and bash.
//!
//! A recursive descent parser of our own, straight to the intermediate form.
//! tree-sitter-bash (0.25) loses parts of here-documents and joins statements
//! across lines after assignments; brush-parser (0.4) rejects a whole script
//! for one broken line and recurses without bound. Scripts seen here are
//! mostly one-liners in manifests, often broken on purpose.
//!
//! What the interpreter sees:
//! - a command is [`Expr::Command`]; its value is its standard output;
//! - a word that may be split at blanks (an unquoted expansion alone) is a call
//!   of `@words`, which gives a list; any other is a `Const` or `Template`;
//! - a call of a function of the same script is an [`Expr::Call`], with the
//!   positional parameters as one rest parameter `@`;
//! - exit statuses are unknown: `a && b` is `Logical(Unknown(a), b)`;
//! - a compound command inside a pipe or `$(…)` is a function called in place;
//! - `VAR=x cmd` is `env VAR=x cmd`, `cmd &` is `@background cmd`;
//! - `exit` and `return` are left out, so that what follows is analysed too;
//! - parameter operators are calls of `@replace`, `@replace_all`,
//!   `@strip_prefix`, `@strip_suffix` (and `…_long`), `@upper`, `@lower`,
//!   `@length`.

mod arithmetic;
mod command;
mod compound;
mod expansion;
mod function;
mod redirect;
mod test;
mod word;

use std::collections::BTreeSet;

use rustc_hash::FxHashSet;

use crate::ir::{Builder, Expr, ExprId, Language, Span, Stmt, Sym, Unit};

/// Nesting beyond this is not parsed.
const MAX_DEPTH: u16 = 60;

/// Lowers a script.
pub(crate) fn lower(source: &str) -> Unit {
    let mut parser = Parser::new(source);
    let mut body = Vec::new();
    while parser.pos < parser.end {
        let before = parser.pos;
        parser.list(&mut body, &[]);
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
    /// A line end after which here-documents stand, and where they end.
    heredocs: Option<(usize, usize)>,
    /// Functions that the script defines anywhere.
    functions: FxHashSet<String>,
    /// Names assigned in each function being read, innermost last.
    scopes: Vec<Scope>,
    /// Set while unescaped text (backticks) is read: spans then mean the whole.
    fixed: Option<Span>,
}

#[derive(Default)]
struct Scope {
    assigned: BTreeSet<Sym>,
    local: BTreeSet<Sym>,
}

impl<'a> Parser<'a> {
    fn new(src: &'a str) -> Self {
        Self {
            src,
            pos: 0,
            end: src.len(),
            b: Builder::new(Language::Shell),
            depth: 0,
            heredocs: None,
            functions: function_names(src),
            scopes: Vec::new(),
            fixed: None,
        }
    }

    fn peek(&self) -> Option<u8> {
        self.peek_at(0)
    }

    fn peek_at(&self, ahead: usize) -> Option<u8> {
        let at = self.pos.checked_add(ahead)?;
        if at < self.end {
            self.src.as_bytes().get(at).copied()
        } else {
            None
        }
    }

    fn rest(&self) -> &'a str {
        self.src.get(self.pos..self.end).unwrap_or("")
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

    /// One character on.
    fn bump(&mut self) {
        if let Some(c) = self.rest().chars().next() {
            self.pos += c.len_utf8();
        }
    }

    fn span(&self, start: usize) -> Span {
        self.fixed.unwrap_or(Span {
            start: start as u32,
            end: self.pos as u32,
        })
    }

    fn unexpected(&mut self) {
        let start = self.pos;
        let shown: String = self.rest().chars().take(12).collect();
        self.bump();
        let span = self.span(start);
        self.b.error(format!("unexpected {shown:?}"), span);
    }

    /// Runs `parse` one level deeper; past the limit the rest is given up.
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

    /// Parses `start..end` of the source and comes back to where it was.
    fn within<T>(&mut self, start: usize, end: usize, parse: impl FnOnce(&mut Self) -> T) -> T {
        let saved = (self.pos, self.end, self.heredocs.take());
        self.pos = start;
        self.end = end;
        let value = parse(self);
        (self.pos, self.end, self.heredocs) = saved;
        value
    }

    /// Blanks, comments and continued lines, but no line end.
    fn blanks(&mut self) {
        loop {
            match self.peek() {
                Some(b' ' | b'\t' | b'\r' | 0x0b | 0x0c) => self.pos += 1,
                Some(b'\\') if self.peek_at(1) == Some(b'\n') => self.pos += 2,
                Some(b'\\') if self.looking_at("\\\r\n") => self.pos += 3,
                Some(b'#') => {
                    let rest = self.rest();
                    self.pos += rest.find('\n').unwrap_or(rest.len());
                }
                _ => return,
            }
        }
    }

    /// A line end, with the here-documents that follow it.
    fn newline(&mut self) -> bool {
        if self.peek() != Some(b'\n') {
            return false;
        }
        match self.heredocs {
            Some((line_end, end)) if line_end == self.pos => {
                self.heredocs = None;
                self.pos = end.min(self.end);
            }
            _ => self.pos += 1,
        }
        true
    }

    /// Blanks and line ends.
    fn gaps(&mut self) {
        loop {
            self.blanks();
            if !self.newline() {
                return;
            }
        }
    }

    /// The word standing here if it is made of plain letters only, as
    /// reserved words are; nothing is consumed.
    fn keyword(&self) -> &'a str {
        let rest = self.rest();
        let length = rest
            .bytes()
            .take_while(|c| c.is_ascii_alphabetic() || matches!(c, b'{' | b'}' | b'!' | b'['))
            .count();
        match rest.as_bytes().get(length) {
            None
            | Some(b' ' | b'\t' | b'\n' | b'\r' | b';' | b'&' | b'|' | b'<' | b'>' | b'(' | b')') => {
                rest.get(..length).unwrap_or("")
            }
            _ => "",
        }
    }

    fn eat_keyword(&mut self, keyword: &str) -> bool {
        self.blanks();
        let found = self.keyword() == keyword;
        if found {
            self.pos += keyword.len();
        }
        found
    }

    fn unknown(&mut self, parts: Vec<ExprId>, span: Span) -> ExprId {
        self.b.expr(Expr::Unknown(parts), span)
    }

    fn builtin(&mut self, name: &str, args: &[ExprId], span: Span) -> ExprId {
        let callee = self.b.name(name, span);
        self.b.call(callee, args, span)
    }

    /// Notes an assignment for the function being read.
    fn assigned(&mut self, name: &str, local: bool) -> Sym {
        let sym = self.b.sym(name);
        if let Some(scope) = self.scopes.last_mut() {
            if local {
                scope.local.insert(sym);
            } else {
                scope.assigned.insert(sym);
            }
        }
        sym
    }

    /// Reads a function's body; names that it assigns are the script's, as
    /// shell variables are, unless they are `local`.
    fn scoped(&mut self, read: impl FnOnce(&mut Self, &mut Vec<Stmt>)) -> Vec<Stmt> {
        self.scopes.push(Scope::default());
        let mut body = Vec::new();
        read(self, &mut body);
        let scope = self.scopes.pop().unwrap_or_default();
        let outer: Vec<Sym> = scope.assigned.difference(&scope.local).copied().collect();
        if let Some(parent) = self.scopes.last_mut() {
            parent.assigned.extend(outer.iter().copied());
        }
        if !outer.is_empty() {
            body.insert(0, Stmt::Outer(outer));
        }
        body
    }
}

/// Names followed by `()` or preceded by `function`, wherever they stand:
/// a call may precede the definition in the text.
fn function_names(src: &str) -> FxHashSet<String> {
    let mut names = FxHashSet::default();
    for (at, _) in src.match_indices("()") {
        let before = src.get(..at).unwrap_or("").trim_end_matches([' ', '\t']);
        let start = before
            .rfind(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ':' | '+')))
            .map_or(0, |i| {
                i + before
                    .get(i..)
                    .and_then(|s| s.chars().next())
                    .map_or(1, char::len_utf8)
            });
        if let Some(name) = before.get(start..).filter(|n| !n.is_empty()) {
            names.insert(name.to_owned());
        }
    }
    for (at, word) in src.match_indices("function ") {
        let after = src.get(at + word.len()..).unwrap_or("").trim_start();
        let name: String = after
            .chars()
            .take_while(|c| !c.is_whitespace() && !matches!(c, '(' | '{' | ';'))
            .collect();
        if !name.is_empty() {
            names.insert(name);
        }
    }
    names
}

#[cfg(test)]
mod tests;
