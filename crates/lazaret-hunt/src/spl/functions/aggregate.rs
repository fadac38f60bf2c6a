//! The aggregates of `stats` and its family: fields may hold several values,
//! and texts that read as numbers are numbers.

use std::{collections::BTreeMap, sync::Arc};

use datafusion::{
    arrow::{
        array::ArrayRef,
        datatypes::{DataType, Field, FieldRef},
    },
    error::Result,
    logical_expr::{
        Accumulator, AggregateUDF, AggregateUDFImpl, Signature, Volatility,
        function::{AccumulatorArgs, StateFieldsArgs},
    },
    scalar::ScalarValue,
};
use serde::{Deserialize, Serialize};

use super::value;
use crate::{
    functions::{
        cell::{Cell, Reader, normal},
        origin::{self, Origin, Ours},
    },
    value::ScalarType,
};

/// What `list` keeps at most, as Splunk does.
const LIST: usize = 100;

/// Which aggregate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// How many values.
    Count,
    /// How many different values.
    Distinct,
    /// The different values in order.
    Values,
    /// The first hundred values as they came.
    List,
    /// The commonest value.
    Mode,
    /// The least.
    Min,
    /// The greatest.
    Max,
    /// The sum.
    Sum,
    /// The mean.
    Avg,
    /// The sample's standard deviation.
    Stdev,
    /// The population's standard deviation.
    Stdevp,
    /// The sample's variance.
    Var,
    /// The population's variance.
    Varp,
    /// The greatest less the least.
    Range,
    /// The sum of the squares.
    Sumsq,
    /// The value at a percentile; the bits of the number.
    Percentile(u64),
    /// The value where the second argument is least.
    First,
    /// The value where the second argument is greatest.
    Last,
}

impl Kind {
    /// The aggregate of that name.
    pub fn named(name: &str) -> Option<Self> {
        let percentile = |digits: &str| {
            let share: f64 = digits.parse().ok()?;
            (0.0..=100.0)
                .contains(&share)
                .then(|| Self::Percentile(share.to_bits()))
        };
        Some(match name {
            "count" | "c" => Self::Count,
            "dc" | "distinct_count" | "estdc" => Self::Distinct,
            "values" => Self::Values,
            "list" => Self::List,
            "mode" => Self::Mode,
            "min" => Self::Min,
            "max" => Self::Max,
            "sum" => Self::Sum,
            "avg" | "mean" => Self::Avg,
            "stdev" => Self::Stdev,
            "stdevp" => Self::Stdevp,
            "var" => Self::Var,
            "varp" => Self::Varp,
            "range" => Self::Range,
            "sumsq" => Self::Sumsq,
            "median" => percentile("50")?,
            "first" | "earliest" => Self::First,
            "last" | "latest" => Self::Last,
            name => {
                let digits = ["exactperc", "upperperc", "perc", "p"]
                    .iter()
                    .find_map(|start| name.strip_prefix(start))?;
                percentile(digits)?
            }
        })
    }

    /// The type of its result over values of type `given`.
    pub fn returns(self, given: ScalarType) -> ScalarType {
        match self {
            Self::Count | Self::Distinct => ScalarType::Long,
            Self::Values | Self::List => ScalarType::Dynamic,
            Self::Mode => ScalarType::String,
            Self::Min | Self::Max | Self::First | Self::Last => match given {
                ScalarType::Dynamic => ScalarType::String,
                given => given,
            },
            _ => ScalarType::Real,
        }
    }

    /// The function over values of type `given`.
    pub fn function(self, given: ScalarType) -> Arc<AggregateUDF> {
        let two = matches!(self, Self::First | Self::Last);
        origin::aggregate(Gather {
            name: format!("spl_{self:?}").to_lowercase(),
            kind: self,
            given,
            signature: Signature::any(if two { 2 } else { 1 }, Volatility::Immutable),
            origin: Origin::here(),
        })
    }
}

#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct Gather {
    name: String,
    kind: Kind,
    given: ScalarType,
    signature: Signature,
    origin: Origin,
}

impl Ours for Gather {
    fn key(&self) -> String {
        format!("{self:?}")
    }

    fn origin(&self) -> &Origin {
        &self.origin
    }
}

impl AggregateUDFImpl for Gather {
    fn name(&self) -> &str {
        &self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(self.kind.returns(self.given).arrow())
    }

