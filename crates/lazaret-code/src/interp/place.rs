//! What a target means, and values that are read by name.

use std::rc::Rc;

use lazaret_model::{Action, Flow, ObjectKind};

use super::{Call, Flows, Handle, Interp, Layers, Unknown, Value, act::Act, branch::join};
use crate::{catalogue::Access, ir::Language};

impl Interp<'_> {
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
}
