//! Log readers for Linux, Windows, macOS, network and mail telemetry, to one
//! event form.
//!
//! [`open`] finds a file's format by its content, undoes compression and
//! iterates over [`Event`]s; [`read_folder`] does so for all files of a
//! folder, [`open_stream`] for a pipe. Memory is bounded by the largest
//! record. A record that cannot be read is an `Err` of the iterator and
//! counted in the [`ReadReport`]; it never costs its neighbours.
//!
//! ```
//! use lazaret_events::{Field, ReadOptions, Table, open_stream};
//!
//! let log = br#"{"Type":"DeviceProcessEvents","Timestamp":"2026-11-21T00:15:00Z",
//!     "DeviceName":"build-7","FileName":"node","FolderPath":"/usr/bin/node"}"#;
//! let log: String = String::from_utf8_lossy(log).lines().collect();
//! let mut reader = open_stream("-", std::io::Cursor::new(log), ReadOptions::default()).unwrap();
//! let event = reader.next().unwrap().unwrap();
//! assert_eq!(event.table, Table::DeviceProcessEvents);
//! assert_eq!(event.get(Field::FileName).unwrap().text(), "node");
//! assert_eq!(event.sigma_field("Image").unwrap().text(), "/usr/bin/node");
//! assert_eq!(reader.report().unreadable, 0);
//! ```

pub mod event;
mod format;
mod read;

pub use event::{
    Account, Additional, Device, Dns, Event, Field, FileObject, Hashes, LogSource, Network,
    Platform, Process, Registry, Scalar, Source, Table, Text, Time, Value,
};
pub use read::{
    FolderReader, OpenError, ReadOptions, ReadReport, Reader, RecordError, open, open_stream,
    open_with, read_folder,
};
