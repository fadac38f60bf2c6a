//! Finding the directory of a zip.

use bytes::Bytes;

use super::header::{CENTRAL, Central, u16_at, u32_at, u64_at};
use crate::NoteKind;

const END: &[u8] = b"PK\x05\x06";
const END64: &[u8] = b"PK\x06\x06";
const LOCATOR64: &[u8] = b"PK\x06\x07";
const END_BYTES: usize = 22;

/// The end record is at most a comment (64 KiB) away from the end. More is
/// looked at, since readers differ in how much they allow after it.
const SEARCH_BYTES: usize = 1 << 20;

/// A zip's directory.
pub(super) struct Directory {
    pub entries: Vec<Central>,
    /// Bytes before the zip proper; offsets count from there.
    pub prefix: usize,
    /// Where the directory begins in the file.
    pub start: usize,
    /// Whether records were missing.
    pub broken: bool,
    pub notes: Vec<(NoteKind, String)>,
}

/// An end record that points at a directory.
struct End {
    at: usize,
    start: usize,
    prefix: usize,
    count: u64,
    /// Where the file should end.
    until: usize,
}

/// Whether these bytes are a zip by their directory, whatever comes first.
pub(crate) fn has_directory(bytes: &[u8]) -> bool {
    ends(bytes).next().is_some_and(|end| end.count > 0)
}

/// The end records from last to first, those only that fit: the bytes of
/// compressed data can hold the mark by chance.
fn ends(bytes: &[u8]) -> impl Iterator<Item = End> + '_ {
    let from = bytes.len().saturating_sub(SEARCH_BYTES);
    let window = bytes.get(from..).unwrap_or_default();
    memchr::memmem::rfind_iter(window, END)
        .filter_map(move |found| end_at(bytes, from.checked_add(found)?))
}

fn end_at(bytes: &[u8], at: usize) -> Option<End> {
    let record = bytes.get(at..)?;
    let mut count = u64::from(u16_at(record, 10)?);
    let mut size = u64::from(u32_at(record, 12)?);
    let mut offset = u64::from(u32_at(record, 16)?);
    let until = at
        .checked_add(END_BYTES)?
        .checked_add(usize::from(u16_at(record, 20)?))?;
    if until > bytes.len() {
        return None;
    }
    let mut end_of_directory = at;
    let needs64 = count == u64::from(u16::MAX)
        || size == u64::from(u32::MAX)
        || offset == u64::from(u32::MAX);
    if needs64 && let Some((at64, record)) = end64(bytes, at) {
        count = u64_at(record, 32)?;
        size = u64_at(record, 40)?;
        offset = u64_at(record, 48)?;
        end_of_directory = at64;
    }
    let size = usize::try_from(size).ok()?;
    let offset = usize::try_from(offset).ok()?;
    let start = end_of_directory.checked_sub(size)?;
    // Whatever was put before the zip moves the directory by its length.
    let prefix = start.checked_sub(offset)?;
    let fits = count == 0 && size == 0 || bytes.get(start..)?.starts_with(CENTRAL);
    fits.then_some(End {
        at,
        start,
        prefix,
        count,
        until,
    })
}

fn end64(bytes: &[u8], end: usize) -> Option<(usize, &[u8])> {
    let locator = end.checked_sub(20)?;
    if !bytes.get(locator..)?.starts_with(LOCATOR64) {
        return None;
    }
    // The record is just before its locator, whatever offset that gives.
    let from = locator.saturating_sub(1 << 16);
    let found = memchr::memmem::rfind(bytes.get(from..locator)?, END64)?;
    let at = from.checked_add(found)?;
    Some((at, bytes.get(at..)?))
}

/// The directory, where there is one.
pub(super) fn find(bytes: &Bytes) -> Option<Directory> {
    let mut ends = ends(bytes);
    let end = ends.next()?;
    let mut notes = Vec::new();
    let after = bytes.len().saturating_sub(end.until);
    if after > 0 {
        notes.push((
            NoteKind::TrailingData,
            format!("{after} bytes follow the end of the zip"),
        ));
    }
    if end.prefix > 0 {
        notes.push((
            NoteKind::PrefixData,
            format!("{} bytes come before the zip", end.prefix),
        ));
    }
    // An end record within a stored nested zip lies before our directory.
    if ends.any(|other| other.at > end.start && other.count > 0) {
        notes.push((
            NoteKind::HeaderMismatch,
            "there are two directories; tools differ in which one they read".to_owned(),
        ));
    }
    let mut entries = Vec::new();
    let mut at = end.start;
    while at < end.at
        && let Some((central, next)) = Central::read(bytes, at)
    {
        entries.push(central);
        at = next;
    }
    let read = entries.len() as u64;
    if read > end.count {
        notes.push((
            NoteKind::HeaderMismatch,
            format!(
                "the directory has {read} entries, its end record says {}",
                end.count
            ),
        ));
    }
    Some(Directory {
        broken: read < end.count,
        entries,
        prefix: end.prefix,
        start: end.start,
        notes,
    })
}
