//! Functions, and the positional parameters of a script.

use crate::ir::{Expr, Function, Param, Pattern, Stmt};

use super::{Parser, command::Parsed, word::Words};

impl Parser<'_> {
    pub(super) fn function_after(&mut self, start: usize, words: &Words) -> Option<Parsed> {
        let name = self
            .literal(words.list.first().copied())
            .unwrap_or_default();
        self.pos += 2;
        self.function(start, &name)
    }

    pub(super) fn function_keyword(&mut self, start: usize) -> Option<Parsed> {
        let mut words = Words::default();
        self.word(&mut words);
        let name = self
            .literal(words.list.first().copied())
            .unwrap_or_default();
        self.blanks();
        if self.eat("(") {
            self.blanks();
            self.eat(")");
        }
        self.function(start, &name)
    }

    fn function(&mut self, start: usize, name: &str) -> Option<Parsed> {
        self.gaps();
        let mut used = Vec::new();
        let mut body = self.scoped(|p, out| {
            match p.nested(Self::command).unwrap_or(None) {
                Some(Parsed::Expr(expr)) => out.push(Stmt::Expr(expr)),
                Some(Parsed::Stmts(mut stmts)) => out.append(&mut stmts),
                None => {}
            }
            used = p.positional();
        });
        let span = self.span(start);
        self.return_output(&mut body, span);
        let all = self.b.sym("@");
        for number in used {
            let list = self.b.name("@", span);
            let index = self
                .b
                .expr(Expr::Const(crate::ir::Const::Int(number - 1)), span);
            let value = self.b.expr(
                Expr::Index {
                    object: list,
                    index,
                },
                span,
            );
            let target = Pattern::Name(self.b.sym(&number.to_string()));
            body.insert(
                0,
                Stmt::Let {
                    target,
                    value: Some(value),
                },
            );
        }
        let name = self.b.sym(name);
        let function = self.b.function(Function {
            name: Some(name),
            params: vec![Param {
                pattern: Pattern::Name(all),
                default: None,
                rest: true,
                rest_named: false,
            }],
            body,
            decorators: Vec::new(),
            lexical_this: false,
            span,
        });
        Some(Parsed::Stmts(vec![Stmt::Function(function)]))
    }

    /// Positional parameters that the script names so far.
    fn positional(&self) -> Vec<i64> {
        let unit = self.b.unit();
        let mut numbers: Vec<i64> = unit
            .symbols
            .iter()
            .filter_map(|s| s.parse().ok())
            .filter(|n| (1..=32).contains(n))
            .collect();
        numbers.sort_unstable();
        numbers
    }
}
