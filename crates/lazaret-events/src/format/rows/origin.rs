//! What rows say of where their record is from, remembered by its bytes.

use super::{Name, Rows};
use crate::{
    event::{Event, Field, Platform, Table, Text},
    format::json::{Members, Unusual},
};

/// Longest text on an origin that is remembered, in bytes.
const ORIGIN: usize = 512;

/// Where a record is from.
pub(super) struct Origin {
    event_id: Option<u32>,
    channel: Text,
    provider: Text,
    platform: Option<Platform>,
}

impl Origin {
    /// What is known of an event.
    pub(super) fn of(event: &Event) -> Self {
        Self {
            event_id: event.event_id,
            channel: event.channel.clone(),
            provider: event.provider.clone(),
            platform: event.platform,
        }
    }

    /// Tells another event what is known.
    pub(super) fn give(&self, event: &mut Event) {
        event.event_id = self.event_id.or(event.event_id);
        event.platform = self.platform.or(event.platform);
        if !self.channel.is_empty() {
            event.channel.clone_from(&self.channel);
        }
        if !self.provider.is_empty() {
            event.provider.clone_from(&self.provider);
        }
    }
}

impl Rows {
    /// Takes what rows before said of their origin.
    pub(super) fn origin_known(&mut self, members: &mut Members<'_>, event: &mut Event) -> bool {
        let taken = |(said, _): &(Box<str>, Origin)| members.take_members(said).then_some(());
        let found = self.origins.find(taken);
        if let Some(((_, origin), ())) = found {
            origin.give(event);
        }
        found.is_some()
    }

    /// The members that come on the record's origin; gives the last.
    pub(super) fn origin(
        &mut self,
        members: &mut Members<'_>,
        event: &mut Event,
        last: Field,
    ) -> Result<Field, Unusual> {
        let first = *members;
        let mut ahead = first;
        let mut last = last;
        let mut alone = Event::new(Table::DeviceEvents, "");
        while let Some(Name::Field(field)) = self.name(&mut ahead, last)?
            && origin(field)
        {
            let value = ahead.value()?;
            self.put(&mut alone, field, value)?;
            self.put(event, field, value)?;
            last = field;
            *members = ahead;
        }
        let said = first.between(first.at(), members.at());
        // What is no number or system is kept elsewhere.
        if alone.columns.is_empty() && said.len() <= ORIGIN {
            self.origins.keep((Box::from(said), Origin::of(&alone)));
        }
        Ok(last)
    }
}

/// Whether a field is of where the record is from.
pub(super) fn origin(field: Field) -> bool {
    matches!(
        field,
        Field::EventID | Field::Channel | Field::ProviderName | Field::Platform
    )
}
