//! Values that a group never had before.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::{
    Baseline,
    analytic::{AnalyticSet, Correlation},
    baseline::{GROUPS, Usual},
};

/// What is new against the baseline, and what this run adds to it.
#[derive(Debug, Default)]
pub(super) struct FirstSeen {
    before: Option<Arc<Baseline>>,
    /// By correlation.
    now: FxHashMap<usize, FxHashMap<Vec<String>, Usual>>,
}

/// What a rule is called in a baseline.
fn name(set: &AnalyticSet, whole: &Correlation) -> String {
    let analytic = set.analytics.get(whole.analytic).map_or("", |a| &a.id);
    let own = whole.names.first().map_or("", String::as_str);
    format!("{analytic}/{own}")
}

impl FirstSeen {
    pub(super) fn new(before: Option<Arc<Baseline>>) -> Self {
        Self {
            before,
            ..Self::default()
        }
    }

    /// Counts a value; whether it is told: new in this run, and unknown to a
    /// group that the baseline knows well enough.
    pub(super) fn add(
        &mut self,
        set: &AnalyticSet,
        number: usize,
        whole: &Correlation,
        key: &[String],
        value: &str,
    ) -> bool {
        let groups = self.now.entry(number).or_default();
        if groups.len() >= GROUPS && !groups.contains_key(key) {
            return false;
        }
        let new = groups.entry(key.to_owned()).or_default().meet(value);
        let Some(before) = self.before.as_deref().filter(|_| new) else {
            return false;
        };
        before.usual(&name(set, whole), key).is_some_and(|usual| {
            !usual.full() && !usual.values.contains(value) && whole.holds(usual.events as f64)
        })
    }

    /// What was usual before, and what this run has seen.
    pub(super) fn learnt(&self, set: &AnalyticSet) -> Baseline {
        let mut out = self.before.as_deref().cloned().unwrap_or_default();
        for (number, groups) in &self.now {
            let Some(whole) = set.correlations.get(*number) else {
                continue;
            };
            let name = name(set, whole);
            for (key, usual) in groups {
                out.add(&name, key.clone(), usual.clone());
            }
        }
        out
    }
}
