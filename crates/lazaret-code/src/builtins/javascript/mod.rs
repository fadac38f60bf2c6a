//! JavaScript's builtins: its values' methods, and the parts of Node's
//! library that compute or run code. What touches the world is in
//! `content/apis/javascript/`.

mod array;
mod buffer;
mod code;
mod coerce;
mod library;
mod object;
mod regex;
mod string;
mod units;

use super::Builtins;
use crate::{
    interp::{Call, Flows, Interp, Key, ListKind, Value},
    ir::{BinaryOp, UnaryOp},
    lower::javascript::{GETTER, SUPER},
};

/// What `[].entries()` is called, as text.
const ARRAY_ITERATOR: &str = "Array Iterator";
/// The mark of the global object.
const GLOBAL: &str = "\u{0}global";
const GLOBAL_MEMORY: &str = "javascript:global";

/// Methods of texts, lists, numbers and regular expressions.
const METHODS: &[&str] = &[
    "add",
    "anchor",
    "at",
    "big",
    "blink",
    "bold",
    "charAt",
    "charCodeAt",
    "codePointAt",
    "concat",
    "copyWithin",
    "endsWith",
    "entries",
    "every",
    "exec",
    "fill",
    "filter",
    "find",
    "findIndex",
    "findLast",
    "fixed",
    "flat",
    "flatMap",
    "fontcolor",
    "fontsize",
    "forEach",
    "has",
    "hasOwnProperty",
    "includes",
    "indexOf",
    "italics",
    "join",
    "keys",
    "lastIndexOf",
    "link",
    "localeCompare",
    "map",
    "match",
    "matchAll",
    "normalize",
    "padEnd",
    "padStart",
    "pop",
    "push",
    "readInt8",
    "readUInt8",
    "reduce",
    "reduceRight",
    "repeat",
    "replace",
    "replaceAll",
    "reverse",
    "search",
    "set",
    "shift",
    "slice",
    "small",
    "some",
    "sort",
    "splice",
    "split",
    "startsWith",
    "strike",
    "sub",
    "subarray",
    "substr",
    "substring",
    "sup",
    "test",
    "then",
    "toFixed",
    "toLocaleString",
    "toLowerCase",
    "toPrecision",
    "toReversed",
    "toSorted",
    "toString",
    "toUpperCase",
    "trim",
    "trimEnd",
    "trimLeft",
    "trimRight",
    "trimStart",
    "unshift",
    "valueOf",
    "values",
    "write",
];

/// JavaScript.
#[derive(Debug)]
pub struct JavaScript;

/// `globalThis`: a map of what was set on it.
fn global_object(it: &mut Interp<'_>) -> Value {
    it.memory
        .entry(GLOBAL_MEMORY)
        .or_insert_with(|| Value::map([(Key::Str(GLOBAL.into()), Value::Bool(true))]))
        .clone()
}

fn is_global(value: &Value) -> bool {
    matches!(value, Value::Map(map) if map.get(GLOBAL).is_some())
}

/// A global name, wherever it is asked for.
fn global_value(it: &mut Interp<'_>, name: &str) -> Value {
    if let Some(value) = JavaScript.global(it, name) {
        return value;
    }
    match it.read_value(name) {
        Some(value) => value,
        None => Value::api(name),
    }
}

impl Builtins for JavaScript {
    fn global(&self, it: &mut Interp<'_>, name: &str) -> Option<Value> {
        if let Some(Value::Map(map)) = it.memory.get(GLOBAL_MEMORY)
            && let Some(value) = map.get(name)
        {
            return Some(value);
        }
        Some(match name {
            "undefined" => Value::Undefined,
            "NaN" => Value::Float(f64::NAN),
            "Infinity" => Value::Float(f64::INFINITY),
            "globalThis" | "global" | "window" | "self" | "frames" | "GLOBAL" => global_object(it),
            "__dirname" => Value::hole("package", Flows::NONE),
            "__filename" => Value::hole("package/file", Flows::NONE),
            "__non_webpack_require__" => Value::api("require"),
            _ => return None,
        })
    }

    fn is_global(&self, value: &Value) -> bool {
        is_global(value)
    }

    fn module(&self, it: &mut Interp<'_>, specifier: &str) -> Value {
        if let Some(value) = code::module_by_address(it, specifier) {
            return value;
        }
        let name = specifier.strip_prefix("node:").unwrap_or(specifier);
        Value::api(match name {
            "fs/promises" | "mz/fs" | "fs-extra" | "graceful-fs" | "original-fs" | "fs-promise"
            | "fs-extra/esm" | "fs.promises" | "memfs" => "fs",
            "dns/promises" => "dns.promises",
            "child_process/promises" => "child_process",
            "buffer" => "globalThis.module.buffer",
            "process" => "process",
            other => other,
        })
    }

    fn call(&self, it: &mut Interp<'_>, name: &str, call: &Call) -> Option<Value> {
        library::call(it, name, call)
    }

