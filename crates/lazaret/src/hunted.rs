//! Running the hunts of a brief over a lake at once.

use std::{fmt::Write as _, path::Path, time::Duration};

use lazaret_brief::{
    Brief,
    hunts::{Hunt, Language},
};
use lazaret_content::Content;
use lazaret_hunt::{Format, Hunt as Engine, Language as Tongue, Options};
use serde::Serialize;

/// Rows of a hunt that are shown.
const SHOWN: usize = 20;

/// What came of a hunt.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Hunted {
    /// The hunt's title.
    pub(crate) title: String,
    /// Its language.
    pub(crate) language: Language,
    /// Rows found; none where it could not run.
    pub(crate) rows: Option<usize>,
    /// The first rows as a table, or why it could not run.
    pub(crate) detail: String,
}

/// The engine over a lake.
pub(crate) struct Hunter(Engine);

impl Hunter {
    pub(crate) fn open(lake: &Path, content: &Content) -> anyhow::Result<Self> {
        let options = Options {
            timeout: Duration::from_secs(120),
            ..Options::default()
        };
        Ok(Self(
            Engine::with_content(options, content)?.with_lake(lake)?,
        ))
    }

    /// Runs the brief's hunts in KQL and SPL; Sigma is for `detect`.
    pub(crate) fn run(&self, brief: &Brief) -> Vec<Hunted> {
        brief
            .hunts
            .iter()
            .filter_map(|hunt| {
                let tongue = match hunt.language {
                    Language::Kql => Tongue::Kql,
                    Language::Spl => Tongue::Spl,
                    Language::Sigma => return None,
                };
                Some(self.one(hunt, tongue))
            })
            .collect()
    }

    fn one(&self, hunt: &Hunt, tongue: Tongue) -> Hunted {
        let (mut rows, mut table) = (0, Vec::new());
        let mut failed = None;
        for part in Engine::split(tongue, &hunt.text) {
            match self.0.run(tongue, part) {
                Ok(result) => {
                    rows += result.len();
                    if !result.is_empty() {
                        // Writing to memory does not fail.
                        let _ = result.write(Format::Table, &mut table);
                    }
                }
                Err(error) => failed = Some(error.to_string()),
            }
        }
        let table: String = String::from_utf8_lossy(&table)
            .lines()
            .take(SHOWN + 2)
            .collect::<Vec<_>>()
            .join("\n");
        Hunted {
            title: hunt.title.clone(),
            language: hunt.language,
            rows: failed.is_none().then_some(rows),
            detail: failed.unwrap_or(table),
        }
    }
}

/// Whether any hunt found something.
pub(crate) fn found(hunted: &[Hunted]) -> bool {
    hunted.iter().any(|hunted| hunted.rows.unwrap_or(0) > 0)
}

/// A section for the brief.
pub(crate) fn markdown(hunted: &[Hunted]) -> String {
    let mut out = String::from("\n## What the hunts found\n\n");
    let (mut silent, mut failed) = (0, 0);
    for one in hunted {
        match one.rows {
            Some(0) => silent += 1,
            Some(rows) => {
                let fenced = one.detail.replace("```", "` ` `");
                let _ = writeln!(
                    out,
                    "### {} ({:?}): {rows} rows\n\n```text\n{fenced}\n```\n",
                    one.title, one.language
                );
            }
            None => {
                failed += 1;
                let reason = one.detail.lines().next().unwrap_or_default();
                let _ = writeln!(
                    out,
                    "- {} could not run: `{}`",
                    one.title,
                    reason.replace('`', "'")
                );
            }
        }
    }
    let _ = writeln!(out, "{silent} hunts found nothing; {failed} could not run.");
    out
}
