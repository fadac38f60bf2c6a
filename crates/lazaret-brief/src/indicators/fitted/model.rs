//! The weights of what is seen of a name, and the classes of words that are
//! looked for around it: `content/brief/fitted.toml`.

use std::collections::BTreeMap;

use aho_corasick::AhoCorasick;
use lazaret_content::Content;
use serde::Deserialize;

use super::features::{OWN, PLACES};
use crate::techniques::TechniqueFileError;

const PATH: &str = "brief/fitted.toml";

/// Classes that a mask has room for.
const CLASSES: usize = 64;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    /// Beginnings of words, by what they tell.
    classes: BTreeMap<String, Vec<String>>,
    /// What is added before anything is seen.
    start: f32,
    /// How much the others of a list say of each of its names.
    shared: f32,
    /// How far below nought a name has to be that the rules call bad.
    doubt: f32,
    /// By the names of features, or of several joined by ` + `.
    weights: BTreeMap<String, f32>,
}

/// One term: all of these have to be seen.
#[derive(Clone, Debug)]
struct Term {
    of: Vec<usize>,
    weight: f32,
}

/// Classes of words, and weights.
#[derive(Clone, Debug)]
pub(in crate::indicators) struct Model {
    classes: Vec<String>,
    words: Option<AhoCorasick>,
    /// The class of each word.
    class_of: Vec<u8>,
    pub(super) start: f32,
    pub(super) shared: f32,
    pub(super) doubt: f32,
    /// By feature.
    weights: Vec<f32>,
    /// Of several features seen together.
    crossed: Vec<Term>,
}

impl Model {
    pub(in crate::indicators) fn load(content: &Content) -> Result<Self, TechniqueFileError> {
        let fail = |message: String| TechniqueFileError {
            path: PATH.to_owned(),
            message,
        };
        let text = std::str::from_utf8(content.get(PATH).unwrap_or_default())
            .map_err(|e| fail(e.to_string()))?;
        let file: File = toml::from_str(text).map_err(|e| fail(e.to_string()))?;
        if file.classes.len() > CLASSES {
            return Err(fail(format!("more than {CLASSES} classes")));
        }
        let classes: Vec<String> = file.classes.keys().cloned().collect();
        let mut words = Vec::new();
        let mut class_of = Vec::new();
        for (class, list) in (0u8..).zip(file.classes.values()) {
            words.extend(list.iter().map(|word| word.to_lowercase()));
            class_of.extend(list.iter().map(|_| class));
        }
        let mut model = Self {
            classes,
            words: AhoCorasick::builder()
                .ascii_case_insensitive(true)
                .build(words)
                .ok(),
            class_of,
            start: file.start,
            shared: file.shared,
            doubt: file.doubt,
            weights: Vec::new(),
            crossed: Vec::new(),
        };
        let names: BTreeMap<String, usize> = (0..model.features())
            .map(|feature| (model.name(feature), feature))
            .collect();
        model.weights = vec![0.0; names.len()];
        for (name, weight) in &file.weights {
            let of: Option<Vec<usize>> = name
                .split(" + ")
                .map(|name| names.get(name).copied())
                .collect();
            match of.as_deref() {
                None => return Err(fail(format!("no feature is called {name:?}"))),
                Some([feature]) => model.weights[*feature] = *weight,
                Some(of) => model.crossed.push(Term {
                    of: of.to_vec(),
                    weight: *weight,
                }),
            }
        }
        Ok(model)
    }

    /// How many features there are.
    fn features(&self) -> usize {
        OWN.len() + PLACES.len() * self.classes.len()
    }

    /// What a feature is called.
    pub(super) fn name(&self, feature: usize) -> String {
        match feature.checked_sub(OWN.len()) {
            None => OWN[feature].to_owned(),
            Some(rest) => format!(
                "{} {}",
                PLACES[rest / self.classes.len()],
                self.classes[rest % self.classes.len()]
            ),
        }
    }

    /// Where a class of words at a place is among the features.
    pub(super) fn at_place(&self, place: usize, class: usize) -> usize {
        OWN.len() + place * self.classes.len() + class
    }

    /// What the features that are seen come to.
    pub(super) fn score(&self, seen: &[usize]) -> f32 {
        let plain: f32 = seen
            .iter()
            .filter_map(|feature| self.weights.get(*feature))
            .sum();
        let crossed: f32 = self
            .crossed
            .iter()
            .filter(|term| term.of.iter().all(|f| seen.binary_search(f).is_ok()))
            .map(|term| term.weight)
            .sum();
        self.start + plain + crossed
    }

    /// Where words of the classes begin, in order.
    pub(super) fn words_in(&self, text: &str) -> Vec<(usize, u8)> {
        let mut found: Vec<(usize, u8)> = self
            .words
            .iter()
            .flat_map(|words| words.find_overlapping_iter(text))
            .filter(|m| {
                // Chinese and Japanese set no spaces between words.
                text[..m.start()]
                    .chars()
                    .next_back()
                    .is_none_or(|c| !c.is_alphanumeric() || c >= '\u{2e80}')
            })
            .map(|m| (m.start(), self.class_of[m.pattern().as_usize()]))
            .collect();
        found.sort_unstable();
        found.dedup();
        found
    }
}
