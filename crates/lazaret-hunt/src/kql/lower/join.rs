//! `join` and `lookup`.

use datafusion::{
    common::JoinType,
    functions_aggregate::expr_fn::first_value,
    logical_expr::{Expr as Plan, LogicalPlanBuilder, Operator, binary_expr},
};

use super::{
    Lower, Lowered, Typed,
    relation::{Relation, column, unused},
};
use crate::{
    error::Class,
    kql::ast::{Expr, ExprKind, Span},
    value::ScalarType,
};

impl Lower<'_> {
    pub(super) fn join(
        &mut self,
        left: &Relation,
        kind: &str,
        right: &Expr,
        on: &[Expr],
        span: &Span,
    ) -> Lowered<Relation> {
        let right = self.tabular(right)?;
        self.joined(left, kind, &right, on, false, span)
    }

    pub(super) fn lookup(
        &mut self,
        left: &Relation,
        kind: &str,
        right: &Expr,
        on: &[Expr],
        span: &Span,
    ) -> Lowered<Relation> {
        let right = self.tabular(right)?;
        self.joined(left, kind, &right, on, true, span)
    }

    fn joined(
        &mut self,
        left: &Relation,
        kind: &str,
        right: &Relation,
        on: &[Expr],
        lookup: bool,
        span: &Span,
    ) -> Lowered<Relation> {
        let join = match kind {
            "innerunique" | "inner" => JoinType::Inner,
            "leftouter" => JoinType::Left,
            "rightouter" => JoinType::Right,
            "fullouter" => JoinType::Full,
            "leftsemi" => JoinType::LeftSemi,
            "rightsemi" => JoinType::RightSemi,
            "leftanti" | "leftantisemi" | "anti" => JoinType::LeftAnti,
            "rightanti" | "rightantisemi" => JoinType::RightAnti,
            _ => {
                return self.fail(
                    Class::Arguments,
                    span,
                    format!("there is no join of kind `{kind}`"),
                );
            }
        };
        let mut keys: Vec<(Typed, Typed)> = Vec::new();
        let mut key_names: Vec<String> = Vec::new();
        for condition in on {
            let mut flat = Vec::new();
            conjuncts(condition, &mut flat);
            for condition in flat {
                self.key(condition, left, right, &mut keys, &mut key_names)?;
            }
        }
        if keys.is_empty() && on.is_empty() {
            return self.fail(
                Class::Arguments,
                span,
                "a join needs `on`: which columns must agree?".to_string(),
            );
        }
        let left = if kind == "innerunique" && !lookup {
            self.unique_by(left, &keys)?
        } else {
            left.clone()
        };
        // The right side's columns get names that the left has not.
        let prefix = self.fresh("right");
        let hidden = |name: &str| format!("{prefix}_{name}");
        let renamed = right
            .columns
            .iter()
            .map(|found| (hidden(&found.name), right.reference(found)))
            .collect::<Vec<_>>();
        let mut right_side: Vec<(String, Typed)> = renamed;
        let mut conditions = Vec::new();
        for (index, (a, b)) in keys.iter().enumerate() {
            let (a, b) = self.alike(a.clone(), b.clone(), span)?;
            let text = a.scalar == ScalarType::String;
            let (a, b) = if text {
                (self.text(a), self.text(b))
            } else {
                (a.expr, b.expr)
            };
            let name = format!("{prefix}__key{index}");
            let scalar = if text {
                ScalarType::String
            } else {
                keys.get(index)
                    .map_or(ScalarType::String, |(_, b)| b.scalar)
            };
            right_side.push((name.clone(), Typed::new(b, scalar)));
            conditions.push(binary_expr(a, Operator::Eq, column(&name)));
        }
        let right_plan = right.project(right_side)?.plan;
        let plan = LogicalPlanBuilder::from(left.plan.clone())
            .join_on(right_plan, join, conditions)?
            .build()?;
        let from_left = matches!(join, JoinType::LeftSemi | JoinType::LeftAnti);
        let from_right = matches!(join, JoinType::RightSemi | JoinType::RightAnti);
        let mut out: Vec<(String, Typed)> = Vec::new();
        if !from_right {
            out.extend(
                left.columns
                    .iter()
                    .map(|found| (found.name.clone(), left.reference(found))),
            );
        }
        if !from_left {
            for found in &right.columns {
                if lookup && key_names.contains(&found.name) {
                    continue;
                }
                let name = unused(&found.name, |name| {
                    out.iter().any(|(known, _)| known == name)
                });
                out.push((name, Typed::new(column(&hidden(&found.name)), found.scalar)));
            }
        }
        let open = (left.open && !from_right) || (right.open && !from_left);
        let table = if from_left || left.open {
            left.table.clone()
        } else {
            right.table.clone()
        };
        let mut joined = Relation::new(plan, Vec::new()).project(out)?;
        joined.open = open;
        joined.weight = left.weight.with(right.weight);
        joined.table = table;
        Ok(joined)
    }

    /// `Name`, `$left.a == $right.b`, in any order.
    fn key(
        &mut self,
        condition: &Expr,
        left: &Relation,
        right: &Relation,
        keys: &mut Vec<(Typed, Typed)>,
        names: &mut Vec<String>,
    ) -> Lowered<()> {
        if let ExprKind::Binary(a, "==", b) = &condition.kind {
            let (a, b) = match (side(a), side(b)) {
                (Some(("$left", a)), Some(("$right", b))) => (a, b),
                (Some(("$right", b)), Some(("$left", a))) => (a, b),
                _ => {
                    // `1 == 1`, and conditions that only the filter after a
                    // cross join could express.
                    return self.fail(
                        Class::Unsupported,
                        &condition.span,
                        "a join's condition is a column both sides have, or `$left.a == $right.b`",
                    );
                }
            };
            let left_key = self.scalar(&a, left)?;
            let right_key = self.scalar(&b, right)?;
            if let ExprKind::Name(name) = &b.kind {
                names.push(name.clone());
            }
            keys.push((left_key, right_key));
            return Ok(());
        }
        let ExprKind::Name(name) = &condition.kind else {
            return self.fail(
                Class::Unsupported,
                &condition.span,
                "a join's condition is a column both sides have, or `$left.a == $right.b`",
            );
        };
        let left_key = self.named(name, &condition.span, left)?;
        let right_key = self.named(name, &condition.span, right)?;
        names.push(name.clone());
        keys.push((left_key, right_key));
        Ok(())
    }

    /// One row per key, as the default join takes of its left side.
    fn unique_by(&mut self, left: &Relation, keys: &[(Typed, Typed)]) -> Lowered<Relation> {
        let groups: Vec<Plan> = keys
            .iter()
            .enumerate()
            .map(|(index, (key, _))| {
                let value = if key.scalar == ScalarType::String {
                    self.text(key.clone())
                } else {
                    key.expr.clone()
                };
                value.alias(format!("__unique{index}"))
            })
            .collect();
        if left.columns.is_empty() {
            return Ok(left.clone());
        }
        let firsts: Vec<Plan> = left
            .columns
            .iter()
            .enumerate()
            .map(|(index, found)| {
                first_value(column(&found.name), vec![]).alias(format!("__first{index}"))
            })
            .collect();
        let plan = LogicalPlanBuilder::from(left.plan.clone())
            .aggregate(groups, firsts)?
            .build()?;
        let columns = left
            .columns
            .iter()
            .enumerate()
            .map(|(index, found)| {
                (
                    found.name.clone(),
                    Typed::new(column(&format!("__first{index}")), found.scalar),
                )
            })
            .collect();
        let mut unique = Relation::new(plan, Vec::new()).project(columns)?;
        unique.open = left.open;
        unique.weight = left.weight;
        unique.table = left.table.clone();
        Ok(unique)
    }
}

