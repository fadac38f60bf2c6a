//! The value domain: what the interpreter knows of a value.
//!
//! Clones are cheap: everything large is behind an `Rc`. Lists, maps and
//! instances are shared and mutable, as in the languages.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;

use super::{
    bury,
    flows::{Facts, Flows, Layers},
    scope::Scope,
};
use crate::ir::FuncId;

/// A value, as far as it is known.
#[derive(Clone, Debug, Default)]
pub enum Value {
    /// JavaScript's `undefined`; a variable that was declared only.
    #[default]
    Undefined,
    /// `null`, `None`, `nil`.
    Null,
    /// A truth value.
    Bool(bool),
    /// An integer.
    Int(i64),
    /// Any other number.
    Float(f64),
    /// Text.
    Str(Str),
    /// Bytes that cannot be changed.
    Bytes(Bytes),
    /// A regular expression's source.
    Regex(Rc<str>),
    /// A list, tuple, set, array, byte array.
    List(Rc<List>),
    /// A map, object literal.
    Map(Rc<Map>),
    /// A function of the code.
    Function(Rc<Closure>),
    /// A class of the code.
    Class(Rc<ClassValue>),
    /// An instance of a class of the code.
    Instance(Rc<Instance>),
    /// A method taken from a value.
    Bound(Rc<Bound>),
    /// Anything else: an outside name, the result of an outside call, a text
    /// with holes, one of several values.
    Unknown(Rc<Unknown>),
}

/// Known text.
#[derive(Clone, Debug)]
pub struct Str {
    /// The text.
    pub text: Rc<str>,
    /// Its origin.
    pub facts: Facts,
}

/// Known bytes.
#[derive(Clone, Debug)]
pub struct Bytes {
    /// The bytes.
    pub data: Rc<[u8]>,
    /// Their origin.
    pub facts: Facts,
}

/// What kind of sequence a [`List`] is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ListKind {
    /// List, array.
    #[default]
    List,
    /// Tuple.
    Tuple,
    /// Set.
    Set,
    /// Byte array, typed array: elements are numbers.
    ByteArray,
}

/// A shared list.
#[derive(Debug, Default)]
pub struct List {
    /// Known elements.
    pub items: RefCell<Vec<Value>>,
    /// What further elements that are not known look like.
    pub rest: RefCell<Option<Value>>,
    /// Kind.
    pub kind: Cell<ListKind>,
    /// Origin of the whole (decoders undone).
    pub facts: RefCell<Facts>,
}

/// A map key that is known.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Key {
    /// Text; attribute names too.
    Str(Rc<str>),
    /// Integer or truth value.
    Int(i64),
    /// Bytes.
    Bytes(Rc<[u8]>),
    /// `None`.
    Null,
}

/// Entries of a map, in order.
pub type Entries = IndexMap<Key, Value, FxBuildHasher>;

/// A shared map.
#[derive(Debug, Default)]
pub struct Map {
    /// Known entries.
    pub entries: RefCell<Entries>,
    /// What entries under unknown keys look like.
    pub rest: RefCell<Option<Value>>,
}

/// A function with its scope.
#[derive(Debug)]
pub struct Closure {
    /// Which unit of the interpreter.
    pub unit: u32,
    /// Which function of the unit.
    pub function: FuncId,
    /// Captured scope.
    pub scope: Rc<Scope>,
    /// Properties set on the function (JavaScript's `f.prototype`).
    pub props: Map,
    /// The class whose method it is.
    pub class: RefCell<Option<std::rc::Weak<ClassValue>>>,
}

/// A class of the code.
#[derive(Debug)]
pub struct ClassValue {
    /// Its name.
    pub name: Rc<str>,
    /// Bases, known and outside.
    pub bases: Vec<Value>,
    /// Methods and class attributes.
    pub members: Map,
}

/// An instance.
#[derive(Debug)]
pub struct Instance {
    /// Its class.
    pub class: Rc<ClassValue>,
    /// Attributes.
    pub fields: Map,
    /// What an outside base class makes of it.
    pub outside: Option<Value>,
}

/// A method taken from a value: `f = "abc".upper`.
#[derive(Debug)]
pub struct Bound {
    /// The object.
    pub receiver: Value,
    /// The method's name.
    pub name: Rc<str>,
    /// The code's function, where it is one.
    pub function: Option<Value>,
}

/// A piece of a text with holes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// Known text.
    Text(Rc<str>),
    /// A hole with what it stands for (`host`, `env:AWS_KEY`).
    Hole(Rc<str>),
}

