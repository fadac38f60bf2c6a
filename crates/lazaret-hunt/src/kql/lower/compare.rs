//! Comparisons and string operators.

use datafusion::logical_expr::{Expr as Plan, Operator, binary_expr};

use super::{Lower, Lowered, Typed, relation::Relation};
use crate::{
    error::Class,
    functions::{
        cell::Cell,
        pattern, predicate, row,
        term::{Matcher, Place},
    },
    kql::ast::{Expr, Span},
    value::ScalarType,
};

impl Lower<'_> {
    pub(super) fn compared(
        &mut self,
        op: &str,
        left: &Expr,
        right: &Expr,
        row: &Relation,
        positive: bool,
        span: &Span,
    ) -> Lowered<Typed> {
        let left = self.scalar(left, row)?;
        let right = self.scalar(right, row)?;
        self.comparison(op, left, right, positive, span)
    }

    pub(super) fn comparison(
        &mut self,
        op: &str,
        left: Typed,
        right: Typed,
        positive: bool,
        span: &Span,
    ) -> Lowered<Typed> {
        if matches!(op, "=~" | "!~") {
            return Ok(self.caseless(op == "!~", left, right));
        }
        let (left, right) = self.alike(left, right, span)?;
        let text = left.scalar == ScalarType::String;
        let operator = match op {
            "==" => Operator::Eq,
            "!=" => Operator::NotEq,
            "<" => Operator::Lt,
            "<=" => Operator::LtEq,
            ">" => Operator::Gt,
            _ => Operator::GtEq,
        };
        let known = |value: &Typed| {
            value
                .value()
                .is_some_and(|cell| cell != Cell::Null && !(text && cell.is_empty()))
        };
        // With a constant on one side the plain comparison is what Parquet
        // statistics understand.
        let constant = known(&left) || known(&right);
        let expr = match operator {
            Operator::Eq if constant && positive => {
                binary_expr(left.expr, Operator::Eq, right.expr)
            }
            Operator::Eq if constant => {
                binary_expr(left.expr, Operator::IsNotDistinctFrom, right.expr)
            }
            Operator::NotEq if constant => {
                binary_expr(left.expr, Operator::IsDistinctFrom, right.expr)
            }
            operator if text => binary_expr(self.text(left), operator, self.text(right)),
            // Of two columns: equal nulls are neither equal nor different.
            Operator::Eq if positive => binary_expr(left.expr, Operator::Eq, right.expr),
            Operator::Eq => binary_expr(left.expr, Operator::IsNotDistinctFrom, right.expr),
            Operator::NotEq => binary_expr(left.expr, Operator::IsDistinctFrom, right.expr),
            operator => binary_expr(left.expr, operator, right.expr),
        };
        Ok(Typed::new(expr, ScalarType::Bool))
    }

    /// `=~`, or `!~` if `negated`.
    fn caseless(&mut self, negated: bool, left: Typed, right: Typed) -> Typed {
        let name = if negated { "!~" } else { "=~" };
        let (left, right) = match left.value() {
            Some(_) => (right, left),
            None => (left, right),
        };
        let wanted = right.value();
        let (left, right) = (self.text(left), self.text(right));
        let found = match wanted {
            Some(wanted) => {
                let wanted = wanted.text().into_owned();
                predicate::test(format!("{name} {wanted:?}"), left, move |text| {
                    same_caseless(text, &wanted) != negated
                })
            }
            None => row::simple(
                name,
                vec![(left, ScalarType::String), (right, ScalarType::String)],
                ScalarType::Bool,
                move |cells| match cells {
                    [a, b] => Cell::Bool(same_caseless(&a.text(), &b.text()) != negated),
                    _ => Cell::Null,
                },
            ),
        };
        Typed::new(found, ScalarType::Bool)
    }

    /// Both values as one type that they can be compared in.
    pub(super) fn alike(
        &mut self,
        left: Typed,
        right: Typed,
        span: &Span,
    ) -> Lowered<(Typed, Typed)> {
        use ScalarType::{Bool, Datetime, Dynamic, Long, Real, String, Timespan};
        let scalar = match (left.scalar, right.scalar) {
            (Dynamic, Dynamic) => String,
            (a, b) if a == b => a,
            (Dynamic, other) | (other, Dynamic) => other,
            (Long, Real) | (Real, Long) => Real,
            (Bool, Long) | (Long, Bool) => Long,
            (Bool, Real) | (Real, Bool) => Real,
            (String, other) | (other, String) => {
                let words = if left.scalar == String {
                    left.value()
                } else {
                    right.value()
                };
                let fits = words
                    .as_ref()
                    .is_some_and(|cell| cell.clone().to(other) != Cell::Null);
                self.warn(
                    Class::Type,
                    span,
                    format!("text is compared with {other}, which the service refuses; it is read as {}", if fits { other } else { String }),
                );
                if fits { other } else { String }
            }
            (Datetime, Timespan | Long | Real) | (Timespan | Long | Real, Datetime) => Datetime,
            (Timespan, _) | (_, Timespan) => Timespan,
            (a, b) => {
                return self.fail(Class::Type, span, format!("{a} and {b} cannot be compared"));
            }
        };
        Ok((self.converted(left, scalar), self.converted(right, scalar)))
    }

    pub(super) fn between(
        &mut self,
        value: &Expr,
        negated: bool,
        low: &Expr,
        high: &Expr,
        row: &Relation,
        span: &Span,
    ) -> Lowered<Typed> {
        let value = self.scalar(value, row)?;
        let low = self.scalar(low, row)?;
        let mut high = self.scalar(high, row)?;
        // `datetime .. timespan` is a start and a length.
        if low.scalar == ScalarType::Datetime && high.scalar == ScalarType::Timespan {
            high = self.arithmetic("+", low.clone(), high, span)?;
        }
        let low = self.comparison(">=", value.clone(), low, true, span)?.expr;
        let high = self.comparison("<=", value, high, true, span)?.expr;
        let inside = binary_expr(low, Operator::And, high);
        let expr = if negated {
            Plan::IsNotTrue(Box::new(inside))
        } else {
            inside
        };
        Ok(Typed::new(expr, ScalarType::Bool))
    }

    /// `has`, `contains`, `startswith`, `matches regex` and their kin.
    pub(super) fn text_operator(
        &mut self,
        left: &Expr,
        op: &str,
        right: &Expr,
        row: &Relation,
        span: &Span,
    ) -> Lowered<Typed> {
        let (negated, name) = match op.strip_prefix('!') {
            Some(name) => (true, name),
            None => (false, op),
        };
        // `* has "x"` looks at every column.
        if matches!(&left.kind, crate::kql::ast::ExprKind::Wildcard(_)) {
            let right = self.scalar(right, row)?;
            return self.any_column(row, negated, |this, column| {
                this.text_match(column, name, right.clone(), false, span)
            });
        }
        let left = self.scalar(left, row)?;
        let right = self.scalar(right, row)?;
        self.text_match(left, name, right, negated, span)
    }

    /// Whether the test holds for any column: what `*` on the left stands for.
    pub(super) fn any_column(
        &mut self,
        row: &Relation,
        negated: bool,
        mut test: impl FnMut(&mut Self, Typed) -> Lowered<Typed>,
    ) -> Lowered<Typed> {
        let columns = row.columns.iter().map(|column| row.reference(column));
        let terms: Lowered<Vec<Plan>> =
            columns.map(|column| Ok(test(self, column)?.expr)).collect();
        let any = predicate::joined(terms?, false);
        let expr = if negated {
            Plan::Not(Box::new(any))
        } else {
            any
        };
        Ok(Typed::new(expr, ScalarType::Bool))
    }

    pub(super) fn text_match(
        &mut self,
        left: Typed,
        name: &str,
        right: Typed,
        negated: bool,
        span: &Span,
    ) -> Lowered<Typed> {
        let sign = if negated { "!" } else { "" };
        let right = self.folded(right)?;
        let right = self.converted(right, ScalarType::String);
        if name == "matches regex" {
            if let Some(found) = right.value()
                && let Err(reason) = pattern::compile(&found.text())
            {
                return self.fail(
                    Class::Arguments,
                    span,
                    format!("not a regular expression: {reason}"),
                );
            }
            if let (Some(wanted), ScalarType::String) = (right.value(), left.scalar) {
                let pattern = wanted.text().into_owned();
                let label = format!("{sign}matches_regex {pattern:?}");
                let found = predicate::matches(label, left.expr, pattern, negated);
                return Ok(Typed::new(found, ScalarType::Bool));
            }
            let found = row::call(
                format!("{sign}matches_regex"),
                vec![
                    given(left, ScalarType::String),
                    given(right, ScalarType::String),
                ],
                ScalarType::Bool,
                false,
                std::sync::Arc::new(move |cells| match cells {
                    [text, wanted] => {
                        let found =
                            pattern::with(&wanted.text(), |regex| regex.is_match(&text.text()));
                        found.map_or(Cell::Null, |found| Cell::Bool(found != negated))
                    }
                    _ => Cell::Null,
                }),
            );
            return Ok(Typed::new(found, ScalarType::Bool));
        }
        if name == "like" {
            return self.fail(
                Class::Unsupported,
                span,
                "`like` is not supported; `contains` and `matches regex` are",
            );
        }
        let (place, caseless) = place_of(name);
        let label = format!("{sign}{name}");
        let found = match right.value() {
            Some(needle) => {
                let needle = needle.text().into_owned();
                let label = format!("{label} {needle:?}");
                let matcher = Matcher::new(place, caseless, [needle]);
                if left.scalar == ScalarType::String {
                    let found = predicate::test(label, left.expr, move |text| {
                        matcher.matches(text) != negated
                    });
                    return Ok(Typed::new(found, ScalarType::Bool));
                }
                row::call(
                    label,
                    vec![given(left, ScalarType::String)],
                    ScalarType::Bool,
                    false,
                    std::sync::Arc::new(move |cells| {
                        Cell::Bool(
                            cells
                                .first()
                                .is_some_and(|cell| matcher.matches(&cell.text()))
                                != negated,
                        )
                    }),
                )
            }
            None => row::call(
                label,
                vec![
                    given(left, ScalarType::String),
                    given(right, ScalarType::String),
                ],
                ScalarType::Bool,
                false,
                std::sync::Arc::new(move |cells| match cells {
                    [text, needle] => {
                        let matcher = Matcher::new(place, caseless, [needle.text().into_owned()]);
                        Cell::Bool(matcher.matches(&text.text()) != negated)
                    }
                    _ => Cell::Null,
                }),
            ),
        };
        Ok(Typed::new(found, ScalarType::Bool))
    }
}

