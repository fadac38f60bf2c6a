//! Rust's builtins: the chains of `std::process::Command`, and text.

use std::rc::Rc;

use super::{Builtins, decode, dotnet};
use crate::interp::{Call, Handle, Interp, Unknown, Value};

/// Rust.
#[derive(Debug)]
pub struct Rust;

/// Elements that a collection may hold.
const ELEMENTS: usize = 1 << 20;

/// Name of a command being put together.
const COMMAND: &str = "std.process.Command";

impl Builtins for Rust {
    fn constructor(&self) -> &'static str {
        "new"
    }

    fn call(&self, it: &mut Interp<'_>, name: &str, call: &Call) -> Option<Value> {
        if let Some(method) = name.strip_prefix(COMMAND) {
            return command(it, method.trim_start_matches('.'), call);
        }
        let facts = call.facts();
        match name {
            "tokio.process.Command.new" | "async_process.Command.new" | "Command.new" => {
                command(it, "new", call)
            }
            "String.from"
            | "String.from_utf8_lossy"
            | "String.from_utf8"
            | "std.str.from_utf8"
            | "str.from_utf8"
            | "PathBuf.from"
            | "Path.new"
            | "std.path.Path.new"
            | "std.path.PathBuf.from"
            | "OsString.from"
            | "std.string.String.from"
            | "Arc.new"
            | "Rc.new"
            | "Vec.from"
            | "Cow.from" => {
                let value = call.arg(0)?;
                Some(match value {
                    Value::Bytes(b) => {
                        Value::str(String::from_utf8_lossy(&b.data).into_owned(), facts)
                    }
                    Value::List(_) => match value.to_bytes() {
                        Some(bytes) => {
                            Value::str(String::from_utf8_lossy(&bytes).into_owned(), facts)
                        }
                        None => value.clone(),
                    },
                    other => other.clone(),
                })
            }
            "Vec.new"
            | "Vec.with_capacity"
            | "VecDeque.new"
            | "HashSet.new"
            | "HashMap.new"
            | "BTreeMap.new"
            | "std.collections.VecDeque.new"
            | "std.collections.HashSet.new"
            | "std.collections.HashMap.new"
            | "std.collections.BTreeMap.new" => Some(Value::list(Vec::new())),
            "String.new" | "String.with_capacity" | "std.string.String.new" => {
                Some(Value::str("", facts))
            }
            "@range" | "@range_inclusive" => {
                let (a, b) = (call.arg(0)?.as_int()?, call.arg(1)?.as_int()?);
                let b = if name == "@range" {
                    b
                } else {
                    b.saturating_add(1)
                };
                (b.saturating_sub(a) < 100_000)
                    .then(|| Value::list((a..b).map(Value::Int).collect()))
            }
            "base64.decode" | "hex.decode" => decoded(it, call.arg(0)?, name.starts_with("hex")),
            _ if name.ends_with("STANDARD.decode") => decoded(it, call.arg(0)?, false),
            _ => None,
        }
    }

    fn method(
        &self,
        it: &mut Interp<'_>,
        receiver: &Value,
        name: &str,
        call: &Call,
    ) -> Option<Value> {
        let facts = receiver.facts().union(&call.facts());
        match (name, receiver) {
            (
                "push" | "push_back" | "push_front" | "insert" | "append" | "extend"
                | "extend_from_slice",
                Value::List(list),
            ) => {
                let mut added = Vec::new();
                for value in &call.args {
                    match value {
                        Value::List(more) => added.extend(more.items.borrow().iter().cloned()),
                        other => added.push(other.clone()),
                    }
                }
                it.charge(added.len() * 64);
                let mut items = list.items.borrow_mut();
                if items.len() + added.len() < ELEMENTS {
                    items.extend(added);
                }
                Some(Value::Null)
            }
            ("join" | "push" | "with_extension", Value::Str(_)) => Some(dotnet::joined(
                it,
                &[receiver.clone(), call.arg(0)?.clone()],
                "/",
            )),
            ("concat", Value::List(list)) => Some(dotnet::joined(it, &list.whole()?, "")),
            ("join", Value::List(list)) => {
                let separator = it.known_text(call.arg(0)?)?;
                Some(dotnet::joined(it, &list.whole()?, &separator))
            }
            ("replace", Value::Str(s)) => {
                let (from, to) = (it.known_text(call.arg(0)?)?, it.known_text(call.arg(1)?)?);
                let fits = !from.is_empty()
                    && s.text.len().saturating_mul(to.len().max(1)) < it.limits().text;
                fits.then(|| Value::str(s.text.replace(&*from, &to), facts))
            }
            ("rev", Value::List(list)) => {
                Some(Value::list(list.whole()?.into_iter().rev().collect()))
            }
            ("chars", Value::Str(s)) => Some(Value::list(
                s.text
                    .chars()
                    .map(|c| Value::str(c.to_string(), s.facts.clone()))
                    .collect(),
            )),
            ("bytes", Value::Str(s)) => Some(Value::bytes(s.text.as_bytes(), facts)),
            ("map", Value::List(_) | Value::Bytes(_)) => {
                let items = match receiver {
                    Value::List(list) => list.whole()?,
                    Value::Bytes(b) => b.data.iter().map(|b| Value::Int(i64::from(*b))).collect(),
                    _ => return None,
                };
                let function = call.arg(0)?.clone();
                Some(Value::list(
                    items
                        .into_iter()
                        .take(65_536)
                        .map(|i| it.invoke(&function, vec![i]))
                        .collect(),
                ))
            }
            (
                "collect" | "trim" | "to_string_lossy" | "display" | "as_os_str" | "by_ref"
                | "lines",
                _,
            ) if receiver.is_known() => Some(receiver.clone()),
            _ => None,
        }
    }
}

