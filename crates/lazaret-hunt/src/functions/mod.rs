//! Scalar and aggregate functions, one family a file.

pub mod aggregate;
pub mod array;
pub mod calendar;
pub mod cell;
pub mod convert;
pub mod distinct;
pub mod encoding;
pub mod extreme;
pub mod fit;
pub mod json;
pub mod math;
pub mod network;
pub mod origin;
pub mod parse;
pub mod pattern;
pub mod predicate;
pub mod punycode;
pub mod registry;
pub mod row;
pub mod running;
pub mod season;
pub mod series;
pub mod string;
pub mod term;
pub mod time;
