//! Statements.

use tree_sitter::Node;

use super::{
    super::tree::{child_of_kind, children, field, fields, span},
    CSharp,
};
use crate::ir::{Case, Expr, Pattern, Stmt};

impl CSharp<'_> {
    pub(super) fn statements(&mut self, nodes: Vec<Node<'_>>, out: &mut Vec<Stmt>) {
        for node in nodes {
            if self.l.enter() {
                self.statement(node, out);
            }
            self.l.leave();
        }
    }

    fn body(&mut self, node: Option<Node<'_>>) -> Vec<Stmt> {
        let mut out = Vec::new();
        match node {
            Some(node) if node.kind() == "block" => self.statements(children(node), &mut out),
            Some(node) => self.statements(vec![node], &mut out),
            None => {}
        }
        out
    }

    fn statement(&mut self, node: Node<'_>, out: &mut Vec<Stmt>) {
        match node.kind() {
            "using_directive" => self.using(node, out),
            "namespace_declaration" => {
                let inner = field(node, "body").map(children).unwrap_or_default();
                self.statements(inner, out);
            }
            "class_declaration"
            | "struct_declaration"
            | "record_declaration"
            | "interface_declaration" => {
                self.type_declaration(node, out);
            }
            "global_statement"
            | "expression_statement"
            | "ERROR"
            | "checked_statement"
            | "unsafe_statement"
            | "fixed_statement"
            | "lock_statement"
            | "declaration_list" => {
                self.statements(children(node), out);
            }
            "local_declaration_statement" | "variable_declaration" => {
                let declaration = if node.kind() == "variable_declaration" {
                    Some(node)
                } else {
                    child_of_kind(node, "variable_declaration")
                };
                if let Some(declaration) = declaration {
                    self.declaration(declaration, out);
                }
            }
            "local_function_statement" | "method_declaration" => {
                let name = field(node, "name")
                    .map_or("", |n| self.l.text(n))
                    .to_owned();
                let function = self.function(node, &name);
                let id = self.l.b.function(function);
                out.push(Stmt::Function(id));
            }
            "block" => {
                let body = self.body(Some(node));
                out.push(Stmt::Block(body));
            }
            "if_statement" => {
                let test = self.optional(field(node, "condition"), node);
                let then = self.body(field(node, "consequence"));
                let otherwise = self.body(field(node, "alternative"));
                out.push(Stmt::If {
                    test,
                    then,
                    otherwise,
                });
            }
            "while_statement" | "do_statement" => {
                let test = self.optional(field(node, "condition"), node);
                let body = self.body(field(node, "body"));
                out.push(Stmt::While {
                    init: Vec::new(),
                    test: Some(test),
                    update: None,
                    body,
                    test_last: node.kind() == "do_statement",
                });
            }
            "for_statement" => {
                let mut init = Vec::new();
                self.statements(fields(node, "initializer"), &mut init);
                let test = field(node, "condition").map(|c| self.expr(c));
                let updates: Vec<_> = fields(node, "update")
                    .into_iter()
                    .map(|u| self.expr(u))
                    .collect();
                let update = match updates.as_slice() {
                    [] => None,
                    [only] => Some(*only),
                    _ => Some(self.l.b.expr(Expr::Sequence(updates), span(node))),
                };
                let body = self.body(field(node, "body"));
                out.push(Stmt::While {
                    init,
                    test,
                    update,
                    body,
                    test_last: false,
                });
            }
            "foreach_statement" => {
                let iterable = self.optional(field(node, "right"), node);
                let target = match field(node, "left") {
                    Some(left) if left.kind() == "identifier" => {
                        Pattern::Name(self.l.b.sym(self.l.text(left)))
                    }
                    _ => Pattern::Ignore,
                };
                let body = self.body(field(node, "body"));
                out.push(Stmt::ForEach {
                    target,
                    iterable,
                    keys: false,
                    body,
                });
            }
            "try_statement" => self.try_statement(node, out),
            "using_statement" => {
                let body_node = field(node, "body");
                let before: Vec<_> = children(node)
                    .into_iter()
                    .filter(|n| Some(*n) != body_node)
                    .collect();
                self.statements(before, out);
                out.extend(self.body(body_node));
            }
            "switch_statement" => self.switch(node, out),
            "return_statement" | "yield_statement" => {
                let value = node.named_child(0).map(|v| self.expr(v));
                out.push(Stmt::Return(value));
            }
            "throw_statement" => {
                let value = node.named_child(0).map(|v| self.expr(v));
                out.push(Stmt::Throw(value));
            }
            "break_statement" => out.push(Stmt::Break(None)),
            "continue_statement" => out.push(Stmt::Continue(None)),
            "empty_statement"
            | "preproc_if"
            | "preproc_region"
            | "enum_declaration"
            | "delegate_declaration"
            | "file_scoped_namespace_declaration" => {
                let inner = children(node)
                    .into_iter()
                    .filter(|n| {
                        n.kind().ends_with("_declaration") && n.kind() != "enum_member_declaration"
                    })
                    .collect();
                self.statements(inner, out);
            }
            _ => {
                let expr = self.expr(node);
                out.push(Stmt::Expr(expr));
            }
        }
    }

    pub(super) fn declaration(&mut self, node: Node<'_>, out: &mut Vec<Stmt>) {
        for declarator in children(node) {
            if declarator.kind() != "variable_declarator" {
                continue;
            }
            let Some(name) = field(declarator, "name") else {
                continue;
            };
            let value = children(declarator)
                .into_iter()
                .rfind(|n| *n != name)
                .map(|v| self.expr(v));
            out.push(Stmt::Let {
                target: Pattern::Name(self.l.b.sym(self.l.text(name))),
                value,
            });
        }
    }

    fn try_statement(&mut self, node: Node<'_>, out: &mut Vec<Stmt>) {
        let body = self.body(field(node, "body"));
        let mut handlers = Vec::new();
        let mut finally = Vec::new();
        for child in children(node) {
            match child.kind() {
                "catch_clause" => {
                    let name = child_of_kind(child, "catch_declaration")
                        .and_then(|d| field(d, "name"))
                        .map(|n| self.l.text(n).to_owned());
                    let name = name.map(|n| self.l.b.sym(&n));
                    let body = self.body(field(child, "body"));
                    handlers.push((name, body));
                }
                "finally_clause" => finally = self.body(child.named_child(0)),
                _ => {}
            }
        }
        out.push(Stmt::Try {
            body,
            handlers,
            otherwise: Vec::new(),
            finally,
        });
    }

    fn switch(&mut self, node: Node<'_>, out: &mut Vec<Stmt>) {
        let subject = self.optional(field(node, "value"), node);
        let mut cases = Vec::new();
        for section in field(node, "body").map(children).unwrap_or_default() {
            let mut tests = Vec::new();
            let mut inner = Vec::new();
            for child in children(section) {
                match child.kind() {
                    "constant_pattern" => tests.extend(child.named_child(0).map(|c| self.expr(c))),
                    kind if kind.ends_with("_pattern") => {
                        tests.push(self.l.unknown(Vec::new(), child))
                    }
                    _ => inner.push(child),
                }
            }
            let mut body = Vec::new();
            self.statements(inner, &mut body);
            cases.push(Case { tests, body });
        }
        out.push(Stmt::Switch {
            subject,
            cases,
            fall_through: false,
        });
    }
}
