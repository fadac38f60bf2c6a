//! Whether a name is a package to block: decided by weights that were fitted to
//! labelled articles (`bench/fit-names`), for each name over all its mentions,
//! and for lists, columns and rows of names together.

mod around;
mod features;
mod model;

use std::{collections::HashMap, ops::Range};

use lazaret_model::Confidence;

use super::{
    Role,
    context::Structure,
    judge::{Habits, Judgement, SAFE},
    lists::Lists,
    package::{self, Named, Packages},
};
use crate::article::Article;
use around::{Around, Place};
use features::{Eye, OWN, Own, Seen};

pub(super) use model::Model;

/// Names of one unit that are looked at.
const UNIT: usize = 10_000;

/// Bytes of the shortest text that is an article: of a few sentences, such as a
/// feed gives, the rules decide.
const ARTICLE: usize = 1000;

/// Whether names of the article are decided by weights: it tells of an attack.
pub(super) fn applies(article: &Article, habits: &Habits) -> bool {
    (habits.grave || habits.bare) && article.text.len() >= ARTICLE
}

/// A name, and what is seen of it.
#[derive(Debug)]
pub(super) struct Name {
    /// Lower case.
    pub(super) name: String,
    /// Features that are seen, in order.
    pub(super) seen: Vec<usize>,
    /// Whether the rules call a mention of it an indicator.
    pub(super) judged: bool,
    /// The largest unit that it stands in, by the first of its names.
    pub(super) unit: usize,
    any: Seen,
    mentions: usize,
    units: Vec<(usize, usize)>,
}

/// What is seen of all names; `judged` are the judgements of the first mentions.
/// The index of the name comes with each mention.
pub(super) fn look(
    structure: &Structure<'_>,
    lists: &Lists,
    habits: &Habits,
    mentions: &[&Named],
    judged: &[Judgement],
) -> (Vec<Name>, Vec<usize>) {
    let around = Around::new(structure, &lists.fitted);
    let eye = Eye {
        structure,
        lists,
        habits,
        around: &around,
    };
    let rows = package::rows(structure, mentions);
    let places: Vec<Place> = mentions
        .iter()
        .zip(&rows)
        .map(|(named, row)| around.place(&named.range, &row.range))
        .collect();
    let mut index: HashMap<String, usize> = HashMap::new();
    let mut names: Vec<Name> = Vec::new();
    let mut of = Vec::with_capacity(mentions.len());
    let mut units: HashMap<(usize, usize), Vec<usize>> = HashMap::new();
    let mut spans: HashMap<(usize, usize), Range<usize>> = HashMap::new();
    for (row, place) in rows.iter().zip(&places) {
        let span = spans.entry(place.unit).or_insert_with(|| row.range.clone());
        span.start = span.start.min(row.range.start);
        span.end = span.end.max(row.range.end);
    }
    for (nth, ((named, row), place)) in mentions.iter().zip(&rows).zip(&places).enumerate() {
        let mut seen = eye.mention(named, judged.get(nth), row, place);
        if let Some(span) = spans.get(&place.unit) {
            around.edges(span, &mut seen.words);
        }
        let key = named.package.name().to_lowercase();
        let at = *index.entry(key.clone()).or_insert_with(|| {
            names.push(Name {
                name: key,
                seen: Vec::new(),
                judged: false,
                unit: 0,
                any: Seen::NONE,
                mentions: 0,
                units: Vec::new(),
            });
            names.len() - 1
        });
        of.push(at);
        let name = &mut names[at];
        name.any.or(&seen);
        name.judged |= judged.get(nth).is_some_and(|j| j.role == Role::Indicator);
        name.mentions += 1;
        let unit = units.entry(place.unit).or_default();
        if unit.last() != Some(&at) && unit.len() < UNIT {
            unit.push(at);
            name.units.push(place.unit);
        }
    }
    let summaries: HashMap<(usize, usize), Unit> = units
        .into_iter()
        .map(|(key, mut unit)| {
            unit.sort_unstable();
            unit.dedup();
            (key, Unit::new(&unit, &names))
        })
        .collect();
    for name in &mut names {
        name.units.sort_unstable();
        name.units.dedup();
        let mut units = name.units.iter().filter_map(|key| summaries.get(key));
        let first = units.next();
        let largest =
            first.map(|first| units.fold(first, |a, b| if b.size > a.size { b } else { a }));
        if let Some(unit) = largest {
            name.unit = unit.first;
            name.any.or(&unit.sum);
        }
    }
    for name in &mut names {
        name.any.set(Own::Once, name.mentions == 1);
        name.any.set(Own::Often, name.mentions >= 4);
        name.seen = listed(name, &lists.fitted);
    }
    (names, of)
}

/// What is seen of names that stand together.
struct Unit {
    size: usize,
    /// The first of its names.
    first: usize,
    sum: Seen,
}

