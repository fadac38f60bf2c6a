//! Data models: the lake's tables as the CIM's datasets.

use super::{
    Lower, Lowered, Relation, ScalarType, Span, Typed,
    column::{constant, converted},
    scalar::cases,
};
use crate::{
    error::{Class, Diagnostic, did_you_mean},
    functions::predicate,
    spl::{
        ast::{Name, Setting, Settings},
        knowledge::{Dataset, Model, Source},
        parser::expr,
    },
};

/// What [`Relation::table`] holds for the rows of a data model.
pub(super) const MODEL: &str = "spl:model";

/// Fields of every dataset that have no prefix.
const ORIGIN: [&str; 4] = ["host", "source", "sourcetype", "index"];

impl Lower<'_> {
    /// The rows of a dataset.
    pub(super) fn dataset(
        &mut self,
        model: &Name,
        dataset: Option<&str>,
        prefixed: bool,
    ) -> Lowered<Relation> {
        let catalog = std::sync::Arc::clone(&self.context.catalog);
        let knowledge = catalog.knowledge();
        let Some(found) = knowledge.model(&model.text) else {
            let mut error = Diagnostic::new(
                Class::UnknownTable,
                model.span.clone(),
                format!("there is no data model `{}`", model.text),
            );
            error.help = Some(match did_you_mean(&model.text, knowledge.model_names()) {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => "describe it in a file of content/spl/datamodels/".to_owned(),
            });
            return Err(error.into());
        };
        let Some(wanted) = found_in(found, dataset) else {
            let name = dataset.unwrap_or_default();
            let mut error = Diagnostic::new(
                Class::UnknownTable,
                model.span.clone(),
                format!("the data model `{}` has no dataset `{name}`", found.name),
            );
            let known = found.datasets.iter().map(|dataset| dataset.name.as_str());
            error.help = did_you_mean(name, known).map(|meant| format!("did you mean `{meant}`?"));
            return Err(error.into());
        };
        self.rows_of(found, wanted, prefixed, &model.span)
    }

    fn rows_of(
        &mut self,
        model: &Model,
        dataset: &Dataset,
        prefixed: bool,
        span: &Span,
    ) -> Lowered<Relation> {
        let root = match &dataset.parent {
            Some(parent) => found_in(model, Some(parent)).unwrap_or(dataset),
            None => dataset,
        };
        let mut out: Option<Relation> = None;
        for source in &root.sources {
            if let Some(next) = self.source(root, dataset, source, span)? {
                out = Some(match out {
                    None => next,
                    Some(before) => self.unioned(&before, &next)?,
                });
            }
        }
        let bare = match out {
            Some(out) => out,
            None => {
                self.warn(
                    Class::Approximate,
                    span,
                    format!(
                        "the lake has no table for the dataset `{}.{}`; it counts as empty",
                        model.name, dataset.name
                    ),
                );
                Relation::empty(&columns(root, dataset))?
            }
        };
        let bare = match &dataset.condition {
            Some(text) => {
                let condition = self.written(text, &model.name)?;
                let condition = self.truth(&condition, &bare)?;
                bare.filter(condition)?
            }
            None => bare,
        };
        let named = bare
            .columns
            .iter()
            .map(|column| {
                let name = match column.name.as_str() {
                    "_time" => "_time".to_owned(),
                    name if !prefixed || ORIGIN.contains(&name) => name.to_owned(),
                    name => format!("{}.{name}", root.name),
                };
                (name, bare.reference(column))
            })
            .collect();
        let mut out = bare.project(named)?;
        out.open = false;
        out.table = prefixed.then(|| MODEL.to_owned());
        Ok(out)
    }

    /// The rows that a table gives a dataset.
    fn source(
        &mut self,
        root: &Dataset,
        dataset: &Dataset,
        source: &Source,
        span: &Span,
    ) -> Lowered<Option<Relation>> {
        let Some(scan) = self.context.catalog.scan(&source.table)? else {
            return Ok(None);
        };
        let mut table = Relation::scanned(&source.table, scan);
        for beside in &source.with {
            let Some(scan) = self.context.catalog.scan(&beside.table)? else {
                continue;
            };
            let right = Relation::scanned(&beside.table, scan);
            let new = right
                .columns
                .iter()
                .filter(|column| column.name == beside.on || !table.has(&column.name))
                .map(|column| (column.name.clone(), right.reference(column)))
                .collect();
            let right = right.project(new)?;
            let key = Name {
                text: beside.on.clone(),
                span: span.clone(),
            };
            // Every row that agrees counts.
            let all = Settings(vec![
                Setting {
                    name: "type".to_owned(),
                    value: "left".to_owned(),
                },
                Setting {
                    name: "max".to_owned(),
                    value: "0".to_owned(),
                },
            ]);
            let name = table.table.clone();
            table = self.join(&table, &all, std::slice::from_ref(&key), &right, span)?;
            table.table = name;
        }
        if let Some(text) = &source.condition {
            let condition = self.written(text, &source.table)?;
            let condition = self.truth(&condition, &table)?;
            table = table.filter(condition)?;
        }
        let mut out = Vec::new();
        for (name, scalar) in columns(root, dataset) {
            let value = match (name.as_str(), source.fields.get(&name)) {
                (name, Some(text)) => {
                    let value = self.written(text, &source.table)?;
                    let optional = dataset.optional.contains(&name.to_owned())
                        || root.optional.contains(&name.to_owned())
                        || ORIGIN.contains(&name);
                    let value = self.value(&value, &table)?;
                    if name != "_time" && !optional && value.scalar == ScalarType::String {
                        let text = predicate::or(value.expr, "unknown", true);
                        out.push((name.to_owned(), Typed::new(text, ScalarType::String)));
                        continue;
                    }
                    let value = match name {
                        "_time" => value,
                        _ => present(value)?,
                    };
                    match optional {
                        true => converted(value, ScalarType::String),
                        false => filled(value)?,
                    }
                }
                ("_time", None) => match table.time() {
                    Some(time) => table.reference(time),
                    None => Typed::null(scalar),
                },
                ("source" | "sourcetype" | "index", None) => constant(&source.table),
                ("host", None) => match table.find("DeviceName") {
                    Some(host) => table.reference(host),
                    None => Typed::null(scalar),
                },
                (name, None)
                    if root
                        .optional
                        .iter()
                        .chain(&dataset.optional)
                        .any(|o| o == name) =>
                {
                    Typed::null(scalar)
                }
                (_, None) => constant("unknown"),
            };
            out.push((name, value));
        }
        let mut rows = table.project(out)?;
        rows.table = None;
        rows.open = false;
        Ok(Some(rows))
    }

    /// An expression of the content.
    fn written(&mut self, text: &str, place: &str) -> Lowered<crate::spl::ast::Expr> {
        expr::read(text).map_err(|error| {
            crate::error::HuntError::Engine(format!(
                "content/spl/datamodels, of `{place}`: `{text}`: {}",
                error.message
            ))
        })
    }
}

