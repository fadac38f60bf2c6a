//! NuGet: `packages.lock.json`.

use std::collections::HashSet;

use lazaret_model::Ecosystem;
use serde_json::Value;

use super::{Collector, Locked, ProblemKind, SourceKind, lines::KeyLines};

pub(super) fn lock(text: &str, out: &mut Collector) {
    let Some(json) = out.json(text) else {
        return;
    };
    let lines = KeyLines::of(text);
    if !matches!(json.get("version").and_then(Value::as_u64), Some(1..=2)) {
        out.problem(
            ProblemKind::LockfileVersion,
            lines.get("version"),
            "the version is not known",
        );
    }
    let Some(frameworks) = json.get("dependencies").and_then(Value::as_object) else {
        return out.problem(ProblemKind::LockfileEntry, 0, "there is no `dependencies`");
    };
    let mut seen = HashSet::new();
    for (framework, entries) in frameworks {
        let Some(entries) = entries.as_object() else {
            out.problem(
                ProblemKind::LockfileEntry,
                lines.get(framework),
                format!("`{framework}` is no object"),
            );
            continue;
        };
        for (name, entry) in entries {
            let line = lines.get(name);
            let field = |name: &str| entry.get(name).and_then(Value::as_str);
            let mut locked = Locked::new(Ecosystem::Nuget, name, field("resolved"), line);
            if field("type") == Some("Project") {
                locked.source = SourceKind::Path;
            } else if field("resolved").is_none() {
                out.problem(
                    ProblemKind::LockfileEntry,
                    line,
                    format!("`{name}` has no resolved version"),
                );
            }
            locked.integrity = field("contentHash")
                .map(|hash| format!("sha512-{hash}"))
                .into_iter()
                .collect();
            // A package is listed once for each target framework.
            if seen.insert((locked.package.clone(), locked.integrity.clone())) {
                out.add(locked);
            }
        }
    }
}
