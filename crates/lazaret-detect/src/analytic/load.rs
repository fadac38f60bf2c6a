//! Loading analytics from the content and from folders of Sigma rules.

use std::{
    fs,
    path::Path,
    sync::{Arc, OnceLock},
};

use lazaret_content::Content;
use lazaret_model::{Confidence, Severity, TechniqueId};
use lazaret_rule::Options;
use serde::Deserialize as _;
use yaml_serde::Value;

use super::{Analytic, Correlation, Elements, Particular, Rule, Suppression};
use crate::{
    DetectError,
    engine::{KnownPlaces, Parts},
};

/// Every analytic that is run.
#[derive(Debug, Default)]
pub struct AnalyticSet {
    /// What is said of findings.
    pub analytics: Vec<Analytic>,
    /// Rules over single events.
    pub rules: Vec<Rule>,
    /// Rules over several.
    pub correlations: Vec<Correlation>,
    /// Classes of false positives.
    pub suppressions: Vec<Suppression>,
    /// Its rules by what they need, made when first asked.
    pub(crate) parts: Parts,
    /// Package managers and hosts, loaded when first asked.
    pub(crate) places: OnceLock<Arc<KnownPlaces>>,
    used: Vec<String>,
}

/// How the loading of foreign rules went.
#[derive(Clone, Debug, Default, serde::Serialize)]
pub struct LoadReport {
    /// Files read.
    pub files: usize,
    /// Rules that run.
    pub loaded: usize,
    /// Rules that do not, with the reason.
    pub failed: Vec<String>,
}

/// Largest file of rules, in bytes.
const FILE: u64 = 4 << 20;

impl AnalyticSet {
    /// Loads the content's analytics and suppressions, with the user's
    /// elements in place of their own.
    ///
    /// # Errors
    /// When a file is wrong, or an element is one that no analytic has.
    pub fn load(content: &Content, elements: &Elements) -> Result<Self, DetectError> {
        let mut set = Self::default();
        for (path, bytes) in content.below("techniques/") {
            let mut parts = path.split('/');
            let (Some(_), Some(technique), Some("analytics"), Some(id), Some("analytic.yml"), None) = (
                parts.next(),
                parts.next(),
                parts.next(),
                parts.next(),
                parts.next(),
                parts.next(),
            ) else {
                continue;
            };
            let text = String::from_utf8_lossy(bytes);
            let options = patterns(content, path, elements);
            set.add(&text, path, Some((id, technique)), elements, &options)?;
        }
        for (id, path, bytes) in content.named("detect/suppressions/", ".yml") {
            let text = String::from_utf8_lossy(bytes);
            let document: Value =
                yaml_serde::from_str(&text).map_err(|error| DetectError::content(path, &error))?;
            let own = set.elements_of(&document, elements);
            let options = patterns(content, path, elements);
            set.suppressions
                .push(Suppression::compile(id, &document, &own, path, &options)?);
        }
        if let Some(name) = elements.names().find(|n| !set.used.iter().any(|u| u == n)) {
            set.used.sort();
            set.used.dedup();
            return Err(DetectError::Element {
                name: name.to_owned(),
                reason: format!("no analytic has it; there are {}", set.used.join(", ")),
            });
        }
        set.link();
        Ok(set)
    }

    /// Adds a folder of Sigma rules (or one file), as they are.
    ///
    /// # Errors
    /// When the folder cannot be read. Rules that cannot are in the report.
    pub fn add_sigma(&mut self, path: &Path) -> Result<LoadReport, DetectError> {
        let mut report = LoadReport::default();
        let options = Options::default();
        let mut files = Vec::new();
        collect(path, &mut files, 24)
            .map_err(|error| DetectError::content(&path.display().to_string(), &error))?;
        files.sort();
        for file in files {
            let name = file.display().to_string();
            report.files += 1;
            let text = match fs::metadata(&file).map(|m| m.len()) {
                Ok(size) if size > FILE => Err(format!("larger than {FILE} bytes")),
                _ => fs::read_to_string(&file).map_err(|error| error.to_string()),
            };
            let text = match text {
                Ok(text) => text,
                Err(error) => {
                    report.failed.push(format!("{name}: {error}"));
                    continue;
                }
            };
            match self.add(&text, &name, None, &Elements::default(), &options) {
                Ok(count) => report.loaded += count,
                Err(error) => report.failed.push(error.to_string()),
            }
        }
        self.link();
        Ok(report)
    }

