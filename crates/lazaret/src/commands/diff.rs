//! `lazaret diff`.

use std::{path::Path, process::ExitCode};

use anyhow::Context as _;
use clap::{Args, ValueEnum};
use lazaret_artifact::{
    Source,
    registry::{Client, Registries},
};
use lazaret_model::{Excerpt, Package, Verdict};
use lazaret_scan::{Change, Scanner, diff};

use super::scan::Asked;
use crate::{context::Context, output};

/// Show which behaviours a new version has that the old one had not
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    lazaret diff left-pad-1.2.0.tgz left-pad-1.3.0.tgz\n  \
    lazaret diff npm:left-pad@1.2.0 npm:left-pad@1.3.0 --format json\n\n\
    Exit status: 0 nothing to review, 1 something, 2 an error.")]
pub(crate) struct Diff {
    /// The version before: archive, folder or package of a registry
    old: String,
    /// The version after
    new: String,
    /// Output format
    #[arg(long, short, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Json,
}

impl Diff {
    pub(crate) fn run(self, context: &Context) -> anyhow::Result<ExitCode> {
        let scanner = Scanner::new(&context.content)?;
        let knowledge = context.knowledge()?;
        let asked = Asked {
            knowledge: &knowledge,
        };
        let old = scanner.scan(&source(&self.old)?, &asked)?;
        let new = scanner.scan(&source(&self.new)?, &asked)?;
        let found = diff(&old, &new);
        match self.format {
            Format::Json => output::line(&serde_json::to_string_pretty(&found)?)?,
            Format::Text => {
                output::line(&found.verdict.to_string().to_uppercase())?;
                if found.patch_release {
                    output::line("a patch release")?;
                }
                for (mark, changes) in [('+', &found.added), ('-', &found.removed)] {
                    for change in changes {
                        output::line(&describe(mark, change))?;
                    }
                }
                for finding in &found.findings {
                    output::line(&format!(
                        "! {}: {}",
                        finding.rule,
                        Excerpt::whole(&finding.message)
                    ))?;
                }
            }
        }
        Ok(if found.verdict >= Verdict::Review {
            ExitCode::FAILURE
        } else {
            ExitCode::SUCCESS
        })
    }
}

fn describe(mark: char, change: &Change) -> String {
    let behaviour = &change.behaviour;
    let times = if change.count > 1 {
        format!(" ({} times)", change.count)
    } else {
        String::new()
    };
    Excerpt::whole(&format!(
        "{mark} {:?} {:?} ({:?}): {}{times}  {}:{}",
        behaviour.action,
        behaviour.object,
        behaviour.phase,
        behaviour.target,
        behaviour.location.path,
        behaviour.location.line
    ))
}

fn source(target: &str) -> anyhow::Result<Source> {
    if Path::new(target).exists() {
        return Ok(Source::path(target));
    }
    let package: Package = target
        .parse()
        .with_context(|| format!("`{target}` is neither a file nor a package"))?;
    let (_, download) = Client::new(Registries::from_environment()).fetch(&package)?;
    Ok(Source::bytes(download.file.name.as_str(), download.bytes))
}
