//! Aggregates, and `summarize`.

use datafusion::{
    functions::core::expr_fn::get_field,
    functions_aggregate::expr_fn::{
        avg, count, max, min, stddev, stddev_pop, sum, var_pop, var_sample,
    },
    logical_expr::{Expr as Plan, cast, expr_fn::when, lit},
};

use super::{
    Lower, Lowered, Typed,
    relation::{Relation, column},
};
use crate::{
    engine::PlannedColumn,
    error::Class,
    functions::{
        aggregate::{self, Kind},
        cell::Cell,
        distinct, extreme,
        json::{self, Step},
    },
    kql::ast::{Argument, ExprKind, Name, Span},
    value::ScalarType,
};

/// All aggregates.
pub(super) const NAMES: [&str; 52] = [
    "any",
    "anyif",
    "arg_max",
    "arg_min",
    "argmax",
    "argmin",
    "avg",
    "avgif",
    "binary_all_and",
    "binary_all_or",
    "binary_all_xor",
    "buildschema",
    "count",
    "count_distinct",
    "count_distinctif",
    "countif",
    "dcount",
    "dcountif",
    "hll",
    "hll_merge",
    "make_bag",
    "make_bag_if",
    "make_list",
    "make_list_if",
    "make_list_with_nulls",
    "make_set",
    "make_set_if",
    "makelist",
    "makeset",
    "max",
    "maxif",
    "merge_tdigest",
    "min",
    "minif",
    "percentile",
    "percentiles",
    "percentilew",
    "percentiles_array",
    "stdev",
    "stdevif",
    "stdevp",
    "sum",
    "sumif",
    "take_any",
    "take_anyif",
    "tdigest",
    "tdigest_merge",
    "variance",
    "varianceif",
    "variancep",
    "variancepif",
    "covariance",
];

/// Whether a function is an aggregate.
pub(super) fn is_aggregate(name: &str) -> bool {
    NAMES.contains(&name)
}

/// What `summarize` gathers while it lowers its expressions.
#[derive(Clone, Debug, Default)]
pub(super) struct Aggregates {
    /// The keys, which expressions may use as they are.
    pub(super) keys: Vec<PlannedColumn>,
    /// The aggregates met, by the names of their columns.
    pub(super) found: Vec<(String, Plan)>,
    /// Numbers the columns.
    pub(super) next: usize,
}

impl Aggregates {
    pub(super) fn add(&mut self, expr: Plan) -> Plan {
        self.next += 1;
        let name = format!("__aggregate{}", self.next);
        self.found.push((name.clone(), expr));
        column(&name)
    }
}

