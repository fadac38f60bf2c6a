//! Front ends: source text of one language to the intermediate form.

mod batch;
mod csharp;
pub(crate) mod javascript;
mod powershell;
mod python;
mod ruby;
mod rust;
mod shell;
mod tree;

pub(crate) use powershell::cmdlet;

use crate::ir::{Language, Unit};

/// Lowers `source`. Never fails: what cannot be parsed is in
/// [`Unit::errors`], and what can is kept.
///
/// `path` decides the dialect where the ending matters (`.ts`, `.tsx`,
/// `.mjs`, `.cjs`).
pub fn lower(language: Language, source: &str, path: &str) -> Unit {
    match language {
        Language::Batch => batch::lower(source),
        Language::CSharp => csharp::lower(source),
        Language::JavaScript => javascript::lower(source, path),
        Language::PowerShell => powershell::lower(source),
        Language::Python => python::lower(source, path),
        Language::Ruby => ruby::lower(source),
        Language::Rust => rust::lower(source),
        Language::Shell => shell::lower(source),
    }
}
