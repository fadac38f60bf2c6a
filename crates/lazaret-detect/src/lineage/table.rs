//! The table of processes.

use std::{collections::VecDeque, sync::Arc};

use lazaret_events::{Event, Process, Text, Time};
use rustc_hash::FxHashMap;

use super::{Node, NodeId, told::Told};

/// How much is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Processes, over all devices. About 500 bytes each.
    pub processes: usize,
    /// Of them, such as have ended and left no process behind.
    pub ended: usize,
    /// Ancestors followed.
    pub ancestors: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            processes: 1 << 20,
            ended: 1 << 15,
            ancestors: 64,
        }
    }
}

/// Two sensors tell of one start; they may be this far apart, in µs.
const SAME_START: i64 = 2_000_000;

/// Spellings of devices' names remembered.
const SPELLINGS: usize = 1 << 16;

/// Records of a process may come this long after its end, in µs.
const AFTER_END: i64 = 5_000_000;

#[derive(Debug, Default)]
pub(super) struct Slot {
    pub(super) generation: u32,
    pub(super) node: Option<Node>,
}

/// All processes of all devices.
#[derive(Debug, Default)]
pub struct Lineage {
    pub(super) limits: Limits,
    devices: FxHashMap<Text, u32>,
    /// Devices by their names as sensors spell them.
    spellings: FxHashMap<Text, u32>,
    /// The device of the last event.
    last_device: Option<(Text, u32)>,
    device_names: Vec<Text>,
    pub(super) slots: Vec<Slot>,
    pub(super) free: Vec<u32>,
    pub(super) by_guid: FxHashMap<(u32, Text), NodeId>,
    pub(super) by_pid: FxHashMap<(u32, i64), NodeId>,
    /// Those that have ended, in that order.
    pub(super) ended: VecDeque<NodeId>,
    pub(super) live: usize,
    pub(super) evicted: u64,
    pub(super) fresh: Vec<NodeId>,
    /// How often anything of any process has changed that others may rest on.
    pub(super) changes: u64,
    told: Told,
}

