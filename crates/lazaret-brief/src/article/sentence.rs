//! Sentences of a block.

use std::ops::Range;

/// Words whose full stop ends no sentence.
const ABBREVIATIONS: &[&str] = &[
    "al", "approx", "apr", "aug", "ca", "cf", "co", "corp", "dec", "dr", "e.g", "eg", "etc", "feb",
    "fig", "i.e", "inc", "jan", "jr", "jul", "jun", "ltd", "mar", "mr", "mrs", "ms", "no", "nos",
    "nov", "oct", "pp", "prof", "resp", "sep", "sept", "sr", "st", "v", "vol", "vs",
];

/// Bytes of the longest sentence.
const LONGEST: usize = 2000;

/// The sentences of `text` as ranges, in order. A newline always ends one.
pub fn sentences(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = 0;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let end = at + c.len_utf8();
        let ends = match c {
            '\n' => true,
            '。' | '！' | '？' => true,
            '.' | '!' | '?' | '…' => {
                let mut rest = text[end..]
                    .chars()
                    .skip_while(|c| matches!(c, '"' | '\'' | ')' | ']' | '”' | '’'));
                let space = rest.next().is_none_or(char::is_whitespace);
                let next = rest.find(|c| !c.is_whitespace());
                space
                    && (next.is_none_or(|c| !c.is_lowercase())
                        || c == '.'
                            && (begins_with_name(&text[end..])
                                || ends_with_version(&text[start..at])))
                    && !(c == '.' && abbreviates(&text[start..at]))
            }
            _ => false,
        };
        if ends {
            // Closing quotes and brackets belong to the sentence they close.
            let mut end = end;
            while let Some((next, c)) =
                chars.next_if(|(_, c)| matches!(c, '"' | '\'' | ')' | ']' | '”' | '’'))
            {
                end = next + c.len_utf8();
            }
            push(text, start..end, &mut found);
            start = end;
        }
    }
    push(text, start..text.len(), &mut found);
    found
}

/// Whether the text begins with a name in code: `foo-bar is not affected`.
fn begins_with_name(rest: &str) -> bool {
    let word = rest.split_whitespace().next().unwrap_or_default();
    let version = word
        .strip_prefix('v')
        .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    let hyphened = word.contains('-')
        && word
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    version
        || hyphened
        || word.contains(['_', '@'])
        || word.contains('-') && word.chars().any(|c| c.is_ascii_digit())
}

/// "… in release 1.1.0. foo is not affected"
fn ends_with_version(before: &str) -> bool {
    let word = before.rsplit([' ', '(', 'v']).next().unwrap_or_default();
    word.split('.').count() >= 3
        && word
            .split('.')
            .all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()))
}

fn abbreviates(before: &str) -> bool {
    let word = before
        .rsplit([' ', '(', '\u{a0}'])
        .next()
        .unwrap_or_default()
        .to_lowercase();
    ABBREVIATIONS.contains(&word.as_str())
        || word.chars().count() == 1 && word.chars().all(char::is_alphabetic)
}

fn push(text: &str, range: Range<usize>, found: &mut Vec<Range<usize>>) {
    let part = &text[range.clone()];
    let start = range.start + part.len() - part.trim_start().len();
    let end = range.start + part.trim_end().len();
    let mut start = start;
    // Nobody writes such a sentence; a list set as one is cut between words, so
    // that looking around each of its entries stays cheap.
    while end.saturating_sub(start) > LONGEST {
        let limit = text.floor_char_boundary(start + LONGEST);
        let cut = text[start..limit]
            .rfind(char::is_whitespace)
            .filter(|at| *at > 0)
            .map_or(limit, |at| start + at);
        found.push(start..cut);
        start = cut + text[cut..end].len() - text[cut..end].trim_start().len();
    }
    if start < end {
        found.push(start..end);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_at_sentence_ends_only() {
        let text =
            "It runs setup.py, e.g. on install. See Fig. 2 (new). \"Done.\" v1.2.3 is bad!\nNext";
        let parts: Vec<_> = sentences(text).into_iter().map(|r| &text[r]).collect();
        assert_eq!(
            parts,
            [
                "It runs setup.py, e.g. on install.",
                "See Fig. 2 (new).",
                "\"Done.\" v1.2.3 is bad!",
                "Next"
            ]
        );
    }
}
