//! Articles and feeds to indicators, techniques, severity and hunts.
//!
//! An article is hostile input: it is read under limits, nothing of it is
//! followed, and nothing of it reaches a query, a page or a terminal unescaped.

#[macro_use]
mod pattern;

mod advice;
pub mod article;
mod brief;
pub mod campaign;
pub mod feed;
pub mod hunts;
pub mod indicators;
pub mod output;
pub mod severity;
mod summary;
pub mod techniques;

pub use brief::{Brief, Briefer};
pub use summary::summarise;
