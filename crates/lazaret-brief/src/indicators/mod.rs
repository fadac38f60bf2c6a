//! Indicators: everything that an analyst could block or hunt, and what is
//! only mentioned, each with its sentence, place and reason.

mod account;
mod candidate;
mod context;
mod judge;
mod lists;
mod package;
mod refang;
mod release;
mod spoken;
mod typed;
mod wallet;

use std::{collections::BTreeMap, ops::Range};

use lazaret_model::{Confidence, Ecosystem, Indicator, IndicatorKind};
use serde::Serialize;

use crate::article::{Article, BlockKind};
use context::Structure;
use judge::{Habits, Judge};

pub use lists::Lists;
pub use refang::Refanged;

/// What a value is to the reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// To block or to hunt.
    Indicator,
    /// In the text, but not to be blocked.
    Mentioned,
}

/// A value in the article.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Found {
    /// Kind and refanged value.
    #[serde(flatten)]
    pub indicator: Indicator,
    /// The value as it may be shown.
    pub defanged: String,
    /// To block, or mentioned.
    pub role: Role,
    /// How sure the role is.
    pub confidence: Confidence,
    /// Why.
    pub reason: &'static str,
    /// Ports it was written with.
    pub ports: Vec<u16>,
    /// Versions as a range, for packages (`all versions`, `< 1.2.0`).
    pub versions: Option<String>,
    /// Its first place in the article's text, in bytes.
    pub span: Range<usize>,
    /// The sentence or line around it.
    pub sentence: String,
    /// How many times it stands in the text.
    pub count: usize,
}

/// Bytes that a package with its version and address may take in the text.
const LONGEST: usize = 512;

/// All values of `article`, indicators first, in the order of the text.
/// The same value is given once, with its strongest role.
pub fn find(article: &Article, lists: &Lists) -> (Vec<Found>, Option<String>) {
    let structure = Structure::new(article, lists);
    let refanged = Refanged::new(&article.text);
    let candidates = candidate::find(&refanged);
    let (packages, note) = package::find(&structure);

    let judge = Judge::new(&structure, lists, habits(article, lists, &candidates));
    let mut found: BTreeMap<Indicator, Found> = BTreeMap::new();
    for candidate in &candidates {
        let span = refanged.origin(&candidate.range);
        // A registry page or `pkg@1.0` is the package it names.
        let first = packages.partition_point(|p| p.range.start + LONGEST <= span.start);
        let around = || {
            packages
                .iter()
                .skip(first)
                .take_while(|p| p.range.start < span.end)
                .filter(|p| span.start < p.range.end)
        };
        let is_package = match candidate.kind {
            IndicatorKind::Domain | IndicatorKind::Email => around().next().is_some(),
            // A module of Go is written as an address without a scheme.
            IndicatorKind::Url => around().any(|p| {
                p.package.ecosystem() == Ecosystem::Golang && !candidate.value.contains("://")
            }),
            _ => false,
        };
        if is_package {
            continue;
        }
        let judged = judge.candidate(candidate, span.start);
        let kind = match candidate.kind {
            IndicatorKind::Domain if judged.reason.starts_with("a file name") => {
                IndicatorKind::FileName
            }
            IndicatorKind::Url if is_repository(&candidate.value) => IndicatorKind::Repository,
            kind => kind,
        };
        let value = match kind {
            IndicatorKind::Repository if !candidate.value.contains("://") => {
                format!("https://{}", candidate.value)
            }
            _ => candidate.value.clone(),
        };
        let indicator = Indicator { kind, value };
        merge(
            &mut found,
            &structure,
            indicator,
            judged,
            candidate.port,
            None,
            span,
        );
    }
    let spoken = spoken::find(&structure);
    let mut spared = std::collections::HashSet::new();
    for named in &packages {
        // "the account `foo` that uploaded them" names no package.
        let is_account = named.certainty == package::Certainty::Worded
            && spoken.iter().any(|other| {
                other.kind == IndicatorKind::Publisher
                    && other.range.start < named.range.end
                    && named.range.start < other.range.end
            });
        if is_account {
            continue;
        }
        let judged = judge.package(named);
        if judged.reason == judge::HARMLESS && named.package.version().is_none() {
            spared.insert(named.package.purl());
        }
        let indicator = Indicator {
            kind: IndicatorKind::Package,
            value: named.package.purl(),
        };
        merge(
            &mut found,
            &structure,
            indicator,
            judged,
            None,
            named.versions.clone(),
            named.range.clone(),
        );
    }
    for spoken in spoken {
        let indicator = Indicator {
            kind: spoken.kind,
            value: spoken.value,
        };
        let judged = judge::Judgement {
            role: Role::Indicator,
            confidence: spoken.confidence,
            reason: spoken.reason,
        };
        merge(
            &mut found,
            &structure,
            indicator,
            judged,
            None,
            None,
            spoken.range,
        );
    }
    let mut found: Vec<Found> = found.into_values().collect();
    spare(&mut found, &spared);
    promote_versions(&mut found);
    promote_owned(&mut found);
    promote_siblings(&mut found, lists);
    drop_versionless_twins(&mut found);
    found.sort_by_key(|f| (f.role, f.span.start, f.span.end));
    (found, note)
}

