//! Windows events as JSON: evtx_dump's, Winlogbeat's (with and without ECS),
//! NXLog's and other flat ones.

use super::Record;
use crate::{
    event::{Text, Time},
    format::Json,
    read::Sink,
};

/// Names that Elastic's Sysmon and Security pipelines move data to
/// (<https://www.elastic.co/guide/en/ecs/current/>), by the data's own.
const ECS: &[(&str, &str)] = &[
    ("process.entity_id", "ProcessGuid"),
    ("process.pid", "ProcessId"),
    ("process.executable", "Image"),
    ("process.command_line", "CommandLine"),
    ("process.working_directory", "CurrentDirectory"),
    ("process.parent.entity_id", "ParentProcessGuid"),
    ("process.parent.pid", "ParentProcessId"),
    ("process.parent.executable", "ParentImage"),
    ("process.parent.command_line", "ParentCommandLine"),
    ("process.pe.original_file_name", "OriginalFileName"),
    ("process.pe.company", "Company"),
    ("process.pe.description", "Description"),
    ("process.pe.product", "Product"),
    ("process.pe.file_version", "FileVersion"),
    ("file.path", "TargetFilename"),
    ("dll.path", "ImageLoaded"),
    ("registry.path", "TargetObject"),
    ("dns.question.name", "QueryName"),
    ("network.transport", "Protocol"),
    ("source.ip", "SourceIp"),
    ("source.port", "SourcePort"),
    ("destination.ip", "DestinationIp"),
    ("destination.port", "DestinationPort"),
    ("destination.domain", "DestinationHostname"),
    ("powershell.file.script_block_text", "ScriptBlockText"),
];

/// Whether a record is a Windows event.
pub(crate) fn knows(json: &Json<'_>) -> bool {
    json.at("Event.System").is_some()
        || json.at("winlog.event_id").is_some()
        || json.get("EventID").is_some() && provider(json).is_some()
        || json.get("event_id").is_some() && json.get("log_name").is_some()
}

fn provider<'a>(json: &'a Json<'_>) -> Option<&'a Json<'a>> {
    [
        "SourceName",
        "Channel",
        "Provider_Name",
        "ProviderName",
        "source_name",
    ]
    .iter()
    .find_map(|name| json.get(name))
}

/// Makes an event of a record.
pub(crate) fn decode(json: &Json<'_>, sink: &mut Sink) {
    let record = if json.get("Event").is_some() {
        from_evtx(json)
    } else if let Some(winlog) = json.get("winlog") {
        from_beats(json, winlog)
    } else if json.get("event_id").is_some() {
        from_beats(json, json)
    } else {
        from_flat(json)
    };
    super::decode(record, sink);
}

/// A record that the evtx crate rendered.
pub(crate) fn decode_evtx(json: &Json<'_>, time: Time, sink: &mut Sink) {
    sink.report.format("evtx");
    let mut record = from_evtx(json);
    record.time = record.time.or(Some(time));
    super::decode(record, sink);
}

/// The text of an element that may have attributes.
fn content(json: &Json<'_>) -> Text {
    match json.get("#text") {
        Some(inner) => joined(inner),
        None => joined(json),
    }
}

fn joined(json: &Json<'_>) -> Text {
    match json {
        Json::List(items) => {
            let parts: Vec<Text> = items.iter().map(content).collect();
            Text::from(parts.join("\n"))
        }
        Json::Object(members) if members.is_empty() => Text::default(),
        other => other.text(),
    }
}

fn attribute<'a>(json: Option<&'a Json<'_>>, name: &str) -> Option<&'a Json<'a>> {
    let json = json?;
    json.get("#attributes")
        .and_then(|attributes| attributes.get(name))
        .or_else(|| json.get(name))
}

fn from_evtx(json: &Json<'_>) -> Record {
    let mut record = Record::default();
    let Some(event) = json.get("Event") else {
        return record;
    };
    if let Some(system) = event.get("System") {
        record.provider = attribute(system.get("Provider"), "Name")
            .map(Json::text)
            .unwrap_or_default();
        let id = system.get("EventID").map(content);
        record.event_id = id.and_then(|id| id.parse().ok());
        record.channel = system.text_at("Channel");
        record.computer = system.text_at("Computer");
        record.number = system
            .get("EventRecordID")
            .map(content)
            .and_then(|id| id.parse().ok());
        record.time = attribute(system.get("TimeCreated"), "SystemTime").and_then(Json::time);
        record.pid = attribute(system.get("Execution"), "ProcessID").and_then(Json::int);
        record.sid = attribute(system.get("Security"), "UserID")
            .map(Json::text)
            .unwrap_or_default();
    }
    if let Some(data) = event.get("EventData") {
        members(data, &mut record);
    }
    for (_, wrapper) in event.get("UserData").map(Json::members).unwrap_or_default() {
        members(wrapper, &mut record);
    }
    record
}

/// Named data, or a list of `Data` elements with their names as attributes.
fn members(data: &Json<'_>, record: &mut Record) {
    for (name, value) in data.members() {
        if name == "#attributes" || name == "xmlns" {
            continue;
        }
        if name == "Data" {
            let one = [value];
            let list = match value {
                Json::List(items) => items.iter().collect(),
                _ => Vec::from(one),
            };
            for item in list {
                let name = attribute(Some(item), "Name")
                    .or_else(|| item.get("@Name"))
                    .map_or("", Json::str);
                record.push(name, content(item));
            }
            continue;
        }
        record.push(name, content(value));
    }
}

