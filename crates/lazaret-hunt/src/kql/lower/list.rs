//! Operators over lists: `in`, `has_any`, `has_all`.

use super::compare::{given, label};
use std::collections::HashSet;

use datafusion::logical_expr::{Expr as Plan, lit};

use super::{Lower, Lowered, Typed, first_column, relation::Relation};
use crate::{
    error::Class,
    functions::{
        array::plain,
        cell::Cell,
        predicate, row,
        term::{Matcher, Place},
    },
    kql::ast::{Expr, Span},
    value::ScalarType,
};

/// Values of an `in (…)` list beyond which they are hashed.
const LISTED: usize = 100;
/// Values a table may bring into a list.
const VALUES: usize = 1_000_000;

impl Lower<'_> {
    /// `in`, `in~`, `has_any`, `has_all`.
    pub(super) fn list_operator(
        &mut self,
        left: &Expr,
        op: &str,
        items: &[Expr],
        row: &Relation,
        positive: bool,
        span: &Span,
    ) -> Lowered<Typed> {
        let (negated, name) = match op.strip_prefix('!') {
            Some(name) => (true, name),
            None => (false, op),
        };
        if matches!(&left.kind, crate::kql::ast::ExprKind::Wildcard(_)) {
            return self.any_column(row, negated, |this, column| {
                this.in_list(column, name, false, items, row, true, span)
            });
        }
        let value = self.scalar(left, row)?;
        self.in_list(value, name, negated, items, row, positive, span)
    }

    #[allow(clippy::too_many_arguments)]
    pub(super) fn in_list(
        &mut self,
        value: Typed,
        name: &str,
        negated: bool,
        items: &[Expr],
        row: &Relation,
        positive: bool,
        span: &Span,
    ) -> Lowered<Typed> {
        let mut constants: Vec<Cell<'static>> = Vec::new();
        let mut dependent: Vec<Typed> = Vec::new();
        for item in items {
            if self.is_tabular(item) {
                constants.extend(self.values_of(item)?);
                continue;
            }
            let item = self.scalar(item, row)?;
            let item = self.folded(item)?;
            match (item.value(), item.scalar) {
                (Some(Cell::Null), ScalarType::Dynamic) => {}
                (Some(cell), ScalarType::Dynamic) => match cell.json() {
                    serde_json::Value::Array(list) => {
                        constants.extend(list.iter().map(|value| match value {
                            serde_json::Value::String(text) => Cell::owned(text.clone()),
                            value => Cell::dynamic(value),
                        }))
                    }
                    serde_json::Value::Object(bag) => {
                        constants.extend(bag.keys().map(|key| Cell::owned(key.clone())))
                    }
                    _ => constants.push(cell),
                },
                (Some(cell), _) => constants.push(cell),
                (None, _) => dependent.push(item),
            }
        }
        let mut terms = Vec::new();
        if !constants.is_empty() || dependent.is_empty() {
            terms.push(self.in_constants(value.clone(), name, constants, span)?);
        }
        for item in dependent {
            terms.push(self.in_dependent(value.clone(), name, item, span)?);
        }
        let all = name == "has_all";
        let found = predicate::joined(terms, all);
        let expr = match (negated, positive) {
            (true, _) => Plan::IsNotTrue(Box::new(found)),
            (false, true) => found,
            (false, false) => Plan::IsTrue(Box::new(found)),
        };
        Ok(Typed::new(expr, ScalarType::Bool))
    }

    /// The first column of a table, as values.
    pub(super) fn values_of(&mut self, table: &Expr) -> Lowered<Vec<Cell<'static>>> {
        let relation = self.tabular(table)?;
        let Some(first) = relation.columns.first().cloned() else {
            return Ok(Vec::new());
        };
        let narrow = relation.project(vec![(first.name.clone(), relation.reference(&first))])?;
        let plan = datafusion::logical_expr::LogicalPlanBuilder::from(narrow.plan)
            .distinct()?
            .build()?;
        let batches = self.context.rows(&plan, VALUES + 1)?;
        let cells = first_column(&batches, first.scalar);
        if cells.len() > VALUES {
            let message =
                format!("the table gives more than {VALUES} values; use `join kind=leftsemi`");
            return self.fail(Class::Limit, &table.span, message);
        }
        let mut out = Vec::with_capacity(cells.len());
        for cell in cells {
            match (&cell, cell.json()) {
                (Cell::Dynamic(_), serde_json::Value::Array(items)) => {
                    out.extend(items.iter().map(|item| Cell::owned(plain(item))));
                }
                _ => out.push(cell),
            }
        }
        Ok(out)
    }

    pub(super) fn in_constants(
        &mut self,
        value: Typed,
        name: &str,
        constants: Vec<Cell<'static>>,
        span: &Span,
    ) -> Lowered<Plan> {
        let caseless = name != "in";
        if caseless || matches!(value.scalar, ScalarType::String | ScalarType::Dynamic) {
            let needles: Vec<String> = constants
                .iter()
                .map(|cell| cell.text().into_owned())
                .collect();
            let simple = name == "in"
                && value.scalar == ScalarType::String
                && needles.len() <= LISTED
                && !needles.iter().any(String::is_empty);
            if simple {
                let list = needles.into_iter().map(lit).collect();
                return Ok(value.expr.in_list(list, false));
            }
            let label = label(name, &needles);
            if value.scalar == ScalarType::String && name != "has_all" {
                let place = if name == "has_any" {
                    Place::Term
                } else {
                    Place::Whole
                };
                let matcher = Matcher::new(place, caseless, needles);
                return Ok(predicate::test(label, value.expr, move |text| {
                    matcher.matches(text)
                }));
            }
            let eval: row::Eval = match name {
                "has_all" => {
                    let matchers: Vec<Matcher> = needles
                        .into_iter()
                        .map(|needle| Matcher::new(Place::Term, true, [needle]))
                        .collect();
                    std::sync::Arc::new(move |cells| {
                        let text = cells.first().map(Cell::text).unwrap_or_default();
                        Cell::Bool(matchers.iter().all(|matcher| matcher.matches(&text)))
                    })
                }
                name => {
                    let place = if name == "has_any" {
                        Place::Term
                    } else {
                        Place::Whole
                    };
                    let matcher = Matcher::new(place, caseless, needles);
                    std::sync::Arc::new(move |cells| {
                        Cell::Bool(
                            cells
                                .first()
                                .is_some_and(|cell| matcher.matches(&cell.text())),
                        )
                    })
                }
            };
            return Ok(row::call(
                label,
                vec![given(value, ScalarType::String)],
                ScalarType::Bool,
                false,
                eval,
            ));
        }
        let scalar = value.scalar;
        let mut mixed = false;
        let converted: Vec<Cell<'static>> = constants
            .into_iter()
            .map(|cell| {
                mixed |= matches!(cell, Cell::Text(_));
                cell.to(scalar)
            })
            .filter(|cell| *cell != Cell::Null)
            .collect();
        if mixed {
            let message = format!(
                "texts are compared with {scalar}, which the service refuses; they are read as {scalar}"
            );
            self.warn(Class::Type, span, message);
        }
        if converted.len() <= LISTED {
            let list = converted
                .into_iter()
                .map(|cell| Typed::constant(cell, scalar).expr)
                .collect();
            return Ok(value.expr.in_list(list, false));
        }
        let texts: Vec<String> = converted
            .iter()
            .map(|cell| cell.text().into_owned())
            .collect();
        let label = label("in", &texts);
        let set: HashSet<String> = texts.into_iter().collect();
        Ok(row::simple(
            label,
            vec![(value.expr, scalar)],
            ScalarType::Bool,
            move |cells| {
                Cell::Bool(
                    cells
                        .first()
                        .is_some_and(|cell| set.contains(cell.text().as_ref())),
                )
            },
        ))
    }

    pub(super) fn in_dependent(
        &mut self,
        value: Typed,
        name: &str,
        item: Typed,
        span: &Span,
    ) -> Lowered<Plan> {
        if item.scalar != ScalarType::Dynamic {
            return Ok(match name {
                "in" => self.comparison("==", value, item, true, span)?.expr,
                "in~" => self.comparison("=~", value, item, true, span)?.expr,
                _ => self.text_match(value, "has", item, false, span)?.expr,
            });
        }
        let name = name.to_owned();
        let label = format!("{name} items");
        let args = vec![
            given(value, ScalarType::String),
            given(item, ScalarType::Dynamic),
        ];
        Ok(row::call(
            label,
            args,
            ScalarType::Bool,
            false,
            std::sync::Arc::new(move |cells| match cells {
                [text, list] => {
                    let items = match list.json() {
                        serde_json::Value::Array(items) => items,
                        serde_json::Value::Object(bag) => bag
                            .into_iter()
                            .map(|(key, _)| serde_json::Value::String(key))
                            .collect(),
                        serde_json::Value::Null => Vec::new(),
                        single => vec![single],
                    };
                    let place = if name.starts_with("has") {
                        Place::Term
                    } else {
                        Place::Whole
                    };
                    let text = text.text();
                    let mut found = items.iter().map(|item| {
                        Matcher::new(place, name != "in", [plain(item)]).matches(&text)
                    });
                    Cell::Bool(if name == "has_all" {
                        found.all(|found| found)
                    } else {
                        found.any(|found| found)
                    })
                }
                _ => Cell::Null,
            }),
        ))
    }
}
