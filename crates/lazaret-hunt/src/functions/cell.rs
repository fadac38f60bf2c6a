//! One value of a row as functions see it, read from and written to arrays.

use std::{borrow::Cow, sync::Arc};

use datafusion::{
    arrow::{
        array::{
            Array, ArrayRef, AsArray, BooleanArray, BooleanBuilder, DurationMicrosecondArray,
            DurationMicrosecondBuilder, Float64Array, Float64Builder, Int64Array, Int64Builder,
            StringViewArray, StringViewBuilder, TimestampMicrosecondArray,
            TimestampMicrosecondBuilder,
        },
        compute::cast,
        datatypes::{DurationMicrosecondType, Float64Type, Int64Type, TimestampMicrosecondType},
    },
    scalar::ScalarValue,
};
use serde_json::Value;

use super::time;
use crate::value::ScalarType;

/// One value.
#[derive(Clone, Debug, PartialEq, Default)]
pub enum Cell<'a> {
    /// Nothing.
    #[default]
    Null,
    /// A truth value.
    Bool(bool),
    /// A whole number.
    Long(i64),
    /// A number.
    Real(f64),
    /// Text.
    Text(Cow<'a, str>),
    /// Microseconds since 1970.
    Datetime(i64),
    /// Microseconds.
    Timespan(i64),
    /// JSON text.
    Dynamic(Cow<'a, str>),
}

impl<'a> Cell<'a> {
    /// Owned text.
    pub fn owned(text: impl Into<String>) -> Self {
        Self::Text(Cow::Owned(text.into()))
    }

    /// A JSON value, null included.
    pub fn dynamic(value: &Value) -> Self {
        if value.is_null() {
            Self::Null
        } else {
            Self::Dynamic(Cow::Owned(value.to_string()))
        }
    }

    /// Whether it is nothing, or an empty string.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Null => true,
            Self::Text(text) | Self::Dynamic(text) => {
                text.is_empty() || matches!(self, Self::Dynamic(_)) && text == "\"\""
            }
            _ => false,
        }
    }

    /// The value as KQL's `tostring` gives it; empty for nothing.
    pub fn text(&self) -> Cow<'_, str> {
        match self {
            Self::Null => Cow::Borrowed(""),
            Self::Bool(truth) => Cow::Borrowed(if *truth { "true" } else { "false" }),
            Self::Long(number) => Cow::Owned(number.to_string()),
            Self::Real(number) => Cow::Owned(real_text(*number)),
            Self::Text(text) => Cow::Borrowed(text),
            Self::Datetime(time) => Cow::Owned(time::format_datetime(*time)),
            Self::Timespan(span) => Cow::Owned(time::format_timespan(*span)),
            Self::Dynamic(text) if text.starts_with('"') => {
                match serde_json::from_str::<String>(text) {
                    Ok(text) => Cow::Owned(text),
                    Err(_) => Cow::Borrowed(text),
                }
            }
            Self::Dynamic(text) if text == "null" => Cow::Borrowed(""),
            Self::Dynamic(text) => Cow::Borrowed(text),
        }
    }

    /// The value as JSON.
    pub fn json(&self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Bool(truth) => Value::Bool(*truth),
            Self::Long(number) => (*number).into(),
            Self::Real(number) => (*number).into(),
            Self::Dynamic(text) => serde_json::from_str(text)
                .unwrap_or_else(|_| Value::String(text.clone().into_owned())),
            other => Value::String(other.text().into_owned()),
        }
    }

    /// The value as JSON.
    pub fn into_json(self) -> Value {
        match self {
            Self::Text(text) => Value::String(text.into_owned()),
            other => other.json(),
        }
    }

    /// The number it is or reads as.
    pub fn real(&self) -> Option<f64> {
        match self {
            Self::Bool(truth) => Some(f64::from(u8::from(*truth))),
            Self::Long(number) | Self::Timespan(number) | Self::Datetime(number) => {
                Some(*number as f64)
            }
            Self::Real(number) => Some(*number),
            Self::Text(_) | Self::Dynamic(_) => {
                let text = self.text();
                let text = text.trim();
                text.parse()
                    .ok()
                    .or_else(|| hex(text).map(|number| number as f64))
            }
            Self::Null => None,
        }
    }

    /// The whole number it is or reads as; fractions are cut off.
    pub fn long(&self) -> Option<i64> {
        match self {
            Self::Bool(truth) => Some(i64::from(*truth)),
            Self::Long(number) => Some(*number),
            Self::Timespan(span) => Some(span.saturating_mul(10)),
            Self::Datetime(time) => Some(time.saturating_mul(10)),
            Self::Real(number) => (number.is_finite()).then_some(*number as i64),
            Self::Text(_) | Self::Dynamic(_) => {
                let text = self.text();
                let text = text.trim();
                text.parse().ok().or_else(|| hex(text)).or_else(|| {
                    text.parse::<f64>()
                        .ok()
                        .filter(|number| number.is_finite())
                        .map(|number| number as i64)
                })
            }
            Self::Null => None,
        }
    }

    /// The truth value it is or reads as.
    pub fn truth(&self) -> Option<bool> {
        match self {
            Self::Bool(truth) => Some(*truth),
            Self::Long(number) => Some(*number != 0),
            Self::Real(number) => Some(*number != 0.0),
            Self::Text(_) | Self::Dynamic(_) => match self.text().trim() {
                "1" => Some(true),
                "0" => Some(false),
                text if text.eq_ignore_ascii_case("true") => Some(true),
                text if text.eq_ignore_ascii_case("false") => Some(false),
                text => text.parse::<i64>().ok().map(|number| number != 0),
            },
            _ => None,
        }
    }

    /// The time it is or reads as.
    pub fn datetime(&self) -> Option<i64> {
        match self {
            Self::Datetime(time) => Some(*time),
            Self::Long(ticks) => Some(ticks / 10),
            Self::Text(_) | Self::Dynamic(_) => time::parse_datetime(&self.text()),
            _ => None,
        }
    }

    /// The duration it is or reads as.
    pub fn timespan(&self) -> Option<i64> {
        match self {
            Self::Timespan(span) => Some(*span),
            Self::Long(ticks) => Some(ticks / 10),
            Self::Text(_) | Self::Dynamic(_) => time::parse_timespan(&self.text()),
            _ => None,
        }
    }

    /// The value as a type; null when it is not one.
    #[must_use]
    pub fn to(self, scalar: ScalarType) -> Self {
        let or_null = |cell: Option<Self>| cell.unwrap_or(Self::Null);
        match (scalar, &self) {
            (_, Self::Null)
            | (ScalarType::String, Self::Text(_))
            | (ScalarType::Dynamic, Self::Dynamic(_))
            | (ScalarType::Long, Self::Long(_))
            | (ScalarType::Real, Self::Real(_))
            | (ScalarType::Bool, Self::Bool(_))
            | (ScalarType::Datetime, Self::Datetime(_))
            | (ScalarType::Timespan, Self::Timespan(_)) => self,
            (ScalarType::String, _) => Self::owned(self.text().into_owned()),
            (ScalarType::Dynamic, _) => Self::dynamic(&self.json()),
            (ScalarType::Long, _) => or_null(self.long().map(Self::Long)),
            (ScalarType::Real, _) => or_null(self.real().map(Self::Real)),
            (ScalarType::Bool, _) => or_null(self.truth().map(Self::Bool)),
            (ScalarType::Datetime, _) => or_null(self.datetime().map(Self::Datetime)),
            (ScalarType::Timespan, _) => or_null(self.timespan().map(Self::Timespan)),
        }
    }

    /// The same without a borrow.
    pub fn into_owned(self) -> Cell<'static> {
        match self {
            Self::Null => Cell::Null,
            Self::Bool(truth) => Cell::Bool(truth),
            Self::Long(number) => Cell::Long(number),
            Self::Real(number) => Cell::Real(number),
            Self::Text(text) => Cell::Text(Cow::Owned(text.into_owned())),
            Self::Datetime(time) => Cell::Datetime(time),
            Self::Timespan(span) => Cell::Timespan(span),
            Self::Dynamic(text) => Cell::Dynamic(Cow::Owned(text.into_owned())),
        }
    }

    /// The value as a DataFusion constant of type `scalar`.
    pub fn scalar(self, scalar: ScalarType) -> ScalarValue {
        match (scalar, self.to(scalar)) {
            (ScalarType::Bool, cell) => ScalarValue::Boolean(cell.truth()),
            (ScalarType::Long, cell) => ScalarValue::Int64(cell.long()),
            (ScalarType::Real, cell) => ScalarValue::Float64(cell.real()),
            (ScalarType::String | ScalarType::Dynamic, Cell::Text(text) | Cell::Dynamic(text)) => {
                ScalarValue::Utf8View(Some(text.into_owned()))
            }
            (ScalarType::String | ScalarType::Dynamic, _) => ScalarValue::Utf8View(None),
            (ScalarType::Datetime, cell) => {
                ScalarValue::TimestampMicrosecond(cell.datetime(), None)
            }
            (ScalarType::Timespan, cell) => ScalarValue::DurationMicrosecond(cell.timespan()),
        }
    }
}

