//! Packages in records set as JSON: `{"name": "foo", "versions": ["1.0"]}`.

use lazaret_model::{Ecosystem, Package};
use serde_json::Value;

use super::{Certainty, Finder, Named, name::is_name};
use crate::article::BlockKind;

/// Bytes of the longest record that is read.
const LONGEST: usize = 4 << 20;

impl Finder<'_> {
    /// Packages of a block that is JSON, or of each line that is.
    pub(super) fn records(&self, index: usize, found: &mut Vec<Named>) {
        let Some(block) = self.structure.block(index) else {
            return;
        };
        let text = &self.structure.article.text[block.range.clone()];
        let trimmed = text.trim_start();
        if block.kind != BlockKind::Code || text.len() > LONGEST || !trimmed.starts_with(['{', '['])
        {
            return;
        }
        let mut cursor = 0;
        for value in serde_json::Deserializer::from_str(text).into_iter::<Value>() {
            let Ok(value) = value else { return };
            self.walk(&value, None, text, block.range.start, &mut cursor, found);
        }
    }

    fn walk(
        &self,
        value: &Value,
        above: Option<Ecosystem>,
        text: &str,
        base: usize,
        cursor: &mut usize,
        found: &mut Vec<Named>,
    ) {
        match value {
            Value::Array(items) => {
                for item in items {
                    self.walk(item, above, text, base, cursor, found);
                }
            }
            Value::Object(fields) => {
                let field = |names: &[&str]| names.iter().find_map(|name| fields.get(*name));
                let ecosystem = field(&["ecosystem", "registry", "platform", "type"])
                    .and_then(Value::as_str)
                    .and_then(|name| {
                        Ecosystem::from_purl_type(name).or_else(|| Ecosystem::from_osv_name(name))
                    })
                    .or(above);
                let name = field(&["package", "package_name", "packageName", "product", "name"])
                    .and_then(Value::as_str);
                let versions = field(&[
                    "versions",
                    "version",
                    "affected_versions",
                    "malicious_versions",
                ]);
                if let (Some(name), Some(versions)) = (name, versions)
                    && let Some(ecosystem) = ecosystem.or_else(|| self.ecosystem_at(base))
                    && is_name(ecosystem, name)
                    // What the record itself is called.
                    && (fields.contains_key("ecosystem")
                        || versions.is_array()
                        || versions.as_str().is_some_and(|all| all.starts_with('['))
                        || above.is_some())
                {
                    // Names stand in the order in which they are walked.
                    let at = text[*cursor..]
                        .find(&format!("\"{name}\""))
                        .map_or(0, |at| *cursor + at + 1);
                    *cursor = at.max(*cursor);
                    let listed: Vec<&str> = match versions {
                        // "[1.0.1, 1.0.2]" is a list as well.
                        Value::String(version) => version
                            .trim_matches(['[', ']'])
                            .split(',')
                            .map(str::trim)
                            .collect(),
                        Value::Array(all) => all.iter().filter_map(Value::as_str).collect(),
                        _ => Vec::new(),
                    };
                    let exact: Vec<Option<&str>> = listed
                        .iter()
                        .map(|v| v.trim_start_matches(['=', ' ', 'v']))
                        .filter(|v| v.starts_with(|c: char| c.is_ascii_digit()))
                        .map(Some)
                        .collect();
                    let all = if exact.is_empty() { vec![None] } else { exact };
                    for version in all {
                        found.push(Named {
                            package: Package::new(ecosystem, name, version),
                            versions: None,
                            range: base + at..base + at + name.len(),
                            certainty: Certainty::Listed,
                        });
                    }
                    return;
                }
                for (key, item) in fields {
                    // {"npm": [{…}]}
                    let above = Ecosystem::from_purl_type(key).or(ecosystem);
                    self.walk(item, above, text, base, cursor, found);
                }
            }
            _ => {}
        }
    }
}
