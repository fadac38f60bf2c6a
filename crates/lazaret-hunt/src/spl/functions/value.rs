//! A field's value as SPL sees it: text that may read as a number, or several.

use std::borrow::Cow;

use serde_json::Value;

use crate::functions::cell::Cell;

/// The most values a field may hold.
pub const VALUES: usize = 100_000;

/// The text of a single value; `None` for nothing.
pub fn text<'a>(cell: &'a Cell<'_>) -> Option<Cow<'a, str>> {
    Some(match cell {
        Cell::Null => return None,
        Cell::Text(text) => Cow::Borrowed(text.as_ref()),
        Cell::Bool(truth) => Cow::Borrowed(if *truth { "True" } else { "False" }),
        Cell::Real(number) => Cow::Owned(number_text(*number)),
        Cell::Datetime(time) => Cow::Owned(number_text(*time as f64 / 1e6)),
        Cell::Timespan(span) => Cow::Owned(number_text(*span as f64 / 1e6)),
        Cell::Dynamic(_) => {
            let values = values(cell);
            if values.is_empty() {
                return None;
            }
            Cow::Owned(values.join("\n"))
        }
        cell => Cow::Owned(cell.text().into_owned()),
    })
}

/// A number as Splunk writes it: whole ones without a point.
pub fn number_text(number: f64) -> String {
    if number.is_finite() && number.fract() == 0.0 && number.abs() < 1e15 {
        format!("{number:.0}")
    } else {
        let text = format!("{number:.6}");
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    }
}

/// The number it is or reads as.
pub fn number(cell: &Cell<'_>) -> Option<f64> {
    match cell {
        Cell::Null => None,
        Cell::Bool(truth) => Some(f64::from(u8::from(*truth))),
        Cell::Long(number) => Some(*number as f64),
        Cell::Real(number) => Some(*number),
        Cell::Datetime(time) | Cell::Timespan(time) => Some(*time as f64 / 1e6),
        Cell::Text(text) => parse(text),
        Cell::Dynamic(_) => parse(text(cell)?.as_ref()),
    }
}

/// The number a text reads as.
pub fn parse(text: &str) -> Option<f64> {
    let text = text.trim();
    text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.'))
        .then(|| text.parse().ok())
        .flatten()
}

/// All values.
pub fn values(cell: &Cell<'_>) -> Vec<String> {
    match cell {
        Cell::Null => Vec::new(),
        Cell::Dynamic(json) => match serde_json::from_str(json) {
            Ok(Value::Array(items)) => items.iter().filter_map(item).take(VALUES).collect(),
            Ok(value) => item(&value).into_iter().collect(),
            Err(_) => vec![json.clone().into_owned()],
        },
        cell => text(cell).map(Cow::into_owned).into_iter().collect(),
    }
}

fn item(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(match number.as_i64() {
            Some(whole) => whole.to_string(),
            None => number_text(number.as_f64().unwrap_or(f64::NAN)),
        }),
        value => Some(value.to_string()),
    }
}

/// Several values as one cell; one value is that value.
pub fn many(mut values: Vec<String>) -> Cell<'static> {
    match values.len() {
        0 => Cell::Null,
        1 => Cell::dynamic(&Value::String(values.remove(0))),
        _ => Cell::dynamic(&Value::Array(
            values.into_iter().map(Value::String).collect(),
        )),
    }
}

/// A number as a cell: whole ones as such.
pub fn number_cell(number: f64) -> Cell<'static> {
    if number.is_finite() {
        Cell::Real(number)
    } else {
        Cell::Null
    }
}
