//! KQL and SPL over a Parquet lake of events.
//!
//! Two front ends ([`kql`], [`spl`]), each lexer → parser → syntax tree →
//! semantic analysis, give one kind of DataFusion plan; the [`engine`] runs it
//! under limits over the [`lake`], over files, or over nothing but the
//! documented schemas.

pub mod chart;
pub mod engine;
pub mod error;
pub mod functions;
pub mod kql;
pub mod lake;
pub mod schema;
pub mod spl;
mod translate;
pub mod value;

pub use engine::{Cancel, Format, Hunt, HuntResult, Language, Options, Summary};
pub use error::{Class, Diagnostic, HuntError};
pub use lake::{Bucket, Lake, LakeWriter, Shipment, TableWriter};
pub use translate::Translation;
pub use value::{ScalarType, Value};
