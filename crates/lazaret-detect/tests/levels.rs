//! Each document of an analytic may say how bad its own findings are, and
//! which techniques they show.

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
tags: [attack.t1105]
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

/// How bad each finding is, and its techniques.
fn found(content: &Content, lines: &[&str]) -> Vec<(Severity, String)> {
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
    let mut found: Vec<_> = odd
        .map(|alert| {
            let techniques: Vec<_> = alert.techniques.iter().map(ToString::to_string).collect();
            (alert.severity, techniques.join(" "))
        })
        .collect();
    found.sort();
    found
}

#[test]
fn a_later_document_has_its_own_level_and_techniques() {
    let folder = tempfile::tempdir().unwrap();
    let content = content(folder.path(), ANALYTIC);
    let usual = (Severity::Info, "T1059".to_owned());
    assert_eq!(found(&content, &["x odd"]), std::slice::from_ref(&usual));
    assert_eq!(
        found(&content, &["x strange"]),
        std::slice::from_ref(&usual)
    );
    // Both documents match: two findings, so that the worse one counts.
    let worse = (Severity::High, "T1059 T1105".to_owned());
    assert_eq!(found(&content, &["x odder"]), [usual, worse]);
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
