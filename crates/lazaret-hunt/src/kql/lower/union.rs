//! `union`.

use datafusion::logical_expr::LogicalPlanBuilder;

use super::{Binding, Lower, Lowered, Typed, names, relation::Relation};
use crate::{
    engine::{PlannedColumn, tables_of},
    error::{Class, HuntError},
    functions::cell::Cell,
    kql::ast::{Expr, ExprKind, Name, OperatorKind, Span},
    value::ScalarType,
};

/// Tables of one union, as written.
const TABLES: usize = 2_000;

impl Lower<'_> {
    pub(super) fn union(
        &mut self,
        first: Option<Relation>,
        tables: &[Expr],
        inner: bool,
        source: Option<&Name>,
        fuzzy: bool,
        span: &Span,
    ) -> Lowered<Relation> {
        let mut parts: Vec<(String, Relation)> = Vec::new();
        // Whether no table has rows: then the columns are all there is to it,
        // and a union of hundreds of wide, empty tables need not be planned.
        let mut hollow = first.is_none();
        if let Some(first) = first {
            let name = first
                .table
                .clone()
                .unwrap_or_else(|| "union_arg0".to_owned());
            parts.push((name, first));
        }
        if tables.len() > TABLES {
            let message = format!("a union of {} tables; the limit is {TABLES}", tables.len());
            return self.fail(Class::Limit, span, message);
        }
        for table in tables {
            if let ExprKind::Wildcard(pattern) = &table.kind {
                for name in self.fitting(pattern) {
                    let one = Expr {
                        kind: ExprKind::Name(name.clone()),
                        span: table.span.clone(),
                    };
                    hollow &= self.is_hollow(&name);
                    parts.push((name, self.tabular(&one)?));
                }
                continue;
            }
            hollow &= matches!(&table.kind, ExprKind::Name(name) if self.is_hollow(name));
            let name = match &table.kind {
                ExprKind::Name(name) => name.clone(),
                ExprKind::Pipe(source, operators) => {
                    match (operators.last().map(|last| &last.kind), &source.kind) {
                        (Some(OperatorKind::As(name)), _) => name.text.clone(),
                        (_, ExprKind::Name(name)) => name.clone(),
                        _ => format!("union_arg{}", parts.len()),
                    }
                }
                _ => format!("union_arg{}", parts.len()),
            };
            match self.tabular(table) {
                Ok(relation) => parts.push((name, relation)),
                // A fuzzy union leaves out tables that are not there.
                Err(HuntError::Hunt(list))
                    if fuzzy
                        && list.iter().all(|one| {
                            matches!(one.class, Class::UnknownTable | Class::UnknownFunction)
                        }) =>
                {
                    for one in list {
                        self.warn(
                            Class::UnknownTable,
                            &one.span,
                            format!("{}; the fuzzy union leaves it out", one.message),
                        );
                    }
                }
                Err(error) => return Err(error),
            }
        }
        if parts.is_empty() {
            return self.fail(
                Class::UnknownTable,
                span,
                "none of the tables of the union is here",
            );
        }
        if let Some(source) = source {
            for (name, relation) in &mut parts {
                let value = Typed::constant(Cell::owned(name.clone()), ScalarType::String);
                let mut columns = vec![(source.text.clone(), value)];
                columns.extend(
                    relation
                        .columns
                        .iter()
                        .filter(|column| column.name != source.text)
                        .map(|column| (column.name.clone(), relation.reference(column))),
                );
                *relation = relation.project(columns)?;
            }
        }
        let relations: Vec<Relation> = parts.into_iter().map(|(_, relation)| relation).collect();
        let hollow = hollow && relations.len() > 8;
        self.united(relations, inner, hollow, span)
    }

    /// Whether the name is of a documented table of which there are no rows.
    fn is_hollow(&self, name: &str) -> bool {
        !self.context.catalog.has_rows(name)
            && self.context.catalog.schemas().get(name).is_some()
            && !self.scopes.iter().flatten().any(|(bound, _)| bound == name)
    }

    /// The tables a pattern stands for: bound ones, and those with rows, or
    /// all documented ones when there are no rows at all.
    fn fitting(&self, pattern: &str) -> Vec<String> {
        let mut found: Vec<String> = self
            .scopes
            .iter()
            .flatten()
            .filter(|(name, binding)| {
                matches!(binding, Binding::Table(_)) && names::fits(name, pattern) && pattern != "*"
            })
            .map(|(name, _)| name.clone())
            .collect();
        let known: Vec<String> = self
            .context
            .catalog
            .names()
            .into_iter()
            .filter(|name| names::fits(name, pattern))
            .collect();
        let present: Vec<String> = known
            .iter()
            .filter(|name| self.context.catalog.has_rows(name))
            .cloned()
            .collect();
        found.extend(if present.is_empty() { known } else { present });
        found.sort();
        found.dedup();
        found
    }

    fn united(
        &mut self,
        relations: Vec<Relation>,
        inner: bool,
        hollow: bool,
        span: &Span,
    ) -> Lowered<Relation> {
        let mut columns: Vec<PlannedColumn> = Vec::new();
        for relation in &relations {
            for column in &relation.columns {
                match columns.iter_mut().find(|known| known.name == column.name) {
                    None => columns.push(column.clone()),
                    Some(known) if known.scalar == column.scalar => {}
                    Some(known) => {
                        let scalar = match (known.scalar, column.scalar) {
                            (ScalarType::Long, ScalarType::Real)
                            | (ScalarType::Real, ScalarType::Long) => ScalarType::Real,
                            (ScalarType::String, ScalarType::Dynamic)
                            | (ScalarType::Dynamic, ScalarType::String) => ScalarType::Dynamic,
                            _ => ScalarType::String,
                        };
                        let message = format!(
                            "the column `{}` is {} in one table and {} in another; it is read as {scalar}",
                            column.name, known.scalar, column.scalar
                        );
                        known.scalar = scalar;
                        self.warn(Class::Type, span, message);
                    }
                }
            }
        }
        if inner {
            columns.retain(|column| relations.iter().all(|relation| relation.has(&column.name)));
        }
        if hollow {
            let columns: Vec<(String, ScalarType)> = columns
                .iter()
                .map(|column| (column.name.clone(), column.scalar))
                .collect();
            return Relation::empty(&columns);
        }
        let mut open = false;
        let mut weight = super::relation::Weight::default();
        let mut plan: Option<LogicalPlanBuilder> = None;
        // Tables without rows give their columns only: a union of all
        // documented tables has thousands of columns in each of its parts.
        let vacant = relations.iter().all(|relation| relation.vacant);
        for relation in &relations {
            open |= relation.open;
            weight = weight.with(relation.weight);
            if relation.vacant && (!vacant || plan.is_some()) {
                tables_of(&relation.plan, &mut self.unread);
                continue;
            }
            let values = columns
                .iter()
                .map(|column| {
                    let value = match relation.find(&column.name) {
                        Some(found) => self.converted(relation.reference(found), column.scalar),
                        None => Typed::null(column.scalar),
                    };
                    (column.name.clone(), value)
                })
                .collect();
            let part = relation.project(values)?.plan;
            plan = Some(match plan {
                None => LogicalPlanBuilder::from(part),
                Some(plan) => plan.union(part)?,
            });
        }
        let Some(plan) = plan else {
            return Relation::none();
        };
        let mut united = Relation::new(plan.build()?, columns);
        united.vacant = vacant;
        united.open = open;
        united.weight = weight;
        Ok(united)
    }
}
