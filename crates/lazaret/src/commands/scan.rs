//! `lazaret scan`.

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context as _, bail};
use clap::{Args, ValueEnum};
use lazaret_artifact::{
    LockFormat, Locked, Source, SourceKind, read_lockfile,
    registry::{Client, Registries},
};
use lazaret_intel::Knowledge;
use lazaret_model::{Assessment, Finding, Package, Problem, Severity, Verdict};
use lazaret_report::{Detail, Format, Report, Style};
use lazaret_scan::{Intel, RegistryHosts, Scanner, Suppressions, assess_lockfile};

use crate::{context::Context, output};

/// Tell whether packages, folders or lockfiles are malicious
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    lazaret scan left-pad-1.3.0.tgz\n  \
    lazaret scan ./my-package package-lock.json\n  \
    lazaret scan npm:left-pad@1.3.0 pkg:pypi/requests\n  \
    lazaret scan requirements.txt --fetch --format sarif -o report.sarif\n\n\
    Exit status: 0 nothing at or above --fail-on, 1 something, 2 an error or input that was not understood.")]
pub(crate) struct Scan {
    /// Archives, folders, files, lockfiles, or packages of a registry
    /// (npm:left-pad@1.3.0, pkg:pypi/requests@2.32.0)
    #[arg(required = true)]
    targets: Vec<String>,
    /// Output format: text, json, jsonl, sarif, osv, vex, html
    #[arg(long, short, default_value = "text")]
    format: Format,
    /// Write to this file instead of standard output
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Verdict from which the exit status is 1
    #[arg(long, value_enum, default_value_t = FailOn::Review)]
    fail_on: FailOn,
    /// Download and scan every package of a lockfile too
    #[arg(long)]
    fetch: bool,
    /// File of reviewed findings that do not count (TOML)
    #[arg(long, value_name = "FILE")]
    suppressions: Option<PathBuf>,
    /// Further YARA rules: a file or a folder of them
    #[arg(long, value_name = "PATH")]
    yara: Vec<PathBuf>,
    /// List suppressed findings too
    #[arg(long)]
    show_suppressed: bool,
    /// All evidence, and findings of allowed packages
    #[arg(long, short)]
    verbose: bool,
    /// One line per package
    #[arg(long, conflicts_with = "verbose")]
    brief: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum FailOn {
    Review,
    Block,
    Never,
}

impl FailOn {
    fn reached(self, verdict: Verdict) -> bool {
        match self {
            Self::Review => verdict >= Verdict::Review,
            Self::Block => verdict >= Verdict::Block,
            Self::Never => false,
        }
    }
}

/// What is known, with what went wrong in asking.
pub(crate) struct Asked<'a> {
    pub(crate) knowledge: &'a Knowledge,
}

impl Intel for Asked<'_> {
    fn findings(&self, package: &Package) -> Vec<Finding> {
        self.knowledge.findings(package).unwrap_or_else(|error| {
            output::remark(&format!("warning: {error}"));
            Vec::new()
        })
    }
}

