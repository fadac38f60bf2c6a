//! Functions that need no import.

use std::rc::Rc;

use lazaret_model::{Action, Flow, ObjectKind};

use super::{convert, format, operators, passed, sequence};
use crate::{
    builtins::ops,
    interp::{Call, Facts, Flows, Interp, List, ListKind, Value},
    ir::{BinaryOp, Language},
};

pub(super) fn call(it: &mut Interp<'_>, name: &str, call: &Call) -> Option<Value> {
    let first = call.arg(0);
    match name {
        "exec" | "eval" => Some(run(it, name, call)),
        // A code object is its text.
        "compile" => Some(first?.clone()),
        "print" | "super_init" => Some(Value::Null),
        "__import__" => Some(import(it, call, true)),
        "getattr" => {
            let object = first?.clone();
            let name = it.known_text(call.arg(1)?);
            match name {
                Some(name) => Some(it.member(&object, &name)),
                None => Some(Value::unknown(object.facts().union(&call.facts()))),
            }
        }
        "setattr" => {
            let name = call.arg(1)?.as_str()?.to_owned();
            let _ = it.set_member(first?, &name, call.arg(2)?.clone());
            Some(Value::Null)
        }
        "globals" | "locals" | "vars" if call.args.is_empty() => Some(Value::api("globals()")),
        "vars" => it
            .builtins()
            .member(it, first?, "__dict__")
            .or_else(|| Some(first?.clone())),
        "str" | "repr" | "ascii" => Some(convert::text(it, call)),
        "bytes" | "bytearray" | "memoryview" => convert::bytes(it, name, call),
        "int" => convert::integer(it, call),
        "float" => match first? {
            Value::Str(s) => s.text.trim().parse().ok().map(Value::Float),
            other => other.as_float().map(Value::Float),
        }
        .or_else(|| Some(passed(call))),
        "bool" => Some(ops::truthy(first?).map_or_else(|| passed(call), Value::Bool)),
        "chr" => match first?.as_int() {
            Some(i) => {
                let c = u32::try_from(i).ok().and_then(char::from_u32)?;
                Some(Value::str(
                    c.to_string(),
                    first?.facts().decoded("deobfuscate"),
                ))
            }
            None => Some(passed(call)),
        },
        "ord" => match first? {
            Value::Str(s) => Some(Value::Int(i64::from(u32::from(s.text.chars().next()?)))),
            Value::Bytes(b) => Some(Value::Int(i64::from(*b.data.first()?))),
            _ => Some(passed(call)),
        },
        "hex" | "oct" | "bin" => {
            let i = first?.as_int()?;
            let sign = if i < 0 { "-" } else { "" };
            let i = i.unsigned_abs();
            Some(Value::from(match name {
                "hex" => format!("{sign}{i:#x}"),
                "oct" => format!("{sign}{i:#o}"),
                _ => format!("{sign}{i:#b}"),
            }))
        }
        "len" => Some(length(first?)),
        "list" | "tuple" | "set" | "frozenset" | "iter" => {
            let kind = match name {
                "tuple" => ListKind::Tuple,
                "set" | "frozenset" => ListKind::Set,
                _ => ListKind::List,
            };
            let (known, rest) = first.map(|value| walk(it, value)).unwrap_or_default();
            let list = List::of(known, kind);
            *list.rest.borrow_mut() = rest;
            if let Some(Value::List(from)) = first {
                *list.facts.borrow_mut() = from.facts.borrow().clone();
            }
            Some(Value::List(Rc::new(list)))
        }
        "dict" => {
            let map = match first {
                Some(Value::Map(map)) => Value::map(map.entries.borrow().clone()),
                Some(Value::List(pairs)) => {
                    let mut entries = Vec::new();
                    for pair in pairs.items.borrow().iter() {
                        if let Value::List(pair) = pair
                            && let [key, value] = pair.items.borrow().as_slice()
                        {
                            entries.extend(key.to_key().map(|key| (key, value.clone())));
                        }
                    }
                    Value::map(entries)
                }
                Some(other) => {
                    let map = Value::map([]);
                    if let Value::Map(map) = &map {
                        *map.rest.borrow_mut() = Some(Value::unknown(other.facts()));
                    }
                    if other.api_name().is_some_and(|api| &**api == "os.environ") {
                        it.act_on(
                            (Action::Read, ObjectKind::Environment),
                            "*",
                            Flows::NONE,
                            &[],
                            &Default::default(),
                            "os.environ",
                        );
                    }
                    map
                }
                None => Value::map([]),
            };
            if let Value::Map(map) = &map {
                for (name, value) in &call.named {
                    map.set(name, value.clone());
                }
            }
            Some(map)
        }
        "sorted" => sequence::sorted(it, first?, call).or_else(|| Some(passed(call))),
        "reversed" => {
            let (mut known, rest) = walk(it, first?);
            known.reverse();
            let list = List::of(known, ListKind::List);
            *list.rest.borrow_mut() = rest;
            *list.facts.borrow_mut() = first?.facts().decoded("reverse");
            Some(Value::List(Rc::new(list)))
        }
        "range" => sequence::range(call),
        "enumerate" => {
            let start = call.get(1, "start").and_then(Value::as_int).unwrap_or(0);
            let (known, rest) = walk(it, first?);
            let pairs = known
                .into_iter()
                .enumerate()
                .map(|(i, value)| Value::tuple(vec![Value::Int(start + i as i64), value]))
                .collect();
            let list = List::of(pairs, ListKind::List);
            *list.rest.borrow_mut() =
                rest.map(|value| Value::tuple(vec![Value::anything(), value]));
            Some(Value::List(Rc::new(list)))
        }
        "zip" => {
            let columns: Vec<_> = call.args.iter().map(|arg| walk(it, arg)).collect();
            let open = columns.iter().any(|(_, rest)| rest.is_some());
            let rows = columns
                .iter()
                .map(|(known, _)| known.len())
                .min()
                .unwrap_or(0);
            it.charge(rows * columns.len() * 64);
            let row = |i: usize| {
                Value::tuple(
                    columns
                        .iter()
                        .filter_map(|(known, rest)| known.get(i).or(rest.as_ref()).cloned())
                        .collect(),
                )
            };
            let list = List::of((0..rows).map(row).collect(), ListKind::List);
            if open {
                *list.rest.borrow_mut() = Some(Value::tuple(
                    columns
                        .iter()
                        .map(|(known, rest)| it.any_of(known, rest.clone()))
                        .collect(),
                ));
            }
            Some(Value::List(Rc::new(list)))
        }
        "map" | "filter" => {
            let function = first?.clone();
            let (known, rest) = walk(it, call.arg(1)?);
            let facts = call.arg(1)?.facts();
            let mut out = Vec::with_capacity(known.len());
            for item in known {
                if it.fuel_left() == 0 {
                    break;
                }
                if name == "map" {
                    out.push(it.invoke(&function, vec![item]));
                } else if matches!(function, Value::Null) {
                    if ops::truthy(&item) != Some(false) {
                        out.push(item);
                    }
                } else {
                    let keep = it.invoke(&function, vec![item.clone()]);
                    if ops::truthy(&keep) != Some(false) {
                        out.push(item);
                    }
                }
            }
            let list = List::of(out, ListKind::List);
            *list.facts.borrow_mut() = facts;
            if let Some(item) = rest {
                let rest = if name == "map" {
                    it.invoke(&function, vec![item])
                } else {
                    item
                };
                *list.rest.borrow_mut() = Some(rest);
            }
            Some(Value::List(Rc::new(list)))
        }
        "sum" => {
            let (known, rest) = walk(it, first?);
            let mut total = call.get(1, "start").cloned().unwrap_or(Value::Int(0));
            for value in known {
                total = operators::binary(it, BinaryOp::Add, &total, &value)
                    .or_else(|| ops::binary(BinaryOp::Add, &total, &value))
                    .unwrap_or_else(|| Value::unknown(value.facts()));
            }
            Some(if rest.is_some() { passed(call) } else { total })
        }
        "min" | "max" => {
            let items = if call.args.len() == 1 {
                walk(it, first?).0
            } else {
                call.args.clone()
            };
            let numbers: Option<Vec<i64>> = items.iter().map(Value::as_int).collect();
            let numbers = numbers.filter(|_| call.named.is_empty());
            let found = numbers.and_then(|n| {
                if name == "min" {
                    n.into_iter().min()
                } else {
                    n.into_iter().max()
                }
            });
            Some(found.map_or_else(|| passed(call), Value::Int))
        }
        "abs" => match first? {
            Value::Int(i) => i.checked_abs().map(Value::Int),
            Value::Float(f) => Some(Value::Float(f.abs())),
            _ => None,
        },
        "round" => first?
            .as_float()
            .map(|f| Value::Int(f.round_ties_even() as i64))
            .filter(|_| call.args.len() == 1),
        "pow" => match call.args.as_slice() {
            [a, b] => ops::binary(BinaryOp::Pow, a, b),
            [a, b, m] => modular_power(a.as_int()?, b.as_int()?, m.as_int()?).map(Value::Int),
            _ => None,
        },
        "divmod" => {
            let (a, b) = (first?, call.arg(1)?);
            let quotient = ops::binary(BinaryOp::FloorDiv, a, b)?;
            let rest = operators::binary(it, BinaryOp::Mod, a, b)?;
            Some(Value::tuple(vec![quotient, rest]))
        }
        "any" | "all" => {
            let (known, rest) = walk(it, first?);
            let wanted = name == "any";
            if rest.is_some() {
                return Some(Value::anything());
            }
            let mut open = false;
            for value in &known {
                match ops::truthy(value) {
                    Some(truth) if truth == wanted => return Some(Value::Bool(wanted)),
                    None => open = true,
                    _ => {}
                }
            }
            Some(if open {
                Value::anything()
            } else {
                Value::Bool(!wanted)
            })
        }
        "format" => {
            let spec = call.arg(1).and_then(Value::as_str).unwrap_or("");
            Some(format::formatted(first?, spec))
        }
        "next" => {
            let (known, rest) = walk(it, first?);
            known
                .into_iter()
                .next()
                .or(rest)
                .or_else(|| call.arg(1).cloned())
        }
        "slice" => None,
        "isinstance" => {
            Some(is_instance(first?, call.arg(1)?).map_or_else(Value::anything, Value::Bool))
        }
        "callable" | "issubclass" | "hasattr" => Some(Value::anything()),
        "type" => Some(match first? {
            Value::Instance(instance) => Value::Class(instance.class.clone()),
            Value::Str(_) => Value::api("str"),
            Value::Bytes(_) => Value::api("bytes"),
            Value::Function(_) => Value::api("types.FunctionType"),
            _ => Value::anything(),
        }),
        "super" => Some(Value::api("super()")),
        "input" => Some(Value::hole("input", Flows::of(Flow::Argument))),
        "exit" | "quit" => {
            it.throw(Value::api("SystemExit()"));
            Some(Value::Null)
        }
        "execfile" => {
            it.emit_api("execfile", call);
            Some(Value::Null)
        }
        _ => None,
    }
}

