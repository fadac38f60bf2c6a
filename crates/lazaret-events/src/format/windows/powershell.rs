//! PowerShell's channels: script blocks, modules, starts.

use std::sync::Arc;

use super::Record;
use crate::event::{Event, Process, Table, Text};

pub(super) fn event(record: &mut Record) -> Option<Event> {
    let action = match record.event_id? {
        // 800 tells the line of a script that a pipeline ran.
        4104 | 800 => "PowerShellCommand",
        4103 => "PowerShellModule",
        400 | 403 => "PowerShellStarted",
        600 => "PowerShellProvider",
        _ => return None,
    };
    let mut event = Event::new(Table::DeviceEvents, action);
    let mut process = record.writer();
    let detail = match record.event_id? {
        4103 => record.get("ContextInfo"),
        4104 => Text::default(),
        _ => record.get("Data"),
    };
    if record.event_id == Some(800) {
        pipeline(record, &detail);
    }
    if let Some(command) =
        value(&detail, "HostApplication").or_else(|| value(&detail, "Host Application"))
    {
        process.command_line = Text::new(command);
    }
    if let Some(user) = value(&detail, "User").or_else(|| value(&detail, "UserId")) {
        process.account = crate::event::Account::parse(user);
    }
    if process != Process::default() {
        event.initiating = Some(Arc::new(process));
    }
    Some(event)
}

/// The line that ran comes before the details; `ScriptName` is its file. Both get the
/// names that a script block gives them.
fn pipeline(record: &mut Record, detail: &str) {
    let (line, detail) = detail.split_once("\tDetailSequence=").unwrap_or_default();
    for (name, text) in [
        ("ScriptBlockText", Some(line.trim())),
        ("Path", value(detail, "ScriptName")),
    ] {
        if let Some(text) = text.filter(|text| !text.is_empty()) {
            record.push(name, Text::new(text));
        }
    }
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
