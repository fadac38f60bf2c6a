//! Functions of fields with several values.

use super::value::{many, number, text, values};
use crate::functions::{cell::Cell, pattern};

/// The value at an index; negative ones count from the end.
fn at(index: f64, count: usize) -> Option<usize> {
    let index = index as i64;
    let index = if index < 0 {
        index + i64::try_from(count).ok()?
    } else {
        index
    };
    usize::try_from(index).ok().filter(|index| *index < count)
}

/// Evaluates a function of this family.
pub fn call(name: &str, args: &[Cell<'_>]) -> Option<Cell<'static>> {
    let null = Cell::Null;
    let arg = |index: usize| args.get(index).unwrap_or(&null);
    Some(match name {
        "mvcount" => match values(arg(0)).len() {
            0 => Cell::Null,
            count => Cell::Long(i64::try_from(count).unwrap_or(i64::MAX)),
        },
        "mvindex" => {
            let items = values(arg(0));
            let Some(from) = number(arg(1)).and_then(|n| at(n, items.len())) else {
                return Some(Cell::Null);
            };
            let to = match args.get(2) {
                None => from,
                Some(to) => {
                    let last = i64::try_from(items.len()).unwrap_or(0) - 1;
                    let to = number(to).unwrap_or(0.0).min(last as f64);
                    at(to, items.len()).unwrap_or(0)
                }
            };
            if to < from {
                return Some(Cell::Null);
            }
            many(items.get(from..=to).unwrap_or(&[]).to_vec())
        }
        "mvjoin" => match values(arg(0)) {
            items if items.is_empty() => Cell::Null,
            items => Cell::owned(items.join(&text(arg(1)).unwrap_or_default())),
        },
        "mvappend" => many(args.iter().flat_map(values).collect()),
        "mvdedup" => {
            let mut seen = std::collections::BTreeSet::new();
            let items = values(arg(0)).into_iter();
            many(items.filter(|item| seen.insert(item.clone())).collect())
        }
        "mvsort" => {
            let mut items = values(arg(0));
            items.sort();
            many(items)
        }
        "mvreverse" => many(values(arg(0)).into_iter().rev().collect()),
        "mvfind" => {
            let wanted = text(arg(1)).unwrap_or_default();
            let found = pattern::with(&wanted, |regex| {
                values(arg(0)).iter().position(|item| regex.is_match(item))
            });
            match found.flatten() {
                Some(index) => Cell::Long(i64::try_from(index).unwrap_or(i64::MAX)),
                None => Cell::Null,
            }
        }
        "mvzip" => {
            let delimiter = match args.get(2) {
                Some(cell) => text(cell).unwrap_or_default().into_owned(),
                None => ",".to_owned(),
            };
            let right = values(arg(1));
            let pairs = values(arg(0)).into_iter().zip(right);
            many(pairs.map(|(a, b)| format!("{a}{delimiter}{b}")).collect())
        }
        "mvrange" => {
            let from = number(arg(0)).unwrap_or(0.0);
            let to = number(arg(1)).unwrap_or(0.0);
            let step = args.get(2).and_then(number).unwrap_or(1.0);
            let mut items = Vec::new();
            let mut next = from;
            while step > 0.0 && next < to && items.len() < 10_000 {
                items.push(super::value::number_text(next));
                next += step;
            }
            many(items)
        }
        "split" => {
            let whole = text(arg(0))?.into_owned();
            let delimiter = text(arg(1)).unwrap_or_default();
            many(if delimiter.is_empty() {
                whole.chars().map(String::from).collect()
            } else {
                whole.split(delimiter.as_ref()).map(str::to_owned).collect()
            })
        }
        _ => return None,
    })
}
