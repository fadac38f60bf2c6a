//! Members, indices and calls after a value.

use super::{
    Parser,
    text::{is_double, is_single},
};
use crate::ir::{BinaryOp, Expr, ExprId};

impl Parser<'_> {
    pub(super) fn postfix_of(&mut self, mut value: ExprId, start: usize) -> ExprId {
        for _ in 0..4_000 {
            if self.looking_at("++") || self.looking_at("--") {
                let op = if self.looking_at("++") {
                    BinaryOp::Add
                } else {
                    BinaryOp::Sub
                };
                self.pos += 2;
                let span = self.span(start);
                let target = self.target(value);
                return self.b.expr(
                    Expr::PostUpdate {
                        target: Box::new(target),
                        op,
                    },
                    span,
                );
            }
            let own = self.looking_at("::");
            let member = own
                || self.peek() == Some('.')
                    && self.peek_second().is_some_and(|c| {
                        c.is_alphabetic()
                            || matches!(c, '_' | '$' | '(')
                            || is_single(c)
                            || is_double(c)
                    });
            if member {
                self.pos += if own { 2 } else { 1 };
                self.blanks(false);
                value = self.member(value, start, own);
                continue;
            }
            if self.peek() == Some('[') {
                self.bump();
                self.blanks(true);
                let index = self.expression();
                self.blanks(true);
                self.eat("]");
                let span = self.span(start);
                value = self.b.expr(
                    Expr::Index {
                        object: value,
                        index,
                    },
                    span,
                );
                continue;
            }
            break;
        }
        value
    }

    fn member(&mut self, object: ExprId, start: usize, own: bool) -> ExprId {
        let at = self.pos;
        let name = match self.peek() {
            Some(c) if is_single(c) => Some(self.verbatim().to_ascii_lowercase()),
            Some(c) if is_double(c) => {
                self.bump();
                let text = self.expandable(Some('"'));
                self.literal(text).map(str::to_ascii_lowercase)
            }
            Some('$' | '(') => None,
            _ => Some(self.identifier()),
        };
        let computed = match &name {
            Some(_) => None,
            None if self.pos == at => Some(self.primary_value()),
            None => {
                let span = self.span(at);
                Some(self.unknown(Vec::new(), span))
            }
        };
        let span = self.span(start);
        let construct = own && name.as_deref() == Some("new");
        let callee = match (&name, computed) {
            _ if construct => object,
            // What is set on it counts for the process.
            (Some(name), _) if name == "startinfo" => object,
            (Some(name), _) => self.b.member(object, name, span),
            (None, Some(index)) => self.b.expr(Expr::Index { object, index }, span),
            (None, None) => object,
        };
        if self.peek() != Some('(') {
            return callee;
        }
        self.bump();
        let mut args = Vec::new();
        loop {
            self.blanks(true);
            if self.eat(")") || self.peek().is_none() {
                break;
            }
            if self.eat(",") {
                continue;
            }
            let before = self.pos;
            let value = self.level(9);
            // Operators inside arguments, but no list.
            let value = self.more(value, before);
            args.push(Self::arg(value));
            if self.pos == before {
                self.unexpected();
            }
        }
        let span = self.span(start);
        self.b.expr(
            Expr::Call {
                callee,
                args,
                construct,
            },
            span,
        )
    }
}
