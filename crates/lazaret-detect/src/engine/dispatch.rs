//! Which rules an event has to be tried against.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use lazaret_events::{Event, Platform, Table, Text};
use lazaret_rule::{Folders, RuleIndex, RuleIndexBuilder, Tells};
use rustc_hash::FxHashMap;

use super::context::Contexts;
use crate::{
    analytic::{AnalyticSet, EventSource, LogSourceSpec, Rule},
    view::{self, View},
};

/// Rules of one log source, by what they need.
#[derive(Debug)]
struct Group {
    source: LogSourceSpec,
    /// Whether its rules only hold for processes of installations.
    installations: bool,
    /// Numbers of the rules in the set.
    rules: Vec<usize>,
}

/// The rules for events of some sources.
#[derive(Debug, Default)]
struct Kind {
    /// Numbers of the groups.
    groups: Vec<u32>,
    /// For events outside of installations, and within; made when first asked.
    outside: Option<Arc<Part>>,
    inside: Option<Arc<Part>>,
}

/// Rules in the order in which they are tried.
#[derive(Debug)]
pub(super) struct Part {
    /// Numbers of the rules in the set.
    pub(super) rules: Vec<usize>,
    index: RuleIndex,
    apart: OnceLock<Apart>,
}

/// The rules by what they need of a process and of its events.
#[derive(Debug)]
pub(super) struct Apart {
    /// By what all events of one process have in common.
    pub(super) of_process: RuleIndex,
    /// By what they differ in.
    pub(super) of_event: RuleIndex,
}

impl Part {
    fn new(set: &AnalyticSet, rules: Vec<usize>) -> Self {
        Self {
            index: builder(set, &rules, &tells).finish(),
            rules,
            apart: OnceLock::new(),
        }
    }

    /// Made when first asked: of some kinds no two events have a process.
    pub(super) fn apart(&self, set: &AnalyticSet) -> &Apart {
        self.apart.get_or_init(|| Apart {
            of_process: builder(set, &self.rules, &|field| match view::of_process(field) {
                true => Tells::Value,
                false => Tells::Nothing,
            })
            .finish_small(),
            of_event: builder(set, &self.rules, &|field| match view::of_process(field) {
                true => Tells::Nothing,
                false => tells(field),
            })
            .finish(),
        })
    }

    /// Whether none but the candidates match; dear, for tests.
    fn agrees(&self, set: &AnalyticSet, view: &View<'_>, candidates: &[u32]) -> bool {
        let mut all = Vec::new();
        self.index.candidates_into(view, &mut all);
        all.retain(|id| !candidates.contains(id));
        let rules = all.iter().filter_map(|id| self.rules.get(*id as usize));
        let mut rules = rules.filter_map(|number| set.rules.get(*number));
        !rules.any(|rule| rule.predicate.matches(view))
    }
}

/// The parts that detectors of one set share.
#[derive(Debug, Default)]
pub(crate) struct Parts {
    by_rules: Mutex<FxHashMap<Vec<usize>, Arc<Part>>>,
}

impl Parts {
    fn of(&self, set: &AnalyticSet, rules: Vec<usize>) -> Arc<Part> {
        let mut known = self.by_rules.lock().unwrap_or_else(PoisonError::into_inner);
        let part = known
            .entry(rules)
            .or_insert_with_key(|rules| Arc::new(Part::new(set, rules.clone())));
        Arc::clone(part)
    }
}

/// What a field tells of an event.
fn tells(field: &str) -> Tells {
    match field {
        // Only network sensors measure.
        "Remote.Sent" | "Remote.Received" | "duration" => Tells::Presence,
        "ActionType" | "Protocol" | "Remote.External" | "Remote.Registry" | "File.Own"
        | "File.InDirectory" | "File.OfPackage" => Tells::Little,
        "File.Name" => Tells::End {
            of: "File.Path",
            behind: '/',
        },
        "File.Extension" => Tells::End {
            of: "File.Path",
            behind: '.',
        },
        // The whole command line is taken apart for it.
        "Process.Script" => Tells::Little,
        // Every event of a user has it, or of an installation.
        "Account.Kind" => Tells::Nothing,
        _ if field.starts_with("Install.") || field.starts_with("Ancestor.") => Tells::Nothing,
        _ => Tells::Value,
    }
}

/// Rules by what fields tell of them.
fn builder(set: &AnalyticSet, rules: &[usize], fields: &dyn Fn(&str) -> Tells) -> RuleIndexBuilder {
    let mut builder = RuleIndexBuilder::default();
    for rule in rules.iter().filter_map(|number| set.rules.get(*number)) {
        builder.add_by(&rule.predicate, fields);
    }
    builder
}

/// Finds the rules that match an event.
#[derive(Debug)]
pub(super) struct Dispatch {
    groups: Vec<Group>,
    kinds: Vec<Kind>,
    /// By the source and the action.
    by_source: FxHashMap<(EventSource, Text), Sourced>,
    /// The number given last.
    number: u64,
    /// What the last sources were told by.
    last: Vec<(Origin, Sourced)>,
    contexts: Contexts,
    folders: Folders,
    candidates: Vec<u32>,
}

/// What an event's source says of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sourced {
    /// Number of the kind.
    kind: u32,
    /// Of no other source or action.
    pub(super) number: u64,
    /// The kind of telemetry.
    pub(super) telemetry: Option<&'static str>,
}