    /// Adds the documents of one file; gives how many there are.
    fn add(
        &mut self,
        text: &str,
        path: &str,
        own: Option<(&str, &str)>,
        elements: &Elements,
        options: &Options,
    ) -> Result<usize, DetectError> {
        let mut documents = Vec::new();
        for document in yaml_serde::Deserializer::from_str(text) {
            let value =
                Value::deserialize(document).map_err(|error| DetectError::content(path, &error))?;
            if !value.is_null() {
                documents.push(value);
            }
        }
        // `action: global` of older rules: what all following documents have.
        let mut global = None;
        documents.retain(|document| {
            let is_global = document.get("action").and_then(Value::as_str) == Some("global");
            if is_global {
                global = Some(document.clone());
            }
            !is_global
        });
        if let Some(global) = &global {
            for document in &mut documents {
                *document = merged(global, document);
            }
        }
        let Some(first) = documents.first() else {
            return Ok(0);
        };
        let values = self.elements_of(first, elements);
        let fail = |reason: &str| DetectError::content(path, &reason);
        for document in &mut documents {
            // Sigma's own rules may mean such a text.
            if own.is_some()
                && let Some(name) = values.missing(document)
            {
                return Err(fail(&Elements::unknown(name)));
            }
            *document = values.substitute(document).map_err(|e| fail(&e))?;
        }
        let mut number = None;
        let marks = (
            self.rules.len(),
            self.correlations.len(),
            self.analytics.len(),
        );
        let mut count = 0;
        for document in documents {
            // All documents of ours are one analytic; Sigma's are one each.
            let analytic = match (own, number) {
                (Some(_), Some(number)) => number,
                _ => {
                    let id = own.map(|(id, _)| id);
                    let technique = own.map(|(_, technique)| technique);
                    self.analytics
                        .push(describe(&document, id, technique, path));
                    self.analytics.len() - 1
                }
            };
            number = Some(analytic);
            let particular = particular(&document, own.map(|(_, technique)| technique)).or_else(
                |word| match own {
                    Some(_) => Err(fail(&format!(
                        "document {}: level: `{word}` is none of {LEVELS}",
                        count + 1
                    ))),
                    None => Ok(Particular::default()),
                },
            )?;
            let added = self.add_document(&document, analytic, particular, path, options);
            if let Err(error) = added {
                self.rules.truncate(marks.0);
                self.correlations.truncate(marks.1);
                self.analytics.truncate(marks.2);
                return Err(error);
            }
            count += 1;
        }
        Ok(count)
    }

    /// Adds one document of an analytic.
    fn add_document(
        &mut self,
        document: &Value,
        analytic: usize,
        particular: Particular,
        path: &str,
        options: &Options,
    ) -> Result<(), DetectError> {
        if document.get("correlation").is_some() {
            let mut correlation = Correlation::compile(document, analytic, path)?;
            correlation.particular = particular;
            self.correlations.push(correlation);
            return Ok(());
        }
        let mut rule = Rule::compile(document, analytic, path, options)?;
        rule.particular = particular;
        if let (Some(category), Some(analytic)) = (
            rule.source.category.clone(),
            self.analytics.get_mut(analytic),
        ) && !analytic.telemetry.contains(&category)
        {
            analytic.telemetry.push(category);
        }
        self.rules.push(rule);
        Ok(())
    }

    /// The elements of a document, those of the user first.
    fn elements_of(&mut self, document: &Value, user: &Elements) -> Elements {
        let mut out = Elements::default();
        if let Some(Value::Mapping(map)) = document.get("elements") {
            for (name, value) in map {
                let Some(name) = name.as_str() else { continue };
                self.used.push(name.to_owned());
                out.insert(name, user.get(name).unwrap_or(value).clone());
            }
        }
        out
    }

    /// Parts of correlations make no findings by themselves.
    fn link(&mut self) {
        self.parts = Parts::default();
        let mut parts: Vec<(usize, String)> = Vec::new();
        for correlation in self.correlations.iter().filter(|c| !c.generate) {
            for rule in &correlation.rules {
                parts.push((correlation.analytic, rule.clone()));
            }
        }
        let is_part = |names: &[String]| parts.iter().any(|(_, part)| names.contains(part));
        for rule in &mut self.rules {
            rule.reports = !is_part(&rule.names);
        }
        for correlation in &mut self.correlations {
            correlation.reports = !is_part(&correlation.names);
        }
    }
}

