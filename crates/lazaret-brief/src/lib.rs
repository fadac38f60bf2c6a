//! Articles and feeds to indicators, techniques, severity and hunts.
//!
//! An article is hostile input: it is read under limits, nothing of it is
//! followed, and nothing of it reaches a query, a page or a terminal unescaped.

pub mod article;
pub mod indicators;
pub mod techniques;
