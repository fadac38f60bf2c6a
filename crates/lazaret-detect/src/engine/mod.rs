//! Events through all analytics.

mod context;
mod correlate;
mod dispatch;
mod first_seen;
mod interval;

use std::sync::Arc;

use lazaret_content::Content;
use lazaret_events::{Event, Time};
use lazaret_model::Severity;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::{
    Baseline, DetectError, Observed,
    alert::{Alert, EventSummary},
    analytic::{AnalyticSet, Correlation, Elements, Particular, Rule},
    lineage::Limits,
    tracker::Tracker,
    view::{self, View},
};
use correlate::{Correlator, Hit};
use dispatch::Dispatch;
pub(crate) use dispatch::Parts;
pub(crate) use places::KnownPlaces;
use places::Registries;

mod places;

/// How to detect.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The user's values of mutable elements.
    pub elements: Elements,
    /// Hosts of the user's own registries, beside the public ones.
    pub registries: Vec<String>,
    /// How much is kept.
    pub limits: Limits,
    /// What was usual before; without it nothing is told as a first time.
    pub baseline: Option<Arc<Baseline>>,
}

/// What a run has seen.
#[derive(Clone, Debug, Default, serde::Serialize)]
pub struct Counts {
    /// Events taken in.
    pub events: u64,
    /// Alerts that count.
    pub alerts: u64,
    /// Matches that a suppression took out.
    pub suppressed: u64,
    /// Alerts not kept for want of room.
    pub dropped: u64,
    /// Processes forgotten for want of room.
    pub processes_evicted: u64,
    /// Installations forgotten for want of room.
    pub installations_evicted: u64,
    /// Files of installations forgotten for want of room.
    pub files_evicted: u64,
    /// Windows of correlations forgotten for want of room.
    pub windows_evicted: u64,
}

/// Alerts kept, at most.
const ALERTS: usize = 200_000;

/// Events kept as evidence of one alert.
const EVIDENCE: usize = 24;

/// Alerts of one analytic about one process further apart than this, in µs,
/// are two.
const APART: i64 = 3_600_000_000;

/// What matched, event, and class and reason of its suppression.
type Match = (Found, EventSummary, Option<(String, String)>);

/// The analytic that found something, and what its document says of it.
#[derive(Clone, Debug)]
struct Found {
    analytic: usize,
    particular: Particular,
}

impl From<&Rule> for Found {
    fn from(rule: &Rule) -> Self {
        Self {
            analytic: rule.analytic,
            particular: rule.particular.clone(),
        }
    }
}

impl From<&Correlation> for Found {
    fn from(correlation: &Correlation) -> Self {
        Self {
            analytic: correlation.analytic,
            particular: correlation.particular.clone(),
        }
    }
}

/// What alerts are gathered by: analytic, how bad, what about, and whether it
/// is suppressed.
type OpenKey = (usize, Severity, String, bool);

/// Runs analytics over a stream of events.
#[derive(Debug)]
pub struct Detector {
    set: Arc<AnalyticSet>,
    dispatch: Dispatch,
    correlator: Correlator,
    tracker: Tracker,
    places: Registries,
    alerts: Vec<Alert>,
    open: FxHashMap<OpenKey, usize>,
    /// Kinds of telemetry seen of each device.
    telemetry: FxHashMap<u32, FxHashSet<&'static str>>,
    last_telemetry: Option<(u32, &'static str)>,
    counts: Counts,
    told: usize,
}

impl Detector {
    /// Loads content.
    ///
    /// # Errors
    /// When content is wrong, or an element is unknown.
    pub fn new(content: &Content, options: &Options) -> Result<Self, DetectError> {
        let set = AnalyticSet::load(content, &options.elements)?;
        Self::with(set, content, options)
    }

    /// With analytics already loaded; several detectors may share them, and what
    /// the first one's content says of package managers and hosts.
    ///
    /// # Errors
    /// When content is wrong.
    pub fn with(
        set: impl Into<Arc<AnalyticSet>>,
        content: &Content,
        options: &Options,
    ) -> Result<Self, DetectError> {
        let set = set.into();
        let known = KnownPlaces::of(&set.places, content)?;
        Ok(Self {
            dispatch: Dispatch::new(&set),
            correlator: Correlator::new(&set, options.baseline.clone()),
            set,
            tracker: Tracker::new(known.managers.clone(), options.limits),
            places: Registries::new(known, &options.registries),
            alerts: Vec::new(),
            open: FxHashMap::default(),
            telemetry: FxHashMap::default(),
            last_telemetry: None,
            counts: Counts::default(),
            told: 0,
        })
    }

    /// The analytics.
    pub fn analytics(&self) -> &AnalyticSet {
        &self.set
    }

    /// Lineage and installations.
    pub fn tracker(&self) -> &Tracker {
        &self.tracker
    }

    /// The baseline, with what this run has seen.
    pub fn learnt(&self) -> Baseline {
        self.correlator.learnt(&self.set)
    }

    /// What was seen so far.
    pub fn counts(&self) -> Counts {
        Counts {
            processes_evicted: self.tracker.lineage().evicted(),
            installations_evicted: self.tracker.installations_evicted(),
            files_evicted: self.tracker.written().evicted(),
            windows_evicted: self.correlator.evicted(),
            ..self.counts.clone()
        }
    }

