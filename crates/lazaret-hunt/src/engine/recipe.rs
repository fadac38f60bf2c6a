//! How a hunt's functions are made again on another machine: its text, and all
//! else that its lowering went by.

use std::{
    collections::{BTreeMap, HashMap, VecDeque},
    io::{Read as _, Write as _},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use datafusion::{
    arrow::{
        array::RecordBatch,
        datatypes::{Schema, SchemaRef},
        ipc::{reader::StreamReader, writer::StreamWriter},
    },
    logical_expr::{AggregateUDF, ScalarUDF, WindowUDF},
};
use flate2::{Compression, read::DeflateDecoder, write::DeflateEncoder};
use lazaret_content::Content;
use serde::{Deserialize, Serialize};

use super::{Catalog, Context, Language, Options, Session, run};
use crate::{
    error::HuntError,
    functions::origin::{self, Made},
    kql, spl,
};

/// Bytes of a recipe, unpacked.
const BYTES: usize = 64 << 20;
/// Recipes whose functions are kept.
const KEPT: usize = 64;
/// The longest that a lowering may take.
const PATIENCE: Duration = Duration::from_secs(120);

/// What a lowering went by.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Written {
    version: String,
    kql: bool,
    text: String,
    now: i64,
    execute: bool,
    /// Tables with rows.
    present: Vec<String>,
    /// Arrow schemas of those that were looked at.
    tables: BTreeMap<String, String>,
    /// What sub-hunts gave, in the order in which they ran.
    rows: Vec<String>,
}

/// How the functions of a hunt are made. It grows while the hunt is lowered.
#[derive(Debug)]
pub struct Recipe {
    written: Mutex<Written>,
    /// The same, packed: each of a plan's functions is sent with it.
    packed: Mutex<Option<Arc<[u8]>>>,
}

impl Recipe {
    pub(super) fn new(language: Language, text: &str, context: &Context) -> Arc<Self> {
        Arc::new(Self {
            written: Mutex::new(Written {
                version: env!("CARGO_PKG_VERSION").to_owned(),
                kql: language == Language::Kql,
                text: text.to_owned(),
                now: context.now,
                execute: context.execute,
                present: context.catalog.present(),
                ..Written::default()
            }),
            packed: Mutex::default(),
        })
    }

    fn add(&self, add: impl FnOnce(&mut Written)) {
        add(&mut self.written.lock().unwrap_or_else(PoisonError::into_inner));
        *self.packed.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    fn pack(&self) -> Result<Arc<[u8]>, HuntError> {
        let mut packed = self.packed.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(packed) = packed.as_ref() {
            return Ok(Arc::clone(packed));
        }
        let text = {
            let written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
            serde_json::to_vec(&*written).map_err(failed)?
        };
        if text.len() > BYTES {
            return Err(HuntError::Engine(format!(
                "cannot run on a cluster: what the hunt and its sub-hunts hold is above {BYTES} bytes"
            )));
        }
        let mut out = DeflateEncoder::new(Vec::new(), Compression::fast());
        out.write_all(&text).map_err(failed)?;
        let out: Arc<[u8]> = out.finish().map_err(failed)?.into();
        *packed = Some(Arc::clone(&out));
        Ok(out)
    }

    fn unpack(packed: &[u8]) -> Result<Written, HuntError> {
        let mut text = Vec::new();
        DeflateDecoder::new(packed)
            .take(BYTES as u64 + 1)
            .read_to_end(&mut text)
            .map_err(failed)?;
        if text.len() > BYTES {
            return Err(HuntError::Engine("a recipe is too large".to_owned()));
        }
        serde_json::from_slice(&text).map_err(failed)
    }
}

fn failed(error: impl std::fmt::Display) -> HuntError {
    HuntError::Engine(format!("a hunt's recipe: {error}"))
}

/// Notes the schema of a table that has rows.
pub(super) fn note_table(name: &str, schema: &SchemaRef) {
    if let Some(recipe) = origin::current()
        && let Ok(bytes) = ipc(schema, &[])
    {
        recipe.add(|written| {
            written
                .tables
                .insert(name.to_owned(), STANDARD.encode(bytes));
        });
    }
}

/// Notes what a sub-hunt gave.
pub(super) fn note_rows(batches: &[RecordBatch]) -> Result<(), HuntError> {
    let Some(recipe) = origin::current() else {
        return Ok(());
    };
    let none = Arc::new(Schema::empty());
    let schema = batches.first().map_or(none, RecordBatch::schema);
    let bytes = ipc(&schema, batches)?;
    recipe.add(|written| written.rows.push(STANDARD.encode(bytes)));
    Ok(())
}

/// Batches as an Arrow stream.
///
/// # Errors
/// When they differ in schema.
pub fn ipc(schema: &SchemaRef, batches: &[RecordBatch]) -> Result<Vec<u8>, HuntError> {
    let mut writer = StreamWriter::try_new(Vec::new(), schema).map_err(failed)?;
    for batch in batches {
        writer.write(batch).map_err(failed)?;
    }
    writer.into_inner().map_err(failed)
}

/// The schema and batches of an Arrow stream.
///
/// # Errors
/// When it is none.
pub fn of_ipc(bytes: &[u8]) -> Result<(SchemaRef, Vec<RecordBatch>), HuntError> {
    let reader = StreamReader::try_new(bytes, None).map_err(failed)?;
    let schema = reader.schema();
    let batches = reader.collect::<Result<_, _>>().map_err(failed)?;
    Ok((schema, batches))
}

/// Makes the functions of other machines' hunts.
#[derive(Debug)]
pub struct Kitchen {
    catalog: Catalog,
    session: Session,
    made: Mutex<HashMap<Vec<u8>, Arc<Dished>>>,
}

#[derive(Debug)]
struct Dished {
    made: Made,
    /// Why not all functions could be made.
    stopped: Option<String>,
}

impl Kitchen {
    /// One with the schemas and macros of `content`, which must be those of the
    /// machine that runs the hunts.
    ///
    /// # Errors
    /// When content is broken, or the machine gives no threads.
    pub fn new(content: &Content) -> Result<Self, HuntError> {
        let options = Options {
            threads: 1,
            ..Options::default()
        };
        Ok(Self {
            catalog: run::catalog(content)?,
            session: Session::new(&options)?,
            made: Mutex::default(),
        })
    }

