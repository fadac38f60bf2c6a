//! Rows into Parquet files.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use datafusion::{
    arrow::{
        array::{
            ArrayRef, BooleanArray, DurationMicrosecondArray, Float64Array, Int64Array,
            RecordBatch, StringArray, TimestampMicrosecondArray,
        },
        datatypes::{DataType, Field, Schema},
    },
    parquet::{
        arrow::ArrowWriter,
        basic::Compression,
        file::properties::{EnabledStatistics, WriterProperties},
        schema::types::ColumnPath,
    },
};

use super::{Lake, layout};
use crate::{
    error::HuntError,
    schema::{Schemas, TableSchema},
    value::{ScalarType, Value},
};

/// Rows held over all partitions before the largest is written.
const HELD: usize = 200_000;
/// Rows held of one partition before it is written.
pub(super) const PART: usize = 65_536;
/// Columns of one table; a row that brings more is refused.
const COLUMNS: usize = 2_000;

/// Appends rows to a lake.
///
/// Nothing is visible to hunts before [`LakeWriter::flush`] or
/// [`LakeWriter::finish`], or before enough rows have come for a file.
#[derive(Debug)]
pub struct LakeWriter {
    lake: Lake,
    schemas: Schemas,
    columns: BTreeMap<String, Columns>,
    parts: BTreeMap<(String, String, String), Vec<Vec<Value>>>,
    held: usize,
    written: u64,
}

/// The columns of a table, in the order they were met.
#[derive(Debug, Default)]
pub(super) struct Columns {
    names: BTreeMap<String, usize>,
    types: Vec<(String, ScalarType)>,
    changed: bool,
}

impl LakeWriter {
    /// A writer to the lake at `path`, made if it is not there. Types of
    /// documented columns come from `schemas`, of others from their first
    /// value.
    ///
    /// # Errors
    /// When the folder cannot be made.
    pub fn create(path: &Path, schemas: Schemas) -> Result<Self, HuntError> {
        Ok(Self {
            lake: Lake::create(path)?,
            schemas,
            columns: BTreeMap::new(),
            parts: BTreeMap::new(),
            held: 0,
            written: 0,
        })
    }

    /// Takes one row. Values that do not fit their column's type are
    /// converted where that loses nothing, and else dropped.
    ///
    /// # Errors
    /// When the table's name cannot be one, a row brings too many columns, or
    /// a full part cannot be written.
    pub fn write<'a>(
        &mut self,
        table: &str,
        row: impl IntoIterator<Item = (&'a str, Value)>,
    ) -> Result<(), HuntError> {
        let folder = layout::table_folder(&self.lake.root, table).ok_or_else(|| {
            HuntError::data(
                &self.lake.root,
                format!("`{table}` cannot be a table's name"),
            )
        })?;
        if !self.columns.contains_key(table) {
            self.columns
                .insert(table.to_owned(), Columns::load(&folder)?);
        }
        let Some(columns) = self.columns.get_mut(table) else {
            return Ok(());
        };
        let schema = self.schemas.get(table);
        let mut cells = Vec::with_capacity(columns.types.len());
        for (name, value) in row {
            let Some(found) = kind(&value) else { continue };
            let documented = schema
                .and_then(|schema| schema.column(name))
                .map(|column| column.scalar);
            let index = columns.index(name, documented.unwrap_or(found));
            if index >= COLUMNS {
                return Err(HuntError::data(
                    &folder,
                    format!("more than {COLUMNS} columns"),
                ));
            }
            if cells.len() <= index {
                cells.resize(index + 1, Value::Null);
            }
            if let (Some(cell), Some((_, scalar))) =
                (cells.get_mut(index), columns.types.get(index))
            {
                *cell = fit(value, *scalar);
            }
        }
        let at = |names: &[&str]| {
            names.iter().find_map(|name| {
                cells
                    .get(*columns.names.get(*name)?)
                    .filter(|cell| **cell != Value::Null)
            })
        };
        let day = match at(&layout::TIME_COLUMNS) {
            Some(Value::Datetime(time)) => layout::day(*time),
            _ => layout::NO_DAY.to_owned(),
        };
        let device = match at(&layout::DEVICE_COLUMNS) {
            Some(Value::Text(name)) if !name.is_empty() => layout::device(name),
            _ => "unknown".to_owned(),
        };
        let key = (table.to_owned(), day, device);
        let part = self.parts.entry(key.clone()).or_default();
        part.push(cells);
        self.held += 1;
        if part.len() >= PART {
            self.write_part(&key)?;
        } else if self.held >= HELD {
            let largest = self
                .parts
                .iter()
                .max_by_key(|(_, rows)| rows.len())
                .map(|(key, _)| key.clone());
            if let Some(key) = largest {
                self.write_part(&key)?;
            }
        }
        Ok(())
    }

