//! What paths, environment variables and URLs mean, for all languages.

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, MatchKind};
use lazaret_model::Flow;
use serde::Deserialize;

/// What a place is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Data read from it is of this origin.
    pub flow: Option<Flow>,
    /// Writing to it makes something start again.
    pub persist: bool,
    /// A tag for behaviours on it.
    pub tag: Option<Box<str>>,
}

/// Lists of places. Patterns are texts to be found anywhere, case and kind of
/// slash ignored; `^` ties to the start, `$` to the end.
#[derive(Debug, Default)]
pub struct Sources {
    paths: Table,
    variables: Table,
    urls: Table,
}

#[derive(Debug, Default)]
struct Table {
    finder: Option<AhoCorasick>,
    /// Tied to the start, tied to the end, place.
    rows: Vec<(bool, bool, Place)>,
    telling: Vec<Box<str>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    path: Vec<Raw>,
    #[serde(default)]
    variable: Vec<Raw>,
    #[serde(default)]
    url: Vec<Raw>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    patterns: Vec<String>,
    flow: Option<Flow>,
    #[serde(default)]
    persist: bool,
    tag: Option<Box<str>>,
}

impl Sources {
    /// Reads `sources.toml`.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let file: File = toml::from_str(text).map_err(|e| e.to_string())?;
        Ok(Self {
            paths: Table::build(file.path)?,
            variables: Table::build(file.variable)?,
            urls: Table::build(file.url)?,
        })
    }

    /// What the file or folder at `path` is.
    pub fn path(&self, path: &str) -> Vec<&Place> {
        self.paths.find(&path.replace('\\', "/"))
    }

    /// Words of paths that no ordinary file speaks of: other programs' secrets,
    /// places from which things start by themselves.
    pub(super) fn telling_paths(&self) -> Vec<&str> {
        self.paths.telling.iter().map(AsRef::as_ref).collect()
    }

    /// What the environment variable `name` is.
    pub fn variable(&self, name: &str) -> Vec<&Place> {
        self.variables.find(name)
    }

    /// What the endpoint at `url` is.
    pub fn url(&self, url: &str) -> Vec<&Place> {
        self.urls.find(url)
    }
}

impl Table {
    fn build(raw: Vec<Raw>) -> Result<Self, String> {
        let mut patterns = Vec::new();
        let mut rows = Vec::new();
        let mut telling: Vec<Box<str>> = Vec::new();
        for raw in raw {
            let place = Place {
                flow: raw.flow,
                persist: raw.persist,
                tag: raw.tag,
            };
            for pattern in &raw.patterns {
                let start = pattern.starts_with('^');
                let end = pattern.ends_with('$');
                let text = pattern.strip_prefix('^').unwrap_or(pattern);
                let text = text.strip_suffix('$').unwrap_or(text);
                if text.is_empty() {
                    return Err(format!("pattern `{pattern}` is empty"));
                }
                let secret = matches!(place.flow, Some(Flow::Browser | Flow::Chat));
                let system = place.tag.as_deref() == Some("system");
                if (secret || place.persist || system) && text.len() > 6 {
                    telling.push(
                        text.rsplit('/')
                            .next()
                            .filter(|t| t.len() > 6)
                            .unwrap_or(text)
                            .into(),
                    );
                }
                patterns.push(text.to_owned());
                rows.push((start, end, place.clone()));
            }
        }
        let finder = AhoCorasickBuilder::new()
            .ascii_case_insensitive(true)
            .match_kind(MatchKind::Standard)
            .build(&patterns)
            .map_err(|e| e.to_string())?;
        Ok(Self {
            finder: Some(finder),
            rows,
            telling,
        })
    }

    fn find(&self, text: &str) -> Vec<&Place> {
        let mut found: Vec<&Place> = Vec::new();
        let Some(finder) = &self.finder else {
            return found;
        };
        for hit in finder.find_overlapping_iter(text) {
            if let Some((start, end, place)) = self.rows.get(hit.pattern().as_usize()) {
                let tied = (!start || hit.start() == 0) && (!end || hit.end() == text.len());
                if tied && !found.contains(&place) {
                    found.push(place);
                }
            }
        }
        found
    }
}
