//! Popular names and what looks like them: typosquats, separators, homoglyphs,
//! scopes, order of words, additions.

mod edit;
mod repository;
mod shape;

use std::sync::OnceLock;

use lazaret_content::Content;
use lazaret_model::{Confidence, Ecosystem, Package};
use rustc_hash::FxHashMap;
use serde::Serialize;

/// How a name resembles another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Resemblance {
    /// Looks the same: other letters of the same look (`rn` and `m`, Cyrillic
    /// and Latin).
    Homoglyph,
    /// Other or no dashes, dots, underscores.
    Separator,
    /// One letter dropped, doubled, added, replaced, or two swapped.
    Typo,
    /// The same words in another order.
    Order,
    /// A scope's name without its scope, or under another scope.
    Scope,
    /// A popular name with a word added (`requests-official`).
    Addition,
}

/// A popular name that a name resembles.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Lookalike {
    /// The popular package.
    pub of: Package,
    /// Its place in the list, from 1.
    pub rank: u32,
    /// How.
    pub resemblance: Resemblance,
    /// How seldom good packages resemble popular ones so.
    pub confidence: Confidence,
}

/// Popular names of all ecosystems. An ecosystem's list is read when it is
/// first asked for.
#[derive(Debug)]
pub struct Names {
    lists: Vec<(Ecosystem, Vec<u8>, OnceLock<List>)>,
}

#[derive(Debug, Default)]
struct List {
    /// Name to place, from 1.
    ranks: FxHashMap<Box<str>, u32>,
    /// Name without separators to name.
    bare: FxHashMap<Box<str>, Box<str>>,
    /// Skeleton of look-alike letters to name.
    skeletons: FxHashMap<Box<str>, Box<str>>,
    /// Sorted words to name, of names of several words.
    words: FxHashMap<Box<str>, Box<str>>,
}

/// Letters that a name has to have for each resemblance, and the last place
/// in the list that counts: short names are near to everything.
const TYPO_LENGTH: usize = 6;
const TYPO_RANK: u32 = 3000;
const SHORT_TYPO_LENGTH: usize = 5;
const SHORT_TYPO_RANK: u32 = 400;
const ADDITION_LENGTH: usize = 5;
const ADDITION_RANK: u32 = 400;
/// Place in the list down to which a repository is worth borrowing.
const REPOSITORY_RANK: u32 = 2000;

impl Names {
    /// Takes the lists of `content/popular/`.
    pub fn load(content: &Content) -> Self {
        let lists = Ecosystem::all()
            .filter_map(|ecosystem| {
                let bytes = content.get(&format!("popular/{ecosystem}.txt"))?;
                Some((ecosystem, bytes.to_vec(), OnceLock::new()))
            })
            .collect();
        Self { lists }
    }

    fn list(&self, ecosystem: Ecosystem) -> Option<&List> {
        let (_, bytes, list) = self
            .lists
            .iter()
            .find(|(known, _, _)| *known == ecosystem)?;
        Some(list.get_or_init(|| List::read(ecosystem, bytes)))
    }

    /// The place of a package in its ecosystem's list, from 1.
    pub fn rank(&self, package: &Package) -> Option<u32> {
        self.list(package.ecosystem())?
            .ranks
            .get(package.name())
            .copied()
    }

    /// The popular package whose repository `package` gives as its own, which
    /// lends it that one's stars ("starjacking"). The repository's name tells:
    /// members of a family (`lodash.merge`), the owner's own scope and popular
    /// packages themselves are left out.
    pub fn borrowed_repository(&self, package: &Package, repository: &str) -> Option<Package> {
        let list = self.list(package.ecosystem())?;
        let (owner, of) = repository::parse(repository)?;
        let rank = list.ranks.get(of.as_str()).copied()?;
        let (scope, bare) = shape::scope(package.name()).unwrap_or(("", package.name()));
        let bare = bare.to_lowercase();
        let related = bare.contains(&of) || of.contains(&bare);
        let same_owner = !scope.is_empty() && (owner == scope || of == scope);
        let popular = list.ranks.contains_key(package.name());
        (rank <= REPOSITORY_RANK && !related && !same_owner && !popular)
            .then(|| Package::new(package.ecosystem(), &of, None))
    }