/// `exec` and `eval`.
fn run(it: &mut Interp<'_>, name: &str, call: &Call) -> Value {
    let Some(code) = call.arg(0).cloned() else {
        return Value::Null;
    };
    let scope = it.scope();
    if let (Value::Unknown(unknown), "eval" | "exec") = (&code, name) {
        // One of several texts: each is run.
        if unknown.parts.is_empty() && unknown.alternatives.len() > 1 {
            let mut value = Value::Null;
            for code in unknown.alternatives.iter().take(4) {
                value = it.evaluate(Language::Python, code, scope.clone(), name);
            }
            return value;
        }
    }
    let value = it.evaluate(Language::Python, &code, scope, name);
    if name == "exec" { Value::Null } else { value }
}

/// `__import__` (whose value is the first package) and `import_module`.
pub(super) fn import(it: &mut Interp<'_>, call: &Call, first: bool) -> Value {
    let Some(name) = call.get(0, "name").cloned() else {
        return Value::anything();
    };
    let facts = name.facts();
    match it.known_text(&name) {
        Some(text) => {
            if !facts.layers.names().is_empty() {
                it.act_on(
                    (Action::Load, ObjectKind::Module),
                    &text,
                    facts.flows,
                    &["computed".to_owned()],
                    &facts.layers,
                    "__import__",
                );
            }
            let specifier = match text.split_once('.') {
                Some((package, _)) if first && call.get(3, "fromlist").is_none() => {
                    package.to_owned()
                }
                _ => text.to_string(),
            };
            it.load_module(&specifier)
        }
        None => {
            let target = it.text_of(&name);
            it.act_on(
                (Action::Load, ObjectKind::Module),
                &target,
                facts.flows,
                &["computed".to_owned()],
                &facts.layers,
                "__import__",
            );
            Value::unknown(facts)
        }
    }
}

