//! Methods of text and bytes, known or with holes.

use std::rc::Rc;

use super::{bytes_of, format};
use crate::{
    builtins::ops,
    interp::{Call, Facts, Interp, Key, Part, Unknown, Value},
};

pub(super) fn method(
    it: &mut Interp<'_>,
    receiver: &Value,
    name: &str,
    call: &Call,
) -> Option<Value> {
    match receiver {
        Value::Str(s) => {
            it.charge(s.text.len());
            if let Some(value) = shared(it, receiver, name, call) {
                return Some(value);
            }
            known(it, &s.text, &s.facts, name, call)
        }
        Value::Bytes(b) => {
            it.charge(b.data.len());
            if let Some(value) = shared(it, receiver, name, call) {
                return Some(value);
            }
            bytes(it, &b.data, &b.facts, name, call)
        }
        Value::Unknown(unknown) => partly(it, receiver, unknown, name, call),
        Value::Class(_) | Value::Bound(_) | Value::Function(_) => None,
        _ => None,
    }
}

/// Methods of text and bytes alike.
fn shared(it: &mut Interp<'_>, receiver: &Value, name: &str, call: &Call) -> Option<Value> {
    match name {
        "join" => Some(join(it, receiver, call.arg(0)?)),
        "hex" if matches!(receiver, Value::Bytes(_)) => {
            let (bytes, facts) = bytes_of(receiver)?;
            Some(Value::str(crate::builtins::decode::to_hex(&bytes), facts))
        }
        "__str__" | "__repr__" => Some(receiver.clone()),
        "__len__" => Some(super::functions::length(receiver)),
        "__getitem__" => Some(it.index(receiver, call.arg(0)?)),
        _ => None,
    }
}

fn join(it: &mut Interp<'_>, separator: &Value, items: &Value) -> Value {
    let walked = super::functions::walk(it, items);
    let mut pieces = Vec::new();
    for (i, item) in walked.0.iter().enumerate() {
        if i > 0 {
            pieces.push(separator.clone());
        }
        pieces.push(item.clone());
    }
    if let Some(rest) = walked.1 {
        pieces.push(rest);
    }
    if matches!(separator, Value::Bytes(_)) {
        let mut all = Vec::new();
        let mut facts = items.facts();
        for piece in &pieces {
            let Some((bytes, more)) = bytes_of(piece) else {
                return Value::unknown(items.facts());
            };
            all.extend_from_slice(&bytes);
            facts = facts.union(&more);
            if all.len() > it.limits().text {
                return Value::unknown(facts);
            }
        }
        it.charge(all.len());
        return Value::bytes(all, facts);
    }
    let limit = it.limits().text;
    let value = ops::join(&pieces, ops::text, limit);
    if let Value::Str(s) = &value {
        it.charge(s.text.len());
    }
    match value {
        // What the list as a whole went through counts too.
        Value::Str(s) => Value::Str(s).with_facts(&items.facts()),
        other => other,
    }
}

fn strings(values: impl Iterator<Item = String>, facts: &Facts) -> Value {
    Value::list(values.map(|text| Value::str(text, facts.clone())).collect())
}

