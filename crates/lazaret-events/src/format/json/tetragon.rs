//! Tetragon's JSON export.
//!
//! <https://tetragon.io/docs/reference/grpc-api/>

use std::sync::Arc;

use super::Json;
use crate::{
    event::{Event, Platform, Process, Table, Text},
    read::Sink,
};

const KINDS: [&str; 6] = [
    "process_exec",
    "process_exit",
    "process_kprobe",
    "process_tracepoint",
    "process_loader",
    "process_lsm",
];

pub(super) fn knows(json: &Json<'_>) -> bool {
    KINDS.iter().any(|kind| {
        json.at(kind)
            .is_some_and(|event| event.get("process").is_some())
    })
}

pub(super) fn decode(json: &Json<'_>, sink: &mut Sink) {
    let found = KINDS
        .iter()
        .find_map(|kind| json.get(kind).map(|body| (*kind, body)));
    let Some((kind, body)) = found else {
        return sink.unreadable("a Tetragon record of no kind that we know");
    };
    let mut actor = body.get("process").map(process).unwrap_or_default();
    actor.parent = body.get("parent").map(|parent| Arc::new(process(parent)));
    if let Some(ancestors) = body.get("ancestors")
        && let Some(parent) = &mut actor.parent
    {
        // Nearest first; the parent itself is not among them.
        let chain = ancestors.list().iter().rev().fold(None, |above, ancestor| {
            let mut ancestor = process(ancestor);
            ancestor.parent = above;
            Some(Arc::new(ancestor))
        });
        Arc::make_mut(parent).parent = chain;
    }
    let event = match kind {
        "process_exec" => {
            let mut event = Event::new(Table::DeviceProcessEvents, "ProcessCreated");
            event.initiating = actor.parent.take();
            event.process = Some(Arc::new(actor));
            Some(event)
        }
        "process_exit" => {
            let mut event = Event::new(Table::DeviceEvents, "ProcessExited");
            event.add("ExitStatus", body.text_at("status"));
            event.add("Signal", body.text_at("signal"));
            event.initiating = actor.parent.take();
            event.process = Some(Arc::new(actor));
            Some(event)
        }
        "process_loader" => {
            let mut event = Event::new(Table::DeviceImageLoadEvents, "ImageLoaded");
            event.file_mut().path = body.text_at("path");
            event.initiating = Some(Arc::new(actor));
            Some(event)
        }
        _ => called(body, actor),
    };
    let Some(mut event) = event else {
        let function = body.text_at("function_name");
        return sink.skip(&format!("tetragon {kind} {function}"));
    };
    event.time = json.get("time").and_then(Json::time);
    event.platform = Some(Platform::Linux);
    event.channel = Text::new_static("tetragon");
    event.device.name = json.text_at("node_name");
    event.add("Function", body.text_at("function_name"));
    event.add("PolicyName", body.text_at("policy_name"));
    event.add("Pod", body.text_at("process.pod.name"));
    event.add("Namespace", body.text_at("process.pod.namespace"));
    sink.event(event);
}

fn process(json: &Json<'_>) -> Process {
    let image = json.text_at("binary");
    let arguments = json.str_at("arguments");
    let mut process = Process {
        pid: json.int_at("pid"),
        guid: json.text_at("exec_id"),
        created: json.get("start_time").and_then(Json::time),
        command_line: match arguments {
            "" => image.clone(),
            arguments => Text::from(format!("{image} {arguments}")),
        },
        cwd: json.text_at("cwd"),
        image,
        ..Process::default()
    };
    process.account.sid = json.text_at("uid");
    process.account.name = match json.text_at("process_credentials.user_name") {
        name if name.is_empty() => json.text_at("user.name"),
        name => name,
    };
    if process.account.name.is_empty() {
        let root = process.account.sid == "0";
        process.account.name = if root {
            Text::new_static("root")
        } else {
            process.account.sid.clone()
        };
    }
    process
}

/// What a probed function was called with.
fn called(body: &Json<'_>, actor: Process) -> Option<Event> {
    let function = body.str_at("function_name");
    let function = ["__x64_", "__arm64_"]
        .iter()
        .find_map(|prefix| function.strip_prefix(prefix))
        .unwrap_or(function);
    let arguments = body.get("args").map(Json::list).unwrap_or_default();
    let of = |names: &[&str]| {
        arguments
            .iter()
            .find_map(|argument| names.iter().find_map(|name| argument.get(name)))
    };
    let mut event = if let Some(socket) = of(&["sock_arg", "skb_arg", "sockaddr_arg"]) {
        let action = if function.contains("accept") {
            "InboundConnectionAccepted"
        } else if function.contains("listen") || function.contains("bind") {
            "ListeningConnectionCreated"
        } else {
            "ConnectionSuccess"
        };
        let mut event = Event::new(Table::DeviceNetworkEvents, action);
        let text = |names: &[&str]| {
            let mut texts = names.iter().map(|name| socket.text_at(name));
            texts.find(|text| !text.is_empty()).unwrap_or_default()
        };
        let network = event.network_mut();
        network.outbound = Some(action == "ConnectionSuccess");
        network.remote_ip = text(&["daddr", "addr"]);
        network.remote_port = text(&["dport", "port"]).parse().ok();
        network.local_ip = text(&["saddr"]);
        network.local_port = text(&["sport"]).parse().ok();
        network.protocol = crate::format::windows::protocol(
            socket.str_at("protocol").trim_start_matches("IPPROTO_"),
        );
        event
    } else {
        let paths: Vec<Text> = arguments
            .iter()
            .filter_map(|argument| {
                let file = argument
                    .get("file_arg")
                    .or_else(|| argument.get("path_arg"));
                let text = match file {
                    Some(file) => file.text_at("path"),
                    None => argument.text_at("string_arg"),
                };
                (!text.is_empty()).then_some(text)
            })
            .collect();
        let (first, last) = (paths.first()?, paths.last()?);
        let numbers: Vec<i64> = arguments
            .iter()
            .filter_map(|argument| argument.int_at("int_arg"))
            .collect();
        const MAY_WRITE: i64 = 2;
        let (table, action) = match function {
            f if f.contains("rename") => (Table::DeviceFileEvents, "FileRenamed"),
            f if f.contains("unlink") => (Table::DeviceFileEvents, "FileDeleted"),
            f if f.contains("mkdir") => (Table::DeviceFileEvents, "FolderCreated"),
            f if f.contains("create") || f.contains("link") => {
                (Table::DeviceFileEvents, "FileCreated")
            }
            f if f.contains("module") => (Table::DeviceEvents, "DriverLoad"),
            "sys_write" | "security_path_truncate" => (Table::DeviceFileEvents, "FileModified"),
            "security_file_permission" | "security_mmap_file"
                if numbers.last().is_some_and(|mask| mask & MAY_WRITE != 0) =>
            {
                (Table::DeviceFileEvents, "FileModified")
            }
            _ => (Table::DeviceEvents, "FileRead"),
        };
        let mut event = Event::new(table, action);
        event.file_mut().path = last.clone();
        if action == "FileRenamed" {
            event.file_mut().previous_path = first.clone();
        }
        event
    };
    event.initiating = Some(Arc::new(actor));
    Some(event)
}
