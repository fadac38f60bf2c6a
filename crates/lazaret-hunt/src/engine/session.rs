//! A DataFusion session with bounded memory, bounded time and a stop button.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    time::{Duration, Instant},
};

use datafusion::{
    arrow::array::RecordBatch,
    common::{config::ConfigNonZeroUsize, tree_node::TreeNodeRecursion},
    execution::{
        SessionStateBuilder, disk_manager::DiskManagerBuilder, object_store::ObjectStoreUrl,
        runtime_env::RuntimeEnvBuilder,
    },
    logical_expr::LogicalPlan,
    prelude::{SessionConfig, SessionContext},
};
use futures::StreamExt;
use tokio::runtime::Runtime;

use super::{
    Options,
    compact::{AfterSorts, compact},
    disk::Disk,
    memory::Shared,
};
use crate::error::HuntError;

/// Stops the hunts of a session, from any thread or a signal handler.
#[derive(Clone, Debug, Default)]
pub struct Cancel {
    asked: Arc<AtomicBool>,
}

impl Cancel {
    /// Stops what runs now and whatever is started later.
    pub fn cancel(&self) {
        self.asked.store(true, Ordering::SeqCst);
    }

    /// Whether it was asked for.
    pub fn is_cancelled(&self) -> bool {
        self.asked.load(Ordering::SeqCst)
    }
}

/// How often a running hunt is looked at for being stopped.
const GLANCE: Duration = Duration::from_millis(20);

/// Bytes of a hunt's memory for each sorted run that a merge reads at once.
const MERGED: usize = 5 << 20;

/// Runs plans.
#[derive(Clone)]
pub struct Session {
    runtime: Arc<Threads>,
    context: SessionContext,
    remote: Option<SessionContext>,
    timeout: Duration,
    cancel: Cancel,
}

/// The threads of a session. They are not waited for at its end: what was
/// stopped may still be inside one long step.
struct Threads(Option<Runtime>);

impl Threads {
    fn get(&self) -> Result<&Runtime, HuntError> {
        self.0
            .as_ref()
            .ok_or_else(|| HuntError::Engine("the session has ended".to_owned()))
    }
}

impl Drop for Threads {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

impl Session {
    /// A session under the limits of `options`.
    ///
    /// # Errors
    /// When the machine gives no threads or no temporary folder.
    pub fn new(options: &Options) -> Result<Self, HuntError> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(options.threads.max(1))
            .thread_stack_size(16 << 20)
            .thread_name("hunt")
            .enable_all()
            .build()
            .map_err(|error| HuntError::Engine(error.to_string()))?;
        // A merge takes what it can get, and leaves nothing to the next thread's.
        let fan_in = (options.memory / options.threads.max(1) / MERGED).max(2);
        let environment = RuntimeEnvBuilder::new()
            .with_memory_pool(Arc::new(Shared::new(options.memory)))
            .with_disk_manager_builder(
                DiskManagerBuilder::default()
                    .with_max_temp_directory_size(options.spill)
                    .with_max_spill_merge_fan_in(fan_in),
            )
            .build_arc()?;
        let local = ObjectStoreUrl::local_filesystem();
        environment.register_object_store(local.as_ref(), Arc::new(Disk::default()));
        let mut config = SessionConfig::new()
            .with_target_partitions(options.threads.max(1))
            .with_batch_size(8192);
        let settings = config.options_mut();
        // Filters leave out files, groups of rows and pages by their statistics. Row
        // by row they run after decoding: over whole batches they cost less than
        // what skipping single rows of a page saves (24 % of a hunt over 50 million
        // events that wants a few rows of nearly every page).
        settings.execution.parquet.pushdown_filters = false;
        settings.execution.parquet.schema_force_view_types = false;
        // Footers of a lake's files are small; half a megabyte of each file, the
        // default, is more than many files have.
        settings.execution.parquet.metadata_size_hint = Some(64 << 10);
        // A rule that fails leaves the plan as it was, which is right, if slower.
        settings.optimizer.skip_failed_rules = true;
        // What merging sorted runs sets aside, for each thread: the default of ten
        // megabytes leaves nothing of a small limit.
        let aside = options.memory / (8 * options.threads.max(1));
        let execution = &mut settings.execution;
        execution.sort_spill_reservation_bytes = execution.sort_spill_reservation_bytes.min(aside);
        // A file for each batch that is spilled on its way to another thread: where two
        // threads write one pool, its reader waits for ever for the file that is left
        // open (apache/datafusion#24883).
        execution.max_spill_file_size_bytes = ConfigNonZeroUsize::try_new(1)?;
        let state = SessionStateBuilder::new()
            .with_config(config)
            .with_runtime_env(environment)
            .with_default_features()
            .with_physical_optimizer_rule(Arc::new(AfterSorts))
            .build();
        Ok(Self {
            runtime: Arc::new(Threads(Some(runtime))),
            context: SessionContext::new_with_state(state),
            remote: None,
            timeout: options.timeout,
            cancel: Cancel::default(),
        })
    }

