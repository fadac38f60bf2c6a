//! Versions that are told apart from the name: "Foo was compromised. They
//! published versions 1.2.3 and 1.2.4", "version 3.3.6 of `foo`".

use std::{collections::HashSet, ops::Range};

use lazaret_model::{Ecosystem, Package};

use crate::article::BlockKind;

use super::{
    context::Structure,
    package::{Certainty, Named},
};

pattern!(
    /// An enumeration of versions after a word that says so. What stands between
    /// is short, since in a longer clause the number is another's.
    VERSIONS,
    concat!(
        r"(?i)(?P<of>\b[\w.@/-]+ )?(?:\b(?:versions?|releases?|versionen|versiones|versione|versioni|versões|versão|versies)\b|versión|версии|версия|バージョン|版本)[^.;\n\d]{0,32}?[\s(\x22'`]",
        r"(?P<list>v?\d+\.\d+(?:\.\d+)*(?:-[0-9A-Za-z.]*[0-9A-Za-z])?",
        r"(?:[`\x22']?(?:, and |, | and | or | & | et | y | und | e | и |、|和|および|及び|与)[`\x22']?v?\d+\.\d+(?:\.\d+)*(?:-[0-9A-Za-z.]*[0-9A-Za-z])?)*)",
        r"[`\x22')]*(?: (?:of|for|in|de|des|del|von|für|di|da) (?:the |la |el |le |les )?(?:npm[ -]|pypi[ -]|python[ -])?(?:package |library |pakets? |paquete? |pacchetto |pacote )?[`\x22'\u{201c}\u{201e}\u{ab}]?[ \u{a0}]?(?P<name>(?:@[a-z0-9~][\w.~-]*/)?[A-Za-z0-9][\w.-]*[A-Za-z0-9]))?"
    )
);

pattern!(
    /// Versions without a word that says so: "pushed 3.3.0 and, later, 3.3.1".
    LOOSE,
    r"(?:^|[\s(])(?P<list>v?\d+\.\d+\.\d+(?:-[0-9A-Za-z.]*[0-9A-Za-z])?(?:(?:, and |, | and | or | et | y | und )v?\d+\.\d+\.\d+(?:-[0-9A-Za-z.]*[0-9A-Za-z])?)*)(?: of (?:the )?[`\x22'\u{201c}]?(?P<name>(?:@[a-z0-9~][\w.~-]*/)?[A-Za-z0-9][\w.-]*[A-Za-z0-9])|[\s,;:)]|\.(?:\s|$)|$)"
);
pattern!(
    /// What a sentence says of a release that does harm.
    DOES,
    r"\b(?:publish|push|upload|chang|follow|backdoor|malici|poison|hijack|trojan|infect|compromis|piég|manipul|tamper|loader|stealer|payload|only had|only in|(?:has|had|is|was) (?:just |only )?one (?:version|release)|rogue|tainted|\badds?\b|added|introduc|insert|inject|affected|removed from|updated?\b|was altered|modif|carri|ship|contain|contien)"
);
pattern!(
    /// The ends of a range are no versions of their own.
    SPAN,
    r"\d (?:through|thru|to|until|bis|hasta|à|au|al|do|-|–|—|→|->) ?v?\d|\d[–—-]v?\d+\.|(?:from|since|ab|seit|desde) v?\d|(?:python|node|node\.js|npm|pip|windows|macos|linux|ruby|rust|php|go) v?\d|[<>≤≥]"
);
pattern!(
    /// Whose deed it was, and so the package that was told of before.
    DEED,
    r"\b(?:attackers?|actors?|intruders?|adversary|they|he|she|angreifer|attaquants?|atacantes?)\b[^.]{0,200}\b(?:pushed|published|uploaded|released|veröffentlicht\w*|publi\w+)\b|\b(?:rogue|bad|malicious|poisoned|compromised|backdoored|trojani[sz]ed|tampered|infected) (?:build|release|version|update)s?\b"
);
pattern!(
    /// Versions stand in the order of the names.
    RESPECTIVE,
    r"\b(?:respectively|respectivement|respectivamente|rispettivamente|jeweils|beziehungsweise)\b"
);
pattern!(
    /// What denies of versions what was said of others.
    NOT,
    r"^[`'\x22]? (?:is|are|was|were) not\b[.;,]?(?:$| [A-Z]|\s*$)"
);
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

