//! Paths: `os.path`, `pathlib`, and outside objects that have a path.

use std::rc::Rc;

use super::passed;
use crate::{
    builtins::ops,
    interp::{Call, Handle, Interp, Part, Unknown, Value},
};

const PATH: &str = "pathlib.Path()";

pub(super) fn is_path(value: &Value) -> bool {
    value.api_name().is_some_and(|api| &**api == PATH)
}

/// Where an outside object points to.
pub(super) fn target(value: &Value) -> Option<Rc<str>> {
    let Value::Unknown(unknown) = value else {
        return None;
    };
    unknown.handle.as_ref()?.target.borrow().clone()
}

/// A `Path` of a text.
fn path(it: &Interp<'_>, text: &Value) -> Value {
    let handle = Handle::default();
    *handle.target.borrow_mut() = Some(it.text_of(text).into());
    let parts = match text {
        Value::Str(s) => vec![Part::Text(s.text.clone())],
        Value::Unknown(unknown) => unknown.parts.clone(),
        _ => Vec::new(),
    };
    Value::Unknown(Rc::new(Unknown {
        api: Some(PATH.into()),
        flows: text.flows(),
        parts,
        handle: Some(Rc::new(handle)),
        ..Unknown::default()
    }))
}

/// Parts joined with `/`; an absolute part drops those before.
fn join(it: &Interp<'_>, parts: &[Value]) -> Value {
    let mut pieces: Vec<Value> = Vec::new();
    for part in parts {
        if part.as_str().is_some_and(|text| text.starts_with('/')) {
            pieces.clear();
        }
        let closed = pieces.last().is_none_or(|last| {
            last.as_str()
                .is_some_and(|text| text.is_empty() || text.ends_with(['/', '\\']))
        });
        if !closed {
            pieces.push(Value::from("/"));
        }
        let text = match part {
            Value::Unknown(unknown) if unknown.parts.is_empty() => {
                target(part).map(|t| Value::str(t, part.facts()))
            }
            _ => None,
        };
        pieces.push(text.unwrap_or_else(|| part.clone()));
    }
    // One part of several values makes several paths.
    let choice = pieces.iter().position(
        |piece| matches!(piece, Value::Unknown(u) if u.parts.is_empty() && u.alternatives.len() > 1 && u.alternatives.iter().all(Value::is_known)),
    );
    if let (Some(at), Some(Value::Unknown(unknown))) =
        (choice, choice.and_then(|at| pieces.get(at)).cloned())
    {
        let all: Vec<Value> = unknown
            .alternatives
            .iter()
            .take(4)
            .map(|alternative| {
                let mut one = pieces.clone();
                if let Some(slot) = one.get_mut(at) {
                    *slot = alternative.clone();
                }
                ops::join(&one, ops::text, it.limits().text)
            })
            .collect();
        return it.any_of(&all, None);
    }
    ops::join(&pieces, ops::text, it.limits().text)
}

/// `a / b` of paths.
pub(super) fn joined(it: &mut Interp<'_>, parts: &[Value]) -> Value {
    let text = join(it, parts);
    path(it, &text)
}

pub(super) fn call(it: &mut Interp<'_>, name: &str, call: &Call) -> Option<Value> {
    match name {
        "os.path.join" => Some(join(it, &call.args)),
        "os.path.expanduser" | "os.path.abspath" | "os.path.realpath" | "os.path.normpath"
        | "os.fspath" => Some(call.arg(0)?.clone()),
        "os.path.expandvars" => Some(call.arg(0)?.clone()),
        "os.path.dirname" | "os.path.basename" => {
            let value = call.arg(0)?;
            let Some(text) = value.as_str() else {
                return Some(Value::Unknown(Rc::new(Unknown {
                    flows: value.flows(),
                    parts: match value {
                        Value::Unknown(u) => u.parts.clone(),
                        _ => Vec::new(),
                    },
                    ..Unknown::default()
                })));
            };
            let (folder, file) = text.rsplit_once('/').unwrap_or(("", text));
            Some(Value::str(
                if name.ends_with("dirname") {
                    folder
                } else {
                    file
                },
                value.facts(),
            ))
        }
        "os.path.splitext" => {
            let value = call.arg(0)?;
            let text = value.as_str()?;
            let at = text.rfind('.').unwrap_or(text.len());
            let (stem, ending) = text.split_at(at);
            Some(Value::tuple(vec![Value::from(stem), Value::from(ending)]))
        }
        "os.path.exists" | "os.path.isfile" | "os.path.isdir" | "os.path.getsize"
        | "os.path.getmtime" => Some(Value::anything()),
        "os.makedirs" | "os.mkdir" | "os.chdir" | "os.utime" => Some(Value::Null),
        "os.getcwd" => {
            it.emit_api(name, call);
            Some(Value::hole("cwd", crate::interp::Flows::NONE))
        }
        "tempfile.gettempdir" => Some(Value::from("/tmp")),
        "tempfile.mkdtemp" => Some(Value::from("/tmp/tempfile")),
        "os.path.sep" => Some(Value::from("/")),
        "pathlib.Path" | "pathlib.PurePath" | "pathlib.WindowsPath" | "pathlib.PosixPath" => {
            let text = join(it, &call.args);
            Some(path(it, &text))
        }
        "pathlib.Path.home" => Some(path(it, &Value::from("~"))),
        "pathlib.Path.cwd" => Some(path(it, &Value::hole("cwd", crate::interp::Flows::NONE))),
        "site.getsitepackages" => Some(Value::list(vec![Value::from("site-packages")])),
        "site.getusersitepackages"
        | "sysconfig.get_path"
        | "distutils.sysconfig.get_python_lib"
        | "sysconfig.get_paths" => Some(Value::from("site-packages")),
        "platformdirs.user_data_dir" | "appdirs.user_data_dir" => Some(passed(call)),
        _ => None,
    }
}

pub(super) fn method(
    it: &mut Interp<'_>,
    receiver: &Value,
    name: &str,
    call: &Call,
) -> Option<Value> {
    if !is_path(receiver) {
        return None;
    }
    match name {
        "joinpath" => {
            let mut parts = vec![receiver.clone()];
            parts.extend(call.args.iter().cloned());
            Some(joined(it, &parts))
        }
        "expanduser" | "resolve" | "absolute" | "as_posix" | "__str__" => Some(receiver.clone()),
        "exists" | "is_file" | "is_dir" | "stat" => Some(Value::anything()),
        "mkdir" | "touch" => Some(Value::Null),
        "with_suffix" => {
            let text = target(receiver)?;
            let suffix = call.arg(0)?.as_str()?;
            let stem = text.rsplit_once('.').map_or(&*text, |(stem, _)| stem);
            Some(path(it, &Value::from(format!("{stem}{suffix}"))))
        }
        _ => None,
    }
}

/// Attributes that say where an object points to.
pub(super) fn member(object: &Value, api: &str, name: &str) -> Option<Value> {
    match (api, name) {
        (PATH, "parent" | "parents") => Some(object.clone()),
        (PATH, "name" | "stem" | "suffix") => {
            let text = target(object)?;
            let file = text.rsplit('/').next().unwrap_or(&text);
            Some(Value::str(file, object.facts()))
        }
        (_, "name" | "full_url")
            if api.ends_with("()")
                && (api.starts_with("tempfile.")
                    || api == "open()"
                    || api.ends_with("Request()")) =>
        {
            Some(Value::str(target(object)?, object.facts()))
        }
        _ => None,
    }
}
