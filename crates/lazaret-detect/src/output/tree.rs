//! The processes of alerts as one tree.

use std::collections::BTreeMap;

use lazaret_events::Time;

use crate::{Alert, alert::ProcessSummary, lineage::NodeId};

/// A process with what was found about it.
#[derive(Debug, Default)]
pub(super) struct Branch<'a> {
    pub process: Option<&'a ProcessSummary>,
    pub children: Vec<NodeId>,
    /// Alerts and the lines of their events that this process made.
    pub findings: Vec<(&'a Alert, Time, &'a str)>,
}

/// The tree of alerts that belong together.
#[derive(Debug, Default)]
pub(super) struct Tree<'a> {
    pub roots: Vec<NodeId>,
    pub branches: BTreeMap<NodeId, Branch<'a>>,
}

impl<'a> Tree<'a> {
    pub(super) fn of(alerts: &[&'a Alert]) -> Self {
        let mut tree = Self::default();
        for alert in alerts {
            let mut before: Option<NodeId> = None;
            for process in &alert.processes {
                let Some(id) = process.node else { continue };
                let known = tree.branches.contains_key(&id);
                let branch = tree.branches.entry(id).or_default();
                branch.process = branch.process.or(Some(process));
                if !known {
                    match before.and_then(|b| tree.branches.get_mut(&b)) {
                        Some(parent) => parent.children.push(id),
                        None => tree.roots.push(id),
                    }
                }
                before = Some(id);
            }
            for event in &alert.evidence {
                let id = event
                    .observed
                    .node
                    .filter(|id| tree.branches.contains_key(id));
                let Some(id) = id.or(before) else { continue };
                let line = (*alert, event.observed.time, event.line.as_str());
                if let Some(branch) = tree.branches.get_mut(&id) {
                    branch.findings.push(line);
                }
            }
        }
        tree
    }
}
