//! Versions that are told apart from the name: "Foo was compromised. They
//! published versions 1.2.3 and 1.2.4", a list of versions below a sentence.
//! Each enumeration of versions belongs to one package, and the cues nearest to
//! it say whether they do harm.

mod place;
mod run;
mod stance;
mod tables;

use std::{
    collections::{HashMap, HashSet},
    ops::Range,
};

use lazaret_model::{Ecosystem, Package};

use super::{
    context::Structure,
    lists::Lists,
    package::{Certainty, Named, is_plain_english, meant},
};
use place::{Owner, Places};
use run::{Run, runs};

pub(super) use stance::{Stance, advises, led, said};

/// Versions of one enumeration that are taken.
const MOST: usize = 64;

/// Versions of a page that are told apart from their names, at most.
const ALL: usize = 20_000;

/// Adds a package for each version that is told apart from its name.
pub(super) fn add(structure: &Structure<'_>, lists: &Lists, found: &mut Vec<Named>) {
    let text = structure.article.text.as_str();
    let places = Places::new(structure, found);
    let main = main(structure, found);
    let mut versions = Versions::default();
    let mut told: Vec<&Named> = found.iter().collect();
    told.sort_by_key(|named| named.range.start);
    let mut told = told.into_iter().peekable();
    let mut added = Vec::new();
    for run in runs(structure, lists) {
        if added.len() >= ALL {
            break;
        }
        // "requests 2.32.3": of a package that the article is not about.
        let popular = lists.is_any_popular(&run.word) && !is_plain_english(&run.word);
        let other = (run.product || popular) && places.known(&run.word).is_none();
        if other || places.is_taken(structure, &run) {
            continue;
        }
        let stance =
            said(structure, lists, &run.range).or_else(|| led(structure, lists, &run.range));
        let sentence = &text[structure.sentence_at(run.range.start)];
        let ill = lists.speaks_of_attack(&sentence.to_lowercase());
        let own = own_name(structure, &places, &run);
        while let Some(named) = told.next_if(|named| named.range.start < run.range.start) {
            versions.tell(&named.package);
        }
        let before = versions.owner(&run.told);
        let owners = match &own {
            Some(package) => vec![Owner::of(package, &run)],
            None => places.owners(structure, &run, main.as_ref(), before.as_ref()),
        };
        for owner in owners {
            // Of what no word says anything, only a sentence with its name tells.
            let certainty = match stance {
                Some(Stance::Bad) => Certainty::Listed,
                None if owner.here || ill => Certainty::Worded,
                Some(Stance::Safe) | None => Certainty::Guessed,
            };
            for version in owner.versions.iter().take(MOST) {
                let told = &text[version.clone()];
                // One place names one package.
                let range = owner.place.clone().unwrap_or_else(|| version.clone());
                let named = released(owner.package, told, range, certainty);
                if owner.here {
                    versions.tell(&named.package);
                }
                added.push(named);
            }
        }
    }
    tables::whole(structure, lists, &places, &mut added);
    found.append(&mut added);
}

/// Which package a version was told of before.
#[derive(Default)]
struct Versions(HashMap<String, Option<Package>>);

impl Versions {
    fn tell(&mut self, package: &Package) {
        let Some(version) = package.version() else {
            return;
        };
        let of = package.with_version(None);
        self.0
            .entry(version.trim_start_matches('v').to_owned())
            .and_modify(|known| *known = known.take().filter(|known| same_name(known, &of)))
            .or_insert(Some(of));
    }

    /// The only package that any of the versions was told of.
    fn owner(&self, versions: &[String]) -> Option<Package> {
        let mut owners = versions.iter().filter_map(|version| self.0.get(version));
        let first = owners.next()?.as_ref()?;
        owners
            .all(|other| other.as_ref().is_some_and(|other| same_name(other, first)))
            .then(|| first.clone())
    }
}

/// The package that the word right before the versions names, though nothing
/// else says that it is one: "`foo` 1.2.3 and bar-baz 2.0.1".
fn own_name(structure: &Structure<'_>, places: &Places, run: &Run) -> Option<Package> {
    const JOINED: &[&str] = &[
        "re-", "pre-", "follow-", "non-", "last-", "now-", "then-", "so-",
    ];
    let word = run.word.as_str();
    let like = word.contains(['-', '_'])
        && word
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b))
        && !JOINED.iter().any(|part| word.starts_with(part));
    if !like || places.known(word).is_some() {
        return None;
    }
    let sentence = structure.sentence_at(run.range.start);
    let (at, last) = places.before(run.range.start)?;
    (at >= sentence.start).then(|| Package::new(last.ecosystem(), word, None))
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
        if is_titled(&title, &package.name().to_lowercase()) {
            titled.push(package);
        }
        if titled.len() > 1 {
            return None;
        }
    }
    // Only set apart, but the text comes back to it.
    if all.is_empty() {
        if found.is_empty() {
            return repository(structure);
        }
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
    /// The head of a thread on a code host, or its address.
    REPOSITORY,
    r"^(?:https?://(?:www\.)?(?:github|gitlab)\.com/)?[A-Za-z0-9][\w.-]*/(?P<name>[A-Za-z0-9][\w.-]*\w)(?:/(?:issues|pull|discussions|security)/| · (?:issue|pull request|discussion)\b)"
);

/// The package of a repository's own thread that names none: people write
/// "version 2.5.3 is malware" where all know of what.
fn repository(structure: &Structure<'_>) -> Option<Package> {
    let article = structure.article;
    let heads = article
        .url
        .as_deref()
        .into_iter()
        .chain([article.text.as_str()]);
    let name = heads
        .filter_map(|head| REPOSITORY.captures(head)?.name("name"))
        .next()?;
    Some(Package::new(
        meant(&article.text)?,
        &name.as_str().to_lowercase(),
        None,
    ))
}

/// Whether the title holds the name, not as a part of another.
fn is_titled(title: &str, name: &str) -> bool {
    let joins = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '/');
    title.match_indices(name).any(|(at, _)| {
        !title[..at].ends_with(joins) && !title[at + name.len()..].starts_with(joins)
    })
}

/// Whether a name is what another imitates: nobody publishes bad versions of it.
fn is_model(text: &str, at: usize) -> bool {
    let from = text.floor_char_boundary(at.saturating_sub(60));
    let near = &text[from..text.floor_char_boundary(at)];
    // What an item or a sentence before says is of another.
    let near = near.rsplit(['\n', ';']).next().unwrap_or_default();
    let near = near.rsplit(". ").next().unwrap_or_default().to_lowercase();
    [
        "typosquat of",
        "typosquats",
        "mimic",
        "imperson",
        "imitat",
        "legitimate",
        "masquerad",
        "similar to",
        "like the",
    ]
    .iter()
    .any(|word| near.contains(word))
}

/// A version of a package.
fn released(package: &Package, version: &str, range: Range<usize>, certainty: Certainty) -> Named {
    Named {
        package: package.with_version(Some(&written(package, version))),
        versions: None,
        range,
        certainty,
    }
}

/// Go writes a `v` before each version, and tags of actions keep theirs.
fn written(package: &Package, version: &str) -> String {
    let bare = version.trim_start_matches('v');
    match package.ecosystem() {
        Ecosystem::Golang => format!("v{bare}"),
        Ecosystem::GithubActions => version.to_owned(),
        _ => bare.to_owned(),
    }
}

fn same_name(a: &Package, b: &Package) -> bool {
    a.ecosystem() == b.ecosystem() && a.name() == b.name()
}
