//! What is read without a tree is what is read with one.

use proptest::prelude::*;

use super::*;
use crate::{
    event::path,
    format::Json,
    read::{ReadOptions, RecordError, Sink},
};

type Read = Vec<Result<Box<Event>, RecordError>>;

fn read(lines: &[String], rows: &mut Rows) -> (Read, Read, usize) {
    let sink = || Sink::new(Arc::from("-"), ReadOptions::default());
    let (mut quick, mut whole) = (sink(), sink());
    let mut count = 0;
    for line in lines {
        let json = Json::parse(line.as_bytes()).unwrap_or(Json::Null);
        if let Ok(event) = rows.row(line.as_bytes()) {
            count += 1;
            defender::finish(event, &mut quick);
            defender::decode(&json, &mut whole);
        }
    }
    (quick.ready.into(), whole.ready.into(), count)
}

fn member() -> impl Strategy<Value = String> {
    let names = [
        "Timestamp",
        "DeviceName",
        "DeviceId",
        "FileName",
        "FolderPath",
        "SHA256",
        "ProcessId",
        "ProcessCommandLine",
        "AccountName",
        "RemoteIP",
        "RemotePort",
        "RemoteIPType",
        "InitiatingProcessId",
        "InitiatingProcessFileName",
        "InitiatingProcessFolderPath",
        "InitiatingProcessCommandLine",
        "InitiatingProcessParentId",
        "InitiatingProcessFileSize",
        "InitiatingProcessParentFileName",
        "InitiatingProcessArguments",
        "InitiatingProcessOdd",
        "ProcessArguments",
        "LazaretSource",
        "QueryName",
        "query",
        "DnsQueryString",
        "Direction",
        "Odd",
        "Type",
        "ActionType",
        "TimeGenerated [UTC]",
        "x@odata.type",
        "Platform",
        "EventID",
        "AdditionalFields",
    ];
    let texts = [
        r#""""#,
        r#""x""#,
        r#""/usr/bin/x""#,
        r#""C:\\Windows\\x.exe""#,
        r#""npm \"i\" a-rather-long-text""#,
        "12",
        "-3",
        "null",
        "true",
        r#"["npm","i"]"#,
        r#"[{"ProcessId":1,"FolderPath":"/x"}]"#,
        r#""2026-11-21T00:15:00Z""#,
        r#""log.gz:12""#,
        r#""linux""#,
        r#""{\"query\":\"a\"}""#,
        r#"{"InitiatingProcessArguments":["a"],"InitiatingProcessParentCommandLine":"b c"}"#,
        r#"{"InitiatingProcessId":7,"query":"q","Channel":"strace","FileMode":"0644"}"#,
        r#"{"InitiatingProcessAncestors":[{"FolderPath":"/a"}],"DnsQueryString":"h","Platform":"linux"}"#,
    ];
    let pair = (
        prop::sample::select(names.to_vec()),
        prop::sample::select(texts.to_vec()),
    );
    pair.prop_map(|(name, value)| format!(",\"{name}\":{value}"))
}

fn line() -> impl Strategy<Value = String> {
    let tables = [
        "DeviceEvents",
        "DeviceProcessEvents",
        "DeviceFileEvents",
        "EmailEvents",
    ];
    let actions = ["DnsQueryResponse", "ProcessExited", "FileCreated", ""];
    let parts = (
        prop::sample::select(tables.to_vec()),
        prop::collection::vec(member(), 0..3),
        prop::option::of(prop::sample::select(actions.to_vec())),
        prop::collection::vec(member(), 0..9),
    );
    parts.prop_map(|(table, first, action, then)| {
        let action = action.map_or_else(String::new, |a| format!(",\"ActionType\":\"{a}\""));
        format!(
            "{{\"Type\":\"{table}\"{}{action}{}}}",
            first.concat(),
            then.concat()
        )
    })
}

proptest! {
    /// What is said quickly is so.
    #[test]
    fn names_end_paths(folder in r"[/\\ab]{0,6}", name in r"[/\\ab]{0,3}") {
        let path = format!("{folder}{name}");
        if ends_with(&path, &name) {
            prop_assert_eq!(path::file_name(&path), name.as_str());
            prop_assert!(path::has_folder(&path));
        }
    }

    /// What is read without a tree is what is read with one, whatever was
    /// read before.
    #[test]
    fn agrees_with_the_tree(lines in prop::collection::vec(line(), 1..12)) {
        let mut rows = Rows::default();
        let twice = [lines.as_slice(), lines.as_slice()].concat();
        let (quick, whole, _) = read(&twice, &mut rows);
        prop_assert_eq!(quick, whole);
    }
}

/// The test above compares something: rows as we write them are read.
#[test]
fn reads_what_we_write() {
    let mut event = Event::new(Table::DeviceFileEvents, "FileCreated");
    event.set(Field::FolderPath, Scalar::from("/home/ann/x\t\"y\""));
    event.set(Field::InitiatingProcessId, Scalar::from(7));
    event.set(
        Field::InitiatingProcessCommandLine,
        Scalar::from("node 'a b'"),
    );
    event
        .initiating_mut()
        .set_arguments(["node", "a b"].map(Text::new));
    event.set(Field::Platform, Scalar::from("linux"));
    event.add("FileMode", "0644");
    let mut line = String::new();
    event.write_json(&mut line);
    let (quick, whole, count) = read(&[line.clone(), line], &mut Rows::default());
    assert_eq!(count, 2);
    assert_eq!(quick, whole);
}
