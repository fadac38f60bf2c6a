//! Bytes: buffers, encodings, decompression.

use std::rc::Rc;

use super::coerce::{buffer, bytes, number, text as text_of};
use crate::{
    builtins::decode,
    interp::{Call, Facts, Interp, List, ListKind, Value},
};

fn latin1(data: &[u8]) -> String {
    data.iter().map(|b| char::from(*b)).collect()
}

fn encoding(value: Option<&Value>) -> Option<String> {
    match value {
        None | Some(Value::Undefined | Value::Null) => Some("utf8".to_owned()),
        Some(Value::Map(_)) => Some("utf8".to_owned()),
        Some(value) => text_of(value).map(|text| text.to_ascii_lowercase().replace('-', "")),
    }
}

/// Text of an encoding, to bytes.
fn encoded(text: &str, encoding: &str, facts: &Facts) -> Option<(Vec<u8>, Facts)> {
    Some(match encoding {
        "hex" => (decode::hex(text.as_bytes())?, facts.decoded("hex")),
        "base64" | "base64url" => (decode::base64(text.as_bytes())?, facts.decoded("base64")),
        "latin1" | "binary" | "ascii" => (
            text.chars().map(|c| c as u32 as u8).collect(),
            facts.clone(),
        ),
        "ucs2" | "utf16le" => (
            text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            facts.clone(),
        ),
        _ => (text.as_bytes().to_vec(), facts.clone()),
    })
}

/// `buffer.toString(encoding)`.
pub(super) fn to_text(it: &mut Interp<'_>, value: &Value, given: Option<&Value>) -> Option<Value> {
    let data = bytes(value)?;
    let facts = value.facts();
    it.charge(data.len());
    Some(match encoding(given)?.as_str() {
        "hex" => Value::str(decode::to_hex(&data), facts),
        "base64" | "base64url" => Value::str(decode::to_base64(&data), facts),
        "latin1" | "binary" => Value::str(latin1(&data), facts),
        "ascii" => Value::str(
            latin1(&data.iter().map(|b| b & 0x7f).collect::<Vec<_>>()),
            facts,
        ),
        "ucs2" | "utf16le" => {
            let units: Vec<u16> = data
                .as_chunks::<2>()
                .0
                .iter()
                .map(|pair| u16::from_le_bytes(*pair))
                .collect();
            Value::str(super::units::decode(&units), facts)
        }
        _ => Value::str(String::from_utf8_lossy(&data), facts),
    })
}

/// `Buffer.from` and `new Uint8Array`.
pub(super) fn from(it: &mut Interp<'_>, call: &Call) -> Option<Value> {
    let value = call.arg(0)?;
    match value {
        Value::Str(s) => {
            it.charge(s.text.len());
            let (data, facts) = encoded(&s.text, &encoding(call.args.get(1))?, &s.facts)?;
            Some(buffer(data, facts))
        }
        Value::List(list) if list.rest.borrow().is_some() => None,
        Value::List(_) | Value::Bytes(_) => {
            let data = bytes(value)?;
            it.charge(data.len());
            Some(buffer(data, value.facts()))
        }
        _ => {
            // Of a given encoding, but of unknown text.
            let facts = value.facts();
            let facts = match encoding(call.args.get(1)).as_deref() {
                Some("hex") => facts.decoded("hex"),
                Some("base64" | "base64url") => facts.decoded("base64"),
                _ => facts,
            };
            Some(Value::unknown(facts))
        }
    }
}

/// `new Uint8Array(n)`, `Buffer.alloc(n, fill)`.
pub(super) fn alloc(call: &Call) -> Option<Value> {
    let size = number(call.arg(0)?)?;
    if !(0.0..=262_144.0).contains(&size) {
        return None;
    }
    let fill = call.args.get(1).and_then(number).unwrap_or(0.0);
    let items = vec![Value::Int(fill as i64); size as usize];
    Some(Value::List(Rc::new(List::of(items, ListKind::ByteArray))))
}

/// `Buffer.concat`.
pub(super) fn concat(it: &mut Interp<'_>, call: &Call) -> Option<Value> {
    let Value::List(list) = call.arg(0)? else {
        return None;
    };
    let facts = call.facts();
    if list.rest.borrow().is_some() {
        return Some(Value::unknown(facts));
    }
    let mut out = Vec::new();
    for item in list.items.borrow().iter() {
        match bytes(item) {
            Some(data) => out.extend(data),
            None => return Some(Value::unknown(facts)),
        }
        if out.len() > it.limits().text {
            return Some(Value::unknown(facts));
        }
    }
    it.charge(out.len());
    Some(buffer(out, facts))
}

/// Methods of bytes that cannot be changed.
pub(super) fn method(it: &mut Interp<'_>, value: &Value, name: &str, call: &Call) -> Option<Value> {
    match name {
        "toString" => to_text(it, value, call.arg(0)),
        "slice" | "subarray" | "map" | "forEach" | "reduce" | "join" | "indexOf" | "reverse" => {
            let data = bytes(value)?;
            if data.len() as u64 > u64::from(it.fuel_left()) {
                return None;
            }
            let items = data.into_iter().map(|b| Value::Int(i64::from(b))).collect();
            let list = List::of(items, ListKind::ByteArray);
            *list.facts.borrow_mut() = value.facts();
            super::array::method(it, &Rc::new(list), name, call)
        }
        _ => None,
    }
}

