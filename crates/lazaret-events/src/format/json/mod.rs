//! JSON records: each format's own file says which it knows.

mod ecs;
mod eslogger;
mod falco;
mod laurel;
mod members;
mod node;
mod osquery;
mod suricata;
mod tetragon;
mod unified_log;

pub(crate) use members::{Members, Raw, Unusual};
pub(crate) use node::Json;

use super::{defender, rows::Rows, windows, zeek};
use crate::read::Sink;

/// One JSON format.
struct Format {
    name: &'static str,
    /// Whether a record is of this format.
    knows: fn(&Json<'_>) -> bool,
    /// Makes events of a record.
    decode: fn(&Json<'_>, &mut Sink),
}

/// All of them; the first that knows a record decodes it.
const FORMATS: &[Format] = &[
    Format {
        name: "defender-json",
        knows: defender::knows,
        decode: defender::decode,
    },
    Format {
        name: "windows-json",
        knows: windows::json::knows,
        decode: windows::json::decode,
    },
    Format {
        name: "ecs",
        knows: ecs::knows,
        decode: ecs::decode,
    },
    Format {
        name: "zeek-json",
        knows: zeek::knows,
        decode: zeek::decode,
    },
    Format {
        name: "laurel",
        knows: laurel::knows,
        decode: laurel::decode,
    },
    Format {
        name: "falco",
        knows: falco::knows,
        decode: falco::decode,
    },
    Format {
        name: "tetragon",
        knows: tetragon::knows,
        decode: tetragon::decode,
    },
    Format {
        name: "eslogger",
        knows: eslogger::knows,
        decode: eslogger::decode,
    },
    Format {
        name: "unified-log",
        knows: unified_log::knows,
        decode: unified_log::decode,
    },
    Format {
        name: "osquery",
        knows: osquery::knows,
        decode: osquery::decode,
    },
    Format {
        name: "suricata",
        knows: suricata::knows,
        decode: suricata::decode,
    },
];

/// Decodes JSON records of any format. Remembers the last format met, as most
/// files have one.
#[derive(Default)]
pub(crate) struct JsonFormats {
    last: usize,
    rows: Rows,
}

/// The format of [`Rows`] among [`FORMATS`].
const ROWS: usize = 0;

impl JsonFormats {
    /// Decodes the JSON of one line.
    pub(crate) fn line(&mut self, line: &[u8], sink: &mut Sink) {
        if self.last == ROWS
            && let Ok(event) = self.rows.event(line)
        {
            sink.report.format("defender-json");
            return defender::finish(event, sink);
        }
        match Json::parse(line) {
            Ok(json) => self.decode(&json, sink),
            Err(error) => sink.unreadable(format!("not JSON: {error}")),
        }
    }

    pub(crate) fn decode(&mut self, json: &Json<'_>, sink: &mut Sink) {
        let last = FORMATS.get(self.last).filter(|format| (format.knows)(json));
        let format = last.or_else(|| {
            let at = FORMATS.iter().position(|format| (format.knows)(json))?;
            self.last = at;
            FORMATS.get(at)
        });
        match format {
            Some(format) => {
                sink.report.format(format.name);
                (format.decode)(json, sink);
            }
            None => sink.unreadable("JSON of no format that we know"),
        }
    }
}
