//! The operator `summarize`.

use super::aggregate::Aggregates;
use datafusion::{
    functions::core::expr_fn::get_field,
    logical_expr::{Expr as Plan, LogicalPlanBuilder},
};

use super::{
    Lower, Lowered, Typed, names,
    relation::{Relation, column, unused},
};
use crate::{
    engine::PlannedColumn,
    error::Class,
    functions::{cell::Cell, extreme},
    kql::ast::{Argument, Expr, ExprKind, Name, Named, Span},
    value::ScalarType,
};

impl Lower<'_> {
    /// `summarize values by keys`
    pub(super) fn summarize(
        &mut self,
        input: &Relation,
        values: &[Named],
        by: &[Named],
        span: &Span,
    ) -> Lowered<Relation> {
        let mut keys: Vec<(String, Typed)> = Vec::new();
        for named in by {
            let value = self.scalar(&named.value, input)?;
            let name = names::of_column(named, |name| keys.iter().any(|(known, _)| known == name));
            let name = unused(&name, |name| keys.iter().any(|(known, _)| known == name));
            let value = match value.scalar {
                // An absent text and an empty one are one group.
                ScalarType::String => Typed::new(self.text(value), ScalarType::String),
                _ => value,
            };
            keys.push((name, value));
        }
        let key_columns: Vec<PlannedColumn> = keys
            .iter()
            .map(|(name, value)| PlannedColumn {
                name: name.clone(),
                scalar: value.scalar,
            })
            .collect();
        let mut aggregates = Aggregates {
            keys: key_columns.clone(),
            ..Aggregates::default()
        };
        let mut outputs: Vec<(String, Typed)> = Vec::new();
        for named in &values.iter().flat_map(each_percentile).collect::<Vec<_>>() {
            let taken: Vec<String> = keys
                .iter()
                .map(|(name, _)| name.clone())
                .chain(outputs.iter().map(|(name, _)| name.clone()))
                .collect();
            let taken = |name: &str| taken.iter().any(|known| known == name);
            if let Some((name, args)) = several(&named.value) {
                self.row_of_extreme(
                    named,
                    name,
                    args,
                    input,
                    &mut aggregates,
                    &mut outputs,
                    &keys,
                )?;
                continue;
            }
            self.aggregates = Some(aggregates);
            let value = self.scalar(&named.value, input);
            aggregates = self.aggregates.take().unwrap_or_default();
            let value = value?;
            let name = match named.names.first() {
                Some(name) => name.text.clone(),
                None => names::of_aggregate(&named.value)
                    .unwrap_or_else(|| names::of_column(named, taken)),
            };
            outputs.push((unused(&name, taken), value));
        }
        if keys.is_empty() && outputs.is_empty() {
            return self.fail(Class::Arguments, span, "`summarize` of nothing by nothing");
        }
        let groups: Vec<Plan> = keys
            .iter()
            .map(|(name, value)| value.expr.clone().alias(name))
            .collect();
        let found: Vec<Plan> = aggregates
            .found
            .iter()
            .map(|(name, expr)| expr.clone().alias(name))
            .collect();
        let plan = if found.is_empty() {
            LogicalPlanBuilder::from(input.plan.clone())
                .project(groups)?
                .distinct()?
                .build()?
        } else {
            LogicalPlanBuilder::from(input.plan.clone())
                .aggregate(groups, found)?
                .build()?
        };
        let mut columns: Vec<(String, Typed)> = key_columns
            .iter()
            .map(|key| (key.name.clone(), Typed::new(column(&key.name), key.scalar)))
            .collect();
        columns.extend(outputs);
        Relation::new(plan, Vec::new()).project(columns)
    }

    /// `arg_max(x, *)`, `arg_max(x, a, b)`, `take_any(*)`, `take_any(a, b)`:
    /// several columns of one row.
    #[allow(clippy::too_many_arguments)]
    pub(super) fn row_of_extreme(
        &mut self,
        named: &Named,
        name: &Name,
        args: &[Argument],
        input: &Relation,
        aggregates: &mut Aggregates,
        outputs: &mut Vec<(String, Typed)>,
        keys: &[(String, Typed)],
    ) -> Lowered<()> {
        let any = name.text.contains("any");
        let mut wanted: Vec<(Option<String>, Typed)> = Vec::new();
        if any {
            wanted.push((None, Typed::constant(Cell::Long(1), ScalarType::Long)));
        }
        for (index, arg) in args.iter().enumerate() {
            if let ExprKind::Wildcard(pattern) = &arg.value.kind {
                for column in &input.columns {
                    let used = keys.iter().any(|(key, _)| *key == column.name)
                        || wanted
                            .iter()
                            .any(|(known, _)| known.as_ref() == Some(&column.name));
                    if !used && names::fits(&column.name, pattern) {
                        wanted.push((Some(column.name.clone()), input.reference(column)));
                    }
                }
                continue;
            }
            let value = self.scalar(&arg.value, input)?;
            let given = named.names.get(index).map(|name| name.text.clone());
            let natural = names::natural(&arg.value);
            let own = match natural {
                Some(natural) if any && name.text != "take_any" => format!("any_{natural}"),
                Some(natural) => natural,
                None if index == 0 && !any => format!(
                    "{}_",
                    name.text
                        .trim_start_matches("arg_")
                        .trim_start_matches("arg")
                ),
                None => format!("{}_arg{index}", name.text),
            };
            wanted.push((Some(given.unwrap_or(own)), value));
        }
        if wanted.len() < 2 && any {
            return self.fail(
                Class::Arguments,
                &name.span,
                format!("`{}` of which columns?", name.text),
            );
        }
        let fields = wanted
            .iter()
            .enumerate()
            .map(|(index, (_, value))| (format!("f{index}"), value.scalar.arrow()))
            .collect();
        let exprs = wanted.iter().map(|(_, value)| value.expr.clone()).collect();
        let found = aggregates.add(extreme::call(
            any || name.text.ends_with("max"),
            exprs,
            fields,
        ));
        for (index, (name, value)) in wanted.into_iter().enumerate() {
            let Some(name) = name else { continue };
            let taken = |name: &str| {
                outputs.iter().any(|(known, _)| known == name)
                    || keys.iter().any(|(known, _)| known == name)
            };
            let name = unused(&name, taken);
            outputs.push((
                name,
                Typed::new(get_field(found.clone(), format!("f{index}")), value.scalar),
            ));
        }
        Ok(())
    }
}