/// Encodings that are functions of their own.
pub(super) fn convert(it: &mut Interp<'_>, name: &str, call: &Call) -> Option<Value> {
    let value = call.arg(0)?;
    let facts = value.facts();
    let layer = match name {
        "atob" => Some("base64"),
        "unescape" | "decodeURI" | "decodeURIComponent" | "querystring.unescape" => Some("url"),
        _ => None,
    };
    let Some(text) = text_of(value) else {
        return Some(Value::unknown(match layer {
            Some(layer) => facts.decoded(layer),
            None => facts,
        }));
    };
    it.charge(text.len());
    let limit = it.limits().text;
    if text.len() > limit {
        return None;
    }
    Some(match name {
        "atob" => Value::str(
            latin1(&decode::base64(text.as_bytes())?),
            facts.decoded("base64"),
        ),
        "btoa" => {
            let data: Vec<u8> = text.chars().map(|c| c as u32 as u8).collect();
            Value::str(decode::to_base64(&data), facts)
        }
        "unescape" => {
            let facts = if text.contains('%') {
                facts.decoded("url")
            } else {
                facts
            };
            Value::str(unescape(&text), facts)
        }
        "decodeURI" | "decodeURIComponent" | "querystring.unescape" => {
            let facts = if text.contains('%') {
                facts.decoded("url")
            } else {
                facts
            };
            Value::str(decode::percent(&text, false), facts)
        }
        "escape" => Value::str(escape(&text, b"@*_+-./"), facts),
        "encodeURIComponent" => Value::str(percent(&text, b"-_.!~*'()"), facts),
        "encodeURI" => Value::str(percent(&text, b"-_.!~*'();/?:@&=+$,#"), facts),
        _ => return None,
    })
}

fn unescape(text: &str) -> String {
    let units: Vec<u16> = text.encode_utf16().collect();
    let mut out = Vec::with_capacity(units.len());
    let hex = |from: usize, count: usize| -> Option<u16> {
        let digits: String = char::decode_utf16(units.get(from..from + count)?.iter().copied())
            .collect::<Result<_, _>>()
            .ok()?;
        u16::from_str_radix(&digits, 16).ok()
    };
    let mut at = 0;
    while let Some(unit) = units.get(at).copied() {
        if unit == u16::from(b'%') {
            if units.get(at + 1) == Some(&u16::from(b'u')) {
                if let Some(value) = hex(at + 2, 4) {
                    out.push(value);
                    at += 6;
                    continue;
                }
            } else if let Some(value) = hex(at + 1, 2) {
                out.push(value);
                at += 3;
                continue;
            }
        }
        out.push(unit);
        at += 1;
    }
    super::units::decode(&out)
}

fn escape(text: &str, kept: &[u8]) -> String {
    let mut out = String::with_capacity(text.len());
    for unit in text.encode_utf16() {
        match u8::try_from(unit) {
            Ok(byte) if byte.is_ascii_alphanumeric() || kept.contains(&byte) => {
                out.push(char::from(byte))
            }
            Ok(byte) => out.push_str(&format!("%{byte:02X}")),
            Err(_) => out.push_str(&format!("%u{unit:04X}")),
        }
    }
    out
}

fn percent(text: &str, kept: &[u8]) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || kept.contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// `zlib.inflateSync` and the like; with a callback too.
pub(super) fn decompress(it: &mut Interp<'_>, name: &str, call: &Call) -> Option<Value> {
    let (_, function) = name.rsplit_once('.')?;
    let value = call.arg(0)?;
    let function = function.trim_end_matches("Sync");
    let layer = match function {
        "inflate" | "inflateRaw" => "zlib",
        "gunzip" | "ungzip" | "unzip" => "gzip",
        _ => return None,
    };
    let facts = value.facts().decoded(layer);
    let limit = it.limits().text;
    let data = bytes(value).or_else(|| {
        value
            .as_str()
            .map(|s| s.chars().map(|c| c as u32 as u8).collect())
    });
    let result = data.and_then(|data| match function {
        "inflate" => decode::zlib(&data, limit),
        "inflateRaw" => decode::inflate(&data, limit),
        _ => decode::gzip(&data, limit).or_else(|| decode::zlib(&data, limit)),
    });
    let result = match result {
        Some(out) => {
            it.charge(out.len());
            // `pako` gives text if asked to.
            let text = call.args.get(1).is_some_and(
                |options| matches!(options, Value::Map(map) if map.get("to").is_some_and(|to| to.as_str() == Some("string"))),
            );
            if text {
                Value::str(String::from_utf8_lossy(&out), facts)
            } else {
                buffer(out, facts)
            }
        }
        None => Value::unknown(facts),
    };
    if let Some(callback @ Value::Function(_)) = call.args.last() {
        return Some(it.invoke(callback, vec![Value::Null, result]));
    }
    Some(result)
}
