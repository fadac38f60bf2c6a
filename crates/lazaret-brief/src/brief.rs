//! The brief of one article.

use std::collections::HashSet;

use lazaret_content::Content;
use lazaret_model::{IndicatorKind, Package};
use serde::Serialize;

use crate::{
    article::Article,
    hunts::{self, Hunt},
    indicators::{self, Found, Lists, Role},
    severity::{self, Rating},
    summary,
    techniques::{TechniqueFileError, Techniques, Told},
};

/// What briefs are made with; loaded once for any number of articles.
#[derive(Debug)]
pub struct Briefer {
    lists: Lists,
    techniques: Techniques,
}

/// An article turned into what an analyst acts on. The same article gives the
/// same brief.
#[derive(Clone, Debug, Serialize)]
pub struct Brief {
    /// Title.
    pub title: String,
    /// Publisher, where it is known.
    pub source: Option<String>,
    /// Address, where it is known.
    pub url: Option<String>,
    /// Date of publication, where it is known.
    pub published: Option<String>,
    /// The article's own key sentences.
    pub summary: Vec<String>,
    /// How bad, with reasons.
    pub rating: Rating,
    /// To block or to hunt.
    pub indicators: Vec<Found>,
    /// In the text, but not to be blocked, with the reason.
    pub mentioned: Vec<Found>,
    /// ATT&CK techniques with the sentences that tell of them.
    pub techniques: Vec<Told>,
    /// Tactics of the techniques, in the order of an attack.
    pub phases: Vec<String>,
    /// Queries with the indicators filled in.
    pub hunts: Vec<Hunt>,
    /// Parts of the article that were left out.
    pub notes: Vec<String>,
}

impl Brief {
    /// Day of publication (`YYYY-MM-DD`), where it is known and one.
    pub fn day(&self) -> Option<&str> {
        self.published
            .as_deref()
            .and_then(|text| text.get(..10))
            .filter(|day| day.parse::<jiff::civil::Date>().is_ok())
    }
}

/// ATT&CK's tactics in the order of an attack.
const TACTICS: &[&str] = &[
    "reconnaissance",
    "resource-development",
    "initial-access",
    "execution",
    "persistence",
    "privilege-escalation",
    "defense-evasion",
    "credential-access",
    "discovery",
    "lateral-movement",
    "collection",
    "command-and-control",
    "exfiltration",
    "impact",
];

/// What a malicious package is to those who depend on it: Compromise Software
/// Dependencies and Development Tools.
const OF_PACKAGES: &str = "T1195.001";

impl Briefer {
    /// Loads lists and techniques.
    pub fn load(content: &Content) -> Result<Self, TechniqueFileError> {
        Ok(Self {
            lists: Lists::load(content)?,
            techniques: Techniques::load(content)?,
        })
    }

    /// The techniques known.
    pub fn techniques(&self) -> &Techniques {
        &self.techniques
    }

    /// Indicators and mentions alone.
    pub fn indicators(&self, article: &Article) -> Vec<Found> {
        indicators::find(article, &self.lists).0
    }

    /// What the fitted decision sees of each name, to fit it again.
    pub fn seen(&self, article: &Article) -> Vec<(String, Vec<String>, usize, bool)> {
        indicators::seen(article, &self.lists)
    }

    /// Makes the brief of `article`.
    pub fn brief(&self, article: &Article) -> Brief {
        let (found, note) = indicators::find(article, &self.lists);
        let mut techniques = match self.is_on_attack(article) {
            true => {
                let names = package_names(&found);
                self.techniques.read_knowing(article, &names)
            }
            false => self.techniques.named(article),
        };
        let package = found
            .iter()
            .find(|f| f.role == Role::Indicator && f.indicator.kind == IndicatorKind::Package);
        if let Some(package) = package {
            let at = package.span.start;
            techniques = self.techniques.infer(techniques, OF_PACKAGES, at, article);
        }
        let rating = severity::rate(article, &found, &techniques);
        let (indicators, mentioned): (Vec<_>, Vec<_>) =
            found.into_iter().partition(|f| f.role == Role::Indicator);
        let phases = TACTICS
            .iter()
            .filter(|tactic| {
                techniques
                    .iter()
                    .any(|told| told.tactics.iter().any(|t| t == *tactic))
            })
            .map(|tactic| (*tactic).to_owned())
            .collect();
        Brief {
            title: article
                .title
                .clone()
                .unwrap_or_else(|| "Untitled".to_owned()),
            source: article.source.clone(),
            url: article.url.clone(),
            published: article.published.clone(),
            summary: summary::summarise(article),
            rating,
            hunts: hunts::for_indicators(&indicators),
            indicators,
            mentioned,
            techniques,
            phases,
            notes: article.notes.iter().cloned().chain(note).collect(),
        }
    }

    /// Whether the article tells of an attack, rather than of releases, design or
    /// policy: what it says of programs is then no behaviour of an attacker's.
    fn is_on_attack(&self, article: &Article) -> bool {
        let is_grave = |text: &str| self.lists.is_grave(&text.to_lowercase());
        if article.title.as_deref().is_some_and(is_grave) {
            return true;
        }
        let told: Vec<&str> = article
            .blocks
            .iter()
            .filter(|block| block.is_prose())
            .map(|block| &article.text[block.range.clone()])
            .filter(|text| text.split_whitespace().nth(TOLD).is_some())
            .collect();
        let grave = told.iter().filter(|text| is_grave(text)).count();
        told.len() <= FEW || grave >= MANY || grave * SHARE >= told.len()
    }
}

/// Words of a block that tells something.
const TOLD: usize = 8;

/// Such blocks of a note, which says of what it is in none of them.
const FEW: usize = 3;

/// Blocks with grave words in a long article on an attack,
const MANY: usize = 12;

/// and one of how many has them at least.
const SHARE: usize = 10;

/// Names of all packages of the article, lower case, of paths the last part.
fn package_names(found: &[Found]) -> HashSet<String> {
    found
        .iter()
        .filter(|f| f.indicator.kind == IndicatorKind::Package)
        .filter_map(|f| f.indicator.value.parse::<Package>().ok())
        .filter_map(|package| Some(package.name().rsplit('/').next()?.to_lowercase()))
        .collect()
}
