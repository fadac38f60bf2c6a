//! A user's own file as a table.

use std::{fs::File, path::Path, sync::Arc};

use datafusion::{
    arrow::{
        csv,
        datatypes::{Schema, SchemaRef},
        json,
    },
    datasource::{
        TableProvider,
        file_format::{FileFormat, csv::CsvFormat, json::JsonFormat, parquet::ParquetFormat},
        listing::{ListingOptions, ListingTable, ListingTableConfig, ListingTableUrl},
    },
    parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder,
};

use crate::error::HuntError;

/// Lines read to learn the types of a text file.
const SAMPLE: usize = 10_000;

/// The table of a `.parquet`, `.csv`, `.jsonl`, `.ndjson` or `.json` (lines)
/// file.
///
/// # Errors
/// When the file cannot be read, or is of none of these kinds.
pub fn open(path: &Path) -> Result<Arc<dyn TableProvider>, HuntError> {
    let ending = path
        .extension()
        .and_then(|ending| ending.to_str())
        .unwrap_or("")
        .to_ascii_lowercase();
    let fail = |message: String| HuntError::data(path, message);
    let file = File::open(path).map_err(|error| fail(error.to_string()))?;
    let (format, schema): (Arc<dyn FileFormat>, SchemaRef) = match ending.as_str() {
        "parquet" => {
            let reader = ParquetRecordBatchReaderBuilder::try_new(file)
                .map_err(|error| fail(error.to_string()))?;
            (
                Arc::new(ParquetFormat::default()),
                Arc::clone(reader.schema()),
            )
        }
        "csv" => {
            let format = csv::reader::Format::default().with_header(true);
            let (schema, _) = format
                .infer_schema(file, Some(SAMPLE))
                .map_err(|error| fail(error.to_string()))?;
            (
                Arc::new(CsvFormat::default().with_has_header(true)),
                Arc::new(schema),
            )
        }
        "jsonl" | "ndjson" | "json" => {
            let reader = std::io::BufReader::new(file);
            let (schema, _) =
                json::reader::infer_json_schema(reader, Some(SAMPLE)).map_err(|error| {
                    fail(format!(
                        "{error}; the file must hold one JSON object a line"
                    ))
                })?;
            (Arc::new(JsonFormat::default()), Arc::new(schema))
        }
        _ => {
            return Err(fail(
                "tables are .parquet, .csv, .jsonl or .ndjson files".to_owned(),
            ));
        }
    };
    let schema = Schema::new(schema.fields().clone());
    let full = path
        .canonicalize()
        .map_err(|error| fail(error.to_string()))?;
    let url =
        ListingTableUrl::parse(full.to_string_lossy()).map_err(|error| fail(error.to_string()))?;
    let options = ListingOptions::new(format).with_file_extension(format!(".{ending}"));
    let config = ListingTableConfig::new(url)
        .with_listing_options(options)
        .with_schema(Arc::new(schema));
    Ok(Arc::new(
        ListingTable::try_new(config).map_err(|error| fail(error.to_string()))?,
    ))
}