impl Scan {
    pub(crate) fn run(self, context: &Context) -> anyhow::Result<ExitCode> {
        let mut scanner = Scanner::new(&context.content)?;
        let suppressions = self
            .suppressions
            .as_ref()
            .or(context.config.suppressions.as_ref());
        if let Some(path) = suppressions {
            let text = fs::read_to_string(path)
                .with_context(|| format!("cannot read the suppressions {}", path.display()))?;
            scanner =
                scanner.with_suppressions(Suppressions::parse(&text, &path.display().to_string())?);
        }
        let knowledge = context.knowledge()?;
        if knowledge.index().is_none() && !context.quiet {
            output::remark(
                "remark: no index of known-malicious packages; `lazaret db update` or `lazaret db import` makes one",
            );
        }
        let mut hosts = RegistryHosts::load(&context.content);
        context
            .config
            .registries
            .iter()
            .for_each(|host| hosts.allow(host));
        let mut run = Run {
            scanner: &scanner,
            intel: Asked {
                knowledge: &knowledge,
            },
            hosts,
            client: None,
            quiet: context.quiet,
            fetch: self.fetch,
            assessments: Vec::new(),
            failed: false,
            many: false,
        };
        let bar = output::progress(
            self.targets.len() as u64,
            context.quiet || self.targets.len() < 8,
        );
        // One bad target loses no other.
        let failed = |run: &mut Run<'_>, error: &anyhow::Error| {
            bar.suspend(|| output::error(error));
            run.failed = true;
        };
        for batch in self.targets.chunks(BATCH) {
            let sources: Vec<Source> = batch
                .iter()
                .filter(|target| is_archive(target))
                .map(|target| Source::path(Path::new(target)))
                .collect();
            let mut scans = scanner
                .scan_all(&sources, &run.intel, &|| bar.inc(1))
                .into_iter();
            for target in batch {
                let outcome = match is_archive(target).then(|| scans.next()).flatten() {
                    Some(scan) => scan
                        .map(|scan| run.scanned(scan, Path::new(target)))
                        .map_err(anyhow::Error::from),
                    None => {
                        bar.inc(1);
                        run.target(target)
                    }
                };
                if let Err(error) = outcome {
                    failed(&mut run, &error);
                }
            }
        }
        bar.finish_and_clear();
        let Run {
            assessments,
            failed,
            many,
            ..
        } = run;
        self.report(&assessments, many)?;
        let reached = assessments.iter().any(|a| self.fail_on.reached(a.verdict));
        Ok(match (failed, reached) {
            (_, true) => ExitCode::FAILURE,
            (true, false) => ExitCode::from(2),
            (false, false) => ExitCode::SUCCESS,
        })
    }

    fn report(&self, assessments: &[Assessment], many: bool) -> anyhow::Result<()> {
        let time = matches!(self.format, Format::Osv | Format::Vex | Format::Html).then(|| {
            jiff::Timestamp::now()
                .strftime("%Y-%m-%dT%H:%M:%SZ")
                .to_string()
        });
        let report = Report {
            version: env!("CARGO_PKG_VERSION"),
            time,
            assessments,
        };
        let mut style = Style {
            colour: false,
            suppressed: self.show_suppressed,
            only_notable: many && !self.verbose,
            detail: match (self.brief, self.verbose) {
                (true, _) => Detail::Brief,
                (_, true) => Detail::Full,
                _ => Detail::Normal,
            },
        };
        match &self.output {
            Some(path) => {
                let mut bytes = Vec::new();
                report.write(self.format, &style, &mut bytes)?;
                fs::write(path, bytes)
                    .with_context(|| format!("cannot write {}", path.display()))?;
            }
            None => {
                let stdout = std::io::stdout();
                style.colour =
                    anstream::AutoStream::choice(&stdout) != anstream::ColorChoice::Never;
                let mut out = anstream::AutoStream::auto(stdout.lock());
                report.write(self.format, &style, &mut out)?;
            }
        }
        Ok(())
    }
}

/// Archives that are scanned at a time.
const BATCH: usize = 64;

/// Whether the target is a file to scan, neither a lockfile nor a folder.
fn is_archive(target: &str) -> bool {
    let path = Path::new(target);
    path.is_file() && LockFormat::of(path).is_none()
}

struct Run<'a> {
    scanner: &'a Scanner,
    intel: Asked<'a>,
    hosts: RegistryHosts,
    client: Option<Client>,
    quiet: bool,
    fetch: bool,
    assessments: Vec<Assessment>,
    /// Something could not be read or understood.
    failed: bool,
    /// A lockfile was among the targets: its allowed packages are not listed.
    many: bool,
}

impl Run<'_> {
    fn target(&mut self, target: &str) -> anyhow::Result<()> {
        let path = Path::new(target);
        if !path.exists() {
            let package: Package = target.parse().with_context(|| {
                format!(
                    "`{target}` is neither a file nor a package (npm:name@version, pkg:pypi/name)"
                )
            })?;
            return self.package(&package);
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

    fn scanned(&mut self, scan: lazaret_scan::Scan, path: &Path) {
        let mut assessment = scan.assessment;
        assessment.subject = path.display().to_string();
        self.assessments.push(assessment);
    }

    fn package(&mut self, package: &Package) -> anyhow::Result<()> {
        let client = self
            .client
            .get_or_insert_with(|| Client::new(Registries::from_environment()));
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
        self.assessments.push(assessment);
        Ok(())
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
            self.fetch_all(&lockfile.packages);
        }
        Ok(())
    }

    fn fetch_all(&mut self, packages: &[Locked]) {
        let bar = output::progress(packages.len() as u64, self.quiet);
        for locked in packages {
            bar.inc(1);
            bar.set_message(locked.package.purl());
            let outcome = match locked.source {
                SourceKind::Registry => self.package(&locked.package),
                other => Err(anyhow::anyhow!("{other:?} sources are not downloaded")),
            };
            if let Err(error) = outcome {
                self.failed = true;
                self.assessments.push(Assessment {
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
                });
            }
        }
        bar.finish_and_clear();
    }
}
