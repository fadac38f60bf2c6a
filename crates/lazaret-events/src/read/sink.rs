//! Where decoders put what they make of records.

use std::{collections::VecDeque, sync::Arc};

use super::{ReadOptions, ReadReport, RecordError};
use crate::event::{Event, Source};

/// Takes events and errors of one file.
pub(crate) struct Sink {
    pub(crate) ready: VecDeque<Result<Box<Event>, RecordError>>,
    pub(crate) report: ReadReport,
    pub(crate) options: ReadOptions,
    file: Arc<str>,
    /// The place of the record being decoded.
    pub(crate) place: Source,
}

impl Sink {
    pub(crate) fn new(file: Arc<str>, options: ReadOptions) -> Self {
        Self {
            ready: VecDeque::new(),
            report: ReadReport {
                file: Arc::clone(&file),
                ..ReadReport::default()
            },
            options,
            place: Source {
                file: Arc::clone(&file),
                ..Source::default()
            },
            file,
        }
    }

    /// Says which record comes next.
    pub(crate) fn begin(&mut self, line: u64, offset: u64) {
        self.report.records += 1;
        self.place.line = line;
        self.place.record = self.report.records;
        self.place.offset = offset;
    }

    /// An event of the current record.
    pub(crate) fn event(&mut self, event: impl Into<Box<Event>>) {
        let event = event.into();
        // Our own JSON Lines bring the place of the original record.
        let place = match event.source.file.is_empty() {
            true => self.place.clone(),
            false => Source::default(),
        };
        self.event_at(event, place);
    }

    /// An event of a record elsewhere.
    pub(crate) fn event_at(&mut self, event: impl Into<Box<Event>>, place: Source) {
        let mut event = event.into();
        if event.source.file.is_empty() {
            event.source = place;
        }
        if event.device.name.is_empty() {
            event.device.name.clone_from(&self.options.device);
        }
        self.report.events += 1;
        self.ready.push_back(Ok(event));
    }

    /// The current record is understood and no event for us.
    pub(crate) fn skip(&mut self, kind: &str) {
        self.report.skip(kind);
    }

    /// The current record cannot be read.
    pub(crate) fn unreadable(&mut self, reason: impl Into<String>) {
        let (line, record, offset) = (self.place.line, self.place.record, self.place.offset);
        self.unreadable_at(line, record, offset, reason);
    }

    /// A record elsewhere cannot be read.
    pub(crate) fn unreadable_at(
        &mut self,
        line: u64,
        record: u64,
        offset: u64,
        reason: impl Into<String>,
    ) {
        let error = RecordError {
            file: Arc::clone(&self.file),
            line,
            record,
            offset,
            reason: reason.into(),
        };
        self.report.unreadable += 1;
        if self.report.problems.len() < ReadReport::PROBLEMS {
            self.report.problems.push(error.clone());
        }
        self.ready.push_back(Err(error));
    }
}
