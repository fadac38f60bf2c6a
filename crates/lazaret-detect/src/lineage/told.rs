//! Records of processes that say nothing new.

use std::sync::Arc;

use lazaret_events::Process;

use super::{Node, NodeId};

/// Records remembered: those of the processes that are busy now.
const RECORDS: usize = 256;

/// Which records were taken over by which nodes. Readers share one record
/// among the events of a process.
#[derive(Debug, Default)]
pub(super) struct Told {
    records: Vec<Option<Record>>,
}

/// A record that a node has taken over.
#[derive(Clone, Debug)]
pub(super) struct Record {
    record: Arc<Process>,
    device: u32,
    pub(super) node: NodeId,
    /// The node's version, and the lineage's count of changes, since then.
    version: u32,
    changes: u64,
}

impl Record {
    /// Whether the node is as this record left it.
    pub(super) fn is_of(&self, id: NodeId, node: &Node) -> bool {
        self.node == id && self.version == node.version
    }

    /// Whether no process has changed since.
    pub(super) fn is_last(&self, changes: u64) -> bool {
        self.changes == changes
    }
}

impl Told {
    /// What is known of this very record on a device.
    pub(super) fn get(&self, record: &Arc<Process>, device: u32) -> Option<&Record> {
        let known = self.records.get(place(record))?.as_ref()?;
        (Arc::ptr_eq(&known.record, record) && known.device == device).then_some(known)
    }

    /// The node took over the record, or has found it unchanged.
    pub(super) fn keep(&mut self, record: &Arc<Process>, id: NodeId, node: &Node, changes: u64) {
        if self.records.is_empty() {
            self.records.resize(RECORDS, None);
        }
        if let Some(slot) = self.records.get_mut(place(record)) {
            *slot = Some(Record {
                record: Arc::clone(record),
                device: node.device,
                node: id,
                version: node.version,
                changes,
            });
        }
    }
}

/// By the address, whose last digits are alike.
fn place(record: &Arc<Process>) -> usize {
    let address = Arc::as_ptr(record) as usize;
    (address >> 5 ^ address >> 13) % RECORDS
}
