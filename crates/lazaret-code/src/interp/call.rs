//! Calls.

use std::rc::Rc;

use lazaret_model::Flow;

use super::{
    Closure, Done, Facts, Flows, Frame, Interp, Running, Scope, ScopeKind, Stop, Value,
    branch::join,
};
use crate::ir::{Function, Language, Param};

/// Arguments of a call.
#[derive(Clone, Debug, Default)]
pub struct Call {
    /// By position.
    pub args: Vec<Value>,
    /// By name.
    pub named: Vec<(Rc<str>, Value)>,
    /// What further arguments that are not known look like.
    pub rest: Option<Value>,
    /// The object, for methods.
    pub this: Option<Value>,
    /// Whether it was written with `new`.
    pub construct: bool,
}

impl Call {
    /// A call with positional arguments.
    pub fn of(args: Vec<Value>) -> Self {
        Self {
            args,
            ..Self::default()
        }
    }

    /// The argument at a position.
    pub fn arg(&self, at: usize) -> Option<&Value> {
        self.args.get(at).or(self.rest.as_ref())
    }

    /// The argument of a name.
    pub fn named(&self, name: &str) -> Option<&Value> {
        self.named
            .iter()
            .find(|(key, _)| &**key == name)
            .map(|(_, value)| value)
    }

    /// The argument at a position or of a name.
    pub fn get(&self, at: usize, name: &str) -> Option<&Value> {
        self.named(name).or_else(|| self.arg(at))
    }

    /// All arguments.
    pub fn all(&self) -> impl Iterator<Item = &Value> {
        self.args
            .iter()
            .chain(self.named.iter().map(|(_, value)| value))
            .chain(&self.rest)
    }

    /// Origin of all arguments.
    pub fn facts(&self) -> Facts {
        self.all()
            .fold(Facts::default(), |all, value| all.union(&value.facts()))
    }
}

