//! Every hunt of a technique package, in every language, finds the logs of
//! attacks that it names as examples and is quiet on the benign ones.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail")]

use std::{
    fs,
    path::{Path, PathBuf},
};

use assert_cmd::Command;

/// What `now()` is: the examples are of the morning of that day.
const NOW: &str = "2026-11-20T12:00:00Z";

fn folders(path: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(path).into_iter().flatten().flatten();
    let mut all: Vec<PathBuf> = entries.map(|e| e.path()).filter(|p| p.is_dir()).collect();
    all.sort();
    all
}

fn run(arguments: &[&str]) -> (i32, String, String) {
    let home = tempfile::tempdir().unwrap();
    let output = Command::cargo_bin("lazaret")
        .unwrap()
        .current_dir(home.path())
        .env("HOME", home.path())
        .args(arguments)
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    (
        output.status.code().unwrap(),
        text(output.stdout),
        text(output.stderr),
    )
}

/// Rows that a query gives over the logs of a folder.
fn rows(query: &Path, logs: &Path) -> Result<usize, String> {
    let arguments = [
        "hunt",
        &query.display().to_string(),
        "--logs",
        &logs.display().to_string(),
        "--now",
        NOW,
        "--format",
        "jsonl",
    ];
    let (code, out, err) = run(&arguments);
    if code == 0 {
        Ok(out.lines().count())
    } else {
        Err(err)
    }
}

/// Alerts that a Sigma rule gives over the logs of a folder.
fn alerts(rule: &Path, logs: &Path) -> Result<usize, String> {
    let text = fs::read_to_string(rule).unwrap();
    let title = text
        .lines()
        .find_map(|l| l.strip_prefix("title: "))
        .unwrap();
    let title = title.trim_matches('"');
    let arguments = [
        "detect",
        &logs.display().to_string(),
        "--sigma",
        &rule.display().to_string(),
        "--format",
        "jsonl",
        "--fail-on",
        "never",
    ];
    let (code, out, err) = run(&arguments);
    if code != 0 || !err.contains(" 0 files do not") {
        return Err(err);
    }
    let wanted = format!("\"title\":{}", serde_json::to_string(title).unwrap());
    Ok(out.lines().filter(|line| line.contains(&wanted)).count())
}

/// Rows or alerts of a query over logs.
type Count = fn(&Path, &Path) -> Result<usize, String>;

/// Folders with `bad/` and `good/`: the hunt's own, else those of the
/// analytics that it names.
fn examples(technique: &Path, hunt: &Path) -> Vec<PathBuf> {
    if hunt.join("bad").is_dir() {
        return vec![hunt.to_owned()];
    }
    let head = fs::read_to_string(hunt.join("hunt.toml")).unwrap();
    let head: toml::Table = toml::from_str(&head).unwrap();
    let named = head.get("examples").and_then(toml::Value::as_array);
    let named = named.into_iter().flatten().filter_map(toml::Value::as_str);
    let all: Vec<PathBuf> = named
        .map(|id| technique.join("analytics").join(id))
        .collect();
    assert!(!all.is_empty(), "{}: has no examples", hunt.display());
    all
}

#[test]
fn every_hunt_finds_its_examples_and_nothing_else() {
    let techniques = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../content/techniques");
    let mut hunts = 0;
    let mut wrong = Vec::new();
    for technique in folders(&techniques) {
        for hunt in folders(&technique.join("hunts")) {
            hunts += 1;
            for logs in examples(&technique, &hunt) {
                for (file, count) in [
                    ("query.kql", rows as Count),
                    ("query.spl", rows),
                    ("sigma.yml", alerts),
                ] {
                    let query = hunt.join(file);
                    let bad = count(&query, &logs.join("bad"));
                    let good = count(&query, &logs.join("good"));
                    if !matches!((&bad, &good), (Ok(1..), Ok(0))) {
                        let query = query.strip_prefix(&techniques).unwrap();
                        wrong.push(format!("{}: bad {bad:?}, good {good:?}", query.display()));
                    }
                }
            }
        }
    }
    assert!(hunts > 0);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
