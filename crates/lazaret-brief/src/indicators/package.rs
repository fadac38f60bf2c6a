//! Packages named in an article, as purls with versions.

use std::{collections::BTreeMap, ops::Range, sync::LazyLock};

use lazaret_model::{Ecosystem, Package};
use regex::Regex;

use super::context::Structure;
use crate::article::BlockKind;

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
    /// By its place in a list.
    Listed,
    /// By the words around it.
    Worded,
    /// By its own form (purl, registry address, install command, `a@1.0`).
    Explicit,
}

macro_rules! pattern {
    ($name:ident, $text:expr) => {
        static $name: LazyLock<Regex> = LazyLock::new(|| {
            #[allow(clippy::expect_used, reason = "a constant, compiled by every test")]
            Regex::new($text).expect("the pattern is constant")
        });
    };
}

pattern!(
    PURL,
    r"\bpkg:(?:npm|pypi|gem|cargo|nuget|golang|maven|composer)/[A-Za-z0-9%@/._+~-]*[A-Za-z0-9]"
);
pattern!(
    REGISTRY_URL,
    r"(?i)\b(?:npmjs\.com/package/(?P<npm>(?:@[\w.~-]+/)?[\w.~-]+)(?:/v/(?P<npmv>[\w.+-]+))?|pypi\.org/(?:project|simple)/(?P<pypi>[\w.-]+)(?:/(?P<pypiv>\d[\w.+-]*))?|rubygems\.org/gems/(?P<gem>[\w.-]+)|crates\.io/crates/(?P<cargo>[\w-]+)(?:/(?P<cargov>\d[\w.+-]*))?|nuget\.org/packages/(?P<nuget>[\w.-]+)(?:/(?P<nugetv>\d[\w.+-]*))?|packagist\.org/packages/(?P<composer>[\w.-]+/[\w.-]+))"
);
pattern!(
    INSTALL,
    r"(?m)\b(?P<tool>npm (?:i|install|add)|npx|yarn (?:global )?add|pnpm (?:add|i|install|dlx)|bun add|(?:python3? -m )?pip3? install|pipx install|uv (?:pip install|add)|poetry add|gem install|bundle add|cargo (?:add|install)|go (?:get|install)|dotnet add package|Install-Package|nuget install|composer require)(?P<rest>(?:[ \t]+(?:--?[A-Za-z][\w-]*(?:=\S+)?|[@A-Za-z][^\s,;:)\]'\x22`]*))+)"
);
pattern!(
    AT_VERSION,
    r"(?P<name>(?:@[a-z0-9~][\w.~-]*/)?[A-Za-z0-9][A-Za-z0-9._~-]*)@(?P<op>[\^~=v]?)(?P<version>\d+(?:\.\d+)+(?:[-+][0-9A-Za-z.-]*[0-9A-Za-z])?)(?P<more>(?:(?:, | ?/ ?|, and | and )v?\d+(?:\.\d+)+(?:-[0-9A-Za-z.-]*[0-9A-Za-z])?)*)"
);
pattern!(
    EQ_VERSION,
    r"(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*)==(?P<version>\d+(?:\.\d+)*(?:[a-z0-9.+-]*[a-z0-9])?)"
);
pattern!(
    SCOPED,
    r"(?:^|[\s(\x22'`\u{201c}\u{2018}\[|,:])(?P<name>@[a-z0-9~][a-z0-9._~-]*/[a-z0-9~][A-Za-z0-9._~-]*)"
);
pattern!(
    BEFORE,
    r"(?i)\b(?:packages?|library|libraries|modules?|gems?|crates?|dependency|dependencies|typosquats?)(?: (?:itself|was|were|is|are|of|have been|has been))?(?:,? (?:named|called|dubbed|titled|known as|like|such as|including|identified as)|:| -| –| —)?[ ]+(?P<names>[\x22'`\u{201c}\u{2018}]?[@A-Za-z0-9][^.;:()\n]{1,400})"
);
pattern!(
    NAMES_SUCH_AS,
    r"(?i)\bnames?\b[^.;:\n]{0,120}?\b(?:such as|like|including) (?P<names>[\x22'`\u{201c}\u{2018}]?[@A-Za-z0-9][^.;:()\n]{1,400})"
);
pattern!(
    NAME,
    r"(?:@[a-z0-9~][\w.~-]*/)?[A-Za-z0-9][A-Za-z0-9._-]*[A-Za-z0-9]"
);
pattern!(
    VERSION,
    r"\bv?(?P<v>\d+\.\d+(?:\.\d+)*(?:[-+.]?(?:alpha|beta|rc|dev|post|a|b|pre|canary|next)[-.0-9A-Za-z]*)?)\b"
);
pattern!(
    VERSION_RANGE,
    r"(?i)\b(?:all versions|any version|every version)\b|(?:versions? )?(?:<=?|>=?|≤|≥|before|prior to|up to(?: and including)?|through|from) ?v?\d+(?:\.\d+)+|\bv?\d+(?:\.\d+)+ (?:through|to|-|–) v?\d+(?:\.\d+)+"
);

