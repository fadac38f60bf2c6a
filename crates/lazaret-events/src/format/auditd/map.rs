//! From the records of one audit event to events.

use std::{borrow::Cow, collections::BTreeMap};

use super::{
    Group,
    record::{self, Fields, decode, text},
    sockaddr::{self, Address},
};
use crate::{
    event::{Event, Platform, Process, Scalar, Table, Text, path},
    format::syscall,
    read::Sink,
};

/// A PATH record.
#[derive(Default)]
pub(crate) struct PathItem {
    /// As the program gave it.
    pub(crate) name: Text,
    /// `CREATE`, `DELETE`, `NORMAL`, `PARENT`.
    pub(crate) kind: Text,
    /// Mode in octal.
    pub(crate) mode: Text,
}

/// Everything known of a system call.
#[derive(Default)]
pub(crate) struct Call {
    name: &'static str,
    number: Text,
    pub(crate) success: bool,
    pub(crate) exit: i64,
    pub(crate) arguments: [u64; 4],
    pub(crate) process: Process,
    pub(crate) parent: Option<i64>,
    /// The parent, where more than its id is known.
    pub(crate) parent_process: Option<Process>,
    pub(crate) login: Text,
    pub(crate) comm: Text,
    pub(crate) key: Text,
    execve: BTreeMap<u32, Vec<u8>>,
    title: Vec<Text>,
    pub(crate) paths: Vec<PathItem>,
    pub(crate) address: Option<Address>,
}

fn str(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap_or_default()
}

fn int(bytes: &[u8]) -> Option<i64> {
    str(bytes).parse().ok()
}

/// Numbers of a system call's arguments are hexadecimal without `0x`.
fn hex(bytes: &[u8]) -> u64 {
    u64::from_str_radix(str(bytes).trim_start_matches("0x"), 16).unwrap_or_default()
}

/// Ids that mean none: -1 as an unsigned number, or its name.
fn id(bytes: &[u8]) -> Option<&[u8]> {
    (!matches!(bytes, b"4294967295" | b"-1" | b"unset" | b"?" | b"")).then_some(bytes)
}

/// Makes events of a group of records.
pub(super) fn events(group: &Group, sink: &mut Sink) {
    if !group.of_call() {
        return single(group, sink);
    }
    if !group.has_call {
        return sink.skip("audit records without their SYSCALL");
    }
    match collect(group).event() {
        Ok(mut event) => {
            common(&mut event, group);
            sink.event_at(event, group.place.clone());
        }
        Err(kind) => sink.skip(&kind),
    }
}

fn common(event: &mut Event, group: &Group) {
    event.time = Some(group.time);
    linux(event);
    event.device.name = group.node.clone();
}

fn linux(event: &mut Event) {
    event.platform = Some(Platform::Linux);
    event.channel = Text::new_static("auditd");
}

fn collect(group: &Group) -> Call {
    let mut call = Call::default();
    for part in &group.parts {
        let body = group.bytes.get(part.start..part.end).unwrap_or_default();
        let fields = Fields::new(body, group.interpreted);
        match part.kind.as_str() {
            "SYSCALL" | "1300" => of_call(&mut call, fields, group.interpreted),
            "EXECVE" | "1309" => arguments(&mut call.execve, fields, group.interpreted),
            "CWD" | "1307" => {
                for (key, value) in fields {
                    if key == b"cwd" {
                        call.process.cwd = text(&decode(value, group.interpreted));
                    }
                }
            }
            "PATH" | "1302" => {
                let mut item = PathItem::default();
                for (key, value) in fields {
                    match key {
                        b"name" => item.name = text(&decode(value, group.interpreted)),
                        b"nametype" => item.kind = text(value),
                        b"mode" => item.mode = text(value),
                        _ => {}
                    }
                }
                call.paths.push(item);
            }
            "PROCTITLE" | "1327" => {
                for (key, value) in fields {
                    if key == b"proctitle" {
                        let title = decode(value, group.interpreted);
                        let parts = title.split(|byte| *byte == 0);
                        call.title = parts.map(text).collect();
                        while call.title.len() > 1
                            && call.title.last().is_some_and(|t| t.is_empty())
                        {
                            call.title.pop();
                        }
                    }
                }
            }
            "SOCKADDR" | "1306" => {
                for (key, value) in fields {
                    let decoded = match key {
                        b"saddr" if value.first() == Some(&b'{') => {
                            sockaddr::interpreted(str(value))
                        }
                        b"saddr" => record::unhex(value).and_then(|b| sockaddr::decode(&b)),
                        _ => None,
                    };
                    call.address = decoded.or(call.address.take());
                }
            }
            _ => {}
        }
    }
    if call.execve.is_empty() && !call.title.is_empty() {
        let title = std::mem::take(&mut call.title);
        if let [one] = title.as_slice() {
            call.process.command_line = one.clone();
        } else {
            call.process.set_arguments(title);
        }
    }
    call
}

