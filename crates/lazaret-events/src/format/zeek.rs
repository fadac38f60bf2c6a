//! Zeek's logs, as tab-separated tables and as JSON: conn, dns, http, ssl, and
//! what is asked of Windows' services (smb, dce_rpc), rdp, ssh, ftp, kerberos.
//!
//! <https://docs.zeek.org/en/master/logs/index.html>

use super::{Json, time};
use crate::{
    event::{Event, Scalar, Table, Text},
    read::Sink,
};

/// The header of a table.
pub(crate) struct ZeekTable {
    separator: u8,
    path: Text,
    fields: Vec<Text>,
    unset: Text,
    empty: Text,
}

impl Default for ZeekTable {
    fn default() -> Self {
        Self {
            separator: b'\t',
            path: Text::default(),
            fields: Vec::new(),
            unset: Text::new_static("-"),
            empty: Text::new_static("(empty)"),
        }
    }
}

impl ZeekTable {
    /// What a `#` line makes of the header so far; `None` where it is none of
    /// Zeek's.
    pub(crate) fn header(table: Option<Self>, line: &[u8]) -> Option<Self> {
        let line = std::str::from_utf8(line).ok()?;
        if let Some(separator) = line.strip_prefix("#separator ") {
            // Always written as `\x09`.
            let code = separator.trim().strip_prefix("\\x").unwrap_or("09");
            return Some(Self {
                separator: u8::from_str_radix(code, 16).unwrap_or(b'\t'),
                ..Self::default()
            });
        }
        let separator = char::from(table.as_ref().map_or(b'\t', |table| table.separator));
        let (key, rest) = line.strip_prefix('#')?.split_once(separator)?;
        let mut table = table.unwrap_or_default();
        match key {
            "path" => table.path = Text::new(rest),
            "fields" => table.fields = rest.split(separator).map(Text::new).collect(),
            "unset_field" => table.unset = Text::new(rest),
            "empty_field" => table.empty = Text::new(rest),
            "set_separator" | "types" | "open" | "close" => {}
            _ => return None,
        }
        Some(table)
    }

    /// The format's name.
    pub(crate) fn name(&self) -> &'static str {
        "zeek-tsv"
    }

    /// One row.
    pub(crate) fn row(&self, line: &[u8], sink: &mut Sink) {
        let Ok(line) = std::str::from_utf8(line) else {
            return sink.unreadable("a Zeek row that is not UTF-8");
        };
        let cells: Vec<&str> = line.split(char::from(self.separator)).collect();
        if cells.len() != self.fields.len() {
            let (found, named) = (cells.len(), self.fields.len());
            return sink.unreadable(format!("{found} cells under {named} Zeek fields"));
        }
        let known = self.fields.iter().zip(cells);
        let known = known.filter(|(_, cell)| **cell != *self.unset && **cell != *self.empty);
        let cells: Vec<(&str, Scalar)> = known
            .map(|(name, cell)| (name.as_str(), Scalar::Text(unescape(cell))))
            .collect();
        event(&self.path, cells, sink);
    }
}

/// `\x09` and the like written out.
fn unescape(cell: &str) -> Text {
    if !cell.contains("\\x") {
        return Text::new(cell);
    }
    let mut bytes = Vec::with_capacity(cell.len());
    let mut rest = cell;
    while let Some(at) = rest.find("\\x") {
        let code = rest
            .get(at + 2..at + 4)
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        bytes.extend_from_slice(rest.get(..at).unwrap_or_default().as_bytes());
        let used = match code {
            Some(byte) => {
                bytes.push(byte);
                4
            }
            None => {
                bytes.extend_from_slice(b"\\x");
                2
            }
        };
        rest = rest.get(at + used..).unwrap_or_default();
    }
    bytes.extend_from_slice(rest.as_bytes());
    Text::new(String::from_utf8_lossy(&bytes))
}

/// Whether a JSON record is one of Zeek's.
pub(crate) fn knows(json: &Json<'_>) -> bool {
    json.get("ts").is_some() && (json.get("id.orig_h").is_some() || json.get("_path").is_some())
}

