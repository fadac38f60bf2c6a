//! Logs as they grow.

use std::{
    fs::File,
    io::{self, Read, Seek as _},
    path::{Path, PathBuf},
    sync::mpsc::{Receiver, SyncSender, sync_channel},
    thread,
    time::Duration,
};

use lazaret_events::{Event, ReadOptions, Reader, open_stream};

/// How often a log that has no more is looked at again: the lag of alerts.
const PAUSE: Duration = Duration::from_millis(200);

/// Events waiting to be looked at.
const WAITING: usize = 4096;

/// Reads a file to its end and waits for more; starts again where it was cut
/// or replaced (log rotation).
struct Growing {
    path: PathBuf,
    file: File,
    read: u64,
}

impl Growing {
    fn replaced(&self) -> io::Result<bool> {
        let now = match self.path.metadata() {
            Ok(now) => now,
            // Moved away, and the new one not there yet.
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
            Err(error) => return Err(error),
        };
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt as _;
            if now.ino() != self.file.metadata()?.ino() {
                return Ok(true);
            }
        }
        Ok(now.len() < self.read)
    }
}

impl Read for Growing {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        loop {
            let count = self.file.read(out)?;
            if count > 0 || out.is_empty() {
                self.read += count as u64;
                return Ok(count);
            }
            if self.replaced()? {
                self.file = File::open(&self.path)?;
                self.file.rewind()?;
                self.read = 0;
                continue;
            }
            thread::sleep(PAUSE);
        }
    }
}

/// Events of all logs as they come; `-` is standard input.
pub(crate) fn events(
    paths: &[PathBuf],
    options: &ReadOptions,
) -> anyhow::Result<Receiver<Box<Event>>> {
    let (send, receive) = sync_channel(WAITING);
    for path in paths {
        anyhow::ensure!(
            !path.is_dir(),
            "{}: --follow reads files and pipes, not folders",
            path.display()
        );
        let send = send.clone();
        let (path, options) = (path.clone(), options.clone());
        // Opening waits for the first line.
        thread::spawn(move || {
            let problem = match open(&path, options) {
                Ok(reader) => forward(reader, &send),
                Err(error) => Some(format!("{error:#}")),
            };
            if let Some(problem) = problem {
                crate::output::remark(&problem);
            }
        });
    }
    Ok(receive)
}

fn open(path: &Path, options: ReadOptions) -> anyhow::Result<Reader> {
    if path.as_os_str() == "-" {
        return Ok(open_stream("-", io::stdin(), options)?);
    }
    let growing = Growing {
        path: path.to_owned(),
        file: File::open(path)?,
        read: 0,
    };
    Ok(open_stream(&path.display().to_string(), growing, options)?)
}

fn forward(mut reader: Reader, send: &SyncSender<Box<Event>>) -> Option<String> {
    for event in reader.by_ref() {
        match event {
            Ok(event) => send.send(event).ok()?,
            Err(error) => crate::output::remark(&error.to_string()),
        }
    }
    let report = reader.report();
    (report.unreadable > 0).then(|| {
        format!(
            "{}: {} records could not be read",
            report.file, report.unreadable
        )
    })
}
