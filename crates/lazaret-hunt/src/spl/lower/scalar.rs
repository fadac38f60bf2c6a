//! `eval` expressions.

use std::sync::Arc;

use datafusion::logical_expr::{
    Expr as Plan, Operator, binary_expr, cast, expr_fn::when, lit, not,
};

use super::{
    Lower, Lowered, Relation, ScalarType, Span, Typed,
    column::{common, constant, converted, number, resolved, text},
};
use crate::{
    error::{Class, did_you_mean},
    functions::{
        cell::Cell,
        predicate,
        row::{self, Param},
    },
    spl::{
        ast::{Expr, ExprKind},
        functions::{compare, eval, text as texts, value},
    },
};

impl Lower<'_> {
    /// An expression's value.
    pub(super) fn value(&mut self, expr: &Expr, row: &Relation) -> Lowered<Typed> {
        Ok(match &expr.kind {
            ExprKind::Whole(number) => Typed::constant(Cell::Long(*number), ScalarType::Long),
            ExprKind::Number(number, _) => Typed::constant(Cell::Real(*number), ScalarType::Real),
            ExprKind::Text(text) => constant(text),
            ExprKind::Field(name, quoted) => self.named(name, *quoted, row, &expr.span),
            ExprKind::Minus(inner) => {
                let inner = number(self.value(inner, row)?);
                Typed::new(lit(0.0) - inner.expr, ScalarType::Real)
            }
            ExprKind::Not(_) | ExprKind::In(..) | ExprKind::Matches(_) => {
                self.boolean(expr, row)?
            }
            ExprKind::Binary(operator, a, b) => match *operator {
                "+" | "-" | "*" | "/" | "%" => {
                    let (a, b) = (self.value(a, row)?, self.value(b, row)?);
                    arithmetic(operator, a, b)
                }
                "." => {
                    let (a, b) = (self.value(a, row)?, self.value(b, row)?);
                    joined(a, b)
                }
                _ => self.boolean(expr, row)?,
            },
            ExprKind::Call(name, args) => self.call(name, args, row, &expr.span)?,
        })
    }

    fn boolean(&mut self, expr: &Expr, row: &Relation) -> Lowered<Typed> {
        Ok(Typed::new(self.truth(expr, row)?, ScalarType::Bool))
    }

    /// A name; `a.b` without quotes may also be two fields side by side.
    fn named(&mut self, name: &str, quoted: bool, row: &Relation, span: &Span) -> Typed {
        if !quoted && resolved(row, name).is_none() {
            match name {
                "true" => return Typed::constant(Cell::Bool(true), ScalarType::Bool),
                "false" => return Typed::constant(Cell::Bool(false), ScalarType::Bool),
                "null" => return Typed::null(ScalarType::String),
                _ => {}
            }
            let parts: Vec<&str> = name.split('.').collect();
            if parts.len() > 1 && parts.iter().all(|part| resolved(row, part).is_some()) {
                let mut out: Option<Typed> = None;
                for part in parts {
                    let next = self.field(row, part, span);
                    out = Some(match out {
                        None => next,
                        Some(before) => joined(before, next),
                    });
                }
                return out.unwrap_or_else(|| Typed::null(ScalarType::String));
            }
        }
        self.field(row, name, span)
    }

    /// An expression as a condition.
    pub(super) fn truth(&mut self, expr: &Expr, row: &Relation) -> Lowered<Plan> {
        Ok(match &expr.kind {
            ExprKind::Not(inner) => not(self.truth(inner, row)?),
            ExprKind::Matches(search) => self.condition(search, row)?,
            ExprKind::In(value, items) => {
                let value = self.value(value, row)?;
                let mut any: Vec<Plan> = Vec::new();
                for item in items {
                    let item = self.value(item, row)?;
                    any.push(compared("=", value.clone(), item));
                }
                predicate::joined(any, false)
            }
            ExprKind::Binary("and" | "or", ..) => {
                // Long chains are balanced, so that plans stay shallow.
                let ExprKind::Binary(operator, ..) = &expr.kind else {
                    return Ok(lit(false));
                };
                let mut parts = Vec::new();
                chain(expr, operator, &mut parts);
                let parts = parts
                    .into_iter()
                    .map(|part| self.truth(part, row))
                    .collect::<Lowered<Vec<_>>>()?;
                predicate::joined(parts, *operator == "and")
            }
            ExprKind::Binary("xor", a, b) => {
                let (a, b) = (self.truth(a, row)?, self.truth(b, row)?);
                binary_expr(a, Operator::NotEq, b)
            }
            ExprKind::Binary("like", a, b) => {
                let args = vec![self.value(a, row)?, self.value(b, row)?];
                evaluated("like", args, ScalarType::Bool).expr
            }
            ExprKind::Binary(operator @ ("=" | "!=" | "<" | "<=" | ">" | ">="), a, b) => {
                let (a, b) = (self.value(a, row)?, self.value(b, row)?);
                compared(operator, a, b)
            }
            _ => {
                let value = self.value(expr, row)?;
                match value.scalar {
                    ScalarType::Bool => value.expr,
                    // A text or number alone is true where it reads so.
                    scalar => row::simple(
                        "spl_truth",
                        vec![(value.expr, scalar)],
                        ScalarType::Bool,
                        |args| match args.first().and_then(value::text).as_deref() {
                            None => Cell::Null,
                            Some(text) => Cell::Bool(
                                text.eq_ignore_ascii_case("true")
                                    || value::parse(text).is_some_and(|number| number != 0.0),
                            ),
                        },
                    ),
                }
            }
        })
    }

    fn call(&mut self, name: &str, args: &[Expr], row: &Relation, span: &Span) -> Lowered<Typed> {
        match (name, args) {
            ("true", []) => return Ok(Typed::constant(Cell::Bool(true), ScalarType::Bool)),
            ("false", []) => return Ok(Typed::constant(Cell::Bool(false), ScalarType::Bool)),
            ("null", []) => return Ok(Typed::null(ScalarType::String)),
            ("now" | "time", []) => {
                return Ok(Typed::constant(Cell::Real(self.now()), ScalarType::Real));
            }
            ("eval", [inner]) => return self.value(inner, row),
            ("if", [condition, then, otherwise]) => {
                let condition = self.truth(condition, row)?;
                let (a, b) = (self.value(then, row)?, self.value(otherwise, row)?);
                return cases(vec![(condition, a)], Some(b));
            }
            ("case", pairs) if !pairs.is_empty() && pairs.len() % 2 == 0 => {
                let mut branches = Vec::new();
                for pair in pairs.chunks_exact(2) {
                    if let [condition, value] = pair {
                        branches.push((self.truth(condition, row)?, self.value(value, row)?));
                    }
                }
                return cases(branches, None);
            }
            ("validate", pairs) if !pairs.is_empty() && pairs.len() % 2 == 0 => {
                let mut branches = Vec::new();
                for pair in pairs.chunks_exact(2) {
                    if let [condition, value] = pair {
                        let wrong = self.truth(condition, row)?.is_not_true();
                        branches.push((wrong, self.value(value, row)?));
                    }
                }
                return cases(branches, None);
            }
            ("coalesce", [_, ..]) => {
                let values = self.values(args, row)?;
                let scalar = values.iter().map(|value| value.scalar).reduce(common);
                let scalar = scalar.unwrap_or_default();
                let mut out: Option<Typed> = None;
                for value in values.into_iter().rev() {
                    let value = converted(value, scalar);
                    out = Some(match out {
                        None => value,
                        Some(rest) => {
                            let there = value.expr.clone().is_not_null();
                            let expr = when(there, value.expr).otherwise(rest.expr)?;
                            Typed::new(expr, scalar)
                        }
                    });
                }
                return Ok(out.unwrap_or_else(|| Typed::null(scalar)));
            }
            ("sigfig", [inner]) => return self.significant(inner, row),
            ("isnull" | "isnotnull", [inner]) => {
                let inner = self.value(inner, row)?.expr;
                let expr = match name {
                    "isnull" => inner.is_null(),
                    _ => inner.is_not_null(),
                };
                return Ok(Typed::new(expr, ScalarType::Bool));
            }
            ("nullif", [a, b]) => {
                let (a, b) = (self.value(a, row)?, self.value(b, row)?);
                let same = compared("=", a.clone(), b);
                let scalar = a.scalar;
                return cases(vec![(same, Typed::null(scalar))], Some(a));
            }
            ("in", [value, items @ ..]) if !items.is_empty() => {
                let value = self.value(value, row)?;
                let mut any = Vec::new();
                for item in items {
                    let item = self.value(item, row)?;
                    any.push(compared("=", value.clone(), item));
                }
                return Ok(Typed::new(predicate::joined(any, false), ScalarType::Bool));
            }
            ("random", []) => {
                let eval = |_: &[Cell<'_>]| {
                    use std::hash::{BuildHasher, Hasher};
                    let number = std::hash::RandomState::new().build_hasher().finish();
                    Cell::Long((number >> 33) as i64)
                };
                let call = row::call("spl_random", vec![], ScalarType::Long, true, Arc::new(eval));
                return Ok(Typed::new(call, ScalarType::Long));
            }
            ("max" | "min", [_, ..]) => {
                let values = self.values(args, row)?;
                let greatest = name == "max";
                let all_numbers = values.iter().all(|value| value.scalar.is_number());
                let scalar = if all_numbers {
                    ScalarType::Real
                } else {
                    ScalarType::String
                };
                let args = values.into_iter().map(|v| (v.expr, v.scalar)).collect();
                let call = row::simple(format!("spl_{name}_of"), args, scalar, move |args| {
                    let present = args.iter().filter(|cell| !matches!(cell, Cell::Null));
                    let order = |a: &&Cell<'_>, b: &&Cell<'_>| {
                        compare::order(a, b).unwrap_or(std::cmp::Ordering::Equal)
                    };
                    let best = match greatest {
                        true => present.max_by(order),
                        false => present.min_by(order),
                    };
                    match best.and_then(value::text) {
                        Some(text) if scalar == ScalarType::String => {
                            Cell::owned(text.into_owned())
                        }
                        Some(text) => value::parse(&text).map_or(Cell::Null, Cell::Real),
                        None => Cell::Null,
                    }
                });
                return Ok(Typed::new(call, scalar));
            }
            ("mvfilter", [condition]) => return self.mvfilter(condition, row, span),
            ("mvmap", [field, body]) => return self.mvmap(field, body, row, span),
            _ => {}
        }
        let Some((name, least, most, returns)) =
            eval::FUNCTIONS.iter().find(|(known, ..)| *known == name)
        else {
            if eval::FORMS.contains(&name) {
                return self.fail(
                    Class::Arguments,
                    span,
                    format!(
                        "`{name}` does not take {} arguments in this form",
                        args.len()
                    ),
                );
            }
            let known = eval::FUNCTIONS.iter().map(|(name, ..)| *name);
            let known = known.chain(eval::FORMS.iter().copied());
            let help = did_you_mean(name, known).map(|meant| format!("did you mean `{meant}`?"));
            let mut error = crate::error::Diagnostic::new(
                Class::UnknownFunction,
                span.clone(),
                format!("unsupported eval function `{name}`"),
            );
            error.help = help;
            return Err(error.into());
        };
        if args.len() < *least || args.len() > *most {
            return self.fail(
                Class::Arguments,
                span,
                format!(
                    "`{name}` takes {least} to {most} arguments, not {}",
                    args.len()
                ),
            );
        }
        let mut values = self.values(args, row)?;
        self.check_pattern(name, &mut values, args)?;
        Ok(evaluated(name, values, *returns))
    }

    /// Patterns that are written down must compile.
    fn check_pattern(&mut self, name: &str, values: &mut [Typed], args: &[Expr]) -> Lowered<()> {
        if !matches!(name, "match" | "replace" | "mvfind") {
            return Ok(());
        }
        if let (Some(Cell::Text(written)), Some(arg)) =
            (values.get(1).and_then(Typed::value), args.get(1))
        {
            match texts::compile(&written) {
                Ok((_, pattern)) => {
                    if let Some(value) = values.get_mut(1) {
                        *value = constant(&pattern);
                    }
                }
                Err(why) => {
                    return self.fail(
                        Class::Unsupported,
                        &arg.span,
                        format!("the regular expression is not supported: {why}"),
                    );
                }
            }
        }
        Ok(())
    }

    fn values(&mut self, args: &[Expr], row: &Relation) -> Lowered<Vec<Typed>> {
        args.iter().map(|arg| self.value(arg, row)).collect()
    }
}

