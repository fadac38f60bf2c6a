//! Functions of series: arrays of numbers.

use serde_json::{Value, json};

use super::{array::list, cell::Cell, registry::Function, string::functions};

functions! {
    "series_sum" "d" 'r' |args| numbers(args, 0).map_or(Cell::Null, |items| Cell::Real(items.iter().sum()));
    // Its results one after the other.
    "series_stats" "d?b" 'd' |args| {
        let Some(items) = numbers(args, 0) else { return Cell::Null };
        let (mean, deviation) = spread(&items);
        let (low, high) = (extreme(&items, f64::lt), extreme(&items, f64::gt));
        Cell::dynamic(&json!([
            low.map(|found| found.1), low.map(|found| found.0),
            high.map(|found| found.1), high.map(|found| found.0),
            mean, deviation, deviation * deviation,
        ]))
    };
    "series_stats_dynamic" "d" 'd' |args| {
        let Some(items) = numbers(args, 0) else { return Cell::Null };
        let (mean, deviation) = spread(&items);
        let (low, high) = (extreme(&items, f64::lt), extreme(&items, f64::gt));
        Cell::dynamic(&json!({
            "min": low.map(|found| found.1), "min_idx": low.map(|found| found.0),
            "max": high.map(|found| found.1), "max_idx": high.map(|found| found.0),
            "avg": mean, "stdev": deviation, "variance": deviation * deviation,
            "sum": items.iter().sum::<f64>(), "len": items.len(),
        }))
    };
    "series_fill_const" "d*?*" 'd' |args| {
        let constant = args.get(1).map_or(Value::Null, Cell::json);
        let filled = list(args, 0).unwrap_or_default().into_iter().map(|item| if item.is_null() { constant.clone() } else { item });
        Cell::dynamic(&filled.collect())
    };
    "series_fill_forward" "d?*" 'd' |args| Cell::dynamic(&filled(args, list(args, 0).unwrap_or_default()).into());
    "series_fill_backward" "d?*" 'd' |args| {
        let mut items = list(args, 0).unwrap_or_default();
        items.reverse();
        let mut items = filled(args, items);
        items.reverse();
        Cell::dynamic(&items.into())
    };
    "series_fill_linear" "d?*b*" 'd' |args| match list(args, 0) {
        Some(items) => Cell::dynamic(&interpolated(args, items).into()),
        None => Cell::Null,
    };
    "series_cosine_similarity" "dd" 'r' |args| match (numbers(args, 0), numbers(args, 1)) {
        (Some(a), Some(b)) if a.len() == b.len() && !a.is_empty() => {
            let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
            Cell::Real(dot(&a, &b) / (dot(&a, &a).sqrt() * dot(&b, &b).sqrt()))
        }
        _ => Cell::Null,
    };
    "series_add" "dd" 'd' |args| pairwise(args, i64::checked_add, |a, b| a + b);
    "series_subtract" "dd" 'd' |args| pairwise(args, i64::checked_sub, |a, b| a - b);
    "series_multiply" "dd" 'd' |args| pairwise(args, i64::checked_mul, |a, b| a * b);
    "series_divide" "dd" 'd' |args| pairwise(args, |_, _| None, |a, b| a / b);
    "series_pow" "dd" 'd' |args| pairwise(args, |_, _| None, f64::powf);
    "series_equals" "dd" 'd' |args| compared(args, |a, b| a == b);
    "series_not_equals" "dd" 'd' |args| compared(args, |a, b| a != b);
    "series_less" "dd" 'd' |args| compared(args, |a, b| a < b);
    "series_less_equals" "dd" 'd' |args| compared(args, |a, b| a <= b);
    "series_greater" "dd" 'd' |args| compared(args, |a, b| a > b);
    "series_greater_equals" "dd" 'd' |args| compared(args, |a, b| a >= b);
    "series_abs" "d" 'd' |args| each(args, f64::abs);
    "series_ceiling" "d" 'd' |args| each(args, f64::ceil);
    "series_floor" "d" 'd' |args| each(args, f64::floor);
    "series_exp" "d" 'd' |args| each(args, f64::exp);
    "series_log" "d" 'd' |args| each(args, f64::ln);
    "series_sin" "d" 'd' |args| each(args, f64::sin);
    "series_cos" "d" 'd' |args| each(args, f64::cos);
    "series_tan" "d" 'd' |args| each(args, f64::tan);
    "series_asin" "d" 'd' |args| each(args, f64::asin);
    "series_acos" "d" 'd' |args| each(args, f64::acos);
    "series_atan" "d" 'd' |args| each(args, f64::atan);
    "series_sign" "d" 'd' |args| each(args, |n| if n == 0.0 { 0.0 } else { n.signum() });
    "series_product" "d" 'r' |args| numbers(args, 0).map_or(Cell::Null, |items| Cell::Real(items.iter().product()));
    "series_magnitude" "d" 'r' |args| numbers(args, 0).map_or(Cell::Null, |items| {
        Cell::Real(items.iter().map(|n| n * n).sum::<f64>().sqrt())
    });
    "series_dot_product" "dd" 'r' |args| match (numbers(args, 0), numbers(args, 1)) {
        (Some(a), Some(b)) => Cell::Real(a.iter().zip(&b).map(|(a, b)| a * b).sum()),
        _ => Cell::Null,
    };
    "series_pearson_correlation" "dd" 'r' |args| match (numbers(args, 0), numbers(args, 1)) {
        (Some(a), Some(b)) if a.len() == b.len() && a.len() > 1 => {
            let ((ma, da), (mb, db)) = (spread(&a), spread(&b));
            let shared = a.iter().zip(&b).map(|(a, b)| (a - ma) * (b - mb)).sum::<f64>();
            Cell::Real(shared / (a.len() as f64 - 1.0) / (da * db))
        }
        _ => Cell::Null,
    };
    "series_fir" "dd?bb" 'd' |args| match (numbers(args, 0), numbers(args, 1)) {
        (Some(items), Some(filter)) => {
            let told = |at: usize| match args.get(at) { Some(Cell::Bool(told)) => Some(*told), _ => None };
            // Filters that tell differences have no sum to divide by.
            let normal = told(2).unwrap_or_else(|| filter.iter().all(|factor| *factor >= 0.0));
            let sum = if normal { filter.iter().sum() } else { 1.0 };
            let shift = if told(3) == Some(true) { filter.len() / 2 } else { 0 };
            let at = |place: usize| weighed(&filter, &items, place + shift) / sum;
            Cell::dynamic(&(0..items.len()).map(at).collect::<Vec<_>>().into())
        }
        _ => Cell::Null,
    };
    "series_iir" "ddd" 'd' |args| match (numbers(args, 0), numbers(args, 1), numbers(args, 2)) {
        (Some(items), Some(ahead), Some(back)) => match back.split_first() {
            Some((whole, back)) => {
                let mut made: Vec<f64> = Vec::with_capacity(items.len());
                for place in 0..items.len() {
                    let own = place.checked_sub(1).map_or(0.0, |last| weighed(back, &made, last));
                    made.push((weighed(&ahead, &items, place) - own) / whole);
                }
                Cell::dynamic(&made.into())
            }
            None => Cell::Null,
        },
        _ => Cell::Null,
    };
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

/// The first value that no other is ahead of, and its place.
fn extreme(items: &[f64], ahead: fn(&f64, &f64) -> bool) -> Option<(usize, f64)> {
    let each = items.iter().copied().enumerate();
    each.reduce(|best, item| if ahead(&item.1, &best.1) { item } else { best })
}

/// The values at `place` and before it, by the factors in their order.
fn weighed(factors: &[f64], items: &[f64], place: usize) -> f64 {
    let before = factors.iter().enumerate();
    let each = before.filter_map(|(at, factor)| Some(factor * items.get(place.checked_sub(at)?)?));
    each.sum()
}

/// Two series value by value; whole numbers stay whole where they can, and what
/// is no number, or has no partner, gives nothing.
fn pairwise(
    args: &[Cell<'_>],
    whole: fn(i64, i64) -> Option<i64>,
    work: fn(f64, f64) -> f64,
) -> Cell<'static> {
    matched(args, |a, b| match (a.as_i64(), b.as_i64()) {
        (Some(a), Some(b)) if whole(a, b).is_some() => whole(a, b).into(),
        _ => match (a.as_f64(), b.as_f64()) {
            (Some(a), Some(b)) => work(a, b).into(),
            _ => Value::Null,
        },
    })
}

fn compared(args: &[Cell<'_>], work: fn(&f64, &f64) -> bool) -> Cell<'static> {
    matched(args, |a, b| match (a.as_f64(), b.as_f64()) {
        (Some(a), Some(b)) => work(&a, &b).into(),
        _ => Value::Null,
    })
}

fn matched(args: &[Cell<'_>], work: impl Fn(&Value, &Value) -> Value) -> Cell<'static> {
    let (Some(a), Some(b)) = (list(args, 0), list(args, 1)) else {
        return Cell::Null;
    };
    let item = |at: usize| {
        let (a, b) = (a.get(at), b.get(at));
        work(a.unwrap_or(&Value::Null), b.unwrap_or(&Value::Null))
    };
    Cell::dynamic(&(0..a.len().max(b.len())).map(item).collect())
}

fn each(args: &[Cell<'_>], work: fn(f64) -> f64) -> Cell<'static> {
    let Some(items) = list(args, 0) else {
        return Cell::Null;
    };
    let items = items.iter().map(|item| item.as_f64().map(work));
    Cell::dynamic(&items.map(Value::from).collect())
}

/// Each placeholder (the second argument, or null) as the last value before it.
fn filled(args: &[Cell<'_>], items: Vec<Value>) -> Vec<Value> {
    let placeholder = args.get(1).map_or(Value::Null, Cell::json);
    let mut last = None;
    let filled = items.into_iter().map(|item| {
        if item == placeholder || item.is_null() && placeholder.is_null() {
            return last.clone().unwrap_or(item);
        }
        last = Some(item.clone());
        item
    });
    filled.collect()
}

/// Each placeholder (the second argument, or null) on a line between its
/// neighbours; at the edges as the nearest value, where that is wanted.
fn interpolated(args: &[Cell<'_>], mut items: Vec<Value>) -> Vec<Value> {
    let placeholder = args.get(1).map_or(Value::Null, Cell::json);
    let edges = !matches!(args.get(2), Some(Cell::Bool(false)));
    let whole = items.iter().all(|item| item.is_null() || item.is_i64());
    let missing = |item: &Value| item.is_null() || *item == placeholder;
    let known: Vec<(usize, f64)> = items
        .iter()
        .enumerate()
        .filter(|(_, item)| !missing(item))
        .filter_map(|(at, item)| Some((at, item.as_f64()?)))
        .collect();
    let (Some(first), Some(last)) = (known.first().copied(), known.last().copied()) else {
        let constant = args.get(3).map_or_else(|| 0.0.into(), Cell::json);
        return vec![constant; items.len()];
    };
    let count = items.len();
    let mut fill = |at: usize, value: f64| {
        if let Some(item) = items.get_mut(at) {
            *item = match whole {
                true => (value as i64).into(),
                false => value.into(),
            };
        }
    };
    for pair in known.windows(2) {
        if let [(from, a), (to, b)] = *pair {
            for at in from + 1..to {
                fill(at, a + (b - a) * (at - from) as f64 / (to - from) as f64);
            }
        }
    }
    if edges {
        (0..first.0).for_each(|at| fill(at, first.1));
        (last.0 + 1..count).for_each(|at| fill(at, last.1));
    }
    items
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
