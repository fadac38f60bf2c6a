//! Where a name was published: its sentence says, or what stands over it, or the
//! rest of the article.

use std::collections::HashMap;

use lazaret_model::{Ecosystem, Package};

use super::{
    Certainty, Finder, Named,
    ecosystem::{ecosystem_before, ecosystems_in},
    name::is_name,
};
use crate::article::BlockKind;

pattern!(
    /// What follows a name and says where it was published.
    ON_REGISTRY,
    r"(?i)^[@\w./~-]+[\x22'`\u{201d}\u{201c}\u{bb})]{0,2} ?\(?(?:on|in|at|from|auf|bei|sur|en|su|no) (?:the )?(?P<registry>[\w.]+)"
);

pattern!(
    IN_BRACKETS,
    r"(?i)^[^();:]{0,200}\((?P<registry>npm|pypi|rubygems|nuget|crates\.io|packagist|go|maven)\)"
);

/// Bytes of a block that are read for what it is about.
const START: usize = 16_384;

/// Bytes before a name that say where it was published.
const NEAR: usize = 400;

impl Finder<'_> {
    /// The ecosystem meant at a place: the sentence says, or what announces
    /// the list, or a heading, or the article's usual one.
    pub(super) fn ecosystem_at(&self, at: usize) -> Option<Ecosystem> {
        let range = self.structure.sentence_at(at);
        let sentence = range.start;
        // "on npm in a, on PyPI in b": the nearest before.
        let text = &self.structure.article.text;
        let several = ecosystems_in(&text[range.clone()]).len() >= 2;
        // "foo on PyPI and bar on npm": right behind it; "a, b and c (npm) and d
        // (PyPI)": the next in brackets.
        let behind = text.get(at..range.end).filter(|_| several);
        for pattern in [&*ON_REGISTRY, &*IN_BRACKETS] {
            if let Some(captures) = behind.and_then(|rest| pattern.captures(rest))
                && let Some(first) = ecosystems_in(&captures["registry"]).first()
            {
                return Some(*first);
            }
        }
        if several
            && let Some(nearest) =
                ecosystem_before(&text[range.start..at.clamp(range.start, range.end)])
        {
            return Some(nearest);
        }
        if let Some(known) = self.known.borrow().get(&sentence) {
            return *known;
        }
        let ecosystem = self.ecosystem_of(at);
        self.known.borrow_mut().insert(sentence, ecosystem);
        ecosystem
    }

    /// A name told with its registry once is of that registry wherever a
    /// sentence does not say which.
    pub(super) fn settle(&self, found: &mut [Named]) {
        let text = self.structure.article.text.as_str();
        let mut says: HashMap<usize, bool> = HashMap::new();
        let mut own: Vec<bool> = Vec::with_capacity(found.len());
        for named in found.iter() {
            let sentence = self.structure.sentence_at(named.range.start);
            own.push(
                named.certainty == Certainty::Explicit
                    || *says
                        .entry(sentence.start)
                        .or_insert_with(|| !ecosystems_in(&text[sentence]).is_empty()),
            );
        }
        let mut told: HashMap<String, Option<Ecosystem>> = HashMap::new();
        for (named, own) in found.iter().zip(&own) {
            if *own {
                let ecosystem = named.package.ecosystem();
                told.entry(named.package.name().to_owned())
                    .and_modify(|known| *known = known.filter(|known| *known == ecosystem))
                    .or_insert(Some(ecosystem));
            }
        }
        for (named, own) in found.iter_mut().zip(own) {
            // What many use on one registry alone is of that one.
            let known = || {
                let name = named.package.name();
                // What announces a list says where its names are from.
                let open = named.certainty != Certainty::Listed
                    && !self.lists.is_english(name)
                    && !self.lists.is_popular(named.package.ecosystem(), name);
                open.then(|| self.lists.popular_on(name)).flatten()
            };
            if !own
                && let Some(ecosystem) = match told.get(named.package.name()) {
                    Some(told) => *told,
                    None => known(),
                }
                && ecosystem != named.package.ecosystem()
                && is_name(ecosystem, named.package.name())
            {
                let version = named.package.version().map(str::to_owned);
                let name = named.package.name().to_owned();
                named.package = Package::new(ecosystem, &name, version.as_deref());
            }
        }
    }

    fn ecosystem_of(&self, at: usize) -> Option<Ecosystem> {
        let text = &self.structure.article.text;
        let one = |text: &str| match ecosystems_in(text).as_slice() {
            [] => None,
            [first, ..] => Some(*first),
        };
        one(&text[self.structure.sentence_at(at)])
            .or_else(|| {
                // The sentence before may say it.
                let index = self.structure.block_at(at)?;
                let block = self.structure.block(index)?;
                let from = block.range.start.max(at.saturating_sub(NEAR)).min(at);
                (block.kind == BlockKind::Paragraph)
                    .then(|| ecosystem_before(&text[text.ceil_char_boundary(from)..at]))
                    .flatten()
            })
            .or_else(|| {
                let index = self.structure.block_at(at)?;
                let title = self.structure.headings(index).last()?;
                // Under a heading on two, the one that the block named last.
                let range = self.structure.block(index)?.range.clone();
                let from = text.ceil_char_boundary(range.start.max(at.saturating_sub(START)));
                (ecosystems_in(title).len() >= 2)
                    .then(|| ecosystem_before(&text[from.min(at)..at]))
                    .flatten()
            })
            .or_else(|| {
                let index = self.structure.block_at(at)?;
                self.structure
                    .announcement(index)
                    .and_then(one)
                    .or_else(|| {
                        self.structure
                            .headings(index)
                            .iter()
                            .rev()
                            .find_map(|h| one(h))
                    })
                    .or_else(|| {
                        // The start of a block says what it is about; a whole
                        // page in one block is not read for each sentence.
                        let range = self.structure.block(index)?.range.clone();
                        let end = text.floor_char_boundary(range.end.min(range.start + START));
                        one(&text[range.start..end])
                    })
            })
            .or_else(|| self.usual.first().copied())
    }

    /// The ecosystem that what stands over a table means.
    pub(super) fn ecosystem_above(&self, index: usize) -> Option<Ecosystem> {
        let announced = self.structure.announcement(index).into_iter();
        let headings = self.structure.headings(index).iter().rev();
        announced
            .chain(headings.map(String::as_str))
            .find_map(|text| ecosystems_in(text).first().copied())
            .or_else(|| self.usual.first().copied())
    }

    /// Whether a word for extensions stands shortly before a place.
    pub(super) fn speaks_of_extensions(&self, at: usize) -> bool {
        let text = self.structure.article.text.as_str();
        let from = text.ceil_char_boundary(at.saturating_sub(NEAR));
        text[from.min(at)..at].to_lowercase().contains("extension")
    }
}