fn hex(text: &str) -> Option<i64> {
    let digits = text
        .strip_prefix("0x")
        .or_else(|| text.strip_prefix("0X"))?;
    u64::from_str_radix(digits, 16)
        .ok()
        .map(|number| number as i64)
}

fn real_text(number: f64) -> String {
    if number.is_finite() && number.fract() == 0.0 && number.abs() < 1e15 {
        format!("{number:.1}")
    } else {
        number.to_string()
    }
}

/// The array itself if it holds values of type `scalar` as the engine stores
/// them, else a cast one.
pub fn normal(array: &ArrayRef, scalar: ScalarType) -> ArrayRef {
    let target = scalar.arrow();
    if *array.data_type() == target {
        return Arc::clone(array);
    }
    cast(array, &target)
        .unwrap_or_else(|_| datafusion::arrow::array::new_null_array(&target, array.len()))
}

/// Reads cells out of an array.
#[derive(Debug)]
pub enum Reader<'a> {
    /// See [`ScalarType::Bool`].
    Bool(&'a BooleanArray),
    /// See [`ScalarType::Long`].
    Long(&'a Int64Array),
    /// See [`ScalarType::Real`].
    Real(&'a Float64Array),
    /// See [`ScalarType::String`].
    Text(&'a StringViewArray),
    /// See [`ScalarType::Datetime`].
    Datetime(&'a TimestampMicrosecondArray),
    /// See [`ScalarType::Timespan`].
    Timespan(&'a DurationMicrosecondArray),
    /// See [`ScalarType::Dynamic`].
    Dynamic(&'a StringViewArray),
    /// An array of another type than was planned.
    None,
}

impl<'a> Reader<'a> {
    /// A reader of values of type `scalar`; the array must hold them as the
    /// engine stores them (see [`normal`]), or all read as null.
    pub fn new(array: &'a ArrayRef, scalar: ScalarType) -> Self {
        let reader = match scalar {
            ScalarType::Bool => array.as_boolean_opt().map(Self::Bool),
            ScalarType::Long => array.as_primitive_opt::<Int64Type>().map(Self::Long),
            ScalarType::Real => array.as_primitive_opt::<Float64Type>().map(Self::Real),
            ScalarType::String => array.as_string_view_opt().map(Self::Text),
            ScalarType::Datetime => array
                .as_primitive_opt::<TimestampMicrosecondType>()
                .map(Self::Datetime),
            ScalarType::Timespan => array
                .as_primitive_opt::<DurationMicrosecondType>()
                .map(Self::Timespan),
            ScalarType::Dynamic => array.as_string_view_opt().map(Self::Dynamic),
        };
        reader.unwrap_or(Self::None)
    }

    /// The value of a row.
    pub fn get(&self, row: usize) -> Cell<'a> {
        match self {
            Self::Bool(array) if array.is_valid(row) => Cell::Bool(array.value(row)),
            Self::Long(array) if array.is_valid(row) => Cell::Long(array.value(row)),
            Self::Real(array) if array.is_valid(row) => Cell::Real(array.value(row)),
            Self::Text(array) if array.is_valid(row) => Cell::Text(Cow::Borrowed(array.value(row))),
            Self::Datetime(array) if array.is_valid(row) => Cell::Datetime(array.value(row)),
            Self::Timespan(array) if array.is_valid(row) => Cell::Timespan(array.value(row)),
            Self::Dynamic(array) if array.is_valid(row) => {
                Cell::Dynamic(Cow::Borrowed(array.value(row)))
            }
            _ => Cell::Null,
        }
    }
}

/// Bytes of a piece of what an array's texts are put into.
const BLOCK: u32 = 64 << 10;

/// Collects cells into an array.
#[derive(Debug)]
pub struct Builder {
    scalar: ScalarType,
    inner: Inner,
}

#[derive(Debug)]
enum Inner {
    Bool(BooleanBuilder),
    Long(Int64Builder),
    Real(Float64Builder),
    Text(StringViewBuilder),
    Datetime(TimestampMicrosecondBuilder),
    Timespan(DurationMicrosecondBuilder),
}

impl Builder {
    /// An empty array of type `scalar`.
    pub fn new(scalar: ScalarType, rows: usize) -> Self {
        let inner = match scalar {
            ScalarType::Bool => Inner::Bool(BooleanBuilder::with_capacity(rows)),
            ScalarType::Long => Inner::Long(Int64Builder::with_capacity(rows)),
            ScalarType::Real => Inner::Real(Float64Builder::with_capacity(rows)),
            ScalarType::String | ScalarType::Dynamic => {
                Inner::Text(StringViewBuilder::with_capacity(rows).with_fixed_block_size(BLOCK))
            }
            ScalarType::Datetime => {
                Inner::Datetime(TimestampMicrosecondBuilder::with_capacity(rows))
            }
            ScalarType::Timespan => {
                Inner::Timespan(DurationMicrosecondBuilder::with_capacity(rows))
            }
        };
        Self { scalar, inner }
    }

    /// Adds a value, converted where it is of another type.
    pub fn push(&mut self, cell: Cell<'_>) {
        let cell = cell.to(self.scalar);
        match &mut self.inner {
            Inner::Bool(builder) => builder.append_option(cell.truth()),
            Inner::Long(builder) => builder.append_option(cell.long()),
            Inner::Real(builder) => builder.append_option(cell.real()),
            Inner::Datetime(builder) => builder.append_option(cell.datetime()),
            Inner::Timespan(builder) => builder.append_option(cell.timespan()),
            Inner::Text(builder) => match &cell {
                Cell::Text(text) | Cell::Dynamic(text) => builder.append_value(text),
                _ => builder.append_null(),
            },
        }
    }

    /// The array.
    pub fn finish(mut self) -> ArrayRef {
        match &mut self.inner {
            Inner::Bool(builder) => Arc::new(builder.finish()),
            Inner::Long(builder) => Arc::new(builder.finish()),
            Inner::Real(builder) => Arc::new(builder.finish()),
            Inner::Text(builder) => Arc::new(builder.finish()),
            Inner::Datetime(builder) => Arc::new(builder.finish()),
            Inner::Timespan(builder) => Arc::new(builder.finish()),
        }
    }
}
