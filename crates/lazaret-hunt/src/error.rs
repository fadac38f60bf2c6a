//! What can go wrong with a hunt, and where in its text.

use std::{fmt, ops::Range};

use datafusion::error::DataFusionError;

/// The class of a diagnostic: stable names, for reports over many hunts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Class {
    /// The text does not follow the language's grammar.
    Syntax,
    /// No table of that name.
    UnknownTable,
    /// No column of that name.
    UnknownColumn,
    /// No function of that name.
    UnknownFunction,
    /// A value of the wrong type.
    Type,
    /// A wrong number or form of arguments.
    Arguments,
    /// Part of the language, but not of this engine.
    Unsupported,
    /// A limit on the size, depth, memory or time of a hunt was met.
    Limit,
    /// The result is incomplete or differs from what the service would give.
    Approximate,
    /// Data that could not be read.
    Data,
    /// The engine failed: a defect of ours.
    Engine,
}

impl Class {
    /// The stable name of the class.
    pub fn name(self) -> &'static str {
        match self {
            Self::Syntax => "syntax",
            Self::UnknownTable => "unknown-table",
            Self::UnknownColumn => "unknown-column",
            Self::UnknownFunction => "unknown-function",
            Self::Type => "type",
            Self::Arguments => "arguments",
            Self::Unsupported => "unsupported",
            Self::Limit => "limit",
            Self::Approximate => "approximate",
            Self::Data => "data",
            Self::Engine => "engine",
        }
    }
}

/// A located message about a hunt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// What kind of message.
    pub class: Class,
    /// What is wrong.
    pub message: String,
    /// Bytes of the hunt's text it is about.
    pub span: Range<usize>,
    /// How to cure it, where known.
    pub help: Option<String>,
}

impl Diagnostic {
    /// A message about `span`.
    pub fn new(class: Class, span: Range<usize>, message: impl Into<String>) -> Self {
        Self {
            class,
            message: message.into(),
            span,
            help: None,
        }
    }

    /// The same with a cure.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The line and column (both from 1, columns in characters) in `text`.
    pub fn position(&self, text: &str) -> (usize, usize) {
        let before = text.get(..self.span.start.min(text.len())).unwrap_or(text);
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
        (line, column)
    }

    /// The message with its place in `text`, on one line.
    pub fn render(&self, text: &str) -> String {
        let (line, column) = self.position(text);
        let mut out = format!("{line}:{column}: {}: {}", self.class.name(), self.message);
        if let Some(help) = &self.help {
            out.push_str("; ");
            out.push_str(help);
        }
        out
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.class.name(), self.message)?;
        if let Some(help) = &self.help {
            write!(f, "; {help}")?;
        }
        Ok(())
    }
}

/// Why a hunt did not give a result.
#[derive(Debug, thiserror::Error)]
pub enum HuntError {
    /// The hunt's text is at fault.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Hunt(Vec<Diagnostic>),
    /// The hunt ran longer than it may.
    #[error("the hunt ran for {0:?} and was stopped; narrow its time range or raise --timeout")]
    Timeout(std::time::Duration),
    /// Someone asked it to stop.
    #[error("the hunt was cancelled")]
    Cancelled,
    /// Memory ran out and could not be spilled.
    #[error("the hunt needs more memory than it may use: {0}")]
    Memory(String),
    /// A file of the lake, or the lake itself.
    #[error("{path}: {message}")]
    Data {
        /// The file or folder.
        path: String,
        /// What is wrong with it.
        message: String,
    },
    /// The engine failed.
    #[error("the engine failed: {0}")]
    Engine(String),
}

impl HuntError {
    /// The class of the failure.
    pub fn class(&self) -> Class {
        match self {
            Self::Hunt(list) => list.first().map_or(Class::Engine, |first| first.class),
            Self::Timeout(_) | Self::Cancelled | Self::Memory(_) => Class::Limit,
            Self::Data { .. } => Class::Data,
            Self::Engine(_) => Class::Engine,
        }
    }

    /// The error about a file.
    pub fn data(path: &std::path::Path, message: impl fmt::Display) -> Self {
        Self::Data {
            path: path.display().to_string(),
            message: message.to_string(),
        }
    }
}

impl From<DataFusionError> for HuntError {
    fn from(error: DataFusionError) -> Self {
        match error.find_root() {
            DataFusionError::ResourcesExhausted(message) => Self::Memory(message.clone()),
            // Comes wrapped in errors of Arrow and of the system.
            other if other.to_string().contains("max_temp_directory_size") => {
                Self::Memory("there is no more room on disk for what it spills".to_owned())
            }
            _ => Self::Engine(error.strip_backtrace()),
        }
    }
}

impl From<Diagnostic> for HuntError {
    fn from(diagnostic: Diagnostic) -> Self {
        Self::Hunt(vec![diagnostic])
    }
}

/// The name among `known` that `name` was most likely meant to be.
pub fn did_you_mean<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = name.to_lowercase();
    let limit = 1 + wanted.chars().count() / 5;
    known
        .into_iter()
        .map(|candidate| {
            (
                distance(&wanted, &candidate.to_lowercase(), limit),
                candidate,
            )
        })
        .filter(|(distance, _)| *distance <= limit)
        .min()
        .map(|(_, candidate)| candidate)
}

/// Edit distance, or more than `limit`.
fn distance(a: &str, b: &str, limit: usize) -> usize {
    let b: Vec<char> = b.chars().take(128).collect();
    if a.chars().count().abs_diff(b.len()) > limit {
        return limit + 1;
    }
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().take(128).enumerate() {
        let mut diagonal = i;
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
        let mut left = i + 1;
        for (y, cell) in b.iter().zip(row.iter_mut().skip(1)) {
            let next = (*cell + 1)
                .min(left + 1)
                .min(diagonal + usize::from(x != *y));
            diagonal = *cell;
            *cell = next;
            left = next;
        }
    }
    row.last().copied().unwrap_or(limit + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suggests_close_names_only() {
        let known = ["DeviceProcessEvents", "DeviceFileEvents", "SigninLogs"];
        assert_eq!(
            did_you_mean("DeviceProcesEvents", known),
            Some("DeviceProcessEvents")
        );
        assert_eq!(did_you_mean("signinlogs", known), Some("SigninLogs"));
        assert_eq!(did_you_mean("Nothing", known), None);
    }

    #[test]
    fn positions_count_lines_and_characters() {
        let text = "a\nüb |";
        let diagnostic = Diagnostic::new(Class::Syntax, 6..7, "x");
        assert_eq!(diagnostic.position(text), (2, 4));
    }
}
