//! The abstract interpreter: runs the intermediate form as far as values are
//! known, takes both ways where a condition is not, and writes down every
//! call that touches the world.

mod access;
mod act;
mod api;
mod assign;
mod branch;
mod bury;
mod call;
mod class;
mod closure;
mod comprehension;
mod expr;
mod flows;
mod held;
mod layer;
mod loops;
mod module;
mod origin;
mod place;
mod scope;
mod select;
mod stmt;
mod text;
mod value;
mod walk;

use std::{rc::Rc, sync::Arc};

use indexmap::IndexMap;
use lazaret_model::{Behaviour, Phase};
use rustc_hash::{FxBuildHasher, FxHashMap};

pub use call::Call;
pub use flows::{Facts, Flows, Layers};
pub use scope::{Name, Names, Scope, ScopeKind};
pub use value::{
    Bound, Bytes, ClassValue, Closure, Entries, Handle, Instance, Key, List, ListKind, Map, Part,
    Str, Unknown, Value,
};

use crate::{
    analysis::{Analysis, Import, Limits, Modules, Note, Source},
    builtins::{self, Builtins},
    catalogue::Catalogue,
    ir::{FuncId, Language, Span, Unit},
};

/// A unit made ready to run.
pub(crate) struct Loaded {
    pub unit: Arc<Unit>,
    pub names: Vec<Name>,
    pub path: Rc<str>,
    pub index: u32,
    pub builtins: &'static dyn Builtins,
    /// For decoded code: where in the file it was given to be run.
    pub outer: Option<Site>,
    /// Decoders undone to see this code.
    pub layers: Layers,
    /// Modules all of whose names are taken (`from x import *`).
    pub stars: std::cell::RefCell<Vec<Rc<str>>>,
    /// Whether functions of it are looked at even if nothing calls them.
    pub own: bool,
}

/// A place in a unit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Site {
    pub unit: u32,
    pub span: Span,
}

/// Where code runs: its unit and its variables.
#[derive(Clone)]
pub(crate) struct Frame {
    pub unit: Rc<Loaded>,
    pub scope: Rc<Scope>,
}

/// Why evaluation stopped.
#[derive(Clone, Debug)]
pub(crate) enum Stop {
    /// An exception.
    Throw(Value),
    /// Out of steps.
    Exhausted,
}

/// How a statement ended.
#[derive(Clone, Debug)]
pub(crate) enum Done {
    Next,
    Return(Value),
    Break(Option<Name>),
    Continue(Option<Name>),
}

/// How a statement ended, or why it stopped.
pub(crate) type Ended = Result<Done, Stop>;

/// A variable before it was changed under an open condition.
struct Change {
    scope: Rc<Scope>,
    name: Name,
    old: Option<Value>,
}

/// A call that is going on.
#[derive(Default)]
struct Running {
    function: Option<(u32, FuncId)>,
    /// Values that it may have returned under an open condition.
    returns: Vec<Value>,
    /// Whether a loop may have been left under an open condition.
    left_loop: bool,
}

/// How many more steps a text is worth whose names an obfuscator made: each
/// string of its array is decrypted anew in each round of the rotation.
const RENAMED: u32 = 50;

/// Whether an obfuscator made the names (`_0x3f2a1c`).
fn renamed(unit: &Unit) -> bool {
    let made = |name: &&Arc<str>| {
        name.strip_prefix("_0x")
            .is_some_and(|rest| rest.len() >= 4 && rest.bytes().all(|b| b.is_ascii_hexdigit()))
    };
    unit.symbols.iter().filter(made).take(16).count() == 16
}

/// The interpreter of one source text.
pub struct Interp<'a> {
    catalogue: &'a Catalogue,
    modules: &'a dyn Modules,
    limits: Limits,
    source: Source<'a>,
    line_starts: Option<Vec<u32>>,
    fuel: u32,
    /// Steps that the running part may not go below.
    reserve: u32,
    nesting: u32,
    layer: u8,
    phase: Phase,
    names: Names,
    this: Name,
    units: Vec<Rc<Loaded>>,
    running: Vec<Running>,
    journal: Vec<Change>,
    open_branches: u32,
    pending: Option<Value>,
    /// Counts what could not be known; to see whether a body had any.
    doubts: u64,
    /// Counts calls to the outside.
    outside_calls: u64,
    site: Site,
    scope: Option<Rc<Scope>>,
    behaviours: IndexMap<act::BehaviourKey, Behaviour, FxBuildHasher>,
    imports: Vec<Import>,
    notes: Vec<Note>,
    closures: IndexMap<(u32, FuncId), Rc<Closure>, FxBuildHasher>,
    classes: Vec<Rc<ClassValue>>,
    instances: FxHashMap<usize, Value>,
    called: FxHashMap<(u32, FuncId), u32>,
    /// Texts run as code, by hash and length, with how often.
    evaluated: FxHashMap<(u64, usize), (Rc<Loaded>, u32)>,
    loaded_modules: FxHashMap<String, Value>,
    written: Vec<(Rc<str>, Flows)>,
    members: FxHashMap<(usize, Name), (Rc<str>, Rc<str>)>,
    /// Values that a language's builtins keep between calls.
    pub memory: FxHashMap<&'static str, Value>,
    quiet: u32,
    /// Member look-ups within member look-ups.
    member_depth: u16,
}

