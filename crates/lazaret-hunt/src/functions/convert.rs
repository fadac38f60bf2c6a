//! Conversions and tests of single values.

use super::{cell::Cell, registry::Function, string::functions};

functions! {
    "tostring" "*" 's' |args| one(args).into_owned();
    "toint" "*" 'l' |args| whole(args);
    "tolong" "*" 'l' |args| whole(args);
    "todouble" "*" 'r' |args| one(args).real().map_or(Cell::Null, Cell::Real);
    "toreal" "*" 'r' |args| one(args).real().map_or(Cell::Null, Cell::Real);
    "tofloat" "*" 'r' |args| one(args).real().map_or(Cell::Null, Cell::Real);
    "todecimal" "*" 'r' |args| one(args).real().map_or(Cell::Null, Cell::Real);
    "tobool" "*" 'b' |args| one(args).truth().map_or(Cell::Null, Cell::Bool);
    "toboolean" "*" 'b' |args| one(args).truth().map_or(Cell::Null, Cell::Bool);
    "todatetime" "*" 't' |args| one(args).datetime().map_or(Cell::Null, Cell::Datetime);
    "totimespan" "*" 'n' |args| one(args).timespan().map_or(Cell::Null, Cell::Timespan);
    "toguid" "*" 's' |args| guid(&one(args).text());
    "tohex" "l?l" 's' |args| {
        let width = usize::try_from(args.get(1).and_then(Cell::long).unwrap_or(0)).unwrap_or(0).min(64);
        match args.first() {
            Some(Cell::Long(number)) => Cell::owned(format!("{number:0width$x}")),
            _ => Cell::Null,
        }
    };
    "format_bytes" "r?ls" 's' |args| match one(args).real() {
        Some(size) => Cell::owned(bytes(size, args.get(1).and_then(Cell::long), args.get(2))),
        None => Cell::Null,
    };
    "isempty" "*" 'b' |args| Cell::Bool(one(args).is_empty());
    "isnotempty" "*" 'b' |args| Cell::Bool(!one(args).is_empty());
    "notempty" "*" 'b' |args| Cell::Bool(!one(args).is_empty());
    "isnan" "r" 'b' |args| Cell::Bool(one(args).real().is_some_and(f64::is_nan));
    "isinf" "r" 'b' |args| Cell::Bool(one(args).real().is_some_and(f64::is_infinite));
    "isfinite" "r" 'b' |args| Cell::Bool(one(args).real().is_some_and(f64::is_finite));
    "not" "b" 'b' |args| one(args).truth().map_or(Cell::Null, |truth| Cell::Bool(!truth));
    "binary_and" "ll" 'l' |args| both(args, |a, b| a & b);
    "binary_or" "ll" 'l' |args| both(args, |a, b| a | b);
    "binary_xor" "ll" 'l' |args| both(args, |a, b| a ^ b);
    "binary_not" "l" 'l' |args| one(args).long().map_or(Cell::Null, |number| Cell::Long(!number));
    "binary_shift_left" "ll" 'l' |args| both(args, |a, b| a.wrapping_shl(b as u32));
    "binary_shift_right" "ll" 'l' |args| both(args, |a, b| a.wrapping_shr(b as u32));
    "bitset_count_ones" "l" 'l' |args| one(args).long().map_or(Cell::Null, |n| Cell::Long(i64::from(n.count_ones())));
    "gettype" "*" 's' |args| Cell::owned(match args.first() {
        None | Some(Cell::Null) => "null",
        Some(Cell::Bool(_)) => "bool",
        Some(Cell::Long(_)) => "long",
        Some(Cell::Real(_)) => "real",
        Some(Cell::Text(_)) => "string",
        Some(Cell::Datetime(_)) => "datetime",
        Some(Cell::Timespan(_)) => "timespan",
        Some(cell @ Cell::Dynamic(_)) => match cell.json() {
            serde_json::Value::Null => "null",
            serde_json::Value::Bool(_) => "bool",
            serde_json::Value::Number(number) if number.is_i64() => "long",
            serde_json::Value::Number(_) => "double",
            serde_json::Value::String(_) => "string",
            serde_json::Value::Array(_) => "array",
            serde_json::Value::Object(_) => "dictionary",
        },
    });
}

fn one<'a, 'b>(args: &'a [Cell<'b>]) -> &'a Cell<'b> {
    args.first().unwrap_or(&Cell::Null)
}

trait IntoOwnedText {
    fn into_owned(self) -> Cell<'static>;
}

impl IntoOwnedText for &Cell<'_> {
    fn into_owned(self) -> Cell<'static> {
        Cell::owned(self.text().into_owned())
    }
}

fn whole(args: &[Cell<'_>]) -> Cell<'static> {
    match one(args) {
        Cell::Text(text) if text.contains('.') => Cell::Null,
        cell => cell.long().map_or(Cell::Null, Cell::Long),
    }
}

fn both(args: &[Cell<'_>], work: fn(i64, i64) -> i64) -> Cell<'static> {
    match (
        args.first().and_then(Cell::long),
        args.get(1).and_then(Cell::long),
    ) {
        (Some(a), Some(b)) => Cell::Long(work(a, b)),
        _ => Cell::Null,
    }
}

/// A size in bytes as people write it: in the unit asked for, else in the
/// largest that it has one of.
fn bytes(size: f64, digits: Option<i64>, unit: Option<&Cell<'_>>) -> String {
    const UNITS: [&str; 7] = ["Bytes", "KB", "MB", "GB", "TB", "PB", "EB"];
    let asked = unit.map(Cell::text).unwrap_or_default();
    let asked = UNITS
        .iter()
        .position(|unit| unit.eq_ignore_ascii_case(&asked));
    let fits = |at: &usize| size.abs() >= 1024_f64.powi(*at as i32);
    let at = asked
        .or_else(|| (0..UNITS.len()).rev().find(fits))
        .unwrap_or(0);
    let scale = 10_f64.powi(digits.unwrap_or(0).clamp(0, 15) as i32);
    let number = (size / 1024_f64.powi(at as i32) * scale).round() / scale;
    format!("{number} {}", UNITS.get(at).unwrap_or(&"Bytes"))
}

/// `01234567-89ab-cdef-0123-456789abcdef`; nothing where it is no such number.
fn guid(text: &str) -> Cell<'static> {
    let bare = text.trim().trim_matches(['{', '}', '(', ')']);
    let digits: String = bare.chars().filter(|c| *c != '-').collect();
    if digits.len() != 32 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Cell::Null;
    }
    let digits = digits.to_ascii_lowercase();
    let parts = [0..8, 8..12, 12..16, 16..20, 20..32].map(|part| digits.get(part).unwrap_or(""));
    Cell::owned(parts.join("-"))
}
