//! From findings to a verdict; documented in `docs/policy.md`.

use std::collections::BTreeMap;

use lazaret_content::Content;
use lazaret_model::{Confidence, Evidence, Finding, Phase, Severity, Verdict};
use serde::Deserialize;

use crate::rules::{Role, RuleSet};

/// Where the policy is in the content.
const PATH: &str = "policy/default.toml";

/// How findings are weighed.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    thresholds: Thresholds,
    severity: BTreeMap<Severity, f64>,
    confidence: BTreeMap<Confidence, f64>,
    phase: BTreeMap<String, f64>,
    /// What a further finding of one family adds, as a share.
    repeat: f64,
    /// What capabilities may add together.
    capability_limit: f64,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Thresholds {
    review: f64,
    block: f64,
}

/// A policy that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("content/policy/default.toml: {0}")]
pub struct PolicyError(String);

/// A verdict with the sum behind it.
#[derive(Clone, Debug, PartialEq)]
pub struct Weighed {
    /// The verdict.
    pub verdict: Verdict,
    /// The sum.
    pub score: f64,
    /// Why, most telling first.
    pub reasons: Vec<String>,
}

impl Policy {
    /// Reads `policy/default.toml`.
    ///
    /// # Errors
    /// If it is not there or not of the form.
    pub fn load(content: &Content) -> Result<Self, PolicyError> {
        let bytes = content
            .get(PATH)
            .ok_or_else(|| PolicyError("is missing".to_owned()))?;
        let text = std::str::from_utf8(bytes).map_err(|error| PolicyError(error.to_string()))?;
        toml::from_str(text).map_err(|error| PolicyError(error.to_string()))
    }

    /// Weighs findings; suppressed ones do not count.
    pub fn weigh(&self, findings: &[Finding], rules: &RuleSet) -> Weighed {
        let mut threats: BTreeMap<&str, Vec<(f64, &Finding)>> = BTreeMap::new();
        let mut capabilities: BTreeMap<&str, f64> = BTreeMap::new();
        for finding in findings
            .iter()
            .filter(|finding| finding.suppressed.is_none())
        {
            if finding
                .evidence
                .iter()
                .any(|evidence| matches!(evidence, Evidence::Record { .. }))
            {
                return Weighed {
                    verdict: Verdict::Block,
                    score: self.thresholds.block,
                    reasons: vec![format!("known malicious: {}", finding.message)],
                };
            }
            let points = self.points(finding);
            let rule = rules.get(&finding.rule);
            let family = rule.map_or(finding.rule.as_str(), |rule| rule.family.as_str());
            match rule.map_or(Role::Threat, |rule| rule.role) {
                Role::Threat => threats.entry(family).or_default().push((points, finding)),
                Role::Capability => {
                    let most = capabilities.entry(family).or_default();
                    *most = most.max(points);
                }
            }
        }
        let mut score = 0.0;
        let mut reasons: Vec<(f64, String)> = Vec::new();
        for found in threats.values_mut() {
            found.sort_by(|a, b| b.0.total_cmp(&a.0));
            let mut rules_seen: Vec<&str> = Vec::new();
            for (points, finding) in found {
                // One rule in many files says no more than in one.
                if rules_seen.contains(&finding.rule.as_str()) {
                    continue;
                }
                let share = if rules_seen.is_empty() {
                    1.0
                } else {
                    self.repeat
                };
                rules_seen.push(&finding.rule);
                score += *points * share;
                reasons.push((*points, format!("{}: {}", finding.title, finding.message)));
            }
        }
        // Capabilities alone are no reason: every build tool spawns.
        if score > 0.0 {
            score += capabilities
                .values()
                .sum::<f64>()
                .min(self.capability_limit);
        }
        reasons.sort_by(|a, b| b.0.total_cmp(&a.0));
        let verdict = if score >= self.thresholds.block {
            Verdict::Block
        } else if score >= self.thresholds.review {
            Verdict::Review
        } else {
            Verdict::Allow
        };
        Weighed {
            verdict,
            score,
            reasons: reasons
                .into_iter()
                .map(|(_, reason)| reason)
                .take(5)
                .collect(),
        }
    }

    fn points(&self, finding: &Finding) -> f64 {
        let phase = crate::rules::phase_of(finding).map_or("none", |phase| match phase {
            Phase::Install => "install",
            Phase::Import => "import",
            Phase::Run => "run",
        });
        let of = |map: Option<&f64>| map.copied().unwrap_or(1.0);
        of(self.severity.get(&finding.severity))
            * of(self.confidence.get(&finding.confidence))
            * of(self.phase.get(phase))
    }
}
