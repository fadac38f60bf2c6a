//! Methods of arrays, typed arrays and buffers.

use std::rc::Rc;

use super::coerce::{number, text as text_of, truthy};
use crate::{
    builtins::ops,
    interp::{Call, Interp, List, ListKind, Value},
};

/// A position as `slice` and `splice` take it.
fn position(call: &Call, at: usize, length: usize, missing: usize) -> Option<usize> {
    match call.arg(at) {
        None | Some(Value::Undefined) => Some(missing),
        Some(value) => {
            let n = number(value)?;
            let n = if n.is_nan() {
                0
            } else {
                n.clamp(-1e15, 1e15) as i64
            };
            let n = if n < 0 {
                (n + length as i64).max(0)
            } else {
                n.min(length as i64)
            };
            usize::try_from(n).ok()
        }
    }
}

fn like(list: &List, items: Vec<Value>) -> Value {
    let made = List::of(items, list.kind.get());
    *made.rest.borrow_mut() = list.rest.borrow().clone();
    *made.facts.borrow_mut() = list.facts.borrow().clone();
    Value::List(Rc::new(made))
}

/// A method of a list.
pub(super) fn method(
    it: &mut Interp<'_>,
    list: &Rc<List>,
    name: &str,
    call: &Call,
) -> Option<Value> {
    let whole = list.rest.borrow().is_none();
    match name {
        "push" | "add" | "unshift" => {
            it.charge(call.args.len() * 64);
            if name == "add" {
                // A set has each value once.
                let value = call.arg(0).cloned().unwrap_or_default();
                let there = list
                    .items
                    .borrow()
                    .iter()
                    .take(4096)
                    .any(|item| item.same(&value) == Some(true));
                if !there {
                    list.items.borrow_mut().push(value);
                }
                return Some(Value::List(list.clone()));
            }
            if let Some(rest) = &call.rest {
                let all = it.any_of(std::slice::from_ref(rest), list.rest.borrow().clone());
                *list.rest.borrow_mut() = Some(all);
            }
            let mut items = list.items.borrow_mut();
            if name == "push" {
                items.extend(call.args.iter().cloned());
            } else {
                items.splice(0..0, call.args.iter().cloned());
            }
            Some(Value::Int(items.len() as i64))
        }
        "pop" | "shift" => {
            let mut items = list.items.borrow_mut();
            let value = match (name, items.is_empty()) {
                (_, true) => None,
                ("pop", _) => items.pop(),
                _ => Some(items.remove(0)),
            };
            drop(items);
            Some(
                value
                    .or_else(|| list.rest.borrow().clone())
                    .unwrap_or_default(),
            )
        }
        "splice" => {
            let length = list.items.borrow().len();
            let start = position(call, 0, length, 0)?;
            let count = match call.arg(1) {
                None => length,
                Some(value) => number(value)?.max(0.0) as usize,
            };
            let end = start.saturating_add(count).min(length);
            let more: Vec<Value> = call.args.get(2..).unwrap_or_default().to_vec();
            let removed: Vec<Value> = list.items.borrow_mut().splice(start..end, more).collect();
            Some(Value::list(removed))
        }
        "slice" | "subarray" => {
            let items = list.items.borrow();
            let start = position(call, 0, items.len(), 0)?;
            let end = position(call, 1, items.len(), items.len())?;
            it.charge(end.saturating_sub(start) * 32);
            Some(like(
                list,
                items
                    .get(start..end.max(start))
                    .unwrap_or_default()
                    .to_vec(),
            ))
        }
        "concat" => {
            let mut items = list.items.borrow().clone();
            let mut rest = list.rest.borrow().clone();
            for arg in &call.args {
                match arg {
                    Value::List(other) => {
                        items.extend(other.items.borrow().iter().cloned());
                        rest = rest.or_else(|| other.rest.borrow().clone());
                    }
                    other => items.push(other.clone()),
                }
            }
            it.charge(items.len() * 32);
            let made = Value::list(items);
            if let Value::List(made) = &made {
                *made.rest.borrow_mut() = rest;
            }
            Some(made)
        }
        "join" | "toString" | "toLocaleString" => {
            if list.kind.get() == ListKind::ByteArray && name == "toString" {
                return super::buffer::to_text(it, &Value::List(list.clone()), call.arg(0));
            }
            let separator = match call.arg(0) {
                Some(value) if name == "join" && !matches!(value, Value::Undefined) => {
                    value.clone()
                }
                _ => Value::from(","),
            };
            let items = list.items.borrow().clone();
            it.charge(items.len() * 16);
            let mut values = Vec::with_capacity(items.len() * 2);
            for (i, item) in items
                .into_iter()
                .chain(list.rest.borrow().clone())
                .enumerate()
            {
                if i > 0 {
                    values.push(separator.clone());
                }
                values.push(match item {
                    Value::Undefined | Value::Null => Value::from(""),
                    other => other,
                });
            }
            let facts = list.facts.borrow().clone();
            Some(ops::join(&values, text_of, it.limits().text).with_facts(&facts))
        }
        "reverse" | "toReversed" => {
            let facts = list.facts.borrow().decoded("reverse");
            let mut items = list.items.borrow().clone();
            it.charge(items.len() * 16);
            items.reverse();
            if items.iter().all(|item| matches!(item, Value::Str(_))) {
                *list.facts.borrow_mut() = facts;
            }
            if name == "toReversed" {
                return Some(like(list, items));
            }
            *list.items.borrow_mut() = items;
            Some(Value::List(list.clone()))
        }
        "indexOf" | "lastIndexOf" | "includes" | "has" => {
            let what = call.arg(0)?;
            let items = list.items.borrow();
            let mut open = !whole;
            let mut found = None;
            for (at, item) in items.iter().enumerate() {
                match item.same(what) {
                    Some(true) => {
                        found = Some(at);
                        if name != "lastIndexOf" {
                            break;
                        }
                    }
                    Some(false) => {}
                    None => open = true,
                }
            }
            it.charge(items.len() * 8);
            match (found, open) {
                (None, true) => None,
                (found, _) if matches!(name, "includes" | "has") => {
                    Some(Value::Bool(found.is_some()))
                }
                (found, _) => Some(Value::Int(found.map_or(-1, |at| at as i64))),
            }
        }
        "fill" => {
            let length = list.items.borrow().len();
            let start = position(call, 1, length, 0)?;
            let end = position(call, 2, length, length)?;
            let value = call.arg(0).cloned().unwrap_or_default();
            for slot in list.items.borrow_mut().get_mut(start..end.max(start))? {
                *slot = value.clone();
            }
            Some(Value::List(list.clone()))
        }
        "at" => {
            let items = list.items.borrow();
            let at = number(call.arg(0)?)? as i64;
            let at = if at < 0 { at + items.len() as i64 } else { at };
            let found = usize::try_from(at)
                .ok()
                .and_then(|at| items.get(at))
                .cloned();
            Some(
                found
                    .or_else(|| list.rest.borrow().clone())
                    .unwrap_or_default(),
            )
        }
        "flat" => {
            let mut out = Vec::new();
            for item in list.items.borrow().iter() {
                match item {
                    Value::List(inner) => out.extend(inner.items.borrow().iter().cloned()),
                    other => out.push(other.clone()),
                }
            }
            it.charge(out.len() * 32);
            Some(like(list, out))
        }
        "entries" if list.items.borrow().is_empty() && whole => {
            Some(Value::api(super::ARRAY_ITERATOR))
        }
        "entries" => Some(Value::list(
            list.items
                .borrow()
                .iter()
                .enumerate()
                .map(|(i, item)| Value::list(vec![Value::Int(i as i64), item.clone()]))
                .collect(),
        )),
        "keys" => Some(Value::list(
            (0..list.items.borrow().len() as i64)
                .map(Value::Int)
                .collect(),
        )),
        "values" => Some(Value::List(list.clone())),
        "set" if list.kind.get() == ListKind::ByteArray => {
            let Value::List(from) = call.arg(0)? else {
                return None;
            };
            let at = call.arg(1).and_then(number).unwrap_or(0.0).max(0.0) as usize;
            let from = from.items.borrow().clone();
            let mut items = list.items.borrow_mut();
            for (slot, value) in items.get_mut(at..)?.iter_mut().zip(from) {
                *slot = value;
            }
            Some(Value::Undefined)
        }
        "sort" | "toSorted" => sort(it, list, name, call.arg(0)),
        "readUInt8" | "readInt8" => {
            let at = call.arg(0).and_then(number).unwrap_or(0.0) as usize;
            list.items.borrow().get(at).cloned()
        }
        "map" | "filter" | "forEach" | "some" | "every" | "find" | "findIndex" | "findLast"
        | "flatMap" | "reduce" | "reduceRight" => visit(it, list, name, call),
        _ => None,
    }
}

