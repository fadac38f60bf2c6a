//! Packages named in an article, as purls with versions.

mod again;
mod announced;
mod apart;
mod beside;
mod cells;
mod columns;
mod commands;
mod ecosystem;
mod enumeration;
mod explicit;
mod fields;
mod formed;
mod forms;
mod group;
mod links;
mod listed;
mod manifest;
mod name;
mod owners;
mod pathed;
mod quoted;
mod record;
mod recurring;
mod registry;
mod shaped;
mod told;
mod version;
mod worded;
mod words;

use std::{
    cell::{OnceCell, RefCell},
    collections::{HashMap, HashSet},
    ops::Range,
};

use lazaret_model::{Ecosystem, Package};

use super::{context::Structure, lists::Lists};
use crate::article::{Block, BlockKind, holding};
use ecosystem::{ecosystems_in, hinted, named_often};
use name::{OPENS, is_host, is_name};
use recurring::{products, recurring};
use version::{range_after, versions_after};
use words::{is_bare, is_field_word};

pub(super) use ecosystem::meant;
pub(super) use group::{Row, rows};
pub(super) use name::is_file_name;
pub(super) use words::is_plain_english;

/// A package named in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Named {
    pub(super) package: Package,
    /// Versions as a range, where they were given as one (`< 1.2`, `all`).
    pub(super) versions: Option<String>,
    pub(super) range: Range<usize>,
    /// How plainly the text says that it is a package.
    pub(super) certainty: Certainty,
}

/// How plainly the text says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Certainty {
    /// Not at all: it is only shaped like a name.
    Shaped,
    /// By being set apart from the text alone.
    Guessed,
    /// By having been told elsewhere.
    Again,
    /// By its place in a list.
    Listed,
    /// By the words around it.
    Worded,
    /// By its own form (purl, registry address, install command, `a@1.0`).
    Explicit,
}

pattern!(
    pub(super) NAME,
    r"@[a-z0-9~][\w.~-]*/[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?|[A-Za-z0-9][A-Za-z0-9._-]*[A-Za-z0-9]"
);

/// Names looked at in one article. The longest list of a campaign has some
/// thousands; a page made to cost time has millions.
const MOST: usize = 100_000;

/// Packages named in an article.
pub(super) struct Packages {
    pub(super) named: Vec<Named>,
    /// What is only shaped like a name, where it was asked for.
    pub(super) shaped: Vec<Named>,
    /// What was left out.
    pub(super) note: Option<String>,
}

/// All packages named in the article; with what is only `shaped` like one.
pub(super) fn find(structure: &Structure<'_>, lists: &Lists, shaped: bool) -> Packages {
    let text = structure.article.text.as_str();
    let finder = Finder {
        structure,
        lists,
        usual: {
            let mut usual = ecosystems_in(structure.article.title.as_deref().unwrap_or_default());
            // One word in passing says less than code.
            if !named_often(text) {
                usual.extend(hinted(text));
            }
            usual.extend(ecosystems_in(text));
            usual
        },
        recurring: recurring(structure),
        products: products(text),
        known: RefCell::default(),
        bare: RefCell::default(),
        words: OnceCell::new(),
        go: OnceCell::new(),
    };
    let mut found = Vec::new();
    finder.explicit(text, &mut found);
    for index in 0..structure.article.blocks.len() {
        finder.worded(index, &mut found);
        finder.told(index, &mut found);
        finder.quoted(index, &mut found);
        finder.listed(index, &mut found);
        finder.beside(index, &mut found);
        finder.records(index, &mut found);
    }
    finder.famous(&mut found);
    finder.settle(&mut found);
    finder.again(&mut found);
    for index in 0..structure.article.blocks.len() {
        finder.apart(index, &mut found);
    }
    finder.fields(&mut found);
    finder.manifests(&mut found);
    super::release::add(structure, lists, &mut found);
    finder.settle(&mut found);
    let note = (found.len() >= MOST).then(|| {
        format!("more than {MOST} names of packages: those after the first {MOST} were left out")
    });
    owners::drop(&mut found);
    owners::scope(lists, &mut found);
    // The plainest reading of a place wins.
    found.sort_by_key(|named| (named.range.start, std::cmp::Reverse(named.certainty)));
    let mut kept: Vec<Named> = Vec::with_capacity(found.len());
    for named in found {
        let overlaps = kept.iter().rev().take(8).any(|other| {
            named.range.start < other.range.end
                && other.range.start < named.range.end
                && (other.package.name() != named.package.name()
                    || other.package.ecosystem() != named.package.ecosystem())
        });
        if !overlaps && !kept.iter().rev().take(64).any(|other| *other == named) {
            kept.push(named);
        }
    }
    let mut only = Vec::new();
    if shaped {
        for index in 0..structure.article.blocks.len() {
            finder.shaped(index, &mut only);
        }
        finder.settle(&mut only);
        let taken: HashSet<usize> = kept.iter().map(|named| named.range.start).collect();
        only.retain(|named| !taken.contains(&named.range.start));
    }
    Packages {
        named: kept,
        shaped: only,
        note,
    }
}