fn known(
    it: &mut Interp<'_>,
    text: &Rc<str>,
    facts: &Facts,
    name: &str,
    call: &Call,
) -> Option<Value> {
    let same = |text: String| Some(Value::str(text, facts.clone()));
    let arg = |at: usize| call.arg(at).and_then(Value::as_str);
    let pad = |left: bool| {
        let width = usize::try_from(call.arg(0)?.as_int()?).ok()?.min(65_536);
        let fill = arg(1)
            .unwrap_or(" ")
            .repeat(width.saturating_sub(text.chars().count()));
        Some(if left {
            format!("{fill}{text}")
        } else {
            format!("{text}{fill}")
        })
    };
    let set: Vec<char> = arg(0).map(|s| s.chars().collect()).unwrap_or_default();
    let strips = |c: char| {
        if call.args.is_empty() {
            c.is_whitespace()
        } else {
            set.contains(&c)
        }
    };
    match name {
        "encode" => {
            let codec = arg(0).unwrap_or("utf-8");
            match codec.to_ascii_lowercase().as_str() {
                "latin-1" | "latin1" | "iso-8859-1" | "iso8859-1" => {
                    let bytes: Option<Vec<u8>> = text
                        .chars()
                        .map(|c| u8::try_from(u32::from(c)).ok())
                        .collect();
                    Some(Value::bytes(bytes?, facts.clone()))
                }
                codec => match super::library::codec(it, codec, text.as_bytes(), facts, true) {
                    Some(value) => Some(value),
                    None => Some(Value::bytes(text.as_bytes(), facts.clone())),
                },
            }
        }
        "decode" => {
            let codec = arg(0).unwrap_or("utf-8").to_owned();
            match super::library::codec(it, &codec, text.as_bytes(), facts, false) {
                Some(value) => Some(value),
                None => Some(Value::str(text.clone(), facts.clone())),
            }
        }
        "replace" => {
            let (Some(from), Some(to)) = (arg(0), arg(1)) else {
                return Some(Value::unknown(facts.union(&call.facts())));
            };
            let count = call
                .arg(2)
                .and_then(Value::as_int)
                .and_then(|c| usize::try_from(c).ok());
            let out = match count {
                Some(count) => text.replacen(from, to, count),
                None if text.len().saturating_mul(to.len().max(1)) > it.limits().text * 8 => {
                    return None;
                }
                None => text.replace(from, to),
            };
            if out.len() > it.limits().text {
                return Some(Value::unknown(facts.clone()));
            }
            same(out)
        }
        "split" | "rsplit" => {
            let count = call
                .get(1, "maxsplit")
                .and_then(Value::as_int)
                .and_then(|c| usize::try_from(c).ok());
            Some(match (arg(0), count) {
                (None, _) => strings(text.split_whitespace().map(str::to_owned), facts),
                (Some(""), _) => return None,
                (Some(by), None) => strings(text.split(by).map(str::to_owned), facts),
                (Some(by), Some(count)) if name == "split" => {
                    strings(text.splitn(count + 1, by).map(str::to_owned), facts)
                }
                (Some(by), Some(count)) => {
                    let mut parts: Vec<String> =
                        text.rsplitn(count + 1, by).map(str::to_owned).collect();
                    parts.reverse();
                    strings(parts.into_iter(), facts)
                }
            })
        }
        "splitlines" => Some(strings(text.lines().map(str::to_owned), facts)),
        "partition" => {
            let by = arg(0)?;
            let (a, b, c) = match text.split_once(by) {
                Some((a, c)) => (a, by, c),
                None => (&**text, "", ""),
            };
            Some(strings([a, b, c].into_iter().map(str::to_owned), facts))
        }
        "strip" => same(text.trim_matches(strips).to_owned()),
        "lstrip" => same(text.trim_start_matches(strips).to_owned()),
        "rstrip" => same(text.trim_end_matches(strips).to_owned()),
        "removeprefix" => same(text.strip_prefix(arg(0)?).unwrap_or(text).to_owned()),
        "removesuffix" => same(text.strip_suffix(arg(0)?).unwrap_or(text).to_owned()),
        "lower" | "casefold" => same(text.to_lowercase()),
        "upper" => same(text.to_uppercase()),
        "capitalize" | "title" => {
            let mut chars = text.chars();
            let first = chars
                .next()
                .map(|c| c.to_uppercase().to_string())
                .unwrap_or_default();
            same(first + &chars.as_str().to_lowercase())
        }
        "swapcase" => same(
            text.chars()
                .map(|c| {
                    if c.is_ascii_lowercase() {
                        c.to_ascii_uppercase()
                    } else {
                        c.to_ascii_lowercase()
                    }
                })
                .collect(),
        ),
        "zfill" => {
            let width = usize::try_from(call.arg(0)?.as_int()?).ok()?.min(65_536);
            same(format!(
                "{}{text}",
                "0".repeat(width.saturating_sub(text.len()))
            ))
        }
        "rjust" => same(pad(true)?),
        "ljust" => same(pad(false)?),
        "format" => Some(format::format(it, text, facts, call)),
        "startswith" | "endswith" => {
            let test = |prefix: &str| {
                if name == "startswith" {
                    text.starts_with(prefix)
                } else {
                    text.ends_with(prefix)
                }
            };
            match call.arg(0)? {
                Value::Str(s) => Some(Value::Bool(test(&s.text))),
                Value::List(list) => Some(Value::Bool(
                    list.items
                        .borrow()
                        .iter()
                        .filter_map(Value::as_str)
                        .any(test),
                )),
                _ => None,
            }
        }
        "find" | "index" | "rfind" => {
            let needle = arg(0)?;
            let at = if name == "rfind" {
                text.rfind(needle)
            } else {
                text.find(needle)
            };
            let at = at
                .and_then(|at| text.get(..at))
                .map(|before| before.chars().count() as i64);
            Some(Value::Int(at.unwrap_or(-1)))
        }
        "count" => Some(Value::Int(text.matches(arg(0)?).count() as i64)),
        "isdigit" | "isnumeric" | "isdecimal" => Some(Value::Bool(
            !text.is_empty() && text.chars().all(|c| c.is_ascii_digit()),
        )),
        "isalpha" => Some(Value::Bool(
            !text.is_empty() && text.chars().all(char::is_alphabetic),
        )),
        "isalnum" => Some(Value::Bool(
            !text.is_empty() && text.chars().all(char::is_alphanumeric),
        )),
        "isupper" => Some(Value::Bool(
            text.chars().any(char::is_uppercase) && !text.chars().any(char::is_lowercase),
        )),
        "islower" => Some(Value::Bool(
            text.chars().any(char::is_lowercase) && !text.chars().any(char::is_uppercase),
        )),
        "isspace" => Some(Value::Bool(
            !text.is_empty() && text.chars().all(char::is_whitespace),
        )),
        "translate" => {
            let Value::Map(map) = call.arg(0)? else {
                return Some(Value::unknown(facts.decoded("deobfuscate")));
            };
            let mut out = String::with_capacity(text.len());
            for c in text.chars() {
                match map.get_key(&Key::Int(i64::from(u32::from(c)))) {
                    Some(Value::Str(to)) => out.push_str(&to.text),
                    Some(Value::Int(i)) => {
                        out.extend(u32::try_from(i).ok().and_then(char::from_u32))
                    }
                    Some(Value::Null) => {}
                    _ => out.push(c),
                }
            }
            Some(Value::str(out, facts.decoded("deobfuscate")))
        }
        // Called as `str.maketrans(a, b)`.
        _ => None,
    }
}

