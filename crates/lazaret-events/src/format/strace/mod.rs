//! strace's output (`strace -f -tt -o file`), with what a trace from the
//! start tells: who is whose child, and what each process runs.

mod call;
mod dns;

use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
};

use call::{Body, Line};

use crate::{
    event::{Event, Platform, Process, Table, Text, Time, path},
    format::{syscall, time},
    read::Sink,
};

/// Processes remembered at once.
const PROCESSES: usize = 1 << 16;

/// Questions for names that wait for their answer, and forks for their end.
const ASKED: usize = 256;

/// A process of the trace.
#[derive(Clone, Default)]
struct Known {
    process: Process,
    /// For a thread, the process it is of.
    leader: Option<i64>,
}

/// Reads lines, remembering processes and calls that are not finished.
#[derive(Default)]
pub(crate) struct Strace {
    known: HashMap<i64, Known>,
    unfinished: HashMap<i64, (String, String, Option<Time>)>,
    /// Those of them that start a process now.
    forking: Vec<i64>,
    /// The latest questions for names.
    asked: VecDeque<(u16, String)>,
    /// Where the clock was, for traces that tell the time of day only.
    clock: Option<Clock>,
}

/// Days are not written; they pass at midnight.
#[derive(Clone, Copy)]
struct Clock {
    midnight: i64,
    last: i64,
}

impl Strace {
    /// Takes one line; false where it is none of strace's.
    pub(crate) fn line(&mut self, line: &[u8], sink: &mut Sink) -> bool {
        let Ok(text) = std::str::from_utf8(line) else {
            return false;
        };
        let Some(Line { pid, time, body }) = call::line(text) else {
            return false;
        };
        let time = self.time(time, sink);
        let pid = pid.unwrap_or(0);
        match body {
            Body::Call { name, rest } => self.call(pid, time, name, rest, sink),
            Body::Unfinished { name, arguments } => {
                if syscall::is_fork(name) && self.forking.len() < ASKED {
                    self.forking.push(pid);
                }
                if self.unfinished.len() < PROCESSES {
                    let call = (name.to_owned(), arguments.to_owned(), time);
                    self.unfinished.insert(pid, call);
                }
            }
            Body::Resumed { name, rest } => {
                if syscall::is_fork(name) {
                    self.forking.retain(|forking| *forking != pid);
                }
                match self.unfinished.remove(&pid) {
                    Some((begun, mut arguments, time)) if begun == name => {
                        arguments.push_str(rest);
                        self.call(pid, time, name, &arguments, sink);
                    }
                    _ => sink.unreadable(format!("{name} resumes, but did not begin")),
                }
            }
            Body::Exited(how) => self.exited(pid, time, how, sink),
            Body::Other => sink.skip("strace signal"),
        }
        true
    }

    /// Calls that never returned are told.
    pub(crate) fn finish(&mut self, sink: &mut Sink) {
        let mut names: Vec<String> = self
            .unfinished
            .drain()
            .map(|(_, (name, ..))| name)
            .collect();
        names.sort();
        for name in names {
            sink.skip(&format!("unfinished {name}"));
        }
    }

    fn time(&mut self, text: &str, sink: &Sink) -> Option<Time> {
        const DAY: i64 = 86_400_000_000;
        if !text.contains(':') {
            return time::parse(text);
        }
        // As a time of the first day there is.
        let of_day = time::parse(&format!("1970-01-01T{text}"))?.0;
        let clock = self.clock.get_or_insert_with(|| {
            let end = sink.options.ended.unwrap_or(Time(0)).0;
            let midnight = end - end.rem_euclid(DAY);
            // Later in the day than the trace's end: it began the day before.
            let before = midnight + of_day > end;
            Clock {
                midnight: if before { midnight - DAY } else { midnight },
                last: of_day,
            }
        });
        if of_day < clock.last - DAY / 2 {
            clock.midnight += DAY;
        }
        clock.last = of_day;
        Some(Time(clock.midnight + of_day))
    }

    /// The process of an id, threads being of their process.
    fn of(&self, pid: i64) -> Process {
        let leader = self
            .known
            .get(&pid)
            .and_then(|known| known.leader)
            .unwrap_or(pid);
        match self.known.get(&leader) {
            Some(known) => known.process.clone(),
            None => Process::with_pid(leader),
        }
    }