impl<'a> Interp<'a> {
    /// An interpreter for one source text.
    pub(crate) fn new(
        source: &Source<'a>,
        modules: &'a dyn Modules,
        catalogue: &'a Catalogue,
        limits: &Limits,
    ) -> Self {
        let mut names = Names::default();
        let this = names.intern("this");
        Self {
            catalogue,
            modules,
            limits: *limits,
            source: *source,
            line_starts: None,
            fuel: limits.steps,
            reserve: limits.steps / 3,
            nesting: 0,
            layer: 0,
            phase: source.phase,
            names,
            this,
            units: Vec::new(),
            running: vec![Running::default()],
            journal: Vec::new(),
            open_branches: 0,
            pending: None,
            doubts: 0,
            outside_calls: 0,
            site: Site::default(),
            scope: None,
            behaviours: IndexMap::default(),
            imports: Vec::new(),
            notes: Vec::new(),
            closures: IndexMap::default(),
            classes: Vec::new(),
            instances: FxHashMap::default(),
            called: FxHashMap::default(),
            evaluated: FxHashMap::default(),
            loaded_modules: FxHashMap::default(),
            written: Vec::new(),
            members: FxHashMap::default(),
            memory: FxHashMap::default(),
            quiet: 0,
            member_depth: 0,
        }
    }

    /// Makes a unit ready to run.
    pub(crate) fn load(
        &mut self,
        unit: Arc<Unit>,
        path: &str,
        outer: Option<Site>,
        layers: Layers,
    ) -> Rc<Loaded> {
        let names = self.names.intern_all(&unit.symbols);
        let loaded = Rc::new(Loaded {
            names,
            path: path.into(),
            index: self.units.len() as u32,
            builtins: builtins::of(unit.language),
            outer,
            layers,
            stars: Default::default(),
            own: self.quiet == 0,
            unit,
        });
        self.units.push(loaded.clone());
        loaded
    }

    /// Runs the unit, then whatever nothing called.
    pub(crate) fn run(mut self, unit: Arc<Unit>) -> Analysis {
        let path = self.source.path;
        for error in &unit.errors {
            self.notes.push(Note {
                kind: "syntax-error",
                detail: error.message.clone(),
                location: Default::default(),
            });
            let location = self.location_in_source(error.span);
            if let Some(note) = self.notes.last_mut() {
                note.location = location;
            }
        }
        if renamed(&unit) {
            self.limits.steps = self.limits.steps.saturating_mul(RENAMED);
            self.fuel = self.limits.steps;
            self.reserve = self.fuel / 3;
        }
        let loaded = self.load(unit, path, None, Layers::default());
        let scope = self.top_scope(&loaded);
        let frame = Frame {
            unit: loaded.clone(),
            scope: scope.clone(),
        };
        if let Err(Stop::Exhausted) = self.exec_all(&frame, &loaded.unit.body) {
            self.note_exhausted();
        }
        self.pending = None;
        self.reserve = 0;
        self.run_uncalled();
        self.finish()
    }

    fn note_exhausted(&mut self) {
        if self.notes.iter().all(|note| note.kind != "step-limit") {
            let location = self.location(self.site);
            self.notes.push(Note {
                kind: "step-limit",
                detail: format!("stopped after {} steps", self.limits.steps - self.fuel),
                location,
            });
        }
    }

    /// Runs functions that nothing called, with unknown arguments, each with
    /// its share of the remaining steps.
    fn run_uncalled(&mut self) {
        self.phase = Phase::Run;
        let mut at = 0;
        while at < self.closures.len() {
            let left = (self.closures.len() - at) as u32;
            let Some((key, closure)) = self.closures.get_index(at) else {
                break;
            };
            let (key, closure) = (*key, closure.clone());
            at += 1;
            let own = self.units.get(key.0 as usize).is_some_and(|unit| unit.own);
            if self.called.contains_key(&key) || !own {
                continue;
            }
            if self.fuel == 0 {
                self.note_exhausted();
                break;
            }
            self.reserve = self.fuel - (self.fuel / left.clamp(1, 8)).max(2_000).min(self.fuel);
            self.phase = match self.is_install_step(&closure) {
                true => Phase::Install,
                false => Phase::Run,
            };
            self.run_with_unknown_arguments(&closure);
            self.pending = None;
        }
        self.phase = Phase::Run;
    }

