//! Enumerations of names in running text: "foo, `bar` (2.1) and baz".

use std::ops::Range;

use super::{
    NAME,
    name::{CLOSES, OPENS, is_space},
};
use crate::article::{holding, holds};

/// Words between two names of an enumeration.
const JOINS: &[&str] = &[
    "and",
    "or",
    "y",
    "e",
    "et",
    "ed",
    "und",
    "oder",
    "та",
    "и",
    "і",
    "й",
    "en",
    "og",
    "och",
    "as well as",
    "和",
    "及",
    "以及",
    "与",
    "と",
    "および",
    "및",
];

/// One name of an enumeration.
pub(super) struct Item {
    pub(super) range: Range<usize>,
    /// Set as code or in quotes.
    pub(super) marked: bool,
    /// A separator or the end of a clause follows.
    pub(super) closed: bool,
}

/// The names at the start of a range, as far as an enumeration goes.
pub(super) fn enumeration(text: &str, range: Range<usize>, code: &[Range<usize>]) -> Vec<Item> {
    let mut items = Vec::new();
    let mut at = range.start;
    while items.len() < 200 {
        let part = &text[at..range.end];
        let lead = part.len()
            - part
                .trim_start_matches(|c| OPENS.contains(&c) || is_space(c))
                .len();
        let quoted = part[..lead].contains(OPENS);
        let Some(m) = NAME.find(&part[lead..]).filter(|m| m.start() == 0) else {
            break;
        };
        let start = at + lead;
        let end = start + m.len();
        // The first half of `owner/name` is no name.
        if text[end..].starts_with('/') {
            break;
        }
        if is_command(&text[end..], code, start..end) {
            break;
        }
        let marked = quoted || holds(code, start);
        let mut rest = &text[end..range.end];
        // `rustin,"`: the comma stands within the quotes.
        let mut comma = false;
        if quoted {
            if let Some(after) = rest.strip_prefix(',') {
                comma = true;
                rest = after;
            }
            rest = rest.trim_start_matches(|c| CLOSES.contains(&c) || is_space(c));
        }
        // "(300M weekly downloads)", "(versions 1.1 and 1.2)"
        let open = rest.trim_start();
        let mut note = false;
        if open.starts_with('(')
            && let Some(close) = open.find(')').filter(|close| *close < 80)
        {
            rest = &open[close + 1..];
            note = true;
        }
        let next = rest.trim_start();
        let ends = next.is_empty()
            || next.starts_with([
                '.', ',', '、', '，', '。', ')', '\u{2013}', '\u{2014}', ';', ':',
            ])
            || [
                "were", "was", "have", "has", "had", "are", "that", "which", "version", "versions",
            ]
            .iter()
            .any(|word| starts_with_word(next, word));
        let joined = next
            .strip_prefix([',', '、', '，'])
            .unwrap_or(next)
            .trim_start();
        let join = JOINS.iter().find(|join| starts_with_word(joined, join));
        items.push(Item {
            range: start..end,
            marked,
            closed: ends || note || comma || join.is_some(),
        });
        let after = match join {
            Some(join) => &joined[join.len()..],
            None if comma || next.starts_with([',', '、', '，']) => joined,
            None => break,
        };
        at = range.end - after.len();
    }
    items
}

/// Whether the code that a name stands in goes on with another word, as in
/// `docker images`; `rest` is what follows the name.
pub(super) fn is_command(rest: &str, code: &[Range<usize>], name: Range<usize>) -> bool {
    holding(code, name.start).is_some_and(|span| span.end > name.end + 1)
        && rest
            .strip_prefix(' ')
            .is_some_and(|rest| rest.starts_with(char::is_alphabetic))
}

fn starts_with_word(text: &str, word: &str) -> bool {
    text.get(..word.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(word))
        && (!word.is_ascii() && word.starts_with(|c| c >= '\u{2e80}')
            || !text[word.len()..]
                .chars()
                .next()
                .is_some_and(char::is_alphanumeric))
}
