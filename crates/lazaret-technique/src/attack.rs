//! ATT&CK itself: names, tactics and standing of all techniques, read from a
//! STIX 2.1 bundle as MITRE publishes it.

use std::collections::BTreeMap;

use lazaret_content::Content;
use lazaret_model::TechniqueId;
use serde::{Deserialize, Serialize};

use crate::TechniquePackage;

/// Where the catalogue is kept in the content.
pub const CATALOGUE: &str = "attack.json";

/// Techniques of one release of ATT&CK.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attack {
    /// Release (`18.1`); empty where the bundle does not say.
    pub version: String,
    /// When it was last changed (RFC 3339), as the bundle says.
    pub modified: String,
    /// Its techniques, those that were revoked too.
    pub techniques: BTreeMap<TechniqueId, Entry>,
}

/// A technique in the catalogue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Its name.
    pub name: String,
    /// Short names of its tactics, in order.
    pub tactics: Vec<String>,
    /// Whether it still stands.
    #[serde(default, skip_serializing_if = "Standing::is_current")]
    pub standing: Standing,
}

/// Whether a technique still stands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// It does.
    #[default]
    Current,
    /// It is no longer kept.
    Deprecated,
    /// Another took its place, where one is named.
    Revoked(Option<TechniqueId>),
}

impl Standing {
    fn is_current(&self) -> bool {
        *self == Self::Current
    }
}

/// A bundle that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum AttackError {
    /// No JSON, or not of the form.
    #[error("not a STIX bundle: {0}")]
    Syntax(#[from] serde_json::Error),
    /// It has no techniques.
    #[error(
        "the bundle holds no ATT&CK techniques; take enterprise-attack.json of mitre-attack/attack-stix-data"
    )]
    Empty,
}

#[derive(Deserialize)]
struct Bundle {
    #[serde(default)]
    objects: Vec<Object>,
}

/// The parts of STIX objects that matter here.
#[derive(Deserialize)]
struct Object {
    #[serde(rename = "type", default)]
    kind: String,
    #[serde(default)]
    id: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    modified: String,
    #[serde(default)]
    revoked: bool,
    #[serde(default)]
    x_mitre_deprecated: bool,
    #[serde(default)]
    x_mitre_version: String,
    #[serde(default)]
    kill_chain_phases: Vec<Phase>,
    #[serde(default)]
    external_references: Vec<Reference>,
    #[serde(default)]
    relationship_type: String,
    #[serde(default)]
    source_ref: String,
    #[serde(default)]
    target_ref: String,
}

#[derive(Deserialize)]
struct Phase {
    #[serde(default)]
    kill_chain_name: String,
    #[serde(default)]
    phase_name: String,
}

#[derive(Deserialize)]
struct Reference {
    #[serde(default)]
    source_name: String,
    #[serde(default)]
    external_id: String,
}

impl Object {
    fn technique(&self) -> Option<TechniqueId> {
        self.external_references
            .iter()
            .find(|reference| reference.source_name == "mitre-attack")
            .and_then(|reference| reference.external_id.parse().ok())
    }
}

/// The release that the shipped packages are by (`attack.toml`).
pub fn built_in(content: &Content) -> Option<String> {
    let text = std::str::from_utf8(content.get("attack.toml")?).ok()?;
    let table: toml::Table = text.parse().ok()?;
    Some(table.get("version")?.as_str()?.to_owned())
}

impl Attack {
    /// Reads a STIX bundle.
    ///
    /// # Errors
    /// When it is no JSON of that form, or holds no techniques.
    pub fn from_stix(bundle: &[u8]) -> Result<Self, AttackError> {
        let bundle: Bundle = serde_json::from_slice(bundle)?;
        let mut attack = Self::default();
        let by_stix: BTreeMap<&str, TechniqueId> = bundle
            .objects
            .iter()
            .filter(|object| object.kind == "attack-pattern")
            .filter_map(|object| Some((object.id.as_str(), object.technique()?)))
            .collect();
        let replaced: BTreeMap<&str, TechniqueId> = bundle
            .objects
            .iter()
            .filter(|object| object.relationship_type == "revoked-by")
            .filter_map(|object| {
                let by = by_stix.get(object.target_ref.as_str())?;
                Some((object.source_ref.as_str(), *by))
            })
            .collect();
        for object in &bundle.objects {
            if object.kind == "x-mitre-collection" {
                attack.version.clone_from(&object.x_mitre_version);
                attack.modified.clone_from(&object.modified);
            }
            let Some(id) = by_stix.get(object.id.as_str()).copied() else {
                continue;
            };
            let standing = match (object.revoked, object.x_mitre_deprecated) {
                (true, _) => Standing::Revoked(replaced.get(object.id.as_str()).copied()),
                (_, true) => Standing::Deprecated,
                _ => Standing::Current,
            };
            let entry = Entry {
                name: object.name.clone(),
                tactics: object
                    .kill_chain_phases
                    .iter()
                    .filter(|phase| phase.kill_chain_name == "mitre-attack")
                    .map(|phase| phase.phase_name.clone())
                    .collect(),
                standing,
            };
            // An id that was given again belongs to the one that stands.
            let kept = attack.techniques.get(&id);
            if kept.is_none_or(|kept| !kept.standing.is_current()) {
                attack.techniques.insert(id, entry);
            }
        }
        if attack.techniques.is_empty() {
            return Err(AttackError::Empty);
        }
        Ok(attack)
    }

