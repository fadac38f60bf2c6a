//! Every technique package is well formed; every drill runs, is seen by the
//! analytics that it names, and leaves nothing behind.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test may fail"
)]

use lazaret_content::Content;
use lazaret_detect::{Detector, Options, order::Ordered};
use lazaret_events::ReadOptions;
use lazaret_technique::{Drill, TechniquePackage, coverage, navigator, packages};
use libtest_mimic::{Arguments, Failed, Trial};

fn main() {
    let arguments = Arguments::from_args();
    let content = Content::shipped();
    let all = packages(&content).unwrap_or_else(|error| panic!("{error}"));
    let mut trials = Vec::new();
    let layer = navigator(&coverage(&all));
    trials.push(Trial::test("navigator-layer", move || {
        let listed = layer["techniques"].as_array().map_or(0, Vec::len);
        if listed > 0 && layer["domain"] == "enterprise-attack" {
            Ok(())
        } else {
            Err("no techniques in the layer".into())
        }
    }));
    for package in all {
        for drill in package.drills.clone() {
            let name = format!("{}/drill/{}", package.id, drill.id);
            trials.push(Trial::test(name, move || run(&drill)));
        }
        let name = format!("{}/pages", package.id);
        trials.push(Trial::test(name, move || pages(&package)));
    }
    libtest_mimic::run(&arguments, trials).exit();
}

/// A package with any guide has all of them, and each says something.
fn pages(package: &TechniquePackage) -> Result<(), Failed> {
    let guides = [
        ("README.md", &package.readme),
        ("playbook.md", &package.playbook),
        ("investigation.md", &package.investigation),
        ("tuning.md", &package.tuning),
    ];
    let some = guides.iter().any(|(_, text)| text.is_some());
    for (name, text) in guides {
        let lines = text.as_deref().map_or(0, |t| t.lines().count());
        if some && lines < 5 {
            return Err(format!("{name} is missing or says nothing").into());
        }
    }
    for hunt in &package.hunts {
        if hunt.kql.is_none() || hunt.spl.is_none() || hunt.sigma.is_none() {
            return Err(
                format!("hunt {} needs query.kql, query.spl and sigma.yml", hunt.id).into(),
            );
        }
        if let Some(sigma) = &hunt.sigma {
            let value: yaml_serde::Value =
                yaml_serde::from_str(sigma.rsplit("---\n").next().unwrap_or(sigma))?;
            if value.get("detection").is_none() || value.get("logsource").is_none() {
                return Err(format!("hunt {}: sigma.yml is no Sigma rule", hunt.id).into());
            }
        }
    }
    Ok(())
}

fn run(drill: &Drill) -> Result<(), Failed> {
    let done = drill.run(None)?;
    if done.folder.exists() {
        return Err(format!("it leaves {} behind", done.folder.display()).into());
    }
    // Tracing may be forbidden where this runs (containers without ptrace).
    let folder = tempfile::tempdir()?;
    let record = folder.path().join("drill.strace");
    let traced = std::process::Command::new("strace")
        .args(["-o", "/dev/null", "true"])
        .output();
    if !traced.is_ok_and(|output| output.status.success()) {
        eprintln!(
            "{}: strace cannot trace here; only run, not watched",
            drill.id
        );
        return Ok(());
    }
    drill.run(Some(&record))?;
    let mut detector = Detector::new(&Content::shipped(), &Options::default())?;
    for event in Ordered::open(&[record], ReadOptions::default())? {
        detector.push(&event);
    }
    detector.finish();
    let (alerts, ..) = detector.into_alerts();
    let seen: Vec<&str> = alerts.iter().map(|a| a.analytic.as_str()).collect();
    match drill.expects.iter().find(|e| !seen.contains(&e.as_str())) {
        Some(missed) => Err(format!("{missed} did not fire; these did: {seen:?}").into()),
        None if drill.expects.is_empty() => Err("`expects` names no analytic".into()),
        None => Ok(()),
    }
}
