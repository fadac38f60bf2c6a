//! `pnpm-lock.yaml`, versions 5 to 9.

use lazaret_model::Ecosystem;
use yaml_serde::Value;

use super::{Collector, Locked, ProblemKind, SourceKind, lines::KeyLines, source_of};

pub(super) fn lock(text: &str, out: &mut Collector) {
    let Some(yaml) = out.yaml(text) else {
        return;
    };
    let lines = KeyLines::of(text);
    let version = match yaml.get("lockfileVersion") {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    };
    let major = version
        .split('.')
        .next()
        .and_then(|major| major.parse::<u32>().ok());
    if !matches!(major, Some(5..=9)) {
        out.problem(
            ProblemKind::LockfileVersion,
            lines.get("lockfileVersion"),
            format!("lockfileVersion `{version}` is not known"),
        );
    }
    let Some(packages) = yaml.get("packages") else {
        return;
    };
    let Some(packages) = packages.as_mapping() else {
        return out.problem(
            ProblemKind::LockfileEntry,
            lines.get("packages"),
            "`packages` is no mapping",
        );
    };
    for (key, entry) in packages {
        let Some(key) = key.as_str() else {
            out.problem(ProblemKind::LockfileEntry, 0, "a package has no name");
            continue;
        };
        package(key, entry, lines.get(key), major.unwrap_or(9), out);
    }
}

fn package(key: &str, entry: &Value, line: u32, major: u32, out: &mut Collector) {
    let resolution = entry.get("resolution");
    let field = |name: &str| resolution.and_then(|r| r.get(name)).and_then(Value::as_str);
    let given = |name: &str| entry.get(name).and_then(Value::as_str);
    let parsed = split(key, major);
    let Some(name) = given("name").or(parsed.map(|(name, _)| name)) else {
        return out.problem(
            ProblemKind::LockfileEntry,
            line,
            format!("`{key}` is no package"),
        );
    };
    let version = given("version").or(parsed.map(|(_, version)| version));
    let direct = version.and_then(source_of);
    let mut locked = Locked::new(
        Ecosystem::Npm,
        name,
        if direct.is_some() { None } else { version },
        line,
    );
    locked.source = direct.unwrap_or(SourceKind::Registry);
    if field("repo").is_some() || field("type") == Some("git") {
        locked.source = SourceKind::Git;
    } else if field("directory").is_some() {
        locked.source = SourceKind::Path;
    } else if field("integrity").is_none() && field("tarball").is_some() && parsed.is_none() {
        locked.source = SourceKind::Url;
    }
    locked.resolved = field("tarball")
        .or(field("repo"))
        .or(direct.and(version))
        .map(str::to_owned);
    locked.integrity = field("integrity").map(str::to_owned).into_iter().collect();
    locked.dev = entry.get("dev").and_then(Value::as_bool) == Some(true);
    if resolution.is_none() {
        out.problem(
            ProblemKind::LockfileEntry,
            line,
            format!("`{key}` has no resolution"),
        );
    }
    out.add(locked);
}

/// `/@a/b/1.0.0_peer` (5), `/@a/b@1.0.0(peer)` (6), `@a/b@1.0.0` (9).
fn split(key: &str, major: u32) -> Option<(&str, &str)> {
    let key = key.split('(').next().unwrap_or(key);
    if major == 5 {
        let (name, version) = key.strip_prefix('/')?.rsplit_once('/')?;
        return Some((name, version.split('_').next().unwrap_or(version)));
    }
    let key = key.strip_prefix('/').unwrap_or(key);
    let at = key.get(1..)?.find('@')?.checked_add(1)?;
    Some((key.get(..at)?, key.get(at.checked_add(1)?..)?))
}
