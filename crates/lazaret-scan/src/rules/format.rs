//! The format of a rule; documented for authors in `content/rules/README.md`.

use lazaret_model::{Confidence, Phase, Severity, TechniqueId};
use lazaret_rule::{Condition, Options, RuleError, Selection};
use serde::Deserialize;
use yaml_serde::Mapping;

/// What a finding of the rule counts for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Something that good packages do too: it only adds to a threat.
    Capability,
    /// Something that good packages do not do.
    Threat,
}

/// What has to hold together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Within {
    /// All in one file.
    File,
    /// Anywhere in the package.
    Package,
}

/// What a selection looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Of {
    Behaviour,
    File,
    Package,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Raw {
    title: String,
    severity: Severity,
    confidence: Confidence,
    #[serde(default)]
    role: Option<Role>,
    #[serde(default)]
    techniques: Vec<TechniqueId>,
    description: String,
    #[serde(default)]
    false_positives: Vec<String>,
    #[serde(default)]
    ecosystems: Vec<String>,
    #[serde(default)]
    phase: Option<Phase>,
    #[serde(default)]
    within: Option<Within>,
    #[serde(default)]
    behaviours: Mapping,
    #[serde(default)]
    files: Mapping,
    #[serde(default)]
    package: Mapping,
    condition: String,
    #[serde(default)]
    order: Vec<String>,
    #[serde(default)]
    same_path: Vec<(String, String)>,
    #[serde(default)]
    not_on_call: bool,
}

/// A compiled static rule.
#[derive(Debug)]
pub struct StaticRule {
    /// Its id: the name of its folder.
    pub id: String,
    /// What kind of thing it is about: the folder above.
    pub family: String,
    /// One line.
    pub title: String,
    /// How bad.
    pub severity: Severity,
    /// How sure.
    pub confidence: Confidence,
    /// What it counts for.
    pub role: Role,
    /// ATT&CK techniques.
    pub techniques: Vec<TechniqueId>,
    /// What it means.
    pub description: String,
    /// Where good packages look like it.
    pub false_positives: Vec<String>,
    /// purl types that it is for; empty for all.
    pub(crate) ecosystems: Vec<String>,
    /// The latest phase of behaviours that count.
    pub(crate) phase: Phase,
    pub(crate) within: Within,
    pub(crate) selections: Vec<(String, Of, Selection)>,
    pub(crate) condition: Condition,
    pub(crate) order: Vec<String>,
    pub(crate) same_path: Vec<(String, String)>,
    /// What a function does when it is called does not count, not even in a
    /// package of a few lines.
    pub(crate) not_on_call: bool,
}

impl StaticRule {
    /// Parses a rule file; `deferred` as in [`Options`].
    pub(crate) fn parse(
        family: &str,
        id: &str,
        yaml: &str,
        deferred: bool,
    ) -> Result<Self, RuleError> {
        let raw: Raw = yaml_serde::from_str(yaml)?;
        let options = Options {
            deferred,
            ..Options::default()
        };
        let mut selections = Vec::new();
        for (section, of, map) in [
            ("behaviours", Of::Behaviour, &raw.behaviours),
            ("files", Of::File, &raw.files),
            ("package", Of::Package, &raw.package),
        ] {
            for (name, value) in map {
                let name = name.as_str().ok_or_else(|| {
                    RuleError::new(section, "the name of a selection must be text")
                })?;
                let selection = Selection::compile(value, &options)
                    .map_err(|error| error.within(name).within(section))?;
                selections.push((name.to_owned(), of, selection));
            }
        }
        let names: Vec<&str> = selections
            .iter()
            .map(|(name, _, _)| name.as_str())
            .collect();
        let condition = Condition::parse(&raw.condition, &names)?;
        for name in raw
            .order
            .iter()
            .chain(raw.same_path.iter().flat_map(|(a, b)| [a, b]))
        {
            if !names.contains(&name.as_str()) {
                return Err(RuleError::new(
                    "order",
                    format!("there is no selection `{name}`"),
                ));
            }
        }
        Ok(Self {
            id: id.to_owned(),
            family: family.to_owned(),
            title: raw.title,
            severity: raw.severity,
            confidence: raw.confidence,
            role: raw.role.unwrap_or(Role::Threat),
            techniques: raw.techniques,
            description: raw.description,
            false_positives: raw.false_positives,
            ecosystems: raw.ecosystems,
            phase: raw.phase.unwrap_or(Phase::Run),
            within: raw.within.unwrap_or(Within::File),
            selections,
            condition,
            order: raw.order,
            same_path: raw.same_path,
            not_on_call: raw.not_on_call,
        })
    }
}
