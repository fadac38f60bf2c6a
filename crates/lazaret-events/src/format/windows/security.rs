//! The Security channel
//! (<https://learn.microsoft.com/windows/security/threat-protection/auditing/>).
//! All data stay under their own names for rules that use them.

use std::sync::Arc;

use super::{Record, sysmon};
use crate::event::{Account, Event, Process, Table, Text};

pub(super) fn event(record: &mut Record) -> Option<Event> {
    Some(match record.event_id? {
        4688 => created(record),
        4689 => {
            let mut event = Event::new(Table::DeviceEvents, "ProcessExited");
            let mut process = of_subject(record);
            process.pid = record.get_number("ProcessId");
            process.image = record.get("ProcessName");
            event.process = Some(Arc::new(process));
            event
        }
        4624 => logon(record, "LogonSuccess"),
        4625 => logon(record, "LogonFailed"),
        4697 => {
            let mut event = acted(record, Table::DeviceEvents, "ServiceInstalled");
            let path = super::system::program(&record.get("ServiceFileName"));
            event.file_mut().path = path;
            event
        }
        4698 => acted(record, Table::DeviceEvents, "ScheduledTaskCreated"),
        4699 => acted(record, Table::DeviceEvents, "ScheduledTaskDeleted"),
        4700 => acted(record, Table::DeviceEvents, "ScheduledTaskEnabled"),
        4701 => acted(record, Table::DeviceEvents, "ScheduledTaskDisabled"),
        4702 => acted(record, Table::DeviceEvents, "ScheduledTaskUpdated"),
        4657 => registry(record),
        4663 => {
            accessed(record).unwrap_or_else(|| acted(record, Table::DeviceEvents, "WindowsEvent"))
        }
        5156 => connected(record, "ConnectionSuccess"),
        5157 => connected(record, "FirewallBlocked"),
        4720 => acted(record, Table::DeviceEvents, "UserAccountCreated"),
        1102 => acted(record, Table::DeviceEvents, "SecurityLogCleared"),
        _ => acted(record, Table::DeviceEvents, "WindowsEvent"),
    })
}

/// The account in `Subject…`.
fn of_subject(record: &mut Record) -> Process {
    Process {
        account: account(record, "Subject"),
        logon_id: record.get_number("SubjectLogonId"),
        ..Process::default()
    }
}

fn account(record: &mut Record, side: &str) -> Account {
    let sid = record.get(&format!("{side}UserSid"));
    Account {
        // S-1-0-0 is nobody.
        sid: if sid == "S-1-0-0" {
            Text::default()
        } else {
            sid
        },
        name: record.get(&format!("{side}UserName")),
        domain: record.get(&format!("{side}DomainName")),
        ..Account::default()
    }
}

fn acted(record: &mut Record, table: Table, action: &str) -> Event {
    let mut event = Event::new(table, action);
    let mut process = of_subject(record);
    process.pid = ["ClientProcessId", "CallerProcessId", "ProcessId"]
        .iter()
        .find_map(|name| record.get_number(name));
    process.image = match record.get("ProcessName") {
        image if image.is_empty() => record.get("CallerProcessName"),
        image => image,
    };
    event.initiating = Some(Arc::new(process));
    event
}

fn created(record: &mut Record) -> Event {
    let mut event = Event::new(Table::DeviceProcessEvents, "ProcessCreated");
    let subject = of_subject(record);
    let mut process = Process {
        pid: record.get_number("NewProcessId"),
        image: record.get("NewProcessName"),
        elevation: elevation(&record.get("TokenElevationType")),
        ..Process::default()
    };
    let parent = Process {
        pid: record.get_number("ProcessId"),
        account: subject.account.clone(),
        logon_id: subject.logon_id,
        ..Process::default()
    };
    process.command_line = record.take("CommandLine");
    let target = account(record, "Target");
    let own = !target.name.is_empty() && !target.sid.is_empty();
    process.account = if own { target } else { subject.account };
    process.logon_id = match record.get_number("TargetLogonId") {
        Some(id) if id != 0 => Some(id),
        _ => subject.logon_id,
    };
    let image = record.get("ParentProcessName");
    process.integrity = integrity(&record.get("MandatoryLabel"));
    event.process = Some(Arc::new(process));
    event.initiating = Some(Arc::new(Process { image, ..parent }));
    event
}