impl Unit {
    fn new(of: &[usize], names: &[Name]) -> Self {
        let size = of.len();
        let count =
            |holds: &dyn Fn(&Name) -> bool| of.iter().filter(|at| holds(&names[**at])).count();
        let most = |holds: &dyn Fn(&Name) -> bool| size > 1 && count(holds) * 2 > size;
        let some = |feature: Own| size > 1 && count(&|n| n.any.has(feature)) > 0;
        let mut sum = Seen::NONE;
        sum.set(Own::Alone, size == 1);
        sum.set(Own::Few, (2..=3).contains(&size));
        sum.set(Own::Several, (4..=9).contains(&size));
        sum.set(Own::Many, size >= 10);
        let marks = [Own::Hyphen, Own::Scope, Own::Underscore];
        sum.set(
            Own::MostFormed,
            most(&|n| marks.iter().any(|mark| n.any.has(*mark))),
        );
        sum.set(Own::MostEnglish, most(&|n| n.any.has(Own::English)));
        sum.set(Own::SomePopular, some(Own::Popular));
        sum.set(Own::MostCapital, most(&|n| n.any.has(Own::Capital)));
        sum.set(Own::MostLinked, most(&|n| n.any.has(Own::Linked)));
        sum.set(Own::MostCode, most(&|n| n.any.has(Own::Code)));
        sum.set(Own::MostBad, most(&|n| n.judged));
        Self {
            size,
            first: of.first().copied().unwrap_or_default(),
            sum,
        }
    }
}

/// The features that are seen of a name, in order.
fn listed(name: &Name, model: &Model) -> Vec<usize> {
    let own = name.any.own;
    let mut found: Vec<usize> = (0..OWN.len()).filter(|f| own >> f & 1 == 1).collect();
    for (place, mut mask) in name.any.words.into_iter().enumerate() {
        while mask != 0 {
            found.push(model.at_place(place, mask.trailing_zeros() as usize));
            mask &= mask - 1;
        }
    }
    found
}

/// How sure it is of each name that it is a package to block: above nought, it is.
pub(super) fn scores(names: &[Name], model: &Model) -> Vec<f32> {
    let own: Vec<f32> = names.iter().map(|name| model.score(&name.seen)).collect();
    let mut sums: HashMap<usize, (f32, usize)> = HashMap::new();
    for (name, score) in names.iter().zip(&own) {
        let (sum, count) = sums.entry(name.unit).or_default();
        *sum += score.clamp(-4.0, 4.0);
        *count += 1;
    }
    names
        .iter()
        .zip(&own)
        .map(|(name, score)| {
            let (sum, count) = sums.get(&name.unit).copied().unwrap_or_default();
            score + model.shared * sum / count.max(1) as f32
        })
        .collect()
}

/// Sets the roles of mentions by what is seen of their names, and adds those of
/// the `shaped` that are packages to block after all.
pub(super) fn decide(
    structure: &Structure<'_>,
    lists: &Lists,
    habits: &Habits,
    packages: &mut Vec<Named>,
    shaped: Vec<Named>,
    judged: &mut Vec<Judgement>,
) {
    let mentions: Vec<&Named> = packages.iter().chain(&shaped).collect();
    let (names, of) = look(structure, lists, habits, &mentions, judged);
    let scores = scores(&names, &lists.fitted);
    // A text on something else names none that the rules do not.
    let closed = habits.flaw || habits.news || habits.alarm;
    for (judged, name) in judged.iter_mut().zip(&of) {
        let least = if names[*name].judged {
            -lists.fitted.doubt
        } else {
            0.0
        };
        let bad = scores[*name] > least;
        if bad && !names[*name].judged && !closed && judged.reason != SAFE {
            judged.role = Role::Indicator;
            judged.confidence = Confidence::Low;
            judged.reason = TAKEN;
        } else if !bad && judged.role == Role::Indicator {
            judged.role = Role::Mentioned;
            judged.confidence = Confidence::Low;
            judged.reason = "too little speaks for it";
        }
    }
    let first = packages.len();
    let taken = |name: usize| scores[name] > 0.0 && !names[name].judged && !closed;
    let more = shaped
        .into_iter()
        .zip(&of[first..])
        .filter(|(_, name)| taken(**name))
        .map(|(named, _)| {
            let judged = Judgement {
                role: Role::Indicator,
                confidence: Confidence::Low,
                reason: TAKEN,
                weight: 1,
            };
            (named, judged)
        });
    // In the order of the text, in which they are searched.
    let mut all: Vec<_> = packages
        .drain(..)
        .zip(judged.drain(..))
        .chain(more)
        .collect();
    all.sort_by_key(|(named, _)| named.range.start);
    (*packages, *judged) = all.into_iter().unzip();
}

/// The reason of what no rule decided.
const TAKEN: &str = "by all that is seen of it";

/// What is seen of each name: the name, its features, its unit, and whether the
/// rules call it bad.
pub(super) fn named(
    structure: &Structure<'_>,
    lists: &Lists,
    habits: &Habits,
    packages: &Packages,
    judged: &[Judgement],
) -> Vec<(String, Vec<String>, usize, bool)> {
    let mentions: Vec<&Named> = packages.named.iter().chain(&packages.shaped).collect();
    let (names, _) = look(structure, lists, habits, &mentions, judged);
    names
        .into_iter()
        .map(|name| {
            let seen = name.seen.iter().map(|f| lists.fitted.name(*f)).collect();
            (name.name, seen, name.unit, name.judged)
        })
        .collect()
}
