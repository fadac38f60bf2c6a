//! `chart` and `timechart`: groups, whose second field becomes columns.

use super::{
    Lower, Lowered, Relation, ScalarType, Span, Typed,
    column::{own, text},
    scalar::compared,
};
use crate::{
    error::Class,
    spl::ast::{Name, Stats},
};

/// Columns that one chart may have.
const COLUMNS: usize = 100;

impl Lower<'_> {
    pub(super) fn chart(
        &mut self,
        relation: Relation,
        stats: &Stats,
        over_time: bool,
        span: &Span,
    ) -> Lowered<Relation> {
        let mut rows = stats.clone();
        let mut across = stats.across.clone();
        if over_time {
            across = rows.by.pop().map(|(name, _)| name);
            let time = Name {
                text: "_time".to_owned(),
                span: span.clone(),
            };
            let bin = stats.settings.get("span").unwrap_or("1d").to_owned();
            if stats.settings.get("span").is_none() {
                self.warn(
                    Class::Approximate,
                    span,
                    "`timechart` without `span=` goes by days here",
                );
            }
            rows.by = vec![(time, Some(bin))];
        }
        let Some(across) = across else {
            return self.stats(&relation, &rows, span);
        };
        let mut relation = relation;
        let column = text(self.field(&relation, &across.text, &across.span));
        let hidden = self.fresh("across");
        relation = self.assign(&relation, vec![(hidden.clone(), column)])?;
        let most = stats
            .settings
            .count("limit")
            .unwrap_or(10)
            .clamp(1, COLUMNS);
        let mut names = self.headings(&relation, &hidden, COLUMNS * 10)?;
        if names.len() > most {
            self.warn(
                Class::Limit,
                span,
                format!("of the columns only the first {most} by name are shown"),
            );
            names.truncate(most);
        }
        let (relation, calls) = self.aggregates(&relation, &rows.aggregates, &[])?;
        let mut relation = relation;
        let mut by = Vec::new();
        for (name, bin) in &rows.by {
            if let Some(bin) = bin {
                relation =
                    self.binned(&relation, &name.text, &name.text, (bin, false), &name.span)?;
            } else if !relation.has(&name.text) {
                let field = self.stored(&relation, &name.text, &name.span);
                relation = self.assign(&relation, vec![(name.text.clone(), field)])?;
            }
            by.push(name.text.clone());
        }
        let mut wide = Vec::new();
        for name in &names {
            for call in &calls {
                let here = compared(
                    "=",
                    own(&hidden, ScalarType::String),
                    super::column::constant(name),
                );
                let argument = super::scalar::cases(
                    vec![(here, call.argument.clone())],
                    Some(Typed::null(call.argument.scalar)),
                )?;
                let mut call = call.clone();
                call.argument = argument;
                call.name = match calls.len() {
                    1 => name.clone(),
                    _ => format!("{}: {name}", call.name),
                };
                wide.push(call);
            }
        }
        self.grouped(&relation, &by, &wide)
    }

    /// The values of a column of texts, in order: at most `most` of them.
    pub(super) fn headings(
        &mut self,
        relation: &Relation,
        column: &str,
        most: usize,
    ) -> Lowered<Vec<String>> {
        let distinct = self.grouped(relation, &[column.to_owned()], &[])?;
        let shown = distinct.project(vec![(
            "heading".to_owned(),
            own(column, ScalarType::String),
        )])?;
        let (_, found) = self.rows(&shown, most)?;
        let mut names: Vec<String> = found
            .into_iter()
            .filter_map(|row| row.into_iter().next().map(|values| values.join(" ")))
            .collect();
        names.sort();
        Ok(names)
    }
}
