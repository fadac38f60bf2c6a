//! Advisories as OSV records (<https://ossf.github.io/osv-schema/>): what they
//! tell in fields, told as a page.

use std::fmt::Write;

use lazaret_model::{Ecosystem, Package};
use serde_json::Value;

/// Values of one kind that are taken of a record.
const MOST: usize = 10_000;

/// Bytes of the longest record that is read.
const LONGEST: usize = 4 << 20;

/// The record that a text is, but for a line before it, as Markdown with its
/// date of publication.
pub(super) fn read(source: &str) -> Option<(String, Option<String>)> {
    if source.len() > LONGEST || !source.contains("\"affected\"") {
        return None;
    }
    let start = source
        .find('{')
        .filter(|at| source[..*at].lines().count() <= 3 && source[..*at].trim_end().len() <= 200)?;
    let (before, record) = source.split_at(start);
    let record: Value = serde_json::from_str(record).ok()?;
    let affected = record.get("affected")?.as_array()?;
    let text = |key: &str| record.get(key).and_then(Value::as_str);
    let (id, details) = (text("id")?, text("details").unwrap_or_default());
    let summary = text("summary").unwrap_or(id);
    let mut page = format!("# {}\n\n{}\n\n{details}\n\n", line(summary), line(before));
    // Of what is only vulnerable, nothing is an indicator.
    let malicious = id.starts_with("MAL-")
        || [summary, details]
            .iter()
            .any(|text| text.to_lowercase().contains("malicious"));
    page.push_str(match malicious {
        true => "## Malicious packages\n\n",
        false => "## Packages with the flaw\n\n",
    });
    for package in affected.iter().flat_map(purls).take(MOST) {
        let _ = writeln!(page, "- `{package}`");
    }
    let mut iocs = Vec::new();
    if let Some(told) = record.pointer("/database_specific/iocs") {
        strings(told, &mut iocs);
    }
    if !iocs.is_empty() {
        page.push_str("\n## Indicators of compromise\n\n");
    }
    for value in iocs {
        let _ = writeln!(page, "- {}", line(value));
    }
    Some((page, text("published").map(str::to_owned)))
}

/// One line, however the record writes it.
fn line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The package of an entry, with each of its versions.
fn purls(entry: &Value) -> Vec<String> {
    let field = |key: &str| entry.pointer(&format!("/package/{key}"))?.as_str();
    let Some(ecosystem) = field("ecosystem").and_then(Ecosystem::from_osv_name) else {
        return Vec::new();
    };
    let Some(name) = field("name") else {
        return Vec::new();
    };
    // Maven's names are told as `group:artifact`.
    let package = Package::new(ecosystem, &name.replacen(':', "/", 1), None);
    let versions = entry.get("versions").and_then(Value::as_array);
    let versions: Vec<String> = versions
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .map(|version| package.with_version(Some(version)).purl())
        .collect();
    match versions.is_empty() {
        true => vec![package.purl()],
        false => versions,
    }
}

/// All texts of a value.
fn strings<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
    match value {
        Value::String(text) if found.len() < MOST => found.push(text),
        Value::Array(items) => items.iter().for_each(|item| strings(item, found)),
        Value::Object(fields) => fields.values().for_each(|item| strings(item, found)),
        _ => {}
    }
}