/// The operands of a chain of one operator.
fn chain<'e>(expr: &'e Expr, operator: &str, out: &mut Vec<&'e Expr>) {
    match &expr.kind {
        ExprKind::Binary(found, a, b) if *found == operator => {
            chain(a, operator, out);
            chain(b, operator, out);
        }
        _ => out.push(expr),
    }
}

/// A row function of `eval`.
pub(super) fn evaluated(name: &'static str, args: Vec<Typed>, returns: ScalarType) -> Typed {
    let args = args
        .into_iter()
        .map(|arg| {
            let param = Param {
                given: arg.scalar,
                wanted: arg.scalar,
            };
            (arg.expr, param)
        })
        .collect();
    let call = row::call(
        format!("spl_{name}"),
        args,
        returns,
        false,
        Arc::new(move |args| eval::call(name, args)),
    );
    Typed::new(call, returns)
}

/// The first branch whose condition holds.
pub(super) fn cases(branches: Vec<(Plan, Typed)>, otherwise: Option<Typed>) -> Lowered<Typed> {
    let null = |value: &Typed| matches!(&value.expr, Plan::Literal(found, _) if found.is_null());
    let types = branches
        .iter()
        .map(|(_, value)| value)
        .chain(&otherwise)
        .filter(|value| !null(value))
        .map(|value| value.scalar);
    let scalar = types.reduce(common).unwrap_or_default();
    let mut out = converted(otherwise.unwrap_or_else(|| Typed::null(scalar)), scalar);
    for (condition, value) in branches.into_iter().rev() {
        let value = converted(value, scalar);
        out = Typed::new(when(condition, value.expr).otherwise(out.expr)?, scalar);
    }
    Ok(out)
}

