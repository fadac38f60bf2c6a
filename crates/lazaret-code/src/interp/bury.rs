//! Dropping without recursion: a hostile program can nest a million lists,
//! and the derived drop would run out of stack.

use std::cell::RefCell;

use super::value::Value;

thread_local! {
    static GRAVE: RefCell<Grave> = const { RefCell::new(Grave { open: false, queue: Vec::new() }) };
}

struct Grave {
    open: bool,
    queue: Vec<Value>,
}

/// Drops values; those inside of them are queued instead of nested.
pub(super) fn bury(values: impl IntoIterator<Item = Value>) {
    let mut values = values
        .into_iter()
        .filter(|value| {
            !matches!(
                value,
                Value::Undefined
                    | Value::Null
                    | Value::Bool(_)
                    | Value::Int(_)
                    | Value::Float(_)
                    | Value::Str(_)
                    | Value::Bytes(_)
                    | Value::Regex(_)
            )
        })
        .peekable();
    if values.peek().is_none() {
        return;
    }
    let first = GRAVE.try_with(|grave| {
        let mut grave = grave.borrow_mut();
        grave.queue.extend(values);
        !std::mem::replace(&mut grave.open, true)
    });
    if first != Ok(true) {
        return;
    }
    loop {
        let next = GRAVE.with(|grave| {
            let mut grave = grave.borrow_mut();
            let next = grave.queue.pop();
            grave.open = next.is_some();
            next
        });
        match next {
            Some(value) => drop(value),
            None => break,
        }
    }
}
