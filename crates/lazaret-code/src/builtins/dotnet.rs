//! What PowerShell and C# share: .NET's text, encodings and streams. Names
//! are in lower case, without `system.`, `text.` and `io.`.

use std::rc::Rc;

use super::{decode, ops};
use crate::interp::{Call, Facts, Interp, List, ListKind, Value};

/// A name as this module has it.
pub(super) fn normal(name: &str) -> String {
    let mut lower = name.to_ascii_lowercase();
    for prefix in [
        "system.",
        "text.",
        "io.",
        "compression.",
        "runtime.interopservices.",
    ] {
        if let Some(rest) = lower.strip_prefix(prefix) {
            lower = rest.to_owned();
        }
    }
    lower
}

/// A pure function of the library.
pub(super) fn call(it: &mut Interp<'_>, name: &str, call: &Call) -> Option<Value> {
    let facts = call.facts();
    let first = call.arg(0);
    let text = |it: &Interp<'_>, at: usize| call.arg(at).and_then(|v| it.known_text(v));
    match name {
        "convert.frombase64string" => {
            let facts = facts.decoded("base64");
            Some(
                match text(it, 0).and_then(|t| decode::base64(t.as_bytes())) {
                    Some(bytes) => Value::bytes(bytes, facts),
                    None => Value::unknown(facts),
                },
            )
        }
        "convert.fromhexstring" => {
            let facts = facts.decoded("hex");
            Some(match text(it, 0).and_then(|t| decode::hex(t.as_bytes())) {
                Some(bytes) => Value::bytes(bytes, facts),
                None => Value::unknown(facts),
            })
        }
        "convert.tobase64string" => Some(match first.and_then(Value::to_bytes) {
            Some(bytes) => Value::str(decode::to_base64(&bytes), facts),
            None => Value::unknown(facts),
        }),
        "convert.toint32" | "convert.toint16" | "convert.tobyte" | "int.parse" | "int32.parse"
        | "byte.parse" | "convert.toint64" => {
            let radix = call
                .arg(1)
                .and_then(Value::as_int)
                .and_then(|r| u32::try_from(r).ok())
                .unwrap_or(10);
            let value = match first? {
                Value::Int(value) => Some(*value),
                other => {
                    let text = it.known_text(other)?;
                    let digits = text.trim().trim_start_matches("0x");
                    (2..=36)
                        .contains(&radix)
                        .then(|| i64::from_str_radix(digits, radix).ok())
                        .flatten()
                }
            };
            value.map(Value::Int)
        }
        "convert.tochar" | "char.convertfromutf32" => {
            let c = first?
                .as_int()
                .and_then(|i| u32::try_from(i).ok())
                .and_then(char::from_u32)?;
            Some(Value::str(c.to_string(), facts))
        }
        "string.join" => {
            let separator = text(it, 0)?;
            let items = match call.arg(1)? {
                Value::List(list) => list.whole()?,
                _ => call.args.get(1..)?.to_vec(),
            };
            Some(joined(it, &items, &separator))
        }
        "string.concat" => {
            let items = match first? {
                Value::List(list) => list.whole()?,
                _ => call.args.clone(),
            };
            Some(joined(it, &items, ""))
        }
        "string.format" => {
            let format = text(it, 0)?;
            let items = match call.arg(1) {
                Some(Value::List(list)) if call.args.len() == 2 => list.whole()?,
                _ => call.args.get(1..)?.to_vec(),
            };
            Some(format_text(it, &format, &items))
        }
        "array.reverse" => {
            if let Some(Value::List(list)) = first {
                list.items.borrow_mut().reverse();
            }
            Some(Value::Null)
        }
        "memorystream"
        | "streamreader"
        | "string"
        | "regex.unescape"
        | "environment.expandenvironmentvariables"
            if first.is_some() =>
        {
            first.cloned()
        }
        "gzipstream" | "deflatestream" | "zlibstream" => {
            let layer = if name == "gzipstream" { "gzip" } else { "zlib" };
            let facts = facts.decoded(layer);
            let limit = it.limits().text;
            let bytes = first?.to_bytes();
            let out = bytes.and_then(|b| match name {
                "gzipstream" => decode::gzip(&b, limit),
                "zlibstream" => decode::zlib(&b, limit),
                _ => decode::inflate(&b, limit),
            });
            Some(match out {
                Some(bytes) => Value::bytes(bytes, facts),
                None => Value::unknown(facts),
            })
        }
        _ => encoding(it, name, call, facts),
    }
}

