//! The operators after a pipe.

use super::{Parsed, Parser};
use crate::{
    error::{Class, Diagnostic, did_you_mean},
    kql::{
        ast::{Expr, ExprKind, Name, Named, Operator, OperatorKind, Order},
        lexer::Kind,
    },
    value::ScalarType,
};

/// All operator names, for suggestions.
const NAMES: [&str; 46] = [
    "as",
    "consume",
    "count",
    "distinct",
    "evaluate",
    "extend",
    "filter",
    "find",
    "fork",
    "facet",
    "getschema",
    "invoke",
    "join",
    "limit",
    "lookup",
    "make-series",
    "mv-apply",
    "mv-expand",
    "mvexpand",
    "order",
    "parse",
    "parse-kv",
    "parse-where",
    "partition",
    "print",
    "project",
    "project-away",
    "project-keep",
    "project-rename",
    "project-reorder",
    "range",
    "reduce",
    "render",
    "sample",
    "sample-distinct",
    "scan",
    "search",
    "serialize",
    "sort",
    "summarize",
    "take",
    "top",
    "top-hitters",
    "top-nested",
    "union",
    "where",
];

impl Parser<'_> {
    pub(super) fn operator(&mut self) -> Parsed<Operator> {
        let start = self.span().start;
        if self.kind() != &Kind::Name {
            return Err(self.unexpected("an operator such as `where` or `summarize`"));
        }
        let mut word = self.slice(0).to_ascii_lowercase();
        let span = self.span();
        self.advance();
        let prefix = [
            "project", "mv", "make", "parse", "top", "sample", "graph", "mvexpand",
        ]
        .contains(&word.as_str());
        while prefix
            && self.is("-")
            && self.token(1).kind == Kind::Name
            && self.end_of_last() == self.span().start
        {
            let joined = format!("{word}-{}", self.slice(1).to_ascii_lowercase());
            self.advance();
            self.advance();
            word = joined;
        }
        let kind = self.operator_of(&word, span)?;
        Ok(Operator {
            kind,
            span: self.since(start),
        })
    }

    fn operator_of(&mut self, word: &str, span: std::ops::Range<usize>) -> Parsed<OperatorKind> {
        Ok(match word {
            "where" | "filter" => {
                self.hints();
                let outer = std::mem::replace(&mut self.condition, true);
                let condition = self.expression();
                self.condition = outer;
                OperatorKind::Where(condition?)
            }
            "extend" => OperatorKind::Extend(self.list(Self::named_expression)?),
            "project" => {
                if self.is("|") || self.is(";") || self.kind() == &Kind::End {
                    return Ok(OperatorKind::Project(Vec::new()));
                }
                OperatorKind::Project(self.list(Self::named_expression)?)
            }
            "project-away" => OperatorKind::ProjectAway(self.list(Self::pattern)?),
            "project-keep" => OperatorKind::ProjectKeep(self.list(Self::pattern)?),
            "project-rename" => OperatorKind::ProjectRename(self.list(Self::named_expression)?),
            "project-reorder" => OperatorKind::ProjectReorder(self.list(|parser| {
                let name = parser.pattern()?;
                let order = if parser.eat_word("asc") || parser.eat_word("granny-asc") {
                    Some(true)
                } else if parser.eat_word("desc") {
                    Some(false)
                } else {
                    None
                };
                Ok((name, order))
            })?),
            "summarize" => self.summarize()?,
            "distinct" => {
                self.hints();
                OperatorKind::Distinct(self.list(Self::expression)?)
            }
            "join" | "lookup" => self.join(word)?,
            "union" => self.union()?,
            "sort" | "order" => {
                self.hints();
                self.expect_word("by")?;
                OperatorKind::Sort(self.list(Self::order)?)
            }
            "top" => {
                self.hints();
                let count = self.sum()?;
                self.expect_word("by")?;
                OperatorKind::Top(count, self.list(Self::order)?)
            }
            "take" | "limit" => OperatorKind::Take(self.sum()?),
            "sample" => OperatorKind::Sample(self.sum()?),
            "sample-distinct" => {
                let count = self.sum()?;
                self.expect_word("of")?;
                OperatorKind::SampleDistinct(count, self.sum()?)
            }
            "top-nested" => OperatorKind::TopNested(self.top_nested()?),
            "count" => OperatorKind::Count(if self.eat_word("as") {
                Some(self.name()?)
            } else {
                None
            }),
            "mv-expand" | "mvexpand" => self.mv_expand()?,
            "mv-apply" | "mvapply" => {
                let (_, index) = self.expand_options()?;
                let columns = self.list(Self::expand)?;
                if self.eat_word("limit") {
                    self.sum()?;
                }
                self.expect_word("on")?;
                self.expect("(")?;
                let body = self.operators()?;
                self.expect(")")?;
                OperatorKind::MvApply {
                    index,
                    columns,
                    body,
                }
            }
            "parse" => self.parse_pattern(false)?,
            "parse-where" => self.parse_pattern(true)?,
            "parse-kv" => {
                let value = self.sum()?;
                self.expect_word("as")?;
                let columns = self.columns()?;
                let mut options = Vec::new();
                if self.eat_word("with") {
                    self.expect("(")?;
                    options = self.arguments()?;
                }
                OperatorKind::ParseKv {
                    value,
                    columns,
                    options,
                }
            }
            "make-series" => self.make_series()?,
            "evaluate" => {
                self.hints();
                let name = self.name()?;
                self.expect("(")?;
                let args = self.arguments()?;
                let schema = if self.eat(":") {
                    self.columns_or_star()?
                } else {
                    Vec::new()
                };
                OperatorKind::Evaluate { name, args, schema }
            }
            "invoke" => {
                let name = self.name()?;
                self.expect("(")?;
                let args = self.arguments()?;
                OperatorKind::Invoke(name, args)
            }
            "serialize" => {
                if matches!(self.kind(), Kind::Name) {
                    OperatorKind::Serialize(self.list(Self::named_expression)?)
                } else {
                    OperatorKind::Serialize(Vec::new())
                }
            }
            "print" => OperatorKind::Print(self.list(Self::named_expression)?),
            "range" => {
                let name = self.name()?;
                self.expect_word("from")?;
                let from = self.sum()?;
                self.expect_word("to")?;
                let to = self.sum()?;
                self.expect_word("step")?;
                let step = self.sum()?;
                OperatorKind::Range(name, Box::new((from, to, step)))
            }
            "render" => {
                let kind = self.slice(0).to_owned();
                self.skip_operator();
                OperatorKind::Render(kind)
            }
            "getschema" => OperatorKind::GetSchema,
            "as" => {
                self.hints();
                OperatorKind::As(self.name()?)
            }
            "search" => self.search()?,
            "find" => self.find()?,
            "partition" => {
                self.hints();
                self.expect_word("by")?;
                // Not a call, though a bracket follows.
                let name = self.name()?;
                let by = Expr {
                    kind: ExprKind::Name(name.text),
                    span: name.span,
                };
                let end = if self.eat("{") { "}" } else { ")" };
                if end == ")" {
                    self.expect("(")?;
                }
                let body = self.operators()?;
                self.expect(end)?;
                OperatorKind::Partition(by, body)
            }
            "scan" => OperatorKind::Scan(self.scan()?),
            "consume" => self.skip_operator(),
            "fork"
            | "facet"
            | "reduce"
            | "top-hitters"
            | "make-graph"
            | "graph-match"
            | "graph-to-table"
            | "graph-shortest-paths"
            | "graph-mark-components"
            | "graph-where-nodes"
            | "graph-where-edges"
            | "assert-schema"
            | "execute-and-cache"
            | "macro-expand"
            | "__crossclusterjoin" => {
                self.skip_operator();
                OperatorKind::Unsupported(word.to_owned())
            }
            _ => {
                let error =
                    Diagnostic::new(Class::Syntax, span, format!("`{word}` is not an operator"));
                return Err(match did_you_mean(word, NAMES) {
                    Some(name) => error.with_help(format!("did you mean `{name}`?")),
                    None => error,
                });
            }
        })
    }

    /// `hint.strategy=…`, `decodeblocks=…`: of no effect here.
    pub(super) fn hints(&mut self) {
        while self.kind() == &Kind::Name
            && (self.word("hint") && self.is_at(1, ".")
                || self.word("decodeblocks") && self.is_at(1, "="))
        {
            while !self.is("=") && self.kind() != &Kind::End {
                self.advance();
            }
            self.advance();
            self.advance();
        }
    }

    fn columns_or_star(&mut self) -> Parsed<Vec<(Name, ScalarType)>> {
        if self.is("(") && self.is_at(1, "*") {
            self.advance();
            self.advance();
            let mut columns = Vec::new();
            while self.eat(",") {
                let name = self.name()?;
                self.expect(":")?;
                columns.push((name, self.scalar_type()?));
            }
            self.expect(")")?;
            return Ok(columns);
        }
        self.columns()
    }

    /// `name = expression`, `(a, b) = expression` or just an expression.
    pub(super) fn named_expression(&mut self) -> Parsed<Named> {
        if self.is("(") {
            let mut ahead = 1;
            while self.token(ahead).kind == Kind::Name && self.is_at(ahead + 1, ",") {
                ahead += 2;
            }
            if self.token(ahead).kind == Kind::Name
                && self.is_at(ahead + 1, ")")
                && self.is_at(ahead + 2, "=")
            {
                self.advance();
                let names = self.list(Self::name)?;
                self.advance();
                self.advance();
                return Ok(Named {
                    names,
                    value: self.expression()?,
                });
            }
        }
        let bracketed =
            self.is("[") && matches!(self.token(1).kind, Kind::Text(_)) && self.is_at(3, "=");
        if self.kind() == &Kind::Name && self.is_at(1, "=") || bracketed {
            let name = self.name()?;
            self.advance();
            return Ok(Named {
                names: vec![name],
                value: self.expression()?,
            });
        }
        Ok(Named {
            names: Vec::new(),
            value: self.expression()?,
        })
    }

    pub(super) fn order(&mut self) -> Parsed<Order> {
        let value = self.expression()?;
        let ascending = self.eat_word("asc");
        if !ascending {
            self.eat_word("desc");
        }
        let mut nulls_first = None;
        if self.eat_word("nulls") {
            nulls_first = Some(self.eat_word("first"));
            if nulls_first == Some(false) {
                self.expect_word("last")?;
            }
        }
        Ok(Order {
            value,
            ascending,
            nulls_first,
        })
    }
}
