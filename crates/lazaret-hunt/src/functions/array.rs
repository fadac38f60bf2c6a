//! Functions of dynamic arrays and bags.

use std::cmp::Ordering;

use serde_json::{Map, Value};

use super::{
    cell::Cell,
    json, parse,
    registry::Function,
    string::{functions, text},
    time,
};

functions! {
    "array_length" "d" 'l' |args| list(args, 0).map_or(Cell::Null, |items| Cell::Long(items.len() as i64));
    "arraylength" "d" 'l' |args| list(args, 0).map_or(Cell::Null, |items| Cell::Long(items.len() as i64));
    "array_concat" "d+" 'd' |args| {
        let all = (0..args.len()).filter_map(|index| list(args, index)).flatten().collect();
        Cell::dynamic(&Value::Array(all))
    };
    "array_slice" "dll" 'd' slice;
    "array_index_of" "d*?lll" 'l' |args| {
        let wanted = args.get(1).map_or(Value::Null, Cell::json);
        let Some(items) = list(args, 0) else { return Cell::Null };
        let at = |index: usize, otherwise: i64| args.get(index).and_then(Cell::long).unwrap_or(otherwise);
        let count = items.len() as i64;
        let start = match at(2, 0) {
            start if start < 0 => (start + count).max(0),
            start => start,
        };
        let end = match at(3, -1) {
            length if length < 0 => count,
            length => start.saturating_add(length),
        };
        let found = items
            .iter()
            .enumerate()
            .map(|(index, item)| (index as i64, item))
            .filter(|(index, item)| *index >= start && *index < end && same(item, &wanted))
            .nth(usize::try_from(at(4, 1) - 1).unwrap_or(0));
        Cell::Long(found.map_or(-1, |(index, _)| index))
    };
    "array_reverse" "d" 'd' |args| list(args, 0).map_or(Cell::Null, |mut items| { items.reverse(); Cell::dynamic(&items.into()) });
    "array_sort_asc" "d?*+" 'd' |args| sorted(args, false);
    "array_sort_desc" "d?*+" 'd' |args| sorted(args, true);
    "array_sum" "d" 'r' |args| list(args, 0).map_or(Cell::Null, |items| Cell::Real(items.iter().filter_map(Value::as_f64).sum()));
    "array_split" "dd" 'd' array_split;
    "array_rotate_left" "dl" 'd' |args| rotated(args, 1);
    "array_rotate_right" "dl" 'd' |args| rotated(args, -1);
    "array_shift_left" "dl?*" 'd' |args| shifted(args, 1);
    "array_shift_right" "dl?*" 'd' |args| shifted(args, -1);
    "array_iff" "d**" 'd' |args| chosen(args);
    "array_iif" "d**" 'd' |args| chosen(args);
    "strcat_array" "ds" 's' |args| {
        let texts: Vec<String> = list(args, 0).unwrap_or_default().iter().map(plain).collect();
        Cell::owned(texts.join(text(args, 1)))
    };
    "set_has_element" "d*" 'b' |args| {
        let wanted = args.get(1).map_or(Value::Null, Cell::json);
        Cell::Bool(list(args, 0).unwrap_or_default().iter().any(|item| same(item, &wanted)))
    };
    "set_union" "d+" 'd' |args| Cell::dynamic(&distinct((0..args.len()).filter_map(|index| list(args, index)).flatten()).into());
    "set_intersect" "d+" 'd' |args| {
        let first = distinct(list(args, 0).unwrap_or_default().into_iter());
        let others: Vec<Vec<Value>> = (1..args.len()).map(|index| list(args, index).unwrap_or_default()).collect();
        Cell::dynamic(&first.into_iter().filter(|item| others.iter().all(|other| other.contains(item))).collect())
    };
    "set_difference" "d+" 'd' |args| {
        let first = distinct(list(args, 0).unwrap_or_default().into_iter());
        let others: Vec<Vec<Value>> = (1..args.len()).map(|index| list(args, index).unwrap_or_default()).collect();
        Cell::dynamic(&first.into_iter().filter(|item| !others.iter().any(|other| other.contains(item))).collect())
    };
    "set_equals" "dd" 'b' |args| {
        let (a, b) = (list(args, 0).unwrap_or_default(), list(args, 1).unwrap_or_default());
        Cell::Bool(a.iter().all(|item| b.contains(item)) && b.iter().all(|item| a.contains(item)))
    };
    "jaccard_index" "dd" 'r' |args| {
        let (a, b) = (distinct(list(args, 0).unwrap_or_default().into_iter()), distinct(list(args, 1).unwrap_or_default().into_iter()));
        let shared = a.iter().filter(|item| b.contains(item)).count() as f64;
        Cell::Real(shared / (a.len() as f64 + b.len() as f64 - shared))
    };
    "pack_array" "*+" 'd' |args| Cell::dynamic(&args.iter().map(Cell::json).collect());
    "pack_dictionary" "**+" 'd' bag;
    "bag_pack" "**+" 'd' bag;
    "pack" "**+" 'd' bag;
    "bag_keys" "d" 'd' |args| match args.first().map(Cell::json) {
        Some(Value::Object(bag)) => Cell::dynamic(&bag.keys().map(String::as_str).collect()),
        _ => Cell::Null,
    };
    "bag_has_key" "ds" 'b' |args| match args.first().map(Cell::json) {
        Some(Value::Object(bag)) => {
            let key = text(args, 1);
            let found = bag.contains_key(key)
                || key.starts_with("$.") && parse::at_path(Value::Object(bag), key).is_some();
            Cell::Bool(found)
        }
        _ => Cell::Null,
    };
    "bag_merge" "d+" 'd' |args| {
        let mut merged = Map::new();
        for arg in args {
            if let Value::Object(bag) = arg.json() {
                for (key, value) in bag {
                    merged.entry(key).or_insert(value);
                }
            }
        }
        Cell::dynamic(&Value::Object(merged))
    };
    "bag_remove_keys" "dd" 'd' |args| {
        let keys = list(args, 1).unwrap_or_default();
        match args.first().map(Cell::json) {
            Some(Value::Object(mut bag)) => {
                let mut paths = Vec::new();
                for key in keys.iter().filter_map(Value::as_str) {
                    match key.starts_with("$") {
                        true => paths.push(key),
                        false => drop(bag.remove(key)),
                    }
                }
                let mut bag = Value::Object(bag);
                for path in paths {
                    parse::remove_path(&mut bag, path);
                }
                Cell::dynamic(&bag)
            }
            _ => Cell::Null,
        }
    };
    "bag_set_key" "ds*" 'd' |args| {
        let mut bag = match args.first().map(Cell::json) {
            Some(Value::Object(bag)) => bag,
            _ => Map::new(),
        };
        bag.insert(text(args, 1).to_owned(), args.get(2).map_or(Value::Null, Cell::json));
        Cell::dynamic(&Value::Object(bag))
    };
    "zip" "d+" 'd' |args| {
        let lists: Vec<Vec<Value>> = (0..args.len()).map(|index| list(args, index).unwrap_or_default()).collect();
        let longest = lists.iter().map(Vec::len).max().unwrap_or(0);
        let row = |at: usize| lists.iter().map(|list| list.get(at).cloned().unwrap_or(Value::Null)).collect::<Value>();
        Cell::dynamic(&(0..longest).map(row).collect())
    };
    "treepath" "d" 'd' |args| {
        let mut paths = Vec::new();
        if let Some(value) = args.first().map(Cell::json) {
            tree(&value, "", &mut paths);
        }
        Cell::dynamic(&paths.into())
    };
    "range" "**?*" 'd' range;
}

