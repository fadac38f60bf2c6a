//! A lake in an object store: Amazon S3 and what speaks its language, Google
//! Cloud Storage, Azure. Its objects are named as a lake's files are.

use std::{
    collections::BTreeMap,
    fmt::Display,
    fs,
    path::{Path as FilePath, PathBuf},
    sync::Arc,
};

use datafusion::{
    execution::object_store::ObjectStoreUrl,
    object_store::{
        self, ObjectStore, ObjectStoreExt as _, PutMode, PutOptions, PutPayload, UpdateVersion,
        path::Path,
    },
};
use futures::{StreamExt as _, TryStreamExt as _};
use tokio::runtime::Runtime;
use url::Url;

use super::{layout, table::LakeTable, write::Columns};
use crate::error::HuntError;

/// What a session calls the store of its bucket: it has one at most.
const STORE: &str = "lake://bucket";

/// Bytes of a table's list of columns.
const LIST: u64 = 16 << 20;

/// A lake in an object store.
#[derive(Clone, Debug)]
pub struct Bucket {
    /// Its address, as the user wrote it.
    name: String,
    store: Arc<dyn ObjectStore>,
    root: Path,
}

/// The columns of a table, and which state of their list that is.
#[derive(Debug)]
struct Listed {
    text: Vec<u8>,
    version: UpdateVersion,
}

impl Bucket {
    /// The address that a path is, if it is one: `s3://bucket/lake`.
    pub fn address(path: &FilePath) -> Option<&str> {
        path.to_str().filter(|text| text.contains("://"))
    }

    /// The lake at an address (`s3://`, `gs://`, `az://`, `abfss://`). Keys and
    /// endpoints come from the environment variables that each cloud's own tools
    /// read (`AWS_ACCESS_KEY_ID`, `AWS_ENDPOINT_URL`, `GOOGLE_SERVICE_ACCOUNT`,
    /// `AZURE_STORAGE_ACCOUNT_NAME`, …).
    ///
    /// # Errors
    /// When it is no address, or this build speaks no cloud.
    pub fn open(address: &str) -> Result<Self, HuntError> {
        let failed = |error: &dyn Display| HuntError::data(FilePath::new(address), error);
        if !cfg!(feature = "cloud") {
            return Err(failed(
                &"this build knows no object stores; build with `--features cloud`",
            ));
        }
        let url = Url::parse(address).map_err(|error| failed(&error))?;
        let settings = std::env::vars_os().filter_map(|(key, value)| {
            Some((key.to_str()?.to_lowercase(), value.into_string().ok()?))
        });
        let (store, root) =
            object_store::parse_url_opts(&url, settings).map_err(|error| failed(&error))?;
        Ok(Self::over(address, Arc::from(store), root))
    }

    /// The lake below `root` of a store; `name` is what errors call it.
    pub fn over(name: &str, store: Arc<dyn ObjectStore>, root: Path) -> Self {
        Self {
            name: name.to_owned(),
            store,
            root,
        }
    }

    fn failed(&self, error: impl Display) -> HuntError {
        HuntError::data(FilePath::new(&self.name), error)
    }

    /// What a session calls the store, and the store.
    pub(crate) fn store(&self) -> Result<(ObjectStoreUrl, Arc<dyn ObjectStore>), HuntError> {
        Ok((ObjectStoreUrl::parse(STORE)?, Arc::clone(&self.store)))
    }

    /// Its tables by name.
    pub(crate) async fn tables(&self) -> Result<BTreeMap<String, Arc<LakeTable>>, HuntError> {
        let base = Url::parse(STORE).map_err(|error| self.failed(error))?;
        let mut tables = BTreeMap::new();
        for (name, listed) in self.listed().await? {
            let columns = Columns::parse(&listed.text)
                .map_err(|error| self.failed(format!("the columns of {name}: {error}")))?;
            let folder = self.root.clone().join(layout::table_name(&name));
            let mut url = layout::address(&base, &folder);
            if let Ok(mut parts) = url.path_segments_mut() {
                // A folder's address has a slash at its end.
                parts.push("");
            }
            tables.insert(name, Arc::new(LakeTable::new(url, &columns)));
        }
        Ok(tables)
    }

