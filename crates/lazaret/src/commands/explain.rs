//! `lazaret explain`.

use std::process::ExitCode;

use anyhow::bail;
use clap::Args;
use lazaret_scan::RuleSet;

use crate::{context::Context, output};

/// Show what a rule means, its technique, false positives and examples
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  lazaret explain\n  lazaret explain download-and-execute")]
pub(crate) struct Explain {
    /// The rule's id, as findings have it; without one all rules are listed
    rule: Option<String>,
}

impl Explain {
    pub(crate) fn run(self, context: &Context) -> anyhow::Result<ExitCode> {
        let rules = RuleSet::load(&context.content)?;
        let Some(wanted) = self.rule else {
            for rule in rules.iter() {
                output::line(&format!("{:<34} {}", rule.id, rule.title))?;
            }
            return Ok(ExitCode::SUCCESS);
        };
        let Some(rule) = rules.get(&wanted) else {
            bail!("there is no rule `{wanted}`; `lazaret explain` lists them all");
        };
        let techniques: Vec<String> = rule.techniques.iter().map(ToString::to_string).collect();
        output::line(&format!("{}: {}\n", rule.id, rule.title))?;
        output::line(&format!(
            "severity    {:?}\nconfidence  {:?}\nATT&CK      {}\n",
            rule.severity,
            rule.confidence,
            techniques.join(", ")
        ))?;
        output::line(rule.description.trim())?;
        if !rule.false_positives.is_empty() {
            output::line("\nSeen in good packages too, when:")?;
            for class in &rule.false_positives {
                output::line(&format!("- {class}"))?;
            }
        }
        let folder = format!("rules/{}/{}/", rule.family, rule.id);
        for (heading, part) in [("It fires on", "bad/"), ("It stays silent on", "good/")] {
            let prefix = format!("{folder}{part}");
            for (path, bytes) in context.content.below(&prefix) {
                output::line(&format!(
                    "\n{heading} {}:\n",
                    path.trim_start_matches(&prefix)
                ))?;
                for text in String::from_utf8_lossy(bytes).lines().take(40) {
                    output::line(&format!("    {}", lazaret_model::Excerpt::whole(text)))?;
                }
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}