    fn state(&mut self, pid: i64) -> Option<&mut Process> {
        let leader = self
            .known
            .get(&pid)
            .and_then(|known| known.leader)
            .unwrap_or(pid);
        if self.known.len() >= PROCESSES && !self.known.contains_key(&leader) {
            return None;
        }
        let known = self.known.entry(leader).or_insert_with(|| Known {
            process: Process::with_pid(leader),
            leader: None,
        });
        Some(&mut known.process)
    }

    fn exited(&mut self, pid: i64, time: Option<Time>, how: &str, sink: &mut Sink) {
        if self.unfinished.remove(&pid).is_some() {
            self.forking.retain(|forking| *forking != pid);
        }
        let Some(known) = self.known.remove(&pid) else {
            return sink.skip("strace exit");
        };
        if known.leader.is_some() {
            return sink.skip("strace thread exit");
        }
        let mut event = Event::new(Table::DeviceEvents, "ProcessExited");
        let mut process = known.process;
        event.initiating = process.parent.take();
        event.process = Some(Arc::new(process));
        event.add("ExitStatus", how.trim_start_matches("exited with "));
        give(event, time, sink);
    }

    fn call(&mut self, pid: i64, time: Option<Time>, name: &str, rest: &str, sink: &mut Sink) {
        let Some((arguments, result)) = call::split(rest) else {
            return sink.unreadable(format!("the arguments of {name} do not end"));
        };
        // `?` is what a call has that does not return.
        let word = result.split([' ', '<']).next().unwrap_or_default();
        let value: Option<i64> = word.parse().ok();
        let failed = value.is_some_and(|value| value < 0);
        let progress = result.contains("EINPROGRESS");
        if failed && !progress && name != "connect" {
            return sink.skip(&format!("failed {name}"));
        }
        let argument = |at: usize| arguments.get(at).copied().unwrap_or_default();
        let told = !failed && self.lookups(pid, time, name, &arguments, sink);
        let event = match name {
            "execve" | "execveat" => self.executed(pid, name, &arguments),
            name if syscall::is_fork(name) => self.forked(pid, value, &arguments),
            "chdir" => {
                if let (Some(to), Some(process)) = (call::text(argument(0)), self.state(pid)) {
                    process.cwd = Text::from(path::absolute(&process.cwd, &to));
                }
                None
            }
            "connect" | "sendto" | "bind" | "accept" | "accept4" => {
                self.network(pid, name, &arguments, (failed, progress))
            }
            "memfd_create" => Some(self.acted(pid, Table::DeviceEvents, "MemoryFileCreated")),
            "ptrace" => Some(self.acted(pid, Table::DeviceEvents, "OpenProcessApiCall")),
            "init_module" | "finit_module" => {
                Some(self.acted(pid, Table::DeviceEvents, "DriverLoad"))
            }
            _ => self.file(pid, name, &arguments, result),
        };
        match event {
            Some(event) => give(event, time, sink),
            None if told => {}
            None => sink.skip(name),
        }
    }

    /// Tells of the names in what is sent to name servers or comes from them;
    /// false where there is none.
    fn lookups(
        &mut self,
        pid: i64,
        time: Option<Time>,
        name: &str,
        arguments: &[&str],
        sink: &mut Sink,
    ) -> bool {
        if !matches!(
            name,
            "sendto" | "sendmsg" | "sendmmsg" | "recvfrom" | "recvmsg" | "recvmmsg"
        ) {
            return false;
        }
        let (Some(socket), Some(data)) = (arguments.first(), arguments.get(1)) else {
            return false;
        };
        // Where the trace names the other end, it is a name server's.
        let server = match socket.split_once('<') {
            Some((_, ends)) if ends.contains("->") => ends.contains(":53]"),
            _ => arguments
                .iter()
                .skip(1)
                .find_map(|argument| call::endpoint(argument))
                .is_none_or(|(_, port)| port == 53),
        };
        if !server {
            return false;
        }
        let whole = data.starts_with('"').then_some(*data);
        let mut told = false;
        for content in whole.into_iter().chain(call::contents(data)) {
            let found = call::bytes(content).and_then(|bytes| dns::lookup(&bytes));
            let Some(found) = found else { continue };
            let question = (found.id, found.name.clone());
            let known = self.asked.contains(&question);
            if !found.response && !known {
                if self.asked.len() >= ASKED {
                    self.asked.pop_front();
                }
                self.asked.push_back(question);
            }
            told = true;
            // The answer to a question that was told says only where it is.
            if known && found.addresses.is_empty() {
                continue;
            }
            let mut event = self.acted(pid, Table::DeviceEvents, "DnsQueryResponse");
            let dns = event.dns_mut();
            dns.record_type = found.kind();
            let addresses: Vec<_> = found.addresses.iter().map(ToString::to_string).collect();
            dns.answers = Text::from(addresses.join(";"));
            dns.query = Text::from(found.name);
            give(event, time, sink);
        }
        told
    }

