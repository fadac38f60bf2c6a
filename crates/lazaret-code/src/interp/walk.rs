//! Walking over values.

use std::rc::Rc;

use super::{Facts, Interp, Key, Unknown, Value};

/// Elements of a value that is walked.
#[derive(Clone, Debug, Default)]
pub(crate) struct Walked {
    /// Known ones.
    pub known: Vec<Value>,
    /// What further ones look like.
    pub rest: Option<Value>,
}

impl Interp<'_> {
    /// The elements of a value (or its keys).
    pub(crate) fn walk(&mut self, value: &Value, keys: bool) -> Walked {
        let known = |known: Vec<Value>| Walked { known, rest: None };
        match value {
            Value::List(list) if keys => known(
                (0..list.items.borrow().len() as i64)
                    .map(|i| Value::from(i.to_string()))
                    .collect(),
            ),
            Value::List(list) => {
                // Copying elements is work too: a step for each eight.
                let length = list.items.borrow().len();
                self.fuel = self.fuel.saturating_sub((length / 8) as u32);
                Walked {
                    known: list.items.borrow().clone(),
                    rest: list.rest.borrow().clone(),
                }
            }
            Value::Map(map) => Walked {
                known: map
                    .entries
                    .borrow()
                    .keys()
                    .map(|key| match key {
                        Key::Str(text) => Value::str(text.clone(), Facts::default()),
                        Key::Int(i) => Value::Int(*i),
                        Key::Bytes(b) => Value::bytes(b.clone(), Facts::default()),
                        Key::Null => Value::Null,
                    })
                    .collect(),
                rest: map
                    .rest
                    .borrow()
                    .as_ref()
                    .map(|rest| Value::unknown(rest.facts())),
            },
            Value::Str(s) => {
                if s.text.len() > self.fuel_left() as usize {
                    return Walked {
                        known: Vec::new(),
                        rest: Some(Value::unknown(s.facts.clone())),
                    };
                }
                known(
                    s.text
                        .chars()
                        .map(|c| Value::str(c.encode_utf8(&mut [0; 4]) as &str, s.facts.clone()))
                        .collect(),
                )
            }
            Value::Bytes(b) => {
                if b.data.len() > self.fuel_left() as usize {
                    return Walked {
                        known: Vec::new(),
                        rest: Some(Value::unknown(b.facts.clone())),
                    };
                }
                known(
                    b.data
                        .iter()
                        .map(|byte| Value::Int(i64::from(*byte)))
                        .collect(),
                )
            }
            Value::Unknown(unknown) => {
                if unknown.api.is_none() && !unknown.alternatives.is_empty() {
                    let mut all = Walked::default();
                    for alternative in unknown
                        .alternatives
                        .clone()
                        .iter()
                        .filter(|v| v.is_known())
                        .take(4)
                    {
                        let walked = self.walk(alternative, keys);
                        all.known.extend(walked.known);
                        all.rest = all.rest.or(walked.rest);
                    }
                    if !all.known.is_empty() {
                        return all;
                    }
                }
                self.doubts += 1;
                if let Some(api) = unknown.api.clone()
                    && let Some(value) = self.read_element(&api, &Value::anything(), false)
                {
                    return Walked {
                        known: Vec::new(),
                        rest: Some(value),
                    };
                }
                let element = Value::Unknown(Rc::new(Unknown {
                    api: unknown
                        .api
                        .as_ref()
                        .filter(|api| api.len() < 120)
                        .map(|api| format!("{api}[]").into()),
                    flows: value.flows(),
                    layers: unknown.layers.clone(),
                    handle: unknown.handle.clone(),
                    ..Unknown::default()
                }));
                Walked {
                    known: Vec::new(),
                    rest: Some(element),
                }
            }
            Value::Undefined | Value::Null => Walked::default(),
            other => {
                self.doubts += 1;
                Walked {
                    known: Vec::new(),
                    rest: Some(Value::unknown(other.facts())),
                }
            }
        }
    }
}