/// A variable by computed name.
pub(super) fn variable(it: &mut Interp<'_>, name: &str) -> Value {
    if name == "__builtins__" {
        return Value::api("builtins");
    }
    let id = it.name(name);
    if let Some(value) = it.scope().and_then(|scope| scope.get(id)) {
        return value;
    }
    Value::api(name)
}

/// `len(value)`.
pub(super) fn length(value: &Value) -> Value {
    let length = match value {
        Value::Str(s) => s.text.chars().count(),
        Value::Bytes(b) => b.data.len(),
        Value::List(list) if list.rest.borrow().is_none() => list.items.borrow().len(),
        Value::Map(map) if map.rest.borrow().is_none() => map.entries.borrow().len(),
        // How long something is tells little of what it is.
        _ => return Value::anything(),
    };
    Value::Int(length as i64)
}

/// The elements of a value, and what further ones look like.
pub(super) fn walk(it: &mut Interp<'_>, value: &Value) -> (Vec<Value>, Option<Value>) {
    let walked = it.walk(value, false);
    it.charge(walked.known.len() * 64);
    (walked.known, walked.rest)
}

fn modular_power(base: i64, exponent: i64, modulus: i64) -> Option<i64> {
    if modulus <= 0 || exponent < 0 {
        return None;
    }
    let modulus = i128::from(modulus);
    let mut base = i128::from(base).rem_euclid(modulus);
    let mut exponent = exponent;
    let mut result = 1i128 % modulus;
    while exponent > 0 {
        if exponent & 1 == 1 {
            result = result * base % modulus;
        }
        base = base * base % modulus;
        exponent >>= 1;
    }
    i64::try_from(result).ok()
}

