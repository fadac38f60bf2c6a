//! Where an artifact comes from.

use std::path::{Path, PathBuf};

use bytes::Bytes;

use crate::{ArtifactError, Limits};

/// A file, a folder, or bytes that are already here.
#[derive(Clone, Debug)]
pub enum Source {
    /// A file or folder on disk.
    Path(PathBuf),
    /// Bytes with the name that they are shown under.
    Bytes {
        /// Shown in messages; its ending is compared with the content.
        name: String,
        /// The bytes.
        bytes: Bytes,
    },
}

impl Source {
    /// A file or folder on disk.
    pub fn path(path: impl Into<PathBuf>) -> Self {
        Self::Path(path.into())
    }

    /// Bytes with a name.
    pub fn bytes(name: impl Into<String>, bytes: impl Into<Bytes>) -> Self {
        Self::Bytes {
            name: name.into(),
            bytes: bytes.into(),
        }
    }
}

/// A source, opened.
pub(crate) enum Opened {
    File { name: String, bytes: Bytes },
    Folder { name: String, path: PathBuf },
}

pub(crate) fn open(source: &Source, limits: &Limits) -> Result<Opened, ArtifactError> {
    let path = match source {
        Source::Bytes { name, bytes } => {
            check_size(name, bytes.len() as u64, limits)?;
            return Ok(Opened::File {
                name: name.clone(),
                bytes: bytes.clone(),
            });
        }
        Source::Path(path) => path,
    };
    let name = path.display().to_string();
    let error = |source| ArtifactError::Open {
        path: path.clone(),
        source,
    };
    let metadata = std::fs::metadata(path).map_err(error)?;
    if metadata.is_dir() {
        return Ok(Opened::Folder {
            name,
            path: path.clone(),
        });
    }
    check_size(&name, metadata.len(), limits)?;
    let bytes = read_bounded(path, limits.packed_bytes).map_err(error)?;
    Ok(Opened::File {
        name,
        bytes: bytes.into(),
    })
}

/// At most `limit` bytes of a file, which may grow or be a device.
fn read_bounded(path: &Path, limit: u64) -> std::io::Result<Vec<u8>> {
    use std::io::Read as _;
    let file = std::fs::File::open(path)?;
    let size = file.metadata()?.len().min(limit);
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or(0));
    file.take(limit).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn check_size(name: &str, size: u64, limits: &Limits) -> Result<(), ArtifactError> {
    if size > limits.packed_bytes {
        return Err(ArtifactError::TooLarge {
            name: name.to_owned(),
            size,
            limit: limits.packed_bytes,
        });
    }
    Ok(())
}
