//! Conversions and operators.

use std::rc::Rc;

use crate::{
    builtins::ops,
    interp::{ListKind, Value},
    ir::{BinaryOp, UnaryOp},
};

/// Names that are functions of the language.
const FUNCTIONS: &[&str] = &[
    "Array",
    "Boolean",
    "Buffer",
    "Date",
    "Error",
    "Function",
    "Map",
    "Number",
    "Object",
    "Promise",
    "RegExp",
    "Set",
    "String",
    "Symbol",
    "atob",
    "btoa",
    "clearTimeout",
    "decodeURIComponent",
    "encodeURIComponent",
    "escape",
    "eval",
    "parseFloat",
    "parseInt",
    "require",
    "setImmediate",
    "setInterval",
    "setTimeout",
    "unescape",
    "Uint8Array",
];

pub(super) fn is_function_name(name: &str) -> bool {
    FUNCTIONS.contains(&name)
}

pub(super) fn truthy(value: &Value) -> Option<bool> {
    Some(match value {
        Value::Undefined | Value::Null => false,
        Value::Bool(b) => *b,
        Value::Int(i) => *i != 0,
        Value::Float(f) => *f != 0.0 && !f.is_nan(),
        Value::Str(s) => !s.text.is_empty(),
        Value::Unknown(unknown) => {
            if let Some(name) = &unknown.api {
                return is_function_name(name).then_some(true);
            }
            let mut answers = unknown.alternatives.iter().map(truthy);
            let first = answers.next()??;
            return answers.all(|answer| answer == Some(first)).then_some(first);
        }
        _ => true,
    })
}

/// A value as text, where it is known.
pub(super) fn text(value: &Value) -> Option<String> {
    text_within(value, 8)
}

fn text_within(value: &Value, depth: u8) -> Option<String> {
    Some(match value {
        Value::Float(f) => float_text(*f),
        Value::List(list) => {
            if list.kind.get() == ListKind::ByteArray {
                return bytes(value).map(|b| String::from_utf8_lossy(&b).into_owned());
            }
            if depth == 0 || list.rest.borrow().is_some() {
                return None;
            }
            let items = list.items.borrow();
            let mut out = String::new();
            for (i, item) in items.iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                if !matches!(item, Value::Undefined | Value::Null) {
                    out.push_str(&text_within(item, depth - 1)?);
                }
                if out.len() > 8 << 20 {
                    return None;
                }
            }
            out
        }
        Value::Map(map) => {
            if map.rest.borrow().is_some() || !map.entries.borrow().is_empty() {
                // What is in it matters more than the text.
                return value
                    .flows()
                    .is_empty()
                    .then(|| "[object Object]".to_owned());
            }
            "[object Object]".to_owned()
        }
        Value::Regex(source) => {
            let (flags, source) = super::regex::split(source);
            format!("/{source}/{flags}")
        }
        Value::Bound(bound) => format!("function {}() {{ [native code] }}", bound.name),
        Value::Unknown(unknown) => match unknown.api.as_deref() {
            Some(super::ARRAY_ITERATOR) => "[object Array Iterator]".to_owned(),
            Some(name) if is_function_name(name) => {
                format!("function {name}() {{ [native code] }}")
            }
            _ => return None,
        },
        other => return ops::text(other),
    })
}

pub(super) fn float_text(f: f64) -> String {
    if f.is_nan() {
        "NaN".to_owned()
    } else if f.is_infinite() {
        if f > 0.0 { "Infinity" } else { "-Infinity" }.to_owned()
    } else if f == 0.0 {
        "0".to_owned()
    } else if f.abs() >= 1e21 || f.abs() < 1e-6 {
        let text = format!("{f:e}");
        match text.split_once('e') {
            Some((head, tail)) if !tail.starts_with('-') => format!("{head}e+{tail}"),
            _ => text,
        }
    } else {
        f.to_string()
    }
}

/// A value as number, where it is known.
pub(super) fn number(value: &Value) -> Option<f64> {
    Some(match value {
        Value::Undefined => f64::NAN,
        Value::Null => 0.0,
        Value::Str(s) => text_number(&s.text),
        Value::Bool(_) | Value::Int(_) | Value::Float(_) => return value.as_float(),
        Value::List(_) => text_number(&text(value)?),
        Value::Map(_)
        | Value::Function(_)
        | Value::Class(_)
        | Value::Bound(_)
        | Value::Regex(_) => f64::NAN,
        _ => return None,
    })
}

