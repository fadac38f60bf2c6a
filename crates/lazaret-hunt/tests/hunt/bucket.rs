//! Lakes in an object store: the one in memory stands for those of clouds.

use std::sync::Arc;

use datafusion::object_store::{ObjectStoreExt as _, memory::InMemory, path::Path as Place};
use lazaret_content::Content;
use lazaret_hunt::{
    Bucket, Hunt, HuntError, LakeWriter, Language, Options, Shipment, Value, schema::Schemas,
};
use serde_json::json;

const DAY: i64 = 86_400_000_000;
/// 2026-03-02T12:00:00Z.
const NOON: i64 = 1_772_452_800_000_000;

fn bucket() -> (Arc<InMemory>, Bucket) {
    let store = Arc::new(InMemory::new());
    let root = Place::from("security/lake of logs");
    let bucket = Bucket::over("s3://example/lake", Arc::clone(&store) as _, root);
    (store, bucket)
}

/// A folder of its own, with the bucket's columns, and a row in it.
fn staged(bucket: &Bucket, time: i64, device: &str, more: &str) -> (tempfile::TempDir, Shipment) {
    let folder = tempfile::tempdir().unwrap();
    let shipment = Shipment::begin(bucket.clone(), folder.path()).unwrap();
    let schemas = Schemas::load(&Content::shipped()).unwrap();
    let mut writer = LakeWriter::create(folder.path(), schemas).unwrap();
    let row = [
        ("Timestamp", Value::Datetime(time)),
        ("DeviceName", Value::from(device)),
        ("FileName", Value::from("npm.cmd")),
        (more, Value::from("seen")),
    ];
    writer.write("DeviceProcessEvents", row).unwrap();
    writer.finish().unwrap();
    (folder, shipment)
}

fn put(store: &InMemory, place: &str, text: &'static str) {
    let place = Place::from(place);
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    let put = store.put(&place, text.into());
    runtime.unwrap().block_on(put).unwrap();
}

fn rows(bucket: &Bucket, query: &str) -> Result<serde_json::Value, HuntError> {
    let hunt = Hunt::new(Options::default()).unwrap().with_bucket(bucket)?;
    Ok(json!(hunt.run(Language::Kql, query)?.rows()))
}

#[test]
fn what_ingests_send_is_found_together() {
    let (_store, bucket) = bucket();
    for (time, device, more) in [
        (NOON, "ws01", "FirstColumn"),
        (NOON - DAY, "ws 02/é", "SecondColumn"),
    ] {
        let (_folder, shipment) = staged(&bucket, time, device, more);
        assert_eq!(shipment.send().unwrap(), 1);
    }
    let all = rows(
        &bucket,
        "DeviceProcessEvents | where FileName =~ 'NPM.cmd' | sort by Timestamp asc
         | project DeviceName, FirstColumn, SecondColumn",
    );
    assert_eq!(
        all.unwrap(),
        json!([["ws 02/é", "", "seen"], ["ws01", "seen", ""]])
    );
    let one = rows(
        &bucket,
        "DeviceProcessEvents | where DeviceName == 'ws 02/é' | count",
    );
    assert_eq!(one.unwrap(), json!([[1]]));
}

/// A file that would be an error to read lies in another day and on another device.
#[test]
fn files_of_other_days_and_devices_are_not_opened() {
    let (store, bucket) = bucket();
    let (_folder, shipment) = staged(&bucket, NOON, "ws01", "Column");
    shipment.send().unwrap();
    let broken =
        "security/lake of logs/table=DeviceProcessEvents/day=2026-02-01/device=ws09/part-0.parquet";
    put(&store, broken, "no Parquet");
    for condition in [
        "Timestamp > datetime(2026-03-01)",
        "DeviceName == 'ws01'",
        "Timestamp between (datetime(2026-03-02) .. 1d) and DeviceName == 'ws01'",
    ] {
        let found = rows(
            &bucket,
            &format!("DeviceProcessEvents | where {condition} | count"),
        );
        assert_eq!(found.unwrap(), json!([[1]]), "{condition}");
    }
    assert!(rows(&bucket, "DeviceProcessEvents | where FileName == 'x'").is_err());
}

#[test]
fn two_ingests_at_a_time_lose_no_column() {
    let (_store, bucket) = bucket();
    let (_one, first) = staged(&bucket, NOON, "ws01", "FirstColumn");
    let (_two, second) = staged(&bucket, NOON, "ws01", "SecondColumn");
    first.send().unwrap();
    let error = second.send().unwrap_err().to_string();
    assert!(error.contains("run this one again"), "{error}");
    let (_again, second) = staged(&bucket, NOON, "ws01", "SecondColumn");
    second.send().unwrap();
    let found = rows(
        &bucket,
        "DeviceProcessEvents | summarize countif(FirstColumn == 'seen'), countif(SecondColumn == 'seen')",
    );
    assert_eq!(found.unwrap(), json!([[1, 1]]));
}

#[test]
fn a_bucket_without_a_lake_has_no_rows() {
    let (store, bucket) = bucket();
    assert_eq!(
        rows(&bucket, "DeviceProcessEvents | count").unwrap(),
        json!([[0]])
    );
    let torn = "security/lake of logs/table=DeviceProcessEvents/columns.json";
    put(&store, torn, "[[\"a\"");
    let error = rows(&bucket, "DeviceProcessEvents | count").unwrap_err();
    assert!(error.to_string().contains("DeviceProcessEvents"), "{error}");
}
