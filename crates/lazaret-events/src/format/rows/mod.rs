//! Rows of the schema as JSON Lines, read without a tree: what `lazaret events`
//! writes, and any export that names its table first.
//!
//! Neighbouring rows mostly tell of the same process. What they say of it is
//! read once, and shared by their events as long as they say it in the same
//! bytes.

mod acting;
mod head;
mod origin;
mod recent;
mod rest;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::{
    defender,
    json::{Members, Raw, Unusual},
    time::Day,
};
use crate::event::{Event, Field, Scalar, Source, Table, Text};
use acting::{ACTING, Actor, Tail, acting};
use head::Heads;
use origin::{Origin, origin};
use recent::Recent;
use rest::Rests;

/// Texts up to this length are kept in place; longer ones are shared.
const SHORT: usize = 23;

/// Rows that could not be read in a row before the whole parser is asked at
/// once, and for how many.
const TRIES: u32 = 8;
const PAUSE: u32 = 256;

/// Reads rows; remembers what they have in common.
pub(crate) struct Rows {
    heads: Heads,
    /// By their first bytes: of those with the same, the latest.
    tails: FxHashMap<u64, Tail>,
    /// Key of the last one: neighbours mostly have the same.
    last_tail: u64,
    actors: FxHashMap<u64, Actor>,
    /// Bytes of tails and actors.
    held: usize,
    /// By the members that say so.
    origins: Recent<(Box<str>, Origin)>,
    rests: Rests,
    /// Fields as they are named behind another member, `,"Name":`.
    tokens: Vec<Box<str>>,
    /// The field that came last time behind a field.
    follows: Vec<Field>,
    /// The day of the last row.
    day: Day,
    /// The last long text of each field.
    texts: Vec<Text>,
    file: Arc<str>,
    failed: u32,
    pause: u32,
}

impl Default for Rows {
    fn default() -> Self {
        let tokens = Field::ALL
            .iter()
            .map(|f| format!(",\"{}\":", f.name()).into());
        Self {
            heads: Heads::default(),
            tails: FxHashMap::default(),
            last_tail: 0,
            actors: FxHashMap::default(),
            held: 0,
            origins: Recent::default(),
            rests: Rests::default(),
            tokens: tokens.collect(),
            follows: vec![Field::Timestamp; Field::ALL.len()],
            day: Day::default(),
            texts: vec![Text::default(); Field::ALL.len()],
            file: Arc::default(),
            failed: 0,
            pause: 0,
        }
    }
}

/// A member's name.
#[derive(Clone, Copy)]
enum Name<'a> {
    Field(Field),
    Other(&'a str),
}

impl Rows {
    /// The event of a row, but for what is concluded from the whole of it.
    pub(crate) fn event(&mut self, line: &[u8]) -> Result<Box<Event>, Unusual> {
        if self.pause > 0 {
            self.pause -= 1;
            return Err(Unusual);
        }
        let event = self.row(line);
        if event.is_ok() {
            self.failed = 0;
        } else {
            self.failed += 1;
            if self.failed >= TRIES {
                (self.failed, self.pause) = (0, PAUSE);
            }
        }
        event
    }

    fn row(&mut self, line: &[u8]) -> Result<Box<Event>, Unusual> {
        let mut members = Members::of(line)?;
        // Nothing comes behind a source but the next row.
        let (mut event, mut last) = match self.heads.take(&mut members, &mut self.day) {
            Some(event) => (event, Field::ActionType),
            None => (of_table(&mut members)?, Field::LazaretSource),
        };
        let mut action_known = last == Field::ActionType;
        // Where the time is, while it is the only one.
        let mut time = None;
        let mut times = 0;
        loop {
            let start = members;
            let Some(name) = self.name(&mut members, last)? else {
                break;
            };
            let field = match name {
                // Of other rows, that hold this one.
                Name::Other("properties" | "category") => return Err(Unusual),
                Name::Other(name) if name.starts_with(ACTING) => return Err(Unusual),
                Name::Other(_) => None,
                Name::Field(field) if acting(field) => {
                    members = start;
                    last = self.tail(&mut members, &mut event, last, action_known)?;
                    continue;
                }
                Name::Field(Field::FileName)
                    if event.table != Table::DeviceEvents || action_known =>
                {
                    last = self.file(&mut members, &mut event)?;
                    continue;
                }
                Name::Field(field) => {
                    last = field;
                    Some(field)
                }
            };
            // What some columns are about depends on the action.
            action_known |= field == Some(Field::ActionType);
            let of_action = match event.table {
                Table::DeviceEvents => field.is_none_or(|field| !apart(field)),
                _ => field == Some(Field::AdditionalFields),
            };
            if of_action && !action_known {
                return Err(Unusual);
            }
            if field == Some(Field::AdditionalFields) && members.enter() {
                self.additional(&mut members, &mut event)?;
                continue;
            }
            match (name, members.value()?) {
                (Name::Field(Field::LazaretSource), Raw::Text(text)) if !text.is_empty() => {
                    event.source = Source::parse_of(text, &self.file);
                    if !Arc::ptr_eq(&self.file, &event.source.file) {
                        self.file.clone_from(&event.source.file);
                    }
                }
                (Name::Field(Field::ActionType), value) if !matches!(value, Raw::Text(_)) => {
                    return Err(Unusual);
                }
                (Name::Field(field), value) => {
                    self.put(&mut event, field, value)?;
                    match (field, value) {
                        (Field::Timestamp, value) => {
                            times += 1;
                            if let Raw::Text(text) = value {
                                let end = members.at() - 1;
                                time = Some((end - text.len(), end));
                            }
                        }
                        (Field::ActionType, _) if times == 1 => {
                            if let Some(time) = time {
                                self.heads.keep(&members, &event, time);
                            }
                        }
                        _ => {}
                    }
                }
                (Name::Other(name), value) => {
                    defender::other_member(&mut event, name, &value.json()?);
                }
            }
        }
        if members.ended() {
            Ok(event)
        } else {
            Err(Unusual)
        }
    }

