//! `$x`, `${x…}`, `$(…)`, backticks, `<(…)`.

use crate::ir::{BinaryOp, Const, Expr, ExprId, LogicalOp, Stmt, UnaryOp};

use super::{Parser, word::Pieces};

impl<'a> Parser<'a> {
    /// An expansion at `$` or a backtick; `None` (nothing consumed) where the
    /// `$` is only a character.
    pub(super) fn dollar(&mut self, quoted: bool) -> Option<ExprId> {
        self.nested(|p| p.expand(quoted)).unwrap_or(None)
    }

    fn expand(&mut self, _quoted: bool) -> Option<ExprId> {
        let start = self.pos;
        if self.peek() == Some(b'`') {
            return Some(self.backticks());
        }
        match self.peek_at(1)? {
            b'(' if self.looking_at("$((") && self.arithmetic_closes() => {
                self.pos += 3;
                let value = self.arithmetic(b')');
                self.eat("))");
                Some(value)
            }
            b'(' => {
                self.pos += 2;
                Some(self.substitution(start))
            }
            b'{' => {
                self.pos += 2;
                Some(self.parameter(start))
            }
            c if c == b'_' || c.is_ascii_alphabetic() => {
                self.pos += 1;
                let name = self.identifier();
                Some(self.variable(&name, start))
            }
            c @ (b'0'..=b'9' | b'@' | b'*' | b'#' | b'?' | b'!' | b'$' | b'-') => {
                self.pos += 2;
                let name = if c == b'*' { '@' } else { char::from(c) };
                Some(self.variable(&name.to_string(), start))
            }
            _ => None,
        }
    }

    fn identifier(&mut self) -> String {
        let rest = self.rest();
        let length = rest
            .bytes()
            .take_while(|c| c.is_ascii_alphanumeric() || *c == b'_')
            .count();
        self.pos += length;
        rest.get(..length).unwrap_or("").to_owned()
    }

    pub(super) fn variable(&mut self, name: &str, start: usize) -> ExprId {
        let span = self.span(start);
        if name == "HOME" {
            // One spelling of the home folder for all.
            return self.b.str("~", span);
        }
        self.b.name(name, span)
    }

    /// After `$(`, up to and with its `)`.
    pub(super) fn substitution(&mut self, start: usize) -> ExprId {
        let mut body = Vec::new();
        let heredocs = self.heredocs.take();
        self.list(&mut body, &[]);
        self.eat(")");
        self.heredocs = self.heredocs.or(heredocs);
        self.output(body, start)
    }

    fn output(&mut self, body: Vec<Stmt>, start: usize) -> ExprId {
        let span = self.span(start);
        let block = self.block_expr(body, span);
        self.b.expr(Expr::CommandOutput(block), span)
    }

    fn backticks(&mut self) -> ExprId {
        let start = self.pos;
        self.pos += 1;
        let inner = self.pos;
        let bytes = self.src.as_bytes();
        let mut at = inner;
        let mut escaped = false;
        while at < self.end {
            match bytes.get(at) {
                Some(b'`') | None => break,
                Some(b'\\') => {
                    escaped = true;
                    at += 2;
                }
                Some(_) => at += 1,
            }
        }
        let close = at.min(self.end);
        let after = (close + 1).min(self.end);
        let mut body = Vec::new();
        if !escaped {
            self.within(inner, close, |p| p.list(&mut body, &[]));
            self.pos = after;
            return self.output(body, start);
        }
        let text = unescape(self.src.get(inner..close).unwrap_or(""));
        self.pos = after;
        let span = self.span(start);
        body = self.elsewhere(&text, span);
        self.output(body, start)
    }

    /// Parses unescaped text as commands of this script.
    fn elsewhere(&mut self, text: &str, span: crate::ir::Span) -> Vec<Stmt> {
        let mut body = Vec::new();
        let placeholder = crate::ir::Builder::new(crate::ir::Language::Shell);
        let mut inner = Parser {
            src: text,
            pos: 0,
            end: text.len(),
            b: std::mem::replace(&mut self.b, placeholder),
            depth: self.depth,
            heredocs: None,
            functions: std::mem::take(&mut self.functions),
            scopes: std::mem::take(&mut self.scopes),
            fixed: Some(span),
        };
        inner.list(&mut body, &[]);
        self.b = inner.b;
        self.functions = inner.functions;
        self.scopes = inner.scopes;
        body
    }

    /// `<(…)`, `>(…)`: its output stands for the file.
    pub(super) fn process_substitution(&mut self) -> ExprId {
        let start = self.pos;
        self.pos += 2;
        self.nested(|p| p.substitution(start)).unwrap_or_else(|| {
            let span = self.span(start);
            self.unknown(Vec::new(), span)
        })
    }

