//! Python's builtins.

use super::Builtins;

/// Python.
#[derive(Debug)]
pub struct Python;

impl Builtins for Python {
    fn constructor(&self) -> &'static str {
        "__init__"
    }

    fn runs_callbacks(&self) -> bool {
        false
    }

    fn explicit_self(&self) -> bool {
        true
    }
}
