//! Expressions.

use crate::ir::{BinaryOp, Expr, ExprId, LogicalOp, UnaryOp};

use super::Parser;

enum Operator {
    Binary(BinaryOp),
    Logical(LogicalOp),
    Call(&'static str),
    Unknown,
}

impl Parser<'_> {
    pub(super) fn expression(&mut self) -> ExprId {
        self.level(0)
    }

    pub(super) fn level(&mut self, least: u8) -> ExprId {
        let start = self.pos;
        self.nested(|p| p.operation(least, start))
            .unwrap_or_else(|| {
                let span = self.span(start);
                self.unknown(Vec::new(), span)
            })
    }

    fn operation(&mut self, least: u8, start: usize) -> ExprId {
        let mut left = self.unary();
        loop {
            self.blanks(false);
            // `,` binds tighter than any operator.
            if least < 9 && self.peek() == Some(',') {
                left = self.comma(left, start);
                continue;
            }
            let Some((operator, level, length)) = self.operator() else {
                return left;
            };
            if level <= least {
                return left;
            }
            self.pos += length;
            self.blanks(true);
            // The operand of `-f` is a list.
            let right = self.level(if level == 9 { 8 } else { level });
            let span = self.span(start);
            left = match operator {
                Operator::Binary(op) => self.b.expr(Expr::Binary { op, left, right }, span),
                Operator::Logical(op) => self.b.expr(Expr::Logical { op, left, right }, span),
                Operator::Call(name) => self.builtin(name, &[left, right], span),
                Operator::Unknown => self.unknown(vec![left, right], span),
            };
        }
    }

    fn comma(&mut self, first: ExprId, start: usize) -> ExprId {
        let mut items = vec![Self::arg(first)];
        while self.eat(",") {
            self.blanks(true);
            let next = self.unary();
            items.push(Self::arg(next));
            self.blanks(false);
        }
        let span = self.span(start);
        self.b.expr(Expr::List(items), span)
    }

    fn operator(&self) -> Option<(Operator, u8, usize)> {
        use BinaryOp as B;
        let rest = self.rest();
        let symbol = |text: &str| rest.starts_with(text);
        if symbol("..") {
            return Some((Operator::Call("@range_inclusive"), 8, 2));
        }
        for (text, op, level) in [
            ("*", B::Mul, 7),
            ("/", B::Div, 7),
            ("%", B::Mod, 7),
            ("+", B::Add, 6),
        ] {
            if symbol(text) && !rest.get(1..).is_some_and(|r| r.starts_with('=')) {
                return Some((Operator::Binary(op), level, 1));
            }
        }
        let word: String = rest
            .strip_prefix(['-', '\u{2013}', '\u{2014}'])?
            .chars()
            .take_while(char::is_ascii_alphabetic)
            .collect::<String>()
            .to_ascii_lowercase();
        let length = 1 + word.len();
        if word.is_empty() {
            let assigns = rest.get(1..).is_some_and(|r| r.starts_with(['=', '-']));
            return (symbol("-") && !assigns).then_some((Operator::Binary(B::Sub), 6, 1));
        }
        let bare = word
            .strip_prefix(['c', 'i'])
            .filter(|w| COMPARISONS.contains(w))
            .unwrap_or(&word);
        let operator = match bare {
            "f" => (Operator::Call("@format"), 9),
            "join" => (Operator::Call("@join"), 5),
            "split" => (Operator::Call("@split"), 5),
            "replace" => (Operator::Call("@replace_regex"), 5),
            "eq" => (Operator::Binary(B::Eq), 5),
            "ne" => (Operator::Binary(B::Ne), 5),
            "gt" => (Operator::Binary(B::Gt), 5),
            "ge" => (Operator::Binary(B::Ge), 5),
            "lt" => (Operator::Binary(B::Lt), 5),
            "le" => (Operator::Binary(B::Le), 5),
            "match" | "notmatch" | "like" | "notlike" | "contains" | "notcontains" | "in"
            | "notin" | "is" | "isnot" => (Operator::Unknown, 5),
            "as" => (Operator::Unknown, 5),
            "band" => (Operator::Binary(B::BitAnd), 4),
            "bor" => (Operator::Binary(B::BitOr), 4),
            "bxor" => (Operator::Binary(B::BitXor), 4),
            "shl" => (Operator::Binary(B::Shl), 4),
            "shr" => (Operator::Binary(B::Shr), 4),
            "and" => (Operator::Logical(LogicalOp::And), 2),
            "or" => (Operator::Logical(LogicalOp::Or), 2),
            "xor" => (Operator::Unknown, 2),
            _ => return None,
        };
        Some((operator.0, operator.1, length))
    }

