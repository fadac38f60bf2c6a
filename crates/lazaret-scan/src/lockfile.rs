//! A lockfile's packages to assessments, without downloading them.

use std::collections::{BTreeMap, BTreeSet};

use lazaret_artifact::{Locked, Lockfile, SourceKind};
use lazaret_content::Content;
use lazaret_model::{Assessment, Confidence, Evidence, Finding, Problem, Severity, Verdict};

use crate::Intel;

/// Rule id of an entry that is not from its registry.
const OUTSIDE: &str = "lockfile-outside-registry";

/// Hosts that packages may come from.
#[derive(Clone, Debug)]
pub struct RegistryHosts(BTreeSet<String>);

impl RegistryHosts {
    /// Reads `content/registries/hosts.txt`.
    pub fn load(content: &Content) -> Self {
        let text = content.get("registries/hosts.txt").unwrap_or_default();
        Self(
            String::from_utf8_lossy(text)
                .lines()
                .map(str::trim)
                .filter(|line| !line.is_empty() && !line.starts_with('#'))
                .map(str::to_owned)
                .collect(),
        )
    }

    /// Adds a host of the user's own.
    pub fn allow(&mut self, host: &str) {
        self.0.insert(host.to_lowercase());
    }

    fn has(&self, host: &str) -> bool {
        let mut name = host;
        loop {
            if self.0.contains(name) {
                return true;
            }
            match name.split_once('.') {
                Some((_, rest)) => name = rest,
                None => return false,
            }
        }
    }
}

/// An assessment for each package of the lockfile, and one for the lockfile
/// itself that carries what was not understood.
pub fn assess(lockfile: &Lockfile, intel: &dyn Intel, hosts: &RegistryHosts) -> Vec<Assessment> {
    let usual = usual_host(&lockfile.packages);
    let mut assessments = Vec::with_capacity(lockfile.packages.len() + 1);
    let mut outside = Vec::new();
    for locked in &lockfile.packages {
        let mut findings = intel.findings(&locked.package);
        if let Some(finding) = from_outside(lockfile, locked, hosts, usual.as_deref()) {
            findings.push(finding);
        }
        let verdict = findings.iter().map(verdict_of).max().unwrap_or_default();
        if verdict > Verdict::Allow {
            outside.push(locked.package.purl());
        }
        findings.sort_by_key(|found| std::cmp::Reverse((found.severity, found.confidence)));
        assessments.push(Assessment {
            subject: format!("{}:{}", lockfile.file, locked.line),
            package: Some(locked.package.clone()),
            sha256: None,
            verdict,
            reasons: findings
                .iter()
                .filter(|finding| verdict_of(finding) > Verdict::Allow)
                .map(|finding| format!("{}: {}", finding.title, finding.message))
                .collect(),
            findings,
            problems: Vec::new(),
        });
    }
    let worst = assessments
        .iter()
        .map(|a| a.verdict)
        .max()
        .unwrap_or_default();
    let checked = format!(
        "{} packages, {} not allowed",
        lockfile.packages.len(),
        outside.len()
    );
    assessments.push(Assessment {
        subject: lockfile.file.clone(),
        package: None,
        sha256: None,
        verdict: worst,
        reasons: vec![checked],
        findings: Vec::new(),
        problems: lockfile.problems.iter().map(problem).collect(),
    });
    assessments
}

fn problem(problem: &lazaret_artifact::Problem) -> Problem {
    let kind = match serde_json::to_value(problem.kind) {
        Ok(serde_json::Value::String(kind)) => kind,
        _ => "lockfile".to_owned(),
    };
    let path = match problem.line {
        0 => problem.file.clone(),
        line => format!("{}:{line}", problem.file),
    };
    Problem {
        kind,
        path,
        detail: problem.detail.clone(),
    }
}

