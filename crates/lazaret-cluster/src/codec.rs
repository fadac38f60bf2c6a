//! What of a plan DataFusion and Ballista cannot write: our functions, a lake's
//! tables, and tables held in memory.

use std::{any::Any, sync::Arc};

use ballista_core::serde::{BallistaLogicalExtensionCodec, BallistaPhysicalExtensionCodec};
use datafusion::{
    arrow::datatypes::SchemaRef,
    catalog::{MemTable, TableProvider},
    common::{TableReference, internal_err, not_impl_err},
    datasource::file_format::FileFormatFactory,
    error::{DataFusionError, Result},
    execution::TaskContext,
    logical_expr::{AggregateUDF, Extension, LogicalPlan, ScalarUDF, WindowUDF},
    physical_plan::ExecutionPlan,
};
use datafusion_proto::{
    logical_plan::LogicalExtensionCodec,
    physical_plan::{PhysicalExtensionCodec, PhysicalProtoConverterExtension},
};
use lazaret_content::Content;
use lazaret_hunt::{
    HuntError,
    engine::recipe::{self, Kitchen},
    lake,
};

/// What a table's bytes begin with.
const LAKE: u8 = b'L';
const HELD: u8 = b'M';

pub(crate) fn kitchen(content: &Content) -> std::result::Result<Arc<Kitchen>, HuntError> {
    Kitchen::new(content).map(Arc::new)
}

fn failed(error: HuntError) -> DataFusionError {
    DataFusionError::External(Box::new(error))
}

fn write(function: &dyn Any, buf: &mut Vec<u8>) -> Result<()> {
    if let Some(bytes) = Kitchen::written(function).map_err(failed)? {
        buf.extend_from_slice(&bytes);
    }
    Ok(())
}

/// How both kinds of plans carry functions: as the recipe of their hunt.
macro_rules! of_functions {
    () => {
        fn try_decode_udf(&self, _: &str, buf: &[u8]) -> Result<Arc<ScalarUDF>> {
            self.kitchen.scalar(buf).map_err(failed)
        }

        fn try_encode_udf(&self, node: &ScalarUDF, buf: &mut Vec<u8>) -> Result<()> {
            write(node.inner().as_ref(), buf)
        }

        fn try_decode_udaf(&self, _: &str, buf: &[u8]) -> Result<Arc<AggregateUDF>> {
            self.kitchen.aggregate(buf).map_err(failed)
        }

        fn try_encode_udaf(&self, node: &AggregateUDF, buf: &mut Vec<u8>) -> Result<()> {
            write(node.inner().as_ref(), buf)
        }

        fn try_decode_udwf(&self, _: &str, buf: &[u8]) -> Result<Arc<WindowUDF>> {
            self.kitchen.window(buf).map_err(failed)
        }

        fn try_encode_udwf(&self, node: &WindowUDF, buf: &mut Vec<u8>) -> Result<()> {
            write(node.inner().as_ref(), buf)
        }
    };
}

/// Of logical plans, between the client and the scheduler.
#[derive(Debug)]
pub(crate) struct Logical {
    kitchen: Arc<Kitchen>,
    ballista: BallistaLogicalExtensionCodec,
}

impl Logical {
    pub(crate) fn new(kitchen: Arc<Kitchen>) -> Self {
        Self {
            kitchen,
            ballista: BallistaLogicalExtensionCodec::default(),
        }
    }
}

impl LogicalExtensionCodec for Logical {
    fn try_decode(
        &self,
        buf: &[u8],
        inputs: &[LogicalPlan],
        context: &TaskContext,
    ) -> Result<Extension> {
        self.ballista.try_decode(buf, inputs, context)
    }

    fn try_encode(&self, node: &Extension, buf: &mut Vec<u8>) -> Result<()> {
        self.ballista.try_encode(node, buf)
    }

    fn try_decode_table_provider(
        &self,
        buf: &[u8],
        _: &TableReference,
        schema: SchemaRef,
        _: &TaskContext,
    ) -> Result<Arc<dyn TableProvider>> {
        match buf.split_first() {
            Some((&LAKE, place)) => {
                let place = std::str::from_utf8(place)
                    .map_err(|error| DataFusionError::External(Box::new(error)))?;
                lake::at(place, schema).map_err(failed)
            }
            Some((&HELD, bytes)) => {
                let (schema, batches) = recipe::of_ipc(bytes).map_err(failed)?;
                Ok(Arc::new(MemTable::try_new(schema, vec![batches])?))
            }
            _ => internal_err!("a table of an unknown kind"),
        }
    }

    fn try_encode_table_provider(
        &self,
        name: &TableReference,
        table: Arc<dyn TableProvider>,
        buf: &mut Vec<u8>,
    ) -> Result<()> {
        if let Some(place) = lake::place(table.as_ref()).map_err(failed)? {
            buf.push(LAKE);
            buf.extend_from_slice(place.as_bytes());
            return Ok(());
        }
        let any: &dyn Any = table.as_ref();
        if let Some(held) = any.downcast_ref::<MemTable>() {
            let mut batches = Vec::new();
            for partition in &held.batches {
                match partition.try_read() {
                    Ok(found) => batches.extend(found.iter().cloned()),
                    Err(_) => return internal_err!("table `{name}` is being written"),
                }
            }
            buf.push(HELD);
            buf.extend_from_slice(&recipe::ipc(&held.schema(), &batches).map_err(failed)?);
            return Ok(());
        }
        not_impl_err!("cannot run on a cluster: table `{name}` is only on this machine")
    }

    fn try_decode_file_format(
        &self,
        buf: &[u8],
        context: &TaskContext,
    ) -> Result<Arc<dyn FileFormatFactory>> {
        self.ballista.try_decode_file_format(buf, context)
    }

    fn try_encode_file_format(
        &self,
        buf: &mut Vec<u8>,
        node: Arc<dyn FileFormatFactory>,
    ) -> Result<()> {
        self.ballista.try_encode_file_format(buf, node)
    }

    of_functions!();
}

/// Of physical plans, between the scheduler and the executors.
#[derive(Debug)]
pub(crate) struct Physical {
    kitchen: Arc<Kitchen>,
    ballista: BallistaPhysicalExtensionCodec,
}

impl Physical {
    pub(crate) fn new(kitchen: Arc<Kitchen>) -> Self {
        Self {
            kitchen,
            ballista: BallistaPhysicalExtensionCodec::default(),
        }
    }
}

impl PhysicalExtensionCodec for Physical {
    fn try_decode(
        &self,
        buf: &[u8],
        inputs: &[Arc<dyn ExecutionPlan>],
        context: &TaskContext,
        converter: &dyn PhysicalProtoConverterExtension,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        self.ballista.try_decode(buf, inputs, context, converter)
    }

    fn try_encode(
        &self,
        node: Arc<dyn ExecutionPlan>,
        buf: &mut Vec<u8>,
        converter: &dyn PhysicalProtoConverterExtension,
    ) -> Result<()> {
        self.ballista.try_encode(node, buf, converter)
    }

    of_functions!();
}
