//! The rows of a result as a chart: for the terminal, as SVG and as PNG.

mod picture;
mod terminal;

use std::collections::BTreeMap;

use serde_json::Value;

use crate::{
    engine::HuntResult,
    functions::{
        cell::{Cell, Reader},
        time,
    },
    value::ScalarType,
};

/// Series that are drawn, at most; the rest is counted.
const SERIES: usize = 12;
/// Points of a series, at most.
const POINTS: usize = 5_000;

/// Where the points stand.
#[derive(Clone, Debug, PartialEq)]
pub enum Axis {
    /// Microseconds since 1970.
    Time(Vec<i64>),
    /// Names.
    Names(Vec<String>),
}

impl Axis {
    /// How many points.
    pub fn len(&self) -> usize {
        match self {
            Self::Time(times) => times.len(),
            Self::Names(names) => names.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What a point is called.
    pub fn label(&self, index: usize) -> String {
        match self {
            Self::Time(times) => times.get(index).map_or_else(String::new, |at| {
                let text = time::format_datetime(*at);
                let text = text.get(..16).unwrap_or(&text);
                text.replace('T', " ")
            }),
            Self::Names(names) => names.get(index).cloned().unwrap_or_default(),
        }
    }
}

/// One line, or the bars of one colour.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// Its name.
    pub name: String,
    /// A value for each point of the axis.
    pub values: Vec<Option<f64>>,
}

/// A chart.
#[derive(Clone, Debug, PartialEq)]
pub struct Chart {
    /// As named by `render`: `timechart`, `barchart`, …
    pub kind: String,
    /// The points.
    pub axis: Axis,
    /// What stands at them.
    pub series: Vec<Series>,
    /// Series and points that are left out.
    pub left_out: usize,
}

impl Chart {
    /// The chart of a result; `None` where it has no numbers, or no rows.
    ///
    /// As in the service: the first time column (of a `timechart`) or the first
    /// column is the axis, columns of text split the series, and columns of
    /// numbers are drawn. A row of arrays, as `make-series` gives, is a series.
    pub fn of(result: &HuntResult, kind: &str) -> Option<Self> {
        let table = Table::of(result);
        if let Some(chart) = table.arrays(kind) {
            return Some(chart);
        }
        let numeric = |scalar: ScalarType| scalar.is_number() || scalar == ScalarType::Timespan;
        let over_time = matches!(kind, "timechart" | "areachart" | "linechart" | "auto");
        let first_time = table.first(|scalar| scalar == ScalarType::Datetime);
        let axis = match first_time {
            Some(at) if over_time || at == 0 => at,
            _ => table.first(|scalar| !numeric(scalar)).unwrap_or(0),
        };
        let drawn: Vec<usize> = (0..table.types.len())
            .filter(|at| *at != axis && table.types.get(*at).copied().is_some_and(numeric))
            .collect();
        let split: Vec<usize> = (0..table.types.len())
            .filter(|at| *at != axis && table.types.get(*at) == Some(&ScalarType::String))
            .collect();
        if drawn.is_empty() || table.rows.is_empty() {
            return None;
        }
        let timed = table.types.get(axis) == Some(&ScalarType::Datetime);
        let mut keys: Vec<Key> = Vec::new();
        let mut places: BTreeMap<Key, usize> = BTreeMap::new();
        let mut found: BTreeMap<String, Vec<(usize, f64)>> = BTreeMap::new();
        let mut names: Vec<String> = Vec::new();
        let mut left_out = 0;
        for row in &table.rows {
            let key = match row.get(axis) {
                Some(Cell::Datetime(at)) if timed => Key::Time(*at),
                Some(cell) => Key::Name(cell.text().into_owned()),
                None => continue,
            };
            let next = places.len();
            if next >= POINTS && !places.contains_key(&key) {
                left_out += 1;
                continue;
            }
            let place = *places.entry(key.clone()).or_insert_with(|| {
                keys.push(key);
                next
            });
            let texts: Vec<String> = split
                .iter()
                .filter_map(|at| row.get(*at))
                .map(|cell| cell.text().into_owned())
                .collect();
            for at in &drawn {
                let mut name = texts.join(", ");
                if drawn.len() > 1 || name.is_empty() {
                    let column = table.names.get(*at).map_or("", String::as_str);
                    name = match name.is_empty() {
                        true => column.to_owned(),
                        false => format!("{name}: {column}"),
                    };
                }
                let number = row.get(*at).and_then(Cell::real);
                if !found.contains_key(&name) {
                    names.push(name.clone());
                }
                let points = found.entry(name).or_default();
                points.extend(number.map(|number| (place, number)));
            }
        }
        let order = sorted(&keys);
        let axis = match timed {
            true => Axis::Time(
                order
                    .iter()
                    .filter_map(|at| keys.get(*at)?.time())
                    .collect(),
            ),
            false => Axis::Names(
                order
                    .iter()
                    .filter_map(|at| keys.get(*at)?.name())
                    .collect(),
            ),
        };
        let mut to = vec![0; order.len()];
        for (new, old) in order.iter().enumerate() {
            if let Some(slot) = to.get_mut(*old) {
                *slot = new;
            }
        }
        let mut series = Vec::new();
        for name in names {
            let mut values = vec![None; keys.len()];
            for (place, number) in found.remove(&name).unwrap_or_default() {
                if let Some(slot) = to.get(place).and_then(|place| values.get_mut(*place)) {
                    // Several rows of one point are added up, as bars stack.
                    *slot = Some(slot.unwrap_or(0.0) + number);
                }
            }
            series.push(Series { name, values });
        }
        Some(Self::with(kind, axis, series, left_out))
    }

