//! `make-series` and functions of series that have several results.

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
        row,
        series::{numbers, outliers, spread},
        time,
    },
    kql::ast::{Argument, Expr, Name, Named, Series, Span},
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

    /// Functions of series; those with several results give an array of them.
    pub(super) fn series(
        &mut self,
        name: &Name,
        args: &[Argument],
        input: &Relation,
        span: &Span,
    ) -> Lowered<Typed> {
        let Some(first) = args.first() else {
            return self.fail(
                Class::Arguments,
                span,
                format!("`{}` takes a series", name.text),
            );
        };
        let value = self.scalar(&first.value, input)?;
        let value = self.converted(value, ScalarType::Dynamic);
        let threshold = match args.get(1) {
            Some(arg) => {
                let threshold = self.scalar(&arg.value, input)?;
                self.folded(threshold)?
                    .value()
                    .and_then(|cell| cell.real())
                    .unwrap_or(1.5)
            }
            None => 1.5,
        };
        let given = vec![(value.expr, ScalarType::Dynamic)];
        let several = match name.text.as_str() {
            "series_decompose_anomalies" => {
                self.warn(
                    Class::Approximate,
                    span,
                    "`series_decompose_anomalies` looks for outliers around a straight trend, without the season the service finds",
                );
                row::simple(
                    format!("anomalies {threshold}"),
                    given,
                    ScalarType::Dynamic,
                    move |cells| {
                        let Some(items) = numbers(cells, 0) else {
                            return Cell::Null;
                        };
                        let (slope, start) = line(&items);
                        let base: Vec<f64> = (0..items.len())
                            .map(|at| start + slope * at as f64)
                            .collect();
                        let residual: Vec<f64> = items
                            .iter()
                            .zip(&base)
                            .map(|(item, base)| item - base)
                            .collect();
                        let scores = outliers(&residual);
                        let flags: Vec<i64> = scores
                            .iter()
                            .map(|score| {
                                i64::from(*score > threshold) - i64::from(*score < -threshold)
                            })
                            .collect();
                        Cell::dynamic(&serde_json::json!([flags, scores, base]))
                    },
                )
            }
            "series_fit_line" | "series_fit_line_dynamic" => {
                row::simple("fit_line", given, ScalarType::Dynamic, |cells| {
                    let Some(items) = numbers(cells, 0) else {
                        return Cell::Null;
                    };
                    let (slope, start) = line(&items);
                    let base: Vec<f64> = (0..items.len())
                        .map(|at| start + slope * at as f64)
                        .collect();
                    let residual: Vec<f64> = items
                        .iter()
                        .zip(&base)
                        .map(|(item, base)| item - base)
                        .collect();
                    let (_, all) = spread(&items);
                    let (_, left) = spread(&residual);
                    let share = if all > 0.0 {
                        1.0 - (left * left) / (all * all)
                    } else {
                        0.0
                    };
                    Cell::dynamic(&serde_json::json!([
                        share,
                        slope,
                        all * all,
                        left * left,
                        start,
                        base
                    ]))
                })
            }
            "series_fit_2lines" | "series_fit_2lines_dynamic" => {
                row::simple("fit_2lines", given, ScalarType::Dynamic, |cells| {
                    numbers(cells, 0).map_or(Cell::Null, |items| Cell::dynamic(&two_lines(&items)))
                })
            }
            "series_stats" => row::simple("series_stats", given, ScalarType::Dynamic, |cells| {
                let Some(items) = numbers(cells, 0) else {
                    return Cell::Null;
                };
                let (mean, deviation) = spread(&items);
                let low = items.iter().copied().fold(f64::INFINITY, f64::min);
                let high = items.iter().copied().fold(f64::NEG_INFINITY, f64::max);
                let at = |wanted: f64| items.iter().position(|item| *item == wanted);
                Cell::dynamic(&serde_json::json!([
                    low,
                    at(low),
                    high,
                    at(high),
                    mean,
                    deviation,
                    deviation * deviation
                ]))
            }),
            other => {
                return self.fail(
                    Class::Unsupported,
                    span,
                    format!("the function `{other}` is not supported"),
                );
            }
        };
        Ok(Typed::new(several, ScalarType::Dynamic))
    }
}

