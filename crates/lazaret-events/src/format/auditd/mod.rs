//! The Linux audit log: records of one event share a serial number, come one
//! after another, between those of other events, or late.

mod act;
mod call;
mod collect;
mod record;
mod seen;
mod single;
mod sockaddr;

use std::{collections::VecDeque, sync::Arc};

pub(crate) use call::{Call, PathItem};
use seen::Seen;
pub(crate) use sockaddr::Address;

use crate::{
    event::{Event, Platform, Source, Text, Time},
    read::Sink,
};

/// Events that wait for late records, at most.
const WAITING: usize = 256;

/// Complete events that wait nevertheless, as a late record may yet come.
const LINGER: usize = 16;

/// How much newer, by the log's own clock, another event is when the oldest
/// is given up waiting for (auditd's `end_of_event_timeout` is 2 s).
const PATIENCE: i64 = 5_000_000;

/// Bytes of one event's records.
const BYTES: usize = 16 << 20;

/// Serials remembered to tell a late record.
const PAST: usize = 1024;

/// One record of an event.
struct Part {
    kind: Text,
    start: usize,
    end: usize,
}

/// The records of one event so far.
struct Group {
    node: Text,
    serial: u64,
    time: Time,
    interpreted: bool,
    place: Source,
    parts: Vec<Part>,
    bytes: Vec<u8>,
    has_call: bool,
    has_title: bool,
    ended: bool,
}

impl Group {
    fn complete(&self) -> bool {
        self.ended || (self.has_title && self.has_call) || !self.of_call()
    }

    /// Whether it is of a system call: a record that is an event by itself
    /// has no others.
    fn of_call(&self) -> bool {
        self.parts.iter().any(|part| {
            matches!(
                part.kind.as_str(),
                "SYSCALL"
                    | "EXECVE"
                    | "CWD"
                    | "PATH"
                    | "PROCTITLE"
                    | "SOCKADDR"
                    | "EOE"
                    | "BPRM_FCAPS"
                    | "MMAP"
                    | "IPC"
                    | "FD_PAIR"
                    | "SECCOMP"
                    | "AVC"
            ) || part.kind.starts_with("13")
        })
    }
}

/// Joins records to events.
#[derive(Default)]
pub(crate) struct Auditd {
    waiting: VecDeque<Group>,
    past: VecDeque<(Text, u64, Time)>,
    spare: Vec<Vec<u8>>,
    seen: Seen,
}

impl Auditd {
    /// Whether a line is of an audit log.
    pub(crate) fn knows(line: &[u8]) -> bool {
        if line.starts_with(b"type=") || line.starts_with(b"node=") || line == b"----" {
            return true;
        }
        if line.starts_with(b"time->") {
            return true;
        }
        let head = line.get(..line.len().min(256)).unwrap_or_default();
        memchr::memmem::find(head, b"audit(").is_some_and(|at| {
            memchr::memmem::find(line.get(..at).unwrap_or_default(), b"type=").is_some()
        })
    }

    /// Takes one record.
    pub(crate) fn line(&mut self, line: &[u8], sink: &mut Sink) {
        if line == b"----" || line.starts_with(b"time->") {
            sink.report.records -= 1;
            return;
        }
        let Some(header) = record::header(line) else {
            return sink
                .unreadable("an audit record needs type=, and a time and serial in audit(…)");
        };
        let node = record::text(header.node);
        let same = |group: &Group| group.serial == header.serial && group.node == node;
        let found = self
            .waiting
            .iter()
            .rposition(|group| same(group) && (group.time.0 - header.time.0).abs() < 1_000_000);
        let index = match found {
            Some(index) => index,
            None => {
                let past = |(n, serial, time): &(Text, u64, Time)| {
                    *serial == header.serial && *time == header.time && *n == node
                };
                if self.past.iter().any(past) {
                    return sink.unreadable("the record came after its event was given out");
                }
                self.waiting.push_back(Group {
                    node,
                    serial: header.serial,
                    time: header.time,
                    interpreted: header.interpreted,
                    place: Source {
                        record: header.serial,
                        file: Arc::clone(&sink.place.file),
                        ..sink.place
                    },
                    parts: Vec::with_capacity(8),
                    bytes: self.spare.pop().unwrap_or_default(),
                    has_call: false,
                    has_title: false,
                    ended: false,
                });
                self.waiting.len() - 1
            }
        };
        if let Some(group) = self.waiting.get_mut(index) {
            if group.bytes.len() + header.body.len() > BYTES {
                sink.unreadable(format!(
                    "the records of one event have more than {BYTES} bytes"
                ));
            } else {
                let start = group.bytes.len();
                group.bytes.extend_from_slice(header.body);
                match header.kind {
                    b"SYSCALL" | b"1300" => group.has_call = true,
                    b"PROCTITLE" | b"1327" => group.has_title = true,
                    b"EOE" | b"1320" => group.ended = true,
                    _ => {}
                }
                group.parts.push(Part {
                    kind: record::text(header.kind),
                    start,
                    end: group.bytes.len(),
                });
            }
        }
        self.release(sink);
    }

    /// Gives out the oldest events that need not wait longer.
    fn release(&mut self, sink: &mut Sink) {
        loop {
            let count = self.waiting.len();
            let (Some(oldest), Some(newest)) = (self.waiting.front(), self.waiting.back()) else {
                return;
            };
            let old = newest.time.0.saturating_sub(oldest.time.0) > PATIENCE;
            if count > WAITING || (count > LINGER && oldest.complete()) || (old && count > 1) {
                if let Some(group) = self.waiting.pop_front() {
                    self.give(group, sink);
                }
            } else {
                return;
            }
        }
    }

    /// Gives out every event that looks complete: nothing else comes soon.
    pub(crate) fn complete(&mut self, sink: &mut Sink) {
        for group in std::mem::take(&mut self.waiting) {
            if group.complete() {
                self.give(group, sink);
            } else {
                self.waiting.push_back(group);
            }
        }
    }

    /// Gives out everything.
    pub(crate) fn finish(&mut self, sink: &mut Sink) {
        while let Some(group) = self.waiting.pop_front() {
            self.give(group, sink);
        }
    }

    fn give(&mut self, group: Group, sink: &mut Sink) {
        events(&group, &mut self.seen, sink);
        if self.past.len() >= PAST {
            self.past.pop_front();
        }
        self.past.push_back((group.node, group.serial, group.time));
        let mut bytes = group.bytes;
        if self.spare.len() < LINGER && bytes.capacity() < 64 << 10 {
            bytes.clear();
            self.spare.push(bytes);
        }
    }
}

/// Makes events of a group of records.
fn events(group: &Group, seen: &mut Seen, sink: &mut Sink) {
    if !group.of_call() {
        return single::events(group, sink);
    }
    if !group.has_call {
        return sink.skip("audit records without their SYSCALL");
    }
    let mut call = collect::collect(group);
    if !seen.process(&mut call, &group.node, group.time) {
        return sink.skip("fork of a process that is known");
    }
    seen.files(&mut call, &group.node);
    match call.event() {
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
