//! Statements.

use std::rc::Rc;

use super::{Done, Ended, Facts, Frame, Interp, Key, Name, Scope, ScopeKind, Stop, Unknown, Value};
use crate::ir::{Case, ExprId, Language, Pattern, Stmt};

/// Rounds of a loop whose end is not known.
const OPEN_ROUNDS: u32 = 2;
/// Rounds of a loop that calls to the outside.
const OUTSIDE_ROUNDS: u32 = 8;
/// Known elements whose round calls to the outside.
const ITEM_ROUNDS: u32 = 128;

/// Elements of a value that is walked.
#[derive(Clone, Debug, Default)]
pub(crate) struct Walked {
    /// Known ones.
    pub known: Vec<Value>,
    /// What further ones look like.
    pub rest: Option<Value>,
}

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

    #[allow(clippy::too_many_arguments, reason = "the parts of the statement")]
    fn exec_while(
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

    fn exec_for(
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

    /// The elements of a value (or its keys).
    pub(crate) fn walk(&mut self, value: &Value, keys: bool) -> Walked {
        let known = |known: Vec<Value>| Walked { known, rest: None };
        match value {
            Value::List(list) if keys => known(
                (0..list.items.borrow().len() as i64)
                    .map(|i| Value::from(i.to_string()))
                    .collect(),
            ),
            Value::List(list) => {
                // Copying elements is work too: a step for each eight.
                let length = list.items.borrow().len();
                self.fuel = self.fuel.saturating_sub((length / 8) as u32);
                Walked {
                    known: list.items.borrow().clone(),
                    rest: list.rest.borrow().clone(),
                }
            }
            Value::Map(map) => Walked {
                known: map
                    .entries
                    .borrow()
                    .keys()
                    .map(|key| match key {
                        Key::Str(text) => Value::str(text.clone(), Facts::default()),
                        Key::Int(i) => Value::Int(*i),
                        Key::Bytes(b) => Value::bytes(b.clone(), Facts::default()),
                        Key::Null => Value::Null,
                    })
                    .collect(),
                rest: map
                    .rest
                    .borrow()
                    .as_ref()
                    .map(|rest| Value::unknown(rest.facts())),
            },
            Value::Str(s) => {
                if s.text.len() > self.fuel_left() as usize {
                    return Walked {
                        known: Vec::new(),
                        rest: Some(Value::unknown(s.facts.clone())),
                    };
                }
                known(
                    s.text
                        .chars()
                        .map(|c| Value::str(c.encode_utf8(&mut [0; 4]) as &str, s.facts.clone()))
                        .collect(),
                )
            }
            Value::Bytes(b) => {
                if b.data.len() > self.fuel_left() as usize {
                    return Walked {
                        known: Vec::new(),
                        rest: Some(Value::unknown(b.facts.clone())),
                    };
                }
                known(
                    b.data
                        .iter()
                        .map(|byte| Value::Int(i64::from(*byte)))
                        .collect(),
                )
            }
            Value::Unknown(unknown) => {
                if unknown.api.is_none() && !unknown.alternatives.is_empty() {
                    let mut all = Walked::default();
                    for alternative in unknown
                        .alternatives
                        .clone()
                        .iter()
                        .filter(|v| v.is_known())
                        .take(4)
                    {
                        let walked = self.walk(alternative, keys);
                        all.known.extend(walked.known);
                        all.rest = all.rest.or(walked.rest);
                    }
                    if !all.known.is_empty() {
                        return all;
                    }
                }
                self.doubts += 1;
                if let Some(api) = unknown.api.clone()
                    && let Some(value) = self.read_element(&api, &Value::anything(), false)
                {
                    return Walked {
                        known: Vec::new(),
                        rest: Some(value),
                    };
                }
                let element = Value::Unknown(Rc::new(Unknown {
                    api: unknown
                        .api
                        .as_ref()
                        .filter(|api| api.len() < 120)
                        .map(|api| format!("{api}[]").into()),
                    flows: value.flows(),
                    layers: unknown.layers.clone(),
                    handle: unknown.handle.clone(),
                    ..Unknown::default()
                }));
                Walked {
                    known: Vec::new(),
                    rest: Some(element),
                }
            }
            Value::Undefined | Value::Null => Walked::default(),
            other => {
                self.doubts += 1;
                Walked {
                    known: Vec::new(),
                    rest: Some(Value::unknown(other.facts())),
                }
            }
        }
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
