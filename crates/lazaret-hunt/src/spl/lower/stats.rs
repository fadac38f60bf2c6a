//! `stats`, `tstats`, `top` and `rare`.

use datafusion::logical_expr::{Expr as Plan, LogicalPlanBuilder, SortExpr, lit};

use super::{
    Lower, Lowered, PlannedColumn, Relation, ScalarType, Settings, Span, Typed,
    aggregate::Call,
    column::{common, constant, converted, own, resolved},
    reference,
};
use crate::{
    error::Class,
    spl::ast::{Aggregate, Name, Search, Stats, Tstats},
};

impl Lower<'_> {
    pub(super) fn stats(
        &mut self,
        relation: &Relation,
        stats: &Stats,
        span: &Span,
    ) -> Lowered<Relation> {
        let mut relation = relation.clone();
        let mut by = Vec::new();
        for (name, bin) in &stats.by {
            if let Some(bin) = bin {
                relation =
                    self.binned(&relation, &name.text, &name.text, (bin, false), &name.span)?;
            }
            for found in self.matching(&relation, &name.text) {
                if !by.contains(&found) {
                    by.push(found);
                }
            }
        }
        for name in &by {
            let field = self.stored(&relation, name, span);
            if !relation.has(name) {
                relation = self.assign(&relation, vec![(name.clone(), field.clone())])?;
            }
            // Every value of a field makes a group of its own.
            if field.scalar == ScalarType::Dynamic {
                relation = self.unnested(&relation, name)?;
                let flat = super::column::text(own(name, ScalarType::Dynamic));
                relation = self.assign(&relation, vec![(name.clone(), flat)])?;
            }
        }
        let (relation, calls) = self.aggregates(&relation, &stats.aggregates, &by)?;
        self.grouped(&relation, &by, &calls)
    }

    /// Groups of rows; those where a field of `by` is absent belong to none.
    pub(super) fn grouped(
        &mut self,
        relation: &Relation,
        by: &[String],
        calls: &[Call],
    ) -> Lowered<Relation> {
        let mut builder = LogicalPlanBuilder::from(relation.plan.clone());
        let present = by.iter().map(|name| reference(name).is_not_null());
        if let Some(condition) = present.reduce(Plan::and) {
            builder = builder.filter(condition)?;
        }
        let groups: Vec<Plan> = by.iter().map(|name| reference(name)).collect();
        let mut names = Vec::new();
        let mut aggregates = Vec::new();
        for call in calls {
            let name = self.fresh("a");
            aggregates.push(call.plan().alias(&name));
            names.push((name, call));
        }
        if aggregates.is_empty() {
            let name = self.fresh("a");
            aggregates.push(datafusion::functions_aggregate::expr_fn::count(lit(1)).alias(name));
        }
        let plan = builder.aggregate(groups, aggregates)?.build()?;
        let mut out: Vec<(String, Typed)> = by
            .iter()
            .map(|name| {
                let scalar = relation.find(name).map_or(ScalarType::String, |c| c.scalar);
                (name.clone(), own(name, scalar))
            })
            .collect();
        for (hidden, call) in names {
            out.retain(|(name, _)| *name != call.name);
            out.push((call.name.clone(), own(&hidden, call.scalar())));
        }
        let mut grouped = Relation::new(plan, Vec::<PlannedColumn>::new()).project(out)?;
        // As in Splunk, groups come in the order of their fields.
        grouped.order = Vec::<SortExpr>::new();
        let keys: Vec<(String, bool)> = by
            .iter()
            .filter(|name| grouped.has(name))
            .map(|name| (name.clone(), false))
            .collect();
        if relation.table.as_deref() == Some(super::dataset::MODEL) {
            grouped.table = relation.table.clone();
        }
        self.ordered_by(&grouped, &keys)
    }

    pub(super) fn tstats(&mut self, tstats: &Tstats, span: &Span) -> Lowered<Relation> {
        let settings = &tstats.stats.settings;
        if settings.truth("prestats") == Some(true) {
            return self.fail(
                Class::Unsupported,
                span,
                "`tstats prestats=true` is not supported; leave it out, and `stats` reads the result",
            );
        }
        let mut relation = match &tstats.model {
            Some((model, dataset)) => {
                let node = settings.get("nodename");
                self.dataset(model, dataset.as_deref().or(node), true)?
            }
            None => {
                let condition = tstats.condition.clone().unwrap_or(Search::All);
                self.events(&condition, span)?
            }
        };
        if let Some(fill) = settings.get("fillnull_value") {
            let mut new = Vec::new();
            for (name, bin) in &tstats.stats.by {
                if bin.is_some() || name.text == "_time" {
                    continue;
                }
                let field = self.stored(&relation, &name.text, &name.span);
                if field.scalar != ScalarType::Datetime {
                    new.push((name.text.clone(), filled(field, fill)?));
                }
            }
            if let (Some(_), Some(condition)) = (&tstats.model, &tstats.condition) {
                relation = self.tstats_condition(relation, condition)?;
            }
            relation = self.assign(&relation, new)?;
        } else if let (Some(_), Some(condition)) = (&tstats.model, &tstats.condition) {
            relation = self.tstats_condition(relation, condition)?;
        }
        // Fields may be named with another prefix than the dataset's own.
        let mut new = Vec::new();
        for (name, _) in &tstats.stats.by {
            if !relation.has(&name.text)
                && let Some(found) = resolved(&relation, &name.text)
            {
                new.push((name.text.clone(), found));
            }
        }
        if !new.is_empty() {
            relation = self.assign(&relation, new)?;
        }
        let mut out = self.stats(&relation, &tstats.stats, span)?;
        out.table = None;
        out.open = false;
        Ok(out)
    }

    /// The condition of `tstats`; `nodename=…` picks a dataset.
    fn tstats_condition(&mut self, relation: Relation, search: &Search) -> Lowered<Relation> {
        let parts = match search {
            Search::And(parts) => parts.clone(),
            other => vec![other.clone()],
        };
        let mut relation = relation;
        for part in parts {
            if let Search::Compare(name, ..) = &part
                && name.text == "nodename"
            {
                self.warn(
                    Class::Approximate,
                    &name.span,
                    "`nodename` as a condition has no effect; name the dataset after `datamodel=`",
                );
                continue;
            }
            relation = self.search(relation, &part)?;
        }
        Ok(relation)
    }

    pub(super) fn top(
        &mut self,
        relation: Relation,
        rare: bool,
        limit: usize,
        fields: &[Name],
        by: &[Name],
        settings: &Settings,
    ) -> Lowered<Relation> {
        let count_name = settings.get("countfield").unwrap_or("count").to_owned();
        let percent_name = settings.get("percentfield").unwrap_or("percent").to_owned();
        let Some(first) = fields.first() else {
            return self.fail(Class::Arguments, &(0..0), "`top` of which field?");
        };
        let span = first.span.clone();
        let stats = Stats {
            aggregates: vec![Aggregate {
                function: "count".to_owned(),
                argument: None,
                alias: Some(Name {
                    text: count_name.clone(),
                    span: span.clone(),
                }),
                text: "count".to_owned(),
                span: span.clone(),
            }],
            by: by
                .iter()
                .chain(fields)
                .map(|name| (name.clone(), None))
                .collect(),
            across: None,
            settings: Settings::default(),
        };
        let mut out = self.stats(&relation, &stats, &span)?;
        let groups: Vec<Plan> = by.iter().map(|name| reference(&name.text)).collect();
        let total = self.over(
            datafusion::functions_aggregate::sum::sum_udaf(),
            vec![reference(&count_name)],
            groups.clone(),
        )?;
        let count = super::column::number(own(&count_name, ScalarType::Long)).expr;
        let total = datafusion::logical_expr::cast(total, ScalarType::Real.arrow());
        let percent = Typed::new(count * lit(100.0) / total, ScalarType::Real);
        out = self.assign(&out, vec![(percent_name.clone(), percent)])?;
        // Values as frequent as one another are told in their own order, so that
        // the same hunt gives the same rows.
        let ties = fields.iter().map(|name| (name.text.clone(), false));
        let order: Vec<(String, bool)> = std::iter::once((count_name.clone(), !rare))
            .chain(ties)
            .collect();
        out = self.ordered_by(&out, &order)?;
        if limit > 0 {
            let names: Vec<String> = by.iter().map(|name| name.text.clone()).collect();
            out = self.first_of(&out, &names, limit)?;
        }
        let show = |name: &str| settings.truth(name).unwrap_or(true);
        let (showcount, showperc) = (show("showcount"), show("showperc"));
        let order = out.order.clone();
        let mut shown = out
            .keep(|name| (name != percent_name || showperc) && (name != count_name || showcount))?;
        shown.order = order;
        Ok(shown)
    }
}

/// A value, or a text where there is none.
pub(super) fn filled(value: Typed, fill: &str) -> Lowered<Typed> {
    let number = crate::spl::functions::value::parse(fill);
    let other = match (value.scalar, number) {
        (ScalarType::Long | ScalarType::Real | ScalarType::Datetime, Some(number)) => {
            Typed::new(lit(number), ScalarType::Real)
        }
        _ => constant(fill),
    };
    let scalar = match value.scalar {
        ScalarType::Long => match number {
            Some(whole) if whole.fract() == 0.0 => ScalarType::Long,
            _ => common(ScalarType::Long, other.scalar),
        },
        scalar => common(scalar, other.scalar),
    };
    let other = match scalar {
        ScalarType::Long => Typed::new(lit(number.unwrap_or(0.0) as i64), ScalarType::Long),
        scalar => converted(other, scalar),
    };
    let value = converted(value, scalar);
    let absent = value.expr.clone().is_null();
    super::scalar::cases(vec![(absent, other)], Some(value))
}