/// Methods of integers.
pub(super) fn int_method(value: i64, name: &str, call: &Call) -> Option<Value> {
    match name {
        "to_bytes" => {
            let length = usize::try_from(call.get(0, "length")?.as_int()?)
                .ok()?
                .min(4096);
            let little = call.get(1, "byteorder").and_then(Value::as_str) == Some("little");
            let mut bytes = vec![0u8; length];
            for (i, byte) in bytes.iter_mut().enumerate().take(8) {
                *byte = (value >> (8 * i)) as u8;
            }
            if !little {
                bytes.reverse();
            }
            Some(Value::bytes(bytes, Facts::default().decoded("deobfuscate")))
        }
        "bit_length" => Some(Value::Int(i64::from(
            64 - value.unsigned_abs().leading_zeros(),
        ))),
        _ => None,
    }
}

/// `isinstance(value, class)` for classes without import.
fn is_instance(value: &Value, class: &Value) -> Option<bool> {
    let class = class.api_name()?;
    let kinds: &[&str] = match &**class {
        "str" => &["str"],
        "bytes" => &["bytes"],
        "int" => &["int", "bool"],
        "bool" => &["bool"],
        "float" => &["float"],
        "list" | "tuple" | "set" | "bytearray" => &["list"],
        "dict" => &["map"],
        _ => return None,
    };
    (value.is_known() && value.kind() != "list").then(|| kinds.contains(&value.kind()))
}
