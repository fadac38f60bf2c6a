//! `lazaret hunt`.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::ExitCode,
    time::Duration,
};

use anyhow::Context as _;
use clap::{Args, ValueEnum};
use lazaret_detect::order::Ordered;
use lazaret_events::ReadOptions;
use lazaret_hunt::{
    Diagnostic, Hunt as Engine, HuntError, HuntResult, LakeWriter, Language, Options, chart::Chart,
    schema::Schemas,
};

use crate::{commands::detect::unread, context::Context, lake, output as terminal};

/// Run KQL and SPL hunts over a lake, over logs, or over files of your own
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    lazaret hunt query.kql --lake lake/\n  \
    lazaret hunt hunts/ --logs /var/log/audit/\n  \
    lazaret hunt -q 'DeviceProcessEvents | summarize count() by FileName' --lake lake/\n  \
    lazaret hunt query.spl --explain\n  \
    lazaret hunt -q 'Mine | take 5' --table Mine=export.csv\n\n\
    Exit status: 0 every hunt ran, 1 some found rows and --fail-on-rows is set, 2 an error.\n\
    Language: by the file's ending (.kql, .kusto, .csl, .spl), else --language.")]
pub(crate) struct Hunt {
    /// Files of hunts, or folders of them
    hunts: Vec<PathBuf>,
    /// A hunt as text
    #[arg(long, short, value_name = "TEXT")]
    query: Option<String>,
    /// Language of --query and of files without a telling ending
    #[arg(long, value_enum)]
    language: Option<Tongue>,
    /// Lake that `lazaret ingest` made: a folder, or (in builds with the feature
    /// `cloud`) the address of a bucket
    #[arg(long, value_name = "FOLDER|URL")]
    lake: Option<PathBuf>,
    /// Logs to hunt in directly; read into a lake that is deleted afterwards
    #[arg(long, value_name = "PATH", conflicts_with = "lake")]
    logs: Vec<PathBuf>,
    /// Run on a cluster (`lazaret cluster`), whose machines have the lake at the
    /// same place
    #[cfg(feature = "cluster")]
    #[arg(long, value_name = "df://HOST:PORT", conflicts_with = "logs")]
    cluster: Option<String>,
    /// A Parquet, CSV or JSON Lines file as a table
    #[arg(long = "table", value_name = "NAME=FILE")]
    tables: Vec<String>,
    /// Output format
    #[arg(long, short, value_enum, default_value_t = Format::Table)]
    format: Format,
    /// Draw the result (as its `render` says, else lines over time or bars)
    /// into an SVG or PNG file
    #[arg(long, value_name = "FILE.svg|FILE.png")]
    chart: Option<PathBuf>,
    /// Show what a hunt reads and gives, and its plan, without running it
    #[arg(long)]
    explain: bool,
    /// Time that `now()` and `ago()` go by (RFC 3339); the clock by default
    #[arg(long, value_name = "TIME")]
    now: Option<jiff::Timestamp>,
    /// Longest time a hunt may run, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 600)]
    timeout: u64,
    /// Memory that a hunt may hold before it spills to disk, in MiB
    #[arg(long, value_name = "MIB", default_value_t = 2048)]
    memory: usize,
    /// Rows kept of a result
    #[arg(long, value_name = "COUNT", default_value_t = 500_000)]
    rows: usize,
    /// Fail with exit status 1 where a hunt finds rows
    #[arg(long)]
    fail_on_rows: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Tongue {
    /// Kusto, as in Defender and Sentinel
    Kql,
    /// Splunk
    Spl,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Columns for the eye
    Table,
    /// One array of objects
    Json,
    /// One object a line
    Jsonl,
    /// With a header
    Csv,
}

impl From<Format> for lazaret_hunt::Format {
    fn from(format: Format) -> Self {
        match format {
            Format::Table => Self::Table,
            Format::Json => Self::Json,
            Format::Jsonl => Self::JsonLines,
            Format::Csv => Self::Csv,
        }
    }
}

/// A hunt to run.
struct Text {
    name: String,
    language: Language,
    text: String,
}

/// Folders below a folder of hunts, at most.
const DEPTH: usize = 16;

const FOUND: u8 = 1;
const FAILED: u8 = 2;

impl Hunt {
    pub(crate) fn run(self, context: &Context) -> anyhow::Result<ExitCode> {
        let hunts = self.texts()?;
        if let Some(path) = &self.chart {
            anyhow::ensure!(
                ends_in(path, "svg") || ends_in(path, "png"),
                "--chart {}: charts are SVG or PNG; end the name in .svg or .png",
                path.display()
            );
            anyhow::ensure!(
                hunts.len() == 1,
                "--chart draws one hunt, not {}",
                hunts.len()
            );
        }
        anyhow::ensure!(
            !hunts.is_empty(),
            "name a file of hunts, or give one with --query"
        );
        let scratch = self.read_logs(context)?;
        let engine = self.engine(context, scratch.as_ref().map(tempfile::TempDir::path))?;
        let cancel = engine.cancel_handle();
        // A second Ctrl-C ends the program.
        let _ = ctrlc::set_handler(move || {
            if cancel.is_cancelled() {
                std::process::exit(130);
            }
            cancel.cancel();
        });
        let stdout = anstream::AutoStream::never(std::io::stdout().lock());
        let mut out = std::io::BufWriter::new(stdout);
        let (mut failed, mut found) = (0, 0);
        for hunt in &hunts {
            if hunts.len() > 1 && self.format == Format::Table {
                writeln!(out, "── {}", hunt.name)?;
            }
            let outcome = if self.explain {
                explain(&engine, hunt, &mut out).map(|()| 0)
            } else {
                self.hunt(&engine, hunt, &mut out)
            };
            out.flush()?;
            match outcome {
                Ok(rows) => found += rows,
                Err(error) => {
                    failed += 1;
                    report(hunt, &error);
                }
            }
        }
        if hunts.len() > 1 && !context.quiet {
            terminal::remark(&format!(
                "{} hunts, {failed} failed, {found} rows",
                hunts.len()
            ));
        }
        Ok(match (failed, found > 0 && self.fail_on_rows) {
            (0, false) => ExitCode::SUCCESS,
            (0, true) => ExitCode::from(FOUND),
            _ => ExitCode::from(FAILED),
        })
    }

