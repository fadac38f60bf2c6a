//! Several logs as one stream in the order of time.

use std::{
    cmp::Ordering,
    collections::{BinaryHeap, VecDeque},
    fs,
    io::Read,
    path::{Path, PathBuf},
    sync::mpsc::{channel, sync_channel},
    thread,
};

use lazaret_events::{
    Event, OpenError, ReadOptions, ReadReport, Reader, Time, open_stream, open_with,
};

/// Events of one log that are put in order among themselves: sensors write
/// late records.
const AHEAD: usize = 2048;

/// Logs open at once; further ones are read after them.
const OPEN: usize = 256;

/// Folders below a folder, at most.
const DEPTH: usize = 32;

/// Events handed from the reading thread at once, and how often before it
/// waits.
const BATCH: usize = 256;
const BATCHES: usize = 8;

struct Held {
    time: Time,
    number: u64,
    event: Box<Event>,
}

impl PartialEq for Held {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Held {}

impl PartialOrd for Held {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Held {
    fn cmp(&self, other: &Self) -> Ordering {
        // The earliest is the greatest: the heap gives the greatest.
        (other.time, other.number).cmp(&(self.time, self.number))
    }
}

/// What was read ahead. Most records are in order: they wait in a queue, and
/// only the late ones in a heap, where an event is moved often.
#[derive(Default)]
struct Ahead {
    run: VecDeque<Held>,
    late: BinaryHeap<Held>,
}

impl Ahead {
    fn len(&self) -> usize {
        self.run.len() + self.late.len()
    }

    fn push(&mut self, held: Held) {
        match self.run.back() {
            Some(last) if held.time < last.time => self.late.push(held),
            _ => self.run.push_back(held),
        }
    }

    /// Whether the next is a late one; `None` where there is no next.
    fn next_is_late(&self) -> Option<bool> {
        match (self.run.front(), self.late.peek()) {
            (None, None) => None,
            (Some(run), Some(late)) => Some(*late > *run),
            (run, _) => Some(run.is_none()),
        }
    }

    fn time(&self) -> Option<Time> {
        if self.next_is_late()? {
            self.late.peek().map(|held| held.time)
        } else {
            self.run.front().map(|held| held.time)
        }
    }

    fn pop(&mut self) -> Option<Box<Event>> {
        if self.next_is_late()? {
            self.late.pop().map(|held| held.event)
        } else {
            self.run.pop_front().map(|held| held.event)
        }
    }
}

struct Log {
    reader: Reader,
    ahead: Ahead,
    clock: Time,
    number: u64,
    done: bool,
}

impl Log {
    fn fill(&mut self, most: usize) {
        while !self.done && self.ahead.len() < most {
            match self.reader.next() {
                None => self.done = true,
                // Counted in the reader's own report.
                Some(Err(_)) => {}
                Some(Ok(event)) => {
                    let time = event.time.unwrap_or(self.clock);
                    self.clock = time;
                    self.number += 1;
                    self.ahead.push(Held {
                        time,
                        number: self.number,
                        event,
                    });
                }
            }
        }
    }
}

/// Reads logs in the order of time.
pub struct Ordered {
    logs: Vec<Log>,
    waiting: VecDeque<PathBuf>,
    options: ReadOptions,
    ahead: usize,
    reports: Vec<ReadReport>,
    unread: Vec<OpenError>,
}

impl Ordered {
    /// The logs at `paths`; folders are searched, links in them are not
    /// followed, `-` is standard input.
    ///
    /// # Errors
    /// When a path that was named cannot be opened or listed. Files of a
    /// folder that no reader knows are told by [`Ordered::unread`].
    pub fn open(paths: &[PathBuf], options: ReadOptions) -> Result<Self, OpenError> {
        let mut this = Self {
            logs: Vec::new(),
            waiting: VecDeque::new(),
            ahead: if options.live { 1 } else { AHEAD },
            options,
            reports: Vec::new(),
            unread: Vec::new(),
        };
        for path in paths {
            if path.as_os_str() == "-" {
                this.stream(std::io::stdin())?;
            } else if path.is_dir() {
                let mut files = Vec::new();
                collect(path, DEPTH, &mut files).map_err(|source| OpenError::Io {
                    path: path.display().to_string(),
                    source,
                })?;
                files.sort();
                this.waiting.extend(files);
            } else {
                let reader = open_with(path, this.options.clone())?;
                this.add(reader);
            }
        }
        this.admit();
        Ok(this)
    }

