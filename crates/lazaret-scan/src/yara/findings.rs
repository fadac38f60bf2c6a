//! What YARA rules say of a package, as findings.

use lazaret_model::{Confidence, Evidence, Excerpt, Finding, Location, Problem, Severity};
use rayon::prelude::*;

use super::{Engine, Match};
use crate::{File, PackageFiles};

impl Engine {
    /// Scans the files of a package that are neither tests nor documentation.
    /// What stopped early is a problem.
    pub fn findings(&self, package: &PackageFiles, subject: &str) -> (Vec<Finding>, Vec<Problem>) {
        let scanned: Vec<_> = package
            .files
            .par_iter()
            .filter(|file| !file.aside && !file.bytes.is_empty())
            .map(|file| (file, self.scan(&file.bytes)))
            .collect();
        let mut findings = Vec::new();
        let mut problems = Vec::new();
        for (file, result) in scanned {
            let problem = |detail: String| Problem {
                kind: "yara".to_owned(),
                path: file.path.clone(),
                detail,
            };
            match result {
                Ok(matches) => {
                    problems.extend(
                        matches
                            .stopped
                            .map(|why| problem(format!("stopped early: {why}"))),
                    );
                    findings.extend(
                        matches
                            .rules
                            .iter()
                            .map(|found| finding(found, file, subject)),
                    );
                }
                Err(error) => {
                    problems.push(problem(error.to_string()));
                    // The rules are broken for every file alike.
                    break;
                }
            }
        }
        (findings, problems)
    }
}

fn finding(found: &Match, file: &File, subject: &str) -> Finding {
    let meta = |name: &str| found.meta.get(name).map(String::as_str);
    let severity = match meta("severity") {
        Some("info") => Severity::Info,
        Some("low") => Severity::Low,
        Some("high") => Severity::High,
        Some("critical") => Severity::Critical,
        _ => Severity::Medium,
    };
    let text = String::from_utf8_lossy(&file.bytes);
    let at = (found.offset as usize).min(text.len());
    let title = meta("description").unwrap_or(&found.rule);
    Finding {
        rule: format!("yara-{}", meta("id").unwrap_or(&found.rule)),
        title: title.to_owned(),
        severity,
        confidence: Confidence::Medium,
        techniques: meta("technique")
            .and_then(|id| id.parse().ok())
            .into_iter()
            .collect(),
        subject: subject.to_owned(),
        message: format!("the YARA rule {} matches {}", found.rule, file.path),
        evidence: vec![Evidence::Text {
            location: Location {
                path: file.path.clone(),
                start: at as u32,
                end: at as u32,
                line: text.as_bytes()[..at]
                    .iter()
                    .filter(|byte| **byte == b'\n')
                    .count() as u32
                    + 1,
                column: 1,
            },
            excerpt: Excerpt::of(&text, at, at),
        }],
        suppressed: None,
    }
}
