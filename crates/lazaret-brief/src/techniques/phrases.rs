//! Many phrases looked for in one pass.

use std::collections::{BTreeMap, HashMap};

use aho_corasick::{AhoCorasick, MatchKind};

/// A cue with its phrases as indices.
#[derive(Clone, Debug)]
pub(super) struct Cue {
    any: Vec<usize>,
    all: Vec<Vec<usize>>,
    none: Vec<usize>,
    within: Option<usize>,
}

impl Cue {
    /// Phrases of which one has to be there.
    pub(super) fn any(&self) -> &[usize] {
        &self.any
    }

    /// Whether it holds in the sentence whose phrases are `present`.
    pub(super) fn holds(&self, present: &Present) -> bool {
        if self.none.iter().any(|phrase| present.has(*phrase)) {
            return false;
        }
        match self.within {
            None => {
                let one = |phrases: &[usize]| phrases.iter().any(|phrase| present.has(*phrase));
                one(&self.any) && self.all.iter().all(|group| one(group))
            }
            Some(words) => present.places(&self.any).any(|(start, end)| {
                self.all.iter().all(|group| {
                    present.places(group).any(|(other, other_end)| {
                        other.saturating_sub(end) <= words + 1
                            && start.saturating_sub(other_end) <= words + 1
                    })
                })
            }),
        }
    }
}

/// Which phrases stand in a sentence: each with the first and last word of a
/// place, in the order of the phrases.
#[derive(Debug, Default)]
pub(super) struct Present {
    places: Vec<(usize, (usize, usize))>,
    /// A bit for each phrase.
    bits: Vec<u64>,
}

impl Present {
    /// The phrases that are there.
    pub(super) fn phrases(&self) -> impl Iterator<Item = usize> + '_ {
        self.places
            .chunk_by(|a, b| a.0 == b.0)
            .filter_map(|same| same.first().map(|(phrase, _)| *phrase))
    }

    fn has(&self, phrase: usize) -> bool {
        self.bits
            .get(phrase / 64)
            .is_some_and(|word| word >> (phrase % 64) & 1 == 1)
    }

    fn places<'a>(&'a self, group: &'a [usize]) -> impl Iterator<Item = (usize, usize)> + 'a {
        group
            .iter()
            .filter(|phrase| self.has(**phrase))
            .flat_map(|phrase| {
                let first = self.places.partition_point(|(other, _)| other < phrase);
                self.places[first..]
                    .iter()
                    .take_while(move |(other, _)| other == phrase)
                    .map(|(_, place)| *place)
            })
    }
}

/// Collects phrases.
#[derive(Debug, Default)]
pub(super) struct Builder {
    words: BTreeMap<String, Vec<String>>,
    phrases: Vec<String>,
    /// Whether a phrase may go on within its last word.
    open: Vec<bool>,
    indices: HashMap<String, usize>,
}

impl Builder {
    /// With groups of words that cues name as `@group`.
    pub(super) fn new(words: BTreeMap<String, Vec<String>>) -> Self {
        Self {
            words,
            ..Self::default()
        }
    }

    fn index(&mut self, phrase: &str) -> usize {
        if let Some(index) = self.indices.get(phrase) {
            return *index;
        }
        let index = self.phrases.len();
        self.indices.insert(phrase.to_owned(), index);
        let stem = phrase.strip_suffix('*');
        self.open.push(stem.is_some());
        self.phrases.push(normal(stem.unwrap_or(phrase)));
        index
    }

    fn group(&mut self, phrases: &[String]) -> Result<Vec<usize>, String> {
        let mut group = Vec::new();
        for phrase in phrases.iter().flat_map(|phrase| phrase.split('|')) {
            match phrase.strip_prefix('@') {
                Some(name) => {
                    let words = self.words.get(name);
                    let words = words.ok_or_else(|| format!("no group of words {name:?}"))?;
                    for word in words.clone() {
                        group.push(self.index(&word));
                    }
                }
                None => group.push(self.index(phrase)),
            }
        }
        Ok(group)
    }