    /// The next member's name: mostly what came behind `last` before.
    fn name<'a>(
        &mut self,
        members: &mut Members<'a>,
        last: Field,
    ) -> Result<Option<Name<'a>>, Unusual> {
        let guess = self.follows.get(last as usize).copied();
        if let Some(guess) = guess
            && let Some(token) = self.tokens.get(guess as usize)
            && members.take_token(token)
        {
            return Ok(Some(Name::Field(guess)));
        }
        let first = members.at_start();
        let Some(name) = members.name()? else {
            return Ok(None);
        };
        let Some(field) = Field::named(name) else {
            return Ok(Some(Name::Other(name)));
        };
        if !first && let Some(follows) = self.follows.get_mut(last as usize) {
            *follows = field;
        }
        Ok(Some(Name::Field(field)))
    }

    /// A file's name, and its path where that comes next: mostly that ends
    /// with the name, and says it all.
    fn file(&mut self, members: &mut Members<'_>, event: &mut Event) -> Result<Field, Unusual> {
        let name = members.value()?;
        let token = self.tokens.get(Field::FolderPath as usize);
        if !token.is_some_and(|token| members.take_token(token)) {
            self.put(event, Field::FileName, name)?;
            return Ok(Field::FileName);
        }
        let path = members.value()?;
        match (name, path) {
            (Raw::Text(name), Raw::Text(path))
                if event.process.is_none() && event.file.is_none() && ends_with(path, name) =>
            {
                *event.path_mut() = Text::new(path);
            }
            _ => {
                self.put(event, Field::FileName, name)?;
                self.put(event, Field::FolderPath, path)?;
            }
        }
        Ok(Field::FolderPath)
    }

    /// Sets a field.
    fn put(&mut self, event: &mut Event, field: Field, value: Raw<'_>) -> Result<(), Unusual> {
        match value {
            Raw::Text(text) if field == Field::Timestamp => match self.day.parse(text) {
                Some(time) => event.time = Some(time),
                None => event.set(field, Scalar::from(text)),
            },
            Raw::Text(text) if field != Field::AdditionalFields => {
                event.set(field, Scalar::Text(self.text(field, text)));
            }
            Raw::Int(number) => event.set(field, Scalar::Long(number)),
            value => event.set_json(field, &value.json()?),
        }
        Ok(())
    }

    /// The members of `AdditionalFields`.
    fn additional(&mut self, members: &mut Members<'_>, event: &mut Event) -> Result<(), Unusual> {
        let mut last = Field::AdditionalFields;
        loop {
            let start = *members;
            if self.origin_known(members, event) {
                last = Field::Platform;
                continue;
            }
            let Some(name) = self.name(members, last)? else {
                break;
            };
            match name {
                Name::Field(field) if acting(field) => {
                    *members = start;
                    last = self.acting(members, event, Field::AdditionalFields)?;
                }
                Name::Field(field) if origin(field) => {
                    *members = start;
                    last = self.origin(members, event, last)?;
                }
                Name::Field(field) if !field.documented() => {
                    last = field;
                    let value = members.value()?;
                    self.put(event, field, value)?;
                }
                Name::Field(field) => {
                    last = field;
                    event.set_member(field.name(), &members.value()?.json()?);
                }
                Name::Other(name) => event.set_member(name, &members.value()?.json()?),
            }
        }
        members.leave();
        Ok(())
    }

    /// A text that is shared where the row before had the same.
    fn text(&mut self, field: Field, text: &str) -> Text {
        use Field as F;
        let repeated = matches!(
            field,
            F::DeviceName
                | F::DeviceId
                | F::AccountDomain
                | F::AccountName
                | F::AccountSid
                | F::AccountUpn
                | F::AccountObjectId
                | F::ProcessCurrentDirectory
        );
        if text.len() <= SHORT || !repeated {
            return Text::new(text);
        }
        match self.texts.get_mut(field as usize) {
            Some(last) => {
                if last.as_str() != text {
                    *last = Text::new(text);
                }
                last.clone()
            }
            None => Text::new(text),
        }
    }
}

/// Whether the last part of a path with folders is `name`, as far as that is
/// said quickly.
fn ends_with(path: &str, name: &str) -> bool {
    let folder = path.strip_suffix(name).unwrap_or_default();
    let windows = !path.starts_with('/') && folder.ends_with('\\');
    let plain = memchr::memchr2(b'/', b'\\', name.as_bytes()).is_none();
    !name.is_empty() && plain && (windows || folder.ends_with('/'))
}

/// An event of the table that a row names first, with nothing else known.
fn of_table(members: &mut Members<'_>) -> Result<Box<Event>, Unusual> {
    let table = match (members.name()?, members.value()?) {
        (Some("Type"), Raw::Text(name)) => Table::named(name),
        _ => return Err(Unusual),
    };
    match table {
        Table::Other(_) => Err(Unusual),
        table => Ok(Box::new(Event::new(table, ""))),
    }
}

/// Whether nothing is known that has a part or column of its own.
fn bare(event: &Event) -> bool {
    event.process.is_none()
        && event.initiating.is_none()
        && event.account.is_none()
        && event.file.is_none()
        && event.network.is_none()
        && event.registry.is_none()
        && event.dns.is_none()
        && event.columns.is_empty()
}

/// Whether what a column is about does not depend on the action.
fn apart(field: Field) -> bool {
    matches!(
        field,
        Field::Timestamp | Field::DeviceId | Field::DeviceName | Field::ReportId
    )
}
