//! `convert` and `replace`.

use super::{Lower, Lowered, Relation, ScalarType, Settings, Span, Typed, column::text, visible};
use crate::{
    error::Class,
    functions::{cell::Cell, row},
    spl::{
        ast::Name,
        functions::{clock, value, wildcard},
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
            "num" | "auto" | "rmunit" | "rmcomma" => {
                let call = row::simple(
                    format!("spl_convert_{function}"),
                    vec![(value.expr, value.scalar)],
                    ScalarType::Real,
                    |args| {
                        let Some(text) = args.first().and_then(value::text) else {
                            return Cell::Null;
                        };
                        let text = text.replace([',', '$'], "");
                        let digits = text
                            .find(|c: char| !c.is_ascii_digit() && !matches!(c, '.' | '-' | '+'))
                            .unwrap_or(text.len());
                        text.get(..digits)
                            .and_then(value::parse)
                            .map_or(Cell::Null, Cell::Real)
                    },
                );
                Typed::new(call, ScalarType::Real)
            }
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
