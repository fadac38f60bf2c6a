//! Which format a line is in. Lines of several formats may be mixed, as
//! syslog collectors write them.

use super::{JsonFormats, auditd::Auditd, strace::Strace, windows, zeek::ZeekTable};
use crate::read::Sink;

/// Decoders of single lines, with what they remember between lines.
#[derive(Default)]
pub(crate) struct Lines {
    json: JsonFormats,
    auditd: Auditd,
    strace: Strace,
    zeek: Option<ZeekTable>,
}

impl Lines {
    /// Takes one line.
    pub(crate) fn line(&mut self, line: &[u8], number: u64, offset: u64, sink: &mut Sink) {
        sink.begin(number, offset);
        let first = line.first().copied().unwrap_or_default();
        match first {
            b'{' => return self.json.line(line, sink),
            b'#' => {
                if let Some(table) = ZeekTable::header(self.zeek.take(), line) {
                    self.zeek = Some(table);
                    sink.report.records -= 1;
                    return;
                }
            }
            _ => {}
        }
        if Auditd::knows(line) {
            sink.report.format("auditd");
            return self.auditd.line(line, sink);
        }
        if let Some(table) = &self.zeek {
            sink.report.format(table.name());
            return table.row(line, sink);
        }
        // Before what a call wrote is taken for an event of Windows.
        if self.strace.line(line, sink) {
            return sink.report.format("strace");
        }
        if let Some(at) = memchr::memmem::find(line, b"<Event") {
            let bytes = line.get(at..).unwrap_or_default();
            return windows::xml::decode(bytes, sink);
        }
        // A syslog header before JSON.
        if let Some(at) = memchr::memchr(b'{', line)
            && line.get(at..).is_some_and(|rest| rest.ends_with(b"}"))
        {
            return self.json.line(line.get(at..).unwrap_or_default(), sink);
        }
        sink.unreadable("no format that we know");
    }

    /// Nothing more is there for now.
    pub(crate) fn idle(&mut self, sink: &mut Sink) {
        self.auditd.complete(sink);
    }

    /// Nothing more comes.
    pub(crate) fn finish(&mut self, sink: &mut Sink) {
        self.auditd.finish(sink);
        self.strace.finish(sink);
    }
}
