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
mod statement;
mod tabular;

use crate::{
    error::{Class, Diagnostic},
    kql::{
        ast::{Name, Query, Span, Statement},
        lexer::{Kind, Token, tokens},
    },
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
}
