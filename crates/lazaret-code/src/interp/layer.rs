//! Text that is run as code, and commands.

use std::{
    hash::{Hash, Hasher},
    rc::Rc,
    sync::Arc,
};

use lazaret_model::{Action, ObjectKind};
use rustc_hash::FxHasher;

use super::{Call, Facts, Flows, Frame, Interp, Layers, Loaded, Scope, Stop, Value, act::Act};
use crate::{analysis::Note, builtins, ir::Language, lower};

/// Characters of code kept as target of an evaluation.
const EXCERPT: usize = 400;

impl Interp<'_> {
    /// Runs `code` as a layer of its own: writes down the evaluation under
    /// the name `api`, and runs the text in `scope` (or in a new one). The
    /// value is that of its last expression, where the language has one.
    pub fn evaluate(
        &mut self,
        language: Language,
        code: &Value,
        scope: Option<Rc<Scope>>,
        api: &str,
    ) -> Value {
        let facts = code.facts();
        let whole = self.known_text(code);
        // A text with holes is run with the holes' labels in their place.
        let text: Rc<str> = match &whole {
            Some(text) => text.clone(),
            None => self.text_of(code).into(),
        };
        let excerpt: String = text.chars().take(EXCERPT).collect();
        self.act(Act {
            what: (Action::Evaluate, ObjectKind::Code),
            target: excerpt,
            flows: facts.flows,
            tags: vec![format!("language:{language:?}").to_lowercase()],
            layers: facts.layers.clone(),
            api: api.to_owned(),
        });
        if whole.is_none() && !text.bytes().any(|b| b == b' ' || b == b'(') {
            return Value::unknown(facts);
        }
        self.run_text(language, &text, scope, &facts)
            .unwrap_or_else(|| Value::unknown(facts))
    }

    /// Lowers and runs a text without writing down an evaluation.
    pub fn run_text(
        &mut self,
        language: Language,
        text: &str,
        scope: Option<Rc<Scope>>,
        facts: &Facts,
    ) -> Option<Value> {
        let mut hasher = FxHasher::default();
        (language, text).hash(&mut hasher);
        let key = (hasher.finish(), text.len());
        let cached = self.evaluated.get_mut(&key).map(|(loaded, runs)| {
            *runs += 1;
            (loaded.clone(), *runs)
        });
        if let Some((loaded, runs)) = cached {
            // Expressions are evaluated as often as the code does (a decoder
            // may do so for each character); the same script again and again
            // says nothing new.
            if runs > 3 && text.len() > 512 || self.layer >= self.limits.layers {
                return None;
            }
            return Some(self.run_loaded(&loaded, scope));
        }
        if self.layer >= self.limits.layers || text.len() > self.limits.text {
            let location = self.location(self.site);
            let kind = if text.len() > self.limits.text {
                "text-limit"
            } else {
                "layer-limit"
            };
            if self.notes.len() < 256 {
                self.notes.push(Note {
                    kind,
                    detail: format!("{} bytes of {language:?} not looked at", text.len()),
                    location,
                });
            }
            return None;
        }
        self.fuel = self.fuel.saturating_sub((text.len() / 64) as u32);
        if self.fuel_left() == 0 || self.units.len() > 512 {
            return None;
        }
        let unit = lower::lower(language, text, "");
        let outer = self.site;
        let inherited = self
            .units
            .get(outer.unit as usize)
            .map(|unit| unit.layers.clone())
            .unwrap_or_default();
        let layers = inherited.union(&facts.layers);
        let path = self
            .units
            .get(outer.unit as usize)
            .map_or_else(|| self.source.path.into(), |unit| unit.path.clone());
        let loaded = self.load(Arc::new(unit), &path, Some(outer), layers);
        self.evaluated.insert(key, (loaded.clone(), 1));
        Some(self.run_loaded(&loaded, scope))
    }

    fn run_loaded(&mut self, loaded: &Rc<Loaded>, scope: Option<Rc<Scope>>) -> Value {
        let outer = self.site;
        let scope = match scope {
            Some(scope) => scope,
            None => self.top_scope(loaded),
        };
        let frame = Frame {
            unit: loaded.clone(),
            scope: scope.clone(),
        };
        self.layer += 1;
        let result = stacker::maybe_grow(256 << 10, 4 << 20, || self.exec_code(&frame));
        self.layer -= 1;
        self.site = outer;
        self.scope = Some(scope);
        match result {
            Ok(value) => value,
            Err(Stop::Throw(_) | Stop::Exhausted) => Value::anything(),
        }
    }

    /// Runs the body; the value is that of a last expression.
    fn exec_code(&mut self, frame: &Frame) -> Result<Value, Stop> {
        let unit = frame.unit.clone();
        let body = &unit.unit.body;
        let Some((last, rest)) = body.split_last() else {
            return Ok(Value::Undefined);
        };
        self.exec_all(frame, rest)?;
        match last {
            crate::ir::Stmt::Expr(id) => self.eval(frame, *id),
            crate::ir::Stmt::Return(Some(id)) => self.eval(frame, *id),
            other => match self.exec_all(frame, std::slice::from_ref(other))? {
                super::Done::Return(value) => Ok(value),
                _ => Ok(Value::Undefined),
            },
        }
    }

    /// Runs the target of a catalogue entry that says `runs`.
    pub(crate) fn run_code(
        &mut self,
        runs: &str,
        code: &Value,
        call: &Call,
        api: &str,
    ) -> Result<Option<Value>, Stop> {
        let language = match runs {
            "argv" => {
                return Ok(Some(match code {
                    Value::List(list) => {
                        let words = list.items.borrow().clone();
                        // `["sh", "-c", code]` and the like are the shell's.
                        self.command(&words, call.named("input"))
                    }
                    other => self.command_line(other),
                }));
            }
            "shell" => return Ok(Some(self.command_line(code))),
            "javascript" => Language::JavaScript,
            "python" => Language::Python,
            "ruby" => Language::Ruby,
            "powershell" => Language::PowerShell,
            "batch" => Language::Batch,
            "csharp" => Language::CSharp,
            _ => return Ok(None),
        };
        let scope = self.scope.clone();
        let _ = api;
        let facts = code.facts();
        let text: Rc<str> = match self.known_text(code) {
            Some(text) => text,
            None => self.text_of(code).into(),
        };
        Ok(self.run_text(language, &text, scope, &facts))
    }

    /// Runs a command line (a text for the shell) whose start is already
    /// written down. Its parts are looked at, but the programs that it names
    /// are not written down again as processes.
    pub fn command_line(&mut self, line: &Value) -> Value {
        let facts = line.facts();
        for text in self.texts(line) {
            let value = self.run_text(Language::Shell, &text, None, &facts);
            if let Some(value) = value {
                return value;
            }
        }
        Value::unknown(facts)
    }

    /// Runs a command given as words, whose start is already written down.
    pub fn command(&mut self, words: &[Value], input: Option<&Value>) -> Value {
        let shell = builtins::of(Language::Shell);
        match shell.command(self, words, input, &[]) {
            Some(value) => value,
            None => Value::unknown(Flows::NONE.into()),
        }
    }

    /// A command of a shell script.
    pub(crate) fn run_words(
        &mut self,
        words: &[Value],
        input: Option<&Value>,
        redirects: &[(String, Value)],
    ) -> Value {
        // A function of the script goes before a program.
        if let Some(name) = words.first().and_then(Value::as_str) {
            let name = self.names.intern(name);
            let function = self.scope.as_ref().and_then(|scope| scope.get(name));
            if let Some(function @ Value::Function(_)) = function {
                let args = words.get(1..).unwrap_or_default().to_vec();
                return self.invoke(&function, args);
            }
        }
        if let Some(value) = self.builtins().command(self, words, input, redirects) {
            return value;
        }
        let line = Value::list(words.to_vec());
        let facts = input
            .map(Value::facts)
            .unwrap_or_default()
            .union(&line.facts());
        let target = self.text_of(&line);
        self.act_on(
            (Action::Spawn, ObjectKind::Process),
            &target,
            facts.flows,
            &[],
            &facts.layers,
            "command",
        );
        for (operator, file) in redirects {
            let target = self.text_of(file);
            let what = if operator.contains('<') {
                (Action::Read, ObjectKind::File)
            } else if operator.contains('>') && !target.starts_with('&') && target != "/dev/null" {
                (Action::Write, ObjectKind::File)
            } else {
                continue;
            };
            self.act_on(
                what,
                &target,
                facts.flows,
                &[],
                &Layers::default(),
                operator,
            );
        }
        Value::unknown(Facts {
            flows: facts.flows.union(Flows::of(lazaret_model::Flow::Process)),
            layers: facts.layers,
        })
    }
}

impl From<Flows> for Facts {
    fn from(flows: Flows) -> Self {
        Self {
            flows,
            layers: Layers::default(),
        }
    }
}