impl Lower<'_> {
    /// A call of an aggregate inside an expression of `summarize`.
    pub(super) fn aggregate(
        &mut self,
        name: &Name,
        args: &[Argument],
        mut aggregates: Aggregates,
        row: &Relation,
        span: &Span,
    ) -> Lowered<Typed> {
        let value = self.aggregate_of(name, args, &mut aggregates, row, span);
        self.aggregates = Some(aggregates);
        value
    }

    pub(super) fn aggregate_of(
        &mut self,
        name: &Name,
        args: &[Argument],
        aggregates: &mut Aggregates,
        row: &Relation,
        span: &Span,
    ) -> Lowered<Typed> {
        let base = name
            .text
            .strip_suffix("_if")
            .or_else(|| name.text.strip_suffix("if"))
            .unwrap_or(&name.text);
        let conditional = base != name.text;
        let mut values = Vec::new();
        let mut condition = None;
        for (index, arg) in args.iter().enumerate() {
            let last = if base == "count" {
                index == 0
            } else {
                index == 1
            };
            if conditional && last {
                condition = Some(self.condition(&arg.value, row)?);
            } else if matches!(arg.value.kind, ExprKind::Wildcard(_)) {
                return self.fail(
                    Class::Arguments,
                    &arg.value.span,
                    "`*` stands alone in `arg_max`, `arg_min` and `take_any` only",
                );
            } else {
                values.push(self.scalar(&arg.value, row)?);
            }
        }
        if conditional && condition.is_none() {
            return self.fail(
                Class::Arguments,
                span,
                format!("`{}` takes a condition", name.text),
            );
        }
        let only = |value: Plan| -> Lowered<Plan> {
            match &condition {
                Some(condition) => Ok(when(condition.clone(), value).end()?),
                None => Ok(value),
            }
        };
        if base == "count" {
            let counted = count(only(lit(1_i64))?);
            return Ok(Typed::new(aggregates.add(counted), ScalarType::Long));
        }
        let Some(first) = values.first().cloned() else {
            return self.fail(
                Class::Arguments,
                span,
                format!("`{}` takes a value", name.text),
            );
        };
        let constant = |index: usize| values.get(index).and_then(Typed::value);
        let numeric = match first.scalar {
            ScalarType::Dynamic | ScalarType::String => ScalarType::Real,
            ScalarType::Bool => ScalarType::Long,
            other => other,
        };
        let text = |value: Typed| match value.scalar {
            ScalarType::String => self.text(value),
            _ => value.expr,
        };
        Ok(match base {
            "dcount" | "count_distinct" | "hll" => {
                let counted = distinct::call(only(text(first))?);
                Typed::new(aggregates.add(counted), ScalarType::Long)
            }
            "sum" | "avg" | "stdev" | "stdevp" | "variance" | "variancep" => {
                let value = self.converted(first, numeric);
                // Sums of times are sums of their microseconds.
                let timed = matches!(numeric, ScalarType::Datetime | ScalarType::Timespan);
                let mut number = if timed {
                    cast(value.expr, ScalarType::Long.arrow())
                } else {
                    value.expr
                };
                if base != "sum" {
                    number = cast(number, ScalarType::Real.arrow());
                }
                let number = only(number)?;
                let expr = match base {
                    "sum" => sum(number),
                    "avg" => avg(number),
                    "stdev" => stddev(number),
                    "stdevp" => stddev_pop(number),
                    "variance" => var_sample(number),
                    _ => var_pop(number),
                };
                let found = aggregates.add(expr);
                let returns = if timed || base == "sum" {
                    numeric
                } else {
                    ScalarType::Real
                };
                let found = if timed {
                    cast(cast(found, ScalarType::Long.arrow()), numeric.arrow())
                } else {
                    found
                };
                // The sum of nothing is nothing less than zero.
                let found = if base == "sum" && !timed {
                    let zero = Typed::constant(Cell::Long(0), numeric).expr;
                    datafusion::functions::core::expr_fn::coalesce(vec![found, zero])
                } else {
                    found
                };
                Typed::new(found, returns)
            }
            "max" | "min" => {
                let scalar = if first.scalar == ScalarType::Bool {
                    ScalarType::Long
                } else {
                    first.scalar
                };
                let value = only(self.converted(first, scalar).expr)?;
                let expr = if base == "max" {
                    max(value)
                } else {
                    min(value)
                };
                Typed::new(aggregates.add(expr), scalar)
            }
            "any" | "take_any" => {
                let scalar = first.scalar;
                let value = only(text(first))?;
                let key = when(value.clone().is_not_null(), lit(1_i64)).otherwise(lit(0_i64))?;
                let fields = vec![
                    ("key".to_owned(), ScalarType::Long.arrow()),
                    ("value".to_owned(), scalar.arrow()),
                ];
                let found = aggregates.add(extreme::call(true, vec![key, value], fields));
                Typed::new(get_field(found, "value"), scalar)
            }
            "arg_max" | "arg_min" | "argmax" | "argmin" => {
                // Inside an expression only the extreme itself is a value.
                let scalar = first.scalar;
                let expr = if base.ends_with("max") {
                    max(first.expr)
                } else {
                    min(first.expr)
                };
                Typed::new(aggregates.add(expr), scalar)
            }
            "make_list"
            | "makelist"
            | "make_list_with_nulls"
            | "make_set"
            | "makeset"
            | "make_bag" => {
                let kind = match base {
                    "make_set" | "makeset" => Kind::Set,
                    "make_bag" => Kind::Bag,
                    "make_list_with_nulls" => Kind::ListWithNulls,
                    _ => Kind::List,
                };
                let size = constant(1).and_then(|cell| cell.long());
                let scalar = first.scalar;
                let value = only(text(first))?;
                let limit = size.and_then(|size| usize::try_from(size).ok());
                let found = aggregates.add(aggregate::call(kind, vec![value], vec![scalar], limit));
                Typed::new(found, ScalarType::Dynamic)
            }
            "percentile" | "percentiles" | "percentiles_array" => {
                let mut shares = Vec::new();
                for index in 1..values.len() {
                    match constant(index) {
                        Some(cell @ Cell::Dynamic(_)) => {
                            let list = cell.json();
                            shares.extend(
                                list.as_array()
                                    .into_iter()
                                    .flatten()
                                    .filter_map(serde_json::Value::as_f64),
                            );
                        }
                        Some(cell) => shares.extend(cell.real()),
                        None => {
                            return self.fail(
                                Class::Arguments,
                                span,
                                "percentiles are constant numbers",
                            );
                        }
                    }
                }
                if shares.is_empty() {
                    return self.fail(Class::Arguments, span, "which percentile?");
                }
                let bits = shares.iter().map(|share| share.to_bits()).collect();
                let value = self.converted(first, numeric);
                let call = aggregate::call(
                    Kind::Percentiles(bits),
                    vec![value.expr],
                    vec![numeric],
                    None,
                );
                let found = aggregates.add(call);
                if base.ends_with("array") || shares.len() > 1 {
                    return Ok(Typed::new(found, ScalarType::Dynamic));
                }
                let one = json::path(found, ScalarType::Dynamic, &[Step::Index(0)]);
                match numeric {
                    ScalarType::Datetime | ScalarType::Timespan => {
                        let number =
                            self.converted(Typed::new(one, ScalarType::Dynamic), ScalarType::Long);
                        Typed::new(cast(number.expr, numeric.arrow()), numeric)
                    }
                    _ => self.converted(Typed::new(one, ScalarType::Dynamic), numeric),
                }
            }
            _ => {
                return self.fail(
                    Class::Unsupported,
                    span,
                    format!("the aggregate `{}` is not supported", name.text),
                );
            }
        })
    }
}
