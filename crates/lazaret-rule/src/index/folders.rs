//! Where searches of paths are at the end of folders that were met before:
//! neighbouring events mostly tell of files in the same few.

use std::hash::Hasher as _;

use aho_corasick::automaton::StateID;
use rustc_hash::FxHasher;

use super::parts::Parts;

/// Folders remembered, about 200 bytes each.
const FOLDERS: usize = 1 << 10;

/// Length of a folder that is remembered, in bytes: shorter ones are read as
/// soon as found again, longer ones take too much room.
const LENGTHS: std::ops::RangeInclusive<usize> = 16..=512;

/// Parts found in a folder that is remembered, at most.
const FOUND: usize = 32;

/// Remembers searches of the folders of paths, for one thread.
#[derive(Debug, Default)]
pub struct Folders {
    slots: Vec<Option<Folder>>,
}

#[derive(Debug)]
struct Folder {
    /// Number of the parts that were searched for.
    parts: u64,
    path: Box<str>,
    /// Where the search is behind it.
    state: StateID,
    /// Number of each part found, and where it ends.
    found: Box<[(usize, usize)]>,
}

impl Folders {
    /// As [`Parts::find`].
    pub(super) fn find(
        &mut self,
        parts: &Parts,
        text: &str,
        found: &mut impl FnMut(usize, usize) -> bool,
    ) {
        let cut = memchr::memrchr(b'/', text.as_bytes());
        let folder = cut.and_then(|at| text.get(..=at)).unwrap_or_default();
        let slot = match LENGTHS.contains(&folder.len()) {
            true => self.slot(parts, folder),
            false => None,
        };
        let Some(slot) = slot else {
            return parts.find(text, found);
        };
        if let Some(known) = slot
            && known.parts == parts.number
            && *known.path == *folder
        {
            for (part, end) in &known.found {
                found(*part, *end);
            }
            parts.find_from(known.state, text, folder.len(), found);
            return;
        }
        let Some(start) = parts.start() else {
            return;
        };
        let mut seen = Vec::new();
        let mut within = |part, end| {
            // What comes behind the folder differs.
            let useful = found(part, end);
            if useful || end == folder.len() {
                seen.push((part, end));
            }
            useful
        };
        let state = parts.find_from(start, folder, 0, &mut within);
        parts.find_from(state, text, folder.len(), found);
        if seen.len() <= FOUND {
            *slot = Some(Folder {
                parts: parts.number,
                path: Box::from(folder),
                state,
                found: seen.into(),
            });
        }
    }

    fn slot(&mut self, parts: &Parts, folder: &str) -> Option<&mut Option<Folder>> {
        if self.slots.is_empty() {
            self.slots.resize_with(FOLDERS, || None);
        }
        let mut hasher = FxHasher::default();
        hasher.write_u64(parts.number);
        hasher.write(folder.as_bytes());
        let at = hasher.finish() as usize % FOLDERS;
        self.slots.get_mut(at)
    }
}