fn bytes(
    it: &mut Interp<'_>,
    data: &Rc<[u8]>,
    facts: &Facts,
    name: &str,
    call: &Call,
) -> Option<Value> {
    match name {
        "decode" => {
            let codec = call
                .get(0, "encoding")
                .and_then(Value::as_str)
                .unwrap_or("utf-8")
                .to_ascii_lowercase();
            if let Some(value) = super::library::codec(it, &codec, data, facts, false) {
                return Some(value);
            }
            Some(match codec.as_str() {
                "latin-1" | "latin1" | "iso-8859-1" | "iso8859-1" | "charmap" | "cp1252" => {
                    Value::str(
                        data.iter().map(|b| char::from(*b)).collect::<String>(),
                        facts.clone(),
                    )
                }
                "utf-16" | "utf-16le" | "utf-16-le" | "utf_16_le" | "utf16" => {
                    let units: Vec<u16> = data
                        .as_chunks::<2>()
                        .0
                        .iter()
                        .map(|pair| u16::from_le_bytes(*pair))
                        .collect();
                    Value::str(
                        String::from_utf16_lossy(&units).trim_start_matches('\u{feff}'),
                        facts.clone(),
                    )
                }
                _ => Value::str(String::from_utf8_lossy(data), facts.clone()),
            })
        }
        "translate" => {
            let table = call.arg(0)?.to_bytes()?;
            let out: Option<Vec<u8>> = data
                .iter()
                .map(|b| table.get(usize::from(*b)).copied())
                .collect();
            Some(Value::bytes(out?, facts.decoded("deobfuscate")))
        }
        "startswith" => {
            let prefix = call.arg(0)?.to_bytes()?;
            Some(Value::Bool(data.starts_with(&prefix)))
        }
        "replace" => {
            let (from, to) = (call.arg(0)?.to_bytes()?, call.arg(1)?.to_bytes()?);
            if from.is_empty() {
                return None;
            }
            let mut out = Vec::with_capacity(data.len());
            let mut rest = &data[..];
            while let Some(at) = memchr::memmem::find(rest, &from) {
                out.extend_from_slice(rest.get(..at)?);
                out.extend_from_slice(&to);
                rest = rest.get(at + from.len()..)?;
                if out.len() > it.limits().text {
                    return None;
                }
            }
            out.extend_from_slice(rest);
            Some(Value::bytes(out, facts.clone()))
        }
        "split" | "strip" | "rstrip" | "lstrip" | "upper" | "lower" | "splitlines" => {
            // As text of the same code points.
            let text: Rc<str> = data
                .iter()
                .map(|b| char::from(*b))
                .collect::<String>()
                .into();
            let args = call
                .args
                .iter()
                .map(|arg| match arg.to_bytes() {
                    Some(bytes) => {
                        Value::from(bytes.iter().map(|b| char::from(*b)).collect::<String>())
                    }
                    None => arg.clone(),
                })
                .collect();
            let back = |value: Value| match value {
                Value::Str(s) => Value::bytes(
                    s.text
                        .chars()
                        .map(|c| u32::from(c) as u8)
                        .collect::<Vec<u8>>(),
                    s.facts.clone(),
                ),
                other => other,
            };
            Some(match known(it, &text, facts, name, &Call::of(args))? {
                Value::List(list) => {
                    Value::list(list.items.borrow().iter().cloned().map(back).collect())
                }
                other => back(other),
            })
        }
        _ => None,
    }
}

