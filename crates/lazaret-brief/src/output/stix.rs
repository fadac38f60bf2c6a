//! STIX 2.1 (OASIS): a bundle with a report, its indicators and the attack
//! patterns it tells of. Ids are derived from the values, so that the same
//! article gives the same bundle.

use lazaret_model::IndicatorKind;
use serde_json::{Value, json};

use crate::Brief;

/// The brief as a STIX bundle.
pub fn stix(brief: &Brief) -> Value {
    let time = timestamp(brief);
    let identity = id("identity", "lazaret");
    let mut objects = vec![json!({
        "type": "identity", "spec_version": "2.1", "id": identity, "created": time, "modified": time,
        "name": "lazaret", "identity_class": "system",
    })];
    let mut refs = Vec::new();
    for told in &brief.techniques {
        let pattern = id("attack-pattern", &told.id.to_string());
        refs.push(pattern.clone());
        let name = if told.name.is_empty() {
            told.id.to_string()
        } else {
            told.name.clone()
        };
        let mut object = json!({
            "type": "attack-pattern", "spec_version": "2.1", "id": pattern, "created": time, "modified": time,
            "created_by_ref": identity, "name": name,
            "external_references": [{ "source_name": "mitre-attack", "external_id": told.id.to_string() }],
        });
        // Lists in STIX are not empty.
        if !told.tactics.is_empty() {
            object["kill_chain_phases"] = told
                .tactics
                .iter()
                .map(|tactic| json!({ "kill_chain_name": "mitre-attack", "phase_name": tactic }))
                .collect();
        }
        objects.push(object);
    }
    for found in &brief.indicators {
        let Some(pattern) = pattern(found.indicator.kind, &found.indicator.value) else {
            continue;
        };
        let indicator = id("indicator", &pattern);
        refs.push(indicator.clone());
        objects.push(json!({
            "type": "indicator", "spec_version": "2.1", "id": indicator, "created": time, "modified": time,
            "created_by_ref": identity, "name": found.defanged, "description": found.sentence,
            "indicator_types": ["malicious-activity"], "pattern": pattern, "pattern_type": "stix",
            "valid_from": time,
        }));
    }
    if refs.is_empty() {
        refs.push(identity.clone());
    }
    let mut report = json!({
        "type": "report", "spec_version": "2.1", "id": id("report", &format!("{}{time}", brief.title)),
        "created": time, "modified": time, "created_by_ref": identity, "name": brief.title,
        "description": brief.summary.join(" "), "report_types": ["threat-report"], "published": time,
        "object_refs": refs,
    });
    if let Some(url) = &brief.url {
        report["external_references"] =
            json!([{ "source_name": brief.source.as_deref().unwrap_or("article"), "url": url }]);
    }
    let name = report["id"].as_str().unwrap_or_default().to_owned();
    objects.push(report);
    json!({ "type": "bundle", "id": id("bundle", &name), "objects": objects })
}

fn timestamp(brief: &Brief) -> String {
    let date = brief
        .published
        .as_deref()
        .and_then(|text| text.get(..10))
        .and_then(|text| text.parse::<jiff::civil::Date>().ok());
    // STIX wants a time; an undated article gets the epoch, not today, so
    // that its bundle stays the same.
    match date {
        Some(date) => format!("{date}T00:00:00.000Z"),
        None => "1970-01-01T00:00:00.000Z".to_owned(),
    }
}

fn id(kind: &str, value: &str) -> String {
    format!("{kind}--{}", super::uuid(kind, value))
}

fn pattern(kind: IndicatorKind, value: &str) -> Option<String> {
    let literal = format!("'{}'", value.replace('\\', "\\\\").replace('\'', "\\'"));
    let path = match kind {
        IndicatorKind::Ipv4 => "ipv4-addr:value",
        IndicatorKind::Ipv6 => "ipv6-addr:value",
        IndicatorKind::Domain => "domain-name:value",
        IndicatorKind::Url | IndicatorKind::Repository => "url:value",
        IndicatorKind::Email => "email-addr:value",
        IndicatorKind::Md5 => "file:hashes.MD5",
        IndicatorKind::Sha1 => "file:hashes.'SHA-1'",
        IndicatorKind::Sha256 => "file:hashes.'SHA-256'",
        IndicatorKind::Sha512 => "file:hashes.'SHA-512'",
        IndicatorKind::FileName => "file:name",
        IndicatorKind::RegistryKey => "windows-registry-key:key",
        IndicatorKind::Mutex => "mutex:name",
        IndicatorKind::UserAgent => {
            "network-traffic:extensions.'http-request-ext'.request_header.'User-Agent'"
        }
        IndicatorKind::Package => "software:name",
        _ => return None,
    };
    Some(format!("[{path} = {literal}]"))
}
