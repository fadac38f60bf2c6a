//! Verdicts.

use serde::{Deserialize, Serialize};

/// What a policy makes of the findings. Ordered by strictness.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Nothing that needs a person.
    #[default]
    Allow,
    /// A person should look before it is used.
    Review,
    /// Not to be used.
    Block,
}

impl std::fmt::Display for Verdict {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Allow => "allow",
            Self::Review => "review",
            Self::Block => "block",
        })
    }
}
