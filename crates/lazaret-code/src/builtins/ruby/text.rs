//! Text, bytes and numbers.

use super::{
    super::{decode, dotnet},
    pack,
};
use crate::interp::{Call, Facts, Interp, Value};

/// Bytes as text where they are.
pub(super) fn of_bytes(bytes: Vec<u8>, facts: Facts) -> Value {
    match String::from_utf8(bytes) {
        Ok(text) => Value::str(text, facts),
        Err(error) => Value::bytes(error.into_bytes(), facts),
    }
}

pub(super) fn method(
    it: &mut Interp<'_>,
    receiver: &Value,
    name: &str,
    call: &Call,
) -> Option<Value> {
    let facts = receiver.facts().union(&call.facts());
    if let Value::Int(value) = receiver {
        return match name {
            "chr" => {
                let c = u32::try_from(*value).ok().and_then(char::from_u32)?;
                Some(Value::str(c.to_string(), facts))
            }
            "to_s" | "inspect" => match call.arg(0).and_then(Value::as_int) {
                Some(16) => Some(Value::str(format!("{value:x}"), facts)),
                Some(2) => Some(Value::str(format!("{value:b}"), facts)),
                _ => Some(Value::str(value.to_string(), facts)),
            },
            "to_i" | "ord" | "abs" => Some(receiver.clone()),
            "times" => {
                let function = call.arg(0)?.clone();
                for i in 0..(*value).clamp(0, 4_096) {
                    it.invoke(&function, vec![Value::Int(i)]);
                }
                Some(receiver.clone())
            }
            _ => None,
        };
    }
    let bytes: Vec<u8> = match receiver {
        Value::Str(s) => s.text.as_bytes().to_vec(),
        Value::Bytes(b) => b.data.to_vec(),
        _ => return None,
    };
    it.charge(bytes.len());
    match name {
        "unpack" | "unpack1" => {
            let format = it.known_text(call.arg(0)?)?;
            return pack::unpack(&bytes, &format, facts, name == "unpack1");
        }
        "bytes" | "each_byte" => {
            let items: Vec<Value> = bytes.iter().map(|b| Value::Int(i64::from(*b))).collect();
            return match call.arg(0) {
                Some(function) => {
                    let function = function.clone();
                    Some(Value::list(
                        items
                            .into_iter()
                            .take(65_536)
                            .map(|i| it.invoke(&function, vec![i]))
                            .collect(),
                    ))
                }
                None => Some(Value::list(items)),
            };
        }
        "length" | "size" | "bytesize" => return Some(Value::Int(bytes.len() as i64)),
        _ => {}
    }
    let text = String::from_utf8(bytes).ok()?;
    // A URL object is its text.
    if let Some((scheme, rest)) = text.split_once("://") {
        let (authority, path) = rest
            .find(['/', '?'])
            .map_or((rest, ""), |at| rest.split_at(at));
        let (host, port) = authority
            .split_once(':')
            .unwrap_or((authority, if scheme == "https" { "443" } else { "80" }));
        match name {
            "read" | "open" => {
                return it.emit_api("Net.HTTP.get", &Call::of(vec![receiver.clone()]));
            }
            "host" | "hostname" => return Some(Value::str(host, facts)),
            "port" => return Some(port.parse().map_or(Value::Null, Value::Int)),
            "path" | "request_uri" => return Some(Value::str(path, facts)),
            "scheme" => return Some(Value::str(scheme, facts)),
            _ => {}
        }
    }
    let argument = |at: usize| call.arg(at).and_then(|v| it.known_text(v));
    let result = match name {
        "reverse" => {
            return Some(Value::str(
                text.chars().rev().collect::<String>(),
                facts.decoded("reverse"),
            ));
        }
        "upcase" => text.to_uppercase(),
        "downcase" => text.to_lowercase(),
        "swapcase" => text
            .chars()
            .map(|c| {
                if c.is_lowercase() {
                    c.to_ascii_uppercase()
                } else {
                    c.to_ascii_lowercase()
                }
            })
            .collect(),
        "strip" | "chomp" | "lstrip" | "rstrip" => text.trim().to_owned(),
        "chop" => {
            let mut text = text;
            text.pop();
            text
        }
        "chars" | "each_char" => {
            return Some(Value::list(
                text.chars()
                    .map(|c| Value::str(c.to_string(), facts.clone()))
                    .collect(),
            ));
        }
        "lines" | "each_line" => {
            return Some(Value::list(
                text.split_inclusive('\n')
                    .map(|l| Value::str(l, facts.clone()))
                    .collect(),
            ));
        }
        "split" => {
            let parts: Vec<Value> = match argument(0) {
                Some(mark) if mark.is_empty() => text
                    .chars()
                    .map(|c| Value::str(c.to_string(), facts.clone()))
                    .collect(),
                Some(mark) if &*mark != " " => text
                    .split(&*mark)
                    .map(|p| Value::str(p, facts.clone()))
                    .collect(),
                Some(_) => text
                    .split_whitespace()
                    .map(|p| Value::str(p, facts.clone()))
                    .collect(),
                None if call.args.is_empty() => text
                    .split_whitespace()
                    .map(|p| Value::str(p, facts.clone()))
                    .collect(),
                None => return None,
            };
            return Some(Value::list(parts));
        }
        "scan" => {
            // `/../`: pieces of a fixed length.
            let Some(Value::Regex(pattern)) = call.arg(0) else {
                return None;
            };
            let length = pattern.len();
            if length == 0 || pattern.chars().any(|c| c != '.') {
                return None;
            }
            let chars: Vec<char> = text.chars().collect();
            return Some(Value::list(
                chars
                    .chunks_exact(length)
                    .map(|c| Value::str(c.iter().collect::<String>(), facts.clone()))
                    .collect(),
            ));
        }
        "gsub" | "sub" | "gsub!" | "sub!" => {
            let (from, to) = (argument(0)?, argument(1)?);
            if from.is_empty() || text.len().saturating_mul(to.len().max(1)) > it.limits().text {
                return None;
            }
            if name.starts_with('g') {
                text.replace(&*from, &to)
            } else {
                text.replacen(&*from, &to, 1)
            }
        }
        "tr" => translate(&text, &argument(0)?, &argument(1)?),
        "delete" => {
            let gone = argument(0)?;
            text.chars().filter(|c| !gone.contains(*c)).collect()
        }
        "concat" | "+" => {
            return Some(dotnet::joined(
                it,
                &[receiver.clone(), call.arg(0)?.clone()],
                "",
            ));
        }
        "hex" => {
            return i64::from_str_radix(text.trim_start_matches("0x"), 16)
                .ok()
                .map(Value::Int);
        }
        "to_i" => {
            let radix = call
                .arg(0)
                .and_then(Value::as_int)
                .and_then(|r| u32::try_from(r).ok())
                .unwrap_or(10);
            let digits: String = text
                .trim()
                .chars()
                .take_while(|c| c.is_digit(radix.clamp(2, 36)))
                .collect();
            return i64::from_str_radix(&digits, radix.clamp(2, 36))
                .ok()
                .map(Value::Int);
        }
        "ord" => {
            return text
                .chars()
                .next()
                .map(|c| Value::Int(i64::from(u32::from(c))));
        }
        "slice" | "[]" => {
            let start = usize::try_from(call.arg(0)?.as_int()?).ok()?;
            let length = call.arg(1).map_or(Some(1), |v| {
                v.as_int().and_then(|i| usize::try_from(i).ok())
            })?;
            text.chars().skip(start).take(length).collect()
        }
        "start_with?" => return Some(Value::Bool(text.starts_with(&*argument(0)?))),
        "end_with?" => return Some(Value::Bool(text.ends_with(&*argument(0)?))),
        "include?" => return Some(Value::Bool(text.contains(&*argument(0)?))),
        "empty?" => return Some(Value::Bool(text.is_empty())),
        "unpack_base64" => return decode::base64(text.as_bytes()).map(|b| of_bytes(b, facts)),
        "constantize" => return Some(Value::api(text.replace("::", "."))),
        _ => return None,
    };
    Some(Value::str(result, facts))
}