/// A JSON record.
pub(crate) fn decode(json: &Json<'_>, sink: &mut Sink) {
    let path = match json.str_at("_path") {
        "" if json.get("query").is_some() || json.get("qtype_name").is_some() => "dns",
        "" if json.get("method").is_some() || json.get("user_agent").is_some() => "http",
        "" if json.get("request_type").is_some() => "kerberos",
        "" if json.get("operation").is_some() => "dce_rpc",
        "" if json.get("share_type").is_some() => "smb_mapping",
        "" if json.get("action").is_some() && json.get("name").is_some() => "smb_files",
        "" if json.get("security_protocol").is_some() => "rdp",
        "" if json.get("auth_attempts").is_some() => "ssh",
        "" if json.get("server_name").is_some() || json.get("cipher").is_some() => "ssl",
        "" => "conn",
        path => path,
    };
    let members = json.members().iter();
    let cells = members.filter_map(|(name, value)| {
        let scalar = match value {
            Json::List(_) => Scalar::Text(value.text()),
            Json::Real(_) | Json::Int(_) if name == "ts" => Scalar::Time(value.time()?),
            value => value.scalar()?,
        };
        Some((name.as_ref(), scalar))
    });
    event(path, cells.collect(), sink);
}

fn take(cells: &mut Vec<(&str, Scalar)>, name: &str) -> Text {
    match cells.iter().position(|(key, _)| *key == name) {
        Some(at) => match cells.remove(at).1 {
            Scalar::Text(text) => text,
            other => Text::new(other.value().text()),
        },
        None => Text::default(),
    }
}

fn event(path: &str, mut cells: Vec<(&str, Scalar)>, sink: &mut Sink) {
    let action = match path {
        "conn" => "ConnectionAttempt",
        "dns" => "DnsConnectionInspected",
        "http" => "HttpConnectionInspected",
        "ssl" | "tls" => "SslConnectionInspected",
        "smb_files" | "smb_mapping" => "SmbConnectionInspected",
        "dce_rpc" => "DceRpcConnectionInspected",
        "rdp" => "RdpConnectionInspected",
        "ssh" => "SshConnectionInspected",
        "ftp" => "FtpConnectionInspected",
        "kerberos" => "KerberosConnectionInspected",
        other => return sink.skip(&format!("zeek {other}")),
    };
    let mut event = Event::new(Table::DeviceNetworkEvents, action);
    let at = cells.iter().position(|(name, _)| *name == "ts");
    event.time = at.and_then(|at| match cells.remove(at).1 {
        Scalar::Time(time) => Some(time),
        Scalar::Text(text) => time::parse(&text),
        _ => None,
    });
    if event.time.is_none() {
        return sink.unreadable("a Zeek record without a time in ts");
    }
    event.channel = Text::from(format!("zeek:{}", if path == "tls" { "ssl" } else { path }));
    event.provider = Text::new_static("zeek");
    let network = event.network_mut();
    network.outbound = Some(true);
    network.local_ip = take(&mut cells, "id.orig_h");
    network.local_port = take(&mut cells, "id.orig_p").parse().ok();
    network.remote_ip = take(&mut cells, "id.resp_h");
    network.remote_port = take(&mut cells, "id.resp_p").parse().ok();
    network.protocol = super::windows::protocol(&take(&mut cells, "proto"));
    match path {
        "conn" => {
            // Zeek: S0 and REJ saw no connection; SF, S1 and the rest did.
            let state = cells.iter().find(|(name, _)| *name == "conn_state");
            let state = state.map(|(_, state)| state.value().text().into_owned());
            event.action_type = Text::new_static(match state.as_deref() {
                Some("S0") => "ConnectionAttempt",
                Some("REJ" | "RSTOS0" | "RSTRH" | "SH" | "SHR") => "ConnectionFailed",
                Some(_) => "ConnectionSuccess",
                None => "ConnectionAttempt",
            });
        }
        "http" => {
            let host = take(&mut cells, "host");
            let uri = take(&mut cells, "uri");
            let port = event.network_mut().remote_port;
            let host = match host {
                host if host.is_empty() => event.network_mut().remote_ip.clone(),
                host => host,
            };
            event.network_mut().remote_url = if uri.contains("://") {
                uri
            } else {
                let port = port.filter(|p| *p != 80 && !host.contains(':'));
                let port = port.map(|port| format!(":{port}")).unwrap_or_default();
                Text::from(format!("http://{host}{port}{uri}"))
            };
        }
        "dns" => {
            let dns = event.dns_mut();
            dns.query = take(&mut cells, "query");
            dns.record_type = take(&mut cells, "qtype_name");
            dns.answers = Text::from(take(&mut cells, "answers").replace(',', ";"));
            dns.status = take(&mut cells, "rcode_name");
        }
        "ssl" | "tls" => event.network_mut().remote_url = take(&mut cells, "server_name"),
        _ => {}
    }
    for (name, value) in cells {
        event.additional.push((Text::new(name), value));
    }
    sink.event(event);
}
