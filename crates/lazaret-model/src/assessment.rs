//! What is said of one subject: its verdict with everything behind it.

use serde::{Deserialize, Serialize};

use crate::{Finding, Package, Verdict};

/// The outcome for one subject: a package, a file, a locked dependency, a
/// device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assessment {
    /// What was looked at, as the user named it: path, purl, device.
    pub subject: String,
    /// The package, where it is known.
    pub package: Option<Package>,
    /// SHA-256 of the artifact in hex, where there is one.
    pub sha256: Option<String>,
    /// The verdict.
    pub verdict: Verdict,
    /// Why, in words, most telling first.
    pub reasons: Vec<String>,
    /// All findings, most severe first; suppressed ones carry their reason.
    pub findings: Vec<Finding>,
    /// What kept the analysis from being whole.
    pub problems: Vec<Problem>,
}

/// Something that could not be read or was cut short. Never silent: a
/// problem is shown with every verdict.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Kebab-case kind (`entry-limit`, `syntax-error`).
    pub kind: String,
    /// File or field.
    pub path: String,
    /// What happened.
    pub detail: String,
}

impl Assessment {
    /// Findings that count.
    pub fn active(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|f| f.suppressed.is_none())
    }

    /// How many findings a suppression took out.
    pub fn suppressed(&self) -> usize {
        self.findings.len() - self.active().count()
    }
}
