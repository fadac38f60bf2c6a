//! CSV exports with a header.

use csv_core::{ReadRecordResult, Reader as Core, ReaderBuilder};

use super::{
    Sink,
    buffer::{Buffer, Line},
};
use crate::format::defender::Header;

/// Reads rows; a row may hold line breaks in quotes.
pub(super) struct CsvFile {
    buffer: Buffer,
    line: u64,
    header: Option<Header>,
    core: Core,
    text: Vec<u8>,
    ends: Vec<usize>,
    ended: bool,
}

/// Columns of one row.
const COLUMNS: usize = 4096;

impl CsvFile {
    pub(super) fn new(buffer: Buffer, delimiter: u8) -> Self {
        Self {
            buffer,
            line: 0,
            header: None,
            core: ReaderBuilder::new().delimiter(delimiter).build(),
            text: Vec::new(),
            ends: vec![0; COLUMNS],
            ended: false,
        }
    }

    /// Bytes and lines of the row at the window's start.
    fn row(&mut self, limit: usize) -> Line {
        let mut length = 0;
        let mut quotes = 0_usize;
        loop {
            let window = self.buffer.window();
            let rest = window.get(length..).unwrap_or_default();
            match memchr::memchr(b'\n', rest) {
                Some(at) => {
                    let line = rest.get(..at).unwrap_or_default();
                    quotes += memchr::memchr_iter(b'"', line).count();
                    length += at + 1;
                    self.line += 1;
                    if quotes.is_multiple_of(2) {
                        return Line::Whole {
                            length: length - 1,
                            step: length,
                        };
                    }
                }
                None if rest.len() + length > limit => return Line::TooLong,
                None => {
                    if !self.buffer.fill() {
                        let all = self.buffer.window().len();
                        self.line += 1;
                        return match all {
                            0 => Line::End,
                            all => Line::Whole {
                                length: all,
                                step: all,
                            },
                        };
                    }
                }
            }
            if length > limit {
                return Line::TooLong;
            }
        }
    }

    /// The fields of a row into `text` and `ends`; their number.
    fn fields(&mut self, length: usize) -> usize {
        let row = self.buffer.window().get(..length).unwrap_or_default();
        self.core.reset();
        self.text.resize((length + 64).max(self.text.len()), 0);
        let (mut input, mut written, mut ends) = (row, 0, 0);
        loop {
            let text = self.text.get_mut(written..).unwrap_or_default();
            let list = self.ends.get_mut(ends..).unwrap_or_default();
            let (result, read, wrote, ended) = self.core.read_record(input, text, list);
            input = input.get(read..).unwrap_or_default();
            written += wrote;
            ends += ended;
            match result {
                ReadRecordResult::InputEmpty => input = &[],
                ReadRecordResult::Record
                | ReadRecordResult::End
                | ReadRecordResult::OutputEndsFull => return ends,
                ReadRecordResult::OutputFull => self.text.resize(self.text.len() * 2 + 64, 0),
            }
        }
    }
}

impl super::Stream for CsvFile {
    fn advance(&mut self, sink: &mut Sink) -> bool {
        if self.ended {
            return false;
        }
        let line = self.line + 1;
        let offset = self.buffer.offset();
        match self.row(sink.options.record_bytes) {
            Line::Whole { length, step } => {
                let row = self.buffer.window().get(..length).unwrap_or_default();
                if !row.trim_ascii().is_empty() {
                    let count = self.fields(length);
                    let ends = self.ends.get(..count).unwrap_or_default();
                    let mut start = 0;
                    let cells: Vec<std::borrow::Cow<'_, str>> = ends
                        .iter()
                        .map(|end| {
                            let cell = self.text.get(start..*end).unwrap_or_default();
                            start = *end;
                            String::from_utf8_lossy(cell)
                        })
                        .collect();
                    match &self.header {
                        None => self.header = Some(Header::new(&cells)),
                        Some(header) => {
                            sink.begin(line, offset);
                            header.row(&cells, sink);
                        }
                    }
                }
                self.buffer.consume(step);
                self.buffer.shrink();
            }
            Line::TooLong => {
                sink.begin(line, offset);
                sink.unreadable("a row without an end: a quote is missing");
                self.line = line;
                self.buffer.skip_line();
            }
            Line::End => {
                super::end(&mut self.buffer, sink);
                self.ended = true;
                return !sink.ready.is_empty();
            }
        }
        true
    }
}
