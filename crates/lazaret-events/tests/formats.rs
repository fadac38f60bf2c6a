//! Every format's sample, read and shown: the whole event form as it is
//! written, and the account of what was not read.
#![allow(missing_docs)]
#![allow(clippy::unwrap_used, reason = "a test may fail")]

use std::path::Path;

use lazaret_events::{ReadOptions, Time, open_stream, open_with};

/// Events as JSON Lines, then the account.
fn read(name: &str) -> String {
    let path = Path::new("tests/data").join(name);
    let options = ReadOptions {
        // 2026-11-21, a quarter to one.
        ended: Some(Time(1_795_221_900_000_000)),
        ..ReadOptions::default()
    };
    let mut reader = open_with(&path, options).unwrap();
    let mut out = String::new();
    for item in &mut reader {
        match item {
            Ok(event) => event.write_json(&mut out),
            Err(error) => out.push_str(&format!("ERROR {error}")),
        }
        out.push('\n');
    }
    let report = reader.report();
    out.push_str(&format!(
        "records {} events {} unreadable {} formats {:?} skipped {:?}",
        report.records, report.events, report.unreadable, report.formats, report.skipped
    ));
    out
}

macro_rules! formats {
    ($($test:ident: $file:literal,)*) => {
        $(#[test]
        fn $test() {
            insta::assert_snapshot!(read($file));
        })*
    };
}

formats! {
    auditd_enriched: "auditd-enriched.log",
    auditd_interpreted: "auditd-interpreted.log",
    auditd_raw: "auditd-raw.log",
    laurel: "laurel.jsonl",
    sysmon_linux: "sysmon-linux.log",
    falco: "falco.jsonl",
    tetragon: "tetragon.jsonl",
    strace_npm: "npm.strace",
    strace_pip: "pip.strace",
    eslogger: "eslogger.jsonl",
    unified_log: "unified-log.json",
    osquery: "osquery.log",
    zeek_tsv: "zeek.log",
    zeek_json: "zeek.jsonl",
    suricata: "suricata.jsonl",
    winlogbeat: "winlogbeat.jsonl",
    nxlog: "nxlog.jsonl",
    wevtutil: "wevtutil.xml",
    defender_csv: "defender-process.csv",
    defender_email: "defender-email.json",
    defender_stream: "defender-stream.jsonl",
}

/// What Sigma's proxy rules ask for, as a network sensor tells it.
#[test]
fn proxies_have_sigmas_names() {
    let mut reader = open_with(
        Path::new("tests/data/suricata.jsonl"),
        ReadOptions::default(),
    )
    .unwrap();
    let event = reader
        .by_ref()
        .map(Result::unwrap)
        .find(|event| event.action_type == "HttpConnectionInspected")
        .unwrap();
    let text = |name: &str| event.sigma_field(name).map(|v| v.text().into_owned());
    for (name, column) in [
        ("c-uri", "RemoteUrl"),
        ("c-useragent", "user_agent"),
        ("cs-method", "method"),
    ] {
        assert!(text(name).is_some_and(|text| !text.is_empty()), "{name}");
        assert_eq!(text(name), text(column), "{name}");
    }
    let url = text("c-uri").unwrap();
    let host = text("cs-host").unwrap();
    assert!(
        url.contains(&format!("//{host}")) && !host.contains('/'),
        "{url}: {host}"
    );
}

/// What a program writes is told by strace in its line, whatever it looks like.
#[test]
fn what_a_call_writes_is_no_record_of_its_own() {
    let log = concat!(
        r#"7 09:00:00.000000 execve("/usr/bin/node", ["node", "x.js"], 0x7f /* 9 vars */) = 0"#,
        "\n",
        r#"7 09:00:01.000000 write(1, "<Event a=&b <... unfinished", 27 <unfinished ...>"#,
        "\n",
        r#"7 09:00:02.000000 <... write resumed>) = 27"#,
        "\n",
    );
    let input = std::io::Cursor::new(log);
    let mut reader = open_stream("-", input, ReadOptions::default()).unwrap();
    let read: Vec<_> = reader.by_ref().map(Result::unwrap).collect();
    assert!(!read.is_empty());
    assert_eq!(reader.report().unreadable, 0);
}
