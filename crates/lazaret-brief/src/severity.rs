//! How bad it is: a rubric whose every point has its reason. A count of
//! indicators is not a severity.

use lazaret_model::{IndicatorKind, Severity};
use serde::Serialize;

use crate::{
    article::{Article, BlockKind, sentences},
    indicators::{Found, Role},
    techniques::Told,
};

/// A part of the score.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Point {
    /// What is looked at.
    pub factor: &'static str,
    /// Points given, at most `of`.
    pub points: u8,
    /// Points possible.
    pub of: u8,
    /// Why.
    pub reason: String,
}

/// The severity with its reasons.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Rating {
    /// The level: critical from 12 points, high from 7, medium from 4, low
    /// from 2.
    pub severity: Severity,
    /// Sum of the points.
    pub score: u8,
    /// All factors, those without points too.
    pub points: Vec<Point>,
}

/// Rates what the article tells.
pub fn rate(article: &Article, found: &[Found], told: &[Told]) -> Rating {
    let has = |ids: &[&str]| {
        told.iter().find(|t| {
            let id = t.id.to_string();
            ids.iter()
                .any(|wanted| id == *wanted || id.starts_with(&format!("{wanted}.")))
        })
    };
    let indicators = || found.iter().filter(|f| f.role == Role::Indicator);
    let packages = indicators()
        .filter(|f| f.indicator.kind == IndicatorKind::Package)
        .count();
    let network = indicators()
        .filter(|f| {
            matches!(
                f.indicator.kind,
                IndicatorKind::Domain
                    | IndicatorKind::Url
                    | IndicatorKind::Ipv4
                    | IndicatorKind::Ipv6
            )
        })
        .count();

    let mut points = Vec::new();
    let mut add = |factor, points_given: u8, of, reason: String| {
        points.push(Point {
            factor,
            points: points_given.min(of),
            of,
            reason,
        });
    };

    let spread = spread(article);
    match &spread {
        Some((given, sentence)) => add("spread", *given, 4, sentence.clone()),
        None if packages > 50 => add("spread", 2, 4, format!("{packages} packages")),
        None => add("spread", 0, 4, "no figure of downloads or victims".into()),
    }
    match has(&["T1080"]) {
        Some(told) => add("self-propagation", 4, 4, first(told)),
        None => add("self-propagation", 0, 4, "does not spread by itself".into()),
    }
    match (has(&["T1204.005"]), has(&["T1195"])) {
        (Some(told), _) => add("execution", 3, 3, first(told)),
        (None, Some(told)) => add("execution", 1, 3, first(told)),
        _ if packages > 0 => add(
            "execution",
            1,
            3,
            "a package is code that runs where it is used".into(),
        ),
        _ => add(
            "execution",
            0,
            3,
            "nothing runs on install or import".into(),
        ),
    }
    match has(&[
        "T1485", "T1486", "T1657", "T1552", "T1555", "T1528", "T1539",
    ]) {
        Some(told) => add("harm", 3, 3, format!("{}: {}", told.name, first(told))),
        None => match has(&["T1105", "T1219", "T1041", "T1567", "T1496", "T1056"]) {
            Some(told) => add("harm", 2, 3, format!("{}: {}", told.name, first(told))),
            None => match has(&["T1082", "T1016", "T1033", "T1566", "T1204"]) {
                Some(told) => add("harm", 1, 3, format!("{}: {}", told.name, first(told))),
                None if packages > 0 => {
                    add(
                        "harm",
                        1,
                        3,
                        "called malicious; what it does is not told".into(),
                    );
                }
                None => add("harm", 0, 3, "no harm is told".into()),
            },
        },
    }
    match (packages, network) {
        (0, 0) => add(
            "something to act on",
            0,
            3,
            "no package or address to block".into(),
        ),
        (0, _) | (_, 0) => add(
            "something to act on",
            2,
            3,
            format!("{packages} packages, {network} network indicators"),
        ),
        _ => add(
            "something to act on",
            3,
            3,
            format!("{packages} packages, {network} network indicators"),
        ),
    }
    match still_live(article) {
        Some(sentence) => add("still live", 2, 2, sentence),
        None => add("still live", 0, 2, "removed, or not said to be live".into()),
    }

    let score: u8 = points.iter().map(|p| p.points).sum();
    // A text that tells of no attack is not made one by its words.
    let attack = packages + network > 0 || told.iter().any(|t| t.sentences.len() > 1 || t.named);
    let severity = match score {
        12.. if attack => Severity::Critical,
        7.. if attack => Severity::High,
        4.. => Severity::Medium,
        2.. => Severity::Low,
        _ => Severity::Info,
    };
    Rating {
        severity,
        score,
        points,
    }
}

