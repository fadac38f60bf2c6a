//! The syntax tree of SPL.

use std::ops::Range;

/// Bytes of the hunt's text, after its macros were written out.
pub type Span = Range<usize>;

/// Commands one after the other.
#[derive(Clone, Debug, PartialEq)]
pub struct Pipeline {
    /// The commands.
    pub commands: Vec<Command>,
}

/// One command.
#[derive(Clone, Debug, PartialEq)]
pub struct Command {
    /// Its name as written, in lower case.
    pub name: String,
    /// Where it stands.
    pub span: Span,
    /// What it says.
    pub kind: Kind,
}

/// Name and value of an option: `limit=5`.
#[derive(Clone, Debug, PartialEq)]
pub struct Setting {
    /// The name in lower case.
    pub name: String,
    /// The value without quotes.
    pub value: String,
}

/// The options of a command.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Settings(pub Vec<Setting>);

impl Settings {
    /// The value of an option.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|setting| setting.name == name)
            .map(|setting| setting.value.as_str())
    }

    /// A truth value.
    pub fn truth(&self, name: &str) -> Option<bool> {
        self.get(name).map(|value| {
            matches!(
                value.to_ascii_lowercase().as_str(),
                "t" | "true" | "1" | "yes"
            )
        })
    }

    /// A whole number.
    pub fn count(&self, name: &str) -> Option<usize> {
        self.get(name).and_then(|value| value.parse().ok())
    }
}

/// A name and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Name {
    /// The name.
    pub text: String,
    /// Where it stands.
    pub span: Span,
}

/// The commands.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// `search …`, or the search a pipeline begins with.
    Search(Search),
    /// `where …`
    Where(Expr),
    /// `eval a=…, b=…`
    Eval(Vec<(Name, Expr)>),
    /// `stats`, `eventstats`, `streamstats`, `chart`, `timechart`.
    Stats(Stats),
    /// `tstats …`
    Tstats(Tstats),
    /// `rename a AS b, …`
    Rename(Vec<(Name, Name)>),
    /// `fields`, `table`: whether the names are taken away, and the names.
    Fields(bool, Vec<Name>),
    /// `dedup`: how many to keep, of what, ordered how.
    Dedup(usize, Vec<Name>, Settings, Vec<SortKey>),
    /// `sort`: limit and keys.
    Sort(usize, Vec<SortKey>),
    /// `head n`, `head <condition>`: how many, while what holds, with options.
    Head(usize, Option<(Expr, Settings)>),
    /// `tail n`
    Tail(usize),
    /// `top`, `rare`: whether rare, limit, fields, by, options.
    Top(bool, usize, Vec<Name>, Vec<Name>, Settings),
    /// `rex field=… "…"`
    Rex(Name, String, Settings),
    /// `regex field="…"`: the field, whether it must not match, the pattern.
    Regex(Name, bool, String),
    /// `join`
    Join(Settings, Vec<Name>, Box<Pipeline>),
    /// `append`, `appendcols`, `appendpipe`, by the command's name.
    Append(Settings, Box<Pipeline>),
    /// `union`, `multisearch`.
    Union(Vec<Pipeline>),
    /// `lookup`: the table, matched fields, given fields, only new ones.
    Lookup(Name, Vec<(Name, Name)>, Vec<(Name, Name)>, bool),
    /// `inputlookup`: the table, options and condition.
    InputLookup(Name, Settings, Option<Search>),
    /// A command whose only arguments are options and fields.
    Plain(Settings, Vec<Name>),
    /// `makemv`, `nomv`, `mvcombine`, `mvexpand` and their like: one field.
    One(Settings, Name),
    /// `spath`: options and, as words, input, path.
    Spath(Settings, Option<Name>),
    /// `bin`, `bucket`: the field, its new name, options.
    Bin(Name, Option<Name>, Settings),
    /// `foreach`: patterns and the text of the template.
    Foreach(Vec<Name>, String),
    /// `map search="…"`: the text and the options.
    Map(String, Settings),
    /// `convert`: options, and function, field, new name.
    Convert(Settings, Vec<(String, Name, Option<Name>)>),
    /// `replace "a" WITH "b" … IN fields`
    Replace(Vec<(String, String)>, Vec<Name>),
    /// `return`: count, and alias, field, whether only the value.
    Return(usize, Vec<(Name, Option<Name>, bool)>),
    /// `from datamodel:X.Y`, `datamodel X Y search`: the model, the dataset,
    /// whether names keep the dataset's prefix.
    From(Name, Option<Name>, bool),
    /// `accum`, `delta`: the field, the new name, options.
    Running(Name, Option<Name>, Settings),
    /// A command of the language that this engine has not.
    Unsupported,
}

