//! The catalogues of library calls that touch the world:
//! `content/apis/<language>/*.toml`, and `content/apis/sources.toml`, which
//! says what paths, variables and URLs mean. The format is documented for
//! authors in `content/apis/README.md`.

mod entry;
mod path;
mod sources;
mod trigger;

use std::sync::{Arc, OnceLock};

use lazaret_content::Content;
use rustc_hash::{FxHashMap, FxHashSet};

pub use entry::{Access, Condition, Entry, When};
pub use path::{Segment, Selector, Template, TemplatePart};
pub use sources::{Place, Sources};

use crate::ir::Language;

/// All catalogues, by language and qualified name.
#[derive(Debug, Default)]
pub struct Catalogue {
    languages: FxHashMap<Language, Deferred>,
    sources: Sources,
}

/// The calls of one language; read when the language is first met, for most
/// packages have one.
#[derive(Debug, Default)]
struct Deferred {
    /// Paths and texts.
    files: Vec<(String, Vec<u8>)>,
    table: OnceLock<Table>,
}

#[derive(Debug, Default)]
struct Table {
    names: FxHashMap<Box<str>, Arc<Entry>>,
    prefixes: FxHashMap<Box<str>, Arc<Entry>>,
    /// First parts of the names.
    modules: FxHashSet<Box<str>>,
    words: trigger::Words,
}

/// A catalogue file that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("{path}: {message}")]
pub struct CatalogueError {
    path: String,
    message: String,
}

/// Folder names of the languages.
const FOLDERS: &[(&str, Language)] = &[
    ("javascript", Language::JavaScript),
    ("python", Language::Python),
    ("ruby", Language::Ruby),
    ("shell", Language::Shell),
    ("powershell", Language::PowerShell),
    ("batch", Language::Batch),
    ("csharp", Language::CSharp),
    ("rust", Language::Rust),
];

impl Catalogue {
    /// Reads `content/apis/<language>/*.toml` and `content/apis/sources.toml`.
    ///
    /// # Errors
    /// Where a file is broken. What is shipped was tested, and is read later.
    pub fn load(content: &Content) -> Result<Self, CatalogueError> {
        let mut catalogue = Self::default();
        let path = "apis/sources.toml";
        if let Some(bytes) = content.get(path) {
            catalogue.sources = std::str::from_utf8(bytes)
                .map_err(|e| e.to_string())
                .and_then(Sources::parse)
                .map_err(|message| error(path, message))?;
        }
        for (folder, language) in FOLDERS {
            let prefix = format!("apis/{folder}/");
            let files = content.named(&prefix, ".toml");
            let deferred = Deferred {
                files: files
                    .map(|(_, path, bytes)| (path.to_owned(), bytes.to_vec()))
                    .collect(),
                table: OnceLock::new(),
            };
            if !deferred
                .files
                .iter()
                .all(|(path, _)| content.is_shipped(path))
            {
                let table = deferred.read(*language, &catalogue.sources)?;
                deferred.table.get_or_init(|| table);
            }
            catalogue.languages.insert(*language, deferred);
        }
        Ok(catalogue)
    }

    fn table(&self, language: Language) -> Option<&Table> {
        let deferred = self.languages.get(&language)?;
        Some(deferred.table.get_or_init(|| {
            deferred
                .read(language, &self.sources)
                .unwrap_or_else(|error| {
                    debug_assert!(false, "{error}");
                    Table::default()
                })
        }))
    }

    /// The entry of a qualified name; `a.*` answers for `a.b` and `a.b.c`.
    pub fn entry(&self, language: Language, name: &str) -> Option<&Arc<Entry>> {
        let table = self.table(language)?;
        if let Some(entry) = table.names.get(name) {
            return Some(entry);
        }
        if table.prefixes.is_empty() {
            return None;
        }
        name.rmatch_indices('.')
            .find_map(|(at, _)| table.prefixes.get(name.get(..at)?))
    }

    /// Whether names of the module `root` are known.
    pub fn knows_module(&self, language: Language, root: &str) -> bool {
        self.table(language)
            .is_some_and(|table| table.modules.contains(root))
    }

    /// What paths, variables and URLs mean.
    pub fn sources(&self) -> &Sources {
        &self.sources
    }

    /// Whether `text` has any word that could lead to a behaviour. Texts that
    /// have none need not be parsed; most files of most packages are such.
    pub fn worth_parsing(&self, language: Language, text: &[u8]) -> bool {
        self.table(language)
            .is_none_or(|table| table.words.worth_parsing(language, text))
    }
}

fn error(path: &str, message: String) -> CatalogueError {
    CatalogueError {
        path: format!("content/{path}"),
        message,
    }
}

impl Deferred {
    fn read(&self, language: Language, sources: &Sources) -> Result<Table, CatalogueError> {
        let mut table = Table::default();
        for (path, bytes) in &self.files {
            let text = std::str::from_utf8(bytes).map_err(|e| error(path, e.to_string()))?;
            let file: entry::File = toml::from_str(text).map_err(|e| error(path, e.to_string()))?;
            for raw in file.api {
                let entry = raw.compile().map_err(|message| error(path, message))?;
                table.add(&Arc::new(entry));
            }
        }
        let entries = table.names.iter().chain(&table.prefixes);
        table.words = trigger::Words::build(
            language,
            entries.map(|(name, entry)| (name.as_ref(), entry.as_ref())),
            &sources.telling_paths(),
        )
        .map_err(|message| error("apis", message))?;
        Ok(table)
    }
}

impl Table {
    fn add(&mut self, entry: &Arc<Entry>) {
        for name in &entry.names {
            let (map, name) = match name.strip_suffix(".*") {
                Some(prefix) => (&mut self.prefixes, prefix),
                None => (&mut self.names, name.as_ref()),
            };
            map.insert(name.into(), entry.clone());
            if let Some((root, _)) = name.split_once('.') {
                self.modules.insert(root.into());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shipped_catalogue_can_be_read() {
        let catalogue = Catalogue::load(&Content::shipped()).unwrap();
        for (language, deferred) in &catalogue.languages {
            deferred.read(*language, &catalogue.sources).unwrap();
        }
    }
}