    /// Writes everything that is held.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub fn flush(&mut self) -> Result<(), HuntError> {
        while let Some(key) = self.parts.keys().next().cloned() {
            self.write_part(&key)?;
        }
        for (table, columns) in &mut self.columns {
            if let Some(folder) = layout::table_folder(&self.lake.root, table) {
                columns.save(&folder)?;
            }
        }
        Ok(())
    }

    /// Writes what is held, and says how many rows were written in all.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub fn finish(mut self) -> Result<u64, HuntError> {
        self.flush()?;
        Ok(self.written)
    }

    fn write_part(&mut self, key: &(String, String, String)) -> Result<(), HuntError> {
        let Some(rows) = self.parts.remove(key) else {
            return Ok(());
        };
        self.held -= rows.len();
        self.written += rows.len() as u64;
        let (table, day, device) = key;
        let Some(columns) = self.columns.get_mut(table) else {
            return Ok(());
        };
        let Some(folder) = layout::table_folder(&self.lake.root, table) else {
            return Ok(());
        };
        columns.save(&folder)?;
        let folder = folder
            .join(format!("day={day}"))
            .join(format!("device={device}"));
        fs::create_dir_all(&folder).map_err(|error| HuntError::data(&folder, error))?;
        let batch = batch(columns, rows)?;
        write_file(&folder, &batch)?;
        Ok(())
    }
}

impl Columns {
    /// Those recorded in a table's folder.
    pub(super) fn load(folder: &Path) -> Result<Self, HuntError> {
        let path = folder.join(layout::COLUMNS);
        if !path.is_file() {
            return Ok(Self::default());
        }
        let bytes = fs::read(&path).map_err(|error| HuntError::data(&path, error))?;
        Self::parse(&bytes).map_err(|error| HuntError::data(&path, error))
    }

    /// Those that the text of such a record lists.
    pub(super) fn parse(text: &[u8]) -> serde_json::Result<Self> {
        let list: Vec<(String, ScalarType)> = serde_json::from_slice(text)?;
        let mut columns = Self::default();
        for (name, scalar) in list {
            columns.index(&name, scalar);
        }
        columns.changed = false;
        Ok(columns)
    }

    /// Names and types.
    pub(super) fn types(&self) -> &[(String, ScalarType)] {
        &self.types
    }

    /// Those of a schema.
    pub(super) fn of(schema: &TableSchema) -> Self {
        let mut columns = Self::default();
        for column in &schema.columns {
            columns.index(&column.name, column.scalar);
        }
        columns
    }

    /// A row's cells in these columns; others are left out.
    pub(super) fn documented<'a>(
        &self,
        row: impl IntoIterator<Item = (&'a str, Value)>,
    ) -> Vec<Value> {
        let mut cells = vec![Value::Null; self.types.len()];
        for (name, value) in row {
            let Some(index) = self.names.get(name) else {
                continue;
            };
            if let (Some(cell), Some((_, scalar))) = (cells.get_mut(*index), self.types.get(*index))
            {
                *cell = fit(value, *scalar);
            }
        }
        cells
    }

    fn index(&mut self, name: &str, scalar: ScalarType) -> usize {
        if let Some(index) = self.names.get(name) {
            return *index;
        }
        self.types.push((name.to_owned(), scalar));
        self.names.insert(name.to_owned(), self.types.len() - 1);
        self.changed = true;
        self.types.len() - 1
    }

