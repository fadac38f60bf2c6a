//! Versions that are told apart from the name: "Foo was compromised. They
//! published versions 1.2.3 and 1.2.4", "version 3.3.6 of `foo`".

use std::ops::Range;

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
    r"\b(?:publish|push|upload|chang|follow|backdoor|malici|poison|hijack|trojan|infect|compromis|piég|manipul|tamper|loader|stealer|payload|only had|only in|updated?\b|was altered|modif|carri|ship|contain|contien)"
);
pattern!(
    /// The ends of a range are no versions of their own.
    SPAN,
    r"\d (?:through|thru|to|until|bis|hasta|à|au|al|do|-|–|—) ?v?\d|\d[–—-]v?\d+\.|(?:from|since|ab|seit|desde) v?\d|(?:python|node|node\.js|npm|pip|windows|macos|linux|ruby|rust|php|go) v?\d|[<>≤≥]"
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
    /// What it says of one that does none.
    SAFE,
    r"\b(?:harmless|clean|safe|fixed|fixes|corrige|patched|pinned|spared|upgrade|update to|downgrade|revert|and earlier|and older|prior to|before|until|behebt|sauber|not affected|unaffected|benign|legitimate|latest good|requires?)\b"
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
        if ["through ", "to ", "- ", "– ", "until ", "bis ", "–", "до "]
            .iter()
            .any(|word| {
                rest.strip_prefix(word).is_some_and(|end| {
                    end.trim_start_matches(['v', ' '])
                        .starts_with(|c: char| c.is_ascii_digit())
                })
            })
        {
            continue;
        }
        // Versions that stand at a name already are taken.
        let first = versioned.partition_point(|(at, _)| *at < range.start);
        let taken = versioned[first..]
            .iter()
            .take_while(|(at, _)| *at < range.end)
            .any(|(_, version)| list.as_str().contains(version.as_str()));
        if taken {
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
            .or_else(|| subject(text, &range, list.start(), &known, &names, structure).cloned())
        else {
            continue;
        };
        for version in VERSION.find_iter(list.as_str()).take(64) {
            let start = list.start() + version.start();
            added.push(Named {
                package: package.with_version(Some(&written(&package, version.as_str()))),
                versions: None,
                range: start..start + version.len(),
                certainty: Certainty::Worded,
            });
        }
    }
    loose(structure, &known, &names, &versioned, &mut added);
    found.append(&mut added);
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
        if !DOES.is_match(&sentence) || {
            let near = text[near].to_lowercase();
            SAFE.is_match(&near) || SPAN.is_match(&near)
        } {
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
            .or_else(|| subject(text, &range, list.start(), known, before, structure))
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