/// Without the package's content only what is certain by its name counts.
fn verdict_of(finding: &Finding) -> Verdict {
    match finding.severity {
        Severity::Critical => Verdict::Block,
        Severity::High | Severity::Medium if finding.confidence > Confidence::Low => {
            Verdict::Review
        }
        _ => Verdict::Allow,
    }
}

fn from_outside(
    lockfile: &Lockfile,
    locked: &Locked,
    hosts: &RegistryHosts,
    usual: Option<&str>,
) -> Option<Finding> {
    let resolved = locked.resolved.as_deref()?;
    let host = host_of(resolved)?;
    let (severity, message) = match locked.source {
        SourceKind::Registry | SourceKind::Url if !hosts.has(host) && usual != Some(host) => (
            Severity::Medium,
            format!(
                "{} is downloaded from {host}, which is no registry",
                locked.package.name()
            ),
        ),
        SourceKind::Git if locked.integrity.is_empty() => (
            Severity::Low,
            format!("{} is taken from a repository", locked.package.name()),
        ),
        _ => return None,
    };
    Some(Finding {
        rule: OUTSIDE.to_owned(),
        title: "Locked to a place outside its registry".to_owned(),
        severity,
        confidence: Confidence::Medium,
        techniques: "T1195.001".parse().into_iter().collect(),
        subject: locked.package.purl(),
        message,
        evidence: vec![Evidence::Metadata {
            field: format!("{}:{}", lockfile.file, locked.line),
            value: resolved.to_owned(),
        }],
        suppressed: None,
    })
}

/// The host that most entries come from: a mirror of the company's own.
fn usual_host(packages: &[Locked]) -> Option<String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let hosts = packages
        .iter()
        .filter_map(|locked| host_of(locked.resolved.as_deref()?));
    for host in hosts {
        *counts.entry(host).or_default() += 1;
    }
    let total: usize = counts.values().sum();
    counts
        .into_iter()
        .find(|(_, count)| *count > 2 && count * 2 > total)
        .map(|(host, _)| host.to_owned())
}

fn host_of(url: &str) -> Option<&str> {
    let (_, rest) = url.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit('@').next()?.split(':').next()?;
    (!host.is_empty()).then_some(host)
}

#[cfg(test)]
mod tests {
    use lazaret_artifact::{LockFormat, parse_lockfile};

    use super::*;
    use crate::NoIntel;

    fn verdicts(text: &str) -> Vec<Verdict> {
        let lockfile = parse_lockfile(LockFormat::PackageLock, "package-lock.json", text);
        assert_eq!(lockfile.problems, []);
        let hosts = RegistryHosts::load(&Content::shipped());
        assess(&lockfile, &NoIntel, &hosts)
            .iter()
            .map(|a| a.verdict)
            .collect()
    }

    fn lock(urls: &[&str]) -> String {
        let packages: Vec<String> = urls
            .iter()
            .enumerate()
            .map(|(n, url)| {
                format!(r#""node_modules/p{n}":{{"version":"1.0.0","resolved":"{url}"}}"#)
            })
            .collect();
        format!(
            r#"{{"lockfileVersion":3,"packages":{{"":{{}},{}}}}}"#,
            packages.join(",")
        )
    }

    #[test]
    fn an_entry_from_elsewhere_is_to_be_reviewed() {
        let text = lock(&[
            "https://registry.npmjs.org/p0/-/p0-1.0.0.tgz",
            "https://evil.example.com/p1.tgz",
        ]);
        assert_eq!(
            verdicts(&text),
            [Verdict::Allow, Verdict::Review, Verdict::Review]
        );
    }

    #[test]
    fn a_mirror_of_ones_own_is_not() {
        let mirror: Vec<String> = (0..5)
            .map(|n| format!("https://npm.corp.example.com/p{n}.tgz"))
            .collect();
        let urls: Vec<&str> = mirror.iter().map(String::as_str).collect();
        assert!(verdicts(&lock(&urls)).iter().all(|v| *v == Verdict::Allow));
    }
}
