//! zip. Our own reader, since what other readers hide is what matters here:
//! duplicate names, entries that the directory does not list, headers that
//! disagree, a directory that is a decoy (APPNOTE.TXT 6.3.10 has the layout).

mod data;
mod directory;
mod header;

use bytes::Bytes;

use crate::{
    NoteKind,
    walk::{Content, FileMeta, Layer, Walk},
};
use data::Decoded;
use header::{Central, Local};

pub(crate) use directory::has_directory;

/// Bytes between two entries that are not looked at: data descriptors and
/// alignment.
const GAP_BYTES: usize = 30;

/// Reads all entries.
pub(super) fn read(walk: &mut Walk<'_>, mut layer: Layer, bytes: Bytes) {
    let outer = layer.prefix.trim_end_matches("!/").to_owned();
    let Some(directory) = directory::find(&bytes) else {
        if !bytes.is_empty() {
            walk.notes.add(
                NoteKind::TruncatedArchive,
                &outer,
                "the zip has no directory; entries were read one after the other",
            );
        }
        set_root(walk, &mut layer, &[]);
        run(walk, &layer, &bytes, 0..bytes.len());
        return;
    };
    for (kind, detail) in &directory.notes {
        walk.notes.add(*kind, &outer, detail.as_str());
    }
    if directory.broken {
        walk.notes.add(
            NoteKind::TruncatedArchive,
            &outer,
            "the zip's directory is cut off; the entries that it lists were read",
        );
    }
    set_root(walk, &mut layer, &directory.entries);
    let mut used: Vec<(usize, usize)> = Vec::new();
    for central in &directory.entries {
        if !walk.count_entry(&layer) {
            return;
        }
        if let Some(range) = listed(walk, &layer, &bytes, &directory, central) {
            used.push(range);
        }
        if let Some(kind) = walk.meter.tripped() {
            let error = std::io::Error::other(kind.id());
            walk.broken(&outer, &error);
            return;
        }
    }
    used.sort_unstable();
    if let Some(pair) = used
        .windows(2)
        .find(|pair| matches!(pair, [a, b] if b.0 < a.1))
    {
        walk.notes.add(
            NoteKind::OverlappingEntries,
            &outer,
            format!(
                "entries share bytes, from offset {}",
                pair.last().map_or(0, |p| p.0)
            ),
        );
    }
    hidden(
        walk,
        &layer,
        &bytes,
        directory.prefix,
        directory.start,
        &used,
    );
}

/// Takes the common folder off, in the outer archive only.
fn set_root(walk: &mut Walk<'_>, layer: &mut Layer, entries: &[Central]) {
    if layer.depth > 0 {
        return;
    }
    let mut root: Option<String> = None;
    for entry in entries.iter().filter(|entry| !entry.name.ends_with(b"/")) {
        let clean = crate::path::clean(&entry.name, usize::MAX).path;
        match (crate::path::first_folder(&clean), &root) {
            (Some(first), None) => root = Some(first.to_owned()),
            (Some(first), Some(known)) if first == known => {}
            _ => return,
        }
    }
    // A wheel, jar or extension of one module is not in a wrapping folder;
    // only folders named after a release are wrappers.
    if let Some(root) = root
        && (root == "package" || root.contains('-') && root.bytes().any(|b| b.is_ascii_digit()))
    {
        walk.root.clone_from(&root);
        layer.root = Some(root);
    }
}

/// Reads an entry of the directory; gives the range of its bytes.
fn listed(
    walk: &mut Walk<'_>,
    layer: &Layer,
    bytes: &Bytes,
    directory: &directory::Directory,
    central: &Central,
) -> Option<(usize, usize)> {
    let name = String::from_utf8_lossy(&central.name).into_owned();
    let at = usize::try_from(central.offset)
        .ok()
        .and_then(|offset| offset.checked_add(directory.prefix));
    let Some((at, local)) = at.and_then(|at| Some((at, Local::read(bytes, at)?))) else {
        walk.notes.add(
            NoteKind::CorruptArchive,
            &name,
            "the directory lists an entry that is not there",
        );
        return None;
    };
    for difference in differences(central, &local) {
        walk.notes.add(NoteKind::HeaderMismatch, &name, difference);
    }
    let size = usize::try_from(central.packed).unwrap_or(usize::MAX);
    let end = local.data.saturating_add(size);
    let data = bytes.slice(local.data.min(bytes.len())..end.min(bytes.len()));
    if end > bytes.len() {
        walk.notes.add(
            NoteKind::TruncatedArchive,
            &name,
            "the entry ends after the archive does",
        );
    }
    entry(walk, layer, central, data);
    Some((at, end.min(bytes.len())))
}