/// What tells the source of an event whose system is known.
#[derive(Debug, PartialEq)]
struct Origin {
    table: Table,
    action: Text,
    channel: Text,
    platform: Platform,
}

impl Origin {
    fn of(event: &Event) -> Option<Self> {
        Some(Self {
            table: event.table.clone(),
            action: event.action_type.clone(),
            channel: event.channel.clone(),
            platform: event.platform?,
        })
    }

    fn is_of(&self, event: &Event) -> bool {
        Some(self.platform) == event.platform
            && self.table == event.table
            && self.action == event.action_type
            && self.channel == event.channel
    }
}

/// Sources remembered by what events say of them.
const LAST: usize = 4;

/// Kinds of sources remembered.
const SOURCES: usize = 4096;

impl Dispatch {
    pub(super) fn new(set: &AnalyticSet) -> Self {
        let mut by_source: BTreeMap<(LogSourceSpec, bool), Vec<usize>> = BTreeMap::new();
        for (number, rule) in set.rules.iter().enumerate() {
            let key = (rule.source.clone(), rule.predicate.needs("Install."));
            by_source.entry(key).or_default().push(number);
        }
        let groups = by_source
            .into_iter()
            .map(|((source, installations), rules)| Group {
                source,
                installations,
                rules,
            })
            .collect();
        Self {
            groups,
            kinds: Vec::new(),
            by_source: FxHashMap::default(),
            number: 0,
            last: Vec::new(),
            contexts: Contexts::default(),
            folders: Folders::default(),
            candidates: Vec::new(),
        }
    }

    /// What an event's source says of it.
    pub(super) fn source(&mut self, event: &Event) -> Sourced {
        let mut known = self.last.iter();
        if let Some((_, sourced)) = known.find(|(origin, _)| origin.is_of(event)) {
            return *sourced;
        }
        let sourced = self.sourced(EventSource::of(event), &event.action_type);
        if let Some(origin) = Origin::of(event) {
            if self.last.len() >= LAST {
                self.last.remove(0);
            }
            self.last.push((origin, sourced));
        }
        sourced
    }

    fn sourced(&mut self, source: EventSource, action: &Text) -> Sourced {
        let key = (source, action.clone());
        if let Some(known) = self.by_source.get(&key) {
            return *known;
        }
        let (source, _) = &key;
        if self.by_source.len() >= SOURCES {
            self.by_source.clear();
        }
        let all = self.groups.iter().enumerate();
        let fitting: Vec<u32> = all
            .filter(|(_, group)| group.source.fits(source))
            .filter_map(|(at, _)| u32::try_from(at).ok())
            .collect();
        let known = self.kinds.iter().position(|kind| kind.groups == fitting);
        let at = known.unwrap_or_else(|| {
            self.kinds.push(Kind {
                groups: fitting,
                ..Kind::default()
            });
            self.kinds.len() - 1
        });
        self.number += 1;
        let sourced = Sourced {
            kind: u32::try_from(at).unwrap_or(u32::MAX),
            number: self.number,
            telemetry: telemetry(source),
        };
        self.by_source.insert(key, sourced);
        sourced
    }

    /// Calls `found` with every rule that matches.
    pub(super) fn matching<'a>(
        &mut self,
        set: &'a AnalyticSet,
        view: &View<'_>,
        source: Sourced,
        mut found: impl FnMut(usize, &'a Rule),
    ) {
        let Some(kind) = self.kinds.get_mut(source.kind as usize) else {
            return;
        };
        let inside = view.observed.membership.is_some();
        let part = match inside {
            true => &mut kind.inside,
            false => &mut kind.outside,
        };
        let part = part.get_or_insert_with(|| {
            let groups = kind.groups.iter();
            let groups = groups.filter_map(|at| self.groups.get(*at as usize));
            let fitting = groups.filter(|group| inside || !group.installations);
            let rules = fitting.flat_map(|group| group.rules.iter().copied());
            set.parts.of(set, rules.collect())
        });
        if part.rules.is_empty() {
            return;
        }
        match self.contexts.narrowed(source, set, part, view) {
            Some(left) => {
                part.apart(set).of_event.candidates_of(
                    left,
                    view,
                    &mut self.folders,
                    &mut self.candidates,
                );
                debug_assert!(part.agrees(set, view, &self.candidates));
            }
            None => part.index.candidates_into(view, &mut self.candidates),
        }
        for candidate in &self.candidates {
            let number = part.rules.get(*candidate as usize).copied();
            let Some((number, rule)) = number.and_then(|n| Some((n, set.rules.get(n)?))) else {
                continue;
            };
            if rule.predicate.matches(view) {
                found(number, rule);
            }
        }
    }
}

/// The kind of telemetry that an event is.
fn telemetry(source: &EventSource) -> Option<&'static str> {
    source
        .categories()
        .iter()
        .find_map(|category| match *category {
            "process_creation" => Some("process starts"),
            "file_event" | "file_rename" => Some("file writes"),
            "file_access" => Some("file reads"),
            "network_connection" | "proxy" => Some("connections"),
            "dns_query" | "dns" => Some("name lookups"),
            "registry_set" | "registry_event" => Some("registry changes"),
            _ => None,
        })
}
