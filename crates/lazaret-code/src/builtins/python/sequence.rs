//! `range` and `sorted`.

use std::rc::Rc;

use super::functions::walk;
use crate::{
    builtins::ops,
    interp::{Call, Interp, List, ListKind, Value},
};

/// Most elements that `range` and the like make.
const ELEMENTS: i64 = 1 << 20;

pub(super) fn range(call: &Call) -> Option<Value> {
    let bounds: Option<Vec<i64>> = call.args.iter().map(Value::as_int).collect();
    let Some(bounds) = bounds.filter(|_| call.rest.is_none()) else {
        let list = List::of(Vec::new(), ListKind::List);
        *list.rest.borrow_mut() = Some(Value::anything());
        return Some(Value::List(Rc::new(list)));
    };
    let (start, stop, step) = match bounds.as_slice() {
        [stop] => (0, *stop, 1),
        [start, stop] => (*start, *stop, 1),
        [start, stop, step] if *step != 0 => (*start, *stop, *step),
        _ => return None,
    };
    let count = if step > 0 {
        stop.saturating_sub(start).max(0) / step + 1
    } else {
        start.saturating_sub(stop).max(0) / step.saturating_neg() + 1
    };
    let mut items = Vec::new();
    let mut at = start;
    while ((step > 0 && at < stop) || (step < 0 && at > stop))
        && (items.len() as i64) < count.min(ELEMENTS)
    {
        items.push(Value::Int(at));
        at = at.saturating_add(step);
    }
    Some(Value::list(items))
}

/// A sorted copy, where all elements compare.
pub(super) fn sorted(it: &mut Interp<'_>, value: &Value, call: &Call) -> Option<Value> {
    let (known, rest) = walk(it, value);
    if rest.is_some() {
        return None;
    }
    let key = call.named("key").cloned();
    let mut keyed: Vec<(Value, Value)> = Vec::with_capacity(known.len());
    for item in known {
        let by = match &key {
            Some(function) => it.invoke(function, vec![item.clone()]),
            None => item.clone(),
        };
        keyed.push((by, item));
    }
    let comparable = keyed.iter().all(|(key, _)| matches!(key, Value::Str(_)))
        || keyed.iter().all(|(key, _)| key.as_float().is_some());
    if !comparable {
        return None;
    }
    keyed.sort_by(|(a, _), (b, _)| match (a, b) {
        (Value::Str(a), Value::Str(b)) => a.text.cmp(&b.text),
        _ => a
            .as_float()
            .unwrap_or_default()
            .total_cmp(&b.as_float().unwrap_or_default()),
    });
    if call.named("reverse").and_then(ops::truthy) == Some(true) {
        keyed.reverse();
    }
    Some(Value::list(
        keyed.into_iter().map(|(_, item)| item).collect(),
    ))
}