/// Words that say which ecosystem is meant.
const ECOSYSTEM_WORDS: &[(&str, Ecosystem)] = &[
    ("npm", Ecosystem::Npm),
    ("npmjs", Ecosystem::Npm),
    ("node.js", Ecosystem::Npm),
    ("nodejs", Ecosystem::Npm),
    ("javascript", Ecosystem::Npm),
    ("package.json", Ecosystem::Npm),
    ("postinstall", Ecosystem::Npm),
    ("pypi", Ecosystem::Pypi),
    ("python", Ecosystem::Pypi),
    ("pip", Ecosystem::Pypi),
    ("setup.py", Ecosystem::Pypi),
    ("rubygems", Ecosystem::Gem),
    ("ruby", Ecosystem::Gem),
    ("gem", Ecosystem::Gem),
    ("gems", Ecosystem::Gem),
    ("crates.io", Ecosystem::Cargo),
    ("crate", Ecosystem::Cargo),
    ("crates", Ecosystem::Cargo),
    ("cargo", Ecosystem::Cargo),
    ("rust", Ecosystem::Cargo),
    ("nuget", Ecosystem::Nuget),
    (".net", Ecosystem::Nuget),
    ("packagist", Ecosystem::Composer),
    ("composer", Ecosystem::Composer),
    ("php", Ecosystem::Composer),
    ("golang", Ecosystem::Golang),
    ("go module", Ecosystem::Golang),
    ("go modules", Ecosystem::Golang),
    ("maven", Ecosystem::Maven),
    ("vs code", Ecosystem::Vscode),
    ("vscode", Ecosystem::Vscode),
    ("open vsx", Ecosystem::Vscode),
];

/// Ecosystems named in `text`, by how often, most often first.
pub(super) fn ecosystems_in(text: &str) -> Vec<Ecosystem> {
    let lower = text.to_lowercase();
    let mut counts: BTreeMap<Ecosystem, usize> = BTreeMap::new();
    for (word, ecosystem) in ECOSYSTEM_WORDS {
        let count = lower
            .match_indices(word)
            .filter(|(at, _)| {
                let open = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
                let after = &lower[at + word.len()..];
                open(lower[..*at].chars().next_back())
                    && open(after.chars().next())
                    // "npm-style" says that it is not npm.
                    && !after.starts_with("-s")
            })
            .count();
        if count > 0 {
            *counts.entry(*ecosystem).or_default() += count;
        }
    }
    let mut found: Vec<_> = counts.into_iter().collect();
    found.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    found.into_iter().map(|(ecosystem, _)| ecosystem).collect()
}

/// All packages named in the article.
pub(super) fn find(structure: &Structure<'_>) -> Vec<Named> {
    let text = structure.article.text.as_str();
    let finder = Finder {
        structure,
        usual: {
            let mut usual = ecosystems_in(structure.article.title.as_deref().unwrap_or_default());
            usual.extend(ecosystems_in(text));
            usual
        },
    };
    let mut found = Vec::new();
    finder.explicit(text, &mut found);
    for index in 0..structure.article.blocks.len() {
        finder.worded(index, &mut found);
        finder.listed(index, &mut found);
    }
    super::release::add(structure, &mut found);
    // The plainest reading of a place wins.
    found.sort_by_key(|named| (named.range.start, std::cmp::Reverse(named.certainty)));
    let mut kept: Vec<Named> = Vec::with_capacity(found.len());
    for named in found {
        let overlaps = kept.iter().rev().take(8).any(|other| {
            named.range.start < other.range.end
                && other.range.start < named.range.end
                && other.package.name() != named.package.name()
        });
        if !overlaps && !kept.iter().rev().take(64).any(|other| *other == named) {
            kept.push(named);
        }
    }
    kept
}