fn arithmetic(operator: &'static str, a: Typed, b: Typed) -> Typed {
    if operator == "+" && !(a.scalar.is_number() && b.scalar.is_number()) {
        // Of texts, `+` joins: the type of the sum is known only by the row.
        let args = vec![(a.expr, a.scalar), (b.expr, b.scalar)];
        let call = row::simple("spl_plus", args, ScalarType::String, |args| match args {
            [a, b] => match compare::arithmetic("+", a, b) {
                Cell::Real(number) => Cell::owned(value::number_text(number)),
                other => other,
            },
            _ => Cell::Null,
        });
        return Typed::new(call, ScalarType::String);
    }
    let (a, b) = (number(a), number(b));
    let expr = match operator {
        "+" => a.expr + b.expr,
        "-" => a.expr - b.expr,
        "*" => a.expr * b.expr,
        _ => row::simple(
            format!("spl_{operator}"),
            vec![(a.expr, ScalarType::Real), (b.expr, ScalarType::Real)],
            ScalarType::Real,
            move |args| match args {
                [a, b] => compare::arithmetic(operator, a, b),
                _ => Cell::Null,
            },
        ),
    };
    Typed::new(expr, ScalarType::Real)
}

fn joined(a: Typed, b: Typed) -> Typed {
    let args = vec![
        (text(a).expr, ScalarType::String),
        (text(b).expr, ScalarType::String),
    ];
    let call = row::simple("spl_concat", args, ScalarType::String, |args| match args {
        [Cell::Null, _] | [_, Cell::Null] => Cell::Null,
        [a, b] => Cell::owned(format!("{}{}", a.text(), b.text())),
        _ => Cell::Null,
    });
    Typed::new(call, ScalarType::String)
}

