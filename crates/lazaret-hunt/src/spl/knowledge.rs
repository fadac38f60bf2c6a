//! Macros and data models, read from `content/spl/`.

use std::collections::BTreeMap;

use lazaret_content::Content;
use serde::Deserialize;

/// A search macro.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Macro {
    /// Its name, without the number of its arguments.
    pub name: String,
    /// The names of its arguments; `$name$` in the definition.
    #[serde(default)]
    pub args: Vec<String>,
    /// The text it stands for.
    pub definition: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct MacroFile {
    #[serde(rename = "macro", default)]
    macros: Vec<Macro>,
}

/// Rows of one table as rows of a dataset.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// The table.
    pub table: String,
    /// Which of its rows, as an `eval` condition over its columns.
    #[serde(rename = "where")]
    pub condition: Option<String>,
    /// Tables whose columns stand beside its own where a column agrees.
    #[serde(default)]
    pub with: Vec<Beside>,
    /// Fields as `eval` expressions over its columns.
    #[serde(default)]
    pub fields: BTreeMap<String, String>,
}

/// A table beside another.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Beside {
    /// The table.
    pub table: String,
    /// The column that both have.
    pub on: String,
}

/// One dataset of a data model.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dataset {
    /// Its name, which is the prefix of its fields.
    pub name: String,
    /// The root whose fields and rows it takes, when it is a child.
    pub parent: Option<String>,
    /// Of the parent's rows, those for which this `eval` condition holds.
    #[serde(rename = "where")]
    pub condition: Option<String>,
    /// Fields that are `unknown` where nothing is known, as the model's own
    /// calculated fields make them.
    #[serde(default)]
    pub fields: Vec<String>,
    /// Fields that may be absent.
    #[serde(default)]
    pub optional: Vec<String>,
    /// Where its rows come from.
    #[serde(default, rename = "source")]
    pub sources: Vec<Source>,
}

/// A data model.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Model {
    /// Its name.
    pub name: String,
    /// Its datasets; the first is meant where none is named.
    #[serde(rename = "dataset", default)]
    pub datasets: Vec<Dataset>,
}

/// What SPL knows besides the tables.
#[derive(Clone, Debug, Default)]
pub struct Knowledge {
    macros: BTreeMap<(String, usize), Macro>,
    models: BTreeMap<String, Model>,
}

/// A file of `content/spl/` that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("content/{path}: {message}")]
pub struct KnowledgeError {
    path: String,
    message: String,
}

impl Knowledge {
    /// What is below `spl/` of `content`. Later files replace macros of the
    /// same name and number of arguments.
    ///
    /// # Errors
    /// Names the first file that cannot be read.
    pub fn load(content: &Content) -> Result<Self, KnowledgeError> {
        let mut out = Self::default();
        for (_, path, bytes) in content.named("spl/", ".toml") {
            let error = |message: String| KnowledgeError {
                path: path.to_owned(),
                message,
            };
            let text = std::str::from_utf8(bytes).map_err(|e| error(e.to_string()))?;
            if path.starts_with("spl/macros/") {
                let file: MacroFile = toml::from_str(text).map_err(|e| error(e.to_string()))?;
                file.macros.into_iter().for_each(|found| out.define(found));
            } else if path.starts_with("spl/datamodels/") {
                let model: Model = toml::from_str(text).map_err(|e| error(e.to_string()))?;
                out.models.insert(model.name.to_lowercase(), model);
            }
        }
        Ok(out)
    }

    /// Adds or replaces a macro.
    pub fn define(&mut self, found: Macro) {
        self.macros
            .insert((found.name.clone(), found.args.len()), found);
    }

    /// The macro of that name and number of arguments.
    pub fn find(&self, name: &str, args: usize) -> Option<&Macro> {
        self.macros.get(&(name.to_owned(), args))
    }

    /// The names of all macros.
    pub fn macro_names(&self) -> impl Iterator<Item = &str> {
        self.macros.keys().map(|(name, _)| name.as_str())
    }

    /// The data model of that name, in any case.
    pub fn model(&self, name: &str) -> Option<&Model> {
        self.models.get(&name.to_lowercase())
    }

    /// The names of all data models.
    pub fn model_names(&self) -> impl Iterator<Item = &str> {
        self.models.values().map(|model| model.name.as_str())
    }
}
