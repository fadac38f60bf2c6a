//! Indicators: everything that an analyst could block or hunt, and what is
//! only mentioned, each with its sentence, place and reason.

mod account;
mod candidate;
mod context;
mod fitted;
mod judge;
mod lists;
mod package;
mod phrase;
mod refang;
mod release;
mod spoken;
mod typed;
mod wallet;
mod weigh;

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
    let habits = habits(article, lists, &candidates);
    let weighed = fitted::applies(article, &habits);
    let package::Packages {
        named: mut packages,
        shaped,
        note,
    } = package::find(&structure, lists, weighed);

    let judge = Judge::new(
        &structure,
        lists,
        &habits,
        release::main(&structure, &packages),
    );
    let mut judged = judge.packages(&packages);
    if weighed {
        fitted::decide(
            &structure,
            lists,
            &habits,
            &mut packages,
            shaped,
            &mut judged,
        );
    }
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
        let plain = |p: &&package::Named| p.certainty > package::Certainty::Again;
        let is_package = match candidate.kind {
            IndicatorKind::Domain | IndicatorKind::Email => around().any(|p| plain(&p)),
            // Names made of 32 hex digits exist, and versions that end in a commit.
            IndicatorKind::Md5 | IndicatorKind::Sha1 => around().filter(plain).any(|p| {
                p.package.name() == candidate.value
                    || p.package
                        .version()
                        .is_some_and(|v| v.contains(&candidate.value))
            }),
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
    for (named, judged) in packages.iter().zip(judged) {
        // "the account `foo` that uploaded them" names no package.
        let is_account = matches!(
            named.certainty,
            package::Certainty::Worded | package::Certainty::Guessed | package::Certainty::Again
        ) && spoken.iter().any(|other| {
            other.kind == IndicatorKind::Publisher
                && (other.range.start < named.range.end && named.range.start < other.range.end
                    || other.value.eq_ignore_ascii_case(named.package.name()))
        });
        if is_account {
            continue;
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
        if spoken.kind == IndicatorKind::Publisher
            && account::is_none(&spoken, &article.text, lists)
        {
            continue;
        }
        // A library that is called like a script.
        if spoken.kind == IndicatorKind::FileName
            && packages.iter().any(|named| {
                named.range.start < spoken.range.end
                    && spoken.range.start < named.range.end
                    && named.package.name().eq_ignore_ascii_case(&spoken.value)
            })
        {
            continue;
        }
        let judged = judge.spoken(&spoken);
        let indicator = Indicator {
            kind: spoken.kind,
            value: spoken.value,
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
    weigh::promote_versions(&mut found);
    weigh::promote_owned(&mut found);
    weigh::drop_versionless_twins(&mut found);
    found.sort_by_key(|f| (f.role, f.span.start, f.span.end));
    (found, note)
}

/// What the fitted decision sees of each name of `article`, to fit it again: the
/// name, its features, its unit, and whether the rules call it bad.
pub fn seen(article: &Article, lists: &Lists) -> Vec<(String, Vec<String>, usize, bool)> {
    let structure = Structure::new(article, lists);
    let candidates = candidate::find(&Refanged::new(&article.text));
    let habits = habits(article, lists, &candidates);
    if !fitted::applies(article, &habits) {
        return Vec::new();
    }
    let packages = package::find(&structure, lists, true);
    let main = release::main(&structure, &packages.named);
    let judge = Judge::new(&structure, lists, &habits, main);
    let judged = judge.packages(&packages.named);
    fitted::named(&structure, lists, &habits, &packages, &judged)
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

/// Blocks with grave words that a long article on an attack has; so many blocks
/// of a shorter one need one less; so few need none.
const GRAVE: usize = 3;
const SHORT: usize = 12;
const FEW: usize = 3;

pattern!(
    SHOWN,
    r"(?i)\bthis (?:(?:is|was) (?:an? )?(?:malicious|fake|rogue|trojan|typosquat\w*) (?:npm |pypi |python )?(?:package|library|module|gem|crate|extension)|(?:package|library|module|gem|crate|extension) (?:is|was|contains|has been) (?:an? |been )?(?:malicious|malware|infected|compromised|hijacked|backdoor))"
);

pattern!(
    /// A record that was wrong.
    FALSE_ALARM,
    r"(?i)\b(?:(?:incorrectly|wrongly|falsely|mistakenly|erroneously) (?:flag|mark|report|list|label|identif|classif|detect)\w*|false[- ]positives?|false alarm|(?:is|are|was) not (?:malicious|malware))\b"
);
pattern!(
    WITHDRAWN,
    r"(?i)\b(?:advisory|record|report|entry) (?:has been|was|is) withdrawn\b|\bwithdrawn advisory\b"
);

pattern!(
    /// A title on a flaw, lower case.
    FLAW,
    r"\bcve-\d{4}-\d|\b(?:vulnerabilit(?:y|ies)|vulnerable|flaws?|rce|xss|prototype pollution|remote code execution|denial of service|sicherheitslücke|vulnérabilité|vulnerabilidad)\b"
);

pattern!(
    /// A title on what is new, lower case.
    NEWS,
    r"^\W*(?:(?:we(?:'re| are) )?(?:announcing|introducing)\b|policy\b|release notes|what(?:'s|’s| is) new)"
);

/// Blocks at the start that say what an article is about.
const LEAD: usize = 2;

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
        .filter(|block| block.is_prose())
        .filter(|block| lists.speaks_of_attack(&article.text[block.range.clone()].to_lowercase()))
        .take(2)
        .count();
    let title = article.title.as_deref().unwrap_or_default().to_lowercase();
    let titled = lists.speaks_of_attack(&title);
    let is_grave = lists.is_grave(&title);
    let blocks = article.blocks.len();
    let grave = article
        .blocks
        .iter()
        .filter(|block| lists.is_grave(&article.text[block.range.clone()].to_lowercase()))
        .take(GRAVE)
        .count();
    Habits {
        // A few sentences need no grave words, the first ones say it, and who
        // defangs an address calls it dangerous.
        grave: blocks <= FEW
            || defangs
            || grave >= GRAVE.min(1 + blocks / SHORT)
            || is_grave
            || leads(article)
                .chain(heads(article))
                .any(|lead| lists.is_grave(&lead)),
        flaw: FLAW.is_match(&title) && !is_grave,
        year: year(article),
        news: NEWS.is_match(&title) && !is_grave,
        // A short text tells it in one paragraph.
        attack: told >= 2 || told == 1 && prose <= 2 || titled,
        titled,
        alarm: FALSE_ALARM.is_match(&title) || WITHDRAWN.is_match(&article.text),
        shown: SHOWN.is_match(&article.text),
        defangs,
        bare: prose == 0,
        own,
        dangerous: candidates
            .iter()
            .filter(|c| c.defanged && matches!(c.kind, IndicatorKind::Domain | IndicatorKind::Url))
            .map(|c| candidate::host_of(&c.value).to_owned())
            .collect(),
    }
}

pattern!(YEAR, r"\b20[12]\d\b");

/// The year of an article: of its date, or the last one that it names.
fn year(article: &Article) -> Option<u16> {
    let last = |text: &str| {
        let years = YEAR.find_iter(text).map(|m| m.as_str());
        years.filter_map(|year| year.parse().ok()).max()
    };
    let dated = article.published.as_deref().and_then(last);
    dated.or_else(|| last(&article.text))
}

/// The first paragraphs of running text, lower case.
fn leads(article: &Article) -> impl Iterator<Item = String> + '_ {
    article
        .blocks
        .iter()
        .filter(|block| block.kind == BlockKind::Paragraph)
        .map(|block| &article.text[block.range.clone()])
        .filter(|text| text.split_whitespace().nth(8).is_some())
        .take(LEAD)
        .map(str::to_lowercase)
}

/// Headings, and the heads of tables, lower case.
fn heads(article: &Article) -> impl Iterator<Item = String> + '_ {
    let mut above = None;
    article
        .blocks
        .iter()
        .filter(move |block| {
            let first = above.replace(block.kind) != Some(block.kind);
            match block.kind {
                BlockKind::Heading(_) => true,
                BlockKind::Row => first,
                _ => false,
            }
        })
        .map(|block| article.text[block.range.clone()].to_lowercase())
}

/// `https://github.com/owner/repository` and no deeper.
fn is_repository(url: &str) -> bool {
    let path = url.split_once("://").map_or(url, |(_, rest)| rest);
    let mut parts = path.trim_end_matches('/').split('/');
    let host = parts.next().unwrap_or_default();
    matches!(
        host,
        "github.com" | "gitlab.com" | "bitbucket.org" | "codeberg.org"
    ) && !SERVICE_PAGES.contains(
        &*parts
            .clone()
            .next()
            .unwrap_or_default()
            .to_ascii_lowercase(),
    ) && parts.count() == 2
}

words!(
    /// First parts of addresses on code hosts that are no owner's.
    SERVICE_PAGES,
    "\
    about advisories apps collections contact customer-stories explore features issues \
    login marketplace notifications orgs pricing pulls readme search security settings \
    site sponsors topics trending users \
    "
);

#[cfg(test)]
mod tests;
