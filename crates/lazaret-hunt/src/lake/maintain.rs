//! Compaction and retention.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    sync::Arc,
};

use datafusion::{
    arrow::{
        array::{RecordBatch, new_null_array},
        compute::{cast, concat_batches},
        datatypes::{Schema, SchemaRef},
    },
    parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder,
};

use super::{Lake, layout, write};
use crate::error::HuntError;

/// The largest file compaction makes, in rows.
const LARGEST: usize = 1_000_000;

/// What compaction did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Compacted {
    /// Files before.
    pub before: usize,
    /// Files after.
    pub after: usize,
}

/// What retention removed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Retained {
    /// Day folders removed.
    pub removed: usize,
    /// Day folders kept.
    pub kept: usize,
}

impl Lake {
    /// Merges the files of each day and device of every table.
    ///
    /// No hunt should run meanwhile: one that has listed the old files fails
    /// with a missing file.
    ///
    /// # Errors
    /// When a file cannot be read or written; old files stay until the merged
    /// one is complete.
    pub fn compact(&self) -> Result<Compacted, HuntError> {
        let mut done = Compacted::default();
        for (_, table) in layout::children(&self.root, "table=") {
            let columns = write::Columns::load(&table)?;
            let schema = Arc::new(Schema::new(write::fields(columns.types())));
            for (_, day) in layout::children(&table, "day=") {
                for (_, device) in layout::children(&day, "device=") {
                    let files = layout::files(&device);
                    done.before += files.len();
                    done.after += if files.len() < 2 {
                        files.len()
                    } else {
                        merge(&device, &files, &schema)?
                    };
                }
            }
        }
        Ok(done)
    }

    /// Removes the days that ended more than `days` days before `now`
    /// (microseconds since 1970). Rows without a time stay.
    ///
    /// # Errors
    /// When a folder cannot be removed.
    pub fn retain(&self, days: u32, now: i64) -> Result<Retained, HuntError> {
        let oldest = now.saturating_sub(i64::from(days) * layout::DAY);
        let mut done = Retained::default();
        for (_, table) in layout::children(&self.root, "table=") {
            for (name, day) in layout::children(&table, "day=") {
                let ended =
                    layout::day_start(&name).is_some_and(|start| start + layout::DAY <= oldest);
                if ended {
                    fs::remove_dir_all(&day).map_err(|error| HuntError::data(&day, error))?;
                    done.removed += 1;
                } else {
                    done.kept += 1;
                }
            }
        }
        Ok(done)
    }
}

fn merge(folder: &Path, files: &[PathBuf], schema: &SchemaRef) -> Result<usize, HuntError> {
    let mut made = 0;
    let mut held: Vec<RecordBatch> = Vec::new();
    let mut rows = 0;
    let mut flush = |held: &mut Vec<RecordBatch>| -> Result<(), HuntError> {
        let batch =
            concat_batches(schema, held.iter()).map_err(|error| HuntError::data(folder, error))?;
        write::write_file(folder, &batch)?;
        made += 1;
        held.clear();
        Ok(())
    };
    for path in files {
        let fail = |error: String| HuntError::data(path, error);
        let file = File::open(path).map_err(|error| fail(error.to_string()))?;
        let reader = ParquetRecordBatchReaderBuilder::try_new(file)
            .and_then(|builder| builder.build())
            .map_err(|error| fail(error.to_string()))?;
        for batch in reader {
            let batch = evolved(&batch.map_err(|error| fail(error.to_string()))?, schema)
                .map_err(|error| fail(error.to_string()))?;
            if rows + batch.num_rows() > LARGEST && rows > 0 {
                flush(&mut held)?;
                rows = 0;
            }
            rows += batch.num_rows();
            held.push(batch);
        }
    }
    if rows > 0 {
        flush(&mut held)?;
    }
    for path in files {
        fs::remove_file(path).map_err(|error| HuntError::data(path, error))?;
    }
    Ok(made)
}

/// The batch under a newer schema: absent columns are null.
fn evolved(
    batch: &RecordBatch,
    schema: &SchemaRef,
) -> Result<RecordBatch, datafusion::arrow::error::ArrowError> {
    let columns = schema
        .fields()
        .iter()
        .map(|field| match batch.column_by_name(field.name()) {
            Some(column) => cast(column, field.data_type()),
            None => Ok(new_null_array(field.data_type(), batch.num_rows())),
        })
        .collect::<Result<Vec<_>, _>>()?;
    RecordBatch::try_new(Arc::clone(schema), columns)
}
