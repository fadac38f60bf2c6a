//! The functions of `eval` by name.

use std::net::Ipv4Addr;

use super::{clock, multi, text, value};
use crate::{
    functions::cell::Cell,
    value::ScalarType::{self, Bool, Dynamic, Long, Real, String},
};

/// Name, least and most arguments, and the type of what it gives.
pub const FUNCTIONS: &[(&str, usize, usize, ScalarType)] = &[
    ("abs", 1, 1, Real),
    ("acos", 1, 1, Real),
    ("asin", 1, 1, Real),
    ("atan", 1, 1, Real),
    ("ceil", 1, 1, Real),
    ("ceiling", 1, 1, Real),
    ("bit_and", 2, 2, Real),
    ("bit_or", 2, 2, Real),
    ("bit_xor", 2, 2, Real),
    ("cidrmatch", 2, 2, Bool),
    ("commands", 1, 1, Dynamic),
    ("cos", 1, 1, Real),
    ("exact", 1, 1, Real),
    ("exp", 1, 1, Real),
    ("floor", 1, 1, Real),
    ("hypot", 2, 2, Real),
    ("ipmask", 2, 2, String),
    ("isbool", 1, 1, Bool),
    ("isint", 1, 1, Bool),
    ("isnum", 1, 1, Bool),
    ("isstr", 1, 1, Bool),
    ("json_array_to_mv", 1, 2, Dynamic),
    ("json_extract", 1, 16, Dynamic),
    ("json_valid", 1, 1, Bool),
    ("len", 1, 1, Long),
    ("like", 2, 2, Bool),
    ("ln", 1, 1, Real),
    ("log", 1, 2, Real),
    ("lower", 1, 1, String),
    ("ltrim", 1, 2, String),
    ("match", 2, 2, Bool),
    ("md5", 1, 1, String),
    ("mvappend", 1, 256, Dynamic),
    ("mvcount", 1, 1, Long),
    ("mvdedup", 1, 1, Dynamic),
    ("mvfind", 2, 2, Long),
    ("mvindex", 2, 3, Dynamic),
    ("mvjoin", 2, 2, String),
    ("mvrange", 2, 3, Dynamic),
    ("mvreverse", 1, 1, Dynamic),
    ("mvsort", 1, 1, Dynamic),
    ("mvzip", 2, 3, Dynamic),
    ("pi", 0, 0, Real),
    ("pow", 2, 2, Real),
    ("printf", 1, 64, String),
    ("relative_time", 2, 2, Real),
    ("replace", 3, 3, String),
    ("round", 1, 2, Real),
    ("rtrim", 1, 2, String),
    ("sha1", 1, 1, String),
    ("sha256", 1, 1, String),
    ("sha512", 1, 1, String),
    ("sin", 1, 1, Real),
    ("spath", 2, 2, Dynamic),
    ("split", 2, 2, Dynamic),
    ("sqrt", 1, 1, Real),
    ("strftime", 2, 2, String),
    ("strptime", 2, 2, Real),
    ("substr", 2, 3, String),
    ("tan", 1, 1, Real),
    ("tonumber", 1, 2, Real),
    ("tostring", 1, 2, String),
    ("trim", 1, 2, String),
    ("typeof", 1, 1, String),
    ("upper", 1, 1, String),
    ("urldecode", 1, 1, String),
];

/// Names that are no row functions, but forms the lowering knows.
pub const FORMS: &[&str] = &[
    "if",
    "case",
    "coalesce",
    "null",
    "true",
    "false",
    "isnull",
    "isnotnull",
    "now",
    "time",
    "random",
    "sigfig",
    "validate",
    "nullif",
    "in",
    "searchmatch",
    "mvfilter",
    "mvmap",
    "max",
    "min",
    "eval",
];

