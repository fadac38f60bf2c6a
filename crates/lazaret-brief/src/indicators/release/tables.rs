//! Versions in tables that name no package, and "all versions".

use lazaret_model::Package;

use super::{VERSION, place::Places, released};
use crate::{
    article::BlockKind,
    indicators::{
        context::Structure,
        package::{Certainty, Named},
    },
};

pattern!(
    /// That all versions of a package are meant.
    ALL,
    r"(?i)\b(?:all|any|every|each)(?: (?:known|published|its|the|single|one of its))? (?:versions?|releases?)\b(?: (?:of|from) (?:the )?[`'\x22]?(?P<name>(?:@[a-z0-9~][\w.~-]*/)?[A-Za-z0-9][\w.-]*[A-Za-z0-9]))?"
);
pattern!(
    /// What it says of one that does none.
    SAFE,
    r"\b(?:harmless|clean|safe|fixed|fixes|corrige|patched|pinned|spared|upgrade|update to|downgrade|revert|and earlier|and older|prior to|before|until|behebt|sauber|new build|is a new|not affected|unaffected|benign|legitimate|latest good|requires?)\b"
);

/// Words of a sentence on versions that do harm.
const ILL: &[&str] = &[
    "malicious",
    "compromised",
    "infected",
    "backdoor",
    "trojan",
    "poisoned",
    "tampered",
    "hijack",
    "affected",
    "malware",
    "payload",
    "obfuscated",
    "stealer",
    "publish",
    "rogue",
    "weaponi",
    "injected",
    "removed from",
    "yanked",
    "вредонос",
    "恶意",
    "悪意",
    "マルウェア",
    "malici",
    "malveill",
    "bösartig",
    "schad",
    "shipped with",
    "preinstall",
    "postinstall",
    "steals",
    "exfil",
    "cheval de troie",
    "porte dérobée",
    "troyano",
    "trojaner",
    "hintertür",
    "troiano",
    "后门",
    "木马",
    "concern",
    "betroffen",
    "afectad",
    "affecté",
    "manipulier",
    "受影响",
    "恶意",
    "不正",
];

/// Packages of which all versions are told to be bad.
pub(super) fn whole(structure: &Structure<'_>, places: &Places, added: &mut Vec<Named>) {
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
            .and_then(|name| places.known(name.as_str()))
            .or_else(|| {
                // The nearest name before it in its clause.
                let (at, package) = places.before(said.start())?;
                let between = text.get(at..said.start())?;
                (at >= range.start
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
        for version in VERSION.find_iter(cell).take(16) {
            let range = start + version.start()..start + version.end();
            added.push(released(main, version.as_str(), range, Certainty::Listed));
        }
    }
}
