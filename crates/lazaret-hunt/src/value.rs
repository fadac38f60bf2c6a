//! Scalar types and values: the vocabulary shared by the front ends, the
//! functions and the lake.

use std::fmt;

use datafusion::arrow::datatypes::{DataType, TimeUnit};
use serde::{Deserialize, Serialize};

/// The scalar types of KQL, as the engine stores them.
///
/// `int` and `long` are both 64 bits wide here, `decimal` and `real` both
/// double precision; `guid` is text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ScalarType {
    /// `true` or `false`.
    Bool,
    /// A 64-bit signed integer.
    #[serde(alias = "int")]
    Long,
    /// A double-precision number.
    #[serde(alias = "decimal", alias = "double")]
    Real,
    /// UTF-8 text; an absent string and an empty one are the same.
    #[default]
    #[serde(alias = "guid", alias = "uuid")]
    String,
    /// Microseconds since 1970 in UTC.
    Datetime,
    /// A difference of datetimes, in microseconds.
    #[serde(alias = "time")]
    Timespan,
    /// Any JSON value, stored as its text.
    Dynamic,
}

impl ScalarType {
    /// The Arrow type that holds values of this type.
    pub fn arrow(self) -> DataType {
        match self {
            Self::Bool => DataType::Boolean,
            Self::Long => DataType::Int64,
            Self::Real => DataType::Float64,
            // Views: values that a file holds once are told apart, grouped and passed
            // on without being copied.
            Self::String | Self::Dynamic => DataType::Utf8View,
            Self::Datetime => DataType::Timestamp(TimeUnit::Microsecond, None),
            Self::Timespan => DataType::Duration(TimeUnit::Microsecond),
        }
    }

    /// The type of a column as read from a file, and whether it needs a cast
    /// to [`ScalarType::arrow`].
    pub fn of_arrow(data: &DataType) -> Self {
        match data {
            DataType::Boolean => Self::Bool,
            data if data.is_integer() => Self::Long,
            data if data.is_numeric() => Self::Real,
            DataType::Timestamp(..) | DataType::Date32 | DataType::Date64 => Self::Datetime,
            DataType::Duration(_) | DataType::Time32(_) | DataType::Time64(_) => Self::Timespan,
            data if data.is_nested() => Self::Dynamic,
            DataType::Dictionary(_, value) => Self::of_arrow(value),
            _ => Self::String,
        }
    }

    /// The type named `name` in KQL.
    pub fn parse(name: &str) -> Option<Self> {
        Some(match name.to_ascii_lowercase().as_str() {
            "bool" | "boolean" => Self::Bool,
            "int" | "long" | "int32" | "int64" | "uint" | "ulong" | "uint32" | "uint64" => {
                Self::Long
            }
            "real" | "double" | "decimal" | "float" => Self::Real,
            "string" | "guid" | "uuid" | "uniqueid" => Self::String,
            "datetime" | "date" => Self::Datetime,
            "timespan" | "time" => Self::Timespan,
            "dynamic" | "object" => Self::Dynamic,
            _ => return None,
        })
    }

    /// The name of the type in KQL.
    pub fn name(self) -> &'static str {
        match self {
            Self::Bool => "bool",
            Self::Long => "long",
            Self::Real => "real",
            Self::String => "string",
            Self::Datetime => "datetime",
            Self::Timespan => "timespan",
            Self::Dynamic => "dynamic",
        }
    }

    /// Whether values of the type are numbers.
    pub fn is_number(self) -> bool {
        matches!(self, Self::Long | Self::Real)
    }
}

impl fmt::Display for ScalarType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// One value of a row handed to the lake.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Value {
    /// Nothing is known.
    #[default]
    Null,
    /// A truth value.
    Bool(bool),
    /// A whole number.
    Long(i64),
    /// A number.
    Real(f64),
    /// Text.
    Text(String),
    /// Microseconds since 1970, UTC.
    Datetime(i64),
    /// Microseconds.
    Timespan(i64),
    /// A JSON value, as its text.
    Dynamic(String),
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Long(number)
    }
}

impl From<bool> for Value {
    fn from(truth: bool) -> Self {
        Self::Bool(truth)
    }
}