/// Evaluates a function.
pub fn call(name: &str, args: &[Cell<'_>]) -> Cell<'static> {
    let null = Cell::Null;
    let arg = |index: usize| args.get(index).unwrap_or(&null);
    let number = |index: usize| value::number(arg(index));
    let of = |work: fn(f64) -> f64| number(0).map_or(Cell::Null, |n| value::number_cell(work(n)));
    match name {
        "abs" => of(f64::abs),
        "acos" => of(f64::acos),
        "asin" => of(f64::asin),
        "atan" => of(f64::atan),
        "ceil" | "ceiling" => of(f64::ceil),
        "cos" => of(f64::cos),
        "exact" => of(|n| n),
        "exp" => of(f64::exp),
        "floor" => of(f64::floor),
        "ln" => of(f64::ln),
        "sin" => of(f64::sin),
        "sqrt" => of(f64::sqrt),
        "tan" => of(f64::tan),
        "pi" => Cell::Real(std::f64::consts::PI),
        "log" => {
            let base = args.get(1).and_then(value::number).unwrap_or(10.0);
            number(0).map_or(Cell::Null, |n| value::number_cell(n.log(base)))
        }
        "bit_and" | "bit_or" | "bit_xor" => match (number(0), number(1)) {
            (Some(a), Some(b)) => {
                let (a, b) = (a as i64, b as i64);
                value::number_cell(match name {
                    "bit_and" => a & b,
                    "bit_or" => a | b,
                    _ => a ^ b,
                } as f64)
            }
            _ => Cell::Null,
        },
        "hypot" => match (number(0), number(1)) {
            (Some(a), Some(b)) => value::number_cell(a.hypot(b)),
            _ => Cell::Null,
        },
        "ipmask" => {
            let address = |index: usize| value::text(arg(index))?.parse::<Ipv4Addr>().ok();
            match (address(0), address(1)) {
                (Some(mask), Some(address)) => Cell::owned((mask & address).to_string()),
                _ => Cell::Null,
            }
        }
        "json_array_to_mv" => match value::text(arg(0)).map(|text| serde_json::from_str(&text)) {
            Some(Ok(serde_json::Value::Array(items))) => {
                value::many(items.iter().map(crate::functions::array::plain).collect())
            }
            _ => Cell::Null,
        },
        "pow" => match (number(0), number(1)) {
            (Some(a), Some(b)) => value::number_cell(a.powf(b)),
            _ => Cell::Null,
        },
        "round" => {
            let digits = args.get(1).and_then(value::number).unwrap_or(0.0);
            let scale = 10_f64.powi(digits.clamp(0.0, 15.0) as i32);
            number(0).map_or(Cell::Null, |n| {
                value::number_cell((n * scale).round() / scale)
            })
        }
        "isnum" => Cell::Bool(number(0).is_some()),
        "isint" => Cell::Bool(number(0).is_some_and(|n| n.fract() == 0.0)),
        "isstr" => Cell::Bool(!matches!(arg(0), Cell::Null) && number(0).is_none()),
        "isbool" => Cell::Bool(matches!(arg(0), Cell::Bool(_))),
        "typeof" => Cell::owned(match arg(0) {
            Cell::Null => "Invalid",
            Cell::Bool(_) => "Boolean",
            _ if number(0).is_some() => "Number",
            _ => "String",
        }),
        "strftime" => match (number(0), value::text(arg(1))) {
            (Some(n), Some(format)) => clock::format(n, &format).map_or(Cell::Null, Cell::owned),
            _ => Cell::Null,
        },
        "strptime" => match (value::text(arg(0)), value::text(arg(1))) {
            (Some(text), Some(format)) => {
                clock::parse(&text, &format).map_or(Cell::Null, Cell::Real)
            }
            _ => Cell::Null,
        },
        "relative_time" => match (number(0), value::text(arg(1))) {
            (Some(n), Some(by)) => clock::relative(n, &by).map_or(Cell::Null, Cell::Real),
            _ => Cell::Null,
        },
        "json_valid" => match value::text(arg(0)) {
            Some(text) => Cell::Bool(serde_json::from_str::<serde_json::Value>(&text).is_ok()),
            None => Cell::Null,
        },
        "json_extract" => {
            let Some(whole) = value::text(arg(0)) else {
                return Cell::Null;
            };
            if args.len() < 2 {
                return Cell::owned(whole.into_owned());
            }
            let paths = args.iter().skip(1).filter_map(value::text);
            let found = paths.flat_map(|path| value::values(&super::path::at(&whole, &path)));
            value::many(found.collect())
        }
        "commands" => Cell::Null,
        _ => multi::call(name, args)
            .or_else(|| text::call(name, args))
            .unwrap_or_default(),
    }
}
