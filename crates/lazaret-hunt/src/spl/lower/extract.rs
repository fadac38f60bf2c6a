//! `extract`, whose fields are the keys that the events have.

use super::{
    Lower, Lowered, Relation, ScalarType, Settings, Span, Typed, column::text, scalar::cases,
};
use crate::{
    error::Class,
    functions::{cell::Cell, row},
    spl::{
        ast::Name,
        functions::{pairs::Delimiters, value},
    },
};

/// Rows that are looked at for keys, and fields that are made of them.
const SAMPLE: usize = 1000;
const FIELDS: usize = 256;

impl Lower<'_> {
    pub(super) fn extract(
        &mut self,
        relation: &Relation,
        settings: &Settings,
        names: &[Name],
        span: &Span,
    ) -> Lowered<Relation> {
        for name in names {
            let message = format!("the transform `{}` of Splunk's own is not here", name.text);
            self.warn(Class::Approximate, &name.span, message);
        }
        if !relation.has("_raw") {
            self.warn(
                Class::Approximate,
                span,
                "`extract` reads `_raw`, which these rows have not; what it extracts counts as absent",
            );
            return Ok(relation.clone());
        }
        let mut by = Delimiters::new(settings.get("pairdelim"), settings.get("kvdelim"));
        by.clean = settings.truth("clean_keys").unwrap_or(true);
        by.limit = settings.count("limit").unwrap_or(by.limit);
        by.characters = settings.count("maxchars").unwrap_or(by.characters);
        let several = settings.truth("mv_add").unwrap_or(false);
        let raw = text(self.field(relation, "_raw", span));
        let narrow = relation.project(vec![("raw".to_owned(), raw.clone())])?;
        let (_, rows) = self.rows(&narrow, SAMPLE)?;
        let mut keys: Vec<String> = Vec::new();
        for (key, _) in rows
            .iter()
            .flatten()
            .flatten()
            .flat_map(|raw| by.pairs(raw))
        {
            // Columns of the engine's own begin so.
            if !keys.contains(&key) && !super::hidden(&key) && keys.len() < FIELDS {
                keys.push(key);
            }
        }
        if keys.len() >= FIELDS {
            let message = format!("`extract` makes the first {FIELDS} fields only");
            self.warn(Class::Limit, span, message);
        }
        let scalar = match several {
            true => ScalarType::Dynamic,
            false => ScalarType::String,
        };
        let mut new = Vec::new();
        for key in keys {
            let (by, wanted) = (by.clone(), key.clone());
            let call = row::simple(
                format!("spl_extract {several} {by:?} {key}"),
                vec![(raw.expr.clone(), ScalarType::String)],
                scalar,
                move |args| {
                    let Some(Cell::Text(text)) = args.first() else {
                        return Cell::Null;
                    };
                    let pairs = by.pairs(text).into_iter();
                    let mut found = pairs.filter(|(key, _)| *key == wanted).map(|(_, v)| v);
                    match several {
                        true => value::many(found.collect()),
                        false => found.next().map_or(Cell::Null, Cell::owned),
                    }
                },
            );
            let found = Typed::new(call, scalar);
            // A field that is there stays as it was.
            let found = match relation.find(&key) {
                Some(column) => {
                    let before = relation.reference(column);
                    let there = before.expr.clone().is_not_null();
                    cases(vec![(there, before)], Some(found))?
                }
                None => found,
            };
            new.push((key, found));
        }
        let mut out = self.assign(relation, new)?;
        // Without rows, as in a check, nobody knows what there would be.
        out.open = true;
        Ok(out)
    }
}