pub(super) fn text_number(text: &str) -> f64 {
    let text = text.trim();
    let radix =
        |digits: &str, radix| u64::from_str_radix(digits, radix).map_or(f64::NAN, |n| n as f64);
    match text.as_bytes() {
        [] => 0.0,
        [b'0', b'x' | b'X', ..] => radix(text.get(2..).unwrap_or(""), 16),
        [b'0', b'b' | b'B', ..] => radix(text.get(2..).unwrap_or(""), 2),
        [b'0', b'o' | b'O', ..] => radix(text.get(2..).unwrap_or(""), 8),
        _ if text
            .bytes()
            .any(|b| b.is_ascii_alphabetic() && !matches!(b, b'e' | b'E')) =>
        {
            match text {
                "Infinity" | "+Infinity" => f64::INFINITY,
                "-Infinity" => f64::NEG_INFINITY,
                _ => f64::NAN,
            }
        }
        _ => text.parse().unwrap_or(f64::NAN),
    }
}

/// A number as the value that it is.
pub(super) fn numeric(f: f64) -> Value {
    if f.fract() == 0.0 && f.abs() <= 9_007_199_254_740_992.0 && !(f == 0.0 && f.is_sign_negative())
    {
        Value::Int(f as i64)
    } else {
        Value::Float(f)
    }
}

/// To a signed word, as the operators on bits do.
pub(super) fn word(f: f64) -> i32 {
    if !f.is_finite() {
        return 0;
    }
    (f.trunc() % 4_294_967_296.0) as i64 as i32
}

/// Bytes of a buffer, typed array, list of numbers.
pub(super) fn bytes(value: &Value) -> Option<Vec<u8>> {
    match value {
        Value::Bytes(b) => Some(b.data.to_vec()),
        Value::List(list) if list.rest.borrow().is_none() => list
            .items
            .borrow()
            .iter()
            .map(|item| number(item).map(|n| word(n) as u8))
            .collect(),
        _ => None,
    }
}

pub(super) fn binary(op: BinaryOp, left: &Value, right: &Value) -> Option<Value> {
    use BinaryOp as B;
    // The common cases first.
    if let (Value::Int(a), Value::Int(b)) = (left, right) {
        let (a, b) = (*a, *b);
        match op {
            B::Lt => return Some(Value::Bool(a < b)),
            B::Le => return Some(Value::Bool(a <= b)),
            B::Gt => return Some(Value::Bool(a > b)),
            B::Ge => return Some(Value::Bool(a >= b)),
            B::Eq | B::Same => return Some(Value::Bool(a == b)),
            B::Ne | B::NotSame => return Some(Value::Bool(a != b)),
            _ => {}
        }
    }
    match op {
        B::Same | B::NotSame => {
            return left
                .same(right)
                .map(|same| Value::Bool(same == (op == B::Same)));
        }
        B::Eq | B::Ne => return equal(left, right).map(|same| Value::Bool(same == (op == B::Eq))),
        B::In | B::NotIn => {
            return contains(left, right).map(|found| Value::Bool(found == (op == B::In)));
        }
        B::Add => {
            let plain = |v: &Value| {
                matches!(
                    v,
                    Value::Int(_)
                        | Value::Float(_)
                        | Value::Bool(_)
                        | Value::Null
                        | Value::Undefined
                )
            };
            if !(plain(left) && plain(right)) {
                if let Value::Str(_) | Value::Unknown(_) = left
                    && matches!(right, Value::Unknown(_))
                    && text(right).is_none()
                {
                    return None;
                }
                let (a, b) = (text(left)?, text(right)?);
                if a.len() + b.len() > 8 << 20 {
                    return None;
                }
                let facts = left.facts().union(&right.facts());
                return Some(Value::str(a + &b, facts));
            }
        }
        B::Lt | B::Le | B::Gt | B::Ge => {
            if let (Value::Str(a), Value::Str(b)) = (left, right) {
                return Some(Value::Bool(match op {
                    B::Lt => a.text < b.text,
                    B::Le => a.text <= b.text,
                    B::Gt => a.text > b.text,
                    _ => a.text >= b.text,
                }));
            }
        }
        _ => {}
    }
    let (a, b) = (number(left)?, number(right)?);
    Some(match op {
        B::Add => numeric(a + b),
        B::Sub => numeric(a - b),
        B::Mul => numeric(a * b),
        B::Div => numeric(a / b),
        B::FloorDiv => numeric((a / b).floor()),
        B::Mod => numeric(a % b),
        B::Pow => numeric(a.powf(b)),
        B::BitAnd => Value::Int(i64::from(word(a) & word(b))),
        B::BitOr => Value::Int(i64::from(word(a) | word(b))),
        B::BitXor => Value::Int(i64::from(word(a) ^ word(b))),
        B::Shl => Value::Int(i64::from(word(a).wrapping_shl(word(b) as u32 & 31))),
        B::Shr => Value::Int(i64::from(word(a).wrapping_shr(word(b) as u32 & 31))),
        B::UShr => Value::Int(i64::from(
            (word(a) as u32).wrapping_shr(word(b) as u32 & 31),
        )),
        B::Lt => Value::Bool(a < b),
        B::Le => Value::Bool(a <= b),
        B::Gt => Value::Bool(a > b),
        B::Ge => Value::Bool(a >= b),
        _ => return None,
    })
}

