//! Whose versions are told: the package that the clause names, or the list's
//! lead, the heading, the article, the text right before.

use std::{collections::HashSet, ops::Range};

use lazaret_model::{Ecosystem, Package};

use super::{is_model, run::Run, same_name};
use crate::{
    article::BlockKind,
    indicators::{
        context::Structure,
        package::{Certainty, Named},
    },
};

pattern!(
    /// "of the npm package foo"
    OF,
    r"(?i)^[`'\x22)\s]*(?:of|for|in|de|des|del|von|für|di|da|do|van|пакета|библиотеки|крейта|модуля) (?:the |la |el |le |les )?(?:malicious |compromised )?(?:npm[ -]|pypi[ -]|python[ -])?(?:packages? |library |pakets? |paquete? |pacchetto |pacote )?[`'\x22“„«]?[ \u{a0}]?(?P<name>(?:@[a-z0-9~][\w.~-]*/)?[A-Za-z0-9][\w./-]*[A-Za-z0-9])"
);
pattern!(
    /// Names of which the versions behind them are: "for a and b they are", "both a and b".
    PLURAL,
    r"(?i)\b(?:for|in|of) (?P<names>[^.;:]{2,300}?),? (?:they|these|those|the versions|versions) (?:are|were)(?: versions?)? [`'\x22]?$|\bboth (?P<pair>[^.;:]{2,300}?) [`'\x22]?$"
);
pattern!(
    /// "Each of the packages appeared once, in version 1.0.0": of all that are listed.
    EACH,
    r"(?i)\b(?:each|every|all|jeweils|jedes|cada|chaque|chacun)\b[^.;:]{0,160}\b(?:versions?|releases?|versión|versão|versione)(?: number)? [`'\x22]?$"
);
pattern!(BOTH, r"^[`'\x22]? (?:of|for|in) (?:both|each|the two)\b");
pattern!(
    /// "1.2.3 (foo)"
    BRACKETED,
    r"^[`'\x22]? \([`'\x22]?([@\w][\w./-]*)[`'\x22]?\)"
);
pattern!(
    /// "The first was released as": one of the names told before.
    NTH,
    r"(?i)\bthe (first|second|third|fourth|former|latter|other)\b(?: one| package)?"
);
pattern!(
    /// The next name of an enumeration.
    NEXT,
    r"^[`'\x22]?(?:, and |, | and )[`'\x22]?(?P<name>(?:@[a-z0-9~][\w.~-]*/)?[A-Za-z0-9][\w.-]*[A-Za-z0-9])"
);
pattern!(
    /// Versions stand in the order of the names.
    RESPECTIVE,
    r"(?i)\b(?:respectively|respectivement|respectivamente|rispettivamente|jeweils|beziehungsweise)\b"
);

/// Bytes of the longest note in brackets.
const BRACKET: usize = 300;

/// Bytes between a name and a version that the next sentence tells.
const CLOSE: usize = 160;

/// Bytes before a version in which the names stand that share it.
const LEAD: usize = 400;

/// Names of lists that share a version.
const LISTED: usize = 1000;

/// Names that are looked for by their name.
const KNOWN: usize = 64;

/// The package that versions are of.
pub(super) struct Owner<'p> {
    pub(super) package: &'p Package,
    pub(super) versions: Vec<Range<usize>>,
    /// Where it is named, if several share the versions.
    pub(super) place: Option<Range<usize>>,
    /// Whether the sentence with the versions names it.
    pub(super) here: bool,
}

impl<'p> Owner<'p> {
    /// Of all versions of a run that stands at the name.
    pub(super) fn of(package: &'p Package, run: &Run) -> Self {
        Self::at(package, run, None)
    }

    /// One of several that share the versions of a run, named at `place`: one
    /// place names one package.
    fn at(package: &'p Package, run: &Run, place: Option<Range<usize>>) -> Self {
        Self {
            package,
            versions: run.versions.clone(),
            place,
            here: true,
        }
    }
}

/// Where packages are named, and where with a version.
pub(super) struct Places {
    names: Vec<(usize, Package)>,
    /// Where those of lists are, that stand without a version.
    listed: Vec<(usize, Package)>,
    known: Vec<Package>,
    versioned: Vec<(usize, Package)>,
}

