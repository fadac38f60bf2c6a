//! Open conditions: every way is taken, and what they leave is joined.

use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::{Change, Done, Ended, Facts, Frame, Interp, Name, Scope, Stop, Unknown, Value};
use crate::ir::Stmt;

/// How many values a variable may have before only their origin is kept.
const ALTERNATIVES: usize = 6;

/// What several ways left in variables.
type Gathered = FxHashMap<(usize, Name), (Rc<Scope>, Vec<Value>)>;

/// Variables that a way changed, with what it left in them.
type Changes = FxHashMap<(usize, Name), (Rc<Scope>, Value)>;

impl Interp<'_> {
    /// Sets a variable of a scope.
    pub(crate) fn set_var(&mut self, scope: &Rc<Scope>, name: Name, value: Value) {
        let old = scope.vars.borrow_mut().insert(name, value);
        if self.open_branches > 0 {
            self.journal.push(Change {
                scope: scope.clone(),
                name,
                old,
            });
        }
    }

    /// Runs `way` and takes back what it did to variables.
    fn attempt<T>(&mut self, way: impl FnOnce(&mut Self) -> T) -> (T, Changes) {
        let mark = self.journal.len();
        self.open_branches += 1;
        let result = way(self);
        self.open_branches -= 1;
        // Branches within branches take back the same changes again and again.
        let taken_back = self.journal.len().saturating_sub(mark);
        self.fuel = self.fuel.saturating_sub(taken_back as u32 / 2);
        let mut changes = Changes::default();
        while self.journal.len() > mark {
            let Some(change) = self.journal.pop() else {
                break;
            };
            let key = (Rc::as_ptr(&change.scope) as usize, change.name);
            let mut vars = change.scope.vars.borrow_mut();
            let new = match change.old {
                Some(old) => vars.insert(change.name, old),
                None => vars.remove(&change.name),
            };
            drop(vars);
            // The first one popped is the last one set.
            if let Some(new) = new {
                changes.entry(key).or_insert((change.scope, new));
            }
        }
        (result, changes)
    }

    /// Leaves the variables as any of the ways may have left them.
    fn settle(&mut self, ways: Vec<Changes>) {
        let mut all: Gathered = FxHashMap::default();
        let count = ways.len();
        for changes in ways {
            for (key, (scope, value)) in changes {
                all.entry(key)
                    .or_insert_with(|| (scope, Vec::new()))
                    .1
                    .push(value);
            }
        }
        for ((_, name), (scope, mut values)) in all {
            if values.len() < count {
                let before = scope.vars.borrow().get(&name).cloned();
                values.extend(before);
            }
            let value = values
                .into_iter()
                .reduce(|a, b| join(&a, &b))
                .unwrap_or_default();
            self.set_var(&scope, name, value);
        }
    }

    /// Takes every way in turn, from the same variables.
    pub(crate) fn branch(
        &mut self,
        ways: &mut [&mut dyn FnMut(&mut Self) -> Ended],
    ) -> Result<Done, Stop> {
        self.doubts += 1;
        let mut open = Vec::new();
        let mut ended = Vec::new();
        for way in ways.iter_mut() {
            let (result, changes) = self.attempt(&mut **way);
            match result {
                Err(Stop::Exhausted) => {
                    open.push(changes);
                    self.settle(open);
                    return Err(Stop::Exhausted);
                }
                Ok(Done::Next) => open.push(changes),
                other => ended.push((other, changes)),
            }
        }
        if open.is_empty() {
            // No way goes on: what is thrown counts only if all throw.
            let mut returned: Option<Value> = None;
            let mut left = None;
            let mut thrown = None;
            let mut kept = Vec::new();
            for (result, changes) in ended {
                match result {
                    Ok(Done::Return(value)) => {
                        returned = Some(match returned {
                            Some(before) => join(&before, &value),
                            None => value,
                        });
                        kept.push(changes);
                    }
                    Ok(other) => {
                        left = Some(other);
                        kept.push(changes);
                    }
                    Err(stop) => thrown = Some(stop),
                }
            }
            self.settle(kept);
            return match (left, returned, thrown) {
                (Some(left), returned, _) => {
                    if let (Some(value), Some(running)) = (returned, self.running.last_mut()) {
                        running.returns.push(value);
                    }
                    Ok(left)
                }
                (None, Some(value), _) => Ok(Done::Return(value)),
                (None, None, Some(stop)) => Err(stop),
                (None, None, None) => Ok(Done::Next),
            };
        }
        for (result, changes) in ended {
            match (result, self.running.last_mut()) {
                (Ok(Done::Return(value)), Some(running)) if running.returns.len() < 16 => {
                    running.returns.push(value);
                }
                (Ok(Done::Break(_) | Done::Continue(_)), Some(running)) => {
                    running.left_loop = true;
                    open.push(changes);
                }
                _ => {}
            }
        }
        self.settle(open);
        Ok(Done::Next)
    }

    /// Evaluates something that may not be evaluated at all.
    pub(crate) fn perhaps(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<Value, Stop>,
    ) -> Result<Value, Stop> {
        self.doubts += 1;
        let (result, changes) = self.attempt(work);
        self.settle(vec![changes, Changes::default()]);
        match result {
            Err(Stop::Throw(_)) => Ok(Value::Undefined),
            other => other,
        }
    }

    /// Runs statements that may not run at all.
    pub(crate) fn perhaps_exec(&mut self, frame: &Frame, body: &[Stmt]) -> Result<Done, Stop> {
        self.branch(&mut [&mut |it| it.exec_block(frame, body), &mut |_| {
            Ok(Done::Next)
        }])
    }
}

/// A value that is either of two.
pub(crate) fn join(a: &Value, b: &Value) -> Value {
    match (a, b) {
        (Value::Undefined, other) | (other, Value::Undefined) => return other.clone(),
        _ => {}
    }
    if a.same(b) == Some(true) {
        let facts = b.facts_if_cheap();
        return a.clone().with_facts(&facts);
    }
    if let (Value::Unknown(x), Value::Unknown(y)) = (a, b)
        && Rc::ptr_eq(x, y)
    {
        return a.clone();
    }
    let mut facts = Facts::default();
    let mut alternatives: Vec<Value> = Vec::new();
    for value in [a, b] {
        match value {
            Value::Unknown(unknown)
                if unknown.api.is_none()
                    && unknown.parts.is_empty()
                    && unknown.handle.is_none() =>
            {
                facts = facts.union(&Facts {
                    flows: unknown.flows,
                    layers: unknown.layers.clone(),
                });
                alternatives.extend(unknown.alternatives.iter().cloned());
            }
            other => {
                facts = facts.union(&other.facts_if_cheap());
                alternatives.push(other.clone());
            }
        }
    }
    let mut kept: Vec<Value> = Vec::new();
    for value in alternatives {
        let there = kept.iter().any(|k| k.same(&value) == Some(true));
        if !there && kept.len() < ALTERNATIVES {
            kept.push(value);
        }
    }
    Value::Unknown(Rc::new(Unknown {
        flows: facts.flows,
        layers: facts.layers,
        alternatives: kept,
        ..Unknown::default()
    }))
}

impl Value {
    /// Origin of a value that is no container.
    fn facts_if_cheap(&self) -> Facts {
        match self {
            Self::List(_) | Self::Map(_) | Self::Instance(_) => Facts::default(),
            other => other.facts(),
        }
    }
}
