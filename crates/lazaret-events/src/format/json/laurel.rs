//! laurel's JSON Lines: one audit event an object, records as members.
//!
//! <https://github.com/threathunters-io/laurel>

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
        call.parent_process = Some(Process {
            pid: call.parent,
            image: parent.text_at("exe"),
            guid: parent.text_at("ID"),
            ..Process::default()
        });
        if let Some(parent) = &mut call.parent_process
            && let Some(ppid) = json.int_at("PARENT_INFO.ppid")
        {
            parent.parent = Some(Box::new(Process::with_pid(ppid)));
        }
    }
    call.process.cwd = json.text_at("CWD.cwd");
    let argv = |record: &str| -> Vec<Text> {
        let Some(record) = json.get(record) else {
            return Vec::new();
        };
        match record.get("ARGV").map(Json::list) {
            Some(list) if !list.is_empty() => list.iter().map(Json::text).collect(),
            _ => record
                .get("ARGV_STR")
                .map(|line| line.str().split(' ').map(Text::new).collect())
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
            name: item.text_at("name"),
            kind: item.text_at("nametype"),
            mode: Text::new(item.text_at("mode").trim_start_matches("0o")),
        });
    }
    let address = json.at("SOCKADDR.SADDR").or_else(|| json.get("SOCKADDR"));
    if let Some(address) = address {
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
    for (index, slot) in call.arguments.iter_mut().enumerate() {
        if let Some(value) = syscall.get(&format!("a{index}")) {
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
    call.process.image = syscall.text_at("exe");
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