impl Places {
    pub(super) fn new(structure: &Structure<'_>, found: &[Named]) -> Self {
        let text = structure.article.text.as_str();
        let mut names: Vec<(usize, Package)> = found
            .iter()
            .filter(|named| named.certainty != Certainty::Guessed)
            .filter(|named| !is_model(text, named.range.start))
            .map(|named| (named.range.start, named.package.with_version(None)))
            .collect();
        names.sort_by_key(|(at, _)| *at);
        let mut known: Vec<Package> = Vec::new();
        // In the same sentence also what is only set apart is meant.
        let guessed = found
            .iter()
            .filter(|named| named.certainty == Certainty::Guessed)
            .map(|named| &named.package);
        for package in names.iter().map(|(_, package)| package).chain(guessed) {
            if known.len() < KNOWN && !known.iter().any(|other| same_name(other, package)) {
                known.push(package.with_version(None));
            }
        }
        let mut versioned: Vec<(usize, Package)> = found
            .iter()
            .filter(|named| named.package.version().is_some())
            .map(|named| (named.range.start, named.package.clone()))
            .collect();
        versioned.sort_by_key(|(at, _)| *at);
        let mut seen: HashSet<(Ecosystem, &str)> = versioned
            .iter()
            .map(|(_, package)| (package.ecosystem(), package.name()))
            .collect();
        let listed = found
            .iter()
            .filter(|named| named.certainty == Certainty::Listed)
            .filter(|named| seen.insert((named.package.ecosystem(), named.package.name())))
            .map(|named| (named.range.start, named.package.clone()))
            .take(LISTED)
            .collect();
        Self {
            names,
            listed,
            known,
            versioned,
        }
    }

    /// The package that the words behind a run say that it is of, and where they
    /// end.
    fn of(&self, structure: &Structure<'_>, run: &Run) -> Option<(&Package, usize)> {
        let end = structure.sentence_at(run.range.start).end;
        let rest = structure.article.text.get(run.range.end..end)?;
        let captures = OF.captures(rest)?;
        let package = self.known(&captures["name"])?;
        Some((package, run.range.end + captures[0].len()))
    }

    /// Whether the run's versions stand at a name already.
    pub(super) fn is_taken(&self, structure: &Structure<'_>, run: &Run) -> bool {
        let of = self.of(structure, run).map(|(package, _)| package);
        let last = self.before(run.range.start);
        if PLURAL.is_match(&structure.article.text[lead(structure, run)]) {
            return false;
        }
        let first = self
            .versioned
            .partition_point(|(at, _)| at + 400 < run.range.start);
        self.versioned[first..]
            .iter()
            .take_while(|(at, _)| *at < run.range.end)
            .filter(|(at, _)| *at + 400 > run.range.start)
            .filter(|(_, package)| of.is_none_or(|of| same_name(of, package)))
            // Of another that was named before the last one.
            .filter(|(at, package)| {
                last.is_none_or(|(place, last)| *at >= place || same_name(last, package))
            })
            .filter_map(|(_, package)| package.version())
            .filter(|version| run.holds(version))
            .map(|version| version.trim_start_matches('v'))
            .collect::<HashSet<_>>()
            .len()
            == run.told.len()
    }

    /// The package of that name; the last part of a path will do.
    pub(super) fn known(&self, name: &str) -> Option<&Package> {
        // `publisher.extension` is `publisher/extension`.
        let same = |package: &&Package| {
            package.name().eq_ignore_ascii_case(name)
                || package.ecosystem() == Ecosystem::Vscode
                    && package.name().replace('/', ".").eq_ignore_ascii_case(name)
        };
        self.known.iter().find(same).or_else(|| {
            let mut alike = self.known.iter().filter(|package| {
                package
                    .name()
                    .rsplit_once('/')
                    .is_some_and(|(_, last)| last == name)
            });
            let first = alike.next();
            first.filter(|_| alike.next().is_none())
        })
    }

    /// Where the package is named last before a place.
    fn place(&self, package: &Package, at: usize) -> Option<Range<usize>> {
        let last = self.names.partition_point(|(place, _)| *place < at);
        let (at, _) = self.names[..last]
            .iter()
            .rev()
            .take(KNOWN)
            .find(|(_, other)| same_name(other, package))?;
        Some(*at..at + package.name().len())
    }

    /// The last name before a place.
    pub(super) fn before(&self, at: usize) -> Option<(usize, &Package)> {
        let last = self.names.partition_point(|(place, _)| *place < at);
        let (place, package) = self.names.get(last.checked_sub(1)?)?;
        Some((*place, package))
    }

