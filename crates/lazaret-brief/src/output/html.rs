//! A page of its own: no script, no link to elsewhere, nothing loaded. All
//! text of the article is escaped, and its addresses are shown defanged.

use std::fmt::Write as _;

use lazaret_model::{Confidence, Excerpt, Severity};

use crate::{Brief, hunts::Language, indicators::Found};

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a;background:#fff}\
table{border-collapse:collapse;width:100%;margin:1rem 0}th,td{border:1px solid #ccc;padding:.3rem .5rem;text-align:left;vertical-align:top}\
code,pre{font:14px/1.4 ui-monospace,monospace}pre{background:#f4f4f4;padding:.8rem;overflow:auto}code{overflow-wrap:anywhere}\
blockquote{margin:.5rem 0;padding-left:1rem;border-left:3px solid #ccc}.sev{padding:.1rem .5rem;border-radius:.3rem;color:#fff}\
.critical{background:#8b0000}.high{background:#c2410c}.medium{background:#a16207}.low{background:#3f6212}.info{background:#475569}\
@media(prefers-color-scheme:dark){body{color:#e5e5e5;background:#161616}pre{background:#222}th,td{border-color:#444}}";

/// The brief as an HTML page. `answers` is text that follows the brief, such as
/// what was found of it; it is shown as it is.
pub fn html(brief: &Brief, answers: &str) -> String {
    let mut body = String::new();
    // Writing to a string does not fail.
    let _ = write(brief, &mut body);
    if !answers.is_empty() {
        let _ = writeln!(body, "<pre>{}</pre>", text(answers.trim()));
    }
    page(&brief.title, &body)
}

/// A page around `body`, which is HTML already.
pub(super) fn page(title: &str, body: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>{}</title><style>{STYLE}</style></head>\n<body>\n{body}</body></html>\n",
        text(title)
    )
}

fn write(brief: &Brief, out: &mut String) -> std::fmt::Result {
    writeln!(
        out,
        "<h1>{} {}</h1>",
        badge(brief.rating.severity),
        text(&brief.title)
    )?;
    writeln!(out, "<p>")?;
    for (name, value) in [
        ("Source", &brief.source),
        ("Published", &brief.published),
        ("Article", &brief.url),
    ] {
        if let Some(value) = value {
            writeln!(out, "<b>{name}:</b> {}<br>", text(value))?;
        }
    }
    writeln!(out, "</p>\n<h2>In the article's words</h2>")?;
    for sentence in &brief.summary {
        writeln!(out, "<blockquote>{}</blockquote>", text(sentence))?;
    }
    writeln!(
        out,
        "<h2>Severity: {} of 18 points</h2>\n<table><tr><th>factor<th>points<th>why</tr>",
        brief.rating.score
    )?;
    for point in &brief.rating.points {
        writeln!(
            out,
            "<tr><td>{}<td>{}/{}<td>{}</tr>",
            point.factor,
            point.points,
            point.of,
            text(&point.reason)
        )?;
    }
    writeln!(out, "</table>\n<h2>Indicators</h2>")?;
    if brief.indicators.is_empty() {
        writeln!(out, "<p>None.</p>")?;
    } else {
        writeln!(
            out,
            "<table><tr><th>kind<th>value<th>confidence<th>why<th>sentence</tr>"
        )?;
        for found in &brief.indicators {
            writeln!(
                out,
                "<tr><td>{}<td><code>{}</code><td>{}<td>{}<td>{}</tr>",
                kind(found),
                text(&shown(found)),
                confidence(found.confidence),
                found.reason,
                text(&found.sentence)
            )?;
        }
        writeln!(out, "</table>")?;
    }
    writeln!(out, "<h2>ATT&amp;CK techniques</h2>")?;
    if brief.techniques.is_empty() {
        writeln!(out, "<p>None told of.</p>")?;
    } else {
        writeln!(
            out,
            "<table><tr><th>technique<th>name<th>confidence<th>sentence</tr>"
        )?;
        for told in &brief.techniques {
            let sentence = told.sentences.first().map(String::as_str);
            writeln!(
                out,
                "<tr><td>{}<td>{}<td>{}<td>{}</tr>",
                told.id,
                text(&told.name),
                confidence(told.confidence),
                text(sentence.unwrap_or_default())
            )?;
        }
        writeln!(out, "</table>\n<p>Phases: {}</p>", brief.phases.join(" → "))?;
    }
    writeln!(out, "<h2>Hunts</h2>")?;
    if brief.hunts.is_empty() {
        writeln!(out, "<p>None: the article gives nothing to look for.</p>")?;
    }
    for hunt in &brief.hunts {
        let name = match hunt.language {
            Language::Kql => "KQL (Defender, Sentinel)",
            Language::Spl => "SPL (Splunk CIM)",
            Language::Sigma => "Sigma",
        };
        writeln!(
            out,
            "<details><summary>{}: {name}</summary><pre>{}</pre></details>",
            text(&hunt.title),
            escape(hunt.text.trim_end())
        )?;
    }
    if !brief.mentioned.is_empty() {
        writeln!(
            out,
            "<details><summary>Mentioned, not to be blocked ({})</summary><table><tr><th>value<th>why</tr>",
            brief.mentioned.len()
        )?;
        for found in &brief.mentioned {
            writeln!(
                out,
                "<tr><td><code>{}</code><td>{}</tr>",
                text(&found.defanged),
                found.reason
            )?;
        }
        writeln!(out, "</table></details>")?;
    }
    for note in &brief.notes {
        writeln!(out, "<p>Note: {}</p>", text(note))?;
    }
    Ok(())
}

pub(super) fn badge(severity: Severity) -> String {
    let name = match severity {
        Severity::Info => "info",
        Severity::Low => "low",
        Severity::Medium => "medium",
        Severity::High => "high",
        Severity::Critical => "critical",
    };
    format!("<span class=\"sev {name}\">{name}</span>")
}

fn shown(found: &Found) -> String {
    let mut shown = found.defanged.clone();
    for port in &found.ports {
        let _ = write!(shown, " port {port}");
    }
    if let Some(versions) = &found.versions {
        let _ = write!(shown, " ({versions})");
    }
    shown
}

fn kind(found: &Found) -> String {
    serde_json::to_value(found.indicator.kind)
        .ok()
        .and_then(|kind| kind.as_str().map(str::to_owned))
        .unwrap_or_default()
}

fn confidence(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::Low => "low",
        Confidence::Medium => "medium",
        Confidence::High => "high",
    }
}

/// Text on one line: escaped, with hidden and control characters visible.
pub(super) fn text(value: &str) -> String {
    escape(&Excerpt::whole(value))
}

fn escape(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    for c in value.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\n' | '\t' => out.push(c),
            c if c.is_control() => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}
