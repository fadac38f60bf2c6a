//! Sorted rows without what their texts do not use.
//!
//! A text is a view into the page or batch that it came from. Rows that were
//! sorted hold on to all of those, so that the merge after a sort would count,
//! and keep, each of them once for every batch.

use std::{fmt, sync::Arc};

use datafusion::{
    arrow::array::{ArrayRef, AsArray, RecordBatch},
    common::{
        config::ConfigOptions,
        tree_node::{Transformed, TransformedResult, TreeNode, TreeNodeRecursion},
    },
    error::Result,
    execution::TaskContext,
    physical_expr::PhysicalExpr,
    physical_optimizer::PhysicalOptimizerRule,
    physical_plan::{
        DisplayAs, DisplayFormatType, ExecutionPlan, PlanProperties, SendableRecordBatchStream,
        sorts::sort::SortExec, stream::RecordBatchStreamAdapter,
    },
};
use futures::StreamExt;

/// The batch with texts of its own.
pub(super) fn compact(batch: RecordBatch) -> RecordBatch {
    let columns = batch
        .columns()
        .iter()
        .map(|array| match array.as_string_view_opt() {
            Some(texts) => Arc::new(texts.gc()) as ArrayRef,
            None => Arc::clone(array),
        });
    RecordBatch::try_new(batch.schema(), columns.collect()).unwrap_or(batch)
}

/// Puts a [`Compact`] above each sort of all rows.
#[derive(Debug)]
pub(super) struct AfterSorts;

impl PhysicalOptimizerRule for AfterSorts {
    fn name(&self) -> &'static str {
        "compact_after_sorts"
    }

    fn schema_check(&self) -> bool {
        true
    }

    fn optimize(
        &self,
        plan: Arc<dyn ExecutionPlan>,
        _: &ConfigOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        plan.transform_up(|node| {
            Ok(match node.downcast_ref::<SortExec>() {
                Some(sort) if sort.fetch().is_none() => {
                    Transformed::yes(Arc::new(Compact { input: node }) as Arc<dyn ExecutionPlan>)
                }
                _ => Transformed::no(node),
            })
        })
        .data()
    }
}

/// Each batch of its input, compact.
#[derive(Debug)]
struct Compact {
    input: Arc<dyn ExecutionPlan>,
}

impl DisplayAs for Compact {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Compact")
    }
}

impl ExecutionPlan for Compact {
    fn name(&self) -> &'static str {
        "Compact"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        self.input.properties()
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![&self.input]
    }

    fn maintains_input_order(&self) -> Vec<bool> {
        vec![true]
    }

    fn benefits_from_input_partitioning(&self) -> Vec<bool> {
        vec![false]
    }

    fn apply_expressions(
        &self,
        _: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn with_new_children(
        self: Arc<Self>,
        children: Vec<Arc<dyn ExecutionPlan>>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        Ok(match children.into_iter().next() {
            Some(input) => Arc::new(Self { input }),
            None => self,
        })
    }

    fn execute(
        &self,
        partition: usize,
        context: Arc<TaskContext>,
    ) -> Result<SendableRecordBatchStream> {
        let rows = self.input.execute(partition, context)?;
        Ok(Box::pin(RecordBatchStreamAdapter::new(
            rows.schema(),
            rows.map(|batch| batch.map(compact)),
        )))
    }
}
