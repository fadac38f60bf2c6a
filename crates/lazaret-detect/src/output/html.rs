//! One self-contained page: the timeline as a picture, then the alerts.

use std::io::{self, Write};

use lazaret_model::Severity;

use super::{Report, plain, severity};
use crate::Alert;

const WIDTH: f64 = 960.0;
const ROW: f64 = 22.0;
const LEFT: f64 = 300.0;

const STYLE: &str = "body{font:14px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:70rem;padding:0 1rem;color:#1b1f24}\
@media(prefers-color-scheme:dark){body{background:#15181c;color:#dde}}\
section{border-top:1px solid #8886;padding:.6rem 0}code{font:12px ui-monospace,monospace;word-break:break-all}\
.critical,.high{color:#c62828}.medium{color:#b26a00}.low,.info{color:#00708a}\
ol{padding-left:1.4rem}small{opacity:.75}svg{width:100%;height:auto}";

pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let alerts: Vec<&Alert> = report.shown().collect();
    write!(
        out,
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\
         <title>Lazaret: what installations did</title><style>{STYLE}</style></head><body>\
         <h1>What installations did</h1><p>{} alerts in {} events, {} installations; {} matches suppressed.</p>",
        report.counts.alerts,
        report.counts.events,
        report.installations.len(),
        report.counts.suppressed
    )?;
    for message in report.unread() {
        writeln!(out, "<p class=\"unread\">{}</p>", escape(&message))?;
    }
    timeline(&alerts, out)?;
    for alert in &alerts {
        section(alert, out)?;
    }
    writeln!(out, "</body></html>")
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in plain(text).chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}

fn colour(level: Severity) -> &'static str {
    match level {
        Severity::Critical | Severity::High => "#c62828",
        Severity::Medium => "#e69100",
        Severity::Low | Severity::Info => "#0097b2",
    }
}

fn timeline(alerts: &[&Alert], out: &mut dyn Write) -> io::Result<()> {
    let times = || {
        alerts
            .iter()
            .flat_map(|a| a.evidence.iter().map(|e| e.observed.time.0))
    };
    let (Some(start), Some(end)) = (times().min(), times().max()) else {
        return Ok(());
    };
    let span = (end - start).max(1) as f64;
    let shown = alerts.len().min(200);
    let height = ROW * (shown as f64 + 1.0);
    write!(
        out,
        "<svg viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" aria-label=\"Timeline\">"
    )?;
    for (row, alert) in alerts.iter().take(shown).enumerate() {
        let y = ROW * (row as f64 + 0.7);
        write!(
            out,
            "<text x=\"0\" y=\"{y}\" font-size=\"12\" fill=\"currentColor\">{}</text>",
            escape(&super::short(&alert.title, 46))
        )?;
        for event in &alert.evidence {
            let at = (event.observed.time.0 - start) as f64 / span;
            let x = LEFT + at * (WIDTH - LEFT - 10.0);
            write!(
                out,
                "<circle cx=\"{x:.1}\" cy=\"{:.1}\" r=\"5\" fill=\"{}\"><title>{} {}</title></circle>",
                y - 4.0,
                colour(alert.severity),
                event.observed.time,
                escape(&event.line)
            )?;
        }
    }
    write!(out, "</svg>")
}

fn section(alert: &Alert, out: &mut dyn Write) -> io::Result<()> {
    let techniques: Vec<String> = alert.techniques.iter().map(ToString::to_string).collect();
    write!(
        out,
        "<section><h2><span class=\"{0}\">{0}</span> {1}</h2><p><small>{2} · {3} · {4} · {5}–{6} · {7} matches</small></p>",
        severity(alert.severity),
        escape(&alert.title),
        escape(&alert.analytic),
        techniques.join(", "),
        escape(&alert.device),
        alert.first,
        alert.last,
        alert.count
    )?;
    if let Some((class, reason)) = &alert.suppressed {
        write!(
            out,
            "<p>Suppressed as {}: {}</p>",
            escape(class),
            escape(reason)
        )?;
    }
    write!(out, "<p>{}</p>", escape(&alert.description))?;
    if let Some(installation) = &alert.installation {
        write!(
            out,
            "<p>Installation: <code>{}</code></p>",
            escape(&installation.command_line)
        )?;
    }
    write!(out, "<ol>")?;
    for process in &alert.processes {
        let line = if process.command_line.is_empty() {
            &process.image
        } else {
            &process.command_line
        };
        write!(out, "<li><code>{}</code></li>", escape(line))?;
    }
    write!(out, "</ol><ul>")?;
    for event in &alert.evidence {
        write!(
            out,
            "<li>{} <code>{}</code> <small>{}</small></li>",
            event.observed.time,
            escape(&event.line),
            escape(&event.source)
        )?;
    }
    write!(out, "</ul>")?;
    if !alert.missing.is_empty() {
        write!(
            out,
            "<p><small>Not in the telemetry of this device: {}</small></p>",
            alert.missing.join(", ")
        )?;
    }
    write!(out, "</section>")
}
