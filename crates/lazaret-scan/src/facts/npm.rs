//! Facts from `package.json`.

use serde_json::Value;

use super::PackageFacts;
use crate::{PackageFiles, entry_points};

const DEPENDENCIES: &[&str] = &[
    "dependencies",
    "optionalDependencies",
    "peerDependencies",
    "bundleDependencies",
];

pub(super) fn facts(package: &PackageFiles, facts: &mut PackageFacts) {
    let Some(file) = package.get("package.json") else {
        return;
    };
    let text = String::from_utf8_lossy(&file.bytes);
    let Ok(manifest) = serde_json::from_str::<Value>(text.trim_start_matches('\u{feff}')) else {
        facts.flag("manifest-broken", true);
        return;
    };
    let text_of = |pointer: &str| {
        manifest
            .pointer(pointer)
            .and_then(Value::as_str)
            .unwrap_or_default()
    };
    facts.text("description", text_of("/description"));
    facts.flag("has-description", text_of("/description").trim().len() > 3);
    let repository = match manifest.get("repository") {
        Some(Value::String(text)) => text.as_str(),
        _ => text_of("/repository/url"),
    };
    facts.text("repository", repository);
    facts.flag("has-repository", !repository.is_empty());
    facts.text("homepage", text_of("/homepage"));
    facts.text("license", text_of("/license"));
    let author = match manifest.get("author") {
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
        None => String::new(),
    };
    facts.text("author", &author);
    let scripts = manifest.get("scripts").and_then(Value::as_object);
    let hooks: Vec<String> = entry_points::HOOKS
        .iter()
        .filter_map(|hook| scripts?.get(*hook)?.as_str().map(str::to_owned))
        .collect();
    facts.flag("has-hook", !hooks.is_empty());
    facts.list("hooks", hooks.into_iter());
    let mut sources = Vec::new();
    let mut names = Vec::new();
    for field in DEPENDENCIES {
        for (name, range) in manifest
            .get(*field)
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
        {
            names.push(name.clone());
            // `user/repo`, git and http(s) URLs are not from the registry.
            let range = range.as_str().unwrap_or_default();
            if range.contains("://") || range.starts_with("git") || range.starts_with("github:") {
                sources.push(range.to_owned());
            }
        }
    }
    facts.number("dependency-count", names.len() as f64);
    facts.list("dependencies", names.into_iter());
    facts.list("dependency-sources", sources.into_iter());
    let keywords = manifest.get("keywords").and_then(Value::as_array);
    facts.list(
        "keywords",
        keywords
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .map(str::to_owned),
    );
}