/// A value that is not fully known.
#[derive(Clone, Debug, Default)]
pub struct Unknown {
    /// Qualified name: of the outside name itself (`os.system`), or of where
    /// the value came from (`requests.get()`).
    pub api: Option<Rc<str>>,
    /// Its origin.
    pub flows: Flows,
    /// Decoders it went through.
    pub layers: Layers,
    /// It as text; empty where nothing is known.
    pub parts: Vec<Part>,
    /// Values that it may be.
    pub alternatives: Vec<Value>,
    /// The outside object, shared by all its aliases.
    pub handle: Option<Rc<Handle>>,
}

/// State of an outside object: where it points to and what was put into it.
#[derive(Debug, Default)]
pub struct Handle {
    /// Its target (path of a file, URL of a connection).
    pub target: RefCell<Option<Rc<str>>>,
    /// What was written into it.
    pub flows: Cell<Flows>,
    /// Attributes set on it.
    pub fields: RefCell<Vec<(Rc<str>, Value)>>,
}

impl Drop for List {
    fn drop(&mut self) {
        bury::bury(
            self.items
                .get_mut()
                .drain(..)
                .chain(self.rest.get_mut().take()),
        );
    }
}

impl Drop for Map {
    fn drop(&mut self) {
        let entries = std::mem::take(self.entries.get_mut());
        bury::bury(entries.into_values().chain(self.rest.get_mut().take()));
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        bury::bury(self.fields.get_mut().drain(..).map(|(_, value)| value));
    }
}

impl Drop for ClassValue {
    fn drop(&mut self) {
        bury::bury(self.bases.drain(..));
    }
}

impl Drop for Bound {
    fn drop(&mut self) {
        bury::bury([std::mem::take(&mut self.receiver)]);
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::str(text, Facts::default())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::str(text, Facts::default())
    }
}

impl Value {
    /// Known text of an origin.
    pub fn str(text: impl Into<Rc<str>>, facts: Facts) -> Self {
        Self::Str(Str {
            text: text.into(),
            facts,
        })
    }

    /// Known bytes of an origin.
    pub fn bytes(data: impl Into<Rc<[u8]>>, facts: Facts) -> Self {
        Self::Bytes(Bytes {
            data: data.into(),
            facts,
        })
    }

    /// A new list.
    pub fn list(items: Vec<Self>) -> Self {
        Self::List(Rc::new(List::of(items, ListKind::List)))
    }

    /// A new tuple.
    pub fn tuple(items: Vec<Self>) -> Self {
        Self::List(Rc::new(List::of(items, ListKind::Tuple)))
    }

    /// A new map.
    pub fn map(entries: impl IntoIterator<Item = (Key, Self)>) -> Self {
        let mut map = Map::default();
        *map.entries.get_mut() = entries.into_iter().collect();
        Self::Map(Rc::new(map))
    }

    /// Nothing known but the origin.
    pub fn unknown(facts: Facts) -> Self {
        Self::Unknown(Rc::new(Unknown {
            flows: facts.flows,
            layers: facts.layers,
            ..Unknown::default()
        }))
    }

    /// Nothing known at all.
    pub fn anything() -> Self {
        Self::unknown(Facts::default())
    }

    /// A hole with a label.
    pub fn hole(label: impl Into<Rc<str>>, flows: Flows) -> Self {
        Self::Unknown(Rc::new(Unknown {
            flows,
            parts: vec![Part::Hole(label.into())],
            ..Unknown::default()
        }))
    }

    /// An outside name (`os.system`), or a value made by one (`open()`).
    pub fn api(name: impl Into<Rc<str>>) -> Self {
        Self::Unknown(Rc::new(Unknown {
            api: Some(name.into()),
            ..Unknown::default()
        }))
    }

