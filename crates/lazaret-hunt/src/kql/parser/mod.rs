//! Tokens into a syntax tree, by recursive descent.
//!
//! A statement that does not follow the grammar gives one located error; the
//! parser goes on after its `;`, so that a text with several mistakes shows
//! them all.

mod apart;
mod expr;
mod group;
mod literal;
mod operator;
mod scan;
mod source;
mod tabular;

use crate::{
    error::{Class, Diagnostic},
    kql::{
        ast::{Argument, Expr, ExprKind, Name, Parameter, Query, Span, Statement},
        lexer::{Kind, Token, tokens},
    },
    value::ScalarType,
};

/// How deep expressions may nest.
const DEPTH: usize = 200;
/// How many errors are worth reporting.
const ERRORS: usize = 20;
/// How many tokens a hunt may have.
const TOKENS: usize = 2_000_000;

type Parsed<T> = Result<T, Diagnostic>;

/// The syntax tree of `text`.
///
/// # Errors
/// All the places where it does not follow the grammar.
pub fn parse(text: &str) -> Result<Query, Vec<Diagnostic>> {
    let tokens = tokens(text);
    if tokens.len() > TOKENS {
        return Err(vec![Diagnostic::new(
            Class::Limit,
            0..0,
            format!("more than {TOKENS} words and marks"),
        )]);
    }
    let mut parser = Parser {
        text,
        tokens,
        at: 0,
        depth: 0,
        condition: false,
        searching: false,
    };
    let mut errors = Vec::new();
    let mut query = Query::default();
    while parser.kind() != &Kind::End && errors.len() < ERRORS {
        if parser.eat(";") {
            continue;
        }
        match parser.statement() {
            Ok(statement) => {
                query.statements.push(statement);
                if !parser.eat(";") && parser.kind() != &Kind::End {
                    errors.push(parser.unexpected("`|`, `;` or the end of the query"));
                    parser.skip_statement();
                }
            }
            Err(error) => {
                errors.push(error);
                parser.skip_statement();
            }
        }
    }
    if errors.is_empty() {
        Ok(query)
    } else {
        Err(errors)
    }
}

/// The queries of a text that holds several, as its bytes.
///
/// A query ends where it is complete and, after a blank line or a comment,
/// something follows that cannot continue it: how collections keep one hunt
/// for two products in one file. Its definitions go with it.
pub fn split(text: &str) -> Vec<std::ops::Range<usize>> {
    let mut parser = Parser {
        text,
        tokens: tokens(text),
        at: 0,
        depth: 0,
        condition: false,
        searching: false,
    };
    let mut queries = Vec::new();
    let mut start = 0;
    let mut asked = false;
    while parser.kind() != &Kind::End {
        if parser.eat(";") {
            continue;
        }
        match parser.statement() {
            Ok(Statement::Query(_)) => asked = true,
            Ok(_) => {}
            Err(_) => parser.skip_to_gap(),
        }
        let more = parser.kind() != &Kind::End;
        if asked && more && !parser.is(";") && parser.after_gap() {
            let end = parser.span().start;
            queries.push(start..end);
            start = end;
            asked = false;
        } else if more && !parser.is(";") {
            parser.skip_to_gap();
            asked = true;
        }
    }
    queries.push(start..text.len());
    queries
}

struct Parser<'a> {
    text: &'a str,
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
    /// Whether a condition is read, in which `=` compares as `==` does.
    condition: bool,
    /// Whether the condition of `search` or `find` is read, in which `:` looks
    /// for a term in a column.
    searching: bool,
}

