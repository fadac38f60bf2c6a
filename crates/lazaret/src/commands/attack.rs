//! `lazaret attack`.

use std::{fs, process::ExitCode};

use anyhow::Context as _;
use clap::{Args, Subcommand};
use lazaret_artifact::registry::{Client, Registries};
use lazaret_technique::{Attack as Catalogue, CATALOGUE, packages};

use crate::{context::Context, output};

/// Where MITRE publishes the current release.
const SOURCE: &str = "https://raw.githubusercontent.com/mitre-attack/attack-stix-data/master/enterprise-attack/enterprise-attack.json";

/// Bytes of the largest bundle that is read; the current one has 50 million.
const LARGEST: u64 = 512 << 20;

/// Lines of changes that are shown.
const SHOWN: usize = 40;

/// The release of ATT&CK that names of techniques are taken from
#[derive(Debug, Args)]
pub(crate) struct Attack {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Read a STIX bundle and keep its names, tactics and changes
    #[command(after_help = "Examples:\n  \
        lazaret attack update\n  \
        lazaret attack update enterprise-attack.json\n\n\
        Offline, the release that is built in is used; `lazaret attack status` names it.")]
    Update {
        /// File or URL of a STIX 2.1 bundle; MITRE's where it is left out
        source: Option<String>,
    },
    /// Say which release is used, and which technique packages do not agree
    Status,
}

impl Attack {
    pub(crate) fn run(self, context: &Context) -> anyhow::Result<ExitCode> {
        match self.action {
            Action::Update { source } => update(context, source.as_deref().unwrap_or(SOURCE)),
            Action::Status => status(context),
        }
    }
}

fn update(context: &Context, source: &str) -> anyhow::Result<ExitCode> {
    let bytes = if source.contains("://") {
        let bar = output::spinner(context.quiet);
        let bytes = Client::new(Registries::from_environment())
            .get(source)
            .with_context(|| format!("cannot download {source}; give a file instead"))?;
        bar.finish_and_clear();
        bytes
    } else {
        let length = fs::metadata(source)
            .with_context(|| format!("cannot read {source}"))?
            .len();
        anyhow::ensure!(
            length <= LARGEST,
            "{source} has {length} bytes; a bundle has at most {LARGEST}"
        );
        fs::read(source).with_context(|| format!("cannot read {source}"))?
    };
    let new = Catalogue::from_stix(&bytes).with_context(|| source.to_owned())?;
    let old = Catalogue::load(&context.content).with_context(|| CATALOGUE.to_owned())?;
    let folder = context.attack_folder()?;
    fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
    // Whole or not at all: written beside, then moved.
    let part = folder.join("attack.json.part");
    fs::write(&part, serde_json::to_vec(&new)?)
        .and_then(|()| fs::rename(&part, folder.join(CATALOGUE)))
        .with_context(|| format!("cannot write to {}", folder.display()))?;
    describe(&new)?;
    if let Some(old) = old {
        let version = said(&old.version);
        let changes = new.since(&old);
        output::line(&format!("{} changes since {version}", changes.len()))?;
        show(&changes)?;
    }
    strays(context, &new)?;
    Ok(ExitCode::SUCCESS)
}

fn status(context: &Context) -> anyhow::Result<ExitCode> {
    let own = lazaret_technique::built_in(&context.content);
    let count = packages(&context.content)?.len();
    output::line(&format!(
        "built in: {count} technique packages, by ATT&CK {}",
        own.as_deref().unwrap_or("(no version)")
    ))?;
    let Some(used) = Catalogue::load(&context.content).with_context(|| CATALOGUE.to_owned())?
    else {
        output::line("no newer catalogue; `lazaret attack update` reads one")?;
        return Ok(ExitCode::SUCCESS);
    };
    describe(&used)?;
    strays(context, &used)?;
    Ok(ExitCode::SUCCESS)
}

/// What a downloaded catalogue holds.
fn describe(attack: &Catalogue) -> anyhow::Result<()> {
    let current = attack
        .techniques
        .values()
        .filter(|entry| entry.standing == lazaret_technique::Standing::Current)
        .count();
    output::line(&format!(
        "downloaded: ATT&CK {} of {}, {current} techniques and sub-techniques",
        said(&attack.version),
        attack.modified.get(..10).unwrap_or("unknown date"),
    ))?;
    Ok(())
}

fn strays(context: &Context, attack: &Catalogue) -> anyhow::Result<()> {
    let lines = attack.strays(&packages(&context.content)?);
    output::line(&format!("{} technique packages do not agree", lines.len()))?;
    show(&lines)
}

fn show(lines: &[String]) -> anyhow::Result<()> {
    for line in lines.iter().take(SHOWN) {
        output::line(&format!("  {}", line.escape_debug()))?;
    }
    if lines.len() > SHOWN {
        output::line(&format!("  and {} more", lines.len() - SHOWN))?;
    }
    Ok(())
}

fn said(version: &str) -> &str {
    if version.is_empty() {
        "(no version)"
    } else {
        version
    }
}
