//! osquery's result log: rows of its evented tables.
//!
//! <https://osquery.io/schema/>

use std::sync::Arc;

use super::Json;
use crate::{
    event::{Event, Platform, Process, Table, Text, Time, path},
    read::Sink,
};

pub(super) fn knows(json: &Json<'_>) -> bool {
    json.get("hostIdentifier").is_some()
        && ["columns", "snapshot", "diffResults"]
            .iter()
            .any(|name| json.get(name).is_some())
}

pub(super) fn decode(json: &Json<'_>, sink: &mut Sink) {
    let name = json.str_at("name");
    let mut rows: Vec<&Json<'_>> = Vec::new();
    rows.extend(json.get("columns"));
    rows.extend(json.get("snapshot").map(Json::list).unwrap_or_default());
    rows.extend(
        json.at("diffResults.added")
            .map(Json::list)
            .unwrap_or_default(),
    );
    if json.str_at("action") == "removed" {
        return sink.skip("osquery removed rows");
    }
    let logged = json.get("unixTime").and_then(Json::time);
    let logged = logged.or_else(|| json.get("calendarTime").and_then(Json::time));
    for row in rows {
        match event(name, row) {
            Some(mut event) => {
                event.time = event.time.or(logged);
                event.device.name = json.text_at("hostIdentifier");
                event.channel = Text::new_static("osquery");
                event.provider = Text::new(name);
                if event.platform.is_none() {
                    event.platform = Platform::named(json.str_at("decorations.platform"));
                }
                sink.event(event);
            }
            None => sink.skip(&format!("osquery {name}")),
        }
    }
}

fn time(row: &Json<'_>) -> Option<Time> {
    let seconds = row.int_at("time").filter(|time| *time > 0)?;
    Time::from_parts(seconds, 0)
}

fn account(process: &mut Process, row: &Json<'_>) {
    let uid = match row.text_at("euid") {
        uid if uid.is_empty() => row.text_at("uid"),
        uid => uid,
    };
    process.account.name = match row.text_at("username") {
        name if name.is_empty() && uid == "0" => Text::new_static("root"),
        name if name.is_empty() => uid.clone(),
        name => name,
    };
    process.account.sid = uid;
}

fn process(row: &Json<'_>) -> Process {
    let mut process = Process {
        pid: row.int_at("pid"),
        image: row.text_at("path"),
        command_line: row.text_at("cmdline"),
        cwd: Text::new(row.text_at("cwd").trim_matches('"')),
        ..Process::default()
    };
    account(&mut process, row);
    let (team, id) = (row.text_at("team_id"), row.text_at("signing_id"));
    process.signer = if team.is_empty() {
        id
    } else {
        Text::from(format!("{team}:{id}"))
    };
    let parent = row.int_at("parent").or_else(|| row.int_at("ppid"));
    process.parent = parent.map(|pid| Arc::new(Process::with_pid(pid)));
    process
}

/// The kind of row by the columns that its table alone has: queries are named
/// as their authors like.
fn event(name: &str, row: &Json<'_>) -> Option<Event> {
    let has = |column: &str| row.get(column).is_some();
    let mac = has("signing_id") || has("cdhash") || name.contains("es_process");
    let mut event = if has("target_path") {
        file(row)
    } else if has("remote_address") && has("pid") {
        socket(row)
    } else if has("dest_filename") || has("filename") && has("event_type") {
        es_file(row)?
    } else if has("operation") && has("executable") {
        process_file(row)?
    } else if has("cmdline") && has("pid") && has("path") {
        started(name, row)?
    } else if has("question") || has("dns_query") || name.contains("dns_lookup") {
        let mut event = Event::new(Table::DeviceEvents, "DnsQueryResponse");
        event.dns_mut().query = match row.text_at("name") {
            query if query.is_empty() => row.text_at("question"),
            query => query,
        };
        event.initiating = Some(Arc::new(process(row)));
        event
    } else {
        return None;
    };
    event.time = time(row);
    if mac {
        event.platform = Some(Platform::MacOs);
    }
    Some(event)
}

