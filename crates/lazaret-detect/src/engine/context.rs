//! What can be said of all events of one process and action at once.
//!
//! A process that reads ten thousand files is asked once who it is and what
//! installed it; of its events only the files are looked at.

use std::sync::Arc;

use lazaret_events::Process;
use lazaret_rule::Narrowed;
use rustc_hash::FxHashMap;

use super::dispatch::{Part, Sourced};
use crate::{analytic::AnalyticSet, installation::Membership, lineage::NodeId, view::View};

/// Processes remembered, with kinds of events.
const CONTEXTS: usize = 1 << 15;

/// Events of a process before what they have in common is asked.
/// The tests ask at once, so that they try it.
const EVENTS: u32 = if cfg!(debug_assertions) { 1 } else { 3 };

/// A process, and its events of one source and action.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Key {
    node: NodeId,
    /// Number of the events' source and action.
    source: u64,
    membership: Option<Membership>,
    /// Whether the installation is still remembered.
    installation: bool,
}

/// What the events have in common.
#[derive(Debug)]
struct Context {
    /// What records say of the process.
    actor: Arc<Process>,
    /// The process and its ancestors, as they were.
    chain: Vec<(NodeId, u32)>,
    /// The lineage's count of changes when they were last looked at.
    changes: u64,
    events: u32,
    /// The rules that are left to ask.
    left: Option<Narrowed>,
}

impl Context {
    fn holds(&mut self, actor: &Arc<Process>, view: &View<'_>) -> bool {
        let said = Arc::ptr_eq(&self.actor, actor) || *self.actor == **actor;
        let changes = view.tracker.lineage().changes();
        let same = self.changes == changes || view.chain().eq(self.chain.iter().copied());
        self.changes = changes;
        said && same
    }
}

/// Remembers contexts.
#[derive(Debug, Default)]
pub(super) struct Contexts {
    all: Vec<Context>,
    /// Where each is among them.
    places: FxHashMap<Key, usize>,
    /// The last one asked for: neighbouring events mostly are of one process.
    last: Option<(Key, usize)>,
}

impl Contexts {
    /// The rules of `part` that are left to ask of the event, where that is
    /// known.
    pub(super) fn narrowed(
        &mut self,
        source: Sourced,
        set: &AnalyticSet,
        part: &Part,
        view: &View<'_>,
    ) -> Option<&Narrowed> {
        let actor = view.event.initiating.as_ref()?;
        if view.event.process.is_some() {
            return None;
        }
        let key = Key {
            node: view.observed.node?,
            source: source.number,
            membership: view.observed.membership,
            installation: view.installation().is_some(),
        };
        let new = || Context {
            actor: Arc::clone(actor),
            chain: view.chain().collect(),
            changes: view.tracker.lineage().changes(),
            events: 0,
            left: None,
        };
        let known = match self.last {
            Some((last, at)) if last == key => Some(at),
            _ => self.places.get(&key).copied(),
        };
        let at = known.unwrap_or_else(|| {
            if self.all.len() >= CONTEXTS {
                self.all.clear();
                self.places.clear();
            }
            self.places.insert(key, self.all.len());
            self.all.push(new());
            self.all.len() - 1
        });
        self.last = Some((key, at));
        let context = self.all.get_mut(at)?;
        if !context.holds(actor, view) {
            *context = new();
        }
        context.events = context.events.saturating_add(1);
        if context.events < EVENTS {
            return None;
        }
        Some(context.left.get_or_insert_with(|| {
            let apart = part.apart(set);
            let known = |field: &str| field == "ActionType" || view.knows_of_process(field);
            let mut possible = apart.of_process.candidates_known(view, &known);
            possible.retain(|id| {
                let rule = part.rules.get(*id as usize);
                let rule = rule.and_then(|number| set.rules.get(*number));
                rule.is_some_and(|rule| rule.predicate.may_match(view, &known))
            });
            apart
                .of_event
                .narrowed(|id| possible.binary_search(&id).is_ok())
        }))
    }
}
