//! Methods of lists and maps.

use std::rc::Rc;

use super::functions;
use crate::{
    builtins::ops,
    interp::{Call, Interp, Key, List, ListKind, Map, Value},
};

/// Most elements of a list that grows.
const ELEMENTS: usize = 1 << 20;

pub(super) fn list(it: &mut Interp<'_>, list: &Rc<List>, name: &str, call: &Call) -> Option<Value> {
    let this = || Value::List(list.clone());
    match name {
        "append" | "add" | "appendleft" => {
            let value = call.arg(0)?.clone();
            let mut items = list.items.borrow_mut();
            if items.len() < ELEMENTS {
                if name == "appendleft" {
                    items.insert(0, value);
                } else {
                    items.push(value);
                }
            }
            Some(Value::Null)
        }
        "extend" | "update" => {
            let (known, rest) = functions::walk(it, call.arg(0)?);
            it.charge(known.len() * 64);
            let mut items = list.items.borrow_mut();
            if items.len() + known.len() < ELEMENTS {
                items.extend(known);
            }
            drop(items);
            if rest.is_some() {
                *list.rest.borrow_mut() = rest;
            }
            Some(Value::Null)
        }
        "insert" => {
            let at = call.arg(0)?.as_int()?;
            let mut items = list.items.borrow_mut();
            let length = items.len() as i64;
            let at = (if at < 0 { at + length } else { at }).clamp(0, length) as usize;
            items.insert(at, call.arg(1)?.clone());
            Some(Value::Null)
        }
        "pop" | "popleft" => {
            let mut items = list.items.borrow_mut();
            let length = items.len() as i64;
            let at = match call.arg(0) {
                Some(at) => at.as_int()?,
                None if name == "popleft" => 0,
                None => length - 1,
            };
            let at = usize::try_from(if at < 0 { at + length } else { at }).ok()?;
            (at < items.len()).then(|| items.remove(at))
        }
        "remove" => {
            let value = call.arg(0)?;
            let mut items = list.items.borrow_mut();
            if let Some(at) = items
                .iter()
                .position(|item| ops::equal(item, value) == Some(true))
            {
                items.remove(at);
            }
            Some(Value::Null)
        }
        "reverse" => {
            list.items.borrow_mut().reverse();
            let facts = list.facts.borrow().decoded("reverse");
            *list.facts.borrow_mut() = facts;
            Some(Value::Null)
        }
        "sort" => {
            let sorted = super::sequence::sorted(it, &this(), call)?;
            if let Value::List(sorted) = sorted {
                let items = sorted.items.borrow().clone();
                *list.items.borrow_mut() = items;
            }
            Some(Value::Null)
        }
        "index" => {
            let value = call.arg(0)?;
            let items = list.items.borrow();
            let at = items
                .iter()
                .position(|item| ops::equal(item, value) == Some(true))?;
            Some(Value::Int(at as i64))
        }
        "count" => {
            let value = call.arg(0)?;
            let items = list.items.borrow();
            Some(Value::Int(
                items
                    .iter()
                    .filter(|item| ops::equal(item, value) == Some(true))
                    .count() as i64,
            ))
        }
        "copy" => {
            let copy = List::of(list.items.borrow().clone(), list.kind.get());
            *copy.rest.borrow_mut() = list.rest.borrow().clone();
            Some(Value::List(Rc::new(copy)))
        }
        "clear" => {
            list.items.borrow_mut().clear();
            Some(Value::Null)
        }
        "decode" | "hex" if list.kind.get() == ListKind::ByteArray => {
            let bytes = Value::bytes(this().to_bytes()?, list.facts.borrow().clone());
            super::text::method(it, &bytes, name, call)
        }
        "__len__" => Some(functions::length(&this())),
        "__getitem__" => Some(it.index(&this(), call.arg(0)?)),
        "__contains__" => None,
        _ => None,
    }
}

pub(super) fn map(it: &mut Interp<'_>, map: &Rc<Map>, name: &str, call: &Call) -> Option<Value> {
    let list = |values: Vec<Value>, rest: Option<Value>| {
        let list = List::of(values, ListKind::List);
        *list.rest.borrow_mut() = rest;
        Some(Value::List(Rc::new(list)))
    };
    let key_value = |key: &Key| match key {
        Key::Str(text) => Value::from(&**text),
        Key::Int(i) => Value::Int(*i),
        Key::Bytes(b) => Value::bytes(b.clone(), Default::default()),
        Key::Null => Value::Null,
    };
    match name {
        "get" | "setdefault" | "pop" => {
            let key = call.arg(0)?;
            match key.to_key() {
                Some(key) => match map.get_key(&key) {
                    Some(value) => {
                        if name == "pop" {
                            map.entries.borrow_mut().shift_remove(&key);
                        }
                        Some(value)
                    }
                    None => {
                        if let Some(rest) = map.rest.borrow().clone() {
                            return Some(rest);
                        }
                        let default = call.arg(1).cloned().unwrap_or(Value::Null);
                        if name == "setdefault" {
                            map.set_key(key, default.clone());
                        }
                        Some(default)
                    }
                },
                None => Some(it.index(&Value::Map(map.clone()), key)),
            }
        }
        "items" => {
            let pairs = map
                .entries
                .borrow()
                .iter()
                .map(|(key, value)| Value::tuple(vec![key_value(key), value.clone()]))
                .collect();
            let rest = map.rest.borrow().clone();
            let rest = rest.map(|value| Value::tuple(vec![Value::unknown(value.facts()), value]));
            list(pairs, rest)
        }
        "keys" => {
            let keys = map.entries.borrow().keys().map(key_value).collect();
            let rest = map
                .rest
                .borrow()
                .as_ref()
                .map(|value| Value::unknown(value.facts()));
            list(keys, rest)
        }
        "values" => {
            let values = map.entries.borrow().values().cloned().collect();
            let rest = map.rest.borrow().clone();
            list(values, rest)
        }
        "update" => {
            match call.arg(0) {
                Some(Value::Map(other)) if !Rc::ptr_eq(map, other) => {
                    let entries = other.entries.borrow().clone();
                    for (key, value) in entries {
                        map.set_key(key, value);
                    }
                }
                Some(other) => *map.rest.borrow_mut() = Some(Value::unknown(other.facts())),
                None => {}
            }
            for (name, value) in &call.named {
                map.set(name, value.clone());
            }
            Some(Value::Null)
        }
        "copy" => {
            let copy = Value::map(map.entries.borrow().clone());
            if let Value::Map(copy) = &copy {
                *copy.rest.borrow_mut() = map.rest.borrow().clone();
            }
            Some(copy)
        }
        "__getitem__" => Some(it.index(&Value::Map(map.clone()), call.arg(0)?)),
        _ => None,
    }
}
