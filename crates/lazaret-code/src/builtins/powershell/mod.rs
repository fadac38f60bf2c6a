//! PowerShell's builtins.

use lazaret_model::{Action, Flow, ObjectKind};

use super::{Builtins, dotnet, shell::Shell};
use crate::{
    interp::{Call, Facts, Flows, Interp, Layers, Value},
    ir::Language,
    lower::cmdlet,
};

/// PowerShell.
#[derive(Debug)]
pub struct PowerShell;

impl Builtins for PowerShell {
    fn call(&self, it: &mut Interp<'_>, name: &str, call: &Call) -> Option<Value> {
        if name.starts_with('@') {
            return operator(it, name, call);
        }
        match name {
            "invoke-webrequest" | "invoke-restmethod" | "start-bitstransfer" => {
                let result = it.emit_api(name, call)?;
                let path = ["outfile", "outf", "o", "destination", "dest"]
                    .iter()
                    .find_map(|n| call.named(n));
                let path = path.or_else(|| call.arg(1)).cloned();
                if let Some(path) = path {
                    saved(it, &path, name);
                }
                return Some(result);
            }
            "get-content" => {
                let path = call
                    .get(0, "path")
                    .cloned()
                    .or_else(|| call.named("literalpath").cloned());
                if let Some(path) = path.as_ref().and_then(|p| it.known_text(p))
                    && path.to_ascii_lowercase().starts_with("env:")
                {
                    let name = path.get(4..).unwrap_or("").to_owned();
                    let env = Value::api("@env");
                    return Some(it.index(&env, &Value::from(name)));
                }
                return None;
            }
            "invoke-expression" => {
                let code = call
                    .get(0, "command")
                    .or_else(|| call.named("@input"))
                    .cloned()?;
                let scope = it.scope();
                return Some(it.evaluate(Language::PowerShell, &code, scope, name));
            }
            "get-childitem" => {
                let path = call
                    .get(0, "path")
                    .map(|p| it.text_of(p).to_ascii_lowercase())?;
                if !path.starts_with("env:") {
                    return None;
                }
                let flows = it.act_on(
                    (Action::Read, ObjectKind::Environment),
                    "*",
                    Flows::NONE,
                    &[],
                    &Layers::default(),
                    name,
                );
                return Some(Value::unknown(flows.into()));
            }
            "set-alias" | "new-alias" => return Some(Value::Null),
            "start-sleep" | "write-host" | "write-verbose" | "write-debug" | "set-strictmode" => {
                return Some(Value::Null);
            }
            _ => {}
        }
        if name.contains("downloadfile") {
            let result = it.emit_api(name, call)?;
            if let Some(path) = call.arg(1).cloned() {
                saved(it, &path, name);
            }
            return Some(result);
        }
        dotnet::call(it, &dotnet::normal(name), call)
    }

    fn method(
        &self,
        it: &mut Interp<'_>,
        receiver: &Value,
        name: &str,
        call: &Call,
    ) -> Option<Value> {
        dotnet::method(it, receiver, name, call)
    }

    fn member(&self, it: &mut Interp<'_>, object: &Value, name: &str) -> Option<Value> {
        let _ = it;
        dotnet::member(object, name)
    }

    fn command(
        &self,
        it: &mut Interp<'_>,
        words: &[Value],
        input: Option<&Value>,
        redirects: &[(String, Value)],
    ) -> Option<Value> {
        Shell.command(it, words, input, redirects)
    }
}

/// Writes down that an answer was saved.
fn saved(it: &mut Interp<'_>, path: &Value, api: &str) {
    let path = it.text_of(path);
    it.act_on(
        (Action::Write, ObjectKind::File),
        &path,
        Flows::of(Flow::Network),
        &[],
        &Layers::default(),
        api,
    );
}

