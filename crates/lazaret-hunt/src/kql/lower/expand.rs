//! `mv-expand`, `mv-apply`, `partition` and `top-nested`.

use datafusion::{
    common::UnnestOptions,
    functions_window::expr_fn::row_number,
    logical_expr::{Expr as Plan, ExprFunctionExt, LogicalPlanBuilder, SortExpr, cast, lit},
};

use super::{
    Lower, Lowered, Typed, names,
    relation::{Relation, column},
};
use crate::{
    error::Class,
    functions::json,
    kql::ast::{
        Expand, Expr, ExprKind, Literal, Name, Named, Operator, OperatorKind, Span, TopNested,
    },
    value::ScalarType,
};

impl Lower<'_> {
    pub(super) fn mv_expand(
        &mut self,
        input: &Relation,
        array: bool,
        index: Option<&Name>,
        columns: &[Expand],
        limit: Option<usize>,
        span: &Span,
    ) -> Lowered<Relation> {
        let _ = limit;
        let mut lists = Vec::new();
        for expand in columns {
            let value = self.scalar(&expand.value.value, input)?;
            let value = match value.scalar {
                ScalarType::Dynamic => value,
                // Text is one item, unless it is JSON.
                ScalarType::String => {
                    self.warn(
                        Class::Type,
                        &expand.value.value.span,
                        "a text is expanded; its JSON is, where it holds any",
                    );
                    super::plugin::read_json(value)
                }
                other => {
                    return self.fail(Class::Type, span, format!("a {other} cannot be expanded"));
                }
            };
            let name = match expand.value.names.first() {
                Some(name) => name.text.clone(),
                None => names::of_column(&expand.value, |name| input.has(name)),
            };
            lists.push((name, json::elements(value.expr, array), expand.scalar));
        }
        let mut exprs: Vec<Plan> = input
            .columns
            .iter()
            .map(|found| column(&found.name))
            .collect();
        let mut hidden = Vec::new();
        for (_, list, _) in &lists {
            let name = self.fresh("items");
            exprs.push(list.clone().alias(&name));
            hidden.push(name);
        }
        let positions = match index {
            Some(_) => {
                let name = self.fresh("positions");
                if let Some((_, list, _)) = lists.first() {
                    exprs.push(json::positions(list.clone()).alias(&name));
                }
                Some(name)
            }
            None => None,
        };
        let unnested = hidden
            .iter()
            .chain(&positions)
            .map(datafusion::common::Column::new_unqualified)
            .collect();
        let options = UnnestOptions::new().with_preserve_nulls(false);
        let plan = LogicalPlanBuilder::from(input.plan.clone())
            .project(exprs)?
            .unnest_columns_with_options(unnested, options)?
            .build()?;
        let mut expanded = Relation::new(plan, input.columns.clone());
        expanded.open = input.open;
        expanded.weight = input.weight;
        expanded.table = input.table.clone();
        let mut new = Vec::new();
        for ((name, _, scalar), hidden) in lists.into_iter().zip(&hidden) {
            let item = Typed::new(column(hidden), ScalarType::Dynamic);
            new.push((
                name,
                self.converted(item, scalar.unwrap_or(ScalarType::Dynamic)),
            ));
        }
        if let (Some(index), Some(positions)) = (index, &positions) {
            new.push((
                index.text.clone(),
                Typed::new(column(positions), ScalarType::Long),
            ));
        }
        expanded.extend(new)
    }

    pub(super) fn mv_apply(
        &mut self,
        input: &Relation,
        index: Option<&Name>,
        columns: &[Expand],
        body: &[Operator],
        span: &Span,
    ) -> Lowered<Relation> {
        let row = self.fresh("row");
        let number = cast(row_number(), ScalarType::Long.arrow());
        let numbered = input.extend(vec![(row.clone(), Typed::new(number, ScalarType::Long))])?;
        let expanded = self.mv_expand(&numbered, false, index, columns, None, span)?;
        let changed = changed_by(body);
        let (mut kept, mut copies, mut originals) = (Vec::new(), Vec::new(), Vec::new());
        for found in &input.columns {
            let applied = columns.iter().any(|one| made_by(&one.value) == found.name);
            if applied || !changed.contains(&found.name) {
                kept.push(found.name.clone());
                continue;
            }
            // What the body makes of a column is the body's own.
            let copy = self.fresh("original");
            copies.push((copy.clone(), Typed::new(column(&found.name), found.scalar)));
            kept.push(copy.clone());
            originals.push((found.name.clone(), Typed::new(column(&copy), found.scalar)));
        }
        let hidden: Vec<String> = copies.iter().map(|(name, _)| name.clone()).collect();
        let summarizes = body.iter().any(|one| {
            matches!(
                one.kind,
                OperatorKind::Summarize(..) | OperatorKind::Count(_)
            )
        });
        let expanded = match summarizes {
            true => expanded.extend(copies)?,
            false => expanded,
        };
        let applied = self.grouped(expanded, &row, kept, body)?;
        let applied = match summarizes {
            true => {
                let made: Vec<(String, Typed)> = originals
                    .into_iter()
                    .filter(|(name, _)| !applied.has(name))
                    .collect();
                applied.extend(made)?
            }
            false => applied,
        };
        let mut applied =
            applied.keep(|name| name != row && !hidden.iter().any(|copy| copy == name))?;
        applied.open = input.open;
        Ok(applied)
    }

    pub(super) fn partition(
        &mut self,
        input: &Relation,
        by: &Expr,
        body: &[Operator],
        span: &Span,
    ) -> Lowered<Relation> {
        let ExprKind::Name(_) = &by.kind else {
            return self.fail(Class::Arguments, span, "`partition` goes by a column");
        };
        let key = self.fresh("partition");
        let value = self.scalar(by, input)?;
        let keyed = input.extend(vec![(key.clone(), value)])?;
        let done = self.grouped(keyed, &key, Vec::new(), body)?;
        done.keep(|name| name != key)
    }

    /// Runs operators on each group of rows with one `key` by itself. The
    /// columns `kept` are the same in all rows of a group, and survive.
    fn grouped(
        &mut self,
        input: Relation,
        key: &str,
        kept: Vec<String>,
        body: &[Operator],
    ) -> Lowered<Relation> {
        let mut current = input;
        for operator in body {
            let span = &operator.span;
            let name = |text: &str| Expr {
                kind: ExprKind::Name(text.to_owned()),
                span: span.clone(),
            };
            let plain = |text: &str| Named {
                names: Vec::new(),
                value: name(text),
            };
            current = match &operator.kind {
                OperatorKind::Summarize(values, by) => {
                    let mut keys = vec![plain(key)];
                    let made: Vec<String> = values.iter().chain(by).map(made_by).collect();
                    keys.extend(by.iter().cloned());
                    keys.extend(
                        kept.iter()
                            .filter(|name| !made.contains(name) && current.has(name))
                            .map(|name| plain(name)),
                    );
                    self.summarize(&current, values, &keys, span)?
                }
                OperatorKind::Count(given) => {
                    let counted = Named {
                        names: vec![given.clone().unwrap_or(Name {
                            text: "Count".to_owned(),
                            span: span.clone(),
                        })],
                        value: Expr {
                            kind: ExprKind::Call {
                                name: Name {
                                    text: "count".to_owned(),
                                    span: span.clone(),
                                },
                                args: Vec::new(),
                            },
                            span: span.clone(),
                        },
                    };
                    let mut keys = vec![plain(key)];
                    keys.extend(kept.iter().map(|name| plain(name)));
                    self.summarize(&current, &[counted], &keys, span)?
                }
                OperatorKind::Project(columns) => {
                    let made: Vec<String> = columns.iter().map(made_by).collect();
                    let mut all = vec![plain(key)];
                    all.extend(
                        kept.iter()
                            .filter(|name| !made.contains(name) && current.has(name))
                            .map(|name| plain(name)),
                    );
                    all.extend(columns.iter().cloned());
                    self.projected(&current, &all)?
                }
                OperatorKind::Distinct(values) => {
                    let made: Vec<String> = values
                        .iter()
                        .map(|value| {
                            made_by(&Named {
                                names: Vec::new(),
                                value: value.clone(),
                            })
                        })
                        .collect();
                    let mut keys = vec![plain(key)];
                    keys.extend(values.iter().map(|value| Named {
                        names: Vec::new(),
                        value: value.clone(),
                    }));
                    keys.extend(
                        kept.iter()
                            .filter(|name| !made.contains(name))
                            .map(|name| plain(name)),
                    );
                    self.summarize(&current, &[], &keys, span)?
                }
                OperatorKind::Top(count, orders) => {
                    let count = self.count_of(count)?;
                    let order = self.orders(&current, orders)?;
                    self.first_of_each(&current, key, order, count)?
                }
                OperatorKind::Take(count) => {
                    let count = self.count_of(count)?;
                    let order = current.order.clone();
                    self.first_of_each(&current, key, order, count)?
                }
                OperatorKind::Sort(orders) => {
                    let order = self.orders(&current, orders)?;
                    current.order = order;
                    current
                }
                OperatorKind::Where(_)
                | OperatorKind::Extend(_)
                | OperatorKind::MvExpand { .. }
                | OperatorKind::MvApply { .. }
                | OperatorKind::Parse { .. }
                | OperatorKind::ProjectAway(_)
                | OperatorKind::ProjectRename(_)
                | OperatorKind::Nothing => self.operator(current, operator)?,
                _ => {
                    return self.fail(
                        Class::Unsupported,
                        span,
                        "inside `mv-apply` and `partition` only where, extend, project, summarize, distinct, count, sort, top and take are supported",
                    );
                }
            };
        }
        Ok(current)
    }

    fn first_of_each(
        &mut self,
        input: &Relation,
        key: &str,
        order: Vec<SortExpr>,
        count: usize,
    ) -> Lowered<Relation> {
        let number = super::window::ordered(row_number(), order)
            .partition_by(vec![column(key)])
            .build()?;
        let name = self.fresh("number");
        let number = Typed::new(cast(number, ScalarType::Long.arrow()), ScalarType::Long);
        let numbered = input.extend(vec![(name.clone(), number)])?;
        let count = i64::try_from(count).unwrap_or(i64::MAX);
        numbered
            .filter(column(&name).lt_eq(lit(count)))?
            .keep(|known| known != name)
    }

    /// Levels of groups, each with its greatest ones.
    pub(super) fn top_nested(
        &mut self,
        input: &Relation,
        levels: &[TopNested],
        span: &Span,
    ) -> Lowered<Relation> {
        let mut rows = input.clone();
        let mut keys: Vec<Named> = Vec::new();
        let mut chosen: Option<Relation> = None;
        for level in levels {
            if level.others.is_some() {
                return self.fail(
                    Class::Unsupported,
                    span,
                    "`top-nested … with others` is not supported",
                );
            }
            let by = Named {
                names: match level.by.names.first() {
                    Some(name) => vec![name.clone()],
                    None => vec![Name {
                        text: format!("aggregated_{}", made_by(&level.of)),
                        span: span.clone(),
                    }],
                },
                value: level.by.value.clone(),
            };
            let above: Vec<String> = keys.iter().map(made_by).collect();
            keys.push(level.of.clone());
            let measure = made_by(&by);
            let summed = self.summarize(&rows, std::slice::from_ref(&by), &keys, span)?;
            let best = match &level.count {
                Some(count) => {
                    let count = self.count_of(count)?;
                    let order = vec![column(&measure).sort(level.ascending, false)];
                    let number = row_number()
                        .partition_by(above.iter().map(|name| column(name)).collect())
                        .order_by(order)
                        .build()?;
                    let name = self.fresh("number");
                    let numbered = summed.extend(vec![(
                        name.clone(),
                        Typed::new(cast(number, ScalarType::Long.arrow()), ScalarType::Long),
                    )])?;
                    let count = i64::try_from(count).unwrap_or(i64::MAX);
                    numbered
                        .filter(column(&name).lt_eq(lit(count)))?
                        .keep(|known| known != name)?
                }
                None => summed,
            };
            // The next level looks only at rows of the groups chosen here.
            let names: Vec<String> = keys.iter().map(made_by).collect();
            let given: Vec<Named> = keys
                .iter()
                .filter(|key| !key.names.is_empty())
                .cloned()
                .collect();
            if !given.is_empty() {
                rows = self.operator(
                    rows,
                    &Operator {
                        kind: OperatorKind::Extend(given),
                        span: span.clone(),
                    },
                )?;
            }
            self.bind("__chosen", super::Binding::Table(best.clone()));
            let on: Vec<Expr> = names
                .iter()
                .map(|name| Expr {
                    kind: ExprKind::Name(name.clone()),
                    span: span.clone(),
                })
                .collect();
            let right = Expr {
                kind: ExprKind::Name("__chosen".to_owned()),
                span: span.clone(),
            };
            rows = self.join(&rows, "leftsemi", &right, &on, span)?;
            keys = names
                .iter()
                .map(|name| Named {
                    names: Vec::new(),
                    value: Expr {
                        kind: ExprKind::Name(name.clone()),
                        span: span.clone(),
                    },
                })
                .collect();
            chosen = Some(match chosen {
                None => best,
                Some(before) => {
                    let on: Vec<Expr> = above
                        .iter()
                        .map(|name| Expr {
                            kind: ExprKind::Name(name.clone()),
                            span: span.clone(),
                        })
                        .collect();
                    let joined = self.join(&before, "inner", &right, &on, span)?;
                    let double: Vec<String> = above.iter().map(|name| format!("{name}1")).collect();
                    joined.keep(|name| !double.iter().any(|known| known == name))?
                }
            });
        }
        match chosen {
            Some(chosen) => Ok(chosen),
            None => self.fail(Class::Arguments, span, "`top-nested` of nothing"),
        }
    }
}

/// The name of the column that an expression makes.
fn made_by(named: &Named) -> String {
    match named.names.first() {
        Some(name) => name.text.clone(),
        None => names::natural(&named.value)
            .or_else(|| names::of_aggregate(&named.value))
            .unwrap_or_else(|| format!("{:?}", Literal::Null(ScalarType::String))),
    }
}

/// The columns that operators set before any of them groups rows.
fn changed_by(body: &[Operator]) -> Vec<String> {
    let mut changed = Vec::new();
    for operator in body {
        match &operator.kind {
            OperatorKind::Extend(columns) => changed.extend(columns.iter().map(made_by)),
            OperatorKind::MvExpand { columns, .. } | OperatorKind::MvApply { columns, .. } => {
                changed.extend(columns.iter().map(|one| made_by(&one.value)));
            }
            _ => {}
        }
    }
    changed
}
