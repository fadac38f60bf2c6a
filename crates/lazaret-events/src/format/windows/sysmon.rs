//! Sysmon (<https://learn.microsoft.com/sysinternals/downloads/sysmon>) on
//! Windows and Linux.

use std::sync::Arc;

use super::Record;
use crate::event::{Account, Event, Field, Hashes, Process, Scalar, Table, Text};

pub(super) fn knows(provider: &str) -> bool {
    matches!(provider, "Microsoft-Windows-Sysmon" | "Linux-Sysmon")
}

pub(super) fn event(record: &mut Record) -> Option<Event> {
    let time = record.take_time("UtcTime");
    let mut event = match record.event_id? {
        1 => process_created(record),
        2 => {
            let mut event = acted(record, Table::DeviceEvents, "FileTimestampModified");
            event.file_mut().path = record.take("TargetFilename");
            event
        }
        3 => connected(record),
        5 => {
            let mut event = Event::new(Table::DeviceEvents, "ProcessExited");
            event.process = Some(Arc::new(actor(record)));
            event
        }
        6 => {
            let mut event = Event::new(Table::DeviceEvents, "DriverLoad");
            loaded(record, &mut event);
            event
        }
        7 => {
            let mut event = acted(record, Table::DeviceImageLoadEvents, "ImageLoaded");
            loaded(record, &mut event);
            event
        }
        8 => between(record, "CreateRemoteThreadApiCall"),
        9 => acted(record, Table::DeviceEvents, "RawDiskAccess"),
        10 => between(record, "OpenProcessApiCall"),
        11 => file(record, "FileCreated"),
        12..=14 => registry(record),
        15 => file(record, "FileStreamCreated"),
        16 => Event::new(Table::DeviceEvents, "SysmonConfiguration"),
        17 | 18 => acted(record, Table::DeviceEvents, "NamedPipeEvent"),
        19..=21 => {
            let mut event = Event::new(Table::DeviceEvents, "WmiEvent");
            event.initiating_mut().account = Account::parse(&record.get("User"));
            event
        }
        22 => {
            let mut event = acted(record, Table::DeviceEvents, "DnsQueryResponse");
            let dns = event.dns_mut();
            dns.query = record.take("QueryName");
            dns.status = record.take("QueryStatus");
            dns.answers = record.take("QueryResults");
            event
        }
        23 | 26 => file(record, "FileDeleted"),
        24 => acted(record, Table::DeviceEvents, "ClipboardChanged"),
        25 => acted(record, Table::DeviceEvents, "ProcessTampering"),
        27..=29 => file(record, "FileExecutableDetected"),
        4 => Event::new(Table::DeviceEvents, "SysmonStatus"),
        255 => Event::new(Table::DeviceEvents, "SysmonError"),
        _ => return None,
    };
    event.time = time;
    Some(event)
}

/// `ProcessGuid`, `ProcessId`, `Image`, `User`.
fn actor(record: &mut Record) -> Process {
    Process {
        guid: record.take("ProcessGuid"),
        pid: record.take_number("ProcessId"),
        image: record.take("Image"),
        account: Account::parse(&record.take("User")),
        ..Process::default()
    }
}

fn acted(record: &mut Record, table: Table, action: &str) -> Event {
    let mut event = Event::new(table, action);
    event.initiating = Some(Arc::new(actor(record)));
    event
}

fn version(record: &mut Record, event: &mut Event) {
    for (name, field) in [
        ("FileVersion", Field::ProcessVersionInfoProductVersion),
        ("Description", Field::ProcessVersionInfoFileDescription),
        ("Product", Field::ProcessVersionInfoProductName),
        ("Company", Field::ProcessVersionInfoCompanyName),
        (
            "OriginalFileName",
            Field::ProcessVersionInfoOriginalFileName,
        ),
    ] {
        let value = record.take(name);
        if !value.is_empty() {
            event.columns.push((field, Scalar::Text(value)));
        }
    }
}

fn process_created(record: &mut Record) -> Event {
    let mut event = Event::new(Table::DeviceProcessEvents, "ProcessCreated");
    let mut process = Process {
        guid: record.take("ProcessGuid"),
        pid: record.take_number("ProcessId"),
        image: record.take("Image"),
        ..Process::default()
    };
    version(record, &mut event);
    process.command_line = record.take("CommandLine");
    process.cwd = record.take("CurrentDirectory");
    process.account = Account::parse(&record.take("User"));
    process.logon_id = record.take_number("LogonId");
    process.session = record.take_number("TerminalSessionId");
    process.integrity = record.take("IntegrityLevel");
    process.hashes = Hashes::parse(&record.take("Hashes"));
    let parent = Process {
        guid: record.take("ParentProcessGuid"),
        pid: record.take_number("ParentProcessId"),
        image: record.take("ParentImage"),
        command_line: record.take("ParentCommandLine"),
        account: Account::parse(&record.take("ParentUser")),
        ..Process::default()
    };
    process.created = None;
    event.process = Some(Arc::new(process));
    event.initiating = Some(Arc::new(parent));
    event
}

