//! Which of many predicates could match at all.

mod folders;
mod parts;

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use crate::{
    FieldValue, Fields, Predicate,
    literal::Edge,
    predicate::{Place, Tells},
};
pub use folders::Folders;
use parts::{Owners, Parts};

/// Predicates by the literals that they cannot do without, so that an event
/// is only tried against the few that it could match.
#[derive(Debug)]
pub struct RuleIndex {
    fields: Vec<FieldIndex>,
    /// Predicates that have no such literal.
    always: Vec<u32>,
    count: usize,
}

#[derive(Debug)]
struct FieldIndex {
    field: String,
    /// By there being a value.
    any: Vec<u32>,
    /// By the whole value, in lower case.
    whole: FxHashMap<String, Vec<u32>>,
    /// Lengths of those values: most others need not be looked up.
    lengths: Lengths,
    /// By a part of the value.
    parts: Option<Parts>,
    /// Those of each of the parts.
    owners: Vec<Vec<Owners>>,
}

/// A set of lengths in bytes; all that are long are taken for members.
#[derive(Debug, Default)]
struct Lengths([u64; 4]);

impl Lengths {
    fn of<'a>(texts: impl Iterator<Item = &'a String>) -> Self {
        let mut lengths = Self::default();
        for text in texts {
            if let Some(bits) = lengths.0.get_mut(text.len() / 64) {
                *bits |= 1 << (text.len() % 64);
            }
        }
        lengths
    }

    fn may_hold(&self, length: usize) -> bool {
        let bits = self.0.get(length / 64);
        bits.is_none_or(|bits| bits >> (length % 64) & 1 == 1)
    }
}

/// Owners of any value, of whole values and of parts of values.
#[derive(Debug, Default)]
struct Literals {
    any: Vec<u32>,
    whole: FxHashMap<String, Vec<u32>>,
    parts: BTreeMap<String, BTreeMap<(Edge, Edge), Vec<u32>>>,
}

/// Texts of one field with more bytes than this together are searched for with
/// an automaton that is slower and smaller.
const FAST: usize = 8 << 10;

/// What of an index is left to ask where much is known already.
#[derive(Clone, Debug, Default)]
pub struct Narrowed {
    /// A bit for each predicate.
    kept: Vec<u64>,
    always: Vec<u32>,
    /// Numbers of the fields that tell of a kept predicate.
    fields: Vec<usize>,
}

impl Narrowed {
    /// Whether no predicate could match.
    pub fn is_empty(&self) -> bool {
        self.always.is_empty() && self.fields.is_empty()
    }

    fn keeps(&self, id: u32) -> bool {
        let bits = self.kept.get(id as usize / 64).copied().unwrap_or(0);
        bits >> (id % 64) & 1 == 1
    }
}

/// Collects predicates for a [`RuleIndex`].
#[derive(Debug, Default)]
pub struct RuleIndexBuilder {
    fields: BTreeMap<String, Literals>,
    always: Vec<u32>,
    count: u32,
}

impl RuleIndexBuilder {
    /// Adds a predicate; its number is the count of those added before.
    pub fn add(&mut self, predicate: &Predicate) -> u32 {
        self.add_by(predicate, &|_| Tells::Value)
    }

    /// As [`RuleIndexBuilder::add`], by what `fields` says that fields tell.
    pub fn add_by(&mut self, predicate: &Predicate, fields: &dyn Fn(&str) -> Tells) -> u32 {
        let id = self.count;
        self.count += 1;
        match predicate.required(fields) {
            None => self.always.push(id),
            Some(facts) => {
                let placed = facts.iter().flat_map(|f| f.placed(fields(f.field)));
                for (field, text, place) in placed {
                    let literals = self.fields.entry(field.to_owned()).or_default();
                    let owners = match place {
                        Place::Any => &mut literals.any,
                        Place::Whole => literals.whole.entry(text).or_default(),
                        Place::Part(before, after) => {
                            let parts = literals.parts.entry(text).or_default();
                            parts.entry((before, after)).or_default()
                        }
                    };
                    if owners.last() != Some(&id) {
                        owners.push(id);
                    }
                }
            }
        }
        id
    }

    /// Builds an index that is asked seldom: made sooner, slower to ask.
    pub fn finish_small(self) -> RuleIndex {
        self.build(0)
    }

    /// Builds the index.
    pub fn finish(self) -> RuleIndex {
        self.build(FAST)
    }

    fn build(self, fast: usize) -> RuleIndex {
        let mut always = self.always;
        let fields = self
            .fields
            .into_iter()
            .map(|(field, Literals { any, whole, parts })| {
                let texts: Vec<String> = parts.keys().cloned().collect();
                let owners: Vec<Vec<Owners>> = parts
                    .into_iter()
                    .map(|(text, by_edges)| {
                        let of = |(edges, ids)| Owners::new(&text, edges, ids);
                        by_edges.into_iter().map(of).collect()
                    })
                    .collect();
                let automaton = Parts::new(&texts, fast);
                if automaton.is_none() {
                    // Too large for the automaton: slower, never wrong.
                    always.extend(owners.iter().flatten().flat_map(|o| &o.ids));
                }
                FieldIndex {
                    field,
                    any,
                    lengths: Lengths::of(whole.keys()),
                    whole,
                    parts: automaton,
                    owners,
                }
            })
            .collect();
        always.sort_unstable();
        always.dedup();
        RuleIndex {
            fields,
            always,
            count: self.count as usize,
        }
    }
}

