//! Conditions on one text, and what is made of texts and times so often that it
//! must not cost a cell a row.

use std::{
    collections::HashMap,
    fmt,
    hash::{Hash, Hasher},
    sync::Arc,
};

use datafusion::{
    arrow::{
        array::{Array, ArrayRef, AsArray, BooleanArray, Scalar, StringViewArray},
        buffer::BooleanBuffer,
        compute::{cast, kernels::zip::zip},
        datatypes::{
            DataType, DurationMicrosecondType, Field, FieldRef, Int64Type, TimestampMicrosecondType,
        },
    },
    error::Result,
    logical_expr::{
        ColumnarValue, Expr, Operator, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDFImpl,
        Signature, Volatility, binary_expr,
        expr::ScalarFunction,
        lit,
        simplify::{ExprSimplifyResult, SimplifyContext},
    },
    scalar::ScalarValue,
};

use super::{
    cell::normal,
    origin::{self, Origin, Ours},
};
use crate::value::ScalarType;

/// What is asked of a text.
type Test = Arc<dyn Fn(&str) -> bool + Send + Sync>;

#[derive(Clone)]
enum Work {
    /// True or false of each text; nothing counts as the empty text.
    Test(Test),
    /// Whether a regular expression, which is looked up once a batch, fits (or
    /// does not, if so) each text; nothing counts as the empty text.
    Matches(String, bool),
    /// The text, or another where it is nothing or (if so) empty.
    Filled(String, bool),
    /// Numbers and times down to a multiple of a step, counted from an anchor.
    Bin(i64, i64, ScalarType),
}

pub(super) struct Column {
    name: String,
    work: Work,
    signature: Signature,
    origin: Origin,
}

impl Column {
    /// A condition of ours that an expression is: its name, its test and its text.
    fn test_of(expr: &Expr) -> Option<(String, Test, &Expr)> {
        let (column, text) = Self::of(expr)?;
        match &column.work {
            Work::Test(test) => Some((column.name.clone(), Arc::clone(test), text)),
            _ => None,
        }
    }

    fn of(expr: &Expr) -> Option<(&Self, &Expr)> {
        let Expr::ScalarFunction(ScalarFunction { func, args }) = expr else {
            return None;
        };
        let column = func.inner().downcast_ref::<Self>()?;
        Some((column, args.first()?))
    }
}

impl Ours for Column {
    fn key(&self) -> String {
        self.name.clone()
    }

    fn origin(&self) -> &Origin {
        &self.origin
    }
}

impl fmt::Debug for Column {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Column")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

// What is baked in is part of the name.
impl PartialEq for Column {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Column {}

impl Hash for Column {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

impl ScalarUDFImpl for Column {
    fn name(&self) -> &str {
        &self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(match &self.work {
            Work::Test(_) | Work::Matches(..) => DataType::Boolean,
            Work::Filled(..) => ScalarType::String.arrow(),
            Work::Bin(_, _, scalar) => scalar.arrow(),
        })
    }

    fn return_field_from_args(&self, _: ReturnFieldArgs<'_>) -> Result<FieldRef> {
        let nullable = matches!(self.work, Work::Bin(..));
        Ok(Arc::new(Field::new(
            &self.name,
            self.return_type(&[])?,
            nullable,
        )))
    }