/// Methods on what is not fully known: texts with holes keep their known
/// pieces, decoding keeps the object.
fn partly(
    it: &mut Interp<'_>,
    receiver: &Value,
    unknown: &Rc<Unknown>,
    name: &str,
    call: &Call,
) -> Option<Value> {
    match name {
        "encode" | "decode" | "strip" | "rstrip" | "lstrip" | "lower" | "upper" | "title"
        | "capitalize"
            if !unknown.parts.is_empty()
                || unknown
                    .api
                    .as_deref()
                    .is_none_or(|api| api.ends_with("()") || api.contains("().")) =>
        {
            Some(Value::Unknown(Rc::new(Unknown {
                api: None,
                flows: receiver.flows(),
                layers: unknown.layers.clone(),
                parts: unknown.parts.clone(),
                alternatives: Vec::new(),
                handle: None,
            })))
        }
        "replace" if !unknown.parts.is_empty() => {
            let from = call.arg(0)?.as_str()?;
            let to = call.arg(1)?.as_str()?;
            let parts = unknown
                .parts
                .iter()
                .map(|part| match part {
                    Part::Text(text) => Part::Text(text.replace(from, to).into()),
                    hole => hole.clone(),
                })
                .collect();
            Some(Value::Unknown(Rc::new(Unknown {
                flows: unknown.flows,
                layers: unknown.layers.clone(),
                parts,
                ..Unknown::default()
            })))
        }
        "join" if unknown.api.is_none() => Some(join(it, receiver, call.arg(0)?)),
        "fromhex" | "from_bytes" | "maketrans" => {
            let api = unknown.api.as_deref()?;
            super::library::call(it, api, call)
        }
        "get" | "__getitem__" if unknown.api.is_none() => Some(it.index(receiver, call.arg(0)?)),
        "copy" | "items" | "values" | "keys" | "splitlines" | "split" if unknown.api.is_none() => {
            Some(Value::unknown(receiver.facts()))
        }
        _ => None,
    }
}
