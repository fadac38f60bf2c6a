//! Where a package's code starts to run, and when.

mod manifests;
pub(crate) mod npm;
mod python;

pub(crate) use npm::HOOKS;

use lazaret_code::ir::Language;
use lazaret_model::Phase;

use crate::{PackageFiles, modules::PackageModules};

/// Code that runs by itself at some phase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum EntryPoint {
    /// A file of the package.
    File { path: String, phase: Phase },
    /// A command or a piece of code inside a manifest.
    Inline {
        /// The manifest.
        path: String,
        /// The code.
        text: String,
        language: Language,
        phase: Phase,
        /// First byte of the code in the manifest, where it is there verbatim.
        start: usize,
    },
}

impl EntryPoint {
    pub(crate) fn phase(&self) -> Phase {
        match self {
            Self::File { phase, .. } | Self::Inline { phase, .. } => *phase,
        }
    }

    fn file(path: String, phase: Phase) -> Self {
        Self::File { path, phase }
    }

    /// Code found in a manifest's text.
    fn inline(path: &str, manifest: &str, text: &str, language: Language, phase: Phase) -> Self {
        // JSON escapes quotes, so that the first word is looked for instead.
        let start = manifest
            .find(text)
            .or_else(|| manifest.find(text.split(['"', '\\']).next().unwrap_or(text)))
            .unwrap_or(0);
        Self::Inline {
            path: path.to_owned(),
            text: text.to_owned(),
            language,
            phase,
            start,
        }
    }
}

/// All entry points of a package, of whatever ecosystem.
pub(crate) fn find(package: &PackageFiles, modules: &PackageModules<'_>) -> Vec<EntryPoint> {
    let mut out = Vec::new();
    npm::find(package, modules, &mut out);
    python::find(package, modules, &mut out);
    manifests::find(package, &mut out);
    out
}
