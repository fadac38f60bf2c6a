//! Variables.

use std::{cell::RefCell, rc::Rc, sync::Arc};

use rustc_hash::FxHashMap;

use super::{bury, value::Value};

/// A name interned for all units of one interpreter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Name(pub u32);

/// All names seen by one interpreter.
#[derive(Debug, Default)]
pub struct Names {
    texts: Vec<Rc<str>>,
    ids: FxHashMap<Rc<str>, Name>,
}

impl Names {
    /// The id of a text.
    pub fn intern(&mut self, text: &str) -> Name {
        if let Some(name) = self.ids.get(text) {
            return *name;
        }
        let text: Rc<str> = text.into();
        let name = Name(self.texts.len() as u32);
        self.texts.push(text.clone());
        self.ids.insert(text, name);
        name
    }

    /// The ids of a unit's symbols.
    pub fn intern_all(&mut self, symbols: &[Arc<str>]) -> Vec<Name> {
        symbols.iter().map(|text| self.intern(text)).collect()
    }

    /// The text of an id.
    pub fn text(&self, name: Name) -> Rc<str> {
        self.texts
            .get(name.0 as usize)
            .cloned()
            .unwrap_or_else(|| "".into())
    }
}

/// What a scope belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScopeKind {
    /// The top level of a unit.
    Top,
    /// A call.
    Function,
    /// A call of a function that shares its outer variables (Ruby blocks).
    Closure,
    /// A block.
    Block,
    /// A class body: not seen from its methods.
    Class,
}

/// Variables of a block or call.
#[derive(Debug)]
pub struct Scope {
    /// Values by name.
    pub vars: RefCell<FxHashMap<Name, Value>>,
    /// Names that `global` or `nonlocal` sends outwards.
    pub outer: RefCell<Vec<Name>>,
    /// The scope around it.
    pub parent: Option<Rc<Scope>>,
    /// What it belongs to.
    pub kind: ScopeKind,
}

impl Scope {
    /// An empty scope.
    pub fn new(kind: ScopeKind, parent: Option<Rc<Self>>) -> Rc<Self> {
        Rc::new(Self {
            vars: RefCell::default(),
            outer: RefCell::default(),
            parent,
            kind,
        })
    }

    /// The scope that holds `name`, from `self` outwards.
    pub fn holder(self: &Rc<Self>, name: Name) -> Option<Rc<Self>> {
        let mut scope = self;
        let mut first = true;
        loop {
            // A class body sees its own names; its methods do not.
            let visible = first || scope.kind != ScopeKind::Class;
            if visible && scope.vars.borrow().contains_key(&name) {
                return Some(scope.clone());
            }
            first = first && scope.kind == ScopeKind::Block;
            scope = scope.parent.as_ref()?;
        }
    }

    /// The value of `name`, from `self` outwards.
    pub fn get(self: &Rc<Self>, name: Name) -> Option<Value> {
        let mut scope = self;
        let mut first = true;
        loop {
            if (first || scope.kind != ScopeKind::Class)
                && let Some(value) = scope.vars.borrow().get(&name)
            {
                return Some(value.clone());
            }
            first = first && scope.kind == ScopeKind::Block;
            scope = scope.parent.as_ref()?;
        }
    }

    /// The scope of the call (or top level) that `self` is part of.
    pub fn function(self: &Rc<Self>) -> Rc<Self> {
        let mut scope = self;
        while scope.kind == ScopeKind::Block {
            match &scope.parent {
                Some(parent) => scope = parent,
                None => break,
            }
        }
        scope.clone()
    }

    /// The outermost scope.
    pub fn top(self: &Rc<Self>) -> Rc<Self> {
        let mut scope = self;
        while let Some(parent) = &scope.parent {
            if scope.kind == ScopeKind::Top {
                break;
            }
            scope = parent;
        }
        scope.clone()
    }
}

impl Drop for Scope {
    fn drop(&mut self) {
        let vars = std::mem::take(self.vars.get_mut());
        bury::bury(vars.into_values());
        // A chain of scopes must not drop by recursion either.
        let mut parent = self.parent.take();
        while let Some(scope) = parent {
            match Rc::try_unwrap(scope) {
                Ok(mut scope) => {
                    let vars = std::mem::take(scope.vars.get_mut());
                    bury::bury(vars.into_values());
                    parent = scope.parent.take();
                }
                Err(_) => break,
            }
        }
    }
}
