//! Alerts as text, JSON, JSON Lines, SARIF, STIX 2.1, CSV and HTML.

mod csv;
mod html;
mod json;
mod sarif;
mod stix;
mod text;
mod tree;

use std::io::{self, Write};

use lazaret_events::{OpenError, ReadReport};

use crate::{Alert, Installation, alert::InstallationSummary, engine::Counts};

/// How to write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For people, with a process tree.
    Text,
    /// One document.
    Json,
    /// One object a line: alerts, then the counts.
    Jsonl,
    /// SARIF 2.1.0.
    Sarif,
    /// A STIX 2.1 bundle of sightings and observed data.
    Stix,
    /// One alert a row.
    Csv,
    /// One self-contained page with the timeline as a picture.
    Html,
}

/// What a run has to say.
#[derive(Debug)]
pub struct Report<'a> {
    /// Version of Lazaret.
    pub version: &'a str,
    /// Alerts, in the order of time.
    pub alerts: &'a [Alert],
    /// Every installation seen.
    pub installations: &'a [Installation],
    /// Counts of the run.
    pub counts: &'a Counts,
    /// The accounts of the logs read.
    pub logs: &'a [ReadReport],
    /// Files that no reader knows.
    pub left_out: &'a [OpenError],
    /// Whether alerts that a suppression took out are shown.
    pub suppressed: bool,
    /// Whether installations without an alert are listed.
    pub all_installations: bool,
}

impl<'a> Report<'a> {
    /// What could not be read, a sentence each.
    fn unread(&self) -> impl Iterator<Item = String> {
        let logs = self.logs.iter().filter_map(ReadReport::unread);
        logs.chain(self.left_out.iter().map(ToString::to_string))
    }

    /// Writes it.
    ///
    /// # Errors
    /// When `out` refuses.
    pub fn write(&self, format: Format, colour: bool, out: &mut dyn Write) -> io::Result<()> {
        match format {
            Format::Text => text::write(self, colour, out),
            Format::Json => json::write(self, out),
            Format::Jsonl => json::write_lines(self, out),
            Format::Sarif => sarif::write(self, out),
            Format::Stix => stix::write(self, out),
            Format::Csv => csv::write(self, out),
            Format::Html => html::write(self, out),
        }
    }

    fn shown(&self) -> impl Iterator<Item = &'a Alert> {
        let suppressed = self.suppressed;
        let alerts = self.alerts.iter();
        alerts.filter(move |alert| suppressed || alert.suppressed.is_none())
    }

    fn summaries(&self) -> impl Iterator<Item = InstallationSummary> {
        self.installations.iter().map(InstallationSummary::of)
    }
}

/// Writes one alert as one line of JSON, for live logs.
///
/// # Errors
/// When `out` refuses.
pub fn write_alert_line(alert: &Alert, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer(&mut *out, &json::alert(alert))?;
    writeln!(out)
}

/// Writes one alert as text, for live logs.
///
/// # Errors
/// When `out` refuses.
pub fn write_alert_text(alert: &Alert, colour: bool, out: &mut dyn Write) -> io::Result<()> {
    text::alert(alert, colour, out)
}

/// Text of a log without what a terminal would obey.
pub(crate) fn plain(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\n' | '\r' | '\t' => ' ',
            c if c.is_control() => '\u{fffd}',
            // Bidirectional controls reorder what is read.
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '\u{fffd}',
            c => c,
        })
        .collect()
}

/// At most `most` characters, with an ellipsis where some are left out.
pub(crate) fn short(text: &str, most: usize) -> String {
    let text = plain(text);
    if text.chars().count() <= most {
        return text;
    }
    let mut out: String = text.chars().take(most.saturating_sub(1)).collect();
    out.push('…');
    out
}

pub(crate) fn severity(severity: lazaret_model::Severity) -> &'static str {
    use lazaret_model::Severity as S;
    match severity {
        S::Info => "info",
        S::Low => "low",
        S::Medium => "medium",
        S::High => "high",
        S::Critical => "critical",
    }
}

pub(crate) fn confidence(confidence: lazaret_model::Confidence) -> &'static str {
    use lazaret_model::Confidence as C;
    match confidence {
        C::Low => "low",
        C::Medium => "medium",
        C::High => "high",
    }
}