struct Finder<'a> {
    structure: &'a Structure<'a>,
    /// Ecosystems of the whole article, most named first.
    usual: Vec<Ecosystem>,
}

impl Finder<'_> {
    /// The ecosystem meant at a place: the sentence says, or what announces
    /// the list, or a heading, or the article's usual one.
    fn ecosystem_at(&self, at: usize) -> Option<Ecosystem> {
        let text = &self.structure.article.text;
        let one = |text: &str| match ecosystems_in(text).as_slice() {
            [] => None,
            [first, ..] => Some(*first),
        };
        one(&text[self.structure.sentence_at(at)])
            .or_else(|| {
                let index = self.structure.block_at(at)?;
                self.structure
                    .announcement(index)
                    .and_then(one)
                    .or_else(|| {
                        self.structure
                            .headings(index)
                            .iter()
                            .rev()
                            .find_map(|h| one(h))
                    })
                    .or_else(|| one(&text[self.structure.block(index)?.range.clone()]))
            })
            .or_else(|| self.usual.first().copied())
    }

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
        let ecosystem = if name.starts_with('@') {
            Some(Ecosystem::Npm)
        } else {
            ecosystem
        };
        if let Some(ecosystem) = ecosystem
            && is_name(ecosystem, name)
        {
            found.push(Named {
                package: Package::new(ecosystem, name, version),
                versions: None,
                range,
                certainty,
            });
        }
    }

    fn explicit(&self, text: &str, found: &mut Vec<Named>) {
        for m in PURL.find_iter(text) {
            if let Ok(package) = m.as_str().parse::<Package>() {
                found.push(Named {
                    package,
                    versions: None,
                    range: m.range(),
                    certainty: Certainty::Explicit,
                });
            }
        }
        for captures in REGISTRY_URL.captures_iter(text) {
            for (group, version, ecosystem) in [
                ("npm", Some("npmv"), Ecosystem::Npm),
                ("pypi", Some("pypiv"), Ecosystem::Pypi),
                ("gem", None, Ecosystem::Gem),
                ("cargo", Some("cargov"), Ecosystem::Cargo),
                ("nuget", Some("nugetv"), Ecosystem::Nuget),
                ("composer", None, Ecosystem::Composer),
            ] {
                if let (Some(name), Some(whole)) = (captures.name(group), captures.get(0)) {
                    let version = version.and_then(|v| captures.name(v)).map(|v| v.as_str());
                    self.push(
                        found,
                        Some(ecosystem),
                        name.as_str(),
                        version,
                        whole.range(),
                        Certainty::Explicit,
                    );
                }
            }
        }
        for captures in INSTALL.captures_iter(text) {
            let (Some(tool), Some(rest)) = (captures.name("tool"), captures.name("rest")) else {
                continue;
            };
            let ecosystem = match tool.as_str().split([' ', '-']).next().unwrap_or_default() {
                "npm" | "npx" | "yarn" | "pnpm" | "bun" => Ecosystem::Npm,
                "pip" | "pip3" | "pipx" | "uv" | "poetry" | "python" | "python3" => Ecosystem::Pypi,
                "gem" | "bundle" => Ecosystem::Gem,
                "cargo" => Ecosystem::Cargo,
                "go" => Ecosystem::Golang,
                "composer" => Ecosystem::Composer,
                _ => Ecosystem::Nuget,
            };
            // In running text only the first word is sure to be a name.
            let code = self.is_code(rest.start());
            let words = rest
                .as_str()
                .split_whitespace()
                .filter(|word| !word.starts_with('-'));
            for word in words.take(if code { 20 } else { 1 }) {
                // "secrets leave during npm install to a server"
                if !code && is_plain_english(word) {
                    break;
                }
                let start = word.as_ptr() as usize - text.as_ptr() as usize;
                let (name, version) = split_version(word.trim_end_matches('.'));
                self.push(
                    found,
                    Some(ecosystem),
                    name,
                    version,
                    start..start + word.len(),
                    Certainty::Explicit,
                );
            }
        }
        for captures in AT_VERSION.captures_iter(text) {
            let (Some(name), Some(version)) = (captures.name("name"), captures.name("version"))
            else {
                continue;
            };
            let ecosystem = self
                .ecosystem_at(name.start())
                .filter(|e| *e != Ecosystem::Vscode)
                .or(Some(Ecosystem::Npm));
            let range = name.start()..version.end();
            self.push(
                found,
                ecosystem,
                name.as_str(),
                Some(version.as_str()),
                range,
                Certainty::Explicit,
            );
            if let Some(more) = captures.name("more") {
                for v in VERSION
                    .captures_iter(more.as_str())
                    .filter_map(|c| c.name("v"))
                {
                    let range = more.start() + v.start()..more.start() + v.end();
                    self.push(
                        found,
                        ecosystem,
                        name.as_str(),
                        Some(v.as_str()),
                        range,
                        Certainty::Explicit,
                    );
                }
            }
        }
        for captures in EQ_VERSION.captures_iter(text) {
            if let (Some(name), Some(version), Some(whole)) = (
                captures.name("name"),
                captures.name("version"),
                captures.get(0),
            ) {
                self.push(
                    found,
                    Some(Ecosystem::Pypi),
                    name.as_str(),
                    Some(version.as_str()),
                    whole.range(),
                    Certainty::Explicit,
                );
            }
        }
        for captures in SCOPED.captures_iter(text) {
            if let Some(name) = captures.name("name") {
                let rest = &text[name.end()..];
                let versions = versions_after(rest);
                let certainty = Certainty::Worded;
                if versions.is_empty() {
                    self.push(
                        found,
                        Some(Ecosystem::Npm),
                        name.as_str(),
                        None,
                        name.range(),
                        certainty,
                    );
                }
                for version in versions {
                    self.push(
                        found,
                        Some(Ecosystem::Npm),
                        name.as_str(),
                        Some(version),
                        name.range(),
                        certainty,
                    );
                }
            }
        }
    }

    fn is_code(&self, at: usize) -> bool {
        self.structure
            .block_at(at)
            .and_then(|index| self.structure.block(index))
            .is_some_and(|block| {
                block.kind == BlockKind::Code || block.code.iter().any(|range| range.contains(&at))
            })
    }

    /// Names that the words around them call packages.
    fn worded(&self, index: usize, found: &mut Vec<Named>) {
        let Some(block) = self.structure.block(index) else {
            return;
        };
        if block.kind == BlockKind::Code {
            return;
        }
        let text = &self.structure.article.text;
        let block_text = &text[block.range.clone()];
        let base = block.range.start;
        let announced = BEFORE
            .captures_iter(block_text)
            .chain(NAMES_SUCH_AS.captures_iter(block_text));
        for captures in announced {
            let Some(names) = captures.name("names") else {
                continue;
            };
            for (range, marked) in names_in(names.as_str(), base + names.start(), &block.code) {
                let name = &text[range.clone()];
                if marked || looks_like_name(name) {
                    self.push_versions(found, name, range, Certainty::Worded);
                }
            }
        }
        // "`foo` npm package", "the foo-bar package"
        for (at, word) in block_text
            .match_indices(|c: char| c.is_ascii_alphabetic())
            .filter_map(|(at, _)| {
                let starts_word = !block_text[..at]
                    .chars()
                    .next_back()
                    .is_some_and(char::is_alphanumeric);
                starts_word.then_some(at)
            })
            .filter_map(|at| {
                ["package", "packages", "library", "module", "gem", "crate"]
                    .iter()
                    .find(|word| {
                        block_text[at..]
                            .get(..word.len())
                            .is_some_and(|w| w.eq_ignore_ascii_case(word))
                            && !block_text[at + word.len()..]
                                .chars()
                                .next()
                                .is_some_and(char::is_alphanumeric)
                    })
                    .map(|word| (at, *word))
            })
        {
            let _ = word;
            let before = block_text[..at].trim_end();
            let before = strip_ecosystem_word(before);
            let Some((range, marked)) = last_name(before, base, &block.code) else {
                continue;
            };
            let name = &text[range.clone()];
            if marked || looks_like_name(name) {
                self.push_versions(found, name, range, Certainty::Worded);
            }
        }
        // A name set as code in a sentence that speaks of packages.
        for range in &block.code {
            let name = text[range.clone()].trim();
            let sentence = text[self.structure.sentence_at(range.start)].to_lowercase();
            let speaks = [
                "package",
                "typosquat",
                "librar",
                "published to",
                "dependenc",
            ]
            .iter()
            .any(|w| sentence.contains(w));
            if speaks && looks_like_name(name) && !is_file_name(name) {
                self.push_versions(found, name, range.clone(), Certainty::Worded);
            }
        }
    }

    /// Names in lists, tables and code blocks that are announced as packages.
    fn listed(&self, index: usize, found: &mut Vec<Named>) {
        let Some(block) = self.structure.block(index) else {
            return;
        };
        if !matches!(
            block.kind,
            BlockKind::Item | BlockKind::Row | BlockKind::Code
        ) {
            return;
        }
        let announced = self
            .structure
            .announcement(index)
            .into_iter()
            .chain(
                self.structure
                    .headings(index)
                    .iter()
                    .rev()
                    .take(1)
                    .map(String::as_str),
            )
            .any(|text| {
                let text = text.to_lowercase();
                [
                    "package",
                    "librar",
                    "module",
                    "gems",
                    "crates",
                    "typosquat",
                    "dependenc",
                ]
                .iter()
                .any(|word| text.contains(word))
                    && !["install", "how to", "recommend", "remed", "mitigat"]
                        .iter()
                        .any(|word| text.contains(word))
            });
        let text = &self.structure.article.text;
        let columns = (block.kind == BlockKind::Row)
            .then(|| self.columns(index))
            .flatten();
        if !announced && columns.is_none() {
            return;
        }
        let head = block.kind == BlockKind::Row
            && columns.is_none()
            && index
                .checked_sub(1)
                .and_then(|above| self.structure.block(above))
                .is_none_or(|above| above.kind != BlockKind::Row);
        if head && is_table_head(&text[block.range.clone()]) {
            return;
        }
        let ecosystem = self.ecosystem_at(block.range.start);
        for line in lines(text, block.range.clone()) {
            let cells: Vec<Range<usize>> = cells(text, line.clone());
            let (name_cell, version_cell) = match columns {
                Some((name, version)) => (
                    cells.get(name).cloned(),
                    version.and_then(|v| cells.get(v).cloned()),
                ),
                None => (cells.first().cloned(), None),
            };
            let Some(cell) = name_cell else { continue };
            let cell_text = text[cell.clone()]
                .trim_start_matches(['-', '*', '•', '–', '·', ' ', '"', '\'', '`', '“', '[']);
            let start = cell.end - cell_text.len();
            let Some(m) = NAME.find(cell_text).filter(|m| m.start() == 0) else {
                continue;
            };
            let rest = cell_text[m.end()..].trim_start_matches(['"', '\'', '`', '”', ' ', ']']);
            // A sentence is not a list of names.
            let ends_well = rest.is_empty()
                || rest.starts_with([
                    '(', ',', '-', '–', '—', ':', '|', '@', '=', 'v', '<', '>', '≤', '[', '\t', '/',
                ])
                || rest.starts_with(|c: char| c.is_ascii_digit());
            if !ends_well || is_file_name(m.as_str()) || rest.starts_with("://") {
                continue;
            }
            let ecosystem = cells
                .iter()
                .find_map(|other| {
                    (other != &cell)
                        .then(|| ecosystems_in(&text[other.clone()]).first().copied())
                        .flatten()
                })
                .or(ecosystem);
            let range = start..start + m.len();
            let versions_text = version_cell.map_or(&cell_text[m.end()..], |cell| &text[cell]);
            let versions: Vec<&str> = VERSION
                .captures_iter(versions_text)
                .filter_map(|c| c.name("v"))
                .map(|v| v.as_str())
                .collect();
            let before = found.len();
            if versions.is_empty() || VERSION_RANGE.is_match(versions_text) {
                self.push(found, ecosystem, m.as_str(), None, range, Certainty::Listed);
            } else {
                for version in versions {
                    self.push(
                        found,
                        ecosystem,
                        m.as_str(),
                        Some(version),
                        range.clone(),
                        Certainty::Listed,
                    );
                }
            }
            let span = VERSION_RANGE
                .find(versions_text)
                .map(|m| m.as_str().to_owned());
            for named in &mut found[before..] {
                named.versions.clone_from(&span);
            }
        }
    }

    /// The columns of package names and versions, by the table's first row.
    fn columns(&self, index: usize) -> Option<(usize, Option<usize>)> {
        let blocks = &self.structure.article.blocks;
        let first = blocks[..=index]
            .iter()
            .rposition(|b| b.kind != BlockKind::Row)
            .map_or(0, |at| at + 1);
        if first == index {
            return None;
        }
        let text = &self.structure.article.text;
        let head: Vec<String> = cells(text, blocks.get(first)?.range.clone())
            .into_iter()
            .map(|cell| text[cell].trim().to_lowercase())
            .collect();
        let column = |words: &[&str]| {
            head.iter()
                .position(|cell| words.iter().any(|word| cell.contains(word)))
        };
        let named = column(&[
            "package name",
            "package",
            "library",
            "module",
            "gem",
            "crate",
            "extension",
        ])?;
        Some((named, column(&["version"]).filter(|v| *v != named)))
    }

    fn push_versions(
        &self,
        found: &mut Vec<Named>,
        name: &str,
        range: Range<usize>,
        certainty: Certainty,
    ) {
        let text = &self.structure.article.text;
        let end = self.structure.sentence_at(range.start).end.max(range.end);
        let versions = versions_after(&text[range.end..end]);
        let ecosystem = self.ecosystem_at(range.start);
        if versions.is_empty() {
            self.push(found, ecosystem, name, None, range, certainty);
        } else {
            for version in versions {
                self.push(
                    found,
                    ecosystem,
                    name,
                    Some(version),
                    range.clone(),
                    certainty,
                );
            }
        }
    }
}

