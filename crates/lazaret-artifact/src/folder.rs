//! Folders, read as they lie. Links are not followed.

use std::path::{Path, PathBuf};

use crate::{
    Limits, NoteKind,
    walk::{Content, FileMeta, Layer, Walk},
};

/// How deep folders are entered.
const DEPTH: usize = 128;

/// Reads all files below `path`, in the order of their names.
pub(crate) fn read(walk: &mut Walk<'_>, path: &Path) {
    let layer = Layer::outer();
    let mut pending: Vec<(PathBuf, String, usize)> = vec![(path.to_owned(), String::new(), 0)];
    while let Some((folder, prefix, depth)) = pending.pop() {
        if walk.stopped() {
            return;
        }
        if depth > DEPTH {
            walk.notes.add(
                NoteKind::LimitDepth,
                prefix.trim_end_matches('/'),
                format!("a folder within {DEPTH} others; not entered"),
            );
            continue;
        }
        let Some(mut children) = children(walk, &folder, &prefix) else {
            continue;
        };
        children.sort();
        let mut folders = Vec::new();
        for (name, path) in children {
            if walk.stopped() {
                return;
            }
            let inner = format!("{prefix}{name}");
            if let Some(next) = child(walk, &layer, &path, &name, &inner) {
                folders.push((next, format!("{inner}/"), depth.saturating_add(1)));
            }
        }
        pending.extend(folders.into_iter().rev());
    }
}

fn children(walk: &mut Walk<'_>, folder: &Path, prefix: &str) -> Option<Vec<(String, PathBuf)>> {
    let listing = match std::fs::read_dir(folder) {
        Ok(listing) => listing,
        Err(error) => {
            let path = prefix.trim_end_matches('/');
            walk.notes
                .add(NoteKind::Unreadable, path, error.to_string());
            return None;
        }
    };
    let most = usize::try_from(walk.limits.entries).unwrap_or(usize::MAX);
    let mut found = Vec::new();
    for item in listing.take(most.saturating_add(1)) {
        match item {
            Ok(item) => {
                let name = item.file_name().to_string_lossy().into_owned();
                found.push((name, item.path()));
            }
            Err(error) => walk
                .notes
                .add(NoteKind::Unreadable, prefix, error.to_string()),
        }
    }
    Some(found)
}

/// Reads a child, or gives it back where it is a folder to enter.
fn child(
    walk: &mut Walk<'_>,
    layer: &Layer,
    path: &Path,
    name: &str,
    inner: &str,
) -> Option<PathBuf> {
    let metadata = match std::fs::symlink_metadata(path) {
        Ok(metadata) => metadata,
        Err(error) => {
            walk.notes
                .add(NoteKind::Unreadable, inner, error.to_string());
            return None;
        }
    };
    if metadata.is_dir() {
        if skipped(walk.limits, name) {
            walk.notes
                .add(NoteKind::SkippedFolder, inner, "not entered");
            return None;
        }
        return Some(path.to_owned());
    }
    if !walk.count_entry(layer) {
        return None;
    }
    if metadata.is_symlink() {
        let target = std::fs::read_link(path).unwrap_or_default();
        walk.link(layer, inner.as_bytes(), target.to_string_lossy().as_bytes());
        return None;
    }
    if !metadata.is_file() {
        walk.notes
            .add(NoteKind::SpecialFile, inner, "a device, FIFO or socket");
        return None;
    }
    let file = match std::fs::File::open(path) {
        Ok(file) => file,
        Err(error) => {
            walk.notes
                .add(NoteKind::Unreadable, inner, error.to_string());
            return None;
        }
    };
    let meta = FileMeta {
        raw_path: inner.as_bytes(),
        size: Some(metadata.len()),
        mode: mode(&metadata),
        crc32: None,
    };
    let mut stream = walk.meter.wrap(file);
    if let Err(error) = walk.file(layer, &meta, Content::Stream(&mut stream)) {
        if walk.meter.tripped().is_some() {
            walk.broken(inner, &error);
        } else {
            walk.notes
                .add(NoteKind::Unreadable, inner, error.to_string());
        }
    }
    None
}

fn skipped(limits: &Limits, name: &str) -> bool {
    limits.skip_folders.iter().any(|skip| skip == name)
}

#[cfg(unix)]
fn mode(metadata: &std::fs::Metadata) -> Option<u32> {
    use std::os::unix::fs::MetadataExt as _;
    Some(metadata.mode())
}

#[cfg(not(unix))]
fn mode(_: &std::fs::Metadata) -> Option<u32> {
    None
}
