//! The one form that all telemetry is read into.

pub mod address;
mod field;
mod get;
mod json;
pub mod path;
mod process;
mod set;
mod sigma;
mod source;
mod table;
mod value;

use std::sync::Arc;

pub use field::Field;
pub use process::{Account, Hashes, Process};
pub use sigma::LogSource;
pub use source::Source;
pub use table::Table;
pub use value::{Additional, Scalar, Time, Value};

/// Short text inside, long text shared: cheap to clone.
pub type Text = smol_str::SmolStr;

/// The system that an event is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Platform {
    /// Microsoft Windows.
    Windows,
    /// Linux.
    Linux,
    /// Apple macOS.
    MacOs,
}

impl Platform {
    /// Sigma's `product`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Windows => "windows",
            Self::Linux => "linux",
            Self::MacOs => "macos",
        }
    }

    pub(crate) fn named(name: &str) -> Option<Self> {
        let lower = name.to_ascii_lowercase();
        Some(match lower.as_str() {
            "linux" => Self::Linux,
            "macos" | "darwin" | "mac os x" => Self::MacOs,
            other if other.starts_with("windows") => Self::Windows,
            _ => return None,
        })
    }
}

/// The device an event happened on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Device {
    /// Host name; empty where unknown.
    pub name: Text,
    /// The sensor's identifier; empty where unknown.
    pub id: Text,
}

/// A file that was acted on.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FileObject {
    /// Path with the name; a bare name where no more is known.
    pub path: Text,
    /// Path before a rename; the target of a link.
    pub previous_path: Text,
    /// Hashes of the content.
    pub hashes: Hashes,
    /// Bytes.
    pub size: Option<i64>,
    /// URL it was downloaded from.
    pub origin_url: Text,
}

/// A connection, request or lookup's endpoints.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Network {
    /// The other end's address.
    pub remote_ip: Text,
    /// The other end's port.
    pub remote_port: Option<u16>,
    /// URL or host name of the other end.
    pub remote_url: Text,
    /// This end's address.
    pub local_ip: Text,
    /// This end's port.
    pub local_port: Option<u16>,
    /// `Tcp`, `Udp`, `Icmp`, as Defender writes them.
    pub protocol: Text,
    /// Whether this end opened it; `None` where unknown.
    pub outbound: Option<bool>,
}

/// A registry key or value that was acted on.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Registry {
    /// The key, from its hive (`HKEY_LOCAL_MACHINE\…`).
    pub key: Text,
    /// Name of the value; empty for the key itself.
    pub value_name: Text,
    /// Type of the value.
    pub value_type: Text,
    /// Data of the value.
    pub value_data: Text,
    /// The key before.
    pub previous_key: Text,
    /// Name before.
    pub previous_value_name: Text,
    /// Data before.
    pub previous_value_data: Text,
}

/// A name lookup.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Dns {
    /// The name asked for.
    pub query: Text,
    /// Type of the record (`A`, `TXT`).
    pub record_type: Text,
    /// The answers, joined with `;`.
    pub answers: Text,
    /// Response code.
    pub status: Text,
}

/// One observed behaviour.
///
/// Typed parts hold what lineage and analytics ask for often; other columns
/// are in `columns`, and what the schema has no column for in `additional`.
/// [`Event::get`], [`Event::column`] and [`Event::sigma_field`] give any of
/// them by name.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// When; `None` where the record says nothing.
    pub time: Option<Time>,
    /// The table it belongs in.
    pub table: Table,
    /// What happened (`ProcessCreated`, `ConnectionSuccess`).
    pub action_type: Text,
    /// Where.
    pub device: Device,
    /// The device's system.
    pub platform: Option<Platform>,
    /// The process that the event is about: the one created, forked, ended.
    pub process: Option<Arc<Process>>,
    /// The process that acted; for a process created, the one that created it.
    pub initiating: Option<Arc<Process>>,
    /// The account of a sign-in, click or other event without a process.
    pub account: Option<Box<Account>>,
    /// The file acted on.
    pub file: Option<Box<FileObject>>,
    /// The endpoints.
    pub network: Option<Box<Network>>,
    /// The registry key or value acted on.
    pub registry: Option<Box<Registry>>,
    /// The lookup.
    pub dns: Option<Box<Dns>>,
    /// Number of the event in its channel's numbering (Windows).
    pub event_id: Option<u32>,
    /// Channel (Windows: `Security`) or record type of the source.
    pub channel: Text,
    /// Provider (Windows) or program that wrote the record.
    pub provider: Text,
    /// Columns of the schema without a typed part.
    pub columns: Vec<(Field, Scalar)>,
    /// What the schema has no column for, by the source's own names.
    pub additional: Additional,
    /// Where the record is.
    pub source: Source,
}

impl Event {
    /// An event with nothing known but its kind.
    pub fn new(table: Table, action_type: &str) -> Self {
        Self {
            time: None,
            table,
            action_type: Text::new(action_type),
            device: Device::default(),
            platform: None,
            process: None,
            initiating: None,
            account: None,
            file: None,
            network: None,
            registry: None,
            dns: None,
            event_id: None,
            channel: Text::default(),
            provider: Text::default(),
            columns: Vec::new(),
            additional: Additional::default(),
            source: Source::default(),
        }
    }

    /// The process that the event is about, else the one that acted.
    pub fn subject(&self) -> Option<&Process> {
        self.process.as_deref().or(self.initiating.as_deref())
    }

    /// The parent of [`Event::subject`], as far as the record says.
    pub fn subject_parent(&self) -> Option<&Process> {
        if self.process.is_some() {
            self.initiating.as_deref()
        } else {
            self.initiating.as_deref()?.parent.as_deref()
        }
    }

    /// What was kept under one of the source's own names.
    pub fn additional(&self, name: &str) -> Option<&Scalar> {
        let mut all = self.additional.iter();
        all.find(|(key, _)| key == name).map(|(_, value)| value)
    }

    /// Keeps `value` under one of the source's own names, unless it is empty.
    pub fn add(&mut self, name: &str, value: impl Into<Scalar>) {
        let value = value.into();
        if !matches!(&value, Scalar::Text(text) | Scalar::Json(text) if text.is_empty()) {
            self.additional.push((Text::new(name), value));
        }
    }

    /// The process created or ended, made when it is not there.
    pub fn process_mut(&mut self) -> &mut Process {
        Arc::make_mut(self.process.get_or_insert_default())
    }

    /// The process that acted, made when it is not there.
    pub fn initiating_mut(&mut self) -> &mut Process {
        Arc::make_mut(self.initiating.get_or_insert_default())
    }

    /// The file acted on, made when it is not there.
    pub fn file_mut(&mut self) -> &mut FileObject {
        self.file.get_or_insert_default()
    }

    /// The endpoints, made when they are not there.
    pub fn network_mut(&mut self) -> &mut Network {
        self.network.get_or_insert_default()
    }

    /// The registry object, made when it is not there.
    pub fn registry_mut(&mut self) -> &mut Registry {
        self.registry.get_or_insert_default()
    }

    /// The lookup, made when it is not there.
    pub fn dns_mut(&mut self) -> &mut Dns {
        self.dns.get_or_insert_default()
    }

    /// The account, made when it is not there.
    pub fn account_mut(&mut self) -> &mut Account {
        self.account.get_or_insert_default()
    }
}
