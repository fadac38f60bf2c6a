//! What was usual: values that analytics of kind `first_seen` have met, by
//! group, learnt in one run and compared with in later ones.
//!
//! On disk one group a line, as JSON: `{"rule": "<analytic>/<name>", "key":
//! ["npm"], "events": 40, "values": ["node", "sh"]}`.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::File,
    io::{BufRead as _, BufReader, BufWriter, Write as _},
    path::Path,
};

use serde::{Deserialize, Serialize};

use crate::DetectError;

/// Groups of one rule kept, at most.
pub(crate) const GROUPS: usize = 50_000;

/// Values of one group kept, at most; a group with more has no usual values,
/// and nothing is told of it.
const VALUES: usize = 10_000;

/// Longest line of a file, in bytes.
const LINE: usize = 16 << 20;

/// What was met in one group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Usual {
    /// Events counted.
    pub events: u64,
    /// Values met.
    pub values: BTreeSet<String>,
}

impl Usual {
    /// Whether it had more values than are kept.
    pub(crate) fn full(&self) -> bool {
        self.values.len() >= VALUES
    }

    /// Counts an event; whether its value is new.
    pub(crate) fn meet(&mut self, value: &str) -> bool {
        self.events = self.events.saturating_add(1);
        let new = !self.values.contains(value) && !self.full();
        if new {
            self.values.insert(value.to_owned());
        }
        new
    }

    fn merge(&mut self, other: Self) {
        self.events = self.events.saturating_add(other.events);
        for value in other.values {
            if self.full() {
                return;
            }
            self.values.insert(value);
        }
    }
}

/// What was usual before.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baseline {
    rules: BTreeMap<String, BTreeMap<Vec<String>, Usual>>,
}

#[derive(Deserialize, Serialize)]
struct Line {
    rule: String,
    key: Vec<String>,
    events: u64,
    values: BTreeSet<String>,
}

impl Baseline {
    /// Reads what [`Baseline::write`] wrote.
    ///
    /// # Errors
    /// When the file cannot be read, or a line is none of a baseline.
    pub fn read(path: &Path) -> Result<Self, DetectError> {
        let name = path.display().to_string();
        let fail = |error: &dyn std::fmt::Display| DetectError::content(&name, error);
        let mut input = BufReader::new(File::open(path).map_err(|error| fail(&error))?);
        let mut baseline = Self::default();
        let mut text = Vec::new();
        for number in 1_u64.. {
            text.clear();
            let mut whole = std::io::Read::take(&mut input, LINE as u64);
            let read = whole.read_until(b'\n', &mut text);
            match read.map_err(|error| fail(&error))? {
                0 => break,
                LINE => return Err(fail(&format!("line {number}: longer than {LINE} bytes"))),
                _ => {}
            }
            let line: Line = serde_json::from_slice(&text).map_err(|error| {
                fail(&format!(
                    "line {number}: {error}; a baseline is what `--learn` writes"
                ))
            })?;
            let usual = Usual {
                events: line.events,
                values: line.values.into_iter().take(VALUES).collect(),
            };
            baseline.add(&line.rule, line.key, usual);
        }
        Ok(baseline)
    }

    /// Writes it, whole or not at all: to a file beside, that takes its place.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&self, path: &Path) -> Result<(), DetectError> {
        let write = || -> std::io::Result<()> {
            let mut beside = path.as_os_str().to_owned();
            beside.push(".new");
            let mut out = BufWriter::new(File::create(&beside)?);
            for (rule, groups) in &self.rules {
                for (key, usual) in groups {
                    let line = Line {
                        rule: rule.clone(),
                        key: key.clone(),
                        events: usual.events,
                        values: usual.values.clone(),
                    };
                    serde_json::to_writer(&mut out, &line)?;
                    out.write_all(b"\n")?;
                }
            }
            out.into_inner()?.sync_all()?;
            std::fs::rename(&beside, path)
        };
        write().map_err(|error| DetectError::content(&path.display().to_string(), &error))
    }

    /// Adds what another run has learnt.
    pub fn merge(&mut self, other: Self) {
        for (rule, groups) in other.rules {
            for (key, usual) in groups {
                self.add(&rule, key, usual);
            }
        }
    }

    /// Groups, over all rules.
    pub fn groups(&self) -> usize {
        self.rules.values().map(BTreeMap::len).sum()
    }

    pub(crate) fn add(&mut self, rule: &str, key: Vec<String>, usual: Usual) {
        let groups = self.rules.entry(rule.to_owned()).or_default();
        if groups.len() < GROUPS || groups.contains_key(&key) {
            groups.entry(key).or_default().merge(usual);
        }
    }

    pub(crate) fn usual(&self, rule: &str, key: &[String]) -> Option<&Usual> {
        self.rules.get(rule)?.get(key)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// What was written is read again; what two runs learnt is the sum.
        #[test]
        fn survives_the_disk(met in prop::collection::vec(("[ab]", "[xy]{1,2}", "\\PC{0,6}"), 0..40)) {
            let mut baseline = Baseline::default();
            for (rule, key, value) in &met {
                let mut usual = Usual::default();
                usual.meet(value);
                baseline.add(rule, vec![key.clone()], usual);
            }
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("usual.jsonl");
            baseline.write(&path).unwrap();
            let read = Baseline::read(&path).unwrap();
            prop_assert_eq!(&read, &baseline);
            let events = |b: &Baseline| -> u64 {
                b.rules.values().flat_map(BTreeMap::values).map(|u| u.events).sum()
            };
            prop_assert_eq!(events(&read), met.len() as u64);
            let mut twice = read;
            twice.merge(baseline);
            prop_assert_eq!(events(&twice), 2 * met.len() as u64);
        }

        /// Any bytes are read, or refused by file and line.
        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("usual.jsonl");
            std::fs::write(&path, &bytes).unwrap();
            if let Err(error) = Baseline::read(&path) {
                prop_assert!(error.to_string().contains("usual.jsonl: line "), "{}", error);
            }
        }
    }
}
