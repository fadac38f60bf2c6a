//! Values as texts for targets.

use std::rc::Rc;

use super::{Facts, Interp, Part, Unknown, Value};
use crate::builtins::ops;

/// Longest target kept.
const TARGET: usize = 4096;

impl Interp<'_> {
    /// The texts that a value may be, at most four; holes as `{label}`.
    pub fn texts(&self, value: &Value) -> Vec<String> {
        let mut texts: Vec<String> = match value {
            Value::Unknown(unknown)
                if unknown.parts.is_empty() && !unknown.alternatives.is_empty() =>
            {
                unknown
                    .alternatives
                    .iter()
                    .filter(|value| !matches!(value, Value::Null | Value::Undefined))
                    .take(4)
                    .map(|value| self.text_of(value))
                    .collect()
            }
            other => vec![self.text_of(other)],
        };
        texts.dedup();
        texts
    }

    /// A value as text; holes as `{label}`.
    pub fn text_of(&self, value: &Value) -> String {
        let mut out = String::new();
        self.write_text(&mut out, value, 3);
        if out.len() > TARGET {
            out.truncate(out.floor_char_boundary(TARGET));
            out.push('…');
        }
        out
    }

    fn write_text(&self, out: &mut String, value: &Value, depth: u8) {
        if out.len() > TARGET {
            return;
        }
        match value {
            Value::Str(s) => out.push_str(cut(&s.text)),
            Value::Bytes(b) => {
                let head = b.data.get(..TARGET.min(b.data.len())).unwrap_or_default();
                out.push_str(&String::from_utf8_lossy(head));
            }
            Value::Null | Value::Undefined => {}
            Value::List(list) if depth > 0 => {
                for (i, item) in list.items.borrow().iter().take(256).enumerate() {
                    if i > 0 {
                        out.push(' ');
                    }
                    self.write_word(out, item, depth - 1);
                }
                if list.rest.borrow().is_some() {
                    out.push_str(" {…}");
                }
            }
            Value::Instance(instance) => {
                out.push('{');
                out.push_str(&instance.class.name);
                out.push('}');
            }
            Value::Unknown(unknown) => {
                if !unknown.parts.is_empty() {
                    for part in &unknown.parts {
                        match part {
                            Part::Text(text) => out.push_str(cut(text)),
                            Part::Hole(label) => {
                                out.push('{');
                                out.push_str(label);
                                out.push('}');
                            }
                        }
                    }
                } else if let Some(first) = unknown
                    .alternatives
                    .iter()
                    .find(|v| !matches!(v, Value::Null | Value::Undefined))
                    .filter(|_| depth > 0)
                {
                    self.write_text(out, first, depth - 1);
                } else {
                    out.push('{');
                    out.push_str(&ops::hole_label(value));
                    out.push('}');
                }
            }
            other => match ops::text(other) {
                Some(text) => out.push_str(&text),
                None => out.push_str("{?}"),
            },
        }
    }

    /// A word of a command line, quoted where it has blanks.
    fn write_word(&self, out: &mut String, value: &Value, depth: u8) {
        let mut word = String::new();
        self.write_text(&mut word, value, depth);
        if word.contains([' ', '\t', '\n']) && !word.contains('"') {
            out.push('"');
            out.push_str(&word);
            out.push('"');
        } else {
            out.push_str(&word);
        }
    }

    /// A value as a known text: text, or bytes as UTF-8.
    pub fn known_text(&self, value: &Value) -> Option<Rc<str>> {
        match value {
            Value::Str(s) => Some(s.text.clone()),
            Value::Bytes(b) => Some(String::from_utf8_lossy(&b.data).into()),
            Value::Unknown(unknown) if unknown.parts.is_empty() => {
                unknown.alternatives.iter().find_map(|value| match value {
                    Value::Str(s) => Some(s.text.clone()),
                    _ => None,
                })
            }
            _ => None,
        }
    }
}

fn cut(text: &str) -> &str {
    text.get(..text.floor_char_boundary(TARGET)).unwrap_or(text)
}

/// `object[start:stop:step]` as Python has it; the other languages have
/// parts of that.
pub(crate) fn slice(object: &Value, bounds: &[Option<Value>; 3]) -> Value {
    let int = |bound: &Option<Value>| match bound {
        None | Some(Value::Null | Value::Undefined) => Some(None),
        Some(value) => value.as_int().map(Some),
    };
    let [start, stop, step] = bounds;
    let (Some(start), Some(stop), Some(step)) = (int(start), int(stop), int(step)) else {
        return Value::unknown(object.facts());
    };
    let step = step.unwrap_or(1);
    match object {
        Value::Str(s) => {
            if s.text.is_ascii() {
                let bytes = pick(s.text.as_bytes(), start, stop, step);
                let text = String::from_utf8_lossy(&bytes).into_owned();
                return Value::str(text, reversed(&s.facts, step));
            }
            let chars: Vec<char> = s.text.chars().collect();
            let text: String = pick(&chars, start, stop, step).into_iter().collect();
            Value::str(text, reversed(&s.facts, step))
        }
        Value::Bytes(b) => Value::bytes(pick(&b.data, start, stop, step), reversed(&b.facts, step)),
        Value::List(list) => {
            let items = list.items.borrow();
            let picked = super::List::of(pick(&items, start, stop, step), list.kind.get());
            *picked.rest.borrow_mut() = list.rest.borrow().clone();
            *picked.facts.borrow_mut() = list.facts.borrow().clone();
            Value::List(Rc::new(picked))
        }
        Value::Unknown(unknown) => Value::Unknown(Rc::new(Unknown {
            flows: object.flows(),
            layers: unknown.layers.clone(),
            handle: unknown.handle.clone(),
            ..Unknown::default()
        })),
        other => Value::unknown(other.facts()),
    }
}

fn reversed(facts: &Facts, step: i64) -> Facts {
    if step == -1 {
        facts.decoded("reverse")
    } else {
        facts.clone()
    }
}

fn pick<T: Clone>(items: &[T], start: Option<i64>, stop: Option<i64>, step: i64) -> Vec<T> {
    let length = items.len() as i64;
    let clamp = |at: i64, low: i64, high: i64| {
        (if at < 0 {
            at.saturating_add(length)
        } else {
            at
        })
        .clamp(low, high)
    };
    let mut out = Vec::new();
    if step > 0 {
        let mut at = start.map_or(0, |at| clamp(at, 0, length));
        let stop = stop.map_or(length, |at| clamp(at, 0, length));
        if step == 1 {
            return items
                .get(at as usize..(stop.max(at)) as usize)
                .unwrap_or_default()
                .to_vec();
        }
        while at < stop {
            out.extend(items.get(at as usize).cloned());
            at = at.saturating_add(step);
        }
    } else if step < 0 {
        let mut at = start.map_or(length - 1, |at| clamp(at, -1, length - 1));
        let stop = stop.map_or(-1, |at| clamp(at, -1, length - 1));
        while at > stop {
            out.extend(items.get(at as usize).cloned());
            at = at.saturating_add(step);
        }
    }
    out
}
