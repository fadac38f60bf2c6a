//! Finding a value in the arguments of a call.

use super::{Call, Facts, Interp, Key, Part, Value};
use crate::{
    builtins::ops,
    catalogue::{Condition, Segment, Selector, Template, TemplatePart},
};

impl Interp<'_> {
    /// What a selector finds in the arguments.
    pub fn select(&self, selector: &Selector, call: &Call) -> Option<Value> {
        selector.0.iter().find_map(|path| {
            let mut segments = path.iter();
            let mut value = match segments.next()? {
                Segment::At(at) => {
                    let at = if *at < 0 {
                        *at + call.args.len() as i64
                    } else {
                        *at
                    };
                    call.arg(usize::try_from(at).ok()?)?.clone()
                }
                Segment::Name(name) => call.named(name)?.clone(),
                Segment::All => {
                    let list = Value::list(call.args.clone());
                    if let (Value::List(list), Some(rest)) = (&list, &call.rest) {
                        *list.rest.borrow_mut() = Some(rest.clone());
                    }
                    list
                }
                Segment::Literal(text) => return Some(Value::from(&**text)),
                Segment::Receiver => {
                    let this = call.this.as_ref()?;
                    let Value::Unknown(unknown) = this else {
                        return Some(this.clone());
                    };
                    if segments.len() == 0 {
                        let target = unknown
                            .handle
                            .as_ref()
                            .and_then(|handle| handle.target.borrow().clone());
                        return Some(match target {
                            Some(text) => Value::str(text, Facts::default()),
                            None => Value::Unknown(unknown.clone()),
                        });
                    }
                    this.clone()
                }
            };
            for segment in segments {
                value = within(&value, segment)?;
            }
            (!matches!(value, Value::Undefined | Value::Null)).then_some(value)
        })
    }

    pub(crate) fn fill(&self, template: &Template, call: &Call) -> Option<Value> {
        match template {
            Template::One(selector) => self.select(selector, call),
            Template::Any(templates) => templates
                .iter()
                .find_map(|template| self.fill(template, call)),
            Template::Joined(parts) => {
                let mut found = false;
                let values: Vec<Value> = parts
                    .iter()
                    .filter_map(|part| match part {
                        TemplatePart::Text(text) => Some(Value::from(&**text)),
                        TemplatePart::Select(selector) => {
                            let value = self.select(selector, call);
                            found |= value.is_some();
                            value
                        }
                    })
                    .collect();
                found.then(|| ops::join(&values, ops::text, self.limits().text))
            }
        }
    }
}

/// A part of a value, without evaluating anything.
fn within(value: &Value, segment: &Segment) -> Option<Value> {
    match (value, segment) {
        (Value::Map(map), Segment::Name(name)) => map.get(name),
        (Value::Map(map), Segment::At(at)) => map.get_key(&Key::Int(*at)),
        (Value::List(list), Segment::At(at)) => {
            let items = list.items.borrow();
            let at = if *at < 0 {
                *at + items.len() as i64
            } else {
                *at
            };
            items
                .get(usize::try_from(at).ok()?)
                .cloned()
                .or_else(|| list.rest.borrow().clone())
        }
        (Value::Instance(instance), Segment::Name(name)) => instance.field(name),
        // A text with holes has no parts of its own.
        (Value::Unknown(unknown), _) if !unknown.parts.is_empty() => None,
        (Value::Unknown(unknown), segment) => {
            if let (Some(handle), Segment::Name(name)) = (&unknown.handle, segment) {
                let fields = handle.fields.borrow();
                if let Some((_, value)) = fields.iter().rev().find(|(field, _)| **field == **name) {
                    return Some(value.clone());
                }
            }
            if let Some(found) = unknown
                .alternatives
                .iter()
                .find_map(|value| within(value, segment))
            {
                return Some(found);
            }
            Some(Value::unknown(value.facts()))
        }
        _ => None,
    }
}

pub(crate) fn holds(condition: &Condition, value: Option<&Value>) -> bool {
    let Some(value) = value else {
        return *condition == Condition::Given(false);
    };
    if let Value::Unknown(unknown) = value
        && !unknown.alternatives.is_empty()
    {
        return unknown
            .alternatives
            .iter()
            .any(|v| holds(condition, Some(v)));
    }
    match condition {
        Condition::Text(text) => value.as_str().is_some_and(|s| s.eq_ignore_ascii_case(text)),
        Condition::Int(i) => value.as_int() == Some(*i),
        Condition::Bool(b) => ops::truthy(value) == Some(*b),
        Condition::Bits(bits) => value.as_int().is_some_and(|i| i & bits == *bits),
        Condition::Contains(text) => match value {
            Value::Unknown(unknown) => unknown.parts.iter().any(
                |part| matches!(part, Part::Text(t) if t.to_ascii_lowercase().contains(&text.to_ascii_lowercase())),
            ) || unknown.api.as_ref().is_some_and(|api| api.contains(&**text)),
            _ => value
                .as_str()
                .is_some_and(|s| s.to_ascii_lowercase().contains(&text.to_ascii_lowercase())),
        },
        Condition::AnyOf(chars) => value.as_str().is_some_and(|s| s.contains(|c| chars.contains(c))),
        Condition::Given(given) => *given,
    }
}
