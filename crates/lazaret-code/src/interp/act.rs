//! Writing down behaviours.

use lazaret_model::{Action, Behaviour, Location, ObjectKind, Phase};

use super::{Flows, Interp, Layers, Site};
use crate::ir::Span;

/// Most behaviours kept of one source text.
const BEHAVIOURS: usize = 4096;

/// What makes two behaviours the same one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct BehaviourKey {
    action: Action,
    object: ObjectKind,
    target: String,
    phase: Phase,
    api: String,
    start: u32,
}

/// A behaviour to write down.
#[derive(Clone, Debug)]
pub struct Act {
    /// Action and object.
    pub what: (Action, ObjectKind),
    /// Target.
    pub target: String,
    /// What flows into it.
    pub flows: Flows,
    /// Tags.
    pub tags: Vec<String>,
    /// Decoders undone for its target.
    pub layers: Layers,
    /// Qualified name of the interface.
    pub api: String,
}

impl Interp<'_> {
    /// Writes down a behaviour of the running call.
    pub fn act(&mut self, act: Act) {
        self.outside_calls += 1;
        if self.quiet > 0 || self.behaviours.len() >= BEHAVIOURS {
            return;
        }
        let location = self.location(self.site);
        let (action, object) = act.what;
        let key = BehaviourKey {
            action,
            object,
            target: act.target.clone(),
            phase: self.phase,
            api: act.api.clone(),
            start: location.start,
        };
        let layers = match self.units.get(self.site.unit as usize) {
            Some(unit) => unit.layers.union(&act.layers),
            None => act.layers,
        };
        let behaviour = self.behaviours.entry(key).or_insert_with(|| Behaviour {
            action,
            object,
            target: act.target,
            phase: self.phase,
            flows: Default::default(),
            tags: Default::default(),
            layers: Vec::new(),
            api: act.api,
            location,
        });
        behaviour.flows.extend(act.flows.to_set());
        behaviour.tags.extend(act.tags);
        if self.layer > 0 {
            behaviour.tags.insert(format!("layer:{}", self.layer));
        }
        for name in layers.names() {
            if !behaviour.layers.iter().any(|layer| layer == name) {
                behaviour.layers.push((*name).to_owned());
            }
        }
    }

    /// Where a site is in the files: for decoded code, where that was run.
    pub(crate) fn location(&mut self, mut site: Site) -> Location {
        for _ in 0..64 {
            match self
                .units
                .get(site.unit as usize)
                .and_then(|unit| unit.outer)
            {
                Some(outer) => site = outer,
                None => break,
            }
        }
        let path = self
            .units
            .get(site.unit as usize)
            .map_or(self.source.path, |unit| &*unit.path)
            .to_owned();
        if path == self.source.path {
            return self.location_in_source(site.span);
        }
        Location {
            path,
            start: site.span.start,
            end: site.span.end,
            line: 0,
            column: 0,
        }
    }

    pub(crate) fn location_in_source(&mut self, span: Span) -> Location {
        let text = self.source.text;
        let starts = self.line_starts.get_or_insert_with(|| {
            std::iter::once(0)
                .chain(memchr::memchr_iter(b'\n', text).map(|at| at as u32 + 1))
                .collect()
        });
        let line = starts.partition_point(|start| *start <= span.start);
        let start = line
            .checked_sub(1)
            .and_then(|at| starts.get(at))
            .copied()
            .unwrap_or(0);
        let before = text
            .get(start as usize..(span.start as usize).min(text.len()))
            .unwrap_or_default();
        // Characters, not bytes: continuation bytes do not count.
        let column = before.iter().filter(|b| (**b & 0xc0) != 0x80).count() + 1;
        Location {
            path: self.source.path.to_owned(),
            start: span.start,
            end: span.end,
            line: line as u32,
            column: column as u32,
        }
    }
}
