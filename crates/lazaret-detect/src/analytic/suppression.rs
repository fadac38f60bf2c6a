//! Classes of false positives (`content/detect/suppressions/*.yml`): what a
//! match is by its context, although it looks like an attack.

use lazaret_rule::{Options, Predicate};
use yaml_serde::Value;

use super::Elements;
use crate::DetectError;

/// A class of false positives.
#[derive(Debug)]
pub struct Suppression {
    /// Name of its file.
    pub id: String,
    /// Why such a match does not count.
    pub reason: String,
    /// Analytics that it holds for, by id, with `*`.
    pub analytics: Vec<String>,
    /// The context.
    pub predicate: Predicate,
}

impl Suppression {
    pub(crate) fn compile(
        id: &str,
        document: &Value,
        elements: &Elements,
        path: &str,
        options: &Options,
    ) -> Result<Self, DetectError> {
        let fail = |reason: &str| DetectError::content(path, &reason);
        if let Some(name) = elements.missing(document) {
            return Err(fail(&Elements::unknown(name)));
        }
        let document = elements.substitute(document).map_err(|e| fail(&e))?;
        let reason = document
            .get("reason")
            .and_then(Value::as_str)
            .ok_or_else(|| fail("`reason` is missing"))?;
        let detection = document
            .get("detection")
            .ok_or_else(|| fail("`detection` is missing"))?;
        let predicate = Predicate::compile(detection, options)
            .map_err(|error| DetectError::content(path, &error))?;
        let analytics = match document.get("analytics") {
            Some(Value::Sequence(list)) => {
                let names = list.iter().filter_map(Value::as_str);
                names.map(str::to_owned).collect()
            }
            _ => return Err(fail("`analytics` lists the analytics that it holds for")),
        };
        Ok(Self {
            id: id.to_owned(),
            reason: reason.to_owned(),
            analytics,
            predicate,
        })
    }

    /// Whether it holds for an analytic.
    pub fn covers(&self, analytic: &str) -> bool {
        self.analytics
            .iter()
            .any(|pattern| match pattern.split_once('*') {
                None => pattern == analytic,
                Some((start, end)) => {
                    analytic.len() >= start.len() + end.len()
                        && analytic.starts_with(start)
                        && analytic.ends_with(end)
                }
            })
    }
}