    fn save(&mut self, folder: &Path) -> Result<(), HuntError> {
        if self.changed {
            let path = folder.join(layout::COLUMNS);
            let fail = |error: std::io::Error| HuntError::data(&path, error);
            fs::create_dir_all(folder).map_err(fail)?;
            let text =
                serde_json::to_vec(&self.types).map_err(|error| HuntError::data(&path, error))?;
            let new = folder.join("columns.json.new");
            fs::write(&new, text).map_err(fail)?;
            fs::rename(&new, &path).map_err(fail)?;
            self.changed = false;
        }
        Ok(())
    }
}

/// The Arrow fields of a table, dynamic ones marked.
pub(super) fn fields(types: &[(String, ScalarType)]) -> Vec<Field> {
    types
        .iter()
        .map(|(name, scalar)| {
            let mark = [("lazaret.type".to_owned(), scalar.name().to_owned())];
            // Plain texts, which every reader of Parquet knows.
            let stored = match scalar.arrow() {
                DataType::Utf8View => DataType::Utf8,
                other => other,
            };
            Field::new(name, stored, true).with_metadata(mark.into())
        })
        .collect()
}

fn kind(value: &Value) -> Option<ScalarType> {
    Some(match value {
        Value::Null => return None,
        Value::Bool(_) => ScalarType::Bool,
        Value::Long(_) => ScalarType::Long,
        Value::Real(_) => ScalarType::Real,
        Value::Text(_) => ScalarType::String,
        Value::Datetime(_) => ScalarType::Datetime,
        Value::Timespan(_) => ScalarType::Timespan,
        Value::Dynamic(_) => ScalarType::Dynamic,
    })
}

fn fit(value: Value, scalar: ScalarType) -> Value {
    match (value, scalar) {
        (Value::Text(text), ScalarType::Long) => {
            text.trim().parse().map_or(Value::Null, Value::Long)
        }
        (Value::Text(text), ScalarType::Real) => {
            text.trim().parse().map_or(Value::Null, Value::Real)
        }
        (Value::Text(text), ScalarType::Bool) => match text.trim() {
            "1" => Value::Bool(true),
            "0" => Value::Bool(false),
            text => text
                .to_ascii_lowercase()
                .parse()
                .map_or(Value::Null, Value::Bool),
        },
        (Value::Text(text), ScalarType::Datetime) => {
            crate::functions::time::parse_datetime(&text).map_or(Value::Null, Value::Datetime)
        }
        (Value::Text(text), ScalarType::Dynamic) => {
            match serde_json::from_str::<serde_json::Value>(&text) {
                Ok(_) => Value::Dynamic(text),
                Err(_) => Value::Dynamic(serde_json::Value::String(text).to_string()),
            }
        }
        (Value::Long(number), ScalarType::Real) => Value::Real(number as f64),
        (Value::Bool(truth), ScalarType::Long) => Value::Long(i64::from(truth)),
        (Value::Long(number), ScalarType::Bool) => Value::Bool(number != 0),
        (Value::Dynamic(text), ScalarType::String) => Value::Text(text),
        (Value::Bool(truth), ScalarType::String | ScalarType::Dynamic) => {
            text_of(truth.to_string(), scalar)
        }
        (Value::Long(number), ScalarType::String | ScalarType::Dynamic) => {
            text_of(number.to_string(), scalar)
        }
        (Value::Real(number), ScalarType::String | ScalarType::Dynamic) => {
            text_of(number.to_string(), scalar)
        }
        (Value::Datetime(time), ScalarType::String) => {
            Value::Text(crate::functions::time::format_datetime(time))
        }
        (value, scalar) if kind(&value) == Some(scalar) => value,
        _ => Value::Null,
    }
}

fn text_of(text: String, scalar: ScalarType) -> Value {
    if scalar == ScalarType::Dynamic {
        Value::Dynamic(text)
    } else {
        Value::Text(text)
    }
}

