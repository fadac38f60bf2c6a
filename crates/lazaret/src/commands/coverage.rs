//! `lazaret coverage`.

use std::process::ExitCode;

use clap::{Args, ValueEnum};
use lazaret_technique::{coverage, navigator, packages};

use crate::{context::Context, output as terminal};

/// Show which ATT&CK techniques are covered, as text or a Navigator layer
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    lazaret coverage\n  \
    lazaret coverage --format navigator > layer.json")]
pub(crate) struct Coverage {
    /// Output format
    #[arg(long, short, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A table
    Text,
    /// Everything
    Json,
    /// A layer of the ATT&CK Navigator (format 4.5)
    Navigator,
}

impl Coverage {
    pub(crate) fn run(self, context: &Context) -> anyhow::Result<ExitCode> {
        let covered = coverage(&packages(&context.content)?);
        match self.format {
            Format::Json => terminal::line(&serde_json::to_string_pretty(&covered)?)?,
            Format::Navigator => {
                terminal::line(&serde_json::to_string_pretty(&navigator(&covered))?)?;
            }
            Format::Text => {
                terminal::line("technique   rules  analytics  hunts  drills  guides  name")?;
                for each in &covered {
                    terminal::line(&format!(
                        "{:<10} {:>6} {:>10} {:>6} {:>7}  {:<6}  {}",
                        each.id.to_string(),
                        each.rules,
                        each.analytics,
                        each.hunts,
                        each.drills,
                        if each.guides { "yes" } else { "" },
                        each.name
                    ))?;
                }
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}
