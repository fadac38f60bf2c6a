//! `search` and `find`: a text in any column of many tables.

use datafusion::logical_expr::Expr as Plan;

use super::{Lower, Lowered, Typed, relation::Relation};
use crate::{
    error::Class,
    functions::{cell::Cell, predicate},
    kql::ast::{Expr, ExprKind, Literal, Name, Named, OperatorKind, Span, TERM},
    value::ScalarType,
};

impl Lower<'_> {
    /// `search`: words are looked for in every column.
    pub(super) fn search(
        &mut self,
        input: Option<Relation>,
        operator: &OperatorKind,
        span: &Span,
    ) -> Lowered<Relation> {
        let OperatorKind::Search {
            tables,
            source,
            cased,
            predicate,
        } = operator
        else {
            return self.fail(Class::Syntax, span, "not a search");
        };
        let all = match input {
            Some(input) => input,
            None => self.everywhere(tables, source.as_ref(), "$table", span)?,
        };
        let condition = self.searched(&all, predicate, *cased)?;
        all.filter(condition)
    }

    /// `find`: rows of many tables, with the table that each is of.
    pub(super) fn find(&mut self, operator: &OperatorKind, span: &Span) -> Lowered<Relation> {
        let OperatorKind::Find {
            tables,
            source,
            predicate,
            project,
        } = operator
        else {
            return self.fail(Class::Syntax, span, "not a search");
        };
        let all = self.everywhere(tables, source.as_ref(), "source_", span)?;
        let condition = self.searched(&all, predicate, false)?;
        let found = all.filter(condition)?;
        if project.is_empty() {
            return Ok(found);
        }
        let source = source
            .as_ref()
            .map_or("source_", |source| source.text.as_str());
        let mut shown = vec![Named {
            names: Vec::new(),
            value: Expr {
                kind: ExprKind::Name(source.to_owned()),
                span: span.clone(),
            },
        }];
        let named = |named: &&Named| !matches!(&named.value.kind, ExprKind::Name(n) if n == source);
        shown.extend(project.iter().filter(named).cloned());
        self.projected(&found, &shown)
    }

    fn everywhere(
        &mut self,
        tables: &[Expr],
        source: Option<&Name>,
        otherwise: &str,
        span: &Span,
    ) -> Lowered<Relation> {
        let everything = [Expr {
            kind: ExprKind::Wildcard("*".to_owned()),
            span: span.clone(),
        }];
        let tables = match tables.is_empty() {
            true => everything.as_slice(),
            false => tables,
        };
        let source = source.cloned().unwrap_or_else(|| Name {
            text: otherwise.to_owned(),
            span: span.clone(),
        });
        self.union(None, tables, false, Some(&source), true, span)
    }

    fn searched(&mut self, input: &Relation, predicate: &Expr, cased: bool) -> Lowered<Plan> {
        match &predicate.kind {
            ExprKind::And(parts) | ExprKind::Or(parts) => {
                let mut terms = Vec::new();
                for part in parts {
                    terms.push(self.searched(input, part, cased)?);
                }
                let all = matches!(predicate.kind, ExprKind::And(_));
                Ok(predicate::joined(terms, all))
            }
            ExprKind::Call { name, args } if name.text == "not" && args.len() == 1 => {
                let mut terms = Vec::new();
                for arg in args {
                    terms.push(!self.searched(input, &arg.value, cased)?);
                }
                Ok(predicate::joined(terms, true))
            }
            ExprKind::Literal(literal) => {
                let mut terms = Vec::new();
                for found in &input.columns {
                    let value = input.reference(found);
                    terms.push(self.term(value, literal, cased, &predicate.span)?);
                }
                Ok(predicate::joined(terms, false))
            }
            ExprKind::Text(column, operator, wanted) if operator == TERM => {
                let ExprKind::Literal(literal) = &wanted.kind else {
                    let message = "after `:` stands a text to look for";
                    return self.fail(Class::Syntax, &wanted.span, message);
                };
                let value = self.scalar(column, input)?;
                self.term(value, literal, cased, &predicate.span)
            }
            ExprKind::Wildcard(pattern) if pattern == "*" => Ok(Plan::Literal(
                datafusion::scalar::ScalarValue::Boolean(Some(true)),
                None,
            )),
            _ => self.condition(predicate, input),
        }
    }

    /// Whether a value has a term; a `*` before or after it stands for more of it.
    fn term(&mut self, value: Typed, literal: &Literal, cased: bool, span: &Span) -> Lowered<Plan> {
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
        let name = match cased {
            true => format!("{name}_cs"),
            false => name.to_owned(),
        };
        let wanted = Typed::constant(Cell::owned(text), ScalarType::String);
        Ok(self.text_match(value, &name, wanted, false, span)?.expr)
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
