//! What a version does that the one before did not.

use std::collections::BTreeMap;

use lazaret_model::{Behaviour, Finding, Phase, Severity, Verdict};
use serde::Serialize;

use crate::Scan;

/// A behaviour that is new or gone.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Change {
    /// The behaviour; one of several that are alike.
    pub behaviour: Behaviour,
    /// How many there are of the kind.
    pub count: usize,
}

/// The difference between two versions.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Diff {
    /// Behaviours that only the new version has, earliest phase first.
    pub added: Vec<Change>,
    /// Behaviours that only the old version had.
    pub removed: Vec<Change>,
    /// Findings that only the new version has.
    pub findings: Vec<Finding>,
    /// Whether only the last part of the version changed.
    pub patch_release: bool,
    /// The new version's verdict, stricter where a patch release of a
    /// package that had no finding brings one.
    pub verdict: Verdict,
}

/// Compares two scans.
pub fn diff(old: &Scan, new: &Scan) -> Diff {
    let patch_release = patch(old, new);
    let findings: Vec<Finding> = new
        .assessment
        .active()
        .filter(|finding| {
            !old.assessment
                .active()
                .any(|before| before.rule == finding.rule)
        })
        .cloned()
        .collect();
    let grave = findings
        .iter()
        .any(|finding| finding.severity >= Severity::High);
    let early = added(new, old)
        .iter()
        .any(|change| change.behaviour.phase == Phase::Install);
    let mut verdict = new.assessment.verdict;
    if patch_release && grave {
        verdict = Verdict::Block;
    } else if patch_release && early && !findings.is_empty() {
        verdict = verdict.max(Verdict::Review);
    }
    Diff {
        added: added(new, old),
        removed: added(old, new),
        findings,
        patch_release,
        verdict,
    }
}

fn patch(old: &Scan, new: &Scan) -> bool {
    let version = |scan: &Scan| {
        scan.assessment
            .package
            .as_ref()
            .and_then(|package| package.version().map(str::to_owned))
    };
    let stem = |version: &String| {
        let mut parts = version.splitn(3, '.');
        Some((parts.next()?.to_owned(), parts.next()?.to_owned()))
    };
    match (version(old), version(new)) {
        (Some(old), Some(new)) => old != new && stem(&old).is_some() && stem(&old) == stem(&new),
        _ => false,
    }
}

/// Behaviours of `new` that have no like in `old`: same action, object, phase
/// and, without its numbers, target.
fn added(new: &Scan, old: &Scan) -> Vec<Change> {
    let known: std::collections::HashSet<_> = old.analysis.behaviours.iter().map(key).collect();
    let mut groups: BTreeMap<_, Change> = BTreeMap::new();
    for behaviour in &new.analysis.behaviours {
        let key = key(behaviour);
        if !known.contains(&key) {
            groups
                .entry(key)
                .and_modify(|change| change.count += 1)
                .or_insert_with(|| Change {
                    behaviour: behaviour.clone(),
                    count: 1,
                });
        }
    }
    groups.into_values().collect()
}

fn key(
    behaviour: &Behaviour,
) -> (
    Phase,
    lazaret_model::Action,
    lazaret_model::ObjectKind,
    String,
) {
    let target = behaviour
        .target
        .chars()
        .filter(|c| !c.is_ascii_digit())
        .take(200)
        .collect();
    (behaviour.phase, behaviour.action, behaviour.object, target)
}
