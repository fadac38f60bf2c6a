//! Functions of neighbouring rows. Their order is that of the last `sort`.

use datafusion::{
    functions_aggregate::sum::sum_udaf,
    functions_window::{
        expr_fn::row_number,
        lead_lag::{lag_udwf, lead_udwf},
    },
    logical_expr::{
        Expr as Plan, ExprFuncBuilder, ExprFunctionExt, SortExpr, WindowFunctionDefinition,
        expr::WindowFunction, lit,
    },
    scalar::ScalarValue,
};

use super::{Lower, Lowered, Typed, relation::Relation};
use crate::{
    error::Class,
    functions::{
        cell::Cell,
        running::{self, Step},
    },
    kql::ast::{Argument, Name, Span},
    value::ScalarType,
};

/// A call over the rows in an order, which may be none.
pub(super) fn ordered(call: Plan, order: Vec<SortExpr>) -> ExprFuncBuilder {
    // An empty order is an error to the engine.
    match order.is_empty() {
        true => call.partition_by(Vec::new()),
        false => call.order_by(order),
    }
}

impl Lower<'_> {
    pub(super) fn window(
        &mut self,
        name: &Name,
        args: &[Argument],
        row: &Relation,
        span: &Span,
    ) -> Lowered<Typed> {
        let mut values = Vec::new();
        for arg in args {
            let value = self.scalar(&arg.value, row)?;
            values.push(self.folded(value)?);
        }
        if row.order.is_empty() {
            self.warn(
                Class::Approximate,
                span,
                format!("`{}` looks at neighbouring rows, and nothing says their order; `sort` before it", name.text),
            );
        }
        // A condition that is true where a new run of rows begins.
        let restart = |index: usize| -> Option<Plan> {
            let value = values.get(index)?;
            (value.value() != Some(Cell::Bool(false))).then(|| value.expr.clone())
        };
        let order = row.order.clone();
        let (call, scalar) = match name.text.as_str() {
            "row_number" => {
                let from = values
                    .first()
                    .and_then(Typed::value)
                    .and_then(|cell| cell.long())
                    .unwrap_or(1);
                if let Some(restart) = restart(1) {
                    let call = running::call(
                        format!("row_number_{from}"),
                        vec![(restart, ScalarType::Bool)],
                        ScalarType::Long,
                        move || {
                            let mut next = from;
                            Box::new(move |cells| {
                                if cells.first() == Some(&Cell::Bool(true)) {
                                    next = from;
                                }
                                next += 1;
                                Ok(Cell::Long(next - 1))
                            })
                        },
                    );
                    return Ok(Typed::new(ordered(call, order).build()?, ScalarType::Long));
                }
                let number = ordered(row_number(), order).build()?;
                let number = datafusion::logical_expr::cast(number, ScalarType::Long.arrow());
                (number + lit(from - 1), ScalarType::Long)
            }
            "row_rank_dense" | "row_rank_min" => {
                let Some(value) = values.first() else {
                    return self.fail(Class::Arguments, span, "rank of what?");
                };
                let dense = name.text == "row_rank_dense";
                let mut args = vec![(value.expr.clone(), value.scalar)];
                args.extend(restart(1).map(|restart| (restart, ScalarType::Bool)));
                let call = running::call(name.text.clone(), args, ScalarType::Long, move || {
                    let (mut last, mut rank, mut rows) = (None, 0, 0);
                    Box::new(move |cells| {
                        if cells.get(1) == Some(&Cell::Bool(true)) {
                            (last, rank, rows) = (None, 0, 0);
                        }
                        rows += 1;
                        let value = cells.first().cloned().unwrap_or_default().into_owned();
                        if last.as_ref() != Some(&value) {
                            rank = if dense { rank + 1 } else { rows };
                            last = Some(value);
                        }
                        Ok(Cell::Long(rank))
                    })
                });
                return Ok(Typed::new(ordered(call, order).build()?, ScalarType::Long));
            }
            "prev" | "next" => {
                let Some(value) = values.first().cloned() else {
                    return self.fail(Class::Arguments, span, "of which value?");
                };
                let offset = values
                    .get(1)
                    .and_then(Typed::value)
                    .and_then(|cell| cell.long())
                    .unwrap_or(1);
                let default = match values.get(2) {
                    Some(default) => self
                        .converted(default.clone(), value.scalar)
                        .value()
                        .unwrap_or(Cell::Null),
                    None => Cell::Null,
                };
                let args = vec![
                    value.expr,
                    Plan::Literal(ScalarValue::Int64(Some(offset)), None),
                    Plan::Literal(default.scalar(value.scalar), None),
                ];
                let function = if name.text == "prev" {
                    lag_udwf()
                } else {
                    lead_udwf()
                };
                let call = Plan::from(WindowFunction::new(
                    WindowFunctionDefinition::WindowUDF(function),
                    args,
                ));
                (ordered(call, order).build()?, value.scalar)
            }
            "row_cumsum" => {
                let Some(value) = values.first().cloned() else {
                    return self.fail(Class::Arguments, span, "the sum of what?");
                };
                let scalar = if value.scalar.is_number() {
                    value.scalar
                } else {
                    ScalarType::Real
                };
                let value = self.converted(value, scalar);
                if let Some(restart) = restart(1) {
                    let call = running::call(
                        "row_cumsum",
                        vec![(value.expr, scalar), (restart, ScalarType::Bool)],
                        scalar,
                        summing,
                    );
                    return Ok(Typed::new(ordered(call, order).build()?, scalar));
                }
                let call = Plan::from(WindowFunction::new(
                    WindowFunctionDefinition::AggregateUDF(sum_udaf()),
                    vec![value.expr],
                ));
                let frame = datafusion::logical_expr::WindowFrame::new_bounds(
                    datafusion::logical_expr::WindowFrameUnits::Rows,
                    datafusion::logical_expr::WindowFrameBound::Preceding(ScalarValue::UInt64(
                        None,
                    )),
                    datafusion::logical_expr::WindowFrameBound::CurrentRow,
                );
                (ordered(call, order).window_frame(frame).build()?, scalar)
            }
            "row_window_session" => {
                let span_at = |index: usize| match values.get(index).and_then(Typed::value) {
                    Some(Cell::Timespan(span)) => Some(span),
                    _ => None,
                };
                let (Some(value), Some(longest), Some(apart)) =
                    (values.first().cloned(), span_at(1), span_at(2))
                else {
                    return self.fail(
                        Class::Arguments,
                        span,
                        "`row_window_session` takes a time and two constant timespans",
                    );
                };
                let value = self.converted(value, ScalarType::Datetime);
                let mut args = vec![(value.expr, ScalarType::Datetime)];
                args.extend(restart(3).map(|restart| (restart, ScalarType::Bool)));
                let call = running::call(
                    format!("row_window_session_{longest}_{apart}"),
                    args,
                    ScalarType::Datetime,
                    move || session(longest, apart),
                );
                (ordered(call, order).build()?, ScalarType::Datetime)
            }
            other => {
                return self.fail(
                    Class::Unsupported,
                    span,
                    format!("`{other}` is not supported"),
                );
            }
        };
        Ok(Typed::new(call, scalar))
    }
}

