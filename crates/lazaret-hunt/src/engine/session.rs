//! A DataFusion session with bounded memory, bounded time and a stop button.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use datafusion::{
    arrow::array::RecordBatch,
    execution::{
        SessionStateBuilder, disk_manager::DiskManagerBuilder, memory_pool::FairSpillPool,
        runtime_env::RuntimeEnvBuilder,
    },
    logical_expr::LogicalPlan,
    prelude::{SessionConfig, SessionContext},
};
use futures::StreamExt;
use tokio::{runtime::Runtime, sync::Notify};

use super::Options;
use crate::error::HuntError;

/// Stops the hunts of a session, from any thread or a signal handler.
#[derive(Clone, Debug, Default)]
pub struct Cancel {
    inner: Arc<(AtomicBool, Notify)>,
}

impl Cancel {
    /// Stops what runs now and whatever is started later.
    pub fn cancel(&self) {
        self.inner.0.store(true, Ordering::SeqCst);
        self.inner.1.notify_waiters();
    }

    /// Whether it was asked for.
    pub fn is_cancelled(&self) -> bool {
        self.inner.0.load(Ordering::SeqCst)
    }

    async fn wait(&self) {
        let notified = self.inner.1.notified();
        if !self.is_cancelled() {
            notified.await;
        }
    }
}

/// Runs plans.
#[derive(Clone)]
pub struct Session {
    runtime: Arc<Runtime>,
    context: SessionContext,
    timeout: Duration,
    cancel: Cancel,
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
            .enable_time()
            .build()
            .map_err(|error| HuntError::Engine(error.to_string()))?;
        let environment = RuntimeEnvBuilder::new()
            .with_memory_pool(Arc::new(FairSpillPool::new(options.memory)))
            .with_disk_manager_builder(
                DiskManagerBuilder::default().with_max_temp_directory_size(options.spill),
            )
            .build_arc()?;
        let mut config = SessionConfig::new()
            .with_target_partitions(options.threads.max(1))
            .with_batch_size(8192);
        let settings = config.options_mut();
        settings.execution.parquet.pushdown_filters = true;
        settings.execution.parquet.reorder_filters = true;
        settings.execution.parquet.schema_force_view_types = false;
        settings.optimizer.skip_failed_rules = false;
        let state = SessionStateBuilder::new()
            .with_config(config)
            .with_runtime_env(environment)
            .with_default_features()
            .build();
        Ok(Self {
            runtime: Arc::new(runtime),
            context: SessionContext::new_with_state(state),
            timeout: options.timeout,
            cancel: Cancel::default(),
        })
    }

    /// The stop button of this session.
    pub fn cancel_handle(&self) -> Cancel {
        self.cancel.clone()
    }

    /// The DataFusion session.
    pub fn context(&self) -> &SessionContext {
        &self.context
    }

    /// Runs a future of DataFusion's on the session's threads, under its
    /// limits. Not from within an asynchronous runtime.
    ///
    /// # Errors
    /// The future's own, or that it was stopped.
    pub fn block_on<T, E: Into<HuntError>>(
        &self,
        deadline: Instant,
        work: impl Future<Output = Result<T, E>>,
    ) -> Result<T, HuntError> {
        self.runtime.block_on(async {
            tokio::select! {
                biased;
                () = self.cancel.wait() => Err(HuntError::Cancelled),
                () = tokio::time::sleep_until(deadline.into()) => Err(HuntError::Timeout(self.timeout)),
                done = work => done.map_err(Into::into),
            }
        })
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
        let context = self.context.clone();
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
                    batches.push(batch.slice(0, left));
                    break;
                }
                left -= batch.num_rows();
                batches.push(batch);
            }
            Ok::<_, datafusion::error::DataFusionError>((batches, more))
        };
        let handle = self.runtime.spawn(work);
        let abort = handle.abort_handle();
        let result = self.block_on(deadline, async {
            match handle.await {
                Ok(done) => done.map_err(HuntError::from),
                Err(error) => Err(HuntError::Engine(error.to_string())),
            }
        });
        abort.abort();
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
