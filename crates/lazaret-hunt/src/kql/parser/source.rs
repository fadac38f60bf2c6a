//! Operators that name tables: join, lookup, union, search, find.

use super::{Parsed, Parser};
use crate::kql::{
    ast::{Expr, ExprKind, Name, OperatorKind},
    lexer::Kind,
};

impl Parser<'_> {
    pub(super) fn join(&mut self, word: &str) -> Parsed<OperatorKind> {
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

    pub(super) fn postfix_table(&mut self) -> Parsed<Expr> {
        self.expect("(")?;
        let inner = self.deeper(Self::pipe)?;
        self.expect(")")?;
        Ok(inner)
    }

    pub(super) fn union(&mut self) -> Parsed<OperatorKind> {
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

    pub(super) fn union_table(&mut self) -> Parsed<Expr> {
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

    /// `search`
    pub(super) fn search(&mut self) -> Parsed<OperatorKind> {
        let (source, cased) = self.options()?;
        let tables = self.in_tables()?;
        Ok(OperatorKind::Search {
            tables,
            source,
            cased,
            predicate: self.terms()?,
        })
    }

    /// `find`
    pub(super) fn find(&mut self) -> Parsed<OperatorKind> {
        let (source, _) = self.options()?;
        let tables = self.in_tables()?;
        self.eat_word("where");
        let predicate = self.terms()?;
        let mut project = Vec::new();
        if self.eat_word("project") {
            if self.is("-") && self.word_at(1, "smart") {
                self.advance();
                self.advance();
            } else {
                project = self.list(|parser| {
                    let mut named = parser.named_expression()?;
                    if parser.eat(":") {
                        parser.scalar_type()?;
                    }
                    if let ExprKind::Call { name, .. } = &named.value.kind
                        && name.text == "pack_all"
                        && named.names.is_empty()
                    {
                        named.names.push(Name {
                            text: "pack_".to_owned(),
                            span: name.span.clone(),
                        });
                    }
                    Ok(named)
                })?;
            }
        }
        Ok(OperatorKind::Find {
            tables,
            source,
            predicate,
            project,
        })
    }

    /// A condition in which a text alone is looked for in every column.
    fn terms(&mut self) -> Parsed<Expr> {
        let outer = std::mem::replace(&mut self.searching, true);
        let found = self.expression();
        self.searching = outer;
        found
    }

    /// `withsource=…`, `kind=case_sensitive` and the like before a search: the
    /// column that tells the table, and whether case counts.
    fn options(&mut self) -> Parsed<(Option<Name>, bool)> {
        let (mut source, mut cased) = (None, false);
        while self.kind() == &Kind::Name && self.is_at(1, "=") {
            let option = self.slice(0).to_ascii_lowercase();
            self.advance();
            self.advance();
            match option.as_str() {
                "withsource" | "with_source" => source = Some(self.name()?),
                _ => {
                    cased |= option == "kind" && self.word("case_sensitive");
                    self.advance();
                }
            }
        }
        Ok((source, cased))
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
}
