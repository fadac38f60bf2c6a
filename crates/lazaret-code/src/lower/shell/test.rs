//! `[ … ]`, `test …` and `[[ … ]]`.

use crate::ir::{BinaryOp, Expr, ExprId, Span};

use super::{Parser, word::Words};

impl Parser<'_> {
    /// A comparison where it is one of two words; else unknown.
    pub(super) fn test_words(&mut self, words: &[ExprId], span: Span) -> ExprId {
        let closed = self.literal(words.last().copied()).as_deref() == Some("]");
        let inner = words
            .get(1..words.len().saturating_sub(usize::from(closed)))
            .unwrap_or(&[]);
        if let [left, operator, right] = inner {
            let op = match self.literal(Some(*operator)).as_deref() {
                Some("=" | "==" | "-eq") => Some(BinaryOp::Eq),
                Some("!=" | "-ne") => Some(BinaryOp::Ne),
                _ => None,
            };
            if let Some(op) = op {
                return self.b.expr(
                    Expr::Binary {
                        op,
                        left: *left,
                        right: *right,
                    },
                    span,
                );
            }
        }
        self.unknown(inner.to_vec(), span)
    }

    /// After `[[`, up to and with `]]`.
    pub(super) fn double_bracket(&mut self, start: usize) -> ExprId {
        let mut words = Words::default();
        words.list.push({
            let span = self.span(start);
            self.b.str("[[", span)
        });
        let mut joined = false;
        loop {
            self.gaps();
            if self.peek().is_none() || self.eat("]]") {
                break;
            }
            let before = self.pos;
            if self.eat("&&") || self.eat("||") || self.eat("(") || self.eat(")") {
                joined = true;
                continue;
            }
            if self.eat("<") || self.eat(">") || self.eat(";") || self.eat("&") || self.eat("|") {
                joined = true;
                continue;
            }
            self.word(&mut words);
            if words.list.len() > 1
                && self.literal(words.list.last().copied()).as_deref() == Some("=~")
            {
                self.skip_regex();
                joined = true;
            }
            if self.pos == before {
                self.unexpected();
            }
        }
        let span = self.span(start);
        if joined {
            words.list.remove(0);
            return self.unknown(words.list, span);
        }
        self.test_words(&words.list, span)
    }

    fn skip_regex(&mut self) {
        self.blanks();
        let mut open = 0_u32;
        while let Some(next) = self.peek() {
            match next {
                b'\n' => return,
                b' ' | b'\t' if open == 0 => return,
                b'(' => open += 1,
                b')' => open = open.saturating_sub(1),
                b'\\' => self.pos = (self.pos + 1).min(self.end),
                _ => {}
            }
            self.bump();
        }
    }
}
