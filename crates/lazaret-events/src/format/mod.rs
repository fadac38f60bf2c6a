//! The formats: one file or folder each, from a record to events.

mod auditd;
pub(crate) mod defender;
mod json;
mod lines;
mod rows;
mod strace;
mod syscall;
pub(crate) mod time;
pub(crate) mod windows;
mod zeek;

pub(crate) use json::{Json, JsonFormats};
pub(crate) use lines::Lines;
