//! `lazaret ingest`.

use std::{collections::BTreeMap, path::PathBuf, process::ExitCode};

use anyhow::Context as _;
use clap::Args;
use lazaret_detect::order::Ordered;
use lazaret_events::ReadOptions;
use lazaret_hunt::{Bucket, Lake, LakeWriter, Shipment, schema::Schemas};
use tempfile::TempDir;

use crate::{commands::detect::unread, context::Context, lake, output as terminal};

/// Read logs into a lake of Parquet files, for hunts
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    lazaret ingest /var/log/audit/ --lake lake/\n  \
    lazaret ingest export.csv Security.evtx --lake lake/ --compact\n  \
    lazaret ingest --lake lake/ --retain-days 90\n  \
    lazaret ingest /var/log/audit/ --lake s3://bucket/lake\n\n\
    Tables are those of Defender Advanced Hunting, split by day and device.")]
pub(crate) struct Ingest {
    /// Logs, folders of them, or - for standard input
    logs: Vec<PathBuf>,
    /// The lake, a folder or (in builds with the feature `cloud`) the address of
    /// a bucket; made where it is not there
    #[arg(long, value_name = "FOLDER|URL")]
    lake: PathBuf,
    /// Name of the device, for logs that name none
    #[arg(long, value_name = "NAME", default_value = "")]
    device: String,
    /// Join small files of the lake afterwards
    #[arg(long)]
    compact: bool,
    /// Delete days older than this many from the lake afterwards
    #[arg(long, value_name = "DAYS")]
    retain_days: Option<u32>,
}

/// Events between two looks at the progress.
const STEP: u64 = 8192;

impl Ingest {
    pub(crate) fn run(self, context: &Context) -> anyhow::Result<ExitCode> {
        anyhow::ensure!(
            !self.logs.is_empty() || self.compact || self.retain_days.is_some(),
            "name the logs to read, or --compact or --retain-days"
        );
        let shipment = self.shipment()?;
        let folder = shipment
            .as_ref()
            .map_or(self.lake.as_path(), |(at, _)| at.path());
        let schemas = Schemas::load(&context.content)?;
        let mut writer = LakeWriter::create(folder, schemas)?;
        let read = ReadOptions {
            device: self.device.as_str().into(),
            ..ReadOptions::default()
        };
        let mut events = Ordered::open(&self.logs, read)?;
        let spinner = terminal::spinner(context.quiet);
        let mut tables: BTreeMap<String, u64> = BTreeMap::new();
        let mut count = 0_u64;
        for event in events.by_ref() {
            lake::write(&mut writer, &event)?;
            *tables.entry(event.table.name().to_owned()).or_default() += 1;
            count += 1;
            if count.is_multiple_of(STEP) {
                spinner.set_message(format!("{count} events"));
                spinner.tick();
            }
        }
        writer.finish()?;
        spinner.finish_and_clear();
        for (table, count) in &tables {
            terminal::line(&format!("{count:>10}  {table}"))?;
        }
        unread(&events, context.quiet);
        if let Some((_folder, shipment)) = shipment {
            let files = shipment.send()?;
            terminal::remark(&format!("{files} files sent to {}", self.lake.display()));
            return Ok(ExitCode::SUCCESS);
        }
        let lake = Lake::open_existing(&self.lake)?;
        if self.compact {
            let done = lake.compact()?;
            terminal::remark(&format!("compacted: {done:?}"));
        }
        if let Some(days) = self.retain_days {
            let now = jiff::Timestamp::now().as_microsecond();
            let done = lake.retain(days, now)?;
            terminal::remark(&format!("kept {days} days: {done:?}"));
        }
        Ok(ExitCode::SUCCESS)
    }

    /// A folder for files that go on to a bucket, and their way there.
    fn shipment(&self) -> anyhow::Result<Option<(TempDir, Shipment)>> {
        let Some(address) = Bucket::address(&self.lake) else {
            return Ok(None);
        };
        anyhow::ensure!(
            !self.compact && self.retain_days.is_none(),
            "--compact and --retain-days work on folders; give a bucket a lifecycle rule instead"
        );
        let bucket = Bucket::open(address)?;
        let folder = tempfile::tempdir().context("cannot make a temporary folder")?;
        let shipment = Shipment::begin(bucket, folder.path())?;
        Ok(Some((folder, shipment)))
    }
}
