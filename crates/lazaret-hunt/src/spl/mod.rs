//! The SPL front end.

pub mod ast;
pub mod expand;
mod functions;
pub mod knowledge;
mod lower;
pub mod parser;
mod scan;

pub(crate) use functions::aggregate::Gather;
pub use knowledge::{Knowledge, Macro};

use crate::{
    engine::{Context, Planned},
    error::HuntError,
};

/// Plans an SPL search.
///
/// # Errors
/// Located diagnostics.
pub fn plan(text: &str, context: &Context) -> Result<Planned, HuntError> {
    let expanded = expand::expand(text, context.catalog.knowledge())?;
    let back = |mut diagnostic: crate::error::Diagnostic| {
        diagnostic.span = expanded.back(&diagnostic.span);
        diagnostic
    };
    let pipeline = parser::parse(&expanded.text).map_err(back)?;
    match lower::lower(&pipeline, context) {
        Ok(mut planned) => {
            planned.warnings = planned.warnings.into_iter().map(back).collect();
            planned
                .warnings
                .splice(0..0, expanded.notes.iter().cloned());
            Ok(planned)
        }
        Err(HuntError::Hunt(list)) => Err(HuntError::Hunt(list.into_iter().map(back).collect())),
        Err(error) => Err(error),
    }
}
