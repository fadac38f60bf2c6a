//! One command a file.

mod brief;
mod completions;
mod db;
mod detect;
mod diff;
mod events;
mod explain;
mod hunt;
mod ingest;
mod scan;

use std::process::ExitCode;

use clap::Subcommand;

use crate::context::Context;

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Brief(brief::Brief),
    Completions(completions::Completions),
    Db(db::Db),
    Detect(detect::Detect),
    Diff(diff::Diff),
    Events(events::Events),
    Explain(explain::Explain),
    Hunt(hunt::Hunt),
    Ingest(ingest::Ingest),
    Scan(scan::Scan),
}

impl Command {
    pub(crate) fn run(self, context: &Context) -> anyhow::Result<ExitCode> {
        match self {
            Self::Brief(command) => command.run(context),
            Self::Completions(command) => command.run(),
            Self::Db(command) => command.run(context),
            Self::Detect(command) => command.run(context),
            Self::Diff(command) => command.run(context),
            Self::Events(command) => command.run(context),
            Self::Explain(command) => command.run(context),
            Self::Hunt(command) => command.run(context),
            Self::Ingest(command) => command.run(context),
            Self::Scan(command) => command.run(context),
        }
    }
}
