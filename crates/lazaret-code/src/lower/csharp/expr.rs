//! Expressions.

use tree_sitter::Node;

use super::{
    super::tree::{
        Lowering, binary_operator, child_of_kind, children, escape, field, return_last, span,
    },
    CSharp,
};
use crate::ir::{
    Arg, BinaryOp, Const, Expr, ExprId, LogicalOp, Pattern, PatternItem, Stmt, UnaryOp,
};

impl CSharp<'_> {
    pub(super) fn optional(&mut self, node: Option<Node<'_>>, around: Node<'_>) -> ExprId {
        match node {
            Some(node) => self.expr(node),
            None => self.l.unknown(Vec::new(), around),
        }
    }

    pub(super) fn expr(&mut self, node: Node<'_>) -> ExprId {
        let value = if self.l.enter() {
            self.expr_inner(node)
        } else {
            self.l.unknown(Vec::new(), node)
        };
        self.l.leave();
        value
    }

    fn expr_inner(&mut self, node: Node<'_>) -> ExprId {
        let at = span(node);
        match node.kind() {
            "identifier" => self.identifier(node),
            "predefined_type" => self.l.b.name(self.l.text(node), at),
            "generic_name" => self.optional(node.named_child(0), node),
            "qualified_name" => {
                let name = field(node, "name")
                    .map_or("", |n| self.l.text(n))
                    .to_owned();
                let object = self.optional(field(node, "qualifier"), node);
                self.qualified(object, &name, node)
            }
            "this" | "base" => self.l.b.expr(Expr::This, at),
            "string_literal" => {
                let mut text = String::new();
                for part in children(node) {
                    match part.kind() {
                        "escape_sequence" => {
                            text.push_str(&escape(self.l.text(part)).unwrap_or_default())
                        }
                        _ => text.push_str(self.l.text(part)),
                    }
                }
                self.l.b.str(&text, at)
            }
            "verbatim_string_literal" => {
                let text = self.l.text(node);
                let inner = text
                    .strip_prefix("@\"")
                    .and_then(|t| t.strip_suffix('"'))
                    .unwrap_or(text);
                self.l.b.str(&inner.replace("\"\"", "\""), at)
            }
            "raw_string_literal" => {
                let text = child_of_kind(node, "raw_string_content")
                    .map_or("", |c| self.l.text(c))
                    .to_owned();
                self.l.b.str(&text, at)
            }
            "character_literal" => {
                let text = self.l.text(node).trim_matches('\'').to_owned();
                let text = escape(&text).unwrap_or(text);
                self.l.b.str(&text, at)
            }
            "interpolated_string_expression" => self.interpolated(node),
            "integer_literal" | "real_literal" => self.l.number(node),
            "boolean_literal" => {
                let value = self.l.text(node) == "true";
                self.l.constant(Const::Bool(value), node)
            }
            "null_literal" | "default_expression" => self.l.null(node),
            "member_access_expression" => {
                let name = field(node, "name").map(|n| match n.kind() {
                    "generic_name" => n.named_child(0).map_or("", |n| self.l.text(n)),
                    _ => self.l.text(n),
                });
                let name = name.unwrap_or("").to_owned();
                let object = match field(node, "expression") {
                    Some(this) if matches!(this.kind(), "this" | "base") => {
                        self.l.b.expr(Expr::This, span(this))
                    }
                    Some(object) => self.expr(object),
                    None => self.l.unknown(Vec::new(), node),
                };
                self.qualified(object, &name, node)
            }
            "conditional_access_expression" => {
                let object = self.optional(field(node, "condition"), node);
                let name = children(node)
                    .into_iter()
                    .find(|n| n.kind() == "member_binding_expression")
                    .and_then(|n| field(n, "name"))
                    .map(|n| self.l.text(n).to_owned());
                match name {
                    Some(name) => self.l.b.member(object, &name, at),
                    None => object,
                }
            }
            "invocation_expression" => {
                let callee = self.optional(field(node, "function"), node);
                let args = field(node, "arguments")
                    .map(|a| self.arguments(a))
                    .unwrap_or_default();
                self.l.call(callee, args, false, node)
            }
            "object_creation_expression" | "implicit_object_creation_expression" => {
                self.creation(node)
            }
            "array_creation_expression"
            | "implicit_array_creation_expression"
            | "initializer_expression"
            | "collection_expression"
            | "implicit_stackalloc_expression" => {
                let list = if matches!(
                    node.kind(),
                    "initializer_expression" | "collection_expression"
                ) {
                    Some(node)
                } else {
                    child_of_kind(node, "initializer_expression")
                };
                match list {
                    Some(list) => {
                        let items = children(list)
                            .into_iter()
                            .map(|n| {
                                let value = self.expr(n);
                                Lowering::arg(value)
                            })
                            .collect();
                        self.l.b.expr(Expr::List(items), at)
                    }
                    None => self.l.unknown(Vec::new(), node),
                }
            }
            "element_access_expression" => {
                let object = self.optional(field(node, "expression"), node);
                let args = field(node, "subscript")
                    .map(|a| self.arguments(a))
                    .unwrap_or_default();
                match args.first() {
                    Some(index) => {
                        let index = index.value;
                        self.l.b.expr(Expr::Index { object, index }, at)
                    }
                    None => object,
                }
            }
            "binary_expression" => self.binary(node),
            "prefix_unary_expression" => self.prefix(node),
            "postfix_unary_expression" => {
                let Some(operand) = node.named_child(0) else {
                    return self.l.unknown(Vec::new(), node);
                };
                let text = self.l.text(node);
                let op = if text.ends_with("++") {
                    BinaryOp::Add
                } else if text.ends_with("--") {
                    BinaryOp::Sub
                } else {
                    return self.expr(operand);
                };
                let target = self.target(operand);
                self.l.b.expr(
                    Expr::PostUpdate {
                        target: Box::new(target),
                        op,
                    },
                    at,
                )
            }
            "assignment_expression" => self.assign(node),
            "conditional_expression" => {
                let test = self.optional(field(node, "condition"), node);
                let then = self.optional(field(node, "consequence"), node);
                let otherwise = self.optional(field(node, "alternative"), node);
                self.l.b.expr(
                    Expr::Conditional {
                        test,
                        then,
                        otherwise,
                    },
                    at,
                )
            }
            "cast_expression" => {
                let value = self.optional(field(node, "value"), node);
                let kind = field(node, "type")
                    .map_or("", |t| self.l.text(t))
                    .to_owned();
                if !matches!(kind.as_str(), "char" | "byte" | "int") {
                    return value;
                }
                let kind = self.l.b.str(&kind, at);
                let callee = self.l.b.name("@cast", at);
                self.l.call(
                    callee,
                    vec![Lowering::arg(kind), Lowering::arg(value)],
                    false,
                    node,
                )
            }
            "await_expression"
            | "parenthesized_expression"
            | "checked_expression"
            | "as_expression"
            | "ref_expression"
            | "argument" => self.optional(
                children(node)
                    .last()
                    .copied()
                    .filter(|_| node.kind() != "as_expression")
                    .or_else(|| node.named_child(0)),
                node,
            ),
            "lambda_expression" | "anonymous_method_expression" => self.lambda(node),
            "tuple_expression" => {
                let args = self.arguments(node);
                self.l.b.expr(Expr::List(args), at)
            }
            _ => {
                let parts = children(node).into_iter().map(|n| self.expr(n)).collect();
                self.l.unknown(parts, node)
            }
        }
    }

    /// A name inside a class may be its member.
    fn identifier(&mut self, node: Node<'_>) -> ExprId {
        let name = self.l.text(node).to_owned();
        let at = span(node);
        if let Some(class) = self.classes.last() {
            if class.own.contains(&name) {
                let class = class.name.clone();
                let object = self.l.b.name(&class, at);
                return self.l.b.member(object, &name, at);
            }
            if class.instance.contains(&name) {
                let this = self.l.b.expr(Expr::This, at);
                return self.l.b.member(this, &name, at);
            }
        }
        self.l.b.name(&name, at)
    }

    /// `System.IO.File` is `File`: namespaces are dropped.
    fn qualified(&mut self, object: ExprId, name: &str, node: Node<'_>) -> ExprId {
        const NAMESPACES: [&str; 17] = [
            "System",
            "IO",
            "Net",
            "Diagnostics",
            "Text",
            "Reflection",
            "Runtime",
            "InteropServices",
            "Security",
            "Cryptography",
            "Http",
            "Sockets",
            "Threading",
            "Tasks",
            "Microsoft",
            "Win32",
            "Compression",
        ];
        let unit = self.l.b.unit();
        if let Some(Expr::Name(sym)) = unit.expr(object)
            && NAMESPACES.contains(&unit.name(*sym))
            && name.starts_with(|c: char| c.is_ascii_uppercase())
        {
            return self.l.b.name(name, span(node));
        }
        if name == "StartInfo" {
            // What is set on it counts for the process.
            return object;
        }
        self.l.b.member(object, name, span(node))
    }

    fn interpolated(&mut self, node: Node<'_>) -> ExprId {
        let mut parts = Vec::new();
        for part in children(node) {
            match part.kind() {
                "string_content" => parts.push(self.l.b.str(self.l.text(part), span(part))),
                "escape_sequence" => {
                    let text = escape(self.l.text(part)).unwrap_or_default();
                    parts.push(self.l.b.str(&text, span(part)));
                }
                "interpolation" => {
                    if let Some(inner) = children(part)
                        .into_iter()
                        .find(|n| n.kind() != "interpolation_brace")
                    {
                        parts.push(self.expr(inner));
                    }
                }
                _ => {}
            }
        }
        self.l.b.expr(Expr::Template(parts), span(node))
    }

    pub(super) fn arguments(&mut self, node: Node<'_>) -> Vec<Arg> {
        children(node)
            .into_iter()
            .map(|n| {
                let name = field(n, "name")
                    .filter(|_| n.kind() == "argument")
                    .map(|n| self.l.text(n).to_owned());
                let inner = children(n)
                    .last()
                    .copied()
                    .filter(|_| n.kind() == "argument")
                    .unwrap_or(n);
                let value = self.expr(inner);
                Arg {
                    name: name.map(|n| self.l.b.sym(&n)),
                    value,
                    spread: false,
                }
            })
            .collect()
    }

    /// `new T(a) { P = b }`
    fn creation(&mut self, node: Node<'_>) -> ExprId {
        let args = field(node, "arguments")
            .or_else(|| child_of_kind(node, "argument_list"))
            .map(|a| self.arguments(a))
            .unwrap_or_default();
        let callee = match field(node, "type") {
            Some(kind) => self.expr(kind),
            None => self.l.unknown(Vec::new(), node),
        };
        let object = self.l.call(callee, args, true, node);
        let Some(initializer) = field(node, "initializer") else {
            return object;
        };
        let at = span(node);
        let kept = self.l.temporary();
        let mut parts = vec![self.l.b.expr(
            Expr::Assign {
                target: Box::new(Pattern::Name(kept)),
                op: None,
                value: object,
            },
            at,
        )];
        for entry in children(initializer) {
            let (Some(left), Some(right)) = (field(entry, "left"), field(entry, "right")) else {
                let value = self.expr(entry);
                parts.push(value);
                continue;
            };
            let value = self.expr(right);
            let object = self.l.b.expr(Expr::Name(kept), at);
            let name = self.l.b.sym(self.l.text(left));
            parts.push(self.l.b.expr(
                Expr::Assign {
                    target: Box::new(Pattern::Member(object, name)),
                    op: None,
                    value,
                },
                span(entry),
            ));
        }
        parts.push(self.l.b.expr(Expr::Name(kept), at));
        self.l.b.expr(Expr::Sequence(parts), at)
    }

    fn binary(&mut self, node: Node<'_>) -> ExprId {
        let left = self.optional(field(node, "left"), node);
        let right = self.optional(field(node, "right"), node);
        let at = span(node);
        let operator = field(node, "operator").map_or("", |o| self.l.text(o));
        let logical = match operator {
            "&&" => Some(LogicalOp::And),
            "||" => Some(LogicalOp::Or),
            "??" => Some(LogicalOp::Coalesce),
            _ => None,
        };
        if let Some(op) = logical {
            return self.l.b.expr(Expr::Logical { op, left, right }, at);
        }
        match binary_operator(operator) {
            Some(op) => self.l.b.expr(Expr::Binary { op, left, right }, at),
            None => self.l.unknown(vec![left, right], node),
        }
    }

    fn prefix(&mut self, node: Node<'_>) -> ExprId {
        let Some(inner) = node.named_child(0) else {
            return self.l.unknown(Vec::new(), node);
        };
        let text = self.l.text(node);
        let at = span(node);
        if text.starts_with("++") || text.starts_with("--") {
            let op = if text.starts_with("++") {
                BinaryOp::Add
            } else {
                BinaryOp::Sub
            };
            let target = self.target(inner);
            let value = self.l.constant(Const::Int(1), node);
            return self.l.b.expr(
                Expr::Assign {
                    target: Box::new(target),
                    op: Some(op),
                    value,
                },
                at,
            );
        }
        let operand = self.expr(inner);
        let op = match text.chars().next() {
            Some('!') => UnaryOp::Not,
            Some('-') => UnaryOp::Neg,
            Some('~') => UnaryOp::BitNot,
            Some('+') => UnaryOp::Plus,
            _ => return operand,
        };
        self.l.b.expr(Expr::Unary { op, operand }, at)
    }

    fn target(&mut self, node: Node<'_>) -> Pattern {
        if node.kind() == "tuple_expression" {
            let items = children(node)
                .into_iter()
                .map(|n| {
                    let inner = children(n).last().copied().unwrap_or(n);
                    let pattern = if inner.kind() == "tuple_expression" {
                        Pattern::Ignore
                    } else {
                        self.target(inner)
                    };
                    Some(PatternItem {
                        pattern,
                        rest: false,
                        default: None,
                    })
                })
                .collect();
            return Pattern::List(items);
        }
        let expr = self.expr(node);
        match self.l.b.unit().expr(expr) {
            Some(Expr::Name(sym)) => Pattern::Name(*sym),
            Some(Expr::Member { object, name }) => Pattern::Member(*object, *name),
            Some(Expr::Index { object, index }) => Pattern::Index(*object, *index),
            _ => Pattern::Ignore,
        }
    }

    fn assign(&mut self, node: Node<'_>) -> ExprId {
        let value = self.optional(field(node, "right"), node);
        let target = field(node, "left").map_or(Pattern::Ignore, |l| self.target(l));
        let operator = field(node, "operator").map_or("=", |o| self.l.text(o));
        let op = binary_operator(operator.strip_suffix('=').unwrap_or(""));
        if matches!(target, Pattern::Ignore) {
            return self.l.unknown(vec![value], node);
        }
        self.l.b.expr(
            Expr::Assign {
                target: Box::new(target),
                op,
                value,
            },
            span(node),
        )
    }

    fn lambda(&mut self, node: Node<'_>) -> ExprId {
        let params = field(node, "parameters")
            .map(|p| self.params(p))
            .unwrap_or_default();
        let mut body = Vec::new();
        match field(node, "body").or_else(|| child_of_kind(node, "block")) {
            Some(block) if block.kind() == "block" => self.statements(children(block), &mut body),
            Some(value) => {
                let value = self.expr(value);
                body.push(Stmt::Expr(value));
                return_last(&mut body);
            }
            None => {}
        }
        self.l.lambda(params, body, node)
    }
}
