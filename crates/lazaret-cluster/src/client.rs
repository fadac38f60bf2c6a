//! The side that asks.

use std::sync::Arc;

use async_trait::async_trait;
use ballista_core::{
    extension::{SessionConfigExt, SessionStateExt},
    planner::BallistaQueryPlanner,
};
use datafusion::{
    catalog::Session,
    error::Result,
    execution::{SessionStateBuilder, context::QueryPlanner},
    logical_expr::LogicalPlan,
    physical_plan::ExecutionPlan,
    physical_planner::{DefaultPhysicalPlanner, PhysicalPlanner},
    prelude::SessionContext,
};
use datafusion_proto::protobuf::LogicalPlanNode;
use lazaret_content::Content;
use lazaret_hunt::Hunt;

use crate::{
    ClusterError, MESSAGE, PORT,
    codec::{Logical, Physical, kitchen},
};

/// Lets `hunt` run its plans on the cluster at `address`, `df://HOST:PORT`.
///
/// # Errors
/// When that is no address. Whether somebody is there shows with the first hunt.
pub fn join(
    hunt: Hunt,
    address: &str,
    content: &Content,
) -> std::result::Result<Hunt, ClusterError> {
    let (host, port) = place(address)?;
    let url = format!("http://{host}:{port}");
    let kitchen = kitchen(content)?;
    let state = hunt.local().state();
    let config = state
        .config()
        .clone()
        .upgrade_for_ballista()
        .with_ballista_logical_extension_codec(Arc::new(Logical::new(Arc::clone(&kitchen))))
        .with_ballista_physical_extension_codec(Arc::new(Physical::new(kitchen)))
        .with_ballista_grpc_client_max_message_size(MESSAGE as usize)
        // Its rules look aggregates up by name, and ours have none that the
        // executors know.
        .with_ballista_adaptive_query_planner(false);
    let planner = Planner {
        remote: BallistaQueryPlanner::with_extension(
            url.clone(),
            config.ballista_config(),
            config.ballista_logical_extension_codec(),
        ),
    };
    let config = config.with_ballista_query_planner(Arc::new(planner));
    let state = SessionStateBuilder::new_from_existing(state)
        .with_config(config)
        .build()
        .upgrade_for_ballista(url)?;
    Ok(hunt.with_remote(SessionContext::new_with_state(state)))
}

/// Host and port of `df://HOST[:PORT]`.
///
/// # Errors
/// When it is not that.
pub fn place(address: &str) -> std::result::Result<(String, u16), ClusterError> {
    let wrong = || ClusterError::Address(address.to_owned());
    let place = address.strip_prefix("df://").ok_or_else(wrong)?;
    let place = place.strip_suffix('/').unwrap_or(place);
    let (host, port) = match place.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, port.parse().map_err(|_| wrong())?),
        _ => (place, PORT),
    };
    if host.is_empty() || host.contains(['/', '@', '?', '#']) {
        return Err(wrong());
    }
    Ok((host.to_owned(), port))
}

/// Sends plans to the cluster, but for what the optimiser found to be nothing,
/// which Ballista would give without its columns.
#[derive(Debug)]
struct Planner {
    remote: BallistaQueryPlanner<LogicalPlanNode>,
}

#[async_trait]
impl QueryPlanner for Planner {
    async fn create_physical_plan(
        &self,
        plan: &LogicalPlan,
        session: &dyn Session,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        match plan {
            LogicalPlan::EmptyRelation(_) => {
                let local = DefaultPhysicalPlanner::default();
                local.create_physical_plan(plan, session).await
            }
            plan => self.remote.create_physical_plan(plan, session).await,
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn addresses() {
        let url = |address| {
            let (host, port) = super::place(address).ok()?;
            Some(format!("{host}:{port}"))
        };
        assert_eq!(url("df://ws:1234").as_deref(), Some("ws:1234"));
        assert_eq!(url("df://ws").as_deref(), Some("ws:50050"));
        assert_eq!(url("df://ws/").as_deref(), Some("ws:50050"));
        assert_eq!(url("df://[::1]:9").as_deref(), Some("[::1]:9"));
        assert_eq!(url("df://[::1]").as_deref(), Some("[::1]:50050"));
        for wrong in [
            "ws:1234",
            "http://ws",
            "df://",
            "df://:5",
            "df://a:b",
            "df://u@h:1",
        ] {
            assert_eq!(url(wrong), None, "{wrong}");
        }
    }
}
