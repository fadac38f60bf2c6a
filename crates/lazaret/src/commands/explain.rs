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
            for (id, text) in written(context) {
                let about = sentence(&text);
                output::line(&format!("{id:<34} {about}"))?;
            }
            for yara in yara_rules(context) {
                output::line(&format!("{:<34} {}", yara.id, yara.about))?;
            }
            return Ok(ExitCode::SUCCESS);
        };
        let Some(rule) = rules.get(&wanted) else {
            if let Some((_, text)) = written(context).into_iter().find(|(id, _)| *id == wanted) {
                output::line(text.trim())?;
                return Ok(ExitCode::SUCCESS);
            }
            if let Some(yara) = yara_rules(context).into_iter().find(|y| y.id == wanted) {
                output::line(&format!("{}: {}\n", yara.id, yara.about))?;
                output::line(&yara.source)?;
                return Ok(ExitCode::SUCCESS);
            }
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

/// What is written on findings that no rule file makes: the index of known
/// packages, names, lockfiles.
fn written(context: &Context) -> Vec<(String, String)> {
    context
        .content
        .below("rules/")
        .filter_map(|(path, bytes)| {
            let folder = path.strip_suffix("/README.md")?;
            let (_, id) = folder.strip_prefix("rules/")?.split_once('/')?;
            let plain = !id.contains('/')
                && context
                    .content
                    .get(&format!("{folder}/rule.yaml"))
                    .is_none();
            plain.then(|| (id.to_owned(), String::from_utf8_lossy(bytes).into_owned()))
        })
        .collect()
}

/// The first sentence below the heading.
fn sentence(text: &str) -> String {
    let body = text.split_once("\n\n").map_or(text, |(_, body)| body);
    let words: Vec<&str> = body.split_whitespace().take(60).collect();
    let line = words.join(" ");
    line.split_inclusive(['.', ':'])
        .next()
        .unwrap_or_default()
        .trim_end_matches(['.', ':'])
        .to_owned()
}

/// A YARA rule that is shipped: the id its findings have, and its text.
struct YaraRule {
    id: String,
    about: String,
    source: String,
}

fn yara_rules(context: &Context) -> Vec<YaraRule> {
    let mut out = Vec::new();
    for (path, bytes) in context.content.below("yara/") {
        if !path.ends_with(".yar") {
            continue;
        }
        let text = String::from_utf8_lossy(bytes);
        // Each rule starts a line and ends with a brace on a line of its own.
        for part in text.split("\nrule ").skip(1) {
            let end = part.find("\n}").map_or(part.len(), |at| at + 2);
            let source = format!("rule {}", part.get(..end).unwrap_or(part));
            let meta = |key: &str| {
                source.lines().find_map(|line| {
                    let value = line.trim().strip_prefix(key)?.trim_start();
                    Some(value.strip_prefix('=')?.trim().trim_matches('"').to_owned())
                })
            };
            if let Some(id) = meta("id") {
                out.push(YaraRule {
                    id: format!("yara-{id}"),
                    about: meta("description").unwrap_or_default(),
                    source,
                });
            }
        }
    }
    out
}