/// What joins two names or versions, and stands in bold or code with them.
fn is_conjunction(word: &str) -> bool {
    matches!(
        word,
        "and" | "or" | "und" | "oder" | "et" | "ou" | "og" | "och" | "to" | "through"
    )
}

/// Whether code within running text begins with what stands there, and goes on.
fn told_as_command(structure: &Structure<'_>, range: &Range<usize>) -> bool {
    structure
        .block_at(range.start)
        .and_then(|index| structure.block(index))
        .and_then(|block| holding(&block.code, range.start))
        .is_some_and(|code| code.start == range.start && code.end > range.end)
}

struct Finder<'a> {
    structure: &'a Structure<'a>,
    lists: &'a Lists,
    /// Ecosystems of the whole article, most named first.
    usual: Vec<Ecosystem>,
    /// Names set as code more than once, or in the title too.
    recurring: HashSet<&'a str>,
    /// Words with a capital that are called a package again and again.
    products: HashSet<&'a str>,
    /// What a sentence means, by where it starts: asked for each of its names.
    known: RefCell<HashMap<usize, Option<Ecosystem>>>,
    /// Whether a list holds names and nothing else, by its first block.
    bare: RefCell<HashMap<usize, bool>>,
    /// The words of running text, lower case, but for those of commands.
    words: OnceCell<HashSet<String>>,
    /// Whether modules of Go are spoken of.
    go: OnceCell<bool>,
}

