//! Every analytic finds its `bad/` logs and is quiet on its `good/` ones. What
//! is in `before/` was learnt as usual first.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail")]

use std::{
    path::{Path, PathBuf},
    sync::{Arc, OnceLock},
};

use lazaret_content::Content;
use lazaret_detect::{AnalyticSet, Detector, Elements, Options, order::Ordered};
use lazaret_events::ReadOptions;
use libtest_mimic::{Arguments, Failed, Trial};

fn main() {
    let arguments = Arguments::from_args();
    let techniques = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../content/techniques");
    let mut trials = Vec::new();
    for technique in folders(&techniques) {
        for analytic in folders(&technique.join("analytics")) {
            let id = name(&analytic);
            let mut count = [0, 0];
            for (index, kind) in ["bad", "good"].into_iter().enumerate() {
                for log in files(&analytic.join(kind)) {
                    count[index] += 1;
                    let id = id.clone();
                    let trial = format!("{id}/{kind}/{}", name(&log));
                    trials.push(Trial::test(trial, move || check(&id, &log, kind == "bad")));
                }
            }
            trials.push(Trial::test(format!("{id}/has-examples"), move || {
                if count[0] > 0 && count[1] > 0 {
                    Ok(())
                } else {
                    Err("needs at least one log in bad/ and one in good/".into())
                }
            }));
        }
    }
    trials.push(Trial::test("every-pattern-compiles", compile_all));
    libtest_mimic::run(&arguments, trials).exit();
}

/// What is shipped is compiled when first asked; as a user's content, at once.
fn compile_all() -> Result<(), Failed> {
    let mut content = Content::shipped();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../content");
    content.overlay(&folder)?;
    AnalyticSet::load(&content, &Elements::default())?;
    Ok(())
}

fn check(id: &str, log: &Path, expected: bool) -> Result<(), Failed> {
    static LOADED: OnceLock<(Content, Arc<AnalyticSet>)> = OnceLock::new();
    let (content, set) = LOADED.get_or_init(|| {
        let content = Content::shipped();
        let set = AnalyticSet::load(&content, &Elements::default()).unwrap();
        (content, Arc::new(set))
    });
    let before = log.ancestors().nth(2).map(|folder| folder.join("before"));
    let baseline = match before.filter(|folder| folder.is_dir()) {
        Some(before) => {
            let mut learning = Detector::with(Arc::clone(set), content, &Options::default())?;
            for event in Ordered::open(&[before], ReadOptions::default())? {
                learning.push(&event);
            }
            Some(Arc::new(learning.learnt()))
        }
        None => None,
    };
    let options = Options {
        baseline,
        ..Options::default()
    };
    let mut detector = Detector::with(Arc::clone(set), content, &options)?;
    let mut events = Ordered::open(&[log.to_owned()], ReadOptions::default())?;
    for event in events.by_ref() {
        detector.push(&event);
    }
    detector.finish();
    let unread: u64 = events.reports().iter().map(|r| r.unreadable).sum();
    if unread > 0 {
        let problems = events.reports().iter().flat_map(|r| &r.problems);
        let first = problems.map(ToString::to_string).next().unwrap_or_default();
        return Err(format!("{unread} records cannot be read: {first}").into());
    }
    let (alerts, tracker, counts) = detector.into_alerts();
    if counts.events == 0 {
        return Err("no events".into());
    }
    let own = alerts.iter().filter(|alert| alert.analytic == id);
    let (suppressed, counted): (Vec<_>, Vec<_>) = own.partition(|a| a.suppressed.is_some());
    match (expected, counted.is_empty()) {
        (true, false) | (false, true) => Ok(()),
        (true, true) => Err(format!(
            "not found; {} suppressed, {} installations, other alerts: {:?}",
            suppressed.len(),
            tracker.installations().len(),
            alerts.iter().map(|a| &a.analytic).collect::<Vec<_>>()
        )
        .into()),
        (false, false) => {
            let messages: Vec<String> = counted.iter().map(|a| a.message()).collect();
            Err(format!("found what is none: {messages:?}").into())
        }
    }
}

fn folders(path: &Path) -> Vec<PathBuf> {
    list(path, Path::is_dir)
}

fn files(path: &Path) -> Vec<PathBuf> {
    list(path, Path::is_file)
}

fn list(path: &Path, wanted: fn(&Path) -> bool) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(path).into_iter().flatten().flatten();
    let mut all: Vec<PathBuf> = entries.map(|e| e.path()).filter(|p| wanted(p)).collect();
    all.sort();
    all
}

fn name(path: &Path) -> String {
    path.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}
