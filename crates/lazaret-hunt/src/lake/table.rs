//! A lake's table to DataFusion: the folders a hunt's filters leave, read as
//! one listing.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use async_trait::async_trait;
use datafusion::{
    arrow::datatypes::{Schema, SchemaRef},
    catalog::Session,
    common::ScalarValue,
    datasource::{
        MemTable, TableProvider, TableType,
        file_format::parquet::{ParquetFormat, transform_schema_to_view},
        listing::{ListingOptions, ListingTable, ListingTableConfig, ListingTableUrl},
    },
    error::Result,
    logical_expr::{BinaryExpr, Expr, Operator, TableProviderFilterPushDown},
    physical_plan::ExecutionPlan,
};

use super::{layout, write};
use crate::error::HuntError;

/// One table of a lake.
#[derive(Debug)]
pub(super) struct LakeTable {
    folder: PathBuf,
    schema: SchemaRef,
    time: Option<String>,
    device: Option<String>,
}

impl LakeTable {
    pub(super) fn open(folder: PathBuf) -> std::result::Result<Self, HuntError> {
        let columns = write::Columns::load(&folder)?;
        let schema = Schema::new(write::fields(columns.types()));
        Ok(Self::told(
            folder,
            Arc::new(transform_schema_to_view(&schema)),
        ))
    }

    /// The table of a folder, as [`LakeTable::folder`] and the schema tell it.
    pub(super) fn told(folder: PathBuf, schema: SchemaRef) -> Self {
        let has = |names: &[&str]| {
            names
                .iter()
                .find(|name| schema.field_with_name(name).is_ok())
                .map(|name| (*name).to_owned())
        };
        Self {
            time: has(&layout::TIME_COLUMNS),
            device: has(&layout::DEVICE_COLUMNS),
            schema,
            folder,
        }
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The files that can hold rows within `bounds`.
    fn files(&self, bounds: &Bounds) -> Vec<PathBuf> {
        let mut files = Vec::new();
        for (day, folder) in layout::children(&self.folder, "day=") {
            let outside = layout::day_start(&day).is_some_and(|start| {
                start + layout::DAY <= bounds.earliest || start > bounds.latest
            });
            if outside && self.time.is_some() {
                continue;
            }
            for (device, folder) in layout::children(&folder, "device=") {
                if bounds
                    .device
                    .as_ref()
                    .is_none_or(|wanted| *wanted == device)
                {
                    files.extend(layout::files(&folder));
                }
            }
        }
        files
    }
}

/// What filters say about a row's time and device.
#[derive(Debug)]
struct Bounds {
    earliest: i64,
    latest: i64,
    device: Option<String>,
}

impl Bounds {
    fn of(filters: &[Expr], time: Option<&str>, device: Option<&str>) -> Self {
        let mut bounds = Self {
            earliest: i64::MIN,
            latest: i64::MAX,
            device: None,
        };
        for filter in filters {
            bounds.narrow(filter, time, device);
        }
        bounds
    }

    fn narrow(&mut self, filter: &Expr, time: Option<&str>, device: Option<&str>) {
        match filter {
            Expr::Between(between) if !between.negated => {
                if let (Expr::Column(column), Some(low), Some(high)) = (
                    between.expr.as_ref(),
                    micros(&between.low),
                    micros(&between.high),
                ) && Some(column.name()) == time
                {
                    self.earliest = self.earliest.max(low);
                    self.latest = self.latest.min(high);
                }
            }
            Expr::BinaryExpr(BinaryExpr {
                left,
                op: Operator::And,
                right,
            }) => {
                self.narrow(left, time, device);
                self.narrow(right, time, device);
            }
            Expr::BinaryExpr(BinaryExpr { left, op, right }) => {
                let (column, op, value) = match (left.as_ref(), right.as_ref()) {
                    (Expr::Column(column), value) => (column, *op, value),
                    (value, Expr::Column(column)) => match op.swap() {
                        Some(op) => (column, op, value),
                        None => return,
                    },
                    _ => return,
                };
                if Some(column.name()) == time {
                    let Some(value) = micros(value) else { return };
                    match op {
                        Operator::Gt | Operator::GtEq => self.earliest = self.earliest.max(value),
                        Operator::Lt | Operator::LtEq => self.latest = self.latest.min(value),
                        Operator::Eq => {
                            self.earliest = self.earliest.max(value);
                            self.latest = self.latest.min(value);
                        }
                        _ => {}
                    }
                } else if Some(column.name()) == device
                    && op == Operator::Eq
                    && let Expr::Literal(name, _) = value
                    && let Some(Some(name)) = name.try_as_str()
                    && !name.is_empty()
                {
                    self.device = Some(layout::device(name));
                }
            }
            _ => {}
        }
    }
}

fn micros(value: &Expr) -> Option<i64> {
    match value {
        Expr::Literal(ScalarValue::TimestampMicrosecond(value, _), _) => *value,
        _ => None,
    }
}

#[async_trait]
impl TableProvider for LakeTable {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    fn supports_filters_pushdown(
        &self,
        filters: &[&Expr],
    ) -> Result<Vec<TableProviderFilterPushDown>> {
        Ok(vec![TableProviderFilterPushDown::Inexact; filters.len()])
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let bounds = Bounds::of(filters, self.time.as_deref(), self.device.as_deref());
        let files = self.files(&bounds);
        if files.is_empty() {
            let none = MemTable::try_new(Arc::clone(&self.schema), vec![vec![]])?;
            return none.scan(state, projection, filters, limit).await;
        }
        let urls = files
            .iter()
            .map(|path| ListingTableUrl::parse(path.to_string_lossy()))
            .collect::<Result<Vec<_>>>()?;
        let options = ListingOptions::new(Arc::new(ParquetFormat::default()));
        let config = ListingTableConfig::new_with_multi_paths(urls)
            .with_listing_options(options)
            .with_schema(Arc::clone(&self.schema));
        ListingTable::try_new(config)?
            .scan(state, projection, filters, limit)
            .await
    }
}
