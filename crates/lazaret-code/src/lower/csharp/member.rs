//! Types and their members.

use tree_sitter::Node;

use super::{
    super::tree::{child_of_kind, children, field, return_last, span},
    CSharp, Members,
};
use crate::ir::{Class, Expr, Function, ImportBinding, Param, Pattern, Stmt};

impl CSharp<'_> {
    pub(super) fn type_declaration(&mut self, node: Node<'_>, out: &mut Vec<Stmt>) {
        let name = field(node, "name")
            .map_or("", |n| self.l.text(n))
            .to_owned();
        let members = field(node, "body").map(children).unwrap_or_default();
        let scope = self.members(&name, &members);
        self.classes.push(scope);
        let bases = child_of_kind(node, "base_list")
            .map(children)
            .unwrap_or_default()
            .into_iter()
            .map(|b| self.expr(b))
            .collect::<Vec<_>>();
        let mut methods = Vec::new();
        let mut body = Vec::new();
        let mut own = Vec::new();
        for member in members {
            if self.l.enter() {
                self.member(member, &name, &mut methods, &mut body, &mut own);
            }
            self.l.leave();
        }
        self.classes.pop();
        let sym = self.l.b.sym(&name);
        out.push(Stmt::Class(Class {
            name: Some(sym),
            bases,
            methods,
            body,
        }));
        for (method, construct) in own {
            let class = self.l.b.name(&name, span(node));
            let object = if construct {
                self.l.call(class, Vec::new(), true, node)
            } else {
                class
            };
            let callee = self.l.b.member(object, &method, span(node));
            let call = self.l.call(callee, Vec::new(), false, node);
            self.started.push(Stmt::Expr(call));
        }
    }

    fn members(&self, name: &str, members: &[Node<'_>]) -> Members {
        let mut scope = Members {
            name: name.to_owned(),
            ..Members::default()
        };
        for member in members {
            let own = self.is_static(*member);
            let mut names = Vec::new();
            if let Some(name) = field(*member, "name") {
                names.push(self.l.text(name).to_owned());
            }
            if let Some(declaration) = child_of_kind(*member, "variable_declaration") {
                for declarator in children(declaration) {
                    if let Some(name) = field(declarator, "name") {
                        names.push(self.l.text(name).to_owned());
                    }
                }
            }
            if own {
                &mut scope.own
            } else {
                &mut scope.instance
            }
            .extend(names);
        }
        scope
    }

    fn is_static(&self, member: Node<'_>) -> bool {
        let mut cursor = member.walk();
        member
            .children(&mut cursor)
            .any(|m| m.kind() == "modifier" && matches!(self.l.text(m), "static" | "const"))
    }

    fn member(
        &mut self,
        node: Node<'_>,
        class: &str,
        methods: &mut Vec<(crate::ir::Sym, crate::ir::FuncId)>,
        body: &mut Vec<Stmt>,
        started: &mut Vec<(String, bool)>,
    ) {
        match node.kind() {
            "method_declaration"
            | "constructor_declaration"
            | "local_function_statement"
            | "destructor_declaration"
            | "operator_declaration" => {
                let own = self.is_static(node);
                let written = field(node, "name")
                    .map_or("", |n| self.l.text(n))
                    .to_owned();
                let attributes = child_of_kind(node, "attribute_list")
                    .map_or("", |a| self.l.text(a))
                    .to_owned();
                let name = match node.kind() {
                    "constructor_declaration" if own => "@static".to_owned(),
                    "constructor_declaration" => "constructor".to_owned(),
                    _ => written.clone(),
                };
                let function = self.function(node, &name);
                let sym = self.l.b.sym(&name);
                let id = self.l.b.function(function);
                methods.push((sym, id));
                if own {
                    let value = self.l.b.expr(Expr::Function(id), span(node));
                    body.push(Stmt::Let {
                        target: Pattern::Name(sym),
                        value: Some(value),
                    });
                }
                if name == "@static"
                    || own && (name == "Main" || attributes.contains("ModuleInitializer"))
                {
                    started.push((name, false));
                } else if name == "Execute" && !class.is_empty() {
                    started.push((name, true));
                }
            }
            "field_declaration" | "event_field_declaration" => {
                if let Some(declaration) = child_of_kind(node, "variable_declaration") {
                    self.declaration(declaration, body);
                }
            }
            "property_declaration" => {
                let name = field(node, "name")
                    .map_or("", |n| self.l.text(n))
                    .to_owned();
                let value = match field(node, "value") {
                    Some(value) if value.kind() == "arrow_expression_clause" => {
                        value.named_child(0).map(|v| self.expr(v))
                    }
                    Some(value) => Some(self.expr(value)),
                    None => None,
                };
                let accessors = field(node, "accessors").map(children).unwrap_or_default();
                for accessor in accessors {
                    if let Some(inner) = field(accessor, "body") {
                        let function = self.function(accessor, &format!("{name}@accessor"));
                        let _ = inner;
                        let id = self.l.b.function(function);
                        let sym = self.l.b.sym(&format!("{name}@accessor"));
                        methods.push((sym, id));
                    }
                }
                body.push(Stmt::Let {
                    target: Pattern::Name(self.l.b.sym(&name)),
                    value,
                });
            }
            "class_declaration"
            | "struct_declaration"
            | "record_declaration"
            | "interface_declaration" => {
                self.type_declaration(node, body);
            }
            _ => {}
        }
    }

    pub(super) fn function(&mut self, node: Node<'_>, name: &str) -> Function {
        let params = field(node, "parameters")
            .map(|p| self.params(p))
            .unwrap_or_default();
        let mut body = Vec::new();
        match field(node, "body") {
            Some(arrow) if arrow.kind() == "arrow_expression_clause" => {
                self.statements(children(arrow), &mut body);
                return_last(&mut body);
            }
            Some(block) => self.statements(children(block), &mut body),
            None => {}
        }
        Function {
            name: Some(self.l.b.sym(name)),
            params,
            body,
            decorators: Vec::new(),
            lexical_this: false,
            span: span(node),
        }
    }

    pub(super) fn params(&mut self, node: Node<'_>) -> Vec<Param> {
        if node.kind() == "implicit_parameter" || node.kind() == "identifier" {
            let name = self.l.text(node).to_owned();
            return vec![self.l.param(&name)];
        }
        children(node)
            .into_iter()
            .filter(|p| matches!(p.kind(), "parameter" | "implicit_parameter" | "identifier"))
            .map(|p| {
                let name = field(p, "name").unwrap_or(p);
                let name = self.l.text(name).to_owned();
                self.l.param(&name)
            })
            .collect()
    }

    pub(super) fn using(&mut self, node: Node<'_>, out: &mut Vec<Stmt>) {
        let alias = field(node, "name");
        let Some(target) = children(node).into_iter().rfind(|n| Some(*n) != alias) else {
            return;
        };
        let module = self.l.b.sym(self.l.text(target));
        let bindings = alias
            .map(|name| ImportBinding {
                imported: None,
                local: self.l.b.sym(self.l.text(name)),
            })
            .into_iter()
            .collect();
        out.push(Stmt::Import { module, bindings });
    }
}
