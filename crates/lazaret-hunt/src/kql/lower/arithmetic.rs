//! Arithmetic, and the type of values that meet.

use datafusion::logical_expr::{Expr as Plan, Operator, binary_expr, expr_fn::when};

use super::{Lower, Lowered, Typed};
use crate::{
    error::Class,
    functions::{cell::Cell, row},
    kql::ast::Span,
    value::ScalarType,
};

impl Lower<'_> {
    pub(super) fn arithmetic(
        &mut self,
        op: &str,
        left: Typed,
        right: Typed,
        span: &Span,
    ) -> Lowered<Typed> {
        use ScalarType::{Bool, Datetime, Dynamic, Long, Real, String, Timespan};
        let number = |value: Typed| match value.scalar {
            Dynamic => self.converted(value, Real),
            Bool => self.converted(value, Long),
            _ => value,
        };
        // Of a time and a dynamic value, the dynamic one holds a time.
        let (left, right) = match (left.scalar, right.scalar) {
            (Dynamic, Datetime) => (self.converted(left, Datetime), right),
            (Datetime, Dynamic) if op == "-" => {
                let right = self.converted(right, Datetime);
                (left, right)
            }
            _ => (number(left), number(right)),
        };
        let returns = match (left.scalar, op, right.scalar) {
            (Long, _, Long) => Long,
            (Long | Real, _, Long | Real) => Real,
            (Datetime, "-", Datetime) => Timespan,
            (Datetime, "+" | "-", Timespan) | (Timespan, "+", Datetime) => Datetime,
            (Timespan, "+" | "-" | "%", Timespan) => Timespan,
            (Timespan, "/", Timespan) => Real,
            (Timespan, "*" | "/", Long | Real) | (Long | Real, "*", Timespan) => Timespan,
            (Datetime, "%", Timespan) => Timespan,
            (Long | Real, "-", Timespan) if left.value() == Some(Cell::Long(0)) => Timespan,
            (String, "+", String) => {
                return self.fail(
                    Class::Type,
                    span,
                    "`+` does not join texts; `strcat(a, b)` does",
                );
            }
            (a, _, b) => {
                return self.fail(
                    Class::Type,
                    span,
                    format!("`{op}` has no meaning for {a} and {b}"),
                );
            }
        };
        let plain = matches!(op, "+" | "-" | "*") && returns.is_number();
        if plain && left.value().is_none() | right.value().is_none() {
            let (left, right) = (
                self.converted(left, returns),
                self.converted(right, returns),
            );
            let operator = match op {
                "+" => Operator::Plus,
                "-" => Operator::Minus,
                _ => Operator::Multiply,
            };
            return Ok(Typed::new(
                binary_expr(left.expr, operator, right.expr),
                returns,
            ));
        }
        let symbol = op.to_owned();
        let work = move |cells: &[Cell<'_>]| match cells {
            [left, right] => calculate(left, &symbol, right),
            _ => Cell::Null,
        };
        if let (Some(a), Some(b)) = (left.value(), right.value()) {
            return Ok(Typed::constant(work(&[a, b]), returns));
        }
        let args = vec![(left.expr, left.scalar), (right.expr, right.scalar)];
        Ok(Typed::new(
            row::simple(format!("arithmetic {op}"), args, returns, work),
            returns,
        ))
    }

    /// `if condition then a else b`, both of one type.
    pub(super) fn choose(&self, branches: Vec<(Plan, Typed)>, otherwise: Typed) -> Lowered<Typed> {
        let types = branches.iter().map(|(_, value)| value).chain([&otherwise]);
        let scalar = common(types);
        let mut branches = branches.into_iter();
        let Some((condition, value)) = branches.next() else {
            return Ok(otherwise);
        };
        let mut builder = when(condition, self.converted(value, scalar).expr);
        for (condition, value) in branches {
            builder = builder.when(condition, self.converted(value, scalar).expr);
        }
        let otherwise = self.converted(otherwise, scalar).expr;
        Ok(Typed::new(builder.otherwise(otherwise)?, scalar))
    }
}

/// The type that values of several types have in common; constants that are
/// null do not count.
pub(super) fn common<'t>(values: impl Iterator<Item = &'t Typed>) -> ScalarType {
    let mut found: Option<ScalarType> = None;
    let mut null = None;
    for value in values {
        if value.value() == Some(Cell::Null) {
            null = null.or(Some(value.scalar));
            continue;
        }
        found = Some(match found {
            None => value.scalar,
            Some(scalar) => wider(scalar, value.scalar),
        });
    }
    found.or(null).unwrap_or_default()
}

fn wider(a: ScalarType, b: ScalarType) -> ScalarType {
    match (a, b) {
        (a, b) if a == b => a,
        (ScalarType::Long, ScalarType::Real) | (ScalarType::Real, ScalarType::Long) => {
            ScalarType::Real
        }
        (ScalarType::Dynamic, ScalarType::String) | (ScalarType::String, ScalarType::Dynamic) => {
            ScalarType::String
        }
        (ScalarType::Dynamic, _) | (_, ScalarType::Dynamic) => ScalarType::Dynamic,
        _ => ScalarType::String,
    }
}

fn calculate(left: &Cell<'_>, op: &str, right: &Cell<'_>) -> Cell<'static> {
    use Cell::{Datetime, Long, Null, Real, Timespan};
    let real = |a: f64, b: f64| match op {
        "+" => a + b,
        "-" => a - b,
        "*" => a * b,
        "/" => a / b,
        _ => a % b,
    };
    let checked = |value: Option<i64>, form: fn(i64) -> Cell<'static>| value.map_or(Null, form);
    match (left, right) {
        (Long(a), Long(b)) => checked(
            match op {
                "+" => Some(a.wrapping_add(*b)),
                "-" => Some(a.wrapping_sub(*b)),
                "*" => Some(a.wrapping_mul(*b)),
                "/" => a.checked_div(*b),
                _ => a.checked_rem_euclid(*b),
            },
            Long,
        ),
        (Long(a), Real(b)) => Real(real(*a as f64, *b)),
        (Real(a), Long(b)) => Real(real(*a, *b as f64)),
        (Real(a), Real(b)) => Real(real(*a, *b)),
        (Datetime(a), Datetime(b)) => checked(a.checked_sub(*b), Timespan),
        (Datetime(a), Timespan(b)) => match op {
            "+" => checked(a.checked_add(*b), Datetime),
            "-" => checked(a.checked_sub(*b), Datetime),
            _ => checked(a.checked_rem_euclid(*b), Timespan),
        },
        (Timespan(a), Datetime(b)) => checked(a.checked_add(*b), Datetime),
        (Timespan(a), Timespan(b)) => match op {
            "+" => checked(a.checked_add(*b), Timespan),
            "-" => checked(a.checked_sub(*b), Timespan),
            "/" => Real(*a as f64 / *b as f64),
            _ => checked(a.checked_rem(*b), Timespan),
        },
        (Timespan(a), Long(b)) => match op {
            "*" => checked(a.checked_mul(*b), Timespan),
            _ => checked(a.checked_div(*b), Timespan),
        },
        (Timespan(a), Real(b)) => Timespan(if op == "*" {
            *a as f64 * b
        } else {
            *a as f64 / b
        } as i64),
        (Long(0), Timespan(b)) if op == "-" => Timespan(b.wrapping_neg()),
        (Long(a), Timespan(b)) => checked(a.checked_mul(*b), Timespan),
        (Real(a), Timespan(b)) => Timespan((a * *b as f64) as i64),
        _ => Null,
    }
}
