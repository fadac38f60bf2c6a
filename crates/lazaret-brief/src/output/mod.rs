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