impl Finder<'_> {
    fn push(
        &self,
        found: &mut Vec<Named>,
        ecosystem: Option<Ecosystem>,
        name: &str,
        version: Option<&str>,
        range: Range<usize>,
        certainty: Certainty,
    ) {
        let name = name.trim_end_matches(['.', '-', '_']);
        // `[dependencies.foo]` in a manifest.
        let name = name
            .strip_prefix("dependencies.")
            .or_else(|| name.strip_prefix("dev-dependencies."))
            .unwrap_or(name);
        let ecosystem = if name.starts_with('@') {
            Some(Ecosystem::Npm)
        } else {
            ecosystem
        };
        // `publisher.extension` where extensions are spoken of.
        let ecosystem = match ecosystem {
            Some(Ecosystem::Npm | Ecosystem::Pypi)
                if name.contains('.')
                    && self.usual.contains(&Ecosystem::Vscode)
                    && explicit::is_extension(name)
                    && self.speaks_of_extensions(range.start) =>
            {
                Some(Ecosystem::Vscode)
            }
            ecosystem => ecosystem,
        };
        // `174f6a5569` is a commit, and longer ones are digests.
        let commit = matches!(name.len(), 7..=12 | 32 | 40 | 64)
            && name.bytes().all(|b| b.is_ascii_hexdigit())
            && name.bytes().any(|b| b.is_ascii_digit())
            && name.bytes().any(|b| b.is_ascii_alphabetic());
        // "filed at rubygems/rubygems.org": where it was told.
        if certainty < Certainty::Explicit
            && [
                "npm",
                "pypi",
                "rubygems",
                "packagist",
                "nuget",
                "rubygems.org",
                "crates.io",
                "npmjs.com",
                "pypi.org",
                "nuget.org",
                "gem",
                "gems",
                "crate",
                "crates",
            ]
            .contains(&name)
        {
            return;
        }
        // "the domains they used, such as foo.com"
        let plain = matches!(
            ecosystem,
            Some(Ecosystem::Npm | Ecosystem::Pypi | Ecosystem::Gem | Ecosystem::Cargo)
        );
        let told = certainty < Certainty::Explicit;
        if plain && told && is_host(name) {
            return;
        }
        // `import foo`: the first word of code.
        if told
            && (name.contains(['-', '_']) || told_as_command(self.structure, &range))
            && words::is_code_word(name)
        {
            return;
        }
        // `@scope/foo*`: a family.
        let text = self.structure.article.text.as_str();
        let after = &text[range.end..];
        if after.starts_with('*') && !after.starts_with("**") {
            return;
        }
        if commit && certainty != Certainty::Explicit && ecosystem != Some(Ecosystem::Nuget) {
            return;
        }
        // The end of a defanged address.
        if text[..range.start].ends_with("[.]") {
            return;
        }
        if let Some(ecosystem) = ecosystem
            && found.len() < MOST
            && !(told
                && certainty > Certainty::Shaped
                && self.is_plain_word(ecosystem, name, &range, certainty))
            && !(told
                && (is_conjunction(name) || certainty != Certainty::Listed && is_field_word(name)))
            && is_name(ecosystem, name)
        {
            // Go writes a `v` before each version.
            let version = version.map(|version| match ecosystem {
                Ecosystem::Golang if !version.starts_with('v') => format!("v{version}").into(),
                _ => std::borrow::Cow::Borrowed(version),
            });
            found.push(Named {
                package: Package::new(ecosystem, name, version.as_deref()),
                versions: None,
                range,
                certainty,
            });
        }
    }

    /// Whether a bare word is the name of a package: many use it, and it is no
    /// other word; or the title holds it, and the text comes back to it.
    fn is_known(&self, name: &str, at: usize) -> bool {
        is_bare(name)
            && (self
                .ecosystem_at(at)
                .is_some_and(|ecosystem| self.lists.is_known(ecosystem, name))
                || self.is_titled(name))
    }

    /// Whether the title holds the word, and no other language's.
    fn is_titled(&self, name: &str) -> bool {
        let title = self.structure.article.title.as_deref().unwrap_or_default();
        name.len() >= 5
            && !self.lists.is_word(name)
            && title
                .split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/')))
                .any(|word| word == name)
            && title.split_whitespace().count() <= 3
    }

    /// Whether what stands there is a word of plain English rather than a name:
    /// nobody set it apart or in a line of its own, and few use it.
    fn is_plain_word(
        &self,
        ecosystem: Ecosystem,
        name: &str,
        range: &Range<usize>,
        certainty: Certainty,
    ) -> bool {
        let text = self.structure.article.text.as_str();
        let (before, after) = (&text[..range.start], &text[range.end..]);
        let alone = before
            .trim_end_matches([' ', '-', '*', '•'])
            .ends_with(['\n', '\t'])
            && after
                .trim_start_matches([' ', '(', '@', 'v'])
                .starts_with(|c: char| c.is_ascii_digit() || matches!(c, '\n' | '\t'));
        // Within a row of names and nothing else.
        let in_row = certainty == Certainty::Listed
            && [", ", " and ", " und ", " et ", " y "]
                .iter()
                .any(|joint| before.ends_with(joint))
            && (after.is_empty() || after.starts_with([',', '.', '\n']));
        let apart = alone || in_row || before.ends_with(OPENS);
        !apart
            && (is_field_word(name) || !self.is_code(range.start))
            && !self.lists.is_popular(ecosystem, name)
            && self.lists.is_english(name)
    }

    fn is_code(&self, at: usize) -> bool {
        self.structure
            .block_at(at)
            .and_then(|index| self.structure.block(index))
            .is_some_and(|block| block.kind == BlockKind::Code || block.is_code(at))
    }

    /// A block, if it is running text.
    fn prose(&self, index: usize) -> Option<&Block> {
        let block = self.structure.block(index)?;
        self.structure.is_told(block).then_some(block)
    }

    /// Adds a name with each of its versions, or alone where it has none.
    fn push_each(
        &self,
        found: &mut Vec<Named>,
        ecosystem: Option<Ecosystem>,
        name: &str,
        versions: &[&str],
        range: Range<usize>,
        certainty: Certainty,
    ) {
        if versions.is_empty() {
            self.push(found, ecosystem, name, None, range, certainty);
            return;
        }
        for version in versions {
            let range = range.clone();
            self.push(found, ecosystem, name, Some(version), range, certainty);
        }
    }

    /// Adds a name with the versions that its sentence tells after it.
    fn push_versions(
        &self,
        found: &mut Vec<Named>,
        name: &str,
        range: Range<usize>,
        certainty: Certainty,
    ) {
        let text = &self.structure.article.text;
        let end = self.structure.sentence_at(range.start).end.max(range.end);
        let told = &text[range.end..end];
        let mut versions = versions_after(told);
        let all;
        if versions.is_empty() {
            all = range_after(told);
            versions.extend(all.iter().map(String::as_str));
        }
        let ecosystem = self.ecosystem_at(range.start);
        self.push_each(found, ecosystem, name, &versions, range, certainty);
    }
}