    /// A test of a text that is another where there is none knows that itself.
    /// What is made here has no place in a recipe: only for hunts on this machine.
    fn simplify(&self, args: Vec<Expr>, _: &SimplifyContext) -> Result<ExprSimplifyResult> {
        let (Work::Test(test), Some((filled, text)), true) = (
            &self.work,
            args.first().and_then(Self::of),
            self.origin.is_local(),
        ) else {
            return Ok(ExprSimplifyResult::Original(args));
        };
        let Work::Filled(other, empty) = &filled.work else {
            return Ok(ExprSimplifyResult::Original(args));
        };
        // Nothing is tested as the empty text, so that only what replaces both does.
        if !(*empty || other.is_empty()) {
            return Ok(ExprSimplifyResult::Original(args));
        }
        let (test, blank) = (Arc::clone(test), test(other));
        let name = format!("{} of {}", self.name, filled.name);
        let known = move |text: &str| if text.is_empty() { blank } else { test(text) };
        Ok(ExprSimplifyResult::Simplified(self::test(
            name,
            text.clone(),
            known,
        )))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let Some(arg) = args.args.first() else {
            return datafusion::common::exec_err!("`{}` takes one argument", self.name);
        };
        let (array, constant) = match arg {
            ColumnarValue::Array(array) => (Arc::clone(array), false),
            ColumnarValue::Scalar(scalar) => (scalar.to_array()?, true),
        };
        let array = match &self.work {
            Work::Test(test) => tested(&normal(&array, ScalarType::String), &**test),
            Work::Matches(pattern, negated) => {
                let texts = normal(&array, ScalarType::String);
                super::pattern::with(pattern, |regex| {
                    tested(&texts, &|text| regex.is_match(text) != *negated)
                })
                .unwrap_or_else(|| never(texts.len()))
            }
            Work::Filled(other, empty) => {
                filled(&normal(&array, ScalarType::String), other, *empty)?
            }
            Work::Bin(step, anchor, scalar) => binned(&normal(&array, *scalar), *step, *anchor)?,
        };
        Ok(match constant {
            true => ColumnarValue::Scalar(ScalarValue::try_from_array(&array, 0)?),
            false => ColumnarValue::Array(array),
        })
    }
}

/// Texts of a batch whose answer is kept: a text that a file holds once comes as
/// the same view (its first bytes and its place) at each of its rows.
const KNOWN: usize = 512;

fn tested(array: &ArrayRef, test: &dyn Fn(&str) -> bool) -> ArrayRef {
    let Some(texts) = array.as_string_view_opt() else {
        return never(array.len());
    };
    let views = texts.views();
    // The view of the empty text is 0.
    let empty = test("");
    let mut known = [(0, empty); KNOWN];
    let bits = BooleanBuffer::collect_bool(texts.len(), |row| {
        let view = match texts.is_null(row) {
            true => return empty,
            false => views.get(row).copied().unwrap_or_default(),
        };
        let mixed = ((view >> 64) as u64 ^ view as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let Some(slot) = known.get_mut((mixed >> 55) as usize) else {
            return test(texts.value(row));
        };
        if slot.0 != view {
            *slot = (view, test(texts.value(row)));
        }
        slot.1
    });
    Arc::new(BooleanArray::new(bits, None))
}

fn never(rows: usize) -> ArrayRef {
    Arc::new(BooleanArray::from(vec![false; rows]))
}

fn filled(array: &ArrayRef, other: &str, empty: bool) -> Result<ArrayRef> {
    let Some(texts) = array.as_string_view_opt() else {
        return Ok(Arc::clone(array));
    };
    // The low 32 bits of a view are the length.
    let views = texts.views();
    let blank = |row: usize| views.get(row).is_some_and(|view| *view as u32 == 0);
    let lacks = |row: usize| texts.is_null(row) || empty && blank(row);
    if texts.null_count() == 0 && !(empty && (0..texts.len()).any(lacks)) {
        return Ok(Arc::clone(array));
    }
    let lacking = BooleanArray::new(BooleanBuffer::collect_bool(texts.len(), lacks), None);
    let other = Scalar::new(StringViewArray::from(vec![other]));
    Ok(zip(&lacking, &other, texts)?)
}

fn binned(array: &ArrayRef, step: i64, anchor: i64) -> Result<ArrayRef> {
    let bin = |value: i64| {
        value
            .wrapping_sub(anchor)
            .div_euclid(step)
            .wrapping_mul(step)
            .wrapping_add(anchor)
    };
    if let Some(times) = array.as_primitive_opt::<TimestampMicrosecondType>() {
        return Ok(Arc::new(times.unary::<_, TimestampMicrosecondType>(bin)));
    }
    if let Some(spans) = array.as_primitive_opt::<DurationMicrosecondType>() {
        return Ok(Arc::new(spans.unary::<_, DurationMicrosecondType>(bin)));
    }
    let numbers = cast(array, &DataType::Int64)?;
    Ok(match numbers.as_primitive_opt::<Int64Type>() {
        Some(numbers) => Arc::new(numbers.unary::<_, Int64Type>(bin)),
        None => numbers,
    })
}

fn call(name: String, work: Work, value: Expr) -> Expr {
    Expr::ScalarFunction(ScalarFunction::new_udf(
        origin::scalar(Column {
            name,
            work,
            signature: Signature::any(1, Volatility::Immutable),
            origin: Origin::here(),
        }),
        vec![value],
    ))
}

/// A condition on a text, as a truth value that is never nothing. `name` must
/// tell apart conditions that differ in what is baked into them.
pub fn test(
    name: impl Into<String>,
    value: Expr,
    test: impl Fn(&str) -> bool + Send + Sync + 'static,
) -> Expr {
    call(name.into(), Work::Test(Arc::new(test)), value)
}

/// Whether a regular expression fits (`negated`: does not fit) a text.
pub fn matches(name: impl Into<String>, value: Expr, pattern: String, negated: bool) -> Expr {
    call(name.into(), Work::Matches(pattern, negated), value)
}

/// The terms joined by `or` (if `all`, by `and`), as a tree of little depth;
/// false (true) without a term. Conditions on the same text become one, which
/// costs one look at it.
pub fn joined(terms: Vec<Expr>, all: bool) -> Expr {
    let mut groups: Vec<(Expr, Vec<(String, Test)>)> = Vec::new();
    let mut places: HashMap<Expr, usize> = HashMap::new();
    for term in terms {
        let Some((name, test, text)) = Column::test_of(&term) else {
            groups.push((term, Vec::new()));
            continue;
        };
        let place = *places.entry(text.clone()).or_insert(groups.len());
        match groups.get_mut(place) {
            Some((_, tests)) => tests.push((name, test)),
            None => groups.push((term, vec![(name, test)])),
        }
    }
    let mut terms: Vec<Expr> = groups
        .into_iter()
        .map(|(term, tests)| {
            if tests.len() > 1 {
                fused(term, tests, all)
            } else {
                term
            }
        })
        .collect();
    let operator = if all { Operator::And } else { Operator::Or };
    while terms.len() > 1 {
        let mut next = Vec::with_capacity(terms.len().div_ceil(2));
        let mut pairs = terms.into_iter();
        while let Some(left) = pairs.next() {
            next.push(match pairs.next() {
                Some(right) => binary_expr(left, operator, right),
                None => left,
            });
        }
        terms = next;
    }
    terms.pop().unwrap_or_else(|| lit(all))
}

/// `first` with all of the tests instead of its own.
fn fused(first: Expr, tests: Vec<(String, Test)>, all: bool) -> Expr {
    let Expr::ScalarFunction(ScalarFunction { mut args, .. }) = first else {
        return first;
    };
    let Some(text) = args.pop() else {
        return lit(false);
    };
    let (names, tests): (Vec<_>, Vec<_>) = tests.into_iter().unzip();
    let name = format!("({})", names.join(if all { " and " } else { " or " }));
    test(name, text, move |text| match all {
        true => tests.iter().all(|test| test(text)),
        false => tests.iter().any(|test| test(text)),
    })
}

/// A text, or `other` where it is nothing; where it is empty too, if `empty`.
pub fn or(value: Expr, other: &str, empty: bool) -> Expr {
    let name = match empty {
        true => format!("or_if_empty {other:?}"),
        false => format!("or {other:?}"),
    };
    call(name, Work::Filled(other.to_owned(), empty), value)
}

/// A number or time down to a multiple of `step`, which is above 0.
pub fn bin(value: Expr, step: i64, anchor: i64, scalar: ScalarType) -> Expr {
    let name = match anchor {
        0 => format!("bin_{step}"),
        anchor => format!("bin_{step}_{anchor}"),
    };
    call(name, Work::Bin(step, anchor, scalar), value)
}
