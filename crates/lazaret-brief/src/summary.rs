//! The article's own key sentences.

use std::collections::{BTreeSet, HashMap};

use crate::article::{Article, BlockKind, sentences};

/// How many sentences a summary has.
const LENGTH: usize = 3;

/// The sentences that say most of what the article says, in their order:
/// those whose words the article uses most, early ones first.
pub fn summarise(article: &Article) -> Vec<String> {
    let mut all: Vec<&str> = Vec::new();
    for block in &article.blocks {
        if block.kind == BlockKind::Paragraph {
            let text = &article.text[block.range.clone()];
            all.extend(sentences(text).into_iter().map(|range| &text[range]));
        }
    }
    let mut weights: HashMap<String, f64> = HashMap::new();
    for sentence in &all {
        for word in words(sentence) {
            *weights.entry(word).or_default() += 1.0;
        }
    }
    let mut scored: Vec<(usize, f64)> = all
        .iter()
        .enumerate()
        .filter(|(_, sentence)| (40..500).contains(&sentence.len()))
        .map(|(index, sentence)| {
            let words = words(sentence);
            let weight: f64 = words
                .iter()
                .filter_map(|word| weights.get(word))
                .map(|w| w.ln_1p())
                .sum();
            let early = 1.0 / (1.0 + index as f64 / 8.0);
            (index, weight / (words.len() as f64 + 6.0) * (1.0 + early))
        })
        .collect();
    scored.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let mut chosen: Vec<usize> = scored
        .into_iter()
        .take(LENGTH)
        .map(|(index, _)| index)
        .collect();
    chosen.sort_unstable();
    chosen
        .into_iter()
        .map(|index| all[index].to_owned())
        .collect()
}

fn words(sentence: &str) -> BTreeSet<String> {
    sentence
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| word.len() > 3)
        .map(str::to_lowercase)
        .collect()
}
