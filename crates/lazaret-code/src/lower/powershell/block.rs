//! Script blocks and what is assigned to.

use super::Parser;
use crate::ir::{Const, Expr, ExprId, Function, Param, Pattern, Span, Stmt};

impl Parser<'_> {
    /// `{ param(…) … }` as a function.
    pub(super) fn script_block(&mut self) -> ExprId {
        let start = self.pos;
        self.bump();
        let mut body = Vec::new();
        let params = self
            .nested(|p| {
                let params = p.param_block();
                p.statements(&mut body);
                params
            })
            .unwrap_or_default();
        self.eat("}");
        let span = self.span(start);
        self.function_value(params, body, span)
    }

    pub(super) fn function_value(
        &mut self,
        params: Vec<Param>,
        mut body: Vec<Stmt>,
        span: Span,
    ) -> ExprId {
        crate::lower::tree::return_last(&mut body);
        let function = self.b.function(Function {
            name: None,
            params,
            body,
            decorators: Vec::new(),
            lexical_this: true,
            span,
        });
        self.b.expr(Expr::Function(function), span)
    }

    /// Statements up to and with `close` as one expression.
    pub(super) fn block_until(&mut self, close: char, start: usize) -> ExprId {
        let mut body = Vec::new();
        self.nested(|p| p.statements(&mut body));
        self.blanks(true);
        if self.peek() == Some(close) {
            self.bump();
        }
        let span = self.span(start);
        match body.as_slice() {
            [] => self.b.expr(Expr::Const(Const::Null), span),
            [Stmt::Expr(only)] => *only,
            [
                Stmt::Let {
                    target,
                    value: Some(value),
                },
            ] => self.b.expr(
                Expr::Assign {
                    target: Box::new(target.clone()),
                    op: None,
                    value: *value,
                },
                span,
            ),
            _ => {
                let function = self.function_value(Vec::new(), body, span);
                self.b.call(function, &[], span)
            }
        }
    }

    /// What an expression is as the target of an assignment.
    pub(super) fn target(&mut self, expr: ExprId) -> Pattern {
        match self.b.unit().expr(expr) {
            Some(Expr::Name(sym)) => Pattern::Name(*sym),
            Some(Expr::Member { object, name }) => Pattern::Member(*object, *name),
            Some(Expr::Index { object, index }) => Pattern::Index(*object, *index),
            Some(Expr::List(items)) => {
                let values: Vec<ExprId> = items.iter().map(|a| a.value).collect();
                let items = values
                    .into_iter()
                    .map(|value| {
                        Some(crate::ir::PatternItem {
                            pattern: self.target(value),
                            rest: false,
                            default: None,
                        })
                    })
                    .collect();
                Pattern::List(items)
            }
            // `[string]$x = …`
            Some(Expr::Call { args, .. }) => match args.last().map(|a| a.value) {
                Some(inner) if matches!(self.b.unit().expr(inner), Some(Expr::Name(_))) => {
                    self.target(inner)
                }
                _ => Pattern::Ignore,
            },
            _ => Pattern::Ignore,
        }
    }
}