fn from_beats(json: &Json<'_>, winlog: &Json<'_>) -> Record {
    let mut record = Record {
        provider: winlog.text_at("provider_name"),
        channel: winlog.text_at("channel"),
        event_id: winlog
            .int_at("event_id")
            .and_then(|id| u32::try_from(id).ok()),
        computer: winlog.text_at("computer_name"),
        time: json.get("@timestamp").and_then(Json::time),
        number: winlog
            .int_at("record_id")
            .and_then(|id| u64::try_from(id).ok()),
        pid: winlog.int_at("process.pid"),
        sid: winlog.text_at("user.identifier"),
        ..Record::default()
    };
    if record.provider.is_empty() {
        record.provider = winlog.text_at("source_name");
    }
    if record.channel.is_empty() {
        record.channel = winlog.text_at("log_name");
    }
    if record.number.is_none() {
        record.number = winlog
            .int_at("record_number")
            .and_then(|id| u64::try_from(id).ok());
    }
    for data in ["event_data", "user_data"] {
        if let Some(data) = winlog.get(data) {
            members(data, &mut record);
        }
    }
    unnamed(&mut record);
    ecs(json, &mut record);
    record
}

/// Beats numbers data without names as `param1` and so on: where all are, they are `Data`
/// too, as in the other carriers.
fn unnamed(record: &mut Record) {
    let number = |name: &str| {
        let digits = name.strip_prefix("param").unwrap_or_default();
        !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
    };
    // The services' own log does give them these names.
    if record.provider != "Service Control Manager"
        && record.data.iter().all(|(name, _)| number(name))
    {
        let values = record.data.iter().map(|(_, value)| value.clone());
        record.unnamed.extend(values);
    }
}

/// What a pipeline moved from the data to ECS fields goes back.
fn ecs(json: &Json<'_>, record: &mut Record) {
    if json.get("process").is_none() && json.get("dns").is_none() && json.get("file").is_none() {
        return;
    }
    if !super::sysmon::knows(&record.provider) && record.event_id != Some(4104) {
        return;
    }
    for (path, name) in ECS {
        if let Some(value) = json.at(path)
            && record.get(name).is_empty()
        {
            record.push(name, value.text());
        }
    }
    if record.get("User").is_empty() {
        let (domain, name) = (json.text_at("user.domain"), json.text_at("user.name"));
        if !name.is_empty() {
            record.push("User", Text::from(format!("{domain}\\{name}")));
        }
    }
    if record.get("Hashes").is_empty() {
        let hash = ["process.hash", "file.hash", "dll.hash"]
            .iter()
            .find_map(|path| json.at(path));
        let parts: Vec<String> = hash
            .map(Json::members)
            .unwrap_or_default()
            .iter()
            .map(|(kind, value)| format!("{}={}", kind.to_ascii_uppercase(), value.str()))
            .collect();
        record.push("Hashes", Text::from(parts.join(",")));
    }
}

/// Members of flat records that are not data.
const SYSTEM: &[&str] = &[
    "EventID",
    "SourceName",
    "Provider_Name",
    "ProviderName",
    "Channel",
    "Hostname",
    "Computer",
    "ComputerName",
    "EventTime",
    "TimeCreated",
    "@timestamp",
    "RecordNumber",
    "EventRecordID",
    "SourceModuleName",
    "SourceModuleType",
    "EventReceivedTime",
    "Keywords",
    "SeverityValue",
    "Severity",
    "OpcodeValue",
    "Opcode",
    "ThreadID",
    "ProviderGuid",
    "Version",
    "Task",
    "ExecutionProcessID",
    "Message",
    "@version",
    "tags",
    "port",
    "host",
    "EventType",
];

fn from_flat(json: &Json<'_>) -> Record {
    let first = |names: &[&str]| {
        names
            .iter()
            .find_map(|name| json.get(name))
            .map(Json::text)
            .unwrap_or_default()
    };
    let time = [
        "UtcTime",
        "@timestamp",
        "TimeCreated",
        "EventTime",
        "SystemTime",
    ]
    .iter()
    .find_map(|name| json.get(name).and_then(Json::time));
    let mut record = Record {
        provider: first(&["SourceName", "Provider_Name", "ProviderName"]),
        channel: first(&["Channel"]),
        event_id: json.int_at("EventID").and_then(|id| u32::try_from(id).ok()),
        computer: first(&["Hostname", "Computer", "ComputerName"]),
        time,
        number: json
            .int_at("RecordNumber")
            .or_else(|| json.int_at("EventRecordID"))
            .and_then(|id| u64::try_from(id).ok()),
        pid: json
            .int_at("ExecutionProcessID")
            .or_else(|| json.int_at("ProcessID")),
        sid: first(&["UserID", "UserSid"]),
        ..Record::default()
    };
    if record.provider.is_empty() {
        record.provider = provider_of(&record.channel);
    }
    for (name, value) in json.members() {
        // Sysmon's registry events say what happened in `EventType`.
        let own = name == "EventType" && matches!(record.event_id, Some(12..=14));
        if (own || !SYSTEM.contains(&name.as_ref())) && !matches!(value, Json::Null) {
            record.push(name, value.text());
        }
    }
    record
}

/// The provider that alone writes to a channel.
fn provider_of(channel: &str) -> Text {
    Text::new_static(match channel {
        "Microsoft-Windows-Sysmon/Operational" => "Microsoft-Windows-Sysmon",
        "Linux-Sysmon/Operational" => "Linux-Sysmon",
        "Security" => "Microsoft-Windows-Security-Auditing",
        "Microsoft-Windows-PowerShell/Operational" => "Microsoft-Windows-PowerShell",
        "Windows PowerShell" => "PowerShell",
        _ => return Text::default(),
    })
}
