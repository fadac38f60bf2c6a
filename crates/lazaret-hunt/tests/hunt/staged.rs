//! A small lake with one staged attack per hunt, and harmless neighbours.

use lazaret_content::Content;
use lazaret_hunt::{Hunt, LakeWriter, Options, Value, schema::Schemas};
use tempfile::TempDir;

/// 2026-03-02T12:00:00Z, what `now()` is in the tests.
pub const NOW: i64 = 1_772_452_800_000_000;
pub const SECOND: i64 = 1_000_000;
pub const HOUR: i64 = 3600 * SECOND;

pub fn options() -> Options {
    Options {
        now: Some(NOW),
        threads: 2,
        ..Options::default()
    }
}

/// A hunt over no rows but those a query brings.
pub fn bare() -> Hunt {
    Hunt::new(options()).unwrap()
}

pub struct Staged {
    pub folder: TempDir,
    writer: Option<LakeWriter>,
}

impl Staged {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let schemas = Schemas::load(&Content::shipped()).unwrap();
        let writer = LakeWriter::create(folder.path(), schemas).unwrap();
        Self {
            folder,
            writer: Some(writer),
        }
    }

    /// One row, `ago` microseconds before now.
    pub fn row(&mut self, table: &str, ago: i64, values: &[(&str, &str)]) -> &mut Self {
        let time = [("Timestamp", Value::Datetime(NOW - ago))];
        let values = values
            .iter()
            .map(|(name, value)| (*name, Value::from(*value)));
        self.writer
            .as_mut()
            .unwrap()
            .write(table, time.into_iter().chain(values))
            .unwrap();
        self
    }

    pub fn process(&mut self, ago: i64, parent: &str, child: &str, line: &str) -> &mut Self {
        self.row(
            "DeviceProcessEvents",
            ago,
            &[
                ("DeviceName", "dev01.example.com"),
                ("AccountName", "ada@example.com"),
                ("AccountUpn", "ada@example.com"),
                ("ActionType", "ProcessCreated"),
                ("FileName", child),
                ("ProcessCommandLine", line),
                ("InitiatingProcessFileName", parent),
                ("InitiatingProcessCommandLine", parent),
            ],
        )
    }

    pub fn hunt(&mut self) -> Hunt {
        if let Some(writer) = self.writer.take() {
            writer.finish().unwrap();
        }
        Hunt::new(options())
            .unwrap()
            .with_lake(self.folder.path())
            .unwrap()
    }
}
