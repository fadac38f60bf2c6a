//! Series taken apart: what comes back with each season, the trend, and the rest.

use serde_json::json;

use super::{
    cell::Cell,
    fit::Line,
    registry::Function,
    series::{numbers, outliers, spread},
    string::functions,
};

functions! {
    // Those with several results give an array of them.
    "series_decompose" "d?lslr" 'd' |args| {
        let Some(items) = numbers(args, 0) else { return Cell::Null };
        let model = Model::of(args, [1, 2, 3, 4]);
        let parts = model.apart(&items);
        let rest = parts.rest(&items);
        Cell::dynamic(&json!([parts.baseline(), parts.seasonal, parts.trend, rest]))
    };
    "series_decompose_anomalies" "d?rlslsr" 'd' |args| {
        let Some(items) = numbers(args, 0) else { return Cell::Null };
        let threshold = args.get(1).and_then(Cell::real).unwrap_or(1.5);
        let parts = Model::of(args, [2, 3, 4, 6]).apart(&items);
        let scores = outliers(&parts.rest(&items));
        let flag = |score: &f64| i64::from(*score > threshold) - i64::from(*score < -threshold);
        let flags: Vec<i64> = scores.iter().map(flag).collect();
        Cell::dynamic(&json!([flags, scores, parts.baseline()]))
    };
    "series_decompose_forecast" "dl?lsr" 'd' |args| {
        let Some(items) = numbers(args, 0) else { return Cell::Null };
        let model = Model::of(args, [2, 3, 1, 4]);
        Cell::dynamic(&model.apart(&items).baseline().into())
    };
    "series_periods_detect" "drrl" 'd' |args| {
        let Some(items) = numbers(args, 0) else { return Cell::Null };
        let real = |at: usize| args.get(at).and_then(Cell::real).unwrap_or_default();
        let (least, most) = (real(1).max(2.0) as usize, real(2).max(0.0) as usize);
        let found = periods(&items, least, most, real(3).max(0.0) as usize);
        let (periods, scores): (Vec<usize>, Vec<f64>) = found.into_iter().unzip();
        Cell::dynamic(&json!([periods, scores]))
    };
}

/// Points of a series whose season is looked for; finding it takes their square.
const LONGEST: usize = 16_384;

/// The shortest season that is looked for without being asked.
const SHORTEST: usize = 4;

enum Trend {
    Mean,
    Line,
    None,
}

enum Season {
    None,
    Of(usize),
    /// The best one that scores this at least.
    Found(f64),
}

struct Model {
    season: Season,
    trend: Trend,
    /// Points at the end that nothing is learnt from.
    tests: usize,
}

/// What a series is made of.
struct Parts {
    seasonal: Vec<f64>,
    trend: Vec<f64>,
}

impl Model {
    /// From arguments at the places of the season, the trend, the number of test
    /// points and the least score of a season.
    fn of(args: &[Cell<'_>], [season, trend, tests, score]: [usize; 4]) -> Self {
        let real = |at: usize| args.get(at).and_then(Cell::real);
        Self {
            season: match real(season).unwrap_or(-1.0) {
                period if period >= 1.0 => Season::Of(period as usize),
                0.0 => Season::None,
                _ => Season::Found(real(score).unwrap_or(0.6)),
            },
            trend: match args.get(trend).map(Cell::text).as_deref() {
                Some("linefit") => Trend::Line,
                Some("none") => Trend::None,
                _ => Trend::Mean,
            },
            tests: real(tests).unwrap_or(0.0).max(0.0) as usize,
        }
    }

    fn apart(&self, items: &[f64]) -> Parts {
        let known = items.len().saturating_sub(self.tests);
        let (learnt, _) = items.split_at(known);
        let period = match self.season {
            Season::None => None,
            Season::Of(period) => Some(period),
            Season::Found(least) => periods(learnt, SHORTEST, learnt.len() / 2, 1)
                .first()
                .filter(|(_, score)| *score >= least)
                .map(|(period, _)| *period),
        };
        let seasonal: Vec<f64> = match period.map(|period| phases(learnt, period)) {
            Some(phases) if !phases.is_empty() => {
                phases.iter().copied().cycle().take(items.len()).collect()
            }
            _ => vec![0.0; items.len()],
        };
        let rest: Vec<f64> = learnt.iter().zip(&seasonal).map(|(a, b)| a - b).collect();
        let trend = match self.trend {
            Trend::Line => Line::of(&rest),
            Trend::Mean => Line::level(spread(&rest).0),
            Trend::None => Line::default(),
        };
        Parts {
            trend: trend.points(items.len()).collect(),
            seasonal,
        }
    }
}

impl Parts {
    fn baseline(&self) -> Vec<f64> {
        let both = self.seasonal.iter().zip(&self.trend);
        both.map(|(season, trend)| season + trend).collect()
    }

    fn rest(&self, items: &[f64]) -> Vec<f64> {
        let both = items.iter().zip(self.baseline());
        both.map(|(item, base)| item - base).collect()
    }
}

/// The median of each phase of a season.
fn phases(items: &[f64], period: usize) -> Vec<f64> {
    let phases = period.min(items.len());
    let median = |phase: usize| {
        let mut same: Vec<f64> = items.iter().skip(phase).step_by(period).copied().collect();
        same.sort_by(f64::total_cmp);
        let high = same.get(same.len() / 2).copied().unwrap_or_default();
        match same.len() % 2 {
            0 => f64::midpoint(high, same.get(same.len() / 2 - 1).copied().unwrap_or(high)),
            _ => high,
        }
    };
    (0..phases).map(median).collect()
}

/// The seasons of a series between two lengths, the best first, each with how well
/// the series agrees with itself one season later (1 at most).
fn periods(items: &[f64], least: usize, most: usize, count: usize) -> Vec<(usize, f64)> {
    let most = most.min(items.len() / 2);
    if items.len() > LONGEST || least > most {
        return Vec::new();
    }
    let flat = Line::of(items).rest(items);
    let score = |lag: usize| {
        let (early, _) = flat.split_at(flat.len().saturating_sub(lag));
        let late = flat.iter().skip(lag);
        let sums = early
            .iter()
            .zip(late)
            .fold([0.0; 3], |[ab, aa, bb], (a, b)| {
                [ab + a * b, aa + a * a, bb + b * b]
            });
        let size = (sums[1] * sums[2]).sqrt();
        if size > f64::EPSILON {
            sums[0] / size
        } else {
            0.0
        }
    };
    let scores: Vec<f64> = (0..=most + 1).map(score).collect();
    let at = |lag: usize| scores.get(lag).copied().unwrap_or(f64::MIN);
    let peaks = (least..=most).filter(|lag| at(*lag) > at(lag - 1) && at(*lag) >= at(lag + 1));
    let mut found: Vec<(usize, f64)> = Vec::new();
    for (lag, score) in peaks
        .map(|lag| (lag, at(lag)))
        .filter(|(_, score)| *score > 0.0)
    {
        // Twice a season is none of its own, unless it fits far better.
        let multiple = |known: &&(usize, f64)| lag % known.0 == 0 && score < known.1 + 0.05;
        if found.iter().find(multiple).is_none() {
            found.push((lag, score));
        }
    }
    found.sort_by(|a, b| b.1.total_cmp(&a.1));
    found.truncate(count);
    found
}
