//! `parse`, `parse-where` and `parse-kv`.

use std::{fmt::Write as _, sync::Arc};

use super::{Lower, Lowered, Typed, compare::given, pairs::Pairs, relation::Relation};
use crate::{
    error::Class,
    functions::{cell::Cell, pattern, row},
    kql::ast::{Argument, Expr, ExprKind, Literal, Name, Piece, Span},
    value::ScalarType,
};

impl Lower<'_> {
    #[allow(clippy::too_many_arguments)]
    pub(super) fn parse_pattern(
        &mut self,
        input: &Relation,
        only: bool,
        kind: &str,
        flags: &str,
        value: &Expr,
        pieces: &[Piece],
        span: &Span,
    ) -> Lowered<Relation> {
        let regex = kind == "regex";
        // Of texts a line's end is a character as any other; of regular
        // expressions only where a flag says so.
        let flags: String = match regex {
            true => flags.chars().filter(|c| "imsU".contains(*c)).collect(),
            false => "s".to_owned(),
        };
        let mut source = match flags.as_str() {
            "" => "^".to_owned(),
            flags => format!("(?{flags})^"),
        };
        let mut columns: Vec<(&Name, ScalarType)> = Vec::new();
        for (index, piece) in pieces.iter().enumerate() {
            let last = index + 1 == pieces.len();
            match piece {
                Piece::Skip if last => source.push_str(".*"),
                Piece::Skip => source.push_str(".*?"),
                Piece::Text(text) if regex => {
                    let _ = write!(source, "(?:{text})");
                }
                Piece::Text(text) => source.push_str(&regex::escape(text)),
                Piece::Column(name, scalar) => {
                    // Whatever does not read as the type is null by itself.
                    let scalar_shape = match kind {
                        "relaxed" => match scalar {
                            ScalarType::Long => r"\s*[-+]?\d+\s*|.*?",
                            ScalarType::Real => r"\s*[-+]?\d+(?:\.\d+)?\s*|.*?",
                            _ => shape(ScalarType::String, last),
                        },
                        "regex" if !matches!(scalar, ScalarType::Long | ScalarType::Real) => ".*",
                        _ => shape(*scalar, last),
                    };
                    let _ = write!(source, "(?P<c{}>{scalar_shape})", columns.len());
                    columns.push((name, *scalar));
                }
            }
        }
        if kind != "regex" || matches!(pieces.last(), Some(Piece::Column(..))) {
            source.push('$');
        }
        if let Err(reason) = pattern::compile(&source) {
            return self.fail(
                Class::Arguments,
                span,
                format!("the pattern cannot be used: {reason}"),
            );
        }
        let value = self.scalar(value, input)?;
        // A text of which one part does not read as its type does not match, but
        // for the kinds that are lenient.
        let typed: Vec<(String, ScalarType)> = columns
            .iter()
            .enumerate()
            .filter(|(_, (_, scalar))| *scalar != ScalarType::String)
            .map(|(index, (_, scalar))| (format!("c{index}"), *scalar))
            .collect();
        let strict = match kind == "simple" || only {
            true => typed,
            false => Vec::new(),
        };
        let mut new: Vec<(String, Typed)> = Vec::new();
        for (index, (name, scalar)) in columns.iter().enumerate() {
            let (source, group, scalar) = (source.clone(), format!("c{index}"), *scalar);
            let strict = strict.clone();
            let found = row::call(
                format!("parse {group} {} {source}", strict.len()),
                vec![given(value.clone(), ScalarType::String)],
                scalar,
                false,
                Arc::new(move |cells| {
                    let text = cells.first().map(Cell::text).unwrap_or_default();
                    let found = pattern::with(&source, |regex| {
                        let found = regex.captures(&text)?;
                        reads(&found, &strict).then(|| read(&found, &group, scalar))
                    });
                    found.flatten().unwrap_or_default()
                }),
            );
            new.push((name.text.clone(), Typed::new(found, scalar)));
        }
        let input = if only {
            let source = source.clone();
            let matches = row::call(
                format!("parses {} {source}", strict.len()),
                vec![given(value, ScalarType::String)],
                ScalarType::Bool,
                false,
                Arc::new(move |cells| {
                    let text = cells.first().map(Cell::text).unwrap_or_default();
                    let matches = pattern::with(&source, |regex| {
                        regex
                            .captures(&text)
                            .is_some_and(|found| reads(&found, &strict))
                    });
                    Cell::Bool(matches.unwrap_or(false))
                }),
            );
            input.filter(matches)?
        } else {
            input.clone()
        };
        input.extend(new)
    }

    pub(super) fn parse_kv(
        &mut self,
        input: &Relation,
        value: &Expr,
        columns: &[(Name, ScalarType)],
        options: &[Argument],
    ) -> Lowered<Relation> {
        let option = |name: &str| {
            options
                .iter()
                .find(|option| option.name.as_ref().is_some_and(|given| given.text == name))
                .and_then(|option| match &option.value.kind {
                    ExprKind::Literal(Literal::Text(text)) => Some(text.clone()),
                    _ => None,
                })
        };
        let greedy = options.iter().any(|option| {
            option
                .name
                .as_ref()
                .is_some_and(|given| given.text == "greedy")
                && matches!(option.value.kind, ExprKind::Literal(Literal::Bool(true)))
        });
        let rules = Pairs {
            pair: option("pair_delimiter"),
            kv: option("kv_delimiter"),
            quote: option("quote").unwrap_or_default(),
            escape: option("escape").and_then(|text| text.chars().next()),
            regex: option("regex"),
            greedy,
        };
        if let Some(source) = &rules.regex
            && let Err(reason) = pattern::compile(source)
        {
            let message = format!("the pattern cannot be used: {reason}");
            return self.fail(Class::Arguments, &(0..0), message);
        }
        let value = self.scalar(value, input)?;
        let mut new = Vec::new();
        for (name, scalar) in columns {
            let (wanted, scalar, rules) = (name.text.clone(), *scalar, rules.clone());
            let found = row::call(
                format!("parse_kv {wanted:?} {rules:?}"),
                vec![given(value.clone(), ScalarType::String)],
                scalar,
                false,
                Arc::new(move |cells| {
                    let text = cells.first().map(Cell::text).unwrap_or_default();
                    let found = rules.value(&text, &wanted);
                    found.map_or(Cell::Null, |found| Cell::owned(found).to(scalar))
                }),
            );
            new.push((name.text.clone(), Typed::new(found, scalar)));
        }
        input.extend(new)
    }
}

/// The text of a group as a type; numbers may stand between blanks.
fn read(found: &regex::Captures<'_>, group: &str, scalar: ScalarType) -> Cell<'static> {
    let text = found.name(group).map_or("", |found| found.as_str());
    match scalar {
        ScalarType::String => Cell::owned(text),
        scalar => Cell::owned(text.trim()).to(scalar),
    }
}

fn reads(found: &regex::Captures<'_>, typed: &[(String, ScalarType)]) -> bool {
    typed
        .iter()
        .all(|(group, scalar)| read(found, group, *scalar) != Cell::Null)
}

/// What a column of a type looks like in text.
fn shape(scalar: ScalarType, last: bool) -> &'static str {
    match scalar {
        ScalarType::Long => r"\s*[-+]?\d+\s*",
        ScalarType::Real => r"\s*[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?\s*",
        ScalarType::Bool => r"\s*(?i:true|false|0|1)\s*",
        _ if last => ".*",
        _ => ".*?",
    }
}
