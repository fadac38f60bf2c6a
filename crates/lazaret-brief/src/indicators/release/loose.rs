//! Versions without a word that calls them so.

use lazaret_model::Package;

use super::{
    VERSION, called, is_taken, released, same_name, subject,
    words::{DEED, DOES, NOT, RESPECTIVE, SAFE, SPAN},
};
use crate::{
    article::BlockKind,
    indicators::{
        context::Structure,
        package::{Certainty, Named},
    },
};

pattern!(
    /// Versions without a word that says so: "pushed 3.3.0 and, later, 3.3.1".
    LOOSE,
    r"(?:^|[\s(])(?P<list>v?\d+\.\d+\.\d+(?:-[0-9A-Za-z.]*[0-9A-Za-z])?(?:(?:, and |, | and | or | et | y | und )v?\d+\.\d+\.\d+(?:-[0-9A-Za-z.]*[0-9A-Za-z])?)*)(?: of (?:the )?[`\x22'\u{201c}]?(?P<name>(?:@[a-z0-9~][\w.~-]*/)?[A-Za-z0-9][\w.-]*[A-Za-z0-9])|[\s,;:)]|\.(?:\s|$)|$)"
);

/// Versions that stand alone in a sentence which names a package before them
/// and says what was done to it.
pub(super) fn loose(
    structure: &Structure<'_>,
    known: &[Package],
    names: &[(usize, Package)],
    versioned: &[(usize, String)],
    added: &mut Vec<Named>,
) {
    let text = structure.article.text.as_str();
    for captures in LOOSE.captures_iter(text) {
        let Some(list) = captures.name("list") else {
            continue;
        };
        let told = structure
            .block_at(list.start())
            .and_then(|index| structure.block(index))
            .is_some_and(|block| matches!(block.kind, BlockKind::Paragraph | BlockKind::Item));
        if !told {
            continue;
        }
        let range = structure.sentence_at(list.start());
        let sentence = text[range.clone()].to_lowercase();
        let near = text.floor_char_boundary(list.start().saturating_sub(48).max(range.start))
            ..text.floor_char_boundary((list.end() + 32).min(range.end.max(list.end())));
        // "1.0.0 is harmless; 1.0.1 and 1.0.2 are not."
        let denied = NOT.is_match(&text[list.end()..range.end.max(list.end())])
            && SAFE.is_match(&text[range.start.min(list.start())..list.start()].to_lowercase());
        let harmless = || {
            let near = text[near].to_lowercase();
            SAFE.is_match(&near) || SPAN.is_match(&near)
        };
        if !denied && (!DOES.is_match(&sentence) || harmless()) {
            continue;
        }
        if is_taken(versioned, &range, list.as_str()) {
            continue;
        }
        // Only a package that the sentence itself names, or which the attacker
        // of this sentence was told to have taken over.
        let before = match DEED.is_match(&sentence) {
            true => names,
            false => &[],
        };
        let here: Vec<&Package> = {
            let inside = names.partition_point(|(at, _)| *at < range.start)
                ..names.partition_point(|(at, _)| *at < list.start());
            let mut here: Vec<&Package> = Vec::new();
            for (_, package) in names.get(inside).unwrap_or_default().iter().take(64) {
                if !here.iter().any(|other| same_name(other, package)) {
                    here.push(package);
                }
            }
            here
        };
        let all: Vec<_> = VERSION.find_iter(list.as_str()).take(64).collect();
        if here.len() >= 2 && here.len() == all.len() && RESPECTIVE.is_match(&sentence) {
            let each = here.into_iter().zip(all);
            added.extend(each.map(|(package, version)| {
                released(package, list.start(), version, Certainty::Worded)
            }));
            continue;
        }
        let Some(package) = captures
            .name("name")
            .and_then(|name| called(known, name.as_str()))
            .or_else(|| subject(text, &range, list.start(), known, before, names, structure))
        else {
            continue;
        };
        let each = all.into_iter();
        added.extend(
            each.map(|version| released(package, list.start(), version, Certainty::Worded)),
        );
    }
}
