//! Aggregates that DataFusion has not, over cells.

use std::{collections::BTreeMap, sync::Arc};

use datafusion::{
    arrow::{
        array::ArrayRef,
        datatypes::{DataType, Field, FieldRef},
    },
    error::Result,
    logical_expr::{
        Accumulator, AggregateUDFImpl, Expr, Signature, Volatility,
        function::{AccumulatorArgs, StateFieldsArgs},
    },
    scalar::ScalarValue,
};
use rustc_hash::FxHashSet;
use serde_json::{Map, Value};

use super::{
    cell::{Cell, Reader, normal},
    origin::{self, Origin, Ours},
};
use crate::value::ScalarType;

/// The items a list or set holds at most, as in the service.
const ITEMS: usize = 1_048_576;

/// Which aggregate.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Values in order of arrival.
    List,
    /// The same with nulls.
    ListWithNulls,
    /// Distinct values in order of arrival.
    Set,
    /// Bags merged; the first value of a key stays.
    Bag,
    /// Values at a percentile of the sorted values, nearest rank; the bits of
    /// the percentiles, and whether an array is wanted.
    Percentiles(Vec<u64>),
    /// The values as an array by position: the second argument is the index.
    Series(usize),
}

/// A call of an aggregate over `args` of types `given`.
pub fn call(kind: Kind, args: Vec<Expr>, given: Vec<ScalarType>, limit: Option<usize>) -> Expr {
    let name = match &kind {
        Kind::List => "make_list",
        Kind::ListWithNulls => "make_list_with_nulls",
        Kind::Set => "make_set",
        Kind::Bag => "make_bag",
        Kind::Percentiles(_) => "percentiles",
        Kind::Series(_) => "make_series",
    };
    let function = Collect {
        name,
        kind,
        signature: Signature::any(given.len(), Volatility::Immutable),
        given,
        limit: limit.unwrap_or(ITEMS).min(ITEMS),
        origin: Origin::here(),
    };
    origin::aggregate(function).call(args)
}

#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct Collect {
    name: &'static str,
    kind: Kind,
    signature: Signature,
    given: Vec<ScalarType>,
    limit: usize,
    origin: Origin,
}

impl Ours for Collect {
    fn key(&self) -> String {
        format!("{self:?}")
    }

    fn origin(&self) -> &Origin {
        &self.origin
    }
}

impl AggregateUDFImpl for Collect {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Utf8View)
    }

    fn accumulator(&self, _: AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>> {
        Ok(Box::new(Collected {
            kind: self.kind.clone(),
            given: self.given.clone(),
            limit: self.limit,
            items: Vec::new(),
            seen: FxHashSet::default(),
            bag: Map::new(),
            slots: BTreeMap::new(),
            bytes: 0,
        }))
    }

    fn state_fields(&self, args: StateFieldsArgs<'_>) -> Result<Vec<FieldRef>> {
        Ok(vec![Arc::new(Field::new(
            format!("{}[state]", args.name),
            DataType::Utf8View,
            true,
        ))])
    }
}

/// Items are kept as JSON text: cheap to compare and to merge.
#[derive(Debug)]
struct Collected {
    kind: Kind,
    given: Vec<ScalarType>,
    limit: usize,
    items: Vec<String>,
    seen: FxHashSet<String>,
    bag: Map<String, Value>,
    slots: BTreeMap<usize, Value>,
    bytes: usize,
}

impl Collected {
    fn push(&mut self, item: String) {
        if self.items.len() >= self.limit {
            return;
        }
        if self.kind == Kind::Set {
            if self.seen.contains(&item) {
                return;
            }
            self.bytes += item.len() + 48;
            self.seen.insert(item.clone());
        }
        self.bytes += item.len() + 24;
        self.items.push(item);
    }

    fn merge_bag(&mut self, value: Value) {
        if let Value::Object(bag) = value {
            for (key, value) in bag {
                self.bytes += key.len() + 64;
                self.bag.entry(key).or_insert(value);
            }
        }
    }

    fn joined(&self) -> String {
        format!("[{}]", self.items.join(","))
    }
}

