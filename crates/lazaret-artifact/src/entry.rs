//! One file of an artifact.

use bytes::Bytes;

use crate::Format;

/// What is known of an entry before its bytes are read.
#[derive(Clone, Debug)]
pub struct EntryInfo<'a> {
    /// Logical path: without the common root folder, layers joined with `!/`.
    pub path: &'a str,
    /// Size in bytes where the archive gives one. Hostile archives lie.
    pub size: Option<u64>,
    /// Whether any executable bit is set.
    pub executable: bool,
    /// How many archives it is nested in; 0 in the outer one.
    pub depth: u8,
}

/// How much of an entry is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Want {
    /// No bytes; the entry is still reported.
    Nothing,
    /// At most so many bytes from its start.
    Head(u64),
    /// All bytes, up to [`crate::Limits::entry_bytes`].
    Whole,
}

/// A file of an artifact.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Its number in reading order, from 0.
    pub index: u64,
    /// Logical path: without the common root folder, layers joined with `!/`;
    /// never absolute, never with `..`.
    pub path: String,
    /// The path as the archive has it (lossy where not UTF-8), layers joined
    /// with `!/`.
    pub original: String,
    /// Size in bytes: what was read where it was read whole, else what the
    /// archive says.
    pub size: u64,
    /// Unix mode where the archive has one.
    pub mode: Option<u32>,
    /// How many archives it is nested in.
    pub depth: u8,
    /// What kind of archive it is itself, where it was opened as one.
    pub archive: Option<Format>,
    /// The bytes that were wanted.
    pub bytes: Bytes,
    /// Whether `bytes` is all of it.
    pub whole: bool,
}

impl Entry {
    /// Whether any executable bit is set.
    pub fn executable(&self) -> bool {
        self.mode.is_some_and(|mode| mode & 0o111 != 0)
    }
}
