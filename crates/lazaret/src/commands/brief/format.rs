//! What a brief is written as.

use clap::ValueEnum;
use lazaret_brief::{Brief, output};

use crate::{
    exposure::{self, Hit},
    hunted::{self, Hunted},
};

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people
    Markdown,
    /// A page that stands by itself; with --output also an index and a feed
    Html,
    /// Everything, one document per article
    Json,
    /// Everything, one line per article
    Jsonl,
    /// Indicators as a table
    Csv,
    /// STIX 2.1 bundle
    Stix,
    /// MISP event
    Misp,
    /// OSV records of the packages
    Osv,
    /// Splunk lookup
    SplunkLookup,
    /// Microsoft Defender indicators
    DefenderCsv,
    /// Hosts and addresses, one a line
    Blocklist,
}

/// The answers to "are we hit?"; none where it was not asked.
#[derive(Debug, Default)]
pub(super) struct Answers {
    pub(super) hits: Option<Vec<Hit>>,
    pub(super) hunted: Option<Vec<Hunted>>,
}

impl Answers {
    pub(super) fn found(&self) -> bool {
        self.hits.as_ref().is_some_and(|hits| !hits.is_empty())
            || self.hunted.as_deref().is_some_and(hunted::found)
    }

    fn markdown(&self) -> String {
        let hits = self.hits.as_deref().map(exposure::markdown);
        let hunted = self.hunted.as_deref().map(hunted::markdown);
        hits.unwrap_or_default() + &hunted.unwrap_or_default()
    }

    /// The brief with what was asked for beside it.
    fn json(&self, brief: &Brief) -> serde_json::Result<serde_json::Value> {
        let mut value = serde_json::to_value(brief)?;
        if let Some(object) = value.as_object_mut() {
            if let Some(hits) = &self.hits {
                object.insert("exposure".to_owned(), serde_json::to_value(hits)?);
            }
            if let Some(hunted) = &self.hunted {
                object.insert("hunted".to_owned(), serde_json::to_value(hunted)?);
            }
        }
        Ok(value)
    }
}

impl Format {
    pub(super) fn ending(self) -> &'static str {
        match self {
            Self::Markdown => "md",
            Self::Html => "html",
            Self::Jsonl => "jsonl",
            Self::Json | Self::Stix | Self::Misp | Self::Osv => "json",
            Self::Csv | Self::SplunkLookup | Self::DefenderCsv => "csv",
            Self::Blocklist => "txt",
        }
    }

    /// Whether the format has room for [`Answers`].
    pub(super) fn answers(self) -> bool {
        matches!(self, Self::Markdown | Self::Html | Self::Json | Self::Jsonl)
    }

    pub(super) fn render(self, brief: &Brief, answers: &Answers) -> serde_json::Result<String> {
        let pretty =
            |value: &serde_json::Value| serde_json::to_string_pretty(value).map(|text| text + "\n");
        Ok(match self {
            Self::Markdown => output::markdown(brief) + &answers.markdown(),
            Self::Html => output::html(brief, &answers.markdown()),
            Self::Json => pretty(&answers.json(brief)?)?,
            Self::Jsonl => answers.json(brief)?.to_string() + "\n",
            Self::Csv => output::indicators_csv(brief),
            Self::Stix => pretty(&output::stix(brief))?,
            Self::Misp => pretty(&output::misp(brief))?,
            Self::Osv => pretty(&output::osv(brief).into())?,
            Self::SplunkLookup => output::splunk_lookup(brief),
            Self::DefenderCsv => output::defender_indicators(brief),
            Self::Blocklist => output::blocklist(brief),
        })
    }
}