impl Accumulator for Collected {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let arrays: Vec<ArrayRef> = values
            .iter()
            .zip(&self.given)
            .map(|(array, given)| normal(array, *given))
            .collect();
        let given = self.given.clone();
        let readers: Vec<Reader<'_>> = arrays
            .iter()
            .zip(&given)
            .map(|(array, given)| Reader::new(array, *given))
            .collect();
        let Some(first) = readers.first() else {
            return Ok(());
        };
        for row in 0..arrays.first().map_or(0, |array| array.len()) {
            let cell = first.get(row);
            match &self.kind {
                Kind::Bag => self.merge_bag(cell.json()),
                Kind::Series(length) => {
                    if let Some(Cell::Long(at)) = readers.get(1).map(|reader| reader.get(row))
                        && let Ok(at) = usize::try_from(at)
                        && at < *length
                    {
                        self.bytes += 48;
                        self.slots.insert(at, cell.json());
                    }
                }
                Kind::ListWithNulls => self.push(cell.json().to_string()),
                _ if cell == Cell::Null => {}
                // Times are sorted as numbers and shown as times.
                Kind::Percentiles(_) => match cell {
                    Cell::Datetime(number) | Cell::Timespan(number) => {
                        self.push(number.to_string())
                    }
                    cell => {
                        if let Some(number) = cell.real() {
                            self.push(Value::from(number).to_string());
                        }
                    }
                },
                // An array in a set counts item by item.
                Kind::Set => match cell.json() {
                    Value::Array(items) => {
                        items.iter().for_each(|item| self.push(item.to_string()))
                    }
                    value => self.push(value.to_string()),
                },
                Kind::List => self.push(cell.json().to_string()),
            }
        }
        Ok(())
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let text = match &self.kind {
            Kind::List | Kind::ListWithNulls | Kind::Set => self.joined(),
            Kind::Bag => Value::Object(std::mem::take(&mut self.bag)).to_string(),
            Kind::Series(length) => {
                let slots =
                    (0..*length).map(|at| self.slots.get(&at).cloned().unwrap_or(Value::Null));
                Value::Array(slots.collect()).to_string()
            }
            Kind::Percentiles(shares) => {
                let mut sorted: Vec<f64> = self
                    .items
                    .iter()
                    .filter_map(|item| item.parse().ok())
                    .collect();
                sorted.sort_by(f64::total_cmp);
                let pick = |share: &u64| {
                    let rank = (f64::from_bits(*share) / 100.0 * sorted.len() as f64)
                        .ceil()
                        .max(1.0) as usize;
                    sorted
                        .get(rank - 1)
                        .map_or(Value::Null, |number| Value::from(*number))
                };
                Value::Array(shares.iter().map(pick).collect()).to_string()
            }
        };
        Ok(ScalarValue::Utf8View(Some(text)))
    }

    fn size(&self) -> usize {
        size_of::<Self>() + self.bytes
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let text = match &self.kind {
            Kind::Bag => Value::Object(std::mem::take(&mut self.bag)).to_string(),
            Kind::Series(_) => {
                let pairs = self
                    .slots
                    .iter()
                    .map(|(at, value)| Value::Array(vec![(*at).into(), value.clone()]));
                Value::Array(pairs.collect()).to_string()
            }
            _ => self.joined(),
        };
        Ok(vec![ScalarValue::Utf8View(Some(text))])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        let Some(states) = states.first() else {
            return Ok(());
        };
        let states = normal(states, ScalarType::Dynamic);
        let reader = Reader::new(&states, ScalarType::Dynamic);
        for row in 0..states.len() {
            match (reader.get(row).json(), &self.kind) {
                (Value::Array(pairs), Kind::Series(_)) => {
                    for pair in pairs {
                        if let Some(at) = pair.get(0).and_then(Value::as_u64) {
                            self.bytes += 48;
                            self.slots
                                .insert(at as usize, pair.get(1).cloned().unwrap_or(Value::Null));
                        }
                    }
                }
                (Value::Array(items), _) => {
                    items.iter().for_each(|item| self.push(item.to_string()))
                }
                (value, Kind::Bag) => self.merge_bag(value),
                _ => {}
            }
        }
        Ok(())
    }
}
