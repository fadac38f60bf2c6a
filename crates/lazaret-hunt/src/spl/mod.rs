//! The SPL front end.

use crate::{
    engine::{Context, Planned},
    error::{Class, Diagnostic, HuntError},
};

/// Plans an SPL search.
///
/// # Errors
/// Located diagnostics.
pub fn plan(_text: &str, _context: &Context) -> Result<Planned, HuntError> {
    Err(Diagnostic::new(Class::Unsupported, 0..0, "SPL is not supported yet").into())
}
