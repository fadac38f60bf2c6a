//! Windows of correlations.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::Arc,
};

use lazaret_events::Time;
use lazaret_rule::{FieldValue, Fields as _};
use rustc_hash::{FxHashMap, FxHashSet};

use super::{Found, first_seen::FirstSeen, interval::interval};
use crate::{
    Baseline,
    alert::EventSummary,
    analytic::{AnalyticSet, Correlation, CorrelationKind},
    view::View,
};

/// Keys of one correlation kept, at most.
const KEYS: usize = 50_000;

/// Keys of one correlation at which the ones that are over are first dropped.
const SWEEP: usize = 1_024;

/// Events of one window kept, at most.
const EVENTS: usize = 4_096;

/// A match that a correlation counts.
#[derive(Clone, Debug)]
pub(super) struct Hit {
    correlation: usize,
    /// Which of the correlation's rules.
    position: usize,
    key: Vec<String>,
    value: Option<Text>,
    pub(super) time: Time,
    pub(super) evidence: Vec<EventSummary>,
}

type Text = String;

/// A correlation that is fulfilled.
#[derive(Clone, Debug)]
pub(super) struct Fired {
    pub found: Found,
    pub reports: bool,
    pub evidence: Vec<EventSummary>,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Window {
    /// Count kinds: all events. Else one for each position.
    pub(super) events: VecDeque<(Time, Option<Text>, Vec<EventSummary>)>,
    positions: Vec<Option<(Time, Vec<EventSummary>)>>,
    seen: Time,
    /// Whether an even interval was told of already.
    pub(super) told: bool,
}

/// Keeps the windows of all correlations.
#[derive(Debug)]
pub(super) struct Correlator {
    /// By rule: correlations that it is part of, and where.
    of_rule: FxHashMap<usize, Vec<(usize, usize)>>,
    of_correlation: FxHashMap<usize, Vec<(usize, usize)>>,
    windows: Vec<FxHashMap<Vec<String>, Window>>,
    /// Keys of each correlation at which the next look for old ones is due.
    sweeps: Vec<usize>,
    first_seen: FirstSeen,
    evicted: u64,
}

/// Whether `part` of `whole` is what the names stand for. Names of our own
/// analytics hold within the analytic.
fn refers(whole: &Correlation, analytic: usize, names: &[String], part: &str, own: bool) -> bool {
    names.iter().any(|name| name == part) && (!own || whole.analytic == analytic)
}

impl Correlator {
    pub(super) fn new(set: &AnalyticSet, baseline: Option<Arc<Baseline>>) -> Self {
        let mut of_rule: FxHashMap<usize, Vec<(usize, usize)>> = FxHashMap::default();
        let mut of_correlation: FxHashMap<usize, Vec<(usize, usize)>> = FxHashMap::default();
        for (number, whole) in set.correlations.iter().enumerate() {
            for (position, part) in whole.rules.iter().enumerate().rev() {
                let in_own = set
                    .rules
                    .iter()
                    .any(|r| refers(whole, r.analytic, &r.names, part, true));
                for (rule_number, rule) in set.rules.iter().enumerate() {
                    if refers(whole, rule.analytic, &rule.names, part, in_own) {
                        of_rule
                            .entry(rule_number)
                            .or_default()
                            .push((number, position));
                    }
                }
                for (inner, other) in set.correlations.iter().enumerate() {
                    if inner != number && refers(whole, other.analytic, &other.names, part, false) {
                        of_correlation
                            .entry(inner)
                            .or_default()
                            .push((number, position));
                    }
                }
            }
        }
        Self {
            of_rule,
            of_correlation,
            windows: vec![FxHashMap::default(); set.correlations.len()],
            sweeps: set
                .correlations
                .iter()
                .map(|whole| match whole.kind {
                    CorrelationKind::Absence => KEYS,
                    _ => SWEEP,
                })
                .collect(),
            first_seen: FirstSeen::new(baseline),
            evicted: 0,
        }
    }

    pub(super) fn evicted(&self) -> u64 {
        self.evicted
    }

    /// What was usual before, and what this run has seen.
    pub(super) fn learnt(&self, set: &AnalyticSet) -> Baseline {
        self.first_seen.learnt(set)
    }

