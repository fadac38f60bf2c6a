//! A cluster of nobody: every plan is written and read as between the machines of
//! a cluster, and then runs here.

use std::sync::Arc;

use async_trait::async_trait;
use datafusion::{
    catalog::Session,
    error::Result,
    execution::{SessionStateBuilder, context::QueryPlanner},
    logical_expr::LogicalPlan,
    physical_plan::ExecutionPlan,
    physical_planner::{DefaultPhysicalPlanner, PhysicalPlanner},
    prelude::SessionContext,
};
use datafusion_proto::bytes::{
    logical_plan_from_bytes_with_extension_codec, logical_plan_to_bytes_with_extension_codec,
    physical_plan_from_bytes_with_extension_codec, physical_plan_to_bytes_with_extension_codec,
};
use lazaret_content::Content;
use lazaret_hunt::Hunt;

use crate::{
    ClusterError,
    codec::{Logical, Physical, kitchen},
};

/// Lets `hunt` run plans as a cluster would read them, on this machine.
///
/// # Errors
/// When content is broken.
pub fn rehearse(hunt: Hunt, content: &Content) -> std::result::Result<Hunt, ClusterError> {
    let kitchen = kitchen(content)?;
    let wire = Wire {
        logical: Logical::new(Arc::clone(&kitchen)),
        physical: Physical::new(kitchen),
    };
    let state = SessionStateBuilder::new_from_existing(hunt.local().state())
        .with_query_planner(Arc::new(wire))
        .build();
    Ok(hunt.with_remote(SessionContext::new_with_state(state)))
}

#[derive(Debug)]
struct Wire {
    logical: Logical,
    physical: Physical,
}

#[async_trait]
impl QueryPlanner for Wire {
    async fn create_physical_plan(
        &self,
        plan: &LogicalPlan,
        session: &dyn Session,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let context = session.task_ctx();
        let bytes = logical_plan_to_bytes_with_extension_codec(plan, &self.logical)?;
        let plan = logical_plan_from_bytes_with_extension_codec(&bytes, &context, &self.logical)?;
        let plan = session.optimize(&plan)?;
        let plan = DefaultPhysicalPlanner::default()
            .create_physical_plan(&plan, session)
            .await?;
        let bytes = physical_plan_to_bytes_with_extension_codec(plan, &self.physical)?;
        physical_plan_from_bytes_with_extension_codec(&bytes, &context, &self.physical)
    }
}
