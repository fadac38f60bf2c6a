//! What is wrong with a rule.

/// A rule that cannot be compiled.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {message}")]
pub struct RuleError {
    /// Where in the document: keys from the top, joined with ` > `, or
    /// `line:column` where the YAML itself is broken.
    pub place: String,
    /// What is wrong and how to put it right.
    pub message: String,
}

impl RuleError {
    /// An error at a place.
    pub fn new(place: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            place: place.into(),
            message: message.into(),
        }
    }

    /// The same, further up in the document.
    #[must_use]
    pub fn within(mut self, outer: &str) -> Self {
        self.place = if self.place.is_empty() {
            outer.to_owned()
        } else {
            format!("{outer} > {}", self.place)
        };
        self
    }
}

impl From<yaml_serde::Error> for RuleError {
    fn from(error: yaml_serde::Error) -> Self {
        let place = error.location().map_or_else(
            || "yaml".to_owned(),
            |at| format!("{}:{}", at.line(), at.column()),
        );
        Self::new(place, error.to_string())
    }
}
