//! What earlier events of a log tell of the processes and files of later ones.

use std::{collections::HashMap, hash::Hash};

use super::{Call, call::Inode};
use crate::{
    event::{Text, Time, path},
    format::syscall,
};

/// Entries of a generation; two are kept.
const ROOM: usize = 1 << 14;

/// Longest path, or name of a device, that is kept.
const LONGEST: usize = 4096;

/// Whoever adopts a process did not start it; later than this its id may be
/// another's.
const ADOPTION: i64 = 60_000_000;

/// A map that forgets what was not put for the longest.
struct Generations<K, V> {
    new: HashMap<K, V>,
    old: HashMap<K, V>,
}

impl<K, V> Default for Generations<K, V> {
    fn default() -> Self {
        Self {
            new: HashMap::new(),
            old: HashMap::new(),
        }
    }
}

impl<K: Eq + Hash, V> Generations<K, V> {
    fn get(&self, key: &K) -> Option<&V> {
        self.new.get(key).or_else(|| self.old.get(key))
    }

    fn put(&mut self, key: K, value: V) {
        if self.new.len() >= ROOM {
            self.old = std::mem::take(&mut self.new);
        }
        self.new.insert(key, value);
    }

    fn remove(&mut self, key: &K) {
        self.new.remove(key);
        self.old.remove(key);
    }
}

/// A process of the log.
#[derive(Clone)]
struct Known {
    parent: Option<i64>,
    session: Option<i64>,
    /// When it was seen last.
    seen: Time,
    /// Whether its start was told: what it runs is known then.
    started: bool,
    /// The file that runs, and the link by which it was started.
    image: Text,
    link: Text,
}

/// Processes by device and id, files by device, file system and inode.
#[derive(Default)]
pub(super) struct Seen {
    processes: Generations<(Text, i64), Known>,
    files: Generations<(Text, Inode), Text>,
}

impl Seen {
    /// Mends what the records of a call say of its process by what was seen
    /// before; false where the call says nothing new.
    pub(super) fn process(&mut self, call: &mut Call, device: &Text, time: Time) -> bool {
        let Some(pid) = call.process.pid else {
            return true;
        };
        let names = [device, &call.process.image];
        if names.iter().any(|name| name.len() > LONGEST) {
            return true;
        }
        let key = (device.clone(), pid);
        let executes = matches!(call.name, "execve" | "execveat") && call.success;
        let mut now = Known {
            parent: call.parent,
            session: call.process.session,
            seen: time,
            started: executes,
            image: Text::default(),
            link: Text::default(),
        };
        let link = executes.then(|| call.link()).flatten();
        if let Some(link) = link.filter(|link| link.len() <= LONGEST) {
            now.image = std::mem::replace(&mut call.process.image, link.clone());
            now.link = link;
        }
        if let Some(known) = self.processes.get(&key).cloned() {
            let recent = time.0.saturating_sub(known.seen.0) < ADOPTION;
            if known.session == now.session
                && known.parent.is_some()
                && known.parent != now.parent
                && (recent || now.parent == Some(1))
            {
                now.parent = known.parent;
                call.parent = known.parent;
            }
            now.started |= known.started;
            if !executes && !known.link.is_empty() && known.image == call.process.image {
                call.process.image = known.link.clone();
                (now.image, now.link) = (known.image, known.link);
            }
            now.seen.0 = now.seen.0.max(known.seen.0);
            // The kernel keeps the title that the process had in its first
            // record, whatever it has run since.
            if known.started && call.execve.is_empty() {
                call.process.command_line = Text::default();
                call.process.arguments = Default::default();
            }
        }
        let forks = syscall::is_fork(call.name) && call.success && call.exit > 0;
        let child = forks.then(|| {
            let child = Known {
                parent: Some(pid),
                started: true,
                ..now.clone()
            };
            ((device.clone(), call.exit), child)
        });
        self.processes.put(key, now);
        let Some((key, child)) = child else {
            return true;
        };
        // `vfork` returns when the child has run its program already.
        if self.processes.get(&key).is_some_and(|c| c.seen >= time) {
            return false;
        }
        self.processes.put(key, child);
        true
    }

    /// Gives the files of a call their whole paths, where the records do not
    /// say which folder they are in, or name none, but its inode was seen.
    pub(super) fn files(&mut self, call: &mut Call, device: &Text) {
        if matches!(call.name, "execve" | "execveat" | "connect") {
            return;
        }
        for at in 0..call.paths.len() {
            let (Some(item), Some(inode)) = (call.paths.get(at), call.inodes.get(at)) else {
                return;
            };
            let key = inode.as_ref().map(|inode| (device.clone(), inode.clone()));
            let whole = if call.is_placed(item) {
                Some(call.resolve(item))
            } else if item.name.is_empty() || item.kind == "PARENT" {
                key.as_ref().and_then(|key| self.files.get(key)).cloned()
            } else {
                self.inside(call, &item.name, device)
            };
            let Some(whole) = whole else {
                continue;
            };
            if let Some(key) = key {
                if item.kind == "DELETE" {
                    self.files.remove(&key);
                } else if self.files.get(&key) != Some(&whole)
                    && whole.len().max(key.1.0.len()).max(device.len()) <= LONGEST
                {
                    self.files.put(key, whole.clone());
                }
            }
            if let Some(item) = call.paths.get_mut(at) {
                item.name = whole;
            }
        }
    }

    /// The path of a name by the inode of the folder that it is in.
    fn inside(&self, call: &Call, name: &str, device: &Text) -> Option<Text> {
        let items = call.paths.iter().zip(&call.inodes);
        let mut folders = items.filter(|(item, _)| item.kind == "PARENT");
        let (_, folder) = folders.next()?;
        // Of two folders it is not told which.
        if folders.next().is_some() {
            return None;
        }
        let folder = self.files.get(&(device.clone(), folder.clone()?))?;
        Some(Text::from(path::absolute(folder, path::file_name(name))))
    }
}
