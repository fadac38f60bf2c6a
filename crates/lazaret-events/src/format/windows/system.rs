//! What parts of Windows write to logs of their own: services, names looked up.

use std::sync::Arc;

use super::Record;
use crate::event::{Account, Event, Table, Text};

pub(super) fn event(record: &mut Record) -> Option<Event> {
    if record.event_id? != 7045 {
        return None;
    }
    let mut event = Event::new(Table::DeviceEvents, "ServiceInstalled");
    let command = record.get("ImagePath");
    let process = event.process_mut();
    process.command_line = command.clone();
    process.account = Account::parse(&record.get("AccountName"));
    event.file_mut().path = program(&command);
    event.initiating_mut().account.sid = record.sid.clone();
    Some(event)
}

/// The client writes from within the process that asks: 3008 a lookup that has ended,
/// 3020 an answer.
pub(super) fn lookup(record: &mut Record) -> Option<Event> {
    if !matches!(record.event_id?, 3008 | 3020) {
        return None;
    }
    let mut event = Event::new(Table::DeviceEvents, "DnsQueryResponse");
    event.initiating = Some(Arc::new(record.writer()));
    let dns = event.dns_mut();
    dns.query = record.take("QueryName");
    dns.status = record.take("QueryStatus");
    dns.answers = record.take("QueryResults");
    Some(event)
}

/// The program in a service's command line: quoted, or up to `.exe`, `.sys`.
pub(super) fn program(command: &str) -> Text {
    let command = command.trim();
    if let Some(rest) = command.strip_prefix('"') {
        return Text::new(rest.split('"').next().unwrap_or(rest));
    }
    let lower = command.to_ascii_lowercase();
    for ending in [".exe", ".sys", ".dll", ".bat", ".cmd", ".ps1"] {
        if let Some(at) = lower.find(ending) {
            let end = at + ending.len();
            if lower
                .get(end..)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
            {
                return Text::new(command.get(..end).unwrap_or(command));
            }
        }
    }
    Text::new(command.split(' ').next().unwrap_or(command))
}

#[cfg(test)]
mod tests {
    use super::program;

    #[test]
    fn programs_of_services() {
        assert_eq!(program("\"C:\\a b\\x.exe\" -s"), "C:\\a b\\x.exe");
        assert_eq!(program("C:\\a b\\x.exe -s"), "C:\\a b\\x.exe");
        assert_eq!(program("%COMSPEC% /c echo"), "%COMSPEC%");
    }
}