fn started(name: &str, row: &Json<'_>) -> Option<Event> {
    let mut process = process(row);
    let (table, action) = match row.str_at("event_type") {
        "fork" => (Table::DeviceEvents, "ProcessForked"),
        "exit" => (Table::DeviceEvents, "ProcessExited"),
        _ if matches!(row.str_at("syscall"), "fork" | "vfork" | "clone") => {
            (Table::DeviceEvents, "ProcessForked")
        }
        _ => (Table::DeviceProcessEvents, "ProcessCreated"),
    };
    // Snapshots of `processes` tell what runs, not what was started.
    if row.get("time").is_none() && row.get("start_time").is_none() && !name.contains("event") {
        return None;
    }
    if let Some(start) = row.int_at("start_time") {
        process.created = Time::from_parts(start, 0);
    }
    let mut event = Event::new(table, action);
    if action == "ProcessForked" && row.get("child_pid").is_some() {
        let mut child = process.clone();
        child.pid = row.int_at("child_pid");
        child.parent = None;
        event.process = Some(Arc::new(child));
        event.initiating = Some(Arc::new(process));
    } else {
        event.initiating = process.parent.take();
        event.process = Some(Arc::new(process));
    }
    event.add("AuditLoginUser", row.text_at("auid"));
    Some(event)
}

fn socket(row: &Json<'_>) -> Event {
    let failed = matches!(row.str_at("status"), "failed") || row.text_at("success") == "0";
    let (action, outbound) = match (row.str_at("action"), failed) {
        ("bind", _) => ("ListeningConnectionCreated", false),
        ("accept", _) => ("InboundConnectionAccepted", false),
        (_, true) => ("ConnectionFailed", true),
        _ => ("ConnectionSuccess", true),
    };
    let mut event = Event::new(Table::DeviceNetworkEvents, action);
    let network = event.network_mut();
    network.outbound = Some(outbound);
    network.remote_ip = row.text_at("remote_address");
    network.remote_port = row.text_at("remote_port").parse().ok();
    network.local_ip = row.text_at("local_address");
    network.local_port = row.text_at("local_port").parse().ok();
    network.protocol = crate::format::windows::protocol(&row.text_at("protocol"));
    event.initiating = Some(Arc::new(process(row)));
    event
}

fn file(row: &Json<'_>) -> Event {
    let (table, action) = match row.str_at("action") {
        "CREATED" | "MOVED_TO" => (Table::DeviceFileEvents, "FileCreated"),
        "DELETED" | "MOVED_FROM" => (Table::DeviceFileEvents, "FileDeleted"),
        "ATTRIBUTES_MODIFIED" => (Table::DeviceEvents, "FilePermissionsModified"),
        "OPENED" | "ACCESSED" => (Table::DeviceEvents, "FileRead"),
        _ => (Table::DeviceFileEvents, "FileModified"),
    };
    let mut event = Event::new(table, action);
    let file = event.file_mut();
    file.path = row.text_at("target_path");
    file.size = row.int_at("size");
    file.hashes.md5 = row.text_at("md5");
    file.hashes.sha1 = row.text_at("sha1");
    file.hashes.sha256 = row.text_at("sha256");
    event.add("FileMode", row.text_at("mode"));
    event.add("Category", row.text_at("category"));
    event
}

fn es_file(row: &Json<'_>) -> Option<Event> {
    let (table, action) = match row.str_at("event_type") {
        "create" => (Table::DeviceFileEvents, "FileCreated"),
        "write" | "truncate" => (Table::DeviceFileEvents, "FileModified"),
        "rename" => (Table::DeviceFileEvents, "FileRenamed"),
        "unlink" | "delete" => (Table::DeviceFileEvents, "FileDeleted"),
        "open" => (Table::DeviceEvents, "FileRead"),
        _ => return None,
    };
    let mut event = Event::new(table, action);
    let (name, target) = (row.text_at("filename"), row.text_at("dest_filename"));
    let file = event.file_mut();
    if target.is_empty() {
        file.path = name;
    } else {
        file.path = target;
        file.previous_path = name;
    }
    event.initiating = Some(Arc::new(process(row)));
    Some(event)
}

fn process_file(row: &Json<'_>) -> Option<Event> {
    let (table, action) = match row.str_at("operation") {
        "create" | "creat" => (Table::DeviceFileEvents, "FileCreated"),
        "write" | "truncate" => (Table::DeviceFileEvents, "FileModified"),
        "rename" => (Table::DeviceFileEvents, "FileRenamed"),
        "unlink" | "remove" => (Table::DeviceFileEvents, "FileDeleted"),
        "open" | "read" => (Table::DeviceEvents, "FileRead"),
        _ => return None,
    };
    let mut event = Event::new(table, action);
    let cwd = row.text_at("cwd");
    let at = |name: &str| Text::from(path::absolute(&cwd, row.str_at(name)));
    let target = row.text_at("dest_path");
    let file = event.file_mut();
    if target.is_empty() {
        file.path = at("path");
    } else {
        file.path = at("dest_path");
        file.previous_path = at("path");
    }
    let mut actor = process(row);
    actor.image = row.text_at("executable");
    event.initiating = Some(Arc::new(actor));
    Some(event)
}
