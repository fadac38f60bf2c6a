//! Exports of Defender Advanced Hunting and Log Analytics tables: CSV, JSON,
//! the streaming API's records; our own JSON Lines are of the same form.
//!
//! <https://learn.microsoft.com/defender-xdr/advanced-hunting-schema-tables>

use std::borrow::Cow;

use super::{Json, time};
use crate::{
    event::{Event, Field, Platform, Scalar, Table, Text},
    read::Sink,
};

/// Columns that name the table.
const TABLE_NAMES: [&str; 5] = ["Type", "$table", "TableName", "SourceTable", "Table"];

/// The separator of a CSV header with columns that we know; `None` for any
/// other line.
pub(crate) fn delimiter(line: &[u8]) -> Option<u8> {
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    [b',', b'\t', b';'].into_iter().find(|delimiter| {
        let names = line.split(|byte| byte == delimiter);
        let known = names
            .filter_map(|name| std::str::from_utf8(name).ok())
            .filter(|name| {
                let name = clean(name);
                Field::named(name).is_some() || name == "TimeGenerated"
            });
        known.count() >= 2
    })
}

/// A column's name without quotes, and without the `[UTC]` that Log Analytics
/// puts behind times.
fn clean(name: &str) -> &str {
    let name = name.trim().trim_matches('"');
    name.split_once(" [").map_or(name, |(name, _)| name).trim()
}

/// What one column of an export is.
enum Column {
    Field(Field),
    Table,
    Other(Text),
}

fn column(name: &str) -> Column {
    match clean(name) {
        "TimeGenerated" => Column::Field(Field::Timestamp),
        name if TABLE_NAMES.contains(&name) => Column::Table,
        name => match Field::named(name) {
            Some(field) => Column::Field(field),
            None => Column::Other(Text::new(name)),
        },
    }
}

/// The columns of a CSV export.
pub(crate) struct Header {
    columns: Vec<Column>,
    table: Option<Table>,
}

