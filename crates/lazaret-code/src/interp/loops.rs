//! Loops.

use super::{Done, Frame, Interp, Name, Scope, ScopeKind, Stop};
use crate::ir::{ExprId, Language, Pattern, Stmt};

/// Rounds of a loop whose end is not known.
const OPEN_ROUNDS: u32 = 2;
/// Rounds of a loop that calls to the outside.
const OUTSIDE_ROUNDS: u32 = 8;
/// Known elements whose round calls to the outside.
const ITEM_ROUNDS: u32 = 128;

impl Interp<'_> {
    #[allow(clippy::too_many_arguments, reason = "the parts of the statement")]
    pub(crate) fn exec_while(
        &mut self,
        outer: &Frame,
        init: &[Stmt],
        test: Option<ExprId>,
        update: Option<ExprId>,
        body: &[Stmt],
        test_last: bool,
        label: Option<Name>,
    ) -> Result<Done, Stop> {
        let frame = if init.is_empty() {
            outer.clone()
        } else {
            Frame {
                unit: outer.unit.clone(),
                scope: Scope::new(ScopeKind::Block, Some(outer.scope.clone())),
            }
        };
        if let other @ (Done::Return(_) | Done::Break(_)) = self.exec_all(&frame, init)? {
            return Ok(other);
        }
        let watch = Watch::start(self);
        let mut rounds = 0;
        loop {
            self.step()?;
            let mut open = false;
            if let (Some(test), true) = (test, !test_last || rounds > 0) {
                let value = self.eval(&frame, test)?;
                match frame.unit.builtins.truthy(&value) {
                    Some(true) => {}
                    Some(false) => return Ok(Done::Next),
                    None => open = true,
                }
            }
            if !watch.another(self, rounds, open) {
                return Ok(Done::Next);
            }
            rounds += 1;
            let done = if open && rounds == 1 {
                self.perhaps_exec(&frame, body)?
            } else {
                self.exec_block(&frame, body)?
            };
            match done {
                Done::Next | Done::Continue(None) => {}
                Done::Break(None) => return Ok(Done::Next),
                Done::Break(to) if to == label => return Ok(Done::Next),
                Done::Continue(to) if to == label => {}
                other => return Ok(other),
            }
            if let Some(update) = update {
                self.eval(&frame, update)?;
            }
        }
    }

    pub(crate) fn exec_for(
        &mut self,
        frame: &Frame,
        target: &Pattern,
        iterable: ExprId,
        keys: bool,
        body: &[Stmt],
        label: Option<Name>,
    ) -> Result<Done, Stop> {
        let iterable = self.eval(frame, iterable)?;
        let walked = self.walk(&iterable, keys);
        let watch = Watch::start(self);
        let items = walked
            .known
            .into_iter()
            .map(|item| (item, false))
            .chain(walked.rest.map(|item| (item, true)));
        for (rounds, (item, open)) in items.enumerate() {
            self.step()?;
            if !open && !watch.another_item(self, rounds as u32) {
                break;
            }
            let inner = if frame.unit.unit.language == Language::JavaScript {
                Frame {
                    unit: frame.unit.clone(),
                    scope: Scope::new(ScopeKind::Block, Some(frame.scope.clone())),
                }
            } else {
                frame.clone()
            };
            self.assign(&inner, target, item, true)?;
            let done = if open {
                self.perhaps_exec(&inner, body)?
            } else {
                self.exec_block(&inner, body)?
            };
            match done {
                Done::Next | Done::Continue(None) => {}
                Done::Break(None) => break,
                Done::Break(to) if to == label => break,
                Done::Continue(to) if to == label => {}
                other => return Ok(other),
            }
        }
        Ok(Done::Next)
    }
}

/// Decides how long a loop goes on.
struct Watch {
    outside: u64,
    fuel: u32,
}

impl Watch {
    fn start(it: &mut Interp<'_>) -> Self {
        if let Some(running) = it.running.last_mut() {
            running.left_loop = false;
        }
        Self {
            outside: it.outside_calls,
            fuel: it.fuel_left(),
        }
    }

    /// Whether another round is worth it.
    fn another(&self, it: &mut Interp<'_>, rounds: u32, open: bool) -> bool {
        let left = it.running.last().is_some_and(|running| running.left_loop);
        let limit = if open || left {
            OPEN_ROUNDS
        } else if it.outside_calls != self.outside {
            OUTSIDE_ROUNDS
        } else {
            // A loop of its own may take two thirds of what there was.
            if it.fuel_left() < self.fuel / 3 {
                it.doubts += 1;
                return false;
            }
            return true;
        };
        if rounds >= limit {
            it.doubts += 1;
            return false;
        }
        true
    }

    /// Whether another known element is worth it.
    fn another_item(&self, it: &mut Interp<'_>, rounds: u32) -> bool {
        if it.outside_calls != self.outside && rounds >= ITEM_ROUNDS
            || it.fuel_left() < self.fuel / 3
        {
            it.doubts += 1;
            return false;
        }
        true
    }
}
