//! Which ecosystem the words of an article mean.

use std::collections::BTreeMap;

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
