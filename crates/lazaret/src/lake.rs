//! Events as rows of the lake.

use lazaret_events::{Event, Value as Seen};
use lazaret_hunt::{HuntError, LakeWriter, Value};

/// Writes an event to the table that it belongs in.
pub(crate) fn write(writer: &mut LakeWriter, event: &Event) -> Result<(), HuntError> {
    writer.write(event.table.name(), row(event))
}

/// An event's columns.
pub(crate) fn row(event: &Event) -> impl Iterator<Item = (&str, Value)> {
    event.columns().map(|(name, value)| (name, cell(value)))
}

fn cell(value: Seen<'_>) -> Value {
    match value {
        Seen::Text(text) => Value::Text(text.into_owned()),
        Seen::Long(number) => Value::Long(number),
        Seen::Real(number) => Value::Real(number),
        Seen::Bool(truth) => Value::Bool(truth),
        Seen::Time(time) => Value::Datetime(time.0),
        Seen::Json(text) => Value::Dynamic(text.into_owned()),
    }
}
