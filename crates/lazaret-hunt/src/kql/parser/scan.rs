//! The operator `scan`.

use super::{Parsed, Parser};
use crate::{
    error::{Class, Diagnostic},
    kql::ast::{Scan, ScanStep},
};

impl Parser<'_> {
    pub(super) fn scan(&mut self) -> Parsed<Scan> {
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
