//! Alerts: what an analytic found, with the processes and events that it
//! rests on.

use std::sync::Arc;

use lazaret_events::{Event, Text, Time};
use lazaret_model::{Confidence, Evidence, Finding, Severity, TechniqueId};
use rustc_hash::{FxHashMap, FxHashSet};
use serde::Serialize;

use crate::{
    Observed, Tracker,
    analytic::{Analytic, AnalyticSet},
    engine,
    installation::Installation,
    lineage::NodeId,
};

/// An event as evidence.
#[derive(Clone, Debug)]
pub struct EventSummary {
    /// Where its record is.
    pub source: String,
    /// One line.
    pub line: String,
    /// What lineage made of it.
    pub observed: Observed,
    /// The event itself, for formats that carry it whole.
    pub event: Arc<Event>,
}

impl EventSummary {
    pub(crate) fn of(event: &Event, observed: &Observed) -> Self {
        Self {
            source: event.source.to_string(),
            line: engine::line(event),
            observed: *observed,
            event: Arc::new(event.clone()),
        }
    }
}

/// A process, as an alert shows it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ProcessSummary {
    /// Tells it from others of the run.
    #[serde(skip)]
    pub node: Option<NodeId>,
    /// Process id.
    pub pid: Option<i64>,
    /// Path of the program.
    pub image: Text,
    /// Command line.
    pub command_line: Text,
    /// RFC 3339.
    #[serde(serialize_with = "rfc3339")]
    pub started: Option<Time>,
}

/// An installation, as an alert shows it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct InstallationSummary {
    /// Its number in the run.
    pub id: u32,
    /// The package manager.
    pub manager: Text,
    /// The command.
    pub command_line: Text,
    /// purls asked for.
    pub packages: Vec<String>,
    /// Files, folders and URLs asked for.
    pub sources: Vec<Text>,
    /// Who ran it.
    pub account: Text,
    /// Where.
    pub directory: Text,
    /// RFC 3339.
    #[serde(serialize_with = "rfc3339")]
    pub started: Option<Time>,
    /// RFC 3339; none where its end was not seen.
    #[serde(serialize_with = "rfc3339")]
    pub ended: Option<Time>,
    /// Processes in its descent.
    pub processes: u32,
    /// Files written in its descent.
    pub files: u32,
    /// Connections opened in its descent.
    pub connections: u32,
}

impl InstallationSummary {
    /// Of an installation as it stands.
    pub fn of(installation: &Installation) -> Self {
        Self {
            id: installation.id.0,
            manager: installation.manager.clone(),
            command_line: installation.command_line.clone(),
            packages: installation.packages.iter().map(|p| p.purl()).collect(),
            sources: installation.sources.clone(),
            account: installation.account.clone(),
            directory: installation.cwd.clone(),
            started: Some(installation.started),
            ended: installation.ended,
            processes: installation.processes,
            files: installation.files,
            connections: installation.connections,
        }
    }
}

fn rfc3339<S: serde::Serializer>(time: &Option<Time>, serializer: S) -> Result<S::Ok, S::Error> {
    match time {
        Some(time) => serializer.collect_str(time),
        None => serializer.serialize_none(),
    }
}

/// What an analytic found.
#[derive(Clone, Debug)]
pub struct Alert {
    /// Id of the analytic.
    pub analytic: String,
    /// One line.
    pub title: String,
    /// What it means.
    pub description: String,
    /// How bad.
    pub severity: Severity,
    /// How sure.
    pub confidence: Confidence,
    /// ATT&CK techniques.
    pub techniques: Vec<TechniqueId>,
    /// ATT&CK detection strategies and analytics.
    pub strategies: Vec<String>,
    /// What else looks like it.
    pub false_positives: Vec<String>,
    /// Name of the device.
    pub device: Text,
    /// Account of the process.
    pub account: Text,
    /// Time of its first event.
    pub first: Time,
    /// Time of its last event.
    pub last: Time,
    /// Matches gathered in it.
    pub count: u64,
    /// The installation that it is about.
    pub installation: Option<InstallationSummary>,
    /// The process and its ancestors, the oldest first.
    pub processes: Vec<ProcessSummary>,
    /// Its events, the first ones.
    pub evidence: Vec<EventSummary>,
    /// Class and reason of the suppression that took it out.
    pub suppressed: Option<(String, String)>,
    /// Telemetry that was not there and would have made it surer.
    pub missing: Vec<&'static str>,
    number: Option<u32>,
    device_number: u32,
}

