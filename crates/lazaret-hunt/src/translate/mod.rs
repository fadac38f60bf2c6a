//! The same hunt in the other language, where it translates: pipelines of
//! filters, new columns, projections, simple aggregates, sorting and limits.
//! What does not translate is said, with its place.

mod to_kql;
mod to_spl;

use std::ops::Range;

use crate::{
    engine::{Catalog, Language},
    error::{Class, Diagnostic, HuntError},
    kql, spl,
};

/// A hunt in the other language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Translation {
    /// The language it is written in.
    pub language: Language,
    /// The hunt.
    pub text: String,
    /// Where it gives other rows or columns than the original.
    pub notes: Vec<String>,
}

/// Writes a hunt in the other language.
///
/// # Errors
/// The first part that does not translate (class `unsupported`), or what is
/// wrong with the text.
pub(crate) fn translate(
    language: Language,
    text: &str,
    catalog: &Catalog,
) -> Result<Translation, HuntError> {
    match language {
        Language::Kql => {
            let query = kql::parse(text).map_err(HuntError::Hunt)?;
            Ok(to_spl::query(&query)?)
        }
        Language::Spl => {
            let expanded = spl::expand::expand(text, catalog.knowledge())?;
            let back = |mut diagnostic: Diagnostic| {
                diagnostic.span = expanded.back(&diagnostic.span);
                diagnostic
            };
            let pipeline = spl::parser::parse(&expanded.text).map_err(back)?;
            Ok(to_kql::pipeline(&pipeline, catalog).map_err(back)?)
        }
    }
}

type Said<T> = Result<T, Diagnostic>;

fn untold<T>(span: &Range<usize>, what: impl Into<String>) -> Said<T> {
    Err(Diagnostic::new(
        Class::Unsupported,
        span.clone(),
        format!("{} does not translate", what.into()),
    ))
}

/// Whether a name needs no quotes in either language.
fn plain(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}
