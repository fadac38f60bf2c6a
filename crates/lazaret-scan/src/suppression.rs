//! Findings that a person has looked at and accepted.

use lazaret_model::{Evidence, Finding};
use serde::Deserialize;

use crate::PackageFiles;

/// One accepted finding, as in `lazaret.toml`'s `[[suppress]]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Suppression {
    /// Rule id.
    pub rule: String,
    /// Path of the file in the package.
    pub path: String,
    /// BLAKE3 of the file's bytes, in hex: a changed file is looked at again.
    pub hash: String,
    /// Why it is fine.
    pub reason: String,
    /// The last day that it counts, as `YYYY-MM-DD`.
    #[serde(default)]
    pub expires: Option<jiff::civil::Date>,
}

/// A reviewed list of accepted findings.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Suppressions {
    #[serde(default)]
    suppress: Vec<Suppression>,
}

/// A suppression file that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("{path}: {message}")]
pub struct SuppressionError {
    path: String,
    message: String,
}

impl Suppressions {
    /// Parses a file; `path` is for messages.
    ///
    /// # Errors
    /// If it is not of the form.
    pub fn parse(text: &str, path: &str) -> Result<Self, SuppressionError> {
        toml::from_str(text).map_err(|error| SuppressionError {
            path: path.to_owned(),
            message: error.to_string(),
        })
    }

    /// All entries.
    pub fn iter(&self) -> impl Iterator<Item = &Suppression> {
        self.suppress.iter()
    }

    /// Marks the findings that are accepted as of `today`.
    pub fn apply(
        &self,
        findings: &mut [Finding],
        package: &PackageFiles,
        today: jiff::civil::Date,
    ) {
        for finding in findings {
            let path = finding.evidence.iter().find_map(|evidence| match evidence {
                Evidence::Behaviour { behaviour, .. } => Some(&behaviour.location.path),
                Evidence::Text { location, .. } => Some(&location.path),
                _ => None,
            });
            let Some(file) = path.and_then(|path| package.get(path)) else {
                continue;
            };
            let hash = blake3::hash(&file.bytes).to_hex();
            let found = self.suppress.iter().find(|entry| {
                entry.rule == finding.rule
                    && entry.path == file.path
                    && entry.hash.eq_ignore_ascii_case(&hash)
                    && entry.expires.is_none_or(|day| day >= today)
            });
            finding.suppressed = found.map(|entry| entry.reason.clone());
        }
    }
}
