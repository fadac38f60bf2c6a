//! A readable form of a unit, for tests and `lazaret scan --explain-code`.

use std::fmt;

use super::Unit;

impl fmt::Display for Unit {
    /// Statements as nested `Debug` trees with names written out.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for stmt in &self.body {
            writeln!(f, "{stmt:?}")?;
        }
        Ok(())
    }
}
