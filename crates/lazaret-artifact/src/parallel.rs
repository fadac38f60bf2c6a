//! Looking at entries on several cores while the archive is being decoded.

use std::{
    collections::VecDeque,
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
};

use crate::{Artifact, ArtifactError, Entry, EntryInfo, Limits, Source, Want, read};

/// Bytes of entries that may wait. When there are more, the decoding thread
/// looks at entries itself.
const WAITING_BYTES: usize = 48 << 20;

/// Like [`read`], with `visit` called on up to `threads` threads at once, this
/// one included. Results come in the order of the entries.
///
/// # Errors
/// As [`read`].
pub fn read_parallel<T, V>(
    source: &Source,
    limits: &Limits,
    threads: usize,
    want: &dyn Fn(&EntryInfo<'_>) -> Want,
    visit: V,
) -> Result<(Artifact, Vec<T>), ArtifactError>
where
    T: Send,
    V: Fn(Entry) -> T + Sync,
{
    let queue = Queue::default();
    let results = Mutex::new(Vec::new());
    let look = |entry: Entry| {
        let index = entry.index;
        let result = visit(entry);
        lock(&results).push((index, result));
    };
    let artifact = std::thread::scope(|scope| {
        // Closed on the way out, also by a panic, so that no worker waits on.
        let closing = Closing(&queue);
        for _ in 1..threads.max(1) {
            scope.spawn(|| {
                while let Some(entry) = queue.next() {
                    look(entry);
                }
            });
        }
        let artifact = read(source, limits, want, &mut |entry| {
            if threads < 2 {
                look(entry);
                return;
            }
            queue.push(entry);
            while let Some(entry) = queue.too_many() {
                look(entry);
            }
        });
        drop(closing);
        while let Some(entry) = queue.next() {
            look(entry);
        }
        artifact
    })?;
    let mut results = results.into_inner().unwrap_or_else(PoisonError::into_inner);
    results.sort_by_key(|(index, _)| *index);
    Ok((
        artifact,
        results.into_iter().map(|(_, result)| result).collect(),
    ))
}

#[derive(Default)]
struct Queue {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<Entry>,
    bytes: usize,
    closed: bool,
}

impl State {
    fn take(&mut self) -> Option<Entry> {
        let entry = self.waiting.pop_front()?;
        self.bytes = self.bytes.saturating_sub(entry.bytes.len());
        Some(entry)
    }
}

impl Queue {
    fn push(&self, entry: Entry) {
        let mut state = lock(&self.state);
        state.bytes = state.bytes.saturating_add(entry.bytes.len());
        state.waiting.push_back(entry);
        drop(state);
        self.changed.notify_one();
    }

    /// An entry, if more wait than should.
    fn too_many(&self) -> Option<Entry> {
        let mut state = lock(&self.state);
        (state.bytes > WAITING_BYTES)
            .then(|| state.take())
            .flatten()
    }

    /// The next entry; waits for it unless the queue is closed.
    fn next(&self) -> Option<Entry> {
        let mut state = lock(&self.state);
        loop {
            if let Some(entry) = state.take() {
                return Some(entry);
            }
            if state.closed {
                return None;
            }
            state = self
                .changed
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }
}

struct Closing<'a>(&'a Queue);

impl Drop for Closing<'_> {
    fn drop(&mut self) {
        lock(&self.0.state).closed = true;
        self.0.changed.notify_all();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
