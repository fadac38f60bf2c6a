//! Installations: each run of a package manager that installs, or fetches
//! and runs, with what it asked for and what it wrote.

mod command;
mod managers;
mod service;
mod written;

use lazaret_events::{Text, Time};
use lazaret_model::Package;
use rustc_hash::FxHashSet;

use crate::lineage::NodeId;

pub use command::Invocation;
pub(crate) use command::{is_interpreter, split_command_line};
pub use managers::{Manager, Managers};
pub(crate) use service::Services;
pub use written::Written;

/// Names an [`Installation`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InstallationId(pub u32);

/// How a process belongs to an installation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Membership {
    /// The installation.
    pub installation: InstallationId,
    /// Starts between the package manager and the process; 0 for itself.
    pub depth: u16,
    /// Whether it belongs to it by a file that the installation wrote and
    /// that ran outside of it, not by descent.
    pub by_file: bool,
    /// Whether it belongs to it only by having read code that the installation
    /// wrote, as an interpreter does of a module.
    pub imported: bool,
}

impl Membership {
    /// What a child inherits.
    #[must_use]
    pub fn child(self) -> Self {
        Self {
            depth: self.depth.saturating_add(1),
            ..self
        }
    }
}

/// One run of a package manager.
#[derive(Clone, Debug)]
pub struct Installation {
    /// Its number, in the order of their starts.
    pub id: InstallationId,
    /// Number of the device.
    pub device: u32,
    /// The package manager (`npm`, `pip`).
    pub manager: Text,
    /// What it was asked to do (`install`).
    pub verb: Text,
    /// The whole command line.
    pub command_line: Text,
    /// The packages asked for by name; empty where a lockfile or manifest
    /// says what to install.
    pub packages: Vec<Package>,
    /// Files, folders and URLs asked for.
    pub sources: Vec<Text>,
    /// A registry or index given on the command line.
    pub registry: Text,
    /// Who ran it.
    pub account: Text,
    /// Numeric user id or SID.
    pub account_id: Text,
    /// Where.
    pub cwd: Text,
    /// When it started.
    pub started: Time,
    /// When its process ended, where that is known.
    pub ended: Option<Time>,
    /// The last event in its descent.
    pub seen: Time,
    /// Its first process.
    pub root: NodeId,
    /// The installation that it was started by.
    pub within: Option<InstallationId>,
    /// Processes in its descent.
    pub processes: u32,
    /// Files written in its descent.
    pub files: u32,
    /// Connections opened in its descent.
    pub connections: u32,
    /// Addresses that the package manager itself talked to.
    pub(crate) manager_addresses: FxHashSet<Text>,
}

impl Installation {
    /// Microseconds from its start to `time`.
    pub fn age(&self, time: Time) -> i64 {
        time.0.saturating_sub(self.started.0)
    }

    /// Addresses kept of the package manager's own connections.
    const ADDRESSES: usize = 256;

    pub(crate) fn talked_to(&mut self, address: &Text) {
        if self.manager_addresses.len() < Self::ADDRESSES {
            self.manager_addresses.insert(address.clone());
        }
    }
}
