//! OSV records (schema 1.6) of the blocked packages: drafts to publish or to
//! feed to another index.

use std::io::{self, Write};

use lazaret_model::{Assessment, Verdict};
use serde_json::{Value, json};

use crate::Report;

pub(crate) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let records: Vec<Value> = report
        .assessments
        .iter()
        .filter(|a| a.verdict == Verdict::Block)
        .filter_map(|assessment| record(assessment, report.time.as_deref()))
        .collect();
    serde_json::to_writer_pretty(&mut *out, &records)?;
    writeln!(out)
}

fn record(assessment: &Assessment, time: Option<&str>) -> Option<Value> {
    let package = assessment.package.as_ref()?;
    let digest = assessment.sha256.as_deref().unwrap_or_default();
    let name = package.name().replace(['/', '@'], "-");
    let version = package.version().unwrap_or("all");
    let details: Vec<String> = assessment
        .active()
        .map(|f| format!("- {} ({})", f.title, f.rule))
        .collect();
    let mut affected = json!({
        "package": {
            "ecosystem": package.ecosystem().osv_name(),
            "name": package.name(),
            "purl": package.with_version(None).purl(),
        },
        "database_specific": { "sha256": digest },
    });
    match package.version() {
        Some(version) => affected["versions"] = json!([version]),
        None => {
            affected["ranges"] =
                json!([{ "type": "ECOSYSTEM", "events": [{ "introduced": "0" }] }]);
        }
    }
    Some(json!({
        "schema_version": "1.6.0",
        // `x_` is the schema's prefix of databases that are not registered.
        "id": format!("x_LZR-{}-{name}-{version}", package.ecosystem()),
        // The schema wants a time; without one the record says so plainly.
        "modified": time.unwrap_or("1970-01-01T00:00:00Z"),
        "summary": format!("Malicious code in {} ({})", package.name(), package.ecosystem().osv_name()),
        "details": details.join("\n"),
        "affected": [affected],
    }))
}
