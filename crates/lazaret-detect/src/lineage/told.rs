//! Records of processes that say nothing new.

use std::sync::Arc;

use lazaret_events::Process;

use super::NodeId;

/// Records remembered: those of the processes that are busy now.
const RECORDS: usize = 256;

/// Which records a node has taken over, and which version of it they made.
/// Readers share one record among the events of a process.
#[derive(Debug, Default)]
pub(super) struct Told {
    records: Vec<Option<(Arc<Process>, NodeId, u32)>>,
}

impl Told {
    /// The version of the node after it took over this very record.
    pub(super) fn version(&self, record: &Arc<Process>, node: NodeId) -> Option<u32> {
        let (known, of, version) = self.records.get(place(record))?.as_ref()?;
        (Arc::ptr_eq(known, record) && *of == node).then_some(*version)
    }

    /// The node took over the record.
    pub(super) fn keep(&mut self, record: &Arc<Process>, node: NodeId, version: u32) {
        if self.records.is_empty() {
            self.records.resize(RECORDS, None);
        }
        if let Some(slot) = self.records.get_mut(place(record)) {
            *slot = Some((Arc::clone(record), node, version));
        }
    }
}

/// By the address, whose last digits are alike.
fn place(record: &Arc<Process>) -> usize {
    let address = Arc::as_ptr(record) as usize;
    (address >> 5 ^ address >> 13) % RECORDS
}
