//! What a registry lists of an npm package against what its archive says.
//!
//! The registry keeps the manifest that the publisher sent beside the archive,
//! and does not compare the two: tools that ask the registry see other hooks
//! and dependencies than those that the archive brings.

use lazaret_artifact::Packaging;
use lazaret_model::{Confidence, Evidence, Finding, Severity};
use serde_json::Value;

use crate::{PackageFiles, entry_points::HOOKS};

/// Rule id of an archive whose manifest is not the registry's.
const CONFUSION: &str = "manifest-confusion";

/// Fields of dependencies that are installed with the package.
const DEPENDENCIES: &[&str] = &["dependencies", "optionalDependencies"];

/// Findings where the archive's manifest says more than the registry's.
///
/// What only the registry has is its own doing: it adds `node-gyp rebuild` and
/// merges optional dependencies.
pub(crate) fn differences(package: &PackageFiles, listing: &Value, subject: &str) -> Vec<Finding> {
    if package.artifact.packaging != Some(Packaging::Npm) || !listing.is_object() {
        return Vec::new();
    }
    let Some(manifest) = package.get("package.json").and_then(|file| {
        let text = String::from_utf8_lossy(&file.bytes);
        serde_json::from_str::<Value>(text.trim_start_matches('\u{feff}')).ok()
    }) else {
        return Vec::new();
    };
    let mut evidence = Vec::new();
    let mut differs = |field: String, value: String| {
        if evidence.len() < 16 {
            evidence.push(Evidence::Metadata { field, value });
        }
    };
    let text = |from: &Value, key: &str| {
        from.get(key)
            .and_then(Value::as_str)
            .map(|text| text.trim_start_matches(['v', '=']).trim().to_owned())
    };
    for key in ["name", "version"] {
        let (here, there) = (text(&manifest, key), text(listing, key));
        if let (Some(here), Some(there)) = (here, there)
            && here != there
        {
            differs(key.to_owned(), format!("{here}; listed is {there}"));
        }
    }
    for hook in HOOKS {
        let of = |from: &Value| from.get("scripts").and_then(|scripts| text(scripts, hook));
        if let Some(here) = of(&manifest)
            && of(listing).as_ref() != Some(&here)
        {
            let there = of(listing).unwrap_or_else(|| "none".to_owned());
            differs(
                format!("scripts.{hook}"),
                format!("{here}; listed is {there}"),
            );
        }
    }
    let listed = |name: &str| {
        DEPENDENCIES.iter().any(|field| {
            listing
                .get(*field)
                .is_some_and(|map| map.get(name).is_some())
        })
    };
    let bundled = ["bundleDependencies", "bundledDependencies"]
        .iter()
        .any(|field| manifest.get(*field).is_some());
    for (name, range) in DEPENDENCIES
        .iter()
        .filter_map(|field| manifest.get(*field)?.as_object())
        .flatten()
    {
        if !listed(name) && !bundled {
            differs(format!("dependencies.{name}"), range.to_string());
        }
    }
    let fields: Vec<String> = evidence
        .iter()
        .filter_map(|piece| match piece {
            Evidence::Metadata { field, .. } => Some(field.clone()),
            _ => None,
        })
        .collect();
    if fields.is_empty() {
        return Vec::new();
    }
    vec![Finding {
        rule: CONFUSION.to_owned(),
        title: "The archive is not what the registry lists".to_owned(),
        severity: Severity::High,
        confidence: Confidence::Medium,
        techniques: "T1195.002".parse().into_iter().collect(),
        subject: subject.to_owned(),
        message: format!(
            "the archive's package.json differs from the registry's in {}",
            fields.join(", ")
        ),
        evidence,
        suppressed: None,
    }]
}

#[cfg(test)]
#[allow(
    clippy::unwrap_used,
    reason = "a test may stop at what it did not expect"
)]
mod tests {
    use lazaret_artifact::{Limits, Source};
    use serde_json::json;

    use super::*;

    fn package(manifest: &Value) -> PackageFiles {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("package.json"), manifest.to_string()).unwrap();
        std::fs::write(folder.path().join("index.js"), "module.exports = 1;\n").unwrap();
        PackageFiles::read(&Source::path(folder.path()), &Limits::default()).unwrap()
    }

    fn fields(manifest: Value, listing: Value) -> String {
        let mut package = package(&manifest);
        package.artifact.packaging = Some(Packaging::Npm);
        differences(&package, &listing, "x")
            .into_iter()
            .map(|finding| finding.message)
            .collect()
    }

    #[test]
    fn hidden_hooks_and_dependencies_are_named() {
        let message = fields(
            json!({"name": "a", "version": "v1.0.0", "scripts": {"install": "node x.js"}, "dependencies": {"evil": "1"}}),
            json!({"name": "b", "version": "1.0.0", "scripts": {}}),
        );
        assert!(
            message.ends_with("in name, scripts.install, dependencies.evil"),
            "{message}"
        );
    }

    #[test]
    fn what_the_registry_adds_is_in_order() {
        let message = fields(
            json!({"name": "a", "version": "1.0.0", "optionalDependencies": {"o": "1"}}),
            json!({"name": "a", "version": "1.0.0", "scripts": {"install": "node-gyp rebuild"}, "dependencies": {"o": "1"}, "gypfile": true}),
        );
        assert_eq!(message, "");
    }
}
