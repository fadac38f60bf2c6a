//! The syntax tree.

use std::ops::Range;

use crate::value::ScalarType;

/// Bytes of the text.
pub type Span = Range<usize>;

/// What [`ExprKind::Text`] holds for `Column:"term"` of `search` and `find`.
pub const TERM: &str = ":";

/// A name and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Name {
    /// The name, unquoted.
    pub text: String,
    /// Where it stands.
    pub span: Span,
}

/// A whole hunt.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Query {
    /// Its statements in order; the last expression is what it gives.
    pub statements: Vec<Statement>,
}

/// One statement.
#[derive(Clone, Debug, PartialEq)]
pub enum Statement {
    /// `let name = …;`
    Let {
        /// What is named.
        name: Name,
        /// Its value.
        value: Expr,
    },
    /// `declare query_parameters(…);`
    Declare(Vec<Parameter>),
    /// `set …;`, `alias database …`, `restrict access …`: of no effect here.
    Setting(Span),
    /// A query.
    Query(Expr),
}

/// A parameter of a function.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    /// Its name.
    pub name: Name,
    /// Its type; `None` for a table.
    pub scalar: Option<ScalarType>,
    /// Its value when none is given.
    pub default: Option<Expr>,
}

/// An expression, tabular or scalar.
#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Where it stands.
    pub span: Span,
}

/// The forms of expressions.
#[derive(Clone, Debug, PartialEq)]
pub enum ExprKind {
    /// A column, a `let` name or a table.
    Name(String),
    /// A name with `*` in it, or `*` itself.
    Wildcard(String),
    /// A constant.
    Literal(Literal),
    /// A call.
    Call {
        /// The function.
        name: Name,
        /// Its arguments, some by name.
        args: Vec<Argument>,
    },
    /// `base.name`
    Member(Box<Expr>, Name),
    /// `base[index]`
    Index(Box<Expr>, Box<Expr>),
    /// `-x`, `+x`
    Negative(Box<Expr>),
    /// `a <op> b` of numbers and comparisons.
    Binary(Box<Expr>, &'static str, Box<Expr>),
    /// All of (flattened, so that long lists are not deep).
    And(Vec<Expr>),
    /// Any of (flattened).
    Or(Vec<Expr>),
    /// `a <string operator> b`, such as `!has_cs`.
    Text(Box<Expr>, String, Box<Expr>),
    /// `a in (…)`, `has_any (…)`, `has_all (…)` and their kin.
    List(Box<Expr>, String, Vec<Expr>),
    /// `a [!]between (low .. high)`
    Between(Box<Expr>, bool, Box<Expr>, Box<Expr>),
    /// `source | operator | …`
    Pipe(Box<Expr>, Vec<Operator>),
    /// An operator that starts a query: `union …`, `print …`, `range …`.
    Start(Box<Operator>),
    /// `datatable(name: type, …) [values]`
    Datatable(Vec<(Name, ScalarType)>, Vec<Expr>),
    /// `externaldata(name: type, …) [url, …] with (…)`
    External(Vec<(Name, ScalarType)>, Vec<Expr>),
    /// `(parameters) { statements }`, perhaps a view.
    Function(Vec<Parameter>, Query),
}

/// An argument, perhaps named.
#[derive(Clone, Debug, PartialEq)]
pub struct Argument {
    /// `name = value`
    pub name: Option<Name>,
    /// The value.
    pub value: Expr,
}

/// A constant.
#[derive(Clone, Debug, PartialEq)]
pub enum Literal {
    /// A typed null.
    Null(ScalarType),
    /// `true`, `false`
    Bool(bool),
    /// A whole number.
    Long(i64),
    /// A number.
    Real(f64),
    /// A string.
    Text(String),
    /// Microseconds since 1970.
    Datetime(i64),
    /// Microseconds.
    Timespan(i64),
    /// JSON.
    Dynamic(serde_json::Value),
}

/// `names = expression` of extend, project, summarize and others.
#[derive(Clone, Debug, PartialEq)]
pub struct Named {
    /// None, one, or (for calls that give several) more.
    pub names: Vec<Name>,
    /// The expression.
    pub value: Expr,
}

/// A sort key.
#[derive(Clone, Debug, PartialEq)]
pub struct Order {
    /// What is sorted by.
    pub value: Expr,
    /// `asc` was written.
    pub ascending: bool,
    /// `nulls first` or `nulls last`, where written.
    pub nulls_first: Option<bool>,
}

/// `to typeof(…)` columns of mv-expand and mv-apply.
#[derive(Clone, Debug, PartialEq)]
pub struct Expand {
    /// The column, perhaps renamed.
    pub value: Named,
    /// The type of its items, where written.
    pub scalar: Option<ScalarType>,
}

/// A piece of a parse pattern.
#[derive(Clone, Debug, PartialEq)]
pub enum Piece {
    /// `*`
    Skip,
    /// Text that must be there.
    Text(String),
    /// A column to fill.
    Column(Name, ScalarType),
}

/// One aggregate of make-series.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// The aggregate.
    pub value: Named,
    /// `default = …`
    pub default: Option<Expr>,
}

