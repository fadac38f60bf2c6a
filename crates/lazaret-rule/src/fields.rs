//! What predicates are evaluated on.

use std::borrow::Cow;

/// The value of a field.
#[derive(Clone, Debug, PartialEq)]
pub enum FieldValue<'a> {
    /// Present and empty (JSON `null`).
    Null,
    /// Text.
    Text(Cow<'a, str>),
    /// A number.
    Number(f64),
    /// A truth value.
    Bool(bool),
    /// Several texts: a test holds where it holds for any of them.
    List(Vec<Cow<'a, str>>),
}

impl<'a> FieldValue<'a> {
    /// Calls `visit` with each text of the value until it says true.
    pub(crate) fn any_text(&self, visit: &mut dyn FnMut(&str) -> bool) -> bool {
        match self {
            Self::Null => false,
            Self::Text(text) => visit(text),
            Self::Number(number) => visit(&show(*number)),
            Self::Bool(true) => visit("true"),
            Self::Bool(false) => visit("false"),
            Self::List(list) => list.iter().any(|text| visit(text)),
        }
    }

    /// The value as a number, where it is one or reads as one.
    pub(crate) fn number(&self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Text(text) => text.trim().parse().ok(),
            Self::Null | Self::Bool(_) | Self::List(_) => None,
        }
    }
}

/// As it would have been written: no `.0` on whole numbers.
pub(crate) fn show(number: f64) -> String {
    // Ports, ids and sizes are whole, and written quickly.
    let whole = number as i32;
    if f64::from(whole) == number && (whole != 0 || number.is_sign_positive()) {
        whole.to_string()
    } else {
        number.to_string()
    }
}

impl<'a> From<&'a str> for FieldValue<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl From<String> for FieldValue<'_> {
    fn from(text: String) -> Self {
        Self::Text(Cow::Owned(text))
    }
}

impl From<f64> for FieldValue<'_> {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

impl From<bool> for FieldValue<'_> {
    fn from(truth: bool) -> Self {
        Self::Bool(truth)
    }
}

/// Something with named fields: a behaviour, a package, an event.
pub trait Fields {
    /// The value of a field; `None` where there is none of that name.
    fn get(&self, field: &str) -> Option<FieldValue<'_>>;

    /// Calls `visit` with each text that keywords are looked for in, until it
    /// says true. Nothing has keywords unless it says so.
    fn any_text(&self, visit: &mut dyn FnMut(&str) -> bool) -> bool {
        let _ = visit;
        false
    }
}

/// Fields in a plain map; for tests and small records.
#[derive(Clone, Debug, Default)]
pub struct Record<'a> {
    fields: std::collections::HashMap<String, FieldValue<'a>>,
}

impl<'a> Record<'a> {
    /// Sets a field.
    pub fn set(&mut self, field: &str, value: impl Into<FieldValue<'a>>) {
        self.fields.insert(field.to_owned(), value.into());
    }
}

impl<'a, V: Into<FieldValue<'a>>> FromIterator<(&'a str, V)> for Record<'a> {
    fn from_iter<I: IntoIterator<Item = (&'a str, V)>>(pairs: I) -> Self {
        let fields = pairs
            .into_iter()
            .map(|(field, value)| (field.to_owned(), value.into()))
            .collect();
        Self { fields }
    }
}

impl Fields for Record<'_> {
    fn get(&self, field: &str) -> Option<FieldValue<'_>> {
        self.fields.get(field).cloned()
    }

    fn any_text(&self, visit: &mut dyn FnMut(&str) -> bool) -> bool {
        self.fields.values().any(|value| value.any_text(visit))
    }
}
