//! Cargo: `Cargo.lock` and the dependencies of `Cargo.toml`.

use lazaret_model::Ecosystem;
use toml::{Table, Value};

use super::{
    Collector, Locked, ProblemKind, SourceKind,
    lines::{numbered, tables},
};

pub(super) fn lock(text: &str, out: &mut Collector) {
    let Some(toml) = out.toml(text) else {
        return;
    };
    if !matches!(
        toml.get("version").map(Value::as_integer),
        None | Some(Some(1..=4))
    ) {
        out.problem(ProblemKind::LockfileVersion, 1, "the version is not known");
    }
    let lines = tables(text, "[[package]]");
    let packages = toml.get("package").and_then(Value::as_array);
    if packages.is_none() && !toml.contains_key("version") {
        out.problem(ProblemKind::LockfileEntry, 0, "there is no `[[package]]`");
    }
    for (at, entry) in packages.into_iter().flatten().enumerate() {
        let line = lines.get(at).copied().unwrap_or(0);
        let field = |name: &str| entry.get(name).and_then(Value::as_str);
        let (Some(name), Some(version)) = (field("name"), field("version")) else {
            out.problem(
                ProblemKind::LockfileEntry,
                line,
                "a package without name or version",
            );
            continue;
        };
        let mut locked = Locked::new(Ecosystem::Cargo, name, Some(version), line);
        locked.resolved = field("source").map(str::to_owned);
        locked.integrity = field("checksum")
            .map(|hash| format!("sha256:{hash}"))
            .into_iter()
            .collect();
        locked.source = match field("source") {
            None => SourceKind::Path,
            Some(url) if url.starts_with("registry+") || url.starts_with("sparse+") => {
                SourceKind::Registry
            }
            Some(url) if url.starts_with("git+") => SourceKind::Git,
            Some(url) => {
                out.problem(
                    ProblemKind::LockfileEntry,
                    line,
                    format!("`{url}` is no source that is known"),
                );
                SourceKind::Url
            }
        };
        out.add(locked);
    }
}

pub(super) fn manifest(text: &str, out: &mut Collector) {
    let Some(toml) = out.toml(text) else {
        return;
    };
    sections(&toml, text, out);
    for target in toml
        .get("target")
        .and_then(Value::as_table)
        .into_iter()
        .flat_map(Table::values)
    {
        if let Some(target) = target.as_table() {
            sections(target, text, out);
        }
    }
    if let Some(workspace) = toml.get("workspace").and_then(Value::as_table) {
        sections(workspace, text, out);
    }
}

fn sections(table: &Table, text: &str, out: &mut Collector) {
    for (section, dev) in [
        ("dependencies", false),
        ("build-dependencies", false),
        ("dev-dependencies", true),
    ] {
        for (key, value) in table
            .get(section)
            .and_then(Value::as_table)
            .into_iter()
            .flatten()
        {
            let line = numbered(text)
                .find(|(_, line)| {
                    line.trim_start()
                        .strip_prefix(key.as_str())
                        .is_some_and(|rest| rest.trim_start().starts_with(['=', '.']))
                })
                .map_or(0, |(number, _)| number);
            let field = |name: &str| value.get(name).and_then(Value::as_str);
            // Inherited: the workspace's own manifest has it.
            if value.get("workspace").is_some() {
                continue;
            }
            let range = value.as_str().or_else(|| field("version"));
            let name = field("package").unwrap_or(key);
            let exact = range.and_then(|range| range.strip_prefix('='));
            let mut locked = Locked::new(Ecosystem::Cargo, name, exact.map(str::trim), line);
            locked.dev = dev;
            if exact.is_none() {
                locked.range = range.map(str::to_owned);
            }
            if let Some(git) = field("git") {
                locked.source = SourceKind::Git;
                locked.resolved = Some(git.to_owned());
            } else if let Some(path) = field("path") {
                locked.source = SourceKind::Path;
                locked.resolved = Some(path.to_owned());
            } else if range.is_none() {
                out.problem(
                    ProblemKind::LockfileEntry,
                    line,
                    format!("`{key}` has no version"),
                );
            }
            out.add(locked);
        }
    }
}
