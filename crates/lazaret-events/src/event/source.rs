//! Where a record was read.

use std::{fmt, sync::Arc};

/// The place of a record: evidence for whatever is concluded from it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Source {
    /// File, with `!/` before the name of an archive's entry; `-` for
    /// standard input.
    pub file: Arc<str>,
    /// Line of the record's start, from 1; 0 for binary formats.
    pub line: u64,
    /// The format's own number (EVTX record id, audit serial), else the count
    /// of records before it plus one.
    pub record: u64,
    /// Bytes before the record, after decompression.
    pub offset: u64,
}

/// `file:line`, or `file#record` for binary formats.
impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line > 0 {
            write!(f, "{}:{}", self.file, self.line)
        } else {
            write!(f, "{}#{}", self.file, self.record)
        }
    }
}

impl Source {
    /// Reads what [`Source`]'s display wrote.
    pub(crate) fn parse(text: &str) -> Self {
        Self::parse_of(text, &Arc::default())
    }

    /// As [`Source::parse`]; shares the name of a file that is known already.
    pub(crate) fn parse_of(text: &str, known: &Arc<str>) -> Self {
        if let Some(source) = Self::numbered(text, known) {
            return source;
        }
        let (file, line, record) = match (text.rsplit_once(':'), text.rsplit_once('#')) {
            (Some((file, line)), _) if line.parse::<u64>().is_ok() => (file, line, "0"),
            (_, Some((file, record))) if record.parse::<u64>().is_ok() => (file, "0", record),
            _ => (text, "0", "0"),
        };
        Self {
            file: shared(file, known),
            line: line.parse().unwrap_or(0),
            record: record.parse().unwrap_or(0),
            offset: 0,
        }
    }

    /// `file:12` or `file#12`.
    fn numbered(text: &str, known: &Arc<str>) -> Option<Self> {
        let (mut number, mut unit, mut rest) = (0_u64, 1_u64, text.as_bytes());
        let mark = loop {
            let (last, before) = rest.split_last()?;
            rest = before;
            if !last.is_ascii_digit() {
                break last;
            }
            number = number.checked_add(unit.checked_mul(u64::from(last - b'0'))?)?;
            unit = unit.checked_mul(10)?;
        };
        let file = text.get(..rest.len()).filter(|_| unit > 1)?;
        let (line, record) = match mark {
            b':' => (number, 0),
            b'#' => (0, number),
            _ => return None,
        };
        Some(Self {
            file: shared(file, known),
            line,
            record,
            offset: 0,
        })
    }
}

fn shared(file: &str, known: &Arc<str>) -> Arc<str> {
    if **known == *file {
        Arc::clone(known)
    } else {
        Arc::from(file)
    }
}
