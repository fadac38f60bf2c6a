//! Expressions.

use std::rc::Rc;

use super::{Call, Facts, Frame, Interp, Key, Site, Stop, Unknown, Value, branch::join};
use crate::{
    builtins::ops,
    ir::{Arg, BinaryOp, Clause, Const, Expr, ExprId, Language, LogicalOp, Sym, UnaryOp},
};

/// Expressions within expressions.
const NESTING: u32 = 3000;

impl Interp<'_> {
    /// Evaluates an expression.
    pub(crate) fn eval(&mut self, frame: &Frame, id: ExprId) -> Result<Value, Stop> {
        self.step()?;
        if self.nesting >= NESTING {
            return Ok(Value::anything());
        }
        self.nesting += 1;
        let result = if self.nesting.is_multiple_of(8) {
            stacker::maybe_grow(256 << 10, 4 << 20, || self.eval_inner(frame, id))
        } else {
            self.eval_inner(frame, id)
        };
        self.nesting -= 1;
        result
    }

    fn eval_inner(&mut self, frame: &Frame, id: ExprId) -> Result<Value, Stop> {
        let Some(expr) = frame.unit.unit.expr(id) else {
            return Ok(Value::Undefined);
        };
        match expr {
            Expr::Const(constant) => Ok(constant_value(constant)),
            Expr::Name(sym) => Ok(self.variable(frame, *sym)),
            Expr::This => Ok(frame.scope.get(self.this).unwrap_or_else(Value::anything)),
            Expr::Module(sym) => {
                let specifier = frame.unit.unit.name(*sym).to_owned();
                self.at(frame, id);
                self.module(frame, &specifier)
            }
            Expr::Member { object, name } => {
                let object = self.eval(frame, *object)?;
                self.at(frame, id);
                let name = self.names.text(frame.name(*name));
                Ok(self.member(&object, &name))
            }
            Expr::Index { object, index } => {
                let object = self.eval(frame, *object)?;
                let index = self.eval(frame, *index)?;
                self.at(frame, id);
                Ok(self.index(&object, &index))
            }
            Expr::Slice {
                object,
                start,
                stop,
                step,
            } => {
                let object = self.eval(frame, *object)?;
                let mut bounds = [None, None, None];
                for (bound, id) in bounds.iter_mut().zip([start, stop, step]) {
                    if let Some(id) = id {
                        *bound = Some(self.eval(frame, *id)?);
                    }
                }
                Ok(super::text::slice(&object, &bounds))
            }
            Expr::Call {
                callee,
                args,
                construct,
            } => self.eval_call(frame, id, *callee, args, *construct),
            Expr::Unary { op, operand } => {
                let operand_id = *operand;
                let operand = self.eval(frame, operand_id)?;
                self.at(frame, id);
                if *op == UnaryOp::Delete {
                    return Ok(Value::Bool(true));
                }
                if let Some(value) = frame.unit.builtins.unary(self, *op, &operand) {
                    return Ok(value);
                }
                if *op == UnaryOp::Not {
                    if let Some(truth) = frame.unit.builtins.truthy(&operand) {
                        return Ok(Value::Bool(!truth));
                    }
                    return Ok(Value::anything());
                }
                Ok(ops::unary(*op, &operand).unwrap_or_else(|| Value::unknown(operand.facts())))
            }
            Expr::Binary { .. } => self.eval_binary(frame, id),
            Expr::Logical { op, left, right } => {
                let left = self.eval(frame, *left)?;
                let truth = match op {
                    LogicalOp::Coalesce => match &left {
                        Value::Null | Value::Undefined => Some(true),
                        Value::Unknown(_) => None,
                        Value::Str(s) if s.text.is_empty() => {
                            Some(frame.unit.unit.language == Language::Shell)
                        }
                        _ => Some(false),
                    },
                    _ => frame
                        .unit
                        .builtins
                        .truthy(&left)
                        .map(|truth| truth == (*op == LogicalOp::And)),
                };
                match truth {
                    Some(true) => self.eval(frame, *right),
                    Some(false) => Ok(left),
                    None => {
                        let right = self.perhaps(|it| it.eval(frame, *right))?;
                        Ok(join(&left, &right))
                    }
                }
            }
            Expr::Conditional {
                test,
                then,
                otherwise,
            } => {
                let test = self.eval(frame, *test)?;
                match frame.unit.builtins.truthy(&test) {
                    Some(true) => self.eval(frame, *then),
                    Some(false) => self.eval(frame, *otherwise),
                    None => {
                        let then = self.perhaps(|it| it.eval(frame, *then))?;
                        let otherwise = self.perhaps(|it| it.eval(frame, *otherwise))?;
                        Ok(join(&then, &otherwise))
                    }
                }
            }
            Expr::Template(parts) => {
                let mut values = Vec::with_capacity(parts.len());
                for part in parts {
                    values.push(self.eval(frame, *part)?);
                }
                Ok(self.concat(frame, &values))
            }
            Expr::List(items) => {
                let (items, rest) = self.eval_items(frame, items)?;
                let list = Value::list(items);
                if let (Value::List(list), Some(rest)) = (&list, rest) {
                    *list.rest.borrow_mut() = Some(rest);
                }
                Ok(list)
            }
            Expr::Map(entries) => self.eval_map(frame, entries),
            Expr::Function(function) => Ok(self.closure(frame, *function)),
            Expr::Assign { target, op, value } => {
                let value = match op {
                    None => self.eval(frame, *value)?,
                    Some(op) => {
                        let old = self.read_pattern(frame, target)?;
                        let new = self.eval(frame, *value)?;
                        self.at(frame, id);
                        self.binary(frame, *op, &old, &new)
                    }
                };
                self.assign(frame, target, value.clone(), false)?;
                Ok(value)
            }
            Expr::PostUpdate { target, op } => {
                let old = self.read_pattern(frame, target)?;
                let new = self.binary(frame, *op, &old, &Value::Int(1));
                self.assign(frame, target, new, false)?;
                Ok(old)
            }
            Expr::Sequence(ids) => {
                let mut value = Value::Undefined;
                for id in ids {
                    value = self.eval(frame, *id)?;
                }
                Ok(value)
            }
            Expr::Comprehension {
                element,
                clauses,
                map,
            } => self.eval_comprehension(frame, *element, clauses, *map),
            Expr::Await(id) => self.eval(frame, *id),
            Expr::Command {
                words,
                input,
                redirects,
            } => {
                let mut values = Vec::with_capacity(words.len());
                for word in words {
                    values.push(self.eval(frame, *word)?);
                }
                let input = match input {
                    Some(input) => Some(self.eval(frame, *input)?),
                    None => frame.scope.get(self.names.intern("\u{0}stdin")),
                };
                let mut targets = Vec::new();
                for redirect in redirects {
                    let operator = frame.unit.unit.name(redirect.operator).to_owned();
                    targets.push((operator, self.eval(frame, redirect.target)?));
                }
                self.at(frame, id);
                self.scope = Some(frame.scope.clone());
                let result = self.run_words(&values, input.as_ref(), &targets);
                self.thrown()?;
                Ok(result)
            }
            Expr::Pipe(stages) => {
                let stdin = self.names.intern("\u{0}stdin");
                let mut value = Value::Undefined;
                for (i, stage) in stages.iter().enumerate() {
                    let inner = Frame {
                        unit: frame.unit.clone(),
                        scope: super::Scope::new(
                            super::ScopeKind::Block,
                            Some(frame.scope.clone()),
                        ),
                    };
                    if i > 0 {
                        inner.scope.vars.borrow_mut().insert(stdin, value);
                    }
                    value = self.eval(&inner, *stage)?;
                }
                Ok(value)
            }
            Expr::CommandOutput(id) => {
                let value = self.eval(frame, *id)?;
                // A shell drops the newline at the end of an output.
                Ok(match value {
                    Value::Str(s) if s.text.ends_with('\n') => {
                        Value::str(s.text.trim_end_matches('\n'), s.facts.clone())
                    }
                    other => other,
                })
            }
            Expr::Unknown(ids) => {
                self.doubts += 1;
                let mut facts = Facts::default();
                for id in ids {
                    facts = facts.union(&self.eval(frame, *id)?.facts());
                }
                Ok(Value::unknown(facts))
            }
        }
    }

    /// Remembers where the running call stands.
    pub(crate) fn at(&mut self, frame: &Frame, id: ExprId) {
        self.site = Site {
            unit: frame.unit.index,
            span: frame.unit.unit.span(id),
        };
    }

    fn variable(&mut self, frame: &Frame, sym: Sym) -> Value {
        let name = frame.name(sym);
        if let Some(value) = frame.scope.get(name) {
            if let Value::Unknown(unknown) = &value
                && let (Some(api), true) = (&unknown.api, unknown.handle.is_none())
            {
                let api = api.clone();
                return self.read_value(&api).unwrap_or(value);
            }
            return value;
        }
        let text = self.names.text(name);
        if let Some(value) = frame.unit.builtins.global(self, &text) {
            return value;
        }
        for star in frame.unit.stars.borrow().iter().rev() {
            let qualified = format!("{star}.{text}");
            if self
                .catalogue
                .entry(frame.unit.unit.language, &qualified)
                .is_some()
            {
                return Value::api(qualified);
            }
        }
        if let Some(value) = self.read_value(&text) {
            return value;
        }
        Value::api(text)
    }

    /// The value of `object.name`.
    pub fn member(&mut self, object: &Value, name: &str) -> Value {
        match object {
            Value::Instance(instance) => {
                if let Some(value) = instance.field(name) {
                    return value;
                }
                if let Some(member) = instance.class.member(name) {
                    return self.bind(object, name, member);
                }
                if let Some(outside) = instance.outside.clone() {
                    return self.member(&outside, name);
                }
                if let Some(value) = self.builtins().member(self, object, name) {
                    return value;
                }
                Value::unknown(Facts::default())
            }
            Value::Class(class) => {
                if let Some(value) = class.member(name) {
                    return value;
                }
                if let Some(value) = self.builtins().member(self, object, name) {
                    return value;
                }
                match class.outside_base() {
                    Some(base) => Value::api(format!("{base}.{name}")),
                    None => self.bound(object, name),
                }
            }
            Value::Map(map) => {
                // Member access on a map of the code, where the language has it.
                if let Some(value) = map.get(name) {
                    return value;
                }
                if let Some(value) = self.builtins().member(self, object, name) {
                    return value;
                }
                if let Some(rest) = map.rest.borrow().clone() {
                    return rest;
                }
                self.bound(object, name)
            }
            Value::Function(closure) => {
                if let Some(value) = closure.props.get(name) {
                    return value;
                }
                if let Some(value) = self.builtins().member(self, object, name) {
                    return value;
                }
                self.bound(object, name)
            }
            Value::Unknown(unknown) => {
                if let Some(handle) = &unknown.handle {
                    let field = handle
                        .fields
                        .borrow()
                        .iter()
                        .rev()
                        .find(|(field, _)| &**field == name)
                        .map(|(_, value)| value.clone());
                    if let Some(value) = field {
                        return value;
                    }
                }
                if let Some(value) = self.builtins().member(self, object, name) {
                    return value;
                }
                if unknown.api.is_none() && !unknown.alternatives.is_empty() {
                    let found: Vec<Value> = unknown
                        .alternatives
                        .iter()
                        .filter(|v| !matches!(v, Value::Null | Value::Undefined))
                        .take(4)
                        .map(|value| self.member(value, name))
                        .collect();
                    if let Some(value) = found.into_iter().reduce(|a, b| join(&a, &b)) {
                        return value;
                    }
                }
                self.api_member(object, unknown, name)
            }
            other => self
                .builtins()
                .member(self, other, name)
                .unwrap_or_else(|| self.bound(object, name)),
        }
    }

    fn bound(&self, object: &Value, name: &str) -> Value {
        Value::Bound(Rc::new(super::Bound {
            receiver: object.clone(),
            name: name.into(),
            function: None,
        }))
    }

    /// A member of an outside name or value.
    fn api_member(&mut self, object: &Value, unknown: &Rc<Unknown>, name: &str) -> Value {
        let Some(api) = &unknown.api else {
            // A method of something unknown keeps its object.
            return Value::Unknown(Rc::new(Unknown {
                flows: object.flows(),
                layers: unknown.layers.clone(),
                handle: unknown.handle.clone(),
                ..Unknown::default()
            }));
        };
        // Long chains say no more than short ones.
        if api.len() > 160 {
            return Value::Unknown(Rc::new(Unknown {
                flows: unknown.flows,
                handle: unknown.handle.clone(),
                ..Unknown::default()
            }));
        }
        let id = self.names.intern(name);
        let key = (Rc::as_ptr(api) as *const u8 as usize, id);
        let qualified = match self.members.get(&key) {
            Some((_, qualified)) => qualified.clone(),
            None => {
                let qualified: Rc<str> = format!("{api}.{name}").into();
                // Holding the key's text keeps its address from being reused.
                if self.members.len() < 65_536 {
                    self.members.insert(key, (api.clone(), qualified.clone()));
                }
                qualified
            }
        };
        if unknown.flows.is_empty() || unknown.handle.is_none() {
            if let Some(value) = self.read_value(&qualified) {
                return value;
            }
            if let Some(value) = self.read_element(api, &Value::from(name), true) {
                return value;
            }
        }
        Value::Unknown(Rc::new(Unknown {
            api: Some(qualified),
            flows: unknown.flows,
            layers: unknown.layers.clone(),
            handle: unknown.handle.clone(),
            ..Unknown::default()
        }))
    }

    /// The value of `object[index]`.
    pub fn index(&mut self, object: &Value, index: &Value) -> Value {
        if let Some(value) = self.builtins().index(self, object, index) {
            return value;
        }
        match object {
            Value::List(list) => {
                if let Some(at) = index.as_int() {
                    let items = list.items.borrow();
                    let length = items.len() as i64;
                    let at = if at < 0 { at + length } else { at };
                    if let Some(value) = usize::try_from(at).ok().and_then(|at| items.get(at)) {
                        return value.clone();
                    }
                    if let Some(rest) = list.rest.borrow().clone() {
                        return rest;
                    }
                    return Value::Undefined;
                }
                self.any_of(&list.items.borrow(), list.rest.borrow().clone())
            }
            Value::Map(map) => {
                if let Some(key) = index.to_key() {
                    if let Some(value) = map.get_key(&key) {
                        return value;
                    }
                    // JavaScript keys are text.
                    if let Key::Int(i) = key
                        && let Some(value) = map.get(&i.to_string())
                    {
                        return value;
                    }
                    if let Some(rest) = map.rest.borrow().clone() {
                        return rest;
                    }
                    if let Some(name) = index.as_str() {
                        return self.member(object, name);
                    }
                    return Value::Undefined;
                }
                let values: Vec<Value> = map.entries.borrow().values().take(64).cloned().collect();
                let rest = map.rest.borrow().clone();
                self.any_of(&values, rest)
            }
            Value::Str(s) => match index.as_int() {
                Some(at) => {
                    let count = if at < 0 {
                        s.text.chars().count() as i64
                    } else {
                        0
                    };
                    usize::try_from(at + count)
                        .ok()
                        .and_then(|at| {
                            if s.text.is_ascii() {
                                s.text.get(at..at + 1).map(str::to_owned)
                            } else {
                                s.text.chars().nth(at).map(String::from)
                            }
                        })
                        .map_or(Value::Undefined, |c| Value::str(c, s.facts.clone()))
                }
                None => match index.as_str() {
                    Some(name) => self.member(object, name),
                    None => Value::unknown(s.facts.union(&index.facts())),
                },
            },
            Value::Bytes(b) => match index.as_int() {
                Some(at) => {
                    let at = if at < 0 { at + b.data.len() as i64 } else { at };
                    usize::try_from(at)
                        .ok()
                        .and_then(|at| b.data.get(at))
                        .map_or(Value::Undefined, |byte| Value::Int(i64::from(*byte)))
                }
                None => Value::unknown(b.facts.clone()),
            },
            Value::Instance(_) | Value::Class(_) | Value::Function(_) => match index.as_str() {
                Some(name) => self.member(object, name),
                None => Value::unknown(object.facts()),
            },
            Value::Unknown(unknown) => {
                if let Some(api) = unknown.api.clone() {
                    if let Some(value) = self.read_element(&api, index, false) {
                        return value;
                    }
                    if let Some(name) = index.as_str() {
                        let name = name.to_owned();
                        return self.api_member(object, unknown, &name);
                    }
                    return Value::Unknown(Rc::new(Unknown {
                        api: Some(api),
                        flows: object.flows(),
                        layers: unknown.layers.clone(),
                        handle: unknown.handle.clone(),
                        ..Unknown::default()
                    }));
                }
                let found: Vec<Value> = unknown
                    .alternatives
                    .iter()
                    .filter(|v| !matches!(v, Value::Null | Value::Undefined | Value::Unknown(_)))
                    .take(4)
                    .map(|value| self.index(value, index))
                    .collect();
                if let Some(value) = found.into_iter().reduce(|a, b| join(&a, &b)) {
                    return value;
                }
                Value::unknown(object.facts().union(&index.facts()))
            }
            _ => Value::unknown(index.facts()),
        }
    }

    /// Any of some values: a few are kept apart, many become their origin.
    pub fn any_of(&self, values: &[Value], rest: Option<Value>) -> Value {
        values
            .iter()
            .take(4)
            .cloned()
            .chain(rest)
            .reduce(|a, b| join(&a, &b))
            .unwrap_or_else(Value::anything)
    }

    fn eval_call(
        &mut self,
        frame: &Frame,
        id: ExprId,
        callee: ExprId,
        args: &[Arg],
        construct: bool,
    ) -> Result<Value, Stop> {
        // A method call keeps its object.
        let method = match frame.unit.unit.expr(callee) {
            Some(Expr::Member { object, name }) if !construct => Some((*object, Ok(*name))),
            Some(Expr::Index { object, index }) if !construct => Some((*object, Err(*index))),
            _ => None,
        };
        if let Some((object, name)) = method {
            let object = self.eval(frame, object)?;
            let name: Option<Rc<str>> = match name {
                Ok(sym) => Some(self.names.text(frame.name(sym))),
                Err(index) => {
                    let index = self.eval(frame, index)?;
                    match &index {
                        Value::Str(s) => Some(s.text.clone()),
                        _ => {
                            let value = self.index(&object, &index);
                            let mut call = self.eval_args(frame, args)?;
                            call.this = Some(object);
                            self.at(frame, id);
                            self.scope = Some(frame.scope.clone());
                            return self.call(&value, call);
                        }
                    }
                }
            };
            let call = self.eval_args(frame, args)?;
            self.at(frame, id);
            self.scope = Some(frame.scope.clone());
            let name = name.unwrap_or_else(|| "".into());
            return self.call_method(&object, &name, call);
        }
        let callee = self.eval(frame, callee)?;
        let mut call = self.eval_args(frame, args)?;
        call.construct = construct;
        self.at(frame, id);
        self.scope = Some(frame.scope.clone());
        self.call(&callee, call)
    }

    fn eval_items(
        &mut self,
        frame: &Frame,
        items: &[Arg],
    ) -> Result<(Vec<Value>, Option<Value>), Stop> {
        let mut values = Vec::with_capacity(items.len());
        let mut rest: Option<Value> = None;
        for item in items {
            let value = self.eval(frame, item.value)?;
            if item.spread {
                let walked = self.walk(&value, false);
                values.extend(walked.known);
                if let Some(more) = walked.rest {
                    rest = Some(match rest {
                        Some(before) => join(&before, &more),
                        None => more,
                    });
                }
            } else {
                values.push(value);
            }
        }
        Ok((values, rest))
    }

    fn eval_args(&mut self, frame: &Frame, args: &[Arg]) -> Result<Call, Stop> {
        let mut call = Call::default();
        for arg in args {
            let value = self.eval(frame, arg.value)?;
            match (arg.name, arg.spread) {
                (Some(name), _) => {
                    let name = self.names.text(frame.name(name));
                    call.named.push((name, value));
                }
                (None, false) => call.args.push(value),
                (None, true) => {
                    if let Value::Map(map) = &value {
                        for (key, value) in map.entries.borrow().iter() {
                            if let Key::Str(name) = key {
                                call.named.push((name.clone(), value.clone()));
                            }
                        }
                        continue;
                    }
                    let walked = self.walk(&value, false);
                    call.args.extend(walked.known);
                    if walked.rest.is_some() {
                        call.rest = walked.rest;
                    }
                }
            }
        }
        Ok(call)
    }

    fn eval_map(
        &mut self,
        frame: &Frame,
        entries: &[(Option<ExprId>, ExprId)],
    ) -> Result<Value, Stop> {
        let value = Value::map([]);
        let Value::Map(map) = &value else {
            return Ok(value);
        };
        for (key, id) in entries {
            let key = match key {
                Some(key) => self.eval(frame, *key)?,
                None => {
                    let spread = self.eval(frame, *id)?;
                    match &spread {
                        Value::Map(other) => {
                            let copied: Vec<_> = other
                                .entries
                                .borrow()
                                .iter()
                                .map(|(k, v)| (k.clone(), v.clone()))
                                .collect();
                            for (key, value) in copied {
                                map.set_key(key, value);
                            }
                            let rest = other.rest.borrow().clone();
                            if rest.is_some() {
                                *map.rest.borrow_mut() = rest;
                            }
                        }
                        other => *map.rest.borrow_mut() = Some(other.clone()),
                    }
                    continue;
                }
            };
            let value = self.eval(frame, *id)?;
            match key.to_key() {
                Some(key) => map.set_key(key, value),
                None => *map.rest.borrow_mut() = Some(value),
            }
        }
        Ok(value)
    }

    fn eval_binary(&mut self, frame: &Frame, id: ExprId) -> Result<Value, Stop> {
        // Long sums lean to the left: walk down without recursion.
        let mut spine = Vec::new();
        let mut leftmost = id;
        while let Some(Expr::Binary { op, left, right }) = frame.unit.unit.expr(leftmost) {
            spine.push((leftmost, *op, *right));
            leftmost = *left;
        }
        let mut value = self.eval(frame, leftmost)?;
        // Known texts are joined in one buffer.
        let mut buffer: Option<(String, Facts)> = None;
        while let Some((id, op, right)) = spine.pop() {
            self.step()?;
            let right = self.eval(frame, right)?;
            if op == BinaryOp::Add
                && let Value::Str(b) = &right
            {
                if let Some((text, facts)) = &mut buffer {
                    if text.len() + b.text.len() <= self.limits.text {
                        text.push_str(&b.text);
                        *facts = facts.union(&b.facts);
                        continue;
                    }
                } else if let Value::Str(a) = &value
                    && a.text.len() + b.text.len() <= self.limits.text
                {
                    self.charge(a.text.len() + b.text.len());
                    let mut text = String::with_capacity(a.text.len() + b.text.len());
                    text.push_str(&a.text);
                    text.push_str(&b.text);
                    buffer = Some((text, a.facts.union(&b.facts)));
                    continue;
                }
            }
            if let Some((text, facts)) = buffer.take() {
                value = Value::str(text, facts);
            }
            self.at(frame, id);
            value = self.binary(frame, op, &value, &right);
            self.thrown()?;
        }
        if let Some((text, facts)) = buffer {
            value = Value::str(text, facts);
        }
        Ok(value)
    }

    /// A binary operator on values of the code of `frame`.
    pub(crate) fn binary(
        &mut self,
        frame: &Frame,
        op: BinaryOp,
        left: &Value,
        right: &Value,
    ) -> Value {
        if let Some(value) = frame.unit.builtins.binary(self, op, left, right) {
            return value;
        }
        if let Some(value) = ops::binary(op, left, right) {
            return value;
        }
        // A few alternatives on the left are kept apart.
        if let Value::Unknown(unknown) = left
            && unknown.parts.is_empty()
            && (1..=4).contains(&unknown.alternatives.len())
            && right.is_known()
        {
            let found = unknown
                .alternatives
                .iter()
                .map(|value| self.binary(frame, op, value, right))
                .reduce(|a, b| join(&a, &b));
            if let Some(value) = found {
                return value;
            }
        }
        if op == BinaryOp::Add && (texty(left) || texty(right)) {
            return self.concat(frame, &[left.clone(), right.clone()]);
        }
        Value::unknown(left.facts().union(&right.facts()))
    }

    /// Values joined as text.
    pub(crate) fn concat(&mut self, frame: &Frame, values: &[Value]) -> Value {
        let builtins = frame.unit.builtins;
        let joined = ops::join(values, |value| builtins.text(value), self.limits.text);
        if let Value::Str(s) = &joined {
            self.charge(s.text.len());
        }
        joined
    }

    fn eval_comprehension(
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

    /// Raises what a builtin threw.
    pub(crate) fn thrown(&mut self) -> Result<(), Stop> {
        match self.pending.take() {
            Some(error) => Err(Stop::Throw(error)),
            None => Ok(()),
        }
    }
}

fn texty(value: &Value) -> bool {
    match value {
        Value::Str(_) => true,
        Value::Unknown(unknown) => !unknown.parts.is_empty(),
        _ => false,
    }
}

fn constant_value(constant: &Const) -> Value {
    match constant {
        Const::Null => Value::Null,
        Const::Bool(b) => Value::Bool(*b),
        Const::Int(i) => Value::Int(*i),
        Const::Float(f) => Value::Float(*f),
        Const::Str(text) => Value::from(&**text),
        Const::Bytes(bytes) => Value::bytes(&**bytes, Facts::default()),
        Const::Regex(source) => Value::Regex((&**source).into()),
    }
}
