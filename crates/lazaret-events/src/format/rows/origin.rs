//! What rows say of where their record is from, remembered by its bytes.

use super::{Name, Rows};
use crate::{
    event::{Event, Field, Platform, Table, Text},
    format::json::{Members, Unusual},
};

/// Origins of records that are remembered, and their longest text in bytes.
const ORIGINS: usize = 4;
const ORIGIN: usize = 512;

/// What some members say of where the record is from.
pub(super) struct Origin {
    members: Box<str>,
    event_id: Option<u32>,
    channel: Text,
    provider: Text,
    platform: Option<Platform>,
}

impl Rows {
    /// Takes what rows before said of their origin.
    pub(super) fn origin_known(&self, members: &mut Members<'_>, event: &mut Event) -> bool {
        let Some(origin) = self
            .origins
            .iter()
            .find(|origin| members.take_members(&origin.members))
        else {
            return false;
        };
        event.event_id = origin.event_id.or(event.event_id);
        event.platform = origin.platform.or(event.platform);
        if !origin.channel.is_empty() {
            event.channel.clone_from(&origin.channel);
        }
        if !origin.provider.is_empty() {
            event.provider.clone_from(&origin.provider);
        }
        true
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
            if self.origins.len() >= ORIGINS {
                self.origins.remove(0);
            }
            self.origins.push(Origin {
                members: Box::from(said),
                event_id: alone.event_id,
                channel: alone.channel,
                provider: alone.provider,
                platform: alone.platform,
            });
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
