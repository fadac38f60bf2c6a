//! `lazaret events`.

use std::{
    collections::BTreeMap,
    io::{BufWriter, IsTerminal as _, Write},
    path::PathBuf,
    process::ExitCode,
};

use anyhow::Context as _;
use clap::{Args, ValueEnum};
use lazaret_detect::order::Ordered;
use lazaret_events::{Event, ReadOptions};
use lazaret_hunt::{TableWriter, schema::Schemas};

use crate::{commands::detect::unread, context::Context, lake};

/// Print the events of logs in one form, that of Defender's tables
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    lazaret events /var/log/audit/audit.log\n  \
    lazaret events Sysmon.evtx --table DeviceProcessEvents --format csv\n  \
    lazaret events logs/ --table DeviceFileEvents --format parquet > files.parquet\n  \
    lazaret events logs/ --count\n\n\
    For all tables as Parquet: lazaret ingest logs/ --lake lake/")]
pub(crate) struct Events {
    /// Logs, folders of them, or - for standard input
    #[arg(required = true)]
    logs: Vec<PathBuf>,
    /// Output format
    #[arg(long, short, value_enum, default_value_t = Format::Jsonl)]
    format: Format,
    /// Only events of this table
    #[arg(long, value_name = "NAME")]
    table: Option<String>,
    /// Only count events, by table and action
    #[arg(long)]
    count: bool,
    /// Name of the device, for logs that name none
    #[arg(long, value_name = "NAME", default_value = "")]
    device: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// One JSON object a line
    Jsonl,
    /// The columns of one table
    Csv,
    /// The columns of one table
    Parquet,
}

impl Events {
    pub(crate) fn run(self, context: &Context) -> anyhow::Result<ExitCode> {
        anyhow::ensure!(
            self.format == Format::Jsonl || self.table.is_some() || self.count,
            "CSV and Parquet have the columns of one table: say which, such as --table DeviceProcessEvents"
        );
        let read = ReadOptions {
            device: self.device.as_str().into(),
            ..ReadOptions::default()
        };
        let mut events = Ordered::open(&self.logs, read)?;
        match self.format {
            Format::Parquet if !self.count => self.parquet(&mut events, context)?,
            _ => self.text(&mut events)?,
        }
        unread(&events, context.quiet);
        Ok(ExitCode::SUCCESS)
    }

    fn wanted(&self, event: &Event) -> bool {
        let table = self.table.as_deref();
        table.is_none_or(|table| table == event.table.name())
    }

    fn parquet(&self, events: &mut Ordered, context: &Context) -> anyhow::Result<()> {
        let stdout = std::io::stdout();
        anyhow::ensure!(
            !stdout.is_terminal(),
            "Parquet is not text: write it to a file, with `> events.parquet`"
        );
        let name = self.table.as_deref().unwrap_or_default();
        let schemas = Schemas::load(&context.content)?;
        let schema = schemas
            .get(name)
            .with_context(|| format!("`{name}` is no table with a schema"))?;
        let mut out = TableWriter::create(BufWriter::new(stdout), schema)?;
        for event in events.filter(|event| self.wanted(event)) {
            out.write(lake::row(&event))?;
        }
        Ok(out.finish()?)
    }

    fn text(&self, events: &mut Ordered) -> anyhow::Result<()> {
        let stdout = anstream::AutoStream::never(std::io::stdout().lock());
        let mut out = BufWriter::new(stdout);
        let mut counts: BTreeMap<(String, String), u64> = BTreeMap::new();
        let mut header = true;
        let mut line = String::new();
        for event in events.filter(|event| self.wanted(event)) {
            if self.count {
                let key = (event.table.name().to_owned(), event.action_type.to_string());
                *counts.entry(key).or_default() += 1;
                continue;
            }
            line.clear();
            if self.format == Format::Jsonl {
                event.write_json(&mut line);
            } else {
                if std::mem::take(&mut header) {
                    let names = event.table.fields().iter().map(|f| f.name());
                    row(names.map(str::to_owned), &mut line);
                    line.push('\n');
                }
                cells(&event, &mut line);
            }
            line.push('\n');
            out.write_all(line.as_bytes())?;
        }
        for ((table, action), count) in counts {
            writeln!(out, "{count:>10}  {table}  {action}")?;
        }
        out.flush()?;
        Ok(())
    }
}

fn cells(event: &Event, line: &mut String) {
    let fields = event.table.fields().iter();
    let values = fields.map(|field| {
        let value = event.get(*field);
        value.map_or_else(String::new, |v| v.text().into_owned())
    });
    row(values, line);
}

/// RFC 4180.
fn row(cells: impl Iterator<Item = String>, line: &mut String) {
    for (index, cell) in cells.enumerate() {
        if index > 0 {
            line.push(',');
        }
        if cell.contains(['"', ',', '\n', '\r']) {
            line.push('"');
            line.push_str(&cell.replace('"', "\"\""));
            line.push('"');
        } else {
            line.push_str(&cell);
        }
    }
}
