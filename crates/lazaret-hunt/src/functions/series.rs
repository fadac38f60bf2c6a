//! Functions of series: arrays of numbers.

use serde_json::{Value, json};

use super::{array::list, cell::Cell, registry::Function, string::functions};

functions! {
    "series_sum" "d" 'r' |args| numbers(args, 0).map_or(Cell::Null, |items| Cell::Real(items.iter().sum()));
    "series_stats_dynamic" "d" 'd' |args| {
        let Some(items) = numbers(args, 0) else { return Cell::Null };
        let (mean, deviation) = spread(&items);
        let extreme = |better: fn(f64, f64) -> bool| {
            items.iter().enumerate().fold(None, |best: Option<(usize, f64)>, (index, value)| match best {
                Some((_, found)) if !better(*value, found) => best,
                _ => Some((index, *value)),
            })
        };
        let (low, high) = (extreme(|a, b| a < b), extreme(|a, b| a > b));
        Cell::dynamic(&json!({
            "min": low.map(|found| found.1), "min_idx": low.map(|found| found.0),
            "max": high.map(|found| found.1), "max_idx": high.map(|found| found.0),
            "avg": mean, "stdev": deviation, "variance": deviation * deviation,
            "sum": items.iter().sum::<f64>(), "len": items.len(),
        }))
    };
    "series_fill_const" "dr?*" 'd' |args| {
        let constant = args.get(1).map_or(Value::Null, Cell::json);
        let filled = list(args, 0).unwrap_or_default().into_iter().map(|item| if item.is_null() { constant.clone() } else { item });
        Cell::dynamic(&filled.collect())
    };
    "series_fill_forward" "d?*" 'd' |args| {
        let mut last = Value::Null;
        let filled = list(args, 0).unwrap_or_default().into_iter().map(|item| {
            if !item.is_null() {
                last = item;
            }
            last.clone()
        });
        Cell::dynamic(&filled.collect())
    };
    "series_add" "dd" 'd' |args| pairwise(args, |a, b| a + b);
    "series_subtract" "dd" 'd' |args| pairwise(args, |a, b| a - b);
    "series_multiply" "dd" 'd' |args| pairwise(args, |a, b| a * b);
    "series_divide" "dd" 'd' |args| pairwise(args, |a, b| a / b);
    "series_outliers" "d?*+" 'd' |args| numbers(args, 0).map_or(Cell::Null, |items| Cell::dynamic(&outliers(&items).into()));
}

/// The numbers of an array; nulls count as zero.
pub fn numbers(args: &[Cell<'_>], index: usize) -> Option<Vec<f64>> {
    Some(
        list(args, index)?
            .iter()
            .map(|item| item.as_f64().unwrap_or(0.0))
            .collect(),
    )
}

fn pairwise(args: &[Cell<'_>], work: fn(f64, f64) -> f64) -> Cell<'static> {
    let (Some(a), Some(b)) = (numbers(args, 0), numbers(args, 1)) else {
        return Cell::Null;
    };
    Cell::dynamic(&a.iter().zip(&b).map(|(a, b)| work(*a, *b)).collect())
}

/// Mean and sample standard deviation.
pub fn spread(items: &[f64]) -> (f64, f64) {
    let count = items.len() as f64;
    if items.is_empty() {
        return (0.0, 0.0);
    }
    let mean = items.iter().sum::<f64>() / count;
    let variance =
        items.iter().map(|item| (item - mean).powi(2)).sum::<f64>() / (count - 1.0).max(1.0);
    (mean, variance.sqrt())
}

fn percentile(sorted: &[f64], share: f64) -> f64 {
    let at = share * (sorted.len().saturating_sub(1)) as f64;
    let (low, high) = (at.floor() as usize, at.ceil() as usize);
    match (sorted.get(low), sorted.get(high)) {
        (Some(a), Some(b)) => a + (b - a) * at.fract(),
        _ => 0.0,
    }
}

/// Tukey's fence test between the 10th and the 90th percentile: how far, in
/// ranges of them, a value lies outside.
pub fn outliers(items: &[f64]) -> Vec<f64> {
    let mut sorted = items.to_vec();
    sorted.sort_by(f64::total_cmp);
    let (low, high) = (percentile(&sorted, 0.1), percentile(&sorted, 0.9));
    let range = (high - low).max(f64::EPSILON);
    items
        .iter()
        .map(|item| {
            if *item > high {
                (item - high) / range
            } else if *item < low {
                (item - low) / range
            } else {
                0.0
            }
        })
        .collect()
}
