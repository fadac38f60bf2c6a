//! Registries and other known hosts, and package managers' own folders.

use std::sync::{Arc, OnceLock};

use lazaret_content::Content;
use lazaret_rule::{FieldValue, Fields, Options, Predicate};
use rustc_hash::FxHashMap;
use yaml_serde::Value;

use crate::{DetectError, Managers, hosts::HostClasses, installation::Manager, view::Places};

/// What the content says of places; detectors of one set share it.
#[derive(Debug)]
pub(crate) struct KnownPlaces {
    pub(super) managers: Managers,
    classes: HostClasses,
    /// By package manager, its own paths.
    own: FxHashMap<String, Predicate>,
}

impl KnownPlaces {
    /// Those of the content, loaded when first asked for.
    pub(super) fn of(
        shared: &OnceLock<Arc<Self>>,
        content: &Content,
    ) -> Result<Arc<Self>, DetectError> {
        if let Some(known) = shared.get() {
            return Ok(Arc::clone(known));
        }
        let known = Arc::new(Self::load(content)?);
        Ok(Arc::clone(shared.get_or_init(|| known)))
    }

    fn load(content: &Content) -> Result<Self, DetectError> {
        let managers = Managers::load(content)?;
        let with_own = managers.iter().filter(|manager| !manager.own.is_empty());
        let own = with_own.map(|manager| Ok((manager.name.clone(), own_paths(manager)?)));
        Ok(Self {
            own: own.collect::<Result<_, DetectError>>()?,
            classes: HostClasses::load(content)?,
            managers,
        })
    }
}

/// Whether a path is a package manager's own.
fn own_paths(manager: &Manager) -> Result<Predicate, DetectError> {
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
    Predicate::compile(&detection, &Options::default())
        .map_err(|error| DetectError::content(&path, &error))
}

/// What package managers talk to and where they write by themselves.
#[derive(Debug)]
pub(super) struct Registries {
    hosts: Vec<String>,
    known: Arc<KnownPlaces>,
}

impl Registries {
    /// Of all managers, and the user's own registries.
    pub(super) fn new(known: Arc<KnownPlaces>, registries: &[String]) -> Self {
        let mut hosts: Vec<String> = registries.iter().map(|h| h.to_ascii_lowercase()).collect();
        let managers = known.managers.iter();
        hosts.extend(managers.flat_map(|manager| manager.hosts.iter().cloned()));
        hosts.sort();
        hosts.dedup();
        Self { hosts, known }
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
        self.known.classes.of(host)
    }

    fn is_own(&self, manager: &str, path: &str) -> bool {
        let Some(predicate) = self.known.own.get(manager) else {
            return false;
        };
        predicate.matches(&Path(path))
    }
}

/// A path, as the patterns for a package manager's own see it.
struct Path<'a>(&'a str);

impl Fields for Path<'_> {
    fn get(&self, field: &str) -> Option<FieldValue<'_>> {
        (field == "path").then(|| FieldValue::from(self.0))
    }
}