/// Versions that directly follow a name: ` (versions 1.0 and 1.1)`,
/// ` version 1.2`, ` v1.2, 1.3`.
fn versions_after(rest: &str) -> Vec<&str> {
    let rest = rest.trim_start_matches(['"', '\'', '`', '”', '’', ' ']);
    let head = rest.trim_start_matches(['(', '[', ' ']);
    let said = ["versions", "version", "ver.", "v"].iter().any(|word| {
        head.len() > word.len()
            && head[..head.floor_char_boundary(word.len())].eq_ignore_ascii_case(word)
    });
    let direct = head.starts_with(|c: char| c.is_ascii_digit());
    if !said && !direct {
        return Vec::new();
    }
    let end = head.find([';', ':', ')', ']', '\n']).unwrap_or(head.len());
    let part = &head[..end];
    if VERSION_RANGE.is_match(part) {
        return Vec::new();
    }
    // Only versions in one enumeration count.
    let mut found = Vec::new();
    let mut last = 0;
    for captures in VERSION.captures_iter(part) {
        let Some(version) = captures.name("v") else {
            continue;
        };
        let between = part[last..version.start()].trim_matches(|c: char| !c.is_alphabetic());
        let joined = matches!(
            between.to_lowercase().as_str(),
            "" | "and" | "or" | "v" | "version" | "versions" | "and v" | "ver"
        );
        if !joined {
            break;
        }
        found.push(version.as_str());
        last = version.end();
    }
    found
}

