//! Calls of scalar functions.

use std::sync::Arc;

use datafusion::logical_expr::{Expr as Plan, lit};

use super::{
    Binding, Lower, Lowered, Typed, compare::given, first_cell, names, relation::Relation,
    scalar::common,
};
use crate::{
    error::{Class, Diagnostic, did_you_mean},
    functions::{
        cell::Cell,
        pattern, predicate,
        registry::{self, Function, letter},
        row, time,
    },
    kql::ast::{Argument, ExprKind, Literal, Name, Span},
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

    /// Functions whose meaning is not of one row, or whose types depend.
    fn special(
        &mut self,
        name: &Name,
        args: &[Argument],
        row: &Relation,
        span: &Span,
    ) -> Lowered<Option<Typed>> {
        let count = args.len();
        let arg = |lower: &mut Self, index: usize| -> Lowered<Typed> {
            match args.get(index) {
                Some(arg) => lower.scalar(&arg.value, row),
                None => {
                    let message = format!("`{}` takes more than {count} arguments", name.text);
                    lower.fail(Class::Arguments, span, message)
                }
            }
        };
        let value = match name.text.as_str() {
            "now" => {
                let offset = if count > 0 {
                    arg(self, 0)?
                } else {
                    Typed::constant(Cell::Timespan(0), ScalarType::Timespan)
                };
                self.shifted_now(offset, 1, span)?
            }
            "ago" => {
                let offset = arg(self, 0)?;
                self.shifted_now(offset, -1, span)?
            }
            "iff" | "iif" => {
                let condition = args
                    .first()
                    .map(|arg| self.condition(&arg.value, row))
                    .transpose()?;
                let (yes, no) = (arg(self, 1)?, arg(self, 2)?);
                self.choose(vec![(condition.unwrap_or_else(|| lit(false)), yes)], no)?
            }
            "case" => {
                if count.is_multiple_of(2) || count < 3 {
                    return self.fail(
                        Class::Arguments,
                        span,
                        "`case` takes pairs of condition and value, and a last value",
                    );
                }
                let mut branches = Vec::new();
                for pair in args.chunks(2) {
                    if let [condition, value] = pair {
                        branches.push((
                            self.condition(&condition.value, row)?,
                            self.scalar(&value.value, row)?,
                        ));
                    }
                }
                let otherwise = arg(self, count - 1)?;
                self.choose(branches, otherwise)?
            }
            "coalesce" => {
                let mut values = Vec::new();
                for index in 0..count {
                    values.push(arg(self, index)?);
                }
                let scalar = common(values.iter());
                let values = values
                    .into_iter()
                    .map(|value| given(value, scalar))
                    .collect();
                let first = row::call(
                    "coalesce_cells",
                    values,
                    scalar,
                    false,
                    Arc::new(|cells| {
                        cells
                            .iter()
                            .find(|cell| !cell.is_empty())
                            .map_or(Cell::Null, |cell| cell.clone().into_owned())
                    }),
                );
                Typed::new(first, scalar)
            }
            "max_of" | "min_of" => {
                let greatest = name.text == "max_of";
                let mut values = Vec::new();
                for index in 0..count {
                    values.push(arg(self, index)?);
                }
                let scalar = common(values.iter());
                let values = values
                    .into_iter()
                    .map(|value| given(value, scalar))
                    .collect();
                let best = row::call(
                    name.text.clone(),
                    values,
                    scalar,
                    false,
                    Arc::new(move |cells| best_of(cells, greatest)),
                );
                Typed::new(best, scalar)
            }
            "isnull" | "isnotnull" | "notnull" => {
                let value = arg(self, 0)?;
                let null = match value.scalar {
                    // Text is never null.
                    ScalarType::String => lit(false),
                    _ => Plan::IsNull(Box::new(value.expr)),
                };
                let expr = if name.text == "isnull" {
                    null
                } else {
                    Plan::Not(Box::new(null))
                };
                Typed::new(expr, ScalarType::Bool)
            }
            "not" => {
                let inner = args.first().map(|arg| &arg.value);
                match inner {
                    Some(inner) => {
                        let condition = self.condition(inner, row)?;
                        Typed::new(Plan::IsNotTrue(Box::new(condition)), ScalarType::Bool)
                    }
                    None => arg(self, 0)?,
                }
            }
            "bin" | "floor" if count == 1 => {
                let value = arg(self, 0)?;
                let value = self.converted(value, ScalarType::Real);
                let floor = row::simple(
                    "floor1",
                    vec![(value.expr, ScalarType::Real)],
                    ScalarType::Long,
                    |cells| {
                        cells
                            .first()
                            .and_then(Cell::real)
                            .map_or(Cell::Null, |number| Cell::Long(number.floor() as i64))
                    },
                );
                Typed::new(floor, ScalarType::Long)
            }
            "bin" | "floor" | "bin_auto" => {
                let value = arg(self, 0)?;
                let size = if count > 1 {
                    arg(self, 1)?
                } else {
                    Typed::constant(Cell::Timespan(time::DAY), ScalarType::Timespan)
                };
                self.binned(value, size, None, span)?
            }
            "bin_at" => {
                let (value, size, at) = (arg(self, 0)?, arg(self, 1)?, arg(self, 2)?);
                self.binned(value, size, Some(at), span)?
            }
            "column_ifexists" | "columnifexists" => {
                let wanted = match args.first().map(|arg| &arg.value.kind) {
                    Some(ExprKind::Literal(Literal::Text(name)) | ExprKind::Name(name)) => {
                        name.clone()
                    }
                    _ => {
                        return self.fail(
                            Class::Arguments,
                            span,
                            "the first argument is a column's name in quotes",
                        );
                    }
                };
                match row.find(&wanted) {
                    Some(_) => self.named(&wanted, span, row)?,
                    None => arg(self, 1)?,
                }
            }
            "extract" => self.extract(args, row, span)?,
            "extractjson" | "extract_json" if count == 3 => {
                let scalar = args.get(2).and_then(typeof_of);
                let Some(scalar) = scalar else {
                    let message = format!("the third argument of `{}` is `typeof(…)`", name.text);
                    return self.fail(Class::Arguments, span, message);
                };
                let value = self.call(name, args.get(..2).unwrap_or_default(), row, span)?;
                self.converted(value, scalar)
            }
            "dynamic_to_json" => {
                let value = arg(self, 0)?;
                self.converted(value, ScalarType::String)
            }
            "toscalar" => self.of_table(args, span)?,
            "ingestion_time" => {
                match row.time() {
                    Some(time) => {
                        self.warn(Class::Approximate, span, "`ingestion_time()` is not recorded: the event's own time stands for it");
                        row.reference(time)
                    }
                    None => Typed::null(ScalarType::Datetime),
                }
            }
            "pack_all" => {
                let ignore = count > 0 && arg(self, 0)?.value() == Some(Cell::Bool(true));
                let mut values = Vec::new();
                let mut keys = Vec::new();
                for column in &row.columns {
                    keys.push(column.name.clone());
                    values.push(given(row.reference(column), column.scalar));
                }
                let label = format!("pack_all {ignore} {keys:?}");
                let bag = row::call(
                    label,
                    values,
                    ScalarType::Dynamic,
                    false,
                    Arc::new(move |cells| {
                        let mut bag = serde_json::Map::new();
                        for (key, cell) in keys.iter().zip(cells) {
                            if !(ignore && cell.is_empty()) {
                                bag.insert(key.clone(), cell.json());
                            }
                        }
                        Cell::dynamic(&serde_json::Value::Object(bag))
                    }),
                );
                Typed::new(bag, ScalarType::Dynamic)
            }
            "hash" => {
                let value = arg(self, 0)?;
                self.warn(
                    Class::Approximate,
                    span,
                    "`hash()` gives other numbers than the service's",
                );
                let modulus = if count > 1 {
                    arg(self, 1)?.value().and_then(|cell| cell.long())
                } else {
                    None
                };
                let text = given(value, ScalarType::String);
                let hashed = row::call(
                    format!("hash {modulus:?}"),
                    vec![text],
                    ScalarType::Long,
                    false,
                    Arc::new(move |cells| {
                        use std::hash::{Hash, Hasher};
                        let mut hasher = rustc_hash::FxHasher::default();
                        cells
                            .first()
                            .map(Cell::text)
                            .unwrap_or_default()
                            .hash(&mut hasher);
                        let number = (hasher.finish() >> 1) as i64;
                        Cell::Long(
                            modulus
                                .and_then(|modulus| number.checked_rem(modulus))
                                .unwrap_or(number),
                        )
                    }),
                );
                Typed::new(hashed, ScalarType::Long)
            }
            "new_guid" | "rand" => {
                let guid = name.text == "new_guid";
                let scalar = if guid {
                    ScalarType::String
                } else {
                    ScalarType::Real
                };
                let eval: row::Eval = Arc::new(move |_| random(guid));
                Typed::new(
                    row::call(name.text.clone(), vec![], scalar, true, eval),
                    scalar,
                )
            }
            "geo_info_from_ip_address" | "parse_user_agent" => {
                arg(self, 0)?;
                let message = format!("`{}` needs data that is not here: it gives null", name.text);
                self.warn(Class::Approximate, span, message);
                Typed::null(ScalarType::Dynamic)
            }
            "current_principal" => Typed::constant(Cell::Null, ScalarType::String),
            "estimate_data_size" => {
                self.warn(
                    Class::Approximate,
                    span,
                    "`estimate_data_size` counts the text of the columns",
                );
                let mut values = Vec::new();
                for given_arg in args {
                    match &given_arg.value.kind {
                        ExprKind::Wildcard(_) => {
                            for column in &row.columns {
                                values.push(given(row.reference(column), ScalarType::String));
                            }
                        }
                        _ => values.push(given(
                            self.scalar(&given_arg.value, row)?,
                            ScalarType::String,
                        )),
                    }
                }
                let size = row::call(
                    "data_size",
                    values,
                    ScalarType::Long,
                    false,
                    Arc::new(|cells| {
                        Cell::Long(cells.iter().map(|cell| cell.text().len() as i64).sum())
                    }),
                );
                Typed::new(size, ScalarType::Long)
            }
            "prev" | "next" | "row_number" | "row_cumsum" | "row_rank_dense" | "row_rank_min"
            | "row_window_session" => {
                return self.window(name, args, row, span).map(Some);
            }
            text if text.starts_with("series_") && !registry::all().contains_key(text) => {
                return self.series(name, args, row, span).map(Some);
            }
            _ => return Ok(None),
        };
        Ok(Some(value))
    }

    fn shifted_now(&mut self, offset: Typed, sign: i64, span: &Span) -> Lowered<Typed> {
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
    fn extract(&mut self, args: &[Argument], row: &Relation, span: &Span) -> Lowered<Typed> {
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

    fn of_table(&mut self, args: &[Argument], span: &Span) -> Lowered<Typed> {
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

/// The type in `typeof(type)`.
fn typeof_of(argument: &Argument) -> Option<ScalarType> {
    let ExprKind::Call { name, args } = &argument.value.kind else {
        return None;
    };
    match args.first().map(|arg| &arg.value.kind) {
        Some(ExprKind::Name(wanted)) if name.text == "typeof" => ScalarType::parse(wanted),
        _ => None,
    }
}

fn best_of(cells: &[Cell<'_>], greatest: bool) -> Cell<'static> {
    let mut best: Option<&Cell<'_>> = None;
    for cell in cells.iter().filter(|cell| **cell != Cell::Null) {
        let better = match (best, cell) {
            (None, _) => true,
            (Some(Cell::Text(a)), Cell::Text(b)) => (b > a) == greatest,
            (Some(a), b) => match (a.real(), b.real()) {
                (Some(a), Some(b)) => a != b && (b > a) == greatest,
                _ => false,
            },
        };
        if better {
            best = Some(cell);
        }
    }
    best.map_or(Cell::Null, |cell| cell.clone().into_owned())
}

/// A number in [0, 1), or a GUID; of no cryptographic worth.
fn random(guid: bool) -> Cell<'static> {
    use std::hash::{BuildHasher, RandomState};
    let bits = || RandomState::new().hash_one(0_u8);
    if guid {
        let (a, b) = (bits(), bits());
        let (low, mid) = (a >> 32, a >> 16 & 0xffff);
        let (high, rest) = (a & 0xfff, b & 0xffff_ffff_ffff);
        return Cell::owned(format!(
            "{low:08x}-{mid:04x}-4{high:03x}-a{:03x}-{rest:012x}",
            b >> 52
        ));
    }
    Cell::Real((bits() >> 11) as f64 / (1_u64 << 53) as f64)
}
