//! Calls to the outside: what the catalogue says of them.

use std::rc::Rc;

use lazaret_model::{Action, ObjectKind};

use super::{
    Call, Facts, Flows, Handle, Interp, Layers, Part, Stop, Unknown, Value, select::holds,
};
use crate::catalogue::{Access, Entry};

impl Interp<'_> {
    /// Calls an outside name.
    pub(crate) fn call_api(
        &mut self,
        api: &str,
        callee: &Value,
        mut call: Call,
    ) -> Result<Value, Stop> {
        let builtins = self.builtins();
        if let Some(value) = builtins.call(self, api, &call) {
            self.thrown()?;
            return Ok(value);
        }
        self.thrown()?;
        // What a builtin computed leaves no doubt.
        self.doubts += 1;
        if let Some(entry) = self.catalogue.entry(self.language(), api)
            && entry.access == Access::Call
        {
            let entry = entry.clone();
            let value = self.apply(&entry, api, &call)?;
            self.thrown()?;
            return Ok(value);
        }
        let (receiver, name) = match api.rsplit_once('.') {
            Some((_, name)) if call.this.is_some() => (call.this.clone(), name),
            _ => (None, ""),
        };
        if let Some(receiver) = receiver {
            let answer = builtins.method(self, &receiver, name, &call);
            self.thrown()?;
            if let Some(value) = answer {
                return Ok(value);
            }
            if let Some(entry) = self
                .catalogue
                .entry(self.language(), &format!("*.{name}"))
                .cloned()
            {
                let value = self.apply(&entry, api, &call)?;
                self.thrown()?;
                return Ok(value);
            }
        }
        self.outside_calls += 1;
        self.put_into(&call);
        let mut facts = call.facts();
        facts = facts.union(&callee.facts());
        if let Some(this) = call.this.take() {
            facts = facts.union(&this.facts());
        }
        let result = Value::Unknown(Rc::new(Unknown {
            api: Some(if api.len() < 160 {
                format!("{api}()").into()
            } else {
                "()".into()
            }),
            flows: facts.flows,
            layers: facts.layers,
            handle: Some(Rc::new(Handle::default())),
            ..Unknown::default()
        }));
        if builtins.runs_callbacks() {
            self.call_back(
                call.all().cloned().collect(),
                &Value::unknown(facts_of(&result)),
            )?;
        }
        Ok(result)
    }

    /// Applies the catalogue entry of a name, for builtins that also do
    /// something of their own; `None` where there is none.
    pub fn emit_api(&mut self, api: &str, call: &Call) -> Option<Value> {
        let entry = self.catalogue.entry(self.language(), api)?.clone();
        match self.apply(&entry, api, call) {
            Ok(value) => Some(value),
            Err(Stop::Throw(error)) => {
                self.throw(error);
                Some(Value::Undefined)
            }
            Err(Stop::Exhausted) => Some(Value::Undefined),
        }
    }

    /// What an entry makes of a call.
    pub(crate) fn apply(
        &mut self,
        entry: &Rc2<Entry>,
        api: &str,
        call: &Call,
    ) -> Result<Value, Stop> {
        let site = self.site;
        let mut what = entry.act;
        let mut tags = entry.tags.clone();
        let mut returns = entry.returns;
        let mut runs = entry.runs.clone();
        for when in &entry.when {
            let value = self.select(&when.arg, call);
            if !holds(&when.condition, value.as_ref()) {
                continue;
            }
            tags.extend(when.tag.clone());
            if let Some((action, object)) = &mut what {
                *action = when.action.unwrap_or(*action);
                *object = when.object.unwrap_or(*object);
            } else if let (Some(action), Some(object)) = (when.action, when.object) {
                what = Some((action, object));
            }
            runs = when.runs.clone().or(runs);
            returns = returns.union(when.returns);
        }
        let target = entry
            .target
            .as_ref()
            .and_then(|template| self.fill(template, call));
        let mut flows = if entry.payload.is_empty() {
            call.facts().flows
        } else {
            entry
                .payload
                .iter()
                .filter_map(|selector| self.select(selector, call))
                .fold(Flows::NONE, |all, value| all.union(value.flows()))
        };
        if let Some(this) = &call.this {
            // What is only read from an object does not flow out through it.
            if !matches!(what, Some((Action::Read | Action::Load, _))) {
                flows = flows.union(this.flows());
            }
        }
        let target_facts = target.as_ref().map(Value::facts).unwrap_or_default();
        flows = flows.union(target_facts.flows);
        let targets = match &target {
            Some(value) => self.texts(value),
            // What is asked of the host is in the name of the call.
            None if matches!(what, Some((_, ObjectKind::Host))) => {
                vec![api.rsplit('.').next().unwrap_or(api).to_owned()]
            }
            None => vec![String::new()],
        };
        let layers = target_facts.layers;
        if let Some(what) = what {
            for text in &targets {
                let more = self.act_on(what, text, flows, &tags, &layers, api);
                returns = returns.union(more);
            }
            if what == (Action::Write, ObjectKind::File)
                && let Some(text) = targets.first()
            {
                self.hold_written(text, call, api.ends_with(".write"));
            }
        }
        if let Some(file) = entry
            .writes
            .as_ref()
            .and_then(|template| self.fill(template, call))
        {
            for text in self.texts(&file) {
                let what = (Action::Write, ObjectKind::File);
                self.act_on(what, &text, entry.returns, &[], &Layers::default(), api);
            }
        }
        self.put_into(call);
        if let (Some(runs), Some(code)) = (runs, &target) {
            let output = self.run_code(&runs, code, call, api)?;
            self.site = site;
            // `spawn` of Node gives the process, not its output: more may be
            // written to it.
            if let Some(value) = output.filter(|_| !api.ends_with("process.spawn")) {
                let value = value.with_facts(&Facts {
                    flows: returns,
                    layers: Layers::default(),
                });
                // `exec(command, (error, output) => …)`
                if self.builtins().runs_callbacks() {
                    self.call_back(call.all().cloned().collect(), &value)?;
                    self.site = site;
                }
                return Ok(value);
            }
        }
        let mut facts = Facts {
            flows: returns,
            layers: Layers::default(),
        };
        if what.is_none() || entry.layer.is_some() {
            facts = facts.union(&call.facts());
            if let Some(this) = &call.this {
                facts = facts.union(&this.facts());
            }
        }
        if let Some(layer) = entry.layer {
            facts = facts.decoded(layer);
        }
        let handle = Rc::new(Handle::default());
        if let (Some(text), Some(_)) = (targets.first(), what) {
            *handle.target.borrow_mut() = Some(text.as_str().into());
        } else if let Some(Value::Unknown(this)) = &call.this
            && let Some(before) = &this.handle
        {
            *handle.target.borrow_mut() = before.target.borrow().clone();
        }
        if what.is_none()
            && let Some(text) = targets.first().filter(|text| !text.is_empty())
        {
            *handle.target.borrow_mut() = Some(text.as_str().into());
        }
        let label: Option<Rc<str>> = match what {
            Some((Action::Read, ObjectKind::Environment)) => {
                targets.first().map(|name| format!("env:{name}").into())
            }
            _ => None,
        };
        let result = Value::Unknown(Rc::new(Unknown {
            api: Some(match &entry.type_name {
                Some(name) => (&**name).into(),
                None => format!("{api}()").into(),
            }),
            flows: facts.flows,
            layers: facts.layers,
            parts: label.map(Part::Hole).into_iter().collect(),
            handle: Some(handle),
            ..Unknown::default()
        }));
        // `os.environ.get("X", default)`: most often the default.
        let result = match (what, call.args.get(1)) {
            (Some((Action::Read, ObjectKind::Environment)), Some(default @ Value::Str(_))) => {
                super::branch::join(&result, default)
            }
            _ => result,
        };
        if let Some(Value::Unknown(this)) = &call.this {
            // `sock.connect(address)`: later calls go there too.
            if let (Some((Action::Connect, _)), Some(handle), Some(text)) =
                (what, &this.handle, targets.first())
                && !text.is_empty()
            {
                *handle.target.borrow_mut() = Some(text.as_str().into());
            }
        }
        let mut callbacks: Vec<Value> = Vec::new();
        for selector in &entry.callbacks {
            callbacks.extend(self.select(selector, call));
        }
        for callback in callbacks {
            self.run_callback(&callback, call, &facts_of(&result))?;
        }
        if entry.callbacks.is_empty() && self.builtins().runs_callbacks() {
            self.call_back(call.all().cloned().collect(), &result)?;
        }
        self.site = site;
        Ok(result)
    }

    fn run_callback(&mut self, callback: &Value, call: &Call, facts: &Facts) -> Result<(), Stop> {
        match callback {
            Value::Function(_) | Value::Bound(_) | Value::Class(_) => {
                // `Thread(target=f, args=(x,))` says what it is called with.
                let given = call.named("args").cloned();
                let mut args = match given {
                    Some(Value::List(list)) => list.items.borrow().clone(),
                    _ => Vec::new(),
                };
                if args.is_empty() {
                    args = vec![Value::unknown(facts.clone()); 4];
                    let count = match callback {
                        Value::Function(closure) => self
                            .units
                            .get(closure.unit as usize)
                            .and_then(|unit| unit.unit.function(closure.function))
                            .map_or(0, |f| f.params.len()),
                        Value::Bound(bound) => match &bound.function {
                            Some(Value::Function(closure)) => self
                                .units
                                .get(closure.unit as usize)
                                .and_then(|unit| unit.unit.function(closure.function))
                                .map_or(0, |f| f.params.len().saturating_sub(1)),
                            _ => 0,
                        },
                        _ => 0,
                    };
                    args.truncate(count);
                }
                self.perhaps(|it| it.call(callback, Call::of(args)))?;
            }
            Value::List(list) => {
                let items = list.items.borrow().clone();
                for item in items.iter().take(64) {
                    if matches!(item, Value::Function(_) | Value::Bound(_)) {
                        self.run_callback(item, call, facts)?;
                    }
                }
            }
            Value::Unknown(unknown) if unknown.api.is_some() => {
                let args = match call.named("args") {
                    Some(Value::List(list)) => list.items.borrow().clone(),
                    _ => Vec::new(),
                };
                self.perhaps(|it| it.call(callback, Call::of(args)))?;
            }
            _ => {}
        }
        Ok(())
    }

    /// `object.name = value` on an outside object, where the catalogue has
    /// `object.name=` as a name.
    pub(crate) fn set_outside(
        &mut self,
        qualified: &str,
        object: &Value,
        value: &Value,
    ) -> Result<(), Stop> {
        if let Some(entry) = self.catalogue.entry(self.language(), qualified).cloned() {
            let call = Call {
                args: vec![value.clone()],
                this: Some(object.clone()),
                ..Call::default()
            };
            self.apply(&entry, qualified, &call)?;
        }
        Ok(())
    }
}

/// Entries are shared between threads, values are not.
type Rc2<T> = std::sync::Arc<T>;

fn facts_of(value: &Value) -> Facts {
    value.facts()
}