fn decoded(it: &Interp<'_>, value: &Value, hex: bool) -> Option<Value> {
    let facts = value.facts().decoded(if hex { "hex" } else { "base64" });
    let text = match it.known_text(value) {
        Some(text) => text.as_bytes().to_vec(),
        None => value.to_bytes()?.to_vec(),
    };
    let bytes = if hex {
        decode::hex(&text)
    } else {
        decode::base64(&text)
    };
    bytes.map(|b| Value::bytes(b, facts))
}

/// `Command::new(a).arg(b).args([c]).spawn()`.
fn command(it: &mut Interp<'_>, method: &str, call: &Call) -> Option<Value> {
    if method == "new" {
        let handle = Handle::default();
        handle
            .fields
            .borrow_mut()
            .push(("word".into(), call.arg(0)?.clone()));
        return Some(Value::Unknown(Rc::new(Unknown {
            api: Some(COMMAND.into()),
            flows: call.facts().flows,
            handle: Some(Rc::new(handle)),
            ..Unknown::default()
        })));
    }
    let this = call.this.clone()?;
    let Value::Unknown(unknown) = &this else {
        return None;
    };
    let handle = unknown.handle.clone()?;
    match method {
        "arg" | "raw_arg" => handle
            .fields
            .borrow_mut()
            .push(("word".into(), call.arg(0)?.clone())),
        "args" => {
            let items = match call.arg(0)? {
                Value::List(list) => list.items.borrow().clone(),
                other => vec![other.clone()],
            };
            handle
                .fields
                .borrow_mut()
                .extend(items.into_iter().take(1_024).map(|v| ("word".into(), v)));
        }
        "spawn" | "output" | "status" | "exec" => {
            let words: Vec<Value> = handle
                .fields
                .borrow()
                .iter()
                .filter(|(name, _)| &**name == "word")
                .map(|(_, value)| value.clone())
                .collect();
            let finished = Call::of(vec![Value::list(words)]);
            return it.emit_api("@command", &finished);
        }
        _ => {}
    }
    Some(this)
}