    /// The hits that a rule's match is.
    pub(super) fn collect(
        &self,
        set: &AnalyticSet,
        rule: usize,
        view: &View<'_>,
        evidence: &EventSummary,
        out: &mut Vec<Hit>,
    ) {
        let Some(parts) = self.of_rule.get(&rule) else {
            return;
        };
        for (number, position) in parts {
            let Some(whole) = set.correlations.get(*number) else {
                continue;
            };
            let part = whole.rules.get(*position).map_or("", String::as_str);
            let key: Option<Vec<String>> = whole
                .group_by
                .iter()
                .map(|field| {
                    let own = whole.aliases.get(field).and_then(|a| a.get(part));
                    text(view.get(own.map_or(field.as_str(), String::as_str))?)
                })
                .collect();
            let Some(key) = key else { continue };
            let value = match &whole.kind {
                CorrelationKind::ValueCount(field)
                | CorrelationKind::ValueSum(field)
                | CorrelationKind::ValueAverage(field)
                | CorrelationKind::ValuePercentile(field, _)
                | CorrelationKind::FirstSeen(field) => match view.get(field).and_then(text) {
                    Some(value) => Some(value),
                    None => continue,
                },
                _ => None,
            };
            out.push(Hit {
                correlation: *number,
                position: *position,
                key,
                value,
                time: view.observed.time,
                evidence: vec![evidence.clone()],
            });
        }
    }

    /// Counts a hit. What it completes is given, and counted in turn by the
    /// correlations that it is part of.
    pub(super) fn add(
        &mut self,
        set: &AnalyticSet,
        hit: Hit,
        next: &mut Vec<Hit>,
    ) -> Option<Fired> {
        let whole = set.correlations.get(hit.correlation)?;
        let number = hit.correlation;
        let key = hit.key.clone();
        let time = hit.time;
        if matches!(whole.kind, CorrelationKind::FirstSeen(_)) {
            let value = hit.value.as_deref()?;
            let new = self.first_seen.add(set, number, whole, &key, value);
            return new.then_some(Fired {
                found: whole.into(),
                reports: whole.reports,
                evidence: hit.evidence,
            });
        }
        let windows = self.windows.get_mut(number)?;
        let sweep = self.sweeps.get_mut(number)?;
        if windows.len() >= *sweep && !windows.contains_key(&key) {
            self.evicted += swept(windows, time.0.saturating_sub(whole.timespan));
            // What is absent is told when its time is over: it has to stay.
            if whole.kind != CorrelationKind::Absence {
                *sweep = (windows.len() * 2).clamp(SWEEP, KEYS);
            }
        }
        let window = windows.entry(key.clone()).or_default();
        window.seen = window.seen.max(time);
        let evidence = match whole.kind {
            CorrelationKind::Temporal => temporal(whole, window, hit),
            CorrelationKind::TemporalOrdered => ordered(whole, window, hit),
            CorrelationKind::Absence => absence(whole, window, hit),
            CorrelationKind::EventInterval { events, gap } => {
                interval(whole, window, hit, events, gap)
            }
            _ => counted(whole, window, hit),
        }?;
        if let Some(parts) = self.of_correlation.get(&number) {
            for (outer, position) in parts {
                let Some(outer_whole) = set.correlations.get(*outer) else {
                    continue;
                };
                let key: Option<Vec<String>> = outer_whole
                    .group_by
                    .iter()
                    .map(|field| {
                        let at = whole.group_by.iter().position(|own| own == field)?;
                        key.get(at).cloned()
                    })
                    .collect();
                if let Some(key) = key {
                    next.push(Hit {
                        correlation: *outer,
                        position: *position,
                        key,
                        value: None,
                        time,
                        evidence: evidence.clone(),
                    });
                }
            }
        }
        Some(Fired {
            found: whole.into(),
            reports: whole.reports,
            evidence,
        })
    }

