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

/// Marks are hashes already: only the group is mixed in.
#[derive(Clone, Copy, Debug, Default)]
struct Mixed(u64);

impl Hasher for Mixed {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(u64::from(*byte));
        }
    }

    fn write_u32(&mut self, group: u32) {
        self.0 ^= u64::from(group).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    }

    fn write_u64(&mut self, mark: u64) {
        self.0 ^= mark;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

type Seen = HashSet<(u32, u64), BuildHasherDefault<Mixed>>;

/// Marks seen lately that are kept close by: most values come again and again,
/// and the whole set is larger than a processor's cache.
const LATELY: usize = 1 << 15;

/// What was seen, of all groups. An [`Accumulator`] has the one group 0.
#[derive(Debug, Default)]
struct Counted {
    seen: Seen,
    counts: Vec<i64>,
    lately: Vec<(u32, u64)>,
}

/// A mark of each value.
fn marks(array: &ArrayRef) -> Result<Vec<u64>> {
    let mut hashes = vec![0; array.len()];
    create_hashes([array], &QualityRandomState::with_seed(SEED), &mut hashes)?;
    Ok(hashes)
}

impl Counted {
    fn see(&mut self, group: usize, mark: u64) {
        let Ok(narrow) = u32::try_from(group) else {
            return;
        };
        if self.lately.is_empty() {
            // No group has this number.
            self.lately = vec![(u32::MAX, 0); LATELY];
        }
        let mut hasher = Mixed::default();
        hasher.write_u32(narrow);
        hasher.write_u64(mark);
        let place = (hasher.finish() >> 20) as usize % LATELY;
        if let Some(slot) = self.lately.get_mut(place) {
            if *slot == (narrow, mark) {
                return;
            }
            *slot = (narrow, mark);
        }
        if let Some(count) = self.counts.get_mut(group)
            && self.seen.insert((narrow, mark))
        {
            *count += 1;
        }
    }

    fn reach(&mut self, groups: usize) {
        if self.counts.len() < groups {
            self.counts.resize(groups, 0);
        }
    }

    /// Takes the first groups away; the others move up.
    fn take(&mut self, emit: EmitTo) -> (Vec<i64>, Seen) {
        let counts = emit.take_needed(&mut self.counts);
        // Groups get new numbers.
        self.lately.clear();
        let taken = match emit {
            EmitTo::All => std::mem::take(&mut self.seen),
            EmitTo::First(many) => {
                let many = u32::try_from(many).unwrap_or(u32::MAX);
                let (first, rest): (Seen, Seen) =
                    self.seen.drain().partition(|(group, _)| *group < many);
                self.seen = rest
                    .into_iter()
                    .map(|(group, mark)| (group - many, mark))
                    .collect();
                first
            }
        };
        (counts, taken)
    }

    fn states(&mut self, emit: EmitTo) -> ArrayRef {
        let (counts, seen) = self.take(emit);
        // Each group's marks one after the other: places by the counts.
        let mut places = Vec::with_capacity(counts.len());
        let mut total = 0_usize;
        for count in &counts {
            places.push(total);
            total += usize::try_from(*count).unwrap_or(0);
        }
        let mut all = vec![0_u64; total];
        let mut next = places.clone();
        for (group, mark) in seen {
            if let Some(place) = next.get_mut(group as usize) {
                if let Some(slot) = all.get_mut(*place) {
                    *slot = mark;
                }
                *place += 1;
            }
        }
        let mut builder = LargeBinaryBuilder::with_capacity(counts.len(), total * MARK);
        let mut bytes = Vec::new();
        for (start, end) in places.iter().zip(&next) {
            bytes.clear();
            for mark in all.get(*start..*end).unwrap_or_default() {
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
            for mark in states.value(row).as_chunks::<MARK>().0 {
                self.see(group_of(row), u64::from_le_bytes(*mark));
            }
        }
        Ok(())
    }

    fn bytes(&self) -> usize {
        size_of::<Self>()
            + self.counts.capacity() * size_of::<i64>()
            + self.lately.capacity() * size_of::<(u32, u64)>()
            + self.seen.capacity() * (size_of::<(u32, u64)>() + 1)
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
        Ok(Arc::new(Int64Array::from(self.take(emit).0)))
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
        Ok(ScalarValue::Int64(Some(
            self.counts.first().copied().unwrap_or(0),
        )))
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
