//! laurel's JSON Lines: one audit event an object, records as members.
//!
//! <https://github.com/threathunters-io/laurel>

use std::sync::Arc;

use super::Json;
use crate::{
    event::{Process, Text},
    format::auditd::{Address, Call, PathItem},
    read::Sink,
};

pub(super) fn knows(json: &Json<'_>) -> bool {
    json.get("ID").is_some_and(|id| id.str().contains(':'))
        && (json.get("SYSCALL").is_some()
            || json.get("NODE").is_some()
            || json
                .members()
                .iter()
                .any(|(name, _)| name.starts_with("USER_")))
}

pub(super) fn decode(json: &Json<'_>, sink: &mut Sink) {
    let id = json.str_at("ID");
    let time = id
        .split_once(':')
        .and_then(|(time, _)| crate::format::time::parse(time));
    let serial = id
        .rsplit_once(':')
        .and_then(|(_, serial)| serial.parse().ok());
    if let Some(serial) = serial {
        sink.place.record = serial;
    }
    let Some(time) = time else {
        return sink.unreadable("a laurel record whose ID has no time");
    };
    let Some(syscall) = json.get("SYSCALL") else {
        let kind = json
            .members()
            .iter()
            .find(|(name, _)| name != "ID" && name != "NODE");
        return sink.skip(kind.map_or("laurel record", |(name, _)| name.as_ref()));
    };
    let mut call = Call::default();
    of_call(&mut call, syscall);
    if let Some(parent) = json.get("PARENT_INFO").or_else(|| syscall.get("PPID")) {
        let above = parent.int_at("ppid").map(Process::with_pid).map(Arc::new);
        call.parent_process = Some(Process {
            pid: call.parent,
            image: parent.get("exe").map(decoded).unwrap_or_default(),
            parent: above,
            ..Process::default()
        });
    }
    call.process.cwd = json.at("CWD.cwd").map(decoded).unwrap_or_default();
    let argv = |record: &str| -> Vec<Text> {
        let Some(record) = json.get(record) else {
            return Vec::new();
        };
        match record.get("ARGV").map(Json::list) {
            Some(list) if !list.is_empty() => list.iter().map(decoded).collect(),
            _ => record
                .get("ARGV_STR")
                .map(|line| decoded(line).split(' ').map(Text::new).collect())
                .unwrap_or_default(),
        }
    };
    let execve = argv("EXECVE");
    if execve.is_empty() {
        let title = argv("PROCTITLE");
        if title.is_empty() {
            call.process.command_line = json.text_at("PROCTITLE.proctitle");
        } else {
            call.process.set_arguments(title);
        }
    } else {
        call.process.set_arguments(execve);
    }
    for item in json.get("PATH").map(Json::list).unwrap_or_default() {
        call.paths.push(PathItem {
            name: item.get("name").map(decoded).unwrap_or_default(),
            kind: item.text_at("nametype"),
            mode: Text::new(item.text_at("mode").trim_start_matches("0o")),
        });
    }
    let address = json.get("SOCKADDR");
    let address = address.map(|list| list.list().first().unwrap_or(list));
    if let Some(address) = address.map(|one| one.get("SADDR").unwrap_or(one)) {
        let ip = [address.text_at("laddr"), address.text_at("addr")];
        let ip = ip.iter().find(|ip| !ip.is_empty());
        let port = address.int_at("lport").or_else(|| address.int_at("port"));
        if let (Some(ip), Some(port)) = (ip, port.and_then(|port| u16::try_from(port).ok())) {
            call.address = Some(Address::Ip(ip.to_string(), port));
        }
    }
    match call.event() {
        Ok(mut event) => {
            event.time = Some(time);
            event.device.name = json.text_at("NODE");
            sink.event(event);
        }
        Err(kind) => sink.skip(&kind),
    }
}

fn of_call(call: &mut Call, syscall: &Json<'_>) {
    let named = syscall.str_at("SYSCALL");
    let number = syscall.get("syscall").map(Json::text).unwrap_or_default();
    let arch = syscall.text_at("arch");
    let arch = match syscall.str_at("ARCH") {
        "" => arch.trim_start_matches("0x"),
        arch => arch,
    };
    call.set_name(arch, if named.is_empty() { &number } else { named });
    call.success = matches!(syscall.str_at("success"), "yes")
        || syscall.at("success") == Some(&Json::Bool(true));
    call.exit = syscall.int_at("exit").unwrap_or_default();
    let list = syscall.get("ARGV").map(Json::list).unwrap_or_default();
    for (index, slot) in call.arguments.iter_mut().enumerate() {
        if let Some(value) = list
            .get(index)
            .or_else(|| syscall.get(&format!("a{index}")))
        {
            let text = value.text();
            *slot = u64::from_str_radix(text.trim_start_matches("0x"), 16).unwrap_or_default();
        }
    }
    call.parent = syscall.int_at("ppid");
    call.process.pid = syscall.int_at("pid");
    call.process.session = syscall.int_at("ses").filter(|ses| *ses != 4_294_967_295);
    let terminal = syscall.text_at("tty");
    call.process.terminal = if terminal == "(none)" {
        Text::default()
    } else {
        terminal
    };
    let uid = syscall.get("euid").or_else(|| syscall.get("uid"));
    let uid = uid.map(Json::text).unwrap_or_default();
    let name = match syscall.text_at("EUID") {
        name if name.is_empty() => syscall.text_at("UID"),
        name => name,
    };
    call.process.account.name = if name.is_empty() { uid.clone() } else { name };
    call.process.account.sid = uid;
    call.process.image = syscall.get("exe").map(decoded).unwrap_or_default();
    call.comm = syscall.text_at("comm");
    call.key = syscall.text_at("key");
    call.login = match syscall.text_at("AUID") {
        name if name.is_empty() => syscall.text_at("auid"),
        name => name,
    };
    if matches!(call.login.as_str(), "unset" | "4294967295") {
        call.login = Text::default();
    }
}

/// Text without laurel's percent-encoding of all but plain ASCII.
fn decoded(json: &Json<'_>) -> Text {
    let text = json.text();
    if !text.contains('%') {
        return text;
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(at) = rest.find('%') {
        bytes.extend_from_slice(rest.get(..at).unwrap_or_default().as_bytes());
        let hex = rest.get(at + 1..at + 3);
        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = rest.get(at + 3..).unwrap_or_default();
            }
            None => {
                bytes.push(b'%');
                rest = rest.get(at + 1..).unwrap_or_default();
            }
        }
    }
    bytes.extend_from_slice(rest.as_bytes());
    Text::new(String::from_utf8_lossy(&bytes))
}
