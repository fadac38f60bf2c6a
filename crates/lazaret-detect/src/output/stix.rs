//! STIX 2.1 (OASIS standard): for each alert a sighting of its techniques
//! with the observed data and its cyber-observables.

use std::io::{self, Write};

use lazaret_events::{
    Event,
    event::{address, path},
};
use serde_json::{Value, json};

use super::Report;
use crate::{Alert, alert::EventSummary};

pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut bundle = Bundle::default();
    let producer = id("identity", "lazaret");
    let start = "2026-01-01T00:00:00.000Z";
    bundle.add(json!({
        "type": "identity", "spec_version": "2.1", "id": producer,
        "created": start, "modified": start,
        "name": "Lazaret", "identity_class": "system",
    }));
    for alert in report.shown() {
        add(alert, &producer, &mut bundle);
    }
    let mut objects = bundle.objects;
    objects.dedup();
    let document = json!({
        "type": "bundle",
        "id": id("bundle", &objects.iter().map(Value::to_string).collect::<String>()),
        "objects": objects,
    });
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

#[derive(Default)]
struct Bundle {
    objects: Vec<Value>,
    ids: std::collections::HashSet<String>,
}

impl Bundle {
    fn add(&mut self, object: Value) -> String {
        let id = object["id"].as_str().unwrap_or_default().to_owned();
        if self.ids.insert(id.clone()) {
            self.objects.push(object);
        }
        id
    }
}

fn add(alert: &Alert, producer: &str, bundle: &mut Bundle) {
    let created = stamp(alert.first);
    let mut references = Vec::new();
    for event in &alert.evidence {
        observables(event, bundle, &mut references);
    }
    if references.is_empty() {
        return;
    }
    references.sort();
    references.dedup();
    let key = format!("{} {} {}", alert.analytic, alert.device, alert.first);
    let observed = bundle.add(json!({
        "type": "observed-data", "spec_version": "2.1",
        "id": id("observed-data", &key),
        "created_by_ref": producer, "created": created, "modified": created,
        "first_observed": created, "last_observed": stamp(alert.last),
        "number_observed": alert.count.clamp(1, 999_999_999),
        "object_refs": references,
    }));
    for technique in &alert.techniques {
        let pattern = bundle.add(json!({
            "type": "attack-pattern", "spec_version": "2.1",
            "id": id("attack-pattern", &technique.to_string()),
            "created": "2026-01-01T00:00:00.000Z", "modified": "2026-01-01T00:00:00.000Z",
            "name": technique.to_string(),
            "external_references": [{ "source_name": "mitre-attack", "external_id": technique.to_string() }],
        }));
        bundle.add(json!({
            "type": "sighting", "spec_version": "2.1",
            "id": id("sighting", &format!("{key} {technique}")),
            "created_by_ref": producer, "created": created, "modified": created,
            "first_seen": created, "last_seen": stamp(alert.last),
            "count": alert.count.clamp(1, 999_999_999),
            "description": alert.message(),
            "sighting_of_ref": pattern,
            "observed_data_refs": [observed],
        }));
    }
}

/// The objects of one event.
fn observables(summary: &EventSummary, bundle: &mut Bundle, references: &mut Vec<String>) {
    let event: &Event = &summary.event;
    if let Some(process) = event.subject()
        && !(process.command_line.is_empty() && process.image.is_empty())
    {
        let image = file(&process.image, &process.hashes.sha256, bundle);
        let key = format!(
            "{} {:?} {}",
            event.device.name, process.pid, process.command_line
        );
        let mut object = json!({
            "type": "process", "spec_version": "2.1", "id": id("process", &key),
        });
        if let Some(map) = object.as_object_mut() {
            if let Some(pid) = process.pid {
                map.insert("pid".to_owned(), json!(pid));
            }
            if !process.command_line.is_empty() {
                map.insert(
                    "command_line".to_owned(),
                    json!(process.command_line.as_str()),
                );
            }
            if let Some(image) = image {
                map.insert("image_ref".to_owned(), json!(image));
            }
        }
        references.push(bundle.add(object));
    }
    if let Some(acted) = event.file.as_deref()
        && let Some(file) = file(&acted.path, &acted.hashes.sha256, bundle)
    {
        references.push(file);
    }
    if let Some(dns) = event.dns.as_deref()
        && !dns.query.is_empty()
    {
        references.push(domain(&dns.query, bundle));
    }
    if let Some(network) = event.network.as_deref() {
        if let Ok(address) = network.remote_ip.parse::<std::net::IpAddr>() {
            let kind = if address.is_ipv4() {
                "ipv4-addr"
            } else {
                "ipv6-addr"
            };
            let text = address.to_string();
            references.push(bundle.add(json!({
                "type": kind, "spec_version": "2.1", "id": id(kind, &text), "value": text,
            })));
        }
        if let Some(host) = address::host(&network.remote_url)
            && host.parse::<std::net::IpAddr>().is_err()
        {
            references.push(domain(host, bundle));
        }
    }
}

fn file(whole: &str, sha256: &str, bundle: &mut Bundle) -> Option<String> {
    let name = path::file_name(whole);
    if name.is_empty() {
        return None;
    }
    let mut object = json!({
        "type": "file", "spec_version": "2.1",
        "id": id("file", &format!("{whole} {sha256}")),
        "name": name,
    });
    if sha256.len() == 64
        && let Some(map) = object.as_object_mut()
    {
        map.insert("hashes".to_owned(), json!({ "SHA-256": sha256 }));
    }
    if whole != name
        && let Some(map) = object.as_object_mut()
    {
        let folder = whole.strip_suffix(name).unwrap_or(whole);
        let folder = folder.trim_end_matches(['/', '\\']);
        let folder = if folder.is_empty() { "/" } else { folder };
        let parent = bundle.add(json!({
            "type": "directory", "spec_version": "2.1",
            "id": id("directory", folder), "path": folder,
        }));
        map.insert("parent_directory_ref".to_owned(), json!(parent));
    }
    Some(bundle.add(object))
}

fn domain(name: &str, bundle: &mut Bundle) -> String {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    bundle.add(json!({
        "type": "domain-name", "spec_version": "2.1",
        "id": id("domain-name", &name), "value": name,
    }))
}

/// Milliseconds, as STIX wants them.
fn stamp(time: lazaret_events::Time) -> String {
    match time.timestamp() {
        Some(time) => format!("{time:.3}"),
        None => "1970-01-01T00:00:00.000Z".to_owned(),
    }
}

/// The same content has the same id in every run.
fn id(kind: &str, key: &str) -> String {
    const SPACE: uuid::Uuid = uuid::Uuid::from_u128(0x8f1c_52a4_0c3d_5a0e_9b7e_6a1d_2f4c_9e10);
    let uuid = uuid::Uuid::new_v5(&SPACE, format!("{kind} {key}").as_bytes());
    format!("{kind}--{uuid}")
}