/// ATT&CK ids that the article names (techniques, tactics, software, groups,
/// mitigations), with their places.
pub fn attack_ids(article: &Article) -> Vec<(String, Range<usize>)> {
    candidate::attack_ids(&article.text)
}

fn merge(
    found: &mut BTreeMap<Indicator, Found>,
    structure: &Structure<'_>,
    indicator: Indicator,
    judged: judge::Judgement,
    port: Option<u16>,
    versions: Option<String>,
    span: Range<usize>,
) {
    let entry = found
        .entry(indicator)
        .or_insert_with_key(|indicator| Found {
            indicator: indicator.clone(),
            defanged: indicator.defanged(),
            role: judged.role,
            confidence: judged.confidence,
            reason: judged.reason,
            ports: Vec::new(),
            versions: None,
            sentence: structure.article.text[structure.sentence_at(span.start)].to_owned(),
            span: span.clone(),
            count: 0,
        });
    entry.count += 1;
    let stronger = (judged.role, std::cmp::Reverse(judged.confidence))
        < (entry.role, std::cmp::Reverse(entry.confidence));
    if stronger {
        entry.role = judged.role;
        entry.confidence = judged.confidence;
        entry.reason = judged.reason;
        entry.sentence = structure.article.text[structure.sentence_at(span.start)].to_owned();
        entry.span = span;
    }
    if let Some(port) = port.filter(|port| !entry.ports.contains(port)) {
        entry.ports.push(port);
    }
    entry.versions = entry.versions.take().or(versions);
}

/// What a sentence calls harmless is so wherever it was only named beside what
/// is not: "npm i bad@1 good@2; good was never touched".
fn spare(found: &mut [Found], spared: &std::collections::HashSet<String>) {
    let name = |value: &str| {
        value
            .rsplit_once('@')
            .map_or(value, |(name, _)| name)
            .to_owned()
    };
    for f in found {
        if f.indicator.kind == IndicatorKind::Package
            && f.role == Role::Indicator
            && f.confidence < Confidence::High
            && spared.contains(&name(&f.indicator.value))
        {
            f.role = Role::Mentioned;
            f.reason = judge::HARMLESS;
        }
    }
}

/// A version of a package that is an indicator by its name is one as well,
/// where nothing speaks for it.
fn promote_versions(found: &mut [Found]) {
    let bare: std::collections::HashSet<String> = found
        .iter()
        .filter(|f| f.role == Role::Indicator && f.indicator.kind == IndicatorKind::Package)
        .map(|f| f.indicator.value.clone())
        .collect();
    for f in found {
        if f.indicator.kind == IndicatorKind::Package
            && f.reason.starts_with("nothing says")
            && let Some((name, _)) = f.indicator.value.rsplit_once('@')
            && bare.contains(name)
        {
            f.role = Role::Indicator;
            f.reason = "a version of a package that is one";
        }
    }
}

/// A name under the same domain as one that is an indicator.
fn promote_siblings(found: &mut [Found], lists: &Lists) {
    let domain = |host: &str| {
        psl::domain_str(host)
            .filter(|_| lists.host(host).is_none())
            .map(str::to_owned)
    };
    let bad: std::collections::HashSet<String> = found
        .iter()
        .filter(|f| f.role == Role::Indicator)
        .filter_map(|f| match f.indicator.kind {
            IndicatorKind::Domain => domain(&f.indicator.value),
            IndicatorKind::Url => domain(candidate::host_of(&f.indicator.value)),
            _ => None,
        })
        .collect();
    for f in found {
        let undecided =
            f.reason.starts_with("nothing says") || f.reason.starts_with("the author defangs");
        if f.role == Role::Mentioned
            && undecided
            && f.indicator.kind == IndicatorKind::Domain
            && domain(&f.indicator.value).is_some_and(|domain| bad.contains(&domain))
        {
            f.role = Role::Indicator;
            f.confidence = Confidence::Medium;
            f.reason = "under a domain that is one";
        }
    }
}

