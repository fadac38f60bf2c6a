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

    /// A path of a PATH record, from the root.
    pub(super) fn resolve(&self, item: &PathItem) -> Text {
        // Relative to another folder than the current one: not known which.
        const CURRENT: u64 = 0xffff_ff9c;
        let at = self.name.ends_with("at") || self.name.ends_with("at2");
        let known = !at || self.arguments[0] & 0xffff_ffff == CURRENT;
        if known || item.name.starts_with('/') {
            return Text::from(path::absolute(&self.process.cwd, &item.name));
        }
        let folder = self
            .paths
            .iter()
            .find(|p| p.kind == "PARENT" && p.name.starts_with('/'));
        match folder {
            Some(folder) => Text::from(path::join(&folder.name, path::file_name(&item.name))),
            None => item.name.clone(),
        }
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
