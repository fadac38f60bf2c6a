//! What analytics see of an event: Sigma's fields, and what lineage adds.
//!
//! | field | value |
//! | --- | --- |
//! | `Process.Name`, `Parent.Name` | program, lower case, without `.exe` |
//! | `Ancestor.Name`, `Ancestor.Image`, `Ancestor.CommandLine` | lists, nearest first |
//! | `Install.Manager`, `.Verb`, `.CommandLine`, `.Registry`, `.Directory`, `.User`, `.Id` | the installation that the process belongs to |
//! | `Install.Package` | list of purls asked for |
//! | `Install.Age` | seconds from the installation's start to the event |
//! | `Install.Depth` | starts between the package manager and the process; 0 for itself |
//! | `Install.ByFile` | whether the process belongs to it only by running a file that it wrote |
//! | `Imported.Manager`, … | the same of the installation that wrote a module which the process read |
//! | `File.Path`, `File.Name`, `File.Extension` | the file acted on; `~` for any home folder, `/proc/self` for the process's own, `/` between folders |
//! | `File.PreviousPath` | the same before a rename |
//! | `File.Own` | whether the path is the package manager's own (cache, unpacked packages, build folders) |
//! | `File.InDirectory` | whether it is below the installation's working folder |
//! | `File.OfPackage` | `own` or `other`: whose the file is, where it and the process are of packages in `node_modules` |
//! | `Remote.Host`, `Remote.Ip`, `Remote.Port` | the other end; the host also from a lookup seen before |
//! | `Remote.Class` | what the host is known for (`content/detect/hosts/`) |
//! | `Remote.Domain` | the host's registered domain (public suffix list); none of a bare address |
//! | `Remote.Sent`, `Remote.Received` | bytes that went to the other end and came from it, where a network sensor counts them |
//! | `Remote.External` | whether the address is outside of this machine and its private networks |
//! | `Remote.Registry` | whether the host is a package registry |
//! | `Remote.ByManager` | whether the package manager itself talked to the address in this installation |
//! | `Process.Path` | its program, written as `File.Path` |
//! | `Process.Script` | its first argument that is no option, written as `File.Path` |
//! | `Account.Kind` | `root`, `system`, `user` |
//! | `Account.Mail` | account or mailbox, lower case, without domain: joins mail, clicks and processes |
//! | `Device` | name of the device |

mod install;
mod known;
mod package;
mod remote;
pub(crate) mod summary;

use std::{borrow::Cow, cell::OnceCell};

use lazaret_events::{Event, Text, Value};
use lazaret_rule::{FieldValue, Fields};

use crate::{
    installation::{Installation, split_command_line},
    lineage::{Node, NodeId},
    place::{is_below, portable},
    tracker::{Observed, Tracker},
};

pub(crate) use known::of_process;

/// Answers that need more than the event and the tracker.
pub trait Places: std::fmt::Debug {
    /// Whether a host is a package registry.
    fn is_registry(&self, host: &str) -> bool;
    /// What a host is known for.
    fn class_of(&self, host: &str) -> Option<&str>;
    /// Whether a portable path is the package manager's own.
    fn is_own(&self, manager: &str, path: &str) -> bool;
}

/// An event with its lineage.
#[derive(Clone, Debug)]
pub struct View<'a> {
    /// The event.
    pub event: &'a Event,
    /// What the tracker made of it.
    pub observed: Observed,
    /// The tracker.
    pub tracker: &'a Tracker,
    /// Registries and folders.
    pub places: &'a dyn Places,
    names: Names<'a>,
}

/// Names that many rules ask for, made once an event.
#[derive(Clone, Debug, Default)]
struct Names<'a> {
    process: OnceCell<Option<Cow<'a, str>>>,
    parent: OnceCell<Option<Cow<'a, str>>>,
    /// Portable path of the file acted on.
    file: OnceCell<Option<Cow<'a, str>>>,
    host: OnceCell<Option<Cow<'a, str>>>,
}

impl<'a> View<'a> {
    /// An event with what is known of it.
    pub fn new(
        event: &'a Event,
        observed: Observed,
        tracker: &'a Tracker,
        places: &'a dyn Places,
    ) -> Self {
        Self {
            event,
            observed,
            tracker,
            places,
            names: Names::default(),
        }
    }

    fn process_name(&self) -> Option<&str> {
        let make = || match self.node() {
            Some(node) => Some(node.name()),
            None => Some(crate::lineage::program_name(&self.event.subject()?.image)),
        };
        self.names.process.get_or_init(make).as_deref()
    }

