//! Runs of versions: "1.2.3", "versions 1.1, 1.2 and 1.3", also as code.

use std::ops::Range;

use crate::indicators::{context::Structure, lists::Lists};

pattern!(
    /// A version; what is joined to letters, addresses or units is none.
    TOKEN,
    r"(?P<v>v?\d{1,6}(?:\.\d{1,6}){1,3}(?:[-+]?(?:alpha|beta|rc|dev|post|pre|canary|next|a|b)[-.0-9A-Za-z]*[0-9A-Za-z]|-(?:[0-9A-Za-z]+[.-])*[A-Za-z][0-9A-Za-z-]*|-[0-9a-f]{7,40})?)"
);
pattern!(
    /// What stands between two versions of one run.
    JOINT,
    r"^(?:[\s`'\x22“”*]|,|、|&|/|(?i:and|or|as well as|und|oder|sowie|et|y|e|и|和|及び|および|与|versions?|v))*$"
);
pattern!(
    /// Words right before a run that say that versions follow.
    SAID,
    r"(?i)(?:\b(?:versions?|releases?|builds?|updates?|tags?|fassung(?:en)?|versionen|versiones|versione|versioni|versões|versão|versies)\b|versión|верси\w*|バージョン|版本)[^.;\n\d]{0,32}$"
);
pattern!(
    /// A range begins or ends here: its ends are no versions of their own.
    RANGE,
    r"^[`'\x22]*(?: ?(?:through|thru|to|until|bis|hasta|à|au|al|do|до|по|→|->|–|—|-|〜|～|から) ?[`'\x22]?v?\d| (?:and|or) (?:all |any )?(?:the )?(?:earlier|older|below|prior|previous|later|newer|above)\b| and all\s*$)"
);
pattern!(
    /// Before a version: it begins or ends a range.
    BOUND,
    r"(?i)(?:[<>≤≥^~]=?|\d[`'\x22]? ?(?:through|thru|to|until|bis|hasta|à|au|al|do|до|по|→|->|–|—|-|〜|～|至|から)|\b(?:through|thru|until|bis|hasta|from|since|ab|seit|desde|partir (?:de|der)|before|prior to|earlier than|later than|up to(?: and including)?|newer than|above|below))[\s`'\x22]*(?:version |v)?$"
);

pattern!(
    /// A word with a capital, not at the start of a sentence.
    PRODUCT,
    r"[a-z,)(] ?(?P<word>[A-Z][A-Za-z.]*[a-z]) \(?$"
);

pattern!(
    /// Nouns have a capital in German.
    VERSION_WORD,
    r"^(?:Versi|Releas|Fassung|Ausgab|Builds?|Updates?|Paket|Affected|Malicious|Compromised)"
);

/// Versions of one enumeration.
pub(super) struct Run {
    pub(super) range: Range<usize>,
    pub(super) versions: Vec<Range<usize>>,
    /// The word before it, lower case.
    pub(super) word: String,
    /// Whether that is written like a product's name: "XMRig 6.22".
    pub(super) product: bool,
    /// The same as text, without `v`.
    pub(super) told: Vec<String>,
}

/// Runs that are looked at: a page made to cost time has millions.
const MOST: usize = 10_000;

/// Bytes before a version that are looked at.
const NEAR: usize = 48;

/// The runs of versions of the article, in order.
pub(super) fn runs(structure: &Structure<'_>, lists: &Lists) -> Vec<Run> {
    let text = structure.article.text.as_str();
    let mut found: Vec<Run> = Vec::new();
    for block in &structure.article.blocks {
        if !structure.is_told(block) || found.len() >= MOST {
            continue;
        }
        let base = block.range.start;
        let mut tokens: Vec<Range<usize>> = Vec::new();
        for m in TOKEN.find_iter(&text[block.range.clone()]) {
            let range = base + m.start()..base + m.end();
            if !is_apart(text, &range) {
                continue;
            }
            let joined = tokens
                .last()
                .is_some_and(|last| JOINT.is_match(&text[last.end..range.start]));
            if found.len() >= MOST {
                break;
            }
            if !joined {
                take(text, lists, base, std::mem::take(&mut tokens), &mut found);
            }
            tokens.push(range);
        }
        take(text, lists, base, std::mem::take(&mut tokens), &mut found);
    }
    found
}

