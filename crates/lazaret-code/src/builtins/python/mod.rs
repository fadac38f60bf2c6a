//! Python's builtins.

mod collections;
mod convert;
mod format;
mod functions;
mod library;
mod operators;
mod paths;
mod sequence;
mod setup;
mod text;

use super::{Builtins, ops};
use crate::{
    interp::{Call, Facts, Flows, Interp, Key, Value},
    ir::{BinaryOp, UnaryOp},
};

/// Python.
#[derive(Debug)]
pub struct Python;

impl Builtins for Python {
    fn global(&self, _it: &mut Interp<'_>, name: &str) -> Option<Value> {
        match name {
            "__file__" => Some(Value::hole("__file__", Flows::NONE)),
            "__builtins__" | "__builtin__" => Some(Value::api("builtins")),
            "unicode" => Some(Value::api("str")),
            "unichr" => Some(Value::api("chr")),
            "xrange" => Some(Value::api("range")),
            "raw_input" => Some(Value::api("input")),
            _ => None,
        }
    }

    fn module(&self, _it: &mut Interp<'_>, specifier: &str) -> Value {
        let name = match specifier {
            "__builtin__" => "builtins",
            "posixpath" | "ntpath" => "os.path",
            "cPickle" => "pickle",
            "Tkinter" => "tkinter",
            other => other.trim_start_matches('.'),
        };
        Value::api(name)
    }

    fn call(&self, it: &mut Interp<'_>, name: &str, call: &Call) -> Option<Value> {
        let name = name
            .strip_prefix("builtins.")
            .unwrap_or(name)
            .trim_end_matches(".__call__");
        match name.split_once('.') {
            None => functions::call(it, name, call),
            Some(_) => paths::call(it, name, call)
                .or_else(|| library::call(it, name, call))
                .or_else(|| setup::call(it, name, call)),
        }
    }

    fn method(
        &self,
        it: &mut Interp<'_>,
        receiver: &Value,
        name: &str,
        call: &Call,
    ) -> Option<Value> {
        match receiver {
            Value::List(list) => collections::list(it, list, name, call),
            Value::Map(map) => collections::map(it, map, name, call),
            Value::Int(i) => functions::int_method(*i, name, call),
            Value::Unknown(unknown)
                if matches!(name, "get" | "__getitem__")
                    && unknown.api.as_deref().is_some_and(is_namespace) =>
            {
                self.index(it, receiver, call.arg(0)?)
            }
            _ => paths::method(it, receiver, name, call)
                .or_else(|| text::method(it, receiver, name, call)),
        }
    }

    fn member(&self, it: &mut Interp<'_>, object: &Value, name: &str) -> Option<Value> {
        match (object, name) {
            (Value::Unknown(unknown), _) => {
                let api = unknown.api.as_deref()?;
                if let ("builtins", Some(value)) = (api, self.global(it, name)) {
                    return Some(value);
                }
                if name == "__name__" && !api.ends_with(')') {
                    return Some(Value::from(api.rsplit('.').next().unwrap_or(api)));
                }
                paths::member(object, api, name).or_else(|| library::constant(api, name))
            }
            (_, "__dict__") => match object {
                Value::Instance(instance) => {
                    let fields: Vec<(Key, Value)> = instance
                        .fields
                        .entries
                        .borrow()
                        .iter()
                        .map(|(k, v)| (k.clone(), v.clone()))
                        .collect();
                    Some(Value::map(fields))
                }
                _ => None,
            },
            (Value::Str(_) | Value::Bytes(_), "__class__") => Some(Value::api("str")),
            _ => None,
        }
    }

    fn index(&self, it: &mut Interp<'_>, object: &Value, index: &Value) -> Option<Value> {
        let api = object.api_name()?.clone();
        let name = index.as_str()?;
        match &*api {
            "globals()" | "locals()" | "vars()" => Some(functions::variable(it, name)),
            // `__builtins__` is the module or its dictionary.
            "builtins" | "builtins.__dict__" | "vars(builtins)" => {
                Some(Value::api(format!("builtins.{name}")))
            }
            "sys.modules" => {
                let name = name.to_owned();
                Some(it.load_module(&name))
            }
            _ => None,
        }
    }

    fn binary(
        &self,
        it: &mut Interp<'_>,
        op: BinaryOp,
        left: &Value,
        right: &Value,
    ) -> Option<Value> {
        operators::binary(it, op, left, right)
    }

    fn unary(&self, _it: &mut Interp<'_>, _op: UnaryOp, _operand: &Value) -> Option<Value> {
        None
    }

    fn text(&self, value: &Value) -> Option<String> {
        operators::text(value)
    }

    fn truthy(&self, value: &Value) -> Option<bool> {
        ops::truthy(value)
    }

    fn constructor(&self) -> &'static str {
        "__init__"
    }

    fn runs_callbacks(&self) -> bool {
        false
    }

    fn explicit_self(&self) -> bool {
        true
    }
}

/// A value that keeps the origin of the arguments only.
fn passed(call: &Call) -> Value {
    Value::unknown(call.facts())
}

/// Text or bytes as bytes, with the origin.
fn bytes_of(value: &Value) -> Option<(Vec<u8>, Facts)> {
    match value {
        Value::Str(s) => Some((s.text.as_bytes().to_vec(), s.facts.clone())),
        Value::Bytes(b) => Some((b.data.to_vec(), b.facts.clone())),
        Value::List(list) => {
            let bytes = value.to_bytes()?;
            Some((bytes.to_vec(), list.facts.borrow().clone()))
        }
        _ => None,
    }
}

/// Whether a name stands for a dictionary of names.
fn is_namespace(api: &str) -> bool {
    matches!(
        api,
        "globals()" | "locals()" | "vars()" | "builtins" | "builtins.__dict__"
    )
}
