//! What SPL computes of one row, and of many.

pub mod aggregate;
pub mod clock;
pub mod compare;
pub mod eval;
pub mod figures;
pub mod multi;
pub mod pairs;
pub mod path;
pub mod text;
pub mod units;
pub mod value;
pub mod wildcard;
