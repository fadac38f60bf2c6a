//! `lazaret detect` and `lazaret events` as a user calls them.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail")]

use std::{fs, path::PathBuf, process::Output};

use assert_cmd::Command;

fn log(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../content/techniques")
        .join(path)
}

fn lazaret(arguments: &[&str], logs: &[PathBuf]) -> Output {
    let mut command = Command::cargo_bin("lazaret").unwrap();
    // No configuration of the machine's.
    let home = tempfile::tempdir().unwrap();
    command
        .current_dir(home.path())
        .env("HOME", home.path())
        .env_remove("LAZARET_CONFIG")
        .env_remove("LAZARET_CONTENT")
        .args(arguments)
        .args(logs);
    command.output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

const BAD: &str = "T1195.001/analytics/install-starts-suspicious-child/bad/linux-npm.jsonl";
const GOOD: &str = "T1195.001/analytics/install-starts-suspicious-child/good/linux-npm.jsonl";

#[test]
fn an_attack_is_told_with_its_process_tree() {
    let found = lazaret(&["detect"], &[log(BAD)]);
    let out = text(&found.stdout);
    assert_eq!(found.status.code(), Some(1), "{out}{}", text(&found.stderr));
    assert!(out.contains("install-starts-suspicious-child"), "{out}");
    assert!(out.contains("pkg:npm/inert-pkg"), "{out}");
    assert!(out.contains("└─ node postinstall.js"), "{out}");
}

#[test]
fn a_benign_installation_is_quiet_and_suppressions_can_be_shown() {
    let quiet = lazaret(&["detect"], &[log(GOOD)]);
    assert_eq!(quiet.status.code(), Some(0), "{}", text(&quiet.stdout));
}

#[test]
fn every_format_is_what_it_says() {
    for format in ["json", "sarif", "stix"] {
        let found = lazaret(&["detect", "--format", format], &[log(BAD)]);
        let value: serde_json::Value = serde_json::from_slice(&found.stdout).unwrap();
        assert!(value.is_object(), "{format}");
    }
    let lines = lazaret(&["detect", "--format", "jsonl"], &[log(BAD)]);
    for line in text(&lines.stdout).lines() {
        serde_json::from_str::<serde_json::Value>(line).unwrap();
    }
    let table = text(&lazaret(&["detect", "--format", "csv"], &[log(BAD)]).stdout);
    assert!(table.starts_with("first,last,device"), "{table}");
    assert!(table.lines().count() >= 2, "{table}");
    let page = text(&lazaret(&["detect", "--format", "html"], &[log(BAD)]).stdout);
    assert!(
        page.contains("<svg") && page.ends_with("</html>\n"),
        "{page}"
    );
}

#[test]
fn hostile_names_do_not_reach_terminal_or_page() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log.jsonl");
    let hostile = fs::read_to_string(log(BAD))
        .unwrap()
        .replace("postinstall.js", "<script>\\u001b[2Jx.js");
    fs::write(&path, hostile).unwrap();
    let shown = text(&lazaret(&["detect"], std::slice::from_ref(&path)).stdout);
    assert!(!shown.contains('\u{1b}'), "{shown}");
    let page = text(&lazaret(&["detect", "--format", "html"], &[path]).stdout);
    assert!(!page.contains("<script>"), "{page}");
}

#[test]
fn a_mutable_element_can_be_set_and_a_wrong_one_is_told() {
    let network = "T1195.001/analytics/install-connects-outside-registries/bad/windows-npm.jsonl";
    let before = lazaret(&["detect"], &[log(network)]);
    assert_eq!(before.status.code(), Some(1));
    let own = ["detect", "--set", "DownloadHosts=[drop.example.net]"];
    let after = lazaret(&own, &[log(network)]);
    assert_eq!(after.status.code(), Some(0), "{}", text(&after.stdout));
    let wrong = lazaret(&["detect", "--set", "NoSuchElement=1"], &[log(network)]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(text(&wrong.stderr).contains("NoSuchElement"));
}

#[test]
fn a_live_log_is_told_at_once() {
    let mut command = Command::cargo_bin("lazaret").unwrap();
    let found = command
        .args(["detect", "-", "--follow", "--format", "jsonl"])
        .write_stdin(fs::read(log(BAD)).unwrap())
        .output()
        .unwrap();
    let out = text(&found.stdout);
    assert_eq!(found.status.code(), Some(1), "{out}");
    assert!(out.contains("install-starts-suspicious-child"), "{out}");
}

#[test]
fn a_foreign_sigma_rule_runs_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let rule = "title: Inert\nid: 11111111-1111-4111-8111-111111111111\nlevel: low\n\
                logsource: {category: process_creation, product: linux}\n\
                detection:\n  selection: {Image|endswith: /dash}\n  condition: selection\n";
    fs::write(folder.path().join("rule.yml"), rule).unwrap();
    let rules = folder.path().display().to_string();
    let found = lazaret(&["detect", "--sigma", &rules], &[log(GOOD)]);
    let out = text(&found.stdout);
    assert!(out.contains("Inert"), "{out}{}", text(&found.stderr));
}