impl Parser<'_> {
    fn token(&self, ahead: usize) -> &Token {
        const END: &Token = &Token {
            kind: Kind::End,
            span: 0..0,
        };
        self.tokens
            .get(self.at + ahead)
            .or(self.tokens.last())
            .unwrap_or(END)
    }

    fn kind(&self) -> &Kind {
        &self.token(0).kind
    }

    fn span(&self) -> Span {
        self.token(0).span.clone()
    }

    fn end_of_last(&self) -> usize {
        self.at
            .checked_sub(1)
            .and_then(|at| self.tokens.get(at))
            .map_or(0, |token| token.span.end)
    }

    fn since(&self, start: usize) -> Span {
        start..self.end_of_last().max(start)
    }

    fn slice(&self, ahead: usize) -> &str {
        self.text.get(self.token(ahead).span.clone()).unwrap_or("")
    }

    fn advance(&mut self) {
        if self.at + 1 < self.tokens.len() {
            self.at += 1;
        }
    }

    fn is(&self, mark: &str) -> bool {
        self.is_at(0, mark)
    }

    fn is_at(&self, ahead: usize, mark: &str) -> bool {
        matches!(&self.token(ahead).kind, Kind::Mark(found) if *found == mark)
    }

    fn eat(&mut self, mark: &str) -> bool {
        let found = self.is(mark);
        if found {
            self.advance();
        }
        found
    }

    fn expect(&mut self, mark: &str) -> Parsed<()> {
        if self.eat(mark) {
            Ok(())
        } else {
            Err(self.unexpected(&format!("`{mark}`")))
        }
    }

    /// Whether the next word is `word` (keywords are lower case).
    fn word(&self, word: &str) -> bool {
        self.word_at(0, word)
    }

    fn word_at(&self, ahead: usize, word: &str) -> bool {
        self.token(ahead).kind == Kind::Name && self.slice(ahead).eq_ignore_ascii_case(word)
    }

    fn eat_word(&mut self, word: &str) -> bool {
        let found = self.word(word);
        if found {
            self.advance();
        }
        found
    }

    fn expect_word(&mut self, word: &str) -> Parsed<()> {
        if self.eat_word(word) {
            Ok(())
        } else {
            Err(self.unexpected(&format!("`{word}`")))
        }
    }

    /// Whether two tokens stand without a blank between them.
    fn adjacent(&self, ahead: usize) -> bool {
        self.token(ahead).span.end == self.token(ahead + 1).span.start
    }

    fn unexpected(&self, wanted: &str) -> Diagnostic {
        let found = match self.kind() {
            Kind::End => "the end of the query".to_owned(),
            Kind::Unclosed => "a string without its closing quote".to_owned(),
            _ => {
                let text: String = self.slice(0).chars().take(40).collect();
                format!("`{}`", text.replace('\n', " "))
            }
        };
        Diagnostic::new(
            Class::Syntax,
            self.span(),
            format!("expected {wanted}, found {found}"),
        )
    }

    fn deeper<T>(&mut self, work: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        if self.depth >= DEPTH {
            let message = format!("expressions nest deeper than {DEPTH}");
            return Err(Diagnostic::new(Class::Limit, self.span(), message));
        }
        self.depth += 1;
        let done = work(self);
        self.depth -= 1;
        done
    }

    /// Whether a blank line or a comment stands before the next token.
    fn after_gap(&self) -> bool {
        let between = self
            .text
            .get(self.end_of_last()..self.span().start)
            .unwrap_or("");
        between.matches('\n').count() > 1 || between.contains("//")
    }

    /// Goes on to where a query may begin.
    fn skip_to_gap(&mut self) {
        self.depth = 0;
        self.advance();
        while self.kind() != &Kind::End && !self.is(";") {
            let begins = self.kind() == &Kind::Name && self.after_gap();
            if begins {
                return;
            }
            self.advance();
        }
    }

    fn skip_statement(&mut self) {
        self.depth = 0;
        while self.kind() != &Kind::End && !self.eat(";") {
            self.advance();
        }
    }

    /// A plain name, or a bracketed one (`['a b']`).
    fn name(&mut self) -> Parsed<Name> {
        let span = self.span();
        if self.kind() == &Kind::Name {
            let text = self.slice(0).to_owned();
            self.advance();
            return Ok(Name { text, span });
        }
        if self.is("[") && matches!(self.token(1).kind, Kind::Text(_)) && self.is_at(2, "]") {
            self.advance();
            let Kind::Text(text) = self.kind().clone() else {
                return Err(self.unexpected("a name"));
            };
            self.advance();
            self.advance();
            return Ok(Name {
                text,
                span: self.since(span.start),
            });
        }
        // `{Name}` placeholders of published queries are not names.
        Err(self.unexpected("a name"))
    }

    /// A name that may hold `*`.
    fn pattern(&mut self) -> Parsed<Name> {
        let start = self.span().start;
        let mut text = String::new();
        loop {
            if self.kind() == &Kind::Name
                || (!text.is_empty() && matches!(self.kind(), Kind::Long(_)))
            {
                text.push_str(self.slice(0));
                self.advance();
            } else if self.eat("*") {
                text.push('*');
            } else {
                break;
            }
            if self.end_of_last() != self.span().start {
                break;
            }
        }
        if text.is_empty() {
            return self.name();
        }
        Ok(Name {
            text,
            span: self.since(start),
        })
    }

    fn list<T>(&mut self, mut item: impl FnMut(&mut Self) -> Parsed<T>) -> Parsed<Vec<T>> {
        let mut items = vec![item(self)?];
        while self.eat(",") {
            // A trailing comma before the next operator is a common slip that
            // the service refuses too.
            items.push(item(self)?);
        }
        Ok(items)
    }

    fn statement(&mut self) -> Parsed<Statement> {
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

    fn parameters(&mut self) -> Parsed<Vec<Parameter>> {
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

    fn scalar_type(&mut self) -> Parsed<ScalarType> {
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
    fn columns(&mut self) -> Parsed<Vec<(Name, ScalarType)>> {
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
    fn arguments(&mut self) -> Parsed<Vec<Argument>> {
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
