//! Files that installations wrote, so that what runs them later is known to
//! come of them.

use lazaret_events::{Text, Time};
use rustc_hash::FxHashMap;

use super::InstallationId;

/// Who wrote which file.
#[derive(Debug)]
pub struct Written {
    limit: usize,
    files: FxHashMap<(u32, Text), (InstallationId, Time)>,
    evicted: u64,
}

impl Written {
    /// Remembers at most `limit` files, about 150 bytes each.
    pub fn new(limit: usize) -> Self {
        Self {
            limit: limit.max(8),
            files: FxHashMap::default(),
            evicted: 0,
        }
    }

    /// Files forgotten for want of room.
    pub fn evicted(&self) -> u64 {
        self.evicted
    }

    /// A file was written.
    pub fn write(&mut self, device: u32, path: &str, by: InstallationId, at: Time) {
        if self.files.len() >= self.limit {
            self.evict();
        }
        self.files.insert((device, key(path)), (by, at));
    }

    /// Who wrote it.
    pub fn writer(&self, device: u32, path: &str) -> Option<(InstallationId, Time)> {
        self.files.get(&(device, key(path))).copied()
    }

    /// A file has another name now, and the writer with it.
    pub fn rename(&mut self, device: u32, from: &str, to: &str) {
        if let Some(value) = self.files.remove(&(device, key(from))) {
            self.files.insert((device, key(to)), value);
        }
    }

    fn evict(&mut self) {
        let mut times: Vec<i64> = self.files.values().map(|(_, at)| at.0).collect();
        let middle = times.len() / 4;
        let (_, cut, _) = times.select_nth_unstable(middle);
        let cut = *cut;
        let before = self.files.len();
        self.files.retain(|_, (_, at)| at.0 > cut);
        self.evicted += (before - self.files.len()) as u64;
    }
}

fn key(path: &str) -> Text {
    if path.starts_with('/') {
        Text::new(path)
    } else {
        Text::from(path.to_lowercase().replace('/', "\\"))
    }
}