/// The dataset of that name; the first where none is named.
fn found_in<'m>(model: &'m Model, name: Option<&str>) -> Option<&'m Dataset> {
    let Some(name) = name else {
        return model.datasets.first();
    };
    // `All_Changes.Account_Management` names a child with its parent.
    let last = name.rsplit('.').next().unwrap_or(name);
    model
        .datasets
        .iter()
        .find(|dataset| dataset.name.eq_ignore_ascii_case(last))
}

/// The columns of a dataset, those of its root included.
fn columns(root: &Dataset, dataset: &Dataset) -> Vec<(String, ScalarType)> {
    let mut out = vec![("_time".to_owned(), ScalarType::Datetime)];
    let fields = root
        .fields
        .iter()
        .chain(&root.optional)
        .chain(&dataset.fields)
        .chain(&dataset.optional)
        .map(String::as_str)
        .chain(ORIGIN);
    for name in fields {
        if !out.iter().any(|(known, _)| known == name) {
            out.push((name.to_owned(), ScalarType::String));
        }
    }
    out
}

/// An empty text is no value.
fn present(value: Typed) -> Lowered<Typed> {
    if value.scalar != ScalarType::String {
        return Ok(value);
    }
    let empty = value.expr.clone().eq(datafusion::logical_expr::lit(""));
    cases(vec![(empty, Typed::null(ScalarType::String))], Some(value))
}

/// A text, or `unknown` where there is none.
fn filled(value: Typed) -> Lowered<Typed> {
    let value = converted(value, ScalarType::String);
    let absent = value.expr.clone().is_null();
    cases(vec![(absent, constant("unknown"))], Some(value))
}
