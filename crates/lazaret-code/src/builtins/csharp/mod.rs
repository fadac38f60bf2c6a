//! C#'s builtins.

use lazaret_model::{Action, Flow, ObjectKind};

use super::{Builtins, dotnet};
use crate::interp::{Call, Flows, Interp, Layers, Value};

/// C#.
#[derive(Debug)]
pub struct CSharp;

impl Builtins for CSharp {
    fn call(&self, it: &mut Interp<'_>, name: &str, call: &Call) -> Option<Value> {
        if name == "@cast" {
            let kind = it.known_text(call.arg(0)?)?;
            let value = call.arg(1)?.clone();
            return Some(dotnet::cast(it, &kind, &value));
        }
        if name.starts_with("WebClient().DownloadFile") {
            let result = it.emit_api(name, call)?;
            if let Some(path) = call.arg(1).cloned() {
                let path = it.text_of(&path);
                it.act_on(
                    (Action::Write, ObjectKind::File),
                    &path,
                    Flows::of(Flow::Network),
                    &[],
                    &Layers::default(),
                    name,
                );
            }
            return Some(result);
        }
        match name {
            "Path.Combine" | "Path.Join" => return Some(dotnet::joined(it, &call.args, "/")),
            "Path.GetTempPath" => return Some(Value::from("/tmp/")),
            _ => {}
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
        dotnet::method(it, receiver, &name.to_ascii_lowercase(), call)
    }

    fn member(&self, it: &mut Interp<'_>, object: &Value, name: &str) -> Option<Value> {
        let _ = it;
        dotnet::member(object, &name.to_ascii_lowercase())
    }
}
