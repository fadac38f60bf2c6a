//! `spath`: fields out of JSON and XML.

use std::collections::BTreeSet;

use serde_json::Value;

use super::value;
use crate::functions::cell::Cell;

/// The values at a path such as `a.b{}.c` or `a{0}`.
pub fn at(text: &str, path: &str) -> Cell<'static> {
    let Ok(root) = serde_json::from_str::<Value>(text) else {
        return Cell::Null;
    };
    let mut found = vec![&root];
    for step in path.split('.') {
        let (name, index) = match step.split_once('{') {
            Some((name, rest)) => (name, Some(rest.trim_end_matches('}'))),
            None => (step, None),
        };
        if !name.is_empty() {
            found = found
                .into_iter()
                .filter_map(|value| value.get(name))
                .collect();
        }
        found = match index {
            None => found,
            Some("") => found
                .into_iter()
                .filter_map(Value::as_array)
                .flatten()
                .collect(),
            Some(index) => {
                let Ok(index) = index.parse::<usize>() else {
                    return Cell::Null;
                };
                found
                    .into_iter()
                    .filter_map(|value| value.get(index))
                    .collect()
            }
        };
        if found.len() > value::VALUES {
            return Cell::Null;
        }
    }
    value::many(found.into_iter().filter_map(shown).collect())
}

fn shown(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        value => Some(value.to_string()),
    }
}

/// The paths to all values of a JSON text; `most` at most.
pub fn all(text: &str, most: usize, out: &mut BTreeSet<String>) {
    if let Ok(root) = serde_json::from_str::<Value>(text) {
        below(&root, "", most, out);
    }
}

fn below(value: &Value, path: &str, most: usize, out: &mut BTreeSet<String>) {
    if out.len() >= most {
        return;
    }
    match value {
        Value::Object(bag) => {
            for (key, value) in bag {
                let path = match path {
                    "" => key.clone(),
                    path => format!("{path}.{key}"),
                };
                below(value, &path, most, out);
            }
        }
        Value::Array(items) => {
            for item in items {
                below(item, &format!("{path}{{}}"), most, out);
            }
        }
        _ if path.is_empty() => {}
        _ => {
            out.insert(path.to_owned());
        }
    }
}
