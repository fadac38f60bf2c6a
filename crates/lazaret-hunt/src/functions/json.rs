//! Dynamic values: paths, arrays and bags.

use std::sync::Arc;

use datafusion::{
    arrow::{
        array::{Array, ArrayRef, AsArray, Int64Builder, ListBuilder, StringViewBuilder},
        datatypes::{DataType, Field},
        json::ArrayWriter,
    },
    error::Result,
    logical_expr::{
        ColumnarValue, Expr, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility,
        expr::ScalarFunction,
    },
};
use serde_json::Value;

use super::{
    cell::{Cell, Reader, normal},
    origin::{self, Origin, Ours},
    row,
};
use crate::value::ScalarType;

/// A step of a path into a dynamic value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// A key of a bag.
    Key(String),
    /// An index of an array; negative ones count from the end.
    Index(i64),
}

/// `value` at `steps`; null where there is nothing.
pub fn path(value: Expr, given: ScalarType, steps: &[Step]) -> Expr {
    let name = format!(
        "path{}",
        steps
            .iter()
            .map(|step| format!("[{step:?}]"))
            .collect::<String>()
    );
    let steps = steps.to_vec();
    row::simple(
        name,
        vec![(value, given)],
        ScalarType::Dynamic,
        move |cells| {
            let Some(Cell::Dynamic(text) | Cell::Text(text)) = cells.first() else {
                return Cell::Null;
            };
            match serde_json::from_str::<Value>(text) {
                Ok(value) => at(&value, &steps).map_or(Cell::Null, Cell::dynamic),
                Err(_) => Cell::Null,
            }
        },
    )
}

fn at<'a>(value: &'a Value, steps: &[Step]) -> Option<&'a Value> {
    steps.iter().try_fold(value, |value, step| match step {
        Step::Key(key) => value.get(key),
        Step::Index(index) => item(value, *index),
    })
}

/// An item of an array; negative indices count from the end.
pub fn item(value: &Value, index: i64) -> Option<&Value> {
    let items = value.as_array()?;
    let index = if index < 0 {
        index + i64::try_from(items.len()).ok()?
    } else {
        index
    };
    items.get(usize::try_from(index).ok()?)
}

/// What a dynamic value expands to, each item as JSON text.
pub fn elements(value: Expr, array: bool) -> Expr {
    let function = Elements {
        array,
        signature: Signature::any(1, Volatility::Immutable),
        origin: Origin::here(),
    };
    Expr::ScalarFunction(ScalarFunction::new_udf(
        origin::scalar(function),
        vec![value],
    ))
}

#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct Elements {
    array: bool,
    signature: Signature,
    origin: Origin,
}

impl Ours for Elements {
    fn key(&self) -> String {
        format!("{self:?}")
    }

    fn origin(&self) -> &Origin {
        &self.origin
    }
}

impl ScalarUDFImpl for Elements {
    fn name(&self) -> &str {
        if self.array {
            "elements_of_pairs"
        } else {
            "elements"
        }
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::List(Arc::new(Field::new(
            "item",
            DataType::Utf8View,
            true,
        ))))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let arrays = ColumnarValue::values_to_arrays(&args.args)?;
        let mut builder = ListBuilder::new(StringViewBuilder::new());
        for array in arrays.first().into_iter() {
            let array = normal(array, ScalarType::Dynamic);
            let reader = Reader::new(&array, ScalarType::Dynamic);
            for row in 0..array.len() {
                match reader.get(row).json() {
                    Value::Array(items) => {
                        for item in items {
                            if item.is_null() {
                                builder.values().append_null();
                            } else {
                                builder.values().append_value(item.to_string());
                            }
                        }
                    }
                    Value::Object(bag) => {
                        for (key, value) in bag {
                            let item = if self.array {
                                Value::Array(vec![Value::String(key), value])
                            } else {
                                Value::Object([(key, value)].into_iter().collect())
                            };
                            builder.values().append_value(item.to_string());
                        }
                    }
                    Value::Null => builder.values().append_null(),
                    single => builder.values().append_value(single.to_string()),
                }
                builder.append(true);
            }
        }
        Ok(ColumnarValue::Array(Arc::new(builder.finish())))
    }
}

/// A nested Arrow column as JSON text.
pub fn to_json(value: Expr) -> Expr {
    let function = ToJson {
        signature: Signature::any(1, Volatility::Immutable),
        origin: Origin::here(),
    };
    Expr::ScalarFunction(ScalarFunction::new_udf(
        origin::scalar(function),
        vec![value],
    ))
}

/// The positions of a list's items, from 0.
pub fn positions(list: Expr) -> Expr {
    let function = Positions {
        signature: Signature::any(1, Volatility::Immutable),
        origin: Origin::here(),
    };
    Expr::ScalarFunction(ScalarFunction::new_udf(
        origin::scalar(function),
        vec![list],
    ))
}

#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct Positions {
    signature: Signature,
    origin: Origin,
}

impl Ours for Positions {
    fn key(&self) -> String {
        format!("{self:?}")
    }

    fn origin(&self) -> &Origin {
        &self.origin
    }
}

impl ScalarUDFImpl for Positions {
    fn name(&self) -> &str {
        "positions"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::List(Arc::new(Field::new(
            "item",
            DataType::Int64,
            true,
        ))))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let arrays = ColumnarValue::values_to_arrays(&args.args)?;
        let mut builder = ListBuilder::new(Int64Builder::new());
        for lists in arrays
            .first()
            .and_then(|array| array.as_list_opt::<i32>())
            .into_iter()
        {
            for row in 0..lists.len() {
                let length = if lists.is_null(row) {
                    0
                } else {
                    lists.value_length(row)
                };
                for at in 0..length {
                    builder.values().append_value(at.into());
                }
                builder.append(true);
            }
        }
        Ok(ColumnarValue::Array(Arc::new(builder.finish())))
    }
}

#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct ToJson {
    signature: Signature,
    origin: Origin,
}

impl Ours for ToJson {
    fn key(&self) -> String {
        format!("{self:?}")
    }

    fn origin(&self) -> &Origin {
        &self.origin
    }
}

impl ScalarUDFImpl for ToJson {
    fn name(&self) -> &str {
        "to_json"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Utf8View)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let arrays = ColumnarValue::values_to_arrays(&args.args)?;
        let mut builder = StringViewBuilder::new();
        for array in arrays.first().into_iter() {
            for row in 0..array.len() {
                if array.is_null(row) {
                    builder.append_null();
                } else {
                    builder.append_value(json_of(array, row)?);
                }
            }
        }
        Ok(ColumnarValue::Array(Arc::new(builder.finish())))
    }
}

fn json_of(array: &ArrayRef, row: usize) -> Result<String> {
    use datafusion::arrow::{array::RecordBatch, datatypes::Schema};
    let schema = Arc::new(Schema::new(vec![Field::new(
        "v",
        array.data_type().clone(),
        true,
    )]));
    let batch = RecordBatch::try_new(schema, vec![array.slice(row, 1)])?;
    let mut writer = ArrayWriter::new(Vec::new());
    writer.write(&batch)?;
    writer.finish()?;
    let value: Value = serde_json::from_slice(&writer.into_inner())
        .map_err(|error| datafusion::error::DataFusionError::External(Box::new(error)))?;
    Ok(value
        .get(0)
        .and_then(|row| row.get("v"))
        .unwrap_or(&Value::Null)
        .to_string())
}
