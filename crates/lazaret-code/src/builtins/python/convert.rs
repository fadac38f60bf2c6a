//! `str`, `bytes`, `int`.

use std::rc::Rc;

use super::{bytes_of, operators, passed};
use crate::interp::{Call, Facts, Interp, List, ListKind, Part, Unknown, Value};

pub(super) fn text(it: &mut Interp<'_>, call: &Call) -> Value {
    let Some(value) = call.arg(0) else {
        return Value::from("");
    };
    if let (Value::Bytes(b), Some(_)) = (value, call.get(1, "encoding")) {
        return Value::str(String::from_utf8_lossy(&b.data), b.facts.clone());
    }
    match value {
        Value::Str(_) => value.clone(),
        Value::Unknown(unknown) => {
            let mut text = Unknown {
                flows: value.flows(),
                layers: unknown.layers.clone(),
                parts: unknown.parts.clone(),
                alternatives: unknown.alternatives.clone(),
                ..Unknown::default()
            };
            if text.parts.is_empty()
                && text.alternatives.is_empty()
                && let Some(target) = super::paths::target(value)
            {
                text.parts = vec![Part::Text(target)];
            }
            Value::Unknown(Rc::new(text))
        }
        Value::Instance(_) => match it.member(value, "__str__") {
            function @ Value::Bound(_) => it.invoke(&function, Vec::new()),
            _ => Value::unknown(value.facts()),
        },
        other => match operators::text(other) {
            Some(text) => Value::str(text, other.facts()),
            None => Value::unknown(other.facts()),
        },
    }
}

pub(super) fn bytes(it: &mut Interp<'_>, name: &str, call: &Call) -> Option<Value> {
    let wrap = |data: Vec<u8>, facts: Facts| {
        if name != "bytearray" {
            return Value::bytes(data, facts);
        }
        let items = data.iter().map(|b| Value::Int(i64::from(*b))).collect();
        let list = List::of(items, ListKind::ByteArray);
        *list.facts.borrow_mut() = facts;
        Value::List(Rc::new(list))
    };
    Some(match call.arg(0) {
        None => wrap(Vec::new(), Facts::default()),
        Some(Value::Int(count)) => {
            let count = usize::try_from(*count).ok()?;
            if count > it.limits().text {
                return None;
            }
            it.charge(count);
            wrap(vec![0; count], Facts::default())
        }
        Some(value) => match bytes_of(value) {
            Some((data, facts)) => {
                it.charge(data.len());
                // Numbers made into text were hidden there.
                let hidden =
                    matches!(value, Value::List(list) if list.kind.get() != ListKind::ByteArray);
                wrap(
                    data,
                    if hidden {
                        facts.decoded("deobfuscate")
                    } else {
                        facts
                    },
                )
            }
            None => passed(call),
        },
    })
}

pub(super) fn integer(it: &mut Interp<'_>, call: &Call) -> Option<Value> {
    let value = match call.arg(0) {
        None => return Some(Value::Int(0)),
        Some(value) => value,
    };
    let text = match value {
        Value::Str(s) => s.text.clone(),
        Value::Bytes(b) => String::from_utf8_lossy(&b.data).into(),
        Value::Float(f) => return Some(Value::Int(f.trunc() as i64)),
        other => return Some(other.as_int().map_or_else(|| passed(call), Value::Int)),
    };
    let radix = call.get(1, "base").and_then(Value::as_int).unwrap_or(10);
    let clean = text.trim().replace('_', "").to_ascii_lowercase();
    let (negative, digits) = match clean.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, clean.trim_start_matches('+')),
    };
    let (radix, digits) = match (radix, digits.get(..2)) {
        (0 | 16, Some("0x")) => (16, digits.get(2..)?),
        (0 | 8, Some("0o")) => (8, digits.get(2..)?),
        (0 | 2, Some("0b")) => (2, digits.get(2..)?),
        (0, _) => (10, digits),
        (radix, _) => (
            u32::try_from(radix).ok().filter(|r| (2..=36).contains(r))?,
            digits,
        ),
    };
    match i64::from_str_radix(digits, radix) {
        Ok(i) => Some(Value::Int(if negative { -i } else { i })),
        Err(_) if digits.len() > 12 => Some(passed(call)),
        Err(_) => {
            it.throw(Value::api("ValueError()"));
            Some(Value::Undefined)
        }
    }
}
