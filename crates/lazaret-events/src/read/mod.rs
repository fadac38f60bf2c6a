//! Reading files, folders and live streams.

mod buffer;
mod csv;
mod evtx;
mod folder;
mod lines;
mod open;
mod report;
mod sink;
mod text;
mod values;
mod xml;

use std::{
    collections::VecDeque,
    io::{self, Read},
    path::Path,
    sync::Arc,
};

pub use folder::{FolderReader, read_folder};
pub use report::{ReadReport, RecordError};
pub(crate) use sink::Sink;

use crate::event::{Event, Text, Time};
use open::Opened;

/// How to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadOptions {
    /// Name of the device, for records that name none.
    pub device: Text,
    /// Bytes of one record, at most.
    pub record_bytes: usize,
    /// Whether events must come as soon as their records are there, even
    /// where waiting would put late records in order.
    pub live: bool,
    /// When the log was last written, for formats that write the time of day
    /// only; a file's own time where this is not set.
    pub ended: Option<Time>,
}

impl Default for ReadOptions {
    fn default() -> Self {
        Self {
            device: Text::default(),
            record_bytes: 32 << 20,
            live: false,
            ended: None,
        }
    }
}

/// A file, pipe or folder that cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The system refused.
    #[error("cannot read {path}: {source}")]
    Io {
        /// The path.
        path: String,
        /// Why.
        source: io::Error,
    },
    /// No reader knows the format.
    #[error(
        "{path}: {reason}; logs are read as EVTX, auditd, JSON, XML, CSV with Defender's columns, Zeek or strace text"
    )]
    Unknown {
        /// The path.
        path: String,
        /// What it looks like.
        reason: String,
    },
}

/// Something that makes events of a file's bytes, step by step.
trait Stream: Send {
    /// Goes one step on; false when nothing is left.
    fn advance(&mut self, sink: &mut Sink) -> bool;
}

/// Reads one file or stream: an iterator of events, and of the records that
/// could not be read.
pub struct Reader {
    stream: Option<Box<dyn Stream>>,
    entries: VecDeque<(String, Box<dyn Read + Send>)>,
    sink: Sink,
}

/// Opens a log of any known format, compressed or not. An archive's entries
/// are read one after another.
///
/// # Errors
/// When the file cannot be opened, or no reader knows it.
pub fn open(path: &Path) -> Result<Reader, OpenError> {
    open_with(path, ReadOptions::default())
}

/// As [`open`], with options.
///
/// # Errors
/// When the file cannot be opened, or no reader knows it.
pub fn open_with(path: &Path, mut options: ReadOptions) -> Result<Reader, OpenError> {
    let name = path.display().to_string();
    if options.ended.is_none() {
        let written = path.metadata().and_then(|data| data.modified()).ok();
        let written = written.and_then(|time| jiff::Timestamp::try_from(time).ok());
        options.ended = written.map(Time::from);
    }
    Reader::new(&name, open::file(path), options)
}

/// Reads a stream, such as standard input; `name` is what evidence calls it.
///
/// # Errors
/// When the first bytes cannot be read, or no reader knows them.
pub fn open_stream(
    name: &str,
    input: impl Read + Send + 'static,
    mut options: ReadOptions,
) -> Result<Reader, OpenError> {
    options
        .ended
        .get_or_insert_with(|| Time::from(jiff::Timestamp::now()));
    Reader::new(name, open::stream(Box::new(input), 0), options)
}

impl Reader {
    fn new(
        name: &str,
        opened: io::Result<Opened>,
        options: ReadOptions,
    ) -> Result<Self, OpenError> {
        let path = name.to_owned();
        let (stream, entries) = match opened {
            Ok(Opened::Stream(stream)) => (Some(stream), VecDeque::new()),
            Ok(Opened::Entries(entries)) => (None, entries.into()),
            Ok(Opened::Unknown(reason)) => return Err(OpenError::Unknown { path, reason }),
            Err(source) => return Err(OpenError::Io { path, source }),
        };
        Ok(Self {
            stream,
            entries,
            sink: Sink::new(Arc::from(name), options),
        })
    }

    /// What was read so far.
    pub fn report(&self) -> &ReadReport {
        &self.sink.report
    }

    /// Starts with an archive's next entry.
    fn next_entry(&mut self) -> bool {
        let Some((name, input)) = self.entries.pop_front() else {
            return false;
        };
        let file = format!("{}!/{name}", self.sink.report.file);
        self.sink.place.file = Arc::from(file.as_str());
        match open::stream(input, 0) {
            Ok(Opened::Stream(stream)) => self.stream = Some(stream),
            Ok(Opened::Entries(_)) => self
                .sink
                .unreadable(format!("{name}: an archive in an archive")),
            Ok(Opened::Unknown(reason)) => self.sink.unreadable(format!("{name}: {reason}")),
            Err(error) => self.sink.unreadable(format!("{name}: {error}")),
        }
        true
    }
}

impl Iterator for Reader {
    type Item = Result<Box<Event>, RecordError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(ready) = self.sink.ready.pop_front() {
                return Some(ready);
            }
            let more = match &mut self.stream {
                Some(stream) => stream.advance(&mut self.sink),
                None => false,
            };
            if !more && self.sink.ready.is_empty() {
                self.stream = None;
                if !self.next_entry() {
                    return None;
                }
            }
        }
    }
}

/// Accounts for a stream's end.
fn end(buffer: &mut buffer::Buffer, sink: &mut Sink) {
    sink.report.bytes += buffer.offset();
    if let Some(error) = buffer.take_failure() {
        sink.report.truncated = true;
        sink.unreadable_at(
            0,
            0,
            buffer.offset(),
            format!("the file cannot be read further: {error}"),
        );
    }
}
