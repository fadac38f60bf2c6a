//! Comparisons and string operators.

use std::collections::HashSet;

use datafusion::logical_expr::{Expr as Plan, Operator, lit};

use super::{
    Lower, Lowered, Typed, first_column,
    relation::Relation,
    scalar::{balanced, binary},
};
use crate::{
    error::Class,
    functions::{
        array::plain,
        cell::Cell,
        pattern, predicate, row,
        term::{Matcher, Place},
    },
    kql::ast::{Expr, Span},
    value::ScalarType,
};

/// Values of an `in (…)` list beyond which they are hashed.
const LISTED: usize = 100;
/// Values a table may bring into a list.
const VALUES: usize = 1_000_000;

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
            let (left, right) = (self.text(left), self.text(right));
            let negated = op == "!~";
            let same = row::simple(
                if negated { "!~" } else { "=~" },
                vec![(left, ScalarType::String), (right, ScalarType::String)],
                ScalarType::Bool,
                move |cells| match cells {
                    [a, b] => {
                        let (a, b) = (a.text(), b.text());
                        let same = a.eq_ignore_ascii_case(&b)
                            || !(a.is_ascii() && b.is_ascii())
                                && a.to_lowercase() == b.to_lowercase();
                        Cell::Bool(same != negated)
                    }
                    _ => Cell::Null,
                },
            );
            return Ok(Typed::new(same, ScalarType::Bool));
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
            Operator::Eq if constant && positive => binary(left.expr, Operator::Eq, right.expr),
            Operator::Eq if constant => binary(left.expr, Operator::IsNotDistinctFrom, right.expr),
            Operator::NotEq if constant => binary(left.expr, Operator::IsDistinctFrom, right.expr),
            operator if text => binary(self.text(left), operator, self.text(right)),
            // Of two columns: equal nulls are neither equal nor different.
            Operator::Eq if positive => binary(left.expr, Operator::Eq, right.expr),
            Operator::Eq => binary(left.expr, Operator::IsNotDistinctFrom, right.expr),
            Operator::NotEq => binary(left.expr, Operator::IsDistinctFrom, right.expr),
            operator => binary(left.expr, operator, right.expr),
        };
        Ok(Typed::new(expr, ScalarType::Bool))
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
        let inside = binary(low, Operator::And, high);
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
            let columns: Vec<Typed> = row
                .columns
                .iter()
                .map(|column| row.reference(column))
                .collect();
            let mut terms = Vec::new();
            for column in columns {
                terms.push(
                    self.text_match(column, name, right.clone(), false, span)?
                        .expr,
                );
            }
            let any = balanced(terms, Operator::Or);
            let expr = if negated {
                Plan::Not(Box::new(any))
            } else {
                any
            };
            return Ok(Typed::new(expr, ScalarType::Bool));
        }
        let left = self.scalar(left, row)?;
        let right = self.scalar(right, row)?;
        self.text_match(left, name, right, negated, span)
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

    /// `in`, `in~`, `has_any`, `has_all`.
    pub(super) fn list_operator(
        &mut self,
        left: &Expr,
        op: &str,
        items: &[Expr],
        row: &Relation,
        positive: bool,
        span: &Span,
    ) -> Lowered<Typed> {
        let (negated, name) = match op.strip_prefix('!') {
            Some(name) => (true, name),
            None => (false, op),
        };
        if matches!(&left.kind, crate::kql::ast::ExprKind::Wildcard(_)) {
            let columns: Vec<Typed> = row
                .columns
                .iter()
                .map(|column| row.reference(column))
                .collect();
            let mut terms = Vec::new();
            for column in columns {
                terms.push(
                    self.in_list(column, name, false, items, row, true, span)?
                        .expr,
                );
            }
            let any = balanced(terms, Operator::Or);
            let expr = if negated {
                Plan::Not(Box::new(any))
            } else {
                any
            };
            return Ok(Typed::new(expr, ScalarType::Bool));
        }
        let value = self.scalar(left, row)?;
        self.in_list(value, name, negated, items, row, positive, span)
    }

    #[allow(clippy::too_many_arguments)]
    fn in_list(
        &mut self,
        value: Typed,
        name: &str,
        negated: bool,
        items: &[Expr],
        row: &Relation,
        positive: bool,
        span: &Span,
    ) -> Lowered<Typed> {
        let mut constants: Vec<Cell<'static>> = Vec::new();
        let mut dependent: Vec<Typed> = Vec::new();
        for item in items {
            if self.is_tabular(item) {
                constants.extend(self.values_of(item)?);
                continue;
            }
            let item = self.scalar(item, row)?;
            let item = self.folded(item)?;
            match (item.value(), item.scalar) {
                (Some(Cell::Null), ScalarType::Dynamic) => {}
                (Some(cell), ScalarType::Dynamic) => match cell.json() {
                    serde_json::Value::Array(list) => {
                        constants.extend(list.iter().map(|value| match value {
                            serde_json::Value::String(text) => Cell::owned(text.clone()),
                            value => Cell::dynamic(value),
                        }))
                    }
                    serde_json::Value::Object(bag) => {
                        constants.extend(bag.keys().map(|key| Cell::owned(key.clone())))
                    }
                    _ => constants.push(cell),
                },
                (Some(cell), _) => constants.push(cell),
                (None, _) => dependent.push(item),
            }
        }
        let mut terms = Vec::new();
        if !constants.is_empty() || dependent.is_empty() {
            terms.push(self.in_constants(value.clone(), name, constants, span)?);
        }
        for item in dependent {
            terms.push(self.in_dependent(value.clone(), name, item, span)?);
        }
        let all = name == "has_all";
        let found = balanced(terms, if all { Operator::And } else { Operator::Or });
        let expr = match (negated, positive) {
            (true, _) => Plan::IsNotTrue(Box::new(found)),
            (false, true) => found,
            (false, false) => Plan::IsTrue(Box::new(found)),
        };
        Ok(Typed::new(expr, ScalarType::Bool))
    }

    /// The first column of a table, as values.
    fn values_of(&mut self, table: &Expr) -> Lowered<Vec<Cell<'static>>> {
        let relation = self.tabular(table)?;
        let Some(first) = relation.columns.first().cloned() else {
            return Ok(Vec::new());
        };
        let narrow = relation.project(vec![(first.name.clone(), relation.reference(&first))])?;
        let plan = datafusion::logical_expr::LogicalPlanBuilder::from(narrow.plan)
            .distinct()?
            .build()?;
        let batches = self.context.rows(&plan, VALUES + 1)?;
        let cells = first_column(&batches, first.scalar);
        if cells.len() > VALUES {
            let message =
                format!("the table gives more than {VALUES} values; use `join kind=leftsemi`");
            return self.fail(Class::Limit, &table.span, message);
        }
        let mut out = Vec::with_capacity(cells.len());
        for cell in cells {
            match (&cell, cell.json()) {
                (Cell::Dynamic(_), serde_json::Value::Array(items)) => {
                    out.extend(items.iter().map(|item| Cell::owned(plain(item))));
                }
                _ => out.push(cell),
            }
        }
        Ok(out)
    }

    fn in_constants(
        &mut self,
        value: Typed,
        name: &str,
        constants: Vec<Cell<'static>>,
        span: &Span,
    ) -> Lowered<Plan> {
        let caseless = name != "in";
        if caseless || matches!(value.scalar, ScalarType::String | ScalarType::Dynamic) {
            let needles: Vec<String> = constants
                .iter()
                .map(|cell| cell.text().into_owned())
                .collect();
            let simple = name == "in"
                && value.scalar == ScalarType::String
                && needles.len() <= LISTED
                && !needles.iter().any(String::is_empty);
            if simple {
                let list = needles.into_iter().map(lit).collect();
                return Ok(value.expr.in_list(list, false));
            }
            let label = label(name, &needles);
            if value.scalar == ScalarType::String && name != "has_all" {
                let place = if name == "has_any" {
                    Place::Term
                } else {
                    Place::Whole
                };
                let matcher = Matcher::new(place, caseless, needles);
                return Ok(predicate::test(label, value.expr, move |text| {
                    matcher.matches(text)
                }));
            }
            let eval: row::Eval = match name {
                "has_all" => {
                    let matchers: Vec<Matcher> = needles
                        .into_iter()
                        .map(|needle| Matcher::new(Place::Term, true, [needle]))
                        .collect();
                    std::sync::Arc::new(move |cells| {
                        let text = cells.first().map(Cell::text).unwrap_or_default();
                        Cell::Bool(matchers.iter().all(|matcher| matcher.matches(&text)))
                    })
                }
                name => {
                    let place = if name == "has_any" {
                        Place::Term
                    } else {
                        Place::Whole
                    };
                    let matcher = Matcher::new(place, caseless, needles);
                    std::sync::Arc::new(move |cells| {
                        Cell::Bool(
                            cells
                                .first()
                                .is_some_and(|cell| matcher.matches(&cell.text())),
                        )
                    })
                }
            };
            return Ok(row::call(
                label,
                vec![given(value, ScalarType::String)],
                ScalarType::Bool,
                false,
                eval,
            ));
        }
        let scalar = value.scalar;
        let mut mixed = false;
        let converted: Vec<Cell<'static>> = constants
            .into_iter()
            .map(|cell| {
                mixed |= matches!(cell, Cell::Text(_));
                cell.to(scalar)
            })
            .filter(|cell| *cell != Cell::Null)
            .collect();
        if mixed {
            let message = format!(
                "texts are compared with {scalar}, which the service refuses; they are read as {scalar}"
            );
            self.warn(Class::Type, span, message);
        }
        if converted.len() <= LISTED {
            let list = converted
                .into_iter()
                .map(|cell| Typed::constant(cell, scalar).expr)
                .collect();
            return Ok(value.expr.in_list(list, false));
        }
        let texts: Vec<String> = converted
            .iter()
            .map(|cell| cell.text().into_owned())
            .collect();
        let label = label("in", &texts);
        let set: HashSet<String> = texts.into_iter().collect();
        Ok(row::simple(
            label,
            vec![(value.expr, scalar)],
            ScalarType::Bool,
            move |cells| {
                Cell::Bool(
                    cells
                        .first()
                        .is_some_and(|cell| set.contains(cell.text().as_ref())),
                )
            },
        ))
    }

    fn in_dependent(
        &mut self,
        value: Typed,
        name: &str,
        item: Typed,
        span: &Span,
    ) -> Lowered<Plan> {
        if item.scalar != ScalarType::Dynamic {
            return Ok(match name {
                "in" => self.comparison("==", value, item, true, span)?.expr,
                "in~" => self.comparison("=~", value, item, true, span)?.expr,
                _ => self.text_match(value, "has", item, false, span)?.expr,
            });
        }
        let name = name.to_owned();
        let label = format!("{name} items");
        let args = vec![
            given(value, ScalarType::String),
            given(item, ScalarType::Dynamic),
        ];
        Ok(row::call(
            label,
            args,
            ScalarType::Bool,
            false,
            std::sync::Arc::new(move |cells| match cells {
                [text, list] => {
                    let items = match list.json() {
                        serde_json::Value::Array(items) => items,
                        serde_json::Value::Object(bag) => bag
                            .into_iter()
                            .map(|(key, _)| serde_json::Value::String(key))
                            .collect(),
                        serde_json::Value::Null => Vec::new(),
                        single => vec![single],
                    };
                    let place = if name.starts_with("has") {
                        Place::Term
                    } else {
                        Place::Whole
                    };
                    let text = text.text();
                    let mut found = items.iter().map(|item| {
                        Matcher::new(place, name != "in", [plain(item)]).matches(&text)
                    });
                    Cell::Bool(if name == "has_all" {
                        found.all(|found| found)
                    } else {
                        found.any(|found| found)
                    })
                }
                _ => Cell::Null,
            }),
        ))
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
fn label(name: &str, needles: &[String]) -> String {
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
