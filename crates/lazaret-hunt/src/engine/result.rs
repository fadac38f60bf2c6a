//! What a hunt found, and how it is written out.

use std::{fmt::Write as _, io, sync::Arc, time::Duration};

use comfy_table::{ContentArrangement, Table, presets};
use datafusion::arrow::{
    array::{ArrayRef, RecordBatch, RecordBatchOptions},
    datatypes::{Field, Schema},
};

use super::PlannedColumn;
use crate::{
    error::Diagnostic,
    functions::cell::{Cell, Reader, normal},
    value::ScalarType,
};

/// How the rows of a result are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// Columns for the eye.
    #[default]
    Table,
    /// One JSON array of objects.
    Json,
    /// One JSON object a line.
    JsonLines,
    /// Comma-separated, with a header; cells that a spreadsheet would run as
    /// formulas are quoted with an apostrophe.
    Csv,
}

/// What a hunt cost.
#[derive(Clone, Copy, Debug, Default)]
pub struct Stats {
    /// Rows of the result.
    pub rows: usize,
    /// From text to plan, sub-hunts included.
    pub planning: Duration,
    /// From plan to the last row.
    pub running: Duration,
}

/// What a hunt found.
#[derive(Clone, Debug)]
pub struct HuntResult {
    /// Names and types.
    pub columns: Vec<PlannedColumn>,
    /// The rows.
    pub batches: Vec<RecordBatch>,
    /// What to know before trusting them.
    pub warnings: Vec<Diagnostic>,
    /// The chart asked for, if any.
    pub chart: Option<String>,
    /// What it cost.
    pub stats: Stats,
}

/// A batch with its columns as the engine stores values of their types:
/// DataFusion's own functions give texts in other layouts too.
pub(super) fn stored(columns: &[PlannedColumn], batch: RecordBatch) -> RecordBatch {
    let arrays: Vec<ArrayRef> = columns
        .iter()
        .zip(batch.columns())
        .map(|(column, array)| normal(array, column.scalar))
        .collect();
    let named = columns.iter().zip(&arrays);
    let fields =
        named.map(|(column, array)| Field::new(&column.name, array.data_type().clone(), true));
    let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
    let rows = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
    RecordBatch::try_new_with_options(schema, arrays, &rows).unwrap_or(batch)
}

impl HuntResult {
    /// How many rows.
    pub fn len(&self) -> usize {
        self.batches.iter().map(RecordBatch::num_rows).sum()
    }

    /// Whether nothing was found.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The rows as JSON values, column by column.
    pub fn rows(&self) -> Vec<Vec<serde_json::Value>> {
        let mut rows = Vec::with_capacity(self.len());
        for batch in &self.batches {
            let readers: Vec<(Reader<'_>, ScalarType)> = self
                .columns
                .iter()
                .zip(batch.columns())
                .map(|(column, array)| (Reader::new(array, column.scalar), column.scalar))
                .collect();
            for row in 0..batch.num_rows() {
                rows.push(
                    readers
                        .iter()
                        .map(|(reader, scalar)| shown(reader.get(row), *scalar))
                        .collect(),
                );
            }
        }
        rows
    }

    /// Writes the rows to `out`.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write(&self, format: Format, out: &mut dyn io::Write) -> io::Result<()> {
        match format {
            Format::Table => writeln!(out, "{}", self.table()),
            Format::Csv => out.write_all(self.csv().as_bytes()),
            Format::JsonLines => {
                for row in self.rows() {
                    writeln!(out, "{}", self.object(row))?;
                }
                Ok(())
            }
            Format::Json => {
                let rows = self
                    .rows()
                    .into_iter()
                    .map(|row| self.object(row))
                    .collect();
                writeln!(out, "{:#}", serde_json::Value::Array(rows))
            }
        }
    }

    fn object(&self, row: Vec<serde_json::Value>) -> serde_json::Value {
        self.columns
            .iter()
            .map(|column| column.name.clone())
            .zip(row)
            .collect()
    }

    fn table(&self) -> Table {
        let mut table = Table::new();
        table.load_style(presets::UTF8_HORIZONTAL_ONLY);
        table.set_content_arrangement(ContentArrangement::Dynamic);
        table.set_header(self.columns.iter().map(|column| column.name.as_str()));
        for row in self.rows() {
            table.add_row(row.iter().map(|value| printable(&text(value))));
        }
        table
    }

    fn csv(&self) -> String {
        let mut out = String::new();
        let line = |out: &mut String, cells: &mut dyn Iterator<Item = String>| {
            for (index, cell) in cells.enumerate() {
                let _ = write!(out, "{}{}", if index > 0 { "," } else { "" }, quoted(&cell));
            }
            out.push('\n');
        };
        line(
            &mut out,
            &mut self.columns.iter().map(|column| column.name.clone()),
        );
        for row in self.rows() {
            line(&mut out, &mut row.iter().map(text));
        }
        out
    }
}

fn shown(cell: Cell<'_>, scalar: ScalarType) -> serde_json::Value {
    match cell {
        Cell::Null if scalar == ScalarType::String => serde_json::Value::String(String::new()),
        Cell::Datetime(_) | Cell::Timespan(_) => {
            serde_json::Value::String(cell.text().into_owned())
        }
        cell => cell.into_json(),
    }
}

fn text(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::Null => String::new(),
        serde_json::Value::String(text) => text.clone(),
        value => value.to_string(),
    }
}

/// Telemetry is hostile: control characters never reach the terminal.
fn printable(text: &str) -> String {
    text.chars()
        .map(|c| {
            if c.is_control() && c != '\n' && c != '\t' {
                char::REPLACEMENT_CHARACTER
            } else {
                c
            }
        })
        .collect()
}

fn quoted(cell: &str) -> String {
    let formula = cell.starts_with(['=', '+', '@', '\t', '\r'])
        || (cell.starts_with('-') && cell.parse::<f64>().is_err());
    let cell = if formula {
        format!("'{cell}")
    } else {
        cell.to_owned()
    };
    if cell.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell
    }
}
