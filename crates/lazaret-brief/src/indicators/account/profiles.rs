//! Accounts told by the address of their page in a registry.

use std::ops::Range;

use super::{
    publisher,
    words::{is_account, is_bystander, is_victim, was_taken},
};
use crate::indicators::{context::Structure, spoken::Spoken};

pattern!(
    PROFILE,
    r"(?i)\b(?:npmjs(?:\.|\[\.\])com/~|rubygems(?:\.|\[\.\])org/profiles/|pypi(?:\.|\[\.\])org/user/|nuget(?:\.|\[\.\])org/profiles/|crates(?:\.|\[\.\])io/users/|packagist(?:\.|\[\.\])org/users/)(?P<name>[\w.-]*\w)"
);

/// Pages in the text, and names that are links to them.
pub(super) fn find(structure: &Structure<'_>, found: &mut Vec<Spoken>) {
    let text = structure.article.text.as_str();
    let mut take = |name: &str, range: Range<usize>| {
        let after = text[range.end..text.floor_char_boundary(range.end + 40)].to_lowercase();
        if is_account(name)
            && !is_victim(&after)
            && !is_bystander(structure, &range)
            && !was_taken(structure, range.start)
        {
            found.push(publisher(name, range));
        }
    };
    for name in PROFILE.captures_iter(text).filter_map(|c| c.name("name")) {
        take(name.as_str(), name.range());
    }
    for block in &structure.article.blocks {
        for (range, address) in &block.links {
            let name = PROFILE.captures(address).and_then(|c| c.name("name"));
            let told = text[range.clone()].trim().trim_start_matches('@');
            if name.is_some_and(|name| name.as_str() == told) {
                take(told, range.clone());
            }
        }
    }
}
