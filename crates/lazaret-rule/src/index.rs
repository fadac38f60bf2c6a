//! Which of many predicates could match at all.

use std::collections::{BTreeMap, HashMap};

use aho_corasick::{AhoCorasick, AhoCorasickBuilder};

use crate::{FieldValue, Fields, Predicate};

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
    /// By the whole value, in lower case.
    whole: HashMap<String, Vec<u32>>,
    /// By a part of the value.
    parts: Option<AhoCorasick>,
    /// Predicates of each of the parts.
    owners: Vec<Vec<u32>>,
}

/// Owners of whole values and of parts of values.
type Literals = (HashMap<String, Vec<u32>>, BTreeMap<String, Vec<u32>>);

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
        let id = self.count;
        self.count += 1;
        match predicate.required() {
            None => self.always.push(id),
            Some(facts) => {
                for fact in facts {
                    let (whole, parts) = self.fields.entry(fact.field.to_owned()).or_default();
                    let text = fact.text.to_ascii_lowercase();
                    let owners = if fact.whole {
                        whole.entry(text).or_default()
                    } else {
                        parts.entry(text).or_default()
                    };
                    if owners.last() != Some(&id) {
                        owners.push(id);
                    }
                }
            }
        }
        id
    }

    /// Builds the index.
    pub fn finish(self) -> RuleIndex {
        let mut always = self.always;
        let fields = self
            .fields
            .into_iter()
            .map(|(field, (whole, parts))| {
                let (texts, owners): (Vec<_>, Vec<_>) = parts.into_iter().unzip();
                let automaton = AhoCorasickBuilder::new()
                    .ascii_case_insensitive(true)
                    .build(&texts)
                    .ok()
                    .filter(|_| !texts.is_empty());
                if automaton.is_none() {
                    // Too large for the automaton: slower, never wrong.
                    always.extend(owners.iter().flatten());
                }
                FieldIndex {
                    field,
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
        let mut out = self.always.clone();
        for index in &self.fields {
            match event.get(&index.field) {
                None | Some(FieldValue::Null) => {}
                Some(value) => {
                    value.any_text(&mut |text| {
                        index.collect(text, &mut out);
                        false
                    });
                }
            }
        }
        out.sort_unstable();
        out.dedup();
        out
    }
}

impl FieldIndex {
    fn collect(&self, text: &str, out: &mut Vec<u32>) {
        if !self.whole.is_empty() {
            let found = if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
                self.whole.get(&text.to_ascii_lowercase())
            } else {
                self.whole.get(text)
            };
            out.extend(found.into_iter().flatten());
        }
        if let Some(parts) = &self.parts {
            for found in parts.find_overlapping_iter(text) {
                out.extend(
                    self.owners
                        .get(found.pattern().as_usize())
                        .into_iter()
                        .flatten(),
                );
            }
        }
    }
}
