//! Analytics: Sigma rules and correlations, ours and anyone's.

mod correlation;
mod elements;
mod load;
mod logsource;
mod rule;
mod suppression;

use std::sync::Arc;

use lazaret_model::{Confidence, Severity, TechniqueId};

pub use correlation::{Correlation, CorrelationKind};
pub use elements::Elements;
pub use load::{AnalyticSet, LoadReport};
pub(crate) use logsource::EventSource;
pub use logsource::LogSourceSpec;
pub use rule::Rule;
pub use suppression::Suppression;

/// What a document says of its own findings where that is other than what its
/// analytic says.
#[derive(Clone, Debug, Default)]
pub struct Particular {
    /// How bad.
    pub severity: Option<Severity>,
    /// ATT&CK techniques.
    pub techniques: Option<Arc<[TechniqueId]>>,
}

/// What is said of a finding, whichever of an analytic's documents makes it.
#[derive(Clone, Debug)]
pub struct Analytic {
    /// Name of its folder, or the id of a Sigma rule.
    pub id: String,
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
    /// Detection strategies and analytics of ATT&CK that it carries out.
    pub strategies: Vec<String>,
    /// What else looks like it.
    pub false_positives: Vec<String>,
    /// The file that it is from.
    pub path: String,
    /// Sigma categories that its documents look at.
    pub telemetry: Vec<String>,
}
