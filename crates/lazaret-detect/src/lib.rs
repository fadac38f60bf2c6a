//! Events to process lineage, installations and findings.
//!
//! [`Tracker`] keeps, for every device, who started whom and which package
//! manager's run each process belongs to. An [`Analytic`] is a Sigma rule
//! (detections and correlations alike) that may also ask for what the tracker
//! knows ([`view`]). [`Detector`] runs all of them over a stream of events and
//! gives [`Alert`]s.

pub mod alert;
pub mod analytic;
mod baseline;
pub mod engine;
mod error;
pub mod hosts;
pub mod installation;
pub mod lineage;
pub mod order;
pub mod output;
pub mod place;
mod tracker;
pub mod view;

pub use alert::Alert;
pub use analytic::{Analytic, AnalyticSet, Elements};
pub use baseline::Baseline;
pub use engine::{Detector, Options};
pub use error::DetectError;
pub use installation::{Installation, InstallationId, Managers, Membership};
pub use tracker::{Observed, Tracker};