/// How a file of ours is compiled: an element may be none; what is shipped was
/// compiled by the tests, unless the user's values take part.
fn patterns(content: &Content, path: &str, elements: &Elements) -> Options {
    Options {
        empty_lists: true,
        dear: &["File.Own"],
        one_line: &["CommandLine", "ParentCommandLine", "Ancestor.CommandLine"],
        deferred: content.is_shipped(path) && elements.names().next().is_none(),
        ..Options::default()
    }
}

/// Sigma's levels.
const LEVELS: &str = "critical, high, medium, low, informational";

/// How bad a document says that its findings are; else the word that is no level.
fn severity(document: &Value) -> Result<Option<Severity>, String> {
    let Some(level) = document.get("level") else {
        return Ok(None);
    };
    Ok(Some(match level.as_str().unwrap_or_default().trim() {
        "critical" => Severity::Critical,
        "high" => Severity::High,
        "medium" => Severity::Medium,
        "low" => Severity::Low,
        "informational" => Severity::Info,
        other => return Err(other.to_owned()),
    }))
}

/// What a document says of its own findings; else the word that is no level.
fn particular(document: &Value, technique: Option<&str>) -> Result<Particular, String> {
    let tagged = document.get("tags").is_some();
    Ok(Particular {
        severity: severity(document)?,
        techniques: tagged.then(|| techniques(document, technique).into()),
    })
}

/// The technique that a document is kept under, and those that it names.
fn techniques(document: &Value, technique: Option<&str>) -> Vec<TechniqueId> {
    let own = technique.and_then(|t| t.parse().ok());
    let mut techniques: Vec<TechniqueId> = own.into_iter().collect();
    for tag in list(document, "tags") {
        let id = tag.strip_prefix("attack.").and_then(|t| t.parse().ok());
        if let Some(id) = id
            && !techniques.contains(&id)
        {
            techniques.push(id);
        }
    }
    techniques
}

/// A text, or the texts of a list.
fn list(document: &Value, key: &str) -> Vec<String> {
    match document.get(key) {
        Some(Value::Sequence(list)) => {
            let texts = list.iter().filter_map(Value::as_str);
            texts.map(str::to_owned).collect()
        }
        Some(Value::String(text)) => vec![text.clone()],
        _ => Vec::new(),
    }
}

/// What a document says of itself.
fn describe(document: &Value, id: Option<&str>, technique: Option<&str>, path: &str) -> Analytic {
    let text = |key: &str| {
        let value = document.get(key).and_then(Value::as_str);
        value.unwrap_or_default().trim().to_owned()
    };
    let severity = severity(document).ok().flatten();
    let confidence = match text("confidence").as_str() {
        "high" => Confidence::High,
        "low" => Confidence::Low,
        _ => Confidence::Medium,
    };
    let own_id = || {
        let own = text("id");
        if own.is_empty() { text("title") } else { own }
    };
    Analytic {
        id: id.map_or_else(own_id, str::to_owned),
        title: text("title"),
        description: text("description"),
        severity: severity.unwrap_or(Severity::Medium),
        confidence,
        techniques: techniques(document, technique),
        strategies: list(document, "strategies"),
        false_positives: list(document, "falsepositives"),
        path: path.to_owned(),
        telemetry: Vec::new(),
    }
}

/// `over` with what `base` has beside it, maps within maps.
fn merged(base: &Value, over: &Value) -> Value {
    match (base, over) {
        (Value::Mapping(base), Value::Mapping(over)) => {
            let mut out = base.clone();
            for (key, value) in over {
                let value = match out.get(key) {
                    Some(old) => merged(old, value),
                    None => value.clone(),
                };
                out.insert(key.clone(), value);
            }
            Value::Mapping(out)
        }
        (_, over) => over.clone(),
    }
}

fn collect(path: &Path, out: &mut Vec<std::path::PathBuf>, depth: usize) -> std::io::Result<()> {
    if !path.is_dir() {
        out.push(path.to_owned());
        return Ok(());
    }
    for entry in fs::read_dir(path)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        let path = entry.path();
        let yaml = path.extension().is_some_and(|e| e == "yml" || e == "yaml");
        if kind.is_dir() && depth > 0 {
            collect(&path, out, depth - 1)?;
        } else if kind.is_file() && yaml {
            out.push(path);
        }
    }
    Ok(())
}
