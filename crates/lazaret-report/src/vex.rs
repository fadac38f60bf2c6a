//! CycloneDX 1.6 with vulnerability analysis (VEX): each package that is not
//! allowed is a component with its findings as vulnerabilities.

use std::io::{self, Write};

use lazaret_model::{Finding, Verdict};
use serde_json::{Value, json};

use crate::{Report, severity_name};

pub(crate) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut components = Vec::new();
    let mut vulnerabilities = Vec::new();
    for (index, assessment) in report.assessments.iter().enumerate() {
        let reference = match &assessment.package {
            Some(package) => package.purl(),
            None => format!("subject-{index}"),
        };
        let mut component = json!({
            "type": "library",
            "bom-ref": reference,
            "name": assessment.package.as_ref().map_or(assessment.subject.as_str(), |p| p.name()),
        });
        if let Some(package) = &assessment.package {
            component["purl"] = package.purl().into();
            if let Some(version) = package.version() {
                component["version"] = version.into();
            }
        }
        if let Some(digest) = &assessment.sha256 {
            component["hashes"] = json!([{ "alg": "SHA-256", "content": digest }]);
        }
        components.push(component);
        for finding in &assessment.findings {
            vulnerabilities.push(vulnerability(finding, assessment.verdict, &reference));
        }
    }
    let mut document = json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "tools": { "components": [{
                "type": "application", "name": "lazaret", "version": report.version,
            }]},
        },
        "components": components,
        "vulnerabilities": vulnerabilities,
    });
    if let Some(time) = &report.time {
        document["metadata"]["timestamp"] = time.as_str().into();
    }
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

fn vulnerability(finding: &Finding, verdict: Verdict, reference: &str) -> Value {
    // CycloneDX 1.6, `impactAnalysisState`.
    let state = match (&finding.suppressed, verdict) {
        (Some(_), _) => "false_positive",
        (None, Verdict::Block) => "exploitable",
        (None, Verdict::Review) => "in_triage",
        (None, Verdict::Allow) => "not_affected",
    };
    let mut analysis = json!({ "state": state });
    if state == "not_affected" {
        analysis["justification"] = "code_not_reachable".into();
        analysis["detail"] = "seen, and explained by context".into();
    }
    if let Some(reason) = &finding.suppressed {
        analysis["detail"] = reason.as_str().into();
    }
    json!({
        "bom-ref": format!("{reference}#{}", finding.rule),
        "id": finding.rule,
        "source": { "name": "lazaret" },
        "ratings": [{ "severity": severity_name(finding.severity), "method": "other" }],
        // CWE-506: embedded malicious code.
        "cwes": [506],
        "description": finding.title,
        "detail": finding.message,
        "analysis": analysis,
        "affects": [{ "ref": reference }],
    })
}