/// A comparison of `eval`.
pub(super) fn compared(operator: &'static str, a: Typed, b: Typed) -> Plan {
    let native = match operator {
        "=" => Operator::Eq,
        "!=" => Operator::NotEq,
        "<" => Operator::Lt,
        "<=" => Operator::LtEq,
        ">" => Operator::Gt,
        _ => Operator::GtEq,
    };
    if a.scalar.is_number() && b.scalar.is_number() {
        return binary_expr(number(a).expr, native, number(b).expr);
    }
    // A text that is no number is compared as it is, which files can prune by.
    let word = |value: &Typed| {
        value.scalar == ScalarType::String
            && matches!(&value.expr, Plan::Literal(text, _) if text.try_as_str().flatten().is_some_and(|text| value::parse(text).is_none()))
    };
    if a.scalar == ScalarType::String && b.scalar == ScalarType::String && (word(&a) || word(&b)) {
        return binary_expr(a.expr, native, b.expr);
    }
    row::simple(
        format!("spl_{operator}"),
        vec![(a.expr, a.scalar), (b.expr, b.scalar)],
        ScalarType::Bool,
        move |args| match args {
            [a, b] => compare::compare(operator, a, b).map_or(Cell::Null, Cell::Bool),
            _ => Cell::Null,
        },
    )
}

/// A whole number as a column of the engine.
pub(super) fn long(expr: Plan) -> Typed {
    Typed::new(cast(expr, ScalarType::Long.arrow()), ScalarType::Long)
}
