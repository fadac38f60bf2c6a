//! `lazaret brief`.

use std::{
    fs,
    io::{Read as _, Write as _},
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::Context as _;
use clap::{Args, ValueEnum};
use lazaret_brief::{
    Brief as Made, Briefer,
    article::{Article, LIMIT},
    output,
};

use crate::{context::Context, output as terminal};

/// Turn an article into indicators, techniques, severity and hunts
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    lazaret brief article.html\n  \
    lazaret brief articles/ --format jsonl > briefs.jsonl\n  \
    lazaret brief report.md --format stix > bundle.json\n  \
    curl -s https://example.com/post | lazaret brief -")]
pub(crate) struct Brief {
    /// Articles (HTML, Markdown, plain text), folders of them, or - for
    /// standard input
    #[arg(required = true)]
    articles: Vec<PathBuf>,
    /// Output format
    #[arg(long, short, value_enum, default_value_t = Format::Markdown)]
    format: Format,
    /// Address of the article, where the file does not give it; its host is
    /// not taken for an indicator
    #[arg(long)]
    url: Option<String>,
    /// Write one file per article to this folder instead of standard output
    #[arg(long, short, value_name = "FOLDER")]
    output: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Markdown,
    /// Everything, one document per article
    Json,
    /// Everything, one line per article
    Jsonl,
    /// Indicators as a table
    Csv,
    /// STIX 2.1 bundle
    Stix,
    /// MISP event
    Misp,
    /// OSV records of the packages
    Osv,
    /// Splunk lookup
    SplunkLookup,
    /// Microsoft Defender indicators
    DefenderCsv,
    /// Hosts and addresses, one a line
    Blocklist,
}

impl Format {
    fn ending(self) -> &'static str {
        match self {
            Self::Markdown => "md",
            Self::Jsonl => "jsonl",
            Self::Json | Self::Stix | Self::Misp | Self::Osv => "json",
            Self::Csv | Self::SplunkLookup | Self::DefenderCsv => "csv",
            Self::Blocklist => "txt",
        }
    }

    fn render(self, brief: &Made) -> anyhow::Result<String> {
        let pretty =
            |value: &serde_json::Value| serde_json::to_string_pretty(value).map(|text| text + "\n");
        Ok(match self {
            Self::Markdown => output::markdown(brief),
            Self::Json => serde_json::to_string_pretty(brief)? + "\n",
            Self::Jsonl => serde_json::to_string(brief)? + "\n",
            Self::Csv => output::indicators_csv(brief),
            Self::Stix => pretty(&output::stix(brief))?,
            Self::Misp => pretty(&output::misp(brief))?,
            Self::Osv => pretty(&output::osv(brief).into())?,
            Self::SplunkLookup => output::splunk_lookup(brief),
            Self::DefenderCsv => output::defender_indicators(brief),
            Self::Blocklist => output::blocklist(brief),
        })
    }
}

impl Brief {
    pub(crate) fn run(self, context: &Context) -> anyhow::Result<ExitCode> {
        let briefer = Briefer::load(&context.content)?;
        let mut files = Vec::new();
        for path in &self.articles {
            collect(path, &mut files)?;
        }
        let progress = terminal::progress(files.len() as u64, context.quiet || files.len() < 8);
        let mut unread = 0;
        let mut out = anstream::AutoStream::never(std::io::stdout().lock());
        if let Some(folder) = &self.output {
            fs::create_dir_all(folder)
                .with_context(|| format!("cannot make the folder {}", folder.display()))?;
        }
        for path in &files {
            progress.inc(1);
            // One article that cannot be read loses no other.
            let source = match read(path) {
                Ok(source) => source,
                Err(error) if files.len() > 1 => {
                    unread += 1;
                    terminal::remark(&format!("left out: {error:#}"));
                    continue;
                }
                Err(error) => return Err(error),
            };
            let mut article = Article::read(&source);
            if self.url.is_some() {
                article.url.clone_from(&self.url);
            }
            let text = self.format.render(&briefer.brief(&article))?;
            match &self.output {
                Some(folder) => {
                    let stem = path.file_stem().unwrap_or_default();
                    let target = folder.join(stem).with_extension(self.format.ending());
                    fs::write(&target, text)
                        .with_context(|| format!("cannot write {}", target.display()))?;
                }
                None => out.write_all(text.as_bytes())?,
            }
        }
        progress.finish_and_clear();
        if unread > 0 {
            anyhow::bail!("{unread} of {} articles could not be read", files.len());
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// The articles below a folder, in the order of their paths; a file as it is.
fn collect(path: &Path, files: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    if !path.is_dir() {
        files.push(path.to_owned());
        return Ok(());
    }
    let entries =
        fs::read_dir(path).with_context(|| format!("cannot read the folder {}", path.display()))?;
    let mut below: Vec<PathBuf> = entries
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .collect();
    below.sort();
    for path in below {
        let ending = path
            .extension()
            .and_then(|e| e.to_str())
            .unwrap_or_default()
            .to_ascii_lowercase();
        let wanted = matches!(
            ending.as_str(),
            "html" | "htm" | "md" | "markdown" | "txt" | "xhtml"
        );
        if path.is_dir() || wanted {
            collect(&path, files)?;
        }
    }
    Ok(())
}

fn read(path: &Path) -> anyhow::Result<String> {
    let mut bytes = Vec::new();
    // One byte more than is used, so that the cut is noted.
    let limit = LIMIT as u64 + 1;
    if path == Path::new("-") {
        std::io::stdin()
            .lock()
            .take(limit)
            .read_to_end(&mut bytes)
            .context("cannot read standard input")?;
    } else {
        let file =
            fs::File::open(path).with_context(|| format!("cannot open {}", path.display()))?;
        file.take(limit)
            .read_to_end(&mut bytes)
            .with_context(|| format!("cannot read {}", path.display()))?;
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
