//! Windows event logs, and Sysmon for Linux, which writes the same records.
//!
//! [`Record`] is what all their carriers (EVTX, XML, JSON of several
//! shippers) are read into; the channels' own files make events of it.

pub(crate) mod json;
mod powershell;
mod record;
mod security;
mod sysmon;
mod system;
pub(crate) mod xml;

pub(crate) use record::Record;

use crate::{
    event::{Event, Platform, Table, Text},
    read::Sink,
};

/// Makes an event of a record. Every record becomes one: rules may look for
/// any event id.
pub(crate) fn decode(mut record: Record, sink: &mut Sink) {
    if record.event_id.is_none() {
        return sink.unreadable("the event has no EventID");
    }
    record.join();
    let provider = record.provider.clone();
    let event = if sysmon::knows(&provider) {
        sysmon::event(&mut record)
    } else {
        match provider.as_str() {
            "Microsoft-Windows-Security-Auditing" => security::event(&mut record),
            "Service Control Manager" => system::event(&mut record),
            "Microsoft-Windows-DNS-Client" => system::lookup(&mut record),
            "Microsoft-Windows-PowerShell" | "PowerShell" | "PowerShellCore" => {
                powershell::event(&mut record)
            }
            _ => None,
        }
    };
    let mut event = event.unwrap_or_else(|| Event::new(Table::DeviceEvents, "WindowsEvent"));
    event.platform = Some(if provider == "Linux-Sysmon" {
        Platform::Linux
    } else {
        Platform::Windows
    });
    if event.time.is_none() {
        event.time = record.time;
    }
    event.event_id = record.event_id;
    event.device.name = record.computer;
    event.channel = record.channel;
    event.provider = record.provider;
    for (name, value) in record.data {
        if !value.is_empty() {
            event.additional.push((name, value.into()));
        }
    }
    if let Some(number) = record.number {
        sink.place.record = number;
    }
    sink.event(event);
}

/// Text of a record that means nothing: `-`.
pub(crate) fn known(text: Text) -> Text {
    if text == "-" { Text::default() } else { text }
}

/// A protocol's name as Defender writes it.
pub(crate) fn protocol(name: &str) -> Text {
    sysmon::protocol_name(name)
}
