//! From a system call to the event that it is.

use std::sync::Arc;

use super::{Address, Call, record::text};
use crate::{
    event::{Event, Scalar, Table, Text},
    format::syscall,
};

impl Call {
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
        super::linux(&mut event);
        Ok(event)
    }
}

fn event(call: &Call) -> Option<Event> {
    match call.name {
        "execve" | "execveat" if call.success => Some(executed(call)),
        name if syscall::is_fork(name) && call.success && call.exit > 0 => forked(call),
        "exit_group" => {
            let mut event = Event::new(Table::DeviceEvents, "ProcessExited");
            event.initiating = call.parent();
            event.process = Some(Arc::new(call.process.clone()));
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
    event.initiating = Some(Arc::new(call.actor()));
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
    event.process = Some(Arc::new(process));
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
    event.process = Some(Arc::new(child));
    event.initiating = Some(Arc::new(call.actor()));
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
