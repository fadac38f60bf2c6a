//! Indicators.
mod refang;
pub use refang::Refanged;
