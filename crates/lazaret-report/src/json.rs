//! JSON and JSON Lines: the assessments as they are, under a versioned head.

use std::io::{self, Write};

use lazaret_model::Assessment;
use serde::Serialize;

use crate::{Counts, Report};

/// The layout's version; it grows when a field changes its meaning or goes.
const SCHEMA: &str = "lazaret/assessments/1";

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    version: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    time: Option<&'a str>,
    summary: Counts,
    assessments: &'a [Assessment],
}

pub(crate) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let document = Document {
        schema: SCHEMA,
        version: report.version,
        time: report.time.as_deref(),
        summary: report.counts(),
        assessments: report.assessments,
    };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

pub(crate) fn write_lines(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    for assessment in report.assessments {
        serde_json::to_writer(&mut *out, assessment)?;
        writeln!(out)?;
    }
    Ok(())
}
