//! Comprehensions.

use super::{Frame, Interp, Stop, Value, branch::join};
use crate::ir::{Clause, ExprId};

impl Interp<'_> {
    pub(crate) fn eval_comprehension(
        &mut self,
        frame: &Frame,
        element: ExprId,
        clauses: &[Clause],
        map: bool,
    ) -> Result<Value, Stop> {
        let inner = Frame {
            unit: frame.unit.clone(),
            scope: super::Scope::new(super::ScopeKind::Function, Some(frame.scope.clone())),
        };
        let mut out = Vec::new();
        let mut rest = None;
        self.comprehend(&inner, element, clauses, &mut out, &mut rest, true)?;
        if map {
            let value = Value::map([]);
            if let Value::Map(entries) = &value {
                for pair in out {
                    let Value::List(pair) = &pair else { continue };
                    let pair = pair.items.borrow();
                    if let [key, value] = pair.as_slice() {
                        match key.to_key() {
                            Some(key) => entries.set_key(key, value.clone()),
                            None => *entries.rest.borrow_mut() = Some(value.clone()),
                        }
                    }
                }
                if let Some(rest) = rest {
                    *entries.rest.borrow_mut() = Some(rest);
                }
            }
            return Ok(value);
        }
        let list = Value::list(out);
        if let Value::List(list) = &list {
            *list.rest.borrow_mut() = rest;
        }
        Ok(list)
    }

    fn comprehend(
        &mut self,
        frame: &Frame,
        element: ExprId,
        clauses: &[Clause],
        out: &mut Vec<Value>,
        rest: &mut Option<Value>,
        known: bool,
    ) -> Result<(), Stop> {
        let Some((clause, further)) = clauses.split_first() else {
            let value = self.eval(frame, element)?;
            if known {
                out.push(value);
            } else {
                *rest = Some(match rest.take() {
                    Some(before) => join(&before, &value),
                    None => value,
                });
            }
            return Ok(());
        };
        let iterable = self.eval(frame, clause.iterable)?;
        let walked = self.walk(&iterable, false);
        let items = walked
            .known
            .into_iter()
            .map(|item| (item, known))
            .chain(walked.rest.map(|item| (item, false)));
        for (item, mut known) in items {
            self.step()?;
            self.assign(frame, &clause.target, item, true)?;
            let mut pass = true;
            for condition in &clause.conditions {
                let value = self.eval(frame, *condition)?;
                match frame.unit.builtins.truthy(&value) {
                    Some(true) => {}
                    Some(false) => {
                        pass = false;
                        break;
                    }
                    None => known = false,
                }
            }
            if pass {
                self.comprehend(frame, element, further, out, rest, known)?;
            }
        }
        Ok(())
    }
}
