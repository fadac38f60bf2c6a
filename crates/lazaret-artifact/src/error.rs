//! Why an artifact could not be read at all.

use std::{io, path::PathBuf};

/// Nothing could be read. Anything less is a [`crate::Note`].
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ArtifactError {
    /// The file or folder cannot be opened.
    #[error("cannot read {}: {source}; check that it exists and may be read", path.display())]
    Open {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file is larger than the limit.
    #[error("{name} has {size} bytes, more than the limit of {limit}; raise the limit to read it")]
    TooLarge {
        /// Which.
        name: String,
        /// Its size in bytes.
        size: u64,
        /// [`crate::Limits::packed_bytes`].
        limit: u64,
    },
}
