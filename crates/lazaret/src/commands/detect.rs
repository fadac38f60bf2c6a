//! `lazaret detect`.

use std::{io::Write as _, path::PathBuf, process::ExitCode, sync::Arc};

use anyhow::Context as _;
use clap::{Args, ValueEnum};
use lazaret_detect::{
    Alert, AnalyticSet, Baseline, Detector, Elements, Options, order::Ordered, output,
};
use lazaret_events::{ReadOptions, ReadReport};
use lazaret_model::Severity;

use crate::{context::Context, follow, output as terminal};

/// Find attacks in logs: what package installations went on to do
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    lazaret detect /var/log/audit/\n  \
    lazaret detect Security.evtx sysmon.jsonl --format html > report.html\n  \
    tail -F audit.log | lazaret detect - --follow --format jsonl\n  \
    lazaret detect logs/ --sigma sigma/rules/windows --show-suppressed\n  \
    lazaret detect last-month/ --learn usual.jsonl && lazaret detect today/ --baseline usual.jsonl\n  \
    lazaret detect logs/ --set 'TimeWindow=10m' --set 'DownloadHosts=[cdn.example.com]'\n\n\
    Exit status: 0 no alert at or above --fail-on, 1 some, 2 an error (with --strict also a log\n\
    that could not be read whole).\n\
    Formats are told by content: EVTX, auditd, laurel, strace, Sysmon, Falco, Tetragon, eslogger,\n\
    unified log, osquery, Defender and ECS exports, Zeek, Suricata; compressed or not.")]
pub(crate) struct Detect {
    /// Logs, folders of them, or - for standard input
    #[arg(required = true)]
    logs: Vec<PathBuf>,
    /// Output format
    #[arg(long, short, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Fail with exit status 1 where an alert is at least this bad
    #[arg(long, value_enum, default_value_t = Level::Low)]
    fail_on: Level,
    /// Folder or file of Sigma rules to run as well
    #[arg(long, value_name = "PATH")]
    sigma: Vec<PathBuf>,
    /// Value of a mutable element, over that of the configuration
    #[arg(long = "set", value_name = "NAME=VALUE")]
    elements: Vec<String>,
    /// Show what suppressions took out, with the reason
    #[arg(long)]
    show_suppressed: bool,
    /// List every installation, with or without alerts
    #[arg(long)]
    installations: bool,
    /// What was usual, from --learn: analytics then tell values seen for the first time
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Add what is seen in these logs to a baseline
    #[arg(long, value_name = "FILE", conflicts_with = "follow")]
    learn: Option<PathBuf>,
    /// Fail with exit status 2 where a log could not be read whole
    #[arg(long)]
    strict: bool,
    /// Keep reading logs as they grow, and tell alerts at once
    #[arg(long)]
    follow: bool,
    /// Name of the device, for logs that name none
    #[arg(long, value_name = "NAME", default_value = "")]
    device: String,
    /// Processes remembered, over all devices
    #[arg(long, value_name = "COUNT", default_value_t = 1 << 20)]
    processes: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people, with process trees
    Text,
    /// One document
    Json,
    /// One alert a line
    Jsonl,
    /// SARIF 2.1.0
    Sarif,
    /// STIX 2.1 bundle
    Stix,
    /// One alert a row
    Csv,
    /// A page with the timeline as a picture
    Html,
}

