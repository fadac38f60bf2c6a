//! What is known: packages reported as malicious, and popular names with what
//! looks like them.

mod import;
pub mod index;
mod known;
pub mod names;
mod osv;
mod version;

pub use import::{ImportError, ImportReport, import};
pub use known::{KNOWN_MALICIOUS, Knowledge, LOOKALIKE_NAME, STARJACKING};
pub use osv::{OsvError, parse as parse_osv};
pub use version::compare as compare_versions;
