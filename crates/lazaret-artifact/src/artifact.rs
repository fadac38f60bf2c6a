//! The artifact as a whole.

use bytes::Bytes;
use lazaret_model::Package;
use serde::Serialize;

use crate::{
    ArtifactError, Digests, Entry, EntryInfo, Format, Limits, Note, NoteKind, Packaging, Source,
    Want, archive, folder, format,
    identity::{self, Metadata},
    source::{self, Opened},
    walk::{Content, FileMeta, Layer, Walk},
};

/// What was read, entries aside.
#[derive(Clone, Debug, Serialize)]
pub struct Artifact {
    /// The name that it was opened under.
    pub name: String,
    /// How it is packed; `None` for a folder or a single file.
    pub format: Option<Format>,
    /// Whether it is a folder on disk.
    pub folder: bool,
    /// What kind of package it is by its metadata.
    pub packaging: Option<Packaging>,
    /// The package that its metadata names.
    pub package: Option<Package>,
    /// The folder in which everything is, as `package` or `name-1.0`; it is
    /// taken off logical paths. Empty where there is none.
    pub root: String,
    /// Of the outer file; `None` for a folder.
    pub digests: Option<Digests>,
    /// Bytes of the outer file; 0 for a folder.
    pub packed_bytes: u64,
    /// Bytes that came out of all decoders.
    pub unpacked_bytes: u64,
    /// Entries of all layers: files, folders and links.
    pub entries: u64,
    /// What was odd, in reading order.
    pub notes: Vec<Note>,
    /// The metadata files that name the package, in reading order.
    #[serde(skip)]
    pub metadata: Vec<Metadata>,
}

impl Artifact {
    /// Whether everything was looked at.
    pub fn complete(&self) -> bool {
        !self.notes.iter().any(|note| note.kind.is_gap())
    }
}

/// Reads an artifact entry by entry. `want` says how much of each entry is
/// wanted, `visit` gets it; archives within it are opened whatever is wanted.
/// Only one entry's bytes (and those of the archives around it) are held at a
/// time.
///
/// # Errors
/// If the source cannot be opened or is larger than
/// [`Limits::packed_bytes`]; everything else is a note.
pub fn read(
    source: &Source,
    limits: &Limits,
    want: &dyn Fn(&EntryInfo<'_>) -> Want,
    visit: &mut dyn FnMut(Entry),
) -> Result<Artifact, ArtifactError> {
    Ok(match source::open(source, limits)? {
        Opened::Folder { name, path } => {
            let mut walk = Walk::new(limits, None, want, visit);
            folder::read(&mut walk, &path);
            finish(walk, name, None, None)
        }
        Opened::File { name, bytes } => {
            let packed = bytes.len() as u64;
            let mut walk = Walk::new(limits, Some(packed), want, visit);
            let format = outer_format(&bytes);
            check_name(&mut walk, &name, format);
            match format {
                Some(format) => {
                    archive::read(&mut walk, Layer::outer(), &name, format, bytes.clone())
                }
                None => single(&mut walk, &name, bytes.clone()),
            }
            finish(walk, name, format, Some(&bytes))
        }
    })
}

/// [`read`] with all entries kept.
///
/// # Errors
/// As [`read`].
pub fn load(source: &Source, limits: &Limits) -> Result<(Artifact, Vec<Entry>), ArtifactError> {
    let mut entries = Vec::new();
    let artifact = read(source, limits, &|_| Want::Whole, &mut |entry| {
        entries.push(entry)
    })?;
    Ok((artifact, entries))
}

fn outer_format(bytes: &Bytes) -> Option<Format> {
    match format::sniff(bytes) {
        // A self-extracting zip may begin like anything.
        None if archive::has_directory(bytes) => Some(Format::Zip),
        other => other,
    }
}

fn check_name(walk: &mut Walk<'_>, name: &str, format: Option<Format>) {
    if let Some(promised) = format::promised(name)
        && Some(promised) != format
    {
        let detail = match format {
            Some(format) => format!("by its name it is {promised:?}, by its content {format:?}"),
            None => format!("by its name it is {promised:?}, but its content is no archive"),
        };
        walk.notes.add(NoteKind::MisnamedArchive, "", detail);
    }
}

fn single(walk: &mut Walk<'_>, name: &str, bytes: Bytes) {
    let layer = Layer::outer();
    let file = name.rsplit(['/', '\\']).next().unwrap_or(name);
    if walk.count_entry(&layer) {
        let meta = FileMeta {
            raw_path: file.as_bytes(),
            size: Some(bytes.len() as u64),
            mode: None,
            crc32: None,
        };
        if let Err(error) = walk.file(&layer, &meta, Content::Memory(bytes)) {
            walk.broken(file, &error);
        }
    }
}

fn finish(walk: Walk<'_>, name: String, format: Option<Format>, bytes: Option<&Bytes>) -> Artifact {
    let unpacked_bytes = walk.meter.used();
    let identity = identity::identify(&walk.metadata, &walk.root, format);
    Artifact {
        name,
        format,
        folder: bytes.is_none(),
        packaging: identity.as_ref().map(|identity| identity.packaging),
        package: identity.and_then(|identity| identity.package),
        root: walk.root,
        digests: bytes.map(|bytes| Digests::of(bytes)),
        packed_bytes: bytes.map_or(0, |bytes| bytes.len() as u64),
        unpacked_bytes,
        entries: walk.entries,
        notes: walk.notes.finish(),
        metadata: walk.metadata,
    }
}