    /// Takes an event in.
    pub fn push(&mut self, event: &Event) {
        self.counts.events += 1;
        let observed = self.tracker.observe(event);
        let source = self.dispatch.source(event);
        if let Some(kind) = source.telemetry
            && self.last_telemetry != Some((observed.device, kind))
        {
            self.last_telemetry = Some((observed.device, kind));
            self.telemetry
                .entry(observed.device)
                .or_default()
                .insert(kind);
        }
        let mut hits: Vec<Hit> = Vec::new();
        let mut found: Vec<Match> = Vec::new();
        {
            let view = View::new(event, observed, &self.tracker, &self.places);
            self.dispatch
                .matching(&self.set, &view, source, |index, rule| {
                    let analytic = self.set.analytics.get(rule.analytic);
                    let id = analytic.map_or("", |a| a.id.as_str());
                    let suppression = self
                        .set
                        .suppressions
                        .iter()
                        .find(|s| s.covers(id) && s.predicate.matches(&view));
                    let evidence = EventSummary::of(event, &observed);
                    let suppressed = suppression.map(|s| (s.id.clone(), s.reason.clone()));
                    if suppressed.is_none() {
                        self.correlator
                            .collect(&self.set, index, &view, &evidence, &mut hits);
                    }
                    if rule.reports || suppressed.is_some() {
                        found.push((rule.into(), evidence, suppressed));
                    }
                });
        }
        for (what, evidence, suppressed) in found {
            self.alert(what, &observed, vec![evidence], suppressed);
        }
        self.correlate(hits, &observed);
    }

    fn correlate(&mut self, mut hits: Vec<Hit>, observed: &Observed) {
        // A correlation may be part of another: a few rounds are enough.
        for _ in 0..4 {
            if hits.is_empty() {
                return;
            }
            let mut next = Vec::new();
            for hit in hits {
                let Some(fired) = self.correlator.add(&self.set, hit, &mut next) else {
                    continue;
                };
                // Some telemetry names no process: then another of its events
                // tells the installation.
                let member = |e: &&EventSummary| e.observed.membership.is_some();
                let last = fired.evidence.iter().rfind(member);
                let last = last.or(fired.evidence.last());
                let last = last.map_or(*observed, |e| e.observed);
                if fired.reports {
                    self.alert(fired.found, &last, fired.evidence, None);
                }
            }
            hits = next;
        }
    }

    /// The end of the stream: what waited for something that did not come.
    pub fn finish(&mut self) {
        for fired in self.correlator.finish(&self.set) {
            if let Some(last) = fired.evidence.last().map(|e| e.observed) {
                self.alert(fired.found, &last, fired.evidence, None);
            }
        }
    }

    fn alert(
        &mut self,
        found: Found,
        observed: &Observed,
        evidence: Vec<EventSummary>,
        suppressed: Option<(String, String)>,
    ) {
        let Some(description) = self.set.analytics.get(found.analytic) else {
            return;
        };
        if suppressed.is_some() {
            self.counts.suppressed += 1;
        }
        let severity = found.particular.severity.unwrap_or(description.severity);
        let key = (
            found.analytic,
            severity,
            group_key(&self.tracker, observed),
            suppressed.is_some(),
        );
        if let Some(alert) = self.open.get(&key).and_then(|at| self.alerts.get_mut(*at))
            && observed.time.0.saturating_sub(alert.last.0) < APART
        {
            alert.count += 1;
            for technique in found.particular.techniques.iter().flat_map(|t| t.iter()) {
                if !alert.techniques.contains(technique) {
                    alert.techniques.push(*technique);
                }
            }
            alert.last = alert.last.max(observed.time);
            for event in evidence {
                let told = alert.evidence.iter().any(|e| e.source == event.source);
                if alert.evidence.len() < EVIDENCE && !told {
                    alert.evidence.push(event);
                }
            }
            return;
        }
        if self.alerts.len() >= ALERTS {
            self.counts.dropped += 1;
            return;
        }
        if suppressed.is_none() {
            self.counts.alerts += 1;
        }
        let mut alert = Alert::new(description, &self.tracker, observed, evidence, suppressed);
        alert.severity = severity;
        if let Some(techniques) = found.particular.techniques {
            alert.techniques = techniques.to_vec();
        }
        self.open.insert(key, self.alerts.len());
        self.alerts.push(alert);
    }

    /// Alerts since the last call; for live logs. Later evidence of the same
    /// alert is not told again.
    pub fn take_new(&mut self) -> Vec<Alert> {
        let new = self.alerts.get(self.told..).unwrap_or_default().to_vec();
        self.told = self.alerts.len();
        let mut new = new;
        for alert in &mut new {
            alert.note_missing(&self.set, &self.telemetry);
        }
        new
    }

    /// All alerts, in the order of time.
    pub fn into_alerts(mut self) -> (Vec<Alert>, Tracker, Counts) {
        let counts = self.counts();
        for alert in &mut self.alerts {
            alert.refresh(&self.tracker);
            alert.note_missing(&self.set, &self.telemetry);
        }
        self.alerts
            .sort_by(|a, b| (a.first, &a.analytic).cmp(&(b.first, &b.analytic)));
        (self.alerts, self.tracker, counts)
    }
}

/// What alerts of one analytic are gathered by: the installation, else the
/// process, else the device and account.
fn group_key(tracker: &Tracker, observed: &Observed) -> String {
    if let Some(membership) = observed.membership {
        return format!("i{}", membership.installation.0);
    }
    let node = observed.node.and_then(|id| tracker.lineage().get(id));
    match node {
        Some(node) => format!("d{} {} {}", observed.device, node.image, node.command_line),
        None => format!("d{}", observed.device),
    }
}

/// One line about an event.
pub(crate) fn line(event: &Event) -> String {
    view::summary::summary(event)
}

/// The time of an alert's first event.
pub(crate) fn first_time(evidence: &[EventSummary]) -> Option<Time> {
    evidence.iter().map(|e| e.observed.time).min()
}