fn connected(record: &mut Record) -> Event {
    let mut event = acted(record, Table::DeviceNetworkEvents, "ConnectionSuccess");
    let protocol = record.take("Protocol");
    let outbound = !record.take("Initiated").eq_ignore_ascii_case("false");
    let source = (
        record.take("SourceIp"),
        record.get("SourceHostname"),
        record.take_port("SourcePort"),
    );
    let target = (
        record.take("DestinationIp"),
        record.take("DestinationHostname"),
        record.take_port("DestinationPort"),
    );
    let (local, remote) = if outbound {
        (source, target)
    } else {
        (target, source)
    };
    let network = event.network_mut();
    network.protocol = protocol_name(&protocol);
    network.outbound = Some(outbound);
    network.local_ip = local.0;
    network.local_port = local.2;
    network.remote_ip = remote.0;
    network.remote_url = remote.1;
    network.remote_port = remote.2;
    if !outbound {
        event.action_type = Text::new_static("InboundConnectionAccepted");
    }
    event
}

/// `tcp` as Defender writes it.
pub(super) fn protocol_name(name: &str) -> Text {
    match name {
        "tcp" | "TCP" | "6" => Text::new_static("Tcp"),
        "udp" | "UDP" | "17" => Text::new_static("Udp"),
        "icmp" | "ICMP" | "1" | "58" => Text::new_static("Icmp"),
        other => Text::new(other),
    }
}

fn loaded(record: &mut Record, event: &mut Event) {
    let file = event.file_mut();
    file.path = record.take("ImageLoaded");
    version(record, event);
    let hashes = Hashes::parse(&record.take("Hashes"));
    event.file_mut().hashes = hashes;
}

/// One process acting on another; the latter is the event's process.
fn between(record: &mut Record, action: &str) -> Event {
    let mut event = Event::new(Table::DeviceEvents, action);
    let side = |record: &mut Record, side: &str| {
        let guid = match record.take(&format!("{side}ProcessGuid")) {
            guid if guid.is_empty() => record.take(&format!("{side}ProcessGUID")),
            guid => guid,
        };
        Process {
            guid,
            pid: record.take_number(&format!("{side}ProcessId")),
            image: record.get(&format!("{side}Image")),
            account: Account::parse(&record.get(&format!("{side}User"))),
            ..Process::default()
        }
    };
    event.initiating = Some(Arc::new(side(record, "Source")));
    event.process = Some(Arc::new(side(record, "Target")));
    event
}

fn file(record: &mut Record, action: &str) -> Event {
    let mut event = acted(record, Table::DeviceFileEvents, action);
    let mut path = record.take("TargetFilename");
    if path.is_empty() {
        path = record.take("ImageLoaded");
    }
    let hashes = match record.take("Hashes") {
        hashes if hashes.is_empty() => record.get("Hash"),
        hashes => hashes,
    };
    let file = event.file_mut();
    file.path = path;
    file.hashes = Hashes::parse(&hashes);
    event
}

/// Sysmon abbreviates hives; Defender writes them out. Rules see the former
/// through [`Event::sigma_field`]'s `TargetObject`.
fn registry(record: &mut Record) -> Event {
    let kind = record.get("EventType");
    let action = match kind.as_str() {
        "CreateKey" => "RegistryKeyCreated",
        "DeleteKey" => "RegistryKeyDeleted",
        "SetValue" => "RegistryValueSet",
        "DeleteValue" => "RegistryValueDeleted",
        _ if record.event_id == Some(14) => "RegistryKeyRenamed",
        _ => "RegistryKeyCreated",
    };
    let mut event = acted(record, Table::DeviceRegistryEvents, action);
    let object = record.get("TargetObject");
    let new = record.get("NewName");
    let data = record.take("Details");
    let registry = event.registry_mut();
    let whole = Text::from(long_hive(&object).into_owned());
    if action.starts_with("RegistryValue") {
        let (key, name) = whole.rsplit_once('\\').unwrap_or((&whole, ""));
        registry.key = Text::new(key);
        registry.value_name = Text::new(name);
    } else {
        registry.key = whole;
    }
    if !new.is_empty() {
        registry.previous_key = std::mem::take(&mut registry.key);
        registry.key = Text::from(long_hive(&new).into_owned());
    }
    registry.value_data = data;
    event
}

/// `HKLM\…` written out.
pub(super) fn long_hive(key: &str) -> std::borrow::Cow<'_, str> {
    for (short, long) in [
        ("HKLM", "HKEY_LOCAL_MACHINE"),
        ("HKU", "HKEY_USERS"),
        ("HKCU", "HKEY_CURRENT_USER"),
        ("HKCR", "HKEY_CLASSES_ROOT"),
        ("\\REGISTRY\\MACHINE", "HKEY_LOCAL_MACHINE"),
        ("\\REGISTRY\\USER", "HKEY_USERS"),
    ] {
        if let Some(rest) = key.strip_prefix(short)
            && (rest.is_empty() || rest.starts_with('\\'))
        {
            return format!("{long}{rest}").into();
        }
    }
    key.into()
}
