//! `bun.lock`: JSON with trailing commas and comments.

use lazaret_model::Ecosystem;
use serde_json::Value;

use super::{Collector, Locked, ProblemKind, SourceKind, lines::KeyLines, source_of};

pub(super) fn lock(text: &str, out: &mut Collector) {
    let Some(json) = out.json(&plain_json(text)) else {
        return;
    };
    let lines = KeyLines::of(text);
    if !matches!(
        json.get("lockfileVersion").and_then(Value::as_u64),
        Some(0..=2)
    ) {
        out.problem(
            ProblemKind::LockfileVersion,
            lines.get("lockfileVersion"),
            "the lockfileVersion is not known",
        );
    }
    let Some(packages) = json.get("packages").and_then(Value::as_object) else {
        return out.problem(ProblemKind::LockfileEntry, 0, "there is no `packages`");
    };
    for (key, entry) in packages {
        let line = lines.get(key);
        let fields = entry.as_array().map(Vec::as_slice).unwrap_or_default();
        let text = |at: usize| fields.get(at).and_then(Value::as_str);
        // `[name@version, registry, info, integrity]`.
        let split = text(0).and_then(|id| {
            let at = id.get(1..)?.find('@')?.checked_add(1)?;
            Some((id.get(..at)?, id.get(at.checked_add(1)?..)?))
        });
        let Some((name, version)) = split else {
            out.problem(
                ProblemKind::LockfileEntry,
                line,
                format!("`{key}` is no package"),
            );
            continue;
        };
        let direct = source_of(version);
        let mut locked = Locked::new(
            Ecosystem::Npm,
            name,
            if direct.is_some() {
                None
            } else {
                Some(version)
            },
            line,
        );
        locked.source = direct.unwrap_or(SourceKind::Registry);
        locked.resolved = match direct {
            Some(_) => Some(version.to_owned()),
            None => text(1).filter(|url| !url.is_empty()).map(str::to_owned),
        };
        locked.integrity = fields
            .iter()
            .skip(1)
            .filter_map(Value::as_str)
            .filter(|text| text.starts_with("sha"))
            .map(str::to_owned)
            .collect();
        out.add(locked);
    }
}

/// Blanks comments and trailing commas; offsets and lines stay.
fn plain_json(text: &str) -> String {
    let mut out = text.as_bytes().to_vec();
    let bytes = text.as_bytes();
    let mut at = 0_usize;
    let mut comma: Option<usize> = None;
    let blank = |out: &mut Vec<u8>, range: std::ops::Range<usize>| {
        for byte in out.get_mut(range).unwrap_or_default() {
            if *byte != b'\n' {
                *byte = b' ';
            }
        }
    };
    while let Some(byte) = bytes.get(at) {
        let rest = bytes.get(at..).unwrap_or_default();
        let mut next = at.saturating_add(1);
        match byte {
            b'"' => {
                comma = None;
                while let Some(inner) = bytes.get(next) {
                    next = next.saturating_add(if *inner == b'\\' { 2 } else { 1 });
                    if *inner == b'"' {
                        break;
                    }
                }
            }
            b'/' if rest.starts_with(b"//") || rest.starts_with(b"/*") => {
                let end: &[u8] = if rest.starts_with(b"//") {
                    b"\n"
                } else {
                    b"*/"
                };
                let length = memchr::memmem::find(rest, end)
                    .map_or(rest.len(), |found| found.saturating_add(end.len()));
                next = at.saturating_add(length);
                blank(&mut out, at..next);
            }
            b',' => comma = Some(at),
            b'}' | b']' => {
                if let Some(comma) = comma.take() {
                    blank(&mut out, comma..comma.saturating_add(1));
                }
            }
            b if b.is_ascii_whitespace() => {}
            _ => comma = None,
        }
        at = next;
    }
    String::from_utf8(out).unwrap_or_else(|_| text.to_owned())
}
