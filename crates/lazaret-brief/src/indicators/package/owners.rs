//! Names that are only a part of another: its owner, or what is left where its
//! scope is left out.

use std::collections::{HashMap, HashSet};

use lazaret_model::{Ecosystem, Package};

use super::{Certainty, Named};
use crate::indicators::lists::Lists;

/// Leaves out names that are told as owners of what has a path: "tj-actions"
/// beside `tj-actions/changed-files`.
pub(super) fn drop(found: &mut Vec<Named>) {
    let owners: HashSet<String> = found
        .iter()
        .filter(|named| {
            matches!(
                named.package.ecosystem(),
                Ecosystem::GithubActions | Ecosystem::Composer | Ecosystem::Docker | Ecosystem::Npm
            )
        })
        .filter_map(|named| named.package.name().split_once('/'))
        .map(|(owner, _)| owner.trim_start_matches('@'))
        // "debug" is more than the scope of `@debug/foo`.
        .filter(|owner| owner.contains('-'))
        .map(str::to_owned)
        .collect();
    found.retain(|named| {
        named.certainty == Certainty::Explicit || !owners.contains(named.package.name())
    });
}

/// "foo-bar" beside `@scope/foo-bar` is short for it, where few use another one.
pub(super) fn scope(lists: &Lists, found: &mut [Named]) {
    let mut scoped: HashMap<String, Option<String>> = HashMap::new();
    for name in found.iter().map(|named| named.package.name()) {
        if let Some((scope, bare)) = name.split_once('/')
            && scope.starts_with('@')
            && bare.contains('-')
        {
            scoped
                .entry(bare.to_owned())
                .and_modify(|known| *known = known.take().filter(|known| known == name))
                .or_insert_with(|| Some(name.to_owned()));
        }
    }
    if scoped.is_empty() {
        return;
    }
    for named in found {
        let (ecosystem, name) = (named.package.ecosystem(), named.package.name());
        if ecosystem == Ecosystem::Npm
            && !lists.is_popular(ecosystem, name)
            && let Some(Some(whole)) = scoped.get(name)
        {
            named.package = Package::new(ecosystem, whole, named.package.version());
        }
    }
}
