//! OSV records (schema 1.6) of the packages that an article calls malicious,
//! to be imported with `lazaret db import`.

use std::collections::BTreeMap;

use lazaret_model::{Ecosystem, IndicatorKind, Package};
use serde_json::{Value, json};

use crate::Brief;

/// One record per package name.
pub fn osv(brief: &Brief) -> Vec<Value> {
    let mut versions: BTreeMap<Package, Vec<String>> = BTreeMap::new();
    for found in &brief.indicators {
        if found.indicator.kind == IndicatorKind::Package
            && let Ok(package) = found.indicator.value.parse::<Package>()
            // OSV has no name for images.
            && package.ecosystem() != Ecosystem::Docker
        {
            let list = versions.entry(package.with_version(None)).or_default();
            list.extend(package.version().map(str::to_owned));
        }
    }
    let date = brief.day().unwrap_or("1970-01-01");
    versions
        .into_iter()
        .map(|(package, versions)| {
            let ecosystem = package.ecosystem();
            let mut affected = json!({
                "package": { "ecosystem": ecosystem.osv_name(), "name": package.name(), "purl": package.purl() },
            });
            if versions.is_empty() {
                affected["ranges"] = json!([{ "type": "ECOSYSTEM", "events": [{ "introduced": "0" }] }]);
            } else {
                affected["versions"] = json!(versions);
            }
            let references: Vec<Value> = brief.url.iter().map(|url| json!({ "type": "ARTICLE", "url": url })).collect();
            json!({
                "schema_version": "1.6.0",
                // `x_` is the schema's prefix of databases that are not registered.
                "id": format!("x_LZR-{ecosystem}-{}", package.name().replace(['@', '/'], "-")),
                "modified": format!("{date}T00:00:00Z"),
                "summary": format!("Malicious code in {} ({}), by an article", package.name(), ecosystem.osv_name()),
                "details": brief.title,
                "affected": [affected],
                "references": references,
            })
        })
        .collect()
}