impl Lineage {
    /// An empty table.
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            ..Self::default()
        }
    }

    /// Goes up whenever what is known of any process changes.
    pub(crate) fn changes(&self) -> u64 {
        self.changes
    }

    /// Processes forgotten for want of room.
    pub fn evicted(&self) -> u64 {
        self.evicted
    }

    /// Processes known now.
    pub fn len(&self) -> usize {
        self.live
    }

    /// Whether none is known.
    pub fn is_empty(&self) -> bool {
        self.live == 0
    }

    /// The device's name, as the first event wrote it.
    pub fn device_name(&self, device: u32) -> &str {
        let name = self.device_names.get(device as usize);
        name.map_or("", Text::as_str)
    }

    /// The number of an event's device.
    pub fn device(&mut self, event: &Event) -> u32 {
        let name = if event.device.name.is_empty() {
            &event.device.id
        } else {
            &event.device.name
        };
        if let Some((last, number)) = &self.last_device
            && last == name
        {
            return *number;
        }
        if let Some(number) = self.spellings.get(name) {
            self.last_device = Some((name.clone(), *number));
            return *number;
        }
        let number = self.device_of(name);
        if self.spellings.len() >= SPELLINGS {
            self.spellings.clear();
        }
        self.spellings.insert(name.clone(), number);
        number
    }

    fn device_of(&mut self, name: &Text) -> u32 {
        // `HOST` and `host.example.com` are one device to two sensors.
        let short = name.split('.').next().filter(|s| s.parse::<u8>().is_err());
        let key = Text::from(short.unwrap_or(name).to_lowercase());
        if let Some(number) = self.devices.get(&key) {
            return *number;
        }
        let number = u32::try_from(self.device_names.len()).unwrap_or(u32::MAX);
        self.devices.insert(key, number);
        self.device_names.push(name.clone());
        number
    }

    /// Nodes that are new, or run another program, since the last call;
    /// parents come first.
    pub(crate) fn take_fresh(&mut self) -> Vec<NodeId> {
        std::mem::take(&mut self.fresh)
    }

    /// A node that is still known.
    pub fn get(&self, id: NodeId) -> Option<&Node> {
        let slot = self.slots.get(id.slot as usize)?;
        (slot.generation == id.generation)
            .then_some(slot.node.as_ref())
            .flatten()
    }

    pub(crate) fn get_mut(&mut self, id: NodeId) -> Option<&mut Node> {
        let slot = self.slots.get_mut(id.slot as usize)?;
        (slot.generation == id.generation)
            .then_some(slot.node.as_mut())
            .flatten()
    }

    /// The ancestors of a node, nearest first, without itself.
    pub fn ancestors(&self, id: NodeId) -> impl Iterator<Item = (NodeId, &Node)> {
        let mut next = self.get(id).and_then(|node| node.parent);
        let mut left = self.limits.ancestors;
        std::iter::from_fn(move || {
            left = left.checked_sub(1)?;
            let id = next?;
            let node = self.get(id)?;
            next = node.parent;
            Some((id, node))
        })
    }

    /// A process and its ancestors, each with how often it has changed.
    pub(crate) fn chain(&self, id: NodeId) -> impl Iterator<Item = (NodeId, u32)> {
        let own = self.get(id).map(|node| (id, node));
        own.into_iter()
            .chain(self.ancestors(id))
            .map(|(id, node)| (id, node.version))
    }

    /// Takes an event in: gives the process that it is about (created, else
    /// acting), and whether that process is new.
    pub fn observe(&mut self, event: &Event, device: u32, time: Time) -> Option<(NodeId, bool)> {
        match event.action_type.as_str() {
            "ProcessForked" => self.forked(event, device, time),
            "ProcessExited" => {
                let process = event.subject()?;
                let id = self.find(process, device, time)?;
                self.end(id, time);
                let node = self.get_mut(id)?;
                node.ended = Some(time);
                node.seen = time;
                Some((id, false))
            }
            _ if event.process.is_some() && event.action_type == "ProcessCreated" => {
                self.created(event, device, time)
            }
            _ => {
                let process = event.process.as_ref().or(event.initiating.as_ref())?;
                let id = self.acting(process, device, time, self.limits.ancestors)?;
                Some((id, false))
            }
        }
    }

    fn forked(&mut self, event: &Event, device: u32, time: Time) -> Option<(NodeId, bool)> {
        let parent = event.initiating.as_ref()?;
        let parent = self.acting(parent, device, time, self.limits.ancestors)?;
        let child = event.process.as_deref()?;
        let mut node = self.get(parent)?.clone();
        node.parent = Some(parent);
        node.pid = child.pid;
        node.guid = child.guid.clone();
        node.started = Some(time);
        node.ended = None;
        node.seen = time;
        node.forked = true;
        Some((self.insert(node), true))
    }

    fn created(&mut self, event: &Event, device: u32, time: Time) -> Option<(NodeId, bool)> {
        let process = event.process.as_deref()?;
        let started = process.created.unwrap_or(time);
        if let Some(id) = self.duplicate(process, device, started) {
            if let Some(node) = self.get_mut(id) {
                let changed = node.fill(process);
                node.seen = node.seen.max(time);
                self.changes += u64::from(changed);
            }
            return Some((id, false));
        }
        let ancestors = self.limits.ancestors;
        let record_parent = event.initiating.as_ref();
        let before = self.before(process, record_parent.map(Arc::as_ref), device, time);
        let parent = match before {
            Some((id, true)) => {
                // The fork's own program is known now.
                let node = self.get_mut(id)?;
                node.replace(process);
                node.seen = time;
                self.changes += 1;
                self.fresh.push(id);
                return Some((id, true));
            }
            Some((id, false)) => Some(id),
            None => record_parent.and_then(|p| self.acting(p, device, started, ancestors)),
        };
        let mut node = Node {
            device,
            started: Some(started),
            seen: time,
            parent,
            ..Node::default()
        };
        node.fill(process);
        if node.account.is_empty() || node.cwd.is_empty() {
            let inherited = parent.and_then(|p| self.get(p));
            if let Some((account, id)) =
                inherited.map(|p| (p.account.clone(), p.account_id.clone()))
                && node.account.is_empty()
            {
                node.account = account;
                node.account_id = id;
            }
        }
        Some((self.insert(node), true))
    }

    /// A start that was told of before.
    fn duplicate(&self, process: &Process, device: u32, started: Time) -> Option<NodeId> {
        let near = |node: &Node| {
            let at = node.started.unwrap_or(node.seen);
            (at.0 - started.0).abs() <= SAME_START
        };
        let same = |node: &Node| {
            node.name() == super::node::program_name(&process.image)
                && (node.command_line == process.command_line
                    || node.command_line.is_empty()
                    || process.command_line.is_empty())
        };
        if !process.guid.is_empty()
            && let Some(id) = self.by_guid.get(&(device, process.guid.clone()))
        {
            return self.get(*id).is_some_and(same).then_some(*id);
        }
        let id = *self.by_pid.get(&(device, process.pid?))?;
        let node = self.get(id)?;
        let other_sensor = node.guid.is_empty() != process.guid.is_empty();
        let told = !node.forked && near(node) && same(node);
        // One sensor that tells twice writes the very same time.
        let twice = node.started == Some(started) && node.guid == process.guid;
        (told && (other_sensor || twice)).then_some(id)
    }

    /// What the same process was before: a fork to be filled (true), or
    /// another image that it ran (false).
    fn before(
        &self,
        process: &Process,
        parent: Option<&Process>,
        device: u32,
        time: Time,
    ) -> Option<(NodeId, bool)> {
        let id = *self.by_pid.get(&(device, process.pid?))?;
        let node = self.get(id)?;
        if node.ended.is_some() || node.seen > time {
            return None;
        }
        if !node.guid.is_empty() && !process.guid.is_empty() && node.guid != process.guid {
            return None;
        }
        if node.forked {
            return Some((id, true));
        }
        let parent_pid = parent.and_then(|p| p.pid);
        // macOS writes the process itself as the one that acted.
        if parent_pid.is_some() && parent_pid == process.pid {
            return Some((id, false));
        }
        let known = node.parent.and_then(|p| self.get(p)).and_then(|p| p.pid);
        let same_parent = match (known, parent_pid) {
            (Some(known), Some(told)) if known == told => {
                // The parent's own id may have been used again meanwhile.
                let parent = node.parent;
                let now = self.by_pid.get(&(device, told)).copied();
                now.is_none_or(|now| {
                    let mut images = self.ancestors(now);
                    Some(now) == parent
                        || images
                            .by_ref()
                            .take_while(|(_, image)| image.pid == Some(told))
                            .any(|(image, _)| Some(image) == parent)
                })
            }
            (Some(_), Some(told)) => self.root_pid(id, process.pid) == Some(told),
            // Nothing is known of the one before but its last program.
            (None, None) => process.guid.is_empty(),
            (Some(_), None) => process.guid.is_empty(),
            (None, Some(_)) => false,
        };
        (same_parent && process.created.is_none()).then_some((id, false))
    }

    /// The pid of the first ancestor that is another process.
    fn root_pid(&self, id: NodeId, pid: Option<i64>) -> Option<i64> {
        let mut ancestors = self.ancestors(id);
        ancestors
            .find(|(_, node)| node.pid != pid)
            .and_then(|(_, node)| node.pid)
    }

    /// The process that acted, made of the record where it is not known.
    fn acting(
        &mut self,
        process: &Arc<Process>,
        device: u32,
        time: Time,
        depth: usize,
    ) -> Option<NodeId> {
        if process.pid.is_none() && process.guid.is_empty() && process.image.is_empty() {
            return None;
        }
        let told = self.told.get(process, device);
        // Nothing has changed since: it is found where it was.
        if let Some(id) = told.filter(|t| t.is_last(self.changes)).map(|t| t.node)
            && let Some(node) = self.get_mut(id)
            && node.ended.is_none()
            && node.seen <= time
        {
            node.seen = time;
            return Some(id);
        }
        let mut before = None;
        if let Some(id) = self.find(process, device, time) {
            let told = self.told.get(process, device);
            if let Some(node) = self.get(id)
                && told.is_some_and(|told| told.is_of(id, node))
                && node.seen <= time
            {
                self.took_over(process, id, time);
                return Some(id);
            }
            let other_image = {
                let node = self.get(id)?;
                !process.image.is_empty()
                    && !node.image.is_empty()
                    && node.guid.is_empty()
                    && process.image != node.image
                    && super::node::program_name(&process.image) != node.name()
                    && !node.seen.gt(&time)
            };
            if !other_image {
                let node = self.get_mut(id)?;
                let changed = node.fill(process);
                self.changes += u64::from(changed);
                self.took_over(process, id, time);
                return Some(id);
            }
            // A start that was not recorded: the same process with another
            // program, or another process.
            let told = process.parent.as_deref().and_then(|p| p.pid);
            let known = self.root_pid(id, process.pid);
            if told.is_none() || known.is_none() || told == known {
                before = Some(id);
            }
        }
        let parent = match (before, &process.parent) {
            (Some(id), _) => Some(id),
            (None, Some(parent)) if depth > 0 => {
                self.acting(parent, device, process.created.unwrap_or(time), depth - 1)
            }
            _ => None,
        };
        let mut node = Node {
            device,
            seen: time,
            parent,
            ..Node::default()
        };
        node.fill(process);
        Some(self.insert(node))
    }

    /// A node is as a record says, at a time.
    fn took_over(&mut self, process: &Arc<Process>, id: NodeId, time: Time) {
        let slot = self.slots.get_mut(id.slot as usize);
        let Some(node) = slot.and_then(|slot| slot.node.as_mut()) else {
            return;
        };
        // What comes late is not compared with what is known.
        if node.seen <= time {
            node.seen = time;
            self.told.keep(process, id, node, self.changes);
        }
    }

    fn find(&self, process: &Process, device: u32, time: Time) -> Option<NodeId> {
        if !process.guid.is_empty() {
            let found = self.by_guid.get(&(device, process.guid.clone()));
            if let Some(id) = found.filter(|id| self.get(**id).is_some()) {
                return Some(*id);
            }
        }
        let id = *self.by_pid.get(&(device, process.pid?))?;
        let node = self.get(id)?;
        if !node.guid.is_empty() && !process.guid.is_empty() {
            return None;
        }
        if node.ended.is_some_and(|end| time.0 > end.0 + AFTER_END) {
            return None;
        }
        if let (Some(own), Some(told)) = (node.started, process.created)
            && (own.0 - told.0).abs() > SAME_START
        {
            return None;
        }
        Some(id)
    }
}
