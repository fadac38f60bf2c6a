//! Calls.

use std::rc::Rc;

use super::{Facts, Interp, Stop, Value, branch::join};

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
}
