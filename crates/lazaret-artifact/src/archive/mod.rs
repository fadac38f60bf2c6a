//! Archives, read in memory and entry by entry. Nothing is ever unpacked to
//! disk.

mod decompress;
mod tar;
mod zip;

use std::io::Read as _;

use bytes::Bytes;

use crate::{
    Format, NoteKind, format,
    meter::read_full,
    walk::{Content, FileMeta, Layer, Walk},
};

pub(crate) use zip::has_directory;

/// Bytes of a decoded stream that are looked at to tell a tar and its root.
const PEEK_BYTES: usize = 256 << 10;

/// Reads all entries of an archive. `name` is what its file is called.
pub(crate) fn read(
    walk: &mut Walk<'_>,
    mut layer: Layer,
    name: &str,
    format: Format,
    bytes: Bytes,
) {
    let outer = layer.prefix.trim_end_matches("!/").to_owned();
    match format {
        Format::Zip => zip::read(walk, layer, bytes),
        Format::Tar => {
            layer.plain_tar = true;
            let peek = bytes.slice(..bytes.len().min(PEEK_BYTES));
            set_root(walk, &mut layer, &peek);
            tar::read(walk, &layer, tar::Input::memory(bytes));
        }
        Format::Unsupported => walk.notes.add(
            NoteKind::UnsupportedArchive,
            &outer,
            "7z, RAR and cabinet archives are not opened",
        ),
        Format::Gzip | Format::Bzip2 | Format::Xz | Format::Zstd => {
            let inner_name = (format == Format::Gzip)
                .then(|| decompress::gzip_name(&bytes))
                .flatten()
                .unwrap_or_else(|| stem(name));
            let mut stream = match decompress::decoder(format, bytes) {
                Some(Ok(decoder)) => walk.meter.wrap(decoder),
                Some(Err(error)) => return walk.broken(&outer, &error),
                None => return,
            };
            let mut peek = vec![0; PEEK_BYTES];
            let (filled, result) = read_full(&mut stream, &mut peek);
            peek.truncate(filled);
            if let Err(error) = &result {
                walk.broken(&outer, error);
            }
            let peek = Bytes::from(peek);
            let is_tar = format::is_tar(&peek);
            if is_tar {
                set_root(walk, &mut layer, &peek);
            }
            let mut all: Box<dyn std::io::Read> = if result.is_ok() && filled == PEEK_BYTES {
                Box::new(std::io::Cursor::new(peek).chain(stream))
            } else {
                Box::new(std::io::Cursor::new(peek))
            };
            if is_tar {
                tar::read(walk, &layer, tar::Input::stream(all));
            } else if walk.count_entry(&layer) {
                let meta = FileMeta {
                    raw_path: inner_name.as_bytes(),
                    size: None,
                    mode: None,
                    crc32: None,
                };
                if let Err(error) = walk.file(&layer, &meta, Content::Stream(&mut all)) {
                    walk.broken(&outer, &error);
                }
            }
        }
    }
}

/// Takes the common folder off, in the outer archive only.
fn set_root(walk: &mut Walk<'_>, layer: &mut Layer, peek: &[u8]) {
    if layer.depth == 0
        && let Some(root) = tar::common_root(peek)
    {
        walk.root.clone_from(&root);
        layer.root = Some(root);
    }
}

/// The file name without its last ending.
fn stem(name: &str) -> String {
    let name = name.rsplit(['/', '\\']).next().unwrap_or(name);
    match name.rsplit_once('.') {
        Some((stem, _)) if !stem.is_empty() => stem.to_owned(),
        _ => format!("{name}.unpacked"),
    }
}
