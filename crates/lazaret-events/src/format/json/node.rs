//! A JSON value that borrows from its line.

use std::{borrow::Cow, fmt};

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

use crate::event::{Scalar, Text};

/// A JSON value. Members keep their order; of those named twice the first
/// counts.
#[derive(Clone, Debug, PartialEq)]
pub enum Json<'a> {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Any other number.
    Real(f64),
    /// Text.
    Text(Cow<'a, str>),
    /// An array.
    List(Vec<Json<'a>>),
    /// An object.
    Object(Vec<(Cow<'a, str>, Json<'a>)>),
}

impl<'a> Json<'a> {
    /// The value that `bytes` are.
    ///
    /// # Errors
    /// When they are no JSON, not UTF-8, or nested deeper than 128.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, serde_json::Error> {
        // Looked through once, instead of text by text.
        match std::str::from_utf8(bytes) {
            Ok(text) => serde_json::from_str(text),
            Err(_) => serde_json::from_slice(bytes),
        }
    }

    /// A member of an object.
    pub fn get(&self, name: &str) -> Option<&Json<'a>> {
        match self {
            Self::Object(members) => {
                let mut members = members.iter();
                members.find(|(key, _)| key == name).map(|(_, value)| value)
            }
            _ => None,
        }
    }

    /// A member of a member: `a.b.c`. A member whose name has the dots in it
    /// is found as well.
    pub fn at(&self, path: &str) -> Option<&Json<'a>> {
        if let Some(value) = self.get(path) {
            return Some(value);
        }
        let mut from = 0;
        while let Some(dot) = path.get(from..)?.find('.').map(|at| at + from) {
            let (head, tail) = (path.get(..dot)?, path.get(dot + 1..)?);
            if let Some(value) = self.get(head).and_then(|value| value.at(tail)) {
                return Some(value);
            }
            from = dot + 1;
        }
        None
    }

    /// Text; empty for anything else.
    pub fn str(&self) -> &str {
        match self {
            Self::Text(text) => text,
            _ => "",
        }
    }

    /// The text at a path; empty where there is none.
    pub fn str_at(&self, path: &str) -> &str {
        self.at(path).map_or("", Json::str)
    }

    /// The text at a path, numbers and truth values as text.
    pub fn text_at(&self, path: &str) -> Text {
        self.at(path).map_or_else(Text::default, Json::text)
    }

    /// As text, whatever it is; arrays of plain values are joined with `,`.
    pub fn text(&self) -> Text {
        match self {
            Self::Null => Text::default(),
            Self::Text(text) => Text::new(text),
            Self::Bool(truth) => Text::new(if *truth { "true" } else { "false" }),
            Self::Int(number) => Text::from(number.to_string()),
            Self::Real(number) => Text::from(number.to_string()),
            Self::List(items) if items.iter().all(Json::plain) => {
                let parts: Vec<Text> = items.iter().map(Json::text).collect();
                Text::from(parts.join(","))
            }
            Self::List(_) | Self::Object(_) => Text::from(self.to_string()),
        }
    }

    /// A whole number, also one in quotes and one with `0x` before it.
    pub fn int(&self) -> Option<i64> {
        match self {
            Self::Int(number) => Some(*number),
            Self::Real(number) if number.fract() == 0.0 => Some(*number as i64),
            Self::Text(text) => {
                let text = text.trim();
                match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
                    Some(hex) => i64::from_str_radix(hex, 16).ok(),
                    None => text.parse().ok(),
                }
            }
            _ => None,
        }
    }

    /// The whole number at a path.
    pub fn int_at(&self, path: &str) -> Option<i64> {
        self.at(path)?.int()
    }

    /// The elements of an array; none for anything else.
    pub fn list(&self) -> &[Json<'a>] {
        match self {
            Self::List(items) => items,
            _ => &[],
        }
    }

    /// The members of an object; none for anything else.
    pub fn members(&self) -> &[(Cow<'a, str>, Json<'a>)] {
        match self {
            Self::Object(members) => members,
            _ => &[],
        }
    }

    /// A time, in any of the ways [`crate::format::time`] knows.
    pub fn time(&self) -> Option<crate::event::Time> {
        match self {
            Self::Text(text) => crate::format::time::parse(text),
            Self::Int(number) => crate::format::time::epoch(*number as f64),
            Self::Real(number) => crate::format::time::epoch(*number),
            _ => None,
        }
    }

    /// As a value that an event keeps; `None` for `null`.
    pub fn scalar(&self) -> Option<Scalar> {
        Some(match self {
            Self::Null => return None,
            Self::Bool(truth) => Scalar::Bool(*truth),
            Self::Int(number) => Scalar::Long(*number),
            Self::Real(number) => Scalar::Real(*number),
            Self::Text(text) => Scalar::Text(Text::new(text)),
            Self::List(_) | Self::Object(_) => Scalar::Json(Text::from(self.to_string())),
        })
    }

    fn plain(&self) -> bool {
        !matches!(self, Self::List(_) | Self::Object(_))
    }
}

