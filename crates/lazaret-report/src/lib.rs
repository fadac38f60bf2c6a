//! Assessments as text, JSON, JSON Lines, SARIF, OSV, CycloneDX VEX and HTML.
//!
//! Everything that comes from a package is hostile: each format writes it
//! escaped, and the terminal never sees a control character of it.

mod format;
mod html;
mod json;
mod osv;
mod sarif;
mod text;
mod vex;

use std::io::{self, Write};

pub use format::Format;
use lazaret_model::{Assessment, Severity, Verdict};
pub use text::{Detail, Style};

/// What a run has to say.
#[derive(Clone, Debug)]
pub struct Report<'a> {
    /// Version of Lazaret.
    pub version: &'a str,
    /// When, as RFC 3339 UTC; `None` leaves times out, so that the same input
    /// gives the same bytes.
    pub time: Option<String>,
    /// The outcomes, in the order of the input.
    pub assessments: &'a [Assessment],
}

/// How many subjects got which verdict.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Counts {
    /// Allowed.
    pub allow: usize,
    /// To be reviewed.
    pub review: usize,
    /// Blocked.
    pub block: usize,
    /// Findings taken out by suppressions.
    pub suppressed: usize,
    /// Problems: parts that could not be analysed.
    pub problems: usize,
}

impl Report<'_> {
    /// Counts over all assessments.
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for assessment in self.assessments {
            match assessment.verdict {
                Verdict::Allow => counts.allow += 1,
                Verdict::Review => counts.review += 1,
                Verdict::Block => counts.block += 1,
            }
            counts.suppressed += assessment.suppressed();
            counts.problems += assessment.problems.len();
        }
        counts
    }

    /// Writes the report.
    pub fn write(&self, format: Format, style: &Style, out: &mut dyn Write) -> io::Result<()> {
        match format {
            Format::Text => text::write(self, style, out),
            Format::Json => json::write(self, out),
            Format::Jsonl => json::write_lines(self, out),
            Format::Sarif => sarif::write(self, out),
            Format::Osv => osv::write(self, out),
            Format::Vex => vex::write(self, out),
            Format::Html => html::write(self, out),
        }
    }
}

/// The name of a severity as people read it.
fn severity_name(severity: Severity) -> &'static str {
    match severity {
        Severity::Info => "info",
        Severity::Low => "low",
        Severity::Medium => "medium",
        Severity::High => "high",
        Severity::Critical => "critical",
    }
}

#[cfg(test)]
mod samples;
