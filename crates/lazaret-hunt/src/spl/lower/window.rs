//! What looks at neighbouring rows: order, `eventstats`, `streamstats`,
//! `dedup`, `accum`, `delta`.

use std::sync::Arc;

use datafusion::{
    functions_window::{expr_fn::row_number, lead_lag::lag_udwf},
    logical_expr::{
        AggregateUDF, Expr as Plan, ExprFunctionExt, SortExpr, WindowFrame, WindowFrameBound,
        WindowFrameUnits, WindowFunctionDefinition, expr::WindowFunction, expr_fn::when, lit,
    },
    scalar::ScalarValue,
};

use super::{
    Lower, Lowered, Relation, ScalarType, Settings, Span, Typed,
    aggregate::Call,
    column::{number, own, resolved},
    reference,
    scalar::long,
};
use crate::{
    error::Class,
    functions::{cell::Cell, row},
    spl::{
        ast::{Expr, Name, Stats},
        functions::{aggregate::Kind, value},
    },
};

impl Lower<'_> {
    /// Rows in the order of fields: numbers as such and before texts.
    pub(super) fn ordered_by(
        &mut self,
        relation: &Relation,
        keys: &[(String, bool)],
    ) -> Lowered<Relation> {
        let mut new = Vec::new();
        let mut order: Vec<SortExpr> = Vec::new();
        for (name, descending) in keys {
            let Some(found) = resolved(relation, name) else {
                continue;
            };
            let mut push = |lower: &mut Self, value: Typed, nulls_first: bool| {
                let key = lower.fresh("o");
                order.push(reference(&key).sort(!descending, nulls_first));
                new.push((key, value));
            };
            match found.scalar {
                ScalarType::String | ScalarType::Dynamic => {
                    let text = super::column::text(found.clone());
                    push(self, number(found), *descending);
                    push(self, text, *descending);
                }
                _ => push(self, found, *descending),
            }
        }
        let mut out = self.assign(relation, new)?;
        if !order.is_empty() {
            out.order = order;
        }
        Ok(out)
    }

    /// Rows in a known order: that of the last sort, else the newest first.
    pub(super) fn in_order(&mut self, relation: Relation) -> Lowered<Relation> {
        if !relation.order.is_empty() || !relation.has("_time") {
            return Ok(relation);
        }
        self.ordered_by(&relation, &[("_time".to_owned(), true)])
    }

    /// The rows with their number, from 1, in each group; and its column.
    pub(super) fn numbered(
        &mut self,
        relation: Relation,
        by: &[String],
    ) -> Lowered<(Relation, String)> {
        let relation = self.in_order(relation)?;
        let name = self.fresh("n");
        let groups: Vec<Plan> = by.iter().map(|name| reference(name)).collect();
        let mut builder = row_number().partition_by(groups);
        if !relation.order.is_empty() {
            builder = builder.order_by(relation.order.clone());
        }
        let number = long(builder.build()?);
        let out = self.assign(&relation, vec![(name.clone(), number)])?;
        Ok((out, name))
    }

    /// The first rows of each group.
    pub(super) fn first_of(
        &mut self,
        relation: &Relation,
        by: &[String],
        most: usize,
    ) -> Lowered<Relation> {
        let (out, number) = self.numbered(relation.clone(), by)?;
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        let out = out.filter(reference(&number).lt_eq(lit(most)))?;
        let order = out.order.clone();
        let mut out = out.keep(|name| name != number)?;
        out.order = order;
        Ok(out)
    }

    /// An aggregate over all rows of a group, beside each row.
    pub(super) fn over(
        &self,
        function: Arc<AggregateUDF>,
        args: Vec<Plan>,
        groups: Vec<Plan>,
    ) -> Lowered<Plan> {
        let call = WindowFunction::new(WindowFunctionDefinition::AggregateUDF(function), args);
        let whole = WindowFrame::new_bounds(
            WindowFrameUnits::Rows,
            WindowFrameBound::Preceding(ScalarValue::UInt64(None)),
            WindowFrameBound::Following(ScalarValue::UInt64(None)),
        );
        Ok(Plan::from(call)
            .partition_by(groups)
            .window_frame(whole)
            .build()?)
    }

    pub(super) fn event_stats(
        &mut self,
        relation: Relation,
        stats: &Stats,
        span: &Span,
    ) -> Lowered<Relation> {
        let (relation, groups, present, calls) = self.beside(relation, stats, span)?;
        let mut new = Vec::new();
        for call in calls {
            let value = self.over(
                call.kind.function(call.argument.scalar),
                call.arguments(),
                groups.clone(),
            )?;
            new.push((call.name.clone(), Typed::new(value, call.scalar())));
        }
        self.beside_given(relation, new, present)
    }

    pub(super) fn stream_stats(
        &mut self,
        relation: Relation,
        stats: &Stats,
        span: &Span,
    ) -> Lowered<Relation> {
        let settings = &stats.settings;
        for option in ["reset_before", "reset_after", "time_window"] {
            if settings.get(option).is_some() {
                return self.fail(
                    Class::Unsupported,
                    span,
                    format!("`streamstats {option}=` is not supported"),
                );
            }
        }
        if settings.truth("reset_on_change") == Some(true) {
            return self.fail(
                Class::Unsupported,
                span,
                "`streamstats reset_on_change=true` is not supported",
            );
        }
        let relation = self.in_order(relation)?;
        let (relation, groups, present, calls) = self.beside(relation, stats, span)?;
        let current = settings.truth("current").unwrap_or(true);
        let window = settings.count("window").unwrap_or(0);
        let (relation, number_column) = self.numbered(relation, &[])?;
        let mut new = Vec::new();
        for call in calls {
            let end = match current {
                true => WindowFrameBound::CurrentRow,
                false => WindowFrameBound::Preceding(ScalarValue::UInt64(Some(1))),
            };
            let back = match (window, current) {
                (0, _) => None,
                (window, true) => Some(window as u64 - 1),
                (window, false) => Some(window as u64),
            };
            let start = WindowFrameBound::Preceding(ScalarValue::UInt64(back));
            let (function, args, scalar) = native(&call, back.is_some());
            let Some(function) = function else {
                return self.fail(
                    Class::Unsupported,
                    span,
                    format!(
                        "`streamstats window=` with `{}` is not supported",
                        call.name
                    ),
                );
            };
            let value = Plan::from(WindowFunction::new(
                WindowFunctionDefinition::AggregateUDF(function),
                args,
            ))
            .partition_by(groups.clone())
            .order_by(vec![reference(&number_column).sort(true, false)])
            .window_frame(WindowFrame::new_bounds(WindowFrameUnits::Rows, start, end))
            .build()?;
            new.push((call.name.clone(), Typed::new(value, scalar)));
        }
        let mut out = self.beside_given(relation, new, present)?;
        // What was counted is the order from here on, of rows of one time too.
        out.order = vec![reference(&number_column).sort(true, false)];
        Ok(out)
    }

    /// Groups and aggregates that stand beside each row.
    #[allow(clippy::type_complexity)]
    fn beside(
        &mut self,
        relation: Relation,
        stats: &Stats,
        span: &Span,
    ) -> Lowered<(Relation, Vec<Plan>, Option<Plan>, Vec<Call>)> {
        let mut relation = relation;
        let mut by = Vec::new();
        for (name, _) in &stats.by {
            by.extend(self.matching(&relation, &name.text));
        }
        let mut groups = Vec::new();
        for name in &by {
            let field = self.stored(&relation, name, span);
            if !relation.has(name) {
                relation = self.assign(&relation, vec![(name.clone(), field.clone())])?;
            }
            groups.push(reference(name));
        }
        let (relation, calls) = self.aggregates(&relation, &stats.aggregates, &by)?;
        let present = groups
            .iter()
            .cloned()
            .map(Plan::is_not_null)
            .reduce(Plan::and);
        Ok((relation, groups, present, calls))
    }

    /// Adds the values, but not to rows that belong to no group.
    fn beside_given(
        &mut self,
        relation: Relation,
        new: Vec<(String, Typed)>,
        present: Option<Plan>,
    ) -> Lowered<Relation> {
        let mut named = Vec::new();
        let mut last = Vec::new();
        for (name, value) in new {
            let hidden = self.fresh("w");
            let scalar = value.scalar;
            named.push((hidden.clone(), value));
            let value = own(&hidden, scalar);
            let value = match &present {
                None => value,
                Some(present) => Typed::new(when(present.clone(), value.expr).end()?, scalar),
            };
            last.push((name, value));
        }
        let gone: Vec<String> = named.iter().map(|(name, _)| name.clone()).collect();
        let out = self.assign(&relation, named)?;
        let out = self.assign(&out, last)?;
        let order = out.order.clone();
        let mut out = out.keep(|name| !gone.iter().any(|gone| gone == name))?;
        out.order = order;
        Ok(out)
    }

    pub(super) fn running(
        &mut self,
        relation: Relation,
        command: &str,
        field: &Name,
        alias: Option<&Name>,
        settings: &Settings,
        span: &Span,
    ) -> Lowered<Relation> {
        let relation = self.in_order(relation)?;
        let (relation, numbered) = self.numbered(relation, &[])?;
        let value = number(self.field(&relation, &field.text, &field.span));
        let order = vec![reference(&numbered).sort(true, false)];
        let (name, call) = match command {
            "accum" => {
                let sum = datafusion::functions_aggregate::sum::sum_udaf();
                let call = Plan::from(WindowFunction::new(
                    WindowFunctionDefinition::AggregateUDF(sum),
                    vec![value.expr],
                ))
                .order_by(order)
                .window_frame(WindowFrame::new_bounds(
                    WindowFrameUnits::Rows,
                    WindowFrameBound::Preceding(ScalarValue::UInt64(None)),
                    WindowFrameBound::CurrentRow,
                ))
                .build()?;
                (field.text.clone(), call)
            }
            "delta" => {
                let back = i64::try_from(settings.count("p").unwrap_or(1)).unwrap_or(1);
                let before = Plan::from(WindowFunction::new(
                    WindowFunctionDefinition::WindowUDF(lag_udwf()),
                    vec![value.expr.clone(), lit(back)],
                ))
                .order_by(order)
                .build()?;
                (format!("delta({})", field.text), value.expr - before)
            }
            other => {
                return self.fail(
                    Class::Unsupported,
                    span,
                    format!("unsupported command `{other}`"),
                );
            }
        };
        let name = alias.map_or(name, |alias| alias.text.clone());
        self.assign(&relation, vec![(name, Typed::new(call, ScalarType::Real))])
    }

    /// The rows before the first for which a condition does not hold; with
    /// `keeplast` that one too.
    pub(super) fn while_true(
        &mut self,
        relation: Relation,
        condition: &Expr,
        settings: &Settings,
    ) -> Lowered<Relation> {
        let (relation, numbered) = self.numbered(relation, &[])?;
        let holds = self.truth(condition, &relation)?;
        let ends = match settings.truth("null").unwrap_or(false) {
            true => holds.is_false(),
            false => holds.is_not_true(),
        };
        let last = match settings.truth("keeplast").unwrap_or(false) {
            true => WindowFrameBound::Preceding(ScalarValue::UInt64(Some(1))),
            false => WindowFrameBound::CurrentRow,
        };
        let ended =
            Plan::from(WindowFunction::new(
                WindowFunctionDefinition::AggregateUDF(
                    datafusion::functions_aggregate::sum::sum_udaf(),
                ),
                vec![when(ends, lit(1_i64)).otherwise(lit(0_i64))?],
            ))
            .order_by(vec![reference(&numbered).sort(true, false)])
            .window_frame(WindowFrame::new_bounds(
                WindowFrameUnits::Rows,
                WindowFrameBound::Preceding(ScalarValue::UInt64(None)),
                last,
            ))
            .build()?;
        let name = self.fresh("ended");
        let ended = Typed::new(ended, ScalarType::Long);
        let mut out = self.assign(&relation, vec![(name.clone(), ended)])?;
        out.order = vec![reference(&numbered).sort(true, false)];
        // Of no rows before there is no sum.
        let before = reference(&name)
            .is_null()
            .or(reference(&name).eq(lit(0_i64)));
        out.filter(before)
    }

    /// The last value that is there, in the order of the rows.
    pub(super) fn filldown(&mut self, relation: Relation, names: &[Name]) -> Lowered<Relation> {
        let relation = self.in_order(relation)?;
        let (relation, numbered) = self.numbered(relation, &[])?;
        let mut wanted = Vec::new();
        for name in names {
            wanted.extend(self.matching(&relation, &name.text));
        }
        if names.is_empty() {
            wanted.extend(super::visible(&relation).map(|column| column.name.clone()));
        }
        let mut new = Vec::new();
        for name in wanted {
            let Some(value) = resolved(&relation, &name) else {
                continue;
            };
            let position = number(own(&numbered, ScalarType::Long)).expr;
            let scalar = Kind::Last.returns(value.scalar);
            let call = Plan::from(WindowFunction::new(
                WindowFunctionDefinition::AggregateUDF(Kind::Last.function(value.scalar)),
                vec![value.expr, position],
            ))
            .order_by(vec![reference(&numbered).sort(true, false)])
            .window_frame(WindowFrame::new_bounds(
                WindowFrameUnits::Rows,
                WindowFrameBound::Preceding(ScalarValue::UInt64(None)),
                WindowFrameBound::CurrentRow,
            ))
            .build()?;
            new.push((name, Typed::new(call, scalar)));
        }
        self.assign(&relation, new)
    }
}

