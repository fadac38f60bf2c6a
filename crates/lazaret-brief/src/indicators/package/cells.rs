//! The lines, cells and rows of names that a list or a table is made of.

use std::ops::Range;

use super::{
    is_conjunction,
    name::{is_file_name, is_whole, looks_like_name},
    version::VERSION,
    words::{is_bare, is_lower},
};
use crate::indicators::phrase::place_of;

/// The names of a line that holds nothing else: "foo, foo-bar, foo-baz"; where
/// nothing `announced` them, one of them has to be plainly a name.
pub(super) fn names_in(
    text: &str,
    line: &Range<usize>,
    announced: bool,
) -> Option<Vec<Range<usize>>> {
    let names: Vec<Range<usize>> = bare(&text[line.clone()])
        .split([',', ';'])
        // In columns.
        .flat_map(|part| part.split("  "))
        .map(|part| part.trim().trim_matches('`'))
        .filter(|part| !part.is_empty())
        .enumerate()
        .map(|(nth, part)| match nth {
            0 => part,
            _ => without_joint(part),
        })
        .map(|part| place_of(text, part))
        .collect();
    let is_name = |range: &Range<usize>| {
        let name = &text[range.clone()];
        // What announces a row of names says of each that it is one.
        let like = looks_like_name(name) || is_bare(name) || announced && is_lower(name);
        is_whole(name) && like && !is_file_name(name)
    };
    (names.len() >= 2
        && names.iter().all(is_name)
        && (announced
            || names
                .iter()
                .any(|range| looks_like_name(&text[range.clone()]))))
    .then_some(names)
}

/// The last name of a row without the word that joins it: "and foo".
fn without_joint(part: &str) -> &str {
    match part.split_once(' ') {
        Some((joint, name)) if is_conjunction(joint) => name.trim().trim_matches('`'),
        _ => part,
    }
}

/// A cell without the marks that it begins with.
pub(super) fn bare(cell: &str) -> &str {
    cell.trim_start_matches(['-', '*', '•', '–', '·', ' ', '"', '\'', '`', '“', '['])
}

/// "foo 1.2 - sends to 192.0.2.1": what is told after a dash has numbers of
/// its own; "0.1.0 – 0.1.5" is a range.
pub(super) fn before_dash(told: &str) -> &str {
    [" - ", " – ", " — ", ": "]
        .iter()
        .filter_map(|dash| {
            let at = told.find(dash)?;
            let rest = told[at + dash.len()..].trim_start_matches('v');
            (!rest.starts_with(|c: char| c.is_ascii_digit())).then_some(at)
        })
        .filter(|at| VERSION.is_match(&told[..*at]))
        .min()
        .map_or(told, |at| &told[..at])
}

pub(super) fn lines(text: &str, range: Range<usize>) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = range.start;
    for line in text[range].split('\n') {
        found.push(start..start + line.len());
        start += line.len() + 1;
    }
    found
}

pub(super) fn cells(text: &str, range: Range<usize>) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = range.start;
    for cell in text[range].split('\t') {
        let lead = cell.len() - cell.trim_start().len();
        found.push(start + lead..start + lead + cell.trim().len());
        start += cell.len() + 1;
    }
    found
}
