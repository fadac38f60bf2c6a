//! Suricata's EVE JSON.
//!
//! <https://docs.suricata.io/en/latest/output/eve/eve-json-format.html>

use super::Json;
use crate::{
    event::{Event, Table, Text},
    read::Sink,
};

pub(super) fn knows(json: &Json<'_>) -> bool {
    json.get("event_type").is_some()
        && json.get("timestamp").is_some()
        && (json.get("src_ip").is_some()
            || json.get("flow_id").is_some()
            || json.get("stats").is_some())
}

pub(super) fn decode(json: &Json<'_>, sink: &mut Sink) {
    let kind = json.str_at("event_type");
    let action = match kind {
        // Nothing came back: nobody was there, or it was refused.
        "flow" | "netflow" if json.at("flow.pkts_toclient").and_then(Json::int) == Some(0) => {
            "ConnectionAttempt"
        }
        "flow" | "netflow" => "ConnectionSuccess",
        "http" | "http2" => "HttpConnectionInspected",
        "dns" => "DnsConnectionInspected",
        "tls" => "SslConnectionInspected",
        "ssh" => "SshConnectionInspected",
        "smtp" => "SmtpConnectionInspected",
        "ftp" | "ftp_data" => "FtpConnectionInspected",
        "smb" => "SmbConnectionInspected",
        "dcerpc" => "DceRpcConnectionInspected",
        "rdp" => "RdpConnectionInspected",
        "krb5" => "KerberosConnectionInspected",
        "fileinfo" => "FileTransferInspected",
        "alert" => "NetworkSignatureInspected",
        other => return sink.skip(&format!("suricata {other}")),
    };
    let mut event = Event::new(Table::DeviceNetworkEvents, action);
    event.time = json.get("timestamp").and_then(Json::time);
    event.channel = Text::from(format!("suricata:{kind}"));
    event.provider = Text::new_static("suricata");
    // The sensor, not the client, which the address tells.
    event.add("Sensor", json.text_at("host"));
    let network = event.network_mut();
    network.outbound = Some(true);
    network.local_ip = json.text_at("src_ip");
    network.local_port = json
        .int_at("src_port")
        .and_then(|port| u16::try_from(port).ok());
    network.remote_ip = json.text_at("dest_ip");
    network.remote_port = json
        .int_at("dest_port")
        .and_then(|port| u16::try_from(port).ok());
    network.protocol = crate::format::windows::protocol(json.str_at("proto"));
    if let Some(http) = json.get("http") {
        let (host, url) = (http.str_at("hostname"), http.str_at("url"));
        event.network_mut().remote_url = if url.contains("://") || host.is_empty() {
            Text::new(url)
        } else {
            Text::from(format!("http://{host}{url}"))
        };
        for (name, member) in [
            ("user_agent", "http_user_agent"),
            ("method", "http_method"),
            ("status_code", "status"),
            ("referrer", "http_refer"),
            // As Zeek says what came back.
            ("resp_mime_types", "http_content_type"),
        ] {
            event.add(name, http.text_at(member));
        }
    }
    if let Some(tls) = json.get("tls") {
        event.network_mut().remote_url = tls.text_at("sni");
        for (name, member) in [
            ("subject", "subject"),
            ("issuer", "issuerdn"),
            ("fingerprint", "fingerprint"),
            ("version", "version"),
            ("notbefore", "notbefore"),
            ("notafter", "notafter"),
        ] {
            event.add(name, tls.text_at(member));
        }
        event.add("ja3", tls.text_at("ja3.hash"));
    }
    if let Some(dns) = json.get("dns") {
        lookup(&mut event, dns);
    }
    asked(&mut event, json);
    if let Some(file) = json.get("fileinfo") {
        let object = event.file_mut();
        object.path = file.text_at("filename");
        object.size = file.int_at("size");
        object.hashes.sha256 = file.text_at("sha256");
        object.hashes.sha1 = file.text_at("sha1");
        object.hashes.md5 = file.text_at("md5");
    }
    if let Some(alert) = json.get("alert") {
        for name in [
            "signature",
            "signature_id",
            "category",
            "severity",
            "action",
        ] {
            event.add(&format!("alert_{name}"), alert.text_at(name));
        }
    }
    // As Zeek says how long it lasted, in seconds.
    event.add("duration", json.text_at("flow.age"));
    for name in [
        "flow_id",
        "app_proto",
        "flow.bytes_toserver",
        "flow.bytes_toclient",
    ] {
        let scalar = json.at(name).and_then(Json::scalar);
        if let Some(scalar) = scalar {
            event.add(name, scalar);
        }
    }
    sink.event(event);
}

/// What was asked of a service of Windows, with Zeek's names where both tell it.
fn asked(event: &mut Event, json: &Json<'_>) {
    for (name, member) in [
        ("smb_command", "smb.command"),
        ("path", "smb.share"),
        ("name", "smb.filename"),
        ("named_pipe", "smb.named_pipe"),
        ("opnum", "dcerpc.opnum"),
        ("cookie", "rdp.cookie"),
        ("client", "ssh.client.software_version"),
        ("server", "ssh.server.software_version"),
        ("request_type", "krb5.msg_type"),
        ("service", "krb5.sname"),
        ("cipher", "krb5.encryption"),
        ("error_msg", "krb5.error_code"),
    ] {
        event.add(name, json.text_at(member));
    }
    for rpc in ["dcerpc", "smb.dcerpc"] {
        let interfaces = json.at(rpc).and_then(|rpc| rpc.get("interfaces"));
        let first = interfaces.and_then(|list| list.list().first());
        event.add(
            "interface",
            first.map_or_else(Text::default, |i| i.text_at("uuid")),
        );
    }
    event.add("opnum", json.text_at("smb.dcerpc.opnum"));
}

/// Versions 1 to 3 of the DNS object.
fn lookup(event: &mut Event, dns: &Json<'_>) {
    let query = [dns.get("queries"), dns.get("query")].into_iter().flatten();
    let query = query
        .filter_map(|list| list.list().first())
        .next()
        .unwrap_or(dns);
    let mut answers: Vec<Text> = Vec::new();
    for answer in dns.get("answers").map(Json::list).unwrap_or_default() {
        answers.push(answer.text_at("rdata"));
    }
    for (_, group) in dns.get("grouped").map(Json::members).unwrap_or_default() {
        answers.extend(group.list().iter().map(Json::text));
    }
    event.add("dns_type", dns.text_at("type"));
    let lookup = event.dns_mut();
    lookup.query = query.text_at("rrname");
    lookup.record_type = query.text_at("rrtype");
    lookup.status = dns.text_at("rcode");
    answers.retain(|answer| !answer.is_empty());
    if answers.is_empty() {
        answers.extend(Some(dns.text_at("rdata")).filter(|rdata| !rdata.is_empty()));
    }
    lookup.answers = Text::from(answers.join(";"));
}
