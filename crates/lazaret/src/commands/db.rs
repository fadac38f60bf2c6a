//! `lazaret db`.

use std::{path::PathBuf, process::ExitCode};

use anyhow::Context as _;
use clap::{Args, Subcommand};
use lazaret_artifact::{
    Source,
    registry::{Client, Registries},
};
use lazaret_intel::{
    ImportReport, import,
    index::{Index, build, write},
};

use crate::{context::Context, output};

/// The index of packages on record as malicious
#[derive(Debug, Args)]
pub(crate) struct Db {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Read OSV records (folders, zips, tarballs, URLs) into the index
    #[command(after_help = "Examples:\n  \
        lazaret db import malicious-packages/osv\n  \
        lazaret db import all.zip records.tar.gz --add\n  \
        lazaret db import https://example.com/osv/all.zip")]
    Import {
        /// Folders, archives or URLs of OSV documents
        #[arg(required = true)]
        sources: Vec<String>,
        /// Keep what the index has; by default it is made anew
        #[arg(long)]
        add: bool,
    },
    /// Download OSV's published records and make the index anew
    Update {
        /// Ecosystems as OSV names them
        #[arg(long, value_delimiter = ',', default_values_t = ["npm", "PyPI", "RubyGems", "crates.io", "NuGet", "Go"].map(String::from))]
        ecosystems: Vec<String>,
        /// Where the bulk files are; `{}` is the ecosystem
        #[arg(
            long,
            default_value = "https://osv-vulnerabilities.storage.googleapis.com/{}/all.zip"
        )]
        from: String,
    },
    /// Say what the index holds and whether it is whole
    Status,
}

impl Db {
    pub(crate) fn run(self, context: &Context) -> anyhow::Result<ExitCode> {
        match self.action {
            Action::Import { sources, add } => run_import(context, &sources, add),
            Action::Update { ecosystems, from } => {
                let sources: Vec<String> = ecosystems
                    .iter()
                    .map(|name| from.replace("{}", name))
                    .collect();
                run_import(context, &sources, false)
            }
            Action::Status => status(context),
        }
    }
}

fn run_import(context: &Context, sources: &[String], add: bool) -> anyhow::Result<ExitCode> {
    let path = context.index_path()?;
    let mut entries = Vec::new();
    if add && path.exists() {
        let (index, warning) = Index::open(&path)?;
        warning.iter().for_each(|warning| output::remark(warning));
        let (kept, damaged) = index.entries();
        if damaged > 0 {
            output::remark(&format!(
                "{damaged} damaged records of the index are left out"
            ));
        }
        entries = kept;
    }
    let client = std::cell::OnceCell::new();
    let mut bad = 0;
    for name in sources {
        let source = if name.contains("://") {
            let client = client.get_or_init(|| Client::new(Registries::from_environment()));
            let bytes = client
                .get(name)
                .with_context(|| format!("cannot download {name}"))?;
            Source::bytes(name.as_str(), bytes)
        } else {
            Source::path(PathBuf::from(name))
        };
        let bar = output::progress(0, context.quiet);
        let report = import(&source, &|count| {
            bar.set_length(count as u64);
            bar.set_position(count as u64);
        })?;
        bar.finish_and_clear();
        describe(name, &report, context.quiet);
        bad += report.bad.len() + report.gaps.len();
        entries.extend(report.entries);
    }
    if entries.is_empty() {
        anyhow::bail!("no record of a malicious package was found; the index is left as it was");
    }
    let now = jiff::Timestamp::now().as_second();
    write(&path, &build(entries, now)?)?;
    if !context.quiet {
        let (index, _) = Index::open(&path)?;
        let status = index.status();
        output::remark(&format!(
            "{} records of {} packages in {}",
            status.records, status.names, status.path
        ));
    }
    // What could not be read was said; the exit status says so too.
    Ok(if bad > 0 {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

/// Bad documents that are named one by one.
const SHOWN: usize = 10;

fn describe(name: &str, report: &ImportReport, quiet: bool) {
    for (path, reason) in report.bad.iter().take(SHOWN) {
        output::remark(&format!("{name}: {path}: {reason}"));
    }
    if report.bad.len() > SHOWN {
        output::remark(&format!(
            "{name}: and {} more that cannot be read",
            report.bad.len() - SHOWN
        ));
    }
    for gap in &report.gaps {
        output::remark(&format!("{name}: {gap}"));
    }
    if !quiet {
        output::remark(&format!(
            "{name}: {} documents, {} of malicious packages, {} of weaknesses left out, {} unreadable",
            report.documents,
            report.entries.len(),
            report.vulnerabilities,
            report.bad.len()
        ));
    }
}

fn status(context: &Context) -> anyhow::Result<ExitCode> {
    let (index, warning) = Index::open(&context.index_path()?)?;
    if let Some(warning) = &warning {
        output::remark(warning);
    }
    let status = index.status();
    let built = jiff::Timestamp::from_second(status.built).unwrap_or_default();
    output::line(&format!(
        "index    {}\nrecords  {}\npackages {}\nbytes    {}\nbuilt    {built}",
        status.path, status.records, status.names, status.bytes
    ))?;
    index.verify()?;
    output::line("whole    yes")?;
    Ok(if warning.is_some() {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}