pattern!(VERSION, r"\d+\.\d+(?:\.\d+)*(?:-[0-9A-Za-z.]*[0-9A-Za-z])?");

/// Programs whose versions articles tell for another reason.
const PLATFORMS: &[&str] = &[
    "kubernetes",
    "openssl",
    "dotnet",
    ".net",
    "electron",
    "ruby",
    "php",
    "java",
    "noyau",
    "docker",
    "android",
    "chrome",
    "firefox",
    "go",
    "ios",
    "kernel",
    "linux",
    "macos",
    "node",
    "node.js",
    "nodejs",
    "npm",
    "os",
    "pip",
    "pnpm",
    "python",
    "rust",
    "typescript",
    "ubuntu",
    "windows",
    "yarn",
];

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

/// Words before the versions that are to be taken instead.
const REMEDY: &[&str] = &[
    "upgrade",
    "update to",
    "downgrade",
    "patched",
    "fixed",
    "safe ",
    "clean",
    "roll back",
    "revert",
    "unaffected",
    "not affected",
    "pin to",
    "prior to",
    "before",
    "earlier than",
    "legitimate",
];

/// Adds a package for each version that is told apart from its name.
pub(super) fn add(structure: &Structure<'_>, found: &mut Vec<Named>) {
    let text = structure.article.text.as_str();
    let mut added = Vec::new();
    // Names by place; each is looked for again in sentences on versions.
    let mut names: Vec<(usize, Package)> = found
        .iter()
        .filter(|named| named.certainty != Certainty::Guessed)
        .filter(|named| !is_model(text, named.range.start))
        .map(|named| (named.range.start, named.package.clone()))
        .collect();
    names.sort_by_key(|(at, _)| *at);
    let mut known: Vec<Package> = Vec::new();
    for (_, package) in &names {
        if known.len() < 64 && !known.iter().any(|other| same_name(other, package)) {
            known.push(package.clone());
        }
    }
    let main = main(structure, found);
    let mut versioned: Vec<(usize, String)> = found
        .iter()
        .filter_map(|named| Some((named.range.start, named.package.version()?.to_owned())))
        .collect();
    versioned.sort();
    for captures in VERSIONS.captures_iter(text) {
        let (Some(whole), Some(list)) = (captures.get(0), captures.name("list")) else {
            continue;
        };
        let of = captures.name("of").map_or("", |word| word.as_str().trim());
        if PLATFORMS.contains(&of.to_lowercase().as_str()) {
            continue;
        }
        // The word before may end the sentence before.
        let range = structure.sentence_at(list.start());
        let sentence = text[range.clone()].to_lowercase();
        let before = text[range.start.min(list.start())..list.start()].to_lowercase();
        let near = &before[before.floor_char_boundary(before.len().saturating_sub(60))..];
        // "Docker 24.0.7" between the word and the number: another's version.
        let between = text[whole.start()..list.start()].to_lowercase();
        let other = between
            .split_whitespace()
            .next_back()
            .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()))
            .is_some_and(|word| PLATFORMS.contains(&word));
        // Whose versions they are is said outright: no more is asked for.
        let said = captures.name("name").is_some_and(|name| {
            known
                .iter()
                .any(|package| package.name().eq_ignore_ascii_case(name.as_str()))
        });
        if other
            || !said && !ILL.iter().any(|word| sentence.contains(word))
            || REMEDY.iter().any(|word| near.contains(word))
        {
            continue;
        }
        // "ab Version 1.4.0", "from version 1.4" begin a range.
        let word = before
            .trim_end()
            .trim_end_matches(|c: char| c.is_alphabetic());
        let open = word.trim_end().rsplit(' ').next().unwrap_or_default();
        if [
            "ab", "bis", "desde", "from", "hasta", "jusqu'à", "partir", "seit", "since", "starting",
        ]
        .contains(&open)
        {
            continue;
        }
        // "0.1.1 through 0.1.3" is a range, not its first version.
        let rest = text[list.end()..].trim_start_matches(['`', '\'', '"', ' ']);
        if [
            "through ", "→ ", "-> ", "to ", "- ", "– ", "until ", "bis ", "–", "до ",
        ]
        .iter()
        .any(|word| {
            rest.strip_prefix(word).is_some_and(|end| {
                end.trim_start_matches(['v', ' '])
                    .starts_with(|c: char| c.is_ascii_digit())
            })
        }) {
            continue;
        }
        // Versions that stand at a name already are taken.
        let first = versioned.partition_point(|(at, _)| *at < range.start);
        let taken = versioned[first..]
            .iter()
            .take_while(|(at, _)| *at < range.end)
            .any(|(_, version)| list.as_str().contains(version.as_str()));
        if taken && captures.name("name").is_none() {
            continue;
        }
        let Some(package) = captures
            .name("name")
            .and_then(|name| {
                known
                    .iter()
                    .find(|package| package.name().eq_ignore_ascii_case(name.as_str()))
            })
            .cloned()
            .or_else(|| {
                subject(
                    text,
                    &range,
                    list.start(),
                    &known,
                    &names,
                    &names,
                    structure,
                )
                .cloned()
            })
            .or_else(|| main.clone())
        else {
            continue;
        };
        // "version 1.1.7 of a and b"
        let mut packages = vec![package];
        if let Some(name) = captures.name("name") {
            let mut rest = &text[name.end()..range.end.max(name.end())];
            while let Some(next) = NEXT.captures(rest)
                && let Some(package) = known
                    .iter()
                    .find(|package| package.name().eq_ignore_ascii_case(&next["name"]))
            {
                packages.push(package.clone());
                rest = &rest[next[0].len()..];
            }
        }
        for package in packages.iter().skip(usize::from(taken)) {
            for version in VERSION.find_iter(list.as_str()).take(64) {
                let start = list.start() + version.start();
                added.push(Named {
                    package: package.with_version(Some(&written(package, version.as_str()))),
                    versions: None,
                    range: start..start + version.len(),
                    certainty: Certainty::Worded,
                });
            }
        }
    }
    whole(structure, &known, &names, &mut added);
    loose(structure, &known, &names, &versioned, &mut added);
    if let Some(main) = &main {
        rows(structure, main, &mut added);
        following(text, main, &mut added);
    }
    found.append(&mut added);
}

