//! Names one edit away (Damerau-Levenshtein distance 1).

const LETTERS: &str = "abcdefghijklmnopqrstuvwxyz0123456789-_.";

/// Calls `each` with every name one deletion, swap, replacement or insertion
/// away from `name`. Only ASCII names have any.
pub(super) fn each(name: &str, each: &mut dyn FnMut(&str)) {
    if !name.is_ascii() || name.len() > 64 {
        return;
    }
    let bytes = name.as_bytes();
    let mut give = |edited: &[u8]| {
        if let Ok(text) = std::str::from_utf8(edited) {
            each(text);
        }
    };
    let mut edited = Vec::with_capacity(name.len() + 1);
    for at in 0..bytes.len() {
        edited.clear();
        edited.extend_from_slice(&bytes[..at]);
        edited.extend_from_slice(&bytes[at + 1..]);
        give(&edited);
        if at + 1 < bytes.len() && bytes[at] != bytes[at + 1] {
            edited.clear();
            edited.extend_from_slice(bytes);
            edited.swap(at, at + 1);
            give(&edited);
        }
        for letter in LETTERS.bytes().filter(|letter| *letter != bytes[at]) {
            edited.clear();
            edited.extend_from_slice(bytes);
            edited[at] = letter;
            give(&edited);
        }
    }
    for at in 0..=bytes.len() {
        for letter in LETTERS.bytes() {
            edited.clear();
            edited.extend_from_slice(&bytes[..at]);
            edited.push(letter);
            edited.extend_from_slice(&bytes[at..]);
            give(&edited);
        }
    }
}
