//! Python's lockfiles other than requirements, and `pyproject.toml`.

use lazaret_model::Ecosystem;
use toml::{Table, Value};

use super::{
    Collector, Locked, ProblemKind, SourceKind,
    lines::{KeyLines, numbered, tables},
    requirements::dependency,
};

pub(super) fn pipfile(text: &str, out: &mut Collector) {
    let Some(json) = out.json(text) else {
        return;
    };
    let lines = KeyLines::of(text);
    for (section, dev) in [("default", false), ("develop", true)] {
        let Some(entries) = json.get(section).and_then(serde_json::Value::as_object) else {
            out.problem(
                ProblemKind::LockfileEntry,
                0,
                format!("there is no `{section}`"),
            );
            continue;
        };
        for (name, entry) in entries {
            let line = lines.get(name);
            let field = |name: &str| entry.get(name).and_then(serde_json::Value::as_str);
            let version = field("version").and_then(|version| version.strip_prefix("=="));
            let mut locked = Locked::new(Ecosystem::Pypi, name, version, line);
            locked.dev = dev;
            for (key, source) in [
                ("git", SourceKind::Git),
                ("file", SourceKind::Url),
                ("path", SourceKind::Path),
            ] {
                if let Some(value) = field(key) {
                    locked.source = source;
                    locked.resolved = Some(value.to_owned());
                }
            }
            locked.range = field("version")
                .filter(|_| version.is_none())
                .map(str::to_owned);
            let hashes = entry.get("hashes").and_then(serde_json::Value::as_array);
            locked.integrity = hashes
                .into_iter()
                .flatten()
                .filter_map(|hash| hash.as_str().map(str::to_owned))
                .collect();
            out.add(locked);
        }
    }
}

/// Walks the tables of a lockfile's package array.
fn each(
    text: &str,
    array: &str,
    out: &mut Collector,
    read: impl Fn(&Value, &mut Locked, &mut Collector),
) {
    let Some(toml) = out.toml(text) else {
        return;
    };
    let lines = tables(text, &format!("[[{array}]]"));
    let entries = toml.get(array);
    if entries.is_some_and(|entries| !entries.is_array()) || entries.is_none() && toml.is_empty() {
        out.problem(
            ProblemKind::LockfileEntry,
            0,
            format!("there is no `[[{array}]]`"),
        );
    }
    for (at, entry) in entries
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .enumerate()
    {
        let line = lines.get(at).copied().unwrap_or(0);
        let field = |name: &str| entry.get(name).and_then(Value::as_str);
        let Some(name) = field("name") else {
            out.problem(ProblemKind::LockfileEntry, line, "a package without a name");
            continue;
        };
        let mut locked = Locked::new(Ecosystem::Pypi, name, field("version"), line);
        read(entry, &mut locked, out);
        out.add(locked);
    }
}

fn text_in<'a>(value: &'a Value, key: &str) -> Option<&'a str> {
    value.get(key).and_then(Value::as_str)
}

/// The `hash` of each file in an array.
fn file_hashes(files: Option<&Value>) -> Vec<String> {
    files
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|file| text_in(file, "hash").map(str::to_owned))
        .collect()
}

pub(super) fn poetry(text: &str, out: &mut Collector) {
    each(text, "package", out, |entry, locked, out| {
        locked.integrity = file_hashes(entry.get("files"));
        locked.dev = text_in(entry, "category") == Some("dev")
            || entry
                .get("groups")
                .and_then(Value::as_array)
                .is_some_and(|groups| !groups.iter().any(|group| group.as_str() == Some("main")));
        if let Some(source) = entry.get("source") {
            locked.resolved = text_in(source, "url").map(str::to_owned);
            locked.source = match text_in(source, "type") {
                Some("git") => SourceKind::Git,
                Some("url") => SourceKind::Url,
                Some("directory" | "file") => SourceKind::Path,
                Some("legacy") | None => SourceKind::Registry,
                Some(other) => {
                    let detail = format!("source type `{other}` is not known");
                    out.problem(ProblemKind::LockfileEntry, locked.line, detail);
                    SourceKind::Url
                }
            };
        }
    });
}

pub(super) fn uv(text: &str, out: &mut Collector) {
    each(text, "package", out, |entry, locked, out| {
        locked.integrity = file_hashes(entry.get("wheels"));
        if let Some(hash) = entry.get("sdist").and_then(|sdist| text_in(sdist, "hash")) {
            locked.integrity.push(hash.to_owned());
        }
        let source = entry.get("source");
        let mut known = false;
        for (key, kind) in [
            ("registry", SourceKind::Registry),
            ("git", SourceKind::Git),
            ("url", SourceKind::Url),
            ("path", SourceKind::Path),
            ("directory", SourceKind::Path),
            ("editable", SourceKind::Path),
            ("virtual", SourceKind::Path),
        ] {
            if let Some(value) = source.and_then(|source| text_in(source, key)) {
                locked.source = kind;
                locked.resolved = Some(value.to_owned());
                known = true;
            }
        }
        if !known {
            out.problem(
                ProblemKind::LockfileEntry,
                locked.line,
                "a source that is not known",
            );
        }
    });
}

