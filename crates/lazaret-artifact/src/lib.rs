//! Bounded reading of package archives, folders, lockfiles and registries.
//!
//! [`read`] walks any artifact entry by entry, by content and not by name,
//! nested archives included; [`read_parallel`] does so on several cores. What
//! is odd (limits, links, paths that lead out, headers that disagree) is
//! reported as [`Note`]s. Nothing is ever written to disk.

mod archive;
mod artifact;
mod digest;
mod entry;
mod error;
mod folder;
mod format;
mod identity;
mod integrity;
mod limits;
mod lockfile;
mod meter;
mod note;
mod parallel;
mod path;
#[cfg(feature = "registry")]
pub mod registry;
mod source;
mod walk;

pub use artifact::{Artifact, load, read};
pub use digest::{Digests, sha1_hex};
pub use entry::{Entry, EntryInfo, Want};
pub use error::ArtifactError;
pub use format::Format;
pub use identity::{Metadata, Packaging};
pub use integrity::{Integrity, IntegrityError};
pub use limits::Limits;
pub use lockfile::{
    LockFormat, Locked, Lockfile, Problem, ProblemKind, SourceKind, parse_lockfile, read_lockfile,
};
pub use note::{Note, NoteKind};
pub use parallel::read_parallel;
pub use source::Source;