#[test]
fn events_are_printed_in_one_form_and_read_back() {
    let printed = lazaret(&["events"], &[log(BAD)]);
    assert_eq!(printed.status.code(), Some(0));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("events.jsonl");
    fs::write(&path, &printed.stdout).unwrap();
    let again = lazaret(&["detect"], &[path]);
    assert_eq!(again.status.code(), Some(1), "{}", text(&again.stdout));
    let table = [
        "events",
        "--format",
        "csv",
        "--table",
        "DeviceProcessEvents",
    ];
    let rows = text(&lazaret(&table, &[log(BAD)]).stdout);
    assert!(rows.starts_with("Timestamp,DeviceId,DeviceName"), "{rows}");
}

#[test]
fn a_broken_record_costs_no_other_and_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log.jsonl");
    let good = fs::read_to_string(log(BAD)).unwrap();
    let mut lines: Vec<&str> = good.lines().collect();
    lines.insert(1, "{\"Type\": broken");
    fs::write(&path, lines.join("\n")).unwrap();
    let found = lazaret(&["detect"], &[path]);
    assert_eq!(found.status.code(), Some(1));
    assert!(
        text(&found.stderr).contains("could not be read"),
        "{}",
        text(&found.stderr)
    );
}

#[test]
fn a_log_that_cannot_be_read_whole_fails_where_asked() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log.jsonl");
    let good = fs::read_to_string(log(GOOD)).unwrap();
    fs::write(&path, format!("{good}{{\"Type\": \"DeviceProc")).unwrap();
    let told = lazaret(&["detect"], std::slice::from_ref(&path));
    assert_eq!(told.status.code(), Some(0));
    assert!(text(&told.stderr).contains("could not be read"));
    for format in ["json", "jsonl", "sarif", "html"] {
        let report = lazaret(&["detect", "--format", format], std::slice::from_ref(&path));
        assert!(
            text(&report.stdout).contains("cut off at its end"),
            "{format}"
        );
    }
    let strict = lazaret(&["detect", "--strict"], &[path]);
    assert_eq!(strict.status.code(), Some(2));
}

#[test]
fn a_record_of_ten_megabytes_costs_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log.jsonl");
    let bad = fs::read_to_string(log(BAD)).unwrap();
    let filler = "x".repeat(10 << 20);
    let long = format!(
        "{{\"Type\":\"DeviceFileEvents\",\"Timestamp\":\"2026-11-20T09:00:00Z\",\
         \"DeviceName\":\"build-7\",\"ActionType\":\"FileCreated\",\"FolderPath\":\"/{filler}\"}}\n"
    );
    fs::write(&path, format!("{long}{bad}{long}")).unwrap();
    let found = lazaret(&["detect", "--format", "jsonl"], &[path]);
    assert_eq!(found.status.code(), Some(1), "{}", text(&found.stderr));
    assert!(text(&found.stdout).contains("install-starts-suspicious-child"));
}

/// A disk that is full is an error, not a short report.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error() {
    for arguments in [
        vec!["detect", "--format", "html"],
        vec!["detect", "--format", "jsonl"],
        vec!["events"],
        vec![
            "events",
            "--table",
            "DeviceProcessEvents",
            "--format",
            "parquet",
        ],
    ] {
        let full = fs::OpenOptions::new()
            .write(true)
            .open("/dev/full")
            .unwrap();
        let ended = std::process::Command::new(env!("CARGO_BIN_EXE_lazaret"))
            .args(&arguments)
            .arg(log(BAD))
            .stdout(full)
            .output()
            .unwrap();
        assert_eq!(ended.status.code(), Some(2), "{arguments:?}");
        assert!(!ended.stderr.is_empty(), "{arguments:?}");
    }
}

#[test]
fn what_was_usual_is_learnt_and_what_is_new_is_told() {
    let analytic = "T1195.001/analytics/first-host-of-installations";
    let folder = tempfile::tempdir().unwrap();
    let usual = folder.path().join("usual.jsonl").display().to_string();
    let learnt = lazaret(
        &["detect", "--learn", &usual, "--fail-on", "never"],
        &[log(&format!("{analytic}/before"))],
    );
    assert_eq!(learnt.status.code(), Some(0), "{}", text(&learnt.stderr));
    let told = |example: &str| {
        let arguments = ["detect", "--baseline", &usual, "--format", "jsonl"];
        text(&lazaret(&arguments, &[log(&format!("{analytic}/{example}"))]).stdout)
    };
    let alert = "\"analytic\":\"first-host-of-installations\"";
    assert!(told("bad/linux-npm.jsonl").contains(alert));
    assert!(!told("good/linux-npm.jsonl").contains(alert));
}

#[test]
fn events_as_parquet_can_be_hunted() {
    let table = [
        "events",
        "--format",
        "parquet",
        "--table",
        "DeviceProcessEvents",
    ];
    let written = lazaret(&table, &[log(BAD)]);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("processes.parquet");
    fs::write(&path, &written.stdout).unwrap();
    let mine = format!("Mine={}", path.display());
    let query = "Mine | where FileName =~ 'node' | summarize Count = count() > 0";
    let arguments = ["hunt", "-q", query, "--table", &mine, "--format", "jsonl"];
    let found = lazaret(&arguments, &[]);
    let out = text(&found.stdout);
    assert!(
        out.contains("\"Count\":true"),
        "{out}{}",
        text(&found.stderr)
    );
}