/// Names in an enumeration: each with whether it is marked (quotes, code).
fn names_in(part: &str, base: usize, code: &[Range<usize>]) -> Vec<(Range<usize>, bool)> {
    let mut found = Vec::new();
    let mut last = 0;
    for m in NAME.find_iter(part) {
        let between = part[last..m.start()]
            .trim_matches(|c: char| !c.is_alphanumeric())
            .to_lowercase();
        let joined = matches!(between.as_str(), "" | "and" | "or" | "as well as")
            || VERSION.is_match(&between);
        if !joined {
            break;
        }
        if matches!(
            m.as_str().to_lowercase().as_str(),
            "and" | "or" | "as" | "well" | "v"
        ) {
            last = m.start();
            continue;
        }
        let start = base + m.start();
        let marked =
            code.iter().any(|range| range.contains(&start)) || quoted(part, m.start(), m.end());
        let range = start..base + m.end();
        last = m.end();
        if VERSION.find(m.as_str()).is_some_and(|v| v.len() == m.len()) {
            continue;
        }
        if !marked && !looks_like_name(m.as_str()) {
            break;
        }
        found.push((range, marked));
        if found.len() >= 200 {
            break;
        }
    }
    found
}

fn quoted(text: &str, start: usize, end: usize) -> bool {
    let before = text[..start].chars().next_back();
    let after = text[end..].chars().next();
    matches!(before, Some('"' | '\'' | '`' | '“' | '‘'))
        && matches!(after, Some('"' | '\'' | '`' | '”' | '’' | ','))
}

