//! Refanging: undoing the ways in which authors make indicators unclickable.
//!
//! Gives the text as it would read unharmed, with a map back to where each
//! byte came from, and which stretches had been defanged: a defanged value is
//! one that its author calls dangerous.

use std::{ops::Range, sync::LazyLock};

use regex::Regex;

/// A text with its defanging undone.
#[derive(Clone, Debug, Default)]
pub struct Refanged {
    /// The text.
    pub text: String,
    /// For each byte of `text`, its place in the original; one entry more at
    /// the end.
    origins: Vec<u32>,
    /// Stretches of `text` that had been defanged, in order.
    marks: Vec<u32>,
}

/// What an alternative of [`DEFANGED`] stands for, by the name of its group.
const MEANINGS: &[(&str, &str)] = &[
    ("dot", "."),
    ("colon", ":"),
    ("slash", "/"),
    ("at", "@"),
    ("scheme_separator", "://"),
    ("none", ""),
    ("hyphen", "-"),
];

/// Each alternative is a way of writing what its group's name says.
static DEFANGED: LazyLock<Regex> = LazyLock::new(|| {
    let alternatives = [
        // [.] (.) {.} <.> [dot] (dot) {dot} [punkt] [,] with any space around
        r"(?P<dot>[ \t]?(?:[\[({<][ \t]?(?:\.|,|dot|DOT|Dot|punkt|punto)[ \t]?[\])}>])(?:[ \t](?P<dot_tail>\b))?|\[\.|\.\]|\\\.|\^\.| DOT |\(\.|\.\))",
        r"(?P<scheme_separator>[\[({]://[\])}]|:?[\[({]//[\])}]|[\[({]:[\])}][\[({]//[\])}]|[\[({]:[\])}]\\?/\\?/|:\\/\\/)",
        r"(?P<colon>[\[({]:[\])}]|\[colon\])",
        r"(?P<slash>\[/\]|\(/\)|\[slash\])",
        r"(?P<at>[ \t]?[\[({<][ \t]?(?:@|at|AT|arroba|et)[ \t]?[\])}>][ \t]?| AT )",
        r"(?P<hyphen>[\[({]-[\])}])",
        // Zero-width characters, soft hyphens and word joiners
        r"(?P<none>[\u{ad}\u{200b}-\u{200d}\u{2060}\u{feff}]+)",
        // Schemes
        r"(?P<scheme>\b(?:[hH](?:[xX]{1,3}|[tT*_#-]{2}|\*\*)[pPrR](?P<secure>[sS]|\[s\]|\(s\))?|(?:xxxx)(?P<secure2>s|\[s\])?|meow[s]?|fxp|\[http(?P<secure3>s?)\])(?P<scheme_end>[ \t]?(?:\[|\(|\{)?:(?:\]|\)|\})?[ \t]?(?:\[|\()?\\?/\\?/(?:\]|\))?))",
    ];
    crate::pattern::constant(&alternatives.join("|"))
});

impl Refanged {
    /// Undoes the defanging of `source`.
    pub fn new(source: &str) -> Self {
        let mut out = Self {
            text: String::with_capacity(source.len()),
            origins: Vec::with_capacity(source.len() + 1),
            marks: Vec::new(),
        };
        let mut at = 0;
        for found in DEFANGED.captures_iter(source) {
            let Some(whole) = found.get(0) else { continue };
            let Some(meaning) = meaning(&found, source) else {
                continue;
            };
            out.keep(source, at..whole.start());
            if !meaning.is_empty() {
                out.marks.push(out.text.len() as u32);
            }
            for byte in meaning.bytes() {
                out.text.push(char::from(byte));
                out.origins.push(whole.start() as u32);
            }
            at = whole.end();
        }
        out.keep(source, at..source.len());
        out.origins.push(source.len() as u32);
        out
    }

    fn keep(&mut self, source: &str, range: Range<usize>) {
        if let Some(part) = source.get(range.clone()) {
            self.text.push_str(part);
            self.origins.extend(range.map(|at| at as u32));
        }
    }