    /// After `${`, up to and with its `}`.
    fn parameter(&mut self, start: usize) -> ExprId {
        let length = self.peek() == Some(b'#') && self.peek_at(1) != Some(b'}');
        let indirect = self.peek() == Some(b'!') && self.peek_at(1) != Some(b'}');
        if length || indirect {
            self.pos += 1;
        }
        let mut name = self.identifier();
        if name.is_empty()
            && let Some(c @ (b'@' | b'*' | b'#' | b'?' | b'$' | b'!' | b'-')) = self.peek()
        {
            name = char::from(if c == b'*' { b'@' } else { c }).to_string();
            self.pos += 1;
        }
        let mut value = self.variable(&name, start);
        if self.peek() == Some(b'[') {
            self.pos += 1;
            let rest = self.rest();
            let close = rest.find(']').unwrap_or(rest.len());
            let (from, to) = (self.pos, self.pos + close);
            let all = matches!(rest.get(..close), Some("@" | "*"));
            self.pos = (to + 1).min(self.end);
            if !all {
                let index = self.within(from, to, |p| p.arithmetic(b']'));
                let span = self.span(start);
                value = self.b.expr(
                    Expr::Index {
                        object: value,
                        index,
                    },
                    span,
                );
            }
        }
        let span = self.span(start);
        if indirect {
            self.skip_to_brace();
            return self.unknown(vec![value], span);
        }
        if length {
            self.skip_to_brace();
            return self.builtin("@length", &[value], span);
        }
        let value = self.operator(value, start);
        self.skip_to_brace();
        value
    }

    fn operator(&mut self, value: ExprId, start: usize) -> ExprId {
        let colon = self.peek() == Some(b':');
        let after_colon = self.peek_at(1);
        if colon && !matches!(after_colon, Some(b'-' | b'=' | b'+' | b'?')) {
            self.pos += 1;
            return self.substring(value, start);
        }
        if colon {
            self.pos += 1;
        }
        match self.peek() {
            Some(b'-' | b'=') => {
                self.pos += 1;
                let other = self.operand(b"}");
                let span = self.span(start);
                self.b.expr(
                    Expr::Logical {
                        op: LogicalOp::Coalesce,
                        left: value,
                        right: other,
                    },
                    span,
                )
            }
            Some(b'+') => {
                self.pos += 1;
                let other = self.operand(b"}");
                let span = self.span(start);
                let empty = self.b.str("", span);
                let test = self.unknown(vec![value], span);
                self.b.expr(
                    Expr::Conditional {
                        test,
                        then: other,
                        otherwise: empty,
                    },
                    span,
                )
            }
            Some(b'/') => {
                let all = self.peek_at(1) == Some(b'/');
                self.pos += if all { 2 } else { 1 };
                let pattern = self.operand(b"/}");
                let replacement = if self.eat("/") {
                    self.operand(b"}")
                } else {
                    let span = self.span(start);
                    self.b.str("", span)
                };
                let span = self.span(start);
                self.builtin(
                    if all { "@replace_all" } else { "@replace" },
                    &[value, pattern, replacement],
                    span,
                )
            }
            Some(side @ (b'#' | b'%')) => {
                let long = self.peek_at(1) == Some(side);
                self.pos += if long { 2 } else { 1 };
                let pattern = self.operand(b"}");
                let span = self.span(start);
                let name = match (side, long) {
                    (b'#', false) => "@strip_prefix",
                    (b'#', true) => "@strip_prefix_long",
                    (_, false) => "@strip_suffix",
                    (_, true) => "@strip_suffix_long",
                };
                self.builtin(name, &[value, pattern], span)
            }
            Some(case @ (b'^' | b',')) => {
                let span = self.span(start);
                self.builtin(
                    if case == b'^' { "@upper" } else { "@lower" },
                    &[value],
                    span,
                )
            }
            _ => value,
        }
    }

    /// `${x:offset:length}`.
    fn substring(&mut self, object: ExprId, start: usize) -> ExprId {
        let offset = self.arithmetic(b':');
        let stop = self.eat(":").then(|| {
            let length = self.arithmetic(b'}');
            let span = self.span(start);
            match self.b.unit().expr(length) {
                // Negative: counted from the end.
                Some(Expr::Unary {
                    op: UnaryOp::Neg, ..
                }) => length,
                _ => match (self.int(offset), self.int(length)) {
                    (Some(a), Some(b)) => self
                        .b
                        .expr(Expr::Const(Const::Int(a.saturating_add(b))), span),
                    _ => self.b.expr(
                        Expr::Binary {
                            op: BinaryOp::Add,
                            left: offset,
                            right: length,
                        },
                        span,
                    ),
                },
            }
        });
        let span = self.span(start);
        self.b.expr(
            Expr::Slice {
                object,
                start: Some(offset),
                stop,
                step: None,
            },
            span,
        )
    }

    fn int(&self, expr: ExprId) -> Option<i64> {
        match self.b.unit().expr(expr) {
            Some(Expr::Const(Const::Int(n))) => Some(*n),
            _ => None,
        }
    }

    /// Text inside `${…}` up to one of `stops`, which is left.
    fn operand(&mut self, stops: &[u8]) -> ExprId {
        let start = self.pos;
        let mut pieces = Pieces::default();
        while let Some(next) = self.peek() {
            if stops.contains(&next) {
                break;
            }
            self.piece(&mut pieces, start);
        }
        self.joined(pieces, start)
    }

    fn skip_to_brace(&mut self) {
        let rest = self.rest();
        match rest.find(['}', '\n']) {
            Some(at) => self.pos += at + usize::from(rest.as_bytes().get(at) == Some(&b'}')),
            None => self.pos = self.end,
        }
    }
}

/// Inside backticks `\` only quotes `$`, a backtick and itself.
fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match (c, chars.peek()) {
            ('\\', Some('`' | '$' | '\\')) => out.extend(chars.next()),
            _ => out.push(c),
        }
    }
    out
}
