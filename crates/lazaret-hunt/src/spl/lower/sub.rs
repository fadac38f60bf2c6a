//! Subsearches: run before the search that holds them.

use super::{Lower, Lowered, Relation, ScalarType, Span, Typed, column::constant, visible};
use crate::{
    error::Class,
    functions::cell::Cell,
    spl::{
        ast::{Comparison, Name, Pipeline, Search},
        parser::search,
    },
};

/// Rows of a subsearch that a condition is made of.
const ROWS: usize = 10_000;

impl Lower<'_> {
    /// A subsearch as a condition: any of its rows, each all of its fields.
    pub(super) fn subsearch(&mut self, pipeline: &Pipeline, span: &Span) -> Lowered<Search> {
        let found = self.pipeline(pipeline)?;
        self.rows_as_search(&found, span)
    }

    fn rows_as_search(&mut self, relation: &Relation, span: &Span) -> Lowered<Search> {
        let (columns, rows) = self.rows(relation, ROWS + 1)?;
        if rows.len() > ROWS {
            return self.fail(
                Class::Limit,
                span,
                format!("the subsearch gives more than {ROWS} rows"),
            );
        }
        let mut any = Vec::new();
        for row in &rows {
            let mut all = Vec::new();
            for (name, values) in columns.iter().zip(row) {
                if name.starts_with('_') && name != "_time" {
                    continue;
                }
                let mut one: Vec<Search> = Vec::new();
                for value in values {
                    one.push(match name.as_str() {
                        "search" | "query" => match search::read(value) {
                            Ok(read) => read,
                            Err(_) => Search::Term(value.clone(), span.clone()),
                        },
                        name => Search::Compare(
                            Name {
                                text: name.to_owned(),
                                span: span.clone(),
                            },
                            Comparison::Equal,
                            value.clone(),
                            span.clone(),
                        ),
                    });
                }
                if !one.is_empty() {
                    all.push(Search::Or(one));
                }
            }
            if !all.is_empty() {
                any.push(Search::And(all));
            }
        }
        // Of nothing, nothing.
        Ok(Search::Or(any))
    }

    /// `format`: the rows as the text of a search.
    pub(super) fn formatted(&mut self, relation: &Relation) -> Lowered<Relation> {
        let (columns, rows) = self.rows(relation, ROWS)?;
        let mut any = Vec::new();
        for row in &rows {
            let all: Vec<String> = columns
                .iter()
                .zip(row)
                .filter(|(_, values)| !values.is_empty())
                .map(|(name, values)| {
                    let one: Vec<String> = values
                        .iter()
                        .map(|value| format!("{name}=\"{}\"", escaped(value)))
                        .collect();
                    match one.len() {
                        1 => one.concat(),
                        _ => format!("( {} )", one.join(" OR ")),
                    }
                })
                .collect();
            any.push(format!("( {} )", all.join(" AND ")));
        }
        let text = match any.is_empty() {
            true => "NOT ( )".to_owned(),
            false => format!("( {} )", any.join(" OR ")),
        };
        Relation::none()?.project(vec![("search".to_owned(), constant(&text))])
    }

    /// `return`: the first rows' fields, or their values alone.
    pub(super) fn returned(
        &mut self,
        relation: Relation,
        count: usize,
        list: &[(Name, Option<Name>, bool)],
    ) -> Lowered<Relation> {
        let first = self.head(relation, count, None)?;
        let mut shown: Vec<(String, Typed)> = Vec::new();
        for (name, field, bare) in list {
            let source = field.as_ref().unwrap_or(name);
            let value = self.field(&first, &source.text, &source.span);
            let name = match bare {
                true => "search".to_owned(),
                false => name.text.clone(),
            };
            shown.push((name, value));
        }
        let alone = list.iter().any(|(_, _, bare)| *bare);
        if list.len() == 1 && !alone {
            return first.project(shown);
        }
        // Several are made a text at once.
        let (columns, rows) = {
            let named: Vec<(String, Typed)> = shown
                .into_iter()
                .enumerate()
                .map(|(index, (name, value))| (format!("{index}:{name}"), value))
                .collect();
            let relation = first.project(named)?;
            self.rows(&relation, count)?
        };
        let mut any = Vec::new();
        for row in &rows {
            let all: Vec<String> = columns
                .iter()
                .zip(row)
                .zip(list)
                .flat_map(|((name, values), (_, _, bare))| {
                    let name = name.split_once(':').map_or("", |(_, name)| name);
                    values.iter().map(move |value| match bare {
                        true => escaped(value),
                        false => format!("{name}=\"{}\"", escaped(value)),
                    })
                })
                .collect();
            any.push(all.join(" "));
        }
        if any.is_empty() {
            return Relation::empty(&[("search".to_owned(), ScalarType::String)]);
        }
        let text = match any.len() {
            1 => any.concat(),
            _ => any
                .iter()
                .map(|one| format!("({one})"))
                .collect::<Vec<_>>()
                .join(" OR "),
        };
        let value = Typed::constant(Cell::owned(text), ScalarType::String);
        let _ = visible(&first).count();
        Relation::none()?.project(vec![("search".to_owned(), value)])
    }
}

fn escaped(value: &str) -> String {
    value.replace('\\', "\\\\").replace('"', "\\\"")
}
