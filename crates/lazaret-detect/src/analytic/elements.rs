//! Mutable elements: the values of an analytic that a user sets.

use std::collections::BTreeMap;

use yaml_serde::Value;

use crate::DetectError;

/// Values by name. ATT&CK calls them the analytic's mutable elements.
#[derive(Clone, Debug, Default)]
pub struct Elements {
    values: BTreeMap<String, Value>,
}

impl Elements {
    /// Sets one from text: YAML, so that `[a, b]` is a list and `5m` a text.
    ///
    /// # Errors
    /// When the text is no YAML.
    pub fn set(&mut self, name: &str, text: &str) -> Result<(), DetectError> {
        let value = yaml_serde::from_str(text).map_err(|error| DetectError::Element {
            name: name.to_owned(),
            reason: error.to_string(),
        })?;
        self.values.insert(name.to_owned(), value);
        Ok(())
    }

    /// The names set.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.values.keys().map(String::as_str)
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Value> {
        self.values.get(name)
    }

    pub(crate) fn insert(&mut self, name: &str, value: Value) {
        self.values.insert(name.to_owned(), value);
    }

    /// `%Name%` replaced by its value wherever it is a whole value; within a
    /// list, the elements of a list take its place. Durations (`5m`) stay
    /// texts for `timespan` and become seconds below `|lte` and the like.
    pub(crate) fn substitute(&self, value: &Value) -> Value {
        match value {
            Value::String(text) => match self.placeholder(text) {
                Some(value) => value.clone(),
                None => value.clone(),
            },
            Value::Sequence(list) => {
                let mut out = Vec::with_capacity(list.len());
                for item in list {
                    match self.substitute(item) {
                        Value::Sequence(inner) if item.is_string() => out.extend(inner),
                        other => out.push(other),
                    }
                }
                Value::Sequence(out)
            }
            Value::Mapping(map) => {
                let pairs = map.iter().map(|(key, value)| {
                    let mut value = self.substitute(value);
                    let compared = key.as_str().is_some_and(|k| {
                        k.split('|')
                            .any(|m| matches!(m, "lt" | "lte" | "gt" | "gte"))
                    });
                    if compared && let Some(seconds) = value.as_str().and_then(seconds) {
                        value = Value::from(seconds);
                    }
                    (key.clone(), value)
                });
                Value::Mapping(pairs.collect())
            }
            other => other.clone(),
        }
    }

    fn placeholder(&self, text: &str) -> Option<&Value> {
        let name = text.strip_prefix('%')?.strip_suffix('%')?;
        self.get(name)
    }
}

/// `90s`, `5m`, `2h`, `1d`, `1w` in seconds.
pub(crate) fn seconds(text: &str) -> Option<i64> {
    let text = text.trim();
    let unit = text.chars().last()?;
    let number: i64 = text
        .get(..text.len() - unit.len_utf8())?
        .trim()
        .parse()
        .ok()?;
    let factor = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3600,
        'd' => 86_400,
        'w' => 7 * 86_400,
        'M' => 30 * 86_400,
        'y' => 365 * 86_400,
        _ => return None,
    };
    number.checked_mul(factor).filter(|n| *n >= 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_take_the_place_of_names() {
        let mut elements = Elements::default();
        elements.set("List", "[a, b]").unwrap();
        elements.set("Window", "5m").unwrap();
        let yaml = "x: '%List%'\ny: [z, '%List%']\nage|lte: '%Window%'\ntimespan: '%Window%'\n";
        let value: Value = yaml_serde::from_str(yaml).unwrap();
        let expected: Value =
            yaml_serde::from_str("x: [a, b]\ny: [z, a, b]\nage|lte: 300\ntimespan: 5m\n").unwrap();
        assert_eq!(elements.substitute(&value), expected);
    }

    #[test]
    fn durations() {
        assert_eq!(seconds("90s"), Some(90));
        assert_eq!(seconds("2h"), Some(7200));
        assert_eq!(seconds("x"), None);
        assert_eq!(seconds("9999999999999999d"), None);
    }
}
