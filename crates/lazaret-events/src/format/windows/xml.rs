//! Windows events as XML: wevtutil, forwarded events, Sysmon for Linux.

use std::borrow::Cow;

use quick_xml::{
    Reader,
    events::{BytesStart, Event as Xml},
};

use super::Record;
use crate::{event::Text, format::time, read::Sink};

/// Nesting of elements, at most.
const DEPTH: usize = 32;

/// Decodes one `<Event>…</Event>`; what follows it is not looked at.
pub(crate) fn decode(bytes: &[u8], sink: &mut Sink) {
    let text = String::from_utf8_lossy(bytes);
    match parse(&text) {
        Ok(record) => {
            sink.report.format("windows-xml");
            super::decode(record, sink);
        }
        Err(reason) => sink.unreadable(format!("not an event in XML: {reason}")),
    }
}

fn attribute(element: &BytesStart<'_>, name: &str) -> Option<Text> {
    let mut attributes = element.attributes();
    for attribute in attributes.with_checks(false).flatten() {
        if attribute.key.as_ref() == name {
            return Some(Text::from(unescape(&attribute)));
        }
    }
    None
}

fn unescape<'a>(attribute: &quick_xml::events::attributes::Attribute<'a>) -> Cow<'a, str> {
    attribute
        .normalized_value(quick_xml::XmlVersion::Implicit1_0)
        .unwrap_or_default()
}

/// The record of an event element.
pub(super) fn parse(text: &str) -> Result<Record, String> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().check_end_names = false;
    let mut record = Record::default();
    let mut path: Vec<String> = Vec::new();
    let mut name = String::new();
    let mut value = String::new();
    let mut complex: Option<usize> = None;
    loop {
        match reader.read_event() {
            Ok(Xml::Start(element)) => {
                if path.len() >= DEPTH {
                    return Err(format!("elements nested deeper than {DEPTH}"));
                }
                open(&element, &path, &mut record, &mut name);
                path.push(local(&element));
                value.clear();
            }
            Ok(Xml::Empty(element)) => {
                open(&element, &path, &mut record, &mut name);
            }
            Ok(Xml::Text(text)) => {
                value.push_str(&text.xml_content(quick_xml::XmlVersion::Implicit1_0))
            }
            Ok(Xml::CData(text)) => {
                value.push_str(&text.xml_content(quick_xml::XmlVersion::Implicit1_0))
            }
            Ok(Xml::GeneralRef(reference)) => match reference.resolve_char_ref() {
                Ok(Some(c)) => value.push(c),
                _ => {
                    let entity = reference.xml_content(quick_xml::XmlVersion::Implicit1_0);
                    match quick_xml::escape::resolve_predefined_entity(&entity) {
                        Some(text) => value.push_str(text),
                        None => {
                            value.push('&');
                            value.push_str(&entity);
                            value.push(';');
                        }
                    }
                }
            },
            Ok(Xml::End(_)) => {
                close(&path, &mut record, &name, &value, &mut complex);
                value.clear();
                path.pop();
                if path.is_empty() {
                    return Ok(record);
                }
            }
            Ok(Xml::Eof) => return Err("the element does not end".to_owned()),
            Ok(_) => {}
            Err(error) => return Err(error.to_string()),
        }
    }
}

fn local(element: &BytesStart<'_>) -> String {
    let name = element.local_name();
    let bytes: &[u8] = name.as_ref().as_ref();
    String::from_utf8_lossy(bytes).into_owned()
}

/// Attributes that tell something.
fn open(element: &BytesStart<'_>, path: &[String], record: &mut Record, name: &mut String) {
    let tag = local(element);
    let parent = path.last().map_or("", String::as_str);
    match (parent, tag.as_str()) {
        ("System", "Provider") => {
            let provider = attribute(element, "Name");
            record.provider = provider
                .or_else(|| attribute(element, "EventSourceName"))
                .unwrap_or_default();
        }
        ("System", "TimeCreated") => {
            record.time = attribute(element, "SystemTime").and_then(|text| time::parse(&text));
        }
        ("System", "Execution") => {
            record.pid = attribute(element, "ProcessID").and_then(|text| text.parse().ok());
        }
        ("System", "Security") => {
            record.sid = attribute(element, "UserID").unwrap_or_default();
        }
        (_, "Data") => {
            name.clear();
            name.push_str(&attribute(element, "Name").unwrap_or_default());
        }
        _ => {
            name.clear();
            name.push_str(&tag);
        }
    }
}

fn close(
    path: &[String],
    record: &mut Record,
    name: &str,
    value: &str,
    complex: &mut Option<usize>,
) {
    let tag = path.last().map_or("", String::as_str);
    let parent = path.len().checked_sub(2).and_then(|at| path.get(at));
    let parent = parent.map_or("", String::as_str);
    match (parent, tag) {
        ("System", "EventID") => record.event_id = value.trim().parse().ok(),
        ("System", "EventRecordID") => record.number = value.trim().parse().ok(),
        ("System", "Channel") => record.channel = Text::new(value.trim()),
        ("System", "Computer") => record.computer = Text::new(value.trim()),
        ("EventData", _) => record.push(name, Text::new(value)),
        _ if path.iter().any(|tag| tag == "UserData") => {
            // Leaves only: what held leaves has been told by them.
            if complex.is_none_or(|depth| depth <= path.len()) && !value.trim().is_empty() {
                record.push(name, Text::new(value));
            }
            *complex = Some(path.len());
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SYSMON: &str = r#"<Event xmlns="http://schemas.microsoft.com/win/2004/08/events/event"><System><Provider Name="Linux-Sysmon" Guid="{ff032593-a8d3-4f13-b0d6-01fc615a0f97}"/><EventID>1</EventID><Channel>Linux-Sysmon/Operational</Channel><Computer>build-7</Computer><EventRecordID>21</EventRecordID><TimeCreated SystemTime="2026-11-21T00:15:01.000000000Z"/><Execution ProcessID="9" ThreadID="9"/></System><EventData><Data Name="Image">/usr/bin/dash</Data><Data Name="CommandLine">sh -c &quot;a &amp;&amp; b&#10;c&quot;</Data><Data>first</Data><Data>second</Data></EventData></Event>"#;

    #[test]
    fn parses_events() {
        let mut record = parse(SYSMON).unwrap();
        record.join();
        assert_eq!(record.event_id, Some(1));
        assert_eq!(record.number, Some(21));
        assert_eq!(record.pid, Some(9));
        assert_eq!(record.computer, "build-7");
        assert_eq!(record.get("CommandLine"), "sh -c \"a && b\nc\"");
        assert_eq!(record.get("Data"), "first\nsecond");
    }

    proptest::proptest! {
        #[test]
        fn broken_events_are_errors(cut in 0..SYSMON.len(), with in "[<>&;a\"' /]{0,3}") {
            let mut text = SYSMON.to_owned();
            text.replace_range(cut..cut + 1, &with);
            let _ = parse(&text);
        }
    }
}