impl RuleIndex {
    /// How many predicates there are.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// How many predicates have to be tried on every event.
    pub fn unindexed(&self) -> usize {
        self.always.len()
    }

    /// The numbers of the predicates that could match, in order.
    pub fn candidates(&self, event: &dyn Fields) -> Vec<u32> {
        let mut out = Vec::new();
        self.candidates_into(event, &mut out);
        out
    }

    /// As [`RuleIndex::candidates`], in place of what `out` held.
    pub fn candidates_into(&self, event: &dyn Fields, out: &mut Vec<u32>) {
        out.clear();
        out.extend_from_slice(&self.always);
        for index in &self.fields {
            index.collect(event, None, out);
        }
        out.sort_unstable();
        out.dedup();
    }

    /// As [`RuleIndex::candidates`] of what has the same values in the fields
    /// that `known` is true of, whatever the others are.
    pub fn candidates_known(&self, event: &dyn Fields, known: &dyn Fn(&str) -> bool) -> Vec<u32> {
        let mut out = self.always.clone();
        for index in &self.fields {
            if known(&index.field) {
                index.collect(event, None, &mut out);
            } else {
                out.extend(index.all());
            }
        }
        out.sort_unstable();
        out.dedup();
        out
    }

    /// The part of the index that is about the predicates of which `keep` is
    /// true.
    pub fn narrowed(&self, keep: impl Fn(u32) -> bool) -> Narrowed {
        let count = u32::try_from(self.count).unwrap_or(u32::MAX);
        let mut narrowed = Narrowed {
            kept: vec![0; self.count.div_ceil(64)],
            ..Narrowed::default()
        };
        for id in (0..count).filter(|id| keep(*id)) {
            if let Some(bits) = narrowed.kept.get_mut(id as usize / 64) {
                *bits |= 1 << (id % 64);
            }
        }
        let kept = |id: &u32| narrowed.keeps(*id);
        let always = self.always.iter().copied().filter(|id| kept(id)).collect();
        let tells = |index: &FieldIndex| index.all().any(|id| kept(&id));
        let fields = self.fields.iter().enumerate();
        let fields = fields.filter(|(_, index)| tells(index)).map(|(at, _)| at);
        narrowed.fields = fields.collect();
        narrowed.always = always;
        narrowed
    }

    /// The candidates among those kept, in place of what `out` held. Values
    /// are not read again as far as `folders` remembers what they begin with.
    pub fn candidates_of(
        &self,
        narrowed: &Narrowed,
        event: &dyn Fields,
        folders: &mut Folders,
        out: &mut Vec<u32>,
    ) {
        out.clear();
        if narrowed.is_empty() {
            return;
        }
        for index in narrowed.fields.iter().filter_map(|at| self.fields.get(*at)) {
            index.collect(event, Some(&mut *folders), out);
        }
        out.retain(|id| narrowed.keeps(*id));
        out.extend_from_slice(&narrowed.always);
        out.sort_unstable();
        out.dedup();
    }
}

impl FieldIndex {
    /// All predicates that it tells of.
    fn all(&self) -> impl Iterator<Item = u32> {
        let whole = self.whole.values().flatten();
        let parts = self.owners.iter().flatten().flat_map(|owners| &owners.ids);
        whole.chain(parts).chain(&self.any).copied()
    }

    fn collect(&self, event: &dyn Fields, mut folders: Option<&mut Folders>, out: &mut Vec<u32>) {
        match event.get(&self.field) {
            None | Some(FieldValue::Null) => {}
            Some(value) => {
                out.extend_from_slice(&self.any);
                value.any_text(&mut |text| {
                    self.collect_text(text, folders.as_deref_mut(), out);
                    false
                });
            }
        }
    }

    fn collect_text(&self, text: &str, folders: Option<&mut Folders>, out: &mut Vec<u32>) {
        if !self.whole.is_empty() && self.lengths.may_hold(text.len()) {
            let found = if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
                self.whole.get(&text.to_ascii_lowercase())
            } else {
                self.whole.get(text)
            };
            out.extend(found.into_iter().flatten());
        }
        let Some(parts) = &self.parts else {
            return;
        };
        let mut found = |part: usize, end: usize| {
            let before = out.len();
            for owners in self.owners.get(part).into_iter().flatten() {
                if owners.fit(text.as_bytes(), end) {
                    out.extend_from_slice(&owners.ids);
                }
            }
            out.len() > before
        };
        match folders {
            Some(folders) => folders.find(parts, text, &mut found),
            None => parts.find(text, &mut found),
        }
    }
}