    /// Where `range` of the refanged text stands in the original.
    pub fn origin(&self, range: &Range<usize>) -> Range<usize> {
        let at = |index: usize| self.origins.get(index).map_or(0, |o| *o as usize);
        let start = at(range.start);
        // The last byte's origin, so that what follows a mark is not taken in.
        let end = match range.end.checked_sub(1) {
            Some(last) if range.end > range.start => at(range.end).max(at(last) + 1),
            _ => start,
        };
        start..end
    }

    /// Whether something in `range` of the refanged text had been defanged.
    pub fn was_defanged(&self, range: &Range<usize>) -> bool {
        let first = self
            .marks
            .partition_point(|mark| (*mark as usize) < range.start);
        self.marks
            .get(first)
            .is_some_and(|mark| (*mark as usize) < range.end)
    }
}

fn meaning(found: &regex::Captures<'_>, source: &str) -> Option<String> {
    if found.name("scheme").is_some() {
        let secure = ["secure", "secure2", "secure3"]
            .iter()
            .any(|group| found.name(group).is_some_and(|m| !m.is_empty()));
        let whole = found.get(0)?.as_str();
        let name = if whole.starts_with("fxp") {
            "ftp"
        } else {
            "http"
        };
        // A plain `http://` is matched by no alternative but the lenient
        // ones; leave it unmarked.
        if whole.starts_with("http://") || whole.starts_with("https://") {
            return None;
        }
        return Some(format!("{name}{}://", if secure { "s" } else { "" }));
    }
    let (group, text) = MEANINGS
        .iter()
        .find(|(group, _)| found.name(group).is_some())?;
    let whole = found.get(0)?;
    if matches!(*group, "dot" | "at" | "hyphen") {
        // It stands between two parts of a name, or it is something else:
        // `(.)` in a regular expression, `.]` at the end of a list.
        let before = source[..whole.start()].chars().next_back();
        let after = source[whole.end()..].chars().next();
        let word =
            |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || matches!(c, '-' | '_'));
        let more = |c: Option<char>| word(c) || c.is_some_and(|c| matches!(c, '[' | '(' | '{'));
        let bracket_only = matches!(whole.as_str(), "[." | "(." | ".]" | ".)" | "\\." | "^.");
        let closes = before.is_some_and(|c| matches!(c, ']' | ')' | '}'));
        let joins = word(before) || closes && !bracket_only;
        if !joins || !more(after) {
            return None;
        }
    }
    Some((*text).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn undoes_the_usual_ways() {
        for (written, meant) in [
            ("evil[.]example[.]com", "evil.example.com"),
            ("evil (dot) example {.} com", "evil.example.com"),
            ("hxxps://evil[.]example/x", "https://evil.example/x"),
            ("hXXp[:]//evil.example", "http://evil.example"),
            ("hxxp[://]evil.example", "http://evil.example"),
            ("https[:]//a.example", "https://a.example"),
            ("h**ps://a.example", "https://a.example"),
            ("192[.]0.2[.]1", "192.0.2.1"),
            ("192.0.2[.1", "192.0.2.1"),
            ("192\\.0\\.2\\.1", "192.0.2.1"),
            ("me[at]example[dot]com", "me@example.com"),
            ("me [@] example[.]com", "me@example.com"),
            ("evil\u{200b}.example", "evil.example"),
            ("http[:]\\/\\/a.example", "http://a.example"),
        ] {
            assert_eq!(Refanged::new(written).text, meant, "{written}");
        }
    }

    #[test]
    fn leaves_prose_alone() {
        for text in [
            "see [1], [2]. (Done.) array[0].x (at home) [at the end]",
            "https://example.com/a_(b).",
            "a regex such as (.)* is fine",
        ] {
            assert_eq!(Refanged::new(text).text, text);
        }
    }

    #[test]
    fn knows_where_things_came_from() {
        let source = "go to hxxp://a[.]example now";
        let refanged = Refanged::new(source);
        let at = refanged.text.find("http").unwrap();
        let range = at..at + "http://a.example".len();
        assert_eq!(&source[refanged.origin(&range)], "hxxp://a[.]example");
        assert!(refanged.was_defanged(&range));
        assert!(!refanged.was_defanged(&(0..3)));
    }
}
