//! Output formats.

use std::str::FromStr;

/// An output format.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// For people, with source excerpts.
    #[default]
    Text,
    /// One JSON document.
    Json,
    /// One JSON object a line and subject.
    Jsonl,
    /// SARIF 2.1.0 (OASIS), for code scanning.
    Sarif,
    /// OSV schema 1.6 records of the blocked packages.
    Osv,
    /// CycloneDX 1.6 with vulnerability analysis (VEX).
    Vex,
    /// One self-contained HTML page.
    Html,
}

impl Format {
    /// All formats with their names.
    pub const NAMES: &[(&str, Self)] = &[
        ("text", Self::Text),
        ("json", Self::Json),
        ("jsonl", Self::Jsonl),
        ("sarif", Self::Sarif),
        ("osv", Self::Osv),
        ("vex", Self::Vex),
        ("html", Self::Html),
    ];
}

impl FromStr for Format {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::NAMES
            .iter()
            .find(|(name, _)| *name == text)
            .map(|(_, format)| *format)
            .ok_or_else(|| {
                let names: Vec<_> = Self::NAMES.iter().map(|(name, _)| *name).collect();
                format!("`{text}` is not a format; use one of {}", names.join(", "))
            })
    }
}