fn equal(left: &Value, right: &Value) -> Option<bool> {
    let nothing = |v: &Value| matches!(v, Value::Undefined | Value::Null);
    let object = |v: &Value| {
        matches!(
            v,
            Value::List(_)
                | Value::Map(_)
                | Value::Function(_)
                | Value::Class(_)
                | Value::Instance(_)
        )
    };
    if matches!(left, Value::Unknown(_)) || matches!(right, Value::Unknown(_)) {
        return None;
    }
    if nothing(left) || nothing(right) {
        return Some(nothing(left) && nothing(right));
    }
    if std::mem::discriminant(left) == std::mem::discriminant(right)
        || (object(left) && object(right))
    {
        return left.same(right);
    }
    if object(left) && matches!(right, Value::Str(_))
        || object(right) && matches!(left, Value::Str(_))
    {
        return Some(text(left)? == text(right)?);
    }
    Some(number(left)? == number(right)?)
}

fn contains(key: &Value, object: &Value) -> Option<bool> {
    let key = Value::from(text(key)?);
    match object {
        Value::Map(map) => {
            let name = key.as_str()?;
            if map.get(name).is_some() {
                return Some(true);
            }
            map.rest.borrow().is_none().then_some(false)
        }
        Value::List(list) => {
            let at: usize = key.as_str()?.parse().ok()?;
            let there = at < list.items.borrow().len();
            (there || list.rest.borrow().is_none()).then_some(there)
        }
        _ => None,
    }
}

pub(super) fn unary(op: UnaryOp, operand: &Value) -> Option<Value> {
    Some(match op {
        UnaryOp::Not => Value::Bool(!truthy(operand)?),
        UnaryOp::Plus => numeric(number(operand)?),
        UnaryOp::Neg => numeric(-number(operand)?),
        UnaryOp::BitNot => Value::Int(i64::from(!word(number(operand)?))),
        UnaryOp::Void => Value::Undefined,
        UnaryOp::TypeOf => Value::from(match operand {
            Value::Undefined => "undefined",
            Value::Bool(_) => "boolean",
            Value::Int(_) | Value::Float(_) => "number",
            Value::Str(_) => "string",
            Value::Function(_) | Value::Class(_) | Value::Bound(_) => "function",
            Value::Unknown(unknown) => match unknown.api.as_deref() {
                Some(name) if is_function_name(name) => "function",
                Some("process" | "JSON" | "Math" | "console") => "object",
                _ => return None,
            },
            _ => "object",
        }),
        UnaryOp::Delete => Value::Bool(true),
    })
}

/// Bytes as a buffer that can be changed.
pub(super) fn buffer(data: Vec<u8>, facts: crate::interp::Facts) -> Value {
    // A value for each byte: not for large ones.
    if data.len() > 1 << 18 {
        return Value::bytes(data, facts);
    }
    let items = data.into_iter().map(|b| Value::Int(i64::from(b))).collect();
    let list = crate::interp::List::of(items, ListKind::ByteArray);
    *list.facts.borrow_mut() = facts;
    Value::List(Rc::new(list))
}
