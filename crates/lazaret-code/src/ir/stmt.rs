//! Statements, and what they declare: classes, functions, imports.

use super::{ExprId, FuncId, Pattern, Span, Sym};

/// A statement.
#[derive(Clone, Debug, PartialEq)]
pub enum Stmt {
    /// An expression for its effects.
    Expr(ExprId),
    /// Binds a value. Declares the name in the current function (Python,
    /// Ruby, shell) or block (JavaScript `let`, `const`).
    Let {
        /// To what.
        target: Pattern,
        /// The value; `None` declares only.
        value: Option<ExprId>,
    },
    /// Names that belong to an outer scope (`global`, `nonlocal`).
    Outer(Vec<Sym>),
    /// Binds a function to its name. Front ends place it where the language
    /// makes it visible: JavaScript hoists it to the start of its block.
    Function(FuncId),
    /// Binds a class.
    Class(Class),
    /// Binds (part of) a module.
    Import {
        /// The specifier as written (`os.path`, `./x`, `node:fs`, `.sibling`).
        module: Sym,
        /// What is bound.
        bindings: Vec<ImportBinding>,
    },
    /// Makes a value visible to importers (`export`, `module.exports` stays
    /// an assignment).
    Export {
        /// Under which name; `None` for all of a module.
        name: Option<Sym>,
        /// The value.
        value: ExprId,
    },
    /// `if`.
    If {
        /// Condition.
        test: ExprId,
        /// Then.
        then: Vec<Stmt>,
        /// Else.
        otherwise: Vec<Stmt>,
    },
    /// `switch`, `case`, `match`.
    Switch {
        /// What is looked at.
        subject: ExprId,
        /// Cases in order.
        cases: Vec<Case>,
        /// Whether a case runs on into the next without `break`.
        fall_through: bool,
    },
    /// Loops on a condition; `for (;;)` puts its parts here too.
    While {
        /// Runs once before.
        init: Vec<Stmt>,
        /// Condition; `None` for ever.
        test: Option<ExprId>,
        /// After each round.
        update: Option<ExprId>,
        /// Body.
        body: Vec<Stmt>,
        /// Whether the body runs before the first test.
        test_last: bool,
    },
    /// Walks the elements (or, for JavaScript's `for in`, the keys).
    ForEach {
        /// What each is bound to.
        target: Pattern,
        /// What is walked.
        iterable: ExprId,
        /// Whether keys are walked.
        keys: bool,
        /// Body.
        body: Vec<Stmt>,
    },
    /// `try`, `begin`/`rescue`.
    Try {
        /// Body.
        body: Vec<Stmt>,
        /// Handlers with what the error is bound to.
        handlers: Vec<(Option<Sym>, Vec<Stmt>)>,
        /// `else`.
        otherwise: Vec<Stmt>,
        /// `finally`, `ensure`.
        finally: Vec<Stmt>,
    },
    /// `with x as y`, `using`: binds and runs.
    With {
        /// What is entered and what it is bound to.
        items: Vec<(ExprId, Option<Pattern>)>,
        /// Body.
        body: Vec<Stmt>,
    },
    /// A block of its own scope.
    Block(Vec<Stmt>),
    /// `return`.
    Return(Option<ExprId>),
    /// `throw`, `raise`.
    Throw(Option<ExprId>),
    /// `break`, to a label where one is given.
    Break(Option<Sym>),
    /// `continue`, `next`.
    Continue(Option<Sym>),
    /// A statement with a label.
    Label(Sym, Box<Stmt>),
}

/// A case of a switch.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// Values it matches; empty for the default.
    pub tests: Vec<ExprId>,
    /// Body.
    pub body: Vec<Stmt>,
}

/// One binding of an import.
#[derive(Clone, Debug, PartialEq)]
pub struct ImportBinding {
    /// The name in the module: `None` for the module itself, `*` for all.
    pub imported: Option<Sym>,
    /// The name here.
    pub local: Sym,
}

/// A class.
#[derive(Clone, Debug, PartialEq)]
pub struct Class {
    /// Its name.
    pub name: Option<Sym>,
    /// Base classes.
    pub bases: Vec<ExprId>,
    /// Methods by name (constructor: `constructor`, `__init__`, `initialize`).
    pub methods: Vec<(Sym, FuncId)>,
    /// Statements of the body that run when the class is made, static and
    /// class attributes as `Let`.
    pub body: Vec<Stmt>,
}

/// A function.
#[derive(Clone, Debug, PartialEq)]
pub struct Function {
    /// Its name, where it has one.
    pub name: Option<Sym>,
    /// Parameters in order.
    pub params: Vec<Param>,
    /// Body. An expression body is one `Return`.
    pub body: Vec<Stmt>,
    /// Decorators, attributes, annotations.
    pub decorators: Vec<ExprId>,
    /// Arrow functions and blocks keep the outer `this`.
    pub lexical_this: bool,
    /// Where it stands.
    pub span: Span,
}

/// A parameter.
#[derive(Clone, Debug, PartialEq)]
pub struct Param {
    /// What the argument is bound to.
    pub pattern: Pattern,
    /// Value where none is given.
    pub default: Option<ExprId>,
    /// Takes the remaining positional arguments.
    pub rest: bool,
    /// Takes the remaining named arguments (`**kwargs`).
    pub rest_named: bool,
}
