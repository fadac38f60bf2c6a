//! Scalar and aggregate functions, one family a file.

pub mod cell;
pub mod json;
pub mod row;
pub mod time;