    /// The catalogue in the content: the downloaded one, else the one shipped.
    ///
    /// # Errors
    /// When it is there and no such catalogue.
    pub fn load(content: &Content) -> Result<Option<Self>, AttackError> {
        content
            .get(CATALOGUE)
            .map(serde_json::from_slice)
            .transpose()
            .map_err(AttackError::from)
    }

    /// What became of the techniques since `older`, a line for each.
    pub fn since(&self, older: &Self) -> Vec<String> {
        let mut lines = Vec::new();
        for (id, entry) in &self.techniques {
            match older.techniques.get(id) {
                None if entry.standing.is_current() => {
                    lines.push(format!("new: {id} {}", entry.name));
                }
                Some(before) if before.standing != entry.standing => {
                    lines.push(standing_line(*id, entry));
                }
                Some(before) if before.name != entry.name => {
                    lines.push(format!(
                        "renamed: {id} {} (was {})",
                        entry.name, before.name
                    ));
                }
                Some(before) if before.tactics != entry.tactics => {
                    let tactics = entry.tactics.join(", ");
                    lines.push(format!("other tactics: {id} {} ({tactics})", entry.name));
                }
                _ => {}
            }
        }
        lines
    }

    /// Technique packages that no longer agree with it, a line for each.
    pub fn strays(&self, packages: &[TechniquePackage]) -> Vec<String> {
        let mut lines: Vec<String> = packages
            .iter()
            .filter_map(|package| match self.techniques.get(&package.id) {
                None => Some(format!(
                    "unknown to ATT&CK: {} {}",
                    package.id, package.name
                )),
                Some(entry) if !entry.standing.is_current() => {
                    Some(standing_line(package.id, entry))
                }
                Some(entry) if entry.name != package.name => Some(format!(
                    "called otherwise: {} {} (here {})",
                    package.id, entry.name, package.name
                )),
                Some(_) => None,
            })
            .collect();
        // What a part of ATT&CK does not hold, says least.
        lines.sort_by_key(|line| line.starts_with("unknown"));
        lines
    }
}

fn standing_line(id: TechniqueId, entry: &Entry) -> String {
    match &entry.standing {
        Standing::Current => format!("restored: {id} {}", entry.name),
        Standing::Deprecated => format!("deprecated: {id} {}", entry.name),
        Standing::Revoked(None) => format!("revoked: {id} {}", entry.name),
        Standing::Revoked(Some(by)) => format!("revoked: {id} {} (now {by})", entry.name),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may fail")]
mod tests {
    use super::*;

    const BUNDLE: &str = r#"{"type":"bundle","objects":[
        {"type":"x-mitre-collection","id":"x-mitre-collection--1","name":"Enterprise ATT&CK","x_mitre_version":"99.1","modified":"2026-01-02T00:00:00.000Z"},
        {"type":"attack-pattern","id":"attack-pattern--1","name":"First","external_references":[{"source_name":"mitre-attack","external_id":"T1001"}],"kill_chain_phases":[{"kill_chain_name":"mitre-attack","phase_name":"execution"}]},
        {"type":"attack-pattern","id":"attack-pattern--2","name":"Second","revoked":true,"external_references":[{"source_name":"mitre-attack","external_id":"T1002"}]},
        {"type":"relationship","id":"relationship--1","relationship_type":"revoked-by","source_ref":"attack-pattern--2","target_ref":"attack-pattern--1"},
        {"type":"attack-pattern","id":"attack-pattern--3","name":"No id"}]}"#;

    #[test]
    fn a_bundle_gives_names_tactics_and_standing() {
        let attack = Attack::from_stix(BUNDLE.as_bytes()).unwrap();
        assert_eq!(attack.version, "99.1");
        assert_eq!(attack.techniques.len(), 2);
        let first = &attack.techniques[&"T1001".parse().unwrap()];
        assert_eq!(first.tactics, ["execution"]);
        let second = &attack.techniques[&"T1002".parse().unwrap()];
        assert_eq!(
            second.standing,
            Standing::Revoked(Some("T1001".parse().unwrap()))
        );
        let written = serde_json::to_vec(&attack).unwrap();
        assert_eq!(serde_json::from_slice::<Attack>(&written).unwrap(), attack);
    }

    #[test]
    fn changes_are_told() {
        let now = Attack::from_stix(BUNDLE.as_bytes()).unwrap();
        let mut before = now.clone();
        before.techniques.remove(&"T1001".parse().unwrap());
        before
            .techniques
            .get_mut(&"T1002".parse().unwrap())
            .unwrap()
            .standing = Standing::Current;
        assert_eq!(
            now.since(&before),
            ["new: T1001 First", "revoked: T1002 Second (now T1001)"]
        );
        assert!(now.since(&now).is_empty());
    }

    #[test]
    fn what_is_no_bundle_is_refused() {
        for text in [
            "",
            "[]",
            "{}",
            r#"{"objects":[]}"#,
            r#"{"objects":[{"type":3}]}"#,
        ] {
            assert!(Attack::from_stix(text.as_bytes()).is_err(), "{text}");
        }
    }
}
