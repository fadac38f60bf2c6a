//! One program image that a process ran.

use std::{borrow::Cow, sync::Arc};

use lazaret_events::{Process, Text, Time, event::path};

use crate::installation::Membership;

/// Names a [`Node`]; one that was evicted meanwhile is told apart from the
/// one that took its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId {
    pub(super) slot: u32,
    pub(super) generation: u32,
}

/// One program image that a process ran.
#[derive(Clone, Debug, Default)]
pub struct Node {
    /// Number of the device, see [`Lineage::device_name`](super::Lineage::device_name).
    pub device: u32,
    /// Process id.
    pub pid: Option<i64>,
    /// The sensor's identifier; empty where there is none.
    pub guid: Text,
    /// Path of the program.
    pub image: Text,
    /// Command line.
    pub command_line: Text,
    /// Arguments, where they are known apart.
    pub arguments: Arc<[Text]>,
    /// Working folder.
    pub cwd: Text,
    /// Account name, with its domain.
    pub account: Text,
    /// Numeric user id or SID.
    pub account_id: Text,
    /// Controlling terminal.
    pub terminal: Text,
    /// When it was started, as far as known.
    pub started: Option<Time>,
    /// When it ended.
    pub ended: Option<Time>,
    /// The last event that it took part in.
    pub seen: Time,
    /// Its parent, or the image that the same process ran before.
    pub parent: Option<NodeId>,
    /// Whether it only stands for a fork whose own program is not known yet.
    pub forked: bool,
    /// The installation that it belongs to.
    pub membership: Option<Membership>,
    /// Nodes that have it as their parent.
    pub(crate) children: u32,
    /// How often what is known of it has changed.
    pub(crate) version: u32,
}

impl Node {
    /// Name of the program's file, lower case, without `.exe`.
    pub fn name(&self) -> Cow<'_, str> {
        program_name(&self.image)
    }

    /// Takes over what `process` knows and this does not; says whether that
    /// was anything.
    pub(super) fn fill(&mut self, process: &Process) -> bool {
        let mut changed = false;
        // A full path is worth more than a name.
        if !path::has_folder(&self.image) && !process.image.is_empty() {
            let same = self.image.is_empty()
                || path::file_name(&process.image).eq_ignore_ascii_case(&self.image);
            if same {
                changed |= self.image != process.image;
                self.image.clone_from(&process.image);
            }
        }
        let mut fill = |own: &mut Text, other: &Text| {
            if own.is_empty() && !other.is_empty() {
                own.clone_from(other);
                changed = true;
            }
        };
        fill(&mut self.guid, &process.guid);
        fill(&mut self.command_line, &process.command_line);
        fill(&mut self.cwd, &process.cwd);
        fill(&mut self.account_id, &process.account.sid);
        fill(&mut self.terminal, &process.terminal);
        if self.account.is_empty() {
            self.account = process.account.qualified();
            changed |= !self.account.is_empty();
        }
        if self.arguments.is_empty() && !process.arguments.is_empty() {
            self.arguments = Arc::clone(&process.arguments);
            changed = true;
        }
        self.version = self.version.wrapping_add(u32::from(changed));
        self.pid = self.pid.or(process.pid);
        self.started = self.started.or(process.created);
        changed
    }

    /// Runs another program from now on.
    pub(super) fn replace(&mut self, process: &Process) {
        for own in [&mut self.image, &mut self.command_line, &mut self.cwd] {
            *own = Text::default();
        }
        self.arguments = Arc::default();
        self.forked = false;
        self.version = self.version.wrapping_add(1);
        let account = (self.account.clone(), self.account_id.clone());
        self.account = Text::default();
        self.account_id = Text::default();
        self.fill(process);
        if self.account.is_empty() {
            (self.account, self.account_id) = account;
        }
    }
}

/// Name of a program's file, lower case, without the endings of Windows.
pub fn program_name(image: &str) -> Cow<'_, str> {
    const ENDINGS: [&str; 5] = ["exe", "cmd", "bat", "com", "ps1"];
    let name = path::file_name(image);
    let stem = match name.rsplit_once('.') {
        Some((stem, end)) if ENDINGS.iter().any(|e| e.eq_ignore_ascii_case(end)) => stem,
        _ => name,
    };
    match stem.bytes().any(|byte| byte.is_ascii_uppercase()) {
        true => Cow::Owned(stem.to_ascii_lowercase()),
        false => Cow::Borrowed(stem),
    }
}