fn of_call(call: &mut Call, fields: Fields<'_>, interpreted: bool) {
    let mut arch: &[u8] = b"";
    let mut number: &[u8] = b"";
    for (key, value) in fields {
        match key {
            b"arch" => arch = value,
            b"syscall" => number = value,
            b"success" => call.success = value == b"yes",
            b"exit" => call.exit = exit(value),
            b"a0" => call.arguments[0] = hex(value),
            b"a1" => call.arguments[1] = hex(value),
            b"a2" => call.arguments[2] = hex(value),
            b"a3" => call.arguments[3] = hex(value),
            b"ppid" => call.parent = int(value),
            b"pid" => call.process.pid = int(value),
            b"auid" => call.login = id(value).map(text).unwrap_or_default(),
            b"uid" | b"euid" => {
                // Who it is allowed to be counts, not who started it.
                let account = &mut call.process.account;
                if int(value).is_some() {
                    account.sid = text(value);
                    account.name = if value == b"0" {
                        Text::new_static("root")
                    } else {
                        text(value)
                    };
                } else {
                    account.name = text(value);
                }
            }
            b"tty" => call.process.terminal = text(&decode(value, true)),
            b"ses" => call.process.session = id(value).and_then(int),
            b"comm" => call.comm = text(&decode(value, interpreted)),
            b"exe" => call.process.image = text(&decode(value, interpreted)),
            b"key" => {
                call.key = text(&decode(value, interpreted))
                    .replace('\u{1}', ",")
                    .into()
            }
            b"SYSCALL" => call.name = syscall::known(str(value)).unwrap_or_default(),
            b"EUID" => {
                let name = decode(value, true);
                if !name.starts_with(b"unknown(") {
                    call.process.account.name = text(&name);
                }
            }
            b"AUID" if !call.login.is_empty() => call.login = text(&decode(value, true)),
            _ => {}
        }
    }
    if call.name.is_empty() {
        call.set_name(str(arch), str(number));
    }
}

/// The result: a number, or as `ausearch -i` writes it, `EINPROGRESS(…)`.
fn exit(value: &[u8]) -> i64 {
    int(value).unwrap_or_else(|| {
        if value.starts_with(b"EINPROGRESS") {
            -115
        } else {
            -1
        }
    })
}

/// `a0="…"`, or long ones in parts: `a1_len=9000 a1[0]=… a1[1]=…`.
fn arguments(into: &mut BTreeMap<u32, Vec<u8>>, fields: Fields<'_>, interpreted: bool) {
    for (key, value) in fields {
        let Some(name) = str(key).strip_prefix('a') else {
            continue;
        };
        let digits = name.bytes().take_while(u8::is_ascii_digit).count();
        let Some((number, rest)) = name.split_at_checked(digits) else {
            continue;
        };
        let Ok(number) = number.parse::<u32>() else {
            continue;
        };
        if rest.is_empty() || rest.starts_with('[') {
            into.entry(number)
                .or_default()
                .extend_from_slice(&decode(value, interpreted));
        }
    }
}

