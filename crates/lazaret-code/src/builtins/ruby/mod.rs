//! Ruby's builtins.

mod pack;
mod text;

use super::{Builtins, decode, dotnet};
use crate::{
    interp::{Call, Interp, Value},
    ir::BinaryOp,
};

/// Ruby.
#[derive(Debug)]
pub struct Ruby;

impl Builtins for Ruby {
    fn constructor(&self) -> &'static str {
        "initialize"
    }

    fn call(&self, it: &mut Interp<'_>, name: &str, call: &Call) -> Option<Value> {
        let facts = call.facts();
        let limit = it.limits().text;
        let bytes = |it: &Interp<'_>, value: &Value| match value {
            Value::Bytes(b) => Some(b.data.to_vec()),
            other => it.known_text(other).map(|t| t.as_bytes().to_vec()),
        };
        let decoded = |bytes: Option<Vec<u8>>, layer: &'static str| {
            let facts = facts.decoded(layer);
            Some(match bytes {
                Some(bytes) => text::of_bytes(bytes, facts),
                None => Value::unknown(facts),
            })
        };
        if let Some(value) = started(it, name, call) {
            return Some(value);
        }
        match name {
            "URI" | "URI.parse" | "URI.join" | "Addressable.URI.parse" => call.arg(0).cloned(),
            "Base64.decode64" | "Base64.strict_decode64" | "Base64.urlsafe_decode64" => {
                let input = bytes(it, call.arg(0)?);
                decoded(input.and_then(|b| decode::base64(&b)), "base64")
            }
            "Zlib.Inflate.inflate" | "Zlib.inflate" => {
                let input = bytes(it, call.arg(0)?);
                decoded(input.and_then(|b| decode::zlib(&b, limit)), "zlib")
            }
            "Zlib.gunzip" => {
                let input = bytes(it, call.arg(0)?);
                decoded(input.and_then(|b| decode::gzip(&b, limit)), "gzip")
            }
            "open" | "Kernel.open" | "IO.read" | "IO.readlines" | "File.open" | "URI.open" => {
                opened(it, name, call)
            }
            "Object.const_get" | "Kernel.const_get" | "const_get" | "Module.const_get" => {
                let text = it.known_text(call.arg(0)?)?;
                Some(Value::api(text.replace("::", ".")))
            }
            "method" => Some(Value::api(&*it.known_text(call.arg(0)?)?)),
            "File.join" => Some(dotnet::joined(it, &call.args, "/")),
            "File.expand_path" => call.arg(0).cloned(),
            "String" | "Array" | "StringIO" | "Pathname" | "Shellwords.escape" | "CGI.escape" => {
                call.arg(0).cloned()
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
            "@slice" | "@slice_inclusive" => text::slice(it, call, name == "@slice_inclusive"),
            "format" | "sprintf" | "puts" | "print" | "p" | "warn"
                if name.ends_with("printf") || name == "format" =>
            {
                text::format(it, call)
            }
            _ => sent(it, name, call),
        }
    }

    fn method(
        &self,
        it: &mut Interp<'_>,
        receiver: &Value,
        name: &str,
        call: &Call,
    ) -> Option<Value> {
        match name {
            "send" | "public_send" | "__send__" | "method" => {
                let method = it.known_text(call.arg(0)?)?;
                let member = it.member(receiver, &method);
                if name == "method" {
                    return Some(member);
                }
                let mut rest = call.clone();
                rest.args.remove(0);
                rest.this = Some(receiver.clone());
                return Some(it.invoke_with(&member, rest));
            }
            "call" | "()" | "yield" => return Some(it.invoke_with(receiver, call.clone())),
            "to_s" | "to_sym" | "freeze" | "dup" | "clone" | "force_encoding" | "encode" | "b"
            | "to_str" | "itself" | "lazy" | "unicode_normalize" | "to_a" | "html_safe" | "tap"
                if receiver.is_known() && !matches!(receiver, Value::Int(_)) =>
            {
                return Some(receiver.clone());
            }
            _ => {}
        }
        match receiver {
            Value::List(_) => pack::list(it, receiver, name, call),
            Value::Str(_) | Value::Bytes(_) | Value::Int(_) => {
                text::method(it, receiver, name, call)
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
        match (op, left) {
            (BinaryOp::Shl, Value::Str(_)) => {
                let right = match right {
                    Value::Int(i) => {
                        let c = u32::try_from(*i).ok().and_then(char::from_u32)?;
                        Value::from(c.to_string())
                    }
                    other => other.clone(),
                };
                Some(dotnet::joined(it, &[left.clone(), right], ""))
            }
            (BinaryOp::Shl, Value::List(list)) => {
                list.items.borrow_mut().push(right.clone());
                Some(left.clone())
            }
            (BinaryOp::Mod, Value::Str(_)) => {
                let mut args = vec![left.clone()];
                match right {
                    Value::List(list) => args.extend(list.whole()?),
                    other => args.push(other.clone()),
                }
                text::format(it, &Call::of(args))
            }
            (BinaryOp::Mul, Value::List(list)) => match right {
                Value::Str(s) => Some(dotnet::joined(it, &list.whole()?, &s.text)),
                _ => None,
            },
            _ => None,
        }
    }
}

/// `system("line")` runs a shell, `system("program", "argument")` does not;
/// options and the environment may be given as maps.
fn started(it: &mut Interp<'_>, name: &str, call: &Call) -> Option<Value> {
    let last = name.rsplit('.').next().unwrap_or(name);
    if !matches!(
        last,
        "system"
            | "exec"
            | "spawn"
            | "popen"
            | "popen2"
            | "popen2e"
            | "popen3"
            | "capture2"
            | "capture2e"
            | "capture3"
            | "sh"
    ) {
        return None;
    }
    let words: Vec<Value> = call
        .args
        .iter()
        .filter(|a| !matches!(a, Value::Map(_)))
        .cloned()
        .collect();
    if words.len() < 2 && call.args.len() == words.len() {
        return None;
    }
    // The second of `popen` is a mode.
    let target = match words.as_slice() {
        [only] => only.clone(),
        [first, ..] if name == "IO.popen" => first.clone(),
        _ => Value::list(words),
    };
    it.emit_api(name, &Call::of(vec![target]))
}

/// `open("| command")`: what is opened is a process.
fn opened(it: &mut Interp<'_>, name: &str, call: &Call) -> Option<Value> {
    let text = it.text_of(call.arg(0)?);
    if let Some(command) = text.trim_start().strip_prefix('|') {
        let line = Value::str(command.trim(), call.facts());
        return it.emit_api("system", &Call::of(vec![line]));
    }
    let lower = text.to_ascii_lowercase();
    if name != "File.open" && (lower.starts_with("http") || lower.starts_with("ftp:")) {
        return it.emit_api("Net.HTTP.get", call);
    }
    None
}

/// `Kernel.send(:system, …)`, `Foo.method(:x)`.
fn sent(it: &mut Interp<'_>, name: &str, call: &Call) -> Option<Value> {
    let (object, method) = name.rsplit_once('.').unwrap_or(("", name));
    if !matches!(
        method,
        "send" | "public_send" | "__send__" | "method" | "instance_method" | "call"
    ) {
        return None;
    }
    if method == "call" {
        let object = object.strip_suffix("()").unwrap_or(object);
        return Some(it.invoke_with(&Value::api(object), call.clone()));
    }
    let target = it.known_text(call.arg(0)?)?;
    let qualified = match object {
        "" | "self" | "Kernel" | "Object" => target.to_string(),
        object => format!("{object}.{target}"),
    };
    if method.ends_with("method") {
        return Some(Value::api(qualified));
    }
    let mut rest = call.clone();
    rest.args.remove(0);
    Some(it.invoke_with(&Value::api(qualified), rest))
}
