//! Indicators.
mod candidate;
mod refang;
mod wallet;
pub use refang::Refanged;
