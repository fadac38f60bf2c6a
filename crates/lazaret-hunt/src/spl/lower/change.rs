//! `convert` and `replace`.

use super::{Lower, Lowered, Relation, ScalarType, Settings, Span, Typed, column::text, visible};
use crate::{
    error::Class,
    functions::{cell::Cell, row},
    spl::{
        ast::Name,
        functions::{clock, units, value, wildcard},
    },
};

impl Lower<'_> {
    pub(super) fn convert(
        &mut self,
        relation: &Relation,
        settings: &Settings,
        list: &[(String, Name, Option<Name>)],
    ) -> Lowered<Relation> {
        let format = settings
            .get("timeformat")
            .unwrap_or("%m/%d/%Y %H:%M:%S")
            .to_owned();
        let mut new = Vec::new();
        for (function, field, alias) in list {
            for found in self.matching(relation, &field.text) {
                let value = self.field(relation, &found, &field.span);
                let name = alias.as_ref().map_or(found, |alias| alias.text.clone());
                let value = self.one_converted(function, value, &format, &field.span)?;
                new.push((name, value));
            }
        }
        self.assign(relation, new)
    }

    fn one_converted(
        &mut self,
        function: &str,
        value: Typed,
        format: &str,
        span: &Span,
    ) -> Lowered<Typed> {
        let format = format.to_owned();
        Ok(match function {
            "ctime" => {
                let call = row::simple(
                    format!("spl_ctime {format}"),
                    vec![(value.expr, value.scalar)],
                    ScalarType::String,
                    move |args| {
                        let seconds = args.first().and_then(value::number);
                        seconds
                            .and_then(|seconds| clock::format(seconds, &format))
                            .map_or(Cell::Null, Cell::owned)
                    },
                );
                Typed::new(call, ScalarType::String)
            }
            "mktime" => {
                let call = row::simple(
                    format!("spl_mktime {format}"),
                    vec![(value.expr, value.scalar)],
                    ScalarType::Real,
                    move |args| {
                        let text = args.first().and_then(value::text);
                        text.and_then(|text| clock::parse(&text, &format))
                            .map_or(Cell::Null, Cell::Real)
                    },
                );
                Typed::new(call, ScalarType::Real)
            }
            "num" | "rmunit" => read(function, value, units::leading),
            "dur2sec" => read(function, value, units::duration),
            "memk" => read(function, value, units::kilobytes),
            "mstime" => read(function, value, units::minutes),
            // What is no number stays as it is.
            "auto" => changed(function, value, |text| match units::leading(text) {
                Some(number) => value::number_text(number),
                None => text.to_owned(),
            }),
            "rmcomma" => changed(function, value, |text| text.replace(',', "")),
            "none" => value,
            other => {
                return self.fail(
                    Class::Unsupported,
                    span,
                    format!("`convert {other}(…)` is not supported"),
                );
            }
        })
    }

    pub(super) fn replace(
        &mut self,
        relation: &Relation,
        changes: &[(String, String)],
        fields: &[Name],
    ) -> Lowered<Relation> {
        let mut names = Vec::new();
        for name in fields {
            names.extend(self.matching(relation, &name.text));
        }
        if fields.is_empty() {
            names.extend(visible(relation).map(|column| column.name.clone()));
        }
        let mut new = Vec::new();
        for name in names {
            let value = text(self.field(relation, &name, &(0..0)));
            let changes: Vec<(wildcard::Matcher, String)> = changes
                .iter()
                .map(|(from, to)| (wildcard::Matcher::new(from), to.clone()))
                .collect();
            let call = row::simple(
                format!("spl_replace_in {changes:?}"),
                vec![(value.expr, ScalarType::String)],
                ScalarType::String,
                move |args| {
                    let Some(cell @ Cell::Text(text)) = args.first() else {
                        return Cell::Null;
                    };
                    match changes.iter().find(|(from, _)| from.fits(cell)) {
                        Some((_, to)) => Cell::owned(to.clone()),
                        None => Cell::owned(text.clone().into_owned()),
                    }
                },
            );
            new.push((name, Typed::new(call, ScalarType::String)));
        }
        self.assign(relation, new)
    }
}

/// The number that a text of some form stands for.
fn read(function: &str, value: Typed, work: fn(&str) -> Option<f64>) -> Typed {
    let call = row::simple(
        format!("spl_convert_{function}"),
        vec![(value.expr, value.scalar)],
        ScalarType::Real,
        move |args| {
            let text = args.first().and_then(value::text);
            text.and_then(|text| work(&text))
                .map_or(Cell::Null, Cell::Real)
        },
    );
    Typed::new(call, ScalarType::Real)
}

/// A text made of another.
fn changed(function: &str, value: Typed, work: fn(&str) -> String) -> Typed {
    let call = row::simple(
        format!("spl_convert_{function}"),
        vec![(value.expr, value.scalar)],
        ScalarType::String,
        move |args| {
            let text = args.first().and_then(value::text);
            text.map_or(Cell::Null, |text| Cell::owned(work(&text)))
        },
    );
    Typed::new(call, ScalarType::String)
}
