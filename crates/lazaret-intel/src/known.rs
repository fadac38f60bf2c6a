//! What is known of a package, as findings.

use lazaret_model::{Confidence, Evidence, Finding, Package, Severity};

use crate::{
    index::{Index, IndexError, Matched},
    names::{Names, Resemblance},
};

/// Rule id of a package on record as malicious.
pub const KNOWN_MALICIOUS: &str = "known-malicious";
/// Rule id of a name that resembles a popular one.
pub const LOOKALIKE_NAME: &str = "lookalike-name";

/// Rule id of a repository that is another package's.
pub const STARJACKING: &str = "starjacking";

/// The index, where there is one, and the popular names.
#[derive(Debug)]
pub struct Knowledge {
    index: Option<Index>,
    names: Names,
}

impl Knowledge {
    /// Knowledge of names and, where given, of records.
    pub fn new(index: Option<Index>, names: Names) -> Self {
        Self { index, names }
    }

    /// The popular names.
    pub fn names(&self) -> &Names {
        &self.names
    }

    /// The index, where there is one.
    pub fn index(&self) -> Option<&Index> {
        self.index.as_ref()
    }

    /// Findings for the package: its records, its lookalikes.
    ///
    /// # Errors
    /// If the package's record is damaged. The index has to be imported
    /// again; what was not looked up is not clean.
    pub fn findings(&self, package: &Package) -> Result<Vec<Finding>, IndexError> {
        let mut findings = Vec::new();
        if let Some(index) = &self.index {
            let records = index.lookup(package)?;
            // Without a version only a record of all versions is about it.
            let sure: Vec<_> = records
                .into_iter()
                .filter(|(_, matched)| *matched != Matched::Some)
                .collect();
            if let Some((first, matched)) = sure.first() {
                let why = match matched {
                    Matched::Version => "this version is named",
                    Matched::Range => "this version is in its range",
                    Matched::All | Matched::Some => "all versions are",
                };
                findings.push(Finding {
                    rule: KNOWN_MALICIOUS.to_owned(),
                    title: "On record as malicious".to_owned(),
                    severity: Severity::Critical,
                    confidence: Confidence::High,
                    techniques: "T1195.001".parse().into_iter().collect(),
                    subject: package.purl(),
                    message: format!("{}: {} ({why})", first.id, first.summary),
                    evidence: sure
                        .iter()
                        .map(|(record, _)| Evidence::Record {
                            id: record.id.clone(),
                            summary: record.summary.clone(),
                        })
                        .collect(),
                    suppressed: None,
                });
            }
        }
        if let Some(like) = self.names.check(package).first() {
            let how = match like.resemblance {
                Resemblance::Homoglyph => "looks the same as",
                Resemblance::Separator => "differs only in dashes or dots from",
                Resemblance::Typo => "is one letter away from",
                Resemblance::Order => "has the words in another order of",
                Resemblance::Scope => "imitates the scope of",
                Resemblance::Addition => "adds a word to",
            };
            findings.push(Finding {
                rule: LOOKALIKE_NAME.to_owned(),
                title: "Name resembles a popular package".to_owned(),
                severity: Severity::Low,
                confidence: like.confidence,
                techniques: "T1036.005".parse().into_iter().collect(),
                subject: package.purl(),
                message: format!("{} {how} {}", package.name(), like.of.name()),
                evidence: vec![Evidence::Metadata {
                    field: "name".to_owned(),
                    value: package.name().to_owned(),
                }],
                suppressed: None,
            });
        }
        Ok(findings)
    }

    /// Findings for the repository that the package gives as its own.
    pub fn claims(&self, package: &Package, repository: &str) -> Vec<Finding> {
        let of = self.names.borrowed_repository(package, repository);
        of.into_iter()
            .map(|of| Finding {
                rule: STARJACKING.to_owned(),
                title: "Gives a popular package's repository as its own".to_owned(),
                severity: Severity::Low,
                confidence: Confidence::Medium,
                techniques: "T1036".parse().into_iter().collect(),
                subject: package.purl(),
                message: format!("{} names the repository of {}", package.name(), of.name()),
                evidence: vec![Evidence::Metadata {
                    field: "repository".to_owned(),
                    value: repository.chars().take(200).collect(),
                }],
                suppressed: None,
            })
            .collect()
    }
}