    fn accumulator(&self, _: AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>> {
        Ok(Box::new(Gathered {
            kind: self.kind,
            given: self.given,
            state: State::default(),
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

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct State {
    count: i64,
    /// Of numbers: how many, their mean, and squares around it.
    numbers: f64,
    mean: f64,
    around: f64,
    sum: f64,
    squares: f64,
    least: Option<f64>,
    greatest: Option<f64>,
    /// Of values that are no numbers.
    first_text: Option<String>,
    last_text: Option<String>,
    counts: BTreeMap<String, u64>,
    list: Vec<String>,
    sample: Vec<f64>,
    best: Option<(f64, String)>,
}

#[derive(Debug)]
struct Gathered {
    kind: Kind,
    given: ScalarType,
    state: State,
    bytes: usize,
}

impl Gathered {
    fn number(&mut self, number: f64) {
        let state = &mut self.state;
        state.numbers += 1.0;
        let delta = number - state.mean;
        state.mean += delta / state.numbers;
        state.around += delta * (number - state.mean);
        state.sum += number;
        state.squares += number * number;
        state.least = Some(state.least.map_or(number, |least| least.min(number)));
        state.greatest = Some(state.greatest.map_or(number, |most| most.max(number)));
        if matches!(self.kind, Kind::Percentile(_)) {
            self.bytes += 8;
            state.sample.push(number);
        }
    }

    fn word(&mut self, text: &str) {
        let state = &mut self.state;
        if state.first_text.as_deref().is_none_or(|first| text < first) {
            state.first_text = Some(text.to_owned());
        }
        if state.last_text.as_deref().is_none_or(|last| text > last) {
            state.last_text = Some(text.to_owned());
        }
    }

    fn tally(&mut self, text: String, count: u64) {
        if !self.state.counts.contains_key(&text) {
            self.bytes += text.len() + 64;
        }
        *self.state.counts.entry(text).or_default() += count;
    }

    fn offer(&mut self, at: f64, text: String) {
        let better = match (&self.state.best, self.kind) {
            (None, _) => true,
            (Some((best, _)), Kind::First) => at < *best,
            (Some((best, _)), _) => at > *best,
        };
        if better {
            self.bytes = text.len();
            self.state.best = Some((at, text));
        }
    }

    fn push(&mut self, cell: &Cell<'_>, at: Option<f64>) {
        if matches!(cell, Cell::Null) {
            return;
        }
        match self.kind {
            Kind::Count => {
                self.state.count += match cell {
                    Cell::Dynamic(_) => i64::try_from(value::values(cell).len()).unwrap_or(0),
                    _ => 1,
                };
            }
            Kind::Distinct | Kind::Values | Kind::Mode => {
                for text in value::values(cell) {
                    self.tally(text, 1);
                }
            }
            Kind::List => {
                for text in value::values(cell) {
                    if self.state.list.len() < LIST {
                        self.bytes += text.len() + 24;
                        self.state.list.push(text);
                    }
                }
            }
            Kind::First | Kind::Last => {
                if let Some(at) = at
                    && let Some(text) = value::text(cell)
                {
                    self.offer(at, text.into_owned());
                }
            }
            _ => match cell {
                Cell::Dynamic(_) | Cell::Text(_) => {
                    for text in value::values(cell) {
                        match value::parse(&text).filter(|number| number.is_finite()) {
                            Some(number) => self.number(number),
                            None => self.word(&text),
                        }
                    }
                }
                cell => {
                    if let Some(number) = value::number(cell).filter(|n| n.is_finite()) {
                        self.number(number);
                    }
                }
            },
        }
    }

    fn merge(&mut self, other: State) {
        if other.numbers > 0.0 {
            let state = &mut self.state;
            let total = state.numbers + other.numbers;
            let delta = other.mean - state.mean;
            state.around += other.around + delta * delta * state.numbers * other.numbers / total;
            state.mean += delta * other.numbers / total;
            state.numbers = total;
            state.sum += other.sum;
            state.squares += other.squares;
            let least = state.least.into_iter().chain(other.least);
            state.least = least.reduce(f64::min);
            let most = state.greatest.into_iter().chain(other.greatest);
            state.greatest = most.reduce(f64::max);
        }
        self.state.count += other.count;
        for text in other.first_text.iter().chain(&other.last_text) {
            self.word(text);
        }
        for (text, count) in other.counts {
            self.tally(text, count);
        }
        for text in other.list {
            if self.state.list.len() < LIST {
                self.bytes += text.len() + 24;
                self.state.list.push(text);
            }
        }
        self.bytes += other.sample.len() * 8;
        self.state.sample.extend(other.sample);
        if let Some((at, text)) = other.best {
            self.offer(at, text);
        }
    }

    /// Numbers stand before texts.
    fn end(&self, greatest: bool) -> Cell<'static> {
        let state = &self.state;
        let (number, text) = if greatest {
            (state.greatest, &state.last_text)
        } else {
            (state.least, &state.first_text)
        };
        match (number, text) {
            (Some(number), None) => Cell::Real(number),
            (Some(number), Some(_)) if !greatest => Cell::Real(number),
            (_, Some(text)) => Cell::owned(text.clone()),
            (None, None) => Cell::Null,
        }
    }

    fn result(&self) -> Cell<'static> {
        let state = &self.state;
        let spread = |sample: bool| {
            let count = if sample {
                state.numbers - 1.0
            } else {
                state.numbers
            };
            match state.numbers {
                n if n < 1.0 => None,
                1.0 => Some(0.0),
                _ => Some(state.around / count),
            }
        };
        let real = |number: Option<f64>| number.map_or(Cell::Null, value::number_cell);
        let any = state.numbers > 0.0;
        match self.kind {
            Kind::Count => Cell::Long(state.count),
            Kind::Distinct => Cell::Long(i64::try_from(state.counts.len()).unwrap_or(i64::MAX)),
            Kind::Values => value::many(state.counts.keys().cloned().collect()),
            Kind::List => value::many(state.list.clone()),
            Kind::Mode => {
                let best = state
                    .counts
                    .iter()
                    .max_by(|a, b| a.1.cmp(b.1).then_with(|| b.0.cmp(a.0)));
                best.map_or(Cell::Null, |(text, _)| Cell::owned(text.clone()))
            }
            Kind::Min => self.end(false),
            Kind::Max => self.end(true),
            Kind::Sum => real(any.then_some(state.sum)),
            // Not the running mean: whole numbers must not depend on the order.
            Kind::Avg => real(any.then_some(state.sum / state.numbers)),
            Kind::Stdev => real(spread(true).map(f64::sqrt)),
            Kind::Stdevp => real(spread(false).map(f64::sqrt)),
            Kind::Var => real(spread(true)),
            Kind::Varp => real(spread(false)),
            Kind::Range => real(state.greatest.zip(state.least).map(|(a, b)| a - b)),
            Kind::Sumsq => real(any.then_some(state.squares)),
            Kind::Percentile(share) => {
                let mut sorted = state.sample.clone();
                sorted.sort_by(f64::total_cmp);
                let rank = (f64::from_bits(share) / 100.0 * sorted.len() as f64)
                    .ceil()
                    .max(1.0) as usize;
                real(sorted.get(rank - 1).copied())
            }
            Kind::First | Kind::Last => match &state.best {
                Some((_, text)) => Cell::owned(text.clone()),
                None => Cell::Null,
            },
        }
    }
}

impl Accumulator for Gathered {
    fn update_batch(&mut self, columns: &[ArrayRef]) -> Result<()> {
        let Some(first) = columns.first() else {
            return Ok(());
        };
        let array = normal(first, self.given);
        let reader = Reader::new(&array, self.given);
        let keys = columns.get(1).map(|keys| normal(keys, ScalarType::Real));
        let keys = keys
            .as_ref()
            .map(|keys| Reader::new(keys, ScalarType::Real));
        for row in 0..array.len() {
            let at = keys.as_ref().and_then(|keys| keys.get(row).real());
            self.push(&reader.get(row), at);
        }
        Ok(())
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        Ok(self.result().scalar(self.kind.returns(self.given)))
    }

    fn size(&self) -> usize {
        size_of::<Self>() + self.bytes
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let text = serde_json::to_string(&self.state).unwrap_or_default();
        Ok(vec![ScalarValue::Utf8View(Some(text))])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        let Some(states) = states.first() else {
            return Ok(());
        };
        let states = normal(states, ScalarType::String);
        let reader = Reader::new(&states, ScalarType::String);
        for row in 0..states.len() {
            if let Cell::Text(text) = reader.get(row)
                && let Ok(state) = serde_json::from_str(&text)
            {
                self.merge(state);
            }
        }
        Ok(())
    }
}
