//! One command a file.

mod completions;

use std::process::ExitCode;

use clap::Subcommand;

use crate::context::Context;

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Completions(completions::Completions),
}

impl Command {
    pub(crate) fn run(self, context: &Context) -> anyhow::Result<ExitCode> {
        let _ = context;
        match self {
            Self::Completions(command) => command.run(),
        }
    }
}
