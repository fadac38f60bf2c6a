//! Each document of an analytic may say how bad its own findings are.

#![allow(clippy::unwrap_used, reason = "a test may fail")]

use std::{fs, path::Path};

use lazaret_content::Content;
use lazaret_detect::{AnalyticSet, Detector, Elements, Options};
use lazaret_events::{Event, Table, Text, Time};
use lazaret_model::Severity;

const ANALYTIC: &str = "
title: Odd
level: informational
logsource: {category: process_creation}
detection: {line: {CommandLine|contains: odd}, condition: line}
---
title: Odder
level: high
logsource: {category: process_creation}
detection: {line: {CommandLine|contains: odder}, condition: line}
---
title: As odd as the first
logsource: {category: process_creation}
detection: {line: {CommandLine|contains: strange}, condition: line}
";

/// The shipped content with this analytic.
fn content(folder: &Path, text: &str) -> Content {
    let place = folder.join("techniques/T1059/analytics/odd");
    fs::create_dir_all(&place).unwrap();
    fs::write(place.join("analytic.yml"), text).unwrap();
    let mut content = Content::shipped();
    content.overlay(folder).unwrap();
    content
}

fn severities(content: &Content, lines: &[&str]) -> Vec<Severity> {
    let mut detector = Detector::new(content, &Options::default()).unwrap();
    for (pid, line) in (100..).zip(lines) {
        let mut event = Event::new(Table::DeviceProcessEvents, "ProcessCreated");
        event.time = Some(Time(pid * 1_000_000));
        event.device.name = Text::new("build-7");
        let process = event.process_mut();
        process.pid = Some(pid);
        process.set_arguments(line.split(' ').map(Text::new));
        process.image = Text::new("/usr/bin/x");
        detector.push(&event);
    }
    detector.finish();
    let (alerts, ..) = detector.into_alerts();
    let odd = alerts.iter().filter(|alert| alert.analytic == "odd");
    odd.map(|alert| alert.severity).collect()
}

#[test]
fn a_later_document_has_its_own_level() {
    let folder = tempfile::tempdir().unwrap();
    let content = content(folder.path(), ANALYTIC);
    assert_eq!(severities(&content, &["x odd"]), [Severity::Info]);
    assert_eq!(severities(&content, &["x strange"]), [Severity::Info]);
    // Both documents match: two findings, so that the worse one counts.
    let mut both = severities(&content, &["x odder"]);
    both.sort();
    assert_eq!(both, [Severity::Info, Severity::High]);
}

#[test]
fn a_word_that_is_no_level_is_an_error_that_says_where() {
    let folder = tempfile::tempdir().unwrap();
    let text = ANALYTIC.replace("level: high", "level: very bad");
    let content = content(folder.path(), &text);
    let error = AnalyticSet::load(&content, &Elements::default()).unwrap_err();
    let error = error.to_string();
    for part in [
        "analytics/odd/analytic.yml",
        "document 2",
        "`very bad`",
        "informational",
    ] {
        assert!(error.contains(part), "{error}");
    }
}
