//! Functions of the language and of Node's library, by qualified name.

use lazaret_model::{Action, Flow, ObjectKind};

use super::{array, buffer, code, coerce, object, regex, string};
use crate::{
    builtins::ops,
    interp::{Call, Facts, Flows, Interp, Key, Layers, Value},
    lower::javascript::SUPER,
};

/// Calls a function by name.
pub(super) fn call(it: &mut Interp<'_>, name: &str, call: &Call) -> Option<Value> {
    if name.starts_with('\u{0}') {
        return code::made(it, name, call);
    }
    if let Some(value) = language(it, name, call) {
        return Some(value);
    }
    let (owner, last) = name.rsplit_once('.').unwrap_or(("", name));
    match owner {
        "Object" => return object::of_object(it, last, call),
        "Reflect" => return object::reflect(it, last, call),
        "Math" => return object::math(last, call),
        "console" => {
            return Some(Value::Undefined);
        }
        "zlib" | "pako" | "fflate" => return buffer::decompress(it, name, call),
        "path" | "path.posix" | "path.win32" => return path(it, last, call),
        _ => {}
    }
    if let Some(function) = owner.strip_suffix(".prototype") {
        // `Array.prototype.slice.call(x)`
        if matches!(
            function,
            "Array" | "String" | "Object" | "Function" | "Number" | "RegExp"
        ) {
            let this = call.this.clone()?;
            if function == "Object" && last == "toString" {
                return Some(object_tag(&this));
            }
            if let Value::Unknown(_) = &this {
                return code::of_function(it, &this, last, call);
            }
            return it.call_method(&this, last, call.clone()).ok();
        }
    }
    if let Some(this) = &call.this {
        match last {
            "call" | "apply" | "bind" => return code::of_function(it, this, last, call),
            "pipe" => return pipe(it, this, call),
            SUPER => {
                let base = owner.to_owned();
                let args = Call {
                    args: call.args.get(1..).unwrap_or_default().to_vec(),
                    construct: true,
                    ..Call::default()
                };
                return Some(it.emit_api(&base, &args).unwrap_or_else(Value::anything));
            }
            _ => return awaited(it, this, last, call),
        }
    }
    None
}

