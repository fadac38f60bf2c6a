//! For people: verdict, reasons, findings with carets under the source.

use std::io::{self, Write};

use annotate_snippets::{
    AnnotationKind, Element, Group, Level, Renderer, Snippet, renderer::DecorStyle,
};
use lazaret_model::{
    Assessment, Behaviour, Evidence, Excerpt, Finding, Location, Severity, Verdict,
};
use owo_colors::OwoColorize;

use crate::{Report, severity_name};

/// How much is shown of each subject.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Detail {
    /// The verdict line only.
    Brief,
    /// Findings with their first evidence; allowed subjects in one line.
    #[default]
    Normal,
    /// All evidence and problems, allowed subjects too.
    Full,
}

/// How text is shown.
#[derive(Clone, Copy, Debug, Default)]
pub struct Style {
    /// Whether colours are used.
    pub colour: bool,
    /// Whether findings taken out by suppressions are listed.
    pub suppressed: bool,
    /// Whether subjects that are allowed and have no problem are left out.
    pub only_notable: bool,
    /// How much.
    pub detail: Detail,
}

/// Evidence shown of a finding unless all is asked for.
const EVIDENCE: usize = 2;
/// Problems shown of a subject unless all are asked for.
const PROBLEMS: usize = 3;

pub(crate) fn write(report: &Report<'_>, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    for assessment in report.assessments {
        let plain = assessment.verdict == Verdict::Allow && assessment.problems.is_empty();
        if plain && style.only_notable && assessment.package.is_some() {
            continue;
        }
        write_assessment(assessment, style, out)?;
    }
    let counts = report.counts();
    if report.assessments.len() != 1 || counts.suppressed > 0 {
        write!(
            out,
            "{} scanned: {} block, {} review, {} allow",
            report.assessments.len(),
            counts.block,
            counts.review,
            counts.allow
        )?;
        if counts.suppressed > 0 {
            write!(
                out,
                "; {} suppressed (list with --show-suppressed)",
                counts.suppressed
            )?;
        }
        if counts.problems > 0 {
            write!(out, "; {} problems", counts.problems)?;
        }
        writeln!(out)?;
    }
    Ok(())
}

fn verdict_mark(verdict: Verdict, colour: bool) -> String {
    let word = format!("{:<6}", verdict.to_string().to_uppercase());
    match (colour, verdict) {
        (false, _) => word,
        (true, Verdict::Block) => word.red().bold().to_string(),
        (true, Verdict::Review) => word.yellow().bold().to_string(),
        (true, Verdict::Allow) => word.green().to_string(),
    }
}

fn write_assessment(assessment: &Assessment, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let subject = Excerpt::plain(&assessment.subject).text;
    write!(
        out,
        "{} {subject}",
        verdict_mark(assessment.verdict, style.colour)
    )?;
    if let Some(package) = &assessment.package {
        let purl = Excerpt::plain(&package.purl()).text;
        if purl != subject {
            write!(out, "  ({purl})")?;
        }
    }
    writeln!(out)?;
    if style.detail == Detail::Brief {
        return Ok(());
    }
    let full = style.detail == Detail::Full;
    for reason in &assessment.reasons {
        writeln!(out, "       {}", Excerpt::plain(reason).text)?;
    }
    for finding in &assessment.findings {
        let shown = match &finding.suppressed {
            Some(_) => style.suppressed,
            None => full || assessment.verdict > Verdict::Allow,
        };
        if shown {
            write_finding(finding, style, out)?;
        }
    }
    let shown = if full { usize::MAX } else { PROBLEMS };
    for problem in assessment.problems.iter().take(shown) {
        let line = format!("{}: {}: {}", problem.kind, problem.path, problem.detail);
        writeln!(out, "     ! {}", Excerpt::plain(&line).text)?;
    }
    if assessment.problems.len() > shown {
        writeln!(
            out,
            "     ! and {} more problems (all with --verbose)",
            assessment.problems.len() - shown
        )?;
    }
    Ok(())
}

