//! Many phrases looked for in one pass.

use std::collections::{BTreeSet, HashMap};

use aho_corasick::{AhoCorasick, MatchKind};

/// A cue with its phrases as indices.
#[derive(Clone, Debug)]
pub(super) struct Cue {
    any: Vec<usize>,
    all: Vec<Vec<usize>>,
    some: Vec<usize>,
    none: Vec<usize>,
}

impl Cue {
    /// Whether it holds where `present` phrases stand in the sentence.
    pub(super) fn holds(&self, present: &BTreeSet<usize>) -> bool {
        let one = |phrases: &[usize]| phrases.iter().any(|phrase| present.contains(phrase));
        one(&self.any)
            && self.all.iter().all(|group| one(group))
            && (self.some.is_empty() || one(&self.some))
            && !one(&self.none)
    }
}

/// Collects phrases.
#[derive(Debug, Default)]
pub(super) struct Builder {
    phrases: Vec<String>,
    indices: HashMap<String, usize>,
}

impl Builder {
    fn index(&mut self, phrase: &str) -> usize {
        let phrase = phrase.to_lowercase();
        *self.indices.entry(phrase.clone()).or_insert_with(|| {
            self.phrases.push(phrase);
            self.phrases.len() - 1
        })
    }

    fn group(&mut self, phrases: &[String]) -> Vec<usize> {
        phrases
            .iter()
            .flat_map(|phrase| phrase.split('|'))
            .map(|phrase| self.index(phrase))
            .collect()
    }

    /// A cue; each entry of `all` is a group of which one must be there.
    pub(super) fn cue(
        &mut self,
        any: &[String],
        all: &[String],
        some: &[String],
        none: &[String],
    ) -> Cue {
        Cue {
            any: self.group(any),
            all: all
                .iter()
                .map(|group| self.group(std::slice::from_ref(group)))
                .collect(),
            some: self.group(some),
            none: self.group(none),
        }
    }

    pub(super) fn finish(self) -> Result<Phrases, String> {
        let finder = AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            .build(&self.phrases)
            .map_err(|error| error.to_string())?;
        Ok(Phrases { finder })
    }
}

/// Phrases, ready to look for.
#[derive(Debug)]
pub(super) struct Phrases {
    finder: AhoCorasick,
}

impl Phrases {
    /// Which phrases stand in `text` (lower case) as whole words.
    pub(super) fn present(&self, text: &str) -> BTreeSet<usize> {
        let open = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
        self.finder
            .find_overlapping_iter(text)
            .filter(|m| {
                let first = text[m.start()..].chars().next();
                let last = text[..m.end()].chars().next_back();
                // A phrase that begins or ends in a sign needs no border there.
                (!first.is_some_and(char::is_alphanumeric)
                    || open(text[..m.start()].chars().next_back()))
                    && (!last.is_some_and(char::is_alphanumeric)
                        || open(text[m.end()..].chars().next()))
            })
            .map(|m| m.pattern().as_usize())
            .collect()
    }
}
