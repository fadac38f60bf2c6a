//! The intermediate form: a small expression and statement tree that all
//! languages are lowered to.
//!
//! It keeps what matters to behaviour (calls, names, constants, order,
//! branches, functions) and drops the rest (types, visibility, most of
//! scoping). Expressions live in one arena per [`Unit`], so that a 10 MB
//! bundle costs a few flat vectors.

mod build;
mod print;
mod stmt;

use std::sync::Arc;

pub use build::Builder;
pub use stmt::{Case, Class, Function, ImportBinding, Param, Stmt};

/// A language with a front end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Language {
    /// JavaScript, TypeScript, JSX, TSX.
    JavaScript,
    /// Python.
    Python,
    /// Ruby.
    Ruby,
    /// POSIX shell and bash.
    Shell,
    /// PowerShell.
    PowerShell,
    /// Windows batch files.
    Batch,
    /// C#.
    CSharp,
    /// Rust.
    Rust,
}

/// Index of an interned name in [`Unit::symbols`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Sym(pub u32);

/// Index of an expression in [`Unit::exprs`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ExprId(pub u32);

/// Index of a function in [`Unit::functions`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FuncId(pub u32);

/// Byte range in the source text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

/// One source text in the intermediate form.
#[derive(Clone, Debug)]
pub struct Unit {
    /// Its language; decides the meaning of operators, methods and catalogues.
    pub language: Language,
    /// Interned names.
    pub symbols: Vec<Arc<str>>,
    /// All expressions.
    pub exprs: Vec<Expr>,
    /// Where each expression stands; same length as `exprs`.
    pub spans: Vec<Span>,
    /// All functions, classes' methods included.
    pub functions: Vec<Function>,
    /// The top level.
    pub body: Vec<Stmt>,
    /// Parts that the parser could not read. The rest is still analysed.
    pub errors: Vec<SyntaxError>,
}

/// A part that the parser could not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// What the parser said.
    pub message: String,
    /// Where.
    pub span: Span,
}

/// A literal.
#[derive(Clone, Debug, PartialEq)]
pub enum Const {
    /// `null`, `None`, `nil`, `undefined`.
    Null,
    /// A truth value.
    Bool(bool),
    /// An integer that fits; others become `Float`.
    Int(i64),
    /// Any other number.
    Float(f64),
    /// Text.
    Str(Arc<str>),
    /// Bytes.
    Bytes(Arc<[u8]>),
    /// A regular expression's source text (without flags).
    Regex(Arc<str>),
}

/// Operators; what they mean for text and numbers is the language's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "the names are the operators'")]
pub enum BinaryOp {
    Add,
    Sub,
    Mul,
    Div,
    FloorDiv,
    Mod,
    Pow,
    BitAnd,
    BitOr,
    BitXor,
    Shl,
    Shr,
    /// JavaScript's `>>>`.
    UShr,
    Eq,
    Ne,
    /// `===`, `is`.
    Same,
    NotSame,
    Lt,
    Le,
    Gt,
    Ge,
    /// `in`; `instanceof` is lowered to an unknown value.
    In,
    NotIn,
}

/// Unary operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "the names are the operators'")]
pub enum UnaryOp {
    Not,
    Neg,
    /// Unary `+`: JavaScript's conversion to a number.
    Plus,
    BitNot,
    TypeOf,
    /// `void x`.
    Void,
    /// `delete x.y`, `del x`.
    Delete,
}

/// Short-circuit operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "the names are the operators'")]
pub enum LogicalOp {
    And,
    Or,
    /// `??`, shell's `:-`.
    Coalesce,
}

/// An argument or a list element.
#[derive(Clone, Debug, PartialEq)]
pub struct Arg {
    /// Keyword, where it is given by name.
    pub name: Option<Sym>,
    /// The value.
    pub value: ExprId,
    /// `...x`, `*x`, `**x`.
    pub spread: bool,
}

