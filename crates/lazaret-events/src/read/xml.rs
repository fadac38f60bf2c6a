//! Files of XML events, one after another, in one root element or in none.

use memchr::memmem;

use super::{Sink, buffer::Buffer};
use crate::format::windows;

/// Reads `<Event>…</Event>` elements.
pub(super) struct XmlFile {
    buffer: Buffer,
    lines: u64,
    /// Bytes of the window known to hold no end of the element.
    seen: usize,
    ended: bool,
}

impl XmlFile {
    pub(super) fn new(buffer: Buffer) -> Self {
        Self {
            buffer,
            lines: 0,
            seen: 0,
            ended: false,
        }
    }

    fn consume(&mut self, bytes: usize) {
        let passed = self.buffer.window().get(..bytes).unwrap_or_default();
        self.lines += memchr::memchr_iter(b'\n', passed).count() as u64;
        self.buffer.consume(bytes);
        self.seen = 0;
    }
}

/// Where an `<Event` element starts, at or after `from`.
pub(super) fn event_start(window: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        at += memmem::find(window.get(at..)?, b"<Event")?;
        match window.get(at + 6) {
            Some(b' ' | b'>' | b'\t' | b'\r' | b'\n') => return Some(at),
            Some(_) => at += 6,
            None => return None,
        }
    }
}

impl super::Stream for XmlFile {
    fn advance(&mut self, sink: &mut Sink) -> bool {
        const END: &[u8] = b"</Event>";
        if self.ended {
            return false;
        }
        let window = self.buffer.window();
        let Some(start) = event_start(window, 0) else {
            // A start cut in two is at most seven bytes.
            let keep = if self.buffer.finished() { 0 } else { 7 };
            let passed = window.len().saturating_sub(keep);
            self.consume(passed);
            if self.buffer.fill() {
                return true;
            }
            let rest = self.buffer.window().len();
            self.consume(rest);
            super::end(&mut self.buffer, sink);
            self.ended = true;
            return !sink.ready.is_empty();
        };
        if start > 0 {
            self.consume(start);
            return true;
        }
        let from = self.seen.saturating_sub(END.len());
        let end = window.get(from..).and_then(|rest| memmem::find(rest, END));
        let end = end.map(|at| from + at + END.len());
        let next = event_start(
            window
                .get(..end.unwrap_or(window.len()))
                .unwrap_or_default(),
            6,
        );
        let (line, offset) = (self.lines + 1, self.buffer.offset());
        if let Some(next) = next {
            sink.begin(line, offset);
            sink.unreadable("the element does not end before the next one starts");
            self.consume(next);
        } else if let Some(end) = end {
            let bytes = window.get(..end).unwrap_or_default();
            sink.begin(line, offset);
            windows::xml::decode(bytes, sink);
            self.consume(end);
            self.buffer.shrink();
        } else if window.len() > sink.options.record_bytes {
            sink.begin(line, offset);
            let limit = sink.options.record_bytes;
            sink.unreadable(format!("an element of more than {limit} bytes"));
            self.consume(6);
        } else {
            self.seen = window.len();
            if !self.buffer.fill() {
                sink.begin(line, offset);
                sink.report.truncated = true;
                sink.unreadable("the element does not end");
                let rest = self.buffer.window().len();
                self.consume(rest);
            }
        }
        true
    }
}
