//! Table schemas, read from `content/schemas/<family>/*.toml`.

use std::{collections::BTreeMap, sync::Arc};

use lazaret_content::Content;
use serde::Deserialize;

use crate::value::ScalarType;

/// One column of a table.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct ColumnSchema {
    /// Its name, case-sensitive.
    pub name: String,
    /// Its type.
    #[serde(rename = "type")]
    pub scalar: ScalarType,
    /// What it holds.
    #[serde(default)]
    pub description: String,
}

/// One table.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct TableSchema {
    /// Its name, case-sensitive.
    pub name: String,
    /// What it holds.
    #[serde(default)]
    pub description: String,
    /// Its columns in documented order.
    #[serde(rename = "column", default)]
    pub columns: Vec<ColumnSchema>,
}

/// A file of one table, or of several with the same columns.
#[derive(Deserialize)]
struct SchemaFile {
    #[serde(flatten)]
    table: TableSchema,
    /// What further tables hold, by their names.
    #[serde(default)]
    also: BTreeMap<String, String>,
}

impl TableSchema {
    /// The column named `name`.
    pub fn column(&self, name: &str) -> Option<&ColumnSchema> {
        self.columns.iter().find(|column| column.name == name)
    }
}

/// A schema file that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("content/{path}: {message}")]
pub struct SchemaError {
    path: String,
    message: String,
}

/// All known table schemas by name.
#[derive(Clone, Debug, Default)]
pub struct Schemas {
    tables: BTreeMap<String, Arc<TableSchema>>,
}

impl Schemas {
    /// The schemas below `schemas/` of `content`.
    ///
    /// # Errors
    /// Names the first file that is not a schema.
    pub fn load(content: &Content) -> Result<Self, SchemaError> {
        let mut schemas = Self::default();
        for (_, path, bytes) in content.named("schemas/", ".toml") {
            let error = |message: String| SchemaError {
                path: path.to_owned(),
                message,
            };
            let text = std::str::from_utf8(bytes).map_err(|e| error(e.to_string()))?;
            let file: SchemaFile = toml::from_str(text).map_err(|e| error(e.to_string()))?;
            for (name, description) in file.also {
                schemas.insert(TableSchema {
                    name,
                    description,
                    columns: file.table.columns.clone(),
                });
            }
            schemas.insert(file.table);
        }
        Ok(schemas)
    }

    /// Adds or replaces a schema. Of columns named twice the first is kept.
    pub fn insert(&mut self, mut schema: TableSchema) {
        let mut seen = std::collections::BTreeSet::new();
        schema
            .columns
            .retain(|column| seen.insert(column.name.clone()));
        self.tables.insert(schema.name.clone(), Arc::new(schema));
    }

    /// The schema of `table`.
    pub fn get(&self, table: &str) -> Option<&Arc<TableSchema>> {
        self.tables.get(table)
    }

    /// All table names in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.tables.keys().map(String::as_str)
    }
}
