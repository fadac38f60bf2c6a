//! Lookups: tables of the catalog by their names.

use super::{
    Lower, Lowered, Relation, ScalarType, Settings, Typed,
    column::{converted, own, text},
};
use crate::{error::Class, spl::ast::Name};
use datafusion::{
    common::JoinType,
    logical_expr::{LogicalPlanBuilder, Operator, binary_expr, expr_fn::when},
};

impl Lower<'_> {
    /// The table a lookup's name stands for.
    fn lookup_table(&mut self, name: &Name) -> Lowered<Option<Relation>> {
        let bare = name.text.strip_suffix(".csv").unwrap_or(&name.text);
        let names = self.context.catalog.names();
        let found = names.iter().find(|known| {
            known.eq_ignore_ascii_case(&name.text)
                || known
                    .strip_suffix(".csv")
                    .unwrap_or(known)
                    .eq_ignore_ascii_case(bare)
        });
        let Some(found) = found else {
            return Ok(None);
        };
        let Some(scan) = self.context.catalog.scan(found)? else {
            return Ok(None);
        };
        let mut out = Relation::scanned(found, scan);
        out.open = false;
        out.table = None;
        Ok(Some(out))
    }

    pub(super) fn input_lookup(&mut self, name: &Name, settings: &Settings) -> Lowered<Relation> {
        let found = match self.lookup_table(name)? {
            Some(found) => found,
            None => {
                self.warn(
                    Class::Approximate,
                    &name.span,
                    format!(
                        "there is no table `{}` to look up in; it counts as empty",
                        name.text
                    ),
                );
                self.no_events()?
            }
        };
        match settings.count("max") {
            Some(most) => found.take(most),
            None => Ok(found),
        }
    }

    pub(super) fn lookup(
        &mut self,
        relation: &Relation,
        table: &Name,
        matched: &[(Name, Name)],
        given: &[(Name, Name)],
        only_new: bool,
    ) -> Lowered<Relation> {
        let Some(right) = self.lookup_table(table)? else {
            self.warn(
                Class::Approximate,
                &table.span,
                format!(
                    "there is no table `{}` to look up in; its fields count as absent",
                    table.text
                ),
            );
            let mut new: Vec<(String, Typed)> = Vec::new();
            for (_, name) in given {
                if !relation.has(&name.text) {
                    new.push((name.text.clone(), Typed::null(ScalarType::String)));
                }
            }
            return self.assign(relation, new);
        };
        let prefix = self.fresh("lookup");
        let mut columns = Vec::new();
        let mut conditions = Vec::new();
        for (index, (theirs, ours)) in matched.iter().enumerate() {
            let key = format!("{prefix}key{index}");
            let their = text(self.field(&right, &theirs.text, &theirs.span));
            let our = text(self.field(relation, &ours.text, &ours.span));
            columns.push((key.clone(), their));
            conditions.push(binary_expr(our.expr, Operator::Eq, super::reference(&key)));
        }
        let given: Vec<(String, String)> = match given.is_empty() {
            true => right
                .columns
                .iter()
                .map(|column| column.name.clone())
                .filter(|name| !matched.iter().any(|(theirs, _)| theirs.text == *name))
                .map(|name| (name.clone(), name))
                .collect(),
            false => given
                .iter()
                .map(|(theirs, ours)| (theirs.text.clone(), ours.text.clone()))
                .collect(),
        };
        let span = table.span.clone();
        for (index, (theirs, _)) in given.iter().enumerate() {
            let value = self.field(&right, theirs, &span);
            columns.push((format!("{prefix}value{index}"), value));
        }
        let keys: Vec<String> = (0..matched.len())
            .map(|index| format!("{prefix}key{index}"))
            .collect();
        let right = right.project(columns)?;
        // As in Splunk, the first row that fits counts.
        let right = self.first_of(&right, &keys, 1)?;
        let scalars: Vec<ScalarType> = (0..given.len())
            .map(|index| {
                right
                    .find(&format!("{prefix}value{index}"))
                    .map_or(ScalarType::String, |column| column.scalar)
            })
            .collect();
        let plan = LogicalPlanBuilder::from(relation.plan.clone())
            .join_on(right.plan.clone(), JoinType::Left, conditions)?
            .build()?;
        let joined = relation.with_plan(plan);
        let mut new = Vec::new();
        for (index, (_, ours)) in given.iter().enumerate() {
            let scalar = scalars.get(index).copied().unwrap_or_default();
            let value = own(&format!("{prefix}value{index}"), scalar);
            let value = match relation.find(ours) {
                Some(column) if only_new => {
                    let before = relation.reference(column);
                    let scalar = super::column::common(before.scalar, value.scalar);
                    let (before, value) = (converted(before, scalar), converted(value, scalar));
                    let there = before.expr.clone().is_not_null();
                    Typed::new(when(there, before.expr).otherwise(value.expr)?, scalar)
                }
                _ => value,
            };
            new.push((ours.clone(), value));
        }
        self.assign(&joined, new)
    }
}
