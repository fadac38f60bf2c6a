//! `lazaret drill`.

use std::{io::IsTerminal as _, path::PathBuf, process::ExitCode};

use anyhow::Context as _;
use clap::Args;
use lazaret_detect::{Detector, Options, order::Ordered};
use lazaret_events::ReadOptions;
use lazaret_model::TechniqueId;
use lazaret_technique::{Drill as Act, packages};

use crate::{context::Context, output as terminal};

/// Act out a technique, harmlessly, and see which analytics fire
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    lazaret drill\n  \
    lazaret drill T1552.001\n  \
    lazaret drill T1204.005 --yes --record drill.strace\n\n\
    A drill writes only below a temporary home folder, which is deleted afterwards, and connects\n\
    only to this machine. It runs under strace to be watched (Linux); --no-watch only runs it, for\n\
    your own sensors to see.\n\n\
    Exit status: 0 every expected analytic fired, 1 one did not, 2 an error.")]
pub(crate) struct Drill {
    /// ATT&CK id; drills are listed where it is left out
    id: Option<TechniqueId>,
    /// Do not ask before running
    #[arg(long)]
    yes: bool,
    /// Keep what strace recorded
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,
    /// Only run it
    #[arg(long, conflicts_with = "record")]
    no_watch: bool,
}

const MISSED: u8 = 1;

impl Drill {
    pub(crate) fn run(self, context: &Context) -> anyhow::Result<ExitCode> {
        let all: Vec<Act> = packages(&context.content)?
            .into_iter()
            .flat_map(|package| package.drills)
            .collect();
        let Some(id) = self.id else {
            for drill in &all {
                let id = drill.technique.to_string();
                terminal::line(&format!("{id:<10} {:<24} {}", drill.id, drill.does))?;
            }
            return Ok(ExitCode::SUCCESS);
        };
        let drills: Vec<&Act> = all.iter().filter(|drill| drill.technique == id).collect();
        anyhow::ensure!(
            !drills.is_empty(),
            "no drill for {id}; `lazaret drill` lists what there is"
        );
        let mut missed = false;
        for drill in drills {
            if !self.yes && !agreed(drill)? {
                continue;
            }
            missed |= !self.act(drill, context)?;
        }
        Ok(if missed {
            ExitCode::from(MISSED)
        } else {
            ExitCode::SUCCESS
        })
    }

    /// Runs one; says whether all expected analytics fired.
    fn act(&self, drill: &Act, context: &Context) -> anyhow::Result<bool> {
        if self.no_watch {
            drill.run(None)?;
            terminal::line(&format!("{}: ran, and cleaned up", drill.id))?;
            return Ok(true);
        }
        let folder = tempfile::tempdir().context("cannot make a temporary folder")?;
        let own = folder.path().join("drill.strace");
        let record = self.record.as_deref().unwrap_or(&own);
        drill.run(Some(record))?;
        let mut detector = Detector::new(&context.content, &Options::default())?;
        for event in Ordered::open(&[record.to_owned()], ReadOptions::default())? {
            detector.push(&event);
        }
        detector.finish();
        let (alerts, ..) = detector.into_alerts();
        terminal::line(&format!("{}: ran, and cleaned up", drill.id))?;
        let mut complete = true;
        for expected in &drill.expects {
            let fired = alerts.iter().any(|alert| alert.analytic == *expected);
            complete &= fired;
            let outcome = if fired { "fired " } else { "MISSED" };
            terminal::line(&format!("  {outcome} {expected}"))?;
        }
        for alert in alerts
            .iter()
            .filter(|a| !drill.expects.contains(&a.analytic))
        {
            terminal::line(&format!("  fired  {} (not expected)", alert.analytic))?;
        }
        Ok(complete)
    }
}

/// Asks at a terminal; elsewhere `--yes` is needed.
fn agreed(drill: &Act) -> anyhow::Result<bool> {
    anyhow::ensure!(
        std::io::stdin().is_terminal(),
        "{}: {}. Say --yes to run it",
        drill.id,
        drill.does
    );
    terminal::remark(&format!("{}: {}. Run it? [y/N]", drill.id, drill.does));
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer)?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}
