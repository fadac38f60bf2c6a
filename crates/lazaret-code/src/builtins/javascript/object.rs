//! Objects, maps, JSON, reflection.

use std::rc::Rc;

use super::coerce::{number, text as text_of};
use crate::{
    builtins::ops,
    interp::{Call, Facts, Interp, Key, Map, Value},
    lower::javascript::GETTER,
};

/// Entries of a JavaScript `Map` stand in an object with this mark.
pub(super) const COLLECTION: &str = "\u{0}map";

/// What an object takes its other members from.
pub(super) const PROTOTYPE: &str = "\u{0}prototype";

/// A member of the objects that `map` takes its members from.
pub(super) fn inherited(it: &mut Interp<'_>, map: &Rc<Map>, name: &str) -> Option<Value> {
    let mut prototype = map.get(PROTOTYPE);
    for _ in 0..16 {
        match prototype? {
            Value::Map(next) => {
                if let Some(value) = next.get(name) {
                    return Some(value);
                }
                prototype = next.get(PROTOTYPE);
            }
            // A class, an outside object.
            Value::Class(class) => return class.member(name),
            Value::Unknown(unknown) => {
                if unknown.api.is_some() {
                    return Some(it.member(&Value::Unknown(unknown), name));
                }
                // One of several: no further than their own members.
                return unknown.alternatives.iter().find_map(|value| match value {
                    Value::Map(map) => map.get(name),
                    Value::Class(class) => class.member(name),
                    _ => None,
                });
            }
            _ => return None,
        }
    }
    None
}

fn visible(key: &Key) -> Option<Rc<str>> {
    match key {
        Key::Str(name) => match name.strip_prefix(GETTER) {
            Some(getter) => Some(getter.into()),
            None if name.starts_with('\u{0}') => None,
            None => Some(name.clone()),
        },
        Key::Int(i) => Some(i.to_string().into()),
        _ => None,
    }
}

/// Names and values of an object, and what further values look like.
type Properties = (Vec<(Rc<str>, Value)>, Option<Value>);

/// Names and values of an object, getters run.
fn entries(it: &mut Interp<'_>, value: &Value) -> Option<Properties> {
    match value {
        Value::Map(map) => {
            let found: Vec<(Rc<str>, bool, Value)> = map
                .entries
                .borrow()
                .iter()
                .filter_map(|(key, value)| {
                    let getter = matches!(key, Key::Str(name) if name.starts_with(GETTER));
                    visible(key).map(|name| (name, getter, value.clone()))
                })
                .collect();
            let rest = map.rest.borrow().clone();
            let found = found
                .into_iter()
                .map(|(name, getter, entry)| {
                    let entry = if getter {
                        get(it, value, &entry)
                    } else {
                        entry
                    };
                    (name, entry)
                })
                .collect();
            Some((found, rest))
        }
        Value::List(list) => {
            let items = list.items.borrow();
            let found = items
                .iter()
                .enumerate()
                .map(|(i, v)| (i.to_string().into(), v.clone()))
                .collect();
            Some((found, list.rest.borrow().clone()))
        }
        _ => None,
    }
}

/// Runs a getter.
pub(super) fn get(it: &mut Interp<'_>, object: &Value, getter: &Value) -> Value {
    it.invoke_with(
        getter,
        Call {
            this: Some(object.clone()),
            ..Call::default()
        },
    )
}

