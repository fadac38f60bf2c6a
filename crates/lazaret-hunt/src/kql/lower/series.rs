//! `make-series`.

use datafusion::logical_expr::LogicalPlanBuilder;

use super::{
    Lower, Lowered, Typed, first_cell, names,
    relation::{Relation, column},
};
use crate::{
    error::Class,
    functions::{
        aggregate::{self, Kind},
        cell::Cell,
        row, time,
    },
    kql::ast::{Expr, Named, Series, Span},
    value::ScalarType,
};

/// Points a series may have.
const POINTS: i64 = 1_048_576;

impl Lower<'_> {
    pub(super) fn make_series(
        &mut self,
        input: &Relation,
        (values, nonempty): (&[Series], bool),
        on: &Named,
        (from, to, step): (Option<&Expr>, Option<(&Expr, bool)>, &Expr),
        by: &[Named],
        span: &Span,
    ) -> Lowered<Relation> {
        let none = Relation::none()?;
        let axis = self.scalar(&on.value, input)?;
        let axis_name = names::of_column(on, |_| false);
        let timed = axis.scalar == ScalarType::Datetime;
        let axis_scalar = if timed || axis.scalar == ScalarType::Long {
            axis.scalar
        } else {
            ScalarType::Real
        };
        let axis = self.converted(axis, axis_scalar);
        let constant =
            |lower: &mut Self, expr: &Expr, scalar: ScalarType| -> Lowered<Option<f64>> {
                let value = lower.scalar(expr, &none)?;
                let value = lower.folded(value)?;
                Ok(lower
                    .converted(value, scalar)
                    .value()
                    .and_then(|cell| cell.real()))
            };
        let step_scalar = if timed {
            ScalarType::Timespan
        } else {
            axis_scalar
        };
        let step = constant(self, step, step_scalar)?.filter(|step| *step > 0.0);
        let Some(step) = step else {
            return self.fail(Class::Arguments, span, "`step` is a constant above nothing");
        };
        // Bounds that are not given are those of the rows.
        let mut bounds = Vec::new();
        // A point is a tick or a number; of real numbers, a part of a step.
        let least = if axis_scalar == ScalarType::Real {
            step * 1e-9
        } else {
            1.0
        };
        for (given, greatest) in [(from.map(|from| (from, false)), false), (to, true)] {
            let bound = match given {
                Some((expr, through)) => constant(self, expr, axis_scalar)?
                    .map(|bound| if through { bound + least } else { bound }),
                None => {
                    let extreme = if greatest {
                        datafusion::functions_aggregate::expr_fn::max(axis.expr.clone())
                    } else {
                        datafusion::functions_aggregate::expr_fn::min(axis.expr.clone())
                    };
                    let plan = LogicalPlanBuilder::from(input.plan.clone())
                        .aggregate(Vec::<datafusion::logical_expr::Expr>::new(), vec![extreme])?
                        .build()?;
                    let batches = self.context.rows(&plan, 1)?;
                    // The last point is inclusive when it comes from rows.
                    let found = first_cell(&batches, axis_scalar).and_then(|cell| cell.real());
                    found.map(|value| {
                        if greatest {
                            value + 1.0
                        } else {
                            (value / step).floor() * step
                        }
                    })
                }
            };
            bounds.push(bound.unwrap_or(0.0));
        }
        let (start, end) = (
            bounds.first().copied().unwrap_or(0.0),
            bounds.get(1).copied().unwrap_or(0.0),
        );
        let points = ((end - start) / step).ceil().max(0.0);
        if points > POINTS as f64 {
            return self.fail(
                Class::Limit,
                span,
                format!("the series has more than {POINTS} points"),
            );
        }
        let points = points as usize;
        // First by position, then the positions into arrays.
        let position = self.fresh("position");
        let located = row::simple(
            format!("position {start} {step}"),
            vec![(axis.expr, axis_scalar)],
            ScalarType::Long,
            move |cells| match cells.first().and_then(Cell::real) {
                Some(value) if value >= start && value < end => {
                    Cell::Long(((value - start) / step).floor() as i64)
                }
                _ => Cell::Null,
            },
        );
        let located = input.extend(vec![(
            position.clone(),
            Typed::new(located, ScalarType::Long),
        )])?;
        let located = located.filter(column(&position).is_not_null())?;
        let here = |text: &str| Named {
            names: Vec::new(),
            value: Expr {
                kind: crate::kql::ast::ExprKind::Name(text.to_owned()),
                span: span.clone(),
            },
        };
        let mut keys = by.to_vec();
        keys.push(here(&position));
        let aggregates: Vec<Named> = values.iter().map(|series| series.value.clone()).collect();
        let summed = self.summarize(&located, &aggregates, &keys, span)?;
        let group_names: Vec<String> = summed
            .columns
            .iter()
            .map(|found| found.name.clone())
            .take_while(|name| *name != position)
            .collect();
        let groups: Vec<_> = group_names.iter().map(|name| column(name)).collect();
        let outputs: Vec<_> = summed
            .columns
            .iter()
            .skip(group_names.len() + 1)
            .cloned()
            .collect();
        let calls: Vec<_> = outputs
            .iter()
            .enumerate()
            .map(|(index, output)| {
                let args = vec![column(&output.name), column(&position)];
                let given = vec![output.scalar, ScalarType::Long];
                aggregate::call(Kind::Series(points), args, given, None)
                    .alias(format!("__series{index}"))
            })
            .collect();
        let alone = groups.is_empty() && !nonempty;
        let any = self.fresh("any");
        let mut calls = calls;
        calls.push(
            datafusion::functions_aggregate::expr_fn::count(datafusion::logical_expr::lit(1))
                .alias(&any),
        );
        let mut plan = LogicalPlanBuilder::from(summed.plan.clone()).aggregate(groups, calls)?;
        if alone {
            // No rows give no series, and not one of defaults.
            plan = plan.filter(column(&any).gt(datafusion::logical_expr::lit(0)))?;
        }
        let plan = plan.build()?;
        let mut columns: Vec<(String, Typed)> = Vec::new();
        for name in &group_names {
            if let Some(found) = summed.find(name) {
                columns.push((name.clone(), Typed::new(column(name), found.scalar)));
            }
        }
        for (index, (output, series)) in outputs.iter().zip(values).enumerate() {
            let default = match &series.default {
                Some(default) => {
                    let value = self.scalar(default, &none)?;
                    self.folded(value)?
                        .value()
                        .map_or(serde_json::Value::Null, |cell| cell.json())
                }
                None if output.scalar.is_number() => 0.into(),
                None => serde_json::Value::Null,
            };
            let filled = row::simple(
                format!("series_default {default}"),
                vec![(column(&format!("__series{index}")), ScalarType::Dynamic)],
                ScalarType::Dynamic,
                move |cells| match cells.first().map(Cell::json) {
                    Some(serde_json::Value::Array(items)) => {
                        let items = items.into_iter().map(|item| {
                            if item.is_null() {
                                default.clone()
                            } else {
                                item
                            }
                        });
                        Cell::dynamic(&items.collect())
                    }
                    _ => Cell::Null,
                },
            );
            columns.push((output.name.clone(), Typed::new(filled, ScalarType::Dynamic)));
        }
        let axis_values = (0..points).map(|at| {
            let value = start + step * at as f64;
            if timed {
                serde_json::Value::String(time::format_datetime(value as i64))
            } else if axis_scalar == ScalarType::Long {
                (value as i64).into()
            } else {
                value.into()
            }
        });
        let axis = Typed::constant(Cell::dynamic(&axis_values.collect()), ScalarType::Dynamic);
        columns.push((axis_name, axis));
        Relation::new(plan, Vec::new()).project(columns)
    }
}
