//! The memory that the operators of a hunt share.

use std::{
    fmt,
    sync::{Mutex, PoisonError},
};

use datafusion::{
    common::resources_datafusion_err,
    error::Result,
    execution::memory_pool::{MemoryConsumer, MemoryLimit, MemoryPool, MemoryReservation},
};

/// Those that can spill share alike what the others leave, but for a quarter of
/// the whole: merges of what was spilled cannot spill, and must have something.
#[derive(Debug)]
pub(super) struct Shared {
    limit: usize,
    held: Mutex<Held>,
}

#[derive(Debug, Default)]
struct Held {
    /// How many can spill.
    spilling: usize,
    /// What they hold.
    spillable: usize,
    /// What the others hold.
    firm: usize,
}

impl Shared {
    pub(super) fn new(limit: usize) -> Self {
        Self {
            limit,
            held: Mutex::default(),
        }
    }

    fn held<T>(&self, work: impl FnOnce(&mut Held) -> T) -> T {
        work(&mut self.held.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl fmt::Display for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} MiB", self.limit >> 20)
    }
}

impl MemoryPool for Shared {
    fn name(&self) -> &str {
        "hunt"
    }

    fn register(&self, consumer: &MemoryConsumer) {
        self.held(|held| held.spilling += usize::from(consumer.can_spill()));
    }

    fn unregister(&self, consumer: &MemoryConsumer) {
        self.held(|held| {
            held.spilling = held
                .spilling
                .saturating_sub(usize::from(consumer.can_spill()));
        });
    }

    fn grow(&self, reservation: &MemoryReservation, additional: usize) {
        self.held(|held| match reservation.consumer().can_spill() {
            true => held.spillable += additional,
            false => held.firm += additional,
        });
    }

    fn shrink(&self, reservation: &MemoryReservation, shrink: usize) {
        self.held(|held| {
            let part = match reservation.consumer().can_spill() {
                true => &mut held.spillable,
                false => &mut held.firm,
            };
            *part = part.saturating_sub(shrink);
        });
    }

    fn try_grow(&self, reservation: &MemoryReservation, additional: usize) -> Result<()> {
        let consumer = reservation.consumer();
        self.held(|held| {
            let (wanted, available) = if consumer.can_spill() {
                let all = (self.limit - self.limit / 4).saturating_sub(held.firm);
                (reservation.size() + additional, all / held.spilling.max(1))
            } else {
                let taken = held.spillable + held.firm;
                (additional, self.limit.saturating_sub(taken))
            };
            if wanted > available {
                return Err(resources_datafusion_err!(
                    "{} wants {wanted} bytes, and {available} of the limit of {self} are left",
                    consumer.name()
                ));
            }
            match consumer.can_spill() {
                true => held.spillable += additional,
                false => held.firm += additional,
            }
            Ok(())
        })
    }

    fn reserved(&self) -> usize {
        self.held(|held| held.spillable + held.firm)
    }

    fn memory_limit(&self) -> MemoryLimit {
        MemoryLimit::Finite(self.limit)
    }
}
