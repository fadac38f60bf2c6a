//! What package managers are called and how they are asked to install
//! (`content/detect/managers/*.toml`).

use lazaret_content::Content;
use lazaret_model::Ecosystem;
use rustc_hash::FxHashMap;
use serde::Deserialize;

use crate::{DetectError, lineage::Node};

/// One package manager.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manager {
    /// Its name: that of its file.
    #[serde(skip)]
    pub name: String,
    /// purl type of what it installs; none for system packages.
    #[serde(default)]
    pub ecosystem: Option<String>,
    /// Names of its program, without `.exe` and `.cmd`.
    pub programs: Vec<String>,
    /// File names of its program as a script that an interpreter runs.
    #[serde(default)]
    pub scripts: Vec<String>,
    /// Names of Python modules (`python -m …`).
    #[serde(default)]
    pub modules: Vec<String>,
    /// First words that install.
    #[serde(default)]
    pub install: Vec<String>,
    /// First words that fetch a package and run it.
    #[serde(default)]
    pub run: Vec<String>,
    /// First words that publish.
    #[serde(default)]
    pub publish: Vec<String>,
    /// Words that may come before those (`uv pip install`).
    #[serde(default)]
    pub prefixes: Vec<String>,
    /// Whether it installs without any word (`yarn`).
    #[serde(default)]
    pub bare: bool,
    /// Whether its first word is a package that is run (`npx`).
    #[serde(default)]
    pub runner: bool,
    /// Programs that carry out what this one was asked for, outside of its
    /// descent; with their first argument, where that tells them.
    #[serde(default)]
    pub services: Vec<String>,
    /// Options that take a value as the next argument.
    #[serde(default)]
    pub valued: Vec<String>,
    /// Options that name a registry.
    #[serde(default)]
    pub registry: Vec<String>,
    /// Hosts that it downloads from by default.
    #[serde(default)]
    pub hosts: Vec<String>,
    /// Where its cache, its downloads and its build folders are, as globs
    /// over paths with `~` for the home folder and `/` between folders.
    #[serde(default)]
    pub own: Vec<String>,
}

impl Manager {
    /// The ecosystem of what it installs.
    pub fn ecosystem(&self) -> Option<Ecosystem> {
        Ecosystem::from_purl_type(self.ecosystem.as_deref()?)
    }
}

/// All package managers.
#[derive(Clone, Debug, Default)]
pub struct Managers {
    all: Vec<Manager>,
    /// The first of each program.
    by_program: FxHashMap<String, usize>,
}

impl Managers {
    /// Reads those of the content.
    ///
    /// # Errors
    /// When a file is not what [`Manager`] says.
    pub fn load(content: &Content) -> Result<Self, DetectError> {
        let mut all = Vec::new();
        for (name, path, bytes) in content.named("detect/managers/", ".toml") {
            let text = String::from_utf8_lossy(bytes);
            let mut manager: Manager =
                toml::from_str(&text).map_err(|error| DetectError::content(path, &error))?;
            name.clone_into(&mut manager.name);
            all.push(manager);
        }
        let mut by_program = FxHashMap::default();
        for (at, manager) in all.iter().enumerate() {
            for program in &manager.programs {
                by_program.entry(program.clone()).or_insert(at);
            }
        }
        Ok(Self { all, by_program })
    }

    /// Whether a process is a service that works for a package manager.
    pub(crate) fn is_service(&self, node: &Node) -> bool {
        let name = node.name();
        self.all.iter().flat_map(|m| &m.services).any(|service| {
            let mut words = service.split(' ');
            words.next() == Some(&name)
                && words.next().is_none_or(|word| {
                    let line = node.command_line.to_ascii_lowercase();
                    line.split_whitespace().any(|w| w == word)
                })
        })
    }

    /// The number of the first one with a program of that very name.
    pub(super) fn by_program(&self, name: &str) -> Option<usize> {
        self.by_program.get(name).copied()
    }

    /// The one of that number.
    pub(super) fn at(&self, number: usize) -> Option<&Manager> {
        self.all.get(number)
    }

    /// Every one.
    pub fn iter(&self) -> impl Iterator<Item = &Manager> {
        self.all.iter()
    }

    /// The one of that name.
    pub fn named(&self, name: &str) -> Option<&Manager> {
        self.all.iter().find(|manager| manager.name == name)
    }
}
