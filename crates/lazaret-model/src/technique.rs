//! MITRE ATT&CK technique ids.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize, de};

/// An ATT&CK Enterprise technique or sub-technique id: `T1195`, `T1195.001`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TechniqueId {
    technique: u16,
    sub: u16,
}

/// The text is not a technique id.
#[derive(Debug, thiserror::Error)]
#[error("`{0}` is not an ATT&CK technique id such as T1195 or T1195.001")]
pub struct TechniqueError(String);

impl TechniqueId {
    /// The parent technique; itself where it is not a sub-technique.
    pub fn parent(self) -> Self {
        Self { sub: 0, ..self }
    }

    /// Whether this is a sub-technique.
    pub fn is_sub(self) -> bool {
        self.sub != 0
    }
}

impl fmt::Display for TechniqueId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "T{:04}", self.technique)?;
        if self.sub != 0 {
            write!(f, ".{:03}", self.sub)?;
        }
        Ok(())
    }
}

impl fmt::Debug for TechniqueId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for TechniqueId {
    type Err = TechniqueError;

    fn from_str(text: &str) -> Result<Self, TechniqueError> {
        let error = || TechniqueError(text.to_owned());
        let digits = |text: &str, count: usize| {
            (text.len() == count && text.bytes().all(|b| b.is_ascii_digit()))
                .then(|| text.parse::<u16>().ok())
                .flatten()
        };
        let rest = text.strip_prefix(['T', 't']).ok_or_else(error)?;
        let (technique, sub) = match rest.split_once('.') {
            Some((technique, sub)) => (technique, digits(sub, 3).ok_or_else(error)?),
            None => (rest, 0),
        };
        Ok(Self {
            technique: digits(technique, 4).ok_or_else(error)?,
            sub,
        })
    }
}

impl Serialize for TechniqueId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for TechniqueId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(de::Error::custom)
    }
}
