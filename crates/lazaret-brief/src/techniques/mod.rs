//! ATT&CK techniques: named outright, or inferred from sentences that tell of
//! a behaviour.
//!
//! How a technique is told of is data, in `content/techniques/<id>/`. Only a
//! sentence that states it counts: advice, possibilities and comparisons do
//! not, because an unrelated technique is worse than a missed one.

mod names;
mod phrases;
mod states;
mod titles;

use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    ops::Range,
};

use lazaret_content::Content;
use lazaret_model::{Confidence, TechniqueId};
use serde::{Deserialize, Serialize};

use crate::{
    article::{Article, BlockKind, sentences},
    indicators::attack_ids,
};
use phrases::Phrases;
use states::States;
use titles::Titles;

/// A technique file that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("content/{path}: {message}")]
pub struct TechniqueFileError {
    pub(crate) path: String,
    pub(crate) message: String,
}

/// What is known of a technique.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Technique {
    /// Its name in ATT&CK.
    pub name: String,
    /// Its tactics' short names (`initial-access`).
    pub tactics: Vec<String>,
    /// What it looks like in this field; empty where nothing is said.
    #[serde(default)]
    pub summary: String,
    /// Advanced Hunting tables that show it.
    #[serde(default)]
    pub tables: Vec<String>,
    #[serde(default)]
    sentence: Vec<Cue>,
}

/// One way in which a sentence tells of a technique. Phrases are matched as
/// whole words, but for a `*` at the end; `|` separates alternatives; `@group`
/// stands for a group of `content/brief/words.toml`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Cue {
    /// One of these is there,
    any: Vec<String>,
    /// and one of each of these,
    all: Vec<String>,
    /// and none of these,
    none: Vec<String>,
    /// with at most so many words between `any` and each of `all`.
    within: Option<usize>,
}

/// All techniques, ready to read articles with.
#[derive(Debug)]
pub struct Techniques {
    known: BTreeMap<TechniqueId, Technique>,
    titles: Titles,
    states: States,
    phrases: Phrases,
    cues: Vec<(TechniqueId, phrases::Cue)>,
    /// For each phrase, the cues that it can set off.
    by_phrase: BTreeMap<usize, Vec<usize>>,
}

/// A technique that the article tells of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Told {
    /// Its id.
    pub id: TechniqueId,
    /// Its name; empty where it is named but not known here.
    pub name: String,
    /// Its tactics.
    pub tactics: Vec<String>,
    /// How sure.
    pub confidence: Confidence,
    /// Whether the article gives its id or ATT&CK's name of it.
    pub named: bool,
    /// The sentences that tell of it, first first, at most three.
    pub sentences: Vec<String>,
    /// Where the first stands in the article's text.
    pub span: Range<usize>,
}

/// What the catalogue of ATT&CK says of a technique.
#[derive(Deserialize)]
struct Entry {
    name: String,
    tactics: Vec<String>,
}

#[derive(Deserialize)]
struct Catalogue {
    techniques: BTreeMap<TechniqueId, Entry>,
}

/// Names and tactics of techniques that have no folder of their own.
fn add_names(
    bytes: &[u8],
    known: &mut BTreeMap<TechniqueId, Technique>,
) -> Result<(), serde_json::Error> {
    let catalogue: Catalogue = serde_json::from_slice(bytes)?;
    for (id, entry) in catalogue.techniques {
        known.entry(id).or_insert(Technique {
            name: entry.name,
            tactics: entry.tactics,
            summary: String::new(),
            tables: Vec::new(),
            sentence: Vec::new(),
        });
    }
    Ok(())
}

