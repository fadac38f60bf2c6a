//! The engine under both front ends: tables, session, limits and results.
//!
//! A front end turns text into a [`Planned`] with the help of a [`Context`];
//! everything after that is the same for KQL and SPL.

pub mod catalog;
mod compact;
mod disk;
mod memory;
pub mod recipe;
pub mod result;
mod run;
mod session;

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use datafusion::{arrow::array::RecordBatch, logical_expr::LogicalPlan};

pub use catalog::Catalog;
pub use result::{Format, HuntResult, Stats};
pub(crate) use run::tables_of;
pub use run::{Hunt, Language, Summary};
pub use session::{Cancel, Session};

use crate::{
    error::{Diagnostic, HuntError},
    value::ScalarType,
};

/// Limits and settings of a hunt.
#[derive(Clone, Debug)]
pub struct Options {
    /// Bytes of memory that sorts, joins and groups may hold before they spill.
    pub memory: usize,
    /// Bytes of spill files.
    pub spill: u64,
    /// The longest a hunt may run.
    pub timeout: Duration,
    /// Rows kept of a result; more are cut off with a warning.
    pub rows: usize,
    /// Threads; by default all.
    pub threads: usize,
    /// What `now()` is, in microseconds since 1970; by default the clock.
    pub now: Option<i64>,
    /// The longest text of a hunt, in bytes.
    pub text: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            memory: 2 << 30,
            spill: 32 << 30,
            timeout: Duration::from_secs(600),
            rows: 500_000,
            threads: std::thread::available_parallelism().map_or(2, usize::from),
            now: None,
            text: 4 << 20,
        }
    }
}

/// A column of a plan, with the type the front end gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedColumn {
    /// Its name.
    pub name: String,
    /// Its type; the plan's Arrow type is [`ScalarType::arrow`] of it.
    pub scalar: ScalarType,
}

/// What a front end makes of a hunt's text.
#[derive(Clone, Debug)]
pub struct Planned {
    /// What to run. Its fields are unqualified and in the order of `columns`.
    pub plan: LogicalPlan,
    /// Names and types of the result.
    pub columns: Vec<PlannedColumn>,
    /// What the analyst should know before trusting the result.
    pub warnings: Vec<Diagnostic>,
    /// The chart asked for (`render`), if any.
    pub chart: Option<String>,
    /// Tables that are named, and left out of the plan for having no rows.
    pub unread: Vec<String>,
}

/// What a front end may use while it plans.
#[derive(Clone, Debug)]
pub struct Context {
    /// The tables.
    pub catalog: Arc<Catalog>,
    /// Runs sub-hunts whose values the plan needs.
    pub session: Session,
    /// Whether sub-hunts may run. When not (a check, an explanation), they
    /// count as empty.
    pub execute: bool,
    /// `now()`, in microseconds since 1970.
    pub now: i64,
    /// When the hunt must have ended.
    pub deadline: Instant,
    /// What sub-hunts gave where the hunt was lowered first, in their order.
    pub(crate) replay: Option<Arc<Mutex<VecDeque<Vec<RecordBatch>>>>>,
}

impl Context {
    /// The rows of a sub-hunt, or none when only planning; at most `rows`.
    ///
    /// # Errors
    /// When running it fails or meets a limit.
    pub fn rows(&self, plan: &LogicalPlan, rows: usize) -> Result<Vec<RecordBatch>, HuntError> {
        if !self.execute {
            return Ok(Vec::new());
        }
        if let Some(replay) = &self.replay {
            let mut replay = replay.lock().unwrap_or_else(PoisonError::into_inner);
            return replay.pop_front().ok_or_else(|| {
                HuntError::Engine("a sub-hunt's rows are not known yet".to_owned())
            });
        }
        let (batches, _) = self.session.collect(plan.clone(), rows, self.deadline)?;
        recipe::note_rows(&batches)?;
        Ok(batches)
    }
}