    /// The popular packages that `package` resembles; none if it is popular
    /// itself.
    pub fn check(&self, package: &Package) -> Vec<Lookalike> {
        let ecosystem = package.ecosystem();
        let Some(list) = self.list(ecosystem) else {
            return Vec::new();
        };
        let name = package.name();
        if list.ranks.contains_key(name) {
            return Vec::new();
        }
        let mut found: Vec<Lookalike> = Vec::new();
        let mut add = |of: &str, resemblance, confidence| {
            let rank = list.ranks.get(of).copied().unwrap_or(u32::MAX);
            if !found.iter().any(|known| known.of.name() == of) {
                found.push(Lookalike {
                    of: Package::new(ecosystem, of, None),
                    rank,
                    resemblance,
                    confidence,
                });
            }
        };
        let rank = |of: &str| list.ranks.get(of).copied().unwrap_or(u32::MAX);

        if ecosystem == Ecosystem::Npm {
            for of in list.scoped_forms(name) {
                add(&of, Resemblance::Scope, Confidence::Medium);
            }
        }
        if shape::is_family(name) {
            return found;
        }
        if let Some((scope, bare)) = shape::scope(name) {
            // Under a scope of its own anything goes; a scope that imitates
            // one that the popular list has does not.
            if let Some(of) = list.scope_like(scope, bare) {
                add(&of, Resemblance::Scope, Confidence::Medium);
            }
            return found;
        }
        if let Some(of) = list.skeletons.get(shape::skeleton(name).as_str()) {
            let foreign = !name.is_ascii();
            let confidence = if foreign {
                Confidence::High
            } else {
                Confidence::Medium
            };
            if rank(of) <= TYPO_RANK && name.chars().count() >= SHORT_TYPO_LENGTH {
                add(of, Resemblance::Homoglyph, confidence);
            }
        }
        if let Some(of) = list.bare.get(shape::bare(name).as_str())
            && rank(of) <= TYPO_RANK
            && name.len() >= SHORT_TYPO_LENGTH
        {
            add(of, Resemblance::Separator, Confidence::Medium);
        }
        edit::each(name, &mut |candidate| {
            let place = rank(candidate);
            let near = name.len() >= TYPO_LENGTH && place <= TYPO_RANK
                || name.len() >= SHORT_TYPO_LENGTH && place <= SHORT_TYPO_RANK;
            if near && !shape::differs_in_number(name, candidate) {
                let sure = name.len() > TYPO_LENGTH && place <= TYPO_RANK / 3;
                let confidence = if sure {
                    Confidence::Medium
                } else {
                    Confidence::Low
                };
                add(candidate, Resemblance::Typo, confidence);
            }
        });
        if let Some(words) = shape::sorted_words(name)
            && let Some(of) = list.words.get(words.as_str())
            && rank(of) <= TYPO_RANK
        {
            add(of, Resemblance::Order, Confidence::Low);
        }
        for base in shape::without_additions(name) {
            if base.len() >= ADDITION_LENGTH && rank(base) <= ADDITION_RANK {
                add(base, Resemblance::Addition, Confidence::Low);
            }
        }
        found.sort_by_key(|known| (std::cmp::Reverse(known.confidence), known.rank));
        found
    }
}

impl List {
    fn read(ecosystem: Ecosystem, bytes: &[u8]) -> Self {
        let mut list = Self::default();
        let text = String::from_utf8_lossy(bytes);
        let lines = text
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty() && !line.starts_with('#'));
        for (place, line) in (1..).zip(lines) {
            let package = Package::new(ecosystem, line, None);
            let name = package.name();
            list.ranks.entry(name.into()).or_insert(place);
            list.bare
                .entry(shape::bare(name).into())
                .or_insert_with(|| name.into());
            list.skeletons
                .entry(shape::skeleton(name).into())
                .or_insert_with(|| name.into());
            if let Some(words) = shape::sorted_words(name) {
                list.words
                    .entry(words.into())
                    .or_insert_with(|| name.into());
            }
        }
        list
    }

    /// `@typs/node` for `@types/node`.
    fn scope_like(&self, scope: &str, bare: &str) -> Option<String> {
        let mut found = None;
        edit::each(scope, &mut |candidate| {
            let scoped = format!("@{candidate}/{bare}");
            if self.ranks.contains_key(scoped.as_str()) {
                found = Some(scoped);
            }
        });
        found
    }

    /// `types-node` and `babel-core` for `@types/node` and `@babel/core`.
    fn scoped_forms(&self, name: &str) -> Vec<String> {
        name.match_indices('-')
            .map(|(at, _)| format!("@{}/{}", &name[..at], &name[at + 1..]))
            .filter(|scoped| {
                self.ranks
                    .get(scoped.as_str())
                    .is_some_and(|rank| *rank <= TYPO_RANK)
            })
            .collect()
    }
}

#[cfg(test)]
mod tests;