/// What stands on a code host under the name of an account that is an
/// indicator, or of the owner of a Go module that is one.
fn promote_owned(found: &mut [Found]) {
    let owners: std::collections::HashSet<String> = found
        .iter()
        .filter(|f| f.role == Role::Indicator)
        .filter_map(|f| match f.indicator.kind {
            IndicatorKind::Publisher => Some(f.indicator.value.to_lowercase()),
            IndicatorKind::Package => f
                .indicator
                .value
                .strip_prefix("pkg:golang/github.com/")
                .and_then(|rest| rest.split('/').next())
                .map(str::to_lowercase),
            _ => None,
        })
        .collect();
    for f in found {
        let is_page = matches!(
            f.indicator.kind,
            IndicatorKind::Url | IndicatorKind::Repository
        );
        if f.role == Role::Indicator || !is_page {
            continue;
        }
        let path = f
            .indicator
            .value
            .split_once("://")
            .map_or(f.indicator.value.as_str(), |(_, rest)| rest);
        let mut parts = path.split('/');
        let on_code_host = parts.next().is_some_and(|host| {
            matches!(
                host,
                "github.com"
                    | "raw.githubusercontent.com"
                    | "gist.githubusercontent.com"
                    | "gist.github.com"
                    | "gitlab.com"
                    | "bitbucket.org"
                    | "codeberg.org"
            )
        });
        if on_code_host
            && parts
                .next()
                .is_some_and(|owner| owners.contains(&owner.to_lowercase()))
        {
            f.role = Role::Indicator;
            f.confidence = Confidence::Medium;
            f.reason = "of an account that is one";
        }
    }
}

/// `foo` beside `foo@1.2` is the same package; the one with the version says
/// more. Kept where only the bare name is an indicator.
fn drop_versionless_twins(found: &mut Vec<Found>) {
    // "all versions" says it all.
    let whole: std::collections::HashSet<String> = found
        .iter()
        .filter(|f| {
            f.role == Role::Indicator
                && f.versions.as_deref().is_some_and(|v| {
                    let v = v.to_lowercase();
                    v.starts_with("all ") || v.starts_with("any ") || v.starts_with("every ")
                })
        })
        .map(|f| f.indicator.value.clone())
        .collect();
    found.retain(|f| {
        f.indicator.kind != IndicatorKind::Package
            || !f
                .indicator
                .value
                .rsplit_once('@')
                .is_some_and(|(name, _)| whole.contains(name))
    });
    let mut versioned: std::collections::HashMap<String, Role> = Default::default();
    for f in found.iter() {
        if f.indicator.kind == IndicatorKind::Package
            && let Some((name, _)) = f.indicator.value.rsplit_once('@')
        {
            let role = versioned.entry(name.to_owned()).or_insert(f.role);
            *role = (*role).min(f.role);
        }
    }
    found.retain(|f| {
        f.indicator.kind != IndicatorKind::Package
            || versioned
                .get(&f.indicator.value)
                .is_none_or(|role| *role > f.role)
    });
}

fn habits(article: &Article, lists: &Lists, candidates: &[candidate::Candidate]) -> Habits {
    let network = |kind| {
        matches!(
            kind,
            IndicatorKind::Domain | IndicatorKind::Url | IndicatorKind::Ipv4 | IndicatorKind::Email
        )
    };
    let defangs = candidates.iter().any(|c| c.defanged && network(c.kind));
    let prose = article
        .blocks
        .iter()
        .filter(|block| block.kind == BlockKind::Paragraph)
        .filter(|block| article.text[block.range.clone()].split_whitespace().count() >= 8)
        .count();
    let own = article
        .url
        .iter()
        .map(|url| {
            candidate::host_of(url)
                .trim_start_matches("www.")
                .to_lowercase()
        })
        .filter(|host| !host.is_empty())
        .collect();
    let told = article
        .blocks
        .iter()
        .filter(|block| !matches!(block.kind, BlockKind::Code | BlockKind::Row))
        .filter(|block| lists.speaks_of_attack(&article.text[block.range.clone()].to_lowercase()))
        .take(2)
        .count();
    let title = article.title.as_deref().unwrap_or_default().to_lowercase();
    Habits {
        attack: told >= 2 || lists.speaks_of_attack(&title),
        titled: lists.speaks_of_attack(&title),
        defangs,
        bare: prose == 0,
        own,
    }
}

/// `https://github.com/owner/repository` and no deeper.
fn is_repository(url: &str) -> bool {
    let path = url.split_once("://").map_or(url, |(_, rest)| rest);
    let mut parts = path.trim_end_matches('/').split('/');
    let host = parts.next().unwrap_or_default();
    matches!(
        host,
        "github.com" | "gitlab.com" | "bitbucket.org" | "codeberg.org"
    ) && !is_service_page(parts.clone().next().unwrap_or_default())
        && parts.count() == 2
}

/// First parts of addresses on code hosts that are no owner's.
fn is_service_page(owner: &str) -> bool {
    [
        "about",
        "advisories",
        "apps",
        "collections",
        "contact",
        "customer-stories",
        "explore",
        "features",
        "issues",
        "login",
        "marketplace",
        "notifications",
        "orgs",
        "pricing",
        "pulls",
        "readme",
        "search",
        "security",
        "settings",
        "site",
        "sponsors",
        "topics",
        "trending",
        "users",
    ]
    .contains(&owner.to_ascii_lowercase().as_str())
}

#[cfg(test)]
mod tests;