    /// Whether it is a step of a class of setuptools' commands that installing
    /// runs. Scripts that forget to hand the class over mean to.
    fn is_install_step(&self, closure: &Closure) -> bool {
        let class = closure.class.borrow();
        let Some(base) = class
            .as_ref()
            .and_then(std::rc::Weak::upgrade)
            .and_then(|class| class.outside_base())
        else {
            return false;
        };
        let command = base
            .strip_prefix("setuptools.command.")
            .or_else(|| base.strip_prefix("distutils.command."));
        let step = self
            .units
            .get(closure.unit as usize)
            .and_then(|unit| Some((unit, unit.unit.function(closure.function)?.name?)))
            .map(|(unit, name)| unit.unit.name(name));
        self.source.phase == Phase::Install
            && command.is_some_and(|command| {
                ["install.", "develop.", "egg_info."]
                    .iter()
                    .any(|start| command.starts_with(start))
            })
            && matches!(
                step,
                Some("run" | "initialize_options" | "finalize_options")
            )
    }

    fn finish(mut self) -> Analysis {
        // Closures and their scopes hold each other: let go by hand.
        for (_, closure) in self.closures.drain(..) {
            let mut scope = Some(closure.scope.clone());
            while let Some(current) = scope {
                let vars = std::mem::take(&mut *current.vars.borrow_mut());
                bury::bury(vars.into_values());
                scope = current.parent.clone();
            }
        }
        for class in self.classes.drain(..) {
            let members = std::mem::take(&mut *class.members.entries.borrow_mut());
            bury::bury(members.into_values());
        }
        for (_, value) in self.instances.drain() {
            if let Value::Instance(instance) = &value {
                let fields = std::mem::take(&mut *instance.fields.entries.borrow_mut());
                bury::bury(fields.into_values());
            }
        }
        Analysis {
            behaviours: self.behaviours.into_values().collect(),
            imports: self.imports,
            traits: Vec::new(),
            notes: self.notes,
        }
    }

    /// Takes a step.
    fn step(&mut self) -> Result<(), Stop> {
        self.spend(1)
    }

    /// Takes steps for work on a large value: one per 4 KiB.
    pub fn charge(&mut self, bytes: usize) {
        let steps = (bytes >> 12) as u32;
        self.fuel = self.fuel.saturating_sub(steps);
    }

    fn spend(&mut self, steps: u32) -> Result<(), Stop> {
        if self.fuel <= self.reserve {
            return Err(Stop::Exhausted);
        }
        self.fuel = self.fuel.saturating_sub(steps);
        Ok(())
    }

    /// Steps left for the running part.
    pub fn fuel_left(&self) -> u32 {
        self.fuel.saturating_sub(self.reserve)
    }

    /// Bounds of the analysis.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// The catalogues.
    pub fn catalogue(&self) -> &'a Catalogue {
        self.catalogue
    }

    /// The language of the running code.
    pub fn language(&self) -> Language {
        self.units
            .get(self.site.unit as usize)
            .map_or(self.source.language, |loaded| loaded.unit.language)
    }

    /// The phase of the running code.
    pub fn phase(&self) -> Phase {
        self.phase
    }

    /// Runs `work` as happening in `phase`.
    pub fn in_phase<T>(&mut self, phase: Phase, work: impl FnOnce(&mut Self) -> T) -> T {
        let before = std::mem::replace(&mut self.phase, phase);
        let result = work(self);
        self.phase = before;
        result
    }

    /// Throws an exception once the builtin that calls this has returned.
    pub fn throw(&mut self, error: Value) {
        self.pending = Some(error);
    }

    /// The variables of the running code.
    pub fn scope(&self) -> Option<Rc<Scope>> {
        self.scope.clone()
    }

    /// Interns a name.
    pub fn name(&mut self, text: &str) -> Name {
        self.names.intern(text)
    }

    /// The text of a name.
    pub fn name_text(&self, name: Name) -> Rc<str> {
        self.names.text(name)
    }

    /// The builtins of the running code's language.
    pub fn builtins(&self) -> &'static dyn Builtins {
        self.units
            .get(self.site.unit as usize)
            .map_or_else(|| builtins::of(self.source.language), |u| u.builtins)
    }
}

impl Frame {
    fn name(&self, sym: crate::ir::Sym) -> Name {
        self.unit
            .names
            .get(sym.0 as usize)
            .copied()
            .unwrap_or(Name(0))
    }
}