/// `Object.…`.
pub(super) fn of_object(it: &mut Interp<'_>, name: &str, call: &Call) -> Option<Value> {
    let first = call.arg(0).cloned().unwrap_or_default();
    match name {
        "keys" | "getOwnPropertyNames" | "values" | "entries" => {
            let (found, rest) = entries(it, &first)?;
            let one = |(key, value): (Rc<str>, Value)| match name {
                "values" => value,
                "entries" => Value::list(vec![Value::from(&*key), value]),
                _ => Value::from(&*key),
            };
            let list = Value::list(found.into_iter().map(one).collect());
            if let Value::List(list) = &list {
                *list.rest.borrow_mut() = rest.map(|rest| match name {
                    "entries" => Value::list(vec![Value::anything(), rest]),
                    "values" => rest,
                    _ => Value::unknown(rest.facts()),
                });
            }
            Some(list)
        }
        "assign" => {
            for source in call.args.get(1..).unwrap_or_default() {
                match (&first, entries(it, source)) {
                    (Value::Map(map), Some((found, rest))) => {
                        for (key, value) in found {
                            map.set(&key, value);
                        }
                        if rest.is_some() {
                            *map.rest.borrow_mut() = rest;
                        }
                    }
                    (Value::Map(map), None) if !source.is_known() => {
                        *map.rest.borrow_mut() = Some(source.clone());
                    }
                    _ => {}
                }
            }
            Some(first)
        }
        "defineProperty" => {
            let (Some(key), Some(Value::Map(descriptor))) =
                (call.arg(1).and_then(text_of), call.arg(2))
            else {
                return Some(first);
            };
            define(it, &first, &key, descriptor);
            Some(first)
        }
        "defineProperties" => {
            if let Some(Value::Map(all)) = call.arg(1) {
                let all: Vec<(Key, Value)> = all
                    .entries
                    .borrow()
                    .iter()
                    .map(|(k, v)| (k.clone(), v.clone()))
                    .collect();
                for (key, descriptor) in all {
                    if let (Key::Str(name), Value::Map(descriptor)) = (key, descriptor) {
                        define(it, &first, &name, &descriptor);
                    }
                }
            }
            Some(first)
        }
        "fromEntries" => {
            let walked = it.walk(&first, false);
            let made = Value::map([]);
            if let Value::Map(map) = &made {
                for pair in walked.known {
                    let Value::List(pair) = &pair else { continue };
                    if let [key, value] = pair.items.borrow().as_slice()
                        && let Some(key) = text_of(key)
                    {
                        map.set(&key, value.clone());
                    }
                }
                *map.rest.borrow_mut() = walked.rest;
            }
            Some(made)
        }
        "create" => {
            let made = match &first {
                Value::Map(_) | Value::Class(_) | Value::Unknown(_) => {
                    Value::map([(Key::Str(PROTOTYPE.into()), first)])
                }
                _ => Value::map([]),
            };
            Some(made)
        }
        "freeze" | "seal" | "preventExtensions" => Some(first),
        "setPrototypeOf" => {
            if let (Value::Map(map), Some(prototype)) = (&first, call.arg(1)) {
                map.set(PROTOTYPE, prototype.clone());
            }
            Some(first)
        }
        "getOwnPropertyDescriptor" => {
            let key = call.arg(1).and_then(text_of)?;
            let value = it.member(&first, &key);
            Some(Value::map([(Key::Str("value".into()), value)]))
        }
        "is" => first.same(call.arg(1)?).map(Value::Bool),
        _ => None,
    }
}

fn define(it: &mut Interp<'_>, object: &Value, key: &str, descriptor: &Rc<Map>) {
    if let Some(value) = descriptor.get("value") {
        let _ = it.set_member(object, key, value);
    } else if let Some(getter) = descriptor.get("get")
        && let Value::Map(map) = object
    {
        map.set(&format!("{GETTER}{key}"), getter);
    }
}

/// Methods of objects; those of `Map`s too.
pub(super) fn method(
    it: &mut Interp<'_>,
    object: &Value,
    map: &Rc<Map>,
    name: &str,
    call: &Call,
) -> Option<Value> {
    match name {
        "hasOwnProperty" | "propertyIsEnumerable" => {
            let key = text_of(call.arg(0)?)?;
            let there = map.get(&key).is_some() || map.get(&format!("{GETTER}{key}")).is_some();
            return (there || map.rest.borrow().is_none()).then_some(Value::Bool(there));
        }
        "toString" | "toLocaleString" => return Some(Value::from("[object Object]")),
        "valueOf" => return Some(object.clone()),
        _ => {}
    }
    map.get(COLLECTION)?;
    match name {
        "get" | "has" | "delete" => {
            let Some(key) = call.arg(0).and_then(text_of) else {
                let values: Vec<Value> = map
                    .entries
                    .borrow()
                    .values()
                    .skip(1)
                    .take(16)
                    .cloned()
                    .collect();
                return Some(it.any_of(&values, None));
            };
            let found = map.get(&format!("\u{1}{key}"));
            match name {
                "get" => Some(
                    found
                        .or_else(|| map.rest.borrow().clone())
                        .unwrap_or_default(),
                ),
                _ => Some(Value::Bool(found.is_some())),
            }
        }
        "set" => {
            let value = call.arg(1).cloned().unwrap_or_default();
            match call.arg(0).and_then(text_of) {
                Some(key) => map.set(&format!("\u{1}{key}"), value),
                None => {
                    let rest = map.rest.borrow().clone();
                    let all = it.any_of(&[value], rest);
                    *map.rest.borrow_mut() = Some(all);
                }
            }
            Some(object.clone())
        }
        "forEach" => {
            let values: Vec<Value> = map
                .entries
                .borrow()
                .values()
                .skip(1)
                .take(64)
                .cloned()
                .collect();
            for value in values {
                it.invoke(call.arg(0)?, vec![value, Value::anything()]);
            }
            Some(Value::Undefined)
        }
        _ => None,
    }
}

/// `Reflect.…`.
pub(super) fn reflect(it: &mut Interp<'_>, name: &str, call: &Call) -> Option<Value> {
    let target = call.arg(0)?;
    match name {
        "get" => {
            let key = call.arg(1).cloned().unwrap_or_default();
            Some(it.index(target, &key))
        }
        "set" => {
            let key = text_of(call.arg(1)?)?;
            let _ = it.set_member(target, &key, call.arg(2).cloned().unwrap_or_default());
            Some(Value::Bool(true))
        }
        "apply" | "construct" => {
            let at = if name == "apply" { 2 } else { 1 };
            let args = match call.arg(at) {
                Some(Value::List(list)) => list.items.borrow().clone(),
                _ => Vec::new(),
            };
            let made = Call {
                args,
                this: (name == "apply").then(|| call.arg(1).cloned().unwrap_or_default()),
                construct: name == "construct",
                ..Call::default()
            };
            Some(it.invoke_with(target, made))
        }
        "ownKeys" => of_object(it, "keys", call),
        "has" => {
            let key = call.arg(1)?;
            super::coerce::binary(crate::ir::BinaryOp::In, key, target)
        }
        "defineProperty" => of_object(it, "defineProperty", call),
        _ => None,
    }
}