/// `tr('A-Za-z', 'N-ZA-Mn-za-m')`
fn translate(text: &str, from: &str, to: &str) -> String {
    let expand = |set: &str| -> Vec<char> {
        let chars: Vec<char> = set.chars().collect();
        let mut out = Vec::new();
        let mut at = 0;
        while let Some(first) = chars.get(at).copied() {
            match (chars.get(at + 1), chars.get(at + 2)) {
                (Some('-'), Some(last)) if *last >= first => {
                    out.extend((first..=*last).take(512));
                    at += 3;
                }
                _ => {
                    out.push(first);
                    at += 1;
                }
            }
        }
        out
    };
    let (from, to) = (expand(from), expand(to));
    text.chars()
        .map(|c| match from.iter().position(|f| *f == c) {
            Some(at) => to.get(at).or(to.last()).copied().unwrap_or(c),
            None => c,
        })
        .collect()
}

/// `x[a..b]`
pub(super) fn slice(it: &Interp<'_>, call: &Call, inclusive: bool) -> Option<Value> {
    let object = call.arg(0)?;
    let bound = |at: usize, length: usize, default: i64| -> Option<usize> {
        let value = match call.arg(at) {
            Some(Value::Null) | None => default,
            Some(other) => other.as_int()?,
        };
        let value = if value < 0 {
            value + length as i64
        } else {
            value
        };
        usize::try_from(value).ok()
    };
    let facts = object.facts();
    let range = |length: usize| -> Option<(usize, usize)> {
        let start = bound(1, length, 0)?;
        let open = matches!(call.arg(2), Some(Value::Null) | None);
        let end = if open {
            length
        } else {
            bound(2, length, -1)? + usize::from(inclusive)
        };
        Some((start.min(length), end.clamp(start.min(length), length)))
    };
    match object {
        Value::List(list) => {
            let items = list.whole()?;
            let (start, end) = range(items.len())?;
            Some(Value::list(items.get(start..end)?.to_vec()))
        }
        other => {
            let chars: Vec<char> = it.known_text(other)?.chars().collect();
            let (start, end) = range(chars.len())?;
            Some(Value::str(
                chars.get(start..end)?.iter().collect::<String>(),
                facts,
            ))
        }
    }
}