/// The items of an array argument.
pub fn list(args: &[Cell<'_>], index: usize) -> Option<Vec<Value>> {
    match args.get(index)?.json() {
        Value::Array(items) => Some(items),
        _ => None,
    }
}

/// The text of a JSON value, strings without quotes.
pub fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        value => value.to_string(),
    }
}

fn same(a: &Value, b: &Value) -> bool {
    a == b || matches!((a.as_f64(), b.as_f64()), (Some(x), Some(y)) if x == y)
}

fn distinct(items: impl Iterator<Item = Value>) -> Vec<Value> {
    let mut seen = rustc_hash::FxHashSet::default();
    items.filter(|item| seen.insert(item.to_string())).collect()
}

fn bag(args: &[Cell<'_>]) -> Cell<'static> {
    let mut bag = Map::new();
    for pair in args.chunks(2) {
        if let [key, value] = pair {
            bag.insert(key.text().into_owned(), value.json());
        }
    }
    Cell::dynamic(&Value::Object(bag))
}

fn slice(args: &[Cell<'_>]) -> Cell<'static> {
    let Some(items) = list(args, 0) else {
        return Cell::Null;
    };
    let length = items.len() as i64;
    let at = |index: usize| {
        let number = args.get(index).and_then(Cell::long).unwrap_or(0);
        if number < 0 { number + length } else { number }
    };
    let (start, end) = (at(1).max(0), at(2).min(length - 1));
    let kept = items
        .into_iter()
        .enumerate()
        .filter(|(index, _)| (start..=end).contains(&(*index as i64)));
    Cell::dynamic(&kept.map(|(_, item)| item).collect())
}

fn array_split(args: &[Cell<'_>]) -> Cell<'static> {
    let Some(items) = list(args, 0) else {
        return Cell::Null;
    };
    let cuts = match args.get(1).map(Cell::json) {
        Some(Value::Array(cuts)) => cuts.iter().filter_map(Value::as_i64).collect(),
        Some(value) => value.as_i64().into_iter().collect(),
        None => Vec::new(),
    };
    let mut parts = Vec::new();
    let mut start = 0;
    for cut in cuts {
        let cut = if cut < 0 {
            cut + items.len() as i64
        } else {
            cut
        };
        let cut = usize::try_from(cut).unwrap_or(0).clamp(start, items.len());
        parts.push(Value::Array(
            items.get(start..cut).unwrap_or_default().to_vec(),
        ));
        start = cut;
    }
    parts.push(Value::Array(
        items.get(start..).unwrap_or_default().to_vec(),
    ));
    Cell::dynamic(&Value::Array(parts))
}

fn rotated(args: &[Cell<'_>], sign: i64) -> Cell<'static> {
    let Some(mut items) = list(args, 0) else {
        return Cell::Null;
    };
    if !items.is_empty() {
        let by =
            (args.get(1).and_then(Cell::long).unwrap_or(0) * sign).rem_euclid(items.len() as i64);
        items.rotate_left(usize::try_from(by).unwrap_or(0));
    }
    Cell::dynamic(&items.into())
}

/// Items moved by a number of places; what comes in is the last argument.
fn shifted(args: &[Cell<'_>], sign: i64) -> Cell<'static> {
    let Some(items) = list(args, 0) else {
        return Cell::Null;
    };
    let by = args
        .get(1)
        .and_then(Cell::long)
        .unwrap_or(0)
        .saturating_mul(sign);
    let filling = args.get(2).map_or(Value::Null, Cell::json);
    let item = |at: i64| {
        usize::try_from(at.saturating_add(by))
            .ok()
            .and_then(|at| items.get(at))
            .unwrap_or(&filling)
            .clone()
    };
    Cell::dynamic(&(0..items.len() as i64).map(item).collect())
}

fn chosen(args: &[Cell<'_>]) -> Cell<'static> {
    let Some(conditions) = list(args, 0) else {
        return Cell::Null;
    };
    let at = |index: usize, row: usize| match args.get(index).map(Cell::json) {
        Some(Value::Array(items)) => items.get(row).cloned().unwrap_or(Value::Null),
        Some(value) => value,
        None => Value::Null,
    };
    let pick = |(row, condition): (usize, &Value)| {
        let truth = condition
            .as_bool()
            .unwrap_or_else(|| condition.as_f64().is_some_and(|number| number != 0.0));
        at(if truth { 1 } else { 2 }, row)
    };
    Cell::dynamic(&conditions.iter().enumerate().map(pick).collect())
}

fn order(a: &Value, b: &Value) -> Ordering {
    match (a.as_f64(), b.as_f64()) {
        (Some(x), Some(y)) => x.total_cmp(&y),
        _ => plain(a).cmp(&plain(b)),
    }
}

/// The first array sorted, and further ones of the same length in its order: then
/// an array of arrays. A truth value at the end says whether nulls come last.
fn sorted(args: &[Cell<'_>], descending: bool) -> Cell<'static> {
    let (args, nulls_last) = match args {
        [rest @ .., Cell::Bool(last)] => (rest, *last),
        all => (all, true),
    };
    let Some(first) = list(args, 0) else {
        return Cell::Null;
    };
    let mut places: Vec<usize> = (0..first.len()).collect();
    let at = |place: usize| first.get(place).unwrap_or(&Value::Null);
    places.sort_by(|a, b| {
        let (a, b) = (at(*a), at(*b));
        let nulls = a.is_null().cmp(&b.is_null());
        let nulls = if nulls_last { nulls } else { nulls.reverse() };
        nulls.then_with(|| if descending { order(b, a) } else { order(a, b) })
    });
    let placed = |items: &[Value]| -> Value {
        let item = |place: &usize| items.get(*place).cloned().unwrap_or(Value::Null);
        places.iter().map(item).collect()
    };
    if args.len() == 1 {
        return Cell::dynamic(&placed(&first));
    }
    let all = (0..args.len()).map(|index| match list(args, index) {
        Some(items) if items.len() == first.len() => placed(&items),
        _ => Value::Null,
    });
    Cell::dynamic(&all.collect())
}

/// With the keys of bags in order.
pub fn canonical(value: Value) -> Value {
    match value {
        Value::Object(bag) => {
            let mut pairs: Vec<(String, Value)> = bag.into_iter().collect();
            pairs.sort_by(|(a, _), (b, _)| a.cmp(b));
            let pairs = pairs
                .into_iter()
                .map(|(key, value)| (key, canonical(value)));
            Value::Object(pairs.collect())
        }
        Value::Array(items) => items.into_iter().map(canonical).collect(),
        value => value,
    }
}

fn tree(value: &Value, prefix: &str, paths: &mut Vec<String>) {
    if paths.len() > 10_000 {
        return;
    }
    match value {
        Value::Object(bag) => {
            for (key, value) in bag {
                let path = format!("{prefix}['{key}']");
                paths.push(path.clone());
                tree(value, &path, paths);
            }
        }
        Value::Array(items) => {
            for (index, value) in items.iter().enumerate() {
                let path = format!("{prefix}[{index}]");
                paths.push(path.clone());
                tree(value, &path, paths);
            }
        }
        _ => {}
    }
}

/// Values from one to another, of the first one's type; by 1, or by an hour.
fn range(args: &[Cell<'_>]) -> Cell<'static> {
    let number = |cell: &Cell<'_>| match cell {
        Cell::Dynamic(_) => cell.json().as_f64().or_else(|| cell.real()),
        cell => cell.real(),
    };
    let at = |index: usize| args.get(index).and_then(number);
    let timed = matches!(args.first(), Some(Cell::Datetime(_) | Cell::Timespan(_)));
    let by = if timed { time::HOUR as f64 } else { 1.0 };
    let (Some(start), Some(stop), Some(step)) = (at(0), at(1), at(2).or(Some(by))) else {
        return Cell::Null;
    };
    if step == 0.0 {
        return Cell::Null;
    }
    let whole = args.iter().all(|arg| matches!(arg, Cell::Long(_)));
    // As many as the service gives at most.
    let count = (((stop - start) / step).floor() + 1.0).clamp(0.0, 1_048_576.0) as usize;
    let item = |index: usize| {
        let value = start + step * index as f64;
        match args.first() {
            Some(Cell::Datetime(_)) => Cell::Datetime(value as i64).json(),
            Some(Cell::Timespan(_)) => Cell::Timespan(value as i64).json(),
            _ if whole => Value::from(value as i64),
            _ => Value::from(value),
        }
    };
    Cell::dynamic(&(0..count).map(item).collect())
}

/// `value[index]` with an index known only by its row.
pub fn index(args: &[Cell<'_>]) -> Cell<'static> {
    let Some(value) = args.first().map(Cell::json) else {
        return Cell::Null;
    };
    let found = match args.get(1) {
        Some(Cell::Long(at)) => json::item(&value, *at),
        Some(key @ (Cell::Text(_) | Cell::Dynamic(_))) => match key.json() {
            Value::Number(number) => json::item(&value, number.as_i64().unwrap_or(i64::MAX)),
            _ => value.get(key.text().as_ref()),
        },
        _ => None,
    };
    found.map_or(Cell::Null, Cell::dynamic)
}
