//! Functions and what they take.

use crate::ir::{ExprId, Function, Param, Pattern, Stmt};

use super::Parser;

impl Parser<'_> {
    pub(super) fn function_after(&mut self, start: usize, out: &mut Vec<Stmt>) {
        self.blanks(true);
        let rest = self.rest();
        let length = rest
            .char_indices()
            .find(|(_, c)| !(c.is_alphanumeric() || matches!(c, '_' | '-' | ':')))
            .map_or(rest.len(), |(at, _)| at);
        self.pos += length;
        let name = rest.get(..length).unwrap_or("").to_ascii_lowercase();
        let name = name.rsplit(':').next().unwrap_or("").to_owned();
        self.blanks(true);
        let mut params = if self.eat("(") {
            self.params()
        } else {
            Vec::new()
        };
        self.blanks(true);
        let mut body = Vec::new();
        if self.eat("{") {
            if params.is_empty() {
                params = self.param_block();
            }
            self.statements(&mut body);
            self.eat("}");
        }
        crate::lower::tree::return_last(&mut body);
        let span = self.span(start);
        let name = self.b.sym(&name);
        let function = self.b.function(Function {
            name: Some(name),
            params,
            body,
            decorators: Vec::new(),
            lexical_this: false,
            span,
        });
        out.push(Stmt::Function(function));
    }

    /// `[CmdletBinding()]`, `[Parameter(…)]` before `param`.
    pub(super) fn attribute(&mut self) -> bool {
        let rest = self.rest();
        if !rest.starts_with('[') {
            return false;
        }
        let lower: String = rest
            .chars()
            .take(40)
            .collect::<String>()
            .to_ascii_lowercase();
        if !lower.starts_with("[cmdletbinding")
            && !lower.starts_with("[parameter")
            && !lower.starts_with("[diagnostics.")
        {
            return false;
        }
        self.pos += rest.find(']').map_or(rest.len(), |at| at + 1);
        true
    }

    pub(super) fn at_param_block(&self) -> bool {
        let rest = self.rest();
        rest.get(..5)
            .is_some_and(|w| w.eq_ignore_ascii_case("param"))
            && rest
                .get(5..)
                .is_some_and(|r| r.trim_start().starts_with('('))
    }

    /// `param(…)` where it stands next.
    pub(super) fn param_block(&mut self) -> Vec<Param> {
        self.blanks(true);
        while self.attribute() {
            self.blanks(true);
        }
        if !self.at_param_block() {
            return Vec::new();
        }
        self.pos += 5;
        self.blanks(true);
        self.eat("(");
        self.params()
    }

    /// Parameters up to and with `)`.
    fn params(&mut self) -> Vec<Param> {
        let mut params = Vec::new();
        loop {
            self.blanks(true);
            match self.peek() {
                None => return params,
                Some(')') => {
                    self.bump();
                    return params;
                }
                Some(',') => {
                    self.bump();
                }
                Some('[') => {
                    // Attributes and types.
                    let mut open = 0_i32;
                    while let Some(c) = self.bump() {
                        open += match c {
                            '[' => 1,
                            ']' => -1,
                            _ => 0,
                        };
                        if open <= 0 {
                            break;
                        }
                    }
                }
                Some('$') => {
                    self.bump();
                    let name = self.identifier();
                    let pattern = Pattern::Name(self.b.sym(&name));
                    self.blanks(true);
                    let default = if self.eat("=") {
                        self.blanks(true);
                        let at = self.pos;
                        let value = self.nested(Self::default_value);
                        (self.pos > at).then_some(value).flatten()
                    } else {
                        None
                    };
                    params.push(Param {
                        pattern,
                        default,
                        rest: false,
                        rest_named: false,
                    });
                }
                Some(_) => {
                    self.bump();
                }
            }
        }
    }

    pub(super) fn default_value(&mut self) -> ExprId {
        let start = self.pos;
        let value = self.primary_value();
        self.postfix_of(value, start)
    }
}