    fn acted(&self, pid: i64, table: Table, action: &str) -> Event {
        let mut event = Event::new(table, action);
        event.initiating = Some(Arc::new(self.of(pid)));
        event
    }

    fn executed(&mut self, pid: i64, name: &str, arguments: &[&str]) -> Option<Event> {
        let first = if name == "execveat" { 1 } else { 0 };
        let program = call::text(arguments.get(first)?)?;
        let list = call::list(arguments.get(first + 1)?);
        // A child that runs its program before its parent's call returns.
        if let [parent] = self.forking.as_slice()
            && !self.known.contains_key(&pid)
        {
            let parent = self.of(*parent);
            if let Some(process) = self.state(pid) {
                process.cwd = parent.cwd.clone();
                process.parent = Some(Arc::new(parent));
            }
        }
        let process = self.state(pid)?;
        process.image = Text::from(path::absolute(&process.cwd, &program));
        process.set_arguments(list.iter().map(Text::new));
        let mut process = process.clone();
        let mut event = Event::new(Table::DeviceProcessEvents, "ProcessCreated");
        event.initiating = process.parent.take();
        event.process = Some(Arc::new(process));
        Some(event)
    }

    fn forked(&mut self, pid: i64, child: Option<i64>, arguments: &[&str]) -> Option<Event> {
        let child = child.filter(|child| *child > 0)?;
        let parent = self.of(pid);
        if self.known.len() >= PROCESSES {
            return None;
        }
        if arguments
            .iter()
            .any(|argument| argument.contains("CLONE_THREAD"))
        {
            let leader = parent.pid;
            let thread = Known {
                leader,
                ..Known::default()
            };
            self.known.insert(child, thread);
            return None;
        }
        let mut process = parent.clone();
        process.pid = Some(child);
        process.parent = Some(Arc::new(parent.clone()));
        // The child may have been seen before its parent's call returned.
        if self
            .known
            .get(&child)
            .is_none_or(|known| known.process.image.is_empty())
        {
            self.known.insert(
                child,
                Known {
                    process: process.clone(),
                    leader: None,
                },
            );
        } else if let Some(known) = self.known.get_mut(&child) {
            known.process.parent = Some(Arc::new(parent.clone()));
        }
        let mut event = Event::new(Table::DeviceEvents, "ProcessForked");
        process.parent = None;
        event.process = Some(Arc::new(process));
        event.initiating = Some(Arc::new(parent));
        Some(event)
    }

    fn network(
        &self,
        pid: i64,
        name: &str,
        arguments: &[&str],
        (failed, progress): (bool, bool),
    ) -> Option<Event> {
        let (address, port) = arguments
            .iter()
            .find_map(|argument| call::endpoint(argument))?;
        let (action, outbound) = match name {
            "bind" => ("ListeningConnectionCreated", false),
            "accept" | "accept4" => ("InboundConnectionAccepted", false),
            _ if progress => ("ConnectionAttempt", true),
            _ if failed => ("ConnectionFailed", true),
            _ => ("ConnectionSuccess", true),
        };
        let mut event = self.acted(pid, Table::DeviceNetworkEvents, action);
        let network = event.network_mut();
        network.outbound = Some(outbound);
        let first = arguments.first().copied().unwrap_or_default();
        network.protocol = match (first.contains("<TCP"), first.contains("<UDP")) {
            (true, _) => Text::new_static("Tcp"),
            (_, true) => Text::new_static("Udp"),
            _ if name == "sendto" => Text::new_static("Udp"),
            _ => Text::default(),
        };
        let (ip, port_of) = if name == "bind" {
            (&mut network.local_ip, &mut network.local_port)
        } else {
            (&mut network.remote_ip, &mut network.remote_port)
        };
        *ip = Text::new(address);
        *port_of = Some(port);
        Some(event)
    }

