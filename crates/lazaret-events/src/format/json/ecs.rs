//! Events in the Elastic Common Schema: Elastic Defend, Auditbeat.
//!
//! <https://www.elastic.co/guide/en/ecs/current/>. Exports of a search keep
//! the event in `_source`. Winlogbeat's are records of Windows' own.

use std::sync::Arc;

use super::Json;
use crate::{
    event::{Account, Event, Platform, Process, Table, Text},
    read::Sink,
};

pub(super) fn knows(json: &Json<'_>) -> bool {
    let json = json.get("_source").unwrap_or(json);
    json.get("@timestamp").is_some()
        && json.at("event.category").is_some()
        && json.at("winlog.event_id").is_none()
}

pub(super) fn decode(json: &Json<'_>, sink: &mut Sink) {
    let json = json.get("_source").unwrap_or(json);
    let categories = texts(json.at("event.category"));
    let types = texts(json.at("event.type"));
    let action = json.text_at("event.action");
    let of = |name: &str| types.iter().any(|kind| kind == name);
    let found = categories.iter().find_map(|category| {
        Some(match category.as_str() {
            "process" if of("end") => created(json, "ProcessExited"),
            "process" if of("start") || of("creation") => created(json, "ProcessCreated"),
            "process" if action.contains("fork") => created(json, "ProcessCreated"),
            "file" => written(json, &action, &types),
            "network" if json.at("dns.question.name").is_some() => looked_up(json),
            "network" => connected(json, &action, &types),
            "registry" => registry(json, &types),
            "library" | "driver" => loaded(json),
            _ => return None,
        })
    });
    let Some(mut event) = found else {
        let categories = categories.join(",");
        return sink.skip(&format!("ecs {categories} {action}"));
    };
    event.time = json.get("@timestamp").and_then(Json::time);
    event.platform = match json.str_at("host.os.type") {
        "windows" => Some(Platform::Windows),
        "macos" => Some(Platform::MacOs),
        "linux" => Some(Platform::Linux),
        _ => match json.str_at("host.os.platform") {
            "windows" => Some(Platform::Windows),
            "darwin" => Some(Platform::MacOs),
            "" => None,
            _ => Some(Platform::Linux),
        },
    };
    event.channel = json.text_at("event.dataset");
    event.provider = json.text_at("event.module");
    event.device.name = first(json, &["host.name", "host.hostname", "agent.name"]);
    event.device.id = first(json, &["host.id", "agent.id"]);
    sink.event(event);
}

/// One text or a list of them.
fn texts(json: Option<&Json<'_>>) -> Vec<String> {
    match json {
        Some(Json::List(items)) => items.iter().map(|item| item.str().to_owned()).collect(),
        Some(item) => vec![item.str().to_owned()],
        None => Vec::new(),
    }
}

fn first(json: &Json<'_>, paths: &[&str]) -> Text {
    let mut all = paths.iter().map(|path| json.text_at(path));
    all.find(|text| !text.is_empty()).unwrap_or_default()
}

fn process(json: &Json<'_>) -> Process {
    let mut process = Process {
        pid: json.int_at("pid"),
        guid: json.text_at("entity_id"),
        created: json.get("start").and_then(Json::time),
        image: first(json, &["executable", "name"]),
        command_line: json.text_at("command_line"),
        cwd: json.text_at("working_directory"),
        ..Process::default()
    };
    if process.command_line.is_empty() {
        let arguments = texts(json.get("args"));
        process.command_line = Text::from(arguments.join(" "));
    }
    process.hashes.sha256 = json.text_at("hash.sha256");
    process.hashes.sha1 = json.text_at("hash.sha1");
    process.hashes.md5 = json.text_at("hash.md5");
    process.account.name = json.text_at("user.name");
    process.account.sid = json.text_at("user.id");
    process
}

/// The process that acted, with its parent.
fn actor(json: &Json<'_>) -> Process {
    let Some(body) = json.get("process") else {
        return Process::default();
    };
    let mut actor = process(body);
    if actor.account == Account::default() {
        actor.account.name = json.text_at("user.name");
        actor.account.domain = json.text_at("user.domain");
        actor.account.sid = json.text_at("user.id");
    }
    if let Some(body) = body.get("parent") {
        let mut parent = process(body);
        if let Some(body) = body.get("parent") {
            parent.parent = Some(Arc::new(process(body)));
        }
        actor.parent = Some(Arc::new(parent));
    }
    actor
}

