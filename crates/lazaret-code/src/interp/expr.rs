//! Expressions.

use std::rc::Rc;

use super::{Call, Facts, Frame, Interp, Key, Site, Stop, Value, branch::join};
use crate::{
    builtins::ops,
    ir::{Arg, BinaryOp, Const, Expr, ExprId, Language, LogicalOp, UnaryOp},
};

/// Expressions within expressions.
pub(super) const NESTING: u32 = 3000;

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