impl Alert {
    pub(crate) fn new(
        analytic: &Analytic,
        tracker: &Tracker,
        observed: &Observed,
        evidence: Vec<EventSummary>,
        suppressed: Option<(String, String)>,
    ) -> Self {
        let lineage = tracker.lineage();
        let node = observed.node.and_then(|id| lineage.get(id));
        let mut processes: Vec<ProcessSummary> = Vec::new();
        if let Some(id) = observed.node {
            let own = lineage.get(id).map(|node| (id, node));
            for (id, node) in own.into_iter().chain(lineage.ancestors(id)) {
                // A fork that runs its parent's program adds nothing.
                if node.forked {
                    continue;
                }
                processes.push(ProcessSummary {
                    node: Some(id),
                    pid: node.pid,
                    image: node.image.clone(),
                    command_line: node.command_line.clone(),
                    started: node.started,
                });
            }
            processes.reverse();
        }
        let installation = observed
            .membership
            .and_then(|m| tracker.installation(m.installation));
        let first = engine::first_time(&evidence).unwrap_or(observed.time);
        let account = node.map(|n| n.account.clone()).filter(|a| !a.is_empty());
        let account = account.or_else(|| {
            let event = evidence.first().map(|e| &e.event)?;
            event.account.as_deref().map(|a| a.qualified())
        });
        Self {
            analytic: analytic.id.clone(),
            title: analytic.title.clone(),
            description: analytic.description.clone(),
            severity: analytic.severity,
            confidence: analytic.confidence,
            techniques: analytic.techniques.clone(),
            strategies: analytic.strategies.clone(),
            false_positives: analytic.false_positives.clone(),
            device: Text::new(lineage.device_name(observed.device)),
            account: account.unwrap_or_default(),
            first,
            last: observed.time.max(first),
            count: 1,
            installation: installation.map(InstallationSummary::of),
            processes,
            evidence,
            suppressed,
            missing: Vec::new(),
            number: observed.membership.map(|m| m.installation.0),
            device_number: observed.device,
        }
    }

    /// Brings the installation's figures up to date.
    pub(crate) fn refresh(&mut self, tracker: &Tracker) {
        let installation = self
            .number
            .and_then(|n| tracker.installation(crate::InstallationId(n)));
        if let Some(installation) = installation {
            self.installation = Some(InstallationSummary::of(installation));
        }
        self.evidence.sort_by_key(|e| e.observed.time);
    }

    /// Says which telemetry the device did not give, where the analytic is
    /// about an installation and would be surer with it.
    pub(crate) fn note_missing(
        &mut self,
        _set: &AnalyticSet,
        telemetry: &FxHashMap<u32, FxHashSet<&'static str>>,
    ) {
        if self.installation.is_none() {
            return;
        }
        let seen = telemetry.get(&self.device_number);
        self.missing = [
            "process starts",
            "file writes",
            "file reads",
            "connections",
            "name lookups",
        ]
        .into_iter()
        .filter(|kind| !seen.is_some_and(|seen| seen.contains(kind)))
        .collect();
    }

    /// As a finding of the one model.
    pub fn finding(&self) -> Finding {
        let subject = match &self.installation {
            Some(installation) if !installation.packages.is_empty() => {
                installation.packages.join(", ")
            }
            Some(installation) => installation.command_line.to_string(),
            None => self.device.to_string(),
        };
        Finding {
            rule: self.analytic.clone(),
            title: self.title.clone(),
            severity: self.severity,
            confidence: self.confidence,
            techniques: self.techniques.clone(),
            subject,
            message: self.message(),
            evidence: self
                .evidence
                .iter()
                .map(|event| Evidence::Event {
                    source: event.source.clone(),
                    time: event.observed.time.to_string(),
                    summary: event.line.clone(),
                })
                .collect(),
            suppressed: self
                .suppressed
                .as_ref()
                .map(|(id, why)| format!("{id}: {why}")),
        }
    }

    /// A sentence with the facts of this case.
    pub fn message(&self) -> String {
        let device = if self.device.is_empty() {
            String::new()
        } else {
            format!(" on {}", self.device)
        };
        let what = self.evidence.first().map_or("", |e| e.line.as_str());
        let again = match self.count {
            0 | 1 => String::new(),
            more => format!(" ({more} matches)"),
        };
        match &self.installation {
            Some(installation) => format!(
                "{}{device}: in the descent of `{}`, {what}{again}",
                self.title, installation.command_line
            ),
            None => format!("{}{device}: {what}{again}", self.title),
        }
    }
}
