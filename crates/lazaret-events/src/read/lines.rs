//! Files of one record a line.

use super::{
    Sink,
    buffer::{Buffer, Line},
};
use crate::format::Lines;

/// Reads lines and gives each to the decoder that knows it.
pub(super) struct LineFile {
    buffer: Buffer,
    line: u64,
    decoder: Lines,
    ended: bool,
}

impl LineFile {
    pub(super) fn new(buffer: Buffer) -> Self {
        Self {
            buffer,
            line: 0,
            decoder: Lines::default(),
            ended: false,
        }
    }
}

impl super::Stream for LineFile {
    fn advance(&mut self, sink: &mut Sink) -> bool {
        if self.ended {
            return false;
        }
        let limit = sink.options.record_bytes;
        let live = sink.options.live;
        let decoder = &mut self.decoder;
        let line = self.buffer.line(limit, &mut || {
            if live {
                decoder.idle(sink);
            }
        });
        let offset = self.buffer.offset();
        match line {
            Line::Whole { length, step } => {
                self.line += 1;
                let bytes = self.buffer.window().get(..length).unwrap_or_default();
                let bytes = bytes.strip_suffix(b"\r").unwrap_or(bytes);
                if !bytes.trim_ascii().is_empty() {
                    let before = sink.report.unreadable;
                    self.decoder.line(bytes, self.line, offset, sink);
                    // The last line, without its end, and no record.
                    let cut = step == length && sink.report.unreadable > before;
                    sink.report.truncated |= cut;
                }
                self.buffer.consume(step);
                self.buffer.shrink();
            }
            Line::TooLong => {
                self.line += 1;
                let bytes = self.buffer.skip_line();
                sink.begin(self.line, offset);
                sink.unreadable(format!("a line of {bytes} bytes; at most {limit} are read"));
            }
            Line::End => {
                self.decoder.finish(sink);
                super::end(&mut self.buffer, sink);
                self.ended = true;
                return !sink.ready.is_empty();
            }
        }
        true
    }
}
