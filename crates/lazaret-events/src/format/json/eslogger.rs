//! macOS Endpoint Security events as `eslogger` writes them.
//!
//! Names are those of the Endpoint Security framework's structures
//! (<https://developer.apple.com/documentation/endpointsecurity>).

use std::sync::Arc;

use super::Json;
use crate::{
    event::{Event, Platform, Process, Table, Text},
    read::Sink,
};

pub(super) fn knows(json: &Json<'_>) -> bool {
    json.at("process.audit_token").is_some() && json.get("event").is_some()
}

pub(super) fn decode(json: &Json<'_>, sink: &mut Sink) {
    let actor = json.get("process").map(process).unwrap_or_default();
    let body = json.get("event").and_then(|event| event.members().first());
    let Some((kind, body)) = body else {
        return sink.unreadable("an Endpoint Security record without its event");
    };
    let Some(mut event) = event(kind, body, actor) else {
        return sink.skip(&format!("eslogger {kind}"));
    };
    event.time = json.get("time").and_then(Json::time);
    event.platform = Some(Platform::MacOs);
    event.channel = Text::new_static("eslogger");
    event.add("EsEvent", kind.as_ref());
    sink.event(event);
}

fn process(json: &Json<'_>) -> Process {
    let token = json.get("audit_token");
    let of = |name: &str| token.and_then(|token| token.int_at(name));
    let pid = of("pid");
    let mut process = Process {
        pid,
        guid: match (pid, of("pidversion")) {
            (Some(pid), Some(version)) => Text::from(format!("{pid}:{version}")),
            _ => Text::default(),
        },
        created: json.get("start_time").and_then(Json::time),
        image: json.text_at("executable.path"),
        session: json.int_at("session_id"),
        terminal: json.text_at("tty.path"),
        ..Process::default()
    };
    if let Some(uid) = of("euid") {
        process.account.sid = Text::from(uid.to_string());
        process.account.name = if uid == 0 {
            Text::new_static("root")
        } else {
            process.account.sid.clone()
        };
    }
    let (team, id) = (json.text_at("team_id"), json.text_at("signing_id"));
    process.signer = match (team.is_empty(), id.is_empty()) {
        (false, _) => Text::from(format!("{team}:{id}")),
        (true, false) => id,
        (true, true) => Text::default(),
    };
    // csflags: CS_VALID, CS_ADHOC of cs_blobs.h.
    const VALID: i64 = 0x1;
    const ADHOC: i64 = 0x2;
    let flags = json.int_at("codesigning_flags").unwrap_or_default();
    process.signature_status =
        Text::new_static(if json.text_at("cdhash").is_empty() || flags == 0 {
            "Unsigned"
        } else if json.text_at("is_platform_binary") == "true" {
            "Platform"
        } else if flags & ADHOC != 0 {
            "AdHoc"
        } else if flags & VALID != 0 {
            "Valid"
        } else {
            "Invalid"
        });
    let parent = json.get("parent_audit_token");
    let ppid = parent
        .and_then(|token| token.int_at("pid"))
        .or_else(|| json.int_at("ppid"));
    process.parent = ppid.map(|ppid| {
        let version = parent.and_then(|token| token.int_at("pidversion"));
        Arc::new(Process {
            guid: version
                .map(|v| Text::from(format!("{ppid}:{v}")))
                .unwrap_or_default(),
            ..Process::with_pid(ppid)
        })
    });
    process
}

/// A file that may not be there yet.
fn destination(json: &Json<'_>) -> Text {
    let destination = json.get("destination").unwrap_or(json);
    if let Some(file) = destination.get("existing_file") {
        return file.text_at("path");
    }
    match destination.get("new_path") {
        Some(new) => {
            let name = match new.str_at("filename") {
                "" => new.str_at("file_name"),
                name => name,
            };
            Text::from(format!(
                "{}/{name}",
                new.str_at("dir.path").trim_end_matches('/')
            ))
        }
        None => Text::default(),
    }
}