/// `format("%s-%d", …)`
pub(super) fn format(it: &Interp<'_>, call: &Call) -> Option<Value> {
    let format = it.known_text(call.arg(0)?)?;
    let mut arguments = call.args.iter().skip(1);
    let mut parts = Vec::new();
    let mut plain = String::new();
    let mut chars = format.chars().peekable();
    while let Some(c) = chars.next() {
        if c != '%' {
            plain.push(c);
            continue;
        }
        while chars
            .peek()
            .is_some_and(|c| c.is_ascii_digit() || matches!(c, '-' | '.' | '+' | ' '))
        {
            chars.next();
        }
        match chars.next() {
            Some('%') | None => plain.push('%'),
            Some(kind) => {
                parts.push(Value::from(std::mem::take(&mut plain)));
                match (kind, arguments.next()) {
                    ('c', Some(Value::Int(i))) => {
                        let c = u32::try_from(*i).ok().and_then(char::from_u32)?;
                        parts.push(Value::from(c.to_string()));
                    }
                    ('x', Some(Value::Int(i))) => parts.push(Value::from(format!("{i:x}"))),
                    (_, Some(value)) => parts.push(value.clone()),
                    (_, None) => {}
                }
            }
        }
    }
    parts.push(Value::from(plain));
    Some(dotnet::joined(it, &parts, ""))
}
