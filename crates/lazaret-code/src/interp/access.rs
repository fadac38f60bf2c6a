//! Variables, members and elements.

use std::rc::Rc;

use lazaret_model::Flow;

use super::{Facts, Flows, Frame, Interp, Key, Unknown, Value, branch::join};
use crate::ir::{Language, Sym};

/// Member look-ups within member look-ups: prototypes, bases, alternatives.
const MEMBER_DEPTH: u16 = 24;

impl Interp<'_> {
    pub(crate) fn variable(&mut self, frame: &Frame, sym: Sym) -> Value {
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

    /// The value of `object.name`; unknown where looking it up goes in a circle
    /// (an object that may be its own prototype).
    pub fn member(&mut self, object: &Value, name: &str) -> Value {
        if self.member_depth >= MEMBER_DEPTH {
            return Value::unknown(Facts::default());
        }
        self.member_depth += 1;
        let value = self.member_inner(object, name);
        self.member_depth -= 1;
        value
    }

    fn member_inner(&mut self, object: &Value, name: &str) -> Value {
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

    /// What an argument is by its name: the key of a wallet.
    pub(crate) fn secret_by_name(&self, name: &str) -> Flows {
        const KEYS: &[&str] = &[
            "privatekey",
            "privkey",
            "mnemonic",
            "seedphrase",
            "recoveryphrase",
            "seed",
        ];
        // What Python calls a seed starts random numbers.
        let apply = match self.language() {
            Language::JavaScript => true,
            Language::Python => !name.ends_with("seed"),
            _ => false,
        };
        if !apply || name.len() > 24 {
            return Flows::NONE;
        }
        let plain: String = name
            .trim_start_matches("arg:")
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .map(|c| c.to_ascii_lowercase())
            .collect();
        if KEYS.contains(&plain.as_str()) {
            Flows::of(Flow::Wallet)
        } else {
            Flows::NONE
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
            let mut flows = object.flows();
            if flows.has(Flow::Argument) {
                flows = flows.union(self.secret_by_name(name));
            }
            return Value::Unknown(Rc::new(Unknown {
                flows,
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
}
