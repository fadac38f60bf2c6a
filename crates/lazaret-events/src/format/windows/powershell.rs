//! PowerShell's channels: script blocks, modules, starts.

use std::sync::Arc;

use super::Record;
use crate::event::{Event, Process, Table, Text};

pub(super) fn event(record: &mut Record) -> Option<Event> {
    let action = match record.event_id? {
        4104 => "PowerShellCommand",
        4103 => "PowerShellModule",
        400 | 403 => "PowerShellStarted",
        600 => "PowerShellProvider",
        _ => return None,
    };
    let mut event = Event::new(Table::DeviceEvents, action);
    let mut process = record.writer();
    let detail = match action {
        "PowerShellModule" => record.get("ContextInfo"),
        "PowerShellCommand" => Text::default(),
        _ => record.get("Data"),
    };
    if let Some(command) =
        value(&detail, "HostApplication").or_else(|| value(&detail, "Host Application"))
    {
        process.command_line = Text::new(command);
    }
    if let Some(user) = value(&detail, "User") {
        process.account = crate::event::Account::parse(user);
    }
    if process != Process::default() {
        event.initiating = Some(Arc::new(process));
    }
    Some(event)
}

/// The value of a line `name=value` or `name = value`.
fn value<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    text.lines().find_map(|line| {
        let (key, value) = line.split_once('=')?;
        (key.trim() == name)
            .then_some(value.trim())
            .filter(|value| !value.is_empty())
    })
}