    /// The text, where it is known text.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::Str(s) => Some(&s.text),
            _ => None,
        }
    }

    /// The integer, where it is one (or a whole float, or a truth value).
    pub fn as_int(&self) -> Option<i64> {
        match self {
            Self::Int(i) => Some(*i),
            Self::Bool(b) => Some(i64::from(*b)),
            Self::Float(f) if f.fract() == 0.0 && f.abs() < 9e15 => Some(*f as i64),
            _ => None,
        }
    }

    /// The number, where it is one.
    pub fn as_float(&self) -> Option<f64> {
        match self {
            Self::Int(i) => Some(*i as f64),
            Self::Float(f) => Some(*f),
            Self::Bool(b) => Some(f64::from(u8::from(*b))),
            _ => None,
        }
    }

    /// Known bytes: of bytes, or of a list of small numbers.
    pub fn to_bytes(&self) -> Option<Rc<[u8]>> {
        match self {
            Self::Bytes(b) => Some(b.data.clone()),
            Self::List(list) if list.rest.borrow().is_none() => list
                .items
                .borrow()
                .iter()
                .map(|item| item.as_int().and_then(|i| u8::try_from(i).ok()))
                .collect(),
            _ => None,
        }
    }

    /// As a key of a map.
    pub fn to_key(&self) -> Option<Key> {
        match self {
            Self::Str(s) => Some(Key::Str(s.text.clone())),
            Self::Bytes(b) => Some(Key::Bytes(b.data.clone())),
            Self::Null => Some(Key::Null),
            other => other.as_int().map(Key::Int),
        }
    }

    /// Whether it is fully known, elements of lists and maps not looked at.
    pub fn is_known(&self) -> bool {
        !matches!(self, Self::Unknown(_))
    }

    /// The outside name, where it has one.
    pub fn api_name(&self) -> Option<&Rc<str>> {
        match self {
            Self::Unknown(unknown) => unknown.api.as_ref(),
            _ => None,
        }
    }

    /// Whether both are the same known value; `None` where that is open.
    pub fn same(&self, other: &Self) -> Option<bool> {
        Some(match (self, other) {
            (Self::Unknown(_), _) | (_, Self::Unknown(_)) => return None,
            (Self::Undefined, Self::Undefined) | (Self::Null, Self::Null) => true,
            (Self::Bool(a), Self::Bool(b)) => a == b,
            (Self::Int(a), Self::Int(b)) => a == b,
            (Self::Str(a), Self::Str(b)) => a.text == b.text,
            (Self::Bytes(a), Self::Bytes(b)) => a.data == b.data,
            (Self::Regex(a), Self::Regex(b)) => a == b,
            (Self::List(a), Self::List(b)) => Rc::ptr_eq(a, b),
            (Self::Map(a), Self::Map(b)) => Rc::ptr_eq(a, b),
            (Self::Function(a), Self::Function(b)) => Rc::ptr_eq(a, b),
            (Self::Class(a), Self::Class(b)) => Rc::ptr_eq(a, b),
            (Self::Instance(a), Self::Instance(b)) => Rc::ptr_eq(a, b),
            (Self::Float(_) | Self::Int(_), Self::Float(_) | Self::Int(_)) => {
                self.as_float() == other.as_float()
            }
            _ => false,
        })
    }

    /// Kind, as messages and `typeof`-like builtins need it.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Undefined => "undefined",
            Self::Null => "null",
            Self::Bool(_) => "bool",
            Self::Int(_) => "int",
            Self::Float(_) => "float",
            Self::Str(_) => "str",
            Self::Bytes(_) => "bytes",
            Self::Regex(_) => "regex",
            Self::List(_) => "list",
            Self::Map(_) => "map",
            Self::Function(_) | Self::Bound(_) => "function",
            Self::Class(_) => "class",
            Self::Instance(_) => "instance",
            Self::Unknown(_) => "unknown",
        }
    }
}

impl List {
    /// A list with these elements.
    pub fn of(items: Vec<Value>, kind: ListKind) -> Self {
        let mut list = Self::default();
        *list.items.get_mut() = items;
        list.kind.set(kind);
        list
    }

    /// The elements, where all are known to be there.
    pub fn whole(&self) -> Option<Vec<Value>> {
        self.rest
            .borrow()
            .is_none()
            .then(|| self.items.borrow().clone())
    }
}

impl Map {
    /// The value under a text key.
    pub fn get(&self, name: &str) -> Option<Value> {
        // `Key` has no borrowed form; the text is short.
        self.get_key(&Key::Str(name.into()))
    }

    /// The value under a key.
    pub fn get_key(&self, key: &Key) -> Option<Value> {
        self.entries.borrow().get(key).cloned()
    }

    /// Sets a text key.
    pub fn set(&self, name: &str, value: Value) {
        self.set_key(Key::Str(name.into()), value);
    }

    /// Sets a key.
    pub fn set_key(&self, key: Key, value: Value) {
        let old = self.entries.borrow_mut().insert(key, value);
        drop(old);
    }
}

impl ClassValue {
    /// A member by name, bases searched.
    pub fn member(&self, name: &str) -> Option<Value> {
        self.member_within(name, 16)
    }

    fn member_within(&self, name: &str, depth: u8) -> Option<Value> {
        self.members.get(name).or_else(|| {
            self.bases.iter().find_map(|base| match base {
                Value::Class(base) if depth > 0 => base.member_within(name, depth - 1),
                _ => None,
            })
        })
    }

    /// The outside base class, bases searched.
    pub fn outside_base(&self) -> Option<Rc<str>> {
        fn search(class: &ClassValue, depth: u8) -> Option<Rc<str>> {
            class.bases.iter().find_map(|base| match base {
                Value::Class(base) if depth > 0 => search(base, depth - 1),
                Value::Unknown(unknown) => unknown.api.clone(),
                _ => None,
            })
        }
        search(self, 16)
    }
}

impl Instance {
    /// An attribute set on the instance.
    pub fn field(&self, name: &str) -> Option<Value> {
        self.fields.get(name)
    }
}
