//! The `lazaret` command: reads arguments and configuration, calls the crate
//! that does the work, writes what it says.

mod commands;
mod config;
mod context;
mod exposure;
mod follow;
mod hunted;
mod lake;
mod output;

use std::process::ExitCode;

use clap::{CommandFactory as _, Parser};

use commands::Command;
use context::{Context, GlobalArgs};

/// Tells whether an open-source package is malicious, and stops it wherever
/// it shows up: published, downloaded, installed, running, or in the news.
#[derive(Debug, Parser)]
#[command(
    name = "lazaret",
    version,
    max_term_width = 100,
    after_help = "Exit status: 0 nothing at or above the limit (--fail-on), 1 something, 2 an error.\n\
                  Configuration: lazaret.toml in this folder or one above, else lazaret/config.toml \
                  in the user's configuration folder."
)]
struct Cli {
    #[command(flatten)]
    global: GlobalArgs,
    #[command(subcommand)]
    command: Command,
}

/// Syntax trees, rows and events are many small pieces of memory.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Exit status of a failure, as documented in `--help`.
const FAILED: u8 = 2;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let result = Context::new(&cli.global).and_then(|context| cli.command.run(&context));
    match result {
        Ok(code) => code,
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            output::error(&error);
            ExitCode::from(FAILED)
        }
    }
}

/// `lazaret … | head` ends quietly.
fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<std::io::Error>())
        .any(|cause| cause.kind() == std::io::ErrorKind::BrokenPipe)
}

/// The command line's definition, for completions.
fn definition() -> clap::Command {
    Cli::command()
}
