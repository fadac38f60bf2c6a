//! Words around a package's name that say what it is to the reader:
//! `content/brief/packages.toml`.

use serde::Deserialize;

/// Phrases by what they say, lower case.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::indicators) struct Words {
    /// Before the name of what another is made to look like.
    pub(super) imitated: Vec<String>,
    /// In a sentence that only supposes.
    pub(super) supposed: Vec<String>,
    /// Right before the name of what is genuine.
    pub(super) genuine: Vec<String>,
    /// Before a name that is known or taken aim at: what is imitated, or what was taken over.
    pub(super) praised: Vec<String>,
    /// Before a name that is the attacker's.
    pub(super) bad_before: Vec<String>,
    /// After what is only made use of.
    pub(super) used_after: Vec<String>,
    /// Anywhere near a name that is.
    pub(super) bad_near: Vec<String>,
    /// What was done to a package that many trust.
    pub(super) taken_over: Vec<String>,
    /// Before what is only made use of.
    pub(super) used: Vec<String>,
    /// Before what is to be taken instead.
    pub(super) remedy: Vec<String>,
    /// Right before a version that bounds those that are bad, and is none of them.
    pub(super) bound: Vec<String>,
    /// After it.
    pub(super) remedy_after: Vec<String>,
    /// Before a list of what is to be taken instead.
    pub(super) clean: Vec<String>,
    /// Before a list of what is not.
    pub(super) affected: Vec<String>,
    /// After a name that is harmless.
    pub(super) legitimate_after: Vec<String>,
    /// In the clause after it.
    pub(super) spared: Vec<String>,
    /// Between two clauses: the last one counts.
    pub(super) cuts_before: Vec<String>,
    /// Between two clauses: the first one counts.
    pub(super) cuts_after: Vec<String>,
}
