//! The lake: Parquet files by table, day and device.
//!
//! ```text
//! <lake>/table=<table>/columns.json                      names and types seen
//! <lake>/table=<table>/day=<YYYY-MM-DD>/device=<name>/part-<id>.parquet
//! ```
//!
//! Files carry statistics and bloom filters; a hunt opens only those of the
//! days and devices it asks for. Columns may come and go between files: what
//! a file lacks is null.

mod bucket;
pub mod file;
mod layout;
mod maintain;
mod single;
mod table;
mod write;

use std::{
    any::Any,
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use datafusion::{arrow::datatypes::SchemaRef, datasource::TableProvider};
use url::Url;

pub use bucket::{Bucket, Shipment};
pub use layout::TIME_COLUMNS;
pub use maintain::{Compacted, Retained};
pub use single::TableWriter;
pub use write::LakeWriter;

use crate::error::HuntError;

/// Where a lake's table is, for another machine that has the same folder at the
/// same place; `None` for a table that is none of a lake.
///
/// # Errors
/// When the folder's name is not text.
pub fn place(table: &dyn TableProvider) -> Result<Option<String>, HuntError> {
    let Some(found) = (table as &dyn Any).downcast_ref::<table::LakeTable>() else {
        return Ok(None);
    };
    let Some(folder) = found.folder() else {
        return Err(HuntError::Engine(
            "a cluster reads lakes in folders only, not in buckets".to_owned(),
        ));
    };
    match folder.to_str() {
        Some(text) => Ok(Some(text.to_owned())),
        None => Err(HuntError::data(&folder, "its name is not Unicode")),
    }
}

/// The table at a [`place`] whose schema is known.
///
/// # Errors
/// When there is no such folder.
pub fn at(place: &str, schema: SchemaRef) -> Result<Arc<dyn TableProvider>, HuntError> {
    let folder = PathBuf::from(place);
    if !folder.is_dir() {
        return Err(HuntError::data(
            &folder,
            "this machine of the cluster has not the lake; all need it at the same place",
        ));
    }
    Ok(Arc::new(table::LakeTable::told(url(&folder)?, schema)))
}

/// The address of a folder of this machine.
fn url(folder: &Path) -> Result<Url, HuntError> {
    let whole = std::path::absolute(folder).map_err(|error| HuntError::data(folder, error))?;
    Url::from_directory_path(whole)
        .map_err(|()| HuntError::data(folder, "its name cannot be an address"))
}

/// The tables of a lake, wherever it is.
#[derive(Clone, Debug)]
pub(crate) enum Tables {
    /// In a folder of this machine.
    Folder(Lake),
    /// In a bucket, as it was when it was opened.
    Bucket(BTreeMap<String, Arc<table::LakeTable>>),
}

impl Tables {
    /// Their names.
    pub(crate) fn names(&self) -> Vec<String> {
        match self {
            Self::Folder(lake) => lake.tables(),
            Self::Bucket(tables) => tables.keys().cloned().collect(),
        }
    }

    /// Whether there is one of that name.
    pub(crate) fn has(&self, name: &str) -> bool {
        match self {
            Self::Folder(lake) => lake.has(name),
            Self::Bucket(tables) => tables.contains_key(name),
        }
    }

    /// The table of that name.
    pub(crate) fn open(&self, name: &str) -> Result<Option<Arc<dyn TableProvider>>, HuntError> {
        Ok(match self {
            Self::Folder(lake) => lake.open(name)?,
            Self::Bucket(tables) => tables.get(name).map(|table| Arc::clone(table) as _),
        })
    }
}

/// A folder of tables.
#[derive(Clone, Debug)]
pub struct Lake {
    root: PathBuf,
}

impl Lake {
    /// The lake at `path`, made if it is not there.
    ///
    /// # Errors
    /// When the folder cannot be made.
    pub fn create(path: &Path) -> Result<Self, HuntError> {
        fs::create_dir_all(path).map_err(|error| HuntError::data(path, error))?;
        Ok(Self {
            root: path.to_owned(),
        })
    }

    /// The lake at `path`.
    ///
    /// # Errors
    /// When there is no such folder.
    pub fn open_existing(path: &Path) -> Result<Self, HuntError> {
        if !path.is_dir() {
            return Err(HuntError::data(
                path,
                "there is no lake here; make one with `lazaret ingest`",
            ));
        }
        Ok(Self {
            root: path.to_owned(),
        })
    }

    /// The names of its tables.
    pub fn tables(&self) -> Vec<String> {
        let mut names: Vec<String> = layout::children(&self.root, "table=")
            .map(|(name, _)| name)
            .collect();
        names.sort();
        names
    }

    /// Whether it has a table of that name.
    pub fn has(&self, name: &str) -> bool {
        layout::table_folder(&self.root, name).is_some_and(|folder| folder.is_dir())
    }

    /// A table, if it has it.
    ///
    /// # Errors
    /// When its column list or a file cannot be read.
    pub fn open(&self, name: &str) -> Result<Option<Arc<dyn TableProvider>>, HuntError> {
        match layout::table_folder(&self.root, name) {
            Some(folder) if folder.is_dir() => {
                let columns = write::Columns::load(&folder)?;
                Ok(Some(Arc::new(table::LakeTable::new(
                    url(&folder)?,
                    &columns,
                ))))
            }
            _ => Ok(None),
        }
    }
}
