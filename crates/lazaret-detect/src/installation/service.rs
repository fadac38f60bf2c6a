//! Services that carry out what an installer was asked for in another process:
//! Windows' installer service, macOS' `installd`.

use lazaret_events::Time;
use rustc_hash::FxHashMap;

use super::{Installation, InstallationId};
use crate::lineage::NodeId;

/// How long after its start an installer's service still works for it where
/// its end is not seen, in µs.
const WAIT: i64 = 600_000_000;

/// How long after the installer's end its service may still write, in µs.
const AFTER: i64 = 30_000_000;

/// Services remembered of one device.
const RUNNING: usize = 8;

/// The last installer of each device that works through a service, and the
/// services that run there.
#[derive(Debug, Default)]
pub(crate) struct Services {
    last: FxHashMap<u32, InstallationId>,
    running: FxHashMap<u32, Vec<NodeId>>,
}

impl Services {
    /// A service was started.
    pub(crate) fn started(&mut self, device: u32, service: NodeId) {
        let running = self.running.entry(device).or_default();
        if running.len() >= RUNNING {
            running.remove(0);
        }
        running.push(service);
    }

    /// An installer was started: gives the services that work for it from now on.
    pub(crate) fn asked(&mut self, device: u32, installer: InstallationId) -> Vec<NodeId> {
        self.last.insert(device, installer);
        self.running.get(&device).cloned().unwrap_or_default()
    }

    /// The installer that was last started on a device.
    pub(crate) fn last(&self, device: u32) -> Option<InstallationId> {
        self.last.get(&device).copied()
    }
}

impl Installation {
    /// Whether a service may be working for it.
    pub(crate) fn is_served(&self, now: Time) -> bool {
        match self.ended {
            Some(ended) => now.0.saturating_sub(ended.0) < AFTER,
            None => self.age(now) < WAIT,
        }
    }
}
