//! Names that were told to be packages, wherever else they stand: what is said
//! of a name once may be said in a sentence that does not call it a package.

use std::collections::HashSet;

use aho_corasick::{AhoCorasick, MatchKind};
use lazaret_model::{Ecosystem, Package};

use super::{Certainty, Finder, Named, version::versions_after};
use crate::article::BlockKind;

/// Names that are looked for again. Articles that name more are lists.
const MOST: usize = 3_000;

impl Finder<'_> {
    /// The places of known names that no other reading found.
    pub(super) fn again(&self, found: &mut Vec<Named>) {
        let mut known: Vec<(String, Ecosystem)> = Vec::new();
        let mut seen: HashSet<String> = HashSet::new();
        for named in found.iter() {
            let (ecosystem, name) = (named.package.ecosystem(), named.package.name());
            if known.len() >= MOST {
                return;
            }
            if name.len() >= 2 && seen.insert(name.to_owned()) {
                known.push((name.to_owned(), ecosystem));
                // PyPI takes both.
                let spelt = name.replace('-', "_");
                if ecosystem == Ecosystem::Pypi && seen.insert(spelt.clone()) {
                    known.push((spelt, ecosystem));
                }
            }
        }
        let Ok(finder) = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .match_kind(MatchKind::LeftmostLongest)
            .build(known.iter().map(|(name, _)| name))
        else {
            return;
        };
        let mut taken: Vec<_> = found.iter().map(|named| named.range.clone()).collect();
        taken.sort_by_key(|range| range.start);
        let text = self.structure.article.text.as_str();
        let mut index = 0;
        for m in finder.find_iter(text) {
            while taken.get(index).is_some_and(|range| range.end <= m.start()) {
                index += 1;
            }
            let overlaps = taken[index..]
                .iter()
                .take(4)
                .any(|range| range.start < m.end() && m.start() < range.end);
            let Some((name, ecosystem)) = known.get(m.pattern().as_usize()) else {
                continue;
            };
            if overlaps || !is_apart(text, m.start(), m.end()) {
                continue;
            }
            let in_code = self
                .structure
                .block_at(m.start())
                .and_then(|index| self.structure.block(index))
                .is_none_or(|block| block.kind == BlockKind::Code);
            // A plain word with a capital is a product or begins a sentence.
            let joined = name.contains(['-', '_', '/', '@', '.']);
            let same = &text[m.range()] == name.as_str();
            let versions = versions_after(
                &text[m.end()..self.structure.sentence_at(m.start()).end.max(m.end())],
            );
            if in_code || !(same || joined || !versions.is_empty()) {
                continue;
            }
            let versions = match versions.is_empty() {
                true => vec![None],
                false => versions.into_iter().map(Some).collect(),
            };
            for version in versions {
                let (range, certainty) = (m.range(), Certainty::Again);
                self.push(found, Some(*ecosystem), name, version, range, certainty);
            }
        }
    }

    /// The package that the article is about: the only one in its title, or
    /// the only one at all.
    pub(super) fn main(&self, found: &[Named]) -> Option<Package> {
        super::super::release::main(self.structure, found)
    }
}

pattern!(WORD, r"[A-Za-z][A-Za-z0-9]+(?:[-_][A-Za-z0-9]+)*");
pattern!(
    /// What was done to what is called by its product's name: "compromised LiteLLM".
    DONE,
    r"(?i)\b(?:compromis\w+|hijack\w*|poison\w*|backdoor\w*|trojani[sz]\w+|infect\w+)(?: the| on)?(?: popular| widely used)?(?: npm| pypi| python| open[- ]source)? $"
);

pattern!(
    /// "LiteLLM versions 1.2 and 1.3 were published"
    VERSIONS,
    r"^ versions? v?\d+\.\d"
);

impl Finder<'_> {
    /// Names that many use and that mean nothing else, in sentences on attacks.
    pub(super) fn famous(&self, found: &mut Vec<Named>) {
        let text = self.structure.article.text.as_str();
        if self.usual.is_empty() {
            return;
        }
        let mut last: Option<(usize, bool)> = None;
        for m in WORD.find_iter(text) {
            let word = m.as_str();
            let lower = word.to_ascii_lowercase();
            let plain = lower == word;
            let (start, end) = (m.start(), m.end());
            if !is_apart(text, start, end)
                || !self
                    .usual
                    .iter()
                    .take(2)
                    .any(|ecosystem| self.lists.is_known(*ecosystem, &lower))
            {
                continue;
            }
            let sentence = self.structure.sentence_at(start);
            let ill = match last {
                Some((at, ill)) if at == sentence.start => ill,
                _ => self
                    .lists
                    .speaks_of_attack(&text[sentence.clone()].to_lowercase()),
            };
            last = Some((sentence.start, ill));
            let from = text.ceil_char_boundary(start.saturating_sub(60).max(sentence.start));
            // "compromised React packages" are not React.
            let many = text[end..].trim_start().to_lowercase();
            let many = [
                "packages",
                "libraries",
                "modules",
                "users",
                "developers",
                "projects",
                "plugins",
                "extensions",
                "look-alike",
                "lookalike",
                "typosquat",
                "impostor",
                "clone",
                "-",
            ]
            .iter()
            .any(|word| many.starts_with(word));
            if !ill
                || many
                || !plain
                    && (word.len() < 5
                        || !(DONE.is_match(&text[from..start])
                            || self.heads(word)
                            || VERSIONS.is_match(&text[end..sentence.end.max(end)])))
            {
                continue;
            }
            let ecosystem = self
                .ecosystem_at(start)
                .filter(|ecosystem| self.lists.is_known(*ecosystem, &lower));
            let in_code = self
                .structure
                .block_at(start)
                .and_then(|index| self.structure.block(index))
                .is_none_or(|block| block.kind == BlockKind::Code);
            if ecosystem.is_none() || in_code {
                continue;
            }
            let versions = versions_after(&text[end..sentence.end.max(end)]);
            let (range, certainty) = (start..end, Certainty::Again);
            self.push_each(found, ecosystem, &lower, &versions, range, certainty);
        }
    }
}

impl Finder<'_> {
    /// Whether the title, which tells of an attack, has the word.
    fn heads(&self, word: &str) -> bool {
        let title = self.structure.article.title.as_deref().unwrap_or_default();
        self.lists.speaks_of_attack(&title.to_lowercase())
            && title
                .split(|c: char| !c.is_alphanumeric())
                .any(|part| part == word)
    }
}

/// Whether a name stands on its own: not as part of another, of a path or of
/// an address.
fn is_apart(text: &str, start: usize, end: usize) -> bool {
    let joins = |c: char| {
        c.is_ascii_alphanumeric()
            || matches!(c, '-' | '_' | '/' | '@' | '.' | '\\' | ':' | '#' | '~')
    };
    let before = text[..start].chars().next_back();
    let mut rest = text[end..].chars();
    let after = rest.next();
    let ends = match after {
        Some('.' | ':') => !rest
            .next()
            .is_some_and(|c| c.is_ascii_alphanumeric() || c == '/'),
        Some(c) => !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '/' | '@' | '\\' | '(')),
        None => true,
    };
    !before.is_some_and(joins) && ends
}