/// Functions of the language itself.
fn language(it: &mut Interp<'_>, name: &str, call: &Call) -> Option<Value> {
    let first = call.arg(0).cloned().unwrap_or_default();
    Some(match name {
        "eval" | "execScript" => code::evaluate(it, &first, "eval", true),
        "Function" | "AsyncFunction" | "GeneratorFunction" | "vm.compileFunction" => {
            let call = if name == "vm.compileFunction" {
                Call::of(vec![first])
            } else {
                call.clone()
            };
            return code::function(it, &call, name);
        }
        "vm.runInThisContext"
        | "vm.runInNewContext"
        | "vm.runInContext"
        | "vm.Script"
        | "vm.SourceTextModule" => code::evaluate(it, &first, name, false),
        "worker_threads.Worker" | "Worker" => {
            let options = call.args.get(1);
            let text = options.is_some_and(
                |o| matches!(o, Value::Map(map) if map.get("eval").is_some_and(|v| coerce::truthy(&v) == Some(true))),
            );
            if !text {
                return None;
            }
            code::evaluate(it, &first, name, false)
        }
        "require"
        | "import"
        | "module.require"
        | "process.mainModule.require"
        | "module._load"
        | "module.constructor._load"
        | "process.mainModule.constructor._load"
        | "process.getBuiltinModule"
        | "process.binding"
        | "require.main.require"
        | "module.parent.require"
        | "module.Module._load"
        | "require.cache.require"
        | "import.meta.require" => {
            if call.args.is_empty() {
                return None;
            }
            code::require(it, &first, name)
        }
        "module.createRequire" | "module.createRequireFromPath" | "module.Module.createRequire" => {
            Value::api("require")
        }
        "require.resolve" | "import.meta.resolve" => first,
        "setTimeout"
        | "setInterval"
        | "setImmediate"
        | "queueMicrotask"
        | "process.nextTick"
        | "requestAnimationFrame"
        | "requestIdleCallback" => return code::timer(it, call, name),
        "clearTimeout" | "clearInterval" => Value::Undefined,
        "timers/promises.setTimeout" => Value::Undefined,
        "parseInt" | "Number.parseInt" => return string::parse_int(call),
        "parseFloat" | "Number.parseFloat" => return string::parse_float(call),
        "isNaN" | "Number.isNaN" => Value::Bool(coerce::number(&first)?.is_nan()),
        "isFinite" | "Number.isFinite" => Value::Bool(coerce::number(&first)?.is_finite()),
        "Number.isInteger" => match &first {
            Value::Int(_) => Value::Bool(true),
            Value::Unknown(_) => return None,
            _ => Value::Bool(false),
        },
        "String.fromCharCode" => return string::from_codes(call, false),
        "String.fromCodePoint" => return string::from_codes(call, true),
        "String" => match call.args.first() {
            None => Value::from(""),
            Some(value) => match coerce::text(value) {
                Some(text) => Value::str(text, value.facts()),
                None => ops::join(
                    &[Value::from(""), value.clone()],
                    coerce::text,
                    it.limits().text,
                ),
            },
        },
        "Number" | "BigInt" => match call.args.first() {
            None => Value::Int(0),
            Some(value) => coerce::numeric(coerce::number(value)?),
        },
        "Boolean" => Value::Bool(coerce::truthy(&first)?),
        "Object" => match call.args.first() {
            None | Some(Value::Undefined | Value::Null) => Value::map([]),
            Some(value) => value.clone(),
        },
        "Array" => match call.args.as_slice() {
            [only] => match only.as_int() {
                Some(length @ 0..=65_536) => Value::list(vec![Value::Undefined; length as usize]),
                _ => Value::list(vec![only.clone()]),
            },
            all => Value::list(all.to_vec()),
        },
        "Array.of" => Value::list(call.args.clone()),
        "Array.from" => return array::from(it, call),
        "Array.isArray" => match &first {
            Value::List(_) => Value::Bool(true),
            Value::Unknown(_) => return None,
            _ => Value::Bool(false),
        },
        "RegExp" => match &first {
            Value::Regex(_) => first,
            Value::Undefined => regex::make("(?:)", ""),
            other => {
                let flags = call.args.get(1).and_then(coerce::text).unwrap_or_default();
                regex::make(&coerce::text(other)?, &flags)
            }
        },
        "Map" | "WeakMap" => {
            let made = Value::map([(Key::Str(object::COLLECTION.into()), Value::Bool(true))]);
            if let (Value::Map(map), Some(entries)) = (&made, call.args.first()) {
                for pair in it.walk(entries, false).known {
                    let Value::List(pair) = &pair else { continue };
                    if let [key, value] = pair.items.borrow().as_slice()
                        && let Some(key) = coerce::text(key)
                    {
                        map.set(&format!("\u{1}{key}"), value.clone());
                    }
                }
            }
            made
        }
        "Set" | "WeakSet" => match call.args.first() {
            None => Value::list(Vec::new()),
            Some(_) => return array::from(it, &Call::of(vec![first])),
        },
        "Error" | "TypeError" | "RangeError" | "SyntaxError" => Value::map([
            (Key::Str("message".into()), first),
            (Key::Str("stack".into()), Value::anything()),
        ]),
        "Symbol" | "Symbol.for" => {
            Value::from(format!("@@{}", coerce::text(&first).unwrap_or_default()))
        }
        "Proxy" => code::proxy(it, call),
        "structuredClone"
        | "util.promisify"
        | "util.callbackify"
        | "Promise.resolve"
        | "util.deprecate"
        | "Promise.any"
        | "tslib.__importStar"
        | "tslib.__importDefault" => first,
        "Promise" => return code::promise(it, call),
        "Promise.all" | "Promise.allSettled" => match first {
            Value::List(_) => first,
            other => Value::unknown(other.facts()),
        },
        "Promise.race" => match &first {
            Value::List(list) => {
                let items = list.items.borrow().clone();
                it.any_of(&items, list.rest.borrow().clone())
            }
            other => Value::unknown(other.facts()),
        },
        "Promise.reject" => Value::anything(),
        "JSON.parse" => return object::parse_json(it, call),
        "JSON.stringify" => return object::stringify(it, call),
        "atob"
        | "btoa"
        | "escape"
        | "unescape"
        | "decodeURI"
        | "decodeURIComponent"
        | "encodeURI"
        | "encodeURIComponent"
        | "querystring.unescape" => return buffer::convert(it, name, call),
        "Buffer.from"
        | "Buffer"
        | "Uint8Array.from"
        | "Uint8Array"
        | "Int8Array"
        | "Uint8ClampedArray"
        | "globalThis.module.buffer.Buffer.from" => {
            return match first {
                Value::Int(_) | Value::Float(_) => buffer::alloc(call),
                _ => buffer::from(it, call),
            };
        }
        "Uint16Array" | "Uint32Array" | "Int32Array" | "Float64Array" | "Uint16Array.from"
        | "Uint32Array.from" => match &first {
            Value::List(list) => Value::list(list.items.borrow().clone()),
            Value::Int(length @ 0..=262_144) => Value::list(vec![Value::Int(0); *length as usize]),
            _ => return None,
        },
        "Buffer.alloc" | "Buffer.allocUnsafe" => return buffer::alloc(call),
        "Buffer.concat" => return buffer::concat(it, call),
        "TextDecoder().decode" | "util.TextDecoder().decode" => {
            return buffer::to_text(it, &first, None);
        }
        "TextEncoder().encode" | "util.TextEncoder().encode" => {
            return buffer::from(it, &Call::of(vec![first]));
        }
        "os.homedir" => Value::hole("home", Flows::of(Flow::Host)),
        "os.tmpdir" => Value::from("/tmp"),
        "process.cwd" => Value::hole("cwd", Flows::NONE),
        "process.exit" | "process.abort" => Value::Undefined,
        "child_process.spawn"
        | "child_process.spawnSync"
        | "child_process.execFile"
        | "child_process.execFileSync"
        | "cross-spawn"
        | "cross-spawn.sync"
        | "cross-spawn.spawn"
        | "execa"
        | "execa.execa"
        | "execa.sync"
        | "execa.execaSync"
        | "child_process.fork"
        | "node-pty.spawn"
        | "Bun.spawn"
        | "Bun.spawnSync" => {
            return words(it, name, call);
        }
        "url.pathToFileURL" | "url.fileURLToPath" => first,
        _ if name.ends_with("._compile") => code::evaluate(it, &first, "module._compile", false),
        _ => return None,
    })
}

