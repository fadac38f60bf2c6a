//! What all events of one process have in common.

use lazaret_events::{Process, Text};

use super::{View, script};
use crate::lineage::NodeId;

impl View<'_> {
    /// The process that the event is about and its ancestors, each with how
    /// often what is known of it has changed.
    pub(crate) fn chain(&self) -> impl Iterator<Item = (NodeId, u32)> {
        let lineage = self.tracker.lineage();
        let node = self.observed.node.into_iter();
        node.flat_map(move |id| lineage.chain(id))
    }

    /// Whether all events by what did this one have the same value in a field:
    /// it is known of the process, and nothing that a record adds can hide it.
    pub(crate) fn knows_of_process(&self, field: &str) -> bool {
        if self.event.process.is_some() || !of_process(field) {
            return false;
        }
        let actor = self.event.initiating.as_deref();
        let parent = actor.and_then(|actor| actor.parent.as_deref());
        let said = |process: Option<&Process>, text: fn(&Process) -> &Text| {
            process.is_some_and(|process| !text(process).is_empty())
        };
        match field {
            "Device" => true,
            "Process.Name" => self.process_name().is_some(),
            "Process.Path" => self.node().is_some_and(|node| !node.image.is_empty()),
            "Process.Script" => self.node().and_then(script).is_some(),
            "Parent.Name" => self.parent_name().is_some(),
            "Account.Kind" => self.account_kind().is_some(),
            "Image" => said(actor, |p| &p.image),
            "CommandLine" => said(actor, |p| &p.command_line),
            "CurrentDirectory" => said(actor, |p| &p.cwd),
            "User" => said(actor, |p| &p.account.name),
            "IntegrityLevel" => said(actor, |p| &p.integrity),
            "ParentImage" => said(parent, |p| &p.image),
            "ParentCommandLine" => said(parent, |p| &p.command_line),
            field => match field.split_once('.') {
                Some(("Install", name)) => self.install_field(name, false).is_some(),
                Some(("Imported", name)) => self.install_field(name, true).is_some(),
                Some(("Ancestor", _)) => self
                    .observed
                    .node
                    .is_some_and(|id| self.ancestor_field(field, id).is_some()),
                _ => false,
            },
        }
    }
}

/// Whether a field may tell of a process rather than of one event by it.
pub(crate) fn of_process(field: &str) -> bool {
    match field {
        "Install.Age" | "Imported.Age" => false,
        "Device" | "Process.Name" | "Process.Path" | "Process.Script" | "Parent.Name"
        | "Account.Kind" | "Image" | "CommandLine" | "CurrentDirectory" | "User"
        | "IntegrityLevel" | "ParentImage" | "ParentCommandLine" => true,
        field => ["Install.", "Imported.", "Ancestor."]
            .iter()
            .any(|prefix| field.starts_with(prefix)),
    }
}
