//! The side that plans, and gives the parts of a plan to executors.

use std::{net::SocketAddr, sync::Arc};

use ballista_core::{
    config::TaskSchedulingPolicy,
    extension::SessionConfigExt,
    utils::{default_config_producer, default_session_builder},
};
use ballista_scheduler::{
    cluster::BallistaCluster,
    config::SchedulerConfig,
    scheduler_process::{create_scheduler, start_grpc_service_with_listener},
};
use datafusion_proto::protobuf::{LogicalPlanNode, PhysicalPlanNode};
use lazaret_content::Content;
use tokio::net::TcpListener;

use crate::{
    ClusterError, MESSAGE,
    codec::{Logical, Physical, kitchen},
};

/// A scheduler's settings.
#[derive(Clone, Debug)]
pub struct Scheduler {
    /// The address it listens at.
    pub listen: SocketAddr,
}

/// Runs a scheduler. `ready` is told the address once clients
/// and executors can reach it.
///
/// # Errors
/// When the address is taken, or Ballista ends.
pub fn schedule(
    settings: &Scheduler,
    content: &Content,
    ready: impl FnOnce(SocketAddr),
) -> Result<(), ClusterError> {
    let kitchen = kitchen(content)?;
    let config = SchedulerConfig {
        bind_host: settings.listen.ip().to_string(),
        bind_port: settings.listen.port(),
        scheduling_policy: TaskSchedulingPolicy::PullStaged,
        grpc_server_max_decoding_message_size: MESSAGE,
        grpc_server_max_encoding_message_size: MESSAGE,
        grpc_client_max_message_size: MESSAGE,
        override_logical_codec: Some(Arc::new(Logical::new(Arc::clone(&kitchen)))),
        override_physical_codec: Some(Arc::new(Physical::new(kitchen))),
        ..SchedulerConfig::default()
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        // Plans of deep conditions.
        .thread_stack_size(16 << 20)
        .build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind(settings.listen).await?;
        let address = listener.local_addr()?;
        let cluster = BallistaCluster::new_memory(
            config.scheduler_id.clone(),
            Arc::new(default_session_builder),
            Arc::new(|| {
                default_config_producer()
                    .with_ballista_grpc_client_max_message_size(MESSAGE as usize)
            }),
        );
        let scheduler =
            create_scheduler::<LogicalPlanNode, PhysicalPlanNode>(cluster, Arc::new(config))
                .await?;
        ready(address);
        Ok(start_grpc_service_with_listener(listener, scheduler).await?)
    })
}