/// The package that the article is about: the only one in its title, or the
/// only one at all.
pub(super) fn main(structure: &Structure<'_>, found: &[Named]) -> Option<Package> {
    let text = structure.article.text.as_str();
    let title = structure.article.title.as_deref().unwrap_or_default();
    let title = title.to_lowercase();
    let mut all: HashSet<(Ecosystem, &str)> = HashSet::new();
    let mut titled: Vec<&Package> = Vec::new();
    for named in found {
        let package = &named.package;
        if named.certainty == Certainty::Guessed
            || all.contains(&(package.ecosystem(), package.name()))
            || is_model(text, named.range.start)
        {
            continue;
        }
        all.insert((package.ecosystem(), package.name()));
        if title.contains(&package.name().to_lowercase()) {
            titled.push(package);
        }
        if titled.len() > 1 {
            return None;
        }
    }
    // Only set apart, but the text comes back to it.
    if all.is_empty() {
        let mut guessed = found.iter().filter(|named| {
            let name = named.package.name();
            name.contains(['-', '_']) && text.matches(name).take(2).count() == 2
        });
        let first = guessed.next()?;
        return guessed
            .all(|other| same_name(&other.package, &first.package))
            .then(|| first.package.with_version(None));
    }
    let only = match (titled.as_slice(), all.len()) {
        ([only], _) => *only,
        ([], 1) => {
            &found
                .iter()
                .find(|named| all.contains(&(named.package.ecosystem(), named.package.name())))?
                .package
        }
        _ => return None,
    };
    Some(only.with_version(None))
}

pattern!(
    /// The next name of an enumeration.
    NEXT,
    r"^[`'\x22]?(?:, and |, | and )[`'\x22]?(?P<name>(?:@[a-z0-9~][\w.~-]*/)?[A-Za-z0-9][\w.-]*[A-Za-z0-9])"
);

/// Packages of which all versions are told to be bad.
fn whole(
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
            .and_then(|name| {
                known
                    .iter()
                    .find(|package| package.name().eq_ignore_ascii_case(name.as_str()))
            })
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
fn following(text: &str, main: &Package, added: &mut Vec<Named>) {
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
        for version in VERSION.find_iter(list.as_str()).take(64) {
            let start = list.start() + version.start();
            added.push(Named {
                package: main.with_version(Some(&written(main, version.as_str()))),
                versions: None,
                range: start..start + version.len(),
                certainty: Certainty::Listed,
            });
        }
    }
}

