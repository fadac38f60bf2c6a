//! Methods, classes, modules, blocks' parameters.

use tree_sitter::Node;

use super::{
    super::tree::{child_of_kind, children, field, return_last, span},
    ClassScope, Ruby,
};
use crate::ir::{Class, Expr, ExprId, FuncId, Function, Param, Pattern, Stmt};

impl<'t> Ruby<'_, 't> {
    pub(super) fn method(&mut self, node: Node<'t>, out: &mut Vec<Stmt>) {
        if let Some((function, _)) = self.function(node) {
            out.push(Stmt::Function(function));
        }
    }

    fn function(&mut self, node: Node<'t>) -> Option<(FuncId, String)> {
        let name = self.l.text(field(node, "name")?).to_owned();
        let own = node.kind() == "singleton_method";
        let before = self.classes.last().is_some_and(|c| c.in_own);
        if let Some(class) = self.classes.last_mut() {
            class.in_own = own;
        }
        let mut params = self.params(field(node, "parameters"));
        params.push({
            let mut block = self.l.param("@block");
            block.default = Some(self.l.null(node));
            block
        });
        let mut body = self.body(field(node, "body"));
        return_last(&mut body);
        if let Some(class) = self.classes.last_mut() {
            class.in_own = before;
        }
        let sym = self.l.b.sym(&name);
        let id = self.l.b.function(Function {
            name: Some(sym),
            params,
            body,
            decorators: Vec::new(),
            lexical_this: false,
            span: span(node),
        });
        Some((id, name))
    }

    pub(super) fn params(&mut self, node: Option<Node<'t>>) -> Vec<Param> {
        let Some(node) = node else { return Vec::new() };
        children(node)
            .into_iter()
            .filter_map(|p| self.one_param(p))
            .collect()
    }

    fn one_param(&mut self, node: Node<'t>) -> Option<Param> {
        let name = field(node, "name");
        let pattern = match (node.kind(), name) {
            ("identifier" | "destructured_parameter", _) => self.pattern(node),
            ("block_parameter", _) => return None,
            (_, Some(name)) => Pattern::Name(self.l.b.sym(self.l.text(name))),
            _ => Pattern::Ignore,
        };
        let default = field(node, "value").map(|v| self.expr(v));
        Some(Param {
            pattern,
            default,
            rest: node.kind() == "splat_parameter",
            rest_named: node.kind() == "hash_splat_parameter",
        })
    }

    /// A block or lambda as a function.
    pub(super) fn block_function(&mut self, node: Node<'t>) -> ExprId {
        let params = self.params(field(node, "parameters"));
        let inner = field(node, "body");
        // A lambda's body is a block of its own.
        let inner = match inner {
            Some(block) if matches!(block.kind(), "block" | "do_block") => field(block, "body"),
            other => other,
        };
        let mut body = self.body(inner);
        return_last(&mut body);
        self.l.lambda(params, body, node)
    }

    pub(super) fn class(&mut self, node: Node<'t>, out: &mut Vec<Stmt>) {
        if node.kind() == "singleton_class" {
            let mut inner = self.body(field(node, "body"));
            out.append(&mut inner);
            return;
        }
        let Some(name) = field(node, "name") else {
            return;
        };
        let name = self
            .l
            .text(name)
            .rsplit("::")
            .next()
            .unwrap_or("")
            .to_owned();
        let body = field(node, "body");
        self.classes
            .push(self.scope(name.clone(), body, node.kind() == "module"));
        let bases = field(node, "superclass")
            .and_then(|s| s.named_child(0))
            .map(|s| self.expr(s))
            .into_iter()
            .collect();
        let mut methods = Vec::new();
        let mut stmts = Vec::new();
        let members = body.map(children).unwrap_or_default();
        self.members(members, &mut methods, &mut stmts, node.kind() == "module");
        self.classes.pop();
        let name = self.l.b.sym(&name);
        out.push(Stmt::Class(Class {
            name: Some(name),
            bases,
            methods,
            body: stmts,
        }));
    }

    fn members(
        &mut self,
        members: Vec<Node<'t>>,
        methods: &mut Vec<(crate::ir::Sym, FuncId)>,
        stmts: &mut Vec<Stmt>,
        module: bool,
    ) {
        for member in members {
            match member.kind() {
                "method" | "singleton_method" => {
                    let own = member.kind() == "singleton_method" || module;
                    let Some((id, name)) = self.function(member) else {
                        continue;
                    };
                    let sym = self.l.b.sym(&name);
                    methods.push((sym, id));
                    if own {
                        let function = self.l.b.expr(Expr::Function(id), span(member));
                        stmts.push(Stmt::Let {
                            target: Pattern::Name(sym),
                            value: Some(function),
                        });
                    }
                }
                "singleton_class" => {
                    let inner = field(member, "body").map(children).unwrap_or_default();
                    if self.l.enter() {
                        self.members(inner, methods, stmts, true);
                    }
                    self.l.leave();
                }
                _ => stmts.extend(self.statements(vec![member])),
            }
        }
    }

    /// The names of a class's methods, before any is read.
    fn scope(&self, name: String, body: Option<Node<'t>>, module: bool) -> ClassScope {
        let mut scope = ClassScope {
            name,
            ..ClassScope::default()
        };
        for member in body.map(children).unwrap_or_default() {
            let Some(method) = field(member, "name") else {
                if member.kind() == "singleton_class"
                    && let Some(inner) = child_of_kind(member, "body_statement")
                {
                    for method in children(inner).into_iter().filter_map(|m| field(m, "name")) {
                        scope.own.insert(self.l.text(method).to_owned());
                    }
                }
                continue;
            };
            let method = self.l.text(method).to_owned();
            match member.kind() {
                "singleton_method" => {
                    scope.own.insert(method);
                }
                "method" => {
                    if module {
                        scope.own.insert(method.clone());
                    }
                    scope.instance.insert(method);
                }
                _ => {}
            }
        }
        scope
    }
}
