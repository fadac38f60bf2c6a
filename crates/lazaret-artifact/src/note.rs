//! What was odd about an artifact while reading it.

use serde::{Deserialize, Serialize};

/// What kind of oddity. The serialised names are stable: notes become
/// findings under them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum NoteKind {
    /// More entries than [`crate::Limits::entries`]; the rest was not read.
    LimitEntries,
    /// The outer file is larger than [`crate::Limits::packed_bytes`].
    LimitPackedBytes,
    /// More bytes than [`crate::Limits::unpacked_bytes`]; the rest was not read.
    LimitUnpackedBytes,
    /// An entry larger than [`crate::Limits::entry_bytes`]; only its head was read.
    LimitEntryBytes,
    /// Unpacks to more than [`crate::Limits::ratio`] times its size.
    LimitRatio,
    /// An archive nested deeper than [`crate::Limits::depth`]; not opened.
    LimitDepth,
    /// A path longer than [`crate::Limits::path_bytes`]; it was cut.
    LimitPathBytes,
    /// The archive ends too early; the entries before were read.
    TruncatedArchive,
    /// The archive or an entry cannot be decoded; what came before was read.
    CorruptArchive,
    /// An entry's content does not have the checksum or size that the archive gives.
    ChecksumMismatch,
    /// An entry is encrypted and cannot be looked at.
    EncryptedEntry,
    /// An entry is compressed by a method that is not read.
    UnsupportedCompression,
    /// A kind of archive that is not opened (7z, RAR, CAB).
    UnsupportedArchive,
    /// A symbolic or hard link within the artifact; not followed.
    Link,
    /// A link to an absolute path or out of the artifact; not followed.
    LinkEscape,
    /// A path that is absolute or has `..`; the harmless rest was kept.
    PathEscape,
    /// A path with control characters or that is not UTF-8.
    PathEncoding,
    /// A device, FIFO or socket.
    SpecialFile,
    /// Two entries with one path: which one is used depends on the tool.
    DuplicatePath,
    /// Headers that should agree do not: tools disagree on what is inside.
    HeaderMismatch,
    /// An entry that the archive's directory does not list; it was read too.
    HiddenEntry,
    /// Entries that share bytes, as in a zip bomb.
    OverlappingEntries,
    /// Bytes before the archive, as in a self-extracting one.
    PrefixData,
    /// Bytes after the archive's end.
    TrailingData,
    /// The name's ending says another format than the content has.
    MisnamedArchive,
    /// Entries outside the folder that holds the package.
    OutsideRoot,
    /// A file or folder that could not be opened.
    Unreadable,
    /// A folder that is never entered, such as `.git`.
    SkippedFolder,
}

impl NoteKind {
    /// The stable id, in kebab case.
    pub fn id(self) -> &'static str {
        match self {
            Self::LimitEntries => "limit-entries",
            Self::LimitPackedBytes => "limit-packed-bytes",
            Self::LimitUnpackedBytes => "limit-unpacked-bytes",
            Self::LimitEntryBytes => "limit-entry-bytes",
            Self::LimitRatio => "limit-ratio",
            Self::LimitDepth => "limit-depth",
            Self::LimitPathBytes => "limit-path-bytes",
            Self::TruncatedArchive => "truncated-archive",
            Self::CorruptArchive => "corrupt-archive",
            Self::ChecksumMismatch => "checksum-mismatch",
            Self::EncryptedEntry => "encrypted-entry",
            Self::UnsupportedCompression => "unsupported-compression",
            Self::UnsupportedArchive => "unsupported-archive",
            Self::Link => "link",
            Self::LinkEscape => "link-escape",
            Self::PathEscape => "path-escape",
            Self::PathEncoding => "path-encoding",
            Self::SpecialFile => "special-file",
            Self::DuplicatePath => "duplicate-path",
            Self::HeaderMismatch => "header-mismatch",
            Self::HiddenEntry => "hidden-entry",
            Self::OverlappingEntries => "overlapping-entries",
            Self::PrefixData => "prefix-data",
            Self::TrailingData => "trailing-data",
            Self::MisnamedArchive => "misnamed-archive",
            Self::OutsideRoot => "outside-root",
            Self::Unreadable => "unreadable",
            Self::SkippedFolder => "skipped-folder",
        }
    }

    /// Whether something was not looked at because of it.
    pub fn is_gap(self) -> bool {
        matches!(
            self,
            Self::LimitEntries
                | Self::LimitPackedBytes
                | Self::LimitUnpackedBytes
                | Self::LimitEntryBytes
                | Self::LimitRatio
                | Self::LimitDepth
                | Self::TruncatedArchive
                | Self::CorruptArchive
                | Self::EncryptedEntry
                | Self::UnsupportedCompression
                | Self::UnsupportedArchive
                | Self::Unreadable
        )
    }
}

impl std::fmt::Display for NoteKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.id())
    }
}

/// An oddity and where it was met.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// What kind.
    pub kind: NoteKind,
    /// The entry's path, layers joined with `!/`; empty for the artifact itself.
    pub path: String,
    /// The facts of this case, in one sentence.
    pub detail: String,
}

/// Notes, with a bound on how many of a kind are kept.
#[derive(Debug, Default)]
pub(crate) struct Notes {
    kept: Vec<Note>,
    counts: std::collections::BTreeMap<NoteKind, u32>,
    per_kind: u32,
}

impl Notes {
    pub(crate) fn new(per_kind: u32) -> Self {
        Self {
            per_kind,
            ..Self::default()
        }
    }

    pub(crate) fn add(&mut self, kind: NoteKind, path: &str, detail: impl Into<String>) {
        let count = self.counts.entry(kind).or_default();
        *count = count.saturating_add(1);
        if *count <= self.per_kind {
            self.kept.push(Note {
                kind,
                path: path.to_owned(),
                detail: detail.into(),
            });
        }
    }

    /// The notes, and one more for each kind that had too many.
    pub(crate) fn finish(mut self) -> Vec<Note> {
        for (kind, count) in self.counts {
            if count > self.per_kind {
                self.kept.push(Note {
                    kind,
                    path: String::new(),
                    detail: format!("and {} more of this kind", count - self.per_kind),
                });
            }
        }
        self.kept
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_the_serialised_names() {
        for kind in [
            NoteKind::LimitEntries,
            NoteKind::OverlappingEntries,
            NoteKind::SkippedFolder,
        ] {
            assert_eq!(
                serde_json::to_value(kind).unwrap(),
                serde_json::json!(kind.id())
            );
        }
    }

    #[test]
    fn too_many_of_a_kind_are_counted() {
        let mut notes = Notes::new(2);
        for i in 0..5 {
            notes.add(NoteKind::Link, &format!("{i}"), "");
        }
        let notes = notes.finish();
        assert_eq!(notes.len(), 3);
        assert_eq!(notes[2].detail, "and 3 more of this kind");
    }
}
