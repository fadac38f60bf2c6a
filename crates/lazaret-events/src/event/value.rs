//! Values of fields.

use std::{borrow::Cow, fmt, ops::Deref, sync::Arc};

use super::Text;

/// Microseconds since 1970, UTC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(pub i64);

impl Time {
    /// From seconds and microseconds since 1970; `None` on overflow.
    pub fn from_parts(seconds: i64, micros: i64) -> Option<Self> {
        seconds
            .checked_mul(1_000_000)?
            .checked_add(micros)
            .map(Self)
    }

    /// As a timestamp; `None` outside of the years -9999 to 9999.
    pub fn timestamp(self) -> Option<jiff::Timestamp> {
        jiff::Timestamp::from_microsecond(self.0).ok()
    }
}

impl From<jiff::Timestamp> for Time {
    fn from(time: jiff::Timestamp) -> Self {
        Self(time.as_microsecond())
    }
}

/// RFC 3339 with six digits (`2026-11-21T00:15:00.123456Z`).
impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.timestamp() {
            Some(time) => write!(f, "{time:.6}"),
            None => write!(f, "{}", self.0),
        }
    }
}

/// Values by the source's own names, in the order of the record; shared by
/// events that say the same.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Additional(Option<Arc<Vec<(Text, Scalar)>>>);

impl Additional {
    /// Adds a value behind the others.
    pub fn push(&mut self, value: (Text, Scalar)) {
        Arc::make_mut(self.0.get_or_insert_default()).push(value);
    }

    /// Adds what another event said.
    pub(crate) fn extend(&mut self, other: &Self) {
        if self.0.is_none() {
            self.0.clone_from(&other.0);
        } else {
            other.iter().cloned().for_each(|value| self.push(value));
        }
    }
}

impl Deref for Additional {
    type Target = [(Text, Scalar)];

    fn deref(&self) -> &Self::Target {
        self.0.as_deref().map_or(&[], Vec::as_slice)
    }
}

/// A value that an event keeps outside of its typed parts.
#[derive(Clone, Debug, PartialEq)]
pub enum Scalar {
    /// Text.
    Text(Text),
    /// A whole number.
    Long(i64),
    /// Any other number.
    Real(f64),
    /// A truth value.
    Bool(bool),
    /// A time.
    Time(Time),
    /// A JSON array or object, as its text.
    Json(Text),
}

impl From<&str> for Scalar {
    fn from(text: &str) -> Self {
        Self::Text(Text::new(text))
    }
}

impl From<Text> for Scalar {
    fn from(text: Text) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Scalar {
    fn from(number: i64) -> Self {
        Self::Long(number)
    }
}

impl From<bool> for Scalar {
    fn from(truth: bool) -> Self {
        Self::Bool(truth)
    }
}

impl Scalar {
    /// Borrowed as the value of a field.
    pub fn value(&self) -> Value<'_> {
        match self {
            Self::Text(text) => Value::Text(Cow::Borrowed(text)),
            Self::Long(number) => Value::Long(*number),
            Self::Real(number) => Value::Real(*number),
            Self::Bool(truth) => Value::Bool(*truth),
            Self::Time(time) => Value::Time(*time),
            Self::Json(text) => Value::Json(Cow::Borrowed(text)),
        }
    }
}

/// The value of a field.
#[derive(Clone, Debug, PartialEq)]
pub enum Value<'a> {
    /// Text.
    Text(Cow<'a, str>),
    /// A whole number.
    Long(i64),
    /// Any other number.
    Real(f64),
    /// A truth value.
    Bool(bool),
    /// A time.
    Time(Time),
    /// A JSON array or object, as its text (Kusto: dynamic).
    Json(Cow<'a, str>),
}

impl<'a> Value<'a> {
    /// As text, however it is kept.
    pub fn text(&self) -> Cow<'_, str> {
        match self {
            Self::Text(text) | Self::Json(text) => Cow::Borrowed(text),
            Self::Long(number) => Cow::Owned(number.to_string()),
            Self::Real(number) => Cow::Owned(number.to_string()),
            Self::Bool(truth) => Cow::Borrowed(if *truth { "true" } else { "false" }),
            Self::Time(time) => Cow::Owned(time.to_string()),
        }
    }

    /// Borrowed text; `None` where it is empty.
    pub(crate) fn of(text: &'a str) -> Option<Self> {
        (!text.is_empty()).then_some(Self::Text(Cow::Borrowed(text)))
    }

    /// Kept for longer than its event.
    pub fn scalar(&self) -> Scalar {
        match self {
            Self::Text(text) => Scalar::Text(Text::new(text)),
            Self::Long(number) => Scalar::Long(*number),
            Self::Real(number) => Scalar::Real(*number),
            Self::Bool(truth) => Scalar::Bool(*truth),
            Self::Time(time) => Scalar::Time(*time),
            Self::Json(text) => Scalar::Json(Text::new(text)),
        }
    }
}
