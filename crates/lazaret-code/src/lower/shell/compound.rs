//! `if`, loops, `case`, groups, subshells.

use crate::ir::{Arg, Case, Expr, ExprId, Pattern, Span, Stmt};

use super::{Parser, command::Parsed, word::Words};

impl Parser<'_> {
    /// A compound command where one stands here.
    pub(super) fn compound(&mut self) -> Option<Parsed> {
        let start = self.pos;
        if self.looking_at("((") {
            self.pos += 2;
            let value = self.arithmetic(b')');
            self.eat("))");
            let span = self.span(start);
            return Some(Parsed::Expr(self.unknown(vec![value], span)));
        }
        if self.eat("(") {
            let mut body = Vec::new();
            self.list(&mut body, &[]);
            self.eat(")");
            return Some(self.with_redirects(body, start));
        }
        let keyword = self.keyword();
        let body = match keyword {
            "{" => {
                self.pos += 1;
                let mut body = Vec::new();
                self.list(&mut body, &["}"]);
                self.eat_keyword("}");
                body
            }
            "if" => {
                self.pos += 2;
                vec![self.if_after()]
            }
            "while" | "until" => {
                self.pos += 5;
                vec![self.while_after(keyword == "until")]
            }
            "for" | "select" => {
                self.pos += keyword.len();
                vec![self.for_after()]
            }
            "case" => {
                self.pos += 4;
                vec![self.case_after()]
            }
            "[[" => {
                self.pos += 2;
                return Some(Parsed::Expr(self.double_bracket(start)));
            }
            _ => return None,
        };
        Some(self.with_redirects(body, start))
    }

    fn with_redirects(&mut self, body: Vec<Stmt>, start: usize) -> Parsed {
        let mut redirects = Vec::new();
        let mut input = None;
        loop {
            self.blanks();
            if !self.redirect(&mut redirects, &mut input) {
                break;
            }
        }
        if redirects.is_empty() && input.is_none() {
            return Parsed::Stmts(body);
        }
        let span = self.span(start);
        let block = self.block_expr(body, span);
        Parsed::Expr(self.redirected(block, input, redirects, span))
    }

    fn block(&mut self, stops: &[&str]) -> Vec<Stmt> {
        let mut body = Vec::new();
        self.list(&mut body, stops);
        body
    }

    /// The last command of a condition is what is tested; those before run.
    fn condition(&mut self, mut stmts: Vec<Stmt>, span: Span) -> ExprId {
        match stmts.pop() {
            Some(Stmt::Expr(expr)) => {
                let tested = self.status(expr);
                if stmts.is_empty() {
                    return tested;
                }
                let before = self.block_expr(stmts, span);
                self.b.expr(Expr::Sequence(vec![before, tested]), span)
            }
            Some(other) => {
                stmts.push(other);
                let block = self.block_expr(stmts, span);
                self.unknown(vec![block], span)
            }
            None => self.unknown(Vec::new(), span),
        }
    }

    fn if_after(&mut self) -> Stmt {
        let start = self.pos;
        let condition = self.block(&["then", "fi"]);
        let span = self.span(start);
        let test = self.condition(condition, span);
        self.eat_keyword("then");
        let then = self.block(&["elif", "else", "fi"]);
        let otherwise = if self.eat_keyword("elif") {
            match self.nested(Self::if_after) {
                Some(stmt) => vec![stmt],
                None => Vec::new(),
            }
        } else {
            let body = if self.eat_keyword("else") {
                self.block(&["fi"])
            } else {
                Vec::new()
            };
            self.eat_keyword("fi");
            body
        };
        Stmt::If {
            test,
            then,
            otherwise,
        }
    }

    fn do_body(&mut self) -> Vec<Stmt> {
        self.gaps();
        self.eat(";");
        self.gaps();
        if self.eat_keyword("{") {
            let body = self.block(&["}"]);
            self.eat_keyword("}");
            return body;
        }
        self.eat_keyword("do");
        let body = self.block(&["done"]);
        self.eat_keyword("done");
        body
    }

    fn while_after(&mut self, _until: bool) -> Stmt {
        let start = self.pos;
        let condition = self.block(&["do", "done"]);
        let span = self.span(start);
        let test = self.condition(condition, span);
        // Whether it goes on depends on exit statuses.
        let test = self.unknown(vec![test], span);
        let body = self.do_body();
        Stmt::While {
            init: Vec::new(),
            test: Some(test),
            update: None,
            body,
            test_last: false,
        }
    }

    fn for_after(&mut self) -> Stmt {
        let start = self.pos;
        self.blanks();
        if self.eat("((") {
            let value = self.arithmetic(b')');
            self.eat("))");
            let span = self.span(start);
            let test = self.unknown(vec![value], span);
            let body = self.do_body();
            return Stmt::While {
                init: Vec::new(),
                test: Some(test),
                update: None,
                body,
                test_last: false,
            };
        }
        let mut name = Words::default();
        self.word(&mut name);
        let name = self.literal(name.list.first().copied()).unwrap_or_default();
        let sym = self.assigned(&name, false);
        self.gaps();
        let mut items = Vec::new();
        if self.eat_keyword("in") {
            let mut words = Words::default();
            loop {
                self.blanks();
                if matches!(self.peek(), None | Some(b';' | b'\n' | b')' | b'&' | b'|')) {
                    break;
                }
                let before = self.pos;
                self.word(&mut words);
                if self.pos == before {
                    self.unexpected();
                }
            }
            for value in words.list {
                // An unquoted expansion alone is split into several.
                let several = matches!(
                    self.b.unit().expr(value),
                    Some(Expr::Name(_) | Expr::CommandOutput(_))
                );
                let span = self.b.unit().span(value);
                let value = if several {
                    self.builtin("@words", &[value], span)
                } else {
                    value
                };
                items.push(Arg {
                    name: None,
                    value,
                    spread: several,
                });
            }
        } else {
            let span = self.span(start);
            let all = self.b.name("@", span);
            items.push(Arg {
                name: None,
                value: all,
                spread: true,
            });
        }
        let span = self.span(start);
        let iterable = self.b.expr(Expr::List(items), span);
        let body = self.do_body();
        Stmt::ForEach {
            target: Pattern::Name(sym),
            iterable,
            keys: false,
            body,
        }
    }

    fn case_after(&mut self) -> Stmt {
        self.blanks();
        let subject = self.single_word();
        self.gaps();
        self.eat_keyword("in");
        let mut cases = Vec::new();
        loop {
            self.gaps();
            if self.peek().is_none() || self.eat_keyword("esac") {
                break;
            }
            let before = self.pos;
            self.eat("(");
            let mut tests = Words::default();
            let mut open = false;
            loop {
                self.blanks();
                let at = self.pos;
                if self.eat("|") {
                    continue;
                }
                if self.eat(")") || matches!(self.peek(), None | Some(b'\n')) {
                    break;
                }
                self.word(&mut tests);
                if self.pos == at {
                    self.unexpected();
                    open = true;
                }
            }
            // A pattern with `*` may match anything: its case may run.
            let any = open
                || tests.list.iter().any(|t| {
                    self.literal(Some(*t))
                        .is_none_or(|text| text.contains(['*', '?', '[']))
                });
            if any {
                let span = self.span(before);
                let unknown = self.unknown(tests.list.clone(), span);
                let plain = tests
                    .list
                    .iter()
                    .all(|t| self.literal(Some(*t)).as_deref() == Some("*"));
                tests.list = if plain { Vec::new() } else { vec![unknown] };
            }
            let body = self.block(&["esac", ";;"]);
            let _ = self.eat(";;&") || self.eat(";;") || self.eat(";&");
            cases.push(Case {
                tests: tests.list,
                body,
            });
            if self.pos == before {
                self.unexpected();
            }
        }
        Stmt::Switch {
            subject,
            cases,
            fall_through: false,
        }
    }
}
