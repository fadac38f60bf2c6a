//! The walk over an artifact: every file of every layer passes through here.

use std::{
    collections::HashSet,
    hash::{DefaultHasher, Hash as _, Hasher as _},
    io::{self, Read},
};

use bytes::Bytes;

use crate::{
    Entry, EntryInfo, Format, Limits, NoteKind, Want, archive, format,
    identity::{self, Metadata},
    meter::{Meter, read_full},
    note::Notes,
    path,
};

/// Largest metadata file that is kept to tell what package this is.
const METADATA_BYTES: u64 = 4 << 20;

/// One archive (or the folder) in the chain of nested ones.
pub(crate) struct Layer {
    /// Put before logical paths: empty or ending in `!/`.
    pub prefix: String,
    /// Put before original paths.
    pub original_prefix: String,
    /// How many archives it is in.
    pub depth: u8,
    /// The folder that holds everything, taken off logical paths.
    pub root: Option<String>,
    /// A tar that is not compressed, as gems are.
    pub plain_tar: bool,
}

impl Layer {
    pub(crate) fn outer() -> Self {
        Self {
            prefix: String::new(),
            original_prefix: String::new(),
            depth: 0,
            root: None,
            plain_tar: false,
        }
    }
}

/// What an archive says of a file.
pub(crate) struct FileMeta<'a> {
    pub raw_path: &'a [u8],
    pub size: Option<u64>,
    pub mode: Option<u32>,
    pub crc32: Option<u32>,
}

/// Where a file's bytes come from.
pub(crate) enum Content<'a> {
    Memory(Bytes),
    Stream(&'a mut dyn Read),
    /// They cannot be had (encrypted, unknown method).
    Missing,
}

/// State of one walk.
pub(crate) struct Walk<'a> {
    pub limits: &'a Limits,
    pub notes: Notes,
    pub meter: Meter,
    pub entries: u64,
    pub metadata: Vec<Metadata>,
    /// The root folder of the outer archive.
    pub root: String,
    want: &'a dyn Fn(&EntryInfo<'_>) -> Want,
    visit: &'a mut dyn FnMut(Entry),
    seen: HashSet<u64>,
    stopped: bool,
}

