//! Versions that are told apart from the name: "Foo was compromised. They
//! published versions 1.2.3 and 1.2.4", "version 3.3.6 of `foo`".

mod lists;
mod loose;
mod words;

use std::{collections::HashSet, ops::Range};

use lazaret_model::{Ecosystem, Package};
use regex::Match;

use super::{
    context::Structure,
    package::{Certainty, Named},
};
use lists::{following, rows, whole};
use loose::loose;
use words::{ILL, PLATFORMS, REMEDY};

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

pattern!(VERSION, r"\d+\.\d+(?:\.\d+)*(?:-[0-9A-Za-z.]*[0-9A-Za-z])?");

pattern!(
    /// The next name of an enumeration.
    NEXT,
    r"^[`'\x22]?(?:, and |, | and )[`'\x22]?(?P<name>(?:@[a-z0-9~][\w.~-]*/)?[A-Za-z0-9][\w.-]*[A-Za-z0-9])"
);

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
    // In the same sentence also what is only set apart is meant.
    let guessed = found
        .iter()
        .filter(|named| named.certainty == Certainty::Guessed)
        .map(|named| &named.package);
    for package in names.iter().map(|(_, package)| package).chain(guessed) {
        if known.len() < 64 && !known.iter().any(|other| same_name(other, package)) {
            known.push(package.with_version(None));
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
        let said = captures
            .name("name")
            .and_then(|name| called(&known, name.as_str()));
        if other
            || said.is_none() && !ILL.iter().any(|word| sentence.contains(word))
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
        let taken = is_taken(&versioned, &range, list.as_str());
        if taken && captures.name("name").is_none() {
            continue;
        }
        let Some(package) = said
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
        let mut packages = vec![(package, None)];
        if let Some(name) = captures.name("name") {
            let mut rest = &text[name.end()..range.end.max(name.end())];
            while let Some(next) = NEXT.captures(rest)
                && let Some(package) = called(&known, &next["name"])
            {
                let end = range.end.max(name.end()) - rest.len() + next[0].len();
                packages.push((package.clone(), Some(end - next["name"].len()..end)));
                rest = &rest[next[0].len()..];
            }
        }
        for (package, place) in packages.iter().skip(usize::from(taken)) {
            for version in VERSION.find_iter(list.as_str()).take(64) {
                let mut named = released(package, list.start(), version, Certainty::Worded);
                // One place names one package.
                if let Some(place) = place {
                    named.range = place.clone();
                }
                added.push(named);
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

/// The package of that name.
fn called<'a>(known: &'a [Package], name: &str) -> Option<&'a Package> {
    known
        .iter()
        .find(|package| package.name().eq_ignore_ascii_case(name))
}

/// Whether a version of the list stands at a name within `range` already.
fn is_taken(versioned: &[(usize, String)], range: &Range<usize>, list: &str) -> bool {
    let first = versioned.partition_point(|(at, _)| *at < range.start);
    versioned[first..]
        .iter()
        .take_while(|(at, _)| *at < range.end)
        .any(|(_, version)| list.contains(version.as_str()))
}

/// A version of a package, found in a text that begins at `base`.
fn released(package: &Package, base: usize, version: Match<'_>, certainty: Certainty) -> Named {
    Named {
        package: package.with_version(Some(&written(package, version.as_str()))),
        versions: None,
        range: base + version.start()..base + version.end(),
        certainty,
    }
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
