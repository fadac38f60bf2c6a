//! Where a value came from, elements included.

use std::rc::Rc;

use super::{Bytes, Facts, Flows, Map, Str, Value};

impl Value {
    /// Origin, elements of lists and maps included to a small depth.
    pub fn facts(&self) -> Facts {
        match self {
            Self::Str(s) => s.facts.clone(),
            Self::Bytes(b) => b.facts.clone(),
            other => {
                let mut facts = Facts::default();
                // Beyond some hundred elements nothing new is learnt.
                other.gather(&mut facts, 4, &mut 512);
                facts
            }
        }
    }

    /// Flows of [`Self::facts`].
    pub fn flows(&self) -> Flows {
        self.facts().flows
    }

    pub(super) fn gather(&self, facts: &mut Facts, depth: u8, budget: &mut u32) {
        if *budget == 0 {
            return;
        }
        *budget -= 1;
        match self {
            Self::Str(s) => facts.add(&s.facts),
            Self::Bytes(b) => facts.add(&b.facts),
            Self::List(list) => {
                facts.add(&list.facts.borrow());
                let items = list.items.borrow();
                let ends = [items.first(), items.last()];
                // Numbers have no origin.
                if depth > 0 && !ends.iter().all(|end| matches!(end, Some(Self::Int(_)))) {
                    for item in items.iter().chain(list.rest.borrow().iter()) {
                        item.gather(facts, depth - 1, budget);
                    }
                }
            }
            Self::Map(map) => map.gather(facts, depth, budget),
            Self::Instance(instance) => {
                instance.fields.gather(facts, depth.min(2), budget);
                if let Some(outside) = &instance.outside {
                    outside.gather(facts, depth.saturating_sub(1), budget);
                }
            }
            Self::Bound(bound) if depth > 0 => bound.receiver.gather(facts, depth - 1, budget),
            Self::Unknown(unknown) => {
                facts.flows = facts.flows.union(unknown.flows);
                facts.layers = facts.layers.union(&unknown.layers);
                if let Some(handle) = &unknown.handle {
                    facts.flows = facts.flows.union(handle.flows.get());
                }
                if depth > 0 {
                    for value in &unknown.alternatives {
                        value.gather(facts, depth - 1, budget);
                    }
                }
            }
            _ => {}
        }
    }

    /// The same value with more origin.
    #[must_use]
    pub fn with_facts(self, facts: &Facts) -> Self {
        if *facts == Facts::default() {
            return self;
        }
        match self {
            Self::Str(s) => Self::Str(Str {
                facts: s.facts.union(facts),
                text: s.text,
            }),
            Self::Bytes(b) => Self::Bytes(Bytes {
                facts: b.facts.union(facts),
                data: b.data,
            }),
            Self::Unknown(unknown) => {
                let mut unknown = (*unknown).clone();
                unknown.flows = unknown.flows.union(facts.flows);
                unknown.layers = unknown.layers.union(&facts.layers);
                Self::Unknown(Rc::new(unknown))
            }
            Self::List(list) => {
                let all = list.facts.borrow().union(facts);
                *list.facts.borrow_mut() = all;
                Self::List(list)
            }
            other => other,
        }
    }
}

impl Map {
    pub(super) fn gather(&self, facts: &mut Facts, depth: u8, budget: &mut u32) {
        if depth > 0 {
            let entries = self.entries.borrow();
            for value in entries.values().chain(self.rest.borrow().iter()) {
                value.gather(facts, depth - 1, budget);
            }
        }
    }
}