fn sort(
    it: &mut Interp<'_>,
    list: &Rc<List>,
    name: &str,
    compare: Option<&Value>,
) -> Option<Value> {
    let mut items = list.items.borrow().clone();
    it.charge(items.len() * 64);
    match compare {
        None | Some(Value::Undefined) => {
            let mut keyed: Vec<(String, Value)> = items
                .into_iter()
                .map(|item| text_of(&item).map(|t| (t, item)))
                .collect::<Option<_>>()?;
            keyed.sort_by(|a, b| a.0.cmp(&b.0));
            items = keyed.into_iter().map(|(_, item)| item).collect();
        }
        Some(compare) => {
            if items.len() > 2000 || items.len() as u32 > it.fuel_left() / 64 {
                return Some(Value::List(list.clone()));
            }
            // A comparison that is not known leaves the order as it is.
            let compare = compare.clone();
            for end in 1..items.len() {
                let mut at = end;
                while at > 0 {
                    let pair = vec![items.get(at - 1)?.clone(), items.get(at)?.clone()];
                    let order = it.invoke(&compare, pair);
                    if it.fuel_left() == 0 || number(&order).is_none_or(|n| n.is_nan() || n <= 0.0)
                    {
                        break;
                    }
                    items.swap(at - 1, at);
                    at -= 1;
                }
            }
        }
    }
    if name == "toSorted" {
        return Some(like(list, items));
    }
    *list.items.borrow_mut() = items;
    Some(Value::List(list.clone()))
}

