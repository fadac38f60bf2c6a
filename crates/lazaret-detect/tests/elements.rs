//! Every mutable element of ATT&CK's strategies for supply chains decides: an
//! example that is told of by default is not with another value, or the other
//! way round.

#![allow(clippy::unwrap_used, reason = "a test may fail")]

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use lazaret_content::Content;
use lazaret_detect::{AnalyticSet, Detector, Elements, Options, order::Ordered};
use lazaret_events::ReadOptions;

const RISKS: &str = "T1195.002/analytics/new-program-shows-several-risks";
const HOST: &str = "T1195.002/analytics/new-program-connects-to-unapproved-host";
const SIGNED: &str = "T1195.002/analytics/image-not-as-signed";
const REFUSED: &str = "T1195.002/analytics/package-refused-by-macos";
const TAP: &str = "T1195.001/analytics/formula-from-unapproved-tap";
const REPOSITORY: &str = "T1195.002/analytics/package-from-unapproved-repository";
const OUTSIDE: &str = "T1195.001/analytics/install-connects-outside-registries";
const PACKED: &str = "T1027.002/analytics/install-drops-packed-program";

/// Analytic, example, element, value, and whether it is told of with the value.
type Case = (&'static str, &'static str, &'static str, &'static str, bool);

const CASES: &[Case] = &[
    (
        RISKS,
        "bad/windows.sysmonxml.xml",
        "RiskScoreThreshold",
        "4",
        false,
    ),
    (
        RISKS,
        "bad/windows.ecs.jsonl",
        "TrustedUpdateHosts",
        "[beacon.example]",
        false,
    ),
    (
        RISKS,
        "bad/windows.ecs.jsonl",
        "ApprovedUpdateHosts",
        "[beacon.example]",
        false,
    ),
    (
        RISKS,
        "bad/windows.ecs.jsonl",
        "ProgramPaths",
        "['D:/**']",
        false,
    ),
    (
        RISKS,
        "bad/windows.winlogbeat.jsonl",
        "TimeWindow",
        "1s",
        false,
    ),
    (
        RISKS,
        "bad/windows.defender.jsonl",
        "MinBinarySize",
        "100000",
        false,
    ),
    (
        RISKS,
        "bad/linux.auditd.log",
        "PathScope",
        "['/nowhere/**']",
        false,
    ),
    (
        RISKS,
        "bad/unsigned.sysmonxml.xml",
        "TrustedPublishers",
        "['-']",
        false,
    ),
    (
        RISKS,
        "bad/unsigned.sysmonxml.xml",
        "ApprovedSigners",
        "['-']",
        false,
    ),
    (
        RISKS,
        "bad/unsigned.sysmonxml.xml",
        "UnsignedBinaryAlerting",
        "[Revoked]",
        false,
    ),
    (
        HOST,
        "bad/windows.sysmonxml.xml",
        "ApprovedUpdateHosts",
        "['*.example']",
        false,
    ),
    (
        HOST,
        "bad/windows.sysmonxml.xml",
        "TrustedUpdateHosts",
        "[beacon.example]",
        false,
    ),
    (HOST, "bad/windows.sysmonxml.xml", "TimeWindow", "1s", false),
    (
        HOST,
        "bad/windows.sysmonxml.xml",
        "DevHosts",
        "['build-*']",
        false,
    ),
    (
        SIGNED,
        "good/trusted.windows.xml",
        "TrustedPublishers",
        "[Example]",
        true,
    ),
    (
        REFUSED,
        "bad/mac-assessment.unified.ndjson",
        "TrustedDMGs",
        "[upd.app]",
        false,
    ),
    (
        REFUSED,
        "bad/mac-assessment.unified.ndjson",
        "AllowedTeamIDs",
        "[upd.app]",
        false,
    ),
    (
        TAP,
        "bad/mac.eslogger.jsonl",
        "BrewTapsAllowList",
        "[inert/tools]",
        false,
    ),
    (
        REPOSITORY,
        "bad/linux.*",
        "ApprovedRepos",
        "['ppa:inert', repo.example]",
        false,
    ),
    (
        OUTSIDE,
        "bad/approved.defender.jsonl",
        "ApprovedRegistries",
        "[drop.example]",
        false,
    ),
    (
        OUTSIDE,
        "bad/approved.defender.jsonl",
        "DevHosts",
        "[laptop]",
        false,
    ),
    (
        PACKED,
        "bad/windows.ecs.jsonl",
        "ExecutableEntropyThreshold",
        "7.95",
        false,
    ),
];

#[test]
fn elements_decide() {
    let content = Content::shipped();
    let usual = AnalyticSet::load(&content, &Elements::default()).unwrap();
    let usual = Arc::new(usual);
    let mut left: Vec<&Case> = CASES.iter().collect();
    while !left.is_empty() {
        // As many at once as do not touch each other: loading takes longest.
        let mut round: Vec<&Case> = Vec::new();
        left.retain(|case| {
            let apart = round
                .iter()
                .all(|other| other.0 != case.0 && other.2 != case.2);
            if apart {
                round.push(case);
            }
            !apart
        });
        let mut elements = Elements::default();
        for case in &round {
            elements.set(case.2, case.3).unwrap();
        }
        let set = Arc::new(AnalyticSet::load(&content, &elements).unwrap());
        for &&(analytic, example, element, value, expected) in &round {
            let log = log(analytic, example);
            let id = analytic.rsplit('/').next().unwrap();
            let before = told(&content, &usual, &log, id);
            let after = told(&content, &set, &log, id);
            assert_eq!(
                (before, after),
                (!expected, expected),
                "{id}, {example}: {element} = {value}"
            );
        }
    }
}

/// None at all: what a list of one's own takes out is told of, what it asks
/// for is not.
#[test]
fn a_list_may_be_empty() {
    let content = Content::shipped();
    let mut elements = Elements::default();
    elements.set("ApprovedUpdateHosts", "[]").unwrap();
    elements.set("TrustedDMGs", "[]").unwrap();
    elements.set("PathScope", "[]").unwrap();
    let set = Arc::new(AnalyticSet::load(&content, &elements).unwrap());
    for (analytic, example, expected) in [
        (HOST, "bad/windows.sysmonxml.xml", true),
        (REFUSED, "bad/mac-assessment.unified.ndjson", true),
        (RISKS, "bad/linux.auditd.log", false),
    ] {
        let id = analytic.rsplit('/').next().unwrap();
        let found = told(&content, &set, &log(analytic, example), id);
        assert_eq!(found, expected, "{id}, {example}");
    }
}

/// The example; `*` stands for whichever format comes first.
fn log(analytic: &str, example: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../content/techniques");
    let path = folder.join(analytic).join(example);
    let Some(start) = path.to_str().unwrap().strip_suffix('*').map(str::to_owned) else {
        return path;
    };
    let entries = path.parent().unwrap().read_dir().unwrap();
    let mut found: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    found.retain(|path| path.to_str().unwrap().starts_with(&start));
    found.sort();
    found.swap_remove(0)
}

fn told(content: &Content, set: &Arc<AnalyticSet>, log: &Path, id: &str) -> bool {
    let mut detector = Detector::with(Arc::clone(set), content, &Options::default()).unwrap();
    let mut events = Ordered::open(&[log.to_owned()], ReadOptions::default()).unwrap();
    for event in events.by_ref() {
        detector.push(&event);
    }
    detector.finish();
    let (alerts, ..) = detector.into_alerts();
    alerts
        .iter()
        .any(|alert| alert.analytic == id && alert.suppressed.is_none())
}