/// The last name before a place, with whether it is marked.
fn last_name(before: &str, base: usize, code: &[Range<usize>]) -> Option<(Range<usize>, bool)> {
    let trimmed = before.trim_end_matches(['"', '\'', '`', '”', '’', ' ']);
    let start = trimmed
        .rfind([' ', '"', '\'', '`', '“', '‘', '(', '\t', '\n'])
        .map_or(0, |at| {
            at + trimmed[at..].chars().next().map_or(1, char::len_utf8)
        });
    let name = &trimmed[start..];
    let m = NAME.find(name).filter(|m| m.len() == name.len())?;
    let marked = code.iter().any(|range| range.contains(&(base + start)))
        || before.len() > trimmed.trim_end().len()
            && before[trimmed.len()..].contains(['"', '\'', '`', '”', '’']);
    Some((base + start..base + start + m.len(), marked))
}

fn strip_ecosystem_word(before: &str) -> &str {
    let lower = before.to_lowercase();
    for word in [
        "npm",
        "pypi",
        "python",
        "rubygems",
        "ruby",
        "nuget",
        "rust",
        "go",
        "node.js",
        "javascript",
        "malicious",
    ] {
        if lower.len() == before.len() && lower.ends_with(word) {
            let rest = &before[..before.len() - word.len()];
            if rest.ends_with([' ', '`', '"', '”', '\'']) {
                return rest.trim_end();
            }
        }
    }
    before
}

