//! The catalogues of library calls that touch the world:
//! `content/apis/<language>/*.toml`, and `content/apis/sources.toml`, which
//! says what paths, variables and URLs mean. The format is documented for
//! authors in `content/apis/README.md`.

mod entry;
mod path;
mod sources;
mod trigger;

use std::sync::Arc;

use lazaret_content::Content;
use rustc_hash::{FxHashMap, FxHashSet};

pub use entry::{Access, Condition, Entry, When};
pub use path::{Segment, Selector, Template, TemplatePart};
pub use sources::{Place, Sources};

use crate::ir::Language;

/// All catalogues, by language and qualified name.
#[derive(Debug, Default)]
pub struct Catalogue {
    names: FxHashMap<(Language, Box<str>), Arc<Entry>>,
    prefixes: FxHashMap<(Language, Box<str>), Arc<Entry>>,
    /// First parts of the names.
    modules: FxHashSet<(Language, Box<str>)>,
    sources: Sources,
    triggers: trigger::Triggers,
}

/// A catalogue file that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("{path}: {message}")]
pub struct CatalogueError {
    path: String,
    message: String,
}

/// Folder names of the languages.
const FOLDERS: &[(&str, &[Language])] = &[
    ("javascript", &[Language::JavaScript]),
    ("python", &[Language::Python]),
    ("ruby", &[Language::Ruby]),
    ("shell", &[Language::Shell]),
    ("powershell", &[Language::PowerShell]),
    ("batch", &[Language::Batch]),
    ("csharp", &[Language::CSharp]),
    ("rust", &[Language::Rust]),
];

impl Catalogue {
    /// Reads `content/apis/<language>/*.toml` and `content/apis/sources.toml`.
    pub fn load(content: &Content) -> Result<Self, CatalogueError> {
        let mut catalogue = Self::default();
        let error = |path: &str, message: String| CatalogueError {
            path: format!("content/{path}"),
            message,
        };
        for (folder, languages) in FOLDERS {
            let prefix = format!("apis/{folder}/");
            for (path, bytes) in content.below(&prefix) {
                if !path.ends_with(".toml") {
                    continue;
                }
                let text = std::str::from_utf8(bytes).map_err(|e| error(path, e.to_string()))?;
                let file: entry::File =
                    toml::from_str(text).map_err(|e| error(path, e.to_string()))?;
                for raw in file.api {
                    let entry = Arc::new(raw.compile().map_err(|message| error(path, message))?);
                    for language in *languages {
                        catalogue.add(*language, &entry);
                    }
                }
            }
        }
        if let Some(bytes) = content.get("apis/sources.toml") {
            let path = "apis/sources.toml";
            let text = std::str::from_utf8(bytes).map_err(|e| error(path, e.to_string()))?;
            catalogue.sources = Sources::parse(text).map_err(|message| error(path, message))?;
        }
        catalogue.triggers = trigger::Triggers::build(
            catalogue
                .names
                .iter()
                .chain(&catalogue.prefixes)
                .map(|((language, name), entry)| (*language, name.as_ref(), entry.as_ref())),
            &catalogue.sources.telling_paths(),
        )
        .map_err(|message| error("apis", message))?;
        Ok(catalogue)
    }

    fn add(&mut self, language: Language, entry: &Arc<Entry>) {
        for name in &entry.names {
            let (map, name) = match name.strip_suffix(".*") {
                Some(prefix) => (&mut self.prefixes, prefix),
                None => (&mut self.names, name.as_ref()),
            };
            map.insert((language, name.into()), entry.clone());
            if let Some((root, _)) = name.split_once('.') {
                self.modules.insert((language, root.into()));
            }
        }
    }

    /// The entry of a qualified name; `a.*` answers for `a.b` and `a.b.c`.
    pub fn entry(&self, language: Language, name: &str) -> Option<&Arc<Entry>> {
        // Keys are boxed text; a short allocation for each outside call only.
        if let Some(entry) = self.names.get(&(language, name.into())) {
            return Some(entry);
        }
        if self.prefixes.is_empty() {
            return None;
        }
        name.rmatch_indices('.')
            .find_map(|(at, _)| self.prefixes.get(&(language, name.get(..at)?.into())))
    }

    /// Whether names of the module `root` are known.
    pub fn knows_module(&self, language: Language, root: &str) -> bool {
        self.modules.contains(&(language, root.into()))
    }

    /// What paths, variables and URLs mean.
    pub fn sources(&self) -> &Sources {
        &self.sources
    }

    /// Whether `text` has any word that could lead to a behaviour. Texts that
    /// have none need not be parsed; most files of most packages are such.
    pub fn worth_parsing(&self, language: Language, text: &[u8]) -> bool {
        self.triggers.worth_parsing(language, text)
    }
}
