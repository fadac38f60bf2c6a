//! Loading packages.

use std::collections::{BTreeMap, BTreeSet};

use lazaret_content::Content;
use lazaret_model::TechniqueId;
use serde::{Deserialize, Serialize};

use crate::Drill;

/// A file of a package that is not what it should be.
#[derive(Debug, thiserror::Error)]
#[error("{path}: {reason}")]
pub struct PackageError {
    path: String,
    reason: String,
}

impl PackageError {
    pub(crate) fn new(path: &str, reason: impl ToString) -> Self {
        Self {
            path: path.to_owned(),
            reason: reason.to_string(),
        }
    }
}

/// A thing with an id and a title.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Named {
    /// Name of its folder.
    pub id: String,
    /// One line.
    pub title: String,
}

/// A hunt in up to three languages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct HuntPage {
    /// Name of its folder.
    pub id: String,
    /// One line.
    pub title: String,
    /// What a row of its result means.
    pub description: String,
    /// For Defender and Sentinel.
    pub kql: Option<String>,
    /// For Splunk with CIM data models.
    pub spl: Option<String>,
    /// Sigma.
    pub sigma: Option<String>,
}

/// Everything about one technique.
#[derive(Clone, Debug, Serialize)]
pub struct TechniquePackage {
    /// ATT&CK id.
    pub id: TechniqueId,
    /// Its name in ATT&CK.
    pub name: String,
    /// Its tactics.
    pub tactics: Vec<String>,
    /// One sentence.
    pub summary: String,
    /// Tables that hunts need.
    pub tables: Vec<String>,
    /// What it looks like in this field.
    pub readme: Option<String>,
    /// What to do about it.
    pub playbook: Option<String>,
    /// What to ask.
    pub investigation: Option<String>,
    /// What to tune, and at what price.
    pub tuning: Option<String>,
    /// Analytics of `lazaret detect`.
    pub analytics: Vec<Named>,
    /// Hunts.
    pub hunts: Vec<HuntPage>,
    /// Static rules of `lazaret scan` that name the technique.
    pub rules: Vec<Named>,
    /// Drills.
    pub drills: Vec<Drill>,
}

#[derive(Deserialize)]
struct Head {
    name: String,
    #[serde(default)]
    tactics: Vec<String>,
    #[serde(default)]
    summary: String,
    #[serde(default)]
    tables: Vec<String>,
}

#[derive(Deserialize)]
struct HuntHead {
    title: String,
    #[serde(default)]
    description: String,
}

/// All packages, in the order of their ids.
///
/// # Errors
/// When a file cannot be read as what it should be.
pub fn packages(content: &Content) -> Result<Vec<TechniquePackage>, PackageError> {
    let rules = rules(content);
    let mut ids = BTreeSet::new();
    for (path, _) in content.below("techniques/") {
        if let Some(id) = path
            .split('/')
            .nth(1)
            .and_then(|id| id.parse::<TechniqueId>().ok())
        {
            ids.insert(id);
        }
    }
    ids.into_iter()
        .map(|id| package(content, id, rules.get(&id).cloned().unwrap_or_default()))
        .collect()
}

fn text(content: &Content, path: &str) -> Option<String> {
    let bytes = content.get(path)?;
    Some(String::from_utf8_lossy(bytes).into_owned())
}

fn package(
    content: &Content,
    id: TechniqueId,
    rules: Vec<Named>,
) -> Result<TechniquePackage, PackageError> {
    let base = format!("techniques/{id}");
    let path = format!("{base}/technique.toml");
    let head = text(content, &path)
        .ok_or_else(|| PackageError::new(&path, "is missing: every technique has one"))?;
    let head: Head = toml::from_str(&head).map_err(|e| PackageError::new(&path, e))?;
    let page = |name: &str| text(content, &format!("{base}/{name}.md"));
    let mut hunts = Vec::new();
    for folder in folders(content, &format!("{base}/hunts/")) {
        let inner = format!("{base}/hunts/{folder}");
        let path = format!("{inner}/hunt.toml");
        let head = text(content, &path).ok_or_else(|| PackageError::new(&path, "is missing"))?;
        let head: HuntHead = toml::from_str(&head).map_err(|e| PackageError::new(&path, e))?;
        hunts.push(HuntPage {
            title: head.title,
            description: head.description,
            kql: text(content, &format!("{inner}/query.kql")),
            spl: text(content, &format!("{inner}/query.spl")),
            sigma: text(content, &format!("{inner}/sigma.yml")),
            id: folder,
        });
    }
    let mut analytics = Vec::new();
    for folder in folders(content, &format!("{base}/analytics/")) {
        let path = format!("{base}/analytics/{folder}/analytic.yml");
        let text = text(content, &path).ok_or_else(|| PackageError::new(&path, "is missing"))?;
        analytics.push(Named {
            title: title(&text),
            id: folder,
        });
    }
    let mut drills = Vec::new();
    for folder in folders(content, &format!("{base}/drills/")) {
        drills.push(Drill::load(content, id, &folder)?);
    }
    Ok(TechniquePackage {
        id,
        name: head.name,
        tactics: head.tactics,
        summary: head.summary,
        tables: head.tables,
        readme: page("README"),
        playbook: page("playbook"),
        investigation: page("investigation"),
        tuning: page("tuning"),
        analytics,
        hunts,
        rules,
        drills,
    })
}

/// Names of the folders directly below `prefix`.
fn folders(content: &Content, prefix: &str) -> BTreeSet<String> {
    let paths = content.below(prefix);
    let rests = paths.filter_map(|(path, _)| path.strip_prefix(prefix));
    rests
        .filter_map(|rest| rest.split_once('/'))
        .map(|(folder, _)| folder.to_owned())
        .collect()
}

/// The first `title:` of a YAML text.
fn title(yaml: &str) -> String {
    let line = yaml.lines().find_map(|line| line.strip_prefix("title:"));
    line.unwrap_or_default()
        .trim()
        .trim_matches(['"', '\''])
        .to_owned()
}

#[derive(Deserialize)]
struct RuleHead {
    title: String,
    #[serde(default)]
    techniques: Vec<TechniqueId>,
}

/// Static rules by the techniques that they name.
fn rules(content: &Content) -> BTreeMap<TechniqueId, Vec<Named>> {
    let mut out: BTreeMap<TechniqueId, Vec<Named>> = BTreeMap::new();
    for (path, bytes) in content.below("rules/") {
        let Some(folder) = path.strip_suffix("/rule.yaml") else {
            continue;
        };
        let id = folder.rsplit('/').next().unwrap_or(folder);
        // Rules are checked where they are used; here only their head counts.
        let Ok(head) = yaml_serde::from_slice::<RuleHead>(bytes) else {
            continue;
        };
        for technique in head.techniques {
            out.entry(technique).or_default().push(Named {
                id: id.to_owned(),
                title: head.title.clone(),
            });
        }
    }
    out
}
