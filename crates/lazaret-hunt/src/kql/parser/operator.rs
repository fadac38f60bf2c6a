//! The operators after a pipe.

use super::{Parsed, Parser};
use crate::{
    error::{Class, Diagnostic, did_you_mean},
    kql::{
        ast::{
            Expand, Expr, ExprKind, Name, Named, Operator, OperatorKind, Order, Piece, Scan,
            ScanStep, Series, TopNested,
        },
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
            "search" => {
                self.options()?;
                let tables = self.in_tables()?;
                let predicate = self.expression()?;
                OperatorKind::Search { tables, predicate }
            }
            "find" => {
                self.options()?;
                let tables = self.in_tables()?;
                self.eat_word("where");
                let predicate = self.expression()?;
                let project = if self.eat_word("project") {
                    self.list(Self::named_expression)?
                } else {
                    Vec::new()
                };
                OperatorKind::Find {
                    tables,
                    predicate,
                    project,
                }
            }
            "partition" => {
                self.hints();
                self.expect_word("by")?;
                // Not a call, though a bracket follows.
                let name = self.name()?;
                let by = Expr {
                    kind: ExprKind::Name(name.text),
                    span: name.span,
                };
                self.expect("(")?;
                let body = self.operators()?;
                self.expect(")")?;
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
    fn hints(&mut self) {
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

    fn order(&mut self) -> Parsed<Order> {
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

    fn summarize(&mut self) -> Parsed<OperatorKind> {
        self.hints();
        let values = if self.word("by") {
            Vec::new()
        } else {
            self.list(Self::named_expression)?
        };
        self.hints();
        let by = if self.eat_word("by") {
            self.hints();
            self.list(Self::named_expression)?
        } else {
            Vec::new()
        };
        Ok(OperatorKind::Summarize(values, by))
    }

    fn join(&mut self, word: &str) -> Parsed<OperatorKind> {
        let mut kind = if word == "lookup" {
            "leftouter".to_owned()
        } else {
            "innerunique".to_owned()
        };
        loop {
            self.hints();
            if self.word("kind") && self.is_at(1, "=") {
                self.advance();
                self.advance();
                kind = self.slice(0).to_ascii_lowercase();
                self.advance();
            } else if self.word("isfuzzy") && self.is_at(1, "=") {
                self.advance();
                self.advance();
                self.advance();
            } else {
                break;
            }
        }
        let right = if self.is("(") {
            self.postfix_table()?
        } else {
            self.sum()?
        };
        self.hints();
        let on = if self.eat_word("on") {
            self.list(Self::expression)?
        } else {
            Vec::new()
        };
        Ok(if word == "lookup" {
            OperatorKind::Lookup { kind, right, on }
        } else {
            OperatorKind::Join { kind, right, on }
        })
    }

    fn postfix_table(&mut self) -> Parsed<Expr> {
        self.expect("(")?;
        let inner = self.deeper(Self::pipe)?;
        self.expect(")")?;
        Ok(inner)
    }

    fn union(&mut self) -> Parsed<OperatorKind> {
        let (mut inner, mut source, mut fuzzy) = (false, None, false);
        loop {
            self.hints();
            if self.is_at(1, "=") && self.kind() == &Kind::Name {
                let option = self.slice(0).to_ascii_lowercase();
                self.advance();
                self.advance();
                match option.as_str() {
                    "kind" => inner = self.slice(0).eq_ignore_ascii_case("inner"),
                    "withsource" | "with_source" => {
                        source = Some(self.name()?);
                        continue;
                    }
                    "isfuzzy" => fuzzy = self.slice(0).eq_ignore_ascii_case("true"),
                    _ => return Err(self.unexpected("a table to unite")),
                }
                self.advance();
            } else {
                break;
            }
        }
        let tables = self.list(Self::union_table)?;
        Ok(OperatorKind::Union {
            inner,
            source,
            fuzzy,
            tables,
        })
    }

    fn union_table(&mut self) -> Parsed<Expr> {
        if self.is("(") {
            return self.postfix_table();
        }
        let wild =
            self.is("*") || self.kind() == &Kind::Name && self.is_at(1, "*") && self.adjacent(0);
        if wild {
            let pattern = self.pattern()?;
            return Ok(Expr {
                kind: ExprKind::Wildcard(pattern.text),
                span: pattern.span,
            });
        }
        self.sum()
    }

    fn top_nested(&mut self) -> Parsed<Vec<TopNested>> {
        let mut levels = Vec::new();
        loop {
            let count = if self.word("of") {
                None
            } else {
                Some(self.sum()?)
            };
            self.expect_word("of")?;
            let of = self.named_expression()?;
            let mut others = None;
            if self.eat_word("with") {
                self.expect_word("others")?;
                self.expect("=")?;
                others = Some(self.sum()?);
            }
            self.expect_word("by")?;
            let by = self.named_expression()?;
            let ascending = self.eat_word("asc");
            if !ascending {
                self.eat_word("desc");
            }
            levels.push(TopNested {
                count,
                of,
                others,
                by,
                ascending,
            });
            if !self.eat(",") {
                return Ok(levels);
            }
            if self.word("top") && self.is_at(1, "-") {
                self.advance();
                self.advance();
                self.advance();
            }
        }
    }

    fn expand_options(&mut self) -> Parsed<(bool, Option<Name>)> {
        let (mut array, mut index) = (false, None);
        while self.kind() == &Kind::Name && self.is_at(1, "=") {
            match self.slice(0).to_ascii_lowercase().as_str() {
                "bagexpansion" | "kind" => {
                    self.advance();
                    self.advance();
                    array = self.slice(0).eq_ignore_ascii_case("array");
                    self.advance();
                }
                "with_itemindex" => {
                    self.advance();
                    self.advance();
                    index = Some(self.name()?);
                }
                _ => break,
            }
        }
        Ok((array, index))
    }

    fn expand(&mut self) -> Parsed<Expand> {
        let value = self.named_expression()?;
        let mut scalar = None;
        if self.eat_word("to") {
            self.expect_word("typeof")?;
            self.expect("(")?;
            scalar = Some(self.scalar_type()?);
            self.expect(")")?;
        }
        Ok(Expand { value, scalar })
    }

    fn mv_expand(&mut self) -> Parsed<OperatorKind> {
        let (array, index) = self.expand_options()?;
        let columns = self.list(Self::expand)?;
        let limit = if self.eat_word("limit") {
            Some(self.sum()?)
        } else {
            None
        };
        Ok(OperatorKind::MvExpand {
            array,
            index,
            columns,
            limit,
        })
    }

    fn parse_pattern(&mut self, only: bool) -> Parsed<OperatorKind> {
        let (mut kind, mut flags) = ("simple".to_owned(), String::new());
        loop {
            if self.word("kind") && self.is_at(1, "=") {
                self.advance();
                self.advance();
                kind = self.slice(0).to_ascii_lowercase();
                self.advance();
            } else if self.word("flags") && self.is_at(1, "=") {
                self.advance();
                self.advance();
                flags = self.slice(0).to_owned();
                self.advance();
            } else {
                break;
            }
        }
        let value = self.sum()?;
        self.expect_word("with")?;
        let mut pieces = Vec::new();
        loop {
            match self.kind().clone() {
                Kind::Mark("*") => {
                    pieces.push(Piece::Skip);
                    self.advance();
                }
                Kind::Text(text) => {
                    pieces.push(Piece::Text(text));
                    self.advance();
                }
                Kind::Mark(",") => self.advance(),
                Kind::Name | Kind::Mark("[") => {
                    let name = self.name()?;
                    let scalar = if self.eat(":") {
                        self.scalar_type()?
                    } else {
                        ScalarType::String
                    };
                    pieces.push(Piece::Column(name, scalar));
                }
                _ => break,
            }
        }
        if pieces.is_empty() {
            return Err(self.unexpected("a pattern of texts, `*` and columns"));
        }
        Ok(OperatorKind::Parse {
            only,
            kind,
            flags,
            value,
            pieces,
        })
    }

    fn make_series(&mut self) -> Parsed<OperatorKind> {
        self.hints();
        if self.word("kind") && self.is_at(1, "=") {
            self.advance();
            self.advance();
            self.advance();
        }
        let values = self.list(|parser| {
            let value = parser.named_expression()?;
            let default = if parser.eat_word("default") {
                parser.expect("=")?;
                Some(parser.sum()?)
            } else {
                None
            };
            Ok(Series { value, default })
        })?;
        self.expect_word("on")?;
        // `in range(…)` is the operator's, not a comparison.
        let on = Named {
            names: Vec::new(),
            value: self.sum()?,
        };
        let (mut from, mut to, mut step) = (None, None, None);
        let through = self.word("in");
        if self.eat_word("in") {
            self.expect_word("range")?;
            self.expect("(")?;
            let mut bounds = self.list(Self::sum)?.into_iter();
            self.expect(")")?;
            (from, to, step) = (bounds.next(), bounds.next(), bounds.next());
        }
        loop {
            if self.eat_word("from") {
                from = Some(self.sum()?);
            } else if self.eat_word("to") {
                to = Some(self.sum()?);
            } else if self.eat_word("step") {
                step = Some(self.sum()?);
            } else {
                break;
            }
        }
        let Some(step) = step else {
            return Err(self.unexpected("`step`"));
        };
        let by = if self.eat_word("by") {
            self.list(Self::named_expression)?
        } else {
            Vec::new()
        };
        Ok(OperatorKind::MakeSeries {
            values,
            on,
            from,
            to,
            through,
            step,
            by,
        })
    }

    /// `kind=case_sensitive`, `withsource=…` and the like before a search.
    fn options(&mut self) -> Parsed<()> {
        while self.kind() == &Kind::Name && self.is_at(1, "=") {
            self.advance();
            self.advance();
            self.advance();
        }
        Ok(())
    }

    fn in_tables(&mut self) -> Parsed<Vec<Expr>> {
        if !(self.word("in") && self.is_at(1, "(")) {
            return Ok(Vec::new());
        }
        self.advance();
        self.advance();
        let tables = self.list(Self::union_table)?;
        self.expect(")")?;
        Ok(tables)
    }

    fn scan(&mut self) -> Parsed<Scan> {
        let mut scan = Scan {
            partition: Vec::new(),
            order: Vec::new(),
            declare: Vec::new(),
            match_id: None,
            steps: Vec::new(),
        };
        loop {
            if self.word("with_match_id") && self.is_at(1, "=") {
                self.advance();
                self.advance();
                scan.match_id = Some(self.name()?);
            } else if self.eat_word("partition") {
                self.expect_word("by")?;
                scan.partition = self.list(Self::sum)?;
            } else if self.eat_word("order") {
                self.expect_word("by")?;
                scan.order = self.list(Self::order)?;
            } else if self.eat_word("declare") {
                scan.declare = self.parameters()?;
            } else {
                break;
            }
        }
        self.expect_word("with")?;
        self.expect("(")?;
        while self.eat_word("step") {
            let name = self.name()?;
            let mut silent = false;
            if self.eat_word("output") {
                self.expect("=")?;
                let output = self.name()?;
                silent = output.text == "none";
                if !matches!(output.text.as_str(), "all" | "none") {
                    return Err(Diagnostic::new(
                        Class::Unsupported,
                        output.span,
                        format!("`output={}` of a step is not supported", output.text),
                    ));
                }
            }
            self.expect(":")?;
            let condition = self.expression()?;
            let mut assignments = Vec::new();
            if self.is("=>") {
                self.advance();
                assignments = self.list(Self::named_expression)?;
            }
            scan.steps.push(ScanStep {
                name,
                silent,
                condition,
                assignments,
            });
            if !self.eat(";") {
                break;
            }
        }
        self.expect(")")?;
        Ok(scan)
    }
}
