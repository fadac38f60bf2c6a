//! Fields of several values, fields out of texts, and transactions.

use datafusion::{
    common::{Column, UnnestOptions},
    logical_expr::{Expr as Plan, LogicalPlanBuilder, lit},
};

use super::{
    Lower, Lowered, Relation, ScalarType, Settings, Span, Typed,
    aggregate::Call,
    column::{dynamic, number, own, text},
    reference, visible,
};
use crate::{
    error::Class,
    functions::{cell::Cell, json, row},
    spl::{
        ast::Name,
        functions::{aggregate::Kind, clock, path, text as texts, value},
    },
};

/// Rows that `spath` without a path looks at, and fields that it makes.
const SAMPLE: usize = 1000;
const FIELDS: usize = 256;

impl Lower<'_> {
    /// A row for each value of a column; rows without one stay.
    pub(super) fn unnested(&mut self, relation: &Relation, name: &str) -> Lowered<Relation> {
        let Some(found) = relation.find(name) else {
            return Ok(relation.clone());
        };
        let value = dynamic(relation.reference(found));
        let hidden = self.fresh("items");
        // One value is a list of one.
        let listed = row::simple(
            "spl_list",
            vec![(value.expr, ScalarType::Dynamic)],
            ScalarType::Dynamic,
            |args| match args.first() {
                Some(cell @ Cell::Dynamic(_)) => {
                    let items = value::values(cell).into_iter().map(Into::into);
                    Cell::dynamic(&serde_json::Value::Array(items.collect()))
                }
                _ => Cell::Null,
            },
        );
        let mut exprs: Vec<Plan> = relation
            .columns
            .iter()
            .map(|column| reference(&column.name))
            .collect();
        exprs.push(json::elements(listed, true).alias(&hidden));
        let options = UnnestOptions::new().with_preserve_nulls(true);
        let plan = LogicalPlanBuilder::from(relation.plan.clone())
            .project(exprs)?
            .unnest_columns_with_options(vec![Column::new_unqualified(&hidden)], options)?
            .build()?;
        let unnested = relation.with_plan(plan);
        self.assign(
            &unnested,
            vec![(name.to_owned(), own(&hidden, ScalarType::Dynamic))],
        )
    }

    pub(super) fn mvexpand(
        &mut self,
        relation: &Relation,
        field: &Name,
        limit: Option<usize>,
    ) -> Lowered<Relation> {
        if !relation.has(&field.text) {
            let _ = self.stored(relation, &field.text, &field.span);
            return Ok(relation.clone());
        }
        let Some(limit) = limit.filter(|limit| *limit > 0) else {
            return self.unnested(relation, &field.text);
        };
        let value = dynamic(self.field(relation, &field.text, &field.span));
        let first = row::simple(
            format!("spl_first_values {limit}"),
            vec![(value.expr, ScalarType::Dynamic)],
            ScalarType::Dynamic,
            move |args| {
                let values = args.first().map(value::values).unwrap_or_default();
                value::many(values.into_iter().take(limit).collect())
            },
        );
        let first = Typed::new(first, ScalarType::Dynamic);
        let cut = self.assign(relation, vec![(field.text.clone(), first)])?;
        self.unnested(&cut, &field.text)
    }

    pub(super) fn makemv(
        &mut self,
        relation: &Relation,
        field: &Name,
        settings: &Settings,
        span: &Span,
    ) -> Lowered<Relation> {
        let value = text(self.field(relation, &field.text, &field.span));
        let allow_empty = settings.truth("allowempty").unwrap_or(false);
        let call = if let Some(tokenizer) = settings.get("tokenizer") {
            let regex = match texts::compile(tokenizer) {
                Ok((regex, _)) => regex,
                Err(why) => return self.bad_pattern(&why, span),
            };
            row::simple(
                format!("spl_tokens {tokenizer}"),
                vec![(value.expr, ScalarType::String)],
                ScalarType::Dynamic,
                move |args| match args.first() {
                    Some(Cell::Text(text)) => {
                        let found = regex.captures_iter(text);
                        let tokens = found.filter_map(|found| found.get(1).or(found.get(0)));
                        value::many(tokens.map(|token| token.as_str().to_owned()).collect())
                    }
                    _ => Cell::Null,
                },
            )
        } else {
            let delimiter = settings.get("delim").unwrap_or(" ").to_owned();
            row::simple(
                format!("spl_makemv {allow_empty} {delimiter}"),
                vec![(value.expr, ScalarType::String)],
                ScalarType::Dynamic,
                move |args| match args.first() {
                    Some(Cell::Text(text)) => {
                        let parts = text.split(delimiter.as_str());
                        let parts = parts.filter(|part| allow_empty || !part.is_empty());
                        value::many(parts.map(str::to_owned).collect())
                    }
                    _ => Cell::Null,
                },
            )
        };
        let value = Typed::new(call, ScalarType::Dynamic);
        self.assign(relation, vec![(field.text.clone(), value)])
    }

    pub(super) fn nomv(&mut self, relation: &Relation, field: &Name) -> Lowered<Relation> {
        let value = text(self.field(relation, &field.text, &field.span));
        self.assign(relation, vec![(field.text.clone(), value)])
    }

    /// Rows that differ in one field only become one.
    pub(super) fn mvcombine(
        &mut self,
        relation: &Relation,
        field: &Name,
        _settings: &Settings,
    ) -> Lowered<Relation> {
        let by: Vec<String> = visible(relation)
            .map(|column| column.name.clone())
            .filter(|name| *name != field.text)
            .collect();
        let argument = self.field(relation, &field.text, &field.span);
        let call = Call {
            name: field.text.clone(),
            kind: Kind::List,
            argument,
            key: None,
        };
        self.grouped(relation, &by, &[call])
    }

    fn bad_pattern<T>(&mut self, why: &str, span: &Span) -> Lowered<T> {
        self.fail(
            Class::Unsupported,
            span,
            format!("the regular expression is not supported: {why}"),
        )
    }

    pub(super) fn rex(
        &mut self,
        relation: &Relation,
        field: &Name,
        written: &str,
        settings: &Settings,
        span: &Span,
    ) -> Lowered<Relation> {
        let value = text(self.field(relation, &field.text, &field.span));
        if settings.get("mode") == Some("sed") {
            return self.sed(relation, field, value, written, span);
        }
        let regex = match texts::compile(written) {
            Ok((regex, _)) => regex,
            Err(why) => return self.bad_pattern(&why, span),
        };
        let most = match settings.count("max_match").unwrap_or(1) {
            0 => usize::MAX,
            most => most,
        };
        let names: Vec<String> = regex.capture_names().flatten().map(str::to_owned).collect();
        if names.is_empty() {
            return self.fail(
                Class::Arguments,
                span,
                "`rex` needs a named group such as `(?<name>…)`",
            );
        }
        let mut new = Vec::new();
        for name in names {
            let (regex, group) = (regex.clone(), name.clone());
            let scalar = match most {
                1 => ScalarType::String,
                _ => ScalarType::Dynamic,
            };
            let found = row::simple(
                format!("spl_rex {most} {name} {written}"),
                vec![(value.expr.clone(), ScalarType::String)],
                scalar,
                move |args| {
                    let Some(Cell::Text(text)) = args.first() else {
                        return Cell::Null;
                    };
                    let found = regex.captures_iter(text).take(most);
                    let found = found.filter_map(|found| {
                        found.name(&group).map(|found| found.as_str().to_owned())
                    });
                    match scalar {
                        ScalarType::String => {
                            let mut found = found;
                            found.next().map_or(Cell::Null, Cell::owned)
                        }
                        _ => value::many(found.collect()),
                    }
                },
            );
            // What is not found leaves a field as it was.
            let found = Typed::new(found, scalar);
            let found = match relation.find(&name) {
                Some(column) => {
                    let there = found.expr.clone().is_not_null();
                    let before = relation.reference(column);
                    super::scalar::cases(vec![(there, found)], Some(before))?
                }
                None => found,
            };
            new.push((name, found));
        }
        self.assign(relation, new)
    }

    fn sed(
        &mut self,
        relation: &Relation,
        field: &Name,
        value: Typed,
        written: &str,
        span: &Span,
    ) -> Lowered<Relation> {
        let mut chars = written.chars();
        let (kind, mark) = (chars.next(), chars.next());
        let parts: Vec<&str> = match mark {
            Some(mark) => written
                .get(1 + mark.len_utf8()..)
                .unwrap_or("")
                .split(mark)
                .collect(),
            None => Vec::new(),
        };
        let (Some('s'), [from, to, flags]) = (kind, parts.as_slice()) else {
            return self.fail(
                Class::Unsupported,
                span,
                "of sed expressions only `s/…/…/flags` is supported",
            );
        };
        let from = match flags.contains('i') {
            true => format!("(?i){from}"),
            false => (*from).to_owned(),
        };
        let regex = match texts::compile(&from) {
            Ok((regex, _)) => regex,
            Err(why) => return self.bad_pattern(&why, span),
        };
        let to = texts::replacement(to);
        let all = flags.contains('g');
        let call = row::simple(
            format!("spl_sed {written}"),
            vec![(value.expr, ScalarType::String)],
            ScalarType::String,
            move |args| match args.first() {
                Some(Cell::Text(text)) => {
                    let most = usize::from(!all);
                    Cell::owned(regex.replacen(text, most, to.as_str()).into_owned())
                }
                _ => Cell::Null,
            },
        );
        let value = Typed::new(call, ScalarType::String);
        self.assign(relation, vec![(field.text.clone(), value)])
    }

    pub(super) fn regex(
        &mut self,
        relation: &Relation,
        field: &Name,
        not: bool,
        written: &str,
        span: &Span,
    ) -> Lowered<Relation> {
        let value = self.field(relation, &field.text, &field.span);
        let regex = match texts::compile(written) {
            Ok((regex, _)) => regex,
            Err(why) => return self.bad_pattern(&why, span),
        };
        let call = row::simple(
            format!("spl_regex {not} {written}"),
            vec![(value.expr, value.scalar)],
            ScalarType::Bool,
            move |args| {
                let values = args.first().map(value::values).unwrap_or_default();
                Cell::Bool(values.iter().any(|text| regex.is_match(text)) != not)
            },
        );
        relation.filter(call)
    }

    pub(super) fn spath(
        &mut self,
        relation: &Relation,
        settings: &Settings,
        given: Option<&Name>,
        span: &Span,
    ) -> Lowered<Relation> {
        let input = settings.get("input").unwrap_or("_raw").to_owned();
        let wanted = settings
            .get("path")
            .map(str::to_owned)
            .or_else(|| given.map(|name| name.text.clone()));
        let Some(wanted) = wanted else {
            return self.spath_of_all(relation, &input, span);
        };
        let value = text(self.field(relation, &input, span));
        let name = settings.get("output").unwrap_or(&wanted).to_owned();
        let call = row::simple(
            format!("spl_spath {wanted}"),
            vec![(value.expr, ScalarType::String)],
            ScalarType::Dynamic,
            move |args| match args.first() {
                Some(Cell::Text(text)) => path::at(text, &wanted),
                _ => Cell::Null,
            },
        );
        self.assign(
            relation,
            vec![(name, Typed::new(call, ScalarType::Dynamic))],
        )
    }

    /// The fields that the first rows have, at any depth.
    fn spath_of_all(&mut self, relation: &Relation, input: &str, span: &Span) -> Lowered<Relation> {
        let value = text(self.field(relation, input, span));
        let narrow = relation.project(vec![("value".to_owned(), value.clone())])?;
        let (_, rows) = self.rows(&narrow, SAMPLE)?;
        let mut paths = std::collections::BTreeSet::new();
        for text in rows.iter().flatten().flatten() {
            path::all(text, FIELDS, &mut paths);
        }
        if paths.len() >= FIELDS {
            self.warn(
                Class::Limit,
                span,
                format!("`spath` makes the first {FIELDS} fields only"),
            );
        }
        let mut new = Vec::new();
        for wanted in paths {
            let name = wanted.clone();
            let call = row::simple(
                format!("spl_spath {wanted}"),
                vec![(value.expr.clone(), ScalarType::String)],
                ScalarType::Dynamic,
                move |args| match args.first() {
                    Some(Cell::Text(text)) => path::at(text, &wanted),
                    _ => Cell::Null,
                },
            );
            new.push((name, Typed::new(call, ScalarType::Dynamic)));
        }
        let mut out = self.assign(relation, new)?;
        // Without rows, as in a check, nobody knows what there would be.
        out.open = true;
        Ok(out)
    }

    /// Rows of the same fields, close in time, as one.
    pub(super) fn transaction(
        &mut self,
        relation: Relation,
        settings: &Settings,
        names: &[Name],
        span: &Span,
    ) -> Lowered<Relation> {
        for option in ["startswith", "endswith", "keepevicted", "maxevents"] {
            if settings.get(option).is_some() {
                return self.fail(
                    Class::Unsupported,
                    span,
                    format!("`transaction {option}=` is not supported"),
                );
            }
        }
        if settings.get("maxspan").is_some() {
            self.warn(
                Class::Approximate,
                span,
                "`transaction maxspan=` cuts time into fixed spans here, not into spans from each first event",
            );
        }
        let mut by: Vec<String> = Vec::new();
        let mut relation = relation;
        for name in names {
            if !relation.has(&name.text) {
                let value = self.stored(&relation, &name.text, &name.span);
                relation = self.assign(&relation, vec![(name.text.clone(), value)])?;
            }
            by.push(name.text.clone());
        }
        let time = number(self.field(&relation, "_time", span));
        let seconds = self.fresh("time");
        relation = self.assign(&relation, vec![(seconds.clone(), time)])?;
        let mut groups = by.clone();
        if let Some(width) = settings.get("maxspan").and_then(clock::span) {
            let name = self.fresh("span");
            let cut = row::simple(
                format!("spl_cut {width}"),
                vec![(reference(&seconds), ScalarType::Real)],
                ScalarType::Real,
                move |args| match args.first().and_then(value::number) {
                    Some(time) if width > 0.0 => Cell::Real((time / width).floor()),
                    _ => Cell::Real(0.0),
                },
            );
            relation = self.assign(
                &relation,
                vec![(name.clone(), Typed::new(cut, ScalarType::Real))],
            )?;
            groups.push(name);
        }
        let mut calls = Vec::new();
        let columns: Vec<_> = visible(&relation).cloned().collect();
        for column in columns {
            if by.contains(&column.name) || column.name == "_time" {
                continue;
            }
            calls.push(Call {
                name: column.name.clone(),
                kind: Kind::Values,
                argument: super::column::seconds(relation.reference(&column)),
                key: None,
            });
        }
        let of_time = |name: &str, kind| Call {
            name: name.to_owned(),
            kind,
            argument: own(&seconds, ScalarType::Real),
            key: None,
        };
        calls.push(of_time("_time", Kind::Min));
        calls.push(of_time("duration", Kind::Range));
        calls.push(Call {
            name: "eventcount".to_owned(),
            kind: Kind::Count,
            argument: Typed::new(lit(1_i64), ScalarType::Long),
            key: None,
        });
        let mut out = self.grouped(&relation, &groups, &calls)?;
        if settings.get("maxpause").is_some() {
            self.warn(
                Class::Approximate,
                span,
                "`transaction maxpause=` has no effect here",
            );
        }
        out.open = relation.open;
        Ok(out)
    }
}
