//! Opening an index and looking packages up.

use std::{
    fs::File,
    io,
    path::{Path, PathBuf},
};

use lazaret_model::{Ecosystem, Package};
use memmap2::Mmap;
use serde::Serialize;

use super::{
    Entry, Matched, Record,
    build::previous,
    file::{HEADER, Header, PREFIX, ROW, hash, key, sum},
};

/// An index that cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IndexError {
    /// There is none.
    #[error(
        "there is no index at {path}; make one with `lazaret db import` or `lazaret db update`"
    )]
    Missing {
        /// Where it was looked for.
        path: String,
    },
    /// It cannot be read.
    #[error("cannot read the index {path}: {source}")]
    Io {
        /// The index.
        path: String,
        /// Why.
        source: io::Error,
    },
    /// It is damaged or not an index.
    #[error("the index {path} cannot be used: {reason}")]
    Corrupt {
        /// The index.
        path: String,
        /// What is wrong.
        reason: String,
    },
}

/// An open index. Cheap to open, shared between threads.
#[derive(Debug)]
pub struct Index {
    path: PathBuf,
    bytes: Mmap,
    header: Header,
}

/// What an index holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Status {
    /// Where it is.
    pub path: String,
    /// Number of records.
    pub records: u64,
    /// Number of package names.
    pub names: u64,
    /// Bytes of the file.
    pub bytes: u64,
    /// When it was built, seconds since 1970.
    pub built: i64,
}

impl Index {
    /// Opens the index at `path`; where it is damaged, the one before it.
    /// The warning says so.
    ///
    /// # Errors
    /// If there is none, or neither can be used.
    pub fn open(path: &Path) -> Result<(Self, Option<String>), IndexError> {
        match Self::open_exactly(path) {
            Ok(index) => Ok((index, None)),
            Err(IndexError::Missing { path }) if !previous(Path::new(&path)).exists() => {
                Err(IndexError::Missing { path })
            }
            Err(error) => match Self::open_exactly(&previous(path)) {
                Ok(index) => Ok((index, Some(format!("{error}; the one before it is used")))),
                Err(_) => Err(error),
            },
        }
    }

    #[allow(unsafe_code, reason = "memory maps have no other interface")]
    fn open_exactly(path: &Path) -> Result<Self, IndexError> {
        let shown = || path.display().to_string();
        let file = File::open(path).map_err(|source| match source.kind() {
            io::ErrorKind::NotFound => IndexError::Missing { path: shown() },
            _ => IndexError::Io {
                path: shown(),
                source,
            },
        })?;
        // SAFETY: the file is only ever replaced by renaming another over it
        // (`build::write`), never changed in place; whatever bytes it has are
        // checked before use.
        let mapped = unsafe { Mmap::map(&file) };
        let bytes = mapped.map_err(|source| IndexError::Io {
            path: shown(),
            source,
        })?;
        let corrupt = |reason: String| IndexError::Corrupt {
            path: shown(),
            reason,
        };
        let header = Header::decode(&bytes).map_err(|reason| corrupt(reason.to_owned()))?;
        Ok(Self {
            path: path.to_owned(),
            bytes,
            header,
        })
    }

    /// The records that are of `package`'s version. Without a version: those
    /// of any.
    ///
    /// # Errors
    /// If the record is damaged.
    pub fn lookup(&self, package: &Package) -> Result<Vec<(Record, Matched)>, IndexError> {
        let records = self.records(package)?;
        Ok(records
            .into_iter()
            .filter_map(|record| {
                let matched = record.matches(package)?;
                Some((record, matched))
            })
            .collect())
    }

    /// All records of the package's name, withdrawn ones too.
    ///
    /// # Errors
    /// If the record is damaged.
    pub fn records(&self, package: &Package) -> Result<Vec<Record>, IndexError> {
        let key = key(package);
        let hash = hash(&key);
        let names = self.names();
        let first = names.partition_point(|row| number(row, 0) < hash);
        let mut found = Vec::new();
        for row in names[first..]
            .iter()
            .take_while(|row| number(row, 0) == hash)
        {
            let (name, records) =
                self.record_at(number(row, 8))
                    .ok_or_else(|| IndexError::Corrupt {
                        path: self.path.display().to_string(),
                        reason: format!("the record of {package} is damaged"),
                    })?;
            // Two names can have one hash.
            if name == key {
                found.extend(records);
            }
        }
        Ok(found)
    }

    /// All entries, for an import that adds to them; damaged ones are left out
    /// and counted.
    pub fn entries(&self) -> (Vec<Entry>, usize) {
        let mut entries = Vec::new();
        let mut damaged = 0;
        for row in self.names() {
            let Some((key, records)) = self.record_at(number(row, 8)) else {
                damaged += 1;
                continue;
            };
            let package = key.split_once('\0').and_then(|(ecosystem, name)| {
                Some(Package::new(
                    Ecosystem::from_purl_type(ecosystem)?,
                    name,
                    None,
                ))
            });
            match package {
                Some(package) => entries.extend(records.into_iter().map(|record| Entry {
                    package: package.clone(),
                    record,
                })),
                None => damaged += 1,
            }
        }
        (entries, damaged)
    }

    /// The rows of the name table.
    fn names(&self) -> &[[u8; ROW]] {
        let start = HEADER.saturating_add(self.header.records_length as usize);
        self.bytes.get(start..).unwrap_or_default().as_chunks().0
    }

    fn record_at(&self, offset: u64) -> Option<(String, Vec<Record>)> {
        let end = HEADER.checked_add(usize::try_from(self.header.records_length).ok()?)?;
        let records = self.bytes.get(HEADER..end)?;
        let record = records.get(usize::try_from(offset).ok()?..)?;
        let length = u32::from_le_bytes(record.get(..4)?.try_into().ok()?) as usize;
        let encoded = record.get(PREFIX..PREFIX.checked_add(length)?)?;
        if sum(encoded)[..4] != *record.get(4..PREFIX)? {
            return None;
        }
        serde_json::from_slice(encoded).ok()
    }

    /// What it holds.
    pub fn status(&self) -> Status {
        Status {
            path: self.path.display().to_string(),
            records: self.header.records,
            names: self.names().len() as u64,
            bytes: self.bytes.len() as u64,
            built: self.header.built,
        }
    }

    /// Reads the whole file and compares its checksum.
    ///
    /// # Errors
    /// If it does not hold.
    pub fn verify(&self) -> Result<(), IndexError> {
        let body = self.bytes.get(HEADER..).unwrap_or_default();
        if sum(body) == self.header.body_sum {
            Ok(())
        } else {
            Err(IndexError::Corrupt {
                path: self.path.display().to_string(),
                reason: "its checksum does not hold".into(),
            })
        }
    }
}

fn number(row: &[u8; ROW], at: usize) -> u64 {
    let mut wide = [0; 8];
    wide.copy_from_slice(&row[at..at + 8]);
    u64::from_le_bytes(wide)
}