/// Rows, by time, as one batch.
pub(super) fn batch(
    columns: &Columns,
    mut rows: Vec<Vec<Value>>,
) -> Result<RecordBatch, HuntError> {
    let time = layout::TIME_COLUMNS
        .iter()
        .find_map(|name| columns.names.get(*name))
        .copied();
    if let Some(time) = time {
        rows.sort_by_key(|row| match row.get(time) {
            Some(Value::Datetime(time)) => *time,
            _ => i64::MIN,
        });
    }
    let arrays = columns
        .types
        .iter()
        .enumerate()
        .map(|(index, (_, scalar))| array(&mut rows, index, *scalar));
    let schema = Arc::new(Schema::new(fields(&columns.types)));
    RecordBatch::try_new(schema, arrays.collect())
        .map_err(|error| HuntError::Engine(error.to_string()))
}

fn array(rows: &mut [Vec<Value>], index: usize, scalar: ScalarType) -> ArrayRef {
    let mut cells = rows
        .iter_mut()
        .map(|row| row.get_mut(index).map(std::mem::take).unwrap_or_default());
    macro_rules! collect {
        ($array:ty, $($form:ident),+) => {
            Arc::new(cells.by_ref().map(|cell| match cell {
                $(Value::$form(value) => Some(value),)+
                _ => None,
            }).collect::<$array>())
        };
    }
    match scalar {
        ScalarType::Bool => collect!(BooleanArray, Bool),
        ScalarType::Long => collect!(Int64Array, Long),
        ScalarType::Real => collect!(Float64Array, Real),
        ScalarType::String | ScalarType::Dynamic => collect!(StringArray, Text, Dynamic),
        ScalarType::Datetime => collect!(TimestampMicrosecondArray, Datetime),
        ScalarType::Timespan => collect!(DurationMicrosecondArray, Timespan),
    }
}

/// Columns that hunts look single values up in.
fn looked_up(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    [
        "sha256",
        "sha1",
        "md5",
        "remoteip",
        "remoteurl",
        "filename",
        "accountname",
        "domain",
        "ipaddress",
        "messageid",
    ]
    .iter()
    .any(|part| name.contains(part))
}

/// Bytes of a page before compression, about: what is decompressed for one row
/// that a hunt wants, and small enough that the allocator has it at hand again.
const PAGE: usize = 64 << 10;

/// How files are written: statistics for pages, bloom filters for columns that
/// single values are looked up in.
pub(super) fn properties(schema: &Schema) -> WriterProperties {
    let mut properties = WriterProperties::builder()
        .set_compression(Compression::LZ4_RAW)
        .set_statistics_enabled(EnabledStatistics::Page)
        .set_data_page_size_limit(PAGE)
        .set_max_row_group_row_count(Some(PART));
    for field in schema.fields() {
        if looked_up(field.name()) && *field.data_type() == DataType::Utf8 {
            let column = ColumnPath::from(vec![field.name().clone()]);
            properties = properties.set_column_bloom_filter_enabled(column, true);
        }
    }
    properties.build()
}

/// Writes a batch as one new file of `folder`; it appears whole or not at all.
pub(super) fn write_file(folder: &Path, batch: &RecordBatch) -> Result<PathBuf, HuntError> {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let stamp = jiff::Timestamp::now().as_microsecond();
    let name = format!(
        "part-{stamp:016x}-{:08x}-{:04x}",
        std::process::id(),
        NEXT.fetch_add(1, Ordering::Relaxed)
    );
    let path = folder.join(format!("{name}.parquet"));
    let new = folder.join(format!(".{name}.new"));
    let properties = properties(&batch.schema());
    let write = || -> Result<(), Box<dyn std::error::Error>> {
        let mut writer =
            ArrowWriter::try_new(File::create(&new)?, batch.schema(), Some(properties))?;
        writer.write(batch)?;
        writer.close()?;
        fs::rename(&new, &path)?;
        Ok(())
    };
    write().map_err(|error| HuntError::data(&path, error))?;
    Ok(path)
}
