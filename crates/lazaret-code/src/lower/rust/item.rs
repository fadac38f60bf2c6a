//! Items and statements.

use tree_sitter::Node;

use super::{
    super::tree::{Lowering, children, field, return_last, span},
    Rust,
};
use crate::ir::{Class, Expr, Function, ImportBinding, Param, Pattern, Stmt};

impl Rust<'_> {
    pub(super) fn statements(&mut self, nodes: Vec<Node<'_>>, out: &mut Vec<Stmt>) {
        let mut decorators = Vec::new();
        for node in nodes {
            if self.l.enter() {
                if node.kind() == "attribute_item" {
                    let text = self.l.text(node).trim_matches(['#', '[', ']']).to_owned();
                    let name = text.split(['(', ' ', '=']).next().unwrap_or("").to_owned();
                    decorators.push(self.l.b.name(&name, span(node)));
                } else {
                    self.statement(node, std::mem::take(&mut decorators), out);
                }
            }
            self.l.leave();
        }
    }

    pub(super) fn block(&mut self, node: Option<Node<'_>>) -> Vec<Stmt> {
        let mut out = Vec::new();
        match node {
            Some(node) if matches!(node.kind(), "block" | "declaration_list") => {
                self.statements(children(node), &mut out);
            }
            Some(node) if node.kind() == "else_clause" => return self.block(node.named_child(0)),
            Some(node) => self.statements(vec![node], &mut out),
            None => {}
        }
        out
    }

    fn statement(
        &mut self,
        node: Node<'_>,
        decorators: Vec<crate::ir::ExprId>,
        out: &mut Vec<Stmt>,
    ) {
        match node.kind() {
            "use_declaration" => {
                if let Some(argument) = field(node, "argument") {
                    self.import(argument, "", out);
                }
            }
            "mod_item" => match field(node, "body") {
                Some(body) => {
                    let mut inner = Vec::new();
                    self.statements(children(body), &mut inner);
                    out.append(&mut inner);
                }
                None => {
                    let name = field(node, "name").map_or("", |n| self.l.text(n));
                    let module = self.l.b.sym(&format!("./{name}.rs"));
                    out.push(Stmt::Import {
                        module,
                        bindings: Vec::new(),
                    });
                }
            },
            "function_item" => {
                let function = self.function(node, decorators);
                let id = self.l.b.function(function);
                out.push(Stmt::Function(id));
            }
            "impl_item" | "trait_item" => self.implementation(node, out),
            "const_item" | "static_item" => {
                let value = field(node, "value").map(|v| self.expr(v));
                let name = field(node, "name").map_or("", |n| self.l.text(n));
                out.push(Stmt::Let {
                    target: Pattern::Name(self.l.b.sym(name)),
                    value,
                });
            }
            "let_declaration" => {
                let value = field(node, "value").map(|v| self.expr(v));
                let target = field(node, "pattern").map_or(Pattern::Ignore, |p| self.pattern(p));
                out.push(Stmt::Let { target, value });
                if let Some(otherwise) = field(node, "alternative") {
                    out.extend(self.block(Some(otherwise)));
                }
            }
            "expression_statement" | "ERROR" => self.statements(children(node), out),
            "block" | "unsafe_block" | "async_block" | "const_block" => {
                let inner = if node.kind() == "block" {
                    Some(node)
                } else {
                    super::super::tree::child_of_kind(node, "block")
                };
                let body = self.block(inner);
                out.push(Stmt::Block(body));
            }
            "if_expression" => {
                let stmt = self.if_statement(node);
                out.push(stmt);
            }
            "while_expression" | "loop_expression" => {
                let mut test = None;
                let mut bound = Vec::new();
                if let Some(condition) = field(node, "condition") {
                    test = Some(self.condition(condition, &mut bound));
                }
                bound.extend(self.block(field(node, "body")));
                out.push(Stmt::While {
                    init: Vec::new(),
                    test,
                    update: None,
                    body: bound,
                    test_last: false,
                });
            }
            "for_expression" => {
                let iterable = self.optional(field(node, "value"), node);
                let target = field(node, "pattern").map_or(Pattern::Ignore, |p| self.pattern(p));
                let body = self.block(field(node, "body"));
                out.push(Stmt::ForEach {
                    target,
                    iterable,
                    keys: false,
                    body,
                });
            }
            "match_expression" => self.match_statement(node, out),
            "return_expression" => {
                let value = node.named_child(0).map(|v| self.expr(v));
                out.push(Stmt::Return(value));
            }
            "break_expression" => out.push(Stmt::Break(None)),
            "continue_expression" => out.push(Stmt::Continue(None)),
            "empty_statement"
            | "struct_item"
            | "enum_item"
            | "type_item"
            | "macro_definition"
            | "union_item"
            | "extern_crate_declaration"
            | "inner_attribute_item"
            | "foreign_mod_item" => {}
            _ => {
                let expr = self.expr(node);
                out.push(Stmt::Expr(expr));
            }
        }
    }

    fn if_statement(&mut self, node: Node<'_>) -> Stmt {
        let mut then = Vec::new();
        let test = match field(node, "condition") {
            Some(condition) => self.condition(condition, &mut then),
            None => self.l.unknown(Vec::new(), node),
        };
        then.extend(self.block(field(node, "consequence")));
        let otherwise = self.block(field(node, "alternative"));
        Stmt::If {
            test,
            then,
            otherwise,
        }
    }

    /// A condition; what `let` in it binds goes to the body.
    fn condition(&mut self, node: Node<'_>, bound: &mut Vec<Stmt>) -> crate::ir::ExprId {
        match node.kind() {
            "let_condition" => {
                let value = self.optional(field(node, "value"), node);
                let kept = self.l.temporary();
                let keep = self.l.b.expr(
                    Expr::Assign {
                        target: Box::new(Pattern::Name(kept)),
                        op: None,
                        value,
                    },
                    span(node),
                );
                let target = field(node, "pattern").map_or(Pattern::Ignore, |p| self.pattern(p));
                let value = self.l.b.expr(Expr::Name(kept), span(node));
                bound.push(Stmt::Let {
                    target,
                    value: Some(value),
                });
                self.l.unknown(vec![keep], node)
            }
            "let_chain" => {
                let parts = children(node)
                    .into_iter()
                    .map(|n| self.condition(n, bound))
                    .collect();
                self.l.unknown(parts, node)
            }
            _ => self.expr(node),
        }
    }

    pub(super) fn match_statement(&mut self, node: Node<'_>, out: &mut Vec<Stmt>) {
        let subject = self.optional(field(node, "value"), node);
        let kept = self.l.temporary();
        out.push(Stmt::Let {
            target: Pattern::Name(kept),
            value: Some(subject),
        });
        let arms = field(node, "body").map(children).unwrap_or_default();
        // Which arm it is stays open: patterns are not compared.
        let mut cases = Vec::new();
        for arm in arms {
            let mut body = Vec::new();
            if let Some(pattern) = field(arm, "pattern").and_then(|p| p.named_child(0)) {
                let target = self.pattern(pattern);
                if !matches!(target, Pattern::Ignore) {
                    let value = self.l.b.expr(Expr::Name(kept), span(arm));
                    body.push(Stmt::Let {
                        target,
                        value: Some(value),
                    });
                }
            }
            body.extend(self.block(field(arm, "value")));
            let test = self.l.unknown(Vec::new(), arm);
            cases.push(crate::ir::Case {
                tests: vec![test],
                body,
            });
        }
        let subject = self.l.b.expr(Expr::Name(kept), span(node));
        out.push(Stmt::Switch {
            subject,
            cases,
            fall_through: false,
        });
    }

    fn function(&mut self, node: Node<'_>, decorators: Vec<crate::ir::ExprId>) -> Function {
        let name = field(node, "name").map(|n| self.l.text(n).to_owned());
        let params = field(node, "parameters")
            .map(|p| self.params(p))
            .unwrap_or_default();
        let mut body = self.block(field(node, "body"));
        return_last(&mut body);
        Function {
            name: name.map(|n| self.l.b.sym(&n)),
            params,
            body,
            decorators,
            lexical_this: false,
            span: span(node),
        }
    }

    pub(super) fn params(&mut self, node: Node<'_>) -> Vec<Param> {
        children(node)
            .into_iter()
            .filter(|p| p.kind() != "self_parameter" && p.kind() != "attribute_item")
            .map(|p| {
                let pattern = self.pattern(field(p, "pattern").unwrap_or(p));
                Param {
                    pattern,
                    default: None,
                    rest: false,
                    rest_named: false,
                }
            })
            .collect()
    }

    /// Methods of all `impl` blocks; associated functions are attributes.
    fn implementation(&mut self, node: Node<'_>, out: &mut Vec<Stmt>) {
        let name = field(node, "type")
            .or_else(|| field(node, "name"))
            .map_or("", |t| self.l.text(t))
            .split('<')
            .next()
            .unwrap_or("")
            .to_owned();
        let mut methods = Vec::new();
        let mut body = Vec::new();
        for member in field(node, "body").map(children).unwrap_or_default() {
            if member.kind() != "function_item" {
                continue;
            }
            let function = self.function(member, Vec::new());
            let Some(method) = function.name else {
                continue;
            };
            let id = self.l.b.function(function);
            methods.push((method, id));
            let value = self.l.b.expr(Expr::Function(id), span(member));
            body.push(Stmt::Let {
                target: Pattern::Name(method),
                value: Some(value),
            });
        }
        let name = self.l.b.sym(&name);
        out.push(Stmt::Class(Class {
            name: Some(name),
            bases: Vec::new(),
            methods,
            body,
        }));
    }

    /// `use a::{b, c as d, e::*}`; names of modules have dots.
    fn import(&mut self, node: Node<'_>, prefix: &str, out: &mut Vec<Stmt>) {
        if !self.l.enter() {
            self.l.leave();
            return;
        }
        let join = |path: &str| {
            let path = path.replace("::", ".");
            if prefix.is_empty() {
                path
            } else {
                format!("{prefix}.{path}")
            }
        };
        match node.kind() {
            "scoped_use_list" => {
                let path = field(node, "path").map_or(String::new(), |p| self.l.text(p).to_owned());
                let inner = if path.is_empty() {
                    prefix.to_owned()
                } else {
                    join(&path)
                };
                for item in field(node, "list").map(children).unwrap_or_default() {
                    self.import(item, &inner, out);
                }
            }
            "use_list" => {
                for item in children(node) {
                    self.import(item, prefix, out);
                }
            }
            "use_as_clause" => {
                let path = field(node, "path").map_or(String::new(), |p| self.l.text(p).to_owned());
                let full = if path == "self" {
                    prefix.to_owned()
                } else {
                    join(&path)
                };
                let alias = field(node, "alias")
                    .map_or("", |a| self.l.text(a))
                    .to_owned();
                self.bind(&full, &alias, out);
            }
            "use_wildcard" => {
                let path = node
                    .named_child(0)
                    .map_or(String::new(), |p| self.l.text(p).to_owned());
                let module = self.l.b.sym(&join(&path));
                let star = self.l.b.sym("*");
                out.push(Stmt::Import {
                    module,
                    bindings: vec![ImportBinding {
                        imported: Some(star),
                        local: star,
                    }],
                });
            }
            "self" => {
                let last = prefix.rsplit('.').next().unwrap_or("").to_owned();
                self.bind(prefix, &last, out);
            }
            _ => {
                let full = join(self.l.text(node));
                let last = full.rsplit('.').next().unwrap_or("").to_owned();
                self.bind(&full, &last, out);
            }
        }
        self.l.leave();
    }

    /// `use a::b::c` as `c`: a member of module `a.b`.
    fn bind(&mut self, full: &str, local: &str, out: &mut Vec<Stmt>) {
        let (module, imported) = match full.rsplit_once('.') {
            Some((module, name)) => (module, Some(self.l.b.sym(name))),
            None => (full, None),
        };
        let module = self.l.b.sym(module);
        let local = self.l.b.sym(local);
        out.push(Stmt::Import {
            module,
            bindings: vec![ImportBinding { imported, local }],
        });
    }

    /// A match, loop or block as a value.
    pub(super) fn statement_expr(&mut self, node: Node<'_>) -> crate::ir::ExprId {
        let mut body = Vec::new();
        self.statements(vec![node], &mut body);
        if let [Stmt::Block(inner)] = body.as_mut_slice() {
            body = std::mem::take(inner);
        }
        // Each arm's value is the value of the whole.
        if let Some(Stmt::Switch { cases, .. }) = body.last_mut() {
            for case in cases {
                return_last(&mut case.body);
            }
        }
        self.l.block_expr(body, node)
    }

    pub(super) fn closure(&mut self, node: Node<'_>) -> crate::ir::ExprId {
        let params = field(node, "parameters")
            .map(|p| self.params(p))
            .unwrap_or_default();
        let mut body = self.block(field(node, "body"));
        if let [Stmt::Block(inner)] = body.as_mut_slice() {
            body = std::mem::take(inner);
        }
        return_last(&mut body);
        self.l.lambda(params, body, node)
    }

    pub(super) fn args(&mut self, node: Option<Node<'_>>) -> Vec<crate::ir::Arg> {
        node.map(children)
            .unwrap_or_default()
            .into_iter()
            .filter(|n| n.kind() != "attribute_item")
            .map(|n| {
                let value = self.expr(n);
                Lowering::arg(value)
            })
            .collect()
    }
}
