//! Functions of one row, as DataFusion functions.

use std::{
    fmt,
    hash::{Hash, Hasher},
    sync::Arc,
};

use datafusion::{
    arrow::{array::ArrayRef, datatypes::DataType},
    error::Result,
    logical_expr::{
        ColumnarValue, Expr, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility,
        expr::ScalarFunction,
    },
    scalar::ScalarValue,
};

use super::{
    cell::{Builder, Cell, Reader, normal},
    origin::{self, Origin, Ours},
};
use crate::value::ScalarType;

/// What a row function computes.
pub type Eval = Arc<dyn Fn(&[Cell<'_>]) -> Cell<'static> + Send + Sync>;

/// A parameter: the type stored, and the type the function wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Param {
    /// The type of the argument as planned.
    pub given: ScalarType,
    /// The type it is converted to, if not that.
    pub wanted: ScalarType,
}

pub(super) struct RowFunction {
    name: String,
    params: Vec<Param>,
    returns: ScalarType,
    signature: Signature,
    eval: Eval,
    origin: Origin,
}

impl Ours for RowFunction {
    fn key(&self) -> String {
        format!("{} {:?} {:?}", self.name, self.params, self.returns)
    }

    fn origin(&self) -> &Origin {
        &self.origin
    }
}

impl fmt::Debug for RowFunction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RowFunction")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

// Two functions of one name and the same types are the same: constants that
// are baked into one are part of its name.
impl PartialEq for RowFunction {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name && self.params == other.params && self.returns == other.returns
    }
}

impl Eq for RowFunction {}

impl Hash for RowFunction {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
        self.params.hash(state);
    }
}

impl ScalarUDFImpl for RowFunction {
    fn name(&self) -> &str {
        &self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(self.returns.arrow())
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let constant = args
            .args
            .iter()
            .all(|arg| matches!(arg, ColumnarValue::Scalar(_)));
        let rows = if constant { 1 } else { args.number_rows };
        // A constant argument is one row that is read again and again.
        let arrays = args
            .args
            .iter()
            .zip(&self.params)
            .map(|(arg, param)| match arg {
                ColumnarValue::Array(array) => Ok((normal(array, param.given), false)),
                ColumnarValue::Scalar(scalar) => {
                    Ok((normal(&scalar.to_array()?, param.given), true))
                }
            })
            .collect::<Result<Vec<(ArrayRef, bool)>>>()?;
        let readers: Vec<(Reader<'_>, bool, Param)> = arrays
            .iter()
            .zip(&self.params)
            .map(|((array, constant), param)| (Reader::new(array, param.given), *constant, *param))
            .collect();
        let mut builder = Builder::new(self.returns, rows);
        let mut cells = Vec::with_capacity(readers.len());
        for row in 0..rows {
            cells.clear();
            for (reader, constant, param) in &readers {
                let cell = reader.get(if *constant { 0 } else { row });
                cells.push(if param.given == param.wanted {
                    cell
                } else {
                    cell.to(param.wanted)
                });
            }
            builder.push((self.eval)(&cells));
        }
        let array = builder.finish();
        Ok(if constant {
            ColumnarValue::Scalar(ScalarValue::try_from_array(&array, 0)?)
        } else {
            ColumnarValue::Array(array)
        })
    }
}

/// A call of a row function. `name` must tell apart functions that differ in
/// what is baked into `eval`.
pub fn call(
    name: impl Into<String>,
    args: Vec<(Expr, Param)>,
    returns: ScalarType,
    volatile: bool,
    eval: Eval,
) -> Expr {
    let (args, params): (Vec<Expr>, Vec<Param>) = args.into_iter().unzip();
    let volatility = if volatile {
        Volatility::Volatile
    } else {
        Volatility::Immutable
    };
    let signature = if params.is_empty() {
        Signature::nullary(volatility)
    } else {
        Signature::any(params.len(), volatility)
    };
    let function = RowFunction {
        name: name.into(),
        params,
        returns,
        signature,
        eval,
        origin: Origin::here(),
    };
    Expr::ScalarFunction(ScalarFunction::new_udf(origin::scalar(function), args))
}

/// A call with arguments that are taken as they are.
pub fn simple(
    name: impl Into<String>,
    args: Vec<(Expr, ScalarType)>,
    returns: ScalarType,
    eval: impl Fn(&[Cell<'_>]) -> Cell<'static> + Send + Sync + 'static,
) -> Expr {
    let args = args
        .into_iter()
        .map(|(arg, given)| {
            (
                arg,
                Param {
                    given,
                    wanted: given,
                },
            )
        })
        .collect();
    call(name, args, returns, false, Arc::new(eval))
}
