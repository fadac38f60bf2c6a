//! Text that is run as code, modules, timers, functions as values.

use std::rc::Rc;

use lazaret_model::{Action, Flow, ObjectKind};

use super::coerce::text as text_of;
use crate::{
    interp::{Call, Closure, Facts, Flows, Interp, Layers, Scope, ScopeKind, Value},
    ir::Language,
};

/// Values kept for functions that the builtins make, by number.
const KEPT: &str = "javascript:kept";
/// A bound function.
const BOUND: &str = "\u{0}bound:";
/// What a promise's executor is given to end it.
const SETTLE: &str = "\u{0}settle:";
/// A function with a handler before it.
const PROXY: &str = "\u{0}proxy:";

fn keep(it: &mut Interp<'_>, prefix: &str, value: Value) -> (usize, Value) {
    let kept = it
        .memory
        .entry(KEPT)
        .or_insert_with(|| Value::list(Vec::new()));
    let Value::List(list) = kept else {
        return (0, Value::anything());
    };
    let mut items = list.items.borrow_mut();
    items.push(value);
    let at = items.len() - 1;
    (at, Value::api(format!("{prefix}{at}")))
}

fn kept(it: &Interp<'_>, at: usize) -> Option<Value> {
    match it.memory.get(KEPT)? {
        Value::List(list) => list.items.borrow().get(at).cloned(),
        _ => None,
    }
}

/// `f.bind(this, …)`.
pub(super) fn bind(it: &mut Interp<'_>, function: &Value, call: &Call) -> Value {
    let mut parts = vec![function.clone()];
    parts.extend(call.args.iter().cloned());
    if parts.len() == 1 {
        parts.push(Value::Undefined);
    }
    keep(it, BOUND, Value::list(parts)).1
}

/// Calls of functions that the builtins made.
pub(super) fn made(it: &mut Interp<'_>, name: &str, call: &Call) -> Option<Value> {
    if let Some(at) = name.strip_prefix(BOUND) {
        let Some(Value::List(parts)) = kept(it, at.parse().ok()?) else {
            return None;
        };
        let parts = parts.items.borrow().clone();
        let function = parts.first()?.clone();
        let mut args = parts.get(2..).unwrap_or_default().to_vec();
        args.extend(call.args.iter().cloned());
        return Some(
            it.invoke_with(
                &function,
                Call {
                    args,
                    rest: call.rest.clone(),
                    this: parts
                        .get(1)
                        .cloned()
                        .filter(|this| !matches!(this, Value::Undefined | Value::Null)),
                    ..Call::default()
                },
            ),
        );
    }
    if let Some(at) = name.strip_prefix(PROXY) {
        let Some(Value::List(parts)) = kept(it, at.parse().ok()?) else {
            return None;
        };
        let parts = parts.items.borrow().clone();
        let [target, handler] = parts.as_slice() else {
            return None;
        };
        let this = call.this.clone().unwrap_or_default();
        let args = Value::list(call.args.clone());
        return Some(it.invoke(handler, vec![target.clone(), this, args]));
    }
    let at: usize = name.strip_prefix(SETTLE)?.parse().ok()?;
    let value = call.arg(0).cloned().unwrap_or_default();
    let before = kept(it, at)?;
    let joined = if matches!(before, Value::Undefined) {
        value
    } else {
        it.any_of(&[before, value], None)
    };
    if let Some(Value::List(list)) = it.memory.get(KEPT)
        && let Some(slot) = list.items.borrow_mut().get_mut(at)
    {
        *slot = joined;
    }
    Some(Value::Undefined)
}

/// `new Proxy(target, handler)`: the target, or a function that goes through
/// the handler's `apply`.
pub(super) fn proxy(it: &mut Interp<'_>, call: &Call) -> Value {
    let target = call.arg(0).cloned().unwrap_or_default();
    match call.arg(1) {
        Some(Value::Map(handler)) => match handler.get("apply") {
            Some(apply) => keep(it, PROXY, Value::list(vec![target, apply])).1,
            None => target,
        },
        _ => target,
    }
}

