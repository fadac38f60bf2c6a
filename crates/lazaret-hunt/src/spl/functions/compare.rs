//! Comparisons of `eval` and `where`: numbers where both read as numbers, else
//! texts, case-sensitive.

use std::cmp::Ordering;

use super::value;
use crate::functions::cell::Cell;

/// How two values stand to each other; `None` where one is nothing.
pub fn order(a: &Cell<'_>, b: &Cell<'_>) -> Option<Ordering> {
    if let (Some(a), Some(b)) = (value::number(a), value::number(b)) {
        return a.partial_cmp(&b);
    }
    Some(value::text(a)?.as_ref().cmp(value::text(b)?.as_ref()))
}

/// `a <operator> b`; of several values one that fits is enough.
pub fn compare(operator: &str, a: &Cell<'_>, b: &Cell<'_>) -> Option<bool> {
    let fits = |order: Ordering| match operator {
        "=" => order == Ordering::Equal,
        "!=" => order != Ordering::Equal,
        "<" => order == Ordering::Less,
        "<=" => order != Ordering::Greater,
        ">" => order == Ordering::Greater,
        _ => order != Ordering::Less,
    };
    if matches!(a, Cell::Dynamic(_)) || matches!(b, Cell::Dynamic(_)) {
        let (many, other) = (value::values(a), value::values(b));
        if many.is_empty() || other.is_empty() {
            return None;
        }
        let pairs = || many.iter().flat_map(|a| other.iter().map(move |b| (a, b)));
        let equal = |(a, b): (&String, &String)| {
            order(&Cell::owned(a.as_str()), &Cell::owned(b.as_str())).is_some_and(fits)
        };
        return Some(match operator {
            "!=" => pairs().all(equal),
            _ => pairs().any(equal),
        });
    }
    order(a, b).map(fits)
}

/// Numbers, and `+` of texts joins them.
pub fn arithmetic(operator: &str, a: &Cell<'_>, b: &Cell<'_>) -> Cell<'static> {
    let (Some(x), Some(y)) = (value::number(a), value::number(b)) else {
        return match (operator, value::text(a), value::text(b)) {
            ("+", Some(a), Some(b)) => Cell::owned(format!("{a}{b}")),
            _ => Cell::Null,
        };
    };
    value::number_cell(match operator {
        "+" => x + y,
        "-" => x - y,
        "*" => x * y,
        "/" if y == 0.0 => f64::NAN,
        "/" => x / y,
        _ if y == 0.0 => f64::NAN,
        _ => x % y,
    })
}
