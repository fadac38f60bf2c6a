//! A system call as far as audit records tell of it.

use std::{collections::BTreeMap, sync::Arc};

use super::sockaddr::Address;
use crate::{
    event::{Process, Text, path},
    format::syscall,
};

/// A PATH record.
#[derive(Default)]
pub(crate) struct PathItem {
    /// As the program gave it.
    pub(crate) name: Text,
    /// `CREATE`, `DELETE`, `NORMAL`, `PARENT`.
    pub(crate) kind: Text,
    /// Mode in octal.
    pub(crate) mode: Text,
}

/// `AT_FDCWD`: names are below the current folder.
pub(super) const CURRENT: u64 = 0xffff_ff9c;

/// File system and number of an inode.
pub(super) type Inode = (Text, u64);

/// Everything known of a system call.
#[derive(Default)]
pub(crate) struct Call {
    pub(super) name: &'static str,
    pub(super) number: Text,
    pub(crate) success: bool,
    pub(crate) exit: i64,
    pub(crate) arguments: [u64; 4],
    pub(crate) process: Process,
    pub(crate) parent: Option<i64>,
    /// The parent, where more than its id is known.
    pub(crate) parent_process: Option<Process>,
    pub(crate) login: Text,
    pub(crate) comm: Text,
    pub(crate) key: Text,
    pub(super) execve: BTreeMap<u32, Vec<u8>>,
    pub(super) title: Vec<Text>,
    pub(crate) paths: Vec<PathItem>,
    /// Of each path, where it is told.
    pub(super) inodes: Vec<Option<Inode>>,
    pub(crate) address: Option<Address>,
}

impl Call {
    /// Names the call by its number on `arch`, or by its name.
    pub(crate) fn set_name(&mut self, arch: &str, number: &str) {
        let known = match number.parse() {
            Ok(number) => syscall::name(arch, number),
            Err(_) => syscall::known(number),
        };
        self.name = known.unwrap_or_default();
        self.number = Text::new(number);
    }

    /// The parent, as far as it is known.
    pub(super) fn parent(&self) -> Option<Arc<Process>> {
        let known = self.parent_process.clone();
        known
            .or_else(|| self.parent.map(Process::with_pid))
            .map(Arc::new)
    }

    /// The process that acted, with its parent.
    pub(super) fn actor(&self) -> Process {
        let mut process = self.process.clone();
        if process.image.is_empty() {
            process.image = self.comm.clone();
        }
        process.parent = self.parent();
        process
    }

    /// Whether relative names may be below another folder than the current one.
    fn elsewhere(&self) -> bool {
        let folders: &[usize] = match self.name {
            "renameat" | "renameat2" | "linkat" => &[0, 2],
            "symlinkat" => &[1],
            name if name.ends_with("at") || name.ends_with("at2") => &[0],
            _ => &[],
        };
        let mut given = folders.iter().filter_map(|at| self.arguments.get(*at));
        given.any(|folder| folder & 0xffff_ffff != CURRENT)
    }

    /// Whether it is known where a PATH record's name is. The kernel writes
    /// the current folder as that of names in folders given by descriptor.
    pub(super) fn is_placed(&self, item: &PathItem) -> bool {
        let absolute = item.name.starts_with('/');
        let guessed = item.kind == "PARENT" && item.name == self.process.cwd;
        !item.name.is_empty() && (!self.elsewhere() || absolute && !guessed)
    }

    /// A path of a PATH record, from the root.
    pub(super) fn resolve(&self, item: &PathItem) -> Text {
        if item.name.starts_with('/') || self.is_placed(item) {
            return Text::from(path::absolute(&self.process.cwd, &item.name));
        }
        let folder = self
            .paths
            .iter()
            .find(|p| p.kind == "PARENT" && p.name.starts_with('/') && self.is_placed(p));
        match folder {
            Some(folder) => Text::from(path::join(&folder.name, path::file_name(&item.name))),
            None => item.name.clone(),
        }
    }

    /// The link by which the program was started: `sh` is told, not `dash`, and
    /// an environment's `python`, as every other telemetry has it.
    pub(super) fn link(&self) -> Option<Text> {
        let item = self.paths.first().filter(|item| !item.name.is_empty())?;
        let image = self.process.image.as_str();
        let given = item.name.as_bytes();
        // A script is an argument of its interpreter.
        let script = self.execve.values().skip(1).take(4).any(|a| a == given);
        let path = self.resolve(item);
        let real = ["/proc/", "/dev/fd/"];
        let kept = script
            || image.is_empty()
            || image.ends_with(" (deleted)")
            || !path.starts_with('/')
            || real.iter().any(|folder| path.starts_with(folder));
        (!kept && path != image).then_some(path)
    }

    pub(super) fn first(&self, kinds: &[&str]) -> Option<&PathItem> {
        let named = |item: &&PathItem| !item.name.is_empty();
        kinds.iter().find_map(|kind| {
            self.paths
                .iter()
                .filter(named)
                .find(|item| item.kind == *kind)
        })
    }
}
