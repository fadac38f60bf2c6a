//! Scalar expressions, by precedence.

use super::{Parsed, Parser};
use crate::kql::{
    ast::{Expr, ExprKind, Literal, Name, TERM},
    lexer::Kind,
};

/// String operators that take one operand.
const TEXT: [&str; 12] = [
    "has",
    "has_cs",
    "hasprefix",
    "hasprefix_cs",
    "hassuffix",
    "hassuffix_cs",
    "contains",
    "contains_cs",
    "startswith",
    "startswith_cs",
    "endswith",
    "endswith_cs",
];
/// Operators that take a list.
const LISTS: [&str; 4] = ["in", "has_any", "has_all", "in~"];

impl Parser<'_> {
    pub(super) fn expression(&mut self) -> Parsed<Expr> {
        self.deeper(Self::any_of)
    }

    fn any_of(&mut self) -> Parsed<Expr> {
        let start = self.span().start;
        let first = self.all_of()?;
        if !self.word("or") {
            return Ok(first);
        }
        let mut parts = vec![first];
        while self.eat_word("or") {
            parts.push(self.all_of()?);
        }
        Ok(Expr {
            kind: ExprKind::Or(parts),
            span: self.since(start),
        })
    }

    fn all_of(&mut self) -> Parsed<Expr> {
        let start = self.span().start;
        let first = self.comparison()?;
        if !self.word("and") {
            return Ok(first);
        }
        let mut parts = vec![first];
        while self.eat_word("and") {
            parts.push(self.comparison()?);
        }
        Ok(Expr {
            kind: ExprKind::And(parts),
            span: self.since(start),
        })
    }

    fn comparison(&mut self) -> Parsed<Expr> {
        let start = self.span().start;
        let mut left = self.sum()?;
        loop {
            let Some(kind) = self.comparison_after(&mut left)? else {
                return Ok(left);
            };
            left = Expr {
                kind,
                span: self.since(start),
            };
        }
    }

    fn comparison_after(&mut self, left: &mut Expr) -> Parsed<Option<ExprKind>> {
        let mut take = || {
            let nothing = Expr {
                kind: ExprKind::Literal(Literal::Bool(false)),
                span: left.span.clone(),
            };
            Box::new(std::mem::replace(left, nothing))
        };
        for mark in ["==", "!=", "<>", "<=", ">=", "<", ">", "=~", "!~"] {
            if self.is(mark) {
                self.advance();
                let left = take();
                let right = Box::new(self.sum()?);
                let mark = if mark == "<>" { "!=" } else { mark };
                return Ok(Some(ExprKind::Binary(left, mark, right)));
            }
        }
        // Not in the grammar, but the service takes it for `==`.
        if self.condition && self.eat("=") {
            let left = take();
            let right = Box::new(self.sum()?);
            return Ok(Some(ExprKind::Binary(left, "==", right)));
        }
        if self.searching && self.eat(":") {
            let left = take();
            let right = Box::new(self.sum()?);
            return Ok(Some(ExprKind::Text(left, TERM.to_owned(), right)));
        }
        let negated = self.is("!") && self.adjacent(0) && self.token(1).kind == Kind::Name;
        let ahead = usize::from(negated);
        if self.token(ahead).kind != Kind::Name {
            return Ok(None);
        }
        let word = self.slice(ahead).to_ascii_lowercase();
        let sign = if negated { "!" } else { "" };
        if word == "between" {
            let left = take();
            self.at += ahead + 1;
            self.expect("(")?;
            let low = Box::new(self.sum()?);
            self.expect("..")?;
            let high = Box::new(self.sum()?);
            self.expect(")")?;
            return Ok(Some(ExprKind::Between(left, negated, low, high)));
        }
        if word == "matches" && self.word_at(ahead + 1, "regex") {
            let left = take();
            self.at += ahead + 2;
            let right = Box::new(self.sum()?);
            return Ok(Some(ExprKind::Text(
                left,
                format!("{sign}matches regex"),
                right,
            )));
        }
        if LISTS.contains(&word.as_str()) {
            let left = take();
            let caseless = word == "in" && self.is_at(ahead + 1, "~") && self.adjacent(ahead);
            self.at += ahead + 1 + usize::from(caseless);
            let tilde = if caseless { "~" } else { "" };
            let list = if self.eat("(") {
                if self.eat(")") {
                    Vec::new()
                } else {
                    let list = self.list_items()?;
                    self.expect(")")?;
                    list
                }
            } else {
                vec![self.sum()?]
            };
            return Ok(Some(ExprKind::List(
                left,
                format!("{sign}{word}{tilde}"),
                list,
            )));
        }
        let known = TEXT.contains(&word.as_str())
            || word == "like"
            || word == "notcontains"
            || word == "notlike";
        if known {
            let left = take();
            self.at += ahead + 1;
            let right = Box::new(self.sum()?);
            let word = match word.strip_prefix("not") {
                Some(word) => format!("!{word}"),
                None => format!("{sign}{word}"),
            };
            return Ok(Some(ExprKind::Text(left, word, right)));
        }
        if negated {
            return Err(self.unexpected("an operator such as `!has`, `!in` or `!contains`"));
        }
        Ok(None)
    }

    /// Items of an `in (…)` list; the first may be a whole table expression.
    fn list_items(&mut self) -> Parsed<Vec<Expr>> {
        let mut items = vec![self.pipe()?];
        while self.eat(",") {
            if self.is(")") {
                break;
            }
            items.push(self.pipe()?);
        }
        Ok(items)
    }

    pub(super) fn sum(&mut self) -> Parsed<Expr> {
        self.binary(&["+", "-"], Self::product)
    }

    fn product(&mut self) -> Parsed<Expr> {
        self.binary(&["*", "/", "%"], Self::unary)
    }

    fn binary(
        &mut self,
        marks: &[&'static str],
        mut next: impl FnMut(&mut Self) -> Parsed<Expr>,
    ) -> Parsed<Expr> {
        let start = self.span().start;
        let mut left = next(self)?;
        let mut length = 0;
        while let Some(mark) = marks.iter().find(|mark| self.is(mark)) {
            length += 1;
            if length > super::DEPTH * 5 {
                return Err(self.unexpected("a shorter chain of operators"));
            }
            self.advance();
            let right = next(self)?;
            let kind = ExprKind::Binary(Box::new(left), mark, Box::new(right));
            left = Expr {
                kind,
                span: self.since(start),
            };
        }
        Ok(left)
    }

    fn unary(&mut self) -> Parsed<Expr> {
        let start = self.span().start;
        if self.eat("-") {
            let inner = self.deeper(Self::unary)?;
            return Ok(Expr {
                kind: ExprKind::Negative(Box::new(inner)),
                span: self.since(start),
            });
        }
        if self.eat("+") {
            return self.deeper(Self::unary);
        }
        self.postfix()
    }

    fn postfix(&mut self) -> Parsed<Expr> {
        let start = self.span().start;
        let mut base = self.primary()?;
        loop {
            if self.is(".") {
                self.advance();
                if self.is("[") {
                    continue;
                }
                let name = if let Kind::Long(_) = self.kind() {
                    let name = Name {
                        text: self.slice(0).to_owned(),
                        span: self.span(),
                    };
                    self.advance();
                    name
                } else {
                    self.name()?
                };
                if self.is("(") {
                    // `cluster('x').database('y').Table`, `workspace('x').T`:
                    // where the data is does not matter here.
                    self.advance();
                    let args = self.arguments()?;
                    base = Expr {
                        kind: ExprKind::Call { name, args },
                        span: self.since(start),
                    };
                    continue;
                }
                base = Expr {
                    kind: ExprKind::Member(Box::new(base), name),
                    span: self.since(start),
                };
            } else if self.is("[") {
                self.advance();
                let index = self.expression()?;
                self.expect("]")?;
                base = Expr {
                    kind: ExprKind::Index(Box::new(base), Box::new(index)),
                    span: self.since(start),
                };
            } else {
                return Ok(base);
            }
        }
    }

    fn primary(&mut self) -> Parsed<Expr> {
        let start = self.span().start;
        let literal = match self.kind().clone() {
            Kind::Long(value) => Literal::Long(value),
            Kind::Real(value) => Literal::Real(value),
            Kind::Timespan(value) => Literal::Timespan(value),
            Kind::Text(mut text) => {
                // Strings side by side are one string.
                while let Kind::Text(more) = &self.token(1).kind {
                    text.push_str(more);
                    self.advance();
                }
                Literal::Text(text)
            }
            Kind::Mark("(") => {
                self.advance();
                let inner = self.deeper(Self::pipe)?;
                self.expect(")")?;
                return Ok(inner);
            }
            Kind::Mark("[") => {
                if matches!(self.token(1).kind, Kind::Text(_)) && self.is_at(2, "]") {
                    let name = self.name()?;
                    return Ok(Expr {
                        kind: ExprKind::Name(name.text),
                        span: name.span,
                    });
                }
                return Err(self.unexpected("a value"));
            }
            Kind::Mark("*") => {
                let pattern = self.pattern()?;
                return Ok(Expr {
                    kind: ExprKind::Wildcard(pattern.text),
                    span: pattern.span,
                });
            }
            Kind::Name => return self.named(),
            _ => return Err(self.unexpected("a value, a column or a function")),
        };
        self.advance();
        Ok(Expr {
            kind: ExprKind::Literal(literal),
            span: self.since(start),
        })
    }

    fn named(&mut self) -> Parsed<Expr> {
        let start = self.span().start;
        let name = Name {
            text: self.slice(0).to_owned(),
            span: self.span(),
        };
        if self.is_at(1, "(") {
            if let Some(literal) = self.raw_literal()? {
                return Ok(Expr {
                    kind: ExprKind::Literal(literal),
                    span: self.since(start),
                });
            }
            if let Some(kind) = self.tabular_call()? {
                return Ok(Expr {
                    kind,
                    span: self.since(start),
                });
            }
            self.advance();
            self.advance();
            let args = self.deeper(Self::arguments)?;
            return Ok(Expr {
                kind: ExprKind::Call { name, args },
                span: self.since(start),
            });
        }
        if self.is_at(1, "*")
            && self.adjacent(0)
            && !self.adjacent(1) | self.is_at(2, ",") | self.is_at(2, ")")
        {
            // `Device*` as a table pattern; `a*b` is a product.
            let pattern = self.pattern()?;
            return Ok(Expr {
                kind: ExprKind::Wildcard(pattern.text),
                span: pattern.span,
            });
        }
        self.advance();
        let kind = match name.text.as_str() {
            "true" | "True" | "TRUE" => ExprKind::Literal(Literal::Bool(true)),
            "false" | "False" | "FALSE" => ExprKind::Literal(Literal::Bool(false)),
            _ => ExprKind::Name(name.text),
        };
        Ok(Expr {
            kind,
            span: self.since(start),
        })
    }
}
