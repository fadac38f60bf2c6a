//! The targets: archives, folders, lockfiles, packages of a registry.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::OnceLock,
};

use anyhow::{Context as _, bail};
use lazaret_artifact::{
    LockFormat, Locked, Source, SourceKind, read_lockfile,
    registry::{Client, Registries},
};
use lazaret_model::{Assessment, Package, Problem, Severity, Verdict};
use lazaret_scan::{Intel as _, RegistryHosts, Scan, Scanner, assess_lockfile};
use rayon::prelude::*;

use super::Asked;
use crate::output;

/// Packages that are downloaded at a time.
const DOWNLOADS: usize = 8;

/// Archives that are scanned at a time.
pub(super) const BATCH: usize = 64;

/// Whether the target is a file to scan, neither a lockfile nor a folder.
pub(super) fn is_archive(target: &str) -> bool {
    let path = Path::new(target);
    path.is_file() && LockFormat::of(path).is_none()
}

/// One run over all targets.
pub(super) struct Run<'a> {
    pub(super) scanner: &'a Scanner,
    pub(super) intel: Asked<'a>,
    pub(super) hosts: RegistryHosts,
    pub(super) client: OnceLock<Client>,
    pub(super) quiet: bool,
    pub(super) fetch: bool,
    pub(super) assessments: Vec<Assessment>,
    /// Something could not be read or understood.
    pub(super) failed: bool,
    /// A lockfile was among the targets: its allowed packages are not listed.
    pub(super) many: bool,
}

impl Run<'_> {
    pub(super) fn target(&mut self, target: &str) -> anyhow::Result<()> {
        let path = Path::new(target);
        if !path.exists() {
            let package: Package = target.parse().with_context(|| {
                format!(
                    "`{target}` is neither a file nor a package (npm:name@version, pkg:pypi/name)"
                )
            })?;
            let assessment = self.package(&package)?;
            self.assessments.push(assessment);
            return Ok(());
        }
        if path.is_dir() {
            self.artifact(path)?;
            let mut locks: Vec<PathBuf> = fs::read_dir(path)
                .with_context(|| format!("cannot read the folder {target}"))?
                .filter_map(Result::ok)
                .map(|entry| entry.path())
                .filter(|file| LockFormat::of(file).is_some_and(|format| !format.is_manifest()))
                .collect();
            locks.sort();
            for lock in locks {
                self.lockfile(&lock)?;
            }
            return Ok(());
        }
        match LockFormat::of(path) {
            Some(_) => self.lockfile(path),
            None => self.artifact(path),
        }
    }

    fn artifact(&mut self, path: &Path) -> anyhow::Result<()> {
        let scan = self.scanner.scan(&Source::path(path), &self.intel)?;
        self.scanned(scan, path);
        Ok(())
    }

    pub(super) fn scanned(&mut self, scan: Scan, path: &Path) {
        let mut assessment = scan.assessment;
        assessment.subject = path.display().to_string();
        self.assessments.push(assessment);
    }

    /// Downloads a package and scans it.
    fn package(&self, package: &Package) -> anyhow::Result<Assessment> {
        let client = self
            .client
            .get_or_init(|| Client::new(Registries::from_environment()));
        let (release, download) = client.fetch(package)?;
        let source = Source::bytes(download.file.name.as_str(), download.bytes);
        let scan = self
            .scanner
            .scan_release(&source, &release.metadata, &self.intel)?;
        let mut assessment = scan.assessment;
        // The registry's word on what it is counts, not the archive's.
        assessment.subject = release.package.purl();
        if assessment.package.as_ref() != Some(&release.package) {
            let mut findings = self.intel.findings(&release.package);
            if findings
                .iter()
                .any(|finding| finding.severity == Severity::Critical)
            {
                assessment.verdict = Verdict::Block;
            }
            findings.append(&mut assessment.findings);
            assessment.findings = findings;
            assessment.package = Some(release.package);
        }
        Ok(assessment)
    }

    fn lockfile(&mut self, path: &Path) -> anyhow::Result<()> {
        self.many = true;
        let lockfile = read_lockfile(path);
        if lockfile.format.is_none() {
            bail!("{} is of no format that is known", path.display());
        }
        let manifest = lockfile.format.is_some_and(LockFormat::is_manifest);
        self.assessments
            .extend(assess_lockfile(&lockfile, &self.intel, &self.hosts));
        if !lockfile.problems.is_empty() {
            for problem in lockfile.problems.iter().take(5) {
                output::remark(&format!(
                    "{}:{}: {}",
                    problem.file, problem.line, problem.detail
                ));
            }
            if manifest {
                output::remark(&format!(
                    "{} is a manifest: give the lockfile, which names versions",
                    path.display()
                ));
            }
            self.failed = true;
        }
        if self.fetch {
            self.fetch_all(&lockfile.packages)?;
        }
        Ok(())
    }

    fn fetch_all(&mut self, packages: &[Locked]) -> anyhow::Result<()> {
        let bar = output::progress(packages.len() as u64, self.quiet);
        // Downloads wait for the network: more at a time than there are cores.
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(DOWNLOADS)
            .build()?;
        let this = &*self;
        let outcomes: Vec<anyhow::Result<Assessment>> = pool.install(|| {
            packages
                .par_iter()
                .map(|locked| {
                    bar.set_message(locked.package.purl());
                    let outcome = match locked.source {
                        SourceKind::Registry => this.package(&locked.package),
                        other => Err(anyhow::anyhow!("{other:?} sources are not downloaded")),
                    };
                    bar.inc(1);
                    outcome
                })
                .collect()
        });
        bar.finish_and_clear();
        for (locked, outcome) in packages.iter().zip(outcomes) {
            let assessment = outcome.unwrap_or_else(|error| {
                self.failed = true;
                not_fetched(locked, &error)
            });
            self.assessments.push(assessment);
        }
        Ok(())
    }
}

fn not_fetched(locked: &Locked, error: &anyhow::Error) -> Assessment {
    Assessment {
        subject: locked.package.purl(),
        package: Some(locked.package.clone()),
        sha256: None,
        verdict: Verdict::Review,
        reasons: vec![format!("it could not be scanned: {error:#}")],
        findings: Vec::new(),
        problems: vec![Problem {
            kind: "not-fetched".to_owned(),
            path: locked.resolved.clone().unwrap_or_default(),
            detail: format!("{error:#}"),
        }],
    }
}
