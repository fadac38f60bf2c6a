//! Falco's JSON output: an alert with the fields its rule asked for.
//!
//! <https://falco.org/docs/reference/rules/supported-fields/>

use std::sync::Arc;

use super::Json;
use crate::{
    event::{Event, Platform, Process, Table, Text},
    read::Sink,
};

pub(super) fn knows(json: &Json<'_>) -> bool {
    json.get("output_fields").is_some() && json.get("rule").is_some()
}

pub(super) fn decode(json: &Json<'_>, sink: &mut Sink) {
    let Some(fields) = json.get("output_fields") else {
        return sink.unreadable("a Falco alert without output_fields");
    };
    let time = json.get("time").and_then(Json::time);
    let time = time.or_else(|| fields.get("evt.time").and_then(Json::time));
    let mut event = event(fields);
    event.time = time;
    event.platform = Some(Platform::Linux);
    event.channel = Text::new_static("falco");
    event.device.name = match json.text_at("hostname") {
        name if name.is_empty() => fields.text_at("evt.hostname"),
        name => name,
    };
    event.add("Rule", json.text_at("rule"));
    event.add("Priority", json.text_at("priority"));
    event.add("Output", json.text_at("output"));
    for (name, value) in fields.members() {
        let other = ["container.", "k8s.", "evt.arg", "evt.type", "fd.typechar"];
        if other.iter().any(|start| name.starts_with(start))
            && let Some(value) = value.scalar()
        {
            event.add(name, value);
        }
    }
    sink.event(event);
}

fn process(fields: &Json<'_>) -> Process {
    let path = match fields.text_at("proc.exepath") {
        path if path.is_empty() => fields.text_at("proc.name"),
        path => path,
    };
    let mut process = Process {
        pid: fields.int_at("proc.pid"),
        image: path,
        command_line: fields.text_at("proc.cmdline"),
        cwd: fields.text_at("proc.cwd"),
        session: fields.int_at("proc.sid"),
        created: fields.get("proc.pid.ts").and_then(Json::time),
        ..Process::default()
    };
    let tty = fields.text_at("proc.tty");
    process.terminal = if tty == "0" { Text::default() } else { tty };
    process.account.name = fields.text_at("user.name");
    process.account.sid = fields.text_at("user.uid");
    // The parent, then as many ancestors as the rule asked for.
    let mut ancestors = vec![Process {
        pid: fields.int_at("proc.ppid"),
        image: match fields.text_at("proc.pexepath") {
            path if path.is_empty() => fields.text_at("proc.pname"),
            path => path,
        },
        command_line: fields.text_at("proc.pcmdline"),
        ..Process::default()
    }];
    for depth in 2..16 {
        let of = |field: &str| format!("proc.{field}[{depth}]");
        let ancestor = Process {
            pid: fields.int_at(&of("apid")),
            image: match fields.text_at(&of("aexepath")) {
                path if path.is_empty() => fields.text_at(&of("aname")),
                path => path,
            },
            command_line: fields.text_at(&of("acmdline")),
            ..Process::default()
        };
        if ancestor == Process::default() {
            break;
        }
        ancestors.push(ancestor);
    }
    let chain = ancestors
        .into_iter()
        .rev()
        .fold(None, |parent, mut ancestor: Process| {
            ancestor.parent = parent;
            Some(Arc::new(ancestor))
        });
    process.parent = chain.filter(|parent| **parent != Process::default());
    process
}

fn event(fields: &Json<'_>) -> Event {
    let kind = fields.str_at("evt.type");
    let remote = first(fields, &["fd.rip", "fd.sip"]);
    let name = fields.text_at("fd.name");
    let kind = match kind {
        "" if !remote.is_empty() => "connect",
        "" if name.starts_with('/') => "open",
        "" => "execve",
        kind => kind,
    };
    let mut actor = process(fields);
    match kind {
        "execve" | "execveat" => {
            let mut event = Event::new(Table::DeviceProcessEvents, "ProcessCreated");
            event.initiating = actor.parent.take();
            event.process = Some(Arc::new(actor));
            event
        }
        "connect" | "sendto" | "sendmsg" | "accept" | "accept4" | "bind" | "listen" => {
            let mut event = Event::new(
                Table::DeviceNetworkEvents,
                match kind {
                    "accept" | "accept4" => "InboundConnectionAccepted",
                    "bind" | "listen" => "ListeningConnectionCreated",
                    _ => "ConnectionSuccess",
                },
            );
            let network = event.network_mut();
            network.outbound = Some(!matches!(kind, "accept" | "accept4" | "bind" | "listen"));
            network.remote_ip = remote;
            network.remote_port = first(fields, &["fd.rport", "fd.sport"]).parse().ok();
            network.remote_url = first(fields, &["fd.rip.name", "fd.sip.name"]);
            network.local_ip = first(fields, &["fd.lip", "fd.cip"]);
            network.local_port = first(fields, &["fd.lport", "fd.cport"]).parse().ok();
            network.protocol = crate::format::windows::protocol(fields.str_at("fd.l4proto"));
            event.initiating = Some(Arc::new(actor));
            event
        }
        _ => {
            let flags = first(fields, &["evt.arg.flags", "evt.args"]);
            let path = first(
                fields,
                &["fd.name", "evt.arg.path", "evt.arg.name", "fs.path.name"],
            );
            let (table, action) = match kind {
                "rename" | "renameat" | "renameat2" => (Table::DeviceFileEvents, "FileRenamed"),
                "unlink" | "unlinkat" => (Table::DeviceFileEvents, "FileDeleted"),
                "mkdir" | "mkdirat" => (Table::DeviceFileEvents, "FolderCreated"),
                "creat" | "symlink" | "symlinkat" | "link" | "linkat" => {
                    (Table::DeviceFileEvents, "FileCreated")
                }
                "chmod" | "fchmod" | "fchmodat" => (Table::DeviceEvents, "FilePermissionsModified"),
                _ if flags.contains("O_CREAT") || flags.contains("F_CREATED") => {
                    (Table::DeviceFileEvents, "FileCreated")
                }
                _ if kind.starts_with("open")
                    && !flags.contains("O_WRONLY")
                    && !flags.contains("O_RDWR") =>
                {
                    (Table::DeviceEvents, "FileRead")
                }
                _ if kind.starts_with("open") || kind.starts_with("write") => {
                    (Table::DeviceFileEvents, "FileModified")
                }
                _ => (Table::DeviceEvents, "FalcoAlert"),
            };
            let mut event = Event::new(table, action);
            if !path.is_empty() {
                event.file_mut().path = match kind.starts_with("rename") {
                    true => first(fields, &["evt.arg.newpath", "fs.path.target", "fd.name"]),
                    false => path,
                };
                if kind.starts_with("rename") {
                    event.file_mut().previous_path =
                        first(fields, &["evt.arg.oldpath", "fs.path.source"]);
                }
            }
            event.initiating = Some(Arc::new(actor));
            event
        }
    }
}

fn first(fields: &Json<'_>, names: &[&str]) -> Text {
    let mut texts = names.iter().map(|name| fields.text_at(name));
    texts
        .find(|text| !text.is_empty() && text != "<NA>")
        .unwrap_or_default()
}
