//! Shells (POSIX, batch, and programs called by PowerShell): variables,
//! parameter operators, and what commands do.
//!
//! A command goes through `prefix` (what only starts another program), then
//! is a filter of text (`filter`), a program that runs code (`program`),
//! one that moves data (`transfer`, [`file`]), one of the catalogue
//! (`content/apis/shell/`), or just a process.

mod command;
mod expand;
mod file;
mod filter;
mod flags;
mod prefix;
mod program;
mod transfer;

use lazaret_model::{Action, Flow, ObjectKind};

use crate::{
    builtins::Builtins,
    interp::{Call, Facts, Flows, Interp, Layers, Value},
};

/// The builtins of POSIX shells and batch files.
#[derive(Debug)]
pub struct Shell;

impl Builtins for Shell {
    fn global(&self, it: &mut Interp<'_>, name: &str) -> Option<Value> {
        variable(it, name)
    }

    fn call(&self, it: &mut Interp<'_>, name: &str, call: &Call) -> Option<Value> {
        expand::call(it, name, call)
    }

    fn command(
        &self,
        it: &mut Interp<'_>,
        words: &[Value],
        input: Option<&Value>,
        redirects: &[(String, Value)],
    ) -> Option<Value> {
        Some(command::run(it, words, input, redirects))
    }
}

/// A variable that the script does not set: one of the shell's own, or of the
/// environment.
fn variable(it: &mut Interp<'_>, name: &str) -> Option<Value> {
    let first = name.chars().next()?;
    if first == '@' && name.len() > 1 {
        return None;
    }
    if !first.is_alphabetic() && first != '_' {
        let flows = if first.is_ascii_digit() || first == '@' {
            Flows::of(Flow::Argument)
        } else {
            Flows::NONE
        };
        return Some(Value::hole(format!("${name}"), flows));
    }
    match name {
        "PWD" | "OLDPWD" | "RANDOM" | "SECONDS" | "LINENO" | "PPID" | "BASHPID" | "OPTARG"
        | "OPTIND" | "REPLY" | "FUNCNAME" | "PIPESTATUS" | "IFS" | "errorlevel" | "cd" | "date"
        | "time" | "random" => {
            return Some(Value::hole(format!("${name}"), Flows::NONE));
        }
        "BASH_SOURCE" | "0" => return Some(Value::from("./script")),
        _ => {}
    }
    let read = it.act_on(
        (Action::Read, ObjectKind::Environment),
        name,
        Flows::NONE,
        &[],
        &Layers::default(),
        "$",
    );
    Some(Value::hole(format!("env:{name}"), read))
}

/// A word of a command.
#[derive(Clone, Debug)]
struct Word {
    text: String,
    value: Value,
    known: bool,
}

impl Word {
    fn of(it: &Interp<'_>, value: &Value) -> Self {
        let known = it.known_text(value);
        Self {
            text: match &known {
                Some(text) => text.to_string(),
                None => it.text_of(value),
            },
            known: known.is_some(),
            value: value.clone(),
        }
    }
}

/// A command being run.
struct Running<'c> {
    /// Its name without folder and `.exe`, in lower case.
    name: String,
    words: Vec<Word>,
    input: Option<&'c Value>,
    tags: Vec<String>,
}

impl Running<'_> {
    /// The whole as text.
    fn line(&self) -> String {
        let mut line = String::new();
        for word in &self.words {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(&word.text);
            if line.len() > 2_000 {
                break;
            }
        }
        line
    }

    /// Where its words and input come from.
    fn facts(&self) -> Facts {
        let facts = self.input.map(Value::facts).unwrap_or_default();
        self.words
            .iter()
            .fold(facts, |all, word| all.union(&word.value.facts()))
    }

    fn word_facts(&self) -> Facts {
        self.words
            .iter()
            .fold(Facts::default(), |all, word| all.union(&word.value.facts()))
    }
}

/// Output that is not known.
fn output(flows: Flows) -> Value {
    Value::unknown(Facts::from(flows.union(Flows::of(Flow::Process))))
}