fn write_finding(finding: &Finding, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let renderer = if style.colour {
        Renderer::styled()
    } else {
        Renderer::plain()
    }
    .decor_style(DecorStyle::Ascii);
    let level = match finding.severity {
        Severity::Critical | Severity::High => Level::ERROR,
        Severity::Medium => Level::WARNING,
        Severity::Low | Severity::Info => Level::INFO,
    }
    .with_name(severity_name(finding.severity));

    let title = Excerpt::plain(&finding.title).text;
    let mut elements: Vec<Element<'_>> = Vec::new();
    let shown = if style.detail == Detail::Full {
        usize::MAX
    } else {
        EVIDENCE
    };
    for evidence in finding.evidence.iter().take(shown) {
        elements.push(element(evidence));
    }
    if finding.evidence.len() > shown {
        let more = finding.evidence.len() - shown;
        elements.push(
            Level::NOTE
                .message(format!("and {more} more like it"))
                .into(),
        );
    }
    if !finding.message.is_empty() {
        elements.push(
            Level::NOTE
                .message(Excerpt::plain(&finding.message).text)
                .into(),
        );
    }
    if !finding.techniques.is_empty() {
        let ids: Vec<_> = finding.techniques.iter().map(ToString::to_string).collect();
        elements.push(
            Level::NOTE
                .message(format!("ATT&CK {}", ids.join(", ")))
                .into(),
        );
    }
    if let Some(reason) = &finding.suppressed {
        let reason = Excerpt::plain(reason).text;
        elements.push(Level::NOTE.message(format!("suppressed: {reason}")).into());
    }
    let group: Group<'_> = level
        .primary_title(title)
        .id(finding.rule.clone())
        .elements(elements);
    writeln!(out, "{}\n", renderer.render(&[group]))
}

fn element(evidence: &Evidence) -> Element<'_> {
    match evidence {
        Evidence::Behaviour { behaviour, excerpt } => {
            snippet(&behaviour.location, excerpt, behaviour_label(behaviour))
        }
        Evidence::Text { location, excerpt } => snippet(location, excerpt, String::new()),
        Evidence::Metadata { field, value } => note(&format!("{field}: {value}")),
        Evidence::Record { id, summary } => note(&format!("{id}: {summary}")),
        Evidence::Event {
            source,
            time,
            summary,
        } => note(&format!("{time} {summary} ({source})")),
    }
}

fn note(text: &str) -> Element<'static> {
    Level::NOTE.message(Excerpt::plain(text).text).into()
}

/// `spawn during install: curl … | sh`.
pub(crate) fn behaviour_label(behaviour: &Behaviour) -> String {
    let word = |value: &dyn erased::Word| value.word();
    let mut label = format!(
        "{} {} ({}): {}",
        word(&behaviour.action),
        word(&behaviour.object),
        word(&behaviour.phase),
        Excerpt::plain(&behaviour.target).text
    );
    if !behaviour.layers.is_empty() {
        label.push_str(&format!(" [inside {}]", behaviour.layers.join(" > ")));
    }
    label
}

/// The lower-case name of an enum of the model, as its JSON has it.
mod erased {
    pub(super) trait Word {
        fn word(&self) -> String;
    }
    impl<T: serde::Serialize> Word for T {
        fn word(&self) -> String {
            match serde_json::to_value(self) {
                Ok(serde_json::Value::String(word)) => word,
                _ => String::new(),
            }
        }
    }
}

fn snippet<'a>(location: &Location, excerpt: &Excerpt, label: String) -> Element<'a> {
    let path = Excerpt::plain(&location.path).text;
    let (start, end) = (excerpt.start as usize, excerpt.end as usize);
    let marked = start <= end && end <= excerpt.text.len() && excerpt.text.is_char_boundary(start);
    let mut snippet = Snippet::source(excerpt.text.clone())
        .path(path)
        .line_start(location.line.max(1) as usize)
        .fold(false);
    if marked {
        snippet = snippet.annotation(AnnotationKind::Primary.span(start..end).label(label));
    }
    snippet.into()
}
