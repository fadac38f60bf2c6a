//! Versions that are listed apart from a name: in tables, below a sentence, or
//! as "all versions".

use lazaret_model::Package;

use super::{
    VERSION, called, released,
    words::{ALL, ILL, SAFE},
};
use crate::{
    article::BlockKind,
    indicators::{
        context::Structure,
        package::{Certainty, Named},
    },
};

/// Packages of which all versions are told to be bad.
pub(super) fn whole(
    structure: &Structure<'_>,
    known: &[Package],
    names: &[(usize, Package)],
    added: &mut Vec<Named>,
) {
    let text = structure.article.text.as_str();
    for captures in ALL.captures_iter(text) {
        let Some(said) = captures.get(0) else {
            continue;
        };
        let range = structure.sentence_at(said.start());
        let sentence = text[range.clone()].to_lowercase();
        let told = ILL.iter().any(|word| sentence.contains(word))
            || [" bad", "unsafe", "carr", "remove", "malware"]
                .iter()
                .any(|word| sentence.contains(word));
        let paragraph = structure
            .block_at(said.start())
            .and_then(|index| structure.block(index))
            .is_some_and(|block| block.kind == BlockKind::Paragraph);
        if !told || !paragraph {
            continue;
        }
        let package = captures
            .name("name")
            .and_then(|name| called(known, name.as_str()))
            .or_else(|| {
                // The nearest name before it in its clause.
                let last = names.partition_point(|(at, _)| *at < said.start());
                let (at, package) = names.get(last.checked_sub(1)?)?;
                let between = text.get(*at..said.start())?;
                (*at >= range.start
                    && between.len() <= package.name().len() + 40
                    && !between.contains([';', '.']))
                .then_some(package)
            });
        if let Some(package) = package {
            added.push(Named {
                package: package.clone(),
                versions: Some("all versions".to_owned()),
                range: said.range(),
                certainty: Certainty::Worded,
            });
        }
    }
}

pattern!(
    /// "The following versions are infected. 1.0.1 1.0.0"
    FOLLOWING,
    r"(?i)\b(?:following|these) (?:affected |infected |malicious |compromised )?versions\b[^:.\n]{0,60}[.:]?\s+(?P<list>v?\d+\.\d+\.\d+(?:[\s,]+v?\d+\.\d+\.\d+)+)"
);

/// Versions that are listed below a sentence that calls them bad.
pub(super) fn following(text: &str, main: &Package, added: &mut Vec<Named>) {
    for captures in FOLLOWING.captures_iter(text) {
        let (Some(whole), Some(list)) = (captures.get(0), captures.name("list")) else {
            continue;
        };
        let said = whole.as_str()[..list.start() - whole.start()].to_lowercase();
        if SAFE.is_match(&said)
            || !ILL.iter().any(|word| said.contains(word)) && !said.contains("infect")
        {
            continue;
        }
        let all = VERSION.find_iter(list.as_str()).take(64);
        added.extend(all.map(|version| released(main, list.start(), version, Certainty::Listed)));
    }
}

/// Versions in a table that names no package, under words on what is affected.
pub(super) fn rows(structure: &Structure<'_>, main: &Package, added: &mut Vec<Named>) {
    let text = structure.article.text.as_str();
    for (index, block) in structure.article.blocks.iter().enumerate() {
        let first = structure.first_alike(index);
        if block.kind != BlockKind::Row || first == index {
            continue;
        }
        let Some(head) = structure.block(first) else {
            continue;
        };
        let head = text[head.range.clone()].to_lowercase();
        let ill = |text: &str| {
            [
                "affected",
                "malicious",
                "compromised",
                "infected",
                "bad ",
                "betroffen",
                "concern",
                "afectad",
            ]
            .iter()
            .any(|word| text.contains(word))
        };
        let under = structure
            .headings(index)
            .last()
            .is_some_and(|heading| ill(heading))
            || structure
                .announcement(index)
                .is_some_and(|lead| ill(&lead.to_lowercase()));
        if [
            "package",
            "name",
            "module",
            "crate",
            "library",
            "image",
            "extension",
        ]
        .iter()
        .any(|word| head.contains(word))
        {
            continue;
        }
        let Some(column) = head.split('\t').position(|cell| {
            cell.contains("version") && !SAFE.is_match(cell) && (under || ill(cell))
        }) else {
            continue;
        };
        let row = &text[block.range.clone()];
        let Some(cell) = row.split('\t').nth(column) else {
            continue;
        };
        let start = cell.as_ptr() as usize - text.as_ptr() as usize;
        // "clean", "safe" in another cell is said of this version.
        if SAFE.is_match(&row.to_lowercase()) || cell.len() > 80 {
            continue;
        }
        let all = VERSION.find_iter(cell).take(16);
        added.extend(all.map(|version| released(main, start, version, Certainty::Listed)));
    }
}