    /// A cue; each entry of `all` is a group of which one must be there, with
    /// `within` no more than so many words from one of `any`.
    pub(super) fn cue(
        &mut self,
        any: &[String],
        all: &[String],
        none: &[String],
        within: Option<usize>,
    ) -> Result<Cue, String> {
        Ok(Cue {
            any: self.group(any)?,
            all: all
                .iter()
                .map(|group| self.group(std::slice::from_ref(group)))
                .collect::<Result<_, _>>()?,
            none: self.group(none)?,
            within,
        })
    }

    pub(super) fn finish(self) -> Result<Phrases, String> {
        let finder = AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            .build(&self.phrases)
            .map_err(|error| error.to_string())?;
        Ok(Phrases {
            finder,
            open: self.open,
        })
    }
}

/// Phrases, ready to look for.
#[derive(Debug)]
pub(super) struct Phrases {
    finder: AhoCorasick,
    open: Vec<bool>,
}

impl Phrases {
    /// Which phrases stand in `text` (see [`normal`]) as whole words.
    pub(super) fn present(&self, text: &str) -> Present {
        let border = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
        let spaces: Vec<usize> = text.match_indices(' ').map(|(at, _)| at).collect();
        let word = |at: usize| spaces.partition_point(|space| *space < at);
        let mut present = Present::default();
        for m in self.finder.find_overlapping_iter(text) {
            let phrase = m.pattern().as_usize();
            let first = text[m.start()..].chars().next();
            let last = text[..m.end()].chars().next_back();
            // A phrase that begins or ends in a sign needs no border there.
            let opens = !first.is_some_and(char::is_alphanumeric)
                || border(text[..m.start()].chars().next_back());
            let closes = self.open.get(phrase).is_some_and(|open| *open)
                || !last.is_some_and(char::is_alphanumeric)
                || border(text[m.end()..].chars().next());
            if opens && closes {
                let place = (word(m.start()), word(m.end().saturating_sub(1)));
                present.places.push((phrase, place));
            }
        }
        present.places.sort_unstable();
        if let Some((last, _)) = present.places.last() {
            present.bits = vec![0; last / 64 + 1];
            for (phrase, _) in &present.places {
                if let Some(word) = present.bits.get_mut(phrase / 64) {
                    *word |= 1 << (phrase % 64);
                }
            }
        }
        present
    }
}

/// Lower case, hyphens and runs of white space as one space, plain quotes: in
/// this form sentences and phrases are compared.
pub(super) fn normal(text: &str) -> String {
    let mut normal = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '-' | '\u{2010}'..='\u{2015}' => space(&mut normal),
            '\u{2018}' | '\u{2019}' | '`' => normal.push('\''),
            c if c.is_whitespace() => space(&mut normal),
            c => normal.extend(c.to_lowercase()),
        }
    }
    normal.truncate(normal.trim_end().len());
    normal
}

fn space(text: &mut String) {
    if !text.is_empty() && !text.ends_with(' ') {
        text.push(' ');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(any: &str, all: &str, within: Option<usize>, sentence: &str) -> bool {
        let words = [("take".to_owned(), vec!["steal*".to_owned()])].into();
        let mut builder = Builder::new(words);
        let cue = builder
            .cue(&[any.into()], &[all.into()], &[], within)
            .unwrap();
        let phrases = builder.finish().unwrap();
        cue.holds(&phrases.present(&normal(sentence)))
    }

    #[test]
    fn words_stems_groups_and_distance() {
        assert!(holds("cookies", "@take", None, "Stealing the\u{a0}cookies"));
        assert!(!holds("cookie", "@take", None, "stealing cookies"));
        assert!(holds(
            "post-install",
            "hook",
            Some(0),
            "a post install hook"
        ));
        assert!(holds("cookies", "@take", Some(1), "steals session cookies"));
        assert!(!holds(
            "cookies",
            "@take",
            Some(1),
            "steals tokens and all cookies"
        ));
        assert!(!holds("cookies", "@take", None, "unstealing cookies"));
    }
}