    fn parent_name(&self) -> Option<&str> {
        let make = || self.parent().map(Node::name);
        self.names.parent.get_or_init(make).as_deref()
    }

    /// The process that the event is about.
    pub fn node(&self) -> Option<&'a Node> {
        self.tracker.lineage().get(self.observed.node?)
    }

    fn parent(&self) -> Option<&'a Node> {
        self.tracker.lineage().get(self.node()?.parent?)
    }

    /// Its installation.
    pub fn installation(&self) -> Option<&'a Installation> {
        let membership = self.observed.membership?;
        self.tracker.installation(membership.installation)
    }

    fn ancestor_field(&self, field: &str, id: NodeId) -> Option<FieldValue<'a>> {
        match field {
            "Ancestor.Name" => self.ancestors(id, Node::name),
            "Ancestor.Image" => self.ancestors(id, |node| Cow::Borrowed(node.image.as_str())),
            "Ancestor.CommandLine" => {
                self.ancestors(id, |node| Cow::Borrowed(node.command_line.as_str()))
            }
            _ => None,
        }
    }

    fn ancestors(
        &self,
        id: NodeId,
        text: impl Fn(&'a Node) -> Cow<'a, str>,
    ) -> Option<FieldValue<'a>> {
        let lineage = self.tracker.lineage();
        let list: Vec<Cow<'a, str>> = lineage
            .ancestors(id)
            .map(|(_, node)| text(node))
            .filter(|text| !text.is_empty())
            .collect();
        (!list.is_empty()).then_some(FieldValue::List(list))
    }

    fn file_path(&self) -> Option<&str> {
        let make = || {
            let file = self.event.file.as_deref()?;
            if let Some(rest) = self.own_proc(&file.path) {
                return Some(Cow::Owned(format!("/proc/self{rest}")));
            }
            (!file.path.is_empty()).then(|| portable(&file.path))
        };
        self.names.file.get_or_init(make).as_deref()
    }

    /// What follows `/proc/<pid>` where that is the process's own: some sensors
    /// write `/proc/self` so.
    fn own_proc(&self, path: &'a str) -> Option<&'a str> {
        let rest = path.strip_prefix("/proc/")?;
        let (pid, _) = rest.split_once('/')?;
        let own = self.event.subject()?.pid?;
        if pid.parse() == Ok(own) {
            rest.get(pid.len()..)
        } else {
            None
        }
    }

    fn file_field(&self, name: &str) -> Option<FieldValue<'_>> {
        let whole = self.file_path()?;
        match name {
            "Path" => Some(FieldValue::from(whole)),
            "Name" => Some(FieldValue::from(file_name(whole))),
            "Extension" => {
                let name = file_name(whole);
                let (stem, extension) = name.rsplit_once('.')?;
                (!stem.is_empty()).then(|| FieldValue::from(extension.to_ascii_lowercase()))
            }
            "PreviousPath" => {
                let previous = &self.event.file.as_deref()?.previous_path;
                (!previous.is_empty()).then(|| FieldValue::Text(portable(previous)))
            }
            "Own" => {
                let manager = &self.installation()?.manager;
                Some(FieldValue::Bool(self.places.is_own(manager, whole)))
            }
            "InDirectory" => {
                let folder = portable(&self.installation()?.cwd);
                let inside = !folder.is_empty() && is_below(whole, &folder);
                Some(FieldValue::Bool(inside))
            }
            "OfPackage" => self.file_of_package(whole).map(FieldValue::from),
            _ => None,
        }
    }

    fn account_mail(&self) -> Option<String> {
        let account = self.event.account.as_deref();
        let process = self.event.subject().map(|p| &p.account);
        let texts = [account, process].into_iter().flatten();
        let named = texts.flat_map(|a| [a.upn.as_str(), a.name.as_str()]);
        let known = named.chain(self.node().map(|n| n.account.as_str()));
        let mailbox = self.event.column("RecipientEmailAddress");
        let first = mailbox
            .map(|v| v.text().into_owned())
            .or_else(|| known.into_iter().find(|t| !t.is_empty()).map(str::to_owned))?;
        let name = first.rsplit('\\').next()?;
        let local = name.split('@').next()?;
        Some(local.to_lowercase())
    }

    fn account_kind(&self) -> Option<&'static str> {
        let process = self.event.subject();
        let account = process.map(|p| &p.account);
        let node = self.node();
        let id = account
            .map(|a| a.sid.as_str())
            .filter(|s| !s.is_empty())
            .or_else(|| node.map(|n| n.account_id.as_str()))
            .unwrap_or("");
        let name = account
            .map(|a| a.name.as_str())
            .filter(|s| !s.is_empty())
            .or_else(|| node.map(|n| n.account.as_str()))
            .unwrap_or("");
        let name = name.rsplit('\\').next().unwrap_or(name);
        if id.is_empty() && name.is_empty() {
            return None;
        }
        let lower = name.to_ascii_lowercase();
        if id == "0" || lower == "root" || name == "0" {
            return Some("root");
        }
        let number = id.parse::<u32>().or_else(|_| name.parse::<u32>()).ok();
        let service = matches!(id, "S-1-5-18" | "S-1-5-19" | "S-1-5-20")
            || matches!(lower.as_str(), "system" | "local service" | "network service")
            || (lower.ends_with('$') && !lower.is_empty())
            || lower.starts_with('_')
            // Linux keeps ids below 1000 for the system (login.defs), macOS below 500.
            || number.is_some_and(|n| n > 0 && n < 500);
        Some(if service { "system" } else { "user" })
    }
}

