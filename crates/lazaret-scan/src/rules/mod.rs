//! Static rules: `content/rules/<family>/<id>/rule.yaml`.

mod format;
mod matching;

use lazaret_content::Content;
use lazaret_rule::RuleError;

pub use format::{Role, StaticRule};
pub(crate) use matching::{Subject, phase_of};

/// All static rules, by id.
#[derive(Debug, Default)]
pub struct RuleSet {
    rules: Vec<StaticRule>,
}

/// A rule that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("content/{path}: {error}")]
pub struct RulesError {
    /// The rule file.
    pub path: String,
    /// What is wrong.
    pub error: RuleError,
}

impl RuleSet {
    /// Reads all rules.
    ///
    /// # Errors
    /// At the first rule that cannot be compiled, and where two have one id.
    pub fn load(content: &Content) -> Result<Self, RulesError> {
        let mut rules: Vec<StaticRule> = Vec::new();
        for (path, bytes) in content.below("rules/") {
            let mut parts = path.split('/').skip(1);
            let (Some(family), Some(id), Some("rule.yaml"), None) =
                (parts.next(), parts.next(), parts.next(), parts.next())
            else {
                continue;
            };
            let error = |error: RuleError| RulesError {
                path: path.to_owned(),
                error,
            };
            if rules.iter().any(|rule| rule.id == id) {
                return Err(error(RuleError::new(
                    "id",
                    format!("there are two rules `{id}`"),
                )));
            }
            let text = String::from_utf8_lossy(bytes);
            rules.push(StaticRule::parse(family, id, &text).map_err(error)?);
        }
        Ok(Self { rules })
    }

    /// The rules, by family and id.
    pub fn iter(&self) -> impl Iterator<Item = &StaticRule> {
        self.rules.iter()
    }

    /// A rule by its id.
    pub fn get(&self, id: &str) -> Option<&StaticRule> {
        self.rules.iter().find(|rule| rule.id == id)
    }
}
