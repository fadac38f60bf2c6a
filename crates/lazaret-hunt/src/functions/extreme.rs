//! `arg_max` and `arg_min`: the row where a value is greatest or least.

use std::{fmt, sync::Arc};

use datafusion::{
    arrow::{
        array::{Array, ArrayRef, AsArray, BooleanArray, StructArray, new_null_array},
        datatypes::{
            DataType, DurationMicrosecondType, Field, FieldRef, Fields, Int64Type,
            TimestampMicrosecondType,
        },
    },
    error::Result,
    logical_expr::{
        Accumulator, AggregateUDFImpl, EmitTo, Expr, GroupsAccumulator, Signature, Volatility,
        function::{AccumulatorArgs, StateFieldsArgs},
    },
    scalar::ScalarValue,
};

use super::origin::{self, Origin, Ours};

/// The values of the row where the first argument is greatest (or least).
pub fn call(greatest: bool, args: Vec<Expr>, fields: Vec<(String, DataType)>) -> Expr {
    let fields: Fields = fields
        .into_iter()
        .map(|(name, data)| Field::new(name, data, true))
        .collect();
    let function = Extreme {
        greatest,
        signature: Signature::any(args.len(), Volatility::Immutable),
        fields,
        origin: Origin::here(),
    };
    origin::aggregate(function).call(args)
}

#[derive(PartialEq, Eq, Hash)]
pub(super) struct Extreme {
    greatest: bool,
    signature: Signature,
    fields: Fields,
    origin: Origin,
}

impl Ours for Extreme {
    fn key(&self) -> String {
        format!("{} {:?}", self.name(), self.fields)
    }

    fn origin(&self) -> &Origin {
        &self.origin
    }
}

impl fmt::Debug for Extreme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl AggregateUDFImpl for Extreme {
    fn name(&self) -> &str {
        if self.greatest { "arg_max" } else { "arg_min" }
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Struct(self.fields.clone()))
    }

    fn accumulator(&self, _: AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>> {
        Ok(Box::new(Best {
            greatest: self.greatest,
            fields: self.fields.clone(),
            row: None,
        }))
    }

    fn groups_accumulator_supported(&self, _: AccumulatorArgs<'_>) -> bool {
        true
    }

    fn create_groups_accumulator(
        &self,
        _: AccumulatorArgs<'_>,
    ) -> Result<Box<dyn GroupsAccumulator>> {
        Ok(Box::new(Bests {
            greatest: self.greatest,
            fields: self.fields.clone(),
            keys: Vec::new(),
            rows: Vec::new(),
            bytes: 0,
        }))
    }

    fn state_fields(&self, args: StateFieldsArgs<'_>) -> Result<Vec<FieldRef>> {
        let mut fields: Vec<FieldRef> = self
            .fields
            .iter()
            .enumerate()
            .map(|(index, field)| {
                Arc::new(Field::new(
                    format!("{}[{index}]", args.name),
                    field.data_type().clone(),
                    true,
                ))
            })
            .collect();
        fields.push(Arc::new(Field::new(
            format!("{}[any]", args.name),
            DataType::Boolean,
            true,
        )));
        Ok(fields)
    }
}

#[derive(Debug)]
struct Best {
    greatest: bool,
    fields: Fields,
    row: Option<Vec<ScalarValue>>,
}

impl Best {
    fn offer(&mut self, arrays: &[ArrayRef], row: usize) -> Result<()> {
        let Some(key) = arrays.first() else {
            return Ok(());
        };
        let key = ScalarValue::try_from_array(key, row)?;
        let better = match self.row.as_ref().and_then(|row| row.first()) {
            None => true,
            Some(best) if best.is_null() => !key.is_null(),
            Some(_) if key.is_null() => false,
            Some(best) => match key.partial_cmp(best) {
                Some(std::cmp::Ordering::Greater) => self.greatest,
                Some(std::cmp::Ordering::Less) => !self.greatest,
                _ => false,
            },
        };
        if better {
            let row = arrays
                .iter()
                .take(self.fields.len())
                .map(|array| ScalarValue::try_from_array(array, row))
                .collect::<Result<_>>()?;
            self.row = Some(row);
        }
        Ok(())
    }
}

