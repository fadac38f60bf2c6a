//! `search` and `find`: a text in any column of many tables.

use datafusion::logical_expr::{Expr as Plan, Operator as Op};

use super::{Lower, Lowered, Typed, arithmetic::balanced, relation::Relation};
use crate::{
    functions::cell::Cell,
    kql::ast::{Expr, ExprKind, Name, Span},
    value::ScalarType,
};

impl Lower<'_> {
    /// `search`: words are looked for in every column.
    pub(super) fn search(
        &mut self,
        input: Option<Relation>,
        tables: &[Expr],
        predicate: &Expr,
        span: &Span,
    ) -> Lowered<Relation> {
        let all = match input {
            Some(input) => input,
            None => {
                let everything = [Expr {
                    kind: ExprKind::Wildcard("*".to_owned()),
                    span: span.clone(),
                }];
                let tables = if tables.is_empty() {
                    everything.as_slice()
                } else {
                    tables
                };
                let source = Name {
                    text: "$table".to_owned(),
                    span: span.clone(),
                };
                self.union(None, tables, false, Some(&source), true, span)?
            }
        };
        let condition = self.searched(&all, predicate)?;
        all.filter(condition)
    }

    fn searched(&mut self, input: &Relation, predicate: &Expr) -> Lowered<Plan> {
        match &predicate.kind {
            ExprKind::And(parts) | ExprKind::Or(parts) => {
                let mut terms = Vec::new();
                for part in parts {
                    terms.push(self.searched(input, part)?);
                }
                let op = if matches!(predicate.kind, ExprKind::Or(_)) {
                    Op::Or
                } else {
                    Op::And
                };
                Ok(balanced(terms, op))
            }
            ExprKind::Literal(literal) => {
                let wanted = super::scalar::constant(literal);
                let text = wanted
                    .value()
                    .map(|cell| cell.text().into_owned())
                    .unwrap_or_default();
                let (name, text) = match (text.strip_prefix('*'), text.strip_suffix('*')) {
                    (Some(_), Some(_)) => ("contains", text.trim_matches('*').to_owned()),
                    (Some(rest), None) => ("hassuffix", rest.to_owned()),
                    (None, Some(rest)) => ("hasprefix", rest.to_owned()),
                    (None, None) => ("has", text.clone()),
                };
                let wanted = Typed::constant(Cell::owned(text), ScalarType::String);
                let mut terms = Vec::new();
                for found in &input.columns {
                    let value = input.reference(found);
                    terms.push(
                        self.text_match(value, name, wanted.clone(), false, &predicate.span)?
                            .expr,
                    );
                }
                Ok(balanced(terms, Op::Or))
            }
            ExprKind::Wildcard(pattern) if pattern == "*" => Ok(Plan::Literal(
                datafusion::scalar::ScalarValue::Boolean(Some(true)),
                None,
            )),
            _ => self.condition(predicate, input),
        }
    }
}

/// Whether an expression may use one of the columns; when in doubt, yes.
pub(super) fn uses(expr: &Expr, columns: &[(String, Typed)]) -> bool {
    let any = |exprs: &[Expr]| exprs.iter().any(|expr| uses(expr, columns));
    match &expr.kind {
        ExprKind::Literal(_) => false,
        ExprKind::Name(name) => columns.iter().any(|(known, _)| known == name),
        ExprKind::Call { args, .. } => args.iter().any(|arg| uses(&arg.value, columns)),
        ExprKind::Member(base, _) | ExprKind::Negative(base) => uses(base, columns),
        ExprKind::Index(a, b) | ExprKind::Binary(a, _, b) | ExprKind::Text(a, _, b) => {
            uses(a, columns) || uses(b, columns)
        }
        ExprKind::And(parts) | ExprKind::Or(parts) => any(parts),
        ExprKind::List(value, _, items) => uses(value, columns) || any(items),
        ExprKind::Between(a, _, b, c) => uses(a, columns) || uses(b, columns) || uses(c, columns),
        _ => true,
    }
}