impl Call {
    /// Names the call by its number on `arch`, or by its name.
    pub(crate) fn set_name(&mut self, arch: &str, number: &str) {
        let known = match number.parse() {
            Ok(number) => syscall::name(arch, number),
            Err(_) => syscall::known(number),
        };
        self.name = known.unwrap_or_default();
        self.number = Text::new(number);
    }

    /// The event of the call.
    ///
    /// # Errors
    /// What kind of call it is, where it is no event for us.
    pub(crate) fn event(&self) -> Result<Event, String> {
        let Some(mut event) = event(self) else {
            return Err(match (self.name, self.success) {
                ("", _) => format!("syscall {}", self.number),
                (name, true) => name.to_owned(),
                (name, false) => format!("failed {name}"),
            });
        };
        event.add("AuditLoginUser", self.login.clone());
        event.add("AuditKey", self.key.clone());
        event.add("SyscallName", Text::new_static(self.name));
        linux(&mut event);
        Ok(event)
    }

    /// The parent, as far as it is known.
    fn parent(&self) -> Option<Box<Process>> {
        let known = self.parent_process.clone();
        known
            .or_else(|| self.parent.map(Process::with_pid))
            .map(Box::new)
    }

    /// The process that acted, with its parent.
    fn actor(&self) -> Process {
        let mut process = self.process.clone();
        if process.image.is_empty() {
            process.image = self.comm.clone();
        }
        process.parent = self.parent();
        process
    }

    /// A path of a PATH record, from the root.
    fn resolve(&self, item: &PathItem) -> Text {
        // Relative to another folder than the current one: not known which.
        const CURRENT: u64 = 0xffff_ff9c;
        let at = self.name.ends_with("at") || self.name.ends_with("at2");
        let known = !at || self.arguments[0] & 0xffff_ffff == CURRENT;
        if known || item.name.starts_with('/') {
            return Text::from(path::absolute(&self.process.cwd, &item.name));
        }
        let folder = self
            .paths
            .iter()
            .find(|p| p.kind == "PARENT" && p.name.starts_with('/'));
        match folder {
            Some(folder) => Text::from(path::join(&folder.name, path::file_name(&item.name))),
            None => item.name.clone(),
        }
    }

    fn first(&self, kinds: &[&str]) -> Option<&PathItem> {
        let named = |item: &&PathItem| !item.name.is_empty();
        kinds.iter().find_map(|kind| {
            self.paths
                .iter()
                .filter(named)
                .find(|item| item.kind == *kind)
        })
    }
}

fn event(call: &Call) -> Option<Event> {
    match call.name {
        "execve" | "execveat" if call.success => Some(executed(call)),
        "fork" | "vfork" | "clone" | "clone3" if call.success && call.exit > 0 => forked(call),
        "exit_group" => {
            let mut event = Event::new(Table::DeviceEvents, "ProcessExited");
            event.initiating = call.parent();
            event.process = Some(Box::new(call.process.clone()));
            Some(event)
        }
        "connect" | "sendto" | "sendmsg" | "sendmmsg" | "bind" | "accept" | "accept4" => {
            network(call)
        }
        "init_module" | "finit_module" if call.success => {
            let mut event = acted(call, Table::DeviceEvents, "DriverLoad");
            if let Some(item) = call.first(&["NORMAL"]) {
                event.file_mut().path = call.resolve(item);
            }
            Some(event)
        }
        "ptrace" if call.success => Some(acted(call, Table::DeviceEvents, "OpenProcessApiCall")),
        "memfd_create" if call.success => {
            Some(acted(call, Table::DeviceEvents, "MemoryFileCreated"))
        }
        _ if call.success => file(call),
        _ => None,
    }
}