impl Accumulator for Best {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        for row in 0..values.first().map_or(0, |array| array.len()) {
            self.offer(values, row)?;
        }
        Ok(())
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let values = match self.row.take() {
            Some(row) => row
                .into_iter()
                .map(|value| value.to_array())
                .collect::<Result<Vec<_>>>()?,
            None => self
                .fields
                .iter()
                .map(|field| new_null_array(field.data_type(), 1))
                .collect(),
        };
        let array = StructArray::try_new(self.fields.clone(), values, None)?;
        Ok(ScalarValue::Struct(Arc::new(array)))
    }

    fn size(&self) -> usize {
        size_of::<Self>()
            + self
                .row
                .iter()
                .flatten()
                .map(ScalarValue::size)
                .sum::<usize>()
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let any = self.row.is_some();
        let mut state = match self.row.take() {
            Some(row) => row,
            None => self
                .fields
                .iter()
                .map(|field| ScalarValue::try_from(field.data_type()))
                .collect::<Result<_>>()?,
        };
        state.push(ScalarValue::Boolean(Some(any)));
        Ok(state)
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        let Some(any) = states.last().and_then(|array| array.as_boolean_opt()) else {
            return Ok(());
        };
        for row in 0..any.len() {
            if any.value(row) {
                self.offer(states, row)?;
            }
        }
        Ok(())
    }
}

/// The best key of a group so far.
#[derive(Clone, Debug, Default, PartialEq)]
enum Key {
    /// No row yet.
    #[default]
    Unseen,
    /// Only rows whose key is nothing.
    Null,
    /// A whole number, a time or a timespan.
    Whole(i64),
    /// Anything else.
    Other(ScalarValue),
}

/// The best rows of all groups.
#[derive(Debug)]
struct Bests {
    greatest: bool,
    fields: Fields,
    keys: Vec<Key>,
    rows: Vec<Option<Vec<ScalarValue>>>,
    bytes: usize,
}

impl Bests {
    fn better(&self, key: &Key, best: &Key) -> bool {
        let order = match (key, best) {
            (_, Key::Unseen) => return true,
            (Key::Unseen | Key::Null, _) => return false,
            (_, Key::Null) => return true,
            (Key::Whole(key), Key::Whole(best)) => Some(key.cmp(best)),
            (Key::Other(key), Key::Other(best)) => key.partial_cmp(best),
            _ => None,
        };
        match order {
            Some(std::cmp::Ordering::Greater) => self.greatest,
            Some(std::cmp::Ordering::Less) => !self.greatest,
            _ => false,
        }
    }

    /// Takes the rows that `wanted` says; each group's best is copied out once.
    fn offer(
        &mut self,
        arrays: &[ArrayRef],
        groups: &[usize],
        wanted: impl Fn(usize) -> bool,
        total: usize,
    ) -> Result<()> {
        self.keys.resize(total.max(self.keys.len()), Key::Unseen);
        self.rows.resize(total.max(self.rows.len()), None);
        let Some(first) = arrays.first() else {
            return Ok(());
        };
        let whole = if let Some(array) = first.as_primitive_opt::<TimestampMicrosecondType>() {
            Some(array.values())
        } else if let Some(array) = first.as_primitive_opt::<DurationMicrosecondType>() {
            Some(array.values())
        } else {
            first
                .as_primitive_opt::<Int64Type>()
                .map(|array| array.values())
        };
        let mut winners: Vec<usize> = vec![usize::MAX; self.keys.len()];
        let mut touched = Vec::new();
        for (row, group) in groups.iter().enumerate() {
            if !wanted(row) {
                continue;
            }
            let key = match whole {
                _ if first.is_null(row) => Key::Null,
                Some(values) => Key::Whole(values.get(row).copied().unwrap_or_default()),
                None => Key::Other(ScalarValue::try_from_array(first, row)?),
            };
            let Some(best) = self.keys.get(*group) else {
                continue;
            };
            if self.better(&key, best)
                && let (Some(slot), Some(winner)) =
                    (self.keys.get_mut(*group), winners.get_mut(*group))
            {
                *slot = key;
                if *winner == usize::MAX {
                    touched.push(*group);
                }
                *winner = row;
            }
        }
        for group in touched {
            let Some(row) = winners.get(group) else {
                continue;
            };
            let values: Vec<ScalarValue> = arrays
                .iter()
                .take(self.fields.len())
                .map(|array| ScalarValue::try_from_array(array, *row))
                .collect::<Result<_>>()?;
            let bytes: usize = values.iter().map(ScalarValue::size).sum();
            if let Some(slot) = self.rows.get_mut(group) {
                let before: usize = slot.iter().flatten().map(ScalarValue::size).sum();
                self.bytes = (self.bytes + bytes).saturating_sub(before);
                *slot = Some(values);
            }
        }
        Ok(())
    }

