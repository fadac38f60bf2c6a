//! `lazaret scan`.

mod run;

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::OnceLock,
};

use anyhow::Context as _;
use clap::{Args, ValueEnum};
use lazaret_artifact::Source;
use lazaret_intel::Knowledge;
use lazaret_model::{Assessment, Finding, Package, Verdict};
use lazaret_report::{Detail, Format, Report, Style};
use lazaret_scan::{Intel, RegistryHosts, Scanner, Suppressions};

use self::run::{BATCH, Run, is_archive};

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

    fn claims(&self, package: &Package, repository: &str) -> Vec<Finding> {
        self.knowledge.claims(package, repository)
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
            client: OnceLock::new(),
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
        for batch in self.targets.chunks(BATCH) {
            let archives: Vec<bool> = batch.iter().map(|target| is_archive(target)).collect();
            let sources: Vec<Source> = batch
                .iter()
                .zip(&archives)
                .filter(|(_, archive)| **archive)
                .map(|(target, _)| Source::path(Path::new(target)))
                .collect();
            let mut scans = scanner
                .scan_all(&sources, &run.intel, &|| bar.inc(1))
                .into_iter();
            for (target, archive) in batch.iter().zip(archives) {
                let outcome = match archive.then(|| scans.next()).flatten() {
                    Some(scan) => scan
                        .map(|scan| run.scanned(scan, Path::new(target)))
                        .map_err(anyhow::Error::from),
                    None => {
                        bar.inc(1);
                        run.target(target)
                    }
                };
                // One bad target loses no other.
                if let Err(error) = outcome {
                    bar.suspend(|| output::error(&error));
                    run.failed = true;
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