impl Techniques {
    /// Reads `content/techniques/*/technique.toml`.
    pub fn load(content: &Content) -> Result<Self, TechniqueFileError> {
        let mut known = BTreeMap::new();
        for (id, path, bytes) in content.named("techniques/", "/technique.toml") {
            let error = |message: String| TechniqueFileError {
                path: path.to_owned(),
                message,
            };
            let id: TechniqueId = id.parse().map_err(|e| error(format!("{e}")))?;
            let text = std::str::from_utf8(bytes).map_err(|e| error(e.to_string()))?;
            let technique: Technique = toml::from_str(text).map_err(|e| error(e.to_string()))?;
            known.insert(id, technique);
        }
        if let Some(bytes) = content.get("attack.json") {
            add_names(bytes, &mut known).map_err(|e| TechniqueFileError {
                path: "attack.json".to_owned(),
                message: e.to_string(),
            })?;
        }
        let words = content.get("brief/words.toml").unwrap_or_default();
        let error = |path: &str, message: String| TechniqueFileError {
            path: path.to_owned(),
            message,
        };
        let words = std::str::from_utf8(words)
            .map_err(|e| e.to_string())
            .and_then(|text| toml::from_str(text).map_err(|e| e.to_string()))
            .map_err(|e| error("brief/words.toml", e))?;
        let mut builder = phrases::Builder::new(words);
        let mut cues = Vec::new();
        for (id, technique) in &known {
            for cue in &technique.sentence {
                let cue = builder
                    .cue(&cue.any, &cue.all, &cue.none, cue.within)
                    .map_err(|e| error(&format!("techniques/{id}/technique.toml"), e))?;
                cues.push((*id, cue));
            }
        }
        let mut by_phrase: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (index, (_, cue)) in cues.iter().enumerate() {
            for phrase in cue.any() {
                by_phrase.entry(*phrase).or_default().push(index);
            }
        }
        let phrases = builder.finish().map_err(|e| error("techniques", e))?;
        Ok(Self {
            titles: Titles::new(&known),
            known,
            states: States::load(content),
            phrases,
            cues,
            by_phrase,
        })
    }

    /// What is known of a technique.
    pub fn get(&self, id: TechniqueId) -> Option<&Technique> {
        self.known.get(&id)
    }

    /// All known techniques, in the order of their ids.
    pub fn iter(&self) -> impl Iterator<Item = (TechniqueId, &Technique)> {
        self.known.iter().map(|(id, technique)| (*id, technique))
    }

    /// The techniques that `article` tells of, in the order of their ids.
    pub fn read(&self, article: &Article) -> Vec<Told> {
        self.read_knowing(article, &HashSet::new())
    }

    /// The same, where the names of packages (lower case) are known: what they
    /// are called says nothing.
    pub(crate) fn read_knowing(&self, article: &Article, names: &HashSet<String>) -> Vec<Told> {
        let mut found = self.ids(article);
        let parents = self.titled(article, &mut found);
        // The level of the heading below which advice is given.
        let mut advice: Option<u8> = None;
        for (index, block) in article.blocks.iter().enumerate() {
            if let BlockKind::Heading(level) = block.kind {
                // The title of an article heads all of it.
                if index == 0 {
                    continue;
                }
                if advice.is_none_or(|above| level <= above) {
                    let heading = phrases::normal(&article.text[block.range.clone()]);
                    advice = self.states.heads_advice(&heading).then_some(level);
                }
                continue;
            }
            if advice.is_some() {
                continue;
            }
            if !matches!(
                block.kind,
                BlockKind::Paragraph | BlockKind::Item | BlockKind::Row
            ) || block.is_linked()
            {
                continue;
            }
            let text = &article.text[block.range.clone()];
            for range in sentences(text) {
                let start = block.range.start + range.start;
                let words = names::as_words(&text[range.clone()], start, &block.code, names);
                let sentence = phrases::normal(&words);
                let present = self.phrases.present(&sentence);
                let cues: BTreeSet<usize> = present
                    .phrases()
                    .filter_map(|phrase| self.by_phrase.get(&phrase))
                    .flatten()
                    .copied()
                    .collect();
                let mut held = cues
                    .into_iter()
                    .filter_map(|index| self.cues.get(index))
                    .filter(|(_, cue)| cue.holds(&present))
                    .peekable();
                if held.peek().is_none() || !self.states.states(&sentence) {
                    continue;
                }
                for (id, _) in held {
                    let at = block.range.start + range.start..block.range.start + range.end;
                    self.told(&mut found, *id, &at, article);
                }
            }
        }
        for (id, at) in parents {
            if !found
                .keys()
                .any(|told| told.is_sub() && told.parent() == id)
            {
                self.name(&mut found, id, at, article);
            }
        }
        let mut found: Vec<Told> = found.into_values().collect();
        for told in found.iter_mut().filter(|told| !told.named) {
            told.confidence = match told.sentences.len() {
                3.. => Confidence::High,
                2 => Confidence::Medium,
                _ => Confidence::Low,
            };
        }
        // Who maps the behaviour to techniques has said which: one sentence adds none.
        if found.iter().filter(|told| told.named).count() >= MAPPED {
            found.retain(|told| told.named || told.confidence > Confidence::Low);
        }
        drop_parents(found)
    }

    /// The techniques whose ids `article` gives, in the order of their ids.
    pub(crate) fn named(&self, article: &Article) -> Vec<Told> {
        self.ids(article).into_values().collect()
    }