/// An expression. Children are ids in the same unit.
#[derive(Clone, Debug, PartialEq)]
pub enum Expr {
    /// A literal.
    Const(Const),
    /// A variable, or a name of the language's own (`require`, `eval`).
    Name(Sym),
    /// `this`, `self` where the language has it as a keyword.
    This,
    /// A module by its specifier as written: `require("x")` with a literal,
    /// `import`, `__import__("x")`. Dotted or with path as the language has it.
    Module(Sym),
    /// `object.name`.
    Member {
        /// The object.
        object: ExprId,
        /// The name.
        name: Sym,
    },
    /// `object[index]`.
    Index {
        /// The object.
        object: ExprId,
        /// The index.
        index: ExprId,
    },
    /// `object[start:stop:step]`.
    Slice {
        /// The object.
        object: ExprId,
        /// First, inclusive.
        start: Option<ExprId>,
        /// Last, exclusive.
        stop: Option<ExprId>,
        /// Step.
        step: Option<ExprId>,
    },
    /// A call; `new X(...)` too.
    Call {
        /// What is called.
        callee: ExprId,
        /// With what.
        args: Vec<Arg>,
        /// Whether it was written with `new`.
        construct: bool,
    },
    /// A unary operator.
    Unary {
        /// Operator.
        op: UnaryOp,
        /// Operand.
        operand: ExprId,
    },
    /// A binary operator.
    Binary {
        /// Operator.
        op: BinaryOp,
        /// Left.
        left: ExprId,
        /// Right.
        right: ExprId,
    },
    /// A short-circuit operator.
    Logical {
        /// Operator.
        op: LogicalOp,
        /// Left.
        left: ExprId,
        /// Right.
        right: ExprId,
    },
    /// `test ? then : otherwise`.
    Conditional {
        /// Test.
        test: ExprId,
        /// If true.
        then: ExprId,
        /// If false.
        otherwise: ExprId,
    },
    /// Parts joined as text: template literals, f-strings, shell words.
    Template(Vec<ExprId>),
    /// List, tuple, set, array.
    List(Vec<Arg>),
    /// Map, object literal, keyword hash. `None` as key spreads the value.
    Map(Vec<(Option<ExprId>, ExprId)>),
    /// A function value.
    Function(FuncId),
    /// An assignment in an expression; its value is the assigned value.
    Assign {
        /// To what.
        target: Box<Pattern>,
        /// `+=` and the like.
        op: Option<BinaryOp>,
        /// The value.
        value: ExprId,
    },
    /// `x++` and the like: assigns `x op 1`, gives the old value.
    PostUpdate {
        /// A `Name`, `Member` or `Index`.
        target: Box<Pattern>,
        /// `Add` or `Sub`.
        op: BinaryOp,
    },
    /// Evaluated in order; the last is the value.
    Sequence(Vec<ExprId>),
    /// List, set, map or generator comprehension.
    Comprehension {
        /// Element; for maps a two-element `List`.
        element: ExprId,
        /// `for pattern in iterable if conditions`, outermost first.
        clauses: Vec<Clause>,
        /// Whether it makes a map.
        map: bool,
    },
    /// `await x`, `yield x`: the value of `x`.
    Await(ExprId),
    /// A command of a shell: words (the first is the program), here-document
    /// or here-string as input, redirections, variable prefixes left out.
    Command {
        /// Program and arguments.
        words: Vec<ExprId>,
        /// Text given on standard input.
        input: Option<ExprId>,
        /// Redirections to and from files.
        redirects: Vec<Redirect>,
    },
    /// `a | b | c` in a shell.
    Pipe(Vec<ExprId>),
    /// `$(...)`, backticks, process substitution: its output as text.
    CommandOutput(ExprId),
    /// A regular expression test, an `instanceof`, a type: nothing known.
    Unknown(Vec<ExprId>),
}

/// A clause of a comprehension.
#[derive(Clone, Debug, PartialEq)]
pub struct Clause {
    /// What each element is bound to.
    pub target: Pattern,
    /// What is walked.
    pub iterable: ExprId,
    /// Filters.
    pub conditions: Vec<ExprId>,
}

/// A redirection of a shell command.
#[derive(Clone, Debug, PartialEq)]
pub struct Redirect {
    /// `<`, `>`, `>>`, `>&` … as written, without the descriptor.
    pub operator: Sym,
    /// The descriptor before the operator; -1 for `&>`.
    pub descriptor: i32,
    /// File name or descriptor.
    pub target: ExprId,
}

/// What a value is bound to.
#[derive(Clone, Debug, PartialEq)]
pub enum Pattern {
    /// A variable.
    Name(Sym),
    /// `object.name`.
    Member(ExprId, Sym),
    /// `object[index]`.
    Index(ExprId, ExprId),
    /// By position; `None` for a hole. A spread element takes the rest.
    List(Vec<Option<PatternItem>>),
    /// By key.
    Map(Vec<MapItem>),
    /// Nothing that can be followed.
    Ignore,
}

/// An element of a list pattern.
#[derive(Clone, Debug, PartialEq)]
pub struct PatternItem {
    /// What it binds.
    pub pattern: Pattern,
    /// `...rest`, `*rest`.
    pub rest: bool,
    /// Value where there is none.
    pub default: Option<ExprId>,
}

/// An element of a map pattern.
#[derive(Clone, Debug, PartialEq)]
pub struct MapItem {
    /// The key; `None` takes the rest.
    pub key: Option<Sym>,
    /// What it binds.
    pub pattern: Pattern,
    /// Value where there is none.
    pub default: Option<ExprId>,
}

impl Unit {
    /// The expression behind an id; ids of other units may give `None`.
    pub fn expr(&self, id: ExprId) -> Option<&Expr> {
        self.exprs.get(id.0 as usize)
    }

    /// Its place in the source.
    pub fn span(&self, id: ExprId) -> Span {
        self.spans.get(id.0 as usize).copied().unwrap_or_default()
    }

    /// The text of a name; empty for a foreign id.
    pub fn name(&self, sym: Sym) -> &str {
        self.symbols.get(sym.0 as usize).map_or("", |s| s)
    }

    /// The function behind an id.
    pub fn function(&self, id: FuncId) -> Option<&Function> {
        self.functions.get(id.0 as usize)
    }
}