impl Header {
    pub(crate) fn new(names: &[Cow<'_, str>]) -> Self {
        Self {
            columns: names.iter().map(|name| column(name)).collect(),
            table: Table::of_columns(names.iter().map(|name| clean(name))),
        }
    }

    /// One row as an event.
    pub(crate) fn row(&self, cells: &[Cow<'_, str>], sink: &mut Sink) {
        sink.report.format("defender-csv");
        if cells.len() > self.columns.len() {
            let (found, named) = (cells.len(), self.columns.len());
            return sink.unreadable(format!("{found} cells under {named} columns"));
        }
        let mut named = self.columns.iter().zip(cells);
        let table = named
            .find(|(column, cell)| matches!(column, Column::Table) && !cell.is_empty())
            .map(|(_, cell)| Table::named(cell))
            .or_else(|| {
                let mut actions = self.columns.iter().zip(cells);
                let of_action = |(column, _): &(&Column, &Cow<'_, str>)| {
                    matches!(column, Column::Field(Field::ActionType))
                };
                let action = actions.find(of_action).map_or("", |(_, cell)| cell);
                self.table.clone().map(|table| table.with_action(action))
            });
        let Some(table) = table else {
            return sink.unreadable("the columns are of no table that we know");
        };
        let mut event = Event::new(table, "");
        for (column, cell) in self.columns.iter().zip(cells) {
            if cell.is_empty() {
                continue;
            }
            match column {
                Column::Table => {}
                Column::Field(field) => event.set(*field, cell_scalar(*field, cell)),
                Column::Other(name) => event.add(name, cell.as_ref()),
            }
        }
        finish(event, sink);
    }
}

/// The value of a CSV cell: text, but for columns of truth values.
fn cell_scalar(field: Field, cell: &str) -> Scalar {
    if matches!(cell, "True" | "False" | "true" | "false")
        && (field.name().starts_with("Is") || field == Field::IsAzureInfoProtectionApplied)
    {
        return Scalar::Bool(cell.eq_ignore_ascii_case("true"));
    }
    Scalar::Text(Text::new(cell))
}

/// Whether a JSON object is a row of an export.
pub(crate) fn knows(json: &Json<'_>) -> bool {
    let named = TABLE_NAMES.iter().any(|name| {
        let table = Table::named(json.get(name).map_or("", Json::str));
        !matches!(table, Table::Other(_))
    });
    named
        || row_of(json).is_some()
        || (json.get("properties").is_some()
            && json.str_at("category").starts_with("AdvancedHunting-"))
}

/// The table whose columns an object's members are.
fn row_of(json: &Json<'_>) -> Option<Table> {
    let time = json.get("Timestamp").or_else(|| json.get("TimeGenerated"));
    let of_message = json.get("NetworkMessageId").is_some();
    let of_device = [
        "DeviceName",
        "DeviceId",
        "ActionType",
        "InitiatingProcessFileName",
    ]
    .iter()
    .any(|name| json.get(name).is_some());
    if !(of_message || time.is_some() && of_device) && json.get("UrlChain").is_none() {
        return None;
    }
    Table::of_columns(json.members().iter().map(|(name, _)| name.as_ref()))
}

/// A row as an event.
pub(crate) fn decode(json: &Json<'_>, sink: &mut Sink) {
    if let (Some(row), Some(table)) = (
        json.get("properties"),
        json.str_at("category").strip_prefix("AdvancedHunting-"),
    ) {
        return row_as(row, Table::named(table), sink);
    }
    let named = TABLE_NAMES.iter().find_map(|name| {
        let name = json.get(name)?.str();
        let table = Table::named(name);
        (!matches!(table, Table::Other(_))).then_some(table)
    });
    let action = json.str_at("ActionType");
    match named.or_else(|| row_of(json).map(|table| table.with_action(action))) {
        Some(table) => row_as(json, table, sink),
        None => sink.unreadable("the members are columns of no table that we know"),
    }
}

fn row_as(row: &Json<'_>, table: Table, sink: &mut Sink) {
    let mut event = Event::new(table, "");
    // What the file columns are about depends on it.
    event.action_type = row.text_at("ActionType");
    for (name, value) in row.members() {
        if let Some(field) = Field::named(name) {
            event.set_json(field, value);
            continue;
        }
        other_member(&mut event, name, value);
    }
    finish(event, sink);
}

/// Takes a member whose name is no field's own.
pub(super) fn other_member(event: &mut Event, name: &str, value: &Json<'_>) {
    // Types that the OData export adds.
    if name.ends_with("@odata.type") {
        return;
    }
    match (column(name), value.scalar()) {
        (Column::Table, _) | (_, None) => {}
        (Column::Field(field), _) => event.set_json(field, value),
        (Column::Other(name), Some(scalar)) => event.add(&name, scalar),
    }
}

/// Concludes what a row leaves open, and gives its event.
pub(super) fn finish(event: impl Into<Box<Event>>, sink: &mut Sink) {
    let mut event = event.into();
    if event.time.is_none()
        && let Some(Scalar::Text(text)) = event.additional("_time").cloned()
    {
        event.time = time::parse(&text);
    }
    if event.platform.is_none() {
        event.platform = platform(&event);
    }
    if event.channel.is_empty() {
        event.channel = Text::new_static("defender");
    }
    sink.event(event);
}

/// The system by the shape of paths: exports do not say.
fn platform(event: &Event) -> Option<Platform> {
    let processes = [&event.process, &event.initiating];
    let images = processes
        .into_iter()
        .flatten()
        .map(|process| &process.image);
    let files = event.file.iter().map(|file| &file.path);
    for path in images.chain(files) {
        if path.contains('\\') {
            return Some(Platform::Windows);
        }
        if [
            "/Users/",
            "/Applications/",
            "/System/",
            "/Library/",
            "/private/",
        ]
        .iter()
        .any(|start| path.starts_with(start))
        {
            return Some(Platform::MacOs);
        }
        if path.starts_with('/') {
            return Some(Platform::Linux);
        }
    }
    event.registry.is_some().then_some(Platform::Windows)
}
