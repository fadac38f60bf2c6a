//! One self-contained HTML page: no script, no request to anywhere.

use std::io::{self, Write};

use askama::Template;
use lazaret_model::{Assessment, Evidence, Excerpt, Finding, Verdict};

use crate::{Counts, Report, severity_name, text::behaviour_label};

#[derive(Template)]
#[template(path = "report.html")]
struct Page<'a> {
    version: &'a str,
    time: Option<&'a str>,
    counts: Counts,
    assessments: Vec<Section<'a>>,
}

struct Section<'a> {
    assessment: &'a Assessment,
    purl: String,
    open: bool,
    findings: Vec<Row<'a>>,
}

struct Row<'a> {
    finding: &'a Finding,
    severity: &'static str,
    techniques: String,
    evidence: Vec<Proof>,
}

/// An evidence split at its mark.
struct Proof {
    place: String,
    before: String,
    marked: String,
    after: String,
    label: String,
}

pub(crate) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let page = Page {
        version: report.version,
        time: report.time.as_deref(),
        counts: report.counts(),
        assessments: report.assessments.iter().map(section).collect(),
    };
    out.write_all(page.render().map_err(io::Error::other)?.as_bytes())
}

fn section(assessment: &Assessment) -> Section<'_> {
    Section {
        assessment,
        purl: assessment
            .package
            .as_ref()
            .map(|p| p.purl())
            .unwrap_or_default(),
        open: assessment.verdict > Verdict::Allow,
        findings: assessment.findings.iter().map(row).collect(),
    }
}

fn row(finding: &Finding) -> Row<'_> {
    let techniques: Vec<_> = finding.techniques.iter().map(ToString::to_string).collect();
    Row {
        finding,
        severity: severity_name(finding.severity),
        techniques: techniques.join(", "),
        evidence: finding.evidence.iter().map(proof).collect(),
    }
}

fn proof(evidence: &Evidence) -> Proof {
    match evidence {
        Evidence::Behaviour { behaviour, excerpt } => marked(
            format!("{}:{}", behaviour.location.path, behaviour.location.line),
            excerpt,
            behaviour_label(behaviour),
        ),
        Evidence::Text { location, excerpt } => marked(
            format!("{}:{}", location.path, location.line),
            excerpt,
            String::new(),
        ),
        Evidence::Metadata { field, value } => fact(field, value),
        Evidence::Record { id, summary } => fact(id, summary),
        Evidence::Event {
            source,
            time,
            summary,
        } => fact(&format!("{time} {source}"), summary),
    }
}

fn fact(place: &str, text: &str) -> Proof {
    Proof {
        place: Excerpt::plain(place).text,
        before: Excerpt::plain(text).text,
        marked: String::new(),
        after: String::new(),
        label: String::new(),
    }
}

fn marked(place: String, excerpt: &Excerpt, label: String) -> Proof {
    let text = &excerpt.text;
    let part = |from: usize, to: usize| text.get(from..to).unwrap_or_default().to_owned();
    let (start, end) = (excerpt.start as usize, excerpt.end as usize);
    Proof {
        place: Excerpt::plain(&place).text,
        before: part(0, start),
        marked: part(start, end),
        after: part(end, text.len()),
        label,
    }
}
