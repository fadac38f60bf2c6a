//! Comparing bytes with the hashes that registries and lockfiles give.

use base64::Engine as _;
use sha2::Digest as _;

use crate::digest::hex;

/// A hash function, weakest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Algorithm {
    Sha1,
    Sha256,
    Sha384,
    Sha512,
}

/// An expected hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Integrity {
    algorithm: Algorithm,
    /// Lower-case hexadecimal.
    hex: String,
}

/// The bytes do not have the expected hash.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected {expected}, but the bytes have {found}")]
pub struct IntegrityError {
    /// As `sha256:hex`.
    pub expected: String,
    /// As `sha256:hex`.
    pub found: String,
}

impl Integrity {
    /// From SRI (`sha512-base64`), `sha256:hex`, `sha256=hex`, or plain hexadecimal of
    /// a length that tells the function. `None` if it is none of them.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        // SRI options follow a question mark.
        let text = text.split('?').next().unwrap_or(text);
        let (name, value) = text
            .split_once(['-', ':', '='])
            .map_or((None, text), |(name, value)| (Some(name), value));
        let algorithm = match name {
            Some("sha1") => Algorithm::Sha1,
            Some("sha256") => Algorithm::Sha256,
            Some("sha384") => Algorithm::Sha384,
            Some("sha512") => Algorithm::Sha512,
            Some(_) => return None,
            None => match value.len() {
                40 => Algorithm::Sha1,
                64 => Algorithm::Sha256,
                128 => Algorithm::Sha512,
                _ => return None,
            },
        };
        let is_hex =
            value.len() == algorithm.hex_length() && value.bytes().all(|b| b.is_ascii_hexdigit());
        let hex = if is_hex {
            value.to_ascii_lowercase()
        } else {
            let bytes = base64::engine::general_purpose::STANDARD
                .decode(value)
                .ok()?;
            hex(&bytes)
        };
        (hex.len() == algorithm.hex_length()).then_some(Self { algorithm, hex })
    }

    /// Whether these bytes have the hash.
    ///
    /// # Errors
    /// If they do not.
    pub fn check(&self, bytes: &[u8]) -> Result<(), IntegrityError> {
        let found = match self.algorithm {
            Algorithm::Sha1 => crate::sha1_hex(bytes),
            Algorithm::Sha256 => hex(&sha2::Sha256::digest(bytes)),
            Algorithm::Sha384 => hex(&sha2::Sha384::digest(bytes)),
            Algorithm::Sha512 => hex(&sha2::Sha512::digest(bytes)),
        };
        if found == self.hex {
            return Ok(());
        }
        Err(IntegrityError {
            expected: self.to_string(),
            found: format!("{}:{found}", self.algorithm.name()),
        })
    }

    /// Of several hashes of one file, those of the strongest function. Any one
    /// of them is enough, as in SRI.
    pub fn strongest<'a>(texts: impl IntoIterator<Item = &'a str>) -> Vec<Self> {
        let mut all: Vec<Self> = texts.into_iter().filter_map(Self::parse).collect();
        let best = all.iter().map(|one| one.algorithm).max();
        all.retain(|one| Some(one.algorithm) == best);
        all
    }
}

impl std::fmt::Display for Integrity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.algorithm.name(), self.hex)
    }
}

impl Algorithm {
    fn hex_length(self) -> usize {
        match self {
            Self::Sha1 => 40,
            Self::Sha256 => 64,
            Self::Sha384 => 96,
            Self::Sha512 => 128,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Sha1 => "sha1",
            Self::Sha256 => "sha256",
            Self::Sha384 => "sha384",
            Self::Sha512 => "sha512",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_writing_of_one_hash() {
        // SHA-256 of nothing (FIPS 180-4 examples).
        let hex = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        for text in [
            hex.to_owned(),
            format!("sha256:{hex}"),
            format!("sha256={hex}"),
            "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=".to_owned(),
        ] {
            let integrity = Integrity::parse(&text).unwrap();
            assert_eq!(integrity.check(b""), Ok(()), "{text}");
            assert!(integrity.check(b"x").is_err(), "{text}");
        }
        assert_eq!(Integrity::parse("sha256:00"), None);
        assert_eq!(
            Integrity::parse("md5:d41d8cd98f00b204e9800998ecf8427e"),
            None
        );
    }
}
