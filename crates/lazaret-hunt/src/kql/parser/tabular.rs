//! Pipes, and the tables they start from.

use super::{Parsed, Parser};
use crate::kql::{
    ast::{Expr, ExprKind, Operator, OperatorKind},
    lexer::Kind,
};

impl Parser<'_> {
    /// An expression, with the operators piped after it.
    pub(super) fn pipe(&mut self) -> Parsed<Expr> {
        let start = self.span().start;
        let source = match self.starting_operator()? {
            Some(operator) => Expr {
                span: operator.span.clone(),
                kind: ExprKind::Start(Box::new(operator)),
            },
            None => self.expression()?,
        };
        if !self.is("|") {
            return Ok(source);
        }
        let mut operators = Vec::new();
        while self.eat("|") {
            // A pipe before nothing, or two in a row, come from edits.
            if self.is("|") || self.is(";") || self.is(")") || self.kind() == &Kind::End {
                continue;
            }
            operators.push(self.deeper(Self::operator)?);
        }
        Ok(Expr {
            kind: ExprKind::Pipe(Box::new(source), operators),
            span: self.since(start),
        })
    }

    /// Operators inside `( … )` of mv-apply and partition.
    pub(super) fn operators(&mut self) -> Parsed<Vec<Operator>> {
        self.eat("|");
        let mut operators = vec![self.deeper(Self::operator)?];
        while self.eat("|") {
            operators.push(self.deeper(Self::operator)?);
        }
        Ok(operators)
    }

    fn starting_operator(&mut self) -> Parsed<Option<Operator>> {
        if self.kind() != &Kind::Name {
            return Ok(None);
        }
        let next = &self.token(1).kind;
        let starts = match self.slice(0) {
            "union" => matches!(next, Kind::Name | Kind::Mark("(" | "*" | "[")),
            "search" => matches!(next, Kind::Name | Kind::Text(_) | Kind::Mark("(" | "*")),
            "find" => matches!(next, Kind::Name | Kind::Text(_) | Kind::Mark("(" | "*")),
            "print" => !matches!(
                next,
                Kind::Mark("|" | ";" | "," | ")" | "==" | "=") | Kind::End
            ),
            "range" => *next == Kind::Name && self.word_at(2, "from"),
            _ => false,
        };
        if !starts {
            return Ok(None);
        }
        self.deeper(Self::operator).map(Some)
    }

    /// `datatable(…)[…]` and `externaldata(…)[…]`.
    pub(super) fn tabular_call(&mut self) -> Parsed<Option<ExprKind>> {
        let external = match self.slice(0).to_ascii_lowercase().as_str() {
            "datatable" => false,
            "externaldata" | "external_data" => true,
            _ => return Ok(None),
        };
        self.advance();
        let columns = self.columns()?;
        self.expect("[")?;
        let mut values = Vec::new();
        while !self.is("]") {
            values.push(self.expression()?);
            if !self.eat(",") {
                break;
            }
        }
        self.expect("]")?;
        if !external {
            return Ok(Some(ExprKind::Datatable(columns, values)));
        }
        if self.eat_word("with") {
            self.expect("(")?;
            self.arguments()?;
        }
        Ok(Some(ExprKind::External(columns, values)))
    }

    /// What `OperatorKind::Nothing` stands for is read over.
    pub(super) fn skip_operator(&mut self) -> OperatorKind {
        let mut depth = 0_usize;
        loop {
            match self.kind() {
                Kind::End => break,
                Kind::Mark("(" | "[" | "{") => depth += 1,
                Kind::Mark(")" | "]" | "}") if depth == 0 => break,
                Kind::Mark(")" | "]" | "}") => depth -= 1,
                Kind::Mark("|" | ";") if depth == 0 => break,
                // The next query of the text; `with (…)` is still this one's.
                _ if depth == 0 && self.after_gap() && !self.word("with") => break,
                _ => {}
            }
            self.advance();
        }
        OperatorKind::Nothing
    }
}
