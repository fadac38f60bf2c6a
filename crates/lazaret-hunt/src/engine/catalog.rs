//! The tables a hunt can name, and where their rows are.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
};

use datafusion::{
    arrow::{
        array::RecordBatch,
        datatypes::{Field, Schema, SchemaRef},
    },
    datasource::{MemTable, TableProvider, provider_as_source},
    logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder, cast, lit},
};

use super::{PlannedColumn, recipe};
use crate::{
    error::HuntError,
    functions,
    lake::{Tables, file},
    schema::{Schemas, TableSchema},
    spl::Knowledge,
    value::ScalarType,
};

/// Where the rows of a table are.
#[derive(Clone, Debug)]
enum Rows {
    File(PathBuf),
    Held(Arc<MemTable>),
    /// On another machine; this one may know the columns.
    Told(Option<SchemaRef>),
}

/// All tables: documented ones, those of the lake, and a user's own files.
#[derive(Clone, Debug, Default)]
pub struct Catalog {
    schemas: Schemas,
    knowledge: Arc<Knowledge>,
    lake: Option<Tables>,
    own: BTreeMap<String, Rows>,
}

/// A table ready to be planned over.
#[derive(Clone, Debug)]
pub struct Scan {
    /// Reads the columns, with unqualified names and engine types.
    pub plan: LogicalPlan,
    /// Its columns.
    pub columns: Vec<PlannedColumn>,
    /// Whether there are rows at all, or only a documented schema.
    pub present: bool,
}

impl Catalog {
    /// Tables of documented schemas only.
    pub fn new(schemas: Schemas) -> Self {
        Self {
            schemas,
            ..Self::default()
        }
    }

    /// Adds the tables of a lake.
    pub(super) fn set_lake(&mut self, lake: Tables) {
        self.lake = Some(lake);
    }

    /// Adds a table of a Parquet, CSV or JSON Lines file.
    pub fn add_file(&mut self, name: &str, path: &Path) {
        self.own
            .insert(name.to_owned(), Rows::File(path.to_owned()));
    }

    /// Adds a table held in memory.
    ///
    /// # Errors
    /// When the batches differ in schema.
    pub fn add_batches(
        &mut self,
        name: &str,
        schema: SchemaRef,
        batches: Vec<RecordBatch>,
    ) -> Result<(), HuntError> {
        let table = MemTable::try_new(schema, vec![batches])?;
        self.own
            .insert(name.to_owned(), Rows::Held(Arc::new(table)));
        Ok(())
    }

    /// Adds a table that has rows on another machine.
    pub(super) fn add_told(&mut self, name: &str, schema: Option<SchemaRef>) {
        self.own.insert(name.to_owned(), Rows::Told(schema));
    }

    /// The names of the tables that have rows.
    pub(super) fn present(&self) -> Vec<String> {
        let lake = self.lake.iter().flat_map(Tables::names);
        self.own.keys().cloned().chain(lake).collect()
    }

    /// Sets what SPL knows besides tables.
    pub fn set_knowledge(&mut self, knowledge: Knowledge) {
        self.knowledge = Arc::new(knowledge);
    }

    /// SPL's macros and data models.
    pub fn knowledge(&self) -> &Knowledge {
        &self.knowledge
    }

    /// The documented schemas.
    pub fn schemas(&self) -> &Schemas {
        &self.schemas
    }