/// A field's group and its name within.
fn group_of(field: &str) -> Option<(&str, &str)> {
    // Byte by byte: names are short, and this is asked often.
    let dot = field.bytes().position(|byte| byte == b'.')?;
    Some((field.get(..dot)?, field.get(dot + 1..)?))
}

fn field_value(value: Value<'_>) -> FieldValue<'_> {
    match value {
        Value::Text(text) | Value::Json(text) => FieldValue::Text(text),
        Value::Long(number) => FieldValue::Number(number as f64),
        Value::Real(number) => FieldValue::Number(number),
        Value::Bool(truth) => FieldValue::Bool(truth),
        Value::Time(time) => FieldValue::Text(Cow::Owned(time.to_string())),
    }
}

impl Fields for View<'_> {
    fn get(&self, field: &str) -> Option<FieldValue<'_>> {
        if let Some((group, name)) = group_of(field) {
            let known = match (group, name) {
                ("Install", name) => self.install_field(name, false),
                ("Imported", name) => self.install_field(name, true),
                ("File", name) => self.file_field(name),
                ("Remote", name) => self.remote_field(name),
                ("Process", "Name") => self.process_name().map(FieldValue::from),
                ("Process", "Script") => script(self.node()?).map(FieldValue::Text),
                ("Process", "Path") => {
                    let image = match self.node() {
                        Some(node) => &node.image,
                        None => &self.event.subject()?.image,
                    };
                    (!image.is_empty()).then(|| FieldValue::Text(portable(image)))
                }
                ("Account", "Mail") => self.account_mail().map(FieldValue::from),
                ("Parent", "Name") => self.parent_name().map(FieldValue::from),
                ("Ancestor", _) => {
                    let node = self.observed.node;
                    node.and_then(|id| self.ancestor_field(field, id))
                }
                ("Account", "Kind") => self.account_kind().map(FieldValue::from),
                _ => None,
            };
            if known.is_some() {
                return known;
            }
        }
        if field == "Device" {
            return Some(FieldValue::from(
                self.tracker.lineage().device_name(self.observed.device),
            ));
        }
        if let Some(value) = self.event.sigma_field(field) {
            return Some(field_value(value));
        }
        // What the record leaves out, lineage may know.
        let text = |text: &'_ str| (!text.is_empty()).then(|| FieldValue::from(text.to_owned()));
        match field {
            "ParentImage" => text(&self.parent()?.image),
            "ParentCommandLine" => text(&self.parent()?.command_line),
            "Image" => text(&self.node()?.image),
            "CommandLine" => text(&self.node()?.command_line),
            "CurrentDirectory" => text(&self.node()?.cwd),
            "User" => text(&self.node()?.account),
            "DestinationHostname" => self.remote_host().map(FieldValue::from),
            _ => None,
        }
    }

    fn any_text(&self, visit: &mut dyn FnMut(&str) -> bool) -> bool {
        self.event.any_text(visit)
    }
}

/// What follows the last `/` of a portable path.
fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// The first argument that is no option.
fn script(node: &Node) -> Option<Cow<'_, str>> {
    let named = |a: &&Text| !a.starts_with('-');
    if node.arguments.is_empty() {
        // Most sensors give the command line alone.
        let words = split_command_line(&node.command_line);
        let script = words.iter().skip(1).find(named)?;
        return Some(Cow::Owned(portable(script).into_owned()));
    }
    let script = node.arguments.iter().skip(1).find(named)?;
    Some(portable(script))
}