/// `percentiles(x, a, b)` gives a column for each.
fn each_percentile(named: &Named) -> Vec<Named> {
    if let ExprKind::Call { name, args } = &named.value.kind
        && name.text == "percentiles"
        && let [value, shares @ ..] = args.as_slice()
        && shares.len() > 1
    {
        return shares
            .iter()
            .enumerate()
            .map(|(index, share)| Named {
                names: named.names.get(index).cloned().into_iter().collect(),
                value: Expr {
                    kind: ExprKind::Call {
                        name: Name {
                            text: "percentile".to_owned(),
                            span: name.span.clone(),
                        },
                        args: vec![value.clone(), share.clone()],
                    },
                    span: named.value.span.clone(),
                },
            })
            .collect();
    }
    vec![named.clone()]
}

/// Whether an aggregate gives several columns, or those of a row.
fn several(expr: &Expr) -> Option<(&Name, &[Argument])> {
    match &expr.kind {
        ExprKind::Call { name, args } => match name.text.as_str() {
            "arg_max" | "arg_min" | "argmax" | "argmin" => Some((name, args)),
            "any" | "take_any"
                if args.len() > 1
                    || args
                        .iter()
                        .any(|arg| matches!(arg.value.kind, ExprKind::Wildcard(_))) =>
            {
                Some((name, args))
            }
            _ => None,
        },
        _ => None,
    }
}