fn event(kind: &str, body: &Json<'_>, actor: Process) -> Option<Event> {
    // Flags of fcntl.h.
    const FWRITE: i64 = 0x2;
    let files = Table::DeviceFileEvents;
    let path = |name: &str| body.text_at(&format!("{name}.path"));
    let (table, action, path, previous) = match kind {
        "exec" => return executed(body, actor),
        "fork" => {
            let mut event = Event::new(Table::DeviceEvents, "ProcessForked");
            event.process = body.get("child").map(|child| Arc::new(process(child)));
            event.initiating = Some(Arc::new(actor));
            return Some(event);
        }
        "exit" => {
            let mut event = Event::new(Table::DeviceEvents, "ProcessExited");
            event.add("ExitStatus", body.text_at("stat"));
            event.process = Some(Arc::new(actor));
            return Some(event);
        }
        "create" => (files, "FileCreated", destination(body), Text::default()),
        "open"
            if body
                .int_at("fflag")
                .is_some_and(|flags| flags & FWRITE != 0) =>
        {
            (files, "FileModified", path("file"), Text::default())
        }
        "open" => (
            Table::DeviceEvents,
            "FileRead",
            path("file"),
            Text::default(),
        ),
        "write" | "truncate" => (files, "FileModified", path("target"), Text::default()),
        "close" if body.text_at("modified") == "true" => {
            (files, "FileModified", path("target"), Text::default())
        }
        "rename" => (files, "FileRenamed", destination(body), path("source")),
        "unlink" => (files, "FileDeleted", path("target"), Text::default()),
        "link" => {
            let new = format!("{}/{}", path("target_dir"), body.str_at("target_filename"));
            (files, "FileCreated", Text::from(new), path("source"))
        }
        "clone" => {
            let new = format!("{}/{}", path("target_dir"), body.str_at("target_name"));
            (files, "FileCreated", Text::from(new), path("source"))
        }
        "copyfile" => {
            let new = match path("target_file") {
                new if new.is_empty() => Text::from(format!(
                    "{}/{}",
                    path("target_dir"),
                    body.str_at("target_name")
                )),
                new => new,
            };
            (files, "FileCreated", new, path("source"))
        }
        "setmode" => (
            Table::DeviceEvents,
            "FilePermissionsModified",
            path("target"),
            Text::default(),
        ),
        "mmap" => (
            Table::DeviceImageLoadEvents,
            "ImageLoaded",
            path("source"),
            Text::default(),
        ),
        "kextload" => (
            Table::DeviceEvents,
            "DriverLoad",
            body.text_at("identifier"),
            Text::default(),
        ),
        "btm_launch_item_add" => return Some(launch_item(body, actor)),
        "xp_malware_detected" => {
            let path = body.text_at("detected_path");
            (
                Table::DeviceEvents,
                "AntivirusDetection",
                path,
                Text::default(),
            )
        }
        "get_task" | "trace" | "remote_thread_create" => {
            let mut event = Event::new(Table::DeviceEvents, "OpenProcessApiCall");
            event.process = body.get("target").map(|target| Arc::new(process(target)));
            event.initiating = Some(Arc::new(actor));
            return Some(event);
        }
        "login_login" | "openssh_login" | "lw_session_login" => {
            let failed = body.text_at("success") == "false";
            let action = if failed {
                "LogonFailed"
            } else {
                "LogonSuccess"
            };
            let mut event = Event::new(Table::DeviceLogonEvents, action);
            event.account_mut().name = body.text_at("username");
            event.account_mut().sid = body.text_at("uid");
            let address = body.text_at("source_address");
            if !address.is_empty() {
                event.network_mut().remote_ip = address;
            }
            event.initiating = Some(Arc::new(actor));
            return Some(event);
        }
        _ => return None,
    };
    let mut event = Event::new(table, action);
    event.file_mut().path = path;
    event.file_mut().previous_path = previous;
    if kind == "setmode" {
        event.add(
            "FileMode",
            Text::from(format!("{:04o}", body.int_at("mode")? & 0o7777)),
        );
    }
    event.initiating = Some(Arc::new(actor));
    Some(event)
}

/// The process changes its program: it is its own initiator, and its parent
/// that of both.
fn executed(body: &Json<'_>, actor: Process) -> Option<Event> {
    let mut event = Event::new(Table::DeviceProcessEvents, "ProcessCreated");
    let mut process = body.get("target").map(process)?;
    let arguments = body.get("args").map(Json::list).unwrap_or_default();
    process.set_arguments(arguments.iter().map(Json::text));
    process.cwd = body.text_at("cwd.path");
    let script = body.text_at("script.path");
    if !script.is_empty() {
        event.add("ExecutedFile", script);
    }
    // Who created it, as for every other sensor: the parent. What it ran
    // before is the acting process's own program.
    event.add("PreviousImage", actor.image.clone());
    event.initiating = process.parent.take();
    event.process = Some(Arc::new(process));
    Some(event)
}

/// Background task management: a launch agent, daemon or login item.
fn launch_item(body: &Json<'_>, actor: Process) -> Event {
    let mut event = Event::new(Table::DeviceEvents, "LaunchItemAdded");
    let url = body.text_at("item.item_url");
    let path = url.strip_prefix("file://").unwrap_or(&url);
    event.file_mut().path = Text::new(path);
    event.add("ExecutablePath", body.text_at("executable_path"));
    event.add("ItemType", body.text_at("item.item_type"));
    let instigator = body
        .get("instigator")
        .filter(|json| json.get("audit_token").is_some());
    event.initiating = Some(Arc::new(instigator.map_or(actor, process)));
    event
}