impl Interp<'_> {
    /// Calls a value with positional arguments, for builtins: what it throws
    /// is thrown when the builtin returns.
    pub fn invoke(&mut self, callee: &Value, args: Vec<Value>) -> Value {
        self.invoke_with(callee, Call::of(args))
    }

    /// Calls a value, for builtins.
    pub fn invoke_with(&mut self, callee: &Value, call: Call) -> Value {
        let site = self.site;
        let scope = self.scope.clone();
        let result = self.call(callee, call);
        self.site = site;
        self.scope = scope;
        match result {
            Ok(value) => value,
            Err(Stop::Throw(error)) => {
                self.pending = Some(error);
                Value::Undefined
            }
            Err(Stop::Exhausted) => Value::Undefined,
        }
    }

    /// Calls a value.
    pub(crate) fn call(&mut self, callee: &Value, call: Call) -> Result<Value, Stop> {
        self.step()?;
        // One of the values that a method may be can be that method itself.
        if self.nesting >= super::expr::NESTING {
            self.doubts += 1;
            return Ok(Value::unknown(call.facts()));
        }
        self.nesting += 1;
        let result = stacker::maybe_grow(256 << 10, 4 << 20, || self.call_inner(callee, call));
        self.nesting -= 1;
        result
    }

    fn call_inner(&mut self, callee: &Value, call: Call) -> Result<Value, Stop> {
        match callee {
            Value::Function(_) if call.construct => {
                let mut call = call;
                call.construct = false;
                let made = self.builtins().construct(self, callee, &call);
                self.thrown()?;
                match made {
                    Some(value) => Ok(value),
                    None => self.call(callee, call),
                }
            }
            Value::Function(closure) => self.call_closure(closure, call),
            Value::Class(class) => self.instantiate(class, call),
            Value::Bound(bound) => match &bound.function {
                Some(function) => {
                    let mut call = call;
                    call.this = Some(bound.receiver.clone());
                    self.call(function, call)
                }
                None => self.call_method(&bound.receiver, &bound.name, call),
            },
            Value::Instance(instance) => match instance.class.member("__call__") {
                Some(function) => {
                    let mut call = call;
                    call.this = Some(callee.clone());
                    self.call(&function, call)
                }
                None => self.call_unknown(callee, call),
            },
            Value::Unknown(unknown) => {
                if let Some(api) = &unknown.api {
                    let api = api.clone();
                    return self.call_api(&api, callee, call);
                }
                let callable: Vec<Value> = unknown
                    .alternatives
                    .iter()
                    .filter(|value| {
                        if let Value::Bound(bound) = value
                            && bound.function.is_none()
                            && let Value::Map(map) = &bound.receiver
                            && map.get(&bound.name).is_some()
                        {
                            // It would come back here.
                            return false;
                        }
                        matches!(
                            value,
                            Value::Function(_) | Value::Class(_) | Value::Bound(_)
                        ) || value.api_name().is_some()
                    })
                    .take(4)
                    .cloned()
                    .collect();
                let mut result: Option<Value> = None;
                for value in callable {
                    let call = call.clone();
                    let one = self.perhaps(|it| it.call(&value, call))?;
                    result = Some(result.map_or(one.clone(), |before| join(&before, &one)));
                }
                match result {
                    Some(value) => Ok(value),
                    None => self.call_unknown(callee, call),
                }
            }
            _ => self.call_unknown(callee, call),
        }
    }

    /// Calls a method of a value.
    pub(crate) fn call_method(
        &mut self,
        object: &Value,
        name: &str,
        mut call: Call,
    ) -> Result<Value, Stop> {
        self.step()?;
        let own = match object {
            Value::Instance(instance) => match instance.field(name) {
                Some(value) => Some(value),
                None => match instance.class.member(name) {
                    Some(member) => {
                        let bound = self.bind(object, name, member);
                        return self.call(&bound, call);
                    }
                    None => match instance.outside.clone() {
                        Some(outside) => return self.call_method(&outside, name, call),
                        None => None,
                    },
                },
            },
            Value::Class(class) => class.member(name).or_else(|| {
                class
                    .outside_base()
                    .map(|base| Value::api(format!("{base}.{name}")))
            }),
            Value::Map(map) => map.get(name),
            Value::Function(closure) => closure.props.get(name),
            _ => None,
        };
        if let Some(function) = own {
            // Methods of maps and classes see the object as `this`.
            if !self.builtins().explicit_self() {
                call.this = Some(object.clone());
            }
            return self.call(&function, call);
        }
        if let Value::Unknown(unknown) = object {
            if unknown.api.is_some() {
                let member = self.member(object, name);
                if let Value::Unknown(inner) = &member
                    && let Some(api) = &inner.api
                {
                    let api = api.clone();
                    call.this = Some(object.clone());
                    return self.call_api(&api, &member, call);
                }
                return self.call(&member, call);
            }
            let field = unknown.handle.as_ref().and_then(|handle| {
                let fields = handle.fields.borrow();
                fields
                    .iter()
                    .rev()
                    .find(|(field, _)| &**field == name)
                    .map(|(_, value)| value.clone())
            });
            if let Some(field) = field {
                return self.call(&field, call);
            }
            if unknown.parts.is_empty() && !unknown.alternatives.is_empty() {
                let mut result: Option<Value> = None;
                for value in unknown.alternatives.clone().iter().take(4) {
                    if matches!(value, Value::Null | Value::Undefined) {
                        continue;
                    }
                    let call = call.clone();
                    let one = self.perhaps(|it| it.call_method(value, name, call))?;
                    result = Some(result.map_or(one.clone(), |before| join(&before, &one)));
                }
                if let Some(value) = result {
                    if self.builtins().runs_callbacks() && !unknown.flows.is_empty() {
                        self.call_uncalled(&call, &object.facts())?;
                    }
                    return Ok(value);
                }
            }
        }
        call.this = Some(object.clone());
        let answer = self.builtins().method(self, object, name, &call);
        self.thrown()?;
        if let Some(value) = answer {
            return Ok(value);
        }
        // Some methods are named for any receiver: `*.name`.
        if let Some(entry) = self
            .catalogue
            .entry(self.language(), &format!("*.{name}"))
            .cloned()
        {
            let value = self.apply(&entry, name, &call)?;
            self.thrown()?;
            return Ok(value);
        }
        self.call_unknown(object, call)
    }

    /// A call of which nothing is known: the result carries what went in, and
    /// functions given to it may be called.
    pub(crate) fn call_unknown(&mut self, callee: &Value, call: Call) -> Result<Value, Stop> {
        self.doubts += 1;
        let facts = callee.facts().union(&call.facts());
        self.put_into(&call);
        if self.builtins().runs_callbacks() {
            self.call_back(
                call.all().cloned().collect(),
                &Value::unknown(facts.clone()),
            )?;
        }
        Ok(Value::unknown(facts))
    }

    /// What is given to a method of an outside object stays in the object.
    pub(crate) fn put_into(&mut self, call: &Call) {
        let Some(Value::Unknown(object)) = &call.this else {
            return;
        };
        let Some(handle) = &object.handle else {
            return;
        };
        handle
            .flows
            .set(handle.flows.get().union(call.facts().flows));
    }

    /// Calls functions that were given away, each with unknown arguments of
    /// the origin of `value`.
    pub(crate) fn call_back(&mut self, functions: Vec<Value>, value: &Value) -> Result<(), Stop> {
        for function in functions {
            let Value::Function(closure) = &function else {
                continue;
            };
            let key = (closure.unit, closure.function);
            if self.called.get(&key).copied().unwrap_or(0) > 3 {
                continue;
            }
            let count = self.parameters(closure);
            let args = vec![value.clone(); count];
            let scope = self.scope.clone();
            let site = self.site;
            self.perhaps(|it| it.call(&function, Call::of(args)))?;
            self.site = site;
            self.scope = scope;
        }
        Ok(())
    }

    /// Runs functions given to a call that none of the known receivers ran:
    /// there is a receiver that is not known (`found || []`).
    fn call_uncalled(&mut self, call: &Call, facts: &Facts) -> Result<(), Stop> {
        let functions = call
            .all()
            .filter(|value| {
                matches!(value, Value::Function(closure)
                    if !self.called.contains_key(&(closure.unit, closure.function)))
            })
            .cloned()
            .collect();
        self.call_back(functions, &Value::unknown(facts.clone()))
    }

    /// The text of a function that stands in the analysed file itself.
    pub(crate) fn text_of_function(&self, closure: &Closure) -> Option<String> {
        let unit = self.units.get(closure.unit as usize)?;
        if unit.outer.is_some() || *unit.path != *self.source.path {
            return None;
        }
        let span = unit.unit.function(closure.function)?.span;
        let text = self
            .source
            .text
            .get(span.start as usize..span.end as usize)?;
        Some(String::from_utf8_lossy(text).into_owned())
    }

    /// How many parameters a function has.
    pub(crate) fn parameters(&self, closure: &Closure) -> usize {
        self.units
            .get(closure.unit as usize)
            .and_then(|unit| unit.unit.function(closure.function))
            .map_or(0, |function| function.params.len())
    }

    pub(crate) fn run_with_unknown_arguments(&mut self, closure: &Rc<Closure>) {
        let Some(unit) = self.units.get(closure.unit as usize).cloned() else {
            return;
        };
        let Some(function) = unit.unit.function(closure.function) else {
            return;
        };
        let class = closure
            .class
            .borrow()
            .as_ref()
            .and_then(std::rc::Weak::upgrade);
        let mut call = Call::default();
        let mut params = function.params.iter();
        if let Some(class) = class {
            call.this = Some(self.sample(&class));
            if unit.builtins.explicit_self() {
                params.next();
            }
        }
        self.site.unit = unit.index;
        let mut positional = true;
        for param in params {
            if param.rest || param.rest_named {
                break;
            }
            let name = match param.pattern {
                crate::ir::Pattern::Name(sym) => Some(unit.unit.name(sym)),
                _ => None,
            };
            if let Some(default) = param.default {
                positional = false;
                // A default that says something stays; one that says nothing
                // is there to be replaced.
                let empty = matches!(
                    unit.unit.expr(default),
                    Some(crate::ir::Expr::Const(crate::ir::Const::Null))
                );
                if !empty || unit.unit.language != Language::Python {
                    continue;
                }
            } else if !positional && unit.unit.language != Language::Python {
                break;
            }
            let label = name.map_or_else(|| "arg".to_owned(), |name| format!("arg:{name}"));
            let flows = Flows::of(Flow::Argument).union(self.secret_by_name(&label));
            let value = Value::hole(label, flows);
            match name {
                Some(name) if !positional => call.named.push((name.into(), value)),
                _ if positional => call.args.push(value),
                _ => {}
            }
        }
        if let Err(Stop::Exhausted) = self.call_closure(closure, call) {
            self.note_exhausted();
        }
    }

    pub(crate) fn call_closure(
        &mut self,
        closure: &Rc<Closure>,
        call: Call,
    ) -> Result<Value, Stop> {
        let Some(unit) = self.units.get(closure.unit as usize).cloned() else {
            return Ok(Value::anything());
        };
        let Some(function) = unit.unit.function(closure.function) else {
            return Ok(Value::anything());
        };
        let key = (closure.unit, closure.function);
        let calls = {
            let calls = self.called.entry(key).or_insert(0);
            *calls += 1;
            *calls
        };
        let open = call.args.iter().any(|arg| !arg.is_known());
        // The innermost are looked at only: recursion is mostly of one function.
        let recursion = self
            .running
            .iter()
            .rev()
            .take(48)
            .filter(|running| running.function == Some(key))
            .count();
        if self.running.len() > usize::from(self.limits.depth)
            || (open && (recursion >= 2 || calls > 64))
            || recursion >= 40
        {
            self.doubts += 1;
            return Ok(Value::unknown(call.facts()));
        }
        let kind = if function.lexical_this && unit.unit.language == Language::Ruby {
            ScopeKind::Closure
        } else {
            ScopeKind::Function
        };
        let scope = Scope::new(kind, Some(closure.scope.clone()));
        let frame = Frame {
            unit: unit.clone(),
            scope,
        };
        let returned = stacker::maybe_grow(256 << 10, 4 << 20, || {
            self.running.push(Running {
                function: Some(key),
                ..Running::default()
            });
            let result = self
                .bind_params(&frame, function, call)
                .and_then(|()| self.exec_all(&frame, &function.body));
            let running = self.running.pop().unwrap_or_default();
            (result, running)
        });
        let (result, running) = returned;
        let value = match result? {
            Done::Return(value) => Some(value),
            _ => None,
        };
        let maybe = running.returns.into_iter().reduce(|a, b| join(&a, &b));
        Ok(match (value, maybe) {
            (Some(a), Some(b)) => join(&a, &b),
            (Some(a), None) | (None, Some(a)) => a,
            (None, None) if frame.unit.builtins.explicit_self() => Value::Null,
            (None, None) => Value::Undefined,
        })
    }

    fn bind_params(
        &mut self,
        frame: &Frame,
        function: &Function,
        mut call: Call,
    ) -> Result<(), Stop> {
        if let Some(this) = call.this.take() {
            if frame.unit.builtins.explicit_self() {
                call.args.insert(0, this);
            } else if !function.lexical_this {
                frame.scope.vars.borrow_mut().insert(self.this, this);
            }
        }
        if frame.unit.unit.language == Language::JavaScript && !function.lexical_this {
            let arguments = self.names.intern("arguments");
            if frame.unit.names.contains(&arguments) {
                let all = Value::list(call.args.clone());
                frame.scope.vars.borrow_mut().insert(arguments, all);
            }
        }
        let mut at = 0;
        let mut taken: Vec<Rc<str>> = Vec::new();
        for param in &function.params {
            let value = if param.rest {
                let items = call
                    .args
                    .get(at..)
                    .map(<[Value]>::to_vec)
                    .unwrap_or_default();
                at = call.args.len();
                let list = Value::tuple(items);
                if let Value::List(list) = &list {
                    *list.rest.borrow_mut() = call.rest.clone();
                }
                list
            } else if param.rest_named {
                Value::map(
                    call.named
                        .iter()
                        .filter(|(name, _)| !taken.contains(name))
                        .map(|(name, value)| (super::Key::Str(name.clone()), value.clone())),
                )
            } else {
                match self.argument(frame, param, &call, &mut at, &mut taken) {
                    Some(value) => value,
                    None => match param.default {
                        Some(default) => self.eval(frame, default)?,
                        None => Value::Undefined,
                    },
                }
            };
            self.assign(frame, &param.pattern, value, true)?;
        }
        Ok(())
    }

    fn argument(
        &mut self,
        frame: &Frame,
        param: &Param,
        call: &Call,
        at: &mut usize,
        taken: &mut Vec<Rc<str>>,
    ) -> Option<Value> {
        if let crate::ir::Pattern::Name(sym) = &param.pattern {
            let name = self.names.text(frame.name(*sym));
            if let Some(value) = call.named(&name) {
                taken.push(name);
                return Some(value.clone());
            }
        }
        let value = call.arg(*at).cloned();
        *at += 1;
        // JavaScript takes the default for `undefined`.
        value.filter(|value| !matches!(value, Value::Undefined))
    }
}
