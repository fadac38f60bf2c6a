//! The side that computes.

use std::{net::SocketAddr, path::PathBuf, sync::Arc};

use ballista_core::{
    config::TaskSchedulingPolicy, extension::SessionConfigExt, utils::default_config_producer,
};
use ballista_executor::executor_process::{ExecutorProcessConfig, start_executor_process};
use lazaret_content::Content;

use crate::{
    ClusterError, MESSAGE,
    codec::{Logical, Physical, kitchen},
};

/// An executor's settings.
#[derive(Clone, Debug)]
pub struct Executor {
    /// The scheduler's host.
    pub scheduler: String,
    /// The scheduler's port.
    pub port: u16,
    /// The address it gives rows at, to other executors and to clients.
    pub listen: SocketAddr,
    /// The name others reach it by; the address's own by default.
    pub host: Option<String>,
    /// Parts of plans that run at the same time.
    pub threads: usize,
    /// Bytes of memory that its hunts may hold before they spill.
    pub memory: u64,
    /// The folder of what is between two parts of a plan; a temporary one by
    /// default.
    pub folder: Option<PathBuf>,
    /// Seconds to wait for the scheduler at the start.
    pub wait: u16,
}

/// Runs an executor until the process is asked to end (Ctrl-C, SIGTERM).
///
/// # Errors
/// When the scheduler is not there, an address is taken, or Ballista ends.
pub fn execute(settings: &Executor, content: &Content) -> Result<(), ClusterError> {
    let kitchen = kitchen(content)?;
    let folder = settings.folder.as_ref();
    let folder = folder.map(|folder| folder.to_string_lossy().into_owned());
    let config = ExecutorProcessConfig {
        bind_host: settings.listen.ip().to_string(),
        port: settings.listen.port(),
        external_host: Some(
            settings
                .host
                .clone()
                .unwrap_or_else(|| settings.listen.ip().to_string()),
        ),
        scheduler_host: settings.scheduler.clone(),
        scheduler_port: settings.port,
        scheduler_connect_timeout_seconds: settings.wait,
        vcores: settings.threads,
        task_scheduling_policy: TaskSchedulingPolicy::PullStaged,
        work_dir: folder,
        memory_pool_size: Some(settings.memory),
        job_data_clean_up_interval_seconds: 300,
        job_data_ttl_seconds: 3600,
        grpc_max_decoding_message_size: MESSAGE,
        grpc_max_encoding_message_size: MESSAGE,
        override_logical_codec: Some(Arc::new(Logical::new(Arc::clone(&kitchen)))),
        override_physical_codec: Some(Arc::new(Physical::new(kitchen))),
        override_config_producer: Some(Arc::new(|| {
            default_config_producer().with_ballista_grpc_client_max_message_size(MESSAGE as usize)
        })),
        ..ExecutorProcessConfig::default()
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .thread_stack_size(16 << 20)
        .build()?;
    Ok(runtime.block_on(start_executor_process(Arc::new(config)))?)
}
