//! The analysis of one source text.

use std::sync::Arc;

use lazaret_model::{Behaviour, Location, Phase};

use crate::ir::{Language, Unit};

/// A source text to analyse.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// Path inside the artifact; also decides the dialect.
    pub path: &'a str,
    /// The text; broken UTF-8 is replaced.
    pub text: &'a [u8],
    /// Its language.
    pub language: Language,
    /// When its top level runs.
    pub phase: Phase,
}

/// Bounds of one analysis. What hits one is noted, never skipped in silence.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Interpreter steps.
    pub steps: u32,
    /// Calls within calls.
    pub depth: u16,
    /// Layers of decoded code analysed again.
    pub layers: u8,
    /// Bytes of one computed text.
    pub text: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            steps: 2_000_000,
            depth: 64,
            layers: 12,
            text: 8 << 20,
        }
    }
}

/// A module that the source loads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// The specifier as written, or as computed.
    pub specifier: String,
    /// When: with the file's top level, or in a function.
    pub phase: Phase,
}

/// A fact about how the text is written, such as `string-array`,
/// `invisible-unicode`, `bidi-control`, `hidden-right`, `jsfuck`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trait {
    /// Its name, kebab-case.
    pub name: &'static str,
    /// Figures to it (`64 invisible characters`).
    pub detail: String,
    /// Where.
    pub location: Location,
}

/// Something that kept the analysis from being whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// Kebab-case: `syntax-error`, `step-limit`, `layer-limit`, `text-limit`.
    pub kind: &'static str,
    /// What happened.
    pub detail: String,
    /// Where.
    pub location: Location,
}

/// What a source text does, as far as it could be computed.
#[derive(Clone, Debug, Default)]
pub struct Analysis {
    /// Predicted behaviours, in the order of the source.
    pub behaviours: Vec<Behaviour>,
    /// Modules that it loads.
    pub imports: Vec<Import>,
    /// How it is written.
    pub traits: Vec<Trait>,
    /// What is missing.
    pub notes: Vec<Note>,
}

/// Finds the package's own modules, so that calls into them are followed.
pub trait Modules: Sync {
    /// The unit that `specifier` names when loaded from `from`, where it is
    /// part of the package.
    fn resolve(&self, from: &str, specifier: &str) -> Option<Arc<Unit>>;

    /// The path of that module's file, for locations and for modules that it
    /// loads in turn.
    fn path_of(&self, from: &str, specifier: &str) -> Option<String> {
        let _ = (from, specifier);
        None
    }
}

/// A package of one file.
#[derive(Clone, Copy, Debug)]
pub struct NoModules;

impl Modules for NoModules {
    fn resolve(&self, _from: &str, _specifier: &str) -> Option<Arc<Unit>> {
        None
    }
}
