//! Functions that the program itself defines: their text, parameters and runs.

use std::rc::Rc;

use lazaret_model::Flow;

use super::{
    Closure, Done, Flows, Frame, Interp, Key, Running, Scope, ScopeKind, Stop, Value, branch::join,
    call::Call,
};
use crate::ir::{Function, Language, Param};

impl Interp<'_> {
    /// The text of a function that stands in the analysed file itself.
    pub(crate) fn text_of_function(&self, closure: &Closure) -> Option<String> {
        let unit = self.units.get(closure.unit as usize)?;
        if unit.outer.is_some() || *unit.path != *self.source.path {
            return None;
        }
        let span = unit.unit.function(closure.function)?.span;
        let text = self
            .source
            .text
            .get(span.start as usize..span.end as usize)?;
        Some(String::from_utf8_lossy(text).into_owned())
    }

    /// How many parameters a function has.
    pub(crate) fn parameters(&self, closure: &Closure) -> usize {
        self.units
            .get(closure.unit as usize)
            .and_then(|unit| unit.unit.function(closure.function))
            .map_or(0, |function| function.params.len())
    }

    pub(crate) fn run_with_unknown_arguments(&mut self, closure: &Rc<Closure>) {
        let Some(unit) = self.units.get(closure.unit as usize).cloned() else {
            return;
        };
        let Some(function) = unit.unit.function(closure.function) else {
            return;
        };
        let class = closure
            .class
            .borrow()
            .as_ref()
            .and_then(std::rc::Weak::upgrade);
        let mut call = Call::default();
        let mut params = function.params.iter();
        if let Some(class) = class {
            call.this = Some(self.sample(&class));
            if unit.builtins.explicit_self() {
                params.next();
            }
        }
        self.site.unit = unit.index;
        let mut positional = true;
        for param in params {
            if param.rest || param.rest_named {
                break;
            }
            let name = match param.pattern {
                crate::ir::Pattern::Name(sym) => Some(unit.unit.name(sym)),
                _ => None,
            };
            if let Some(default) = param.default {
                positional = false;
                // A default that says something stays; one that says nothing
                // is there to be replaced.
                let empty = matches!(
                    unit.unit.expr(default),
                    Some(crate::ir::Expr::Const(crate::ir::Const::Null))
                );
                if !empty || unit.unit.language != Language::Python {
                    continue;
                }
            } else if !positional && unit.unit.language != Language::Python {
                break;
            }
            let label = name.map_or_else(|| "arg".to_owned(), |name| format!("arg:{name}"));
            let flows = Flows::of(Flow::Argument).union(self.secret_by_name(&label));
            let value = Value::hole(label, flows);
            match name {
                Some(name) if !positional => call.named.push((name.into(), value)),
                _ if positional => call.args.push(value),
                _ => {}
            }
        }
        if let Err(Stop::Exhausted) = self.call_closure(closure, call) {
            self.note_exhausted();
        }
    }

    pub(crate) fn call_closure(
        &mut self,
        closure: &Rc<Closure>,
        call: Call,
    ) -> Result<Value, Stop> {
        let Some(unit) = self.units.get(closure.unit as usize).cloned() else {
            return Ok(Value::anything());
        };
        let Some(function) = unit.unit.function(closure.function) else {
            return Ok(Value::anything());
        };
        let key = (closure.unit, closure.function);
        let calls = {
            let calls = self.called.entry(key).or_insert(0);
            *calls += 1;
            *calls
        };
        let open = call.args.iter().any(|arg| !arg.is_known());
        // The innermost are looked at only: recursion is mostly of one function.
        let recursion = self
            .running
            .iter()
            .rev()
            .take(48)
            .filter(|running| running.function == Some(key))
            .count();
        if self.running.len() > usize::from(self.limits.depth)
            || (open && (recursion >= 2 || calls > 64))
            || recursion >= 40
        {
            self.doubts += 1;
            return Ok(Value::unknown(call.facts()));
        }
        let kind = if function.lexical_this && unit.unit.language == Language::Ruby {
            ScopeKind::Closure
        } else {
            ScopeKind::Function
        };
        let scope = Scope::new(kind, Some(closure.scope.clone()));
        let frame = Frame {
            unit: unit.clone(),
            scope,
        };
        let returned = stacker::maybe_grow(256 << 10, 4 << 20, || {
            self.running.push(Running {
                function: Some(key),
                ..Running::default()
            });
            let result = self
                .bind_params(&frame, function, call)
                .and_then(|()| self.exec_all(&frame, &function.body));
            let running = self.running.pop().unwrap_or_default();
            (result, running)
        });
        let (result, running) = returned;
        let value = match result? {
            Done::Return(value) => Some(value),
            _ => None,
        };
        let maybe = running.returns.into_iter().reduce(|a, b| join(&a, &b));
        Ok(match (value, maybe) {
            (Some(a), Some(b)) => join(&a, &b),
            (Some(a), None) | (None, Some(a)) => a,
            (None, None) if frame.unit.builtins.explicit_self() => Value::Null,
            (None, None) => Value::Undefined,
        })
    }

    fn bind_params(
        &mut self,
        frame: &Frame,
        function: &Function,
        mut call: Call,
    ) -> Result<(), Stop> {
        if let Some(this) = call.this.take() {
            if frame.unit.builtins.explicit_self() {
                call.args.insert(0, this);
            } else if !function.lexical_this {
                frame.scope.vars.borrow_mut().insert(self.this, this);
            }
        }
        if frame.unit.unit.language == Language::JavaScript && !function.lexical_this {
            let arguments = self.names.intern("arguments");
            if frame.unit.names.contains(&arguments) {
                let all = Value::list(call.args.clone());
                frame.scope.vars.borrow_mut().insert(arguments, all);
            }
        }
        let mut at = 0;
        let mut taken: Vec<Rc<str>> = Vec::new();
        for param in &function.params {
            let value = if param.rest {
                let items = call
                    .args
                    .get(at..)
                    .map(<[Value]>::to_vec)
                    .unwrap_or_default();
                at = call.args.len();
                let list = Value::tuple(items);
                if let Value::List(list) = &list {
                    *list.rest.borrow_mut() = call.rest.clone();
                }
                list
            } else if param.rest_named {
                Value::map(
                    call.named
                        .iter()
                        .filter(|(name, _)| !taken.contains(name))
                        .map(|(name, value)| (Key::Str(name.clone()), value.clone())),
                )
            } else {
                match self.argument(frame, param, &call, &mut at, &mut taken) {
                    Some(value) => value,
                    None => match param.default {
                        Some(default) => self.eval(frame, default)?,
                        None => Value::Undefined,
                    },
                }
            };
            self.assign(frame, &param.pattern, value, true)?;
        }
        Ok(())
    }

    fn argument(
        &mut self,
        frame: &Frame,
        param: &Param,
        call: &Call,
        at: &mut usize,
        taken: &mut Vec<Rc<str>>,
    ) -> Option<Value> {
        if let crate::ir::Pattern::Name(sym) = &param.pattern {
            let name = self.names.text(frame.name(*sym));
            if let Some(value) = call.named(&name) {
                taken.push(name);
                return Some(value.clone());
            }
        }
        let value = call.arg(*at).cloned();
        *at += 1;
        // JavaScript takes the default for `undefined`.
        value.filter(|value| !matches!(value, Value::Undefined))
    }
}