/// Whether a word on its own cannot well be anything but a name.
fn looks_like_name(word: &str) -> bool {
    let scoped = word.starts_with('@') && word.contains('/');
    let parts = word
        .split(['-', '_', '.'])
        .filter(|part| !part.is_empty())
        .count();
    let lower = !word.chars().any(char::is_uppercase);
    let letters = word.chars().filter(|c| c.is_ascii_alphabetic()).count();
    scoped || letters >= 2 && parts >= 2 && lower && !is_prose(word) && !is_file_name(word)
}

/// Hyphenated English that articles on packages are full of.
fn is_prose(word: &str) -> bool {
    const WORDS: &[&str] = &[
        "open-source",
        "high-value",
        "high-impact",
        "high-risk",
        "low-profile",
        "long-lived",
        "short-lived",
        "single-use",
        "fully-featured",
        "full-featured",
        "newly-published",
        "previously-unknown",
        "widely-used",
        "tried-and-true",
        "self-hosted",
        "self-spreading",
        "self-updating",
        "pre-installed",
        "re-published",
        "sub-dependencies",
        "sub-dependency",
        "typo-squatting",
        "dependency-confusion",
        "name-squatting",
        "brand-jacking",
        "clipboard-hijacking",
        "wallet-draining",
        "auto-generated",
        "ai-generated",
        "vibe-coded",
        "end-to-end",
        "peer-to-peer",
        "up-to-date",
        "out-of-date",
        "step-by-step",
        "case-by-case",
        "tens-of-thousands",
        "third-party",
        "well-known",
        "real-time",
        "so-called",
        "cross-platform",
        "command-line",
        "multi-stage",
        "two-stage",
        "second-stage",
        "first-stage",
        "low-level",
        "high-profile",
        "supply-chain",
        "e.g",
        "i.e",
        "look-alike",
        "long-running",
        "self-replicating",
        "self-propagating",
        "remote-access",
        "info-stealing",
        "information-stealing",
        "credential-stealing",
        "password-stealing",
        "data-stealing",
        "crypto-stealing",
        "post-install",
        "pre-install",
        "install-time",
        "run-time",
        "side-loading",
        "follow-up",
        "copy-paste",
        "built-in",
        "back-end",
        "front-end",
        "state-sponsored",
        "north-korean",
        "ready-made",
        "open-vsx",
        "crates.io",
        "node.js",
        "npmjs.com",
        "pypi.org",
        "non-malicious",
        "now-removed",
        "in-the-wild",
        "co-authored",
        "day-to-day",
        "man-in-the-middle",
        "proof-of-concept",
        "x86_64",
        "base64-encoded",
        "hard-coded",
        "hex-encoded",
        "memory-safe",
        "in-memory",
        "zero-day",
        "one-time",
        "two-factor",
    ];
    WORDS.contains(&word)
        || [
            "-based",
            "-like",
            "-related",
            "-encoded",
            "-controlled",
            "-specific",
            "-hosted",
            "-style",
            "-style",
            "-only",
            "-level",
            "-looking",
            "-party",
            "-stealing",
            "-named",
            "-sounding",
            "-driven",
            "-focused",
            "-size",
            "-wide",
        ]
        .iter()
        .any(|end| word.ends_with(end))
}