/// The function of a running aggregate. Over a bounded window only those that
/// can forget a row will do.
fn native(call: &Call, bounded: bool) -> (Option<Arc<AggregateUDF>>, Vec<Plan>, ScalarType) {
    use datafusion::functions_aggregate as engine;
    if !bounded {
        let function = call.kind.function(call.argument.scalar);
        return (Some(function), call.arguments(), call.scalar());
    }
    let value = || vec![number(call.argument.clone()).expr];
    match call.kind {
        Kind::Count => {
            let one = row::simple(
                "spl_there",
                vec![(call.argument.expr.clone(), call.argument.scalar)],
                ScalarType::Long,
                |args| match args.first().map(value::values) {
                    Some(values) if !values.is_empty() => Cell::Long(1),
                    _ => Cell::Null,
                },
            );
            let count = engine::count::count_udaf();
            (Some(count), vec![one], ScalarType::Long)
        }
        Kind::Sum => (Some(engine::sum::sum_udaf()), value(), ScalarType::Real),
        Kind::Avg => (Some(engine::average::avg_udaf()), value(), ScalarType::Real),
        Kind::Min => (Some(engine::min_max::min_udaf()), value(), ScalarType::Real),
        Kind::Max => (Some(engine::min_max::max_udaf()), value(), ScalarType::Real),
        Kind::Stdev => (
            Some(engine::stddev::stddev_udaf()),
            value(),
            ScalarType::Real,
        ),
        _ => (None, Vec::new(), ScalarType::Real),
    }
}
