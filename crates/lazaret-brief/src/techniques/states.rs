//! Whether a sentence states what happened, rather than what could, should or
//! does elsewhere.

use aho_corasick::AhoCorasick;
use lazaret_content::Content;

use super::phrases::normal;
use crate::advice::Advice;

/// The phrases of `content/brief/cues/advice.txt`.
#[derive(Debug)]
pub(super) struct States {
    /// Beginnings of headings over advice.
    headings: Vec<String>,
    /// Beginnings of sentences.
    starts: Vec<String>,
    /// Phrases anywhere.
    anywhere: Option<AhoCorasick>,
}

/// What joins a sentence to the last.
const JOINTS: [&str; 12] = [
    "after that, ",
    "also ",
    "also, ",
    "and ",
    "finally, ",
    "first, ",
    "next, ",
    "or ",
    "please ",
    "so ",
    "then ",
    "then, ",
];

/// Letters of the shortest sentence that states something.
const SHORTEST: usize = 15;

impl States {
    pub(super) fn load(content: &Content) -> Self {
        let advice = Advice::load(content);
        let anywhere = advice.anywhere.iter();
        let anywhere = anywhere.map(|phrase| format!(" {}", normal(phrase)));
        let normalised = |list: &[String]| list.iter().map(|phrase| normal(phrase)).collect();
        Self {
            headings: normalised(&advice.headings),
            starts: normalised(&advice.starts),
            // A short list: it is refused only where memory is short as well.
            anywhere: AhoCorasick::new(anywhere).ok(),
        }
    }

    /// Whether the heading (normal form) stands over advice.
    pub(super) fn heads_advice(&self, heading: &str) -> bool {
        let heading = heading.trim_start_matches(|c: char| !c.is_alphabetic());
        // Stems: "defen", "mitigat".
        self.headings
            .iter()
            .any(|start| heading.starts_with(start.as_str()))
    }

    /// Whether the sentence (normal form) states something.
    pub(super) fn states(&self, sentence: &str) -> bool {
        let bare = begun(sentence);
        // A question states nothing.
        if bare.len() < SHORTEST
            || bare.ends_with('?')
            || is_label(bare)
            || self.starts.iter().any(|start| begins(bare, start))
        {
            return false;
        }
        let padded = format!(" {bare}");
        !self.anywhere.as_ref().is_some_and(|phrases| {
            phrases
                .find_overlapping_iter(&padded)
                .any(|m| ends(&padded[m.end()..]))
        })
    }
}

/// "who/what · issue #1 · open · PowerShell": parts of a line about the page.
/// "Windows (PowerShell):": what comes is for.
fn is_label(sentence: &str) -> bool {
    let parts = sentence.matches(" · ").count();
    let words = sentence.split_whitespace().count();
    parts >= 2 && words <= 12 || parts >= 3 && words <= 20 || sentence.ends_with(':') && words <= 3
}

/// The sentence without what joins it to the last: "then delete", "also rotate".
fn begun(sentence: &str) -> &str {
    let letters = |text: &str| text.find(char::is_alphanumeric).unwrap_or(text.len());
    let mut bare = &sentence[letters(sentence)..];
    while let Some(rest) = JOINTS.iter().find_map(|joint| bare.strip_prefix(joint)) {
        bare = &rest[letters(rest)..];
    }
    bare
}

fn begins(text: &str, start: &str) -> bool {
    text.strip_prefix(start).is_some_and(ends)
}

fn ends(rest: &str) -> bool {
    !rest.starts_with(char::is_alphanumeric)
}
