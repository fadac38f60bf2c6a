//! Macro arguments: token trees, which the grammar leaves as they are.

use tree_sitter::Node;

use super::{
    super::tree::{Lowering, span},
    Rust,
};
use crate::ir::{Const, Expr, ExprId};

impl Rust<'_> {
    /// Arguments between commas, read as simple expressions: literals, names,
    /// paths, calls and member calls; anything else is unknown.
    pub(super) fn token_args(&mut self, tree: Node<'_>) -> Vec<ExprId> {
        let mut cursor = tree.walk();
        let mut nodes: Vec<Node<'_>> = tree.children(&mut cursor).collect();
        if nodes.len() >= 2 {
            nodes.remove(0);
            nodes.pop();
        }
        nodes
            .split(|n| n.kind() == "," || n.kind() == ";")
            .filter(|part| !part.is_empty())
            .map(|part| self.token_expr(part, tree))
            .collect()
    }

    fn token_expr(&mut self, part: &[Node<'_>], around: Node<'_>) -> ExprId {
        if !self.l.enter() {
            self.l.leave();
            return self.l.unknown(Vec::new(), around);
        }
        // `name = value` of `format!`, `&value`.
        let part = match part {
            [name, equals, rest @ ..] if name.kind() == "identifier" && equals.kind() == "=" => {
                rest
            }
            [reference, rest @ ..] if reference.kind() == "&" || reference.kind() == "*" => rest,
            other => other,
        };
        let mut value: Option<ExprId> = None;
        let mut others = Vec::new();
        for node in part {
            match node.kind() {
                "." | "::" | "?" | "!" => {}
                "token_tree" => {
                    let args: Vec<_> = self
                        .token_args(*node)
                        .into_iter()
                        .map(Lowering::arg)
                        .collect();
                    value = Some(match value {
                        Some(callee) => self.l.call(callee, args, false, *node),
                        None => self.l.b.expr(Expr::List(args), span(*node)),
                    });
                }
                "identifier" | "type_identifier" | "field_identifier" | "self" | "crate" => {
                    let name = self.l.text(*node).to_owned();
                    value = Some(match value {
                        Some(object) => self.l.b.member(object, &name, span(*node)),
                        None => self.l.b.name(&name, span(*node)),
                    });
                }
                _ if node.is_named() => {
                    let other = self.expr(*node);
                    if value.is_none() {
                        value = Some(other);
                    } else {
                        others.push(other);
                    }
                }
                _ => {}
            }
        }
        self.l.leave();
        match (value, others.is_empty()) {
            (Some(value), true) => value,
            (value, _) => {
                others.extend(value);
                self.l.unknown(others, around)
            }
        }
    }

    /// `{}`, `{name}`, `{0}`, `{:?}` in the first argument.
    pub(super) fn format(&mut self, args: &[ExprId], node: Node<'_>) -> ExprId {
        let Some((first, rest)) = args.split_first() else {
            return self.l.b.str("", span(node));
        };
        let Some(Expr::Const(Const::Str(text))) = self.l.b.unit().expr(*first).cloned() else {
            return self.l.unknown(args.to_vec(), node);
        };
        let mut parts = Vec::new();
        let mut next = 0;
        let mut plain = String::new();
        let mut remaining: &str = &text;
        while let Some(at) = remaining.find(['{', '}']) {
            plain.push_str(remaining.get(..at).unwrap_or(""));
            let tail = remaining.get(at..).unwrap_or("");
            if tail.starts_with("{{") || tail.starts_with("}}") {
                plain.push_str(tail.get(..1).unwrap_or(""));
                remaining = tail.get(2..).unwrap_or("");
                continue;
            }
            let Some(close) = tail.find('}').filter(|_| tail.starts_with('{')) else {
                remaining = tail.get(1..).unwrap_or("");
                continue;
            };
            let name = tail
                .get(1..close)
                .unwrap_or("")
                .split(':')
                .next()
                .unwrap_or("")
                .trim();
            let value = if name.is_empty() {
                next += 1;
                rest.get(next - 1).copied()
            } else if let Ok(position) = name.parse::<usize>() {
                rest.get(position).copied()
            } else {
                Some(self.l.b.name(name, span(node)))
            };
            if !plain.is_empty() {
                parts.push(self.l.b.str(&plain, span(node)));
                plain.clear();
            }
            parts.extend(value);
            remaining = tail.get(close + 1..).unwrap_or("");
        }
        plain.push_str(remaining);
        if parts.is_empty() {
            return self.l.b.str(&plain, span(node));
        }
        if !plain.is_empty() {
            parts.push(self.l.b.str(&plain, span(node)));
        }
        self.l.b.expr(Expr::Template(parts), span(node))
    }
}
