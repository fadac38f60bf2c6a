//! What is known: packages reported as malicious, and popular names with what
//! looks like them.

mod import;
pub mod index;
pub mod names;
mod osv;
mod version;

pub use import::{ImportError, ImportReport, import};
pub use osv::{OsvError, parse as parse_osv};
pub use version::compare as compare_versions;
