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
    hunts::{Hunt, Language},
    output,
};
use lazaret_technique::{TechniquePackage, packages};

use crate::{
    context::Context,
    exposure::{self, Estate, Hit},
    output as terminal,
};

/// Turn an article into indicators, techniques, severity and hunts
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    lazaret brief article.html\n  \
    lazaret brief articles/ --format jsonl > briefs.jsonl\n  \
    lazaret brief report.md --format stix > bundle.json\n  \
    lazaret brief report.md --against package-lock.json /var/log/audit/\n  \
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
    /// Lockfiles, folders of them, and logs: are we hit? Fails with exit
    /// status 1 where something of an article is found
    #[arg(long, value_name = "PATH", num_args = 1..)]
    against: Vec<PathBuf>,
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

impl Format {
    /// The brief with the answer to "are we hit?".
    fn render_with(self, brief: &Made, hits: Option<&[Hit]>) -> anyhow::Result<String> {
        let Some(hits) = hits else {
            return self.render(brief);
        };
        if self == Self::Markdown {
            return Ok(self.render(brief)? + &exposure::markdown(hits));
        }
        let mut value = serde_json::to_value(brief)?;
        if let Some(object) = value.as_object_mut() {
            object.insert("exposure".to_owned(), serde_json::to_value(hits)?);
        }
        Ok(match self {
            Self::Json => serde_json::to_string_pretty(&value)? + "\n",
            _ => value.to_string() + "\n",
        })
    }
}

impl Brief {
    pub(crate) fn run(self, context: &Context) -> anyhow::Result<ExitCode> {
        let briefer = Briefer::load(&context.content)?;
        let hunts = packages(&context.content)?;
        anyhow::ensure!(
            self.against.is_empty()
                || matches!(self.format, Format::Markdown | Format::Json | Format::Jsonl),
            "--against is told in Markdown, JSON and JSON Lines"
        );
        let estate = match self.against.is_empty() {
            true => None,
            false => Some(Estate::read(&self.against, context)?),
        };
        let mut hit = false;
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
            let mut brief = briefer.brief(&article);
            add_hunts(&mut brief, &hunts);
            let hits = estate.as_ref().map(|estate| estate.hits(&brief));
            hit |= hits.as_ref().is_some_and(|hits| !hits.is_empty());
            let text = self.format.render_with(&brief, hits.as_deref())?;
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
        for problem in estate.iter().flat_map(|e| &e.problems).take(20) {
            terminal::remark(problem);
        }
        Ok(if hit {
            ExitCode::from(HIT)
        } else {
            ExitCode::SUCCESS
        })
    }
}

/// Exit status where something of an article was found.
const HIT: u8 = 1;

/// Adds the hunts of the techniques that the article tells of.
fn add_hunts(brief: &mut Made, packages: &[TechniquePackage]) {
    let told: Vec<_> = brief.techniques.iter().map(|told| told.id).collect();
    for package in packages.iter().filter(|package| told.contains(&package.id)) {
        for hunt in &package.hunts {
            for (language, text) in [
                (Language::Kql, &hunt.kql),
                (Language::Spl, &hunt.spl),
                (Language::Sigma, &hunt.sigma),
            ] {
                if let Some(text) = text {
                    brief.hunts.push(Hunt {
                        title: format!("{} ({})", hunt.title, package.id),
                        language,
                        text: text.trim_end().to_owned(),
                    });
                }
            }
        }
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
