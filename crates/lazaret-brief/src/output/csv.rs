//! Tables of indicators for people, Splunk, Defender and firewalls.

use lazaret_model::IndicatorKind;

use crate::Brief;

/// All indicators: kind, value, defanged, confidence, ports, versions,
/// sentence.
pub fn indicators(brief: &Brief) -> String {
    let mut rows = vec![row(&[
        "kind",
        "value",
        "defanged",
        "confidence",
        "ports",
        "versions",
        "sentence",
    ])];
    for found in &brief.indicators {
        let ports: Vec<String> = found.ports.iter().map(u16::to_string).collect();
        rows.push(row(&[
            &word(&found.indicator.kind),
            &found.indicator.value,
            &found.defanged,
            &word(&found.confidence),
            &ports.join(" "),
            found.versions.as_deref().unwrap_or_default(),
            &found.sentence,
        ]));
    }
    rows.concat()
}

/// A Splunk lookup: `indicator,type,description,source`.
pub fn splunk_lookup(brief: &Brief) -> String {
    let mut rows = vec![row(&["indicator", "type", "description", "source"])];
    for found in &brief.indicators {
        rows.push(row(&[
            &found.indicator.value,
            &word(&found.indicator.kind),
            &brief.title,
            brief.url.as_deref().unwrap_or_default(),
        ]));
    }
    rows.concat()
}

/// Microsoft Defender's import of indicators (columns as documented by
/// Microsoft for custom indicators).
pub fn defender_indicators(brief: &Brief) -> String {
    let mut rows = vec![row(&[
        "IndicatorType",
        "IndicatorValue",
        "ExpirationTime",
        "Action",
        "Severity",
        "Title",
        "Description",
        "RecommendedActions",
        "RbacGroups",
        "Category",
        "MitreTechniques",
        "GenerateAlert",
    ])];
    let techniques: Vec<String> = brief.techniques.iter().map(|t| t.id.to_string()).collect();
    for found in &brief.indicators {
        let kind = match found.indicator.kind {
            IndicatorKind::Sha1 => "FileSha1",
            IndicatorKind::Sha256 => "FileSha256",
            IndicatorKind::Md5 => "FileMd5",
            IndicatorKind::Ipv4 | IndicatorKind::Ipv6 => "IpAddress",
            IndicatorKind::Domain => "DomainName",
            IndicatorKind::Url => "Url",
            _ => continue,
        };
        rows.push(row(&[
            kind,
            &found.indicator.value,
            "",
            "Block",
            "High",
            &brief.title,
            &found.sentence,
            "",
            "",
            "Malware",
            &techniques.join(","),
            "TRUE",
        ]));
    }
    rows.concat()
}

/// Hosts and addresses, one a line, for a firewall or resolver.
pub fn blocklist(brief: &Brief) -> String {
    brief
        .indicators
        .iter()
        .filter(|f| {
            matches!(
                f.indicator.kind,
                IndicatorKind::Domain | IndicatorKind::Ipv4 | IndicatorKind::Ipv6
            )
        })
        .map(|f| format!("{}\n", f.indicator.value))
        .collect()
}

fn word<T: serde::Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}

/// A row of RFC 4180. A cell that a spreadsheet would take for a formula gets
/// an apostrophe first.
fn row(cells: &[&str]) -> String {
    let cells: Vec<String> = cells
        .iter()
        .map(|cell| {
            let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
            let cell = if formula {
                format!("'{cell}")
            } else {
                (*cell).to_owned()
            };
            if cell.contains([',', '"', '\n', '\r']) {
                format!("\"{}\"", cell.replace('"', "\"\""))
            } else {
                cell
            }
        })
        .collect();
    cells.join(",") + "\r\n"
}
