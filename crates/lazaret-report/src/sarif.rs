//! SARIF 2.1.0 (OASIS standard), as GitHub code scanning and others read it.

use std::{
    collections::BTreeMap,
    io::{self, Write},
};

use lazaret_model::{Evidence, Finding, Location, Severity};
use serde_json::{Value, json};

use crate::{Report, text::behaviour_label};

pub(crate) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut rules: BTreeMap<&str, &Finding> = BTreeMap::new();
    let mut results = Vec::new();
    let mut notifications = Vec::new();
    for assessment in report.assessments {
        for finding in &assessment.findings {
            rules.entry(&finding.rule).or_insert(finding);
            results.push(result(&assessment.subject, finding));
        }
        for problem in &assessment.problems {
            notifications.push(json!({
                "level": "warning",
                "descriptor": { "id": problem.kind },
                "message": { "text": format!("{}: {}: {}", assessment.subject, problem.path, problem.detail) },
            }));
        }
    }
    let rules: Vec<Value> = rules
        .into_iter()
        .map(|(id, finding)| {
            let tags: Vec<String> = finding
                .techniques
                .iter()
                .map(|t| format!("external/attack/{t}"))
                .collect();
            json!({
                "id": id,
                "shortDescription": { "text": finding.title },
                "defaultConfiguration": { "level": level(finding.severity) },
                "properties": {
                    "tags": tags,
                    "security-severity": security_severity(finding.severity),
                },
            })
        })
        .collect();
    let document = json!({
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "lazaret",
                "semanticVersion": report.version,
                "rules": rules,
            }},
            "invocations": [{
                "executionSuccessful": true,
                "toolExecutionNotifications": notifications,
            }],
            "results": results,
        }],
    });
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low | Severity::Info => "note",
    }
}

/// GitHub's scale: over 9 critical, 7 high, 4 medium.
fn security_severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "9.5",
        Severity::High => "8.0",
        Severity::Medium => "5.0",
        Severity::Low => "2.0",
        Severity::Info => "0.0",
    }
}

fn result(subject: &str, finding: &Finding) -> Value {
    let mut locations = Vec::new();
    let mut facts = Vec::new();
    for evidence in &finding.evidence {
        match evidence {
            Evidence::Behaviour { behaviour, .. } => {
                locations.push(location(
                    subject,
                    &behaviour.location,
                    Some(behaviour_label(behaviour)),
                ));
            }
            Evidence::Text {
                location: place, ..
            } => locations.push(location(subject, place, None)),
            Evidence::Metadata { field, value } => facts.push(format!("{field}: {value}")),
            Evidence::Record { id, summary } => facts.push(format!("{id}: {summary}")),
            Evidence::Event {
                source,
                time,
                summary,
            } => facts.push(format!("{time} {summary} ({source})")),
        }
    }
    if locations.is_empty() {
        locations
            .push(json!({ "physicalLocation": { "artifactLocation": { "uri": uri(subject) } } }));
    }
    let first = locations.remove(0);
    let mut text = if finding.message.is_empty() {
        finding.title.clone()
    } else {
        finding.message.clone()
    };
    for fact in facts {
        text.push('\n');
        text.push_str(&fact);
    }
    let mut result = json!({
        "ruleId": finding.rule,
        "level": level(finding.severity),
        "message": { "text": text },
        "locations": [first],
        "relatedLocations": locations,
        "properties": { "subject": subject, "confidence": finding.confidence },
    });
    if let Some(reason) = &finding.suppressed {
        result["suppressions"] = json!([{ "kind": "external", "justification": reason }]);
    }
    result
}

fn location(subject: &str, place: &Location, message: Option<String>) -> Value {
    let mut region = json!({});
    if place.line > 0 {
        region["startLine"] = place.line.into();
        region["startColumn"] = place.column.max(1).into();
    }
    if place.end > place.start {
        region["byteOffset"] = place.start.into();
        region["byteLength"] = (place.end - place.start).into();
    }
    let mut physical = json!({
        "artifactLocation": { "uri": uri(&format!("{subject}!/{}", place.path)) },
    });
    if region.as_object().is_some_and(|r| !r.is_empty()) {
        physical["region"] = region;
    }
    let mut location = json!({ "physicalLocation": physical });
    if let Some(text) = message {
        location["message"] = json!({ "text": text });
    }
    location
}

/// A path as a relative URI reference (RFC 3986): what may not stand in one
/// is percent-encoded.
fn uri(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.replace('\\', "/").bytes() {
        match byte {
            b'A'..=b'Z'
            | b'a'..=b'z'
            | b'0'..=b'9'
            | b'-'
            | b'.'
            | b'_'
            | b'~'
            | b'/'
            | b'!'
            | b'@'
            | b'+' => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}