    fn construct(&self, it: &mut Interp<'_>, function: &Value, call: &Call) -> Option<Value> {
        let prototype = it.member(function, "prototype");
        let this = Value::map([(Key::Str(object::PROTOTYPE.into()), prototype)]);
        let returned = it.invoke_with(
            function,
            Call {
                this: Some(this.clone()),
                ..call.clone()
            },
        );
        Some(match returned {
            Value::Map(_) | Value::List(_) | Value::Function(_) | Value::Instance(_) => returned,
            _ => this,
        })
    }

    fn method(
        &self,
        it: &mut Interp<'_>,
        receiver: &Value,
        name: &str,
        call: &Call,
    ) -> Option<Value> {
        if is_global(receiver) {
            let function = global_value(it, name);
            return Some(it.invoke_with(
                &function,
                Call {
                    this: None,
                    ..call.clone()
                },
            ));
        }
        // Command-line parsers keep what they are given for later.
        if matches!(name, "action" | "command")
            && matches!(receiver, Value::Unknown(_))
            && call.all().any(|arg| matches!(arg, Value::Function(_)))
        {
            return Some(receiver.clone());
        }
        let answer = match receiver {
            Value::Str(s) => string::method(it, s, name, call),
            Value::List(list) => match (list.kind.get(), name) {
                (ListKind::ByteArray, "toString") => buffer::to_text(it, receiver, call.arg(0)),
                _ => array::method(it, list, name, call),
            },
            Value::Bytes(_) => buffer::method(it, receiver, name, call),
            Value::Int(_) | Value::Float(_) | Value::Bool(_) => {
                string::of_number(receiver, name, call)
            }
            Value::Regex(source) => regex::method(it, source, name, call),
            Value::Map(map) => {
                if let Some(getter) = map.get(&format!("{GETTER}{name}")) {
                    let function = object::get(it, receiver, &getter);
                    return Some(it.invoke_with(&function, call.clone()));
                }
                if map.get("exports").is_some() && matches!(name, "require" | "_compile") {
                    return library::call(it, &format!("module.{name}"), call);
                }
                if let Some(function) = object::inherited(it, map, name) {
                    return Some(it.invoke_with(
                        &function,
                        Call {
                            this: Some(receiver.clone()),
                            ..call.clone()
                        },
                    ));
                }
                object::method(it, receiver, map, name, call)
            }
            Value::Function(_) | Value::Class(_) if name == SUPER => {
                let constructor = match receiver {
                    Value::Class(class) => class.member("constructor")?,
                    other => other.clone(),
                };
                Some(it.invoke_with(
                    &constructor,
                    Call {
                        args: call.args.get(1..).unwrap_or_default().to_vec(),
                        rest: call.rest.clone(),
                        this: call.args.first().cloned(),
                        ..Call::default()
                    },
                ))
            }
            Value::Function(_) | Value::Bound(_) | Value::Class(_) => {
                code::of_function(it, receiver, name, call)
            }
            _ => None,
        };
        if answer.is_some() {
            return answer;
        }
        if name == "constructor" {
            let function = self.member(it, receiver, name)?;
            return Some(it.invoke_with(&function, call.clone()));
        }
        library::awaited(it, receiver, name, call)
    }

