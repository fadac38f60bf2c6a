//! What an article comes back to: names set as code again and again, products
//! that it calls packages.

use std::collections::{HashMap, HashSet};

use super::{
    ecosystem::ecosystems_in,
    words::{is_bare, is_noun_alone},
};
use crate::{article::BlockKind, indicators::context::Structure};

/// Names that articles come back to: what is set as code twice, or in the
/// title as well.
pub(super) fn recurring<'a>(structure: &Structure<'a>) -> HashSet<&'a str> {
    let article = structure.article;
    let title = article.title.as_deref().unwrap_or_default();
    let mut counts: HashMap<&str, usize> = HashMap::new();
    let spans = article
        .blocks
        .iter()
        .filter(|block| block.kind != BlockKind::Code)
        .flat_map(|block| block.code.iter().chain(&block.bold));
    for range in spans {
        let name = article.text[range.clone()].trim();
        if name.len() <= 214 && (name.contains('-') || name.starts_with('@')) {
            *counts.entry(name).or_default() += 1;
        }
    }
    counts
        .into_iter()
        .filter(|(name, count)| *count >= 2 || title.contains(name))
        .map(|(name, _)| name)
        .collect()
}

pattern!(
    /// "the Telnyx package", "a foo package"
    BEFORE,
    r"\b(?P<name>[A-Za-z][a-z0-9]+[A-Za-z0-9]*) (?:package|library|gem|crate|SDK)\b"
);
pattern!(
    /// "the package called foo"
    AFTER,
    r"\b(?:[Pp]ackage|[Ll]ibrary|[Gg]em|[Cc]rate)(?: called| named| known as|,)? (?P<name>[a-z][a-z0-9]{3,})\b"
);

/// Words that are called a package again and again, and are no others: what a
/// package is called by those who sell it, names without hyphens.
pub(super) fn products(text: &str) -> HashSet<&str> {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    let told = BEFORE.captures_iter(text).chain(AFTER.captures_iter(text));
    for name in told.filter_map(|captures| captures.name("name")) {
        let lower = name.as_str().to_lowercase();
        if is_bare(&lower)
            && !is_noun_alone(&lower)
            && ecosystems_in(name.as_str()).is_empty()
            && !is_platform(name.as_str())
        {
            *counts.entry(name.as_str()).or_default() += 1;
        }
    }
    counts.retain(|_, count| *count >= 2);
    counts.into_keys().collect()
}

/// What packages are written for, rather than called.
fn is_platform(name: &str) -> bool {
    [
        "Android",
        "Debian",
        "Discord",
        "Docker",
        "Ethereum",
        "GitHub",
        "Java",
        "Kubernetes",
        "Linux",
        "Mac",
        "Microsoft",
        "Solana",
        "Telegram",
        "Ubuntu",
        "Unix",
        "Windows",
    ]
    .contains(&name)
}
