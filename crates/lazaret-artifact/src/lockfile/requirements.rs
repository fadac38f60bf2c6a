//! pip's `requirements.txt` (pip's "Requirements File Format" and PEP 508).

use std::path::Path;

use lazaret_model::Ecosystem;

use super::{Collector, Locked, ProblemKind, SourceKind, lines::numbered, read_text, source_of};

/// Files that one may include, all together.
const INCLUDES: usize = 100;

pub(super) fn read(text: &str, path: Option<&Path>, out: &mut Collector) {
    if let Some(path) = path {
        out.included
            .push(path.canonicalize().unwrap_or_else(|_| path.to_owned()));
    }
    for (line, text) in logical_lines(text) {
        match text.strip_prefix('-') {
            Some(_) => option(&text, line, path, out),
            None => requirement(&text, line, out),
        }
    }
}

/// Joins lines that end in a backslash and takes comments off.
fn logical_lines(text: &str) -> Vec<(u32, String)> {
    let mut found = Vec::new();
    let mut open: Option<(u32, String)> = None;
    for (number, line) in numbered(text) {
        let line = match line.find(" #") {
            _ if line.trim_start().starts_with('#') => "",
            Some(at) => line.get(..at).unwrap_or(line),
            None => line,
        };
        let line = line.trim();
        let (start, mut joined) = open.take().unwrap_or((number, String::new()));
        if !joined.is_empty() {
            joined.push(' ');
        }
        match line.strip_suffix('\\') {
            Some(part) => {
                joined.push_str(part.trim_end());
                open = Some((start, joined));
            }
            None => {
                joined.push_str(line);
                found.push((start, joined));
            }
        }
    }
    found.extend(open);
    found.retain(|(_, line)| !line.trim().is_empty());
    found
}

fn option(text: &str, line: u32, path: Option<&Path>, out: &mut Collector) {
    let (name, value) = text
        .split_once([' ', '='])
        .map_or((text, ""), |(name, value)| (name, value.trim()));
    match name {
        "-r" | "--requirement" | "-c" | "--constraint" => include(value, line, path, out),
        "-e" | "--editable" => {
            let name = egg(value).unwrap_or(value);
            let mut locked = Locked::new(Ecosystem::Pypi, name, None, line);
            locked.source = source_of(value).unwrap_or(SourceKind::Path);
            locked.resolved = Some(value.to_owned());
            out.add(locked);
        }
        "-i" | "--index-url" | "--extra-index-url" | "-f" | "--find-links" | "--no-index"
        | "--no-binary" | "--only-binary" | "--prefer-binary" | "--require-hashes" | "--pre"
        | "--trusted-host" | "--use-feature" => {}
        // `-rfile` without a space is allowed as well.
        _ if text.starts_with("-r") && !text.starts_with("--") => {
            include(text.get(2..).unwrap_or_default(), line, path, out);
        }
        _ => out.problem(
            ProblemKind::LockfileEntry,
            line,
            format!("`{name}` is no option that is known"),
        ),
    }
}

fn egg(url: &str) -> Option<&str> {
    let (_, fragment) = url
        .split_once("#egg=")
        .or_else(|| url.split_once("&egg="))?;
    fragment.split(['&', '[']).next()
}

fn include(value: &str, line: u32, path: Option<&Path>, out: &mut Collector) {
    let value = value.trim().trim_matches('"');
    let found = path
        .and_then(Path::parent)
        .filter(|_| source_of(value) != Some(SourceKind::Url));
    let Some(folder) = found else {
        return out.problem(
            ProblemKind::UnreadableInclude,
            line,
            format!("`{value}` is included but was not read"),
        );
    };
    let target = folder.join(value);
    let canonical = target.canonicalize().unwrap_or_else(|_| target.clone());
    if out.included.contains(&canonical) {
        return;
    }
    if out.included.len() >= INCLUDES {
        return out.problem(
            ProblemKind::UnreadableInclude,
            line,
            format!("more than {INCLUDES} files are included"),
        );
    }
    match read_text(&target) {
        Ok(text) => {
            let outer = std::mem::replace(&mut out.current, target.display().to_string());
            read(&text, Some(&target), out);
            out.current = outer;
        }
        Err(error) => out.problem(
            ProblemKind::UnreadableInclude,
            line,
            format!("`{value}`: {error}"),
        ),
    }
}

fn requirement(text: &str, line: u32, out: &mut Collector) {
    let mut hashes = Vec::new();
    let mut words = Vec::new();
    let mut parts = text.split_whitespace();
    while let Some(word) = parts.next() {
        if let Some(hash) = word.strip_prefix("--hash=") {
            hashes.push(hash.to_owned());
        } else if word == "--hash" {
            hashes.extend(parts.next().map(str::to_owned));
        } else {
            words.push(word);
        }
    }
    let spec = words.join(" ");
    if let Some(source) = source_of(&spec) {
        let name = egg(&spec).map(str::to_owned).or_else(|| file_name(&spec));
        let Some(name) = name else {
            return out.problem(
                ProblemKind::LockfileEntry,
                line,
                format!("`{spec}` names no package"),
            );
        };
        let mut locked = Locked::new(Ecosystem::Pypi, &name, None, line);
        locked.source = source;
        locked.resolved = Some(spec);
        locked.integrity = hashes;
        return out.add(locked);
    }
    match dependency(&spec, false, line) {
        Some(mut locked) => {
            locked.integrity = hashes;
            out.add(locked);
        }
        None => out.problem(
            ProblemKind::LockfileEntry,
            line,
            format!("`{spec}` is no requirement"),
        ),
    }
}

/// The project in the file name of a wheel or source distribution.
fn file_name(url: &str) -> Option<String> {
    let path = url.split(['#', '?']).next()?;
    let file = path.trim_end_matches('/').rsplit('/').next()?;
    let name = file.split('-').next()?;
    (!name.is_empty()).then(|| name.to_owned())
}

/// A dependency specifier (PEP 508): `name[extra] ==1.0 ; marker`, `name @ url`.
pub(super) fn dependency(spec: &str, dev: bool, line: u32) -> Option<Locked> {
    let spec = spec.trim();
    let end = spec
        .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')))
        .unwrap_or(spec.len());
    let name = spec
        .get(..end)
        .filter(|name| name.starts_with(|c: char| c.is_ascii_alphanumeric()))?;
    let mut rest = spec.get(end..)?.trim_start();
    if let Some(extras) = rest.strip_prefix('[') {
        rest = extras.split_once(']')?.1.trim_start();
    }
    if let Some(url) = rest.strip_prefix('@') {
        let url = url.trim().split([' ', ';']).next()?;
        let mut locked = Locked::new(Ecosystem::Pypi, name, None, line);
        locked.source = source_of(url).unwrap_or(SourceKind::Path);
        locked.resolved = Some(url.to_owned());
        locked.dev = dev;
        return Some(locked);
    }
    let range = rest
        .split(';')
        .next()?
        .trim()
        .trim_matches(['(', ')'])
        .trim();
    if !(range.is_empty() || range.starts_with(['=', '<', '>', '!', '~'])) {
        return None;
    }
    let exact = range
        .strip_prefix("===")
        .or_else(|| range.strip_prefix("=="))
        .map(str::trim)
        .filter(|version| !version.contains([',', '*']));
    let mut locked = Locked::new(Ecosystem::Pypi, name, exact, line);
    locked.dev = dev;
    if exact.is_none() && !range.is_empty() {
        locked.range = Some(range.to_owned());
    }
    Some(locked)
}