/// An operator of a pipe.
#[derive(Clone, Debug, PartialEq)]
pub struct Operator {
    /// What it is.
    pub kind: OperatorKind,
    /// Where it stands.
    pub span: Span,
}

/// The operators.
#[derive(Clone, Debug, PartialEq)]
#[allow(
    clippy::large_enum_variant,
    reason = "a query has a few dozen of them at most"
)]
pub enum OperatorKind {
    /// `where`, `filter`
    Where(Expr),
    /// `extend`
    Extend(Vec<Named>),
    /// `project`
    Project(Vec<Named>),
    /// `project-away`
    ProjectAway(Vec<Name>),
    /// `project-keep`
    ProjectKeep(Vec<Name>),
    /// `project-rename`
    ProjectRename(Vec<Named>),
    /// `project-reorder`, with `asc` (true) or `desc` (false) per pattern.
    ProjectReorder(Vec<(Name, Option<bool>)>),
    /// `summarize`
    Summarize(Vec<Named>, Vec<Named>),
    /// `distinct`
    Distinct(Vec<Expr>),
    /// `join`
    Join {
        /// The kind, lower case.
        kind: String,
        /// The other table.
        right: Expr,
        /// What the rows must agree in.
        on: Vec<Expr>,
    },
    /// `lookup`
    Lookup {
        /// The kind, lower case.
        kind: String,
        /// The other table.
        right: Expr,
        /// What the rows must agree in.
        on: Vec<Expr>,
    },
    /// `union`
    Union {
        /// `kind=inner`
        inner: bool,
        /// `withsource=name`
        source: Option<Name>,
        /// `isfuzzy=true`
        fuzzy: bool,
        /// The tables.
        tables: Vec<Expr>,
    },
    /// `sort`, `order`
    Sort(Vec<Order>),
    /// `top`
    Top(Expr, Vec<Order>),
    /// `take`, `limit`
    Take(Expr),
    /// `sample`
    Sample(Expr),
    /// `sample-distinct`
    SampleDistinct(Expr, Expr),
    /// `top-nested`
    TopNested(Vec<TopNested>),
    /// `count`, with the column's name
    Count(Option<Name>),
    /// `mv-expand`
    MvExpand {
        /// `bagexpansion=array` or `kind=array`
        array: bool,
        /// `with_itemindex=name`
        index: Option<Name>,
        /// The columns.
        columns: Vec<Expand>,
        /// `limit n`
        limit: Option<Expr>,
    },
    /// `mv-apply`
    MvApply {
        /// `with_itemindex=name`
        index: Option<Name>,
        /// The columns.
        columns: Vec<Expand>,
        /// `on ( … )`
        body: Vec<Operator>,
    },
    /// `parse`, `parse-where`
    Parse {
        /// `parse-where`: rows that do not match are dropped.
        only: bool,
        /// `kind=regex`, `kind=relaxed`, `kind=simple`
        kind: String,
        /// `flags=…`
        flags: String,
        /// What is parsed.
        value: Expr,
        /// The pattern.
        pieces: Vec<Piece>,
    },
    /// `parse-kv`
    ParseKv {
        /// What is parsed.
        value: Expr,
        /// The columns.
        columns: Vec<(Name, ScalarType)>,
        /// `with (pair_delimiter=…, …)`
        options: Vec<Argument>,
    },
    /// `make-series`
    MakeSeries {
        /// Whether no rows still give one series of defaults.
        nonempty: bool,
        /// The aggregates.
        values: Vec<Series>,
        /// `on …`
        on: Named,
        /// `from …`
        from: Option<Expr>,
        /// `to …`
        to: Option<Expr>,
        /// Whether `to` is a point of the series itself: it is where the
        /// bounds are given as `in range(…)`.
        through: bool,
        /// `step …`
        step: Expr,
        /// `by …`
        by: Vec<Named>,
    },
    /// `evaluate plugin(…)`
    Evaluate {
        /// The plugin.
        name: Name,
        /// Its arguments.
        args: Vec<Argument>,
        /// `: (name: type, …)`
        schema: Vec<(Name, ScalarType)>,
    },
    /// `invoke function(…)`
    Invoke(Name, Vec<Argument>),
    /// `serialize`
    Serialize(Vec<Named>),
    /// `print`
    Print(Vec<Named>),
    /// `range name from a to b step c`
    Range(Name, Box<(Expr, Expr, Expr)>),
    /// `render kind`
    Render(String),
    /// `getschema`
    GetSchema,
    /// `as name`
    As(Name),
    /// `search`, over given tables or the input
    Search {
        /// `in (…)`
        tables: Vec<Expr>,
        /// `withsource=…`
        source: Option<Name>,
        /// `kind=case_sensitive`
        cased: bool,
        /// What to look for.
        predicate: Expr,
    },
    /// `find`
    Find {
        /// `in (…)`
        tables: Vec<Expr>,
        /// `withsource=…`
        source: Option<Name>,
        /// `where …`
        predicate: Expr,
        /// `project …`
        project: Vec<Named>,
    },
    /// `partition by column ( … )`
    Partition(Expr, Vec<Operator>),
    /// `scan`
    Scan(Scan),
    /// `consume`, `fork` and others that change nothing of the result.
    Nothing,
    /// An operator that is KQL but not ours.
    Unsupported(String),
}

/// One level of top-nested.
#[derive(Clone, Debug, PartialEq)]
pub struct TopNested {
    /// How many; all when absent.
    pub count: Option<Expr>,
    /// What the level groups by.
    pub of: Named,
    /// `with others = …`
    pub others: Option<Expr>,
    /// The aggregate.
    pub by: Named,
    /// `asc` was written.
    pub ascending: bool,
}

/// The scan operator.
#[derive(Clone, Debug, PartialEq)]
pub struct Scan {
    /// `partition by …`
    pub partition: Vec<Expr>,
    /// `order by …`
    pub order: Vec<Order>,
    /// `declare (name: type = default, …)`
    pub declare: Vec<Parameter>,
    /// `with_match_id=…`
    pub match_id: Option<Name>,
    /// The steps.
    pub steps: Vec<ScanStep>,
}

/// A step of a scan.
#[derive(Clone, Debug, PartialEq)]
pub struct ScanStep {
    /// Its name.
    pub name: Name,
    /// `output=none`: its matches are not given.
    pub silent: bool,
    /// When a row matches it.
    pub condition: Expr,
    /// Values of declared columns.
    pub assignments: Vec<Named>,
}