    fn ids(&self, article: &Article) -> BTreeMap<TechniqueId, Told> {
        let mut found = BTreeMap::new();
        let mut around = Around::default();
        for (id, span) in attack_ids(article) {
            if let Ok(id) = id.parse::<TechniqueId>() {
                self.name(&mut found, id, around.at(article, span.start), article);
            }
        }
        found
    }

    /// Adds the techniques that `article` calls by ATT&CK's names; gives those with
    /// sub-techniques, which say more where they are told of, and where they stand.
    fn titled(
        &self,
        article: &Article,
        found: &mut BTreeMap<TechniqueId, Told>,
    ) -> Vec<(TechniqueId, Range<usize>)> {
        let mut parents = Vec::new();
        let mut around = Around::default();
        for block in article.blocks.iter().filter(|b| b.kind != BlockKind::Code) {
            for (id, at) in self.titles.find(&article.text[block.range.clone()]) {
                let at = around.at(article, block.range.start + at.start);
                match self.has_subs(id) {
                    true => parents.push((id, at)),
                    false => self.name(found, id, at, article),
                }
            }
        }
        parents
    }

    /// Adds a technique that the sentence at `at` names.
    fn name(
        &self,
        found: &mut BTreeMap<TechniqueId, Told>,
        id: TechniqueId,
        at: Range<usize>,
        article: &Article,
    ) {
        let told = self.told(found, id, &at, article);
        told.named = true;
        told.confidence = Confidence::High;
    }

    fn has_subs(&self, id: TechniqueId) -> bool {
        let below = self.known.range(id..).nth(1);
        below.is_some_and(|(other, _)| *other != id && other.parent() == id)
    }

    /// Adds what the sentence at `at` tells by more than its words, where
    /// nothing else told of it.
    pub(crate) fn infer(
        &self,
        mut found: Vec<Told>,
        id: &str,
        at: usize,
        article: &Article,
    ) -> Vec<Told> {
        let Ok(id) = id.parse::<TechniqueId>() else {
            return found;
        };
        if found.iter().all(|told| told.id != id) {
            let sentence = Around::default().at(article, at);
            let mut inferred = BTreeMap::new();
            self.told(&mut inferred, id, &sentence, article);
            found.extend(inferred.into_values());
            found.sort_by_key(|told| told.id);
        }
        drop_parents(found)
    }

    fn told<'a>(
        &self,
        found: &'a mut BTreeMap<TechniqueId, Told>,
        id: TechniqueId,
        at: &Range<usize>,
        article: &Article,
    ) -> &'a mut Told {
        let sentence = &article.text[at.clone()];
        let told = found.entry(id).or_insert_with(|| {
            let known = self.known.get(&id);
            Told {
                id,
                name: known.map(|t| t.name.clone()).unwrap_or_default(),
                tactics: known.map(|t| t.tactics.clone()).unwrap_or_default(),
                confidence: Confidence::Low,
                named: false,
                sentences: Vec::new(),
                span: at.clone(),
            }
        });
        if told.sentences.len() < 3 && !told.sentences.iter().any(|s| s == sentence) {
            told.sentences.push(sentence.to_owned());
        }
        told
    }
}

/// A technique whose sub-technique is told of by the same article adds
/// nothing, unless the article names it.
fn drop_parents(mut found: Vec<Told>) -> Vec<Told> {
    let subs: Vec<TechniqueId> = found
        .iter()
        .map(|t| t.id)
        .filter(|id| id.is_sub())
        .collect();
    found.retain(|told| {
        told.named || told.id.is_sub() || !subs.iter().any(|sub| sub.parent() == told.id)
    });
    found
}

/// Techniques that an article names which maps what it tells of.
const MAPPED: usize = 4;

/// Sentences by place, those of the last block kept: ids stand in lists.
#[derive(Default)]
struct Around {
    block: Option<usize>,
    sentences: Vec<Range<usize>>,
}

impl Around {
    fn at(&mut self, article: &Article, at: usize) -> Range<usize> {
        let index = article
            .blocks
            .partition_point(|block| block.range.end <= at);
        let Some(block) = article.blocks.get(index) else {
            return at..at;
        };
        if self.block != Some(index) {
            let base = block.range.start;
            self.block = Some(index);
            self.sentences = sentences(&article.text[block.range.clone()])
                .into_iter()
                .map(|range| base + range.start..base + range.end)
                .collect();
        }
        self.sentences
            .get(self.sentences.partition_point(|range| range.end <= at))
            .filter(|range| range.contains(&at))
            .cloned()
            .unwrap_or(at..at)
    }
}

#[cfg(test)]
mod tests;
