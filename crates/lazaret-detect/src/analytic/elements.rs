//! Mutable elements: the values of an analytic that a user sets.

use std::collections::BTreeMap;

use yaml_serde::Value;

use crate::DetectError;

/// Texts that one text with names in it may stand for.
const TEXTS: usize = 4096;

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

    /// `%Name%` replaced by its value: as a whole value by whatever it is,
    /// within a longer text by a text or, where it is a list, by each of its
    /// texts in turn. Within a list, the elements of a list take its place.
    /// Durations (`5m`) stay texts for `timespan` and become seconds below
    /// `|lte` and the like.
    ///
    /// # Errors
    /// What cannot stand within a text, or would stand for too many.
    pub(crate) fn substitute(&self, value: &Value) -> Result<Value, String> {
        Ok(match value {
            Value::String(text) => match self.placeholder(text) {
                Some(value) => value.clone(),
                None => self.within(text)?,
            },
            Value::Sequence(list) => {
                let mut out = Vec::with_capacity(list.len());
                for item in list {
                    match self.substitute(item)? {
                        Value::Sequence(inner) if item.is_string() => out.extend(inner),
                        other => out.push(other),
                    }
                }
                Value::Sequence(out)
            }
            Value::Mapping(map) => {
                let pairs = map.iter().map(|(key, value)| {
                    let mut value = self.substitute(value)?;
                    let compared = key.as_str().is_some_and(|k| {
                        k.split('|')
                            .any(|m| matches!(m, "lt" | "lte" | "gt" | "gte"))
                    });
                    if compared && let Some(seconds) = value.as_str().and_then(seconds) {
                        value = Value::from(seconds);
                    }
                    Ok((key.clone(), value))
                });
                Value::Mapping(pairs.collect::<Result<_, String>>()?)
            }
            other => other.clone(),
        })
    }

    /// A text with the names in it replaced: a list where one of them is.
    fn within(&self, text: &str) -> Result<Value, String> {
        let mut out = vec![text.to_owned()];
        if text.matches('%').count() < 2 {
            return Ok(Value::from(text));
        }
        let mut many = false;
        for (name, value) in &self.values {
            let mark = format!("%{name}%");
            if !text.contains(&mark) {
                continue;
            }
            let values = match value {
                Value::Sequence(list) => {
                    many = true;
                    list.iter().map(plain).collect()
                }
                value => plain(value).map(|text| vec![text]),
            };
            let values: Vec<String> = values.ok_or_else(|| {
                format!("`{mark}` in `{text}` stands for texts or numbers, and is none")
            })?;
            out = out
                .iter()
                .flat_map(|text| values.iter().map(|value| text.replace(&mark, value)))
                .take(TEXTS + 1)
                .collect();
        }
        if out.len() > TEXTS {
            return Err(format!("`{text}` stands for more than {TEXTS} texts"));
        }
        Ok(match out.pop() {
            Some(text) if !many => Value::from(text),
            last => Value::Sequence(out.into_iter().chain(last).map(Value::from).collect()),
        })
    }

    /// A name in a document that nothing was given for: `%PathList%`, in the
    /// letter case that elements have.
    pub(crate) fn missing<'a>(&self, value: &'a Value) -> Option<&'a str> {
        match value {
            Value::String(text) => {
                let mut parts = text.split('%').skip(1);
                // The last part has no `%` behind it.
                let ends = text.ends_with('%');
                let count = parts.clone().count();
                let named = parts.by_ref().take(count - usize::from(!ends && count > 0));
                named.into_iter().find(|name| {
                    let word = name.bytes().all(|byte| byte.is_ascii_alphanumeric());
                    let upper = name.starts_with(|c: char| c.is_ascii_uppercase());
                    let lower = name.bytes().any(|byte| byte.is_ascii_lowercase());
                    word && upper && lower && self.get(name).is_none()
                })
            }
            Value::Sequence(list) => list.iter().find_map(|item| self.missing(item)),
            Value::Mapping(map) => map.iter().find_map(|(_, value)| self.missing(value)),
            _ => None,
        }
    }

    /// What to do about a [missing](Self::missing) one.
    pub(crate) fn unknown(name: &str) -> String {
        format!(
            "`%{name}%` is no element of this file: name it under `elements:`, or write it in \
             lower case where a variable of Windows is meant"
        )
    }

    fn placeholder(&self, text: &str) -> Option<&Value> {
        let name = text.strip_prefix('%')?.strip_suffix('%')?;
        self.get(name)
    }
}

/// Text or a number as text.
fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
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
        assert_eq!(elements.substitute(&value), Ok(expected));
    }

    #[test]
    fn values_stand_within_longer_texts() {
        let mut elements = Elements::default();
        elements.set("List", "[a, b]").unwrap();
        elements.set("Name", "n").unwrap();
        elements.set("Map", "{a: b}").unwrap();
        let yaml = "one: 'x%Name%y%temp%'\nmany: '**/%List%/%Name%'\nlist: [z, '%Name%-%List%']\n";
        let value: Value = yaml_serde::from_str(yaml).unwrap();
        let expected: Value = yaml_serde::from_str(
            "one: 'xny%temp%'\nmany: ['**/a/n', '**/b/n']\nlist: [z, n-a, n-b]\n",
        )
        .unwrap();
        assert_eq!(elements.substitute(&value), Ok(expected));
        let refused = elements.substitute(&Value::from("x%Map%")).unwrap_err();
        assert!(refused.contains("%Map%"), "{refused}");
        elements.insert("Many", Value::Sequence(vec![Value::from("x"); 100]));
        assert!(elements.substitute(&Value::from("%Many%%List%")).is_ok());
        let lists = "%Many%%Other%%Name%";
        elements.insert("Other", Value::Sequence(vec![Value::from("x"); 100]));
        assert!(elements.substitute(&Value::from(lists)).is_err());
    }

    #[test]
    fn names_that_stand_for_nothing_are_found() {
        let mut elements = Elements::default();
        elements.set("Known", "x").unwrap();
        for (text, expected) in [
            ("%Known%", None),
            ("%Unknown%", Some("Unknown")),
            ("a%PathList%b", Some("PathList")),
            ("%temp%|%APPDATA%", None),
            ("100%Sure", None),
            ("%Known%Then%", Some("Then")),
        ] {
            let value = Value::Sequence(vec![Value::from(text)]);
            assert_eq!(
                elements.missing(&value).map(str::to_owned),
                expected.map(str::to_owned),
                "{text}"
            );
        }
    }

    #[test]
    fn durations() {
        assert_eq!(seconds("90s"), Some(90));
        assert_eq!(seconds("2h"), Some(7200));
        assert_eq!(seconds("x"), None);
        assert_eq!(seconds("9999999999999999d"), None);
    }
}
