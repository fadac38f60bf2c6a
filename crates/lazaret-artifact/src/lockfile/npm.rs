//! npm: `package-lock.json`, `npm-shrinkwrap.json` and `package.json`.

use lazaret_model::Ecosystem;
use serde_json::{Map, Value};

use super::{Collector, Locked, ProblemKind, SourceKind, lines::KeyLines, source_of};

/// Nesting of version 1 dependency trees.
const DEPTH: u32 = 100;

pub(super) fn lock(text: &str, out: &mut Collector) {
    let Some(json) = out.json(text) else {
        return;
    };
    let lines = KeyLines::of(text);
    match json.get("lockfileVersion").and_then(Value::as_u64) {
        Some(1..=3) => {}
        other => {
            let detail = match other {
                Some(version) => format!("lockfileVersion {version} is not known"),
                None => "there is no lockfileVersion".to_owned(),
            };
            out.problem(
                ProblemKind::LockfileVersion,
                lines.get("lockfileVersion"),
                detail,
            );
        }
    }
    if let Some(packages) = json.get("packages") {
        let Some(packages) = packages.as_object() else {
            return out.problem(
                ProblemKind::LockfileEntry,
                lines.get("packages"),
                "`packages` is no object",
            );
        };
        for (key, entry) in packages {
            if !key.is_empty() {
                package(key, entry, lines.get(key), out);
            }
        }
    } else if let Some(dependencies) = json.get("dependencies").and_then(Value::as_object) {
        tree(dependencies, &lines, 0, out);
    } else if json.get("lockfileVersion").is_some() && json.get("name").is_none() {
        out.problem(
            ProblemKind::LockfileEntry,
            0,
            "has neither `packages` nor `dependencies`",
        );
    }
}

/// An entry of `packages` (versions 2 and 3), by its place in the tree.
fn package(key: &str, entry: &Value, line: u32, out: &mut Collector) {
    const MODULES: &str = "node_modules/";
    let field = |name: &str| entry.get(name).and_then(Value::as_str);
    let flag = |name: &str| entry.get(name).and_then(Value::as_bool) == Some(true);
    if !entry.is_object() {
        return out.problem(
            ProblemKind::LockfileEntry,
            line,
            format!("`{key}` is no object"),
        );
    }
    let installed = key
        .rfind(MODULES)
        .and_then(|at| key.get(at.saturating_add(MODULES.len())..));
    // A link stands beside the entry of the folder that it points to.
    if flag("link") {
        return;
    }
    // An alias has the real name inside.
    let Some(name) = field("name").or(installed) else {
        let mut local = Locked::new(Ecosystem::Npm, key, field("version"), line);
        local.source = SourceKind::Path;
        return out.add(local);
    };
    let mut locked = Locked::new(Ecosystem::Npm, name, field("version"), line);
    if installed.is_none() {
        locked.source = SourceKind::Path;
    }
    fill(&mut locked, field("resolved"), field("integrity"));
    locked.dev = flag("dev") || flag("devOptional");
    if locked.package.version().is_none() && locked.source == SourceKind::Registry {
        out.problem(
            ProblemKind::LockfileEntry,
            line,
            format!("`{key}` has no version"),
        );
    }
    out.add(locked);
}

fn fill(locked: &mut Locked, resolved: Option<&str>, integrity: Option<&str>) {
    locked.resolved = resolved.map(str::to_owned);
    locked.integrity = integrity
        .map(|hashes| hashes.split_whitespace().map(str::to_owned).collect())
        .unwrap_or_default();
    if let Some(resolved) = resolved {
        locked.source = source_of_resolved(resolved).unwrap_or(locked.source);
    }
}

/// Registries of the npm kind serve tarballs below `/-/`.
pub(super) fn source_of_resolved(resolved: &str) -> Option<SourceKind> {
    match source_of(resolved) {
        Some(SourceKind::Url)
            if resolved.contains("/-/") || resolved.contains("npm.pkg.github.com") =>
        {
            Some(SourceKind::Registry)
        }
        other => other,
    }
}