    fn stream(&mut self, input: impl Read + Send + 'static) -> Result<(), OpenError> {
        let reader = open_stream("-", input, self.options.clone())?;
        self.add(reader);
        Ok(())
    }

    fn add(&mut self, reader: Reader) {
        self.logs.push(Log {
            reader,
            ahead: Ahead::default(),
            clock: Time::default(),
            number: 0,
            done: false,
        });
    }

    fn admit(&mut self) {
        while self.logs.len() < OPEN {
            let Some(path) = self.waiting.pop_front() else {
                return;
            };
            match open_with(&path, self.options.clone()) {
                Ok(reader) => self.add(reader),
                Err(error) => self.unread.push(error),
            }
        }
    }

    /// Gives every event to `take`, while a thread reads ahead; gives back
    /// itself, with its reports.
    pub fn read_ahead(mut self, mut take: impl FnMut(&Event)) -> Self {
        let (send, receive) = sync_channel::<Vec<Box<Event>>>(BATCHES);
        let (send_back, receive_back) = channel::<Vec<Box<Event>>>();
        thread::scope(|scope| {
            let reader = scope.spawn(move || {
                loop {
                    // Memory costs less where it came from.
                    receive_back.try_iter().for_each(drop);
                    let mut batch = Vec::with_capacity(BATCH);
                    batch.extend(self.by_ref().take(BATCH));
                    if batch.is_empty() || send.send(batch).is_err() {
                        return self;
                    }
                }
            });
            for batch in receive {
                batch.iter().for_each(|event| take(event));
                // A reader that has ended wants none.
                let _ = send_back.send(batch);
            }
            match reader.join() {
                Ok(this) => this,
                Err(panic) => std::panic::resume_unwind(panic),
            }
        })
    }

    /// The accounts of logs read to their end.
    pub fn reports(&self) -> &[ReadReport] {
        &self.reports
    }

    /// Files of folders that no reader knows.
    pub fn unread(&self) -> &[OpenError] {
        &self.unread
    }
}

impl Iterator for Ordered {
    type Item = Box<Event>;

    fn next(&mut self) -> Option<Box<Event>> {
        loop {
            if let [log] = self.logs.as_mut_slice() {
                log.fill(self.ahead);
                if let Some(event) = log.ahead.pop() {
                    return Some(event);
                }
            }
            let mut best: Option<(Time, usize)> = None;
            let mut ended = None;
            for (index, log) in self.logs.iter_mut().enumerate() {
                log.fill(self.ahead);
                match log.ahead.time() {
                    Some(time) if best.is_none_or(|(earliest, _)| time < earliest) => {
                        best = Some((time, index));
                    }
                    Some(_) => {}
                    None => ended = Some(index),
                }
            }
            if let Some(index) = ended {
                let log = self.logs.swap_remove(index);
                self.reports.push(log.reader.report().clone());
                self.admit();
                continue;
            }
            let (_, index) = best?;
            return self.logs.get_mut(index)?.ahead.pop();
        }
    }
}

fn collect(path: &Path, depth: usize, out: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in fs::read_dir(path)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        if kind.is_dir() && depth > 0 {
            collect(&entry.path(), depth - 1, out)?;
        } else if kind.is_file() {
            out.push(entry.path());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use lazaret_events::Table;
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Queue and heap together give what one heap would: by time, and of
        /// one time in the order of reading.
        #[test]
        fn late_records_come_in_their_place(times in prop::collection::vec(0_i64..40, 0..200)) {
            let mut ahead = Ahead::default();
            for (number, time) in times.iter().enumerate() {
                let mut event = Event::new(Table::DeviceEvents, "FileRead");
                event.event_id = u32::try_from(number).ok();
                let event = Box::new(event);
                ahead.push(Held { time: Time(*time), number: number as u64, event });
            }
            prop_assert_eq!(ahead.len(), times.len());
            let mut expected: Vec<(i64, Option<u32>)> = times
                .iter()
                .enumerate()
                .map(|(number, time)| (*time, u32::try_from(number).ok()))
                .collect();
            expected.sort_unstable();
            let mut got = Vec::new();
            while let Some(time) = ahead.time() {
                let event = ahead.pop();
                got.push((time.0, event.and_then(|event| event.event_id)));
            }
            prop_assert_eq!(got, expected);
        }
    }
}
