//! Scalar expressions: names, literals, arithmetic, paths.

use datafusion::logical_expr::{Expr as Plan, cast, lit};

use super::{Binding, Lower, Lowered, Typed, relation::Relation, table};
use crate::{
    error::{Class, Diagnostic, did_you_mean},
    functions::{
        array,
        cell::Cell,
        json::{self, Step},
        predicate, row,
    },
    kql::ast::{Expr, ExprKind, Literal, Span},
    value::ScalarType,
};

/// Conditions joined by `and` or `or` in one place: each is a step of the plan,
/// and plans are gone over many times. Lists (`in`, `has_any`) have no such cost.
const CONDITIONS: usize = 20_000;

impl Lower<'_> {
    /// An expression over the columns of `row`.
    pub(super) fn scalar(&mut self, expr: &Expr, row: &Relation) -> Lowered<Typed> {
        let positive = std::mem::take(&mut self.positive);
        let value = self.scalar_in(expr, row, positive);
        self.positive = positive;
        value
    }

    /// A condition for which null and false are the same.
    pub(super) fn condition(&mut self, expr: &Expr, row: &Relation) -> Lowered<Plan> {
        let before = std::mem::replace(&mut self.positive, true);
        let value = self.scalar_in(expr, row, true);
        self.positive = before;
        let value = value?;
        if value.scalar == ScalarType::String {
            return self.fail(
                Class::Type,
                &expr.span,
                "a condition must be true or false, not text",
            );
        }
        Ok(self.converted(value, ScalarType::Bool).expr)
    }

    fn scalar_in(&mut self, expr: &Expr, row: &Relation, positive: bool) -> Lowered<Typed> {
        let span = &expr.span;
        match &expr.kind {
            ExprKind::Literal(literal) => Ok(constant(literal)),
            ExprKind::Name(name) => self.named(name, span, row),
            ExprKind::And(parts) | ExprKind::Or(parts) => {
                let any = matches!(expr.kind, ExprKind::Or(_));
                if parts.len() > CONDITIONS {
                    let message = format!(
                        "{} conditions in a row; the limit is {CONDITIONS}",
                        parts.len()
                    );
                    return self.fail(Class::Limit, span, message);
                }
                let mut terms = Vec::with_capacity(parts.len());
                for part in parts {
                    terms.push(if positive {
                        self.condition(part, row)?
                    } else {
                        let value = self.scalar(part, row)?;
                        self.converted(value, ScalarType::Bool).expr
                    });
                }
                Ok(Typed::new(predicate::joined(terms, !any), ScalarType::Bool))
            }
            ExprKind::Negative(inner) => {
                let value = self.scalar(inner, row)?;
                match value.value() {
                    Some(Cell::Long(number)) => {
                        return Ok(Typed::constant(
                            Cell::Long(number.wrapping_neg()),
                            ScalarType::Long,
                        ));
                    }
                    Some(Cell::Real(number)) => {
                        return Ok(Typed::constant(Cell::Real(-number), ScalarType::Real));
                    }
                    Some(Cell::Timespan(span)) => {
                        return Ok(Typed::constant(
                            Cell::Timespan(span.wrapping_neg()),
                            ScalarType::Timespan,
                        ));
                    }
                    _ => {}
                }
                self.arithmetic(
                    "-",
                    Typed::constant(Cell::Long(0), ScalarType::Long),
                    value,
                    span,
                )
            }
            ExprKind::Binary(left, op, right) if matches!(*op, "+" | "-" | "*" | "/" | "%") => {
                let left = self.scalar(left, row)?;
                let right = self.scalar(right, row)?;
                self.arithmetic(op, left, right, span)
            }
            ExprKind::Binary(left, op, right) => {
                self.compared(op, left, right, row, positive, span)
            }
            ExprKind::Text(left, op, right) => self.text_operator(left, op, right, row, span),
            ExprKind::List(left, op, items) => {
                self.list_operator(left, op, items, row, positive, span)
            }
            ExprKind::Between(value, negated, low, high) => {
                self.between(value, *negated, low, high, row, span)
            }
            ExprKind::Member(..) | ExprKind::Index(..) => self.path(expr, row),
            ExprKind::Call { name, args } => self.call(name, args, row, span),
            ExprKind::Wildcard(_) => self.fail(Class::Arguments, span, "`*` is not a value here"),
            ExprKind::Function(..) => {
                self.fail(Class::Type, span, "a function is not a value here")
            }
            ExprKind::Pipe(..)
            | ExprKind::Start(_)
            | ExprKind::Datatable(..)
            | ExprKind::External(..) => self.fail(
                Class::Type,
                span,
                "a table is not a value here; `toscalar(…)` gives its first value",
            ),
        }
    }

    /// A name: a column first, then a `let`.
    pub(super) fn named(&mut self, name: &str, span: &Span, row: &Relation) -> Lowered<Typed> {
        if let Some(keys) = self.aggregates.as_ref().map(|aggregates| &aggregates.keys)
            && let Some(found) = keys.iter().find(|key| key.name == name)
        {
            return Ok(row.reference(found));
        }
        if let Some(found) = row.find(name) {
            if self.aggregates.is_some() {
                let message = format!(
                    "`{name}` must be inside an aggregate such as `max({name})`, or a key after `by`"
                );
                return self.fail(Class::Arguments, span, message);
            }
            return Ok(row.reference(found));
        }
        match self.binding(name) {
            Some(Binding::Scalar(value)) => return Ok(value.clone()),
            Some(Binding::Function(function)) if function.parameters.is_empty() => {
                let call = crate::kql::ast::Name {
                    text: name.to_owned(),
                    span: span.clone(),
                };
                return self.call(&call, &[], row, span);
            }
            Some(_) => {
                let message =
                    format!("`{name}` is a table; `toscalar({name})` gives its first value");
                return self.fail(Class::Type, span, message);
            }
            None => {}
        }
        // Defender's tables have `Timestamp`, and `TimeGenerated` in Sentinel.
        if matches!(name, "TimeGenerated" | "Timestamp")
            && row.open
            && let Some(time) = row.time()
        {
            return Ok(row.reference(time));
        }
        // Case matters to the service; the same column differs in case between
        // its products.
        if self.aggregates.is_none()
            && let Some(found) = row
                .columns
                .iter()
                .find(|column| column.name.eq_ignore_ascii_case(name))
        {
            self.warn(
                Class::UnknownColumn,
                span,
                format!("there is no column `{name}`; `{}` is read", found.name),
            );
            return Ok(row.reference(found));
        }
        if row.open {
            if let Some(table) = &row.table
                && matches!(name, "Type" | "$table")
            {
                return Ok(Typed::constant(
                    Cell::owned(table.clone()),
                    ScalarType::String,
                ));
            }
            if let Some(scalar) = standard(name) {
                return Ok(Typed::null(scalar));
            }
            let of = row.table.as_ref().map_or_else(
                || "the table".to_owned(),
                |table| format!("table `{table}`"),
            );
            let hint =
                match did_you_mean(name, row.columns.iter().map(|column| column.name.as_str())) {
                    Some(close) => format!(" (did you mean `{close}`?)"),
                    None => String::new(),
                };
            self.warn(
                Class::UnknownColumn,
                span,
                format!("{of} has no column `{name}`{hint}; it counts as null"),
            );
            return Ok(Typed::null(typed_by_ending(name)));
        }
        let error = Diagnostic::new(
            Class::UnknownColumn,
            span.clone(),
            format!("there is no column `{name}` here"),
        );
        let known = row.columns.iter().map(|column| column.name.as_str());
        Err(match did_you_mean(name, known) {
            Some(close) => error.with_help(format!("did you mean `{close}`?")),
            None => error,
        }
        .into())
    }

    /// `a.b[0]["c"]`
    fn path(&mut self, expr: &Expr, row: &Relation) -> Lowered<Typed> {
        // A column may have a dot in its name.
        if let Some(name) = dotted(expr)
            && row.has(&name)
        {
            return self.named(&name, &expr.span, row);
        }
        let mut steps = Vec::new();
        let mut base = expr;
        loop {
            match &base.kind {
                ExprKind::Member(inner, name) => {
                    if table::is_place(inner) {
                        return self.fail(Class::Type, &expr.span, "a table is not a value here");
                    }
                    steps.push(Step::Key(name.text.clone()));
                    base = inner;
                }
                ExprKind::Index(inner, index) => {
                    let at = self.scalar(index, row)?;
                    let at = self.folded(at)?;
                    match at.value() {
                        Some(Cell::Long(number)) => steps.push(Step::Index(number)),
                        Some(key @ (Cell::Text(_) | Cell::Dynamic(_))) => {
                            steps.push(Step::Key(key.text().into_owned()))
                        }
                        _ => {
                            let value = self.scalar(inner, row)?;
                            let value = self.converted(value, ScalarType::Dynamic);
                            let found = row::simple(
                                "index",
                                vec![(value.expr, value.scalar), (at.expr, at.scalar)],
                                ScalarType::Dynamic,
                                array::index,
                            );
                            steps.reverse();
                            let found = if steps.is_empty() {
                                found
                            } else {
                                json::path(found, ScalarType::Dynamic, &steps)
                            };
                            return Ok(Typed::new(found, ScalarType::Dynamic));
                        }
                    }
                    base = inner;
                }
                _ => break,
            }
        }
        steps.reverse();
        let value = self.scalar(base, row)?;
        match value.scalar {
            ScalarType::Dynamic | ScalarType::String => {}
            other => {
                let message = format!("a value of type {other} has no members");
                return self.fail(Class::Type, &expr.span, message);
            }
        }
        if value.scalar == ScalarType::String {
            // The service wants parse_json first; hunts written for columns
            // that are dynamic elsewhere do not have it.
            self.warn(
                Class::Approximate,
                &expr.span,
                "a member of a text column: the text is read as JSON",
            );
        }
        let found = json::path(value.expr, value.scalar, &steps);
        Ok(Typed::new(found, ScalarType::Dynamic))
    }

    /// The value as a type.
    #[allow(clippy::unused_self)]
    pub(super) fn converted(&self, value: Typed, scalar: ScalarType) -> Typed {
        if value.scalar == scalar {
            return value;
        }
        if let Some(cell) = value.value() {
            return Typed::constant(cell.to(scalar), scalar);
        }
        let expr = match (value.scalar, scalar) {
            (ScalarType::Long, ScalarType::Real) | (ScalarType::Bool, ScalarType::Long) => {
                cast(value.expr, scalar.arrow())
            }
            (given, _) => row::simple(
                format!("to_{scalar}"),
                vec![(value.expr, given)],
                scalar,
                move |cells| {
                    cells
                        .first()
                        .map_or(Cell::Null, |cell| cell.clone().to(scalar).into_owned())
                },
            ),
        };
        Typed::new(expr, scalar)
    }

    /// A string that is empty where it is null.
    pub(super) fn text(&self, value: Typed) -> Plan {
        let value = self.converted(value, ScalarType::String);
        match value.value() {
            Some(Cell::Null) => lit(""),
            Some(_) => value.expr,
            None => predicate::or(value.expr, "", false),
        }
    }
}