    fn file(&self, pid: i64, name: &str, arguments: &[&str], result: &str) -> Option<Event> {
        let argument = |at: usize| arguments.get(at).copied().unwrap_or_default();
        // A path argument, and the folder descriptor before it.
        let at = |folder: Option<usize>, path_at: usize| -> Option<Text> {
            let given = call::text(argument(path_at))?;
            let folder = folder.map(argument).unwrap_or("AT_FDCWD");
            let base = match call::descriptor_path(folder) {
                Some(base) => Text::new(base),
                None if folder.starts_with("AT_FDCWD") => self.of(pid).cwd,
                None => Text::default(),
            };
            Some(Text::from(path::absolute(&base, &given)))
        };
        let files = Table::DeviceFileEvents;
        let opened = |flags: &str| {
            if flags.contains("O_CREAT") {
                (Table::DeviceFileEvents, "FileCreated")
            } else if flags.contains("O_WRONLY") || flags.contains("O_RDWR") {
                (Table::DeviceFileEvents, "FileModified")
            } else {
                (Table::DeviceEvents, "FileRead")
            }
        };
        let ((table, action), new, old) = match name {
            "open" => (opened(argument(1)), at(None, 0), None),
            "openat" | "openat2" => {
                if argument(2).contains("O_DIRECTORY") {
                    return None;
                }
                // The result's path has links resolved.
                let whole = call::descriptor_path(result.split(' ').next().unwrap_or_default());
                (
                    opened(argument(2)),
                    whole.map(Text::new).or(at(Some(0), 1)),
                    None,
                )
            }
            "creat" => ((files, "FileCreated"), at(None, 0), None),
            "rename" => ((files, "FileRenamed"), at(None, 1), at(None, 0)),
            "renameat" | "renameat2" => ((files, "FileRenamed"), at(Some(2), 3), at(Some(0), 1)),
            "link" => ((files, "FileCreated"), at(None, 1), at(None, 0)),
            "linkat" => ((files, "FileCreated"), at(Some(2), 3), at(Some(0), 1)),
            "symlink" => ((files, "FileCreated"), at(None, 1), None),
            "symlinkat" => ((files, "FileCreated"), at(Some(1), 2), None),
            "unlink" => ((files, "FileDeleted"), at(None, 0), None),
            "unlinkat" if argument(2).contains("AT_REMOVEDIR") => {
                ((files, "FolderDeleted"), at(Some(0), 1), None)
            }
            "unlinkat" => ((files, "FileDeleted"), at(Some(0), 1), None),
            "rmdir" => ((files, "FolderDeleted"), at(None, 0), None),
            "mkdir" => ((files, "FolderCreated"), at(None, 0), None),
            "mkdirat" => ((files, "FolderCreated"), at(Some(0), 1), None),
            "truncate" => ((files, "FileModified"), at(None, 0), None),
            "chmod" => (
                (Table::DeviceEvents, "FilePermissionsModified"),
                at(None, 0),
                None,
            ),
            "fchmodat" | "fchmodat2" => (
                (Table::DeviceEvents, "FilePermissionsModified"),
                at(Some(0), 1),
                None,
            ),
            _ => return None,
        };
        let mut event = self.acted(pid, table, action);
        event.file_mut().path = new?;
        event.file_mut().previous_path = old.unwrap_or_default();
        let mode = match name {
            "chmod" => argument(1),
            "fchmodat" | "fchmodat2" => argument(2),
            "creat" | "mkdir" => argument(1),
            "open" | "mkdirat" => argument(2),
            "openat" => argument(3),
            _ => "",
        };
        if mode.starts_with('0') {
            event.add("FileMode", mode);
        }
        Some(event)
    }
}

fn give(mut event: Event, time: Option<Time>, sink: &mut Sink) {
    event.time = time;
    event.platform = Some(Platform::Linux);
    event.channel = Text::new_static("strace");
    sink.event(event);
}
