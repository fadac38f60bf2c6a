//! Operators on tables.

use datafusion::logical_expr::{Expr as Plan, LogicalPlanBuilder, lit};

use super::{
    Binding, Lower, Lowered, Typed, names,
    relation::{Relation, column},
};
use crate::{
    error::Class,
    kql::ast::{ExprKind, Name, Operator, OperatorKind},
    value::ScalarType,
};

/// Operators that may follow one another, through definitions as well.
const DEPTH: usize = 400;
/// Operators of a whole plan, each use of a definition counted again.
const SIZE: usize = 5_000;

impl Lower<'_> {
    /// One operator.
    pub(super) fn operator(&mut self, input: Relation, operator: &Operator) -> Lowered<Relation> {
        let before = input.weight;
        let mut output = self.operated(input, operator)?;
        let weight = &mut output.weight;
        weight.depth = weight.depth.max(before.depth) + 1;
        weight.size = weight.size.max(before.size).saturating_add(1);
        if weight.depth > DEPTH || weight.size > SIZE {
            let message = format!("more than {DEPTH} operators in a row, or {SIZE} in all");
            return self.fail(Class::Limit, &operator.span, message);
        }
        Ok(output)
    }

    fn operated(&mut self, input: Relation, operator: &Operator) -> Lowered<Relation> {
        let span = &operator.span;
        match &operator.kind {
            OperatorKind::Where(condition) => self.filtered(&input, condition),
            OperatorKind::Extend(columns) | OperatorKind::Serialize(columns) => {
                self.extended(&input, columns)
            }
            OperatorKind::Print(columns) => {
                let mut out = Vec::new();
                for (index, named) in columns.iter().enumerate() {
                    let value = self.scalar(&named.value, &input)?;
                    if let Some(several) = self.several(named, &value) {
                        out.extend(several);
                        continue;
                    }
                    let name = named
                        .names
                        .first()
                        .map_or_else(|| format!("print_{index}"), |name| name.text.clone());
                    out.push((name, value));
                }
                input.project(out)
            }
            OperatorKind::Project(columns) => self.projected(&input, columns),
            OperatorKind::ProjectAway(patterns) => {
                let away = |name: &str| {
                    patterns
                        .iter()
                        .any(|pattern| names::fits(name, &pattern.text))
                };
                self.unknown_patterns(&input, patterns);
                input.keep(|name| !away(name))
            }
            OperatorKind::ProjectKeep(patterns) => {
                self.unknown_patterns(&input, patterns);
                input.keep(|name| {
                    patterns
                        .iter()
                        .any(|pattern| names::fits(name, &pattern.text))
                })
            }
            OperatorKind::ProjectRename(columns) => {
                let mut out: Vec<(String, Typed)> = input
                    .columns
                    .iter()
                    .map(|column| (column.name.clone(), input.reference(column)))
                    .collect();
                for named in columns {
                    let (Some(new), ExprKind::Name(old)) = (named.names.first(), &named.value.kind)
                    else {
                        return self.fail(
                            Class::Syntax,
                            &named.value.span,
                            "`project-rename` takes `new = old`",
                        );
                    };
                    match out.iter_mut().find(|(name, _)| name == old) {
                        Some((name, _)) => *name = new.text.clone(),
                        None => {
                            let value = self.named(old, &named.value.span, &input)?;
                            out.push((new.text.clone(), value));
                        }
                    }
                }
                self.unique(&input, out)
            }
            OperatorKind::ProjectReorder(patterns) => {
                let mut order: Vec<String> = Vec::new();
                for (pattern, ascending) in patterns {
                    let mut fitting: Vec<&str> = input
                        .columns
                        .iter()
                        .map(|column| column.name.as_str())
                        .filter(|name| {
                            names::fits(name, &pattern.text)
                                && !order.iter().any(|known| known == name)
                        })
                        .collect();
                    match ascending {
                        Some(true) => fitting.sort_unstable(),
                        Some(false) => fitting.sort_unstable_by(|a, b| b.cmp(a)),
                        None => {}
                    }
                    let fitting: Vec<String> = fitting.into_iter().map(str::to_owned).collect();
                    order.extend(fitting);
                }
                let rest = input
                    .columns
                    .iter()
                    .filter(|column| !order.contains(&column.name))
                    .map(|column| column.name.clone());
                let order: Vec<String> = order.iter().cloned().chain(rest).collect();
                let columns = order.iter().filter_map(|name| {
                    let found = input.find(name)?;
                    Some((name.clone(), input.reference(found)))
                });
                input.project(columns.collect())
            }
            OperatorKind::Summarize(values, by) => self.summarize(&input, values, by, span),
            OperatorKind::Distinct(values) => self.distinct(&input, values),
            OperatorKind::Join { kind, right, on } => self.join(&input, kind, right, on, span),
            OperatorKind::Lookup { kind, right, on } => self.lookup(&input, kind, right, on, span),
            OperatorKind::Union {
                inner,
                source,
                fuzzy,
                tables,
            } => {
                let first = (!input.columns.is_empty()).then_some(input);
                self.union(first, tables, *inner, source.as_ref(), *fuzzy, span)
            }
            OperatorKind::Sort(orders) => {
                let order = self.orders(&input, orders)?;
                input.sort(order)
            }
            OperatorKind::Top(count, orders) => {
                let count = self.count_of(count)?;
                let order = self.orders(&input, orders)?;
                input.sort(order)?.take(count)
            }
            OperatorKind::Take(count) | OperatorKind::Sample(count) => {
                let count = self.count_of(count)?;
                input.take(count)
            }
            OperatorKind::SampleDistinct(count, value) => {
                let count = self.count_of(count)?;
                self.distinct(&input, std::slice::from_ref(value))?
                    .take(count)
            }
            OperatorKind::Count(name) => {
                let name = name.as_ref().map_or("Count", |name| name.text.as_str());
                let counted =
                    datafusion::functions_aggregate::expr_fn::count(lit(1_i64)).alias("__count");
                let plan = LogicalPlanBuilder::from(input.plan)
                    .aggregate(Vec::<Plan>::new(), vec![counted])?
                    .build()?;
                let value = Typed::new(column("__count"), ScalarType::Long);
                Relation::new(plan, Vec::new()).project(vec![(name.to_owned(), value)])
            }
            OperatorKind::MvExpand {
                array,
                index,
                columns,
                limit,
            } => {
                let limit = limit
                    .as_ref()
                    .map(|limit| self.count_of(limit))
                    .transpose()?;
                self.mv_expand(&input, *array, index.as_ref(), columns, limit, span)
            }
            OperatorKind::MvApply {
                index,
                columns,
                body,
            } => self.mv_apply(&input, index.as_ref(), columns, body, span),
            OperatorKind::Partition(by, body) => self.partition(&input, by, body, span),
            OperatorKind::Parse {
                only,
                kind,
                flags,
                value,
                pieces,
            } => self.parse_pattern(&input, *only, kind, flags, value, pieces, span),
            OperatorKind::ParseKv {
                value,
                columns,
                options,
            } => self.parse_kv(&input, value, columns, options),
            OperatorKind::MakeSeries {
                nonempty,
                values,
                on,
                from,
                to,
                through,
                step,
                by,
            } => self.make_series(
                &input,
                (values, *nonempty),
                on,
                (from.as_ref(), to.as_ref().map(|to| (to, *through)), step),
                by,
                span,
            ),
            OperatorKind::Evaluate { name, args, schema } => {
                self.evaluate(&input, name, args, schema, span)
            }
            OperatorKind::Invoke(name, args) => self.table_call_on(name, args, Some(input), span),
            OperatorKind::Range(name, bounds) => {
                self.range(name, &bounds.0, &bounds.1, &bounds.2, span)
            }
            OperatorKind::Render(kind) => {
                self.chart = Some(kind.clone());
                Ok(input)
            }
            OperatorKind::GetSchema => self.schema_of(&input),
            OperatorKind::As(name) => {
                self.bind(&name.text, Binding::Table(input.clone()));
                Ok(input)
            }
            OperatorKind::Search { .. } => {
                let first = (!input.columns.is_empty()).then_some(input);
                self.search(first, &operator.kind, span)
            }
            OperatorKind::Find { .. } => self.find(&operator.kind, span),
            OperatorKind::TopNested(levels) => self.top_nested(&input, levels, span),
            OperatorKind::Nothing => Ok(input),
            OperatorKind::Scan(scan) => {
                let input = match scan.order.is_empty() {
                    true => input,
                    false => {
                        let order = self.orders(&input, &scan.order)?;
                        input.sort(order)?
                    }
                };
                self.scan(&input, scan, span)
            }
            OperatorKind::Unsupported(name) => self.fail(
                Class::Unsupported,
                span,
                format!("the operator `{name}` is not supported"),
            ),
        }
    }

    fn unknown_patterns(&mut self, input: &Relation, patterns: &[Name]) {
        for pattern in patterns {
            if !pattern.text.contains('*') && !input.has(&pattern.text) {
                let message = format!("there is no column `{}` here", pattern.text);
                self.warn(Class::UnknownColumn, &pattern.span, message);
            }
        }
    }
}