fn encoding(it: &mut Interp<'_>, name: &str, call: &Call, facts: Facts) -> Option<Value> {
    let (kind, method) = name.strip_prefix("encoding.")?.split_once('.')?;
    match method {
        "getstring" => {
            let Some(bytes) = call.arg(0)?.to_bytes() else {
                return Some(Value::unknown(facts));
            };
            it.charge(bytes.len());
            let text = if kind == "unicode" {
                let units: Vec<u16> = bytes
                    .as_chunks::<2>()
                    .0
                    .iter()
                    .map(|p| u16::from_le_bytes(*p))
                    .collect();
                String::from_utf16_lossy(&units)
            } else {
                String::from_utf8_lossy(&bytes).into_owned()
            };
            Some(Value::str(text, facts))
        }
        "getbytes" => Some(match it.known_text(call.arg(0)?) {
            Some(text) if kind == "unicode" => Value::bytes(
                text.encode_utf16()
                    .flat_map(u16::to_le_bytes)
                    .collect::<Vec<u8>>(),
                facts,
            ),
            Some(text) => Value::bytes(text.as_bytes(), facts),
            None => Value::unknown(facts),
        }),
        _ => None,
    }
}

/// A method of a value.
pub(super) fn method(
    it: &mut Interp<'_>,
    receiver: &Value,
    name: &str,
    call: &Call,
) -> Option<Value> {
    let facts = receiver.facts().union(&call.facts());
    match name {
        "tostring" | "readtoend" | "getenumerator" | "toarray" | "tolist" | "tochararray"
            if !matches!(receiver, Value::Unknown(_)) =>
        {
            return match (name, receiver) {
                ("tochararray", Value::Str(s)) => Some(Value::list(
                    s.text
                        .chars()
                        .map(|c| Value::str(c.to_string(), s.facts.clone()))
                        .collect(),
                )),
                ("readtoend" | "tostring", Value::Bytes(b)) => Some(Value::str(
                    String::from_utf8_lossy(&b.data).into_owned(),
                    b.facts.clone(),
                )),
                ("tostring", other) => it.known_text(other).map(|t| Value::str(t, facts)),
                _ => Some(receiver.clone()),
            };
        }
        "invoke" | "begininvoke" | "invokereturnasis" => {
            return Some(it.invoke_with(receiver, call.clone()));
        }
        _ => {}
    }
    let Value::Str(subject) = receiver else {
        return None;
    };
    let subject: &str = &subject.text;
    let text = |at: usize| call.arg(at).and_then(|v| it.known_text(v));
    let int = |at: usize| {
        call.arg(at)
            .and_then(Value::as_int)
            .and_then(|i| usize::try_from(i).ok())
    };
    let chars: Vec<char>;
    let result = match name {
        "replace" => {
            let (from, to) = (text(0)?, text(1)?);
            if from.is_empty() || subject.len().saturating_mul(to.len().max(1)) > it.limits().text {
                return None;
            }
            subject.replace(&*from, &to)
        }
        "substring" => {
            chars = subject.chars().collect();
            let start = int(0)?;
            let end = match call.arg(1) {
                Some(_) => start.saturating_add(int(1)?),
                None => chars.len(),
            };
            chars.get(start..end.min(chars.len()))?.iter().collect()
        }
        "remove" => {
            chars = subject.chars().collect();
            let start = int(0)?;
            let end = int(1).map_or(chars.len(), |n| start.saturating_add(n).min(chars.len()));
            chars
                .get(..start)?
                .iter()
                .chain(chars.get(end..)?)
                .collect()
        }
        "insert" => {
            let at = int(0)?;
            let (before, after) = (subject.get(..at)?, subject.get(at..)?);
            format!("{before}{}{after}", text(1)?)
        }
        "trim" if call.args.is_empty() => subject.trim().to_owned(),
        "trim" => subject
            .trim_matches(text(0)?.chars().collect::<Vec<_>>().as_slice())
            .to_owned(),
        "trimstart" if call.args.is_empty() => subject.trim_start().to_owned(),
        "trimend" if call.args.is_empty() => subject.trim_end().to_owned(),
        "tolower" | "tolowerinvariant" => subject.to_lowercase(),
        "toupper" | "toupperinvariant" => subject.to_uppercase(),
        "split" => {
            let marks = text(0)?;
            let parts = if marks.chars().count() == 1 {
                subject
                    .split(&*marks)
                    .map(|p| Value::str(p, facts.clone()))
                    .collect()
            } else {
                subject
                    .split(|c| marks.contains(c))
                    .map(|p| Value::str(p, facts.clone()))
                    .collect()
            };
            return Some(Value::list(parts));
        }
        "contains" => return Some(Value::Bool(subject.contains(&*text(0)?))),
        "startswith" => return Some(Value::Bool(subject.starts_with(&*text(0)?))),
        "endswith" => return Some(Value::Bool(subject.ends_with(&*text(0)?))),
        "indexof" => {
            return Some(Value::Int(
                subject.find(&*text(0)?).map_or(-1, |i| i as i64),
            ));
        }
        _ => return None,
    };
    Some(Value::str(result, facts))
}

