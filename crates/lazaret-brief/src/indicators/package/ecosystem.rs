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
    ("go ecosystem", Ecosystem::Golang),
    ("go get", Ecosystem::Golang),
    ("go package", Ecosystem::Golang),
    ("go packages", Ecosystem::Golang),
    ("go programming", Ecosystem::Golang),
    ("go.mod", Ecosystem::Golang),
    ("go module", Ecosystem::Golang),
    ("go modules", Ecosystem::Golang),
    ("maven", Ecosystem::Maven),
    ("vs code", Ecosystem::Vscode),
    ("vs-code-erweiterungen", Ecosystem::Vscode),
    ("visual studio code", Ecosystem::Vscode),
    ("visual studio marketplace", Ecosystem::Vscode),
    ("vscode", Ecosystem::Vscode),
    ("open vsx", Ecosystem::Vscode),
];

static FINDER: LazyLock<AhoCorasick> = LazyLock::new(|| {
    #[allow(clippy::expect_used, reason = "a constant, compiled by every test")]
    AhoCorasick::new(ECOSYSTEM_WORDS.iter().map(|(word, _)| word)).expect("the words are constant")
});

/// Ecosystems named in `text`, by how often, most often first.
pub(super) fn ecosystems_in(text: &str) -> Vec<Ecosystem> {
    let lower = text.to_lowercase();
    let open = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
    let mut counts: BTreeMap<Ecosystem, usize> = BTreeMap::new();
    for m in FINDER.find_overlapping_iter(&lower) {
        let after = &lower[m.end()..];
        // "npm-style" says that it is not npm.
        if open(lower[..m.start()].chars().next_back())
            && open(after.chars().next())
            && !after.starts_with("-s")
            && let Some((_, ecosystem)) = ECOSYSTEM_WORDS.get(m.pattern().as_usize())
        {
            *counts.entry(*ecosystem).or_default() += 1;
        }
    }
    let mut found: Vec<_> = counts.into_iter().collect();
    found.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    found.into_iter().map(|(ecosystem, _)| ecosystem).collect()
}
