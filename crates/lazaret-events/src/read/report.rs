//! What was read and what could not be.

use std::{collections::BTreeMap, sync::Arc};

use serde::Serialize;

/// Kinds of skipped records told apart; further ones are counted together.
const KINDS: usize = 256;

/// A record that could not be read. Its neighbours are not affected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("{}: {reason}", place(self))]
pub struct RecordError {
    /// The file, with `!/` before the name of an archive's entry.
    pub file: Arc<str>,
    /// Line of the record's start, from 1; 0 for binary formats.
    pub line: u64,
    /// Number of the record, where the format has one; else 0.
    pub record: u64,
    /// Bytes before the record, after decompression.
    pub offset: u64,
    /// Why, and where it helps what to do.
    pub reason: String,
}

fn place(error: &RecordError) -> String {
    match (error.line, error.record) {
        (0, 0) => format!("{}: byte {}", error.file, error.offset),
        (0, record) => format!("{}: record {record}", error.file),
        (line, _) => format!("{}:{line}", error.file),
    }
}

/// The account of one file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ReadReport {
    /// The file.
    pub file: Arc<str>,
    /// Formats met, with the number of records of each.
    pub formats: BTreeMap<String, u64>,
    /// Records read.
    pub records: u64,
    /// Events made of them.
    pub events: u64,
    /// Records understood that are no event for us, by kind.
    pub skipped: BTreeMap<String, u64>,
    /// Records that could not be read.
    pub unreadable: u64,
    /// The first of those.
    pub problems: Vec<RecordError>,
    /// Bytes read, after decompression.
    pub bytes: u64,
    /// Whether the file ended before its last record did.
    pub truncated: bool,
}

impl ReadReport {
    /// Problems kept in full.
    pub const PROBLEMS: usize = 100;

    /// Whether every record of it could be read.
    pub fn whole(&self) -> bool {
        self.unreadable == 0 && !self.truncated
    }

    /// What could not be read of it, as a sentence.
    pub fn unread(&self) -> Option<String> {
        let (file, unreadable, records) = (&self.file, self.unreadable, self.records);
        let cut = if self.truncated {
            ", cut off at its end"
        } else {
            ""
        };
        let said = || format!("{file}: {unreadable} of {records} records could not be read{cut}");
        (!self.whole()).then(said)
    }

    pub(crate) fn skip(&mut self, kind: &str) {
        if let Some(count) = self.skipped.get_mut(kind) {
            *count += 1;
            return;
        }
        let known = self.skipped.len() < KINDS;
        let kind = if known { kind } else { "other" };
        *self.skipped.entry(kind.to_owned()).or_insert(0) += 1;
    }

    pub(crate) fn format(&mut self, name: &str) {
        match self.formats.get_mut(name) {
            Some(count) => *count += 1,
            None => {
                self.formats.insert(name.to_owned(), 1);
            }
        }
    }
}
