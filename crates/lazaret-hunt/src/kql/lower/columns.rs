//! Rows chosen, columns made, renamed, ordered.

use datafusion::logical_expr::{LogicalPlanBuilder, SortExpr, lit};

use super::{
    Lower, Lowered, Typed, names,
    relation::{Relation, column},
    search::uses,
    window,
};
use crate::{
    error::Class,
    kql::ast::{Expr, ExprKind, Named, Order},
    value::ScalarType,
};

impl Lower<'_> {
    pub(super) fn filtered(&mut self, input: &Relation, condition: &Expr) -> Lowered<Relation> {
        let condition = self.condition(condition, input)?;
        if window::windows_in(std::slice::from_ref(&condition)).is_empty() {
            return input.filter(condition);
        }
        let name = self.fresh("condition");
        let marked = input.extend(vec![(
            name.clone(),
            Typed::new(condition, ScalarType::Bool),
        )])?;
        marked.filter(column(&name))?.keep(|known| known != name)
    }

    pub(super) fn extended(&mut self, input: &Relation, columns: &[Named]) -> Lowered<Relation> {
        let mut current = input.clone();
        let mut pending: Vec<(String, Typed)> = Vec::new();
        for named in columns {
            // A later expression of the same `extend` may use an earlier one.
            if !pending.is_empty() && uses(&named.value, &pending) {
                current = current.extend(std::mem::take(&mut pending))?;
            }
            let value = self.scalar(&named.value, &current)?;
            if let Some(several) = self.several(named, &value) {
                pending.extend(several);
                continue;
            }
            let name = match named.names.first() {
                Some(name) => name.text.clone(),
                None => {
                    let taken = |name: &str| {
                        current.has(name) || pending.iter().any(|(known, _)| known == name)
                    };
                    names::of_column(named, taken)
                }
            };
            if let Some((_, known)) = pending.iter_mut().find(|(known, _)| *known == name) {
                *known = value;
            } else {
                pending.push((name, value));
            }
        }
        current.extend(pending)
    }

    pub(super) fn projected(&mut self, input: &Relation, columns: &[Named]) -> Lowered<Relation> {
        let mut out: Vec<(String, Typed)> = Vec::new();
        for named in columns {
            if let ExprKind::Wildcard(pattern) = &named.value.kind {
                for column in input
                    .columns
                    .iter()
                    .filter(|column| names::fits(&column.name, pattern))
                {
                    out.push((column.name.clone(), input.reference(column)));
                }
                continue;
            }
            let value = self.scalar(&named.value, input)?;
            if let Some(several) = self.several(named, &value) {
                out.extend(several);
                continue;
            }
            let name = names::of_column(named, |name| out.iter().any(|(known, _)| known == name));
            out.push((name, value));
        }
        let mut relation = self.unique(input, out)?;
        relation.open = false;
        relation.table = None;
        Ok(relation)
    }

    /// The columns of an expression that gives several, by the names they are
    /// given or those that the service gives them.
    pub(super) fn several(&mut self, named: &Named, value: &Typed) -> Option<Vec<(String, Typed)>> {
        let columns = match named.names.as_slice() {
            [] => names::several(&named.value)?,
            [_] => return None,
            names => names
                .iter()
                .map(|name| (name.text.clone(), ScalarType::Dynamic))
                .collect(),
        };
        let mut out = Vec::new();
        for (index, (name, scalar)) in columns.into_iter().enumerate() {
            let steps = [crate::functions::json::Step::Index(index as i64)];
            let item = crate::functions::json::path(value.expr.clone(), value.scalar, &steps);
            let item = Typed::new(item, ScalarType::Dynamic);
            out.push((name, self.converted(item, scalar)));
        }
        Some(out)
    }

    /// Columns of one name are numbered.
    pub(super) fn unique(
        &mut self,
        input: &Relation,
        columns: Vec<(String, Typed)>,
    ) -> Lowered<Relation> {
        let mut out: Vec<(String, Typed)> = Vec::with_capacity(columns.len());
        for (name, value) in columns {
            let name =
                super::relation::unused(&name, |name| out.iter().any(|(known, _)| known == name));
            out.push((name, value));
        }
        input.project(out)
    }

    pub(super) fn distinct(&mut self, input: &Relation, values: &[Expr]) -> Lowered<Relation> {
        let named: Vec<Named> = values
            .iter()
            .map(|value| Named {
                names: Vec::new(),
                value: value.clone(),
            })
            .collect();
        let narrow = self.projected(input, &named)?;
        let columns = narrow
            .columns
            .iter()
            .map(|column| {
                let value = narrow.reference(column);
                let value = match value.scalar {
                    ScalarType::String => Typed::new(self.text(value), ScalarType::String),
                    _ => value,
                };
                (column.name.clone(), value)
            })
            .collect();
        let mut narrow = narrow.project(columns)?;
        narrow.order.clear();
        let plan = LogicalPlanBuilder::from(narrow.plan.clone())
            .distinct()?
            .build()?;
        Ok(narrow.with_plan(plan))
    }

    pub(super) fn orders(&mut self, input: &Relation, orders: &[Order]) -> Lowered<Vec<SortExpr>> {
        let mut out = Vec::new();
        for order in orders {
            let value = self.scalar(&order.value, input)?;
            let expr = if value.scalar == ScalarType::String {
                self.text(value)
            } else {
                value.expr
            };
            // Nulls come first when ascending, last when descending.
            let nulls_first = order.nulls_first.unwrap_or(order.ascending);
            out.push(expr.sort(order.ascending, nulls_first));
        }
        Ok(out)
    }

    pub(super) fn count_of(&mut self, expr: &Expr) -> Lowered<usize> {
        let none = Relation::none()?;
        let value = self.scalar(expr, &none)?;
        let value = self.folded(value)?;
        match value.value().and_then(|cell| cell.long()) {
            Some(count) if count >= 0 => Ok(usize::try_from(count).unwrap_or(usize::MAX)),
            _ => self.fail(Class::Arguments, &expr.span, "a number of rows is wanted"),
        }
    }

    pub(super) fn schema_of(&mut self, input: &Relation) -> Lowered<Relation> {
        let rows = input
            .columns
            .iter()
            .enumerate()
            .map(|(index, column)| {
                vec![
                    lit(column.name.as_str()),
                    lit(index as i64),
                    lit(format!("System.{}", column.scalar)),
                    lit(column.scalar.name()),
                ]
            })
            .collect::<Vec<_>>();
        if rows.is_empty() {
            return Relation::empty(&[("ColumnName".to_owned(), ScalarType::String)]);
        }
        let plan = LogicalPlanBuilder::values(rows)?;
        let names = [
            ("ColumnName", ScalarType::String),
            ("ColumnOrdinal", ScalarType::Long),
            ("DataType", ScalarType::String),
            ("ColumnType", ScalarType::String),
        ];
        let own: Vec<String> = plan
            .schema()
            .fields()
            .iter()
            .map(|field| field.name().clone())
            .collect();
        let columns = names
            .into_iter()
            .zip(own)
            .map(|((name, scalar), own)| (name.to_owned(), Typed::new(column(&own), scalar)))
            .collect();
        Relation::new(plan.build()?, Vec::new()).project(columns)
    }
}
