//! Functions that are more than a value of their arguments' values.

use std::sync::Arc;

use datafusion::logical_expr::{Expr as Plan, lit};

use super::{Lower, Lowered, Typed, arithmetic::common, compare::given, relation::Relation};
use crate::{
    error::Class,
    functions::{cell::Cell, row, time},
    kql::ast::{Argument, ExprKind, Literal, Name, Span},
    value::ScalarType,
};

impl Lower<'_> {
    /// Functions whose meaning is not of one row, or whose types depend.
    pub(super) fn special(
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
        // All arguments, as the type that they have in common.
        let alike = |lower: &mut Self| -> Lowered<(Vec<(Plan, row::Param)>, ScalarType)> {
            let values: Lowered<Vec<Typed>> = (0..count).map(|index| arg(lower, index)).collect();
            let values = values?;
            let scalar = common(values.iter());
            let values = values.into_iter().map(|value| given(value, scalar));
            Ok((values.collect(), scalar))
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
                let (values, scalar) = alike(self)?;
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
                let (values, scalar) = alike(self)?;
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
                let sorted = row::call(
                    "dynamic_to_json",
                    vec![given(value, ScalarType::Dynamic)],
                    ScalarType::String,
                    false,
                    Arc::new(|cells| {
                        let value = cells.first().map(Cell::json).unwrap_or_default();
                        Cell::owned(crate::functions::array::canonical(value).to_string())
                    }),
                );
                Typed::new(sorted, ScalarType::String)
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
            _ => return Ok(None),
        };
        Ok(Some(value))
    }
}

/// The type in `typeof(type)`.
pub(super) fn typeof_of(argument: &Argument) -> Option<ScalarType> {
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
