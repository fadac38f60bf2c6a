//! OSV documents (schema 1.6, ossf.github.io/osv-schema) to records.

use lazaret_model::{Ecosystem, Package};
use serde::Deserialize;
use serde_json::Value;

use crate::index::{Bound, Entry, Range, Record};

/// A document that is no OSV record.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OsvError {
    /// Not JSON, or not the schema's types.
    #[error("not an OSV document: {0}")]
    Json(#[from] serde_json::Error),
    /// It names no package of a known ecosystem.
    #[error("{id} affects no package of a known ecosystem")]
    NothingAffected {
        /// Its id.
        id: String,
    },
}

#[derive(Deserialize)]
struct Document {
    id: String,
    #[serde(default)]
    modified: String,
    #[serde(default)]
    published: String,
    #[serde(default)]
    withdrawn: Option<String>,
    #[serde(default)]
    aliases: Vec<String>,
    #[serde(default)]
    summary: String,
    #[serde(default)]
    details: String,
    #[serde(default)]
    affected: Vec<Affected>,
    #[serde(default)]
    database_specific: Value,
}

#[derive(Deserialize)]
struct Affected {
    package: Option<AffectedPackage>,
    #[serde(default)]
    ranges: Vec<AffectedRange>,
    #[serde(default)]
    versions: Vec<String>,
}

#[derive(Deserialize)]
struct AffectedPackage {
    #[serde(default)]
    ecosystem: String,
    #[serde(default)]
    name: String,
}

#[derive(Deserialize)]
struct AffectedRange {
    #[serde(rename = "type", default)]
    kind: String,
    #[serde(default)]
    events: Vec<AffectedEvent>,
}

#[derive(Deserialize)]
struct AffectedEvent {
    introduced: Option<String>,
    fixed: Option<String>,
    last_affected: Option<String>,
    limit: Option<String>,
}

/// Reads one document: an entry for each affected package.
///
/// # Errors
/// If it is not JSON of the schema, or names no package that could be looked
/// up.
pub fn parse(bytes: &[u8]) -> Result<Vec<Entry>, OsvError> {
    let document: Document = serde_json::from_slice(bytes)?;
    let malicious = is_malicious(&document);
    let summary = match (document.summary.as_str(), document.details.as_str()) {
        ("", details) => first_line(details),
        (summary, _) => first_line(summary),
    };
    let origins = &document.database_specific["malicious-packages-origins"];
    let record = Record {
        aliases: document.aliases,
        summary,
        published: document.published,
        modified: document.modified,
        withdrawn: document.withdrawn,
        malicious,
        indicators: texts(&document.database_specific["iocs"]),
        origins: origins
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|origin| origin["source"].as_str().map(str::to_owned))
            .collect(),
        id: document.id,
        versions: Vec::new(),
        ranges: Vec::new(),
    };
    let mut entries: Vec<Entry> = Vec::new();
    for affected in document.affected {
        let Some(package) = affected.package else {
            continue;
        };
        let Some(ecosystem) = Ecosystem::from_osv_name(&package.ecosystem) else {
            continue;
        };
        if package.name.is_empty() {
            continue;
        }
        entries.push(Entry {
            package: Package::new(ecosystem, &package.name, None),
            record: Record {
                versions: affected.versions,
                ranges: affected.ranges.into_iter().filter_map(range).collect(),
                ..record.clone()
            },
        });
    }
    if entries.is_empty() {
        return Err(OsvError::NothingAffected { id: record.id });
    }
    Ok(entries)
}

/// Whether the record speaks of malice rather than of a weakness: OpenSSF's
/// ids, GHSA's and RustSec's classes, CWE-506 (embedded malicious code).
fn is_malicious(document: &Document) -> bool {
    let mal = |id: &str| id.starts_with("MAL-");
    let cwes = &document.database_specific["cwe_ids"];
    let says = |text: &str| {
        let text = text.to_lowercase();
        [
            "malicious",
            "malware",
            "typosquat",
            "backdoor",
            "supply chain attack",
        ]
        .iter()
        .any(|word| text.contains(word))
    };
    mal(&document.id)
        || document.aliases.iter().any(|alias| mal(alias))
        || cwes
            .as_array()
            .is_some_and(|all| all.iter().any(|cwe| cwe == "CWE-506"))
        || says(&document.summary)
}

fn range(range: AffectedRange) -> Option<Range> {
    // Commits of a repository say nothing about versions.
    if range.kind == "GIT" {
        return None;
    }
    let bounds = range
        .events
        .into_iter()
        .flat_map(|event| {
            [
                event.introduced.map(Bound::Introduced),
                event.fixed.map(Bound::Fixed),
                event.last_affected.map(Bound::LastAffected),
                event.limit.map(Bound::Fixed),
            ]
        })
        .flatten()
        .collect();
    Some(Range { bounds })
}

fn first_line(text: &str) -> String {
    text.lines()
        .map(|line| line.trim().trim_start_matches('#').trim())
        .find(|line| !line.is_empty() && !line.starts_with("---") && !line.starts_with("_-="))
        .unwrap_or_default()
        .chars()
        .take(200)
        .collect()
}

/// All texts anywhere in a JSON value: `iocs` has several layouts.
fn texts(value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    let mut open = vec![value];
    while let Some(value) = open.pop() {
        match value {
            Value::String(text) if found.len() < 200 => found.push(text.clone()),
            Value::Array(items) => open.extend(items),
            Value::Object(fields) => open.extend(fields.values()),
            _ => {}
        }
    }
    found.sort();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_the_schema_has() {
        let entries = parse(
            br##"{"id":"MAL-2024-1","modified":"2024-01-02T00:00:00Z","aliases":["GHSA-x"],"details":"\n---\n# Bad thing\nx",
            "affected":[{"package":{"ecosystem":"PyPI","name":"Bad_Name"},"versions":["1.0"],
              "ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":"2.0"}]},{"type":"GIT","events":[]}]},
              {"package":{"ecosystem":"Unheard of","name":"x"}}],
            "database_specific":{"iocs":{"domains":["evil.example"]},"malicious-packages-origins":[{"source":"ossf"}]}}"##,
        )
        .unwrap();
        assert_eq!(entries.len(), 1);
        assert_eq!(entries[0].package.purl(), "pkg:pypi/bad-name");
        let record = &entries[0].record;
        assert_eq!(record.summary, "Bad thing");
        assert_eq!(record.indicators, ["evil.example"]);
        assert_eq!(record.origins, ["ossf"]);
        assert_eq!(record.ranges.len(), 1);
        assert!(record.malicious);
    }

    #[test]
    fn nonsense_is_an_error() {
        for text in ["", "[]", "{}", r#"{"id":"x","affected":[]}"#, r#"{"id":1}"#] {
            assert!(parse(text.as_bytes()).is_err(), "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_survived(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..200)) {
            let _ = parse(&bytes);
        }
    }
}
