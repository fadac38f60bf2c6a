//! Where a record was read.

use std::{fmt, sync::Arc};

/// The place of a record: evidence for whatever is concluded from it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Source {
    /// File, with `!/` before the name of an archive's entry; `-` for
    /// standard input.
    pub file: Arc<str>,
    /// Line of the record's start, from 1; 0 for binary formats.
    pub line: u64,
    /// The format's own number (EVTX record id, audit serial), else the count
    /// of records before it plus one.
    pub record: u64,
    /// Bytes before the record, after decompression.
    pub offset: u64,
}

/// `file:line`, or `file#record` for binary formats.
impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line > 0 {
            write!(f, "{}:{}", self.file, self.line)
        } else {
            write!(f, "{}#{}", self.file, self.record)
        }
    }
}

impl Source {
    /// Reads what [`Source`]'s display wrote.
    pub(crate) fn parse(text: &str) -> Self {
        let (file, line, record) = match (text.rsplit_once(':'), text.rsplit_once('#')) {
            (Some((file, line)), _) if line.parse::<u64>().is_ok() => (file, line, "0"),
            (_, Some((file, record))) if record.parse::<u64>().is_ok() => (file, "0", record),
            _ => (text, "0", "0"),
        };
        Self {
            file: Arc::from(file),
            line: line.parse().unwrap_or(0),
            record: record.parse().unwrap_or(0),
            offset: 0,
        }
    }
}
