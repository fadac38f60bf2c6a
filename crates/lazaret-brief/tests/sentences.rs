//! Sentences of our own and the techniques they tell of, in the format of
//! `examples/measure.rs`: few wrong ones, few missed.

use std::collections::BTreeSet;

use lazaret_brief::{Briefer, article::Article};
use lazaret_content::Content;

#[test]
fn techniques_of_sentences_are_seldom_wrong_or_missed() {
    let briefer = Briefer::load(&Content::shipped()).unwrap();
    let (mut right, mut wrong, mut missed) = (0, Vec::new(), Vec::new());
    for line in include_str!("sentences.tsv").lines() {
        let (labels, sentence) = line.split_once('\t').unwrap();
        let labels: Vec<&str> = labels.split(',').filter(|l| *l != "-").collect();
        let allowed: BTreeSet<&str> = labels.iter().map(|l| l.trim_matches(['(', ')'])).collect();
        let found: BTreeSet<String> = briefer
            .techniques()
            .read(&Article::from_text(sentence))
            .iter()
            .map(|told| told.id.to_string())
            .collect();
        for id in &found {
            match labels.contains(&id.as_str()) {
                true => right += 1,
                false if allowed.contains(id.as_str()) => {}
                false => wrong.push((id.clone(), sentence)),
            }
        }
        for id in labels.iter().filter(|l| !l.starts_with('(')) {
            if !found.contains(*id) {
                missed.push((*id, sentence));
            }
        }
    }
    assert!(wrong.len() * 9 <= right, "{wrong:#?}");
    assert!(missed.len() * 9 <= right, "{missed:#?}");
}
