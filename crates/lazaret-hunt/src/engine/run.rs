//! The entry point: text in, result out.

use std::{
    path::Path,
    sync::Arc,
    time::{Instant, SystemTime, UNIX_EPOCH},
};

use datafusion::prelude::SessionContext;
use lazaret_content::Content;

use super::{
    Cancel, Catalog, Context, HuntResult, Options, Planned, PlannedColumn, Session, Stats,
    recipe::Recipe, result::stored,
};
use crate::{
    error::{Class, Diagnostic, HuntError},
    functions::origin,
    kql,
    lake::{Bucket, Lake, Tables},
    schema::Schemas,
    spl,
    translate::{self, Translation},
};

/// The language of a hunt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Language {
    /// The Kusto query language of Defender and Sentinel.
    Kql,
    /// Splunk's search processing language.
    Spl,
}

impl Language {
    /// The language of a file by its name's ending.
    pub fn of_path(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "kql" | "kusto" | "csl" => Some(Self::Kql),
            "spl" | "splunk" => Some(Self::Spl),
            _ => None,
        }
    }
}

/// What a checked hunt would do.
#[derive(Clone, Debug)]
pub struct Summary {
    /// Columns of its result.
    pub columns: Vec<PlannedColumn>,
    /// Tables it reads.
    pub tables: Vec<String>,
    /// What to know before trusting it.
    pub warnings: Vec<Diagnostic>,
}

/// Runs hunts over tables.
#[derive(Debug)]
pub struct Hunt {
    options: Options,
    catalog: Catalog,
    session: Session,
}

/// The stack of a thread that plans: deep queries are refused before it ends.
const STACK: usize = 256 << 20;

impl Hunt {
    /// A hunt over the shipped schemas, without rows.
    ///
    /// # Errors
    /// When the machine gives no threads, or a shipped schema is broken.
    pub fn new(options: Options) -> Result<Self, HuntError> {
        Self::with_content(options, &Content::shipped())
    }

    /// A hunt over the schemas of `content`.
    ///
    /// # Errors
    /// When the machine gives no threads, or a schema is broken.
    pub fn with_content(options: Options, content: &Content) -> Result<Self, HuntError> {
        Ok(Self {
            catalog: catalog(content)?,
            session: Session::new(&options)?,
            options,
        })
    }

    /// Adds the tables of the lake at `path`, a folder or the address of a
    /// bucket ([`Bucket::open`]).
    ///
    /// # Errors
    /// When there is no lake.
    pub fn with_lake(mut self, path: &Path) -> Result<Self, HuntError> {
        if let Some(address) = Bucket::address(path) {
            return self.with_bucket(&Bucket::open(address)?);
        }
        self.catalog
            .set_lake(Tables::Folder(Lake::open_existing(path)?));
        Ok(self)
    }

