//! What rows say in `AdditionalFields` behind the process that acted,
//! remembered by its bytes: mostly the same few things.

use std::iter;

use super::{Rows, bare, keep, origin::Origin};
use crate::{
    event::{Additional, Event, Table, Text},
    format::json::{Members, Unusual},
};

/// Ways to go on that are remembered, how many are looked at for that, and
/// their longest text in bytes.
const RESTS: usize = 16;
const TRIES: usize = 256;
const REST: usize = 512;

/// Ways to go on.
#[derive(Default)]
pub(super) struct Rests {
    known: Vec<Rest>,
    /// The one met last: neighbours mostly say the same.
    last: usize,
    tried: usize,
}

/// What the members up to the end of `AdditionalFields` say of events of one
/// table and action.
struct Rest {
    members: Box<str>,
    table: Table,
    action: Text,
    origin: Origin,
    additional: Additional,
}

impl Rest {
    /// Of an event that nothing else was said of; `None` where that depends
    /// on more than these members.
    fn of(alone: Event, members: &str) -> Option<Self> {
        (bare(&alone) && members.len() <= REST).then(|| Self {
            members: Box::from(members),
            origin: Origin::of(&alone),
            table: alone.table,
            action: alone.action_type,
            additional: alone.additional,
        })
    }

    fn give(&self, event: &mut Event) {
        self.origin.give(event);
        event.additional.extend(&self.additional);
    }
}

impl Rests {
    /// Takes the members that come, up to the end of `AdditionalFields`, where
    /// they are known.
    fn take(&mut self, members: &mut Members<'_>, event: &mut Event) -> bool {
        let mut order = iter::once(self.last).chain(0..self.known.len());
        let found = order.find_map(|at| {
            let rest = self.known.get(at)?;
            (members.ends_alike(0, &rest.members)
                && rest.action == event.action_type
                && rest.table == event.table
                && members.take_members(&rest.members))
            .then_some((at, rest))
        });
        let Some((at, rest)) = found else {
            return false;
        };
        self.last = at;
        rest.give(event);
        true
    }
}

impl Rows {
    /// What comes up to the end of `AdditionalFields`.
    pub(super) fn rest(
        &mut self,
        members: &mut Members<'_>,
        event: &mut Event,
    ) -> Result<(), Unusual> {
        if self.rests.take(members, event) {
            return Ok(());
        }
        let first = *members;
        self.additional(members, event)?;
        if self.rests.tried >= TRIES {
            return Ok(());
        }
        self.rests.tried += 1;
        let mut alone = Event::new(event.table.clone(), &event.action_type);
        let mut again = first;
        self.additional(&mut again, &mut alone)?;
        let said = first.between(first.at(), members.at());
        if let Some(rest) = Rest::of(alone, said) {
            let rests = &mut self.rests;
            rests.last = keep(&mut rests.known, rest, rests.tried % RESTS);
        }
        Ok(())
    }
}
