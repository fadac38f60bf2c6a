//! Statements.

use super::{Done, Ended, Frame, Interp, Scope, ScopeKind, Stop, Value};
use crate::ir::{Case, ExprId, Language, Pattern, Stmt};

impl Interp<'_> {
    /// Runs statements in the scope of `frame`.
    pub(crate) fn exec_all(&mut self, frame: &Frame, body: &[Stmt]) -> Result<Done, Stop> {
        for stmt in body {
            match self.exec(frame, stmt)? {
                Done::Next => {}
                other => return Ok(other),
            }
        }
        Ok(Done::Next)
    }

    /// Runs statements in a block of their own, where the language has such.
    pub(crate) fn exec_block(&mut self, frame: &Frame, body: &[Stmt]) -> Result<Done, Stop> {
        if frame.unit.unit.language != Language::JavaScript {
            return self.exec_all(frame, body);
        }
        let inner = Frame {
            unit: frame.unit.clone(),
            scope: Scope::new(ScopeKind::Block, Some(frame.scope.clone())),
        };
        self.exec_all(&inner, body)
    }

    fn exec(&mut self, frame: &Frame, stmt: &Stmt) -> Result<Done, Stop> {
        self.step()?;
        if self.nesting >= 3000 {
            return Ok(Done::Next);
        }
        self.nesting += 1;
        let result = stacker::maybe_grow(256 << 10, 4 << 20, || self.exec_inner(frame, stmt));
        self.nesting -= 1;
        result
    }

    fn exec_inner(&mut self, frame: &Frame, stmt: &Stmt) -> Result<Done, Stop> {
        match stmt {
            Stmt::Expr(id) => {
                self.eval(frame, *id)?;
            }
            Stmt::Let { target, value } => {
                let value = match value {
                    Some(value) => self.eval(frame, *value)?,
                    // A declaration again (`var x`) keeps the value.
                    None => match target {
                        Pattern::Name(sym)
                            if frame.scope.vars.borrow().contains_key(&frame.name(*sym)) =>
                        {
                            return Ok(Done::Next);
                        }
                        _ => Value::Undefined,
                    },
                };
                self.assign(frame, target, value, true)?;
            }
            Stmt::Outer(names) => {
                let scope = frame.scope.function();
                scope
                    .outer
                    .borrow_mut()
                    .extend(names.iter().map(|sym| frame.name(*sym)));
            }
            Stmt::Function(id) => {
                let closure = self.closure(frame, *id);
                let Some(function) = frame.unit.unit.function(*id) else {
                    return Ok(Done::Next);
                };
                let value = self.decorate(frame, function, closure)?;
                if let Some(name) = function.name {
                    self.assign(frame, &Pattern::Name(name), value, true)?;
                }
            }
            Stmt::Class(class) => {
                let value = self.class(frame, class)?;
                if let Some(name) = class.name {
                    self.assign(frame, &Pattern::Name(name), value, true)?;
                }
            }
            Stmt::Import { module, bindings } => {
                self.import(frame, *module, bindings)?;
            }
            Stmt::Export { name, value } => {
                let value = self.eval(frame, *value)?;
                let exports = self.names.intern("exports");
                if let Some(Value::Map(map)) = frame.scope.get(exports) {
                    match (name, &value) {
                        (Some(name), _) => {
                            let name = self.names.text(frame.name(*name));
                            map.set(&name, value);
                        }
                        (None, Value::Map(all)) => {
                            let all = all.entries.borrow().clone();
                            for (key, value) in all {
                                map.set_key(key, value);
                            }
                        }
                        _ => {}
                    }
                }
            }
            Stmt::If {
                test,
                then,
                otherwise,
            } => {
                let test = self.eval(frame, *test)?;
                return match frame.unit.builtins.truthy(&test) {
                    Some(true) => self.exec_block(frame, then),
                    Some(false) => self.exec_block(frame, otherwise),
                    None => self.branch(&mut [&mut |it| it.exec_block(frame, then), &mut |it| {
                        it.exec_block(frame, otherwise)
                    }]),
                };
            }
            Stmt::Switch {
                subject,
                cases,
                fall_through,
            } => return self.exec_switch(frame, *subject, cases, *fall_through),
            Stmt::While {
                init,
                test,
                update,
                body,
                test_last,
            } => return self.exec_while(frame, init, *test, *update, body, *test_last, None),
            Stmt::ForEach {
                target,
                iterable,
                keys,
                body,
            } => return self.exec_for(frame, target, *iterable, *keys, body, None),
            Stmt::Try {
                body,
                handlers,
                otherwise,
                finally,
            } => return self.exec_try(frame, body, handlers, otherwise, finally),
            Stmt::With { items, body } => {
                for (value, target) in items {
                    let value = self.eval(frame, *value)?;
                    let entered = match &value {
                        Value::Instance(instance)
                            if instance.class.member("__enter__").is_some() =>
                        {
                            self.call_method(&value, "__enter__", super::Call::default())?
                        }
                        _ => value.clone(),
                    };
                    if let Some(target) = target {
                        self.assign(frame, target, entered, true)?;
                    }
                }
                return self.exec_block(frame, body);
            }
            Stmt::Block(body) => return self.exec_block(frame, body),
            Stmt::Return(value) => {
                let value = match value {
                    Some(value) => self.eval(frame, *value)?,
                    None if frame.unit.builtins.explicit_self() => Value::Null,
                    None => Value::Undefined,
                };
                return Ok(Done::Return(value));
            }
            Stmt::Throw(value) => {
                let value = match value {
                    Some(value) => self.eval(frame, *value)?,
                    None => Value::anything(),
                };
                return Err(Stop::Throw(value));
            }
            Stmt::Break(label) => return Ok(Done::Break(label.map(|sym| frame.name(sym)))),
            Stmt::Continue(label) => return Ok(Done::Continue(label.map(|sym| frame.name(sym)))),
            Stmt::Label(label, inner) => {
                let label = frame.name(*label);
                let done = match &**inner {
                    Stmt::While {
                        init,
                        test,
                        update,
                        body,
                        test_last,
                    } => {
                        self.exec_while(frame, init, *test, *update, body, *test_last, Some(label))?
                    }
                    Stmt::ForEach {
                        target,
                        iterable,
                        keys,
                        body,
                    } => self.exec_for(frame, target, *iterable, *keys, body, Some(label))?,
                    other => self.exec(frame, other)?,
                };
                return Ok(match done {
                    Done::Break(Some(to)) if to == label => Done::Next,
                    other => other,
                });
            }
        }
        Ok(Done::Next)
    }

    #[allow(clippy::type_complexity, reason = "a list of ways")]
    fn exec_switch(
        &mut self,
        frame: &Frame,
        subject: ExprId,
        cases: &[Case],
        fall_through: bool,
    ) -> Result<Done, Stop> {
        let subject = self.eval(frame, subject)?;
        let mut start = None;
        let mut open = false;
        'cases: for (i, case) in cases.iter().enumerate() {
            for test in &case.tests {
                let test = self.eval(frame, *test)?;
                match subject.same(&test) {
                    Some(true) => {
                        start = Some(i);
                        break 'cases;
                    }
                    Some(false) => {}
                    None => {
                        open = true;
                        break 'cases;
                    }
                }
            }
        }
        let unbroken = |done: Done| match done {
            Done::Break(None) => Done::Next,
            other => other,
        };
        if open {
            let mut ways: Vec<Box<dyn FnMut(&mut Self) -> Ended>> = Vec::new();
            for case in cases.iter().take(64) {
                ways.push(Box::new(move |it: &mut Self| {
                    it.exec_block(frame, &case.body).map(unbroken)
                }));
            }
            let mut refs: Vec<&mut dyn FnMut(&mut Self) -> Ended> =
                ways.iter_mut().map(|way| &mut **way as _).collect();
            return self.branch(&mut refs);
        }
        let start = start.or_else(|| cases.iter().position(|case| case.tests.is_empty()));
        for case in start
            .and_then(|start| cases.get(start..))
            .unwrap_or_default()
        {
            match self.exec_block(frame, &case.body)? {
                Done::Next if fall_through => {}
                other => return Ok(unbroken(other)),
            }
        }
        Ok(Done::Next)
    }

    #[allow(clippy::type_complexity, reason = "a list of ways")]
    fn exec_try(
        &mut self,
        frame: &Frame,
        body: &[Stmt],
        handlers: &[(Option<crate::ir::Sym>, Vec<Stmt>)],
        otherwise: &[Stmt],
        finally: &[Stmt],
    ) -> Result<Done, Stop> {
        let doubts = (self.doubts, self.outside_calls);
        let mut result = self.exec_block(frame, body);
        let handle =
            |it: &mut Self, error: &Value, handler: &(Option<crate::ir::Sym>, Vec<Stmt>)| {
                if let Some(sym) = handler.0 {
                    it.assign(frame, &Pattern::Name(sym), error.clone(), true)?;
                }
                it.exec_block(frame, &handler.1)
            };
        match result {
            Err(Stop::Throw(ref error)) if !handlers.is_empty() => {
                let error = error.clone();
                self.pending = None;
                result = match handlers {
                    [handler] => handle(self, &error, handler),
                    _ => {
                        let mut ways: Vec<Box<dyn FnMut(&mut Self) -> Ended>> = Vec::new();
                        for handler in handlers.iter().take(16) {
                            let error = error.clone();
                            ways.push(Box::new(move |it: &mut Self| handle(it, &error, handler)));
                        }
                        let mut refs: Vec<&mut dyn FnMut(&mut Self) -> Ended> =
                            ways.iter_mut().map(|way| &mut **way as _).collect();
                        self.branch(&mut refs)
                    }
                };
            }
            Ok(ref done) if (self.doubts, self.outside_calls) != doubts => {
                let done = done.clone();
                for handler in handlers.iter().take(16) {
                    let error = Value::anything();
                    let way = self
                        .branch(&mut [&mut |it| handle(it, &error, handler), &mut |_| {
                            Ok(Done::Next)
                        }])?;
                    // What the handler returns under an open condition is
                    // already noted.
                    let _ = way;
                }
                result = match done {
                    Done::Next => self.exec_block(frame, otherwise),
                    other => Ok(other),
                };
            }
            Ok(Done::Next) => result = self.exec_block(frame, otherwise),
            _ => {}
        }
        if matches!(result, Err(Stop::Exhausted)) {
            return result;
        }
        match self.exec_block(frame, finally)? {
            Done::Next => result,
            other => Ok(other),
        }
    }
}
