//! `sigfig`, which asks how its operands are written.

use super::{Lower, Lowered, Relation, ScalarType, Typed, column::constant};
use crate::{
    functions::row,
    spl::{
        ast::{Expr, ExprKind},
        functions::figures::Figures,
    },
};

impl Lower<'_> {
    /// A calculation rounded to the figures of its least precise operand.
    pub(super) fn significant(&mut self, expr: &Expr, row: &Relation) -> Lowered<Typed> {
        let mut args = Vec::new();
        let figures = self.figures(expr, row, &mut args)?;
        let args = args
            .into_iter()
            .map(|value| (value.expr, value.scalar))
            .collect();
        let call = row::simple(
            format!("spl_sigfig {figures:?}"),
            args,
            ScalarType::Real,
            move |args| figures.call(args),
        );
        Ok(Typed::new(call, ScalarType::Real))
    }

    fn figures(&mut self, expr: &Expr, row: &Relation, args: &mut Vec<Typed>) -> Lowered<Figures> {
        let value = match &expr.kind {
            ExprKind::Binary(operator @ ("+" | "-" | "*" | "/"), a, b) => {
                let a = Box::new(self.figures(a, row, args)?);
                let b = Box::new(self.figures(b, row, args)?);
                return Ok(Figures::Both(operator, a, b));
            }
            ExprKind::Minus(inner) => {
                let inner = self.figures(inner, row, args)?;
                return Ok(Figures::Minus(Box::new(inner)));
            }
            // Zeros at the end count.
            ExprKind::Number(number, digits) => constant(&format!("{number:.digits$}")),
            _ => self.value(expr, row)?,
        };
        args.push(value);
        Ok(Figures::Argument(args.len() - 1))
    }
}