fn acted(call: &Call, table: Table, action: &str) -> Event {
    let mut event = Event::new(table, action);
    event.initiating = Some(Box::new(call.actor()));
    event
}

fn executed(call: &Call) -> Event {
    let mut event = Event::new(Table::DeviceProcessEvents, "ProcessCreated");
    let mut process = call.process.clone();
    if !call.execve.is_empty() {
        process.set_arguments(call.execve.values().map(|argument| text(argument)));
    }
    let file = call.paths.first().filter(|item| !item.name.is_empty());
    if let Some(item) = file {
        let executed = call.resolve(item);
        if process.image.is_empty() {
            process.image = executed;
        } else if executed != process.image {
            // A script's interpreter runs, or the path was a link.
            event
                .additional
                .push((Text::new_static("ExecutedFile"), Scalar::Text(executed)));
        }
    }
    process.created = None;
    event.initiating = call.parent();
    event.process = Some(Box::new(process));
    event
}

/// A new process with its parent's program; threads are none.
fn forked(call: &Call) -> Option<Event> {
    const CLONE_THREAD: u64 = 0x1_0000;
    if call.name == "clone" && call.arguments[0] & CLONE_THREAD != 0 {
        return None;
    }
    let mut event = Event::new(Table::DeviceEvents, "ProcessForked");
    let mut child = call.process.clone();
    child.pid = Some(call.exit);
    event.process = Some(Box::new(child));
    event.initiating = Some(Box::new(call.actor()));
    Some(event)
}

fn network(call: &Call) -> Option<Event> {
    let Some(Address::Ip(address, port)) = &call.address else {
        return None;
    };
    const EINPROGRESS: i64 = -115;
    let done = call.success || call.exit == EINPROGRESS;
    let (action, outbound) = match call.name {
        "bind" if done => ("ListeningConnectionCreated", false),
        "accept" | "accept4" if done => ("InboundConnectionAccepted", false),
        "bind" | "accept" | "accept4" => return None,
        _ if call.success => ("ConnectionSuccess", true),
        _ if done => ("ConnectionAttempt", true),
        _ => ("ConnectionFailed", true),
    };
    let mut event = acted(call, Table::DeviceNetworkEvents, action);
    let network = event.network_mut();
    network.outbound = Some(outbound);
    if call.name == "bind" {
        network.local_ip = Text::new(address);
        network.local_port = Some(*port);
    } else {
        network.remote_ip = Text::new(address);
        network.remote_port = Some(*port);
    }
    Some(event)
}

fn file(call: &Call) -> Option<Event> {
    let created = call.first(&["CREATE"]);
    let deleted = call.first(&["DELETE"]);
    let normal = call.first(&["NORMAL", "UNKNOWN", ""]);
    let open_flags = match call.name {
        "open" => call.arguments[1],
        "openat" => call.arguments[2],
        "creat" => 1,
        // Its flags are in memory; created files are told by their record.
        "openat2" => 0,
        _ => u64::MAX,
    };
    let (table, action, item) = match call.name {
        "rename" | "renameat" | "renameat2" => {
            (Table::DeviceFileEvents, "FileRenamed", created.or(deleted)?)
        }
        "unlink" | "unlinkat" => {
            const AT_REMOVEDIR: u64 = 0x200;
            let folder = call.name == "unlinkat" && call.arguments[2] & AT_REMOVEDIR != 0;
            let action = if folder {
                "FolderDeleted"
            } else {
                "FileDeleted"
            };
            (Table::DeviceFileEvents, action, deleted?)
        }
        "rmdir" => (Table::DeviceFileEvents, "FolderDeleted", deleted?),
        "mkdir" | "mkdirat" => (Table::DeviceFileEvents, "FolderCreated", created?),
        "link" | "linkat" | "symlink" | "symlinkat" | "mknod" | "mknodat" => {
            (Table::DeviceFileEvents, "FileCreated", created?)
        }
        "chmod" | "fchmod" | "fchmodat" | "fchmodat2" | "setxattr" | "chown" => {
            (Table::DeviceEvents, "FilePermissionsModified", normal?)
        }
        "truncate" | "ftruncate" => (Table::DeviceFileEvents, "FileModified", normal?),
        _ if open_flags != u64::MAX => match created {
            Some(item) => (Table::DeviceFileEvents, "FileCreated", item),
            None if open_flags & 3 != 0 => (Table::DeviceFileEvents, "FileModified", normal?),
            None => (Table::DeviceEvents, "FileRead", normal?),
        },
        _ => return None,
    };
    let mut event = acted(call, table, action);
    let file = event.file_mut();
    file.path = call.resolve(item);
    match call.name {
        "rename" | "renameat" | "renameat2" => {
            file.previous_path = deleted.map(|item| call.resolve(item)).unwrap_or_default();
        }
        "link" | "linkat" => {
            file.previous_path = normal.map(|item| call.resolve(item)).unwrap_or_default();
        }
        _ => {}
    }
    let mode = match call.name {
        "chmod" | "fchmod" => Some(call.arguments[1]),
        "fchmodat" | "fchmodat2" => Some(call.arguments[2]),
        _ => None,
    };
    match mode {
        Some(mode) => event.add("FileMode", Text::from(format!("{:04o}", mode & 0o7777))),
        None => event.add("FileMode", permissions(&item.mode)),
    }
    Some(event)
}

