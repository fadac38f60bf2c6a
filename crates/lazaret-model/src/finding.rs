//! Findings: what a rule or an analytic has to say, with its evidence.

use serde::{Deserialize, Serialize};

use crate::{Behaviour, Excerpt, Location, TechniqueId};

/// How bad it is if true.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Unusual.
    Low,
    /// Unwanted.
    Medium,
    /// Harmful.
    High,
    /// An attack.
    Critical,
}

/// How sure the finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// Often seen in good packages too.
    Low,
    /// Seldom.
    Medium,
    /// Hardly ever.
    High,
}

/// What a finding rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum Evidence {
    /// A behaviour, predicted or observed, with the source text around it.
    Behaviour {
        /// The behaviour.
        #[serde(flatten)]
        behaviour: Behaviour,
        /// The source line of its location.
        excerpt: Excerpt,
    },
    /// A place in a file.
    Text {
        /// Where.
        location: Location,
        /// The source line.
        excerpt: Excerpt,
    },
    /// A fact of the package's metadata.
    Metadata {
        /// Which file or registry field.
        field: String,
        /// Its value.
        value: String,
    },
    /// A record of the known-malicious index.
    Record {
        /// OSV id.
        id: String,
        /// Its summary.
        summary: String,
    },
    /// An event of the telemetry.
    Event {
        /// Log file and record: `path:line`, `path#record`.
        source: String,
        /// RFC 3339 time.
        time: String,
        /// The event in one line.
        summary: String,
    },
}

/// A finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Id of the rule or analytic: the name of its folder in `content/`.
    pub rule: String,
    /// One line.
    pub title: String,
    /// How bad.
    pub severity: Severity,
    /// How sure.
    pub confidence: Confidence,
    /// ATT&CK techniques.
    pub techniques: Vec<TechniqueId>,
    /// What it is about: a purl, a path, a device.
    pub subject: String,
    /// A sentence with the facts of this case.
    pub message: String,
    /// What it rests on, most telling first.
    pub evidence: Vec<Evidence>,
    /// Why it does not count, where a suppression took it out.
    pub suppressed: Option<String>,
}