/// Versions in a table that names no package, under words on what is affected.
fn rows(structure: &Structure<'_>, main: &Package, added: &mut Vec<Named>) {
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
            added.push(Named {
                package: main.with_version(Some(&written(main, version.as_str()))),
                versions: None,
                range: start + version.start()..start + version.end(),
                certainty: Certainty::Listed,
            });
        }
    }
}

/// Versions that stand alone in a sentence which names a package before them
/// and says what was done to it.
fn loose(
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
        let first = versioned.partition_point(|(at, _)| *at < range.start);
        let taken = versioned[first..]
            .iter()
            .take_while(|(at, _)| *at < range.end)
            .any(|(_, version)| list.as_str().contains(version.as_str()));
        if taken {
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
            for (package, version) in here.iter().zip(&all) {
                let start = list.start() + version.start();
                added.push(Named {
                    package: package.with_version(Some(&written(package, version.as_str()))),
                    versions: None,
                    range: start..start + version.len(),
                    certainty: Certainty::Worded,
                });
            }
            continue;
        }
        let Some(package) = captures
            .name("name")
            .and_then(|name| {
                known
                    .iter()
                    .find(|package| package.name().eq_ignore_ascii_case(name.as_str()))
            })
            .or_else(|| subject(text, &range, list.start(), known, before, names, structure))
        else {
            continue;
        };
        for version in all {
            let start = list.start() + version.start();
            added.push(Named {
                package: package.with_version(Some(&written(package, version.as_str()))),
                versions: None,
                range: start..start + version.len(),
                certainty: Certainty::Worded,
            });
        }
    }
}

/// The package that a sentence on versions is about: named in it, or last
/// before it in the same section.
fn subject<'p>(
    text: &str,
    sentence: &Range<usize>,
    at: usize,
    known: &'p [Package],
    names: &'p [(usize, Package)],
    all: &'p [(usize, Package)],
    structure: &Structure<'_>,
) -> Option<&'p Package> {
    let before = text[sentence.start.min(at)..at].to_lowercase();
    let here = known
        .iter()
        .filter_map(|package| {
            let name = package.name().to_lowercase();
            let place = before.rfind(&name)?;
            let open = |c: Option<char>| {
                c.is_none_or(|c| !c.is_alphanumeric() && !matches!(c, '-' | '_' | '/'))
            };
            (open(before[..place].chars().next_back())
                && open(before[place + name.len()..].chars().next()))
            .then_some((place, package))
        })
        .max_by_key(|(place, _)| *place);
    if let Some((_, package)) = here {
        return Some(package);
    }
    // "The gem has one version": the only one of its registry.
    let meant = [
        (Ecosystem::Gem, "the gem "),
        (Ecosystem::Cargo, "the crate "),
        (Ecosystem::Npm, "the npm "),
        (Ecosystem::Pypi, "the pypi "),
        (Ecosystem::Nuget, "the nuget "),
    ]
    .into_iter()
    .find(|(_, words)| before.contains(words));
    if let Some((ecosystem, _)) = meant
        && let Some((_, package)) = all[..all.partition_point(|(place, _)| *place < at)]
            .iter()
            .rev()
            .find(|(_, package)| package.ecosystem() == ecosystem)
    {
        return Some(package);
    }
    let block = structure.block_at(at)?;
    let last = names.partition_point(|(place, _)| *place < at);
    let (place, package) = names.get(last.checked_sub(1)?)?;
    // Two blocks on, the talk may be of something else.
    (structure.block_at(*place)? + 2 > block).then_some(package)
}

/// Whether a name is what another imitates: nobody publishes bad versions of it.
fn is_model(text: &str, at: usize) -> bool {
    let from = text.floor_char_boundary(at.saturating_sub(40));
    let near = text[from..text.floor_char_boundary(at)].to_lowercase();
    [
        "typosquat of",
        "typosquats",
        "mimic",
        "imperson",
        "imitat",
        "legitimate",
        "masquerad",
    ]
    .iter()
    .any(|word| near.contains(word))
}

/// Go keeps the `v` of a version.
fn written(package: &Package, version: &str) -> String {
    match package.ecosystem() {
        Ecosystem::Golang if !version.starts_with('v') => format!("v{version}"),
        _ => version.to_owned(),
    }
}

fn same_name(a: &Package, b: &Package) -> bool {
    a.ecosystem() == b.ecosystem() && a.name() == b.name()
}
