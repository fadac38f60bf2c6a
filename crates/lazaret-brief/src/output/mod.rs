//! Briefs in the formats that people and their tools read.

mod csv;
mod html;
mod index;
mod markdown;
mod misp;
mod osv;
mod stix;

pub use csv::{blocklist, defender_indicators, indicators as indicators_csv, splunk_lookup};
pub use html::html;
pub use index::{feed, index};
pub use markdown::markdown;
pub use misp::misp;
pub use osv::osv;
pub use stix::stix;

/// The same id for the same thing each time (UUID version 5, the highest that
/// the schemas of STIX 2.1 take).
fn uuid(kind: &str, value: &str) -> uuid::Uuid {
    uuid::Uuid::new_v5(
        &uuid::Uuid::NAMESPACE_OID,
        format!("lazaret\0{kind}\0{value}").as_bytes(),
    )
}