    /// Runs one hunt and writes its rows; gives how many there are.
    fn hunt(
        &self,
        engine: &Engine,
        hunt: &Text,
        out: &mut dyn std::io::Write,
    ) -> Result<usize, HuntError> {
        let mut rows = 0;
        for part in Engine::split(hunt.language, &hunt.text) {
            let result = engine.run(hunt.language, part)?;
            for warning in &result.warnings {
                terminal::remark(&format!("{}: warning: {}", hunt.name, warning.render(part)));
            }
            rows += result.len();
            if !(result.is_empty() && self.format == Format::Table) {
                result
                    .write(self.format.into(), out)
                    .map_err(|error| HuntError::data(Path::new("standard output"), error))?;
            }
            if self.format == Format::Table {
                let _ = writeln!(out, "{} rows", result.len());
            }
            self.draw(hunt, &result, out)?;
        }
        Ok(rows)
    }

    /// The chart that `render` or `--chart` asks for.
    fn draw(
        &self,
        hunt: &Text,
        result: &HuntResult,
        out: &mut dyn std::io::Write,
    ) -> Result<(), HuntError> {
        let kind = result.chart.as_deref().filter(|kind| *kind != "table");
        if kind.is_none() && self.chart.is_none() {
            return Ok(());
        }
        let Some(chart) = Chart::of(result, kind.unwrap_or("auto")) else {
            if !result.is_empty() {
                terminal::remark(&format!("{}: no column of numbers to draw", hunt.name));
            }
            return Ok(());
        };
        if kind.is_some() && self.format == Format::Table {
            let width = std::env::var("COLUMNS")
                .ok()
                .and_then(|text| text.parse().ok());
            let _ = write!(out, "{}", chart.text(width.unwrap_or(100)));
        }
        if let Some(path) = &self.chart {
            let drawn = match ends_in(path, "png") {
                true => chart.png(),
                false => chart.svg().map(String::into_bytes),
            };
            let drawn = drawn.map_err(|error| HuntError::data(path, error))?;
            fs::write(path, drawn).map_err(|error| HuntError::data(path, error))?;
        }
        Ok(())
    }

    fn engine(&self, context: &Context, scratch: Option<&Path>) -> anyhow::Result<Engine> {
        let options = Options {
            memory: self.memory << 20,
            timeout: Duration::from_secs(self.timeout),
            rows: self.rows,
            now: self.now.map(|now| now.as_microsecond()),
            ..Options::default()
        };
        let mut engine = Engine::with_content(options, &context.content)?;
        if let Some(lake) = self.lake.as_deref().or(scratch) {
            engine = engine.with_lake(lake)?;
        }
        for table in &self.tables {
            let (name, file) = table
                .split_once('=')
                .with_context(|| format!("`--table {table}`: write NAME=FILE"))?;
            anyhow::ensure!(
                Path::new(file).is_file(),
                "`--table {table}`: no file {file}"
            );
            engine = engine.with_table_file(name, Path::new(file));
        }
        #[cfg(feature = "cluster")]
        if let Some(address) = &self.cluster {
            engine = lazaret_cluster::join(engine, address, &context.content)?;
        }
        Ok(engine)
    }

    /// Reads `--logs` into a lake of their own.
    fn read_logs(&self, context: &Context) -> anyhow::Result<Option<tempfile::TempDir>> {
        if self.logs.is_empty() {
            return Ok(None);
        }
        let folder = tempfile::tempdir().context("cannot make a temporary folder")?;
        let schemas = Schemas::load(&context.content)?;
        let mut writer = LakeWriter::create(folder.path(), schemas)?;
        let mut events = Ordered::open(&self.logs, ReadOptions::default())?;
        for event in events.by_ref() {
            lake::write(&mut writer, &event)?;
        }
        writer.finish()?;
        unread(&events, context.quiet);
        Ok(Some(folder))
    }

