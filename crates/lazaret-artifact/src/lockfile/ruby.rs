//! Bundler: `Gemfile.lock`.

use std::collections::HashMap;

use lazaret_model::Ecosystem;

use super::{Collector, Locked, ProblemKind, SourceKind, lines::numbered};

pub(super) fn lock(text: &str, out: &mut Collector) {
    let mut section = "";
    let mut remote: Option<String> = None;
    let mut specs_seen = false;
    let mut checksums: Vec<((&str, &str), &str)> = Vec::new();
    for (number, line) in numbered(text) {
        let line = line.trim_end();
        if line.is_empty() {
            continue;
        }
        let indent = line.len().saturating_sub(line.trim_start().len());
        let body = line.trim_start();
        if indent == 0 {
            section = body;
            remote = None;
            if !is_known(section) {
                out.problem(
                    ProblemKind::LockfileEntry,
                    number,
                    format!("`{section}` is no section that is known"),
                );
            }
            continue;
        }
        match (section, indent) {
            ("GEM" | "GIT" | "PATH" | "PLUGIN SOURCE", 2) => {
                if let Some(url) = body.strip_prefix("remote: ") {
                    remote = Some(url.to_owned());
                }
                specs_seen |= body == "specs:";
            }
            ("GEM" | "GIT" | "PATH" | "PLUGIN SOURCE", 4) => match spec(body) {
                Some((name, version)) => {
                    let mut locked = Locked::new(Ecosystem::Gem, name, Some(version), number);
                    locked.resolved.clone_from(&remote);
                    locked.source = match section {
                        "GIT" => SourceKind::Git,
                        "PATH" => SourceKind::Path,
                        _ => SourceKind::Registry,
                    };
                    out.add(locked);
                }
                None => out.problem(
                    ProblemKind::LockfileEntry,
                    number,
                    format!("`{body}` is no `name (version)`"),
                ),
            },
            ("CHECKSUMS", 2) => checksums.extend(checksum(body)),
            _ => {}
        }
    }
    let mut hashes: HashMap<(&str, &str), Vec<String>> = HashMap::new();
    for (spec, hash) in checksums {
        hashes
            .entry(spec)
            .or_default()
            .push(format!("sha256:{hash}"));
    }
    for locked in &mut out.lockfile.packages {
        let version = locked.package.version().unwrap_or_default();
        if let Some(hashes) = hashes.get(&(locked.package.name(), version)) {
            locked.integrity.clone_from(hashes);
        }
    }
    if !specs_seen {
        out.problem(ProblemKind::LockfileSyntax, 0, "there are no `specs:`");
    }
}

fn is_known(section: &str) -> bool {
    matches!(
        section,
        "GEM"
            | "GIT"
            | "PATH"
            | "PLUGIN SOURCE"
            | "PLATFORMS"
            | "DEPENDENCIES"
            | "CHECKSUMS"
            | "RUBY VERSION"
            | "BUNDLED WITH"
    )
}

/// `name (1.2.3)` or `name (1.2.3-platform)`.
fn spec(body: &str) -> Option<(&str, &str)> {
    let (name, rest) = body.split_once(" (")?;
    let version = rest.split(')').next()?;
    Some((name, version.split('-').next().unwrap_or(version)))
}

/// A line of `CHECKSUMS`: `name (version) sha256=hex`.
fn checksum(body: &str) -> Option<((&str, &str), &str)> {
    let (_, hash) = body.rsplit_once("sha256=")?;
    Some((spec(body)?, hash))
}