    fn with(kind: &str, axis: Axis, mut series: Vec<Series>, mut left_out: usize) -> Self {
        if series.len() > SERIES {
            let sum =
                |series: &Series| series.values.iter().flatten().map(|v| v.abs()).sum::<f64>();
            series.sort_by(|a, b| sum(b).total_cmp(&sum(a)));
            left_out += series.len() - SERIES;
            series.truncate(SERIES);
        }
        Self {
            kind: kind.to_owned(),
            axis,
            series,
            left_out,
        }
    }

    /// The chart as lines of text for a terminal of `width` columns.
    pub fn text(&self, width: usize) -> String {
        terminal::draw(self, width)
    }

    /// The chart as an SVG document.
    ///
    /// # Errors
    /// A message, when it cannot be drawn.
    pub fn svg(&self) -> Result<String, String> {
        picture::svg(self)
    }

    /// The chart as a PNG file.
    ///
    /// # Errors
    /// A message, when it cannot be drawn.
    pub fn png(&self) -> Result<Vec<u8>, String> {
        picture::png(self)
    }

    /// The least and the greatest value, nought included.
    fn bounds(&self) -> (f64, f64) {
        let values = || {
            self.series
                .iter()
                .flat_map(|series| series.values.iter().flatten().copied())
                .filter(|value| value.is_finite())
        };
        (values().fold(0.0, f64::min), values().fold(0.0, f64::max))
    }
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Time(i64),
    Name(String),
}

impl Key {
    fn time(&self) -> Option<i64> {
        match self {
            Self::Time(at) => Some(*at),
            Self::Name(_) => None,
        }
    }

    fn name(&self) -> Option<String> {
        match self {
            Self::Time(_) => None,
            Self::Name(name) => Some(name.clone()),
        }
    }
}

/// Times in their order, names as they came.
fn sorted(keys: &[Key]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..keys.len()).collect();
    order.sort_by_key(|at| keys.get(*at).and_then(Key::time));
    order
}

/// The rows of a result as cells.
struct Table {
    names: Vec<String>,
    types: Vec<ScalarType>,
    rows: Vec<Vec<Cell<'static>>>,
}

impl Table {
    fn of(result: &HuntResult) -> Self {
        let mut rows = Vec::new();
        for batch in &result.batches {
            let readers: Vec<Reader<'_>> = result
                .columns
                .iter()
                .zip(batch.columns())
                .map(|(column, array)| Reader::new(array, column.scalar))
                .collect();
            for row in 0..batch.num_rows() {
                rows.push(readers.iter().map(|r| r.get(row).into_owned()).collect());
            }
        }
        Self {
            names: result.columns.iter().map(|c| c.name.clone()).collect(),
            types: result.columns.iter().map(|c| c.scalar).collect(),
            rows,
        }
    }

    fn first(&self, fits: impl Fn(ScalarType) -> bool) -> Option<usize> {
        self.types.iter().position(|scalar| fits(*scalar))
    }

    /// Rows whose columns are arrays: one of times, others of numbers.
    fn arrays(&self, kind: &str) -> Option<Chart> {
        let list = |cell: &Cell<'_>| match cell.json() {
            Value::Array(items) => Some(items),
            _ => None,
        };
        let first = self.rows.first()?;
        let times = |cell: &Cell<'_>| -> Option<Vec<i64>> {
            list(cell)?
                .iter()
                .take(POINTS)
                .map(|item| Cell::owned(item.as_str()?).datetime())
                .collect()
        };
        let axis = first
            .iter()
            .position(|cell| times(cell).is_some_and(|times| !times.is_empty()))?;
        let points = times(first.get(axis)?)?;
        let mut series = Vec::new();
        for row in &self.rows {
            let texts: Vec<String> = row
                .iter()
                .zip(&self.types)
                .filter(|(_, scalar)| **scalar == ScalarType::String)
                .map(|(cell, _)| cell.text().into_owned())
                .collect();
            for (at, cell) in row.iter().enumerate().filter(|(at, _)| *at != axis) {
                let Some(items) = list(cell) else { continue };
                let values: Vec<Option<f64>> =
                    items.iter().take(points.len()).map(Value::as_f64).collect();
                if values.iter().all(Option::is_none) {
                    continue;
                }
                let column = self.names.get(at).map_or("", String::as_str);
                let name = match texts.is_empty() {
                    true => column.to_owned(),
                    false => format!("{}: {column}", texts.join(", ")),
                };
                series.push(Series { name, values });
            }
        }
        (!series.is_empty()).then(|| Chart::with(kind, Axis::Time(points), series, 0))
    }
}
