//! Technique packages (`content/techniques/<id>/`): for an ATT&CK technique,
//! what it looks like in attacks through packages, analytics, hunts in KQL,
//! SPL and Sigma, an investigation guide, a response playbook, tuning
//! guidance and safe drills.

mod attack;
mod drill;
mod layer;
mod package;
mod page;

pub use attack::{Attack, AttackError, CATALOGUE, Entry, Standing, built_in};
pub use drill::{Drill, DrillError, DrillRun};
pub use layer::{Coverage, coverage, navigator};
pub use package::{HuntPage, Named, PackageError, TechniquePackage, packages};
pub use page::{Section, markdown};
