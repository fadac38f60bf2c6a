//! Names that a version stands beside: "`foo-bar` in den Versionen 1.2.3 und
//! 1.2.4", "foo-bar ab Version 1.4.0", "`foo`的1.2.3版本".

use std::ops::Range;

use super::{
    Certainty, Finder, Named,
    name::{is_file_name, looks_like_name},
    version::{VERSION, versions_after},
    words::is_bare,
};
use crate::article::{Block, BlockKind, holds};

/// Bytes before a version in which its name stands.
const NEAR: usize = 90;

words!(
    /// Words between a name and its version.
    FILLERS,
    "\
    a ab affected after as at backdoored bad bis compromised dans das de del den der \
    des desde die do el em en fassung fassungen from had has in infected its la las le \
    les los malicious na nas nella nelle npm of one only partir poisoned publicada \
    publicado published publié publiée pypi release released releases since single \
    starting tampered the through to trojanized two und until up uploaded v ver \
    version versione versionen versiones versioni versions versión versão versões \
    veröffentlicht von was were whose with wurde à été в версии версий версию версия \
    версиях версіях версії до с і \
    "
);

impl Finder<'_> {
    /// Names that a version in the block belongs to.
    pub(super) fn beside(&self, index: usize, found: &mut Vec<Named>) {
        let Some(block) = self.prose(index) else {
            return;
        };
        let text = self.structure.article.text.as_str();
        for captures in VERSION.captures_iter(&text[block.range.clone()]) {
            let Some(version) = captures.get(0) else {
                continue;
            };
            let at = block.range.start + version.start();
            if text[block.range.start + version.end()..].starts_with('%') {
                continue;
            }
            let from = text.ceil_char_boundary(at.saturating_sub(NEAR).max(block.range.start));
            let Some((range, opens)) = name_before(text, from, at) else {
                continue;
            };
            let name = &text[range.clone()];
            let next = text[range.end..].chars().next();
            let marked = holds(&block.code, range.start)
                || holds(&block.bold, range.start)
                || matches!(next, Some('"' | '\'' | '`' | '”' | '’' | '」' | '»'));
            // `name@1.2`, `name-1.2.tgz` and `name/1.2` are other forms.
            let apart = next.is_some_and(|c| c.is_whitespace() || marked || !c.is_ascii());
            // "a version-bump (2.2.3)" is a thing.
            let thing = !marked
                && [" a", " an", " another", " new"]
                    .iter()
                    .any(|word| text[..range.start].trim_end().ends_with(word));
            if apart
                && !thing
                && !is_file_name(name)
                && (looks_like_name(name)
                    || marked && is_single(name)
                    // "foolib (0.0.2)"
                    || text[range.end..at].trim_end_matches('v') == " ("
                        && text[block.range.start + version.end()..].starts_with(')')
                        && is_bare(name)
                        && !self.lists.is_english(name)
                        && !self.lists.is_program(name)
                    || text[range.end..at].trim_matches(['`', '"']) == " "
                        && self.is_headed(block, name))
            {
                let end = self.structure.sentence_at(at).end.max(at);
                let versions = match opens {
                    true => Vec::new(),
                    false => versions_after(&text[at..end]),
                };
                let ecosystem = self.ecosystem_at(range.start);
                if versions.is_empty() {
                    self.push(found, ecosystem, name, None, range, Certainty::Worded);
                    continue;
                }
                for version in versions {
                    let range = range.clone();
                    let version = Some(version);
                    self.push(found, ecosystem, name, version, range, Certainty::Worded);
                }
            }
        }
    }
}

impl Finder<'_> {
    /// Whether a heading that tells of an attack gives the word a version:
    /// "arrayref 0.3.10 is malicious".
    fn is_headed(&self, block: &Block, name: &str) -> bool {
        let heading = &self.structure.article.text[block.range.clone()];
        matches!(block.kind, BlockKind::Heading(_))
            && is_bare(name)
            && !self.lists.is_word(name)
            && !self.lists.is_program(name)
            && self.lists.speaks_of_attack(&heading.to_lowercase())
    }
}

words!(
    /// Those of them that begin or end a range of versions.
    RANGES,
    "ab after bis desde from partir since starting up with through until до с"
);

/// The word before a place that is no filler, and whether the version begins a
/// range.
fn name_before(text: &str, from: usize, at: usize) -> Option<(Range<usize>, bool)> {
    let mut end = at;
    let mut opens = false;
    for _ in 0..6 {
        let before = text.get(from..end)?;
        let trimmed = before.trim_end_matches(|c: char| !is_word(c) || ".-/@_".contains(c));
        let skipped = &before[trimmed.len()..];
        if skipped.contains([
            '.', ';', '!', '?', '\n', '。', ':', '、', '/', '@', '>', '|', '<', '≥', '≤', '^', '~',
        ]) {
            return None;
        }
        let start = trimmed.rfind(|c: char| !is_word(c)).map_or(0, |at| {
            at + trimmed[at..].chars().next().map_or(1, char::len_utf8)
        });
        // A word that the stretch begins within is no whole one.
        let cut = start == 0 && text[..from].ends_with(is_word);
        if start == trimmed.len() || cut {
            return None;
        }
        let word = &trimmed[start..];
        let range = from + start..from + trimmed.len();
        if !FILLERS.contains(&*word.to_lowercase()) {
            return word
                .starts_with(|c: char| c.is_ascii_alphanumeric() || c == '@')
                .then_some((range, opens));
        }
        opens |= RANGES.contains(&*word.to_lowercase());
        end = from + start;
    }
    None
}

/// Letters of names and of words in scripts that set spaces.
fn is_word(c: char) -> bool {
    c < '\u{2e80}' && (c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | '@' | '/'))
}

fn is_single(name: &str) -> bool {
    name.len() >= 3
        && name.chars().any(|c| c.is_ascii_lowercase())
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '@' | '/'))
}
