//! Markdown for people. Text of the article is escaped; indicators are shown
//! defanged.

use std::fmt::Write as _;

use lazaret_model::{Confidence, Excerpt, Severity};

use crate::{Brief, hunts::Language};

/// The brief as Markdown (CommonMark with tables).
pub fn markdown(brief: &Brief) -> String {
    let mut out = String::new();
    // Writing to a string does not fail.
    let _ = write(brief, &mut out);
    out
}

fn write(brief: &Brief, out: &mut String) -> std::fmt::Result {
    writeln!(
        out,
        "# [{}] {}\n",
        severity(brief.rating.severity),
        text(&brief.title)
    )?;
    for (name, value) in [
        ("Source", &brief.source),
        ("Published", &brief.published),
        ("Article", &brief.url),
    ] {
        if let Some(value) = value {
            writeln!(out, "**{name}:** {}  ", text(value))?;
        }
    }
    writeln!(out, "\n## In the article's words\n")?;
    for sentence in &brief.summary {
        writeln!(out, "> {}\n", text(sentence))?;
    }
    writeln!(
        out,
        "## Severity: {} ({} of 18 points)\n",
        severity(brief.rating.severity),
        brief.rating.score
    )?;
    writeln!(out, "| factor | points | why |\n| --- | --- | --- |")?;
    for point in &brief.rating.points {
        writeln!(
            out,
            "| {} | {}/{} | {} |",
            point.factor,
            point.points,
            point.of,
            cell(&point.reason)
        )?;
    }
    writeln!(out, "\n## Indicators\n")?;
    if brief.indicators.is_empty() {
        writeln!(out, "None.")?;
    } else {
        writeln!(
            out,
            "| kind | value | confidence | why | sentence |\n| --- | --- | --- | --- | --- |"
        )?;
        for found in &brief.indicators {
            let kind = serde_json::to_value(found.indicator.kind).ok();
            let kind = kind
                .as_ref()
                .and_then(|kind| kind.as_str())
                .unwrap_or_default();
            let mut shown = found.defanged.clone();
            for port in &found.ports {
                let _ = write!(shown, " port {port}");
            }
            if let Some(versions) = &found.versions {
                let _ = write!(shown, " ({versions})");
            }
            writeln!(
                out,
                "| {kind} | {} | {} | {} | {} |",
                code(&shown),
                confidence(found.confidence),
                found.reason,
                cell(&found.sentence)
            )?;
        }
    }
    writeln!(out, "\n## ATT&CK techniques\n")?;
    if brief.techniques.is_empty() {
        writeln!(out, "None told of.")?;
    } else {
        writeln!(
            out,
            "| technique | name | confidence | sentence |\n| --- | --- | --- | --- |"
        )?;
        for told in &brief.techniques {
            let sentence = told
                .sentences
                .first()
                .map(String::as_str)
                .unwrap_or_default();
            writeln!(
                out,
                "| {} | {} | {} | {} |",
                told.id,
                told.name,
                confidence(told.confidence),
                cell(sentence)
            )?;
        }
        writeln!(out, "\nPhases: {}", brief.phases.join(" → "))?;
    }
    writeln!(out, "\n## Hunts")?;
    if brief.hunts.is_empty() {
        writeln!(out, "\nNone: the article gives nothing to look for.")?;
    }
    for hunt in &brief.hunts {
        let (name, fence) = match hunt.language {
            Language::Kql => ("KQL (Defender, Sentinel)", "kql"),
            Language::Spl => ("SPL (Splunk CIM)", "spl"),
            Language::Sigma => ("Sigma", "yaml"),
        };
        writeln!(
            out,
            "\n### {}: {name}\n\n````{fence}\n{}\n````",
            hunt.title,
            hunt.text.trim_end()
        )?;
    }
    if !brief.mentioned.is_empty() {
        writeln!(
            out,
            "\n## Mentioned, not to be blocked\n\n| value | why |\n| --- | --- |"
        )?;
        for found in &brief.mentioned {
            writeln!(out, "| {} | {} |", code(&found.defanged), found.reason)?;
        }
    }
    for note in &brief.notes {
        writeln!(out, "\nNote: {}", text(note))?;
    }
    Ok(())
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Info => "INFO",
        Severity::Low => "LOW",
        Severity::Medium => "MEDIUM",
        Severity::High => "HIGH",
        Severity::Critical => "CRITICAL",
    }
}

fn confidence(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::Low => "low",
        Confidence::Medium => "medium",
        Confidence::High => "high",
    }
}

/// Text in which no Markdown or HTML is left.
fn text(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    for c in Excerpt::whole(value).chars() {
        if matches!(
            c,
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '<' | '>' | '#' | '|' | '~' | '!'
        ) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

fn cell(value: &str) -> String {
    text(value)
}

/// Code in a table cell: backticks are dropped and `|` escaped.
fn code(value: &str) -> String {
    format!(
        "`{}`",
        value
            .replace('`', "")
            .replace('|', "\\|")
            .replace(['\n', '\r'], " ")
    )
}
