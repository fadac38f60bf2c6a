//! What the code wrote into files, so that running such a file runs it.

use super::{Call, Interp, Key, Value};

/// Name of the memory that files are kept under.
const FILES: &str = "files";
/// Files that are kept.
const MOST: usize = 64;
/// Bytes up to which parts of a file are put together.
const JOINED: usize = 64 << 10;
/// Shorter texts are no programs.
const LEAST: usize = 8;

impl Interp<'_> {
    /// Keeps what was written to a file, in place of what was there.
    pub fn hold(&mut self, path: &str, value: &Value) {
        let map = self
            .memory
            .entry(FILES)
            .or_insert_with(|| Value::map([]))
            .clone();
        if let Value::Map(map) = map
            && map.entries.borrow().len() < MOST
        {
            map.set_key(Key::Str(normal(path).into()), value.clone());
        }
    }

    /// What was written to a file before.
    pub fn held(&self, path: &str) -> Option<Value> {
        match self.memory.get(FILES)? {
            Value::Map(map) => map.get(normal(path)),
            _ => None,
        }
    }

    /// Keeps the text that a call writes to the file at `path`; `more` adds
    /// to what is there.
    pub(super) fn hold_written(&mut self, path: &str, call: &Call, more: bool) {
        if path.is_empty() {
            return;
        }
        let text = call
            .args
            .iter()
            .filter_map(|value| self.known_text(value))
            .find(|text| text.len() >= LEAST && **text != *path);
        let Some(text) = text else {
            return;
        };
        let before = more
            .then(|| self.held(path))
            .flatten()
            .and_then(|value| self.known_text(&value))
            .filter(|before| before.len() + text.len() <= JOINED);
        match before {
            Some(before) => self.hold(path, &Value::from(format!("{before}{text}").as_str())),
            None => self.hold(path, &Value::from(&*text)),
        }
    }
}

fn normal(path: &str) -> &str {
    path.trim_start_matches("./")
}