/// `dependencies` of version 1.
fn tree(dependencies: &Map<String, Value>, lines: &KeyLines<'_>, depth: u32, out: &mut Collector) {
    if depth > DEPTH {
        return out.problem(
            ProblemKind::LockfileEntry,
            0,
            format!("nested deeper than {DEPTH}"),
        );
    }
    for (key, entry) in dependencies {
        let line = lines.get(key);
        let field = |name: &str| entry.get(name).and_then(Value::as_str);
        let Some(version) = field("version") else {
            out.problem(
                ProblemKind::LockfileEntry,
                line,
                format!("`{key}` has no version"),
            );
            continue;
        };
        // `npm:real@1.0.0` is an alias; a URL stands for the version itself.
        let alias = version
            .strip_prefix("npm:")
            .and_then(|spec| spec.rsplit_once('@'));
        let mut locked = match (alias, source_of_resolved(version)) {
            (Some((name, version)), _) => Locked::new(Ecosystem::Npm, name, Some(version), line),
            (None, Some(source)) => {
                let mut locked = Locked::new(Ecosystem::Npm, key, None, line);
                locked.source = source;
                locked
            }
            (None, None) => Locked::new(Ecosystem::Npm, key, Some(version), line),
        };
        let direct = (locked.source != SourceKind::Registry).then_some(version);
        fill(
            &mut locked,
            field("resolved").or(direct),
            field("integrity"),
        );
        locked.dev = entry.get("dev").and_then(Value::as_bool) == Some(true);
        out.add(locked);
        if let Some(nested) = entry.get("dependencies").and_then(Value::as_object) {
            tree(nested, lines, depth.saturating_add(1), out);
        }
    }
}

pub(super) fn manifest(text: &str, out: &mut Collector) {
    let Some(json) = out.json(text) else {
        return;
    };
    let lines = KeyLines::of(text);
    for (section, dev) in [
        ("dependencies", false),
        ("optionalDependencies", false),
        ("peerDependencies", false),
        ("devDependencies", true),
    ] {
        let Some(value) = json.get(section) else {
            continue;
        };
        let Some(entries) = value.as_object() else {
            out.problem(
                ProblemKind::LockfileEntry,
                lines.get(section),
                format!("`{section}` is no object"),
            );
            continue;
        };
        for (name, range) in entries {
            let line = lines.get(name);
            match range.as_str() {
                Some(range) => out.add(dependency(name, range, dev, line)),
                None => out.problem(
                    ProblemKind::LockfileEntry,
                    line,
                    format!("`{name}` has no version text"),
                ),
            }
        }
    }
}

/// A dependency as a manifest states it.
pub(super) fn dependency(name: &str, range: &str, dev: bool, line: u32) -> Locked {
    let (name, range) = range
        .strip_prefix("npm:")
        .and_then(|alias| {
            let at = alias.get(1..)?.rfind('@')?.checked_add(1)?;
            Some((alias.get(..at)?, alias.get(at.checked_add(1)?..)?))
        })
        .unwrap_or((name, range));
    let exact = range.starts_with(|c: char| c.is_ascii_digit())
        && range.split('.').count() >= 3
        && !range.contains([' ', 'x', 'X', '*', '|', '<', '>', '/']);
    let mut locked = Locked::new(Ecosystem::Npm, name, exact.then_some(range), line);
    locked.dev = dev;
    if !exact {
        locked.range = Some(range.to_owned());
        // `owner/repo` is short for GitHub.
        let short =
            !range.starts_with('@') && range.matches('/').count() == 1 && !range.contains(' ');
        if let Some(source) = source_of(range).or(short.then_some(SourceKind::Git)) {
            locked.source = source;
            locked.resolved = Some(range.to_owned());
        }
    }
    locked
}
