//! The known-malicious index: one file, memory-mapped, replaced as a whole.
//!
//! A lookup finds a name's hash in a sorted table and reads the record behind
//! it; nothing is loaded on opening but a header of a few dozen bytes. (A
//! finite-state map is smaller, but the `fst` crate panics on damaged bytes,
//! and to check them all on opening takes longer than opening may.)

mod build;
mod file;
mod open;

use std::cmp::Ordering;

use lazaret_model::Package;
use serde::{Deserialize, Serialize};

pub use build::{BuildError, build, write};
pub use open::{Index, IndexError, Status};

use crate::version::compare;

/// A record of one malicious package.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// OSV id.
    pub id: String,
    /// Other ids of the same.
    pub aliases: Vec<String>,
    /// One line.
    pub summary: String,
    /// RFC 3339; empty where it is not known. Often the date of an import.
    pub published: String,
    /// RFC 3339.
    pub modified: String,
    /// When it was taken back, if it was.
    pub withdrawn: Option<String>,
    /// Whether it speaks of malice.
    pub malicious: bool,
    /// Indicators that the record carries, as written.
    pub indicators: Vec<String>,
    /// Who reported it.
    pub origins: Vec<String>,
    /// Versions by name.
    pub versions: Vec<String>,
    /// Versions by range.
    pub ranges: Vec<Range>,
}

/// A range of versions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Range {
    /// Its events, in the order of the document.
    pub bounds: Vec<Bound>,
}

/// An end of a range.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Bound {
    /// From this version on; `0` is before all.
    Introduced(String),
    /// Before this version.
    Fixed(String),
    /// Up to and with this version.
    LastAffected(String),
}

/// A record with the package it is of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The package, without a version.
    pub package: Package,
    /// The record.
    pub record: Record,
}

/// Why a record applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Matched {
    /// The record names this version.
    Version,
    /// A range of the record holds this version.
    Range,
    /// The record is of all versions.
    All,
    /// No version was asked for, and some are malicious.
    Some,
}

impl Record {
    /// Whether the record is of `package`'s version, and why. Withdrawn
    /// records are of none.
    pub fn matches(&self, package: &Package) -> Option<Matched> {
        if self.withdrawn.is_some() {
            return None;
        }
        let all = self.versions.is_empty() && self.ranges.is_empty()
            || self.versions.is_empty() && self.ranges.iter().any(Range::is_all);
        if all {
            return Some(Matched::All);
        }
        let Some(version) = package.version() else {
            return Some(Matched::Some);
        };
        let ecosystem = package.ecosystem();
        let named = self
            .versions
            .iter()
            .any(|v| v == version || compare(ecosystem, v, version) == Ordering::Equal);
        if named {
            return Some(Matched::Version);
        }
        // `versions` lists what a range of all meant when it was written; the
        // schema says that either is enough.
        self.ranges
            .iter()
            .any(|range| range.holds(package, version))
            .then_some(Matched::Range)
    }
}

impl Range {
    fn is_all(&self) -> bool {
        matches!(self.bounds.as_slice(), [Bound::Introduced(from)] if from == "0")
    }

    /// The schema's evaluation: after sorting, the last event not after the
    /// version decides.
    fn holds(&self, package: &Package, version: &str) -> bool {
        let ecosystem = package.ecosystem();
        let mut held = false;
        for bound in &self.bounds {
            match bound {
                Bound::Introduced(from) => {
                    held |= from == "0" || compare(ecosystem, version, from) != Ordering::Less;
                }
                Bound::Fixed(end) => {
                    held &= compare(ecosystem, version, end) == Ordering::Less;
                }
                Bound::LastAffected(end) => {
                    held &= compare(ecosystem, version, end) != Ordering::Greater;
                }
            }
        }
        held
    }
}

#[cfg(test)]
mod tests;
