//! Functions that go through the values of a field one by one.

use super::{Lower, Lowered, Relation, ScalarType, Span, Typed, column::dynamic};
use crate::{
    error::Class,
    functions::{cell::Cell, row},
    spl::{
        ast::{Expr, ExprKind},
        functions::value,
    },
};

impl Lower<'_> {
    /// `mvfilter`: values of the one field in the condition for which it holds.
    pub(super) fn mvfilter(
        &mut self,
        condition: &Expr,
        row: &Relation,
        span: &Span,
    ) -> Lowered<Typed> {
        let mut fields = Vec::new();
        names(condition, &mut fields);
        fields.dedup();
        let [field] = fields.as_slice() else {
            return self.fail(
                Class::Arguments,
                span,
                "`mvfilter` looks at exactly one field",
            );
        };
        let Some(test) = super::template::test(condition) else {
            return self.fail(
                Class::Unsupported,
                span,
                "`mvfilter` is supported with match, like, =, != and their combinations only",
            );
        };
        let value = dynamic(self.field(row, field, span));
        let call = row::simple(
            format!("spl_mvfilter {condition:?}"),
            vec![(value.expr, ScalarType::Dynamic)],
            ScalarType::Dynamic,
            move |args| match args.first() {
                Some(cell) => {
                    let items = value::values(cell).into_iter();
                    value::many(items.filter(|item| test(item)).collect())
                }
                None => Cell::Null,
            },
        );
        Ok(Typed::new(call, ScalarType::Dynamic))
    }

    /// `mvmap`: what a function gives for each value.
    pub(super) fn mvmap(
        &mut self,
        field: &Expr,
        body: &Expr,
        row: &Relation,
        span: &Span,
    ) -> Lowered<Typed> {
        let ExprKind::Field(name, _) = &field.kind else {
            return self.fail(Class::Arguments, span, "`mvmap` goes over a field");
        };
        let Some(work) = super::template::mapping(body, name) else {
            return self.fail(
                Class::Unsupported,
                span,
                "`mvmap` is supported with functions of its field and constants only",
            );
        };
        let value = dynamic(self.field(row, name, span));
        let call = row::simple(
            format!("spl_mvmap {body:?}"),
            vec![(value.expr, ScalarType::Dynamic)],
            ScalarType::Dynamic,
            move |args| match args.first() {
                Some(cell) => {
                    let items = value::values(cell).into_iter();
                    value::many(items.flat_map(|item| value::values(&work(&item))).collect())
                }
                None => Cell::Null,
            },
        );
        Ok(Typed::new(call, ScalarType::Dynamic))
    }
}

fn names(expr: &Expr, out: &mut Vec<String>) {
    match &expr.kind {
        ExprKind::Field(name, _) if !out.contains(name) => out.push(name.clone()),
        ExprKind::Call(_, args) => args.iter().for_each(|arg| names(arg, out)),
        ExprKind::Minus(inner) | ExprKind::Not(inner) => names(inner, out),
        ExprKind::Binary(_, a, b) => {
            names(a, out);
            names(b, out);
        }
        ExprKind::In(value, items) => {
            names(value, out);
            items.iter().for_each(|item| names(item, out));
        }
        _ => {}
    }
}
