//! Hunts from text to rows: one binary, because linking the engine is slow.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::panic,
    clippy::expect_used,
    clippy::print_stderr
)]

mod bucket;
mod combined;
mod documented;
mod documented_tables;
mod documented_times;
mod documents;
mod drawn;
mod hostile;
mod lake;
mod limits;
mod reference;
mod searched;
mod semantics;
mod series;
mod staged;
mod translated;
