//! The KQL front end.

pub mod ast;
pub mod lexer;
pub(crate) mod lower;
pub mod parser;

pub use parser::{parse, split};

use crate::{
    engine::{Context, Planned},
    error::HuntError,
};

/// Plans a KQL query.
///
/// # Errors
/// Located diagnostics.
pub fn plan(text: &str, context: &Context) -> Result<Planned, HuntError> {
    let query = parse(text).map_err(HuntError::Hunt)?;
    lower::lower(&query, context)
}
