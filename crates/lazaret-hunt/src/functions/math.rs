//! Functions of numbers.

use super::{cell::Cell, registry::Function, string::functions};

functions! {
    "abs" "*" '0' |args| match args.first() {
        Some(Cell::Long(n)) => Cell::Long(n.saturating_abs()),
        Some(Cell::Timespan(n)) => Cell::Timespan(n.saturating_abs()),
        Some(cell) => cell.real().map_or(Cell::Null, |n| Cell::Real(n.abs())),
        None => Cell::Null,
    };
    "round" "r?l" 'r' |args| {
        let digits = args.get(1).and_then(Cell::long).unwrap_or(0).clamp(-15, 15);
        let scale = 10_f64.powi(digits as i32);
        number(args, |n| (n * scale).round() / scale)
    };
    "ceiling" "r" 'l' |args| args.first().and_then(Cell::real).map_or(Cell::Null, |n| Cell::Long(n.ceil() as i64));
    "sqrt" "r" 'r' |args| number(args, f64::sqrt);
    "exp" "r" 'r' |args| number(args, f64::exp);
    "exp2" "r" 'r' |args| number(args, f64::exp2);
    "exp10" "r" 'r' |args| number(args, |n| 10_f64.powf(n));
    "log" "r" 'r' |args| number(args, f64::ln);
    "log2" "r" 'r' |args| number(args, f64::log2);
    "log10" "r" 'r' |args| number(args, f64::log10);
    "sin" "r" 'r' |args| number(args, f64::sin);
    "cos" "r" 'r' |args| number(args, f64::cos);
    "tan" "r" 'r' |args| number(args, f64::tan);
    "asin" "r" 'r' |args| number(args, f64::asin);
    "acos" "r" 'r' |args| number(args, f64::acos);
    "atan" "r" 'r' |args| number(args, f64::atan);
    "atan2" "rr" 'r' |args| numbers(args, f64::atan2);
    "radians" "r" 'r' |args| number(args, f64::to_radians);
    "degrees" "r" 'r' |args| number(args, f64::to_degrees);
    "pow" "rr" 'r' |args| numbers(args, f64::powf);
    "pi" "" 'r' |_| Cell::Real(std::f64::consts::PI);
    "sign" "r" 'l' |args| args.first().and_then(Cell::real).map_or(Cell::Null, |n| {
        Cell::Long(if n > 0.0 { 1 } else if n < 0.0 { -1 } else { 0 })
    });
    "geo_distance_2points" "rrrr" 'r' |args| {
        let at = |index: usize| args.get(index).and_then(Cell::real).map(f64::to_radians);
        let (Some(x1), Some(y1), Some(x2), Some(y2)) = (at(0), at(1), at(2), at(3)) else { return Cell::Null };
        let half = ((y2 - y1) / 2.0).sin().powi(2) + y1.cos() * y2.cos() * ((x2 - x1) / 2.0).sin().powi(2);
        Cell::Real(2.0 * 6_371_008.8 * half.sqrt().asin())
    };
}

fn number(args: &[Cell<'_>], work: impl Fn(f64) -> f64) -> Cell<'static> {
    match args.first().and_then(Cell::real).map(work) {
        Some(result) if !result.is_nan() => Cell::Real(result),
        _ => Cell::Null,
    }
}

fn numbers(args: &[Cell<'_>], work: fn(f64, f64) -> f64) -> Cell<'static> {
    match (
        args.first().and_then(Cell::real),
        args.get(1).and_then(Cell::real),
    ) {
        (Some(a), Some(b)) => Cell::Real(work(a, b)),
        _ => Cell::Null,
    }
}
