//! `$((…))`: integer expressions.

use crate::ir::{BinaryOp, Const, Expr, ExprId, UnaryOp};

use super::Parser;

const OPERATORS: [(&str, BinaryOp, u8); 19] = [
    ("**", BinaryOp::Pow, 12),
    ("<<", BinaryOp::Shl, 9),
    (">>", BinaryOp::Shr, 9),
    ("<=", BinaryOp::Le, 8),
    (">=", BinaryOp::Ge, 8),
    ("==", BinaryOp::Eq, 7),
    ("!=", BinaryOp::Ne, 7),
    ("&&", BinaryOp::BitAnd, 3),
    ("||", BinaryOp::BitOr, 2),
    ("*", BinaryOp::Mul, 11),
    ("/", BinaryOp::FloorDiv, 11),
    ("%", BinaryOp::Mod, 11),
    ("+", BinaryOp::Add, 10),
    ("-", BinaryOp::Sub, 10),
    ("<", BinaryOp::Lt, 8),
    (">", BinaryOp::Gt, 8),
    ("&", BinaryOp::BitAnd, 6),
    ("^", BinaryOp::BitXor, 5),
    ("|", BinaryOp::BitOr, 4),
];

impl Parser<'_> {
    /// Whether the `$((` here ends with `))`: else it is a subshell in `$(`.
    pub(super) fn arithmetic_closes(&self) -> bool {
        let mut open = 0_u32;
        let mut bytes = self.rest().bytes().skip(1).take(2_000).peekable();
        while let Some(c) = bytes.next() {
            match c {
                b'(' => open += 1,
                b')' if open == 2 => return bytes.peek() == Some(&b')'),
                b')' => open = open.saturating_sub(1),
                b'\n' | b'"' | b'\'' => return false,
                _ => {}
            }
        }
        false
    }

    /// An expression up to `stop`, which is left.
    pub(super) fn arithmetic(&mut self, stop: u8) -> ExprId {
        let start = self.pos;
        let value = self.nested(|p| p.operation(0, stop)).unwrap_or_else(|| {
            let span = self.span(start);
            self.unknown(Vec::new(), span)
        });
        // Assignments and ternaries: what is left is not followed.
        let mut depth = 0_u32;
        while let Some(next) = self.peek() {
            match next {
                b'\n' => break,
                _ if next == stop && depth == 0 => break,
                b'}' if depth == 0 => break,
                b'(' => depth += 1,
                b')' => depth = depth.saturating_sub(1),
                _ => {}
            }
            self.bump();
        }
        value
    }

    fn operation(&mut self, least: u8, stop: u8) -> ExprId {
        let start = self.pos;
        let mut left = self.arithmetic_operand();
        loop {
            self.blanks();
            if self.peek() == Some(stop) {
                return left;
            }
            let found = OPERATORS
                .iter()
                .find(|(text, _, level)| *level > least && self.looking_at(text));
            let Some((text, op, level)) = found else {
                return left;
            };
            self.pos += text.len();
            let Some(right) = self.nested(|p| p.operation(*level, stop)) else {
                return left;
            };
            let span = self.span(start);
            left = self.b.expr(
                Expr::Binary {
                    op: *op,
                    left,
                    right,
                },
                span,
            );
        }
    }

    fn arithmetic_operand(&mut self) -> ExprId {
        self.blanks();
        let start = self.pos;
        match self.peek() {
            Some(b'(') => {
                self.pos += 1;
                let inner = self.nested(|p| p.operation(0, b')'));
                self.blanks();
                self.eat(")");
                let span = self.span(start);
                inner.unwrap_or_else(|| self.unknown(Vec::new(), span))
            }
            Some(sign @ (b'-' | b'+' | b'~' | b'!')) => {
                self.pos += 1;
                let operand = self.nested(Self::arithmetic_operand);
                let span = self.span(start);
                let op = match sign {
                    b'-' => UnaryOp::Neg,
                    b'~' => UnaryOp::BitNot,
                    b'!' => UnaryOp::Not,
                    _ => UnaryOp::Plus,
                };
                match operand {
                    Some(operand) => self.b.expr(Expr::Unary { op, operand }, span),
                    None => self.unknown(Vec::new(), span),
                }
            }
            Some(b'0'..=b'9') => {
                let rest = self.rest();
                let length = rest
                    .bytes()
                    .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, b'#' | b'_'))
                    .count();
                self.pos += length;
                let span = self.span(start);
                match number(rest.get(..length).unwrap_or("")) {
                    Some(value) => self.b.expr(Expr::Const(Const::Int(value)), span),
                    None => self.unknown(Vec::new(), span),
                }
            }
            Some(c) if c == b'_' || c.is_ascii_alphabetic() => {
                let rest = self.rest();
                let length = rest
                    .bytes()
                    .take_while(|c| c.is_ascii_alphanumeric() || *c == b'_')
                    .count();
                self.pos += length;
                self.variable(rest.get(..length).unwrap_or(""), start)
            }
            Some(b'$' | b'`') => self.dollar(false).unwrap_or_else(|| {
                let span = self.span(start);
                self.unknown(Vec::new(), span)
            }),
            _ => {
                let span = self.span(start);
                self.unknown(Vec::new(), span)
            }
        }
    }
}

/// Decimal, `0x`, `0` octal and `base#digits`.
fn number(text: &str) -> Option<i64> {
    if let Some((base, digits)) = text.split_once('#') {
        let base: u32 = base.parse().ok().filter(|b| (2..=36).contains(b))?;
        return i64::from_str_radix(digits, base).ok();
    }
    if let Some(hex) = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        return i64::from_str_radix(hex, 16).ok();
    }
    match text.strip_prefix('0') {
        Some(octal) if !octal.is_empty() => i64::from_str_radix(octal, 8).ok(),
        _ => text.parse().ok(),
    }
}