/// A sum that begins anew where the second value is true.
fn summing() -> Step {
    let (mut whole, mut sum) = (0_i64, 0_f64);
    Box::new(move |cells| {
        if cells.get(1) == Some(&Cell::Bool(true)) {
            (whole, sum) = (0, 0.0);
        }
        match cells.first() {
            Some(Cell::Long(number)) => whole = whole.saturating_add(*number),
            Some(Cell::Timespan(span)) => whole = whole.saturating_add(*span),
            Some(Cell::Real(number)) => sum += number,
            _ => {}
        }
        Ok(match cells.first() {
            Some(Cell::Long(_)) => Cell::Long(whole),
            Some(Cell::Timespan(_)) => Cell::Timespan(whole),
            Some(Cell::Real(_)) => Cell::Real(sum),
            _ => Cell::Null,
        })
    })
}

/// The first time of the session that a time is in. What equals a limit is
/// beyond it.
/// <https://learn.microsoft.com/kusto/query/row-window-session-function>
fn session(longest: i64, apart: i64) -> Step {
    let mut known: Option<(i64, i64)> = None;
    Box::new(move |cells| {
        let Some(Cell::Datetime(now)) = cells.first() else {
            known = None;
            return Ok(Cell::Null);
        };
        let first = match known {
            Some((first, last))
                if cells.get(1) != Some(&Cell::Bool(true))
                    && *now < first.saturating_add(longest)
                    && *now < last.saturating_add(apart) =>
            {
                first
            }
            _ => *now,
        };
        known = Some((first, *now));
        Ok(Cell::Datetime(first))
    })
}

/// Whether an expression holds a window function, which needs a plan node of
/// its own.
pub(super) fn windows_in(exprs: &[Plan]) -> Vec<Plan> {
    datafusion::logical_expr::utils::find_window_exprs(exprs)
}

/// The window functions within the arguments of others, which are computed
/// before them.
pub(super) fn nested(windows: &[Plan]) -> Vec<Plan> {
    let mut inner: Vec<Plan> = Vec::new();
    for window in windows {
        if let Plan::WindowFunction(call) = window {
            for found in windows_in(&call.params.args) {
                if !inner.contains(&found) {
                    inner.push(found);
                }
            }
        }
    }
    inner
}
