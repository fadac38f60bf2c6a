//! Which processes are kept, and which are forgotten.

use lazaret_events::Time;

use super::{Lineage, Node, NodeId};

/// Ended processes looked at for each new one, at most.
const TURNS: usize = 8;

impl Lineage {
    /// Keeps a new node.
    pub(super) fn insert(&mut self, mut node: Node) -> NodeId {
        self.forget_ended();
        if self.live >= self.limits.processes.max(16) {
            self.evict();
        }
        node.children = 0;
        let slot = self.free.pop().unwrap_or_else(|| {
            self.slots.push(Default::default());
            u32::try_from(self.slots.len() - 1).unwrap_or(u32::MAX)
        });
        let generation = match self.slots.get(slot as usize) {
            Some(slot) => slot.generation,
            None => 0,
        };
        let id = NodeId { slot, generation };
        if !node.guid.is_empty() {
            self.by_guid.insert((node.device, node.guid.clone()), id);
        }
        if let Some(pid) = node.pid {
            let before = self.by_pid.insert((node.device, pid), id);
            // Its id is another's now; an image before is the same process.
            if let Some(before) = before.filter(|before| Some(*before) != node.parent) {
                self.end(before, node.started.unwrap_or(node.seen));
            }
        }
        if let Some(parent) = node.parent.and_then(|parent| self.get_mut(parent)) {
            parent.children = parent.children.saturating_add(1);
        }
        if let Some(slot) = self.slots.get_mut(slot as usize) {
            slot.node = Some(node);
            self.live += 1;
            self.changes += 1;
        }
        self.fresh.push(id);
        id
    }

    /// A process has ended, and with it the images that it ran before.
    pub(super) fn end(&mut self, id: NodeId, time: Time) {
        let pid = self.get(id).and_then(|node| node.pid);
        let mut next = Some(id);
        while let Some(at) = next {
            let same = |node: &&mut Node| at == id || pid.is_some() && node.pid == pid;
            let Some(node) = self.get_mut(at).filter(same) else {
                return;
            };
            next = node.parent;
            if node.ended.is_none() {
                node.ended = Some(time);
                self.ended.push_back(at);
            }
        }
    }

    /// Forgets those that ended first and left nothing behind, when there are
    /// more than are kept.
    fn forget_ended(&mut self) {
        for _ in 0..TURNS {
            if self.ended.len() <= self.limits.ended {
                return;
            }
            let Some(id) = self.ended.pop_front() else {
                return;
            };
            match self.get(id) {
                Some(node) if node.children > 0 => self.ended.push_back(id),
                Some(_) => self.remove(id),
                None => {}
            }
        }
    }

    /// Forgets the eighth that was not seen for the longest time.
    fn evict(&mut self) {
        let mut ages: Vec<(bool, Time, u32)> = Vec::with_capacity(self.live);
        for (index, slot) in self.slots.iter().enumerate() {
            if let Some(node) = &slot.node {
                let index = u32::try_from(index).unwrap_or(u32::MAX);
                ages.push((node.ended.is_none(), node.seen, index));
            }
        }
        let count = (ages.len() / 8).max(1).min(ages.len());
        if count < ages.len() {
            ages.select_nth_unstable(count);
        }
        for (_, _, slot) in ages.into_iter().take(count) {
            let generation = self.slots.get(slot as usize).map(|slot| slot.generation);
            if let Some(generation) = generation {
                self.remove(NodeId { slot, generation });
                self.evicted += 1;
            }
        }
        let slots = &self.slots;
        let known = |id: &NodeId| {
            let slot = slots.get(id.slot as usize);
            slot.is_some_and(|slot| slot.generation == id.generation)
        };
        self.ended.retain(known);
    }

    fn remove(&mut self, id: NodeId) {
        let slot = self.slots.get_mut(id.slot as usize);
        let Some(slot) = slot.filter(|slot| slot.generation == id.generation) else {
            return;
        };
        slot.generation = slot.generation.wrapping_add(1);
        let Some(node) = slot.node.take() else {
            return;
        };
        self.live -= 1;
        self.changes += 1;
        self.free.push(id.slot);
        if let Some(parent) = node.parent.and_then(|parent| self.get_mut(parent)) {
            parent.children = parent.children.saturating_sub(1);
        }
        if let Some(pid) = node.pid
            && self.by_pid.get(&(node.device, pid)) == Some(&id)
        {
            self.by_pid.remove(&(node.device, pid));
        }
        if !node.guid.is_empty() {
            let key = (node.device, node.guid);
            if self.by_guid.get(&key) == Some(&id) {
                self.by_guid.remove(&key);
            }
        }
    }
}
