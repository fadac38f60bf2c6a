//! Lines through series.

use serde_json::{Value, json};

use super::{
    cell::Cell,
    registry::Function,
    series::{numbers, spread},
    string::functions,
};

functions! {
    // Those with several results give an array of them.
    "series_fit_line" "d" 'd' |args| of(args, |items| {
        let fit = Fit::of(items);
        let points: Vec<f64> = fit.line.points(items.len()).collect();
        json!([fit.share(), fit.line.slope, fit.variance, fit.rest, fit.line.start, points])
    });
    "series_fit_line_dynamic" "d" 'd' |args| of(args, |items| {
        let fit = Fit::of(items);
        let mut bag = fit.bag();
        bag["line_fit"] = fit.line.points(items.len()).collect();
        bag
    });
    "series_fit_2lines" "d" 'd' |args| of(args, |items| {
        let two = TwoLines::of(items);
        let (all, left, right) = (&two.all, &two.left, &two.right);
        json!([
            two.share(), two.split, all.variance, two.rest, two.points(items.len()),
            right.share(), right.line.slope, right.line.start, right.variance, right.rest,
            left.share(), left.line.slope, left.line.start, left.variance, left.rest,
        ])
    });
    "series_fit_2lines_dynamic" "d" 'd' |args| of(args, |items| {
        let two = TwoLines::of(items);
        json!({
            "rsquare": two.share(), "split_idx": two.split, "variance": two.all.variance,
            "rvariance": two.rest, "line_fit": two.points(items.len()),
            "right": two.right.bag(), "left": two.left.bag(),
        })
    });
}

fn of(args: &[Cell<'_>], work: impl Fn(&[f64]) -> Value) -> Cell<'static> {
    numbers(args, 0).map_or(Cell::Null, |items| Cell::dynamic(&work(&items)))
}

/// The two lines, one after the other, that leave the least of a series.
struct TwoLines {
    all: Fit,
    left: Fit,
    right: Fit,
    /// Where the second begins.
    split: usize,
    /// The variance that both leave.
    rest: f64,
}

impl TwoLines {
    fn of(items: &[f64]) -> Self {
        let sums = Sums::of(items);
        let split = (1..items.len())
            .min_by(|a, b| {
                let left = |at: usize| sums.left(0, at) + sums.left(at, items.len());
                left(*a).total_cmp(&left(*b))
            })
            .unwrap_or(items.len());
        let (before, after) = items.split_at(split);
        let (left, right) = (Fit::of(before), Fit::of(after));
        let rest = (left.rest * before.len() as f64 + right.rest * after.len() as f64)
            / items.len().max(1) as f64;
        Self {
            all: Fit::of(items),
            left,
            right,
            split,
            rest,
        }
    }

    fn share(&self) -> f64 {
        explained(self.all.variance, self.rest)
    }

    fn points(&self, count: usize) -> Vec<f64> {
        let after = count.saturating_sub(self.split);
        let points = self.left.line.points(self.split);
        points.chain(self.right.line.points(after)).collect()
    }
}

/// The share of a variance that is not left over.
fn explained(variance: f64, rest: f64) -> f64 {
    if variance > 0.0 {
        1.0 - rest / variance
    } else {
        0.0
    }
}

/// A line through a series, and how well it fits.
struct Fit {
    line: Line,
    variance: f64,
    rest: f64,
}

impl Fit {
    fn of(items: &[f64]) -> Self {
        let line = Line::of(items);
        let (_, all) = spread(items);
        let (_, rest) = spread(&line.rest(items));
        Self {
            line,
            variance: all * all,
            rest: rest * rest,
        }
    }

    fn share(&self) -> f64 {
        explained(self.variance, self.rest)
    }

    fn bag(&self) -> Value {
        json!({
            "rsquare": self.share(), "slope": self.line.slope, "variance": self.variance,
            "rvariance": self.rest, "interception": self.line.start,
        })
    }
}

/// Running sums, from which any part's line is had at once.
struct Sums(Vec<[f64; 3]>);

impl Sums {
    fn of(items: &[f64]) -> Self {
        let mut sums = vec![[0.0; 3]];
        let mut last = [0.0; 3];
        for (at, item) in items.iter().enumerate() {
            last = [
                last[0] + item,
                last[1] + item * item,
                last[2] + item * at as f64,
            ];
            sums.push(last);
        }
        Self(sums)
    }

    /// The squares that the best line leaves of `from..to`.
    fn left(&self, from: usize, to: usize) -> f64 {
        let (Some(a), Some(b)) = (self.0.get(from), self.0.get(to)) else {
            return 0.0;
        };
        let count = (to - from) as f64;
        let (sum, squares, along) = (b[0] - a[0], b[1] - a[1], b[2] - a[2]);
        // Positions are counted from the middle of the part.
        let middle = from as f64 + (count - 1.0) / 2.0;
        let slope_part = along - middle * sum;
        let below = count * (count * count - 1.0) / 12.0;
        let above = squares - sum * sum / count;
        if below > 0.0 {
            (above - slope_part * slope_part / below).max(0.0)
        } else {
            above.max(0.0)
        }
    }
}

/// The line of least squares through a series.
#[derive(Clone, Copy, Default)]
pub(super) struct Line {
    pub(super) slope: f64,
    pub(super) start: f64,
}

impl Line {
    pub(super) fn of(items: &[f64]) -> Self {
        let count = items.len() as f64;
        if items.len() < 2 {
            return Self::level(items.first().copied().unwrap_or(0.0));
        }
        let middle = (count - 1.0) / 2.0;
        let mean = items.iter().sum::<f64>() / count;
        let (mut above, mut below) = (0.0, 0.0);
        for (at, item) in items.iter().enumerate() {
            let x = at as f64 - middle;
            above += x * (item - mean);
            below += x * x;
        }
        let slope = above / below;
        Self {
            slope,
            start: mean - slope * middle,
        }
    }

    pub(super) fn level(start: f64) -> Self {
        Self { slope: 0.0, start }
    }

    /// Its first points.
    pub(super) fn points(self, count: usize) -> impl Iterator<Item = f64> {
        (0..count).map(move |at| self.start + self.slope * at as f64)
    }

    /// What it leaves of a series.
    pub(super) fn rest(self, items: &[f64]) -> Vec<f64> {
        let each = items.iter().enumerate();
        each.map(|(at, item)| item - self.start - self.slope * at as f64)
            .collect()
    }
}
