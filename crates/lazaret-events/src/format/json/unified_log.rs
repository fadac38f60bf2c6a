//! The macOS unified log, `log show --style json` and `--style ndjson`.

use super::Json;
use crate::{
    event::{Event, Platform, Table, Text},
    read::Sink,
};

pub(super) fn knows(json: &Json<'_>) -> bool {
    json.get("eventMessage").is_some()
        && (json.get("processImagePath").is_some() || json.get("machTimestamp").is_some())
}

pub(super) fn decode(json: &Json<'_>, sink: &mut Sink) {
    let mut event = Event::new(Table::DeviceEvents, "UnifiedLogMessage");
    event.time = json.get("timestamp").and_then(Json::time);
    event.platform = Some(Platform::MacOs);
    event.channel = Text::new_static("unifiedlog");
    event.provider = json.text_at("subsystem");
    let process = event.initiating_mut();
    process.pid = json.int_at("processID");
    process.image = json.text_at("processImagePath");
    if let Some(uid) = json.int_at("userID") {
        process.account.sid = Text::from(uid.to_string());
    }
    for (name, member) in [
        ("Message", "eventMessage"),
        ("Category", "category"),
        ("MessageType", "messageType"),
        ("EventType", "eventType"),
        ("SenderImagePath", "senderImagePath"),
    ] {
        event.add(name, json.text_at(member));
    }
    sink.event(event);
}
