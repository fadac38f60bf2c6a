//! `dcount`: how many different values a group has, over all groups at once.

use std::{
    collections::HashSet,
    hash::{BuildHasherDefault, Hasher},
    sync::Arc,
};

use datafusion::{
    arrow::{
        array::{Array, ArrayRef, AsArray, BooleanArray, Int64Array, LargeBinaryBuilder},
        datatypes::{DataType, Field, FieldRef},
    },
    common::{
        cast::as_large_binary_array,
        hash_utils::{QualityRandomState, create_hashes},
    },
    error::Result,
    logical_expr::{
        Accumulator, AggregateUDFImpl, EmitTo, Expr, GroupsAccumulator, Signature, Volatility,
        function::{AccumulatorArgs, StateFieldsArgs},
    },
    scalar::ScalarValue,
};

use super::origin::{self, Origin, Ours};

/// The same for all parts of a hunt, whose marks are merged.
const SEED: u64 = 0x5EED;
/// Bytes of a value's mark.
const MARK: usize = 8;

/// How many different values of `value` there are; nothing does not count.
///
/// Values of a group are told apart by 64 bits of their hash: of a million
/// different values in one group, two agree by chance in one hunt of 36 million.
pub fn call(value: Expr) -> Expr {
    origin::aggregate(Distinct {
        signature: Signature::any(1, Volatility::Immutable),
        origin: Origin::here(),
    })
    .call(vec![value])
}

#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct Distinct {
    signature: Signature,
    origin: Origin,
}

impl Ours for Distinct {
    fn key(&self) -> String {
        format!("{self:?}")
    }

    fn origin(&self) -> &Origin {
        &self.origin
    }
}

impl AggregateUDFImpl for Distinct {
    fn name(&self) -> &str {
        "dcount"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Int64)
    }

    fn default_value(&self, _: &DataType) -> Result<ScalarValue> {
        Ok(ScalarValue::Int64(Some(0)))
    }

    fn accumulator(&self, _: AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>> {
        Ok(Box::<Counted>::default())
    }

    fn groups_accumulator_supported(&self, _: AccumulatorArgs<'_>) -> bool {
        true
    }

    fn create_groups_accumulator(
        &self,
        _: AccumulatorArgs<'_>,
    ) -> Result<Box<dyn GroupsAccumulator>> {
        Ok(Box::<Counted>::default())
    }

    fn state_fields(&self, args: StateFieldsArgs<'_>) -> Result<Vec<FieldRef>> {
        Ok(vec![Arc::new(Field::new(
            format!("{}[marks]", args.name),
            DataType::LargeBinary,
            true,
        ))])
    }
}

/// Marks are hashes already.
#[derive(Clone, Copy, Debug, Default)]
struct Mark(u64);

impl Hasher for Mark {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, mark: u64) {
        self.0 = mark;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

type Seen = HashSet<u64, BuildHasherDefault<Mark>>;

/// What was seen of each group: rows that follow each other are often of few
/// groups, whose sets then stay in a processor's cache. An [`Accumulator`] has
/// the one group 0.
#[derive(Debug, Default)]
struct Counted {
    groups: Vec<Seen>,
    /// Marks that the sets have room for.
    room: usize,
}

/// A mark of each value.
fn marks(array: &ArrayRef) -> Result<Vec<u64>> {
    let mut hashes = vec![0; array.len()];
    create_hashes([array], &QualityRandomState::with_seed(SEED), &mut hashes)?;
    Ok(hashes)
}

impl Counted {
    fn see(&mut self, group: usize, mark: u64) {
        if let Some(seen) = self.groups.get_mut(group) {
            let room = seen.capacity();
            seen.insert(mark);
            self.room += seen.capacity() - room;
        }
    }

    fn reach(&mut self, groups: usize) {
        if self.groups.len() < groups {
            self.groups.resize(groups, Seen::default());
        }
    }

    /// Takes the first groups away; the others move up.
    fn take(&mut self, emit: EmitTo) -> Vec<Seen> {
        let taken = emit.take_needed(&mut self.groups);
        self.room -= taken.iter().map(Seen::capacity).sum::<usize>();
        taken
    }