/// `stats` and its family.
#[derive(Clone, Debug, PartialEq)]
pub struct Stats {
    /// The aggregates.
    pub aggregates: Vec<Aggregate>,
    /// The fields rows are grouped by; a span for a bin.
    pub by: Vec<(Name, Option<String>)>,
    /// The field whose values become columns (`chart … over a by b`).
    pub across: Option<Name>,
    /// Options.
    pub settings: Settings,
}

/// One aggregate.
#[derive(Clone, Debug, PartialEq)]
pub struct Aggregate {
    /// Its function, in lower case.
    pub function: String,
    /// What it is over.
    pub argument: Option<Expr>,
    /// The name of its result.
    pub alias: Option<Name>,
    /// Its text, which is its name without an alias.
    pub text: String,
    /// Where it stands.
    pub span: Span,
}

/// `tstats`
#[derive(Clone, Debug, PartialEq)]
pub struct Tstats {
    /// Aggregates, groups and options.
    pub stats: Stats,
    /// The data model and, in it, the dataset.
    pub model: Option<(Name, Option<String>)>,
    /// The condition.
    pub condition: Option<Search>,
}

/// A key of `sort`.
#[derive(Clone, Debug, PartialEq)]
pub struct SortKey {
    /// The field.
    pub field: Name,
    /// From the greatest down.
    pub descending: bool,
    /// `num`, `str`, `ip` or `auto`.
    pub by: String,
}

/// A search expression.
#[derive(Clone, Debug, PartialEq)]
pub enum Search {
    /// Everything.
    All,
    /// All of them.
    And(Vec<Search>),
    /// Any of them.
    Or(Vec<Search>),
    /// Not it.
    Not(Box<Search>),
    /// A word or phrase of the event.
    Term(String, Span),
    /// A comparison.
    Compare(Name, Comparison, String, Span),
    /// `field IN (…)`
    In(Name, Vec<String>, Span),
    /// A subsearch.
    Sub(Box<Pipeline>, Span),
    /// `earliest=…`, `latest=…`: whether latest, and the time.
    Time(bool, String, Span),
    /// A macro that nobody defined, which stands for a source of events.
    Source(String, Span),
}

/// How a field is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// `=`
    Equal,
    /// `!=`
    Unequal,
    /// `<`
    Less,
    /// `<=`
    LessEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterEqual,
}

/// An `eval` expression.
#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Where it stands.
    pub span: Span,
}

/// What an expression is.
#[derive(Clone, Debug, PartialEq)]
pub enum ExprKind {
    /// A whole number.
    Whole(i64),
    /// A number, and how many digits are written after its point.
    Number(f64, usize),
    /// Text.
    Text(String),
    /// A field; whether it stood in single quotes.
    Field(String, bool),
    /// A function's call.
    Call(String, Vec<Expr>),
    /// `-x`
    Minus(Box<Expr>),
    /// `NOT x`
    Not(Box<Expr>),
    /// Two operands; the operator in lower case.
    Binary(&'static str, Box<Expr>, Box<Expr>),
    /// `x IN (…)`
    In(Box<Expr>, Vec<Expr>),
    /// A search condition within `eval` (`searchmatch`).
    Matches(Box<Search>),
}