fn conjuncts<'e>(expr: &'e Expr, out: &mut Vec<&'e Expr>) {
    match &expr.kind {
        ExprKind::And(parts) => parts.iter().for_each(|part| conjuncts(part, out)),
        _ => out.push(expr),
    }
}

/// `$left.x` as its side, and `x` as an expression over that side.
fn side(expr: &Expr) -> Option<(&str, Expr)> {
    match &expr.kind {
        ExprKind::Member(base, name) => {
            if let ExprKind::Name(side) = &base.kind
                && matches!(side.as_str(), "$left" | "$right")
            {
                let kind = ExprKind::Name(name.text.clone());
                return Some((
                    side,
                    Expr {
                        kind,
                        span: name.span.clone(),
                    },
                ));
            }
            // `$left.a.b`: a path on that side.
            let (side, base) = side(base)?;
            let kind = ExprKind::Member(Box::new(base), name.clone());
            Some((
                side,
                Expr {
                    kind,
                    span: expr.span.clone(),
                },
            ))
        }
        ExprKind::Index(base, index) => {
            let (side, base) = side(base)?;
            let kind = ExprKind::Index(Box::new(base), index.clone());
            Some((
                side,
                Expr {
                    kind,
                    span: expr.span.clone(),
                },
            ))
        }
        _ => None,
    }
}
