//! `%`, `str.format` and `format`.

use crate::{
    builtins::ops,
    interp::{Call, Facts, Interp, Value},
};

/// `template % values`.
pub(super) fn percent(it: &mut Interp<'_>, template: &Value, values: &Value) -> Value {
    let Value::Str(template) = template else {
        return Value::unknown(template.facts());
    };
    let mut pieces: Vec<Value> = Vec::new();
    let list = match values {
        Value::List(list) => Some(list.items.borrow().clone()),
        _ => None,
    };
    let mut next = 0;
    let mut rest = &*template.text;
    while let Some((before, after)) = rest.split_once('%') {
        pieces.push(Value::str(before, template.facts.clone()));
        if let Some(after) = after.strip_prefix('%') {
            pieces.push("%".into());
            rest = after;
            continue;
        }
        let (key, after) = match after.strip_prefix('(').and_then(|a| a.split_once(')')) {
            Some((key, after)) => (Some(key), after),
            None => (None, after),
        };
        let end = after
            .find(|c: char| c.is_ascii_alphabetic())
            .unwrap_or(after.len());
        let flags = after.get(..end).unwrap_or_default();
        let kind = after
            .get(end..)
            .and_then(|a| a.chars().next())
            .unwrap_or('s');
        rest = after.get(end + kind.len_utf8()..).unwrap_or_default();
        let value = match (key, &list) {
            (Some(key), _) => it.index(values, &Value::from(key)),
            (None, Some(items)) => {
                next += 1;
                items.get(next - 1).cloned().unwrap_or_else(Value::anything)
            }
            (None, None) => values.clone(),
        };
        pieces.push(formatted(&value, &format!("{flags}{kind}")));
    }
    pieces.push(Value::str(rest, template.facts.clone()));
    join(it, &pieces)
}

/// `template.format(...)`.
pub(super) fn format(it: &mut Interp<'_>, template: &str, facts: &Facts, call: &Call) -> Value {
    let mut pieces: Vec<Value> = Vec::new();
    let mut next = 0;
    let mut rest = template;
    while let Some(at) = rest.find(['{', '}']) {
        let (before, after) = rest.split_at(at);
        pieces.push(Value::str(before, facts.clone()));
        let doubled = after.starts_with("{{") || after.starts_with("}}");
        if doubled || after.starts_with('}') {
            pieces.push(Value::from(after.get(..1).unwrap_or_default()));
            rest = after.get(if doubled { 2 } else { 1 }..).unwrap_or_default();
            continue;
        }
        let Some((field, after)) = after.get(1..).and_then(|a| a.split_once('}')) else {
            rest = "";
            break;
        };
        rest = after;
        let (name, spec) = field.split_once(':').unwrap_or((field, ""));
        let name = name.split_once('!').map_or(name, |(name, _)| name);
        let end = name.find(['.', '[']).unwrap_or(name.len());
        let (first, steps) = name.split_at(end);
        let mut value = if first.is_empty() {
            next += 1;
            call.arg(next - 1).cloned()
        } else if let Ok(position) = first.parse::<usize>() {
            call.arg(position).cloned()
        } else {
            call.named(first).cloned()
        }
        .unwrap_or_else(|| Value::unknown(Facts::default()));
        for step in steps.split(['.', '[', ']']).filter(|step| !step.is_empty()) {
            value = match step.parse::<i64>() {
                Ok(i) => it.index(&value, &Value::Int(i)),
                Err(_) if steps.starts_with('[') => it.index(&value, &Value::from(step)),
                Err(_) => it.member(&value, step),
            };
        }
        pieces.push(formatted(&value, spec));
    }
    pieces.push(Value::str(rest, facts.clone()));
    join(it, &pieces)
}

fn join(it: &mut Interp<'_>, pieces: &[Value]) -> Value {
    let limit = it.limits().text;
    let value = ops::join(pieces, super::operators::text, limit);
    if let Value::Str(s) = &value {
        it.charge(s.text.len());
    }
    value
}

/// `format(value, spec)`; the value itself where it is not known.
pub(super) fn formatted(value: &Value, spec: &str) -> Value {
    let spec = spec.trim_start_matches(['<', '>', '^', '=', '+', ' ']);
    let kind = spec.chars().last().unwrap_or('s');
    let facts = value.facts();
    let alternate = spec.starts_with('#');
    let digits = spec
        .trim_start_matches('#')
        .trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let zero = digits.starts_with('0');
    // More is no format but an attack.
    let width = digits.parse::<usize>().unwrap_or(0).min(4096);
    let number = value.as_int();
    let text = match (kind, number) {
        ('x', Some(i)) => format!("{}{i:x}", if alternate { "0x" } else { "" }),
        ('X', Some(i)) => format!("{i:X}"),
        ('o', Some(i)) => format!("{i:o}"),
        ('b', Some(i)) => format!("{i:b}"),
        ('c', Some(i)) => match u32::try_from(i).ok().and_then(char::from_u32) {
            Some(c) => c.to_string(),
            None => return value.clone(),
        },
        ('d' | 'i', Some(i)) => i.to_string(),
        _ => match super::operators::text(value) {
            Some(text) if kind != 'r' || !matches!(value, Value::Str(_)) => text,
            Some(text) => format!("'{text}'"),
            None => return value.clone(),
        },
    };
    let missing = width.saturating_sub(text.chars().count());
    let pad = if zero { "0" } else { " " }.repeat(missing);
    Value::str(format!("{pad}{text}"), facts)
}
