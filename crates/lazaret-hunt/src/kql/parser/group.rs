//! Operators that group rows: summarize, make-series, top-nested.

use super::{Parsed, Parser};
use crate::kql::ast::{Named, OperatorKind, Series, TopNested};

impl Parser<'_> {
    pub(super) fn summarize(&mut self) -> Parsed<OperatorKind> {
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

    pub(super) fn make_series(&mut self) -> Parsed<OperatorKind> {
        self.hints();
        let mut nonempty = false;
        if self.word("kind") && self.is_at(1, "=") {
            self.advance();
            self.advance();
            nonempty = self.word("nonempty");
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
            nonempty,
            values,
            on,
            from,
            to,
            through,
            step,
            by,
        })
    }

    pub(super) fn top_nested(&mut self) -> Parsed<Vec<TopNested>> {
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
}