    fn texts(&self) -> anyhow::Result<Vec<Text>> {
        let mut files = Vec::new();
        for path in &self.hunts {
            collect(path, DEPTH, &mut files)
                .with_context(|| format!("cannot list {}", path.display()))?;
        }
        let mut texts = Vec::new();
        for file in files {
            let language = self.language_of(Some(&file)).with_context(|| {
                format!(
                    "{}: its ending tells no language; give --language",
                    file.display()
                )
            })?;
            let text = fs::read_to_string(&file)
                .with_context(|| format!("cannot read {}", file.display()))?;
            texts.push(Text {
                name: file.display().to_string(),
                language,
                text,
            });
        }
        if let Some(text) = &self.query {
            texts.push(Text {
                name: "query".to_owned(),
                language: self.language_of(None).unwrap_or_else(|| guess(text)),
                text: text.clone(),
            });
        }
        Ok(texts)
    }

    fn language_of(&self, path: Option<&Path>) -> Option<Language> {
        let told = self.language.map(|tongue| match tongue {
            Tongue::Kql => Language::Kql,
            Tongue::Spl => Language::Spl,
        });
        path.and_then(Language::of_path).or(told)
    }
}

/// SPL starts with a pipe or a search; its commands are not KQL's.
fn guess(text: &str) -> Language {
    let start = text.trim_start();
    let search = start.starts_with(['|', '`']) || start.starts_with("search ") || {
        let word = start.split([' ', '\n']).next().unwrap_or_default();
        word.contains('=') && !start.starts_with("let ")
    };
    if search { Language::Spl } else { Language::Kql }
}

fn explain(engine: &Engine, hunt: &Text, out: &mut dyn std::io::Write) -> Result<(), HuntError> {
    let fail = |error: std::io::Error| HuntError::data(Path::new("standard output"), error);
    for part in Engine::split(hunt.language, &hunt.text) {
        let summary = engine.check(hunt.language, part)?;
        writeln!(out, "reads: {}", summary.tables.join(", ")).map_err(fail)?;
        let columns: Vec<String> = summary
            .columns
            .iter()
            .map(|column| format!("{}: {}", column.name, column.scalar))
            .collect();
        writeln!(out, "gives: {}", columns.join(", ")).map_err(fail)?;
        for warning in &summary.warnings {
            writeln!(out, "warning: {}", warning.render(part)).map_err(fail)?;
        }
        writeln!(out, "{}", engine.explain(hunt.language, part)?).map_err(fail)?;
        let other = match hunt.language {
            Language::Kql => "SPL",
            Language::Spl => "KQL",
        };
        match engine.translate(hunt.language, part) {
            Ok(translation) => {
                writeln!(out, "in {other}:\n{}", translation.text).map_err(fail)?;
                for note in translation.notes {
                    writeln!(out, "note: {note}").map_err(fail)?;
                }
            }
            Err(HuntError::Hunt(list)) => {
                for diagnostic in list {
                    writeln!(out, "in {other}: not, for {}", diagnostic.render(part))
                        .map_err(fail)?;
                }
            }
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Says why a hunt failed, with the place in its text.
fn report(hunt: &Text, error: &HuntError) {
    let HuntError::Hunt(diagnostics) = error else {
        terminal::remark(&format!("error: {}: {error}", hunt.name));
        return;
    };
    for diagnostic in diagnostics {
        terminal::remark(&pointed(hunt, diagnostic));
    }
}

fn pointed(hunt: &Text, diagnostic: &Diagnostic) -> String {
    let (line, column) = diagnostic.position(&hunt.text);
    let mut out = format!(
        "error: {}:{line}:{column}: {}: {}",
        hunt.name,
        diagnostic.class.name(),
        diagnostic.message
    );
    if let Some(text) = hunt.text.lines().nth(line.saturating_sub(1)) {
        let shown: String = text
            .chars()
            .map(|c| if c.is_control() { ' ' } else { c })
            .collect();
        let pad = " ".repeat(column.saturating_sub(1));
        out.push_str(&format!("\n  | {shown}\n  | {pad}^"));
    }
    if let Some(help) = &diagnostic.help {
        out.push_str(&format!("\n  help: {help}"));
    }
    out
}

fn collect(path: &Path, depth: usize, out: &mut Vec<PathBuf>) -> std::io::Result<()> {
    if !path.is_dir() {
        out.push(path.to_owned());
        return Ok(());
    }
    let mut entries: Vec<PathBuf> = Vec::new();
    for entry in fs::read_dir(path)? {
        entries.push(entry?.path());
    }
    entries.sort();
    for entry in entries {
        if entry.is_dir() && depth > 0 {
            collect(&entry, depth - 1, out)?;
        } else if Language::of_path(&entry).is_some() {
            out.push(entry);
        }
    }
    Ok(())
}

fn ends_in(path: &Path, ending: &str) -> bool {
    path.extension()
        .is_some_and(|found| found.eq_ignore_ascii_case(ending))
}