/// The two lines, one after the other, that leave the least of a series: their
/// share of its variance, where the second begins, variances, the points of
/// both, and for the right and then the left one share, slope, start, variance
/// and what it leaves.
fn two_lines(items: &[f64]) -> serde_json::Value {
    let all = Fit::of(items);
    let sums = Sums::of(items);
    let split = (1..items.len())
        .min_by(|a, b| {
            let left = |at: usize| sums.left(0, at) + sums.left(at, items.len());
            left(*a).total_cmp(&left(*b))
        })
        .unwrap_or(items.len());
    let (before, after) = items.split_at(split);
    let (left, right) = (Fit::of(before), Fit::of(after));
    let rest = (left.rest * before.len() as f64 + right.rest * after.len() as f64)
        / items.len().max(1) as f64;
    let share = if all.variance > 0.0 {
        1.0 - rest / all.variance
    } else {
        0.0
    };
    let points: Vec<f64> = left
        .points(before.len())
        .chain(right.points(after.len()))
        .collect();
    serde_json::json!([
        share,
        split,
        all.variance,
        rest,
        points,
        right.share(),
        right.slope,
        right.start,
        right.variance,
        right.rest,
        left.share(),
        left.slope,
        left.start,
        left.variance,
        left.rest,
    ])
}

/// A line through a series.
struct Fit {
    slope: f64,
    start: f64,
    variance: f64,
    rest: f64,
}

impl Fit {
    fn of(items: &[f64]) -> Self {
        let (slope, start) = line(items);
        let residual: Vec<f64> = items
            .iter()
            .enumerate()
            .map(|(at, item)| item - start - slope * at as f64)
            .collect();
        let (_, all) = spread(items);
        let (_, rest) = spread(&residual);
        Self {
            slope,
            start,
            variance: all * all,
            rest: rest * rest,
        }
    }

    fn share(&self) -> f64 {
        if self.variance > 0.0 {
            1.0 - self.rest / self.variance
        } else {
            0.0
        }
    }

    fn points(&self, count: usize) -> impl Iterator<Item = f64> {
        let (slope, start) = (self.slope, self.start);
        (0..count).map(move |at| start + slope * at as f64)
    }
}

/// Running sums, from which any part's line is had at once.
struct Sums(Vec<[f64; 3]>);

impl Sums {
    fn of(items: &[f64]) -> Self {
        let mut sums = vec![[0.0; 3]];
        let mut last = [0.0; 3];
        for (at, item) in items.iter().enumerate() {
            last = [
                last[0] + item,
                last[1] + item * item,
                last[2] + item * at as f64,
            ];
            sums.push(last);
        }
        Self(sums)
    }

    /// The squares that the best line leaves of `from..to`.
    fn left(&self, from: usize, to: usize) -> f64 {
        let (Some(a), Some(b)) = (self.0.get(from), self.0.get(to)) else {
            return 0.0;
        };
        let count = (to - from) as f64;
        let (sum, squares, along) = (b[0] - a[0], b[1] - a[1], b[2] - a[2]);
        // Positions are counted from the middle of the part.
        let middle = from as f64 + (count - 1.0) / 2.0;
        let slope_part = along - middle * sum;
        let below = count * (count * count - 1.0) / 12.0;
        let above = squares - sum * sum / count;
        if below > 0.0 {
            (above - slope_part * slope_part / below).max(0.0)
        } else {
            above.max(0.0)
        }
    }
}

/// Slope and start of the line of least squares.
fn line(items: &[f64]) -> (f64, f64) {
    let count = items.len() as f64;
    if items.len() < 2 {
        return (0.0, items.first().copied().unwrap_or(0.0));
    }
    let middle = (count - 1.0) / 2.0;
    let mean = items.iter().sum::<f64>() / count;
    let (mut above, mut below) = (0.0, 0.0);
    for (at, item) in items.iter().enumerate() {
        let x = at as f64 - middle;
        above += x * (item - mean);
        below += x * x;
    }
    let slope = above / below;
    (slope, mean - slope * middle)
}
