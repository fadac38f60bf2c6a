//! Paths inside artifacts, made harmless.

use crate::NoteKind;

/// A path as a chain of plain names, and what was wrong with it.
pub(crate) struct CleanPath {
    /// Joined with `/`; may be empty.
    pub path: String,
    /// At most one note of each kind.
    pub notes: Vec<(NoteKind, &'static str)>,
}

/// Takes out of a path all that could lead out of the artifact. Backslashes
/// count as separators: on Windows they are.
pub(crate) fn clean(raw: &[u8], max_bytes: usize) -> CleanPath {
    let mut notes = Vec::new();
    let mut cut = raw.len();
    if raw.len() > max_bytes {
        cut = max_bytes;
        notes.push((NoteKind::LimitPathBytes, "the path is too long and was cut"));
    }
    let raw = raw.get(..cut).unwrap_or(raw);
    let text = String::from_utf8_lossy(raw);
    if matches!(text, std::borrow::Cow::Owned(_)) && cut == raw.len() {
        notes.push((NoteKind::PathEncoding, "the path is not UTF-8"));
    } else if text.chars().any(char::is_control) {
        notes.push((NoteKind::PathEncoding, "the path has control characters"));
    }
    let mut escapes = text.starts_with(['/', '\\']);
    let mut names: Vec<&str> = Vec::new();
    for name in text.split(['/', '\\']) {
        match name {
            "" | "." => {}
            ".." => {
                escapes = true;
                names.pop();
            }
            drive if names.is_empty() && is_drive(drive) => escapes = true,
            name => names.push(name),
        }
    }
    if escapes {
        notes.push((NoteKind::PathEscape, "the path is absolute or has `..`"));
    }
    let mut path = names.join("/");
    if path.contains(char::is_control) {
        path = path.replace(char::is_control, "\u{fffd}");
    }
    CleanPath { path, notes }
}

fn is_drive(name: &str) -> bool {
    matches!(name.as_bytes(), [letter, b':'] if letter.is_ascii_alphabetic())
}

/// Whether a link at `from` (a clean path) with this target leaves the tree.
pub(crate) fn link_escapes(from: &str, target: &str) -> bool {
    if target.starts_with(['/', '\\']) || target.get(1..2) == Some(":") {
        return true;
    }
    let mut depth = from.split('/').count().saturating_sub(1);
    for name in target.split(['/', '\\']) {
        match name {
            "" | "." => {}
            ".." => match depth.checked_sub(1) {
                Some(up) => depth = up,
                None => return true,
            },
            _ => depth = depth.saturating_add(1),
        }
    }
    false
}

/// The first name of a path that has more than one.
pub(crate) fn first_folder(path: &str) -> Option<&str> {
    path.split_once('/').map(|(first, _)| first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_leads_out() {
        for (raw, path, kinds) in [
            (&b"a/b"[..], "a/b", &[][..]),
            (b"./a//b/", "a/b", &[]),
            (b"/etc/passwd", "etc/passwd", &[NoteKind::PathEscape]),
            (b"../../x", "x", &[NoteKind::PathEscape]),
            (b"a/../../x", "x", &[NoteKind::PathEscape]),
            (b"..\\x", "x", &[NoteKind::PathEscape]),
            (b"C:\\x", "x", &[NoteKind::PathEscape]),
            (b"a\xff", "a\u{fffd}", &[NoteKind::PathEncoding]),
            (b"a\nb", "a\u{fffd}b", &[NoteKind::PathEncoding]),
        ] {
            let clean = clean(raw, 100);
            let found: Vec<_> = clean.notes.iter().map(|(kind, _)| *kind).collect();
            assert_eq!((clean.path.as_str(), &found[..]), (path, kinds));
        }
    }

    #[test]
    fn links_out_are_seen() {
        assert!(!link_escapes("a/b", "../c"));
        assert!(link_escapes("a/b", "../../c"));
        assert!(link_escapes("a", "/etc"));
        assert!(!link_escapes("a/b/c", "../../x/../y"));
    }
}