impl<'a> Walk<'a> {
    pub(crate) fn new(
        limits: &'a Limits,
        packed: Option<u64>,
        want: &'a dyn Fn(&EntryInfo<'_>) -> Want,
        visit: &'a mut dyn FnMut(Entry),
    ) -> Self {
        Self {
            limits,
            notes: Notes::new(limits.notes_per_kind),
            meter: Meter::new(limits, packed),
            entries: 0,
            metadata: Vec::new(),
            root: String::new(),
            want,
            visit,
            seen: HashSet::new(),
            stopped: false,
        }
    }

    /// Whether a limit has ended the walk.
    pub(crate) fn stopped(&self) -> bool {
        self.stopped
    }

    /// Counts an entry of any kind (folders and links too).
    pub(crate) fn count_entry(&mut self, layer: &Layer) -> bool {
        if self.stopped {
            return false;
        }
        if self.entries >= self.limits.entries {
            self.stopped = true;
            self.notes.add(
                NoteKind::LimitEntries,
                layer.prefix.trim_end_matches("!/"),
                format!(
                    "more than {} entries; the rest was not read",
                    self.limits.entries
                ),
            );
            return false;
        }
        self.entries = self.entries.saturating_add(1);
        true
    }

    /// The logical and the original path of an entry, with notes on what is
    /// wrong with it.
    pub(crate) fn paths(&mut self, layer: &Layer, raw: &[u8]) -> (String, String) {
        let clean = path::clean(raw, self.limits.path_bytes);
        let shown = raw.get(..self.limits.path_bytes).unwrap_or(raw);
        let original = format!(
            "{}{}",
            layer.original_prefix,
            String::from_utf8_lossy(shown)
        );
        let inner = match &layer.root {
            Some(root) => match clean.path.strip_prefix(root.as_str()) {
                Some(rest) if rest.starts_with('/') => rest.trim_start_matches('/'),
                _ => clean.path.as_str(),
            },
            None => clean.path.as_str(),
        };
        let logical = format!("{}{inner}", layer.prefix);
        if let Some(root) = layer.root.as_deref()
            && inner.len() == clean.path.len()
            && clean.path != root
        {
            self.notes.add(
                NoteKind::OutsideRoot,
                &logical,
                format!("is not in `{root}/` as the others are"),
            );
        }
        for (kind, detail) in clean.notes {
            self.notes.add(kind, &logical, detail);
        }
        (logical, original)
    }

    /// Notes a link; it is never followed.
    pub(crate) fn link(&mut self, layer: &Layer, raw: &[u8], target: &[u8]) {
        let (path, _) = self.paths(layer, raw);
        let target =
            String::from_utf8_lossy(target.get(..self.limits.path_bytes).unwrap_or(target));
        // The root folder is part of the tree that a link may move in.
        let from = match &layer.root {
            Some(root) => format!("{root}/{path}"),
            None => path.clone(),
        };
        let kind = if path::link_escapes(&from, &target) {
            NoteKind::LinkEscape
        } else {
            NoteKind::Link
        };
        self.notes.add(
            kind,
            &path,
            format!("a link to `{}`", target.escape_debug()),
        );
    }

    /// Notes why a stream ended early.
    pub(crate) fn broken(&mut self, path: &str, error: &io::Error) {
        if self.stopped {
            return;
        }
        if let Some(kind) = self.meter.tripped() {
            self.stopped = true;
            let limit = self.meter.max();
            self.notes.add(
                kind,
                path,
                format!("unpacks to more than {limit} bytes; the rest was not read"),
            );
        } else if error.kind() == io::ErrorKind::UnexpectedEof {
            self.notes.add(
                NoteKind::TruncatedArchive,
                path,
                "ends too early; what came before was read",
            );
        } else {
            self.notes.add(
                NoteKind::CorruptArchive,
                path,
                format!("cannot be decoded further: {error}"),
            );
        }
    }

    /// Takes in one file. An error means that its stream is broken.
    pub(crate) fn file(
        &mut self,
        layer: &Layer,
        meta: &FileMeta<'_>,
        content: Content<'_>,
    ) -> io::Result<()> {
        let (path, original) = self.paths(layer, meta.raw_path);
        if path.is_empty() || path.ends_with("!/") {
            self.notes
                .add(NoteKind::PathEncoding, &path, "a file without a name");
        }
        let clean_original = path::clean(original.as_bytes(), usize::MAX).path;
        if !self.seen.insert(hash(&clean_original)) {
            self.notes.add(
                NoteKind::DuplicatePath,
                &path,
                "more than one entry has this path; tools differ in which one they use",
            );
        }
        let executable = meta.mode.is_some_and(|mode| mode & 0o111 != 0);
        let want = (self.want)(&EntryInfo {
            path: &path,
            size: meta.size,
            executable,
            depth: layer.depth,
        });
        let is_metadata = identity::is_metadata(&path, &original);
        let read = self.read_content(want, is_metadata, layer, content);
        if read.cut && want == Want::Whole {
            self.notes.add(
                NoteKind::LimitEntryBytes,
                &path,
                format!(
                    "more than {} bytes; only those were read",
                    self.limits.entry_bytes
                ),
            );
        }
        if read.whole {
            self.check(&path, meta, &read.bytes);
        }
        if is_metadata && read.whole && read.bytes.len() as u64 <= METADATA_BYTES {
            self.metadata.push(Metadata {
                path: path.clone(),
                bytes: read.bytes.clone(),
            });
        }
        let wanted = match want {
            Want::Nothing => Bytes::new(),
            Want::Head(count) => first(&read.bytes, count),
            Want::Whole => first(&read.bytes, self.limits.entry_bytes),
        };
        let index = self.entries.saturating_sub(1);
        let opened = read.format.filter(|_| layer.depth < self.limits.depth);
        (self.visit)(Entry {
            index,
            size: match (read.whole, meta.size) {
                (false, Some(size)) => size,
                _ => read.bytes.len() as u64,
            },
            mode: meta.mode,
            depth: layer.depth,
            archive: opened,
            whole: read.whole && wanted.len() == read.bytes.len(),
            bytes: wanted,
            path: path.clone(),
            original: original.clone(),
        });
        if let Some(format) = read.format {
            self.nested(layer, &path, &original, format, read.bytes);
        }
        read.result
    }

    fn read_content(
        &mut self,
        want: Want,
        is_metadata: bool,
        layer: &Layer,
        content: Content<'_>,
    ) -> Taken {
        let stream = match content {
            Content::Missing => return Taken::default(),
            Content::Memory(bytes) => {
                return Taken {
                    format: format::sniff(&bytes),
                    cut: bytes.len() as u64 > self.limits.entry_bytes,
                    whole: true,
                    bytes,
                    result: Ok(()),
                };
            }
            Content::Stream(stream) => stream,
        };
        let mut bytes = vec![0; format::SNIFF_BYTES];
        let (filled, mut result) = read_full(stream, &mut bytes);
        bytes.truncate(filled);
        let format = format::sniff(&bytes);
        let limit = match want {
            _ if format.is_some() && layer.depth < self.limits.depth => self.limits.entry_bytes,
            _ if is_metadata => METADATA_BYTES,
            Want::Nothing => 0,
            Want::Head(count) => count.min(self.limits.entry_bytes),
            Want::Whole => self.limits.entry_bytes,
        };
        let mut whole = filled < format::SNIFF_BYTES && result.is_ok();
        let mut cut = false;
        if result.is_ok() && !whole {
            let rest = limit.saturating_sub(filled as u64);
            let before = bytes.len();
            result = stream.take(rest).read_to_end(&mut bytes).map(|_| ());
            let read = bytes.len().saturating_sub(before) as u64;
            if result.is_ok() {
                let mut probe = [0];
                let (more, probed) = if read < rest {
                    (0, Ok(()))
                } else {
                    read_full(stream, &mut probe)
                };
                whole = more == 0 && probed.is_ok();
                cut = more > 0 && limit == self.limits.entry_bytes;
                result = probed;
                if more > 0 {
                    // A byte was taken to see whether there is one.
                    bytes.extend_from_slice(&probe);
                }
            }
        }
        bytes.shrink_to_fit();
        Taken {
            bytes: bytes.into(),
            whole,
            cut,
            format,
            result,
        }
    }

    fn check(&mut self, path: &str, meta: &FileMeta<'_>, bytes: &[u8]) {
        if let Some(size) = meta.size
            && size != bytes.len() as u64
        {
            self.notes.add(
                NoteKind::ChecksumMismatch,
                path,
                format!("has {} bytes; the archive says {size}", bytes.len()),
            );
        }
        if let Some(expected) = meta.crc32 {
            let mut crc = flate2::Crc::new();
            crc.update(bytes);
            if crc.sum() != expected {
                self.notes.add(
                    NoteKind::ChecksumMismatch,
                    path,
                    format!(
                        "CRC-32 is {:08x}; the archive says {expected:08x}",
                        crc.sum()
                    ),
                );
            }
        }
    }

    fn nested(&mut self, layer: &Layer, path: &str, original: &str, format: Format, bytes: Bytes) {
        if layer.depth >= self.limits.depth {
            self.notes.add(
                NoteKind::LimitDepth,
                path,
                format!("an archive within {} others; not opened", layer.depth),
            );
            return;
        }
        if self.stopped {
            return;
        }
        // A gem is a tar of these three; their content is the package's.
        let of_gem = layer.plain_tar
            && layer.depth == 0
            && matches!(
                original,
                "data.tar.gz" | "metadata.gz" | "checksums.yaml.gz"
            );
        let child = Layer {
            prefix: if of_gem {
                String::new()
            } else {
                format!("{path}!/")
            },
            original_prefix: format!("{original}!/"),
            depth: layer.depth.saturating_add(1),
            root: None,
            plain_tar: false,
        };
        archive::read(self, child, path, format, bytes);
    }
}

/// What was read of one file.
struct Taken {
    bytes: Bytes,
    whole: bool,
    cut: bool,
    format: Option<Format>,
    result: io::Result<()>,
}

impl Default for Taken {
    fn default() -> Self {
        Self {
            bytes: Bytes::new(),
            whole: false,
            cut: false,
            format: None,
            result: Ok(()),
        }
    }
}

fn first(bytes: &Bytes, count: u64) -> Bytes {
    let count = usize::try_from(count).unwrap_or(usize::MAX);
    bytes.slice(..bytes.len().min(count))
}

fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}