    /// Writes a function; `None` for one that is not ours.
    ///
    /// # Errors
    /// When the hunt is too large to be sent.
    pub fn written(function: &dyn std::any::Any) -> Result<Option<Vec<u8>>, HuntError> {
        let Some((key, recipe)) = origin::of(function) else {
            return Ok(None);
        };
        let length = u32::try_from(key.len()).map_err(failed)?;
        let mut out = length.to_le_bytes().to_vec();
        out.extend_from_slice(key.as_bytes());
        out.extend_from_slice(&recipe.pack()?);
        Ok(Some(out))
    }

    /// A function of one row, as [`Kitchen::written`] wrote it.
    ///
    /// # Errors
    /// When this machine does not make it.
    pub fn scalar(&self, bytes: &[u8]) -> Result<Arc<ScalarUDF>, HuntError> {
        self.function(bytes, |made, key| made.scalars.get(key).cloned())
    }

    /// An aggregate.
    ///
    /// # Errors
    /// When this machine does not make it.
    pub fn aggregate(&self, bytes: &[u8]) -> Result<Arc<AggregateUDF>, HuntError> {
        self.function(bytes, |made, key| made.aggregates.get(key).cloned())
    }

    /// A window function.
    ///
    /// # Errors
    /// When this machine does not make it.
    pub fn window(&self, bytes: &[u8]) -> Result<Arc<WindowUDF>, HuntError> {
        self.function(bytes, |made, key| made.windows.get(key).cloned())
    }

    fn function<T>(
        &self,
        bytes: &[u8],
        find: impl FnOnce(&Made, &str) -> Option<T>,
    ) -> Result<T, HuntError> {
        let (length, rest) = bytes
            .split_first_chunk::<4>()
            .ok_or_else(|| failed("it is cut off"))?;
        let length = u32::from_le_bytes(*length) as usize;
        let (key, packed) = rest
            .split_at_checked(length)
            .ok_or_else(|| failed("it is cut off"))?;
        let key = std::str::from_utf8(key).map_err(failed)?;
        let dished = self.dished(packed)?;
        find(&dished.made, key).ok_or_else(|| {
            let reason = dished.stopped.as_deref().unwrap_or(
                "all machines of a cluster need the same version of lazaret, and the same content",
            );
            HuntError::Engine(format!(
                "this machine does not make the hunt's function `{key}`: {reason}"
            ))
        })
    }

    fn dished(&self, packed: &[u8]) -> Result<Arc<Dished>, HuntError> {
        let known = |made: &HashMap<Vec<u8>, Arc<Dished>>| made.get(packed).cloned();
        if let Some(found) = known(&self.made.lock().unwrap_or_else(PoisonError::into_inner)) {
            return Ok(found);
        }
        let written = Recipe::unpack(packed)?;
        let dished = Arc::new(run::on_a_deep_stack(|| self.follow(written))?);
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if made.len() >= KEPT {
            made.clear();
        }
        made.insert(packed.to_vec(), Arc::clone(&dished));
        Ok(dished)
    }

    fn follow(&self, written: Written) -> Result<Dished, HuntError> {
        let own = env!("CARGO_PKG_VERSION");
        if written.version != own {
            return Err(HuntError::Engine(format!(
                "the hunt comes from lazaret {}, and this machine has {own}",
                written.version
            )));
        }
        let mut catalog = self.catalog.clone();
        for name in &written.present {
            let schema = match written.tables.get(name) {
                Some(text) => Some(of_ipc(&STANDARD.decode(text).map_err(failed)?)?.0),
                None => None,
            };
            catalog.add_told(name, schema);
        }
        let mut replay = VecDeque::new();
        for text in &written.rows {
            replay.push_back(of_ipc(&STANDARD.decode(text).map_err(failed)?)?.1);
        }
        let context = Context {
            catalog: Arc::new(catalog),
            session: self.session.clone(),
            execute: written.execute,
            now: written.now,
            deadline: Instant::now() + PATIENCE,
            replay: Some(Arc::new(Mutex::new(replay))),
        };
        let (kql, text) = (written.kql, written.text.clone());
        // The functions that are made here may be sent on.
        let recipe = Arc::new(Recipe {
            written: Mutex::new(written),
            packed: Mutex::default(),
        });
        let (planned, made) = origin::gathering(&recipe, || match kql {
            true => kql::plan(&text, &context),
            false => spl::plan(&text, &context),
        });
        // A hunt that is sent while it is being lowered stops where its next
        // sub-hunt would run: what that needs is made by then.
        Ok(Dished {
            made,
            stopped: planned.err().map(|error| error.to_string()),
        })
    }
}