    pub(super) fn unary(&mut self) -> ExprId {
        let start = self.pos;
        let op = if self.peek() == Some('!') {
            self.bump();
            Some("not")
        } else {
            ["not", "bnot", "join", "split"].into_iter().find(|word| {
                let rest = self.rest();
                rest.starts_with('-')
                    && rest
                        .get(1..=word.len())
                        .is_some_and(|t| t.eq_ignore_ascii_case(word))
                    && !rest
                        .get(word.len() + 1..)
                        .and_then(|r| r.chars().next())
                        .is_some_and(char::is_alphanumeric)
            })
        };
        if let Some(op) = op {
            if !matches!(self.src.as_bytes().get(start), Some(b'!')) {
                self.pos += op.len() + 1;
            }
            self.blanks(false);
            let operand = self.level(if matches!(op, "join" | "split") { 8 } else { 4 });
            let span = self.span(start);
            return match op {
                "join" | "split" => {
                    let separator = self.b.str(if op == "join" { "" } else { " " }, span);
                    self.builtin(
                        if op == "join" { "@join" } else { "@split" },
                        &[operand, separator],
                        span,
                    )
                }
                "bnot" => self.b.expr(
                    Expr::Unary {
                        op: UnaryOp::BitNot,
                        operand,
                    },
                    span,
                ),
                _ => self.b.expr(
                    Expr::Unary {
                        op: UnaryOp::Not,
                        operand,
                    },
                    span,
                ),
            };
        }
        if self.eat("++") || self.eat("--") {
            let operand = self.unary_again();
            let span = self.span(start);
            return self.unknown(vec![operand], span);
        }
        if self.peek() == Some('-')
            && self
                .peek_second()
                .is_some_and(|c| c.is_ascii_digit() || matches!(c, '$' | '('))
        {
            self.bump();
            let operand = self.unary_again();
            let span = self.span(start);
            return self.b.expr(
                Expr::Unary {
                    op: UnaryOp::Neg,
                    operand,
                },
                span,
            );
        }
        if self.eat(",") {
            let only = self.unary_again();
            let span = self.span(start);
            return self.b.expr(Expr::List(vec![Self::arg(only)]), span);
        }
        let primary = self.primary_value();
        self.postfix_of(primary, start)
    }

    pub(super) fn unary_again(&mut self) -> ExprId {
        let start = self.pos;
        self.blanks(false);
        self.nested(Self::unary).unwrap_or_else(|| {
            let span = self.span(start);
            self.unknown(Vec::new(), span)
        })
    }

    /// Operators after a first operand, where `,` separates.
    pub(super) fn more(&mut self, mut left: ExprId, start: usize) -> ExprId {
        loop {
            self.blanks(true);
            let Some((operator, level, length)) = self.operator() else {
                return left;
            };
            self.pos += length;
            self.blanks(true);
            let at = self.pos;
            let mut right = self.level(9);
            if level >= 9 {
                self.blanks(false);
                // The operand of `-f` is a list even here.
                if self.peek() == Some(',') {
                    right = self.comma(right, at);
                }
            }
            let span = self.span(start);
            left = match operator {
                Operator::Binary(op) => self.b.expr(Expr::Binary { op, left, right }, span),
                Operator::Logical(op) => self.b.expr(Expr::Logical { op, left, right }, span),
                Operator::Call(name) => self.builtin(name, &[left, right], span),
                Operator::Unknown => self.unknown(vec![left, right], span),
            };
        }
    }
}

const COMPARISONS: [&str; 17] = [
    "eq",
    "ne",
    "gt",
    "ge",
    "lt",
    "le",
    "match",
    "notmatch",
    "like",
    "notlike",
    "contains",
    "notcontains",
    "in",
    "notin",
    "replace",
    "split",
    "join",
];
