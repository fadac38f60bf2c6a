//! `join`, `append`, `appendcols`.

use datafusion::{
    common::JoinType,
    logical_expr::{LogicalPlanBuilder, Operator, binary_expr, expr_fn::when},
};

use super::{
    Lower, Lowered, Relation, ScalarType, Settings, Span, Typed,
    column::{common, converted, own, text},
    hidden, reference, visible,
};
use crate::{error::Class, spl::ast::Name};

impl Lower<'_> {
    pub(super) fn join(
        &mut self,
        left: &Relation,
        settings: &Settings,
        fields: &[Name],
        right: &Relation,
        span: &Span,
    ) -> Lowered<Relation> {
        let kind = match settings
            .get("type")
            .unwrap_or("inner")
            .to_ascii_lowercase()
            .as_str()
        {
            "inner" => JoinType::Inner,
            "left" | "outer" => JoinType::Left,
            other => {
                return self.fail(
                    Class::Arguments,
                    span,
                    format!("there is no join of type `{other}`"),
                );
            }
        };
        if settings.truth("usetime") == Some(true) || settings.get("left").is_some() {
            return self.fail(
                Class::Unsupported,
                span,
                "`join` with `usetime`, `left` or `right` is not supported",
            );
        }
        let keys: Vec<Name> = match fields.is_empty() {
            false => fields.to_vec(),
            true => visible(left)
                .filter(|column| !column.name.starts_with('_') && right.has(&column.name))
                .map(|column| Name {
                    text: column.name.clone(),
                    span: span.clone(),
                })
                .collect(),
        };
        if keys.is_empty() {
            // On events whose fields are not known nothing can be said.
            self.warn(
                Class::Approximate,
                span,
                "the two sides of `join` have no field in common, so nothing joins",
            );
        }
        let prefix = self.fresh("right");
        let mut theirs: Vec<(String, Typed)> = Vec::new();
        let mut conditions = Vec::new();
        let mut key_names = Vec::new();
        for (index, key) in keys.iter().enumerate() {
            let name = format!("{prefix}key{index}");
            let their = text(self.field(right, &key.text, &key.span));
            let our = text(self.field(left, &key.text, &key.span));
            theirs.push((name.clone(), their));
            conditions.push(binary_expr(our.expr, Operator::Eq, reference(&name)));
            key_names.push(name);
        }
        let most = settings.count("max").unwrap_or(1);
        let mut right = right.clone();
        let mut shown: Vec<(String, ScalarType)> = Vec::new();
        for column in visible(&right) {
            theirs.push((format!("{prefix}_{}", column.name), right.reference(column)));
            shown.push((column.name.clone(), column.scalar));
        }
        for column in right.columns.iter().filter(|column| hidden(&column.name)) {
            theirs.push((column.name.clone(), right.reference(column)));
        }
        let order = right.order.clone();
        right = right.project(theirs)?;
        right.order = order;
        if most > 0 && !key_names.is_empty() {
            right = self.first_of(&right, &key_names, most)?;
        }
        right = right.keep(|name| name.starts_with(&prefix))?;
        if conditions.is_empty() {
            conditions.push(datafusion::logical_expr::lit(false));
        }
        let plan = LogicalPlanBuilder::from(left.plan.clone())
            .join_on(right.plan.clone(), kind, conditions)?
            .build()?;
        let joined = left.with_plan(plan);
        let overwrite = settings.truth("overwrite").unwrap_or(true);
        let mut new = Vec::new();
        for (name, scalar) in shown {
            if keys.iter().any(|key| key.text == name) && left.has(&name) {
                continue;
            }
            let value = own(&format!("{prefix}_{name}"), scalar);
            let value = match left.find(&name) {
                None => value,
                Some(column) => {
                    let before = left.reference(column);
                    let scalar = common(before.scalar, value.scalar);
                    let (before, value) = (converted(before, scalar), converted(value, scalar));
                    let (first, second) = match overwrite {
                        true => (value, before),
                        false => (before, value),
                    };
                    let there = first.expr.clone().is_not_null();
                    Typed::new(when(there, first.expr).otherwise(second.expr)?, scalar)
                }
            };
            new.push((name, value));
        }
        let mut out = self.assign(&joined, new)?;
        out.open = left.open || right.open;
        Ok(out)
    }

    /// The rows of one after those of the other.
    pub(super) fn appended(&mut self, a: &Relation, b: &Relation) -> Lowered<Relation> {
        self.both(a, b, true)
    }

    /// The rows of both in any order, which spares sorting tables.
    pub(super) fn unioned(&mut self, a: &Relation, b: &Relation) -> Lowered<Relation> {
        self.both(a, b, false)
    }

    fn both(&mut self, a: &Relation, b: &Relation, ordered: bool) -> Lowered<Relation> {
        let part = self.fresh("part");
        let place = self.fresh("place");
        let a = self.placed(a, &part, &place, 0)?;
        let b = self.placed(b, &part, &place, 1)?;
        let mut names: Vec<(String, ScalarType)> = Vec::new();
        for column in a.columns.iter().chain(&b.columns) {
            match names.iter_mut().find(|(name, _)| *name == column.name) {
                Some((_, scalar)) => *scalar = common(*scalar, column.scalar),
                None => names.push((column.name.clone(), column.scalar)),
            }
        }
        let side = |relation: &Relation| -> Lowered<Relation> {
            let columns = names.iter().map(|(name, scalar)| {
                let value = match relation.find(name) {
                    Some(column) => converted(relation.reference(column), *scalar),
                    None => Typed::null(*scalar),
                };
                (name.clone(), value)
            });
            relation.project(columns.collect())
        };
        let (left, right) = (side(&a)?, side(&b)?);
        let plan = LogicalPlanBuilder::from(left.plan.clone())
            .union(right.plan)?
            .build()?;
        let mut out = left.with_plan(plan);
        out.order = match ordered {
            false => Vec::new(),
            true => vec![
                reference(&part).sort(true, false),
                reference(&place).sort(true, false),
            ],
        };
        out.open = a.open || b.open;
        if a.table != b.table {
            out.table = None;
        }
        if out.order.is_empty() {
            out = out.keep(|name| name != part && name != place)?;
        }
        Ok(out)
    }

    /// The rows with the part they belong to and their place in it, in place
    /// of the columns that carried their order.
    fn placed(
        &mut self,
        relation: &Relation,
        part: &str,
        place: &str,
        number: i64,
    ) -> Lowered<Relation> {
        let (mut out, column) = match relation.order.is_empty() {
            true => {
                let nothing = Typed::new(datafusion::logical_expr::lit(0_i64), ScalarType::Long);
                let name = self.fresh("n");
                (self.assign(relation, vec![(name.clone(), nothing)])?, name)
            }
            false => self.numbered(relation.clone(), &[])?,
        };
        let ordered = !relation.order.is_empty();
        let new = vec![
            (
                part.to_owned(),
                Typed::new(datafusion::logical_expr::lit(number), ScalarType::Long),
            ),
            (place.to_owned(), own(&column, ScalarType::Long)),
        ];
        out = self.assign(&out, new)?;
        let mut out = out.keep(|name| !hidden(name) || name == part || name == place)?;
        if ordered {
            out.order = vec![reference(place).sort(true, false)];
        }
        Ok(out)
    }

    /// The fields of one beside those of the other, row by row.
    pub(super) fn append_columns(
        &mut self,
        left: Relation,
        right: Relation,
        over: bool,
    ) -> Lowered<Relation> {
        let (left, ours) = self.numbered(left, &[])?;
        let (right, theirs) = self.numbered(right, &[])?;
        let prefix = self.fresh("beside");
        let mut columns = vec![(format!("{prefix}key"), own(&theirs, ScalarType::Long))];
        let mut shown = Vec::new();
        for column in visible(&right) {
            if over || !left.has(&column.name) {
                let name = format!("{prefix}_{}", column.name);
                columns.push((name.clone(), right.reference(column)));
                shown.push((column.name.clone(), name, column.scalar));
            }
        }
        let right = right.project(columns)?;
        let condition = binary_expr(
            reference(&ours),
            Operator::Eq,
            reference(&format!("{prefix}key")),
        );
        let plan = LogicalPlanBuilder::from(left.plan.clone())
            .join_on(right.plan, JoinType::Left, vec![condition])?
            .build()?;
        let joined = left.with_plan(plan);
        let new = shown
            .into_iter()
            .map(|(name, hidden, scalar)| (name, own(&hidden, scalar)))
            .collect();
        let mut out = self.assign(&joined, new)?;
        if out.order.is_empty() {
            out.order = vec![reference(&ours).sort(true, false)];
        }
        Ok(out)
    }
}
