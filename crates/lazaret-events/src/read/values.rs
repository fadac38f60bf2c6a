//! JSON files that are no JSON Lines: arrays, results in an envelope,
//! pretty-printed values one after another.

use super::{Sink, buffer::Buffer};
use crate::format::{Json, JsonFormats};

/// Members of an outermost object that hold the records of an API's answer
/// (Advanced Hunting, Graph, Elasticsearch, Azure).
const ENVELOPES: [&[u8]; 7] = [
    b"results", b"Results", b"value", b"records", b"events", b"hits", b"data",
];

/// Finds the objects of a JSON stream without holding more than one.
#[derive(Default)]
struct Scanner {
    /// Bytes of the window looked at.
    at: usize,
    /// Lines before `at`.
    lines: u64,
    depth: u32,
    in_text: bool,
    escaped: bool,
    /// Start of the object being read.
    start: Option<usize>,
    start_line: u64,
    /// Objects around the records: 1 inside of an envelope.
    around: u32,
    /// Start of the text being read, for members' names.
    text_start: usize,
    /// The last text was an envelope's name, and nothing but `:` came since.
    envelope: bool,
    /// An envelope's array has begun; whether it holds objects is to be seen.
    opened: bool,
    /// Depth of `hits` in `hits`.
    nested: bool,
}

enum Found {
    Object { start: usize, end: usize, line: u64 },
    More,
}

impl Scanner {
    /// Looks on through the window.
    fn scan(&mut self, window: &[u8]) -> Found {
        while let Some(&byte) = window.get(self.at) {
            let here = self.at;
            self.at += 1;
            if self.in_text {
                if self.escaped {
                    self.escaped = false;
                } else if byte == b'\\' {
                    self.escaped = true;
                } else if byte == b'"' {
                    self.in_text = false;
                    let text = window.get(self.text_start..here).unwrap_or_default();
                    let level = self.depth == 1 || (self.nested && self.depth == 2);
                    self.envelope = level && ENVELOPES.contains(&text);
                }
                self.lines += u64::from(byte == b'\n');
                continue;
            }
            match byte {
                b'"' => {
                    self.in_text = true;
                    self.text_start = here + 1;
                    self.opened = false;
                }
                b'{' => {
                    if std::mem::take(&mut self.opened) {
                        // The object so far is an envelope, and no record.
                        self.around = self.depth;
                        self.start = None;
                    }
                    if self.start.is_none() && self.depth == self.around {
                        self.start = Some(here);
                        self.start_line = self.lines;
                    }
                    self.nested = self.envelope && self.depth == 1;
                    self.depth += 1;
                    self.envelope = false;
                }
                b'[' | b']' | b',' => {
                    self.opened = byte == b'[' && self.envelope;
                    self.envelope = false;
                }
                b'}' => {
                    self.depth = self.depth.saturating_sub(1);
                    self.envelope = false;
                    if self.depth < self.around {
                        self.around = self.depth;
                        self.start = None;
                    } else if self.depth == self.around
                        && let Some(start) = self.start.take()
                    {
                        return Found::Object {
                            start,
                            end: self.at,
                            line: self.start_line,
                        };
                    }
                }
                b'\n' => self.lines += 1,
                b' ' | b'\t' | b'\r' | b':' => {}
                _ => self.opened = false,
            }
        }
        Found::More
    }

    /// The window has lost its first `bytes`.
    fn shift(&mut self, bytes: usize) {
        self.at -= bytes.min(self.at);
        self.text_start = self.text_start.saturating_sub(bytes);
        self.start = self.start.map(|start| start.saturating_sub(bytes));
    }
}

/// Reads the objects of a JSON file.
pub(super) struct ValueFile {
    buffer: Buffer,
    scanner: Scanner,
    decoder: JsonFormats,
    ended: bool,
}

impl ValueFile {
    pub(super) fn new(buffer: Buffer) -> Self {
        Self {
            buffer,
            scanner: Scanner::default(),
            decoder: JsonFormats::default(),
            ended: false,
        }
    }

    /// An object that does not end: go on at the next line that starts one.
    fn resume(&mut self, sink: &mut Sink, reason: &str) {
        let start = self.scanner.start.unwrap_or(0);
        let line = self.scanner.start_line + 1;
        sink.begin(line, self.buffer.offset() + start as u64);
        sink.unreadable(reason.to_owned());
        let window = self.buffer.window();
        let next = window
            .get(start + 1..)
            .and_then(|rest| memchr::memmem::find(rest, b"\n{"))
            .map(|at| start + 2 + at);
        let to = next.unwrap_or(window.len());
        let lines = memchr::memchr_iter(b'\n', window.get(start..to).unwrap_or_default()).count();
        self.scanner = Scanner {
            lines: self.scanner.start_line + lines as u64,
            ..Scanner::default()
        };
        self.buffer.consume(to);
    }
}

impl super::Stream for ValueFile {
    fn advance(&mut self, sink: &mut Sink) -> bool {
        if self.ended {
            return false;
        }
        match self.scanner.scan(self.buffer.window()) {
            Found::Object { start, end, line } => {
                let offset = self.buffer.offset() + start as u64;
                let bytes = self.buffer.window().get(start..end).unwrap_or_default();
                sink.begin(line + 1, offset);
                match Json::parse(bytes) {
                    Ok(json) => self.decoder.decode(&json, sink),
                    Err(error) => sink.unreadable(format!("not JSON: {error}")),
                }
                self.buffer.consume(end);
                self.scanner.shift(end);
                self.buffer.shrink();
                return true;
            }
            Found::More => {}
        }
        if self.scanner.start.is_none() {
            let done = self.scanner.at;
            if !self.scanner.in_text || done > 4096 {
                self.buffer.consume(done);
                self.scanner.shift(done);
            }
        }
        if self.buffer.window().len() > sink.options.record_bytes {
            let limit = sink.options.record_bytes;
            self.resume(sink, &format!("an object of more than {limit} bytes"));
            return true;
        }
        if self.buffer.fill() {
            return true;
        }
        if self.scanner.start.is_some() {
            sink.report.truncated = true;
            self.resume(sink, "the object does not end");
            return true;
        }
        super::end(&mut self.buffer, sink);
        self.ended = true;
        !sink.ready.is_empty()
    }
}
