//! The shared vocabulary of Lazaret: package, behaviour, finding, technique,
//! indicator and verdict.
//!
//! Predicted (static analysis) or observed (telemetry, the supervised
//! install), a behaviour is a behaviour: both use [`Action`], [`ObjectKind`]
//! and [`Phase`], so that rules, findings and reports are written once.

mod assessment;
mod behaviour;
mod ecosystem;
mod excerpt;
mod finding;
mod indicator;
mod package;
mod technique;
mod verdict;

pub use assessment::{Assessment, Problem};
pub use behaviour::{Action, Behaviour, Flow, Location, ObjectKind, Phase};
pub use ecosystem::Ecosystem;
pub use excerpt::Excerpt;
pub use finding::{Confidence, Evidence, Finding, Severity};
pub use indicator::{Indicator, IndicatorKind};
pub use package::{Package, PackageError};
pub use technique::{TechniqueError, TechniqueId};
pub use verdict::Verdict;
