//! A lake's table to DataFusion: the files a hunt's filters leave, read as
//! one listing. They are found through the object store of the session, which is
//! the same for a folder and for a bucket.

use std::{path::PathBuf, sync::Arc};

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
    object_store::path::Path,
    physical_plan::ExecutionPlan,
};
use futures::{StreamExt as _, TryStreamExt as _, stream};
use url::Url;

use super::{layout, write::Columns};

/// One table of a lake.
#[derive(Debug)]
pub(crate) struct LakeTable {
    /// Its folder, with a slash at its end.
    url: Url,
    schema: SchemaRef,
    time: Option<String>,
    device: Option<String>,
}

impl LakeTable {
    /// The table in `url` that has these columns.
    pub(super) fn new(url: Url, columns: &Columns) -> Self {
        let schema = Schema::new(super::write::fields(columns.types()));
        Self::told(url, Arc::new(transform_schema_to_view(&schema)))
    }

    /// The same with the schema that it told.
    pub(super) fn told(url: Url, schema: SchemaRef) -> Self {
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
            url,
        }
    }

    /// Its folder on this machine, if it is here.
    pub(super) fn folder(&self) -> Option<PathBuf> {
        self.url.to_file_path().ok()
    }

    /// The files that can hold rows within `bounds`.
    async fn files(&self, state: &dyn Session, bounds: &Bounds) -> Result<Vec<ListingTableUrl>> {
        let folder = ListingTableUrl::try_new(self.url.clone(), None)?;
        let store = state.runtime_env().object_store(folder.object_store())?;
        let days = store.list_with_delimiter(Some(folder.prefix())).await?;
        let days = days.common_prefixes.into_iter();
        let days = days.filter(|day| self.time.is_none() || !bounds.leave_out(day));
        let listing = days.map(|day| {
            let within = match &bounds.device {
                Some(device) => day.join(format!("device={device}")),
                None => day,
            };
            store.list(Some(&within))
        });
        let all = stream::iter(listing).flatten_unordered(layout::AT_ONCE);
        let all: Vec<_> = all.try_collect().await?;
        let all = all.into_iter().map(|file| file.location);
        let mut found: Vec<Path> = all
            .filter(|file| file.extension() == Some("parquet"))
            .collect();
        found.sort();
        let files = found.iter().map(|file| layout::address(&self.url, file));
        files
            .map(|url| ListingTableUrl::try_new(url, None))
            .collect()
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

    /// Whether the folder of a day holds no row within them.
    fn leave_out(&self, day: &Path) -> bool {
        let day = day.filename().and_then(|name| name.strip_prefix("day="));
        day.and_then(layout::day_start)
            .is_some_and(|start| start + layout::DAY <= self.earliest || start > self.latest)
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
        let files = self.files(state, &bounds).await?;
        if files.is_empty() {
            let none = MemTable::try_new(Arc::clone(&self.schema), vec![vec![]])?;
            return none.scan(state, projection, filters, limit).await;
        }
        let options = ListingOptions::new(Arc::new(ParquetFormat::default()));
        let config = ListingTableConfig::new_with_multi_paths(files)
            .with_listing_options(options)
            .with_schema(Arc::clone(&self.schema));
        ListingTable::try_new(config)?
            .scan(state, projection, filters, limit)
            .await
    }
}
