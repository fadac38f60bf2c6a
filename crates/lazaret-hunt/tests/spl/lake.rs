//! Data models over a lake of Defender's tables.

use lazaret_content::Content;
use lazaret_hunt::{Hunt, LakeWriter, Options, Value, schema::Schemas};

use crate::{NOW, rows, run};

fn staged() -> (tempfile::TempDir, Hunt) {
    let folder = tempfile::tempdir().unwrap();
    let schemas = Schemas::load(&Content::shipped()).unwrap();
    let mut writer = LakeWriter::create(folder.path(), schemas).unwrap();
    let mut row = |table: &str, ago: i64, values: &[(&str, &str)]| {
        let time = [("Timestamp", Value::Datetime(NOW - ago * 1_000_000))];
        let values = values
            .iter()
            .map(|(name, value)| (*name, Value::from(*value)));
        writer.write(table, time.into_iter().chain(values)).unwrap();
    };
    for (ago, parent, child, line) in [
        (30, "npm.cmd", "powershell.exe", "powershell -enc AAAA"),
        (300, "explorer.exe", "notepad.exe", "notepad a.txt"),
        (20, "chrome.exe", "mshta.exe", "mshta https://x.example.com"),
    ] {
        row(
            "DeviceProcessEvents",
            ago,
            &[
                ("DeviceName", "dev01.example.com"),
                ("AccountName", "ada"),
                ("ActionType", "ProcessCreated"),
                ("FileName", child),
                ("ProcessCommandLine", line),
                ("InitiatingProcessFileName", parent),
            ],
        );
    }
    row(
        "DeviceNetworkEvents",
        40,
        &[
            ("DeviceName", "dev01.example.com"),
            ("ActionType", "ConnectionSuccess"),
            ("RemoteUrl", "https://x.example.com/a"),
            ("RemoteIP", "192.0.2.7"),
            ("InitiatingProcessAccountUpn", "ada@example.com"),
            ("InitiatingProcessFileName", "chrome.exe"),
        ],
    );
    row(
        "EmailEvents",
        3_600,
        &[
            ("NetworkMessageId", "m1"),
            ("RecipientEmailAddress", "ada@example.com"),
            ("SenderFromAddress", "eve@example.org"),
            ("Subject", "Invoice"),
            ("DeliveryAction", "Delivered"),
        ],
    );
    row(
        "EmailUrlInfo",
        3_600,
        &[
            ("NetworkMessageId", "m1"),
            ("Url", "https://x.example.com/a"),
        ],
    );
    writer.finish().unwrap();
    let options = Options {
        now: Some(NOW),
        threads: 2,
        ..Options::default()
    };
    let hunt = Hunt::new(options)
        .unwrap()
        .with_lake(folder.path())
        .unwrap();
    (folder, hunt)
}

#[test]
fn tstats_reads_processes() {
    let (_folder, hunt) = staged();
    let found = rows(
        &hunt,
        r#"| tstats `security_content_summariesonly` count min(_time) as firstTime
            from datamodel=Endpoint.Processes
            where Processes.parent_process_name="NPM*" `process_powershell`
            by Processes.dest Processes.user Processes.process Processes.parent_process_guid
         | `drop_dm_object_name(Processes)`
         | `security_content_ctime(firstTime)`
         | `installs_that_start_powershell_filter`
         | table dest user process parent_process_guid count firstTime"#,
    );
    assert_eq!(
        found,
        ["dev01.example.com|ada|powershell -enc AAAA|unknown|1|2026-03-02T11:59:30"]
    );
}

/// A model's fields say `unknown` where an event says nothing, to conditions too.
#[test]
fn a_condition_sees_what_the_model_fills_in() {
    let (_folder, hunt) = staged();
    let count = |condition: &str| {
        let search = format!(
            "| tstats count from datamodel=Endpoint.Processes where {condition}
             | table count"
        );
        rows(&hunt, &search)
    };
    for (condition, wanted) in [
        ("Processes.process_hash=unknown", "3"),
        ("Processes.process_hash!=unknown", "0"),
        ("Processes.process_hash IN (\"a*\", \"unk*\")", "3"),
        ("Processes.process_hash IN (\"a*\", \"b*\")", "0"),
        ("NOT Processes.process_hash IN (\"a*\", \"b*\")", "3"),
        (
            "Processes.process_name IN (\"mshta.exe\", \"notepad.exe\", unknown)",
            "2",
        ),
    ] {
        assert_eq!(count(condition), [wanted], "{condition}");
    }
}

#[test]
fn a_field_the_model_has_not_is_named() {
    let (_folder, hunt) = staged();
    let result = run(
        &hunt,
        "| tstats count from datamodel=Endpoint.Processes by Processes.proces_name",
    );
    assert!(result.is_empty());
    let warning = result.warnings.first().unwrap();
    assert!(
        warning
            .message
            .contains("did you mean `Processes.process_name`"),
        "{warning}"
    );
}

#[test]
fn a_link_in_mail_that_is_clicked_and_starts_a_process() {
    let (_folder, hunt) = staged();
    let found = rows(
        &hunt,
        r#"| tstats `summariesonly` latest(_time) AS clicked from datamodel=Web
            where Web.action=allowed by Web.src, Web.user, Web.url
         | `drop_dm_object_name(Web)`
         | rename user AS recipient, url AS link
         | join type=inner recipient
            [| tstats count from datamodel=Email where All_Email.url!="-"
                by All_Email.recipient, All_Email.src_user, All_Email.url
             | `drop_dm_object_name(All_Email)`
             | rex field=url "https?://(?<domain>[^/]+)"]
         | join src
            [| tstats latest(_time) AS started values(Processes.process) AS line
                from datamodel=Endpoint.Processes
                where Processes.parent_process_name IN ("chrome.exe", "msedge.exe")
                by Processes.dest
             | rename Processes.dest AS src]
         | eval after=started-clicked
         | where after>=0 AND after<=60
         | table recipient src_user domain link line after"#,
    );
    assert_eq!(
        found,
        [
            "ada@example.com|eve@example.org|x.example.com|https://x.example.com/a|mshta https://x.example.com|20"
        ]
    );
}
