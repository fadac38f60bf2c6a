//! Where the rows of a search come from.

use super::{
    Lower, Lowered, Relation, ScalarType, Settings, Span, Typed,
    column::{constant, converted, own},
    reference,
};
use crate::{
    error::Class,
    functions::cell::Cell,
    spl::ast::{Comparison, Search},
};

/// What [`Relation::table`] holds for events of sources the lake has not.
pub(super) const EVENTS: &str = "spl:events";

/// The fields that tell where an event comes from.
const ORIGIN: [&str; 4] = ["index", "sourcetype", "source", "eventtype"];

impl Lower<'_> {
    /// Events without a row: any field may be asked for.
    pub(super) fn no_events(&mut self) -> Lowered<Relation> {
        let columns: Vec<(String, ScalarType)> = [
            ("_time", ScalarType::Datetime),
            ("host", ScalarType::String),
            ("source", ScalarType::String),
            ("sourcetype", ScalarType::String),
            ("index", ScalarType::String),
            ("_raw", ScalarType::String),
        ]
        .into_iter()
        .map(|(name, scalar)| (name.to_owned(), scalar))
        .collect();
        let mut out = Relation::empty(&columns)?;
        out.open = true;
        out.table = Some(EVENTS.to_owned());
        Ok(out)
    }

    /// The events that the search at the head of a pipeline is about.
    pub(super) fn events(&mut self, search: &Search, span: &Span) -> Lowered<Relation> {
        let mut named = Vec::new();
        origins(search, &mut named);
        let mut tables: Vec<String> = Vec::new();
        for name in &named {
            for known in self.context.catalog.names() {
                if known.eq_ignore_ascii_case(name) && !tables.contains(&known) {
                    tables.push(known);
                }
            }
        }
        let mut relation: Option<Relation> = None;
        for table in &tables {
            let next = self.table_events(table, span)?;
            relation = Some(match relation {
                None => next,
                Some(before) => self.unioned(&before, &next)?,
            });
        }
        let relation = match relation {
            Some(relation) => relation,
            None => {
                let what = match named.is_empty() {
                    true => "this search names no table of the lake".to_owned(),
                    false => format!("the lake has no events of `{}`", named.join("`, `")),
                };
                self.warn(
                    Class::Approximate,
                    span,
                    format!("{what}; it counts as empty (a table's name as `index=` or `sourcetype=` reads it)"),
                );
                self.no_events()?
            }
        };
        self.search(relation, search)
    }

    /// The rows of a table as events.
    pub(super) fn table_events(&mut self, table: &str, span: &Span) -> Lowered<Relation> {
        let Some(scan) = self.context.catalog.scan(table)? else {
            return self.fail(
                Class::UnknownTable,
                span,
                format!("there is no table `{table}`"),
            );
        };
        let relation = Relation::scanned(table, scan);
        let mut new = Vec::new();
        let time = relation.time().map(|time| relation.reference(time));
        if let Some(time) = time
            && !relation.has("_time")
        {
            new.push(("_time".to_owned(), time));
        }
        for name in ["index", "sourcetype", "source"] {
            if !relation.has(name) {
                new.push((name.to_owned(), constant(table)));
            }
        }
        for known in ["DeviceName", "Computer"] {
            if let Some(host) = relation.find(known)
                && !relation.has("host")
                && !new.iter().any(|(name, _)| name == "host")
            {
                new.push(("host".to_owned(), own(known, host.scalar)));
            }
        }
        let mut relation = relation.extend(new)?;
        relation.open = true;
        relation.table = None;
        Ok(relation)
    }

    pub(super) fn make_results(&mut self, settings: &Settings) -> Lowered<Relation> {
        let count = settings.count("count").unwrap_or(1).min(1_000_000);
        let now = Typed::constant(Cell::Datetime(self.context.now), ScalarType::Datetime);
        if let Some(data) = settings.get("data") {
            let _ = data;
            return self.fail(
                Class::Unsupported,
                &(0..0),
                "`makeresults` with `data=` is not supported",
            );
        }
        let one = Relation::none()?;
        if count == 1 {
            return one.project(vec![("_time".to_owned(), now)]);
        }
        let items: Vec<String> = (0..count).map(|place| place.to_string()).collect();
        let items = items.join(",");
        let list = Typed::constant(
            Cell::Dynamic(format!("[{items}]").into()),
            ScalarType::Dynamic,
        );
        let name = self.fresh("row");
        let listed = one.project(vec![(name.clone(), list)])?;
        let expanded = self.unnested(&listed, &name)?;
        let place = converted(own(&name, ScalarType::Dynamic), ScalarType::Long);
        let mut out = expanded.project(vec![("_time".to_owned(), now), (name.clone(), place)])?;
        // All have one time; their order is that in which they were made.
        out.order = vec![reference(&name).sort(true, false)];
        Ok(out)
    }
}

/// What a search says its events come from.
fn origins(search: &Search, out: &mut Vec<String>) {
    match search {
        Search::And(parts) | Search::Or(parts) => {
            parts.iter().for_each(|part| origins(part, out));
        }
        Search::Source(name, _) => out.push(name.clone()),
        Search::Compare(name, Comparison::Equal, value, _)
            if ORIGIN.contains(&name.text.as_str()) =>
        {
            out.push(value.clone());
        }
        Search::In(name, values, _) if ORIGIN.contains(&name.text.as_str()) => {
            out.extend(values.iter().cloned());
        }
        _ => {}
    }
}
