//! Counting what decoders put out.

use std::{
    cell::Cell,
    io::{self, Read},
    rc::Rc,
};

use crate::{Limits, NoteKind};

/// Bytes that may still come out of all decoders of one artifact.
#[derive(Clone, Debug)]
pub(crate) struct Meter {
    state: Rc<State>,
}

#[derive(Debug)]
struct State {
    used: Cell<u64>,
    max: u64,
    kind: NoteKind,
    tripped: Cell<bool>,
}

impl Meter {
    /// For an outer file of this size; `None` for a folder, which has no ratio.
    pub(crate) fn new(limits: &Limits, packed: Option<u64>) -> Self {
        let by_ratio = packed.map_or(u64::MAX, |packed| {
            packed.saturating_mul(limits.ratio).max(limits.ratio_floor)
        });
        let (max, kind) = if by_ratio < limits.unpacked_bytes {
            (by_ratio, NoteKind::LimitRatio)
        } else {
            (limits.unpacked_bytes, NoteKind::LimitUnpackedBytes)
        };
        Self {
            state: Rc::new(State {
                used: Cell::new(0),
                max,
                kind,
                tripped: Cell::new(false),
            }),
        }
    }

    /// Which limit was hit, if one was.
    pub(crate) fn tripped(&self) -> Option<NoteKind> {
        self.state.tripped.get().then_some(self.state.kind)
    }

    pub(crate) fn used(&self) -> u64 {
        self.state.used.get()
    }

    pub(crate) fn max(&self) -> u64 {
        self.state.max
    }

    /// Counts bytes that are handed out without being read through
    /// [`Meter::wrap`].
    pub(crate) fn spend(&self, bytes: u64) -> bool {
        let used = self.state.used.get().saturating_add(bytes);
        self.state.used.set(used);
        if used > self.state.max {
            self.state.tripped.set(true);
        }
        !self.state.tripped.get()
    }

    pub(crate) fn wrap<R: Read>(&self, inner: R) -> Metered<R> {
        Metered {
            inner,
            meter: self.clone(),
        }
    }
}

/// A reader that stops where the meter does.
pub(crate) struct Metered<R> {
    inner: R,
    meter: Meter,
}

impl<R: Read> Read for Metered<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        if self.meter.spend(read as u64) {
            Ok(read)
        } else {
            Err(io::Error::other("over the limit"))
        }
    }
}

/// Reads until the buffer is full or the input ends.
pub(crate) fn read_full(reader: &mut dyn Read, buffer: &mut [u8]) -> (usize, io::Result<()>) {
    let mut filled = 0;
    while let Some(rest) = buffer.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match reader.read(rest) {
            Ok(0) => break,
            Ok(read) => filled = filled.saturating_add(read),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return (filled, Err(error)),
        }
    }
    (filled, Ok(()))
}