fn differences(central: &Central, local: &Local) -> Vec<String> {
    let mut found = Vec::new();
    if central.name != local.name {
        found.push(format!(
            "the directory names it `{}`, its own header `{}`",
            String::from_utf8_lossy(&central.name).escape_debug(),
            String::from_utf8_lossy(&local.name).escape_debug(),
        ));
    }
    if central.method != local.method {
        found.push(format!(
            "the directory gives compression {}, its own header {}",
            central.method, local.method
        ));
    }
    // With a data descriptor (flag bit 3) the local header has zeros.
    let described = local.flags & header::DESCRIPTOR != 0;
    if !(described && local.packed == 0) && central.packed != local.packed {
        found.push(format!(
            "the directory gives {} packed bytes, its own header {}",
            central.packed, local.packed
        ));
    }
    if !(described && local.size == 0) && central.size != local.size {
        found.push(format!(
            "the directory gives {} bytes, its own header {}",
            central.size, local.size
        ));
    }
    found
}

/// Hands one entry to the walk.
fn entry(walk: &mut Walk<'_>, layer: &Layer, central: &Central, data: Bytes) {
    if central.name.ends_with(b"/") && central.size == 0 {
        // Only for the notes on its path.
        let clean = crate::path::clean(&central.name, walk.limits.path_bytes);
        for (kind, detail) in clean.notes {
            walk.notes.add(kind, &clean.path, detail);
        }
        return;
    }
    let meta = FileMeta {
        raw_path: &central.name,
        size: Some(central.size),
        mode: central.mode,
        crc32: Some(central.crc32),
    };
    let encrypted = central.flags & header::ENCRYPTED != 0;
    let decoded = if encrypted {
        let (path, _) = walk.paths(layer, &central.name);
        walk.notes
            .add(NoteKind::EncryptedEntry, &path, "protected by a password");
        Decoded::Missing
    } else {
        data::decode(central.method, data)
    };
    let is_link = central
        .mode
        .is_some_and(|mode| mode & 0o170_000 == 0o120_000);
    let result = match decoded {
        Decoded::Missing => {
            if !encrypted {
                let (path, _) = walk.paths(layer, &central.name);
                let detail = format!("compressed by method {}", central.method);
                walk.notes
                    .add(NoteKind::UnsupportedCompression, &path, detail);
            }
            let meta = FileMeta {
                crc32: None,
                ..meta
            };
            walk.file(layer, &meta, Content::Missing)
        }
        Decoded::Memory(bytes) if is_link => {
            walk.link(layer, &central.name, &bytes);
            Ok(())
        }
        Decoded::Memory(bytes) => {
            if walk.meter.spend(bytes.len() as u64) {
                walk.file(layer, &meta, Content::Memory(bytes))
            } else {
                Ok(())
            }
        }
        Decoded::Stream(stream) => {
            let mut stream = walk.meter.wrap(stream);
            if is_link {
                let mut target = vec![0; walk.limits.path_bytes];
                let (filled, result) = crate::meter::read_full(&mut stream, &mut target);
                target.truncate(filled);
                walk.link(layer, &central.name, &target);
                result
            } else {
                walk.file(layer, &meta, Content::Stream(&mut stream))
            }
        }
    };
    if let Err(error) = result {
        let (path, _) = walk.paths(layer, &central.name);
        walk.broken(&path, &error);
    }
}

/// Looks for entries that the directory does not list: streaming readers see
/// them.
fn hidden(
    walk: &mut Walk<'_>,
    layer: &Layer,
    bytes: &Bytes,
    start: usize,
    end: usize,
    used: &[(usize, usize)],
) {
    let mut from = start;
    for (begin, until) in used.iter().copied().chain([(end, end)]) {
        if begin.saturating_sub(from) >= GAP_BYTES {
            run(walk, layer, bytes, from..begin);
        }
        from = from.max(until);
        if walk.stopped() {
            return;
        }
    }
}

/// Reads local entries one after the other, as a streaming reader does.
fn run(walk: &mut Walk<'_>, layer: &Layer, bytes: &Bytes, range: std::ops::Range<usize>) {
    let listed = !has_directory(bytes);
    let mut at = range.start;
    while !walk.stopped() {
        let Some(window) = bytes.get(at..range.end) else {
            return;
        };
        let Some(found) = memchr::memmem::find(window, header::LOCAL) else {
            return;
        };
        at = at.saturating_add(found);
        let Some(local) = Local::read(bytes, at).filter(|local| !local.name.is_empty()) else {
            at = at.saturating_add(4);
            continue;
        };
        if !walk.count_entry(layer) {
            return;
        }
        if !listed {
            walk.notes.add(
                NoteKind::HiddenEntry,
                &String::from_utf8_lossy(&local.name),
                "not in the zip's directory; only some tools see it",
            );
        }
        let (central, end) = data::measure(bytes, &local, range.end);
        let data = bytes.slice(local.data.min(end)..end);
        entry(walk, layer, &central, data);
        at = end.max(at.saturating_add(4));
    }
}
