//! Are we hit? An article's packages and indicators against lockfiles,
//! folders and logs.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use lazaret_artifact::{LockFormat, read_lockfile};
use lazaret_brief::Brief;
use lazaret_detect::{Managers, Tracker, lineage::Limits, order::Ordered};
use lazaret_events::{Event, ReadOptions};
use lazaret_model::{IndicatorKind, Package};
use serde::Serialize;

use crate::context::Context;

/// A place where something of the article was found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(crate) struct Hit {
    /// File with line, or record of a log.
    pub(crate) place: String,
    /// The package or indicator, as the article has it.
    pub(crate) indicator: String,
    /// What was found there.
    pub(crate) found: String,
    /// Whether the version is one that the article names, or has to be looked
    /// at.
    pub(crate) certain: bool,
}

/// Everything that was looked at, read once for all articles.
#[derive(Debug, Default)]
pub(crate) struct Estate {
    /// Packages with the places that name them.
    packages: BTreeMap<Package, BTreeSet<String>>,
    /// Lower-case values of logs that indicators are compared with, and the
    /// first place of each.
    values: BTreeMap<String, String>,
    /// What could not be read.
    pub(crate) problems: Vec<String>,
}

/// Folders below a folder, at most.
const DEPTH: usize = 24;

/// Values of logs kept.
const VALUES: usize = 2_000_000;

impl Estate {
    /// Reads lockfiles, manifests and logs; folders are searched for all.
    pub(crate) fn read(paths: &[PathBuf], context: &Context) -> anyhow::Result<Self> {
        let mut estate = Self::default();
        let mut logs = Vec::new();
        for path in paths {
            estate
                .file(path, DEPTH, &mut logs, true)
                .with_context(|| format!("cannot read {}", path.display()))?;
        }
        if !logs.is_empty() {
            estate.logs(&logs, context)?;
        }
        Ok(estate)
    }

    fn file(
        &mut self,
        path: &Path,
        depth: usize,
        logs: &mut Vec<PathBuf>,
        named: bool,
    ) -> std::io::Result<()> {
        let kind = path.symlink_metadata()?;
        if kind.is_dir() {
            for entry in std::fs::read_dir(path)? {
                let entry = entry?.path();
                let skipped = entry.ends_with(".git") || entry.ends_with("node_modules");
                if depth > 0 && !skipped {
                    self.file(&entry, depth - 1, logs, false)?;
                }
            }
            return Ok(());
        }
        if LockFormat::of(path).is_some() {
            let lockfile = read_lockfile(path);
            for problem in &lockfile.problems {
                self.problems
                    .push(format!("{}: {problem:?}", lockfile.file));
            }
            for locked in lockfile.packages {
                let place = format!("{}:{}", lockfile.file, locked.line);
                self.packages
                    .entry(locked.package)
                    .or_default()
                    .insert(place);
            }
            return Ok(());
        }
        let ending = path
            .extension()
            .and_then(|e| e.to_str())
            .unwrap_or_default();
        let log = matches!(
            ending.to_ascii_lowercase().as_str(),
            "log" | "jsonl" | "evtx" | "ndjson" | "gz" | "zst" | "xz" | "strace" | "csv"
        );
        if named || log {
            logs.push(path.to_owned());
        }
        Ok(())
    }

    fn logs(&mut self, logs: &[PathBuf], context: &Context) -> anyhow::Result<()> {
        let managers = Managers::load(&context.content)?;
        let mut tracker = Tracker::new(managers, Limits::default());
        let mut events = Ordered::open(logs, ReadOptions::default())?;
        for event in events.by_ref() {
            tracker.observe(&event);
            self.event(&event);
        }
        for report in events.reports().iter().filter(|r| r.unreadable > 0) {
            self.problems.push(format!(
                "{}: {} records could not be read",
                report.file, report.unreadable
            ));
        }
        for installation in tracker.installations() {
            let device = tracker.lineage().device_name(installation.device);
            let place = format!("{device} {}", installation.started);
            for package in &installation.packages {
                let places = self.packages.entry(package.clone()).or_default();
                places.insert(place.trim().to_owned());
            }
        }
        Ok(())
    }