/// `new Promise((resolve, reject) => …)`: its value.
pub(super) fn promise(it: &mut Interp<'_>, call: &Call) -> Option<Value> {
    let executor = call.arg(0)?.clone();
    let (at, resolve) = keep(it, SETTLE, Value::Undefined);
    let (_, reject) = keep(it, SETTLE, Value::Undefined);
    it.invoke(&executor, vec![resolve, reject]);
    match kept(it, at) {
        Some(Value::Undefined) | None => Some(Value::anything()),
        other => other,
    }
}

/// A function as text; code that guards itself looks at its own. Of decoded
/// code the text is gone: one that such guards take for untouched.
pub(super) fn source(it: &Interp<'_>, closure: &Closure) -> String {
    it.text_of_function(closure)
        .unwrap_or_else(|| "function(){return'';}".to_owned())
}

/// A scope of its own whose `this` is the global object.
fn fresh(it: &mut Interp<'_>) -> Rc<Scope> {
    let scope = Scope::new(ScopeKind::Top, None);
    let this = it.name("this");
    let global = super::global_object(it);
    scope.vars.borrow_mut().insert(this, global);
    scope
}

/// `eval(code)`.
pub(super) fn evaluate(it: &mut Interp<'_>, code: &Value, api: &str, direct: bool) -> Value {
    match code {
        Value::Str(_) | Value::Unknown(_) => {
            if let Value::Unknown(unknown) = code {
                // Of arguments only, nothing can be said.
                if unknown.flows.is_empty()
                    && unknown.parts.is_empty()
                    && unknown.alternatives.is_empty()
                {
                    it.act_on(
                        (Action::Evaluate, ObjectKind::Code),
                        "{?}",
                        unknown.flows,
                        &["language:javascript".to_owned()],
                        &Layers::default(),
                        api,
                    );
                    return Value::anything();
                }
            }
            let scope = match it.scope().filter(|_| direct) {
                Some(scope) => scope,
                None => fresh(it),
            };
            it.evaluate(Language::JavaScript, code, Some(scope), api)
        }
        Value::List(_) | Value::Bytes(_) => match text_of(code) {
            Some(text) => {
                let scope = fresh(it);
                let code = Value::str(text, code.facts());
                it.evaluate(Language::JavaScript, &code, Some(scope), api)
            }
            None => Value::unknown(code.facts()),
        },
        other => other.clone(),
    }
}

/// `new Function("a", "b", "body")`.
pub(super) fn function(it: &mut Interp<'_>, call: &Call, api: &str) -> Option<Value> {
    let Some((body, params)) = call.args.split_last() else {
        return Some(Value::api("Function()"));
    };
    let facts = call.facts();
    let text = text_of(body).unwrap_or_else(|| it.text_of(body));
    let excerpt: String = text.chars().take(400).collect();
    it.act_on(
        (Action::Evaluate, ObjectKind::Code),
        &excerpt,
        facts.flows,
        &["language:javascript".to_owned()],
        &facts.layers,
        api,
    );
    let params: Vec<String> = params.iter().filter_map(text_of).collect();
    let code = format!(
        "(function anonymous({}\n) {{\n{text}\n}})",
        params.join(",")
    );
    let scope = fresh(it);
    let value = it.run_text(Language::JavaScript, &code, Some(scope), &facts)?;
    Some(match value {
        Value::Function(_) => value,
        _ => Value::unknown(facts),
    })
}