    /// Adds the tables of a lake in an object store, as they are now.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn with_bucket(mut self, bucket: &Bucket) -> Result<Self, HuntError> {
        let (url, store) = bucket.store()?;
        self.local().register_object_store(url.as_ref(), store);
        let tables = self.session.wait(bucket.tables())??;
        self.catalog.set_lake(Tables::Bucket(tables));
        Ok(self)
    }

    /// The session on this machine.
    pub fn local(&self) -> &SessionContext {
        self.session.context()
    }

    /// Runs what reads tables in `remote`, a session of a cluster.
    #[must_use]
    pub fn with_remote(mut self, remote: SessionContext) -> Self {
        self.session.set_remote(remote);
        self
    }

    /// Adds a Parquet, CSV or JSON Lines file as the table `name`.
    #[must_use]
    pub fn with_table_file(mut self, name: &str, path: &Path) -> Self {
        self.catalog.add_file(name, path);
        self
    }

    /// The tables.
    pub fn catalog(&self) -> &Catalog {
        &self.catalog
    }

    /// The tables, to add more.
    pub fn catalog_mut(&mut self) -> &mut Catalog {
        &mut self.catalog
    }

    /// The stop button: call it from a signal handler's thread.
    pub fn cancel_handle(&self) -> Cancel {
        self.session.cancel_handle()
    }

    /// The hunts of a text that holds several, one after the other.
    pub fn split(language: Language, text: &str) -> Vec<&str> {
        match language {
            Language::Kql => kql::split(text)
                .into_iter()
                .filter_map(|range| text.get(range))
                .collect(),
            Language::Spl => vec![text],
        }
    }

    /// Runs a hunt to its end.
    ///
    /// # Errors
    /// Located diagnostics, or the limit it met.
    pub fn run(&self, language: Language, text: &str) -> Result<HuntResult, HuntError> {
        on_a_deep_stack(|| {
            let start = Instant::now();
            let context = self.context(true);
            let planned = self.plan(language, text, &context)?;
            let planning = start.elapsed();
            let (batches, more) =
                self.session
                    .collect(planned.plan, self.options.rows, context.deadline)?;
            let mut warnings = planned.warnings;
            if more {
                warnings.push(Diagnostic::new(
                    Class::Limit,
                    0..0,
                    format!("only the first {} rows are kept", self.options.rows),
                ));
            }
            let batches = batches
                .into_iter()
                .map(|batch| stored(&planned.columns, batch))
                .collect();
            let mut result = HuntResult {
                columns: planned.columns,
                batches,
                warnings,
                chart: planned.chart,
                stats: Stats {
                    rows: 0,
                    planning,
                    running: start.elapsed() - planning,
                },
            };
            result.stats.rows = result.len();
            Ok(result)
        })
    }

    /// The optimised plan of a hunt, as text.
    ///
    /// # Errors
    /// Located diagnostics.
    pub fn explain(&self, language: Language, text: &str) -> Result<String, HuntError> {
        on_a_deep_stack(|| {
            let planned = self.plan(language, text, &self.context(false))?;
            self.session.explain(&planned.plan)
        })
    }

    /// The same hunt in the other language.
    ///
    /// # Errors
    /// Located diagnostics: of class `unsupported` where a part does not
    /// translate.
    pub fn translate(&self, language: Language, text: &str) -> Result<Translation, HuntError> {
        on_a_deep_stack(|| {
            if text.len() > self.options.text {
                let message = format!("the hunt has more than {} bytes", self.options.text);
                return Err(Diagnostic::new(Class::Limit, 0..0, message).into());
            }
            translate::translate(language, text, &self.catalog)
        })
    }

    /// What a hunt would do, without reading a row.
    ///
    /// # Errors
    /// Located diagnostics.
    pub fn check(&self, language: Language, text: &str) -> Result<Summary, HuntError> {
        on_a_deep_stack(|| {
            let planned = self.plan(language, text, &self.context(false))?;
            let mut tables = Vec::new();
            tables_of(&planned.plan, &mut tables);
            for name in planned.unread {
                if !tables.contains(&name) {
                    tables.push(name);
                }
            }
            Ok(Summary {
                columns: planned.columns,
                tables,
                warnings: planned.warnings,
            })
        })
    }

    fn plan(
        &self,
        language: Language,
        text: &str,
        context: &Context,
    ) -> Result<Planned, HuntError> {
        if text.len() > self.options.text {
            let message = format!(
                "the hunt has {} bytes; the limit is {}",
                text.len(),
                self.options.text
            );
            return Err(Diagnostic::new(Class::Limit, 0..0, message).into());
        }
        let plan = || match language {
            Language::Kql => kql::plan(text, context),
            Language::Spl => spl::plan(text, context),
        };
        if !self.session.is_remote() {
            return plan();
        }
        origin::following(&Recipe::new(language, text, context), plan)
    }

    fn context(&self, execute: bool) -> Context {
        let clock = || {
            let since = SystemTime::now()
                .duration_since(UNIX_EPOCH)
                .unwrap_or_default();
            i64::try_from(since.as_micros()).unwrap_or(i64::MAX)
        };
        Context {
            catalog: Arc::new(self.catalog.clone()),
            session: self.session.clone(),
            execute,
            now: self.options.now.unwrap_or_else(clock),
            deadline: Instant::now() + self.options.timeout,
            replay: None,
        }
    }
}

/// The documented tables, data models and macros of `content`.
pub(super) fn catalog(content: &Content) -> Result<Catalog, HuntError> {
    let broken = |path: &str, message: String| HuntError::Data {
        path: path.to_owned(),
        message,
    };
    let schemas = Schemas::load(content).map_err(|error| broken("schemas", error.to_string()))?;
    let knowledge =
        spl::Knowledge::load(content).map_err(|error| broken("spl", error.to_string()))?;
    let mut catalog = Catalog::new(schemas);
    catalog.set_knowledge(knowledge);
    Ok(catalog)
}

/// On a thread of its own: with room for deep expressions, and outside
/// whatever asynchronous runtime the caller is in.
pub(super) fn on_a_deep_stack<T: Send>(
    work: impl FnOnce() -> Result<T, HuntError> + Send,
) -> Result<T, HuntError> {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new()
            .name("hunt-plan".to_owned())
            .stack_size(STACK)
            .spawn_scoped(scope, work)
            .map_err(|error| HuntError::Engine(error.to_string()))?;
        thread.join().unwrap_or_else(|_| {
            Err(HuntError::Engine(
                "the planner stopped at a defect of its own".to_owned(),
            ))
        })
    })
}

/// The tables that a plan reads, each once.
pub(crate) fn tables_of(plan: &datafusion::logical_expr::LogicalPlan, tables: &mut Vec<String>) {
    if let datafusion::logical_expr::LogicalPlan::TableScan(scan) = plan {
        let name = scan.table_name.table().to_owned();
        if !tables.contains(&name) {
            tables.push(name);
        }
    }
    for input in plan.inputs() {
        tables_of(input, tables);
    }
}