impl From<Format> for output::Format {
    fn from(format: Format) -> Self {
        match format {
            Format::Text => Self::Text,
            Format::Json => Self::Json,
            Format::Jsonl => Self::Jsonl,
            Format::Sarif => Self::Sarif,
            Format::Stix => Self::Stix,
            Format::Csv => Self::Csv,
            Format::Html => Self::Html,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Level {
    /// Anything
    Info,
    /// Unusual
    Low,
    /// Unwanted
    Medium,
    /// Harmful
    High,
    /// An attack
    Critical,
    /// Never fail because of alerts
    Never,
}

impl Level {
    fn reached(self, severity: Severity) -> bool {
        let limit = match self {
            Self::Info => Severity::Info,
            Self::Low => Severity::Low,
            Self::Medium => Severity::Medium,
            Self::High => Severity::High,
            Self::Critical => Severity::Critical,
            Self::Never => return false,
        };
        severity >= limit
    }
}

/// Events between two looks at the progress.
const STEP: u64 = 8192;

/// Exit status where alerts reach the limit.
const FOUND: u8 = 1;

impl Detect {
    pub(crate) fn run(self, context: &Context) -> anyhow::Result<ExitCode> {
        let mut elements = Elements::default();
        for (name, value) in &context.config.elements {
            elements.set(name, &serde_json::to_string(value)?)?;
        }
        for element in &self.elements {
            let (name, value) = element
                .split_once('=')
                .with_context(|| format!("`--set {element}`: write NAME=VALUE"))?;
            elements.set(name, value)?;
        }
        let mut set = AnalyticSet::load(&context.content, &elements)?;
        for path in &self.sigma {
            let report = set.add_sigma(path)?;
            if !context.quiet {
                terminal::remark(&format!(
                    "{}: {} rules of {} files run, {} files do not",
                    path.display(),
                    report.loaded,
                    report.files,
                    report.failed.len()
                ));
                for failed in report.failed.iter().take(10) {
                    terminal::remark(&format!("  {failed}"));
                }
            }
        }
        let options = Options {
            elements,
            registries: context.config.registries.clone(),
            limits: lazaret_detect::lineage::Limits {
                processes: self.processes,
                ..Default::default()
            },
            baseline: match &self.baseline {
                Some(path) => Some(Arc::new(Baseline::read(path)?)),
                None => None,
            },
        };
        let detector = Detector::with(set, &context.content, &options)?;
        let read = ReadOptions {
            device: self.device.as_str().into(),
            live: self.follow,
            ..ReadOptions::default()
        };
        if self.follow {
            self.watch(detector, read)
        } else {
            self.once(detector, read, context)
        }
    }

    fn once(
        &self,
        mut detector: Detector,
        read: ReadOptions,
        context: &Context,
    ) -> anyhow::Result<ExitCode> {
        let events = Ordered::open(&self.logs, read)?;
        let spinner = terminal::spinner(context.quiet);
        let mut count = 0_u64;
        let events = events.read_ahead(|event| {
            detector.push(event);
            count += 1;
            if count.is_multiple_of(STEP) {
                spinner.set_message(format!("{count} events"));
                spinner.tick();
            }
        });
        detector.finish();
        spinner.finish_and_clear();
        unread(&events, context.quiet);
        if count == 0 && !context.quiet {
            terminal::remark("no event was found: is this the right place?");
        }
        if let Some(path) = &self.learn {
            let mut learnt = detector.learnt();
            // What was compared with is already in it.
            if path.exists() && self.baseline.as_ref() != Some(path) {
                learnt.merge(Baseline::read(path)?);
            }
            learnt.write(path)?;
        }
        let (alerts, tracker, counts) = detector.into_alerts();
        let report = output::Report {
            version: env!("CARGO_PKG_VERSION"),
            alerts: &alerts,
            installations: tracker.installations(),
            counts: &counts,
            logs: events.reports(),
            left_out: events.unread(),
            suppressed: self.show_suppressed,
            all_installations: self.installations,
        };
        let stdout = anstream::stdout();
        let mut out = std::io::BufWriter::new(stdout.lock());
        report.write(self.format.into(), true, &mut out)?;
        out.flush()?;
        let whole = events.unread().is_empty() && events.reports().iter().all(ReadReport::whole);
        anyhow::ensure!(
            whole || !self.strict,
            "not everything could be read, see above; the alerts are of what could"
        );
        Ok(self.status(&alerts))
    }

    /// Reads logs as they grow; ends with them only where all are pipes.
    fn watch(&self, mut detector: Detector, read: ReadOptions) -> anyhow::Result<ExitCode> {
        anyhow::ensure!(
            matches!(self.format, Format::Text | Format::Jsonl),
            "--follow tells alerts one by one: use --format text or jsonl"
        );
        let events = follow::events(&self.logs, &read)?;
        let mut told = Vec::new();
        let stdout = anstream::stdout();
        let mut out = stdout.lock();
        for event in events {
            detector.push(&event);
            for alert in detector.take_new() {
                if alert.suppressed.is_some() && !self.show_suppressed {
                    continue;
                }
                match self.format {
                    Format::Jsonl => output::write_alert_line(&alert, &mut out)?,
                    _ => output::write_alert_text(&alert, true, &mut out)?,
                }
                out.flush()?;
                told.push(alert);
            }
        }
        Ok(self.status(&told))
    }

    fn status(&self, alerts: &[Alert]) -> ExitCode {
        let counted = alerts.iter().filter(|alert| alert.suppressed.is_none());
        let mut severities = counted.map(|alert| alert.severity);
        if severities.any(|severity| self.fail_on.reached(severity)) {
            ExitCode::from(FOUND)
        } else {
            ExitCode::SUCCESS
        }
    }
}

/// Says which files no reader knows, and which records could not be read.
pub(crate) fn unread(events: &Ordered, quiet: bool) {
    for error in events.unread().iter().filter(|_| !quiet) {
        terminal::remark(&format!("left out: {error}"));
    }
    for report in events.reports() {
        let Some(said) = report.unread() else {
            continue;
        };
        terminal::remark(&said);
        if !quiet {
            for problem in report.problems.iter().take(3) {
                terminal::remark(&format!("  {problem}"));
            }
        }
    }
}