    fn states(&mut self, emit: EmitTo) -> ArrayRef {
        let groups = self.take(emit);
        let total: usize = groups.iter().map(Seen::len).sum();
        let mut builder = LargeBinaryBuilder::with_capacity(groups.len(), total * MARK);
        let mut bytes = Vec::new();
        for seen in groups {
            bytes.clear();
            for mark in seen {
                bytes.extend_from_slice(&mark.to_le_bytes());
            }
            builder.append_value(&bytes);
        }
        Arc::new(builder.finish())
    }

    fn merge(&mut self, states: &ArrayRef, group_of: impl Fn(usize) -> usize) -> Result<()> {
        let states = as_large_binary_array(states)?;
        for row in 0..states.len() {
            if states.is_null(row) {
                continue;
            }
            let group = group_of(row);
            let marks = states.value(row).as_chunks::<MARK>().0;
            // Marks come in the order of a set: into one that grows while they
            // come, they would crowd at its start.
            if let Some(seen) = self.groups.get_mut(group).filter(|seen| seen.is_empty()) {
                let room = seen.capacity();
                seen.reserve(marks.len());
                self.room += seen.capacity() - room;
            }
            for mark in marks {
                self.see(group, u64::from_le_bytes(*mark));
            }
        }
        Ok(())
    }

    fn bytes(&self) -> usize {
        // A set has a byte of its own for each mark.
        size_of::<Self>()
            + self.groups.capacity() * size_of::<Seen>()
            + self.room * (size_of::<u64>() + 1)
    }
}

impl GroupsAccumulator for Counted {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        groups: &[usize],
        filter: Option<&BooleanArray>,
        total: usize,
    ) -> Result<()> {
        self.reach(total);
        let Some(values) = values.first() else {
            return Ok(());
        };
        let marks = marks(values)?;
        let nulls = values.logical_nulls();
        for (row, (mark, group)) in marks.into_iter().zip(groups).enumerate() {
            let present = nulls.as_ref().is_none_or(|nulls| nulls.is_valid(row));
            let wanted = filter.is_none_or(|filter| filter.is_valid(row) && filter.value(row));
            if present && wanted {
                self.see(*group, mark);
            }
        }
        Ok(())
    }

    fn evaluate(&mut self, emit: EmitTo) -> Result<ArrayRef> {
        let groups = self.take(emit);
        let counts = groups.iter().map(|seen| seen.len() as i64);
        Ok(Arc::new(Int64Array::from_iter_values(counts)))
    }

    fn state(&mut self, emit: EmitTo) -> Result<Vec<ArrayRef>> {
        Ok(vec![self.states(emit)])
    }

    fn merge_batch(&mut self, values: &[ArrayRef], groups: &[usize], total: usize) -> Result<()> {
        self.reach(total);
        match values.first() {
            Some(states) => {
                self.merge(states, |row| groups.get(row).copied().unwrap_or(usize::MAX))
            }
            None => Ok(()),
        }
    }

    fn convert_to_state(
        &self,
        values: &[ArrayRef],
        filter: Option<&BooleanArray>,
    ) -> Result<Vec<ArrayRef>> {
        let mut each = Self::default();
        let rows = values.first().map_or(0, |array| array.len());
        let groups: Vec<usize> = (0..rows).collect();
        GroupsAccumulator::update_batch(&mut each, values, &groups, filter, rows)?;
        GroupsAccumulator::state(&mut each, EmitTo::All)
    }

    fn size(&self) -> usize {
        self.bytes()
    }
}

impl Accumulator for Counted {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let rows = values.first().map_or(0, |array| array.len());
        GroupsAccumulator::update_batch(self, values, &vec![0; rows], None, 1)
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let seen = self.groups.first().map_or(0, Seen::len);
        Ok(ScalarValue::Int64(Some(seen as i64)))
    }

    fn size(&self) -> usize {
        self.bytes()
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        self.reach(1);
        let states = self.states(EmitTo::All);
        Ok(vec![ScalarValue::LargeBinary(
            states
                .as_binary_opt::<i64>()
                .filter(|states| !states.is_empty())
                .map(|states| states.value(0).to_vec()),
        )])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        self.reach(1);
        match states.first() {
            Some(states) => self.merge(states, |_| 0),
            None => Ok(()),
        }
    }
}
