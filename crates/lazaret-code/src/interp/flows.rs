//! What is known of where a value came from.

use std::{collections::BTreeSet, rc::Rc};

use lazaret_model::Flow;

/// All flows, in the order of their bits.
const ALL: [Flow; 16] = [
    Flow::Environment,
    Flow::EnvironmentAll,
    Flow::Credential,
    Flow::Browser,
    Flow::Wallet,
    Flow::Chat,
    Flow::CloudMetadata,
    Flow::Clipboard,
    Flow::Keyboard,
    Flow::Screen,
    Flow::Host,
    Flow::Process,
    Flow::File,
    Flow::Network,
    Flow::Decoded,
    Flow::Argument,
];

/// A set of [`Flow`]s in one word.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Flows(u32);

impl Flows {
    /// No flow.
    pub const NONE: Self = Self(0);

    /// One flow.
    pub const fn of(flow: Flow) -> Self {
        Self(1 << flow as u32)
    }

    /// Both sets.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether `flow` is in it.
    pub const fn has(self, flow: Flow) -> bool {
        self.0 & (1 << flow as u32) != 0
    }

    /// Whether nothing is known of the origin.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The set for a behaviour.
    pub fn to_set(self) -> BTreeSet<Flow> {
        ALL.iter().copied().filter(|f| self.has(*f)).collect()
    }

    /// How a hole in a text that has only this origin is labelled.
    pub fn label(self) -> &'static str {
        const LABELS: [(Flow, &str); 16] = [
            (Flow::Credential, "credential"),
            (Flow::Wallet, "wallet"),
            (Flow::Browser, "browser"),
            (Flow::Chat, "chat"),
            (Flow::CloudMetadata, "metadata"),
            (Flow::EnvironmentAll, "environment"),
            (Flow::Environment, "env"),
            (Flow::Clipboard, "clipboard"),
            (Flow::Keyboard, "keys"),
            (Flow::Screen, "screen"),
            (Flow::Host, "host"),
            (Flow::Process, "output"),
            (Flow::Network, "network"),
            (Flow::File, "file"),
            (Flow::Decoded, "decoded"),
            (Flow::Argument, "arg"),
        ];
        LABELS
            .iter()
            .find(|(flow, _)| self.has(*flow))
            .map_or("?", |(_, label)| label)
    }
}

impl FromIterator<Flow> for Flows {
    fn from_iter<T: IntoIterator<Item = Flow>>(flows: T) -> Self {
        flows
            .into_iter()
            .fold(Self::NONE, |all, flow| all.union(Self::of(flow)))
    }
}

/// Decoders undone to see a value, outermost first. Most values have none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layers(Option<Rc<Vec<&'static str>>>);

impl Layers {
    /// The names.
    pub fn names(&self) -> &[&'static str] {
        self.0.as_deref().map_or(&[], |names| names)
    }

    /// With one more decoder. The same one twice in a row counts once, so
    /// that a loop over characters does not pile up.
    #[must_use]
    pub fn with(&self, name: &'static str) -> Self {
        let names = self.names();
        if names.last() == Some(&name) || names.len() >= 16 {
            return self.clone();
        }
        let mut names = names.to_vec();
        names.push(name);
        Self(Some(Rc::new(names)))
    }

    /// Those of both, in order, each once.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        match (&self.0, &other.0) {
            (_, None) => self.clone(),
            (None, _) => other.clone(),
            (Some(a), Some(b)) if Rc::ptr_eq(a, b) => self.clone(),
            (Some(a), Some(b)) => {
                let mut names = a.to_vec();
                names.extend(b.iter().filter(|name| !a.contains(name)));
                names.truncate(16);
                Self(Some(Rc::new(names)))
            }
        }
    }
}

/// Origin of a value: flows and decoders.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// Where it came from.
    pub flows: Flows,
    /// Decoders undone.
    pub layers: Layers,
}

impl Facts {
    /// Those of both.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        Self {
            flows: self.flows.union(other.flows),
            layers: self.layers.union(&other.layers),
        }
    }

    /// Takes those of `other` too.
    pub fn add(&mut self, other: &Self) {
        self.flows = self.flows.union(other.flows);
        if other.layers.0.is_some() {
            self.layers = self.layers.union(&other.layers);
        }
    }

    /// With one more decoder, and so decoded.
    #[must_use]
    pub fn decoded(&self, layer: &'static str) -> Self {
        Self {
            flows: self.flows.union(Flows::of(Flow::Decoded)),
            layers: self.layers.with(layer),
        }
    }
}
