//! What a language has built in: its names, its operators, the methods of its
//! values, and the pure functions of its library.
//!
//! One implementation of [`Builtins`] per language; the interpreter asks that
//! of the code it is in. Whatever answers `None` is unknown to the builtins:
//! the interpreter then looks into the catalogue, and after that gives an
//! unknown value that carries the origin of the receiver and the arguments.

pub mod csharp;
pub mod decode;
mod dotnet;
pub mod javascript;
pub mod ops;
pub mod powershell;
pub mod python;
pub mod ruby;
pub mod rust;
pub mod shell;

use crate::{
    interp::{Call, Interp, Value},
    ir::{BinaryOp, Language, UnaryOp},
};

/// The builtins of one language.
pub trait Builtins: Sync {
    /// A name that no scope has: `eval`, `require`, `__name__`. What is left
    /// `None` becomes the outside name itself (`Value::api(name)`).
    fn global(&self, it: &mut Interp<'_>, name: &str) -> Option<Value> {
        let _ = (it, name);
        None
    }

    /// Whether a value is the object that holds the global names.
    fn is_global(&self, value: &Value) -> bool {
        let _ = value;
        false
    }

    /// The value of a module by its specifier: usually `Value::api(…)` of its
    /// normalised name (`node:fs` is `fs`). Modules of the package itself are
    /// resolved before.
    fn module(&self, it: &mut Interp<'_>, specifier: &str) -> Value {
        let _ = it;
        Value::api(specifier)
    }

    /// Calls a function of the library by qualified name
    /// (`base64.b64decode`). Pure ones give their result; those that run code
    /// use [`Interp::evaluate`] and the like. Catalogue entries are not looked
    /// up if this answers; call [`Interp::emit_api`] for those that also act.
    fn call(&self, it: &mut Interp<'_>, name: &str, call: &Call) -> Option<Value> {
        let _ = (it, name, call);
        None
    }

    /// `new f(...)` of a function of the code, where that makes an object.
    fn construct(&self, it: &mut Interp<'_>, function: &Value, call: &Call) -> Option<Value> {
        let _ = (it, function, call);
        None
    }

    /// Calls a method of a value (text, bytes, list, map, number, unknown).
    fn method(
        &self,
        it: &mut Interp<'_>,
        receiver: &Value,
        name: &str,
        call: &Call,
    ) -> Option<Value> {
        let _ = (it, receiver, name, call);
        None
    }

    /// An attribute that is no method: `length`. Answering `None` on a text,
    /// list, map, number gives a bound method.
    fn member(&self, it: &mut Interp<'_>, object: &Value, name: &str) -> Option<Value> {
        let _ = (it, object, name);
        None
    }

    /// `object[index]` where the default (lists and text by position, maps by
    /// key) does not fit.
    fn index(&self, it: &mut Interp<'_>, object: &Value, index: &Value) -> Option<Value> {
        let _ = (it, object, index);
        None
    }

    /// A binary operator on values, where the default of [`ops::binary`] does
    /// not fit.
    fn binary(
        &self,
        it: &mut Interp<'_>,
        op: BinaryOp,
        left: &Value,
        right: &Value,
    ) -> Option<Value> {
        let _ = (it, op, left, right);
        None
    }

    /// A unary operator, where the default of [`ops::unary`] does not fit.
    fn unary(&self, it: &mut Interp<'_>, op: UnaryOp, operand: &Value) -> Option<Value> {
        let _ = (it, op, operand);
        None
    }

    /// Whether a value counts as true; `None` where that is open.
    fn truthy(&self, value: &Value) -> Option<bool> {
        ops::truthy(value)
    }

    /// A known value as the language would print it into a text.
    fn text(&self, value: &Value) -> Option<String> {
        ops::text(value)
    }

    /// Runs a command of a shell: words (the first is the program), text on
    /// standard input, redirections as (operator, target). `None` leaves it to
    /// the default: a spawned process with the words as command line.
    fn command(
        &self,
        it: &mut Interp<'_>,
        words: &[Value],
        input: Option<&Value>,
        redirects: &[(String, Value)],
    ) -> Option<Value> {
        let _ = (it, words, input, redirects);
        None
    }

    /// What the methods of an object are called without being called by the
    /// code: constructor first (`__init__`, `constructor`, `initialize`).
    fn constructor(&self) -> &'static str {
        "constructor"
    }

    /// Whether functions given to outside functions are run at once (event
    /// handlers and promises of JavaScript) or only later, by the user.
    fn runs_callbacks(&self) -> bool {
        true
    }

    /// Whether methods have their object as first parameter (Python).
    fn explicit_self(&self) -> bool {
        false
    }
}

/// The builtins of a language.
pub fn of(language: Language) -> &'static dyn Builtins {
    match language {
        Language::Python => &python::Python,
        Language::Shell | Language::Batch => &shell::Shell,
        Language::PowerShell => &powershell::PowerShell,
        Language::Ruby => &ruby::Ruby,
        Language::Rust => &rust::Rust,
        Language::CSharp => &csharp::CSharp,
        Language::JavaScript => &javascript::JavaScript,
    }
}
