//! Bytes of a stream, a window at a time.

use std::io::{self, Read};

use memchr::memchr;

/// How much is asked of the stream at once.
const STEP: usize = 256 << 10;

/// A window on a stream that grows to hold one whole record.
pub(crate) struct Buffer {
    input: Box<dyn Read + Send>,
    bytes: Vec<u8>,
    start: usize,
    end: usize,
    offset: u64,
    finished: bool,
    failure: Option<io::Error>,
}

/// One line's place in the buffer.
pub(crate) enum Line {
    /// A line without its end; `bytes` long, then `skip` more to the next.
    Whole {
        /// Bytes of the line.
        length: usize,
        /// Bytes to the start of the next one.
        step: usize,
    },
    /// Longer than allowed.
    TooLong,
    /// Nothing is left.
    End,
}

impl Buffer {
    pub(crate) fn new(input: Box<dyn Read + Send>) -> Self {
        Self {
            input,
            bytes: Vec::new(),
            start: 0,
            end: 0,
            offset: 0,
            finished: false,
            failure: None,
        }
    }

    /// What has been read and not consumed.
    pub(crate) fn window(&self) -> &[u8] {
        self.bytes.get(self.start..self.end).unwrap_or_default()
    }

    /// Bytes consumed so far.
    pub(crate) fn offset(&self) -> u64 {
        self.offset
    }

    /// Whether the stream has ended; the window may still hold bytes.
    pub(crate) fn finished(&self) -> bool {
        self.finished
    }

    /// Why the stream ended early.
    pub(crate) fn take_failure(&mut self) -> Option<io::Error> {
        self.failure.take()
    }

    /// Moves the window's start on.
    pub(crate) fn consume(&mut self, bytes: usize) {
        let bytes = bytes.min(self.end - self.start);
        self.start += bytes;
        self.offset += bytes as u64;
    }

    /// Reads once more; false when nothing came.
    pub(crate) fn fill(&mut self) -> bool {
        if self.finished {
            return false;
        }
        if self.start > 0 && (self.start == self.end || self.end + STEP > self.bytes.len()) {
            self.bytes.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.start = 0;
        }
        if self.end + STEP / 2 > self.bytes.len() {
            let wanted =
                (self.end + STEP).max(self.end.saturating_mul(2).min(self.end + (8 << 20)));
            self.bytes.resize(wanted, 0);
        }
        let free = self.bytes.get_mut(self.end..).unwrap_or_default();
        loop {
            match self.input.read(free) {
                Ok(0) => self.finished = true,
                Ok(count) => {
                    self.end += count;
                    return true;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => {
                    self.failure = Some(error);
                    self.finished = true;
                }
            }
            return false;
        }
    }

    /// Gives up memory that one long record needed.
    pub(crate) fn shrink(&mut self) {
        if self.bytes.len() > 4 * STEP && self.end - self.start < STEP {
            self.bytes.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.start = 0;
            self.bytes.truncate(STEP.max(self.end));
            self.bytes.shrink_to(2 * STEP);
        }
    }

    /// The next line, from the window's start. `idle` is called before each
    /// read that may have to wait.
    pub(crate) fn line(&mut self, limit: usize, idle: &mut dyn FnMut()) -> Line {
        let mut seen = 0;
        loop {
            let window = self.window();
            if let Some(at) = window.get(seen..).and_then(|rest| memchr(b'\n', rest)) {
                let length = seen + at;
                return Line::Whole {
                    length,
                    step: length + 1,
                };
            }
            seen = window.len();
            if seen > limit {
                return Line::TooLong;
            }
            if !self.finished {
                idle();
            }
            if !self.fill() {
                return match seen {
                    0 => Line::End,
                    length => Line::Whole {
                        length,
                        step: length,
                    },
                };
            }
        }
    }

    /// Drops bytes up to and with the next line end; their number.
    pub(crate) fn skip_line(&mut self) -> u64 {
        let from = self.offset;
        loop {
            let window = self.window();
            match memchr(b'\n', window) {
                Some(at) => {
                    self.consume(at + 1);
                    break;
                }
                None => {
                    let all = window.len();
                    self.consume(all);
                    if !self.fill() {
                        break;
                    }
                }
            }
        }
        self.offset - from
    }
}
