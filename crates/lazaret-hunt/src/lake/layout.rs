//! Names of folders and files.

use std::{
    fs,
    path::{Path, PathBuf},
};

use datafusion::object_store::path::Path as Object;
use url::Url;

/// The columns that can hold a row's time, by preference.
pub const TIME_COLUMNS: [&str; 3] = ["Timestamp", "TimeGenerated", "_time"];

/// The columns that can hold a row's device, by preference.
pub(super) const DEVICE_COLUMNS: [&str; 4] = ["DeviceName", "Computer", "host", "DeviceId"];

/// The day of rows whose time is not known.
pub(super) const NO_DAY: &str = "unknown";

/// The file of a table that lists its columns.
pub(super) const COLUMNS: &str = "columns.json";

/// Requests to a store that wait for an answer at a time.
pub(super) const AT_ONCE: usize = 8;

/// Microseconds in a day.
pub(super) const DAY: i64 = 86_400_000_000;

/// Folders `<prefix><value>` in `folder`.
pub(super) fn children(
    folder: &Path,
    prefix: &'static str,
) -> impl Iterator<Item = (String, PathBuf)> + use<> {
    fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(move |entry| {
            let name = entry.file_name().into_string().ok()?;
            let value = name.strip_prefix(prefix)?.to_owned();
            entry
                .file_type()
                .ok()?
                .is_dir()
                .then(|| (value, entry.path()))
        })
}

/// The Parquet files directly in `folder`, in order.
pub(super) fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "parquet"))
        .collect();
    files.sort();
    files
}

/// The folder of a table; `None` when the name cannot be one.
pub(super) fn table_folder(root: &Path, name: &str) -> Option<PathBuf> {
    let plain = !name.is_empty()
        && name.len() <= 128
        && name
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'));
    plain.then(|| root.join(table_name(name)))
}

/// The name of a table's folder.
pub(super) fn table_name(table: &str) -> String {
    format!("table={table}")
}

/// An object's address within the store that `url` is of.
pub(super) fn address(url: &Url, place: &Object) -> Url {
    let mut url = url.clone();
    if let Ok(mut parts) = url.path_segments_mut() {
        parts.clear();
        parts.extend(place.parts().map(|part| part.as_ref().to_owned()));
    }
    url
}

/// The table that a folder of that name is of.
pub(super) fn name_of_table(folder: &str) -> Option<&str> {
    folder.strip_prefix("table=")
}

/// `YYYY-MM-DD` of microseconds since 1970.
pub(super) fn day(micros: i64) -> String {
    match jiff::Timestamp::from_microsecond(micros) {
        Ok(time) => time.strftime("%Y-%m-%d").to_string(),
        Err(_) => NO_DAY.to_owned(),
    }
}

/// The first microsecond of a day's folder name; `None` for the unknown day.
pub(super) fn day_start(name: &str) -> Option<i64> {
    let date: jiff::civil::Date = name.parse().ok()?;
    let zoned = date.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
    Some(zoned.timestamp().as_microsecond())
}

/// A device's name as a folder name: lower case, plain characters, short.
pub(super) fn device(name: &str) -> String {
    let mut folder: String = name
        .to_lowercase()
        .chars()
        .take(64)
        .map(|c| {
            if c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.') {
                c
            } else {
                '-'
            }
        })
        .collect();
    if folder.chars().all(|c| c == '.') {
        folder = "unknown".to_owned();
    }
    folder
}
