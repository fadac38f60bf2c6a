//! One command a file.

mod attack;
mod brief;
#[cfg(feature = "cluster")]
mod cluster;
mod completions;
mod coverage;
mod db;
mod detect;
mod diff;
mod drill;
mod events;
mod explain;
mod hunt;
mod ingest;
mod scan;
mod technique;

use std::process::ExitCode;

use clap::Subcommand;

use crate::context::Context;

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Attack(attack::Attack),
    Brief(brief::Brief),
    #[cfg(feature = "cluster")]
    Cluster(cluster::Cluster),
    Completions(completions::Completions),
    Coverage(coverage::Coverage),
    Db(db::Db),
    Detect(detect::Detect),
    Diff(diff::Diff),
    Drill(drill::Drill),
    Events(events::Events),
    Explain(explain::Explain),
    Hunt(hunt::Hunt),
    Ingest(ingest::Ingest),
    Scan(scan::Scan),
    Technique(technique::Technique),
}

impl Command {
    pub(crate) fn run(self, context: &Context) -> anyhow::Result<ExitCode> {
        match self {
            Self::Attack(command) => command.run(context),
            Self::Brief(command) => command.run(context),
            #[cfg(feature = "cluster")]
            Self::Cluster(command) => command.run(context),
            Self::Completions(command) => command.run(),
            Self::Coverage(command) => command.run(context),
            Self::Db(command) => command.run(context),
            Self::Detect(command) => command.run(context),
            Self::Diff(command) => command.run(context),
            Self::Drill(command) => command.run(context),
            Self::Events(command) => command.run(context),
            Self::Explain(command) => command.run(context),
            Self::Hunt(command) => command.run(context),
            Self::Ingest(command) => command.run(context),
            Self::Scan(command) => command.run(context),
            Self::Technique(command) => command.run(context),
        }
    }
}
