//! Records that are an event by themselves.

use std::borrow::Cow;

use super::{
    Group,
    collect::{id, int},
    record::{Fields, decode, text},
};
use crate::{
    event::{Event, Table},
    read::Sink,
};

/// Makes events of such records.
pub(super) fn events(group: &Group, sink: &mut Sink) {
    for part in &group.parts {
        let body = group.bytes.get(part.start..part.end).unwrap_or_default();
        let mut values: Vec<(&[u8], Cow<'_, [u8]>)> = Vec::new();
        for (key, value) in Fields::new(body, group.interpreted) {
            values.push((key, Cow::Borrowed(value)));
        }
        let get = |key: &str| {
            let found = values.iter().find(|(name, _)| *name == key.as_bytes());
            found.map_or(&b""[..], |(_, value)| value)
        };
        let plain = |key: &str| text(&decode(get(key), true));
        let good = matches!(get("res"), b"success" | b"1" | b"yes");
        let mut event = match part.kind.as_str() {
            "USER_LOGIN" | "USER_AUTH" | "1112" | "1100" => {
                let action = if good { "LogonSuccess" } else { "LogonFailed" };
                let mut event = Event::new(Table::DeviceLogonEvents, action);
                let name = match decode(get("acct"), group.interpreted) {
                    name if name.is_empty() => plain("id"),
                    name => text(&name),
                };
                event.account_mut().name = name;
                let address = plain("addr");
                if !address.is_empty() {
                    event.network_mut().remote_ip = address;
                }
                event
            }
            "USER_CMD" | "1123" => {
                let mut event = Event::new(Table::DeviceEvents, "UserCommand");
                event.add("Command", text(&decode(get("cmd"), group.interpreted)));
                event
            }
            kind => {
                sink.skip(kind);
                continue;
            }
        };
        let process = event.initiating_mut();
        process.pid = int(get("pid"));
        process.image = text(&decode(get("exe"), group.interpreted));
        process.cwd = text(&decode(get("cwd"), group.interpreted));
        process.terminal = plain("terminal");
        process.account.sid = plain("uid");
        process.account.name = match plain("UID") {
            name if name.is_empty() => plain("uid"),
            name => name,
        };
        if let Some(login) = id(get("auid")) {
            event.add("AuditLoginUser", text(login));
        }
        super::common(&mut event, group);
        sink.event_at(event, group.place.clone());
    }
}