/// `require(x)` where `x` is computed.
pub(super) fn require(it: &mut Interp<'_>, specifier: &Value, api: &str) -> Value {
    let facts = specifier.facts();
    let texts = it.texts(specifier);
    let known = match specifier {
        Value::Str(_) => true,
        Value::Unknown(unknown) => {
            unknown.parts.is_empty() && unknown.alternatives.iter().any(|v| v.as_str().is_some())
        }
        _ => false,
    };
    if !facts.flows.is_empty()
        && (known || !matches!(specifier, Value::Unknown(u) if u.parts.is_empty()))
    {
        for text in &texts {
            it.act_on(
                (Action::Load, ObjectKind::Module),
                text,
                facts.flows,
                &["computed".to_owned()],
                &facts.layers,
                api,
            );
        }
    }
    if !known {
        return Value::unknown(facts);
    }
    let Some(text) = texts.first() else {
        return Value::anything();
    };
    if let Some(rest) = text.strip_prefix("data:") {
        return data_url(it, rest, &facts);
    }
    it.load_module(text)
}

/// A module that is given by its address: `import "https://…"`, `data:…`.
pub(super) fn module_by_address(it: &mut Interp<'_>, specifier: &str) -> Option<Value> {
    if let Some(rest) = specifier.strip_prefix("data:") {
        return Some(data_url(it, rest, &Facts::default()));
    }
    if !specifier.starts_with("https://") && !specifier.starts_with("http://") {
        return None;
    }
    let flows = Flows::of(Flow::Network);
    it.act_on(
        (Action::Load, ObjectKind::Module),
        specifier,
        flows,
        &["remote".to_owned()],
        &Layers::default(),
        "import",
    );
    Some(Value::unknown(Facts {
        flows,
        layers: Layers::default(),
    }))
}

/// `import("data:text/javascript,…")`.
fn data_url(it: &mut Interp<'_>, rest: &str, facts: &Facts) -> Value {
    let Some((kind, body)) = rest.split_once(',') else {
        return Value::anything();
    };
    let code = if kind.ends_with(";base64") {
        let data = crate::builtins::decode::base64(body.as_bytes()).unwrap_or_default();
        Value::str(String::from_utf8_lossy(&data), facts.decoded("base64"))
    } else {
        Value::str(
            crate::builtins::decode::percent(body, false),
            facts.decoded("url"),
        )
    };
    evaluate(it, &code, "import", false)
}

/// `setTimeout(f, ms, …)`: run at once.
pub(super) fn timer(it: &mut Interp<'_>, call: &Call, name: &str) -> Option<Value> {
    let callback = call.arg(0)?.clone();
    match &callback {
        Value::Str(_) => {
            evaluate(it, &callback, name, false);
        }
        _ => {
            let skip = if matches!(name, "setTimeout" | "setInterval") {
                2
            } else {
                1
            };
            let args = call.args.get(skip..).unwrap_or_default().to_vec();
            it.invoke(&callback, args);
        }
    }
    Some(Value::api("Timeout"))
}

/// `f.call`, `f.apply`, `f.bind`, and what every function has.
pub(super) fn of_function(
    it: &mut Interp<'_>,
    function: &Value,
    name: &str,
    call: &Call,
) -> Option<Value> {
    match name {
        "call" | "apply" => {
            let this = call.args.first().cloned();
            let (args, rest) = if name == "call" {
                (
                    call.args.get(1..).unwrap_or_default().to_vec(),
                    call.rest.clone(),
                )
            } else {
                match call.args.get(1) {
                    Some(list @ (Value::List(_) | Value::Bytes(_))) => {
                        let walked = it.walk(list, false);
                        (walked.known, walked.rest)
                    }
                    Some(Value::Undefined | Value::Null) | None => (Vec::new(), None),
                    Some(other) => (Vec::new(), Some(Value::unknown(other.facts()))),
                }
            };
            Some(it.invoke_with(
                function,
                Call {
                    args,
                    rest,
                    this: this.filter(|this| !matches!(this, Value::Undefined | Value::Null)),
                    ..Call::default()
                },
            ))
        }
        "bind" => Some(bind(it, function, call)),
        "toString" => match function {
            Value::Function(closure) => Some(Value::from(source(it, closure))),
            other => text_of(other).map(Value::from),
        },
        _ => None,
    }
}
