//! Names that look Latin and are not.

use super::Found;

/// Letters of other scripts whose shape is that of a Latin letter
/// (Unicode TS 39 confusables, letters only).
const LOOKALIKES: &str = "асеорхуіјѕһԁԛԝАВЕКМНОРСТХУІЈЅοΑΒΕΖΗΙΚΜΝΟΡΤΥΧϲᴏ";

pub(super) fn look(found: &mut Found<'_>, text: &str, offset: usize) {
    let mut word = Word::default();
    for (at, c) in text.char_indices() {
        if c.is_alphanumeric() || c == '_' || c == '$' {
            word.push(c, at + offset);
        } else if word.length > 0 {
            end(found, &mut word);
        }
    }
    end(found, &mut word);
}

#[derive(Default)]
struct Word {
    start: usize,
    end: usize,
    length: usize,
    latin: usize,
    lookalikes: usize,
    other: usize,
}

impl Word {
    fn push(&mut self, c: char, at: usize) {
        if self.length == 0 {
            self.start = at;
        }
        self.end = at + c.len_utf8();
        self.length += 1;
        if c.is_ascii_alphabetic() {
            self.latin += 1;
        } else if !c.is_ascii() {
            if LOOKALIKES.contains(c) {
                self.lookalikes += 1;
            } else {
                self.other += 1;
            }
        }
    }
}

fn end(found: &mut Found<'_>, word: &mut Word) {
    let word = std::mem::take(word);
    // One other letter shows a real word of that script with a slip in it.
    if word.lookalikes == 0 || word.latin < 2 || word.other > 0 {
        return;
    }
    let shown: String = found
        .text
        .get(word.start..word.end)
        .map(|b| String::from_utf8_lossy(b).chars().take(40).collect())
        .unwrap_or_default();
    found.add(
        "homoglyph-identifier",
        format!("{shown} mixes scripts"),
        word.start,
        word.end,
    );
}