/// The permissions of a PATH record's mode (`0100644`, or `file,644`).
fn permissions(mode: &str) -> Text {
    let digits = mode.rsplit(',').next().unwrap_or_default();
    match u32::from_str_radix(digits, 8) {
        Ok(mode) => Text::from(format!("{:04o}", mode & 0o7777)),
        Err(_) => Text::default(),
    }
}

/// Records that are an event by themselves.
fn single(group: &Group, sink: &mut Sink) {
    for part in &group.parts {
        let body = group.bytes.get(part.start..part.end).unwrap_or_default();
        let mut values: Vec<(&[u8], Cow<'_, [u8]>)> = Vec::new();
        for (key, value) in Fields::new(body, group.interpreted) {
            values.push((key, Cow::Borrowed(value)));
        }
        let get = |key: &str| {
            let found = values.iter().find(|(name, _)| *name == key.as_bytes());
            found.map_or(&b""[..], |(_, value)| value)
        };
        let plain = |key: &str| text(&decode(get(key), true));
        let good = matches!(get("res"), b"success" | b"1" | b"yes");
        let mut event = match part.kind.as_str() {
            "USER_LOGIN" | "USER_AUTH" | "1112" | "1100" => {
                let action = if good { "LogonSuccess" } else { "LogonFailed" };
                let mut event = Event::new(Table::DeviceLogonEvents, action);
                let name = match decode(get("acct"), group.interpreted) {
                    name if name.is_empty() => plain("id"),
                    name => text(&name),
                };
                event.account_mut().name = name;
                let address = plain("addr");
                if !address.is_empty() {
                    event.network_mut().remote_ip = address;
                }
                event
            }
            "USER_CMD" | "1123" => {
                let mut event = Event::new(Table::DeviceEvents, "UserCommand");
                event.add("Command", text(&decode(get("cmd"), group.interpreted)));
                event
            }
            kind => {
                sink.skip(kind);
                continue;
            }
        };
        let process = event.initiating_mut();
        process.pid = int(get("pid"));
        process.image = text(&decode(get("exe"), group.interpreted));
        process.cwd = text(&decode(get("cwd"), group.interpreted));
        process.terminal = plain("terminal");
        process.account.sid = plain("uid");
        process.account.name = match plain("UID") {
            name if name.is_empty() => plain("uid"),
            name => name,
        };
        if let Some(login) = id(get("auid")) {
            event.add("AuditLoginUser", text(login));
        }
        common(&mut event, group);
        sink.event_at(event, group.place.clone());
    }
}