/// A program and its arguments as one list, as the catalogue wants them.
fn words(it: &mut Interp<'_>, name: &str, call: &Call) -> Option<Value> {
    let mut args = call.args.iter();
    let mut words = Vec::new();
    match args.next()? {
        Value::List(list) => words.extend(list.items.borrow().iter().cloned()),
        program => words.push(program.clone()),
    }
    if name.ends_with("fork") {
        words.insert(0, Value::from("node"));
    }
    let mut rest = None;
    let mut options = Vec::new();
    for arg in args {
        match arg {
            Value::List(list) if options.is_empty() => {
                words.extend(list.items.borrow().iter().cloned());
                rest = list.rest.borrow().clone();
            }
            Value::Undefined => {}
            Value::Unknown(unknown)
                if options.is_empty() && unknown.api.is_none() && words.len() == 1 =>
            {
                rest = Some(arg.clone());
            }
            other => options.push(other.clone()),
        }
    }
    let list = Value::list(words);
    if let Value::List(list) = &list {
        *list.rest.borrow_mut() = rest;
    }
    let mut args = vec![list];
    args.extend(options);
    it.emit_api(name, &Call::of(args))
}

/// `path.join` and the like.
fn path(it: &mut Interp<'_>, name: &str, call: &Call) -> Option<Value> {
    match name {
        "join" | "resolve" => {
            let mut values = Vec::new();
            for arg in &call.args {
                if matches!(arg, Value::Str(s) if s.text.is_empty() || &*s.text == ".") {
                    continue;
                }
                if !values.is_empty() {
                    values.push(Value::from("/"));
                }
                values.push(arg.clone());
            }
            values.extend(call.rest.clone());
            let joined = ops::join(&values, coerce::text, it.limits().text);
            Some(match joined {
                Value::Str(s) if s.text.contains("//") && !s.text.contains("://") => {
                    Value::str(s.text.replace("//", "/"), s.facts.clone())
                }
                other => other,
            })
        }
        "normalize" | "toNamespacedPath" => call.arg(0).cloned(),
        "basename" => {
            let text = call.arg(0)?.as_str()?;
            Some(Value::from(text.rsplit(['/', '\\']).next().unwrap_or(text)))
        }
        "dirname" => match call.arg(0)? {
            Value::Str(s) => Some(Value::from(
                s.text.rsplit_once('/').map_or(".", |(head, _)| head),
            )),
            other => Some(other.clone()),
        },
        "extname" => {
            let text = call.arg(0)?.as_str()?;
            let name = text.rsplit('/').next().unwrap_or(text);
            Some(Value::from(
                name.rfind('.').and_then(|at| name.get(at..)).unwrap_or(""),
            ))
        }
        _ => None,
    }
}

