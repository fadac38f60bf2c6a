//! What rows say of the process that acted, remembered by its bytes.

use std::{hash::Hasher as _, sync::Arc};

use rustc_hash::FxHasher;

use super::{Name, Rows};
use crate::{
    event::{Event, Field, Process, Scalar},
    format::json::{Members, Unusual},
};

/// Ways to tell of a process that are remembered.
const ACTORS: usize = 1 << 14;

/// Bytes of them, together.
const HELD: usize = 16 << 20;

/// Longest text on a process that is remembered, in bytes.
const ACTOR: usize = 16 << 10;

/// Bytes by which such texts are found again: more than a name and an id.
const TAIL_KEY: usize = 160;

/// Names of the columns on the process that acted.
pub(super) const ACTING: &str = "InitiatingProcess";

/// What some members say of the process that acted.
pub(super) struct Actor {
    members: Box<str>,
    /// What was known before them.
    before: Option<Arc<Process>>,
    process: Option<Arc<Process>>,
    columns: Vec<(Field, Scalar)>,
}

/// What a row says from the process that acted on, as far as other rows by the
/// process say the same.
pub(super) struct Tail {
    members: Box<str>,
    process: Option<Arc<Process>>,
    columns: Vec<(Field, Scalar)>,
    end: End,
}

/// Where a tail ends.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    /// Before `AdditionalFields`, or whatever else comes.
    Columns,
    /// Within `AdditionalFields`, before its first member.
    Opening,
    /// Within `AdditionalFields`, behind a member.
    Within,
}

impl Tail {
    /// Goes on behind it, where it comes next.
    fn take(&self, members: &mut Members<'_>) -> bool {
        match self.end {
            // More on the process makes a longer tail.
            End::Opening => members.take_opening(&self.members, ACTING),
            End::Columns | End::Within => members.take_members(&self.members),
        }
    }
}

impl Rows {
    /// What comes from the process that acted on; gives the last field.
    pub(super) fn tail(
        &mut self,
        members: &mut Members<'_>,
        event: &mut Event,
        last: Field,
        action_known: bool,
    ) -> Result<Field, Unusual> {
        if event.initiating.is_some() || !action_known {
            return self.acting(members, event, last);
        }
        let mut key = self.last_tail;
        let mut known = self.tails.get(&key).filter(|tail| tail.take(members));
        if known.is_none() {
            let mut hasher = FxHasher::default();
            hasher.write(members.ahead(TAIL_KEY));
            key = hasher.finish();
            self.last_tail = key;
            known = self.tails.get(&key).filter(|tail| tail.take(members));
        }
        if let Some(tail) = known {
            event.initiating.clone_from(&tail.process);
            event.columns.extend_from_slice(&tail.columns);
            if tail.end == End::Columns {
                return Ok(Field::InitiatingProcessId);
            }
            self.rest(members, event)?;
            return Ok(Field::AdditionalFields);
        }
        let first = *members;
        let known = event.columns.len();
        let mut last = self.acting(members, event, last)?;
        let mut end = End::Columns;
        let token = self.tokens.get(Field::AdditionalFields as usize);
        let mut ahead = *members;
        if token.is_some_and(|token| ahead.take_token(token)) && ahead.enter() {
            last = Field::AdditionalFields;
            *members = ahead;
            end = End::Opening;
            if matches!(self.name(&mut ahead, last)?, Some(Name::Field(field)) if acting(field)) {
                self.acting(members, event, last)?;
                end = End::Within;
            }
        }
        let said = first.between(first.at(), members.at());
        self.make_room(said);
        if said.len() <= ACTOR {
            let columns = event.columns.get(known..).unwrap_or_default();
            let tail = Tail {
                members: Box::from(said),
                process: event.initiating.clone(),
                columns: columns.to_vec(),
                end,
            };
            self.tails.insert(key, tail);
        }
        if last == Field::AdditionalFields {
            self.rest(members, event)?;
        }
        Ok(last)
    }

    /// Forgets what is remembered of processes where that is too much.
    fn make_room(&mut self, said: &str) {
        self.held += said.len();
        let many = self.tails.len() >= ACTORS || self.actors.len() >= ACTORS;
        if many || self.held > HELD {
            self.tails.clear();
            self.actors.clear();
            self.held = 0;
        }
    }

    /// The members that come on the process that acted; gives the last.
    pub(super) fn acting(
        &mut self,
        members: &mut Members<'_>,
        event: &mut Event,
        last: Field,
    ) -> Result<Field, Unusual> {
        let additional = last == Field::AdditionalFields;
        let first = *members;
        let mut ahead = first;
        let mut last = last;
        while let Some(Name::Field(field)) = self.name(&mut ahead, last)?
            && acting(field)
        {
            // Beside those, the source has names of its own.
            if additional && field.documented() {
                return Err(Unusual);
            }
            ahead.value()?;
            last = field;
            *members = ahead;
        }
        let said = first.between(first.at(), members.at());
        let mut hasher = FxHasher::default();
        let before = event.initiating.as_ref();
        hasher.write_usize(before.map_or(0, |p| Arc::as_ptr(p) as usize));
        hasher.write(said.as_bytes());
        let key = hasher.finish();
        if let Some(actor) = self.actors.get(&key)
            && *actor.members == *said
            && same(actor.before.as_ref(), event.initiating.as_ref())
        {
            event.initiating.clone_from(&actor.process);
            event.columns.extend_from_slice(&actor.columns);
            return Ok(last);
        }
        let before = event.initiating.clone();
        let known = event.columns.len();
        let mut each = first;
        while each.at() < members.at() {
            let name = each.name()?.ok_or(Unusual)?;
            let field = Field::named(name).ok_or(Unusual)?;
            event.set_json(field, &each.value()?.json()?);
        }
        self.make_room(said);
        if said.len() <= ACTOR {
            let columns = event.columns.get(known..).unwrap_or_default();
            let actor = Actor {
                members: Box::from(said),
                before,
                process: event.initiating.clone(),
                columns: columns.to_vec(),
            };
            self.actors.insert(key, actor);
        }
        Ok(last)
    }
}

/// Whether a field is of the process that acted.
pub(super) fn acting(field: Field) -> bool {
    field.name().starts_with(ACTING)
}

fn same(left: Option<&Arc<Process>>, right: Option<&Arc<Process>>) -> bool {
    match (left, right) {
        (Some(left), Some(right)) => Arc::ptr_eq(left, right),
        (None, None) => true,
        _ => false,
    }
}
