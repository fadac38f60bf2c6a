//! `yarn.lock`: version 1 has a syntax of its own, Berry writes YAML.

use lazaret_model::Ecosystem;
use yaml_serde::Value;

use super::{
    Collector, Locked, ProblemKind, SourceKind,
    lines::{KeyLines, numbered},
    npm::source_of_resolved,
    source_of,
};

pub(super) fn lock(text: &str, out: &mut Collector) {
    if text.contains("\n__metadata:") || text.starts_with("__metadata:") {
        berry(text, out);
    } else {
        classic(text, out);
    }
}

/// The name in a descriptor such as `@a/b@^1.0.0` or `x@npm:@a/b@1`.
fn name_of(descriptor: &str) -> Option<&str> {
    let at = descriptor.get(1..)?.find('@')?.checked_add(1)?;
    let (name, range) = (descriptor.get(..at)?, descriptor.get(at.checked_add(1)?..)?);
    // An alias names the real package in its range.
    match range.strip_prefix("npm:") {
        Some(alias) => match alias.get(1..).and_then(|rest| rest.find('@')) {
            Some(at) => alias.get(..at.checked_add(1)?),
            None => Some(name),
        },
        None => Some(name),
    }
}

fn classic(text: &str, out: &mut Collector) {
    if !text.contains("yarn lockfile v1") {
        out.problem(
            ProblemKind::LockfileVersion,
            1,
            "there is no `yarn lockfile v1` mark",
        );
    }
    let mut current: Option<Locked> = None;
    for (number, line) in numbered(text) {
        let line = line.trim_end();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if !line.starts_with(' ') {
            finish(current.take(), out);
            let first = line
                .trim_end_matches(':')
                .split(", ")
                .next()
                .unwrap_or(line);
            match name_of(first.trim_matches('"')) {
                Some(name) if line.ends_with(':') => {
                    current = Some(Locked::new(Ecosystem::Npm, name, None, number));
                }
                _ => out.problem(
                    ProblemKind::LockfileEntry,
                    number,
                    format!("`{line}` is no entry"),
                ),
            }
            continue;
        }
        let Some(entry) = current.as_mut() else {
            out.problem(
                ProblemKind::LockfileEntry,
                number,
                format!("`{line}` belongs to no entry"),
            );
            continue;
        };
        // Deeper lines list what it depends on; each has its own entry.
        let Some((key, value)) = line
            .strip_prefix("  ")
            .filter(|rest| !rest.starts_with(' '))
            .and_then(|rest| rest.split_once(' '))
        else {
            continue;
        };
        let value = value.trim_matches('"');
        match key {
            "version" => entry.package = entry.package.with_version(Some(value)),
            "resolved" => {
                entry.resolved = Some(value.to_owned());
                let source = match source_of_resolved(value) {
                    // Yarn's own registry host, before it served `/-/`.
                    Some(SourceKind::Url) if value.contains("registry.") => SourceKind::Registry,
                    other => other.unwrap_or(SourceKind::Registry),
                };
                entry.source = source;
            }
            "integrity" => entry.integrity = value.split(' ').map(str::to_owned).collect(),
            _ => {}
        }
    }
    finish(current, out);
}

fn finish(entry: Option<Locked>, out: &mut Collector) {
    if let Some(entry) = entry {
        if entry.package.version().is_none() {
            let detail = format!("`{}` has no version", entry.package.name());
            out.problem(ProblemKind::LockfileEntry, entry.line, detail);
        }
        out.add(entry);
    }
}

fn berry(text: &str, out: &mut Collector) {
    let Some(yaml) = out.yaml(text) else {
        return;
    };
    let lines = KeyLines::of(text);
    let Some(entries) = yaml.as_mapping() else {
        return out.problem(ProblemKind::LockfileSyntax, 1, "is no mapping");
    };
    for (key, entry) in entries {
        let Some(key) = key.as_str() else {
            out.problem(ProblemKind::LockfileEntry, 0, "an entry has no name");
            continue;
        };
        if key == "__metadata" {
            continue;
        }
        let line = lines.get(key);
        let field = |name: &str| entry.get(name).and_then(Value::as_str);
        // `name@npm:1.0.0`, `name@workspace:packages/a`, `name@https://…`.
        let resolution = field("resolution");
        let split = resolution.and_then(|text| {
            let at = text.get(1..)?.find('@')?.checked_add(1)?;
            Some((text.get(..at)?, text.get(at.checked_add(1)?..)?))
        });
        let Some((name, reference)) = split else {
            out.problem(
                ProblemKind::LockfileEntry,
                line,
                format!("`{key}` has no resolution"),
            );
            continue;
        };
        // `patch:` wraps another entry, which is listed as well.
        let version = match entry.get("version") {
            Some(Value::String(text)) => Some(text.clone()),
            Some(Value::Number(number)) => Some(number.to_string()),
            _ => None,
        };
        let mut locked = Locked::new(Ecosystem::Npm, name, version.as_deref(), line);
        locked.resolved = resolution.map(str::to_owned);
        locked.source = match reference.strip_prefix("npm:") {
            Some(_) => SourceKind::Registry,
            None if reference.starts_with("patch:") => SourceKind::Path,
            None => match source_of(reference) {
                Some(source) => source,
                None => {
                    out.problem(
                        ProblemKind::LockfileEntry,
                        line,
                        format!("`{reference}` is no source that is known"),
                    );
                    SourceKind::Url
                }
            },
        };
        // Yarn's checksum is of its own zip, not of the registry's file: it
        // cannot be compared with a download and is left out.
        out.add(locked);
    }
}