fn object_tag(value: &Value) -> Value {
    Value::from(match value {
        Value::List(_) => "[object Array]",
        Value::Str(_) => "[object String]",
        Value::Int(_) | Value::Float(_) => "[object Number]",
        Value::Bool(_) => "[object Boolean]",
        Value::Function(_) | Value::Bound(_) | Value::Class(_) => "[object Function]",
        Value::Null => "[object Null]",
        Value::Undefined => "[object Undefined]",
        Value::Regex(_) => "[object RegExp]",
        Value::Unknown(unknown) if unknown.api.as_deref() == Some("process") => "[object process]",
        Value::Unknown(_) => return Value::anything(),
        _ => "[object Object]",
    })
}

/// `from.pipe(to)`: what is read from one goes into the other.
fn pipe(it: &mut Interp<'_>, from: &Value, call: &Call) -> Option<Value> {
    let to = call.arg(0)?.clone();
    let facts: Facts = from.facts();
    // What a socket gives to a process is in the catalogue.
    if from.api_name().is_some_and(|api| api.contains("Socket")) {
        return None;
    }
    if let Value::Unknown(unknown) = &to
        && let Some(handle) = &unknown.handle
    {
        handle.flows.set(handle.flows.get().union(facts.flows));
        let target = handle.target.borrow().clone();
        let api = unknown.api.clone().unwrap_or_else(|| "pipe".into());
        if let (Some(target), true) = (&target, api.contains("Socket")) {
            it.act_on(
                (Action::Connect, ObjectKind::Network),
                target,
                facts.flows,
                &["piped".to_owned()],
                &Layers::default(),
                &api,
            );
        }
        if let (Some(target), true) = (target, api.contains("WriteStream")) {
            it.act_on(
                (Action::Write, ObjectKind::File),
                &target,
                facts.flows,
                &["piped".to_owned()],
                &Layers::default(),
                &api,
            );
        }
        return Some(to);
    }
    None
}

/// Methods of promises, on the value that they have.
pub(super) fn awaited(
    it: &mut Interp<'_>,
    value: &Value,
    name: &str,
    call: &Call,
) -> Option<Value> {
    match name {
        "then" => {
            let callback = call.args.first()?.clone();
            let given = match value {
                // The promise of an outside call is its result.
                Value::Unknown(_) => value.clone(),
                other => other.clone(),
            };
            if let Some(failed) = call.args.get(1) {
                it.invoke(failed, vec![Value::anything()]);
            }
            match &callback {
                Value::Undefined | Value::Null => Some(given),
                _ => Some(it.invoke(&callback, vec![given])),
            }
        }
        "catch" => {
            let callback = call.args.first()?.clone();
            // The error of a request carries the answer.
            let error = match value {
                Value::Unknown(unknown) if unknown.flows.has(Flow::Network) => {
                    Value::unknown(Facts {
                        flows: Flows::of(Flow::Network),
                        layers: Layers::default(),
                    })
                }
                _ => Value::anything(),
            };
            let result = it.invoke(&callback, vec![error]);
            Some(match value {
                Value::Undefined => result,
                other => other.clone(),
            })
        }
        "finally" => {
            let callback = call.args.first()?.clone();
            it.invoke(&callback, Vec::new());
            Some(value.clone())
        }
        _ => None,
    }
}
