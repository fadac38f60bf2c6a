//! The whole way from a package to its verdict.

use std::path::PathBuf;

use lazaret_artifact::{ArtifactError, Source};
use lazaret_code::{Catalogue, CatalogueError};
use lazaret_content::Content;
use lazaret_model::{Assessment, Finding, Package};
use rayon::prelude::*;

use crate::{
    PackageAnalysis, PackageFacts, PackageFiles, Policy, PolicyError, RuleSet, RulesError,
    Suppressions, rules::Subject, yara,
};

/// Stack of each thread; only what is used is ever backed by memory.
const STACK: usize = 256 << 20;

/// What is known about packages by name.
pub trait Intel: Sync {
    /// Findings for a package: known-malicious records (as
    /// [`lazaret_model::Evidence::Record`]), names that imitate others.
    fn findings(&self, package: &Package) -> Vec<Finding>;

    /// Findings for the repository that the package gives as its own.
    fn claims(&self, _package: &Package, _repository: &str) -> Vec<Finding> {
        Vec::new()
    }
}

/// Nothing is known.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoIntel;

impl Intel for NoIntel {
    fn findings(&self, _package: &Package) -> Vec<Finding> {
        Vec::new()
    }
}

/// Why a scanner cannot work or a package cannot be scanned.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ScanError {
    /// A rule is broken.
    #[error(transparent)]
    Rules(#[from] RulesError),
    /// The policy is broken.
    #[error(transparent)]
    Policy(#[from] PolicyError),
    /// A catalogue is broken.
    #[error(transparent)]
    Catalogue(#[from] CatalogueError),
    /// Threads cannot be started.
    #[error("cannot start the scanner's threads: {0}")]
    Threads(#[from] rayon::ThreadPoolBuildError),
    /// The package cannot be read.
    #[error(transparent)]
    Artifact(#[from] ArtifactError),
    /// YARA rules are broken.
    #[error(transparent)]
    Yara(#[from] yara::YaraError),
}

/// Scans packages; build one and use it for all.
#[derive(Debug)]
pub struct Scanner {
    yara: yara::Engine,
    catalogue: Catalogue,
    rules: RuleSet,
    policy: Policy,
    suppressions: Suppressions,
    /// Code nests deep: its analysis needs more stack than threads have.
    pool: rayon::ThreadPool,
    /// Bounds on reading.
    pub artifact_limits: lazaret_artifact::Limits,
    /// Bounds on analysing one file.
    pub code_limits: lazaret_code::Limits,
}

/// A scanned package.
#[derive(Debug)]
pub struct Scan {
    /// The verdict with its findings.
    pub assessment: Assessment,
    /// The sum that the verdict rests on.
    pub score: f64,
    /// What the package does.
    pub analysis: PackageAnalysis,
    /// What its metadata says.
    pub facts: PackageFacts,
}

impl Scanner {
    /// Loads catalogues, rules and policy.
    ///
    /// # Errors
    /// Where any of these is broken.
    pub fn new(content: &Content) -> Result<Self, ScanError> {
        let pool = rayon::ThreadPoolBuilder::new()
            .stack_size(STACK)
            .thread_name(|n| format!("scan-{n}"))
            .build()?;
        // Both take as long as a small package.
        let (catalogue, rules) =
            pool.install(|| rayon::join(|| Catalogue::load(content), || RuleSet::load(content)));
        Ok(Self {
            catalogue: catalogue?,
            rules: rules?,
            policy: Policy::load(content)?,
            suppressions: Suppressions::default(),
            yara: yara::Engine::load(content, &[])?,
            pool,
            artifact_limits: lazaret_artifact::Limits::default(),
            code_limits: lazaret_code::Limits::default(),
        })
    }

    /// Uses a reviewed list of accepted findings.
    #[must_use]
    pub fn with_suppressions(mut self, suppressions: Suppressions) -> Self {
        self.suppressions = suppressions;
        self
    }

    /// Adds YARA rules of the user's: files, or folders of them.
    ///
    /// # Errors
    /// If they cannot be read or do not compile.
    pub fn with_yara(mut self, content: &Content, user: &[PathBuf]) -> Result<Self, ScanError> {
        self.yara = yara::Engine::load(content, user)?;
        self.yara.check()?;
        Ok(self)
    }

    /// The rules, to list and explain.
    pub fn rules(&self) -> &RuleSet {
        &self.rules
    }

    /// Scans an archive, a folder or a file.
    ///
    /// # Errors
    /// If it cannot be opened.
    pub fn scan(&self, source: &Source, intel: &dyn Intel) -> Result<Scan, ScanError> {
        let package = PackageFiles::read(source, &self.artifact_limits)?;
        Ok(self.scan_files(&package, intel))
    }

    /// Scans many at a time; the results are in the order of the sources.
    /// `done` is told of each as it ends.
    pub fn scan_all(
        &self,
        sources: &[Source],
        intel: &dyn Intel,
        done: &(dyn Fn() + Sync),
    ) -> Vec<Result<Scan, ScanError>> {
        self.pool.install(|| {
            sources
                .par_iter()
                .map(|source| {
                    let scan = self.scan(source, intel);
                    done();
                    scan
                })
                .collect()
        })
    }

    /// Scans what a registry handed out, and compares it with what the
    /// registry lists of it (npm's manifest of the version).
    ///
    /// # Errors
    /// If it cannot be opened.
    pub fn scan_release(
        &self,
        source: &Source,
        listing: &serde_json::Value,
        intel: &dyn Intel,
    ) -> Result<Scan, ScanError> {
        let package = PackageFiles::read(source, &self.artifact_limits)?;
        let subject = match &package.artifact.package {
            Some(id) => id.purl(),
            None => package.artifact.name.clone(),
        };
        let differences = crate::listing::differences(&package, listing, &subject);
        Ok(self.scan_with(&package, intel, differences))
    }

    /// Scans a package that is in memory.
    pub fn scan_files(&self, package: &PackageFiles, intel: &dyn Intel) -> Scan {
        self.scan_with(package, intel, Vec::new())
    }

    fn scan_with(
        &self,
        package: &PackageFiles,
        intel: &dyn Intel,
        known_before: Vec<Finding>,
    ) -> Scan {
        let analysis = self
            .pool
            .install(|| PackageAnalysis::of(package, &self.catalogue, &self.code_limits));
        let id = package.artifact.package.clone();
        let facts = PackageFacts::of(package, &analysis, id.as_ref());
        let subject_name = id
            .as_ref()
            .map_or_else(|| package.artifact.name.clone(), Package::purl);
        let ecosystem = id
            .as_ref()
            .map(|id| id.ecosystem().purl_type())
            .or_else(|| {
                package
                    .artifact
                    .packaging
                    .map(|packaging| packaging.ecosystem().purl_type())
            });
        let subject = Subject::new(&subject_name, package, &analysis, &facts, ecosystem);
        let rules: Vec<_> = self.rules.iter().collect();
        let (found, (matches, yara_problems)) = self.pool.install(|| {
            rayon::join(
                || -> Vec<Vec<Finding>> {
                    rules
                        .par_iter()
                        .map(|rule| rule.findings(&subject))
                        .collect()
                },
                || self.yara.findings(package, &subject_name),
            )
        });
        let mut findings = found.concat();
        if let Some(id) = &id {
            findings.extend(intel.findings(id));
            if let Some(repository) = facts.repository() {
                findings.extend(intel.claims(id, repository));
            }
        }
        findings.extend(matches);
        findings.extend(known_before);
        let today = jiff::Timestamp::now()
            .to_zoned(jiff::tz::TimeZone::UTC)
            .date();
        self.suppressions.apply(&mut findings, package, today);
        findings.sort_by(|a, b| {
            (b.severity, b.confidence, &a.rule).cmp(&(a.severity, a.confidence, &b.rule))
        });
        let weighed = self.policy.weigh(&findings, &self.rules);
        let assessment = Assessment {
            subject: package.artifact.name.clone(),
            package: id,
            sha256: package
                .artifact
                .digests
                .as_ref()
                .map(|digests| digests.sha256.clone()),
            verdict: weighed.verdict,
            reasons: weighed.reasons,
            findings,
            problems: [analysis.problems.as_slice(), &yara_problems].concat(),
        };
        Scan {
            assessment,
            score: weighed.score,
            analysis,
            facts,
        }
    }
}
