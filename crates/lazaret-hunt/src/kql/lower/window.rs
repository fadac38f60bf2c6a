//! Functions of neighbouring rows. Their order is that of the last `sort`.

use datafusion::{
    functions_aggregate::sum::sum_udaf,
    functions_window::{
        expr_fn::{dense_rank, rank, row_number},
        lead_lag::{lag_udwf, lead_udwf},
    },
    logical_expr::{
        Expr as Plan, ExprFunctionExt, WindowFunctionDefinition, expr::WindowFunction, lit,
    },
    scalar::ScalarValue,
};

use super::{Lower, Lowered, Typed, relation::Relation};
use crate::{
    error::Class,
    functions::cell::Cell,
    kql::ast::{Argument, Name, Span},
    value::ScalarType,
};

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
        let restart = |index: usize| -> Vec<Plan> {
            // A restart condition begins a new run: the runs are counted.
            values
                .get(index)
                .filter(|value| value.value().is_none())
                .map(|value| value.expr.clone())
                .into_iter()
                .collect()
        };
        let order = row.order.clone();
        let (call, scalar) = match name.text.as_str() {
            "row_number" => {
                if !restart(1).is_empty() {
                    return self.fail(
                        Class::Unsupported,
                        span,
                        "`row_number` with a restart condition is not supported",
                    );
                }
                let from = values
                    .first()
                    .and_then(Typed::value)
                    .and_then(|cell| cell.long())
                    .unwrap_or(1);
                let number = row_number().order_by(order).build()?;
                let number = datafusion::logical_expr::cast(number, ScalarType::Long.arrow());
                (number + lit(from - 1), ScalarType::Long)
            }
            "row_rank_dense" | "row_rank_min" => {
                let Some(value) = values.first() else {
                    return self.fail(Class::Arguments, span, "rank of what?");
                };
                let key = vec![value.expr.clone().sort(true, true)];
                let ranked = if name.text == "row_rank_dense" {
                    dense_rank()
                } else {
                    rank()
                };
                let ranked = ranked.order_by(key).build()?;
                (
                    datafusion::logical_expr::cast(ranked, ScalarType::Long.arrow()),
                    ScalarType::Long,
                )
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
                (call.order_by(order).build()?, value.scalar)
            }
            "row_cumsum" => {
                if !restart(1).is_empty() {
                    return self.fail(
                        Class::Unsupported,
                        span,
                        "`row_cumsum` with a restart condition is not supported",
                    );
                }
                let Some(value) = values.first().cloned() else {
                    return self.fail(Class::Arguments, span, "the sum of what?");
                };
                let scalar = if value.scalar.is_number() {
                    value.scalar
                } else {
                    ScalarType::Real
                };
                let value = self.converted(value, scalar);
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
                (call.order_by(order).window_frame(frame).build()?, scalar)
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

/// Whether an expression holds a window function, which needs a plan node of
/// its own.
pub(super) fn windows_in(exprs: &[Plan]) -> Vec<Plan> {
    datafusion::logical_expr::utils::find_window_exprs(exprs)
}