    fn event(&mut self, event: &Event) {
        let mut keep = |value: &str| {
            if !value.is_empty() && self.values.len() < VALUES {
                let place = || event.source.to_string();
                self.values
                    .entry(value.to_lowercase())
                    .or_insert_with(place);
            }
        };
        if let Some(network) = event.network.as_deref() {
            keep(&network.remote_ip);
            keep(&network.remote_url);
            let rest = network.remote_url.split("://").last().unwrap_or_default();
            keep(rest.split(['/', ':', '?']).next().unwrap_or_default());
        }
        if let Some(dns) = event.dns.as_deref() {
            keep(dns.query.trim_end_matches('.'));
        }
        for process in [event.process.as_deref(), event.initiating.as_deref()] {
            for hashes in process.iter().map(|p| &p.hashes) {
                keep(&hashes.sha256);
                keep(&hashes.sha1);
                keep(&hashes.md5);
            }
        }
        if let Some(file) = event.file.as_deref() {
            keep(&file.path);
            keep(&file.hashes.sha256);
            keep(&file.hashes.sha1);
            keep(&file.hashes.md5);
        }
    }

    /// What of the article is here.
    pub(crate) fn hits(&self, brief: &Brief) -> Vec<Hit> {
        let mut hits = BTreeSet::new();
        for found in &brief.indicators {
            let value = &found.indicator.value;
            match found.indicator.kind {
                IndicatorKind::Package => {
                    let Ok(wanted) = value.parse::<Package>() else {
                        continue;
                    };
                    self.package(&wanted, found.versions.as_deref(), &mut hits);
                }
                IndicatorKind::Domain => {
                    let below = format!(".{}", value.to_lowercase());
                    let same = |seen: &str| seen == &below[1..] || seen.ends_with(&below);
                    self.value(value, same, &mut hits);
                }
                IndicatorKind::FilePath => {
                    let path = value.to_lowercase();
                    self.value(value, |seen| seen.ends_with(&path), &mut hits);
                }
                IndicatorKind::Ipv4
                | IndicatorKind::Ipv6
                | IndicatorKind::Url
                | IndicatorKind::Md5
                | IndicatorKind::Sha1
                | IndicatorKind::Sha256 => {
                    let exact = value.to_lowercase();
                    self.value(value, |seen| seen == exact, &mut hits);
                }
                _ => {}
            }
        }
        hits.into_iter().collect()
    }

    fn package(&self, wanted: &Package, versions: Option<&str>, hits: &mut BTreeSet<Hit>) {
        let same = self.packages.iter().filter(|(package, _)| {
            package.ecosystem() == wanted.ecosystem() && package.name() == wanted.name()
        });
        for (package, places) in same {
            let certain = match (wanted.version(), package.version()) {
                (Some(bad), Some(here)) if bad != here => continue,
                (Some(_), Some(_)) => true,
                (None, _) => versions.is_none_or(|v| v.contains("all")),
                (Some(_), None) => false,
            };
            for place in places {
                hits.insert(Hit {
                    place: place.clone(),
                    indicator: wanted.purl(),
                    found: package.purl(),
                    certain,
                });
            }
        }
    }

    fn value(&self, indicator: &str, same: impl Fn(&str) -> bool, hits: &mut BTreeSet<Hit>) {
        for (seen, place) in self.values.iter().filter(|(seen, _)| same(seen)) {
            hits.insert(Hit {
                place: place.clone(),
                indicator: indicator.to_owned(),
                found: seen.clone(),
                certain: true,
            });
        }
    }
}

/// The answer as a part of the brief's page.
pub(crate) fn markdown(hits: &[Hit]) -> String {
    let mut out = String::from("\n## Are we hit?\n\n");
    if hits.is_empty() {
        out.push_str("Nothing of this article was found in what was looked at.\n");
        return out;
    }
    let cell = |text: &str| {
        text.replace(['|', '`', '\n', '\r'], " ")
            .chars()
            .map(|c| if c.is_control() { ' ' } else { c })
            .collect::<String>()
    };
    out.push_str("| where | of the article | found | |\n| --- | --- | --- | --- |\n");
    for hit in hits {
        let sure = if hit.certain {
            "yes"
        } else {
            "check the version"
        };
        out.push_str(&format!(
            "| `{}` | `{}` | `{}` | {sure} |\n",
            cell(&hit.place),
            cell(&hit.indicator),
            cell(&hit.found)
        ));
    }
    out
}