/// Methods that call a function for each element.
fn visit(it: &mut Interp<'_>, list: &Rc<List>, name: &str, call: &Call) -> Option<Value> {
    let function = call.arg(0)?.clone();
    let object = Value::List(list.clone());
    let items = list.items.borrow().clone();
    let rest = list.rest.borrow().clone();
    if name.starts_with("reduce") {
        let mut items: Vec<(usize, Value)> = items.into_iter().enumerate().collect();
        if name == "reduceRight" {
            items.reverse();
        }
        let mut items = items.into_iter();
        let mut value = match call.args.get(1) {
            Some(value) => value.clone(),
            None => match items.next() {
                Some((_, value)) => value,
                None => rest.clone().unwrap_or_default(),
            },
        };
        for (at, item) in items {
            value = it.invoke(
                &function,
                vec![value, item, Value::Int(at as i64), object.clone()],
            );
            if it.fuel_left() == 0 {
                return None;
            }
        }
        if let Some(rest) = rest {
            let next = it.invoke(
                &function,
                vec![value.clone(), rest, Value::anything(), object],
            );
            value = it.any_of(&[value, next], None);
        }
        return Some(value);
    }
    let mut out = Vec::new();
    let mut more = None;
    let count = items.len();
    let all = items
        .into_iter()
        .map(Some)
        .chain(rest.into_iter().map(|_| None));
    for (at, item) in all.enumerate() {
        let known = item.is_some();
        let item = match item {
            Some(item) => item,
            None => list.rest.borrow().clone().unwrap_or_default(),
        };
        let result = it.invoke(
            &function,
            vec![
                item.clone(),
                Value::Int(at.min(count) as i64),
                object.clone(),
            ],
        );
        if it.fuel_left() == 0 {
            return None;
        }
        let truth = truthy(&result);
        match name {
            "map" if known => out.push(result),
            "map" => more = Some(result),
            "flatMap" => match result {
                Value::List(inner) => out.extend(inner.items.borrow().iter().cloned()),
                other => out.push(other),
            },
            "filter" => match (truth, known) {
                (Some(true), true) => out.push(item),
                (Some(false), _) => {}
                _ => more = Some(it.any_of(&[item], more)),
            },
            "some" if truth == Some(true) && known => return Some(Value::Bool(true)),
            "every" if truth == Some(false) && known => return Some(Value::Bool(false)),
            "find" | "findLast" if truth == Some(true) && known => return Some(item),
            "findIndex" if truth == Some(true) && known => return Some(Value::Int(at as i64)),
            "some" | "every" | "find" | "findLast" | "findIndex" if truth.is_none() => {
                more = Some(item)
            }
            _ => {}
        }
    }
    match name {
        "map" | "filter" | "flatMap" => {
            let made = List::of(
                out,
                if name == "flatMap" {
                    ListKind::List
                } else {
                    list.kind.get()
                },
            );
            *made.rest.borrow_mut() = more;
            *made.facts.borrow_mut() = list.facts.borrow().clone();
            Some(Value::List(Rc::new(made)))
        }
        "forEach" => Some(Value::Undefined),
        "find" | "findLast" => Some(more.unwrap_or_default()),
        _ if more.is_some() => Some(Value::anything()),
        "findIndex" => Some(Value::Int(-1)),
        "some" => Some(Value::Bool(false)),
        _ => Some(Value::Bool(true)),
    }
}

/// `Array.from(x, map)`.
pub(super) fn from(it: &mut Interp<'_>, call: &Call) -> Option<Value> {
    let source = call.arg(0)?.clone();
    let list = match &source {
        Value::Map(map) => {
            // `{ length: n }`
            let length = map.get("length").and_then(|l| number(&l))?;
            if !(0.0..=65_536.0).contains(&length) {
                return None;
            }
            Value::list(vec![Value::Undefined; length as usize])
        }
        other => {
            let walked = it.walk(other, false);
            let list = Value::list(walked.known);
            if let Value::List(list) = &list {
                *list.rest.borrow_mut() = walked.rest;
            }
            list
        }
    };
    match (call.args.get(1), &list) {
        (Some(function), Value::List(items)) => {
            let call = Call::of(vec![function.clone()]);
            visit(it, items, "map", &call)
        }
        _ => Some(list),
    }
}