    /// The packages that a run is of; `before` is the one that its versions were
    /// told of before.
    pub(super) fn owners<'p>(
        &'p self,
        structure: &Structure<'_>,
        run: &Run,
        main: Option<&'p Package>,
        before: Option<&'p Package>,
    ) -> Vec<Owner<'p>> {
        let text = structure.article.text.as_str();
        let sentence = structure.sentence_at(run.range.start);
        let rest = run.range.end..sentence.end.max(run.range.end);
        if let Some(package) = BRACKETED
            .captures(&text[rest.clone()])
            .and_then(|captures| self.known(captures.get(1)?.as_str()))
        {
            return vec![Owner::of(package, run)];
        }
        if let Some((package, end)) = self.of(structure, run) {
            return self.all(text, package, end..rest.end, run);
        }
        let start = sentence.start.min(run.range.start);
        let here = self.inside(text, start..run.range.start);
        // "for a, b and c they are 1.1 and 1.2", "both a and b 1.2"
        let led = lead(structure, run);
        if here.is_empty() && self.listed.len() >= 2 && EACH.is_match(&text[led.clone()]) {
            let owner = |(at, package): &'p (usize, Package)| {
                Owner::at(package, run, Some(*at..*at + package.name().len()))
            };
            return self.listed.iter().map(owner).collect();
        }
        if let Some(many) = PLURAL.captures(&text[led.clone()])
            && let Some(names) = many.name("names").or(many.name("pair"))
        {
            let base = led.start + names.start();
            let owners: Vec<Owner<'p>> = self
                .known
                .iter()
                .filter_map(|package| {
                    let at = base + word_at(names.as_str(), package.name())?;
                    let place = at..at + package.name().len();
                    Some(Owner::at(package, run, Some(place)))
                })
                .collect();
            if owners.len() >= 2 {
                return owners;
            }
        }
        // "release 1.1.7 of both"
        if here.len() == 2 && BOTH.is_match(&text[rest.clone()]) {
            let owner = |package| Owner::at(package, run, self.place(package, run.range.start));
            return here.into_iter().map(owner).collect();
        }
        if here.len() >= 2
            && here.len() == run.versions.len()
            && RESPECTIVE.is_match(&text[sentence])
        {
            let owner = |(package, version): (_, &Range<usize>)| Owner {
                package,
                versions: vec![version.clone()],
                place: None,
                here: true,
            };
            return here.into_iter().zip(&run.versions).map(owner).collect();
        }
        let nth = || self.nth(structure, run, start);
        // "- foo: copies bar; malicious version 1.2.3"
        let item = structure.block_at(start).and_then(|at| structure.block(at));
        let item = item.filter(|block| block.kind == BlockKind::Item);
        let first = item.and_then(|item| {
            let from = item.range.start;
            let first = self.names.partition_point(|(place, _)| *place < from);
            let (place, package) = self.names.get(first)?;
            (*place <= from + 1).then_some(package)
        });
        let inside = self
            .known(&run.word)
            .or_else(nth)
            .or(first)
            .or(here.last().copied());
        let inside = inside.or_else(|| {
            self.told(&text[start..run.range.start])
                .or_else(|| self.kind(&text[start..run.range.start], run.range.start))
        });
        inside
            .or_else(|| self.near(structure, run, 0))
            .or(before)
            .or(main)
            .or_else(|| self.near(structure, run, 1))
            .map(|package| Owner {
                package,
                versions: run.versions.clone(),
                place: None,
                here: inside.is_some() || self.is_close(structure, run, package),
            })
            .into_iter()
            .collect()
    }

    /// Whether the package is the last one named before a run, shortly before it in
    /// its block.
    fn is_close(&self, structure: &Structure<'_>, run: &Run, package: &Package) -> bool {
        let at = run.range.start;
        self.before(at).is_some_and(|(place, last)| {
            same_name(last, package)
                && place + CLOSE > at
                && structure.block_at(place) == structure.block_at(at)
        })
    }

    /// "The first was released as 1.0.0, the second as 2.3.0": of the names that
    /// the sentence before enumerates.
    fn nth(&self, structure: &Structure<'_>, run: &Run, start: usize) -> Option<&Package> {
        let text = structure.article.text.as_str();
        let said = NTH.captures_iter(&text[start..run.range.start]).last()?;
        let before = structure.sentence_at(start.checked_sub(2)?);
        let named = self.last_row(text, before);
        let nth = match said[1].to_lowercase().as_str() {
            "first" | "former" => 0,
            "third" => 2,
            "fourth" => 3,
            _ => 1,
        };
        (named.len() >= 2)
            .then(|| named.get(nth).copied())
            .flatten()
    }

    /// The names of the last enumeration in a stretch.
    fn last_row(&self, text: &str, range: Range<usize>) -> Vec<&Package> {
        let first = self.names.partition_point(|(at, _)| *at < range.start);
        let last = self.names.partition_point(|(at, _)| *at < range.end);
        let mut row: Vec<&Package> = Vec::new();
        let mut next: Option<usize> = None;
        for (at, package) in self.names[first..last].iter().rev().take(KNOWN) {
            let end = at + package.name().len();
            let apart = next.is_some_and(|next| {
                text.get(end..next)
                    .is_some_and(|between| between.contains([':', ';', '—']))
            });
            if apart {
                break;
            }
            if !row.iter().any(|other| same_name(other, package)) {
                row.insert(0, package);
            }
            next = Some(*at);
        }
        row
    }

    /// "version 1.1.7 of a and b"
    fn all<'p>(
        &'p self,
        text: &str,
        first: &'p Package,
        mut rest: Range<usize>,
        run: &Run,
    ) -> Vec<Owner<'p>> {
        let mut owners = vec![Owner::of(first, run)];
        while let Some(next) = NEXT.captures(&text[rest.clone()])
            && let Some(package) = self.known(&next["name"])
        {
            rest.start += next[0].len();
            let place = rest.start - next["name"].len()..rest.start;
            owners.push(Owner::at(package, run, Some(place)));
        }
        owners
    }

    /// The packages named in a stretch, each once, in order; what stands in
    /// brackets is said of another.
    fn inside(&self, text: &str, range: Range<usize>) -> Vec<&Package> {
        let bracketed = |at: usize| {
            let from = text.ceil_char_boundary(range.start.max(at.saturating_sub(BRACKET)).min(at));
            let to = text.floor_char_boundary(range.end.min(at + BRACKET).max(at));
            let open = text[from..at].matches('(').count();
            open > text[from..at].matches(')').count() && text[at..to].contains(')')
        };
        let first = self.names.partition_point(|(at, _)| *at < range.start);
        let mut inside: Vec<&Package> = Vec::new();
        for (_, package) in self.names[first..]
            .iter()
            .take_while(|(at, _)| *at < range.end)
            .take(KNOWN)
            .filter(|(at, _)| !bracketed(*at))
        {
            inside.retain(|other| !same_name(other, package));
            inside.push(package);
        }
        inside
    }

    /// The last known name of a text.
    fn told(&self, before: &str) -> Option<&Package> {
        let before = before.to_lowercase();
        let named = self.known.iter().filter_map(|package| {
            let name = package.name().to_lowercase();
            let place = before.rfind(&name)?;
            let open = |c: Option<char>| {
                c.is_none_or(|c| !c.is_alphanumeric() && !matches!(c, '-' | '_' | '/'))
            };
            (open(before[..place].chars().next_back())
                && open(before[place + name.len()..].chars().next()))
            .then_some((place, package))
        });
        named
            .max_by_key(|(place, _)| *place)
            .map(|(_, package)| package)
    }

    /// "The gem has one version": the last of its registry.
    fn kind(&self, before: &str, at: usize) -> Option<&Package> {
        let before = before.to_lowercase();
        let (ecosystem, _) = [
            (Ecosystem::Gem, "the gem "),
            (Ecosystem::Cargo, "the crate "),
            (Ecosystem::Npm, "the npm "),
            (Ecosystem::Pypi, "the pypi "),
            (Ecosystem::Nuget, "the nuget "),
        ]
        .into_iter()
        .find(|(_, words)| before.contains(words))?;
        self.names[..self.names.partition_point(|(place, _)| *place < at)]
            .iter()
            .rev()
            .map(|(_, package)| package)
            .find(|package| package.ecosystem() == ecosystem)
    }

    /// The package that an item begins with; the last one that this block names,
    /// or one no more than `blocks` before: two blocks on, the talk may be of
    /// something else.
    fn near(&self, structure: &Structure<'_>, run: &Run, blocks: usize) -> Option<&Package> {
        let text = structure.article.text.as_str();
        let index = structure.block_at(run.range.start)?;
        let first = structure.block(index.saturating_sub(blocks))?;
        let named = self.inside(text, first.range.start..run.range.start);
        match (first.kind, blocks) {
            (BlockKind::Item, 0) => named.first().copied(),
            _ => named.last().copied(),
        }
    }
}

/// What stands before a run in its sentence, as far as names that share it go.
fn lead(structure: &Structure<'_>, run: &Run) -> Range<usize> {
    let at = run.range.start;
    let start = structure.sentence_at(at).start.min(at);
    let text = structure.article.text.as_str();
    text.ceil_char_boundary(at.saturating_sub(LEAD).max(start))..at
}

/// Where a name stands in a text, not as a part of another.
fn word_at(text: &str, name: &str) -> Option<usize> {
    let joins = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '/' | '@');
    let mut places = text.match_indices(name).map(|(at, _)| at);
    places.find(|at| !text[..*at].ends_with(joins) && !text[at + name.len()..].starts_with(joins))
}

impl Run {
    /// Whether one of the versions is this one.
    fn holds(&self, version: &str) -> bool {
        let version = version.trim_start_matches('v');
        self.told.iter().any(|told| told == version)
    }
}
