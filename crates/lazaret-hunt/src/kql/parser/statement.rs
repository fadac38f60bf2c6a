//! Statements, and the lists of parameters, columns and arguments.

use super::{Parsed, Parser};
use crate::{
    error::{Class, Diagnostic},
    kql::{
        ast::{Argument, Expr, ExprKind, Name, Parameter, Query, Statement},
        lexer::Kind,
    },
    value::ScalarType,
};

impl Parser<'_> {
    pub(super) fn statement(&mut self) -> Parsed<Statement> {
        let start = self.span().start;
        if self.is(".") {
            return Err(Diagnostic::new(
                Class::Unsupported,
                self.span(),
                "management commands (those that start with `.`) change a cluster; there is none here",
            ));
        }
        if self.word("let") {
            self.advance();
            let name = self.name()?;
            self.expect("=")?;
            let value = self.let_value()?;
            return Ok(Statement::Let { name, value });
        }
        if self.word("declare") && self.word_at(1, "query_parameters") {
            self.advance();
            self.advance();
            return Ok(Statement::Declare(self.parameters()?));
        }
        let setting = self.word("set") && self.token(1).kind == Kind::Name
            || self.word("alias") && self.word_at(1, "database")
            || self.word("restrict") && self.word_at(1, "access")
            || self.word("declare") && self.word_at(1, "pattern");
        if setting {
            while self.kind() != &Kind::End && !self.is(";") {
                self.advance();
            }
            return Ok(Statement::Setting(self.since(start)));
        }
        Ok(Statement::Query(self.pipe()?))
    }

    fn let_value(&mut self) -> Parsed<Expr> {
        let start = self.span().start;
        let view = self.word("view") && self.is_at(1, "(");
        if view {
            self.advance();
        }
        if self.is("(") && (view || self.function_follows()) {
            let parameters = self.parameters()?;
            let body = self.deeper(Self::body)?;
            return Ok(Expr {
                kind: ExprKind::Function(parameters, body),
                span: self.since(start),
            });
        }
        self.pipe()
    }

    /// Whether the bracket here closes before a `{`.
    fn function_follows(&self) -> bool {
        let mut depth = 0_usize;
        for (index, token) in self.tokens.iter().enumerate().skip(self.at) {
            match token.kind {
                Kind::Mark("(") => depth += 1,
                Kind::Mark(")") => {
                    depth -= 1;
                    if depth == 0 {
                        return matches!(
                            self.tokens.get(index + 1).map(|next| &next.kind),
                            Some(Kind::Mark("{"))
                        );
                    }
                }
                Kind::Mark(";") | Kind::End => return false,
                _ => {}
            }
        }
        false
    }

    fn body(&mut self) -> Parsed<Query> {
        self.expect("{")?;
        let mut query = Query::default();
        while !self.is("}") {
            if self.eat(";") {
                continue;
            }
            query.statements.push(self.statement()?);
            if !self.is("}") {
                self.expect(";")?;
            }
        }
        self.expect("}")?;
        Ok(query)
    }

    pub(super) fn parameters(&mut self) -> Parsed<Vec<Parameter>> {
        self.expect("(")?;
        if self.eat(")") {
            return Ok(Vec::new());
        }
        let parameters = self.list(|parser| {
            let name = parser.name()?;
            parser.expect(":")?;
            let scalar = if parser.is("(") {
                parser.skip_brackets();
                None
            } else {
                Some(parser.scalar_type()?)
            };
            let default = if parser.eat("=") {
                Some(parser.expression()?)
            } else {
                None
            };
            Ok(Parameter {
                name,
                scalar,
                default,
            })
        })?;
        self.expect(")")?;
        Ok(parameters)
    }

    fn skip_brackets(&mut self) {
        let mut depth = 0_usize;
        while self.kind() != &Kind::End {
            if self.is("(") {
                depth += 1;
            } else if self.is(")") {
                depth = depth.saturating_sub(1);
            }
            self.advance();
            if depth == 0 {
                return;
            }
        }
    }

    pub(super) fn scalar_type(&mut self) -> Parsed<ScalarType> {
        let scalar = if self.kind() == &Kind::Name {
            ScalarType::parse(self.slice(0))
        } else {
            None
        };
        match scalar {
            Some(scalar) => {
                self.advance();
                Ok(scalar)
            }
            None => Err(self.unexpected("a type such as string, long, datetime or dynamic")),
        }
    }

    /// `name: type, …` in brackets.
    pub(super) fn columns(&mut self) -> Parsed<Vec<(Name, ScalarType)>> {
        self.expect("(")?;
        if self.eat(")") {
            return Ok(Vec::new());
        }
        let columns = self.list(|parser| {
            let name = parser.name()?;
            parser.expect(":")?;
            Ok((name, parser.scalar_type()?))
        })?;
        self.expect(")")?;
        Ok(columns)
    }

    /// Arguments after a call's opening bracket, and the closing one.
    pub(super) fn arguments(&mut self) -> Parsed<Vec<Argument>> {
        if self.eat(")") {
            return Ok(Vec::new());
        }
        let arguments = self.list(|parser| {
            let named = parser.kind() == &Kind::Name && parser.is_at(1, "=");
            let name = if named {
                let name = parser.name()?;
                parser.advance();
                Some(name)
            } else {
                None
            };
            Ok(Argument {
                name,
                value: parser.pipe()?,
            })
        })?;
        self.expect(")")?;
        Ok(arguments)
    }
}
