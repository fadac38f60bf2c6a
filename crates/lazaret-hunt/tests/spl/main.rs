//! SPL searches from text to rows: one binary, because linking the engine is
//! slow.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic, clippy::expect_used)]

mod extracted;
mod hostile;
mod lake;
mod leading;
mod pivoted;
mod reference;
mod semantics;

use std::sync::Arc;

use datafusion::arrow::{
    array::{ArrayRef, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray},
    datatypes::{DataType, Field, Schema, TimeUnit},
};
use lazaret_hunt::{Hunt, HuntResult, Language, Options};

/// 2026-03-02T12:00:00Z, what `now()` is in the tests.
pub const NOW: i64 = 1_772_452_800_000_000;

/// A hunt over one table worked by hand:
///
/// | time | user | host | n | tags  | empty |
/// |-----:|------|------|--:|-------|-------|
/// |  -60 | ada  | a    | 1 | x,y   | null  |
/// |  -50 | Ada  | b    | 2 | y     | null  |
/// |  -40 | bob  | a    | 10| null  | null  |
/// |  -30 | null | b    | 3 | z     | null  |
pub fn table() -> Hunt {
    let mut hunt = Hunt::new(Options {
        now: Some(NOW),
        threads: 2,
        ..Options::default()
    })
    .unwrap();
    let times = [60, 50, 40, 30].map(|ago| NOW - ago * 1_000_000);
    let columns: Vec<(&str, DataType, ArrayRef)> = vec![
        (
            "_time",
            DataType::Timestamp(TimeUnit::Microsecond, None),
            Arc::new(TimestampMicrosecondArray::from(times.to_vec())),
        ),
        (
            "user",
            DataType::Utf8,
            Arc::new(StringArray::from(vec![
                Some("ada"),
                Some("Ada"),
                Some("bob"),
                None,
            ])),
        ),
        (
            "host",
            DataType::Utf8,
            Arc::new(StringArray::from(vec!["a", "b", "a", "b"])),
        ),
        (
            "n",
            DataType::Int64,
            Arc::new(Int64Array::from(vec![1, 2, 10, 3])),
        ),
        (
            "tags",
            DataType::Utf8,
            Arc::new(StringArray::from(vec![
                Some("x,y"),
                Some("y"),
                None,
                Some("z"),
            ])),
        ),
        (
            "empty",
            DataType::Utf8,
            Arc::new(StringArray::from(vec![None::<&str>; 4])),
        ),
    ];
    let schema = Arc::new(Schema::new(
        columns
            .iter()
            .map(|(name, data, _)| Field::new(*name, data.clone(), true))
            .collect::<Vec<_>>(),
    ));
    let arrays = columns.into_iter().map(|(_, _, array)| array).collect();
    let batch = RecordBatch::try_new(Arc::clone(&schema), arrays).unwrap();
    hunt.catalog_mut()
        .add_batches("t", schema, vec![batch])
        .unwrap();
    hunt
}

/// The rows of a search, each as `a|b|c`.
pub fn rows(hunt: &Hunt, text: &str) -> Vec<String> {
    shown(&run(hunt, text))
}

pub fn run(hunt: &Hunt, text: &str) -> HuntResult {
    match hunt.run(Language::Spl, text) {
        Ok(result) => result,
        Err(error) => panic!("{text}\n{error}"),
    }
}

pub fn shown(result: &HuntResult) -> Vec<String> {
    result
        .rows()
        .into_iter()
        .map(|row| {
            row.iter()
                .map(|value| match value {
                    serde_json::Value::Null => String::new(),
                    serde_json::Value::String(text) => text.clone(),
                    serde_json::Value::Number(number) => {
                        let number = number.as_f64().unwrap();
                        format!("{number}")
                    }
                    value => value.to_string(),
                })
                .collect::<Vec<_>>()
                .join("|")
        })
        .collect()
}