    /// The names of all tables, in order.
    pub fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = self.schemas.names().map(str::to_owned).collect();
        names.extend(self.own.keys().cloned());
        names.extend(self.lake.iter().flat_map(Tables::names));
        names.sort();
        names.dedup();
        names
    }

    /// Whether a table of that name is known.
    pub fn contains(&self, name: &str) -> bool {
        self.own.contains_key(name)
            || self.schemas.get(name).is_some()
            || self.lake.as_ref().is_some_and(|lake| lake.has(name))
    }

    /// Whether a table has rows, and not only a documented schema.
    pub fn has_rows(&self, name: &str) -> bool {
        self.own.contains_key(name) || self.lake.as_ref().is_some_and(|lake| lake.has(name))
    }

    /// A plan that reads a table; `None` when there is none of that name.
    ///
    /// # Errors
    /// When its files cannot be read.
    pub fn scan(&self, name: &str) -> Result<Option<Scan>, HuntError> {
        let schema = self.schemas.get(name);
        let (provider, present): (Arc<dyn TableProvider>, bool) = match self.own.get(name) {
            Some(Rows::File(path)) => (file::open(path)?, true),
            Some(Rows::Held(table)) => (Arc::clone(table) as _, true),
            Some(Rows::Told(Some(schema))) => {
                let none = MemTable::try_new(Arc::clone(schema), vec![vec![]])?;
                (Arc::new(none), true)
            }
            Some(Rows::Told(None)) => {
                return Err(HuntError::Engine(format!(
                    "the columns of table `{name}` are not known yet"
                )));
            }
            None => match (
                self.lake
                    .as_ref()
                    .map(|lake| lake.open(name))
                    .transpose()?
                    .flatten(),
                schema,
            ) {
                (Some(table), _) => (table, true),
                (None, Some(schema)) => (empty(schema)?, false),
                (None, None) => return Ok(None),
            },
        };
        if present {
            recipe::note_table(name, &provider.schema());
        }
        let (exprs, columns) = typed(&provider.schema(), schema.map(AsRef::as_ref));
        let plan =
            LogicalPlanBuilder::scan(name_of_scan(name), provider_as_source(provider), None)?
                .project(exprs)?
                .build()?;
        Ok(Some(Scan {
            plan,
            columns,
            present,
        }))
    }
}

/// Table names may hold characters that a reference would be split at.
fn name_of_scan(name: &str) -> datafusion::common::TableReference {
    datafusion::common::TableReference::bare(name.to_owned())
}

fn empty(schema: &TableSchema) -> Result<Arc<dyn TableProvider>, HuntError> {
    let fields: Vec<Field> = schema
        .columns
        .iter()
        .map(|column| Field::new(&column.name, column.scalar.arrow(), true))
        .collect();
    Ok(Arc::new(MemTable::try_new(
        Arc::new(Schema::new(fields)),
        vec![vec![]],
    )?))
}

/// Casts the columns of a file to engine types, and adds as nulls those that
/// the documentation knows and the file lacks.
fn typed(found: &Schema, known: Option<&TableSchema>) -> (Vec<Expr>, Vec<PlannedColumn>) {
    let mut exprs = Vec::new();
    let mut columns = Vec::new();
    let mut push = |name: &str, scalar: ScalarType, expr: Expr| {
        exprs.push(expr.alias(name));
        columns.push(PlannedColumn {
            name: name.to_owned(),
            scalar,
        });
    };
    for column in known.iter().flat_map(|schema| &schema.columns) {
        match found.field_with_name(&column.name) {
            Ok(field) => push(&column.name, column.scalar, converted(field, column.scalar)),
            Err(_) => push(&column.name, column.scalar, null(column.scalar)),
        }
    }
    for field in found.fields() {
        if known.is_some_and(|schema| schema.column(field.name()).is_some()) {
            continue;
        }
        let scalar = match field
            .metadata()
            .get("lazaret.type")
            .and_then(|name| ScalarType::parse(name))
        {
            Some(scalar) => scalar,
            None => ScalarType::of_arrow(field.data_type()),
        };
        push(field.name(), scalar, converted(field, scalar));
    }
    (exprs, columns)
}

fn null(scalar: ScalarType) -> Expr {
    cast(lit(datafusion::scalar::ScalarValue::Null), scalar.arrow())
}

fn converted(field: &Field, scalar: ScalarType) -> Expr {
    let column = Expr::Column(datafusion::common::Column::new_unqualified(field.name()));
    let target = scalar.arrow();
    match field.data_type() {
        found if *found == target => column,
        found if found.is_nested() => functions::json::to_json(column),
        // A number or a word where text is documented, and the other way
        // round: what cannot be read is a null, not an error.
        _ => datafusion::logical_expr::try_cast(column, target),
    }
}
