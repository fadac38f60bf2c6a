//! `parse`, `parse-where` and `parse-kv`.

use std::{fmt::Write as _, sync::Arc};

use super::{Lower, Lowered, Typed, compare::given, relation::Relation};
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
        let mut source = format!(
            "(?s{})",
            flags
                .chars()
                .filter(|c| matches!(c, 'i' | 'm' | 'U'))
                .collect::<String>()
        );
        source.push('^');
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
                    let _ = write!(source, "(?P<c{}>{})", columns.len(), shape(*scalar, last));
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
        let mut new: Vec<(String, Typed)> = Vec::new();
        for (index, (name, scalar)) in columns.iter().enumerate() {
            let (source, group, scalar) = (source.clone(), format!("c{index}"), *scalar);
            let found = row::call(
                format!("parse {group} {source}"),
                vec![given(value.clone(), ScalarType::String)],
                scalar,
                false,
                Arc::new(move |cells| {
                    let text = cells.first().map(Cell::text).unwrap_or_default();
                    let found = pattern::with(&source, |regex| {
                        Some(regex.captures(&text)?.name(&group)?.as_str().to_owned())
                    });
                    found.flatten().map_or(Cell::Null, |found| {
                        // Numbers may stand between blanks.
                        let found = if scalar == ScalarType::String {
                            found
                        } else {
                            found.trim().to_owned()
                        };
                        Cell::owned(found).to(scalar)
                    })
                }),
            );
            new.push((name.text.clone(), Typed::new(found, scalar)));
        }
        let input = if only {
            let source = source.clone();
            let matches = row::call(
                format!("parses {source}"),
                vec![given(value, ScalarType::String)],
                ScalarType::Bool,
                false,
                Arc::new(move |cells| {
                    let text = cells.first().map(Cell::text).unwrap_or_default();
                    Cell::Bool(
                        pattern::with(&source, |regex| regex.is_match(&text)).unwrap_or(false),
                    )
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
        let pair = option("pair_delimiter").unwrap_or_else(|| " ".to_owned());
        let kv = option("kv_delimiter").unwrap_or_else(|| "=".to_owned());
        let quote = option("quote");
        let value = self.scalar(value, input)?;
        let mut new = Vec::new();
        for (name, scalar) in columns {
            let (wanted, scalar) = (name.text.clone(), *scalar);
            let (pair, kv, quote) = (pair.clone(), kv.clone(), quote.clone());
            let label = format!("parse_kv {wanted:?} {pair:?} {kv:?} {quote:?}");
            let found = row::call(
                label,
                vec![given(value.clone(), ScalarType::String)],
                scalar,
                false,
                Arc::new(move |cells| {
                    let text = cells.first().map(Cell::text).unwrap_or_default();
                    let found = text.split(pair.as_str()).find_map(|part| {
                        let (key, value) = part.split_once(kv.as_str())?;
                        (key.trim() == wanted).then_some(value)
                    });
                    found.map_or(Cell::Null, |found| {
                        let found = match &quote {
                            Some(quote) => found.trim_matches(|c| quote.contains(c)),
                            None => found,
                        };
                        Cell::owned(found).to(scalar)
                    })
                }),
            );
            new.push((name.text.clone(), Typed::new(found, scalar)));
        }
        input.extend(new)
    }
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
