//! Statements.

use crate::ir::{BinaryOp, Case, Expr, ExprId, Pattern, Stmt};

use super::Parser;

impl Parser<'_> {
    /// Statements up to a closing `}` or `)`, which is left.
    pub(super) fn statements(&mut self, out: &mut Vec<Stmt>) {
        loop {
            self.blanks(true);
            match self.peek() {
                None | Some('}' | ')') => return,
                Some(';') => {
                    self.bump();
                    continue;
                }
                _ => {}
            }
            let before = self.pos;
            if self.nested(|p| p.statement(out)).is_none() {
                return;
            }
            if self.pos == before {
                self.unexpected();
            }
        }
    }

    fn statement(&mut self, out: &mut Vec<Stmt>) {
        let start = self.pos;
        if self.attribute() {
            return;
        }
        if self.at_param_block() {
            let params = self.param_block();
            for param in params {
                if let Some(value) = param.default {
                    out.push(Stmt::Let {
                        target: param.pattern,
                        value: Some(value),
                    });
                }
            }
            return;
        }
        let word: String = self
            .rest()
            .chars()
            .take_while(char::is_ascii_alphabetic)
            .collect::<String>()
            .to_ascii_lowercase();
        let follows = self.rest().get(word.len()..).and_then(|r| r.chars().next());
        if !follows
            .is_some_and(|c| c == '-' || c == '.' || c == '_' || c == '\\' || c.is_alphanumeric())
            && self.keyword(&word, out)
        {
            return;
        }
        let value = self.pipeline_expr();
        self.blanks(false);
        if let Some(stmt) = self.assignment(value, start) {
            out.push(stmt);
            return;
        }
        out.push(Stmt::Expr(value));
    }

    fn block(&mut self) -> Vec<Stmt> {
        self.blanks(true);
        let mut body = Vec::new();
        if self.eat("{") {
            self.statements(&mut body);
            self.eat("}");
        }
        body
    }

    fn condition(&mut self) -> ExprId {
        self.blanks(true);
        let start = self.pos;
        self.eat("(");
        self.block_until(')', start)
    }

    fn keyword(&mut self, word: &str, out: &mut Vec<Stmt>) -> bool {
        let start = self.pos;
        match word {
            "if" => {
                self.pos += 2;
                let stmt = self.if_after();
                out.push(stmt);
            }
            "while" => {
                self.pos += 5;
                let test = self.condition();
                let body = self.block();
                out.push(loop_of(Vec::new(), Some(test), None, body, false));
            }
            "do" => {
                self.pos += 2;
                let body = self.block();
                self.blanks(true);
                let until = self.eat_word("until");
                let test = if until || self.eat_word("while") {
                    let test = self.condition();
                    let span = self.span(start);
                    Some(if until {
                        self.b.expr(
                            Expr::Unary {
                                op: crate::ir::UnaryOp::Not,
                                operand: test,
                            },
                            span,
                        )
                    } else {
                        test
                    })
                } else {
                    None
                };
                out.push(loop_of(Vec::new(), test, None, body, true));
            }
            "for" => {
                self.pos += 3;
                let stmt = self.for_after();
                out.push(stmt);
            }
            "foreach" => {
                self.pos += 7;
                self.blanks(true);
                if self.peek() != Some('(') {
                    self.pos = start;
                    return false;
                }
                self.bump();
                self.blanks(true);
                let variable = self.variable();
                let target = variable.map_or(Pattern::Ignore, |v| self.target(v));
                self.blanks(true);
                self.eat_word("in");
                let iterable = self.block_until(')', start);
                let span = self.span(start);
                let iterable = self.builtin("@array", &[iterable], span);
                let body = self.block();
                out.push(Stmt::ForEach {
                    target,
                    iterable,
                    keys: false,
                    body,
                });
            }
            "switch" => {
                self.pos += 6;
                let stmt = self.switch_after();
                out.push(stmt);
            }
            "try" => {
                self.pos += 3;
                let stmt = self.try_after();
                out.push(stmt);
            }
            "function" | "filter" => {
                self.pos += word.len();
                self.function_after(start, out);
            }
            "return" | "throw" | "exit" | "break" | "continue" => {
                self.pos += word.len();
                self.blanks(false);
                let value = if matches!(self.peek(), None | Some('\n' | ';' | '}' | ')')) {
                    None
                } else {
                    Some(self.pipeline_expr())
                };
                match (word, value) {
                    ("return", value) => out.push(Stmt::Return(value)),
                    ("throw", value) => out.push(Stmt::Throw(value)),
                    ("break", _) => out.push(Stmt::Break(None)),
                    ("continue", _) => out.push(Stmt::Continue(None)),
                    // What follows an `exit` is analysed too.
                    (_, Some(value)) => out.push(Stmt::Expr(value)),
                    _ => {}
                }
            }
            "begin" | "process" | "end"
                if self
                    .rest()
                    .get(word.len()..)
                    .is_some_and(|r| r.trim_start().starts_with('{')) =>
            {
                self.pos += word.len();
                let mut body = self.block();
                out.append(&mut body);
            }
            _ => return false,
        }
        true
    }

    fn if_after(&mut self) -> Stmt {
        let test = self.condition();
        let then = self.block();
        let before = self.pos;
        self.blanks(true);
        let otherwise = if self.eat_word("elseif") {
            self.nested(Self::if_after).into_iter().collect()
        } else if self.eat_word("else") {
            self.block()
        } else {
            self.pos = before;
            Vec::new()
        };
        Stmt::If {
            test,
            then,
            otherwise,
        }
    }

    fn for_after(&mut self) -> Stmt {
        self.blanks(true);
        self.eat("(");
        let mut init = Vec::new();
        self.blanks(true);
        if self.peek() != Some(';') {
            self.nested(|p| p.statement(&mut init));
        }
        self.blanks(true);
        self.eat(";");
        self.blanks(true);
        let test = (!matches!(self.peek(), Some(';' | ')') | None)).then(|| self.pipeline_expr());
        self.blanks(true);
        self.eat(";");
        self.blanks(true);
        let update_start = self.pos;
        let mut steps = Vec::new();
        if self.peek() != Some(')') {
            self.nested(|p| p.statement(&mut steps));
        }
        self.blanks(true);
        self.eat(")");
        let span = self.span(update_start);
        let update = steps.pop().and_then(|s| match s {
            Stmt::Expr(expr) => Some(expr),
            Stmt::Let {
                target,
                value: Some(value),
            } => Some(self.b.expr(
                Expr::Assign {
                    target: Box::new(target),
                    op: None,
                    value,
                },
                span,
            )),
            _ => None,
        });
        let body = self.block();
        loop_of(init, test, update, body, false)
    }

    fn switch_after(&mut self) -> Stmt {
        self.blanks(true);
        while self.peek() == Some('-') {
            self.bump();
            self.identifier();
            self.blanks(true);
        }
        let subject = self.condition();
        self.blanks(true);
        let mut cases = Vec::new();
        if self.eat("{") {
            loop {
                self.blanks(true);
                if self.eat("}") || self.peek().is_none() {
                    break;
                }
                if self.eat(";") {
                    continue;
                }
                let before = self.pos;
                let test = match self.peek() {
                    Some('{') => Some(self.script_block()),
                    _ if self.eat_word("default") => None,
                    Some('$' | '(' | '\'' | '"') => Some(self.default_value()),
                    _ => Some(self.bare_word()),
                };
                let body = self.block();
                cases.push(Case {
                    tests: test.into_iter().collect(),
                    body,
                });
                if self.pos == before {
                    self.unexpected();
                }
            }
        }
        Stmt::Switch {
            subject,
            cases,
            fall_through: false,
        }
    }

    fn try_after(&mut self) -> Stmt {
        let body = self.block();
        let mut handlers = Vec::new();
        let mut finally = Vec::new();
        loop {
            let before = self.pos;
            self.blanks(true);
            if self.eat_word("catch") {
                self.blanks(true);
                while self.peek() == Some('[') {
                    let rest = self.rest();
                    self.pos += rest.find(']').map_or(rest.len(), |at| at + 1);
                    self.blanks(true);
                    self.eat(",");
                    self.blanks(true);
                }
                let handler = self.block();
                handlers.push((None, handler));
            } else if self.eat_word("finally") {
                finally = self.block();
            } else {
                self.pos = before;
                break;
            }
        }
        Stmt::Try {
            body,
            handlers,
            otherwise: Vec::new(),
            finally,
        }
    }

    fn assignment(&mut self, left: ExprId, start: usize) -> Option<Stmt> {
        let (op, length) = if self.looking_at("=") && !self.looking_at("==") {
            (None, 1)
        } else {
            let op = [
                ("+=", BinaryOp::Add),
                ("-=", BinaryOp::Sub),
                ("*=", BinaryOp::Mul),
                ("/=", BinaryOp::Div),
                ("%=", BinaryOp::Mod),
            ]
            .into_iter()
            .find(|(text, _)| self.looking_at(text))?;
            (Some(op.1), 2)
        };
        self.pos += length;
        self.blanks(true);
        let mut inner = Vec::new();
        // `$x = if (…) {…}`, `$x = $y = 1`: a statement whose value is taken.
        let at = self.pos;
        self.nested(|p| p.statement(&mut inner));
        let value = match inner.as_slice() {
            [Stmt::Expr(value)] => *value,
            _ => {
                let span = self.span(at);
                let chained = match inner.first() {
                    Some(Stmt::Let {
                        target,
                        value: Some(value),
                    }) => Some((target.clone(), *value)),
                    _ => None,
                };
                match chained {
                    Some((target, value)) => self.b.expr(
                        Expr::Assign {
                            target: Box::new(target),
                            op: None,
                            value,
                        },
                        span,
                    ),
                    None => {
                        let function = self.function_value(Vec::new(), inner, span);
                        self.b.call(function, &[], span)
                    }
                }
            }
        };
        let target = self.target(left);
        let span = self.span(start);
        Some(match (op, &target) {
            (None, Pattern::Name(_) | Pattern::List(_)) => Stmt::Let {
                target,
                value: Some(value),
            },
            _ => {
                let assign = self.b.expr(
                    Expr::Assign {
                        target: Box::new(target),
                        op,
                        value,
                    },
                    span,
                );
                Stmt::Expr(assign)
            }
        })
    }
}

fn loop_of(
    init: Vec<Stmt>,
    test: Option<ExprId>,
    update: Option<ExprId>,
    body: Vec<Stmt>,
    test_last: bool,
) -> Stmt {
    Stmt::While {
        init,
        test,
        update,
        body,
        test_last,
    }
}
