//! Statements.

use tree_sitter::Node;

use super::{
    super::tree::{child_of_kind, children, field, fields, span},
    Ruby,
};
use crate::ir::{Case, Const, Expr, ExprId, ImportBinding, Pattern, PatternItem, Stmt, UnaryOp};

impl<'t> Ruby<'_, 't> {
    pub(super) fn statements(&mut self, nodes: Vec<Node<'t>>) -> Vec<Stmt> {
        let mut out = Vec::new();
        for node in nodes {
            if self.l.enter() {
                self.statement(node, &mut out);
            }
            self.l.leave();
        }
        out
    }

    /// The statements in a `then`, `do`, `body_statement` or the like, with
    /// its `rescue` and `ensure`.
    pub(super) fn body(&mut self, node: Option<Node<'t>>) -> Vec<Stmt> {
        let Some(node) = node else { return Vec::new() };
        match node.kind() {
            "then" | "do" | "else" | "ensure" | "block_body" | "program" | "begin"
            | "body_statement" | "begin_block" | "end_block" => {}
            _ => return self.statements(vec![node]),
        }
        let (guards, plain): (Vec<_>, Vec<_>) = children(node)
            .into_iter()
            .partition(|n| matches!(n.kind(), "rescue" | "else" | "ensure"));
        let body = self.statements(plain);
        if guards.is_empty() {
            return body;
        }
        let mut handlers = Vec::new();
        let mut otherwise = Vec::new();
        let mut finally = Vec::new();
        for guard in guards {
            match guard.kind() {
                "rescue" => {
                    let name = field(guard, "variable")
                        .and_then(|v| v.named_child(0))
                        .map(|n| self.l.text(n).to_owned());
                    let name = name.map(|n| self.l.b.sym(&n));
                    let body = self.body(field(guard, "body"));
                    handlers.push((name, body));
                }
                "else" => otherwise = self.body(Some(guard)),
                _ => finally = self.body(Some(guard)),
            }
        }
        vec![Stmt::Try {
            body,
            handlers,
            otherwise,
            finally,
        }]
    }

    fn statement(&mut self, node: Node<'t>, out: &mut Vec<Stmt>) {
        match node.kind() {
            "empty_statement" | "heredoc_body" | "uninterpreted" | "alias" | "undef" => {}
            "method" | "singleton_method" => self.method(node, out),
            "class" | "module" | "singleton_class" => self.class(node, out),
            "begin" | "begin_block" | "parenthesized_statements"
                if node.kind() != "parenthesized_statements" =>
            {
                out.extend(self.body(Some(node)));
            }
            "end_block" => out.extend(self.body(Some(node))),
            "if" | "elsif" | "unless" => {
                let stmt = self.if_statement(node);
                out.push(stmt);
            }
            "if_modifier" | "unless_modifier" => {
                let test = self.condition(node, node.kind() == "unless_modifier");
                let then = self.body(field(node, "body"));
                out.push(Stmt::If {
                    test,
                    then,
                    otherwise: Vec::new(),
                });
            }
            "while" | "until" | "while_modifier" | "until_modifier" => {
                let test = self.condition(node, node.kind().starts_with("until"));
                let body = field(node, "body");
                let test_last = body.is_some_and(|b| b.kind() == "begin");
                let body = self.body(body);
                out.push(Stmt::While {
                    init: Vec::new(),
                    test: Some(test),
                    update: None,
                    body,
                    test_last,
                });
            }
            "for" => {
                let target = field(node, "pattern").map_or(Pattern::Ignore, |p| self.pattern(p));
                let iterable = field(node, "value").and_then(|v| v.named_child(0));
                let iterable = self.optional(iterable, node);
                let body = self.body(field(node, "body"));
                out.push(Stmt::ForEach {
                    target,
                    iterable,
                    keys: false,
                    body,
                });
            }
            "case" => {
                let stmt = self.case(node);
                out.push(stmt);
            }
            "rescue_modifier" => {
                let body = self.body(field(node, "body"));
                let handler = self.body(field(node, "handler"));
                out.push(Stmt::Try {
                    body,
                    handlers: vec![(None, handler)],
                    otherwise: Vec::new(),
                    finally: Vec::new(),
                });
            }
            "return" => {
                let value = self.jump_value(node);
                out.push(Stmt::Return(value));
            }
            "next" => match self.jump_value(node) {
                Some(value) => out.push(Stmt::Return(Some(value))),
                None => out.push(Stmt::Continue(None)),
            },
            "break" => out.push(Stmt::Break(None)),
            "assignment" => self.assignment(node, out),
            "call" => self.call_statement(node, out),
            "then" | "ERROR" => out.extend(self.statements(children(node))),
            _ => {
                let expr = self.expr(node);
                out.push(Stmt::Expr(expr));
            }
        }
    }

    fn condition(&mut self, node: Node<'t>, negated: bool) -> ExprId {
        let test = self.optional(field(node, "condition"), node);
        if !negated {
            return test;
        }
        self.l.b.expr(
            Expr::Unary {
                op: UnaryOp::Not,
                operand: test,
            },
            span(node),
        )
    }

    fn if_statement(&mut self, node: Node<'t>) -> Stmt {
        let test = self.condition(node, node.kind() == "unless");
        let then = self.body(field(node, "consequence"));
        let otherwise = match field(node, "alternative") {
            Some(next) if next.kind() == "elsif" => {
                if self.l.enter() {
                    let stmt = self.if_statement(next);
                    self.l.leave();
                    vec![stmt]
                } else {
                    self.l.leave();
                    Vec::new()
                }
            }
            other => self.body(other),
        };
        Stmt::If {
            test,
            then,
            otherwise,
        }
    }

    fn case(&mut self, node: Node<'t>) -> Stmt {
        let subject = match field(node, "value") {
            Some(value) => self.expr(value),
            None => self.l.constant(Const::Bool(true), node),
        };
        let mut cases = Vec::new();
        for child in children(node) {
            match child.kind() {
                "when" => {
                    let tests = fields(child, "pattern")
                        .into_iter()
                        .filter_map(|p| p.named_child(0))
                        .map(|p| {
                            let value = self.expr(p);
                            // Classes, ranges and expressions match by `===`.
                            match self.l.b.unit().expr(value) {
                                Some(Expr::Const(_)) => value,
                                _ => self.l.unknown(vec![value], p),
                            }
                        })
                        .collect();
                    let body = self.body(field(child, "body"));
                    cases.push(Case { tests, body });
                }
                "else" => {
                    let body = self.body(Some(child));
                    cases.push(Case {
                        tests: Vec::new(),
                        body,
                    });
                }
                _ => {}
            }
        }
        Stmt::Switch {
            subject,
            cases,
            fall_through: false,
        }
    }

    fn jump_value(&mut self, node: Node<'t>) -> Option<ExprId> {
        let list = child_of_kind(node, "argument_list")?;
        let args = self.arguments(list);
        match args.as_slice() {
            [] => None,
            [only] => Some(only.value),
            _ => Some(self.l.b.expr(Expr::List(args), span(node))),
        }
    }

    fn assignment(&mut self, node: Node<'t>, out: &mut Vec<Stmt>) {
        let (Some(left), Some(right)) = (field(node, "left"), field(node, "right")) else {
            return;
        };
        let value = self.expr(right);
        let target = self.pattern(left);
        out.push(match target {
            // Locals of a block are those of the method around it.
            Pattern::Name(_) | Pattern::List(_) => Stmt::Let {
                target,
                value: Some(value),
            },
            target => {
                let assign = self.l.b.expr(
                    Expr::Assign {
                        target: Box::new(target),
                        op: None,
                        value,
                    },
                    span(node),
                );
                Stmt::Expr(assign)
            }
        });
    }

    /// What is assigned to.
    pub(super) fn pattern(&mut self, node: Node<'t>) -> Pattern {
        if !self.l.enter() {
            self.l.leave();
            return Pattern::Ignore;
        }
        let pattern = match node.kind() {
            "identifier" | "constant" | "global_variable" | "class_variable" => {
                Pattern::Name(self.l.b.sym(self.l.text(node)))
            }
            "instance_variable" => {
                let this = self.l.b.expr(Expr::This, span(node));
                let name = self.l.text(node).trim_start_matches('@');
                Pattern::Member(this, self.l.b.sym(name))
            }
            "call" => match (field(node, "receiver"), field(node, "method")) {
                (Some(receiver), Some(method)) => {
                    let object = self.expr(receiver);
                    Pattern::Member(object, self.l.b.sym(self.l.text(method)))
                }
                _ => Pattern::Ignore,
            },
            "element_reference" => {
                let object = self.optional(field(node, "object"), node);
                match children(node).get(1) {
                    Some(index) => {
                        let index = self.expr(*index);
                        Pattern::Index(object, index)
                    }
                    None => Pattern::Ignore,
                }
            }
            "left_assignment_list" | "destructured_left_assignment" | "destructured_parameter" => {
                let items = children(node)
                    .into_iter()
                    .map(|n| {
                        let rest = n.kind().contains("rest") || n.kind().contains("splat");
                        let inner = if rest { n.named_child(0) } else { Some(n) };
                        let pattern = inner.map_or(Pattern::Ignore, |n| self.pattern(n));
                        Some(PatternItem {
                            pattern,
                            rest,
                            default: None,
                        })
                    })
                    .collect();
                Pattern::List(items)
            }
            _ => Pattern::Ignore,
        };
        self.l.leave();
        pattern
    }

    /// `require`, `load` of a literal and loops over blocks; else an expression.
    fn call_statement(&mut self, node: Node<'t>, out: &mut Vec<Stmt>) {
        let method = field(node, "method").map_or("", |m| self.l.text(m));
        let literal = field(node, "arguments")
            .filter(|a| a.named_child_count() == 1)
            .and_then(|a| a.named_child(0))
            .and_then(|a| self.literal_text(a));
        if field(node, "receiver").is_none()
            && let Some(text) = literal
            && matches!(method, "require" | "require_relative" | "load")
        {
            let specifier = if method == "require_relative" && !text.starts_with('.') {
                format!("./{text}")
            } else {
                text
            };
            let module = self.l.b.sym(&specifier);
            out.push(Stmt::Import {
                module,
                bindings: Vec::<ImportBinding>::new(),
            });
            return;
        }
        if matches!(method, "each" | "each_with_index")
            && let (Some(receiver), Some(block)) = (field(node, "receiver"), field(node, "block"))
            && method == "each"
        {
            let iterable = self.expr(receiver);
            let target = self.block_pattern(block);
            let body = self.body(field(block, "body"));
            out.push(Stmt::ForEach {
                target,
                iterable,
                keys: false,
                body,
            });
            return;
        }
        let expr = self.expr(node);
        out.push(Stmt::Expr(expr));
    }

    /// What one element is bound to.
    fn block_pattern(&mut self, block: Node<'t>) -> Pattern {
        let Some(params) = field(block, "parameters") else {
            return Pattern::Ignore;
        };
        let params = children(params);
        if let [only] = params.as_slice() {
            return self.pattern(*only);
        }
        let items = params
            .into_iter()
            .map(|p| {
                let pattern = self.pattern(p);
                Some(PatternItem {
                    pattern,
                    rest: false,
                    default: None,
                })
            })
            .collect();
        Pattern::List(items)
    }
}