/// Message numbers of winnt's token elevation types.
fn elevation(text: &str) -> Text {
    Text::new_static(match text {
        "%%1936" => "TokenElevationTypeDefault",
        "%%1937" => "TokenElevationTypeFull",
        "%%1938" => "TokenElevationTypeLimited",
        _ => return Text::new(text),
    })
}

/// Integrity labels (MS-DTYP 2.4.2.4).
fn integrity(sid: &str) -> Text {
    Text::new_static(match sid {
        "S-1-16-0" => "Untrusted",
        "S-1-16-4096" => "Low",
        "S-1-16-8192" | "S-1-16-8448" => "Medium",
        "S-1-16-12288" => "High",
        "S-1-16-16384" => "System",
        _ => return Text::new(sid),
    })
}

fn logon(record: &mut Record, action: &str) -> Event {
    let mut event = acted(record, Table::DeviceLogonEvents, action);
    let target = account(record, "Target");
    let kind = record.get("LogonType");
    let kind = match kind.as_str() {
        "2" => "Interactive",
        "3" => "Network",
        "4" => "Batch",
        "5" => "Service",
        "7" => "Unlock",
        "8" => "NetworkCleartext",
        "9" => "NewCredentials",
        "10" => "RemoteInteractive",
        "11" => "CachedInteractive",
        other => other,
    };
    event
        .columns
        .push((crate::event::Field::LogonType, kind.into()));
    if let Some(id) = record.get_number("TargetLogonId") {
        event
            .columns
            .push((crate::event::Field::LogonId, id.into()));
    }
    let device = record.get("WorkstationName");
    if !device.is_empty() {
        event
            .columns
            .push((crate::event::Field::RemoteDeviceName, device.into()));
    }
    let address = record.get("IpAddress");
    if !address.is_empty() {
        let port = record.get("IpPort").parse().ok().filter(|port| *port != 0);
        let network = event.network_mut();
        network.remote_ip = address;
        network.remote_port = port;
        network.outbound = Some(false);
    }
    event.account = Some(Box::new(target));
    event
}

/// Paths of the kernel (`\device\harddiskvolume2\…`) are kept: which letter
/// a volume has, the record does not say.
fn connected(record: &mut Record, action: &str) -> Event {
    let mut event = Event::new(Table::DeviceNetworkEvents, action);
    let process = event.initiating_mut();
    process.pid = record
        .get_number("ProcessID")
        .or_else(|| record.get_number("ProcessId"));
    process.image = record.get("Application");
    let outbound = record.get("Direction") != "%%14592";
    let source = (
        record.get("SourceAddress"),
        record.get("SourcePort").parse().ok(),
    );
    let target = (
        record.get("DestAddress"),
        record.get("DestPort").parse().ok(),
    );
    let protocol = sysmon::protocol_name(&record.get("Protocol"));
    // The source opened the connection, whichever end is ours.
    let (local, remote) = if outbound {
        (source, target)
    } else {
        (target, source)
    };
    let network = event.network_mut();
    network.protocol = protocol;
    network.outbound = Some(outbound);
    (network.local_ip, network.local_port) = local;
    (network.remote_ip, network.remote_port) = remote;
    if !outbound && action == "ConnectionSuccess" {
        event.action_type = Text::new_static("InboundConnectionAccepted");
    }
    event
}

fn registry(record: &mut Record) -> Event {
    let mut event = acted(record, Table::DeviceRegistryEvents, "RegistryValueSet");
    let key = record.get("ObjectName");
    let name = record.get("ObjectValueName");
    let data = record.get("NewValue");
    let previous = record.get("OldValue");
    let registry = event.registry_mut();
    registry.key = Text::from(sysmon::long_hive(&key).into_owned());
    registry.value_name = name;
    registry.value_data = data;
    registry.previous_value_data = previous;
    event
}

/// Access to a file that has an audit rule.
fn accessed(record: &mut Record) -> Option<Event> {
    const WRITE_DATA: i64 = 0x2;
    const APPEND_DATA: i64 = 0x4;
    const DELETE: i64 = 0x1_0000;
    if record.get("ObjectType") != "File" {
        return None;
    }
    let mask = record.get_number("AccessMask").unwrap_or_default();
    let (table, action) = if mask & DELETE != 0 {
        (Table::DeviceFileEvents, "FileDeleted")
    } else if mask & (WRITE_DATA | APPEND_DATA) != 0 {
        (Table::DeviceFileEvents, "FileModified")
    } else {
        (Table::DeviceEvents, "FileRead")
    };
    let mut event = acted(record, table, action);
    event.file_mut().path = record.get("ObjectName");
    Some(event)
}
