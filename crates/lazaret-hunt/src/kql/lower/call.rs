//! Calls of scalar functions.

use super::special::typeof_of;
use std::sync::Arc;

use super::{
    Binding, Lower, Lowered, Typed, compare::given, first_cell, names, relation::Relation,
};
use crate::{
    error::{Class, Diagnostic, did_you_mean},
    functions::{
        cell::Cell,
        pattern, predicate,
        registry::{self, Function, letter},
        row, time,
    },
    kql::ast::{Argument, Name, Span},
    value::ScalarType,
};

/// Days from 0001-01-01, from which datetimes are binned, to 1970-01-01.
const BEFORE_1970: i64 = 719_162 * time::DAY;

/// Arguments of one call.
const ARGUMENTS: usize = 4_096;

impl Lower<'_> {
    pub(super) fn call(
        &mut self,
        name: &Name,
        args: &[Argument],
        row: &Relation,
        span: &Span,
    ) -> Lowered<Typed> {
        if args.len() > ARGUMENTS {
            let message = format!(
                "`{}` has {} arguments; the limit is {ARGUMENTS}",
                name.text,
                args.len()
            );
            return self.fail(Class::Limit, span, message);
        }
        if let Some(Binding::Function(function)) = self.binding(&name.text) {
            let function = std::rc::Rc::clone(function);
            self.enter(&function, args, row, None, span)?;
            let value = self
                .body(&function.body, span)
                .and_then(|last| self.scalar(last, row));
            self.leave();
            return value;
        }
        if let Some(aggregates) = self.aggregates.take() {
            if super::aggregate::is_aggregate(&name.text) {
                let value = self.aggregate(name, args, aggregates, row, span);
                return value;
            }
            self.aggregates = Some(aggregates);
        } else if super::aggregate::is_aggregate(&name.text)
            && !registry::all().contains_key(name.text.as_str())
        {
            let message = format!(
                "`{}` is an aggregate: it stands in `summarize` or `make-series`",
                name.text
            );
            return self.fail(Class::Arguments, &name.span, message);
        }
        if let Some(value) = self.special(name, args, row, span)? {
            return Ok(value);
        }
        match registry::all().get(name.text.as_str()) {
            Some(function) => {
                let mut values = Vec::with_capacity(args.len());
                for arg in args {
                    values.push(self.scalar(&arg.value, row)?);
                }
                self.apply(function, values, span)
            }
            None => {
                let error = Diagnostic::new(
                    Class::UnknownFunction,
                    name.span.clone(),
                    format!("there is no function `{}`", name.text),
                );
                Err(match did_you_mean(&name.text, names::all()) {
                    Some(close) => error.with_help(format!("did you mean `{close}`?")),
                    None => error,
                }
                .into())
            }
        }
    }

    /// A call of a function of the registry.
    fn apply(&mut self, function: &Function, values: Vec<Typed>, span: &Span) -> Lowered<Typed> {
        let (least, most) = function.arity();
        if values.len() < least || values.len() > most {
            let wanted = if least == most {
                least.to_string()
            } else {
                format!("{least} to {most}")
            };
            let message = format!(
                "`{}` takes {wanted} arguments, not {}",
                function.name,
                values.len()
            );
            return self.fail(Class::Arguments, span, message);
        }
        let returns = match letter(function.returns) {
            Some(scalar) => scalar,
            None => match values.first() {
                Some(first) if first.scalar == ScalarType::Dynamic => ScalarType::Real,
                Some(first) => first.scalar,
                None => ScalarType::Dynamic,
            },
        };
        let regex = match function.name {
            "replace_regex" => values.get(1),
            "replace" | "extract_all" | "trim" | "trim_start" | "trim_end" => values.first(),
            _ => None,
        };
        if let Some(Cell::Text(wanted)) = regex.and_then(Typed::value)
            && let Err(reason) = pattern::compile(&wanted)
        {
            return self.fail(
                Class::Arguments,
                span,
                format!("not a regular expression: {reason}"),
            );
        }
        let args = values
            .into_iter()
            .enumerate()
            .map(|(index, value)| {
                let wanted = function.wanted(index).unwrap_or(value.scalar);
                given(value, wanted)
            })
            .collect();
        let eval = function.eval;
        Ok(Typed::new(
            row::call(function.name, args, returns, false, Arc::new(eval)),
            returns,
        ))
    }

    pub(super) fn shifted_now(&mut self, offset: Typed, sign: i64, span: &Span) -> Lowered<Typed> {
        let offset = self.folded(self.converted(offset, ScalarType::Timespan))?;
        match offset.value() {
            Some(Cell::Timespan(offset)) => {
                let now = self.context.now.saturating_add(offset.saturating_mul(sign));
                Ok(Typed::constant(Cell::Datetime(now), ScalarType::Datetime))
            }
            Some(_) => Ok(Typed::null(ScalarType::Datetime)),
            None => {
                let now = self.context.now;
                let _ = span;
                let shifted = row::simple(
                    format!("now {now} {sign}"),
                    vec![(offset.expr, ScalarType::Timespan)],
                    ScalarType::Datetime,
                    move |cells| match cells.first() {
                        Some(Cell::Timespan(offset)) => {
                            Cell::Datetime(now.saturating_add(offset.saturating_mul(sign)))
                        }
                        _ => Cell::Null,
                    },
                );
                Ok(Typed::new(shifted, ScalarType::Datetime))
            }
        }
    }

    pub(super) fn binned(
        &mut self,
        value: Typed,
        size: Typed,
        at: Option<Typed>,
        span: &Span,
    ) -> Lowered<Typed> {
        let scalar = match (value.scalar, size.scalar) {
            (ScalarType::Datetime, _) => ScalarType::Datetime,
            (ScalarType::Dynamic, ScalarType::Timespan) => ScalarType::Datetime,
            (ScalarType::Timespan, _) => ScalarType::Timespan,
            (ScalarType::Long, ScalarType::Long) => ScalarType::Long,
            (ScalarType::Long | ScalarType::Real | ScalarType::Dynamic, _) => ScalarType::Real,
            (other, _) => {
                return self.fail(
                    Class::Type,
                    span,
                    format!("a {other} cannot be put into bins"),
                );
            }
        };
        let value = self.converted(value, scalar);
        let size_type = match scalar {
            ScalarType::Datetime | ScalarType::Timespan => ScalarType::Timespan,
            other => other,
        };
        // A bare number of a datetime's bin is a number of days.
        let size = match size.value() {
            Some(Cell::Long(days)) if size_type == ScalarType::Timespan => Typed::constant(
                Cell::Timespan(days.saturating_mul(time::DAY)),
                ScalarType::Timespan,
            ),
            _ => self.converted(size, size_type),
        };
        let whole = match size.value() {
            Some(Cell::Timespan(step) | Cell::Long(step)) if step > 0 => Some(step),
            _ => None,
        };
        let anchor = match (&at, scalar) {
            (None, ScalarType::Datetime) => Some(-BEFORE_1970),
            (None, _) => Some(0),
            (Some(at), _) => match self.converted(at.clone(), scalar).value() {
                Some(Cell::Datetime(at) | Cell::Timespan(at) | Cell::Long(at)) => Some(at),
                _ => None,
            },
        };
        if let (Some(step), Some(anchor)) = (whole, anchor)
            && scalar != ScalarType::Real
            && value.value().is_none()
        {
            let binned = predicate::bin(value.expr, step, anchor, scalar);
            return Ok(Typed::new(binned, scalar));
        }
        let mut args = vec![(value.expr, scalar), (size.expr, size_type)];
        if let Some(at) = at {
            args.push((self.converted(at, scalar).expr, scalar));
        }
        let binned = row::simple("bin", args, scalar, |cells| {
            let anchor = cells.get(2);
            match (cells.first(), cells.get(1)) {
                (Some(Cell::Datetime(value)), Some(Cell::Timespan(size))) if *size > 0 => {
                    let anchor = anchor.and_then(Cell::datetime).unwrap_or(-BEFORE_1970);
                    Cell::Datetime((value - anchor).div_euclid(*size) * size + anchor)
                }
                (Some(Cell::Timespan(value)), Some(Cell::Timespan(size))) if *size > 0 => {
                    let anchor = anchor.and_then(Cell::timespan).unwrap_or(0);
                    Cell::Timespan((value - anchor).div_euclid(*size) * size + anchor)
                }
                (Some(Cell::Long(value)), Some(Cell::Long(size))) if *size > 0 => {
                    let anchor = anchor.and_then(Cell::long).unwrap_or(0);
                    Cell::Long((value - anchor).div_euclid(*size) * size + anchor)
                }
                (Some(Cell::Real(value)), Some(Cell::Real(size))) if *size > 0.0 => {
                    let anchor = anchor.and_then(Cell::real).unwrap_or(0.0);
                    Cell::Real(((value - anchor) / size).floor() * size + anchor)
                }
                _ => Cell::Null,
            }
        });
        Ok(Typed::new(binned, scalar))
    }

    /// `extract(regex, group, text[, typeof(type)])`
    pub(super) fn extract(
        &mut self,
        args: &[Argument],
        row: &Relation,
        span: &Span,
    ) -> Lowered<Typed> {
        if !(3..=4).contains(&args.len()) {
            return self.fail(
                Class::Arguments,
                span,
                "`extract` takes a regular expression, a group and a text",
            );
        }
        let mut scalar = ScalarType::String;
        if let Some(wanted) = args.get(3).and_then(typeof_of) {
            scalar = wanted;
        }
        let mut values = Vec::new();
        for arg in args.iter().take(3) {
            let value = self.scalar(&arg.value, row)?;
            values.push(self.folded(value)?);
        }
        if let Some(Cell::Text(wanted)) = values.first().and_then(Typed::value)
            && let Err(reason) = pattern::compile(&wanted)
        {
            return self.fail(
                Class::Arguments,
                span,
                format!("not a regular expression: {reason}"),
            );
        }
        let wanted = [ScalarType::String, ScalarType::Long, ScalarType::String];
        let args = values
            .into_iter()
            .zip(wanted)
            .map(|(value, wanted)| given(value, wanted))
            .collect();
        let eval: row::Eval = Arc::new(move |cells| match cells {
            [regex, group, text] => {
                let group = group
                    .long()
                    .and_then(|group| usize::try_from(group).ok())
                    .unwrap_or(0);
                let text = text.text();
                let found = pattern::with(&regex.text(), |regex| {
                    regex
                        .captures(&text)?
                        .get(group)
                        .map(|found| found.as_str().to_owned())
                });
                found
                    .flatten()
                    .map_or(Cell::Null, |found| Cell::owned(found).to(scalar))
            }
            _ => Cell::Null,
        });
        Ok(Typed::new(
            row::call(format!("extract {scalar}"), args, scalar, false, eval),
            scalar,
        ))
    }

    pub(super) fn of_table(&mut self, args: &[Argument], span: &Span) -> Lowered<Typed> {
        let Some(table) = args.first() else {
            return self.fail(Class::Arguments, span, "`toscalar` takes a table");
        };
        if !self.is_tabular(&table.value) {
            let none = Relation::none()?;
            let value = self.scalar(&table.value, &none)?;
            return self.folded(value);
        }
        let aggregates = self.aggregates.take();
        let relation = self.tabular(&table.value);
        self.aggregates = aggregates;
        let relation = relation?;
        let Some(first) = relation.columns.first() else {
            return Ok(Typed::null(ScalarType::Dynamic));
        };
        let batches = self.context.rows(&relation.take(1)?.plan, 1)?;
        let cell = first_cell(&batches, first.scalar).unwrap_or_default();
        Ok(Typed::constant(cell, first.scalar))
    }
}
