//! `lazaret brief`.

mod format;
mod source;

use std::{
    collections::HashSet,
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::Context as _;
use clap::Args;
use lazaret_brief::{
    Brief as Made, Briefer, campaign,
    hunts::{Hunt, Language},
    output,
};
use lazaret_model::IndicatorKind;
use lazaret_technique::{TechniquePackage, packages};
use rayon::prelude::*;

use self::format::{Answers, Format};
use crate::{context::Context, exposure::Estate, hunted::Hunter, output as terminal};

/// Turn an article into indicators, techniques, severity and hunts
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    lazaret brief article.html\n  \
    lazaret brief articles/ --format jsonl > briefs.jsonl\n  \
    lazaret brief feed.xml --format html --output briefs/\n  \
    lazaret brief report.md --format stix > bundle.json\n  \
    lazaret brief report.md --against package-lock.json /var/log/audit/\n  \
    lazaret brief report.md --hunt --lake lake/\n  \
    curl -s https://example.com/post | lazaret brief -")]
pub(crate) struct Brief {
    /// Articles (HTML, Markdown, plain text), feeds of them (RSS, Atom),
    /// folders, or - for standard input
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
    /// Run the brief's hunts at once over --lake. Fails with exit status 1
    /// where one finds rows
    #[arg(long, requires = "lake")]
    hunt: bool,
    /// Lake that `lazaret ingest` made
    #[arg(long, value_name = "FOLDER")]
    lake: Option<PathBuf>,
    /// Write one file per article to this folder instead of standard output
    #[arg(long, short, value_name = "FOLDER")]
    output: Option<PathBuf>,
}

/// Exit status where something of an article was found.
const HIT: u8 = 1;

/// Files that are read at a time: enough for every core, few in memory.
const BATCH: usize = 64;

/// What came of one file.
struct Briefed {
    briefs: Vec<Made>,
    notes: Vec<String>,
}

impl Brief {
    pub(crate) fn run(self, context: &Context) -> anyhow::Result<ExitCode> {
        let briefer = Briefer::load(&context.content)?;
        let hunts = packages(&context.content)?;
        anyhow::ensure!(
            self.against.is_empty() && !self.hunt || self.format.answers(),
            "--against and --hunt are told in Markdown, HTML, JSON and JSON Lines"
        );
        let estate = match self.against.is_empty() {
            true => None,
            false => Some(Estate::read(&self.against, context)?),
        };
        let hunter = match &self.lake {
            Some(lake) if self.hunt => Some(Hunter::open(lake, &context.content)?),
            _ => None,
        };
        let mut files = Vec::new();
        for path in &self.articles {
            source::collect(path, &mut files)?;
        }
        let mut sink = Sink::open(self.output.as_deref())?;
        let progress = terminal::progress(files.len() as u64, context.quiet || files.len() < 8);
        let (mut hit, mut unread) = (false, 0);
        for batch in files.chunks(BATCH) {
            let briefed: Vec<anyhow::Result<Briefed>> = batch
                .par_iter()
                .map(|path| self.brief(path, &briefer, &hunts))
                .collect();
            for (path, briefed) in batch.iter().zip(briefed) {
                progress.inc(1);
                // One article that cannot be read loses no other.
                let briefed = match briefed {
                    Ok(briefed) => briefed,
                    Err(error) if files.len() > 1 => {
                        unread += 1;
                        terminal::remark(&format!("left out: {error:#}"));
                        continue;
                    }
                    Err(error) => return Err(error),
                };
                for note in &briefed.notes {
                    terminal::remark(&format!("{}: {note}", path.display()));
                }
                let stem = path.file_stem().unwrap_or_default().to_string_lossy();
                for brief in briefed.briefs {
                    let answers = Answers {
                        hits: estate.as_ref().map(|estate| estate.hits(&brief)),
                        hunted: hunter.as_ref().map(|hunter| hunter.run(&brief)),
                    };
                    hit |= answers.found();
                    let text = self.format.render(&brief, &answers)?;
                    sink.write(&stem, self.format, brief, &text)?;
                }
            }
        }
        sink.finish()?;
        progress.finish_and_clear();
        for problem in estate.iter().flat_map(|e| &e.problems).take(20) {
            terminal::remark(problem);
        }
        if unread > 0 {
            anyhow::bail!("{unread} of {} articles could not be read", files.len());
        }
        Ok(if hit {
            ExitCode::from(HIT)
        } else {
            ExitCode::SUCCESS
        })
    }

    fn brief(
        &self,
        path: &Path,
        briefer: &Briefer,
        hunts: &[TechniquePackage],
    ) -> anyhow::Result<Briefed> {
        let mut source = source::read(path)?;
        let briefs = source.articles.iter_mut().map(|article| {
            if self.url.is_some() {
                article.url.clone_from(&self.url);
            }
            let mut brief = briefer.brief(article);
            add_hunts(&mut brief, hunts);
            brief
        });
        Ok(Briefed {
            briefs: briefs.collect(),
            notes: source.notes,
        })
    }
}

/// Where briefs go.
enum Sink<'a> {
    Screen(anstream::AutoStream<std::io::StdoutLock<'static>>),
    Folder {
        path: &'a Path,
        taken: HashSet<String>,
        /// Pages for the index, with their files.
        pages: Vec<(Made, String)>,
    },
}

impl<'a> Sink<'a> {
    fn open(folder: Option<&'a Path>) -> anyhow::Result<Self> {
        let Some(path) = folder else {
            let screen = anstream::AutoStream::never(std::io::stdout().lock());
            return Ok(Self::Screen(screen));
        };
        fs::create_dir_all(path)
            .with_context(|| format!("cannot make the folder {}", path.display()))?;
        Ok(Self::Folder {
            path,
            // No article's page takes the place of the index.
            taken: HashSet::from(["index.html".to_owned()]),
            pages: Vec::new(),
        })
    }

    fn write(&mut self, stem: &str, format: Format, brief: Made, text: &str) -> anyhow::Result<()> {
        match self {
            Self::Screen(out) => out.write_all(text.as_bytes())?,
            Self::Folder { path, taken, pages } => {
                let ending = format.ending();
                // Articles of one feed, or of two folders, share a name.
                let mut name = format!("{stem}.{ending}");
                let mut number = 2;
                while !taken.insert(name.clone()) {
                    name = format!("{stem}-{number}.{ending}");
                    number += 1;
                }
                put(path, &name, text)?;
                if format == Format::Html {
                    pages.push((brief, name));
                }
            }
        }
        Ok(())
    }

    fn finish(self) -> anyhow::Result<()> {
        let Self::Folder { path, pages, .. } = self else {
            return Ok(());
        };
        if pages.is_empty() {
            return Ok(());
        }
        let (briefs, names): (Vec<Made>, Vec<String>) = pages.into_iter().unzip();
        let campaigns = campaign::campaigns(&briefs);
        put(
            path,
            "index.html",
            &output::index(&briefs, &names, &campaigns),
        )?;
        put(path, "feed.xml", &output::feed(&briefs, &names))
    }
}

fn put(folder: &Path, name: &str, text: &str) -> anyhow::Result<()> {
    let target = folder.join(name);
    fs::write(&target, text).with_context(|| format!("cannot write {}", target.display()))
}

/// Ways to a user that packages do not take. A maintainer who was phished is told
/// of as evidence, but the reader's mail is not where to hunt.
const OTHER_WAYS: &[&str] = &["T1189", "T1204.001", "T1204.002", "T1566"];

/// Adds the hunts of the techniques that the article tells of.
fn add_hunts(brief: &mut Made, packages: &[TechniquePackage]) {
    let by_package = brief
        .indicators
        .iter()
        .any(|found| found.indicator.kind == IndicatorKind::Package);
    let told: Vec<_> = brief
        .techniques
        .iter()
        .filter(|told| {
            let id = told.id.to_string();
            told.named || !by_package || !OTHER_WAYS.iter().any(|way| id.starts_with(way))
        })
        .map(|told| told.id)
        .collect();
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
