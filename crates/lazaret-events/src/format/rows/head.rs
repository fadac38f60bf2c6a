//! How rows begin, up to their action, remembered by its bytes: in neighbours
//! mostly only the time differs.

use super::{bare, recent::Recent};
use crate::{
    event::{Event, Time},
    format::{json::Members, time::Day},
};

/// Longest beginning that is remembered, in bytes.
const HEAD: usize = 512;

/// Beginnings of rows.
#[derive(Default)]
pub(super) struct Heads(Recent<Head>);

/// What the members up to `ActionType` say, but for the time between them.
struct Head {
    before: Box<str>,
    after: Box<str>,
    event: Box<Event>,
}

impl Head {
    /// The walk behind it, where `members` begin so, and the time.
    fn take<'a>(&self, members: &Members<'a>, day: &mut Day) -> Option<(Members<'a>, Time)> {
        if !members.ends_alike(self.before.len() + Day::LENGTH, &self.after) {
            return None;
        }
        let mut ahead = *members;
        let time = ahead.take_around(&self.before, Day::LENGTH, &self.after)?;
        Some((ahead, day.parse(time)?))
    }
}

impl Heads {
    /// The event that begins as one before, at its own time; the members up to
    /// its action are taken.
    pub(super) fn take(&mut self, members: &mut Members<'_>, day: &mut Day) -> Option<Box<Event>> {
        let (head, (ahead, time)) = self.0.find(|head| head.take(members, day))?;
        *members = ahead;
        let mut event = head.event.clone();
        event.time = Some(time);
        Some(event)
    }

    /// Remembers the beginning of a row whose action was just taken, with
    /// `time` the place of the only time in it.
    pub(super) fn keep(&mut self, members: &Members<'_>, event: &Event, time: (usize, usize)) {
        if !self.0.try_one() {
            return;
        }
        let (start, end) = time;
        let before = members.between(1, start);
        let after = members.between(end, members.at());
        let fits = end - start == Day::LENGTH && before.len() + after.len() <= HEAD;
        let alone = bare(event) && event.additional.is_empty() && event.source.file.is_empty();
        if fits && alone {
            self.0.keep(Head {
                before: Box::from(before),
                after: Box::from(after),
                event: Box::new(event.clone()),
            });
        }
    }
}
