//! Lists, `pack` and `unpack`.

use super::{
    super::{decode, dotnet},
    text::of_bytes,
};
use crate::interp::{Call, Facts, Interp, Value};

/// Elements that blocks are called with at most.
const MOST: usize = 65_536;

pub(super) fn list(
    it: &mut Interp<'_>,
    receiver: &Value,
    name: &str,
    call: &Call,
) -> Option<Value> {
    let Value::List(list) = receiver else {
        return None;
    };
    let items = list.whole();
    match name {
        "push" | "append" | "<<" => {
            list.items.borrow_mut().extend(call.args.iter().cloned());
            return Some(receiver.clone());
        }
        "first" => return items?.first().cloned(),
        "last" => return items?.last().cloned(),
        "length" | "size" | "count" if call.args.is_empty() => {
            return items.map(|i| Value::Int(i.len() as i64));
        }
        "flatten" | "compact" | "uniq" | "sort" | "each_entry" | "to_enum" => {
            return Some(receiver.clone());
        }
        _ => {}
    }
    let items = items?;
    let block = call
        .args
        .last()
        .filter(|v| matches!(v, Value::Function(_) | Value::Bound(_)))
        .cloned();
    match (name, block) {
        ("join", _) => {
            let separator = call
                .arg(0)
                .and_then(|v| it.known_text(v))
                .unwrap_or_else(|| "".into());
            Some(dotnet::joined(it, &items, &separator))
        }
        ("reverse", _) => Some(Value::list(items.into_iter().rev().collect())),
        ("rotate", _) => {
            let mut items = items;
            if !items.is_empty() {
                let by = call
                    .arg(0)
                    .and_then(Value::as_int)
                    .unwrap_or(1)
                    .rem_euclid(items.len() as i64);
                items.rotate_left(usize::try_from(by).unwrap_or(0));
            }
            Some(Value::list(items))
        }
        ("pack", _) => {
            let format = it.known_text(call.arg(0)?)?;
            pack(it, &items, &format, receiver.facts())
        }
        ("zip", None) => {
            let other = match call.arg(0)? {
                Value::List(list) => list.whole()?,
                _ => return None,
            };
            let pairs = items
                .into_iter()
                .enumerate()
                .map(|(at, a)| Value::list(vec![a, other.get(at).cloned().unwrap_or(Value::Null)]))
                .collect();
            Some(Value::list(pairs))
        }
        ("each_slice", Some(block)) => {
            let size = usize::try_from(call.arg(0)?.as_int()?)
                .ok()
                .filter(|s| *s > 0)?;
            for chunk in items.chunks(size).take(MOST) {
                it.invoke(&block, vec![Value::list(chunk.to_vec())]);
            }
            Some(receiver.clone())
        }
        ("each_slice", None) => {
            let size = usize::try_from(call.arg(0)?.as_int()?)
                .ok()
                .filter(|s| *s > 0)?;
            Some(Value::list(
                items
                    .chunks(size)
                    .map(|c| Value::list(c.to_vec()))
                    .collect(),
            ))
        }
        ("map" | "collect" | "flat_map" | "filter_map" | "map!", Some(block)) => Some(Value::list(
            items
                .into_iter()
                .take(MOST)
                .map(|i| it.invoke(&block, vec![i]))
                .collect(),
        )),
        ("map" | "collect" | "each", None) => match call.arg(0) {
            // `map(&:chr)`
            Some(Value::Str(method)) => {
                let method = method.text.clone();
                let results = items
                    .into_iter()
                    .take(MOST)
                    .map(|item| {
                        let member = it.member(&item, &method);
                        it.invoke(&member, Vec::new())
                    })
                    .collect();
                Some(Value::list(results))
            }
            _ => Some(receiver.clone()),
        },
        ("each" | "each_with_index" | "each_with_object", Some(block)) => {
            for (at, item) in items.into_iter().take(MOST).enumerate() {
                let second = match name {
                    "each_with_index" => vec![item, Value::Int(at as i64)],
                    "each_with_object" => vec![item, call.arg(0)?.clone()],
                    _ => vec![item],
                };
                it.invoke(&block, second);
            }
            Some(if name == "each_with_object" {
                call.arg(0)?.clone()
            } else {
                receiver.clone()
            })
        }
        ("each_with_index" | "with_index", None) => Some(Value::list(
            items
                .into_iter()
                .enumerate()
                .map(|(at, item)| Value::list(vec![item, Value::Int(at as i64)]))
                .collect(),
        )),
        ("inject" | "reduce", Some(block)) => {
            let mut items = items.into_iter().take(MOST);
            let mut total = if call.args.len() > 1 {
                call.arg(0)?.clone()
            } else {
                items.next()?
            };
            for item in items {
                total = it.invoke(&block, vec![total, item]);
            }
            Some(total)
        }
        _ => None,
    }
}

/// Formats `m`, `H`, `h`, `C`, `c`, `U`, `a`, `A`, `B`, with counts.
pub(super) fn unpack(bytes: &[u8], format: &str, facts: Facts, one: bool) -> Option<Value> {
    let kind = format.trim().chars().next()?;
    let single = |value: Value| Some(if one { value } else { Value::list(vec![value]) });
    let several = |items: Vec<Value>| {
        Some(if one {
            items.into_iter().next().unwrap_or(Value::Null)
        } else {
            Value::list(items)
        })
    };
    match kind {
        'm' => single(match decode::base64(bytes) {
            Some(decoded) => of_bytes(decoded, facts.decoded("base64")),
            None => Value::unknown(facts),
        }),
        'H' => single(Value::str(decode::to_hex(bytes), facts)),
        'u' => single(Value::unknown(facts.decoded("uu"))),
        'C' | 'c' => several(bytes.iter().map(|b| Value::Int(i64::from(*b))).collect()),
        'U' => several(
            String::from_utf8_lossy(bytes)
                .chars()
                .map(|c| Value::Int(i64::from(u32::from(c))))
                .collect(),
        ),
        'a' | 'A' => single(of_bytes(bytes.to_vec(), facts)),
        _ => Some(Value::unknown(facts)),
    }
}

fn pack(it: &Interp<'_>, items: &[Value], format: &str, facts: Facts) -> Option<Value> {
    let first = items.first();
    let text = || first.and_then(|v| it.known_text(v));
    Some(match format.trim().chars().next()? {
        'm' => Value::str(decode::to_base64(text()?.as_bytes()), facts),
        'H' => match text().and_then(|t| decode::hex(t.as_bytes())) {
            Some(bytes) => of_bytes(bytes, facts.decoded("hex")),
            None => Value::unknown(facts.decoded("hex")),
        },
        'C' | 'c' => {
            let bytes: Option<Vec<u8>> =
                items.iter().map(|v| v.as_int().map(|i| i as u8)).collect();
            of_bytes(bytes?, facts)
        }
        'U' => {
            let text: Option<String> = items
                .iter()
                .map(|v| {
                    v.as_int()
                        .and_then(|i| u32::try_from(i).ok())
                        .and_then(char::from_u32)
                })
                .collect();
            Value::str(text?, facts)
        }
        _ => Value::unknown(facts),
    })
}
