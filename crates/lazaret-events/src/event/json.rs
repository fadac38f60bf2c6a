//! Events as JSON Lines: the table's columns, so that what we write reads
//! back as what any Advanced Hunting export is.

use super::{Event, Field, Scalar, Value};

impl Event {
    /// Appends the event as one JSON object without a line break. `Type` names
    /// the table, as it does in Azure Monitor's exports.
    pub fn write_json(&self, out: &mut String) {
        out.push_str("{\"Type\":");
        quote(self.table.name(), out);
        for (name, value) in self.columns_with_names() {
            out.push(',');
            quote(name, out);
            out.push(':');
            match &value {
                Value::Text(text) => quote(text, out),
                Value::Long(number) => out.push_str(&number.to_string()),
                Value::Bool(truth) => out.push_str(if *truth { "true" } else { "false" }),
                Value::Real(number) => match serde_json::Number::from_f64(*number) {
                    Some(number) => out.push_str(&number.to_string()),
                    None => out.push_str("null"),
                },
                Value::Time(time) => {
                    out.push('"');
                    out.push_str(&time.to_string());
                    out.push('"');
                }
                Value::Json(text) => out.push_str(&one_line(text)),
            }
        }
        out.push('}');
    }

    /// The columns, with `AdditionalFields` even for tables that have none:
    /// nothing known is lost.
    fn columns_with_names(&self) -> impl Iterator<Item = (&str, Value<'_>)> {
        let absent = !self.table.fields().contains(&Field::AdditionalFields)
            && !matches!(self.table, super::Table::Other(_));
        let more = absent.then(|| self.get(Field::AdditionalFields)).flatten();
        self.columns()
            .chain(more.map(|value| (Field::AdditionalFields.name(), value)))
    }
}

/// JSON text is kept as it was read; it must not break the line.
fn one_line(text: &str) -> std::borrow::Cow<'_, str> {
    if !text.contains(['\n', '\r']) {
        return text.into();
    }
    match serde_json::from_str::<serde_json::Value>(text) {
        Ok(value) => value.to_string().into(),
        Err(_) => serde_json::Value::String(text.to_owned())
            .to_string()
            .into(),
    }
}

fn quote(text: &str, out: &mut String) {
    match serde_json::to_string(text) {
        Ok(quoted) => out.push_str(&quoted),
        Err(_) => out.push_str("\"\""),
    }
}

impl serde::Serialize for Scalar {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        super::get::json_value(&self.value()).serialize(serializer)
    }
}
