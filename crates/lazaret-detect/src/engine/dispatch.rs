//! Which rules an event has to be tried against.

use std::{cell::RefCell, collections::BTreeMap};

use lazaret_rule::{RuleIndex, RuleIndexBuilder};
use rustc_hash::FxHashMap;

use crate::{
    analytic::{AnalyticSet, EventSource, LogSourceSpec, Rule},
    view::View,
};

/// Rules of one log source, by what they need.
#[derive(Debug)]
struct Group {
    source: LogSourceSpec,
    /// Whether its rules only hold for processes of installations.
    installations: bool,
    index: RuleIndex,
    /// Number of the rule in the set, by its number in the index.
    rules: Vec<usize>,
}

/// Finds the rules that match an event.
#[derive(Debug)]
pub(super) struct Dispatch {
    groups: Vec<Group>,
    fitting: RefCell<FxHashMap<EventSource, Vec<u32>>>,
}

/// Kinds of sources remembered.
const SOURCES: usize = 4096;

impl Dispatch {
    pub(super) fn new(set: &AnalyticSet) -> Self {
        let mut by_source: BTreeMap<(LogSourceSpec, bool), (RuleIndexBuilder, Vec<usize>)> =
            BTreeMap::new();
        for (number, rule) in set.rules.iter().enumerate() {
            let (builder, rules) = {
                let key = (rule.source.clone(), rule.predicate.needs("Install."));
                by_source.entry(key).or_default()
            };
            builder.add(&rule.predicate);
            rules.push(number);
        }
        let groups = by_source
            .into_iter()
            .map(|((source, installations), (builder, rules))| Group {
                source,
                installations,
                index: builder.finish(),
                rules,
            })
            .collect();
        Self {
            groups,
            fitting: RefCell::default(),
        }
    }

    /// Calls `found` with every rule that matches.
    pub(super) fn matching<'a>(
        &self,
        set: &'a AnalyticSet,
        view: &View<'_>,
        source: EventSource,
        mut found: impl FnMut(usize, &'a Rule),
    ) {
        let mut fitting = self.fitting.borrow_mut();
        if fitting.len() > SOURCES {
            fitting.clear();
        }
        let groups = fitting.entry(source).or_insert_with_key(|source| {
            let all = self.groups.iter().enumerate();
            all.filter(|(_, group)| group.source.fits(source))
                .filter_map(|(at, _)| u32::try_from(at).ok())
                .collect()
        });
        for at in groups.iter() {
            let Some(group) = self.groups.get(*at as usize) else {
                continue;
            };
            if group.installations && view.observed.membership.is_none() {
                continue;
            }
            for candidate in group.index.candidates(view) {
                let number = group.rules.get(candidate as usize).copied();
                let Some((number, rule)) = number.and_then(|n| Some((n, set.rules.get(n)?))) else {
                    continue;
                };
                if rule.predicate.matches(view) {
                    found(number, rule);
                }
            }
        }
    }
}