    /// What is fulfilled because nothing more comes.
    pub(super) fn finish(&mut self, set: &AnalyticSet) -> Vec<Fired> {
        let mut out = Vec::new();
        for (whole, windows) in set.correlations.iter().zip(&mut self.windows) {
            if whole.kind != CorrelationKind::Absence {
                continue;
            }
            let keys: BTreeMap<Vec<String>, Window> = windows.drain().collect();
            for (_, window) in keys {
                if let Some(Some((_, evidence))) = window.positions.into_iter().next() {
                    out.push(Fired {
                        found: whole.into(),
                        reports: whole.reports,
                        evidence,
                    });
                }
            }
        }
        out
    }
}

/// Drops the windows that are over, and where too many are left the older half
/// of them, whose number is given.
fn swept(windows: &mut FxHashMap<Vec<String>, Window>, horizon: i64) -> u64 {
    let before = windows.len();
    windows.retain(|_, window| window.seen.0 >= horizon);
    if windows.len() < KEYS {
        return 0;
    }
    let mut seen: Vec<i64> = windows.values().map(|w| w.seen.0).collect();
    let middle = seen.len() / 2;
    let (_, cut, _) = seen.select_nth_unstable(middle);
    let cut = *cut;
    windows.retain(|_, window| window.seen.0 > cut);
    (before - windows.len()) as u64
}

fn text(value: FieldValue<'_>) -> Option<String> {
    Some(match value {
        FieldValue::Null => return None,
        FieldValue::Text(text) => text.into_owned(),
        FieldValue::Number(number) => number.to_string(),
        FieldValue::Bool(truth) => truth.to_string(),
        FieldValue::List(list) => list.join(","),
    })
}

fn counted(whole: &Correlation, window: &mut Window, hit: Hit) -> Option<Vec<EventSummary>> {
    let horizon = hit.time.0.saturating_sub(whole.timespan);
    window.events.push_back((hit.time, hit.value, hit.evidence));
    while window.events.len() > EVENTS
        || window
            .events
            .front()
            .is_some_and(|(at, _, _)| at.0 < horizon)
    {
        window.events.pop_front();
    }
    let numbers = || {
        let values = window
            .events
            .iter()
            .filter_map(|(_, value, _)| value.as_deref());
        values.filter_map(|value| value.parse::<f64>().ok())
    };
    let number = match &whole.kind {
        CorrelationKind::EventCount => window.events.len() as f64,
        CorrelationKind::ValueCount(_) => {
            let values = window
                .events
                .iter()
                .filter_map(|(_, value, _)| value.as_deref());
            values.collect::<FxHashSet<_>>().len() as f64
        }
        CorrelationKind::ValueSum(_) => numbers().sum(),
        CorrelationKind::ValueAverage(_) => {
            let count = numbers().count();
            if count == 0 {
                return None;
            }
            numbers().sum::<f64>() / count as f64
        }
        CorrelationKind::ValuePercentile(_, percent) => {
            let mut all: Vec<f64> = numbers().collect();
            all.sort_by(f64::total_cmp);
            let rank = (percent / 100.0 * all.len() as f64).ceil() as usize;
            *all.get(rank.saturating_sub(1))?
        }
        _ => return None,
    };
    if !whole.holds(number) {
        return None;
    }
    let events = std::mem::take(&mut window.events);
    Some(events.into_iter().flat_map(|(_, _, e)| e).collect())
}

fn slots(whole: &Correlation, window: &mut Window) {
    if window.positions.len() < whole.rules.len() {
        window.positions.resize(whole.rules.len(), None);
    }
}

fn temporal(whole: &Correlation, window: &mut Window, hit: Hit) -> Option<Vec<EventSummary>> {
    slots(whole, window);
    let horizon = hit.time.0.saturating_sub(whole.timespan);
    if let Some(slot) = window.positions.get_mut(hit.position) {
        *slot = Some((hit.time, hit.evidence));
    }
    let complete = window
        .positions
        .iter()
        .all(|slot| slot.as_ref().is_some_and(|(at, _)| at.0 >= horizon));
    complete.then(|| {
        let all = std::mem::take(&mut window.positions);
        let mut evidence: Vec<EventSummary> =
            all.into_iter().flatten().flat_map(|(_, e)| e).collect();
        evidence.sort_by_key(|e| e.observed.time);
        evidence
    })
}

/// Each position keeps the latest-starting chain that leads to it; its time
/// is that of the chain's start.
fn ordered(whole: &Correlation, window: &mut Window, hit: Hit) -> Option<Vec<EventSummary>> {
    slots(whole, window);
    let chain = match hit.position.checked_sub(1) {
        None => (hit.time, hit.evidence),
        Some(before) => {
            let (start, events) = window.positions.get(before)?.as_ref()?;
            if hit.time.0.saturating_sub(start.0) > whole.timespan {
                return None;
            }
            let mut events = events.clone();
            events.extend(hit.evidence);
            (*start, events)
        }
    };
    if hit.position + 1 == whole.rules.len() {
        window.positions.clear();
        return Some(chain.1);
    }
    if let Some(slot) = window.positions.get_mut(hit.position) {
        *slot = Some(chain);
    }
    None
}

fn absence(whole: &Correlation, window: &mut Window, hit: Hit) -> Option<Vec<EventSummary>> {
    slots(whole, window);
    let slot = window.positions.first_mut()?;
    let late = slot
        .as_ref()
        .is_some_and(|(at, _)| hit.time.0.saturating_sub(at.0) > whole.timespan);
    let fired = if late { slot.take() } else { None };
    if hit.position == 0 {
        slot.get_or_insert((hit.time, hit.evidence));
    } else {
        *slot = None;
    }
    fired.map(|(_, evidence)| evidence)
}
