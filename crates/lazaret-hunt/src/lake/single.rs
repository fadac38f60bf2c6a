//! One table as one Parquet file.

use std::{fmt, io::Write, sync::Arc};

use datafusion::{arrow::datatypes::Schema, parquet::arrow::ArrowWriter};

use super::write::{Columns, PART, batch, fields, properties};
use crate::{error::HuntError, schema::TableSchema, value::Value};

/// Writes rows of one table to a stream, with the columns of its schema.
pub struct TableWriter<W: Write + Send> {
    columns: Columns,
    rows: Vec<Vec<Value>>,
    out: ArrowWriter<W>,
}

impl<W: Write + Send> fmt::Debug for TableWriter<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TableWriter").finish_non_exhaustive()
    }
}

fn failed(error: impl fmt::Display) -> HuntError {
    HuntError::Engine(format!("Parquet cannot be written: {error}"))
}

impl<W: Write + Send> TableWriter<W> {
    /// Begins a file.
    ///
    /// # Errors
    /// When the stream cannot be written.
    pub fn create(out: W, schema: &TableSchema) -> Result<Self, HuntError> {
        let columns = Columns::of(schema);
        let arrow = Arc::new(Schema::new(fields(columns.types())));
        let properties = properties(&arrow);
        let out = ArrowWriter::try_new(out, arrow, Some(properties)).map_err(failed)?;
        Ok(Self {
            columns,
            rows: Vec::new(),
            out,
        })
    }

    /// Takes one row; columns that the schema has not are left out.
    ///
    /// # Errors
    /// When the stream cannot be written.
    pub fn write<'a>(
        &mut self,
        row: impl IntoIterator<Item = (&'a str, Value)>,
    ) -> Result<(), HuntError> {
        self.rows.push(self.columns.documented(row));
        if self.rows.len() >= PART {
            self.flush()?;
        }
        Ok(())
    }

    fn flush(&mut self) -> Result<(), HuntError> {
        let rows = std::mem::take(&mut self.rows);
        self.out
            .write(&batch(&self.columns, rows)?)
            .map_err(failed)?;
        self.out.flush().map_err(failed)
    }

    /// Writes what is held, and the file's end.
    ///
    /// # Errors
    /// When the stream cannot be written.
    pub fn finish(mut self) -> Result<(), HuntError> {
        self.flush()?;
        self.out.close().map_err(failed)?;
        Ok(())
    }
}
