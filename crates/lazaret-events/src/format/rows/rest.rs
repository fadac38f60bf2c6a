//! What rows say in `AdditionalFields` behind the process that acted,
//! remembered by its bytes: mostly the same few things.

use super::{Rows, bare, origin::Origin, recent::Recent};
use crate::{
    event::{Additional, Event, Table, Text},
    format::json::{Members, Unusual},
};

/// Longest way to go on that is remembered, in bytes.
const REST: usize = 512;

/// Ways to go on.
#[derive(Default)]
pub(super) struct Rests(Recent<Rest>);

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
        let found = self.0.find(|rest| {
            (members.ends_alike(0, &rest.members)
                && rest.action == event.action_type
                && rest.table == event.table
                && members.take_members(&rest.members))
            .then_some(())
        });
        let Some((rest, ())) = found else {
            return false;
        };
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
        if !self.rests.0.try_one() {
            return Ok(());
        }
        let mut alone = Event::new(event.table.clone(), &event.action_type);
        let mut again = first;
        self.additional(&mut again, &mut alone)?;
        let said = first.between(first.at(), members.at());
        if let Some(rest) = Rest::of(alone, said) {
            self.rests.0.keep(rest);
        }
        Ok(())
    }
}