pub(super) fn pdm(text: &str, out: &mut Collector) {
    each(text, "package", out, |entry, locked, _| {
        locked.integrity = file_hashes(entry.get("files"));
        for (key, kind) in [
            ("git", SourceKind::Git),
            ("url", SourceKind::Url),
            ("path", SourceKind::Path),
        ] {
            if let Some(value) = text_in(entry, key) {
                locked.source = kind;
                locked.resolved = Some(value.to_owned());
            }
        }
        locked.dev = entry
            .get("groups")
            .and_then(Value::as_array)
            .is_some_and(|groups| !groups.iter().any(|group| group.as_str() == Some("default")));
    });
}

pub(super) fn pylock(text: &str, out: &mut Collector) {
    each(text, "packages", out, |entry, locked, _| {
        let files = entry
            .get("wheels")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .chain(entry.get("sdist"))
            .chain(entry.get("archive"));
        for file in files {
            for (algorithm, hash) in file
                .get("hashes")
                .and_then(Value::as_table)
                .into_iter()
                .flatten()
            {
                if let Some(hash) = hash.as_str() {
                    locked.integrity.push(format!("{algorithm}:{hash}"));
                }
            }
        }
        locked.resolved = text_in(entry, "index").map(str::to_owned);
        for (key, kind) in [
            ("vcs", SourceKind::Git),
            ("directory", SourceKind::Path),
            ("archive", SourceKind::Url),
        ] {
            if let Some(source) = entry.get(key) {
                locked.source = kind;
                locked.resolved = text_in(source, "url")
                    .or(text_in(source, "path"))
                    .map(str::to_owned);
            }
        }
    });
}

pub(super) fn manifest(text: &str, out: &mut Collector) {
    let Some(toml) = out.toml(text) else {
        return;
    };
    let project = toml.get("project");
    list(
        project.and_then(|project| project.get("dependencies")),
        false,
        text,
        out,
    );
    for extra in tables_in(project, "optional-dependencies") {
        list(Some(extra), false, text, out);
    }
    list(
        toml.get("build-system")
            .and_then(|build| build.get("requires")),
        false,
        text,
        out,
    );
    for group in toml
        .get("dependency-groups")
        .and_then(Value::as_table)
        .into_iter()
        .flat_map(Table::values)
    {
        list(Some(group), true, text, out);
    }
    let poetry = toml.get("tool").and_then(|tool| tool.get("poetry"));
    poetry_table(
        poetry.and_then(|poetry| poetry.get("dependencies")),
        false,
        text,
        out,
    );
    poetry_table(
        poetry.and_then(|poetry| poetry.get("dev-dependencies")),
        true,
        text,
        out,
    );
    for group in tables_in(poetry, "group") {
        poetry_table(group.get("dependencies"), true, text, out);
    }
}

fn tables_in<'a>(value: Option<&'a Value>, key: &str) -> impl Iterator<Item = &'a Value> {
    value
        .and_then(|value| value.get(key))
        .and_then(Value::as_table)
        .into_iter()
        .flat_map(Table::values)
}

fn line_with(text: &str, part: &str) -> u32 {
    numbered(text)
        .find(|(_, line)| line.contains(part))
        .map_or(0, |(number, _)| number)
}

fn list(value: Option<&Value>, dev: bool, text: &str, out: &mut Collector) {
    for item in value.and_then(Value::as_array).into_iter().flatten() {
        let Some(spec) = item.as_str() else {
            // `{include-group = "…"}` names another group, read by itself.
            if item.get("include-group").is_none() {
                out.problem(
                    ProblemKind::LockfileEntry,
                    0,
                    format!("`{item}` is no dependency"),
                );
            }
            continue;
        };
        let line = line_with(text, spec);
        match dependency(spec, dev, line) {
            Some(locked) => out.add(locked),
            None => out.problem(
                ProblemKind::LockfileEntry,
                line,
                format!("`{spec}` is no requirement"),
            ),
        }
    }
}

fn poetry_table(value: Option<&Value>, dev: bool, text: &str, out: &mut Collector) {
    for (name, value) in value.and_then(Value::as_table).into_iter().flatten() {
        if name == "python" {
            continue;
        }
        let range = value.as_str().or_else(|| text_in(value, "version"));
        let exact = range
            .and_then(|range| range.strip_prefix("=="))
            .filter(|v| !v.contains('*'));
        let mut locked = Locked::new(Ecosystem::Pypi, name, exact, line_with(text, name));
        locked.dev = dev;
        locked.range = range.filter(|_| exact.is_none()).map(str::to_owned);
        for (key, kind) in [
            ("git", SourceKind::Git),
            ("url", SourceKind::Url),
            ("path", SourceKind::Path),
        ] {
            if let Some(source) = text_in(value, key) {
                locked.source = kind;
                locked.resolved = Some(source.to_owned());
            }
        }
        out.add(locked);
    }
}