/// `Length`, `Count`.
pub(super) fn member(object: &Value, name: &str) -> Option<Value> {
    if !matches!(name, "length" | "count") {
        return None;
    }
    match object {
        Value::Str(s) => Some(Value::Int(s.text.chars().count() as i64)),
        Value::Bytes(b) => Some(Value::Int(b.data.len() as i64)),
        Value::List(list) => list.whole().map(|items| Value::Int(items.len() as i64)),
        _ => None,
    }
}

/// Items as texts with something between.
pub(super) fn joined(it: &Interp<'_>, items: &[Value], separator: &str) -> Value {
    let mut parts = Vec::new();
    for item in items {
        if !separator.is_empty() && !parts.is_empty() {
            parts.push(Value::from(separator));
        }
        parts.push(item.clone());
    }
    ops::join(&parts, ops::text, it.limits().text)
}

/// `{0}`, `{1:x}`.
pub(super) fn format_text(it: &Interp<'_>, format: &str, items: &[Value]) -> Value {
    let mut parts = Vec::new();
    let mut plain = String::new();
    let mut rest = format;
    while let Some(at) = rest.find(['{', '}']) {
        plain.push_str(rest.get(..at).unwrap_or(""));
        let tail = rest.get(at..).unwrap_or("");
        if tail.starts_with("{{") || tail.starts_with("}}") {
            plain.push_str(tail.get(..1).unwrap_or(""));
            rest = tail.get(2..).unwrap_or("");
            continue;
        }
        let close = tail.find('}').unwrap_or(0);
        let number = tail
            .get(1..close)
            .and_then(|n| n.split([':', ',']).next())
            .and_then(|n| n.trim().parse::<usize>().ok());
        if let Some(value) = number.and_then(|n| items.get(n)) {
            parts.push(Value::from(std::mem::take(&mut plain)));
            parts.push(value.clone());
        }
        rest = tail.get(close + 1..).unwrap_or("");
    }
    plain.push_str(rest);
    parts.push(Value::from(plain));
    ops::join(&parts, ops::text, it.limits().text)
}

/// `[type]value`, `(type)value`.
pub(super) fn cast(it: &mut Interp<'_>, kind: &str, value: &Value) -> Value {
    let facts = value.facts();
    let char_of = |value: &Value| -> Option<Value> {
        match value {
            Value::Int(i) => u32::try_from(*i)
                .ok()
                .and_then(char::from_u32)
                .map(|c| Value::str(c.to_string(), facts.clone())),
            Value::Str(s) if s.text.chars().count() == 1 => Some(value.clone()),
            Value::Str(s) => {
                let number = s.text.trim().trim_start_matches("0x");
                let radix = if s.text.trim().starts_with("0x") {
                    16
                } else {
                    10
                };
                u32::from_str_radix(number, radix)
                    .ok()
                    .and_then(char::from_u32)
                    .map(|c| Value::str(c.to_string(), facts.clone()))
            }
            _ => None,
        }
    };
    let int_of = |value: &Value| -> Option<Value> {
        match value {
            Value::Str(s) => {
                let text = s.text.trim();
                let parsed = match text.strip_prefix("0x") {
                    Some(hex) => i64::from_str_radix(hex, 16).ok(),
                    None => text.parse().ok(),
                };
                let mut chars = text.chars();
                parsed
                    .or_else(|| match (chars.next(), chars.next()) {
                        (Some(c), None) => Some(i64::from(u32::from(c))),
                        _ => None,
                    })
                    .map(Value::Int)
            }
            other => other.as_int().map(Value::Int),
        }
    };
    let each = |value: &Value, one: &dyn Fn(&Value) -> Option<Value>| -> Option<Value> {
        let items = match value {
            Value::List(list) => list.whole()?,
            Value::Bytes(b) => b.data.iter().map(|b| Value::Int(i64::from(*b))).collect(),
            Value::Str(s) => s
                .text
                .chars()
                .map(|c| Value::str(c.to_string(), s.facts.clone()))
                .collect(),
            other => vec![other.clone()],
        };
        items
            .iter()
            .map(one)
            .collect::<Option<Vec<_>>>()
            .map(Value::list)
    };
    let result = match kind {
        "char" => char_of(value),
        "char[]" => each(value, &char_of),
        "int" | "int32" | "int64" | "long" | "uint32" => int_of(value),
        "byte" => int_of(value).map(|v| Value::Int(v.as_int().unwrap_or(0) & 0xff)),
        "byte[]" => each(value, &int_of).map(|list| match list {
            Value::List(list) => Value::List(Rc::new(List::of(
                list.items.borrow().clone(),
                ListKind::ByteArray,
            ))),
            other => other,
        }),
        "int[]" => each(value, &int_of),
        "string" => match value {
            Value::List(list) => list.whole().map(|items| joined(it, &items, " ")),
            other => it.known_text(other).map(|t| Value::str(t, facts.clone())),
        },
        _ => None,
    };
    result.unwrap_or_else(|| value.clone())
}