    /// The stop button of this session.
    pub fn cancel_handle(&self) -> Cancel {
        self.cancel.clone()
    }

    /// Sets where plans that read tables run.
    pub(super) fn set_remote(&mut self, remote: SessionContext) {
        self.remote = Some(remote);
    }

    /// Whether plans run on other machines.
    pub(super) fn is_remote(&self) -> bool {
        self.remote.is_some()
    }

    /// What `work` comes to, on the session's threads.
    pub(super) fn wait<T>(&self, work: impl Future<Output = T>) -> Result<T, HuntError> {
        Ok(self.runtime.get()?.block_on(work))
    }

    /// The DataFusion session.
    pub fn context(&self) -> &SessionContext {
        &self.context
    }

    /// The first `rows` rows of a plan, and whether there were more.
    ///
    /// # Errors
    /// When planning or running fails, or a limit is met.
    pub fn collect(
        &self,
        plan: LogicalPlan,
        rows: usize,
        deadline: Instant,
    ) -> Result<(Vec<RecordBatch>, bool), HuntError> {
        let context = match &self.remote {
            // What reads no table is no work for others.
            Some(remote) if reads(&plan) => remote.clone(),
            _ => self.context.clone(),
        };
        // On its own task, so that the wait for cancellation is never behind
        // a batch that computes for long.
        let work = async move {
            let frame = context.execute_logical_plan(plan).await?;
            let mut stream = frame.execute_stream().await?;
            let mut batches = Vec::new();
            let mut left = rows;
            let mut more = false;
            while let Some(batch) = stream.next().await {
                let batch = batch?;
                if batch.num_rows() > left {
                    more = true;
                    batches.push(compact(batch.slice(0, left)));
                    break;
                }
                left -= batch.num_rows();
                batches.push(compact(batch));
            }
            Ok::<_, datafusion::error::DataFusionError>((batches, more))
        };
        let (sender, receiver) = mpsc::channel();
        let task = self.runtime.get()?.spawn(async move {
            // Nobody listens any more to a hunt that was stopped.
            let _ = sender.send(work.await);
        });
        // The clock is this thread's own: timers of the runtime stand still
        // while all its threads compute.
        let result = loop {
            if self.cancel.is_cancelled() {
                break Err(HuntError::Cancelled);
            }
            let left = deadline.saturating_duration_since(Instant::now());
            match receiver.recv_timeout(left.min(GLANCE)) {
                Ok(done) => break done.map_err(HuntError::from),
                Err(mpsc::RecvTimeoutError::Timeout) if left.is_zero() => {
                    break Err(HuntError::Timeout(self.timeout));
                }
                Err(mpsc::RecvTimeoutError::Timeout) => {}
                Err(mpsc::RecvTimeoutError::Disconnected) => {
                    break Err(HuntError::Engine(
                        "a thread of the engine ended early".to_owned(),
                    ));
                }
            }
        };
        task.abort();
        result
    }

    /// The optimised logical plan, as text.
    ///
    /// # Errors
    /// When the plan cannot be optimised.
    pub fn explain(&self, plan: &LogicalPlan) -> Result<String, HuntError> {
        Ok(self
            .context
            .state()
            .optimize(plan)?
            .display_indent()
            .to_string())
    }
}

fn reads(plan: &LogicalPlan) -> bool {
    let mut reads = false;
    // The closure does not fail.
    let _ = plan.apply_with_subqueries(|node| {
        reads |= matches!(node, LogicalPlan::TableScan(_));
        Ok(match reads {
            true => TreeNodeRecursion::Stop,
            false => TreeNodeRecursion::Continue,
        })
    });
    reads
}
