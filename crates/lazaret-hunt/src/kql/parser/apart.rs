//! Operators that take a value apart: mv-expand, mv-apply, parse.

use super::{Parsed, Parser};
use crate::{
    kql::{
        ast::{Expand, Name, OperatorKind, Piece},
        lexer::Kind,
    },
    value::ScalarType,
};

impl Parser<'_> {
    pub(super) fn expand_options(&mut self) -> Parsed<(bool, Option<Name>)> {
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

    pub(super) fn expand(&mut self) -> Parsed<Expand> {
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

    pub(super) fn mv_expand(&mut self) -> Parsed<OperatorKind> {
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

    pub(super) fn parse_pattern(&mut self, only: bool) -> Parsed<OperatorKind> {
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
}
