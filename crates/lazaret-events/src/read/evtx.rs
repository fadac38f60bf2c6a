//! EVTX files, chunk by chunk.

use std::{
    io::{self, Read, Seek, SeekFrom},
    sync::Arc,
};

use evtx::{EvtxChunk, EvtxParser, IntoIterChunks, ParserSettings};

use super::Sink;
use crate::format::{Json, windows};

/// Bytes of the file's header.
const HEADER: u64 = 4096;

/// Bytes of a chunk.
const CHUNK: u64 = 65_536;

/// What an EVTX file is read from.
pub(super) trait ReadSeek: Read + Seek + Send {}
impl<T: Read + Seek + Send> ReadSeek for T {}

/// Reads the records of an EVTX file, oldest chunk first.
pub(super) struct EvtxFile {
    chunks: IntoIterChunks<Padded>,
    settings: Arc<ParserSettings>,
    chunk: u64,
    length: u64,
    /// Chunks that the header counts, where it can be trusted.
    counted: u64,
    ended: bool,
}

impl EvtxFile {
    pub(super) fn new(mut input: Box<dyn ReadSeek>) -> Result<Self, String> {
        let length = input
            .seek(SeekFrom::End(0))
            .and_then(|length| input.seek(SeekFrom::Start(0)).map(|_| length))
            .map_err(|error| error.to_string())?;
        if length < HEADER {
            return Err(format!(
                "it ends in its header, after {length} of {HEADER} bytes"
            ));
        }
        let input = Padded {
            inner: input,
            length,
            padded: HEADER + (length - HEADER).div_ceil(CHUNK) * CHUNK,
            at: 0,
        };
        let parser = EvtxParser::from_read_seek(input).map_err(|error| error.to_string())?;
        let counted = match parser.header() {
            header if header.validate_checksum() => u64::from(header.chunk_count),
            _ => 0,
        };
        let settings = ParserSettings::default().num_threads(1).indent(false);
        let parser = parser.with_configuration(settings.clone());
        Ok(Self {
            chunks: parser.into_chunks(),
            settings: Arc::new(settings),
            chunk: 0,
            length,
            counted,
            ended: false,
        })
    }

    /// Tells what should have followed the file's end.
    fn missing(&mut self, sink: &mut Sink) {
        let whole = (self.length - HEADER) / CHUNK;
        let rest = (self.length - HEADER) % CHUNK;
        let mut reason = String::new();
        if rest > 0 {
            reason = format!("the file ends in a chunk, after {rest} of {CHUNK} bytes");
        }
        // An old log of more chunks than the field can count starts anew.
        let absent = self.counted.saturating_sub(whole + u64::from(rest > 0));
        if absent > 0 {
            if !reason.is_empty() {
                reason.push_str("; ");
            }
            reason.push_str(&format!(
                "{absent} of {} chunks that its header counts are missing",
                self.counted
            ));
        }
        if !reason.is_empty() {
            sink.report.truncated = true;
            sink.unreadable_at(0, 0, self.length, reason);
        }
    }
}

impl super::Stream for EvtxFile {
    fn advance(&mut self, sink: &mut Sink) -> bool {
        let Some(chunk) = self.chunks.next() else {
            if !self.ended {
                self.ended = true;
                self.missing(sink);
            }
            return false;
        };
        let offset = HEADER + self.chunk * CHUNK;
        self.chunk += 1;
        sink.report.bytes = (offset + CHUNK).min(self.length);
        let mut data = match chunk {
            Ok(data) => data,
            Err(error) => {
                sink.unreadable_at(0, 0, offset, chain(&error));
                return true;
            }
        };
        // A chunk has its own number: empty ones are passed over.
        let offset = data.number.map_or(offset, |number| HEADER + number * CHUNK);
        if !data.validate_checksum() {
            // The records that can be read are; what the sum says is told.
            sink.report.skip("chunk with a wrong checksum");
        }
        let last = match data.validate_header_checksum() {
            true => data.header.last_event_record_id,
            false => 0,
        };
        match data.parse(Arc::clone(&self.settings)) {
            Ok(mut chunk) => records(&mut chunk, offset, last, sink),
            Err(error) => sink.unreadable_at(0, 0, offset, chain(&error)),
        }
        true
    }
}

/// Decodes the records of a chunk; `last` is the number of the last one that
/// its header tells, or 0.
fn records(chunk: &mut EvtxChunk<'_>, offset: u64, last: u64, sink: &mut Sink) {
    let unreadable = sink.report.unreadable;
    let mut read = 0;
    for record in chunk.iter() {
        sink.begin(0, offset);
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                sink.place.record = 0;
                sink.unreadable(chain(&error));
                continue;
            }
        };
        sink.place.record = record.event_record_id;
        read = read.max(record.event_record_id);
        let time = record.timestamp;
        let rendered = match record.into_json_bytes() {
            Ok(rendered) => rendered,
            Err(error) => {
                sink.unreadable(chain(&error));
                continue;
            }
        };
        match Json::parse(&rendered.data) {
            Ok(json) => windows::json::decode_evtx(&json, time.into(), sink),
            Err(error) => sink.unreadable(format!("not rendered as JSON: {error}")),
        }
    }
    if read < last && sink.report.unreadable == unreadable {
        let reason = match read {
            0 => format!("the records of a chunk, up to {last}, are missing"),
            _ => format!("the records after {read}, up to {last}, are missing"),
        };
        sink.unreadable_at(0, 0, offset, reason);
    }
}

/// An error with what caused it, which says where and why.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let next = error.to_string();
        if !text.contains(&next) {
            text.push_str(": ");
            text.push_str(&next);
        }
        cause = error.source();
    }
    text
}

/// A file with zeros after its end, up to a whole chunk: what is left of a
/// chunk that was cut off is read as far as it goes.
struct Padded {
    inner: Box<dyn ReadSeek>,
    length: u64,
    padded: u64,
    at: u64,
}

impl Read for Padded {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.at < self.length {
            let count = self.inner.read(out)?;
            if count > 0 || out.is_empty() {
                self.at += count as u64;
                return Ok(count);
            }
            // It was cut off while it was read.
            self.length = self.at;
        }
        let left = usize::try_from(self.padded.saturating_sub(self.at)).unwrap_or(usize::MAX);
        let count = left.min(out.len());
        out.get_mut(..count).unwrap_or_default().fill(0);
        self.at += count as u64;
        Ok(count)
    }
}

impl Seek for Padded {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.padded.checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        let at = at.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        self.inner.seek(SeekFrom::Start(at.min(self.length)))?;
        self.at = at;
        Ok(at)
    }
}