/// As JSON.
impl fmt::Display for Json<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Bool(truth) => write!(f, "{truth}"),
            Self::Int(number) => write!(f, "{number}"),
            Self::Real(number) if number.is_finite() => {
                let number = serde_json::Number::from_f64(*number).ok_or(fmt::Error)?;
                write!(f, "{number}")
            }
            Self::Real(_) => f.write_str("null"),
            Self::Text(text) => quoted(text, f),
            Self::List(items) => {
                f.write_str("[")?;
                for (index, item) in items.iter().enumerate() {
                    f.write_str(if index > 0 { "," } else { "" })?;
                    item.fmt(f)?;
                }
                f.write_str("]")
            }
            Self::Object(members) => {
                f.write_str("{")?;
                for (index, (key, value)) in members.iter().enumerate() {
                    f.write_str(if index > 0 { "," } else { "" })?;
                    quoted(key, f)?;
                    f.write_str(":")?;
                    value.fmt(f)?;
                }
                f.write_str("}")
            }
        }
    }
}

fn quoted(text: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.write_str(&serde_json::to_string(text).map_err(|_| fmt::Error)?)
}

/// Object keys, borrowed where they have no escapes.
struct Key<'a>(Cow<'a, str>);

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct KeyVisitor;
        impl<'de> Visitor<'de> for KeyVisitor {
            type Value = Key<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a member's name")
            }
            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Borrowed(text)))
            }
            fn visit_str<E>(self, text: &str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Owned(text.to_owned())))
            }
        }
        deserializer.deserialize_str(KeyVisitor)
    }
}

impl<'de> Deserialize<'de> for Json<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct JsonVisitor;
        impl<'de> Visitor<'de> for JsonVisitor {
            type Value = Json<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("JSON")
            }
            fn visit_unit<E>(self) -> Result<Json<'de>, E> {
                Ok(Json::Null)
            }
            fn visit_bool<E>(self, truth: bool) -> Result<Json<'de>, E> {
                Ok(Json::Bool(truth))
            }
            fn visit_i64<E>(self, number: i64) -> Result<Json<'de>, E> {
                Ok(Json::Int(number))
            }
            fn visit_u64<E>(self, number: u64) -> Result<Json<'de>, E> {
                Ok(match i64::try_from(number) {
                    Ok(number) => Json::Int(number),
                    Err(_) => Json::Text(Cow::Owned(number.to_string())),
                })
            }
            fn visit_f64<E>(self, number: f64) -> Result<Json<'de>, E> {
                Ok(Json::Real(number))
            }
            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Json<'de>, E> {
                Ok(Json::Text(Cow::Borrowed(text)))
            }
            fn visit_str<E>(self, text: &str) -> Result<Json<'de>, E> {
                Ok(Json::Text(Cow::Owned(text.to_owned())))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Json<'de>, A::Error> {
                let mut items = Vec::new();
                while let Some(item) = seq.next_element()? {
                    items.push(item);
                }
                Ok(Json::List(items))
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Json<'de>, A::Error> {
                let mut members = Vec::with_capacity(16);
                while let Some((Key(key), value)) = map.next_entry()? {
                    members.push((key, value));
                }
                Ok(Json::Object(members))
            }
        }
        deserializer.deserialize_any(JsonVisitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_members_with_dots_in_their_names() {
        let text = br#"{"a":{"b.c":{"d":1}},"proc.name":"npm"}"#;
        let json = Json::parse(text).unwrap();
        assert_eq!(json.int_at("a.b.c.d"), Some(1));
        assert_eq!(json.str_at("proc.name"), "npm");
        assert!(json.at("a.x").is_none());
    }

    #[test]
    fn writes_what_it_read() {
        let text = r#"{"a":[1,2.5,null,true,"x\n\"y\""],"b":{}}"#;
        assert_eq!(Json::parse(text.as_bytes()).unwrap().to_string(), text);
    }
}
