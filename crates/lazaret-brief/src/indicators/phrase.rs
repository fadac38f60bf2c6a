//! Whether one of several phrases stands in a text, and where a part of a text
//! stands.

use std::ops::Range;

/// Whether one of the phrases stands in `text`.
pub(super) fn any(phrases: &[impl AsRef<str>], text: &str) -> bool {
    phrases.iter().any(|phrase| text.contains(phrase.as_ref()))
}

/// Whether `text` begins with one of them.
pub(super) fn begins(phrases: &[impl AsRef<str>], text: &str) -> bool {
    phrases
        .iter()
        .any(|phrase| text.starts_with(phrase.as_ref()))
}

/// Where the last of them stands.
pub(super) fn last(phrases: &[impl AsRef<str>], text: &str) -> Option<usize> {
    let places = phrases
        .iter()
        .filter_map(|phrase| text.rfind(phrase.as_ref()));
    places.max()
}

/// Where the first of them stands.
pub(super) fn first(phrases: &[impl AsRef<str>], text: &str) -> Option<usize> {
    let places = phrases
        .iter()
        .filter_map(|phrase| text.find(phrase.as_ref()));
    places.min()
}

/// Where `part`, a slice of `text`, stands in it.
pub(super) fn place_of(text: &str, part: &str) -> Range<usize> {
    let start = (part.as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
    start..start + part.len()
}