/// Words that follow "npm install" in running text.
fn is_plain_english(word: &str) -> bool {
    const WORDS: &[&str] = &[
        "a",
        "an",
        "and",
        "any",
        "are",
        "as",
        "at",
        "before",
        "by",
        "can",
        "command",
        "commands",
        "completes",
        "does",
        "during",
        "each",
        "every",
        "execution",
        "fails",
        "finishes",
        "for",
        "from",
        "had",
        "has",
        "hook",
        "hooks",
        "if",
        "in",
        "into",
        "is",
        "it",
        "its",
        "just",
        "lifecycle",
        "may",
        "no",
        "of",
        "on",
        "or",
        "operations",
        "phase",
        "process",
        "run",
        "runs",
        "script",
        "scripts",
        "so",
        "step",
        "steps",
        "still",
        "that",
        "the",
        "their",
        "then",
        "they",
        "this",
        "time",
        "to",
        "trigger",
        "triggers",
        "was",
        "were",
        "when",
        "where",
        "which",
        "while",
        "will",
        "with",
        "without",
        "would",
        "you",
        "your",
    ];
    WORDS.contains(&word.to_lowercase().trim_end_matches(['.', ',']))
}

/// Whether the word is a file's name rather than a package's.
pub(super) fn is_file_name(word: &str) -> bool {
    let Some((stem, ending)) = word.rsplit_once('.') else {
        return false;
    };
    const ENDINGS: &[&str] = &[
        "bat", "bin", "c", "cfg", "cjs", "cmd", "conf", "cpp", "cs", "csv", "dat", "db", "dll",
        "dmg", "doc", "docx", "dylib", "elf", "env", "exe", "gem", "gyp", "go", "gz", "h", "htm",
        "html", "ico", "ini", "iso", "jar", "java", "jpg", "jpeg", "js", "json", "jsx", "key",
        "ldb", "lnk", "lock", "log", "md", "mjs", "msi", "node", "pdf", "pem", "php", "pkg",
        "plist", "png", "ps1", "pth", "py", "pyc", "pyd", "pyw", "rar", "rb", "reg", "rs", "scr",
        "sh", "so", "sql", "sqlite", "sys", "tar", "targets", "tgz", "tmp", "toml", "ts", "tsx",
        "txt", "vbs", "vsix", "wasm", "wav", "whl", "xml", "yaml", "yml", "zip", "zsh", "7z",
    ];
    !stem.is_empty()
        && ENDINGS.contains(&ending.to_ascii_lowercase().as_str())
        && !stem.contains('/')
}

fn split_version(word: &str) -> (&str, Option<&str>) {
    for separator in ["==", ">=", "~=", "<="] {
        if let Some((name, version)) = word.split_once(separator) {
            return (name, (separator == "==").then_some(version));
        }
    }
    match word.char_indices().skip(1).find(|(_, c)| *c == '@') {
        Some((at, _)) => {
            let version = &word[at + 1..];
            let fixed = version.starts_with(|c: char| c.is_ascii_digit());
            (&word[..at], fixed.then_some(version))
        }
        None => (word, None),
    }
}

/// Whether the registry would take the name (npm, PEP 508, RubyGems, Cargo).
fn is_name(ecosystem: Ecosystem, name: &str) -> bool {
    let bare = match ecosystem {
        Ecosystem::Npm => name
            .strip_prefix('@')
            .and_then(|rest| rest.split_once('/'))
            .map_or(name, |(_, bare)| bare),
        Ecosystem::Golang | Ecosystem::Composer | Ecosystem::Maven => {
            return name.contains(['/', ':']);
        }
        _ => name,
    };
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    bare.len() >= 2
        && name.len() <= 214
        && bare.chars().all(plain)
        && bare.starts_with(|c: char| c.is_ascii_alphanumeric())
        && !bare.chars().all(|c| c.is_ascii_digit() || c == '.')
}

/// Whether the first row of a table says what is in its columns.
fn is_table_head(row: &str) -> bool {
    let row = row.to_lowercase();
    row.split('\t').any(|cell| {
        [
            "package",
            "version",
            "name",
            "downloads",
            "date",
            "ecosystem",
            "module",
        ]
        .iter()
        .any(|word| cell.split_whitespace().any(|w| w.starts_with(word)))
    })
}

fn lines(text: &str, range: Range<usize>) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = range.start;
    for line in text[range].split('\n') {
        found.push(start..start + line.len());
        start += line.len() + 1;
    }
    found
}

fn cells(text: &str, range: Range<usize>) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = range.start;
    for cell in text[range].split('\t') {
        let lead = cell.len() - cell.trim_start().len();
        found.push(start + lead..start + lead + cell.trim().len());
        start += cell.len() + 1;
    }
    found
}