/// `JSON.parse`.
pub(super) fn parse_json(it: &mut Interp<'_>, call: &Call) -> Option<Value> {
    let value = call.arg(0)?;
    let text = match value {
        Value::Str(s) => s.text.clone(),
        Value::List(_) | Value::Bytes(_) => text_of(value)?.into(),
        _ => return None,
    };
    it.charge(text.len() * 4);
    let parsed: serde_json::Value = serde_json::from_str(&text).ok()?;
    Some(from_json(&parsed, &value.facts()))
}

fn from_json(json: &serde_json::Value, facts: &Facts) -> Value {
    match json {
        serde_json::Value::Null => Value::Null,
        serde_json::Value::Bool(b) => Value::Bool(*b),
        serde_json::Value::Number(n) => n.as_f64().map_or(Value::Int(0), super::coerce::numeric),
        serde_json::Value::String(s) => Value::str(s.as_str(), facts.clone()),
        serde_json::Value::Array(items) => {
            Value::list(items.iter().map(|item| from_json(item, facts)).collect())
        }
        serde_json::Value::Object(map) => Value::map(
            map.iter()
                .map(|(key, item)| (Key::Str(key.as_str().into()), from_json(item, facts))),
        ),
    }
}

/// `JSON.stringify`: unknown parts stay holes.
pub(super) fn stringify(it: &mut Interp<'_>, call: &Call) -> Option<Value> {
    let value = call.arg(0)?;
    let mut parts = Vec::new();
    write_json(value, &mut parts, 6);
    let facts = value.facts();
    it.charge(parts.len() * 32);
    Some(ops::join(&parts, text_of, it.limits().text).with_facts(&facts))
}

fn write_json(value: &Value, parts: &mut Vec<Value>, depth: u8) {
    let quoted = |text: &str| serde_json::to_string(text).unwrap_or_default();
    if parts.len() > 4096 {
        return;
    }
    match value {
        Value::Str(s) => parts.push(Value::str(quoted(&s.text), s.facts.clone())),
        Value::Null | Value::Undefined | Value::Function(_) => parts.push(Value::from("null")),
        Value::List(list) if depth > 0 => {
            parts.push(Value::from("["));
            for (i, item) in list.items.borrow().iter().take(512).enumerate() {
                if i > 0 {
                    parts.push(Value::from(","));
                }
                write_json(item, parts, depth - 1);
            }
            if let Some(rest) = list.rest.borrow().as_ref() {
                parts.push(rest.clone());
            }
            parts.push(Value::from("]"));
        }
        Value::Map(map) if depth > 0 => {
            parts.push(Value::from("{"));
            for (i, (key, item)) in map.entries.borrow().iter().take(512).enumerate() {
                let Some(name) = visible(key) else { continue };
                let comma = if i > 0 { "," } else { "" };
                parts.push(Value::from(format!("{comma}{}:", quoted(&name))));
                write_json(item, parts, depth - 1);
            }
            if let Some(rest) = map.rest.borrow().as_ref() {
                parts.push(rest.clone());
            }
            parts.push(Value::from("}"));
        }
        Value::Unknown(unknown) if !unknown.parts.is_empty() => {
            parts.extend([Value::from("\""), value.clone(), Value::from("\"")]);
        }
        other => parts.push(other.clone()),
    }
}

/// `Math.…`.
pub(super) fn math(name: &str, call: &Call) -> Option<Value> {
    let args: Vec<f64> = call.args.iter().map(number).collect::<Option<_>>()?;
    let x = args.first().copied().unwrap_or(f64::NAN);
    let y = args.get(1).copied().unwrap_or(f64::NAN);
    Some(super::coerce::numeric(match name {
        "floor" => x.floor(),
        "ceil" => x.ceil(),
        "round" => (x + 0.5).floor(),
        "trunc" => x.trunc(),
        "abs" => x.abs(),
        "sqrt" => x.sqrt(),
        "cbrt" => x.cbrt(),
        "pow" => x.powf(y),
        "sign" => {
            if x == 0.0 || x.is_nan() {
                x
            } else {
                x.signum()
            }
        }
        "max" => args.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        "min" => args.iter().copied().fold(f64::INFINITY, f64::min),
        "log" => x.ln(),
        "log2" => x.log2(),
        "log10" => x.log10(),
        "exp" => x.exp(),
        "sin" => x.sin(),
        "cos" => x.cos(),
        "tan" => x.tan(),
        "atan2" => x.atan2(y),
        "imul" => f64::from(super::coerce::word(x).wrapping_mul(super::coerce::word(y))),
        _ => return None,
    }))
}
