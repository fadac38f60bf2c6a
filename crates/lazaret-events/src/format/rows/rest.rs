//! What rows say in `AdditionalFields` behind the process that acted,
//! remembered by its bytes: mostly the same few things.

use super::Rows;
use crate::{
    event::{Event, Platform, Scalar, Text},
    format::json::{Members, Unusual},
};

/// Ways to go on that are remembered of each tail, and their longest text in
/// bytes.
const RESTS: usize = 4;
const REST: usize = 512;

/// Ways to go on, the first that were met.
#[derive(Default)]
pub(super) struct Rests {
    known: Vec<Rest>,
    tried: usize,
}

/// What the members up to the end of `AdditionalFields` say.
struct Rest {
    members: Box<str>,
    event_id: Option<u32>,
    channel: Text,
    provider: Text,
    platform: Option<Platform>,
    additional: Vec<(Text, Scalar)>,
}

impl Rest {
    /// Of an event that nothing else was said of; `None` where that depends
    /// on more than these members.
    fn of(alone: Event, members: &str) -> Option<Self> {
        let apart = alone.process.is_none()
            && alone.initiating.is_none()
            && alone.account.is_none()
            && alone.file.is_none()
            && alone.network.is_none()
            && alone.registry.is_none()
            && alone.dns.is_none()
            && alone.columns.is_empty();
        (apart && members.len() <= REST).then(|| Self {
            members: Box::from(members),
            event_id: alone.event_id,
            channel: alone.channel,
            provider: alone.provider,
            platform: alone.platform,
            additional: alone.additional,
        })
    }

    fn give(&self, event: &mut Event) {
        event.event_id = self.event_id.or(event.event_id);
        event.platform = self.platform.or(event.platform);
        if !self.channel.is_empty() {
            event.channel.clone_from(&self.channel);
        }
        if !self.provider.is_empty() {
            event.provider.clone_from(&self.provider);
        }
        event.additional.extend_from_slice(&self.additional);
    }
}

impl Rests {
    /// Takes the members that come, up to the end of `AdditionalFields`, where
    /// they are known.
    pub(super) fn take(&self, members: &mut Members<'_>, event: &mut Event) -> bool {
        let mut known = self.known.iter();
        match known.find(|rest| members.take_members(&rest.members)) {
            Some(rest) => {
                rest.give(event);
                true
            }
            None => false,
        }
    }
}

impl Rows {
    /// Reads the members up to the end of `AdditionalFields`; remembers them
    /// with the tail of that key.
    pub(super) fn rest(
        &mut self,
        key: u64,
        members: &mut Members<'_>,
        event: &mut Event,
    ) -> Result<(), Unusual> {
        let first = *members;
        self.additional(members, event)?;
        let tail = self.tails.get_mut(&key);
        let Some(rests) = tail.map(|tail| &mut tail.rests).filter(|r| r.tried < RESTS) else {
            return Ok(());
        };
        rests.tried += 1;
        let mut alone = Event::new(event.table.clone(), &event.action_type);
        let mut again = first;
        self.additional(&mut again, &mut alone)?;
        let said = first.between(first.at(), members.at());
        if let Some(rest) = Rest::of(alone, said)
            && let Some(tail) = self.tails.get_mut(&key)
        {
            tail.rests.known.push(rest);
            self.held += said.len();
        }
        Ok(())
    }
}
