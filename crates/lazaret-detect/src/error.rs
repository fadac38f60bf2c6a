//! What can go wrong before events are read.

use std::fmt::Display;

/// Content or configuration that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DetectError {
    /// A file of the content, or of a folder of Sigma rules.
    #[error("{path}: {reason}")]
    Content {
        /// The file.
        path: String,
        /// What is wrong, and where.
        reason: String,
    },
    /// A mutable element that no analytic has, or with a value that does not
    /// fit.
    #[error("element `{name}`: {reason}")]
    Element {
        /// Its name.
        name: String,
        /// What is wrong.
        reason: String,
    },
}

impl DetectError {
    pub(crate) fn content(path: &str, reason: &dyn Display) -> Self {
        Self::Content {
            path: path.to_owned(),
            reason: reason.to_string(),
        }
    }
}
