//! `lazaret ingest` and `lazaret hunt` as a user calls them.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail")]

use std::{fs, path::PathBuf};

use assert_cmd::Command;

/// An attack, and a harmless neighbour.
fn staged() -> [String; 2] {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../content/techniques/T1204.002/analytics/office-starts-interpreter");
    ["bad/word.jsonl", "good/printing.jsonl"].map(|file| folder.join(file).display().to_string())
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
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (
        output.status.code().unwrap(),
        text(output.stdout),
        text(output.stderr),
    )
}

const OFFICE: &str = "DeviceProcessEvents
| where Timestamp > ago(7d)
| where InitiatingProcessFileName in~ ('winword.exe', 'excel.exe')
| where FileName in~ ('cmd.exe', 'powershell.exe')
| project Timestamp, DeviceName, FileName, ProcessCommandLine";

const NOW: &str = "2026-11-20T12:00:00Z";

#[test]
fn a_lake_is_made_and_hunted_in() {
    let folder = tempfile::tempdir().unwrap();
    let lake = folder.path().join("lake").display().to_string();
    let [bad, good] = staged();
    let (code, out, err) = run(&["ingest", &bad, &good, "--lake", &lake, "--compact"]);
    assert_eq!(code, 0, "{err}");
    assert!(out.contains("DeviceProcessEvents"), "{out}");
    let query = folder.path().join("office.kql");
    fs::write(&query, OFFICE).unwrap();
    let query = query.display().to_string();
    let (code, out, err) = run(&[
        "hunt",
        &query,
        "--lake",
        &lake,
        "--now",
        NOW,
        "--format",
        "jsonl",
        "--fail-on-rows",
    ]);
    assert_eq!(code, 1, "{out}{err}");
    // The attack, and not the printing beside it.
    assert_eq!(out.lines().count(), 1, "{out}");
    assert!(out.contains("powershell -w hidden"), "{out}");
}

#[test]
fn logs_are_hunted_in_without_a_lake() {
    let [bad, good] = staged();
    let (code, out, err) = run(&[
        "hunt", "-q", OFFICE, "--logs", &bad, "--logs", &good, "--now", NOW,
    ]);
    assert_eq!(code, 0, "{err}");
    assert!(out.contains("cmd.exe") && out.contains("1 rows"), "{out}");
}

#[test]
fn a_file_of_ones_own_is_a_table() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("mine.csv");
    fs::write(&file, "name,count\na,1\nb,2\n").unwrap();
    let table = format!("Mine={}", file.display());
    let query = "Mine | where ['count'] > 1 | project name";
    let (code, out, err) = run(&["hunt", "-q", query, "--table", &table, "--format", "csv"]);
    assert_eq!(code, 0, "{err}");
    assert_eq!(out, "name\nb\n");
}

#[test]
fn an_error_names_its_place() {
    let (code, _, err) = run(&["hunt", "-q", "DeviceProcessEvents\n| wher FileName == 'x'"]);
    assert_eq!(code, 2);
    assert!(err.contains("2:3") && err.contains("`where`"), "{err}");
}

#[test]
fn a_plan_is_explained() {
    let (code, out, err) = run(&["hunt", "-q", OFFICE, "--explain"]);
    assert_eq!(code, 0, "{err}");
    assert!(out.contains("reads: DeviceProcessEvents"), "{out}");
}

/// What object stores need is not in every build; none is reached for here.
#[test]
fn a_bucket_that_cannot_be_opened_says_why() {
    let cloud = cfg!(feature = "cloud");
    for args in [
        ["hunt", "-q", "print 1", "--lake"],
        ["ingest", "no-such-log", "--compact", "--lake"],
        ["ingest", "no-such-log", "--quiet", "--lake"],
    ] {
        let (code, _, err) = run(&[args.as_slice(), &["ftp://example.com/lake"]].concat());
        assert_eq!(code, 2);
        let why = match (args[2], cloud) {
            ("--compact", _) => "lifecycle rule",
            (_, false) => "--features cloud",
            (_, true) => "ftp",
        };
        assert!(err.contains(why), "{err}");
    }
}

#[test]
fn a_chart_is_drawn_and_written() {
    let folder = tempfile::tempdir().unwrap();
    let query = "datatable(who: string, n: long)['ada', 3, 'bob', 6] | render barchart";
    let file = folder.path().join("out.svg").display().to_string();
    let (code, out, err) = run(&["hunt", "-q", query, "--chart", &file]);
    assert_eq!(code, 0, "{err}");
    assert!(out.contains("bob │██") && out.contains("2 rows"), "{out}");
    assert!(fs::read_to_string(&file).unwrap().starts_with("<svg "));
    let file = folder.path().join("out.png").display().to_string();
    let (code, _, err) = run(&["hunt", "-q", query, "--chart", &file]);
    assert_eq!(code, 0, "{err}");
    assert!(fs::read(&file).unwrap().starts_with(b"\x89PNG"));
    let (code, _, err) = run(&["hunt", "-q", query, "--chart", "out.gif"]);
    assert_eq!(code, 2);
    assert!(err.contains("end the name in .svg"), "{err}");
}

/// What a shell's Ctrl-C does.
#[cfg(unix)]
#[test]
fn ctrl_c_stops_a_hunt_at_once() {
    use std::{
        process::{Command, Stdio},
        time::{Duration, Instant},
    };

    let long = "range x from 1 to 900000 step 1 | extend k = 1 \
        | join kind=inner (range y from 1 to 900000 step 1 | extend k = 1) on k \
        | summarize max(hash(strcat(x, y)))";
    let child = Command::new(assert_cmd::cargo::cargo_bin("lazaret"))
        .args(["hunt", "--language", "kql", "-q", long])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // It must be at work: a process that has used a second of the processor's
    // time is beyond its start.
    let begun = Instant::now();
    let ticks = || {
        let stat = fs::read_to_string(format!("/proc/{}/stat", child.id())).unwrap();
        let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split(' ').collect();
        fields[12].parse::<u64>().unwrap() + fields[13].parse::<u64>().unwrap()
    };
    while ticks() < 150 && begun.elapsed() < Duration::from_secs(60) {
        std::thread::yield_now();
    }
    let asked = Instant::now();
    let kill = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status()
        .unwrap();
    assert!(kill.success());
    let output = child.wait_with_output().unwrap();
    let took = asked.elapsed();
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(
        said.contains("cancelled") || said.contains("stopped"),
        "{said}"
    );
    assert!(took < Duration::from_secs(3), "{took:?}");
}
