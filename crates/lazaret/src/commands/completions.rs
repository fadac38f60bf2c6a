//! `lazaret completions`.

use std::{io, process::ExitCode};

use clap::Args;
use clap_complete::Shell;

/// Print completions for a shell
#[derive(Debug, Args)]
#[command(after_help = "Example: lazaret completions bash > /etc/bash_completion.d/lazaret")]
pub(crate) struct Completions {
    /// The shell
    shell: Shell,
}

impl Completions {
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        let mut command = crate::definition();
        clap_complete::generate(self.shell, &mut command, "lazaret", &mut io::stdout());
        Ok(ExitCode::SUCCESS)
    }
}
