//! Calls to the outside: what the catalogue says of them.

use std::rc::Rc;

use lazaret_model::{Action, Flow, ObjectKind};

use super::{
    Call, Facts, Flows, Handle, Interp, Key, Layers, Part, Stop, Unknown, Value, act::Act,
    branch::join,
};
use crate::{
    builtins::ops,
    catalogue::{Access, Condition, Entry, Segment, Selector, Template, TemplatePart},
    ir::Language,
};

impl Interp<'_> {
    /// Calls an outside name.
    pub(crate) fn call_api(
        &mut self,
        api: &str,
        callee: &Value,
        mut call: Call,
    ) -> Result<Value, Stop> {
        self.doubts += 1;
        let builtins = self.builtins();
        if let Some(value) = builtins.call(self, api, &call) {
            self.thrown()?;
            return Ok(value);
        }
        self.thrown()?;
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
        }
        self.put_into(call);
        if let (Some(runs), Some(code)) = (runs, &target) {
            let output = self.run_code(&runs, code, call, api)?;
            self.site = site;
            if let Some(value) = output {
                return Ok(value.with_facts(&Facts {
                    flows: returns,
                    layers: Layers::default(),
                }));
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

    /// Writes down a behaviour with what its target means; gives the flows of
    /// what is read from there.
    pub fn act_on(
        &mut self,
        what: (Action, ObjectKind),
        target: &str,
        flows: Flows,
        tags: &[String],
        layers: &Layers,
        api: &str,
    ) -> Flows {
        let (action, object) = what;
        let sources = self.catalogue.sources();
        let places = match object {
            ObjectKind::File => sources.path(target),
            ObjectKind::Environment => sources.variable(target),
            ObjectKind::Network | ObjectKind::Dns => sources.url(target),
            ObjectKind::Registry => sources.path(target),
            _ => Vec::new(),
        };
        let mut read = Flows::NONE;
        let mut tags = tags.to_vec();
        let mut persist = false;
        for place in places {
            read = read.union(place.flow.map_or(Flows::NONE, Flows::of));
            tags.extend(place.tag.as_ref().map(|tag| tag.to_string()));
            persist |= place.persist;
        }
        let mut flows = flows;
        match action {
            Action::Read => match object {
                ObjectKind::File => {
                    if read.is_empty() {
                        read = Flows::of(Flow::File);
                    }
                    // A file that was written before holds what was written.
                    for (path, written) in &self.written {
                        if **path == *target {
                            read = read.union(*written);
                        }
                    }
                }
                ObjectKind::Environment if target == "*" || target.is_empty() => {
                    read = Flows::of(Flow::EnvironmentAll);
                }
                ObjectKind::Environment => read = read.union(Flows::of(Flow::Environment)),
                _ => {}
            },
            Action::Write if matches!(object, ObjectKind::File | ObjectKind::Registry) => {
                let named = target.bytes().filter(|b| b.is_ascii_alphanumeric()).count() > 3;
                if object == ObjectKind::File && named && self.written.len() < 256 {
                    self.written.push((target.into(), flows));
                }
            }
            Action::Spawn | Action::Load => {
                for (path, written) in &self.written {
                    let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
                    if target.contains(&**path)
                        || (name.len() > 4 && !name.starts_with('{') && target.contains(name))
                    {
                        flows = flows.union(*written);
                        if !tags.iter().any(|tag| tag == "written-before") {
                            tags.push("written-before".to_owned());
                        }
                    }
                }
            }
            _ => {}
        }
        let act = Act {
            what,
            target: target.to_owned(),
            flows: if action == Action::Read {
                flows.union(read)
            } else {
                flows
            },
            tags,
            layers: layers.clone(),
            api: api.to_owned(),
        };
        if persist && matches!(action, Action::Write) {
            self.act(Act {
                what: (Action::Persist, object),
                ..act.clone()
            });
        }
        self.act(act);
        read
    }

    /// A name that is read as a value (`sys.platform`), where the catalogue
    /// has such.
    pub(crate) fn read_value(&mut self, api: &str) -> Option<Value> {
        let entry = self.catalogue.entry(self.language(), api)?.clone();
        match entry.access {
            Access::Call => None,
            Access::Value => {
                let target = entry
                    .target
                    .as_ref()
                    .and_then(|t| self.fill(t, &Call::default()));
                let text = target.map(|t| self.text_of(&t)).unwrap_or_default();
                let mut returns = entry.returns;
                if let Some(what) = entry.act {
                    let read = self.act_on(
                        what,
                        &text,
                        Flows::NONE,
                        &entry.tags,
                        &Layers::default(),
                        api,
                    );
                    returns = returns.union(read);
                }
                Some(Value::Unknown(Rc::new(Unknown {
                    api: Some(entry.type_name.as_deref().unwrap_or(api).into()),
                    flows: returns,
                    handle: Some(Rc::new(Handle::default())),
                    ..Unknown::default()
                })))
            }
            Access::Map => {
                let flows = match entry.act {
                    Some((_, ObjectKind::Environment)) => Flows::of(Flow::EnvironmentAll),
                    _ => entry.returns,
                };
                Some(Value::Unknown(Rc::new(Unknown {
                    api: Some(api.into()),
                    flows,
                    ..Unknown::default()
                })))
            }
        }
    }

    /// An element of an outside map (`os.environ["X"]`).
    pub(crate) fn read_element(&mut self, api: &str, index: &Value, member: bool) -> Option<Value> {
        let language = self.language();
        let entry = self.catalogue.entry(language, api)?.clone();
        if entry.access != Access::Map || (member && language == Language::Python) {
            return None;
        }
        let names = match index {
            Value::Unknown(unknown)
                if unknown.parts.is_empty() && unknown.alternatives.is_empty() =>
            {
                vec!["*".to_owned()]
            }
            other => self.texts(other),
        };
        let mut result: Option<Value> = None;
        for name in names {
            let mut flows = entry.returns;
            if let Some(what) = entry.act {
                let read = self.act_on(
                    what,
                    &name,
                    Flows::NONE,
                    &entry.tags,
                    &Layers::default(),
                    api,
                );
                flows = flows.union(read);
            }
            let value = Value::hole(format!("env:{name}"), flows);
            result = Some(result.map_or(value.clone(), |before| join(&before, &value)));
        }
        result
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

    /// What a selector finds in the arguments.
    pub fn select(&self, selector: &Selector, call: &Call) -> Option<Value> {
        selector.0.iter().find_map(|path| {
            let mut segments = path.iter();
            let mut value = match segments.next()? {
                Segment::At(at) => {
                    let at = if *at < 0 {
                        *at + call.args.len() as i64
                    } else {
                        *at
                    };
                    call.arg(usize::try_from(at).ok()?)?.clone()
                }
                Segment::Name(name) => call.named(name)?.clone(),
                Segment::All => {
                    let list = Value::list(call.args.clone());
                    if let (Value::List(list), Some(rest)) = (&list, &call.rest) {
                        *list.rest.borrow_mut() = Some(rest.clone());
                    }
                    list
                }
                Segment::Literal(text) => return Some(Value::from(&**text)),
                Segment::Receiver => {
                    let this = call.this.as_ref()?;
                    let Value::Unknown(unknown) = this else {
                        return Some(this.clone());
                    };
                    if segments.len() == 0 {
                        let target = unknown
                            .handle
                            .as_ref()
                            .and_then(|handle| handle.target.borrow().clone());
                        return Some(match target {
                            Some(text) => Value::str(text, Facts::default()),
                            None => Value::Unknown(unknown.clone()),
                        });
                    }
                    this.clone()
                }
            };
            for segment in segments {
                value = within(&value, segment)?;
            }
            (!matches!(value, Value::Undefined | Value::Null)).then_some(value)
        })
    }

    fn fill(&self, template: &Template, call: &Call) -> Option<Value> {
        match template {
            Template::One(selector) => self.select(selector, call),
            Template::Any(templates) => templates
                .iter()
                .find_map(|template| self.fill(template, call)),
            Template::Joined(parts) => {
                let mut found = false;
                let values: Vec<Value> = parts
                    .iter()
                    .filter_map(|part| match part {
                        TemplatePart::Text(text) => Some(Value::from(&**text)),
                        TemplatePart::Select(selector) => {
                            let value = self.select(selector, call);
                            found |= value.is_some();
                            value
                        }
                    })
                    .collect();
                found.then(|| ops::join(&values, ops::text, self.limits().text))
            }
        }
    }
}

/// Entries are shared between threads, values are not.
type Rc2<T> = std::sync::Arc<T>;

fn facts_of(value: &Value) -> Facts {
    value.facts()
}

/// A part of a value, without evaluating anything.
fn within(value: &Value, segment: &Segment) -> Option<Value> {
    match (value, segment) {
        (Value::Map(map), Segment::Name(name)) => map.get(name),
        (Value::Map(map), Segment::At(at)) => map.get_key(&Key::Int(*at)),
        (Value::List(list), Segment::At(at)) => {
            let items = list.items.borrow();
            let at = if *at < 0 {
                *at + items.len() as i64
            } else {
                *at
            };
            items
                .get(usize::try_from(at).ok()?)
                .cloned()
                .or_else(|| list.rest.borrow().clone())
        }
        (Value::Instance(instance), Segment::Name(name)) => instance.field(name),
        (Value::Unknown(unknown), segment) => {
            if let (Some(handle), Segment::Name(name)) = (&unknown.handle, segment) {
                let fields = handle.fields.borrow();
                if let Some((_, value)) = fields.iter().rev().find(|(field, _)| **field == **name) {
                    return Some(value.clone());
                }
            }
            if let Some(found) = unknown
                .alternatives
                .iter()
                .find_map(|value| within(value, segment))
            {
                return Some(found);
            }
            Some(Value::unknown(value.facts()))
        }
        _ => None,
    }
}

fn holds(condition: &Condition, value: Option<&Value>) -> bool {
    let Some(value) = value else {
        return *condition == Condition::Given(false);
    };
    if let Value::Unknown(unknown) = value
        && !unknown.alternatives.is_empty()
    {
        return unknown
            .alternatives
            .iter()
            .any(|v| holds(condition, Some(v)));
    }
    match condition {
        Condition::Text(text) => value.as_str().is_some_and(|s| s.eq_ignore_ascii_case(text)),
        Condition::Int(i) => value.as_int() == Some(*i),
        Condition::Bool(b) => ops::truthy(value) == Some(*b),
        Condition::Bits(bits) => value.as_int().is_some_and(|i| i & bits == *bits),
        Condition::Contains(text) => match value {
            Value::Unknown(unknown) => unknown.parts.iter().any(
                |part| matches!(part, Part::Text(t) if t.to_ascii_lowercase().contains(&text.to_ascii_lowercase())),
            ) || unknown.api.as_ref().is_some_and(|api| api.contains(&**text)),
            _ => value
                .as_str()
                .is_some_and(|s| s.to_ascii_lowercase().contains(&text.to_ascii_lowercase())),
        },
        Condition::AnyOf(chars) => value.as_str().is_some_and(|s| s.contains(|c| chars.contains(c))),
        Condition::Given(given) => *given,
    }
}