fn first(told: &Told) -> String {
    told.sentences.first().cloned().unwrap_or_default()
}

/// Points for how far it got: the largest figure of downloads, victims or
/// packages that a sentence gives.
fn spread(article: &Article) -> Option<(u8, String)> {
    prose(article)
        .filter_map(|sentence| {
            let lower = sentence.to_lowercase();
            let units = [
                "download",
                "weekly",
                "install",
                "victim",
                "systems",
                "devices",
                "machines",
                "repositories",
                "users",
                "packages",
            ];
            if !units.iter().any(|unit| lower.contains(unit)) {
                return None;
            }
            let figure = figures(&lower).into_iter().max()?;
            let points = match figure {
                1_000_000.. => 4,
                100_000.. => 3,
                10_000.. => 2,
                500.. => 1,
                _ => return None,
            };
            Some((points, sentence.to_owned()))
        })
        .max_by_key(|(points, _)| *points)
}

const SPELT: &[&str] = &[
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
];

/// Numbers in a sentence: `2,000,000`, `2.6 billion`, `15k`. Years are left
/// out.
fn figures(sentence: &str) -> Vec<u64> {
    let mut found = Vec::new();
    let words: Vec<&str> = sentence.split_whitespace().collect();
    for (index, word) in words.iter().enumerate() {
        let word = word.trim_matches(|c: char| !c.is_alphanumeric());
        let plain = word.replace(',', "");
        let (digits, suffix) = match plain.find(|c: char| c.is_alphabetic()) {
            Some(at) => plain.split_at(at),
            None => (plain.as_str(), ""),
        };
        let next = words
            .get(index + 1)
            .map_or("", |w| w.trim_matches(|c: char| !c.is_alphanumeric()));
        // "two million"
        let spelt = SPELT
            .iter()
            .position(|spelt| *spelt == word)
            .filter(|_| matches!(next, "thousand" | "million" | "billion"))
            .map(|at| at as f64 + 1.0);
        let Some(value) = digits.parse::<f64>().ok().or(spelt) else {
            continue;
        };
        let suffix = if spelt.is_some() { "" } else { suffix };
        let unit = match (suffix, next) {
            ("k", _) | (_, "thousand") => 1e3,
            ("m", _) | (_, "million") => 1e6,
            ("b", _) | (_, "billion") => 1e9,
            _ => 1.0,
        };
        let year = unit == 1.0 && !word.contains(',') && (1990.0..2100.0).contains(&value);
        if !year && value.is_finite() && value >= 0.0 {
            found.push((value * unit) as u64);
        }
    }
    found
}

fn still_live(article: &Article) -> Option<String> {
    prose(article)
        .find(|sentence| {
            let lower = sentence.to_lowercase();
            [
                "still available",
                "remain available",
                "remains available",
                "still live",
                "remains live",
                "still active",
                "remain active",
                "remains active",
                "is ongoing",
                "still on npm",
                "still on pypi",
                "actively exploited",
                "currently active",
            ]
            .iter()
            .any(|phrase| lower.contains(phrase))
        })
        .map(str::to_owned)
}

fn prose(article: &Article) -> impl Iterator<Item = &str> {
    article
        .blocks
        .iter()
        .filter(|block| matches!(block.kind, BlockKind::Paragraph | BlockKind::Item))
        .flat_map(|block| {
            let text = &article.text[block.range.clone()];
            sentences(text).into_iter().map(move |range| &text[range])
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_figures() {
        assert_eq!(figures("over 2,000,000 downloads in 2024"), [2_000_000]);
        assert_eq!(figures("about 2.5 million weekly downloads"), [2_500_000]);
        assert_eq!(figures("15k packages"), [15_000]);
        assert_eq!(figures("one of two million users"), [2_000_000]);
    }
}
