//! One command a file.

mod brief;
mod completions;

use std::process::ExitCode;

use clap::Subcommand;

use crate::context::Context;

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Brief(brief::Brief),
    Completions(completions::Completions),
}

impl Command {
    pub(crate) fn run(self, context: &Context) -> anyhow::Result<ExitCode> {
        match self {
            Self::Brief(command) => command.run(context),
            Self::Completions(command) => command.run(),
        }
    }
}
