//! One Sigma document that looks at single events.

use lazaret_rule::{Options, Predicate};
use yaml_serde::Value;

use super::{LogSourceSpec, Particular};
use crate::DetectError;

/// A rule over single events.
#[derive(Debug)]
pub struct Rule {
    /// Number of its analytic.
    pub analytic: usize,
    /// What it says of its own findings.
    pub particular: Particular,
    /// `name` and `id`, by which correlations call it.
    pub names: Vec<String>,
    /// Which events it looks at.
    pub source: LogSourceSpec,
    /// What it looks for.
    pub predicate: Predicate,
    /// Whether it makes a finding by itself; not where it is only part of a
    /// correlation.
    pub reports: bool,
}

impl Rule {
    pub(crate) fn compile(
        document: &Value,
        analytic: usize,
        path: &str,
        options: &Options,
    ) -> Result<Self, DetectError> {
        let text = |key: &str| document.get(key).and_then(Value::as_str);
        let source = match document.get("logsource") {
            Some(value) => yaml_serde::from_value(value.clone())
                .map_err(|error| DetectError::content(path, &format!("logsource: {error}")))?,
            None => LogSourceSpec::default(),
        };
        if source == LogSourceSpec::default() {
            return Err(DetectError::content(
                path,
                &"logsource: names no category, product or service",
            ));
        }
        let detection = document
            .get("detection")
            .ok_or_else(|| DetectError::content(path, &"detection: is missing"))?;
        let predicate = Predicate::compile(detection, options)
            .map_err(|error| DetectError::content(path, &error))?;
        Ok(Self {
            analytic,
            particular: Particular::default(),
            names: ["name", "id", "title"]
                .into_iter()
                .filter_map(text)
                .map(str::to_owned)
                .collect(),
            source,
            predicate,
            reports: true,
        })
    }
}
