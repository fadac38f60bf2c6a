//! Articles that tell of the same campaign, merged with their sources.

use std::collections::{BTreeMap, BTreeSet};

use lazaret_model::{Indicator, IndicatorKind};
use serde::Serialize;

use crate::Brief;

/// Articles of one campaign.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Campaign {
    /// Places of its articles among the briefs: the one with most indicators
    /// first.
    pub articles: Vec<usize>,
    /// All that they name, each with the sources that name it.
    pub indicators: BTreeMap<Indicator, BTreeSet<String>>,
}

/// Articles that share an indicator are no campaign where more than this share
/// of all articles name it: a popular package that many write on.
const COMMON: usize = 8;

/// Groups briefs by what they share: two indicators that both name, or the
/// only ones of one of them.
pub fn campaigns(briefs: &[Brief]) -> Vec<Campaign> {
    let keys: Vec<BTreeSet<String>> = briefs.iter().map(keys).collect();
    let mut holders: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (index, keys) in keys.iter().enumerate() {
        for key in keys {
            holders.entry(key).or_default().push(index);
        }
    }
    let limit = (briefs.len() / COMMON).max(12);
    let mut shared: BTreeMap<(usize, usize), usize> = BTreeMap::new();
    for who in holders.values().filter(|who| who.len() <= limit) {
        for (at, a) in who.iter().enumerate() {
            for b in &who[at + 1..] {
                *shared.entry((*a, *b)).or_default() += 1;
            }
        }
    }
    let mut parents: Vec<usize> = (0..briefs.len()).collect();
    for ((a, b), count) in shared {
        let least = keys[a].len().min(keys[b].len());
        if count >= 2 && count * 4 >= least || count == least {
            let (a, b) = (root(&mut parents, a), root(&mut parents, b));
            let (low, high) = (a.min(b), a.max(b));
            parents[high] = low;
        }
    }
    let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for index in 0..briefs.len() {
        let root = root(&mut parents, index);
        groups.entry(root).or_default().push(index);
    }
    groups
        .into_values()
        .map(|mut articles| {
            articles.sort_by_key(|at| (std::cmp::Reverse(briefs[*at].indicators.len()), *at));
            let mut indicators: BTreeMap<Indicator, BTreeSet<String>> = BTreeMap::new();
            for at in &articles {
                let brief = &briefs[*at];
                let source = brief.url.as_ref().or(brief.source.as_ref());
                let source = source.unwrap_or(&brief.title);
                for found in &brief.indicators {
                    let sources = indicators.entry(found.indicator.clone()).or_default();
                    sources.insert(source.clone());
                }
            }
            Campaign {
                articles,
                indicators,
            }
        })
        .collect()
}

/// What tells one campaign from another: packages by name, addresses, digests.
fn keys(brief: &Brief) -> BTreeSet<String> {
    brief
        .indicators
        .iter()
        .filter_map(|found| {
            let value = &found.indicator.value;
            match found.indicator.kind {
                IndicatorKind::Package => {
                    let bare = value.rfind('@').filter(|at| !value[*at..].contains('/'));
                    Some(value[..bare.unwrap_or(value.len())].to_owned())
                }
                IndicatorKind::FileName | IndicatorKind::FilePath | IndicatorKind::Record => None,
                _ => Some(value.to_lowercase()),
            }
        })
        .collect()
}

fn root(parents: &mut [usize], mut at: usize) -> usize {
    while parents[at] != at {
        parents[at] = parents[parents[at]];
        at = parents[at];
    }
    at
}

#[cfg(test)]
mod tests {
    use lazaret_content::Content;

    use super::*;
    use crate::{Briefer, article::Article};

    #[test]
    fn articles_on_one_campaign_are_one() {
        let briefer = Briefer::load(&Content::shipped()).unwrap();
        let briefs: Vec<Brief> = [
            "The malicious npm packages `quick-log-js` and `fmt-tail-js` call hxxp://a[.]evil-metrics[.]ru/x.",
            "The malicious npm package `other-thing-js` calls 45[.]9[.]148[.]77.",
            "Two malicious npm packages, `quick-log-js` and `fmt-tail-js`, were removed.",
            "Nothing happened today.",
        ]
        .iter()
        .map(|text| briefer.brief(&Article::from_markdown(&format!("# News\n\n{text}\n"))))
        .collect();
        let groups: Vec<Vec<usize>> = campaigns(&briefs).into_iter().map(|c| c.articles).collect();
        assert_eq!(groups, [vec![0, 2], vec![1], vec![3]]);
    }
}