/// An argument that is converted as it is read.
pub(super) fn given(value: Typed, wanted: ScalarType) -> (Plan, row::Param) {
    (
        value.expr,
        row::Param {
            given: value.scalar,
            wanted,
        },
    )
}

/// Tells lists of constants apart; long ones by a digest.
pub(super) fn label(name: &str, needles: &[String]) -> String {
    use sha2::Digest as _;
    if needles.len() <= 20 {
        return format!("{name} {needles:?}");
    }
    let mut digest = sha2::Sha256::new();
    for needle in needles {
        digest.update(needle.len().to_le_bytes());
        digest.update(needle.as_bytes());
    }
    let digest: String = digest
        .finalize()
        .iter()
        .take(16)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("{name} {} values {digest}", needles.len())
}

fn place_of(name: &str) -> (Place, bool) {
    let (base, caseless) = match name.strip_suffix("_cs") {
        Some(base) => (base, false),
        None => (name, true),
    };
    let place = match base {
        "has" => Place::Term,
        "hasprefix" => Place::TermPrefix,
        "hassuffix" => Place::TermSuffix,
        "startswith" => Place::Start,
        "endswith" => Place::End,
        _ => Place::Contains,
    };
    (place, caseless)
}

fn same_caseless(a: &str, b: &str) -> bool {
    a.eq_ignore_ascii_case(b)
        || !(a.is_ascii() && b.is_ascii()) && a.to_lowercase() == b.to_lowercase()
}
