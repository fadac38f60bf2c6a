//! The lake: pruning, evolution, upkeep, files of users' own.

use std::{fs, time::Duration};

use lazaret_content::Content;
use lazaret_hunt::{
    Format, Hunt, HuntError, Lake, LakeWriter, Language, Options, Value, schema::Schemas,
};

use crate::staged::{HOUR, NOW, Staged, options};

const DAY: i64 = 24 * HOUR;

fn files(folder: &std::path::Path) -> usize {
    fs::read_dir(folder)
        .unwrap()
        .flatten()
        .map(|entry| match entry.path() {
            path if path.is_dir() => files(&path),
            path => usize::from(path.extension().is_some_and(|ending| ending == "parquet")),
        })
        .sum()
}

#[test]
fn days_outside_a_hunts_time_are_not_opened() {
    let mut staged = Staged::new();
    staged.process(HOUR, "a", "today", "");
    staged.process(5 * DAY, "a", "old", "");
    let hunt = staged.hunt();
    // A damaged file of another day is noticed only by hunts that read it.
    let day = staged
        .folder
        .path()
        .join("table=DeviceProcessEvents/day=2026-02-25/device=dev01.example.com");
    let part = fs::read_dir(&day).unwrap().flatten().next().unwrap().path();
    fs::write(&part, "damaged").unwrap();
    let today = hunt
        .run(
            Language::Kql,
            "DeviceProcessEvents | where Timestamp > ago(1d) | project FileName",
        )
        .unwrap();
    assert_eq!(today.rows(), [["today"]]);
    assert!(
        hunt.run(Language::Kql, "DeviceProcessEvents | project FileName")
            .is_err()
    );
}

#[test]
fn columns_come_and_go_and_small_files_are_merged() {
    let folder = tempfile::tempdir().unwrap();
    let write = |rows: &[&[(&str, Value)]]| {
        let schemas = Schemas::load(&Content::shipped()).unwrap();
        let mut writer = LakeWriter::create(folder.path(), schemas).unwrap();
        for row in rows {
            writer.write("Own", row.iter().cloned()).unwrap();
        }
        writer.finish().unwrap();
    };
    let at = |hours: i64| ("Timestamp", Value::Datetime(NOW - hours * HOUR));
    write(&[&[at(1), ("a", 1.into())]]);
    write(&[&[at(2), ("a", 2.into()), ("b", "x".into())]]);
    write(&[&[
        at(3),
        ("b", "y".into()),
        ("bag", Value::Dynamic("{\"k\":[1,2]}".to_owned())),
    ]]);
    let hunt = || {
        Hunt::new(options())
            .unwrap()
            .with_lake(folder.path())
            .unwrap()
    };
    let query = "Own | order by Timestamp desc | project a, b, k = bag.k[1]";
    let wanted = serde_json::json!([[1, "", null], [2, "x", null], [null, "y", 2]]);
    assert_eq!(
        serde_json::json!(hunt().run(Language::Kql, query).unwrap().rows()),
        wanted
    );

    assert_eq!(files(folder.path()), 3);
    let done = Lake::open_existing(folder.path())
        .unwrap()
        .compact()
        .unwrap();
    assert_eq!((done.before, done.after), (3, 1));
    assert_eq!(
        serde_json::json!(hunt().run(Language::Kql, query).unwrap().rows()),
        wanted
    );
}

#[test]
fn old_days_are_removed() {
    let mut staged = Staged::new();
    staged.process(HOUR, "a", "today", "");
    staged.process(40 * DAY, "a", "old", "");
    staged.hunt();
    let done = Lake::open_existing(staged.folder.path())
        .unwrap()
        .retain(30, NOW)
        .unwrap();
    assert_eq!((done.removed, done.kept), (1, 1));
    let left = staged
        .hunt()
        .run(Language::Kql, "DeviceProcessEvents | project FileName")
        .unwrap();
    assert_eq!(left.rows(), [["today"]]);
}

#[test]
fn files_are_tables() {
    let folder = tempfile::tempdir().unwrap();
    let csv = folder.path().join("a.csv");
    fs::write(&csv, "name,count\nx,1\ny,2\n").unwrap();
    let lines = folder.path().join("b.jsonl");
    fs::write(
        &lines,
        "{\"name\":\"x\",\"bag\":{\"k\":[3]}}\n{\"name\":\"z\"}\n",
    )
    .unwrap();
    let hunt = Hunt::new(options())
        .unwrap()
        .with_table_file("A", &csv)
        .with_table_file("B", &lines);
    let result = hunt
        .run(
            Language::Kql,
            "A | join kind=inner B on name | project name, count, v = bag.k[0]",
        )
        .unwrap();
    assert_eq!(
        serde_json::json!(result.rows()),
        serde_json::json!([["x", 1, 3]])
    );
    let missing = Hunt::new(options())
        .unwrap()
        .with_table_file("A", &folder.path().join("none.csv"));
    assert!(matches!(
        missing.run(Language::Kql, "A"),
        Err(HuntError::Data { .. })
    ));
}

#[test]
fn results_are_written_without_harm() {
    let hunt = Hunt::new(options()).unwrap();
    let query = "print a = \"=1+1\", b = \"x\\u001b[31m\", c = dynamic({\"k\":1}), d = datetime(2026-01-02)";
    let result = hunt.run(Language::Kql, query).unwrap();
    let written = |format| {
        let mut out = Vec::new();
        result.write(format, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    };
    assert_eq!(
        written(Format::Csv),
        "a,b,c,d\n'=1+1,x\u{1b}[31m,\"{\"\"k\"\":1}\",2026-01-02T00:00:00.0000000Z\n"
    );
    assert_eq!(
        written(Format::JsonLines),
        "{\"a\":\"=1+1\",\"b\":\"x\\u001b[31m\",\"c\":{\"k\":1},\"d\":\"2026-01-02T00:00:00.0000000Z\"}\n"
    );
    assert!(!written(Format::Table).contains('\u{1b}'));
}

#[test]
fn a_hunt_stops_at_its_limits() {
    let slow = "range a from 1 to 3000 step 1 | extend k = 1 | join kind=inner (range b from 1 to 3000 step 1 | extend k = 1) on k \
                | extend h = hash_sha256(strcat(a, b)) | summarize dcount(h)";
    let hunt = Hunt::new(Options {
        timeout: Duration::from_millis(300),
        ..options()
    })
    .unwrap();
    assert!(matches!(
        hunt.run(Language::Kql, slow),
        Err(HuntError::Timeout(_))
    ));

    let hunt = Hunt::new(options()).unwrap();
    let cancel = hunt.cancel_handle();
    std::thread::scope(|scope| {
        let running = scope.spawn(|| hunt.run(Language::Kql, slow));
        cancel.cancel();
        assert!(matches!(running.join().unwrap(), Err(HuntError::Cancelled)));
    });

    let hunt = Hunt::new(Options {
        rows: 10,
        ..options()
    })
    .unwrap();
    let cut = hunt
        .run(Language::Kql, "range a from 1 to 100 step 1")
        .unwrap();
    assert_eq!(cut.len(), 10);
    assert!(
        cut.warnings
            .iter()
            .any(|warning| warning.message.contains("first 10 rows"))
    );
}
