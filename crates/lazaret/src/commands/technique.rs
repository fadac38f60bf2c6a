//! `lazaret technique`.

use std::process::ExitCode;

use anyhow::Context as _;
use clap::{Args, ValueEnum};
use lazaret_model::TechniqueId;
use lazaret_technique::{Section, markdown, packages};

use crate::{context::Context, output as terminal};

/// Show what there is for an ATT&CK technique: analytics, hunts, guides, drills
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    lazaret technique\n  \
    lazaret technique T1195.001\n  \
    lazaret technique T1552.001 --section playbook\n  \
    lazaret technique T1204.005 --format json")]
pub(crate) struct Technique {
    /// ATT&CK id; all are listed where it is left out
    id: Option<TechniqueId>,
    /// Only this part; may be given again
    #[arg(long, value_enum)]
    section: Vec<Part>,
    /// Output format
    #[arg(long, short, value_enum, default_value_t = Format::Markdown)]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Markdown,
    /// Everything
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Part {
    Overview,
    Analytics,
    Hunts,
    Investigation,
    Playbook,
    Tuning,
    Drills,
}

impl From<Part> for Section {
    fn from(part: Part) -> Self {
        match part {
            Part::Overview => Self::Overview,
            Part::Analytics => Self::Analytics,
            Part::Hunts => Self::Hunts,
            Part::Investigation => Self::Investigation,
            Part::Playbook => Self::Playbook,
            Part::Tuning => Self::Tuning,
            Part::Drills => Self::Drills,
        }
    }
}

impl Technique {
    pub(crate) fn run(self, context: &Context) -> anyhow::Result<ExitCode> {
        let all = packages(&context.content)?;
        let Some(id) = self.id else {
            for package in &all {
                let counts = [
                    (package.rules.len(), "rules"),
                    (package.analytics.len(), "analytics"),
                    (package.hunts.len(), "hunts"),
                    (package.drills.len(), "drills"),
                ];
                let counts: Vec<String> = counts
                    .iter()
                    .filter(|(number, _)| *number > 0)
                    .map(|(number, what)| format!("{number} {what}"))
                    .collect();
                let id = package.id.to_string();
                terminal::line(&format!("{id:<10} {}  {}", package.name, counts.join(", ")))?;
            }
            return Ok(ExitCode::SUCCESS);
        };
        let package = all
            .iter()
            .find(|package| package.id == id)
            .with_context(|| format!("nothing on {id}; `lazaret technique` lists what there is"))?;
        match self.format {
            Format::Json => terminal::line(&serde_json::to_string_pretty(package)?)?,
            Format::Markdown => {
                let sections: Vec<Section> = if self.section.is_empty() {
                    Section::ALL.to_vec()
                } else {
                    self.section.into_iter().map(Section::from).collect()
                };
                terminal::line(markdown(package, &sections).trim_end())?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}
