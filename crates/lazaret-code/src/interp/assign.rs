//! Assignments.

use std::rc::Rc;

use super::{Frame, Interp, Key, Scope, ScopeKind, Stop, Value, branch::join};
use crate::ir::{Language, MapItem, Pattern, PatternItem, Sym};

impl Interp<'_> {
    /// Binds `value` to `target`. `declare` is for `let`, parameters and loop
    /// variables.
    pub(crate) fn assign(
        &mut self,
        frame: &Frame,
        target: &Pattern,
        value: Value,
        declare: bool,
    ) -> Result<(), Stop> {
        self.step()?;
        match target {
            Pattern::Name(sym) => {
                let name = frame.name(*sym);
                if !declare
                    && frame.unit.unit.language == Language::JavaScript
                    && frame.scope.holder(name).is_none()
                {
                    let name = self.names.text(name);
                    self.set_global(&name, &value)?;
                }
                self.assign_name(frame, *sym, value, declare);
                Ok(())
            }
            Pattern::Member(object, name) => {
                let object = self.eval(frame, *object)?;
                let name = self.names.text(frame.name(*name));
                self.set_member(&object, &name, value)
            }
            Pattern::Index(object, index) => {
                let object = self.eval(frame, *object)?;
                let index = self.eval(frame, *index)?;
                self.set_index(&object, &index, value)
            }
            Pattern::List(items) => self.assign_list(frame, items, &value, declare),
            Pattern::Map(items) => self.assign_map(frame, items, &value, declare),
            Pattern::Ignore => Ok(()),
        }
    }

    fn assign_name(&mut self, frame: &Frame, sym: Sym, value: Value, declare: bool) {
        let name = frame.name(sym);
        let language = frame.unit.unit.language;
        let blocks = matches!(
            language,
            Language::JavaScript | Language::CSharp | Language::Rust
        );
        let scope = match (blocks, declare) {
            (true, true) => frame.scope.clone(),
            (true, false) => frame
                .scope
                .holder(name)
                .unwrap_or_else(|| frame.scope.top()),
            (false, _) => self.owner(frame, name, language),
        };
        self.set_var(&scope, name, value);
    }

    /// The scope that an assignment without blocks goes to.
    fn owner(&mut self, frame: &Frame, name: super::Name, language: Language) -> Rc<Scope> {
        if matches!(language, Language::Shell | Language::Batch) {
            return frame.scope.top();
        }
        let function = frame.scope.function();
        if function.outer.borrow().contains(&name) {
            return function
                .parent
                .as_ref()
                .and_then(|parent| parent.holder(name))
                .unwrap_or_else(|| frame.scope.top());
        }
        if function.kind == ScopeKind::Closure {
            // A block of Ruby changes variables around it that are there.
            let mut scope = function.clone();
            loop {
                if scope.vars.borrow().contains_key(&name) {
                    return scope;
                }
                match &scope.parent {
                    Some(parent) if scope.kind != ScopeKind::Function => scope = parent.clone(),
                    _ => return function,
                }
            }
        }
        function
    }

    fn assign_list(
        &mut self,
        frame: &Frame,
        items: &[Option<PatternItem>],
        value: &Value,
        declare: bool,
    ) -> Result<(), Stop> {
        let walked = self.walk(value, false);
        let after = items
            .iter()
            .position(|item| item.as_ref().is_some_and(|item| item.rest))
            .map_or(0, |at| items.len() - at - 1);
        let mut at = 0;
        for item in items {
            let Some(item) = item else {
                at += 1;
                continue;
            };
            let found = if item.rest {
                let end = walked.known.len().saturating_sub(after).max(at);
                let list = Value::list(walked.known.get(at..end).unwrap_or_default().to_vec());
                if let Value::List(list) = &list {
                    *list.rest.borrow_mut() = walked.rest.clone();
                }
                at = end;
                list
            } else {
                let found = walked.known.get(at).or(walked.rest.as_ref()).cloned();
                at += 1;
                match (found, item.default) {
                    (Some(value), _) if !matches!(value, Value::Undefined) => value,
                    (_, Some(default)) => self.eval(frame, default)?,
                    (found, None) => found.unwrap_or_default(),
                }
            };
            self.assign(frame, &item.pattern, found, declare)?;
        }
        Ok(())
    }

    fn assign_map(
        &mut self,
        frame: &Frame,
        items: &[MapItem],
        value: &Value,
        declare: bool,
    ) -> Result<(), Stop> {
        for item in items {
            let found = match item.key {
                Some(key) => {
                    let key = self.names.text(frame.name(key));
                    let missing = matches!(value, Value::Map(map) if map.get(&key).is_none() && map.rest.borrow().is_none());
                    match (missing, item.default) {
                        (true, Some(default)) => self.eval(frame, default)?,
                        (true, None) => Value::Undefined,
                        (false, default) => {
                            let found = self.member(value, &key);
                            match default {
                                Some(default) if !found.is_known() => {
                                    let default = self.eval(frame, default)?;
                                    join(&found, &default)
                                }
                                _ => found,
                            }
                        }
                    }
                }
                None => value.clone(),
            };
            self.assign(frame, &item.pattern, found, declare)?;
        }
        Ok(())
    }

    /// A function of the outside is replaced (`fetch = …`).
    fn set_global(&mut self, name: &str, value: &Value) -> Result<(), Stop> {
        let qualified = format!("{name}=");
        self.set_outside(&qualified, &Value::api(name), value)
    }

    /// `object.name = value`.
    pub(crate) fn set_member(
        &mut self,
        object: &Value,
        name: &str,
        value: Value,
    ) -> Result<(), Stop> {
        match object {
            Value::Instance(instance) => {
                let value = match (self.open_branches, instance.field(name)) {
                    (1.., Some(before)) => join(&before, &value),
                    _ => value,
                };
                instance.fields.set(name, value);
            }
            Value::Class(class) => class.members.set(name, value),
            Value::Map(map) => {
                if self.builtins().is_global(object) {
                    self.set_global(name, &value)?;
                }
                map.set(name, value);
            }
            Value::Function(closure) => closure.props.set(name, value),
            Value::List(list) if name == "length" => {
                if let Some(length) = value.as_int().and_then(|l| usize::try_from(l).ok()) {
                    list.items.borrow_mut().truncate(length);
                }
            }
            Value::Unknown(unknown) => {
                if let Some(handle) = &unknown.handle {
                    handle.flows.set(handle.flows.get().union(value.flows()));
                    let mut fields = handle.fields.borrow_mut();
                    if fields.len() < 64 {
                        fields.push((name.into(), value.clone()));
                    }
                }
                for alternative in unknown.alternatives.clone().iter().take(4) {
                    if alternative.is_known() {
                        self.set_member(alternative, name, value.clone())?;
                    }
                }
                if let Some(api) = &unknown.api {
                    let qualified = format!("{api}.{name}=");
                    self.set_outside(&qualified, object, &value)?;
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// `object[index] = value`.
    pub(crate) fn set_index(
        &mut self,
        object: &Value,
        index: &Value,
        value: Value,
    ) -> Result<(), Stop> {
        match object {
            Value::List(list) => {
                let length = list.items.borrow().len() as i64;
                match index.as_int() {
                    Some(at) => {
                        let at = if at < 0 { at + length } else { at };
                        // Gaps beyond this are a mistake or an attack.
                        if let Ok(at) = usize::try_from(at) {
                            let mut items = list.items.borrow_mut();
                            if at < items.len() + 65_536 {
                                if at >= items.len() {
                                    self.fuel =
                                        self.fuel.saturating_sub((at - items.len()) as u32 / 16);
                                    items.resize(at + 1, Value::Undefined);
                                }
                                let old =
                                    items.get_mut(at).map(|slot| std::mem::replace(slot, value));
                                drop(items);
                                drop(old);
                            }
                        }
                    }
                    None => {
                        let rest = list.rest.borrow().clone();
                        let all = rest.map_or(value.clone(), |rest| join(&rest, &value));
                        *list.rest.borrow_mut() = Some(all);
                    }
                }
            }
            Value::Map(map) => match index.to_key() {
                Some(Key::Int(i)) if self.language() == Language::JavaScript => {
                    map.set(&i.to_string(), value);
                }
                Some(key) => map.set_key(key, value),
                None => {
                    let rest = map.rest.borrow().clone();
                    let all = rest.map_or(value.clone(), |rest| join(&rest, &value));
                    *map.rest.borrow_mut() = Some(all);
                }
            },
            Value::Unknown(unknown) => match index.as_str() {
                // Python's `globals()["x"] = y`.
                Some(name) if unknown.api.as_deref() == Some("globals()") => {
                    let name = self.names.intern(name);
                    if let Some(scope) = self.scope.clone() {
                        self.set_var(&scope.top(), name, value);
                    }
                }
                Some(name) => {
                    let name = name.to_owned();
                    return self.set_member(object, &name, value);
                }
                None => {
                    if let Some(handle) = &unknown.handle {
                        handle.flows.set(handle.flows.get().union(value.flows()));
                    }
                }
            },
            _ => {
                if let Some(name) = index.as_str() {
                    let name = name.to_owned();
                    return self.set_member(object, &name, value);
                }
            }
        }
        Ok(())
    }

    /// The present value of what a pattern names.
    pub(crate) fn read_pattern(&mut self, frame: &Frame, target: &Pattern) -> Result<Value, Stop> {
        Ok(match target {
            Pattern::Name(sym) => frame
                .scope
                .get(frame.name(*sym))
                .unwrap_or_else(Value::anything),
            Pattern::Member(object, name) => {
                let object = self.eval(frame, *object)?;
                let name = self.names.text(frame.name(*name));
                self.member(&object, &name)
            }
            Pattern::Index(object, index) => {
                let object = self.eval(frame, *object)?;
                let index = self.eval(frame, *index)?;
                self.index(&object, &index)
            }
            _ => Value::anything(),
        })
    }
}
