//! SARIF 2.1.0 (OASIS standard): log records as locations.

use std::{
    collections::BTreeMap,
    io::{self, Write},
};

use lazaret_model::Severity;
use serde_json::{Value, json};

use super::Report;
use crate::Alert;

pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut rules: BTreeMap<&str, Value> = BTreeMap::new();
    let mut results = Vec::new();
    for alert in report.shown() {
        rules.entry(&alert.analytic).or_insert_with(|| rule(alert));
        results.push(result(alert));
    }
    let rules: Vec<Value> = rules.into_values().collect();
    let notes: Vec<Value> = report
        .unread()
        .map(|text| json!({ "level": "warning", "message": { "text": text } }))
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
                "toolExecutionNotifications": notes,
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

fn rule(alert: &Alert) -> Value {
    let tags: Vec<String> = alert
        .techniques
        .iter()
        .map(|t| format!("external/attack/{t}"))
        .collect();
    json!({
        "id": alert.analytic,
        "shortDescription": { "text": alert.title },
        "fullDescription": { "text": alert.description },
        "defaultConfiguration": { "level": level(alert.severity) },
        "properties": { "tags": tags },
    })
}

fn result(alert: &Alert) -> Value {
    let locations: Vec<Value> = alert
        .evidence
        .iter()
        .take(1)
        .map(|event| {
            let place = &event.event.source;
            let mut physical = json!({
                "artifactLocation": { "uri": place.file.as_ref() },
            });
            if place.line > 0
                && let Some(object) = physical.as_object_mut()
            {
                object.insert("region".to_owned(), json!({ "startLine": place.line }));
            }
            json!({ "physicalLocation": physical, "message": { "text": event.line } })
        })
        .collect();
    let mut result = json!({
        "ruleId": alert.analytic,
        "level": level(alert.severity),
        "message": { "text": alert.message() },
        "locations": locations,
        "occurrenceCount": alert.count,
        "properties": {
            "device": alert.device.as_str(),
            "first": alert.first.to_string(),
            "last": alert.last.to_string(),
        },
    });
    if let (Some((class, reason)), Some(object)) = (&alert.suppressed, result.as_object_mut()) {
        object.insert(
            "suppressions".to_owned(),
            json!([{ "kind": "external", "justification": format!("{class}: {reason}") }]),
        );
    }
    result
}
