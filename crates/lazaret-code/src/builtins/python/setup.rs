//! Setuptools: classes given to `setup` run while the package is installed.

use lazaret_model::Phase;

use crate::interp::{Call, Interp, Key, Value};

/// Commands that only the project's own people run.
const NOT_ON_INSTALL: &[&str] = &[
    "bump",
    "clean",
    "deploy",
    "docs",
    "build_docs",
    "build_sphinx",
    "flake8",
    "format",
    "lint",
    "publish",
    "push",
    "register",
    "release",
    "sdist",
    "tag",
    "test",
    "tests",
    "upload",
    "upload_docs",
    "version",
];

pub(super) fn call(it: &mut Interp<'_>, name: &str, call: &Call) -> Option<Value> {
    if !matches!(
        name,
        "setuptools.setup"
            | "distutils.core.setup"
            | "numpy.distutils.core.setup"
            | "skbuild.setup"
            | "setup"
    ) {
        return None;
    }
    let mut commands = Vec::new();
    for key in ["cmdclass", "distclass"] {
        collect(call.named(key), &mut commands);
    }
    for class in commands {
        it.in_phase(Phase::Install, |it| {
            let object = it.invoke(&class, Vec::new());
            for method in ["initialize_options", "finalize_options", "run"] {
                let known = match &class {
                    Value::Class(class) => class.member(method).is_some(),
                    _ => false,
                };
                if known {
                    let function = it.member(&object, method);
                    it.invoke(&function, Vec::new());
                }
            }
        });
    }
    Some(Value::Null)
}

fn collect(value: Option<&Value>, classes: &mut Vec<Value>) {
    match value {
        Some(Value::Map(map)) => {
            for (key, value) in map.entries.borrow().iter() {
                if !matches!(key, Key::Str(name) if NOT_ON_INSTALL.contains(&&**name)) {
                    collect(Some(value), classes);
                }
            }
            collect(map.rest.borrow().as_ref(), classes);
        }
        Some(Value::Unknown(unknown)) => {
            for value in &unknown.alternatives {
                collect(Some(value), classes);
            }
        }
        Some(class @ (Value::Class(_) | Value::Function(_))) if classes.len() < 64 => {
            classes.push(class.clone())
        }
        _ => {}
    }
}