fn created(json: &Json<'_>, action: &str) -> Event {
    let table = match action {
        "ProcessCreated" => Table::DeviceProcessEvents,
        _ => Table::DeviceEvents,
    };
    let mut event = Event::new(table, action);
    let mut process = actor(json);
    event.initiating = process.parent.take();
    event.process = Some(Arc::new(process));
    event
}

fn acted(json: &Json<'_>, table: Table, action: &str) -> Event {
    let mut event = Event::new(table, action);
    event.initiating = Some(Arc::new(actor(json)));
    event
}

fn written(json: &Json<'_>, action: &str, types: &[String]) -> Event {
    let of = |name: &str| types.iter().any(|kind| kind == name);
    let (table, name) = match action {
        "rename" | "renamed" | "moved" => (Table::DeviceFileEvents, "FileRenamed"),
        "open" | "opened-file" | "read" => (Table::DeviceEvents, "FileRead"),
        _ if of("deletion") => (Table::DeviceFileEvents, "FileDeleted"),
        _ if of("creation") => (Table::DeviceFileEvents, "FileCreated"),
        _ if of("access") => (Table::DeviceEvents, "FileRead"),
        _ => (Table::DeviceFileEvents, "FileModified"),
    };
    let mut event = acted(json, table, name);
    // Elastic Defend's, in bits a byte.
    event.add("FileEntropy", json.text_at("file.Ext.entropy"));
    let file = event.file_mut();
    file.path = json.text_at("file.path");
    file.previous_path = json.text_at("file.Ext.original.path");
    file.size = json.int_at("file.size");
    file.hashes.sha256 = json.text_at("file.hash.sha256");
    event
}

fn endpoints(json: &Json<'_>, event: &mut Event) {
    let network = event.network_mut();
    network.remote_ip = json.text_at("destination.ip");
    network.remote_port = json.text_at("destination.port").parse().ok();
    network.remote_url = first(json, &["url.full", "destination.domain"]);
    network.local_ip = json.text_at("source.ip");
    network.local_port = json.text_at("source.port").parse().ok();
    network.protocol = crate::format::windows::protocol(json.str_at("network.transport"));
}

fn connected(json: &Json<'_>, action: &str, types: &[String]) -> Event {
    let inbound = matches!(
        json.str_at("network.direction"),
        "ingress" | "inbound" | "incoming"
    ) || action.contains("accepted");
    let name = match inbound {
        true => "InboundConnectionAccepted",
        false if types.iter().any(|kind| kind == "denied") => "ConnectionFailed",
        false => "ConnectionSuccess",
    };
    let mut event = acted(json, Table::DeviceNetworkEvents, name);
    endpoints(json, &mut event);
    event.network_mut().outbound = Some(!inbound);
    event
}

fn looked_up(json: &Json<'_>) -> Event {
    let mut event = acted(json, Table::DeviceEvents, "DnsQueryResponse");
    let dns = event.dns_mut();
    dns.query = json.text_at("dns.question.name");
    dns.record_type = json.text_at("dns.question.type");
    dns.status = json.text_at("dns.response_code");
    dns.answers = Text::from(texts(json.at("dns.resolved_ip")).join(";"));
    event
}

fn registry(json: &Json<'_>, types: &[String]) -> Event {
    let name = match types.iter().any(|kind| kind == "deletion") {
        true => "RegistryValueDeleted",
        false => "RegistryValueSet",
    };
    let mut event = acted(json, Table::DeviceRegistryEvents, name);
    let path = json.text_at("registry.path");
    let value = json.text_at("registry.value");
    let key = match path.strip_suffix(value.as_str()) {
        Some(key) if !value.is_empty() => key.trim_end_matches('\\'),
        _ => path.as_str(),
    };
    let registry = event.registry_mut();
    registry.key = Text::new(key);
    registry.value_name = value;
    registry.value_data = Text::from(texts(json.at("registry.data.strings")).join(" "));
    event
}

fn loaded(json: &Json<'_>) -> Event {
    let mut event = acted(json, Table::DeviceImageLoadEvents, "ImageLoaded");
    let file = event.file_mut();
    file.path = first(json, &["dll.path", "file.path"]);
    file.hashes.sha256 = first(json, &["dll.hash.sha256", "file.hash.sha256"]);
    let signed = first(json, &["dll.code_signature.exists"]);
    event.add("Signed", signed);
    event
}
