//! Which ecosystem the words of an article mean.

use std::{collections::BTreeMap, sync::LazyLock};

use aho_corasick::AhoCorasick;
use lazaret_model::Ecosystem;

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
    ("go developers", Ecosystem::Golang),
    ("go:", Ecosystem::Golang),
    ("go code", Ecosystem::Golang),
    ("go dependencies", Ecosystem::Golang),
    ("go dependency", Ecosystem::Golang),
    ("go libraries", Ecosystem::Golang),
    ("go library", Ecosystem::Golang),
    ("go team", Ecosystem::Golang),
    ("go.sum", Ecosystem::Golang),
    ("module proxy", Ecosystem::Golang),
    ("go ecosystem", Ecosystem::Golang),
    ("go get", Ecosystem::Golang),
    ("go package", Ecosystem::Golang),
    ("go packages", Ecosystem::Golang),
    ("go programming", Ecosystem::Golang),
    ("go.mod", Ecosystem::Golang),
    ("go module", Ecosystem::Golang),
    ("go modules", Ecosystem::Golang),
    ("maven", Ecosystem::Maven),
    ("docker hub", Ecosystem::Docker),
    ("dockerhub", Ecosystem::Docker),
    ("docker image", Ecosystem::Docker),
    ("docker images", Ecosystem::Docker),
    ("container image", Ecosystem::Docker),
    ("container images", Ecosystem::Docker),
    ("vs code", Ecosystem::Vscode),
    ("vs-code-erweiterungen", Ecosystem::Vscode),
    ("visual studio code", Ecosystem::Vscode),
    ("visual studio marketplace", Ecosystem::Vscode),
    ("vscode", Ecosystem::Vscode),
    ("open vsx", Ecosystem::Vscode),
    ("openvsx", Ecosystem::Vscode),
    ("extension id", Ecosystem::Vscode),
];

static FINDER: LazyLock<AhoCorasick> = LazyLock::new(|| {
    #[allow(clippy::expect_used, reason = "a constant, compiled by every test")]
    AhoCorasick::new(ECOSYSTEM_WORDS.iter().map(|(word, _)| word)).expect("the words are constant")
});

/// Ecosystems named in `text`, by how often, most often first.
pub(super) fn ecosystems_in(text: &str) -> Vec<Ecosystem> {
    let lower = text.to_ascii_lowercase();
    let mut counts: BTreeMap<Ecosystem, usize> = BTreeMap::new();
    for m in FINDER.find_overlapping_iter(&lower) {
        if is_word(text, m.start(), m.end())
            && let Some((_, ecosystem)) = ECOSYSTEM_WORDS.get(m.pattern().as_usize())
        {
            *counts.entry(*ecosystem).or_default() += 1;
        }
    }
    let mut found: Vec<_> = counts.into_iter().collect();
    found.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    found.into_iter().map(|(ecosystem, _)| ecosystem).collect()
}

/// Whether a text names one ecosystem several times.
pub(super) fn named_often(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let mut counts: BTreeMap<Ecosystem, usize> = BTreeMap::new();
    FINDER
        .find_overlapping_iter(&lower)
        .filter(|m| is_word(text, m.start(), m.end()))
        .filter_map(|m| ECOSYSTEM_WORDS.get(m.pattern().as_usize()))
        .any(|(_, ecosystem)| {
            let count = counts.entry(*ecosystem).or_default();
            *count += 1;
            *count >= OFTEN
        })
}

/// How often an ecosystem is named that an article is about.
const OFTEN: usize = 3;

/// What speaks of an ecosystem where no word names one.
const HINTS: &[(&str, Ecosystem)] = &[
    ("node_modules", Ecosystem::Npm),
    ("preinstall", Ecosystem::Npm),
    ("require('", Ecosystem::Npm),
    ("require(\"", Ecosystem::Npm),
    ("typescript", Ecosystem::Npm),
    ("child_process", Ecosystem::Npm),
    ("__init__.py", Ecosystem::Pypi),
    ("site-packages", Ecosystem::Pypi),
    ("pyproject.toml", Ecosystem::Pypi),
    ("gemfile", Ecosystem::Gem),
    ("build.rs", Ecosystem::Cargo),
    ("c#", Ecosystem::Nuget),
    ("dotnet", Ecosystem::Nuget),
    ("laravel", Ecosystem::Composer),
    ("vscode", Ecosystem::Vscode),
    ("marketplace", Ecosystem::Vscode),
    ("pom.xml", Ecosystem::Maven),
    ("gradle", Ecosystem::Maven),
];

/// The ecosystem that a text names most, or hints at.
pub(in crate::indicators) fn meant(text: &str) -> Option<Ecosystem> {
    ecosystems_in(text)
        .first()
        .copied()
        .or_else(|| hinted(text))
}

/// The ecosystem that a text hints at most, without naming it.
pub(super) fn hinted(text: &str) -> Option<Ecosystem> {
    let lower = text.to_ascii_lowercase();
    let count = |(word, ecosystem): &(&str, Ecosystem)| {
        let count = lower.matches(word).count();
        (count > 0).then_some((count, *ecosystem))
    };
    let hints = HINTS.iter().filter_map(count);
    hints.max_by_key(|(count, _)| *count).map(|(_, e)| e)
}

/// The ecosystem that `text` names last.
pub(super) fn ecosystem_before(text: &str) -> Option<Ecosystem> {
    let lower = text.to_ascii_lowercase();
    FINDER
        .find_overlapping_iter(&lower)
        .filter(|m| is_word(text, m.start(), m.end()))
        .last()
        .and_then(|m| ECOSYSTEM_WORDS.get(m.pattern().as_usize()))
        .map(|(_, ecosystem)| *ecosystem)
}

/// Whether a word stands on its own: "npm packages", "npm-Paket", "npmレジストリ",
/// but neither `python-lens` nor "npm-style".
fn is_word(text: &str, start: usize, end: usize) -> bool {
    // Chinese and Japanese set no spaces between words.
    let letter = |c: char| c.is_alphanumeric() && c < '\u{2e80}';
    let before = text[..start].chars().next_back();
    let mut rest = text[end..].chars();
    let after = rest.next();
    if before.is_some_and(|c| letter(c) || matches!(c, '-' | '_' | '/' | '@'))
        || after.is_some_and(|c| letter(c) || c == '_')
    {
        return false;
    }
    after != Some('-')
        || !rest
            .next()
            .is_some_and(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
        || [
            "-based",
            "-hosted",
            "-package",
            "-registry",
            "-pak",
            "-account",
            "-kont",
            "-modul",
            "-bibl",
        ]
        .iter()
        .any(|end_of| text[end..].starts_with(end_of))
}
