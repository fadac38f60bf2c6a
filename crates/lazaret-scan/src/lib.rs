//! Static verdict on a package: its files, what they do and when, what the
//! rules make of that, and what the policy makes of the rules.
//!
//! ```no_run
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use lazaret_artifact::Source;
//! use lazaret_content::Content;
//! use lazaret_scan::{NoIntel, Scanner};
//!
//! let scanner = Scanner::new(&Content::shipped())?;
//! let scan = scanner.scan(&Source::path("left-pad-1.3.0.tgz"), &NoIntel)?;
//! println!("{}", scan.assessment.verdict);
//! # Ok(())
//! # }
//! ```

mod analysis;
mod behaviour;
mod diff;
mod entry_points;
mod facts;
mod files;
mod listing;
mod lockfile;
mod modules;
mod package;
mod policy;
pub mod rules;
mod scanner;
mod suppression;
pub mod yara;

pub use analysis::PackageAnalysis;
pub use diff::{Change, Diff, diff};
pub use facts::PackageFacts;
pub use files::{File, Kind};
pub use lockfile::{RegistryHosts, assess as assess_lockfile};
pub use package::PackageFiles;
pub use policy::{Policy, PolicyError, Weighed};
pub use rules::{RuleSet, RulesError, StaticRule};
pub use scanner::{Intel, NoIntel, Scan, ScanError, Scanner};
pub use suppression::{Suppression, SuppressionError, Suppressions};
