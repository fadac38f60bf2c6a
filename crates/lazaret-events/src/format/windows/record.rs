//! A Windows event before it is known what its data mean.

use crate::{
    event::{Process, Text, Time},
    format::time,
};

/// One record.
#[derive(Debug, Default)]
pub(crate) struct Record {
    pub(crate) provider: Text,
    pub(crate) channel: Text,
    pub(crate) event_id: Option<u32>,
    pub(crate) computer: Text,
    /// When it was written.
    pub(crate) time: Option<Time>,
    pub(crate) number: Option<u64>,
    /// The process that wrote it, which is the one that acted for PowerShell
    /// and some others.
    pub(crate) pid: Option<i64>,
    /// Security identifier of the account that wrote it.
    pub(crate) sid: Text,
    /// The data, by name, in the record's order.
    pub(crate) data: Vec<(Text, Text)>,
    /// Data without a name; [`Record::join`] makes them one.
    pub(super) unnamed: Vec<Text>,
    /// Where the next of the data is likely to be.
    pub(super) cursor: usize,
}

impl Record {
    /// Adds one of the data.
    pub(crate) fn push(&mut self, name: &str, value: Text) {
        if name.is_empty() || name == "Data" {
            return self.unnamed.push(value);
        }
        self.data.push((Text::new(name), value));
    }

    /// Data without a name are `Data`, a line each. Once all are there: a hostile record
    /// has millions.
    pub(super) fn join(&mut self) {
        match self.unnamed.as_slice() {
            [] => {}
            [one] => self.data.push((Text::new_static("Data"), one.clone())),
            all => {
                let all = Text::from(all.join("\n"));
                self.data.push((Text::new_static("Data"), all));
            }
        }
        self.unnamed.clear();
    }

    fn find(&mut self, name: &str) -> Option<usize> {
        let count = self.data.len();
        // Asked for in the order they are in, each is at the cursor.
        for step in 0..count {
            let at = (self.cursor + step) % count;
            if self.data.get(at).is_some_and(|(key, _)| key == name) {
                self.cursor = at + 1;
                return Some(at);
            }
        }
        None
    }

    /// Takes one of the data out; empty where it is not there or `-`.
    pub(crate) fn take(&mut self, name: &str) -> Text {
        let found = self.find(name).and_then(|at| self.data.get_mut(at));
        found.map_or_else(Text::default, |(_, value)| {
            super::known(std::mem::take(value))
        })
    }

    /// One of the data, left in its place for rules that name it.
    pub(crate) fn get(&mut self, name: &str) -> Text {
        let found = self.find(name).and_then(|at| self.data.get(at));
        found.map_or_else(Text::default, |(_, value)| super::known(value.clone()))
    }

    /// A number out of the data: decimal, or hexadecimal after `0x`.
    pub(crate) fn number(text: &str) -> Option<i64> {
        match text.strip_prefix("0x") {
            Some(hex) => u64::from_str_radix(hex, 16).ok().map(u64::cast_signed),
            None => text.parse().ok(),
        }
    }

    /// Takes a number out.
    pub(crate) fn take_number(&mut self, name: &str) -> Option<i64> {
        Self::number(&self.take(name))
    }

    /// A number left in its place.
    pub(crate) fn get_number(&mut self, name: &str) -> Option<i64> {
        Self::number(&self.get(name))
    }

    /// Takes a time out.
    pub(crate) fn take_time(&mut self, name: &str) -> Option<Time> {
        time::parse(&self.take(name))
    }

    /// Takes a port out.
    pub(crate) fn take_port(&mut self, name: &str) -> Option<u16> {
        self.take(name).parse().ok()
    }

    /// The process that wrote the record, as one that acted.
    pub(crate) fn writer(&self) -> Process {
        let mut process = Process {
            pid: self.pid,
            ..Process::default()
        };
        process.account.sid.clone_from(&self.sid);
        process
    }
}