fn operator(it: &mut Interp<'_>, name: &str, call: &Call) -> Option<Value> {
    let facts = call.facts();
    let first = call.arg(0)?.clone();
    let items = |value: &Value| -> Option<Vec<Value>> {
        match value {
            Value::List(list) => list.whole(),
            Value::Bytes(b) => Some(b.data.iter().map(|b| Value::Int(i64::from(*b))).collect()),
            Value::Unknown(_) => None,
            other => Some(vec![other.clone()]),
        }
    };
    let text = |it: &Interp<'_>, at: usize| call.arg(at).and_then(|v| it.known_text(v));
    Some(match name {
        "@invoke" => return Some(invoke(it, &first, call)),
        "@array" => match first {
            Value::List(_) | Value::Unknown(_) | Value::Bytes(_) => first,
            Value::Null | Value::Undefined => Value::list(Vec::new()),
            other => Value::list(vec![other]),
        },
        "@range_inclusive" => match (first.as_int(), call.arg(1).and_then(Value::as_int)) {
            (Some(a), Some(b)) if a.abs_diff(b) < 100_000 => {
                let mut all: Vec<Value> = (a.min(b)..=a.max(b)).map(Value::Int).collect();
                if b < a {
                    all.reverse();
                }
                Value::list(all)
            }
            _ => Value::unknown(facts),
        },
        "@join" => match (items(&first), text(it, 1)) {
            (Some(items), Some(separator)) => dotnet::joined(it, &items, &separator),
            _ => Value::unknown(facts),
        },
        "@split" => match (it.known_text(&first), text(it, 1)) {
            (Some(subject), Some(mark)) => {
                // The mark is a regular expression; `\.` and the like are plain.
                let mark = mark.replace('\\', "");
                let parts: Vec<Value> = if mark.trim().is_empty() {
                    subject
                        .split_whitespace()
                        .map(|p| Value::str(p, facts.clone()))
                        .collect()
                } else {
                    subject
                        .split(&*mark)
                        .map(|p| Value::str(p, facts.clone()))
                        .collect()
                };
                Value::list(parts)
            }
            _ => Value::unknown(facts),
        },
        "@replace_regex" => {
            let arguments = call.arg(1).and_then(items).unwrap_or_default();
            let pattern = arguments.first().and_then(|v| it.known_text(v));
            let to = arguments
                .get(1)
                .map_or(Some("".into()), |v| it.known_text(v));
            match (it.known_text(&first), pattern, to) {
                (Some(subject), Some(pattern), Some(to)) => {
                    replace(it, &subject, &pattern, &to, facts)
                }
                _ => Value::unknown(facts),
            }
        }
        "@format" => match (it.known_text(&first), call.arg(1).and_then(items)) {
            (Some(format), Some(items)) => dotnet::format_text(it, &format, &items),
            _ => Value::unknown(facts),
        },
        "@cast" => {
            let kind = it.known_text(&first)?;
            let value = call.arg(1)?.clone();
            dotnet::cast(it, &kind, &value)
        }
        _ => return None,
    })
}

/// `-replace` takes a regular expression; those without special signs, and
/// escaped signs, are plain.
fn replace(it: &Interp<'_>, subject: &str, pattern: &str, to: &str, facts: Facts) -> Value {
    let mut plain = String::new();
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some(next) if !next.is_alphanumeric() => plain.push(next),
                _ => return Value::unknown(facts),
            },
            '.' | '*' | '+' | '?' | '[' | ']' | '(' | ')' | '{' | '}' | '^' | '$' | '|' => {
                return Value::unknown(facts);
            }
            c => plain.push(c),
        }
    }
    if plain.is_empty() || subject.len().saturating_mul(to.len().max(1)) > it.limits().text {
        return Value::unknown(facts);
    }
    // Case is ignored; ASCII folding keeps places.
    let (lower, mark) = (subject.to_ascii_lowercase(), plain.to_ascii_lowercase());
    let mut out = String::new();
    let mut at = 0;
    while let Some(found) = lower.get(at..).and_then(|rest| rest.find(&mark)) {
        out.push_str(subject.get(at..at + found).unwrap_or(""));
        out.push_str(to);
        at += found + mark.len();
    }
    out.push_str(subject.get(at..).unwrap_or(""));
    Value::str(out, facts)
}

/// `& $x …`
fn invoke(it: &mut Interp<'_>, callee: &Value, call: &Call) -> Value {
    let mut rest = call.clone();
    if !rest.args.is_empty() {
        rest.args.remove(0);
    }
    match it.known_text(callee) {
        Some(name) => match cmdlet(&name) {
            Some(full) => it.invoke_with(&Value::api(full), rest),
            None => {
                let mut words = vec![callee.clone()];
                words.extend(rest.args);
                let input = call.named("@input").cloned();
                Shell
                    .command(it, &words, input.as_ref(), &[])
                    .unwrap_or_default()
            }
        },
        None if matches!(callee, Value::Function(_) | Value::Bound(_)) => {
            it.invoke_with(callee, rest)
        }
        None => {
            let mut words = vec![callee.clone()];
            words.extend(rest.args);
            Shell.command(it, &words, None, &[]).unwrap_or_default()
        }
    }
}