/// Makes a run of the tokens, where they are one.
fn take(text: &str, lists: &Lists, base: usize, tokens: Vec<Range<usize>>, found: &mut Vec<Run>) {
    let (Some(first), Some(last)) = (tokens.first(), tokens.last()) else {
        return;
    };
    let from = text.ceil_char_boundary(first.start.saturating_sub(NEAR).max(base));
    let before = &text[from..first.start];
    // "Example: for 1.2.3, the bad ones were 1.2.4 and 1.2.5."
    let sentence = text[base..first.start]
        .rsplit(". ")
        .next()
        .unwrap_or_default();
    if has_example(sentence) {
        return;
    }
    let said = SAID.is_match(before);
    // "7.5", "3.11" are versions only where the text says so.
    let full = |range: &Range<usize>| text[range.clone()].matches('.').count() >= 2;
    let code = text[..first.start].ends_with('`');
    let whole = said || code || tokens.iter().any(full);
    // "1.1.1.1, 8.8.8.8": resolvers, which are told together.
    let hosts =
        tokens.len() > 1 && !said && tokens.iter().all(|range| is_host(&text[range.clone()]));
    if !whole
        || hosts
        || BOUND.is_match(before) && !replaces(before, &text[first.clone()])
        || RANGE.is_match(&text[last.end..]) && !is_replaced(text, last)
        || is_of_other(before, lists)
        // What npm puts in place of what it removed.
        || text[last.clone()].ends_with("-security")
    {
        return;
    }
    found.push(Run {
        range: first.start..last.end,
        told: tokens
            .iter()
            .map(|range| text[range.clone()].trim_start_matches('v').to_owned())
            .collect(),
        product: PRODUCT
            .captures(before)
            .is_some_and(|captures| !VERSION_WORD.is_match(&captures["word"])),
        word: words(before).next().unwrap_or_default(),
        versions: tokens,
    });
}

pattern!(
    /// "3.3.1 → 3.3.0": the one to take instead.
    INSTEAD,
    r"^[`'\x22]* ?(?:→|->|⇒|=>) ?[`'\x22]?v?(?P<v>\d+(?:\.\d+)+)"
);
pattern!(
    REPLACED,
    r"(?P<v>\d+(?:\.\d+)+)[`'\x22]* ?(?:→|->|⇒|=>) ?[`'\x22]?v?$"
);

/// Whether an arrow leads from the version to a lower one: back to that before.
pub(super) fn is_replaced(text: &str, version: &Range<usize>) -> bool {
    INSTEAD
        .captures(&text[version.end..])
        .is_some_and(|captures| is_lower(&captures["v"], &text[version.clone()]))
}

/// Whether an arrow leads from a higher version to this one.
pub(super) fn replaces(before: &str, version: &str) -> bool {
    REPLACED
        .captures(before)
        .is_some_and(|captures| is_lower(version, &captures["v"]))
}

fn is_lower(version: &str, other: &str) -> bool {
    let numbers = |version: &str| -> Vec<u64> {
        version
            .trim_start_matches('v')
            .split(['.', '-'])
            .map_while(|part| part.parse().ok())
            .collect()
    };
    numbers(version) < numbers(other)
}

/// Words between a name and its version that say nothing.
const FILLERS: &[&str] = &[
    "a", "an", "at", "der", "die", "el", "en", "in", "its", "la", "le", "of", "the", "to", "至",
    "到", "为",
];

/// The words before a run, the nearest first, without "version".
fn words(before: &str) -> impl Iterator<Item = String> + '_ {
    before
        .rsplit(|c: char| c.is_whitespace() || c == '(')
        .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '.' | '@')))
        .map(|word| word.trim_end_matches('.').to_lowercase())
        .filter(|word| !word.is_empty() && !word.starts_with("versi") && word != "v")
}

/// Whether a word right before a run is a program's or a scale's.
fn is_of_other(before: &str, lists: &Lists) -> bool {
    words(before)
        .find(|word| !FILLERS.contains(&word.as_str()))
        .is_some_and(|word| lists.is_program(&word))
}

/// Whether a sentence begins by saying that it gives an example.
fn has_example(sentence: &str) -> bool {
    ["Example:", "For example, for ", "E.g. "]
        .iter()
        .any(|start| sentence.starts_with(start))
}

/// Whether four numbers can be an address.
fn is_host(token: &str) -> bool {
    token.split('.').count() == 4 && token.split('.').all(|n| n.parse::<u8>().is_ok())
}

/// Whether the digits stand for themselves: no address, date, size or part of
/// a name.
fn is_apart(text: &str, range: &Range<usize>) -> bool {
    let before = text[..range.start].chars().next_back();
    let mut rest = text[range.end..].chars();
    let after = rest.next();
    let token = &text[range.clone()];
    let joins = |c: char| {
        c.is_alphanumeric()
            || matches!(
                c,
                '-' | '_' | '/' | '@' | '.' | ':' | '=' | '\\' | '#' | '$' | '€'
            )
    };
    let numbers = token.trim_start_matches('v').split('.').collect::<Vec<_>>();
    // 2026.10.02 is a day, 192.0.2.1 a host.
    let day = numbers.len() == 3 && numbers[0].len() == 4 && numbers[0].starts_with("20");
    let host = is_host(token) && numbers.iter().filter(|n| n.len() >= 2).count() >= 2;
    let size = {
        let unit = text[range.end..].trim_start_matches([' ', '-', '\u{a0}']);
        [
            "%", "mb", "kb", "gb", "million", "m ", "k ", "billion", "°", "ms", "seconds", "hours",
            "x ",
        ]
        .iter()
        .any(|word| {
            unit.get(..word.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(word))
        })
    };
    let ends = match after {
        Some('.') => !rest.next().is_some_and(char::is_alphanumeric),
        // An address, defanged.
        Some('[' | '(') => rest.next() != Some('.'),
        Some(c) => !(c.is_alphanumeric() || matches!(c, '_' | '/' | '@' | '\\')),
        None => true,
    };
    !before.is_some_and(joins) && ends && !day && !host && !size
}
