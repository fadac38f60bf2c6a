//! Digests of an artifact's bytes.

use serde::Serialize;
use sha2::Digest as _;

/// Digests of the outer file, in lower-case hexadecimal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Digests {
    /// SHA-256.
    pub sha256: String,
    /// SHA-512.
    pub sha512: String,
}

impl Digests {
    /// Of these bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self {
            sha256: hex(&sha2::Sha256::digest(bytes)),
            sha512: hex(&sha2::Sha512::digest(bytes)),
        }
    }
}

/// SHA-1 in hexadecimal, for the registries that still give only that.
pub fn sha1_hex(bytes: &[u8]) -> String {
    hex(&sha1::Sha1::digest(bytes))
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}
