//! The KQL front end.

pub mod ast;
pub mod lexer;
pub mod parser;

pub use parser::parse;

use crate::{
    engine::{Context, Planned},
    error::{Class, Diagnostic, HuntError},
};

/// Plans a KQL query.
///
/// # Errors
/// Located diagnostics.
pub fn plan(text: &str, _context: &Context) -> Result<Planned, HuntError> {
    parse(text).map_err(HuntError::Hunt)?;
    Err(Diagnostic::new(Class::Unsupported, 0..0, "not yet").into())
}
