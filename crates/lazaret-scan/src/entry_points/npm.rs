//! npm: scripts, `binding.gyp`, `bin`, `main` and `exports`.

use std::collections::BTreeSet;

use lazaret_code::ir::Language;
use lazaret_model::Phase;
use serde_json::Value;

use super::EntryPoint;
use crate::{PackageFiles, modules::PackageModules};

/// Scripts that npm runs when a published package is installed, in its order
/// (npm documentation, "Life Cycle Operation Order").
pub(crate) const HOOKS: &[&str] = &["preinstall", "install", "postinstall"];

/// Scripts that npm runs for dependencies from git and before publishing
/// only: of a published package they run on demand.
const REPOSITORY_HOOKS: &[&str] = &["prepare", "prepublish", "prepack"];

pub(super) fn find(
    package: &PackageFiles,
    modules: &PackageModules<'_>,
    out: &mut Vec<EntryPoint>,
) {
    let Some(file) = package.get("package.json") else {
        return;
    };
    let text = String::from_utf8_lossy(&file.bytes);
    let Ok(manifest) = serde_json::from_str::<Value>(text.trim_start_matches('\u{feff}')) else {
        return;
    };
    let mut done = BTreeSet::new();
    for (hook, phase) in HOOKS
        .iter()
        .map(|hook| (hook, Phase::Install))
        .chain(REPOSITORY_HOOKS.iter().map(|hook| (hook, Phase::Run)))
    {
        script(&manifest, (hook, phase), &text, modules, &mut done, out);
    }
    gyp(package, out);
    for path in mains(&manifest) {
        if let Some(path) =
            modules.javascript_file(path.trim_start_matches("./").trim_end_matches('/'))
        {
            out.push(EntryPoint::file(path, Phase::Import));
        }
    }
    for path in texts(manifest.get("bin")) {
        if let Some(path) = modules.javascript_file(path.trim_start_matches("./")) {
            out.push(EntryPoint::file(path, Phase::Run));
        }
    }
}

fn script(
    manifest: &Value,
    (name, phase): (&str, Phase),
    text: &str,
    modules: &PackageModules<'_>,
    done: &mut BTreeSet<String>,
    out: &mut Vec<EntryPoint>,
) {
    let Some(command) = manifest
        .pointer(&format!("/scripts/{name}"))
        .and_then(Value::as_str)
    else {
        return;
    };
    if !done.insert(name.to_owned()) || done.len() > 32 {
        return;
    }
    out.push(EntryPoint::inline(
        "package.json",
        text,
        command,
        Language::Shell,
        phase,
    ));
    let words: Vec<&str> = command
        .split(|c: char| c.is_whitespace() || matches!(c, ';' | '&' | '|' | '(' | ')' | '<' | '>'))
        .map(|word| word.trim_matches(['"', '\'']))
        .filter(|word| !word.is_empty())
        .collect();
    for (at, word) in words.iter().enumerate() {
        let before = at
            .checked_sub(1)
            .and_then(|at| words.get(at))
            .copied()
            .unwrap_or("");
        if matches!(before, "run" | "run-script" | "npm" | "yarn" | "pnpm")
            && !word.starts_with('-')
        {
            script(manifest, (word, phase), text, modules, done, out);
        }
        let path = word.trim_start_matches("./");
        let runs = word.contains('/')
            || word.contains('.')
            || matches!(before, "node" | "bun" | "tsx" | "ts-node" | "deno");
        if runs && let Some(path) = modules.javascript_file(path) {
            out.push(EntryPoint::file(path, phase));
        }
    }
}

/// Files that `require("name")` and deep imports load.
fn mains(manifest: &Value) -> Vec<&str> {
    let mut out = Vec::new();
    for field in ["main", "module", "browser", "exports"] {
        out.extend(texts(manifest.get(field)));
    }
    if manifest.get("main").and_then(Value::as_str).is_none() {
        out.push("index");
    }
    out
}

/// All texts in a value, with a bound.
fn texts(value: Option<&Value>) -> Vec<&str> {
    let mut out = Vec::new();
    let mut queue: Vec<&Value> = value.into_iter().collect();
    while let Some(value) = queue.pop() {
        match value {
            Value::String(text) => out.push(text.as_str()),
            Value::Array(list) => queue.extend(list),
            Value::Object(map) => queue.extend(map.values()),
            _ => {}
        }
        if out.len() > 500 {
            break;
        }
    }
    out
}

/// `<!(command)` in `binding.gyp` runs when node-gyp configures, which npm
/// does by itself where the file is there.
fn gyp(package: &PackageFiles, out: &mut Vec<EntryPoint>) {
    let Some(file) = package.get("binding.gyp") else {
        return;
    };
    let text = String::from_utf8_lossy(&file.bytes);
    let mut rest: &str = &text;
    let mut at = 0;
    while let Some(found) = rest.find("<!") {
        let after = &rest[found + 2..];
        at += found + 2;
        let open = after.trim_start_matches('@');
        if let Some(inner) = open.strip_prefix('(') {
            let mut depth = 1_usize;
            let end = inner.char_indices().find_map(|(at, c)| {
                match c {
                    '(' => depth += 1,
                    ')' => depth -= 1,
                    _ => {}
                }
                (depth == 0).then_some(at)
            });
            let command = &inner[..end.unwrap_or(inner.len())];
            out.push(EntryPoint::Inline {
                path: "binding.gyp".to_owned(),
                text: command.replace("\\\"", "\""),
                language: Language::Shell,
                phase: Phase::Install,
                start: at + 2,
            });
        }
        rest = after;
        if out.len() > 1000 {
            break;
        }
    }
}