pub(super) fn constant(literal: &Literal) -> Typed {
    match literal {
        Literal::Null(scalar) => Typed::null(*scalar),
        Literal::Bool(truth) => Typed::constant(Cell::Bool(*truth), ScalarType::Bool),
        Literal::Long(number) => Typed::constant(Cell::Long(*number), ScalarType::Long),
        Literal::Real(number) => Typed::constant(Cell::Real(*number), ScalarType::Real),
        Literal::Text(text) => Typed::constant(Cell::owned(text.clone()), ScalarType::String),
        Literal::Datetime(time) => Typed::constant(Cell::Datetime(*time), ScalarType::Datetime),
        Literal::Timespan(span) => Typed::constant(Cell::Timespan(*span), ScalarType::Timespan),
        Literal::Dynamic(value) => Typed::constant(Cell::dynamic(value), ScalarType::Dynamic),
    }
}

/// `a.b.c` of plain names, as one name.
fn dotted(expr: &Expr) -> Option<String> {
    match &expr.kind {
        ExprKind::Name(name) => Some(name.clone()),
        ExprKind::Member(base, name) => Some(format!("{}.{}", dotted(base)?, name.text)),
        _ => None,
    }
}

/// The type of a column that every table of a workspace has.
/// <https://learn.microsoft.com/azure/azure-monitor/logs/log-standard-columns>
fn standard(name: &str) -> Option<ScalarType> {
    Some(match name {
        "_BilledSize" => ScalarType::Real,
        "_IsBillable" | "_ItemId" | "_ResourceId" | "_SubscriptionId" | "TenantId" => {
            ScalarType::String
        }
        "_TimeReceived" => ScalarType::Datetime,
        _ => return None,
    })
}

/// The type that the ending of a custom log's column tells.
fn typed_by_ending(name: &str) -> ScalarType {
    match name.rsplit_once('_').map(|(_, ending)| ending) {
        Some("s" | "g") => ScalarType::String,
        Some("d") => ScalarType::Real,
        Some("b") => ScalarType::Bool,
        Some("t") => ScalarType::Datetime,
        _ => ScalarType::Dynamic,
    }
}
