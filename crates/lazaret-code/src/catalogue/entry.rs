//! One entry of a catalogue.

use lazaret_model::{Action, Flow, ObjectKind};
use serde::Deserialize;

use super::path::{Selector, Template};
use crate::interp::Flows;

/// How a name is used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Access {
    /// It is called.
    #[default]
    Call,
    /// It is read as a value (`sys.platform`).
    Value,
    /// Its elements are read (`os.environ["X"]`, `process.env.X`).
    Map,
}

/// A file of a catalogue.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    #[serde(default)]
    pub api: Vec<Raw>,
}

/// An entry as written; see `content/apis/README.md`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Raw {
    names: Vec<Box<str>>,
    #[serde(default)]
    access: Access,
    action: Option<Action>,
    object: Option<ObjectKind>,
    target: Option<String>,
    #[serde(default)]
    payload: Vec<String>,
    #[serde(default)]
    tags: Vec<String>,
    #[serde(default)]
    returns: Vec<Flow>,
    #[serde(rename = "type")]
    type_name: Option<Box<str>>,
    runs: Option<String>,
    #[serde(default)]
    callbacks: Vec<String>,
    layer: Option<String>,
    writes: Option<String>,
    #[serde(default)]
    boring: bool,
    #[serde(default)]
    when: Vec<RawWhen>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawWhen {
    arg: String,
    is: Option<toml::Value>,
    bits: Option<i64>,
    contains: Option<String>,
    #[serde(rename = "any")]
    any_of: Option<String>,
    given: Option<bool>,
    tag: Option<String>,
    action: Option<Action>,
    object: Option<ObjectKind>,
    runs: Option<String>,
    #[serde(default)]
    returns: Vec<Flow>,
}

/// An entry of a catalogue.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Qualified names; `a.*` for all below.
    pub names: Vec<Box<str>>,
    /// How it is used.
    pub access: Access,
    /// What it does, and to what. Without: it only passes values on.
    pub act: Option<(Action, ObjectKind)>,
    /// Where its target is in the arguments.
    pub target: Option<Template>,
    /// Arguments whose data it carries away; empty for all.
    pub payload: Vec<Selector>,
    /// Tags of each behaviour.
    pub tags: Vec<String>,
    /// Origin of its result.
    pub returns: Flows,
    /// Qualified name of its result.
    pub type_name: Option<Box<str>>,
    /// The target is code in this language: a name of [`Entry::runs`], such
    /// as `python`, `shell`, `argv` for a list or text of a command.
    pub runs: Option<Box<str>>,
    /// Arguments that it calls.
    pub callbacks: Vec<Selector>,
    /// It decodes: name of the layer.
    pub layer: Option<&'static str>,
    /// The file that it fills with what it fetched.
    pub writes: Option<Template>,
    /// Alone no reason to parse a file.
    pub boring: bool,
    /// What further arguments change.
    pub when: Vec<When>,
}

/// A condition on an argument and what follows from it.
#[derive(Clone, Debug)]
pub struct When {
    /// Which argument.
    pub arg: Selector,
    /// What it must be.
    pub condition: Condition,
    /// Then this tag,
    pub tag: Option<String>,
    /// this action,
    pub action: Option<Action>,
    /// this object,
    pub object: Option<ObjectKind>,
    /// this code language,
    pub runs: Option<Box<str>>,
    /// these flows.
    pub returns: Flows,
}

/// A condition on an argument.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// Equal to a text (case ignored), number or truth value.
    Text(String),
    /// Equal to a number.
    Int(i64),
    /// Truth value.
    Bool(bool),
    /// All these bits are set.
    Bits(i64),
    /// The text contains this.
    Contains(String),
    /// The text contains any of these characters.
    AnyOf(String),
    /// It is given, or not.
    Given(bool),
}

/// Layer names live as long as the program: behaviours carry many of them,
/// and catalogues few.
fn intern(layer: &str) -> &'static str {
    const KNOWN: &[&str] = &[
        "aes",
        "base16",
        "base32",
        "base58",
        "base64",
        "base85",
        "brotli",
        "bzip2",
        "decompress",
        "decrypt",
        "deobfuscate",
        "fernet",
        "gzip",
        "hex",
        "lzma",
        "marshal",
        "pickle",
        "rc4",
        "reverse",
        "rot13",
        "rsa",
        "securestring",
        "url",
        "uu",
        "xor",
        "zlib",
        "zstd",
    ];
    KNOWN
        .iter()
        .find(|k| **k == layer)
        .copied()
        .unwrap_or("decode")
}

impl Raw {
    pub(super) fn compile(self) -> Result<Entry, String> {
        let name = self.names.first().cloned().unwrap_or_default();
        if self.names.is_empty() {
            return Err("an [[api]] has no names".to_owned());
        }
        let act = match (self.action, self.object) {
            (Some(action), Some(object)) => Some((action, object)),
            (None, None) => None,
            _ => return Err(format!("{name}: action and object go together")),
        };
        let selectors = |list: Vec<String>| -> Result<Vec<Selector>, String> {
            list.iter()
                .map(|text| Selector::parse(text).map_err(|e| format!("{name}: {e}")))
                .collect()
        };
        let template = |text: Option<String>| -> Result<Option<Template>, String> {
            text.map(|text| Template::parse(&text).map_err(|e| format!("{name}: {e}")))
                .transpose()
        };
        let when = self
            .when
            .into_iter()
            .map(|raw| raw.compile().map_err(|e| format!("{name}: {e}")))
            .collect::<Result<_, _>>()?;
        Ok(Entry {
            act,
            access: self.access,
            target: template(self.target)?,
            writes: template(self.writes)?,
            payload: selectors(self.payload)?,
            callbacks: selectors(self.callbacks)?,
            tags: self.tags,
            returns: self.returns.into_iter().collect(),
            type_name: self.type_name,
            runs: self.runs.map(Into::into),
            layer: self.layer.as_deref().map(intern),
            boring: self.boring,
            when,
            names: self.names,
        })
    }
}

impl RawWhen {
    fn compile(self) -> Result<When, String> {
        let mut conditions = Vec::new();
        match self.is {
            Some(toml::Value::String(text)) => conditions.push(Condition::Text(text)),
            Some(toml::Value::Integer(i)) => conditions.push(Condition::Int(i)),
            Some(toml::Value::Boolean(b)) => conditions.push(Condition::Bool(b)),
            Some(other) => return Err(format!("`is = {other}` is no text, number or truth value")),
            None => {}
        }
        conditions.extend(self.bits.map(Condition::Bits));
        conditions.extend(self.contains.map(Condition::Contains));
        conditions.extend(self.any_of.map(Condition::AnyOf));
        conditions.extend(self.given.map(Condition::Given));
        let condition = match conditions.pop() {
            Some(condition) if conditions.is_empty() => condition,
            _ => return Err("a `when` needs one of is, bits, contains, any, given".to_owned()),
        };
        Ok(When {
            arg: Selector::parse(&self.arg)?,
            condition,
            tag: self.tag,
            action: self.action,
            object: self.object,
            runs: self.runs.map(Into::into),
            returns: self.returns.into_iter().collect(),
        })
    }
}
