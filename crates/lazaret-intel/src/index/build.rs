//! Building an index.

use std::{
    collections::BTreeMap,
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use super::{
    Entry, Record,
    file::{Header, ROW, hash, key, sum},
};

/// An index that could not be built or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// The file system refused.
    #[error("cannot write the index {path}: {source}")]
    Io {
        /// The index.
        path: String,
        /// Why.
        source: io::Error,
    },
    /// A record could not be written down.
    #[error("cannot encode a record: {0}")]
    Json(#[from] serde_json::Error),
}

/// The bytes of an index of `entries`, built at `now` (seconds since 1970).
/// Records with an id or alias in common for the same package become one.
///
/// # Errors
/// Only if encoding fails.
pub fn build(entries: Vec<Entry>, now: i64) -> Result<Vec<u8>, BuildError> {
    let mut by_name: BTreeMap<String, Vec<Record>> = BTreeMap::new();
    for entry in entries {
        merge(
            by_name.entry(key(&entry.package)).or_default(),
            entry.record,
        );
    }
    let mut records = Vec::new();
    let mut names = Vec::with_capacity(by_name.len());
    let mut count = 0;
    for (key, group) in &by_name {
        names.push((hash(key), records.len() as u64));
        count += group.len() as u64;
        let encoded = serde_json::to_vec(&(key, group))?;
        records.extend((encoded.len() as u32).to_le_bytes());
        records.extend(&sum(&encoded)[..4]);
        records.extend(encoded);
    }
    names.sort_unstable();
    let mut body = records;
    let records_length = body.len() as u64;
    for (hash, offset) in &names {
        body.extend(hash.to_le_bytes());
        body.extend(offset.to_le_bytes());
    }
    let header = Header {
        records: count,
        built: now,
        records_length,
        names_length: (names.len() * ROW) as u64,
        body_sum: sum(&body),
    };
    let mut out = header.encode().to_vec();
    out.extend(body);
    Ok(out)
}

fn merge(group: &mut Vec<Record>, record: Record) {
    let same = group.iter_mut().find(|known| {
        known.id == record.id
            || known.aliases.contains(&record.id)
            || record.aliases.contains(&known.id)
    });
    let Some(known) = same else {
        group.push(record);
        return;
    };
    // The later edit's word on withdrawal counts.
    if record.modified > known.modified {
        known.withdrawn = record.withdrawn;
        known.modified = record.modified;
    }
    let mut add = |list: fn(&mut Record) -> &mut Vec<String>, more: Vec<String>| {
        for value in more {
            if !list(known).contains(&value) {
                list(known).push(value);
            }
        }
    };
    add(|r| &mut r.aliases, record.aliases);
    add(|r| &mut r.indicators, record.indicators);
    add(|r| &mut r.origins, record.origins);
    add(|r| &mut r.versions, record.versions);
    if record.id != known.id && !known.aliases.contains(&record.id) {
        known.aliases.push(record.id);
    }
    for range in record.ranges {
        if !known.ranges.contains(&range) {
            known.ranges.push(range);
        }
    }
}

/// Writes `bytes` to `path` so that a reader sees the old index or the new
/// one and never a part; the old one is kept beside it as `.previous`.
///
/// # Errors
/// If the file system refuses; the old index is then untouched.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), BuildError> {
    let wrong = |source| BuildError::Io {
        path: path.display().to_string(),
        source,
    };
    let folder = path
        .parent()
        .filter(|p| !p.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(wrong)?;
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(wrong)?;
    file.write_all(bytes).map_err(wrong)?;
    file.as_file().sync_all().map_err(wrong)?;
    if path.exists() {
        let kept = previous(path);
        let _ = fs::remove_file(&kept);
        fs::hard_link(path, &kept)
            .or_else(|_| fs::copy(path, &kept).map(|_| ()))
            .map_err(wrong)?;
    }
    file.persist(path).map_err(|error| wrong(error.error))?;
    Ok(())
}

/// Where the index before this one is kept.
pub(super) fn previous(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".previous");
    name.into()
}
