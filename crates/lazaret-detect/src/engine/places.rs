//! Registries and other known hosts, and package managers' own folders.

use lazaret_rule::{Options, Predicate, Record};
use rustc_hash::FxHashMap;
use yaml_serde::Value;

use crate::{DetectError, Managers, hosts::HostClasses, view::Places};

/// What package managers talk to and where they write by themselves.
#[derive(Debug)]
pub struct Registries {
    hosts: Vec<String>,
    own: FxHashMap<String, Predicate>,
    classes: HostClasses,
}

impl Registries {
    /// Of all managers, and the user's own registries.
    ///
    /// # Errors
    /// When a manager's `own` has a pattern that is none.
    pub fn new(
        managers: &Managers,
        registries: &[String],
        classes: HostClasses,
    ) -> Result<Self, DetectError> {
        let mut hosts: Vec<String> = registries.iter().map(|h| h.to_ascii_lowercase()).collect();
        let mut own = FxHashMap::default();
        for manager in managers.iter() {
            hosts.extend(manager.hosts.iter().cloned());
            if manager.own.is_empty() {
                continue;
            }
            let list = manager.own.iter().map(|p| Value::from(p.as_str()));
            let selection = Value::Mapping(
                [(Value::from("path|glob"), Value::Sequence(list.collect()))]
                    .into_iter()
                    .collect(),
            );
            let detection = Value::Mapping(
                [
                    (Value::from("own"), selection),
                    (Value::from("condition"), Value::from("own")),
                ]
                .into_iter()
                .collect(),
            );
            let path = format!("detect/managers/{}.toml", manager.name);
            let predicate = Predicate::compile(&detection, &Options::default())
                .map_err(|error| DetectError::content(&path, &error))?;
            own.insert(manager.name.clone(), predicate);
        }
        hosts.sort();
        hosts.dedup();
        Ok(Self {
            hosts,
            own,
            classes,
        })
    }
}

impl Places for Registries {
    fn is_registry(&self, host: &str) -> bool {
        let host = host.trim_end_matches('.').to_ascii_lowercase();
        self.hosts.iter().any(|known| {
            host == *known
                || host
                    .strip_suffix(known.as_str())
                    .is_some_and(|rest| rest.ends_with('.'))
        })
    }

    fn class_of(&self, host: &str) -> Option<&str> {
        self.classes.of(host)
    }

    fn is_own(&self, manager: &str, path: &str) -> bool {
        let Some(predicate) = self.own.get(manager) else {
            return false;
        };
        predicate.matches(&Record::from_iter([("path", path)]))
    }
}
