//! Functions that go over the rows in their order and keep something from row
//! to row, as DataFusion window functions.

use std::{
    fmt,
    hash::{Hash, Hasher},
    sync::Arc,
};

use datafusion::{
    arrow::{
        array::ArrayRef,
        datatypes::{Field, FieldRef},
    },
    error::Result,
    logical_expr::{
        Expr, LimitEffect, PartitionEvaluator, Signature, Volatility, WindowFunctionDefinition,
        WindowUDFImpl,
        expr::WindowFunction,
        function::{PartitionEvaluatorArgs, WindowUDFFieldArgs},
    },
    physical_expr::PhysicalExpr,
};

use super::{
    cell::{Builder, Cell, Reader, normal},
    origin::{self, Origin, Ours},
};
use crate::value::ScalarType;

/// What is done with a row; it remembers what it must.
pub type Step = Box<dyn FnMut(&[Cell<'_>]) -> Result<Cell<'static>> + Send>;

pub(super) struct Running {
    /// Tells apart functions that differ in what is baked into `start`.
    name: String,
    given: Vec<ScalarType>,
    returns: ScalarType,
    signature: Signature,
    start: Arc<dyn Fn() -> Step + Send + Sync>,
    origin: Origin,
}

impl Ours for Running {
    fn key(&self) -> String {
        format!("{} {:?} {:?}", self.name, self.given, self.returns)
    }

    fn origin(&self) -> &Origin {
        &self.origin
    }
}

impl fmt::Debug for Running {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Running")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

impl PartialEq for Running {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name && self.given == other.given && self.returns == other.returns
    }
}

impl Eq for Running {}

impl Hash for Running {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
        self.given.hash(state);
    }
}

impl WindowUDFImpl for Running {
    fn name(&self) -> &str {
        &self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn partition_evaluator(
        &self,
        _: PartitionEvaluatorArgs<'_>,
    ) -> Result<Box<dyn PartitionEvaluator>> {
        Ok(Box::new(Evaluator {
            given: self.given.clone(),
            returns: self.returns,
            step: (self.start)(),
        }))
    }

    fn field(&self, args: WindowUDFFieldArgs<'_>) -> Result<FieldRef> {
        Ok(Field::new(args.name(), self.returns.arrow(), true).into())
    }

    fn limit_effect(&self, _: &[Arc<dyn PhysicalExpr>]) -> LimitEffect {
        LimitEffect::Unknown
    }
}

struct Evaluator {
    given: Vec<ScalarType>,
    returns: ScalarType,
    step: Step,
}

impl fmt::Debug for Evaluator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Evaluator").finish_non_exhaustive()
    }
}

impl PartitionEvaluator for Evaluator {
    fn evaluate_all(&mut self, values: &[ArrayRef], rows: usize) -> Result<ArrayRef> {
        let arrays: Vec<ArrayRef> = values
            .iter()
            .zip(&self.given)
            .map(|(array, given)| normal(array, *given))
            .collect();
        let readers: Vec<Reader<'_>> = arrays
            .iter()
            .zip(&self.given)
            .map(|(array, given)| Reader::new(array, *given))
            .collect();
        let mut builder = Builder::new(self.returns, rows);
        let mut cells = Vec::with_capacity(readers.len());
        for row in 0..rows {
            cells.clear();
            cells.extend(readers.iter().map(|reader| reader.get(row)));
            builder.push((self.step)(&cells)?);
        }
        Ok(builder.finish())
    }
}

/// A call over `args`, without the order of the rows. `start` is asked for a
/// new step for each partition of the rows.
pub fn call(
    name: impl Into<String>,
    args: Vec<(Expr, ScalarType)>,
    returns: ScalarType,
    start: impl Fn() -> Step + Send + Sync + 'static,
) -> Expr {
    let (args, given): (Vec<Expr>, Vec<ScalarType>) = args.into_iter().unzip();
    let function = Running {
        name: name.into(),
        signature: Signature::any(given.len(), Volatility::Immutable),
        given,
        returns,
        start: Arc::new(start),
        origin: Origin::here(),
    };
    Expr::from(WindowFunction::new(
        WindowFunctionDefinition::WindowUDF(origin::window(function)),
        args,
    ))
}