    /// The columns of each table.
    async fn listed(&self) -> Result<BTreeMap<String, Listed>, HuntError> {
        let found = self.store.list_with_delimiter(Some(&self.root)).await;
        let found = found.map_err(|error| self.failed(error))?;
        let mut tables = BTreeMap::new();
        for folder in found.common_prefixes {
            let name = folder.filename().and_then(layout::name_of_table);
            let Some(name) = name.map(str::to_owned) else {
                continue;
            };
            let list = self.store.get(&folder.join(layout::COLUMNS)).await;
            let list = match list {
                Ok(list) if list.meta.size <= LIST => list,
                Ok(_) => return Err(self.failed(format!("the columns of {name} are too many"))),
                // Files that no ingest has finished.
                Err(object_store::Error::NotFound { .. }) => continue,
                Err(error) => return Err(self.failed(error)),
            };
            let version = UpdateVersion {
                e_tag: list.meta.e_tag.clone(),
                version: list.meta.version.clone(),
            };
            let text = list.bytes().await.map_err(|error| self.failed(error))?;
            let text = text.to_vec();
            tables.insert(name, Listed { text, version });
        }
        Ok(tables)
    }
}

/// Files made in a folder here, on their way into a bucket's lake.
#[derive(Debug)]
pub struct Shipment {
    bucket: Bucket,
    runtime: Runtime,
    folder: PathBuf,
    known: BTreeMap<String, Listed>,
}

impl Shipment {
    /// Gets `folder`, which is empty, ready for a writer that goes on with the
    /// columns of the bucket's tables.
    ///
    /// # Errors
    /// When the bucket cannot be read or the folder cannot be written.
    pub fn begin(bucket: Bucket, folder: &FilePath) -> Result<Self, HuntError> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| bucket.failed(error))?;
        let known = runtime.block_on(bucket.listed())?;
        for (name, listed) in &known {
            let Some(table) = layout::table_folder(folder, name) else {
                continue;
            };
            let path = table.join(layout::COLUMNS);
            fs::create_dir_all(&table)
                .and_then(|()| fs::write(&path, &listed.text))
                .map_err(|error| HuntError::data(&path, error))?;
        }
        Ok(Self {
            bucket,
            runtime,
            folder: folder.to_owned(),
            known,
        })
    }

    /// Sends everything, columns first; gives the number of files with rows.
    ///
    /// # Errors
    /// When the bucket cannot be written, or another ingest has changed the same
    /// table's columns meanwhile: then nothing of that table was sent.
    pub fn send(self) -> Result<usize, HuntError> {
        self.runtime.block_on(async {
            let mut sent = 0;
            for (name, table) in layout::children(&self.folder, "table=") {
                self.send_columns(&name, &table).await?;
                let days = layout::children(&table, "day=");
                let devices = days.flat_map(|(_, day)| layout::children(&day, "device="));
                let files = devices.flat_map(|(_, device)| layout::files(&device));
                let sending = futures::stream::iter(files.map(|file| self.send_file(file)));
                let all: Vec<()> = sending
                    .buffer_unordered(layout::AT_ONCE)
                    .try_collect()
                    .await?;
                sent += all.len();
            }
            Ok(sent)
        })
    }

    async fn send_columns(&self, name: &str, table: &FilePath) -> Result<(), HuntError> {
        let path = table.join(layout::COLUMNS);
        let text = fs::read(&path).map_err(|error| HuntError::data(&path, error))?;
        let mode = match self.known.get(name) {
            Some(known) if known.text == text => return Ok(()),
            Some(known) => PutMode::Update(known.version.clone()),
            None => PutMode::Create,
        };
        match self.put(&path, text, mode).await {
            Err(
                object_store::Error::Precondition { .. }
                | object_store::Error::AlreadyExists { .. },
            ) => Err(self.bucket.failed(format!(
                "another ingest changed the columns of {name} meanwhile; run this one again"
            ))),
            other => other.map_err(|error| self.bucket.failed(error)),
        }
    }

    async fn send_file(&self, path: PathBuf) -> Result<(), HuntError> {
        let bytes = fs::read(&path).map_err(|error| HuntError::data(&path, error))?;
        let put = self.put(&path, bytes, PutMode::Create).await;
        put.map_err(|error| self.bucket.failed(error))
    }

    async fn put(
        &self,
        path: &FilePath,
        bytes: Vec<u8>,
        mode: PutMode,
    ) -> object_store::Result<()> {
        let below = path.strip_prefix(&self.folder).unwrap_or(path);
        let names = below.iter().map(|name| name.to_string_lossy().into_owned());
        let place = names.fold(self.bucket.root.clone(), Path::join);
        let options = PutOptions::from(mode);
        self.bucket
            .store
            .put_opts(&place, PutPayload::from(bytes), options)
            .await
            .map(drop)
    }
}
