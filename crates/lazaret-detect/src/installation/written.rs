//! Files that installations wrote, so that what runs them later is known to
//! come of them.

use std::borrow::Cow;

use ahash::RandomState;
use lazaret_events::{Text, Time};
use rustc_hash::{FxHashMap, FxHashSet};

use super::InstallationId;

/// Who wrote which file.
#[derive(Debug)]
pub struct Written {
    limit: usize,
    /// By device and path, of which only a keyed hash is kept: paths take five
    /// times the room, and no one can choose two of the same hash.
    files: FxHashMap<u64, (InstallationId, Time)>,
    keys: RandomState,
    /// What `python -m` finds, by device and name.
    modules: FxHashMap<(u32, Text), Module>,
    /// Devices that installations wrote on.
    devices: FxHashSet<u32>,
    evicted: u64,
}

/// A Python module that can be run by its name.
#[derive(Debug)]
struct Module {
    /// The folder above `lib` that it is for.
    environment: Text,
    by: InstallationId,
    at: Time,
}

/// Modules remembered, at most; then all are forgotten.
const MODULES: usize = 1 << 16;

/// Folders of packages within one.
const PARTS: usize = 3;

impl Written {
    /// Remembers at most `limit` files, about 40 bytes each.
    pub fn new(limit: usize) -> Self {
        Self {
            limit: limit.max(8),
            files: FxHashMap::default(),
            keys: RandomState::new(),
            modules: FxHashMap::default(),
            devices: FxHashSet::default(),
            evicted: 0,
        }
    }

    /// Files forgotten for want of room.
    pub fn evicted(&self) -> u64 {
        self.evicted
    }

    /// Whether installations wrote anything on a device.
    pub fn any_on(&self, device: u32) -> bool {
        self.devices.contains(&device)
    }

    /// A file was written.
    pub fn write(&mut self, device: u32, path: &str, by: InstallationId, at: Time) {
        self.devices.insert(device);
        if self.files.len() >= self.limit {
            self.evict();
        }
        if let Some((module, environment)) = module(path) {
            if self.modules.len() >= MODULES {
                self.evicted += self.modules.len() as u64;
                self.modules.clear();
            }
            let module = (device, Text::from(module));
            let environment = Text::from(spelt(environment));
            self.modules.insert(
                module,
                Module {
                    environment,
                    by,
                    at,
                },
            );
        }
        self.files.insert(self.key(device, path), (by, at));
    }

    fn key(&self, device: u32, path: &str) -> u64 {
        self.keys.hash_one((device, &*spelt(path)))
    }

    /// Who wrote the module that `python -m name` runs, where the interpreter
    /// is one of these programs.
    pub fn module_writer(
        &self,
        device: u32,
        name: &str,
        programs: &[&str],
    ) -> Option<(InstallationId, Time)> {
        let module = self.modules.get(&(device, Text::new(name)))?;
        let environment = module.environment.as_str();
        // Every interpreter of the system or the user sees these.
        let shared =
            matches!(environment, "/usr" | "/usr/local") || environment.ends_with("/.local");
        let within = |program: &&str| {
            let program = spelt(program);
            let rest = program.strip_prefix(environment);
            rest.is_some_and(|rest| rest.starts_with(['/', '\\']))
        };
        let own = programs.iter().any(within);
        (own || shared).then_some((module.by, module.at))
    }

    /// Who wrote it.
    pub fn writer(&self, device: u32, path: &str) -> Option<(InstallationId, Time)> {
        self.files.get(&self.key(device, path)).copied()
    }

    /// A file has another name now, and the writer with it.
    pub fn rename(&mut self, device: u32, from: &str, to: &str) {
        if let Some(value) = self.files.remove(&self.key(device, from)) {
            self.files.insert(self.key(device, to), value);
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

/// The name by which Python runs a file as a module, and the folder of the
/// environment that it was installed in.
fn module(path: &str) -> Option<(String, &str)> {
    let stem = path.strip_suffix(".py")?;
    let at = stem.rfind("-packages")?;
    let tail = stem.get(at + "-packages".len()..)?.get(1..)?;
    let folder = stem.get(..at)?;
    let folder = folder
        .strip_suffix("site")
        .or(folder.strip_suffix("dist"))?;
    let mut parts: Vec<&str> = tail.split(['/', '\\']).collect();
    if parts.len() > PARTS || parts.last() == Some(&"__init__") {
        return None;
    }
    if parts.last() == Some(&"__main__") {
        parts.pop();
    }
    let lib = ["/lib/", "/lib64/", "\\Lib\\", "\\lib\\"];
    let end = lib.iter().filter_map(|lib| folder.rfind(lib)).max()?;
    (!parts.is_empty()).then_some((parts.join("."), folder.get(..end)?))
}

/// A path in the one spelling by which it is found.
fn spelt(path: &str) -> Cow<'_, str> {
    if path.starts_with('/') {
        Cow::Borrowed(path)
    } else {
        Cow::Owned(path.to_lowercase().replace('/', "\\"))
    }
}
