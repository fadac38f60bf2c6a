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
            // What is shipped was compiled by the tests.
            let deferred = content.is_shipped(path);
            rules.push(StaticRule::parse(family, id, &text, deferred).map_err(error)?);
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

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn every_pattern_of_the_shipped_rules_compiles() {
        // A user's file is compiled when it is loaded, a shipped one is not.
        let mut content = Content::shipped();
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../content");
        content.overlay(&folder).unwrap();
        assert!(!content.is_shipped("rules/clipper/clipboard-swap/rule.yaml"));
        RuleSet::load(&content).unwrap();
    }

    #[test]
    fn a_broken_pattern_of_a_user_is_said() {
        let folder = tempfile::tempdir().unwrap();
        let rule = folder.path().join("rules/own/broken");
        std::fs::create_dir_all(&rule).unwrap();
        let text = "title: T\nseverity: low\nconfidence: low\ndescription: D\n\
                    files:\n  a:\n    text|re: '('\ncondition: a\n";
        std::fs::write(rule.join("rule.yaml"), text).unwrap();
        let mut content = Content::shipped();
        content.overlay(folder.path()).unwrap();
        let error = RuleSet::load(&content).unwrap_err().to_string();
        assert!(error.contains("rules/own/broken"), "{error}");
    }
}
