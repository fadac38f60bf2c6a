//! Parameter operators and splitting.

use crate::interp::{Call, Interp, Value};

pub(super) fn call(it: &mut Interp<'_>, name: &str, call: &Call) -> Option<Value> {
    if !name.starts_with('@') {
        return None;
    }
    let subject = call.arg(0)?;
    if name == "@words" {
        return Some(words(subject));
    }
    let facts = call.facts();
    let text = it.known_text(subject);
    let argument = |at: usize| call.arg(at).and_then(|v| it.known_text(v));
    let result = match (name, text) {
        ("@length", _) if matches!(subject, Value::List(_)) => match subject {
            Value::List(list) => return Some(Value::Int(list.items.borrow().len() as i64)),
            _ => return None,
        },
        ("@length", Some(text)) => return Some(Value::Int(text.chars().count() as i64)),
        ("@upper", Some(text)) => text.to_uppercase(),
        ("@lower", Some(text)) => text.to_lowercase(),
        ("@replace" | "@replace_all", Some(text)) => {
            let pattern = argument(1)?;
            let replacement = argument(2)?;
            // Patterns with wildcards other than "everything" are left.
            if pattern.is_empty() || pattern.contains(['*', '[', '?']) {
                return Some(Value::unknown(facts));
            }
            let most = if name == "@replace" { 1 } else { usize::MAX };
            if text.len().saturating_mul(replacement.len().max(1)) > it.limits().text {
                return Some(Value::unknown(facts));
            }
            text.replacen(&*pattern, &replacement, most)
        }
        (
            "@strip_prefix" | "@strip_prefix_long" | "@strip_suffix" | "@strip_suffix_long",
            Some(text),
        ) => strip(&text, &argument(1)?, name),
        _ => return Some(Value::unknown(facts)),
    };
    Some(Value::str(result, facts))
}

/// A literal, or a literal with one `*` at the inner end.
fn strip(text: &str, pattern: &str, name: &str) -> String {
    let long = name.ends_with("_long");
    let kept = if name.starts_with("@strip_prefix") {
        match pattern.strip_prefix('*') {
            Some(mark) if long => text.rfind(mark).and_then(|at| text.get(at + mark.len()..)),
            Some(mark) => text.find(mark).and_then(|at| text.get(at + mark.len()..)),
            None => text.strip_prefix(pattern),
        }
    } else {
        match pattern.strip_suffix('*') {
            Some(mark) if long => text.find(mark).and_then(|at| text.get(..at)),
            Some(mark) => text.rfind(mark).and_then(|at| text.get(..at)),
            None => text.strip_suffix(pattern),
        }
    };
    kept.unwrap_or(text).to_owned()
}

/// An unquoted expansion as the words it is split into.
fn words(value: &Value) -> Value {
    match value {
        Value::Str(s) => Value::list(
            s.text
                .split_whitespace()
                .take(4_096)
                .map(|word| Value::str(word, s.facts.clone()))
                .collect(),
        ),
        Value::List(_) => value.clone(),
        Value::Null | Value::Undefined => Value::list(Vec::new()),
        other => Value::list(vec![other.clone()]),
    }
}
