//! JSON and JSON Lines.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::{Report, confidence, severity};
use crate::Alert;

pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let alerts: Vec<Value> = report.shown().map(alert).collect();
    let mut document = json!({
        "version": report.version,
        "counts": report.counts,
        "logs": report.logs,
        "unread": report.unread().collect::<Vec<_>>(),
        "alerts": alerts,
    });
    if report.all_installations
        && let Some(object) = document.as_object_mut()
    {
        let all: Vec<_> = report.summaries().collect();
        object.insert("installations".to_owned(), json!(all));
    }
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

pub(super) fn write_lines(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    for each in report.shown() {
        serde_json::to_writer(&mut *out, &alert(each))?;
        writeln!(out)?;
    }
    if report.all_installations {
        for installation in report.summaries() {
            let line = json!({ "type": "installation", "installation": installation });
            serde_json::to_writer(&mut *out, &line)?;
            writeln!(out)?;
        }
    }
    for message in report.unread() {
        let line = json!({ "type": "unread", "message": message });
        serde_json::to_writer(&mut *out, &line)?;
        writeln!(out)?;
    }
    let line = json!({ "type": "counts", "counts": report.counts });
    serde_json::to_writer(&mut *out, &line)?;
    writeln!(out)
}

/// One alert.
pub(super) fn alert(alert: &Alert) -> Value {
    let techniques: Vec<String> = alert.techniques.iter().map(ToString::to_string).collect();
    let evidence: Vec<Value> = alert
        .evidence
        .iter()
        .map(|event| {
            json!({
                "source": event.source,
                "time": event.observed.time.to_string(),
                "table": event.event.table.name(),
                "action": event.event.action_type.as_str(),
                "summary": event.line,
            })
        })
        .collect();
    json!({
        "type": "alert",
        "analytic": alert.analytic,
        "title": alert.title,
        "severity": severity(alert.severity),
        "confidence": confidence(alert.confidence),
        "techniques": techniques,
        "strategies": alert.strategies,
        "device": alert.device.as_str(),
        "account": alert.account.as_str(),
        "first": alert.first.to_string(),
        "last": alert.last.to_string(),
        "count": alert.count,
        "message": alert.message(),
        "installation": alert.installation,
        "processes": alert.processes,
        "evidence": evidence,
        "suppressed": alert.suppressed.as_ref().map(|(class, reason)| json!({
            "class": class, "reason": reason,
        })),
        "missing_telemetry": alert.missing,
        "false_positives": alert.false_positives,
    })
}