    fn member(&self, it: &mut Interp<'_>, object: &Value, name: &str) -> Option<Value> {
        if is_global(object) {
            return Some(global_value(it, name));
        }
        Some(match (object, name) {
            (Value::Str(s), "length") => Value::Int(string::length(&s.text)),
            (Value::Str(_), "constructor") => Value::api("String"),
            (Value::List(list), "length" | "size" | "byteLength") => {
                if list.rest.borrow().is_some() {
                    return Some(Value::anything());
                }
                Value::Int(list.items.borrow().len() as i64)
            }
            (Value::List(_), "constructor") => Value::api("Array"),
            (Value::List(_), "buffer") => object.clone(),
            (Value::Bytes(b), "length" | "byteLength") => Value::Int(b.data.len() as i64),
            (Value::Int(_) | Value::Float(_), "constructor") => Value::api("Number"),
            (Value::Bool(_), "constructor") => Value::api("Boolean"),
            (Value::Regex(_), "constructor") => Value::api("RegExp"),
            (Value::Regex(source), "source") => Value::from(regex::split(source).1),
            (Value::Regex(source), "flags") => Value::from(regex::split(source).0),
            (Value::Function(_) | Value::Bound(_) | Value::Class(_), "constructor") => {
                Value::api("Function")
            }
            (Value::Function(closure), "prototype") => {
                let made = Value::map([(Key::Str("constructor".into()), object.clone())]);
                closure.props.set("prototype", made.clone());
                made
            }
            (Value::Class(_), "prototype") => object.clone(),
            (Value::Function(closure), "length") => Value::Int(it.parameters(closure) as i64),
            (Value::Function(_), "call" | "apply" | "bind" | "toString" | "name") => return None,
            (Value::Function(_), _) => Value::Undefined,
            (Value::Map(map), _) => {
                if let Some(getter) = map.get(&format!("{GETTER}{name}")) {
                    return Some(object::get(it, object, &getter));
                }
                if let Some(value) = object::inherited(it, map, name) {
                    return Some(value);
                }
                match name {
                    "default" if map.get("exports").is_none() => object.clone(),
                    "constructor" if map.get("exports").is_some() => {
                        Value::api("module.constructor")
                    }
                    "constructor" => Value::api("Object"),
                    "require" | "parent" | "paths" | "children" | "id" | "filename" | "loaded"
                        if map.get("exports").is_some() =>
                    {
                        Value::api(format!("module.{name}"))
                    }
                    "size" if map.get(object::COLLECTION).is_some() => {
                        Value::Int(map.entries.borrow().len() as i64 - 1)
                    }
                    "hasOwnProperty"
                    | "toString"
                    | "valueOf"
                    | "propertyIsEnumerable"
                    | "get"
                    | "set"
                    | "has"
                    | "then" => return None,
                    _ if map.rest.borrow().is_none() => Value::Undefined,
                    _ => return None,
                }
            }
            (Value::Unknown(unknown), _) => {
                let api = unknown.api.as_deref()?;
                match name {
                    "default" => object.clone(),
                    "constructor" if !api.ends_with("ainModule") && !api.ends_with("module") => {
                        Value::api("Function")
                    }
                    "name" if coerce::is_function_name(api) => Value::from(api),
                    "promises" if api == "fs" => object.clone(),
                    "Buffer" if api == "globalThis.module.buffer" => Value::api("Buffer"),
                    "webcrypto" if api == "crypto" => object.clone(),
                    "global" | "globalThis" if api.len() < 16 && api != "process" => {
                        global_object(it)
                    }
                    "EOL" if api == "os" => Value::from("\n"),
                    "sep" if api == "path" => Value::from("/"),
                    "execPath" if api == "process" => Value::from("node"),
                    "E" if api == "Math" => Value::Float(std::f64::consts::E),
                    "PI" if api == "Math" => Value::Float(std::f64::consts::PI),
                    "MAX_SAFE_INTEGER" if api == "Number" => Value::Int(9_007_199_254_740_991),
                    _ => return None,
                }
            }
            (Value::Undefined | Value::Null, _) => Value::Undefined,
            (
                Value::List(_)
                | Value::Str(_)
                | Value::Int(_)
                | Value::Float(_)
                | Value::Bool(_)
                | Value::Regex(_),
                _,
            ) if !METHODS.contains(&name) => Value::Undefined,
            _ => return None,
        })
    }

    fn index(&self, it: &mut Interp<'_>, object: &Value, index: &Value) -> Option<Value> {
        // Keys are texts: `x[[]]`, `x[true]`.
        let at = match index {
            Value::Int(at) => Some(*at),
            Value::Str(s) => s
                .text
                .parse::<i64>()
                .ok()
                .filter(|at| at.to_string() == *s.text),
            _ => None,
        };
        match (object, at) {
            (Value::Str(s), Some(at)) => return Some(string::unit(s, at)),
            (Value::List(list), Some(at)) => {
                let found = usize::try_from(at)
                    .ok()
                    .and_then(|at| list.items.borrow().get(at).cloned());
                return Some(match found {
                    Some(value) => value,
                    None => list.rest.borrow().clone().unwrap_or_default(),
                });
            }
            (Value::Map(map), Some(at)) => {
                if let Some(value) = map.get_key(&Key::Int(at)) {
                    return Some(value);
                }
                let name = at.to_string();
                return Some(match map.get(&name) {
                    Some(value) => value,
                    None => it.member(object, &name),
                });
            }
            (Value::Undefined | Value::Null, _) => return Some(Value::Undefined),
            (Value::Unknown(_), _) => return None,
            _ => {}
        }
        if matches!(index, Value::Unknown(_)) {
            return None;
        }
        let name = coerce::text(index)?;
        if at.is_none() && !matches!(index, Value::Str(_)) {
            let index = Value::from(name);
            return Some(it.index(object, &index));
        }
        Some(it.member(object, &name))
    }

    fn binary(
        &self,
        it: &mut Interp<'_>,
        op: BinaryOp,
        left: &Value,
        right: &Value,
    ) -> Option<Value> {
        if op == BinaryOp::Add {
            if let (Value::Function(closure), _) = (left, right) {
                let text = Value::from(code::source(it, closure));
                return self.binary(it, op, &text, right);
            }
            if let (_, Value::Function(closure)) = (left, right) {
                let text = Value::from(code::source(it, closure));
                return self.binary(it, op, left, &text);
            }
        }
        let value = coerce::binary(op, left, right)?;
        if let Value::Str(s) = &value {
            it.charge(s.text.len());
        }
        Some(value)
    }

    fn unary(&self, _it: &mut Interp<'_>, op: UnaryOp, operand: &Value) -> Option<Value> {
        coerce::unary(op, operand)
    }

    fn truthy(&self, value: &Value) -> Option<bool> {
        coerce::truthy(value)
    }

    fn text(&self, value: &Value) -> Option<String> {
        coerce::text(value)
    }
}