    /// The first groups' rows as columns, and which groups have one.
    fn take(&mut self, emit: EmitTo) -> Result<(Vec<ArrayRef>, Vec<bool>)> {
        emit.take_needed(&mut self.keys);
        let rows = emit.take_needed(&mut self.rows);
        let gone: usize = rows.iter().flatten().flatten().map(ScalarValue::size).sum();
        self.bytes = self.bytes.saturating_sub(gone);
        let some = rows.iter().map(Option::is_some).collect();
        let mut columns = Vec::with_capacity(self.fields.len());
        for (index, field) in self.fields.iter().enumerate() {
            if rows.is_empty() {
                columns.push(new_null_array(field.data_type(), 0));
                continue;
            }
            let null = ScalarValue::try_from(field.data_type())?;
            let values = rows.iter().map(|row| {
                let value = row.as_ref().and_then(|row| row.get(index));
                value.unwrap_or(&null).clone()
            });
            columns.push(ScalarValue::iter_to_array(values)?);
        }
        Ok((columns, some))
    }
}

impl GroupsAccumulator for Bests {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        groups: &[usize],
        filter: Option<&BooleanArray>,
        total: usize,
    ) -> Result<()> {
        let wanted = |row: usize| filter.is_none_or(|f| f.is_valid(row) && f.value(row));
        self.offer(values, groups, wanted, total)
    }

    fn evaluate(&mut self, emit: EmitTo) -> Result<ArrayRef> {
        let (columns, _) = self.take(emit)?;
        Ok(Arc::new(StructArray::try_new(
            self.fields.clone(),
            columns,
            None,
        )?))
    }

    fn state(&mut self, emit: EmitTo) -> Result<Vec<ArrayRef>> {
        let (mut columns, some) = self.take(emit)?;
        columns.push(Arc::new(BooleanArray::from(some)));
        Ok(columns)
    }

    fn merge_batch(&mut self, values: &[ArrayRef], groups: &[usize], total: usize) -> Result<()> {
        let Some(any) = values.last().and_then(|array| array.as_boolean_opt()) else {
            return Ok(());
        };
        self.offer(values, groups, |row| any.value(row), total)
    }

    fn convert_to_state(
        &self,
        values: &[ArrayRef],
        filter: Option<&BooleanArray>,
    ) -> Result<Vec<ArrayRef>> {
        let rows = values.first().map_or(0, |array| array.len());
        let mut state: Vec<ArrayRef> = values.iter().take(self.fields.len()).cloned().collect();
        let wanted = (0..rows).map(|row| filter.is_none_or(|f| f.is_valid(row) && f.value(row)));
        state.push(Arc::new(BooleanArray::from(wanted.collect::<Vec<_>>())));
        Ok(state)
    }

    fn size(&self) -> usize {
        size_of::<Self>()
            + self.bytes
            + self.keys.capacity() * size_of::<Key>()
            + self.rows.capacity() * size_of::<Option<Vec<ScalarValue>>>()
    }
}
