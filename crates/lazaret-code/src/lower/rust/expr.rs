//! Expressions.

use tree_sitter::Node;

use super::{
    super::tree::{
        Lowering, binary_operator, child_of_kind, children, escape, field, number, span,
    },
    Rust,
};
use crate::ir::{Arg, BinaryOp, Const, Expr, ExprId, LogicalOp, Pattern, UnaryOp};

/// Methods whose value is their receiver's, for what we ask.
const TRANSPARENT: [&str; 30] = [
    "as_bytes",
    "as_mut",
    "as_ref",
    "as_slice",
    "as_str",
    "borrow",
    "clone",
    "cloned",
    "copied",
    "expect",
    "into",
    "into_boxed_str",
    "into_bytes",
    "into_iter",
    "into_string",
    "into_vec",
    "iter",
    "ok",
    "ok_or",
    "ok_or_else",
    "to_owned",
    "to_path_buf",
    "to_str",
    "to_string",
    "to_vec",
    "unwrap",
    "unwrap_or_default",
    "unwrap_or",
    "map_err",
    "context",
];

impl Rust<'_> {
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
            "identifier" | "shorthand_field_initializer" => self.l.b.name(self.l.text(node), at),
            "self" => self.l.b.expr(Expr::This, at),
            "scoped_identifier" | "scoped_type_identifier" => {
                let name = field(node, "name")
                    .map_or("", |n| self.l.text(n))
                    .to_owned();
                match field(node, "path") {
                    Some(path) => {
                        let object = self.expr(path);
                        self.l.b.member(object, &name, at)
                    }
                    None => self.l.b.name(&name, at),
                }
            }
            "type_identifier" | "crate" | "super" | "primitive_type" => {
                self.l.b.name(self.l.text(node), at)
            }
            "generic_function" => self.optional(field(node, "function"), node),
            "generic_type" | "bracketed_type" | "generic_type_with_turbofish" => {
                self.optional(field(node, "type").or_else(|| node.named_child(0)), node)
            }
            "string_literal" | "raw_string_literal" => {
                let text = self.string(node);
                if self.l.text(node).starts_with(['b', 'c']) {
                    return self
                        .l
                        .constant(Const::Bytes(text.into_bytes().into()), node);
                }
                self.l.b.str(&text, at)
            }
            "char_literal" => {
                let text = self.l.text(node);
                let inner = text.trim_start_matches('b').trim_matches('\'');
                let inner = escape(inner).unwrap_or_else(|| inner.to_owned());
                if text.starts_with('b') {
                    let value = inner.chars().next().map_or(0, |c| i64::from(u32::from(c)));
                    return self.l.constant(Const::Int(value), node);
                }
                self.l.b.str(&inner, at)
            }
            "integer_literal" | "float_literal" => self.l.number(node),
            "boolean_literal" => {
                let value = self.l.text(node) == "true";
                self.l.constant(Const::Bool(value), node)
            }
            "negative_literal" => match number(self.l.text(node).trim_start_matches('-')) {
                Some(Const::Int(value)) => self.l.constant(Const::Int(-value), node),
                _ => self.l.unknown(Vec::new(), node),
            },
            "unit_expression" => self.l.null(node),
            "field_expression" => {
                let object = self.optional(field(node, "value"), node);
                let name = field(node, "field")
                    .map_or("", |n| self.l.text(n))
                    .to_owned();
                self.l.b.member(object, &name, at)
            }
            "call_expression" => self.call(node),
            "macro_invocation" => self.invocation(node),
            "reference_expression"
            | "try_expression"
            | "await_expression"
            | "parenthesized_expression"
            | "type_cast_expression" => {
                let inner = field(node, "value").or_else(|| {
                    children(node)
                        .into_iter()
                        .find(|n| n.kind() != "mutable_specifier")
                });
                self.optional(inner, node)
            }
            "array_expression" | "tuple_expression" => {
                if let Some(length) = field(node, "length") {
                    let mut parts = vec![self.expr(length)];
                    parts.extend(node.named_child(0).map(|n| self.expr(n)));
                    return self.l.unknown(parts, node);
                }
                let items = self.args(Some(node));
                self.l.b.expr(Expr::List(items), at)
            }
            "struct_expression" => {
                let mut entries = Vec::new();
                for entry in field(node, "body").map(children).unwrap_or_default() {
                    let name = field(entry, "field").unwrap_or(entry);
                    let key = self.l.b.str(self.l.text(name), span(name));
                    let value = self.expr(field(entry, "value").unwrap_or(entry));
                    entries.push((Some(key), value));
                }
                self.l.b.expr(Expr::Map(entries), at)
            }
            "index_expression" => {
                let inner = children(node);
                let object = self.optional(inner.first().copied(), node);
                match inner.get(1) {
                    Some(range) if range.kind() == "range_expression" => {
                        let (start, stop) = self.range(*range);
                        self.l.b.expr(
                            Expr::Slice {
                                object,
                                start,
                                stop,
                                step: None,
                            },
                            at,
                        )
                    }
                    Some(index) => {
                        let index = self.expr(*index);
                        self.l.b.expr(Expr::Index { object, index }, at)
                    }
                    None => object,
                }
            }
            "range_expression" => {
                let (start, stop) = self.range(node);
                let args = [start, stop]
                    .into_iter()
                    .map(|v| Lowering::arg(v.unwrap_or_else(|| self.l.null(node))))
                    .collect();
                let inclusive = self.l.text(node).contains("..=");
                let callee = self.l.b.name(
                    if inclusive {
                        "@range_inclusive"
                    } else {
                        "@range"
                    },
                    at,
                );
                self.l.call(callee, args, false, node)
            }
            "unary_expression" => {
                let operand = self.optional(node.named_child(0), node);
                let op = match self.l.text(node).chars().next() {
                    Some('!') => UnaryOp::Not,
                    Some('-') => UnaryOp::Neg,
                    _ => return operand,
                };
                self.l.b.expr(Expr::Unary { op, operand }, at)
            }
            "binary_expression" => self.binary(node),
            "assignment_expression" | "compound_assignment_expr" => self.assign(node),
            "closure_expression" => self.closure(node),
            "if_expression" | "match_expression" | "block" | "unsafe_block" | "async_block"
            | "loop_expression" | "while_expression" | "for_expression" | "return_expression" => {
                self.statement_expr(node)
            }
            _ => {
                let parts = children(node).into_iter().map(|n| self.expr(n)).collect();
                self.l.unknown(parts, node)
            }
        }
    }

    pub(super) fn string(&self, node: Node<'_>) -> String {
        let mut text = String::new();
        for part in children(node) {
            match part.kind() {
                "escape_sequence" => text.push_str(&escape(self.l.text(part)).unwrap_or_default()),
                _ => text.push_str(self.l.text(part)),
            }
        }
        text
    }

    fn range(&mut self, node: Node<'_>) -> (Option<ExprId>, Option<ExprId>) {
        let text = self.l.text(node);
        let starts = text.starts_with("..");
        let inner = children(node);
        match inner.as_slice() {
            [only] if starts => (None, Some(self.expr(*only))),
            [only] => (Some(self.expr(*only)), None),
            [a, b] => {
                let a = self.expr(*a);
                (Some(a), Some(self.expr(*b)))
            }
            _ => (None, None),
        }
    }

    fn call(&mut self, node: Node<'_>) -> ExprId {
        let function = field(node, "function");
        let callee = match function {
            Some(f) if f.kind() == "generic_function" => field(f, "function"),
            other => other,
        };
        if let Some(member) = callee.filter(|f| f.kind() == "field_expression") {
            let name = field(member, "field").map_or("", |n| self.l.text(n));
            if TRANSPARENT.contains(&name) {
                let value = self.optional(field(member, "value"), node);
                let args = self.args(field(node, "arguments"));
                if args.is_empty() || name == "expect" {
                    return value;
                }
                // `unwrap_or(x)`: either.
                let other: Vec<ExprId> = args.iter().map(|a| a.value).collect();
                return match other.as_slice() {
                    [other] if name == "unwrap_or" => self.l.b.expr(
                        Expr::Logical {
                            op: LogicalOp::Coalesce,
                            left: value,
                            right: *other,
                        },
                        span(node),
                    ),
                    _ => value,
                };
            }
        }
        // A text that grows: texts are values here.
        if let Some(member) = callee.filter(|f| f.kind() == "field_expression")
            && field(member, "field").is_some_and(|name| self.l.text(name) == "push_str")
            && let Some(text) = field(member, "value")
            && let [added] = self.args(field(node, "arguments")).as_slice()
        {
            let target = self.place(text);
            return self.assigned(target, Some(BinaryOp::Add), added.value, node);
        }
        let wrapper = callee
            .filter(|f| f.kind() == "identifier")
            .is_some_and(|f| matches!(self.l.text(f), "Ok" | "Some" | "Err" | "Box"));
        let args: Vec<Arg> = self.args(field(node, "arguments"));
        if let ([only], true) = (args.as_slice(), wrapper) {
            return only.value;
        }
        let callee = self.optional(function, node);
        self.l.call(callee, args, false, node)
    }

    fn binary(&mut self, node: Node<'_>) -> ExprId {
        let left = self.optional(field(node, "left"), node);
        let right = self.optional(field(node, "right"), node);
        let at = span(node);
        let operator = field(node, "operator").map_or("", |o| self.l.text(o));
        match operator {
            "&&" | "||" => {
                let op = if operator == "&&" {
                    LogicalOp::And
                } else {
                    LogicalOp::Or
                };
                self.l.b.expr(Expr::Logical { op, left, right }, at)
            }
            _ => match binary_operator(operator) {
                Some(op) => self.l.b.expr(Expr::Binary { op, left, right }, at),
                None => self.l.unknown(vec![left, right], node),
            },
        }
    }

    fn assign(&mut self, node: Node<'_>) -> ExprId {
        let value = self.optional(field(node, "right"), node);
        let op = field(node, "operator")
            .and_then(|o| binary_operator(self.l.text(o).trim_end_matches('=')));
        let target = field(node, "left").map_or(Pattern::Ignore, |left| self.place(left));
        self.assigned(target, op, value, node)
    }

    /// A name, field or element that is assigned to.
    fn place(&mut self, node: Node<'_>) -> Pattern {
        let place = self.expr(node);
        match self.l.b.unit().expr(place) {
            Some(Expr::Name(sym)) => Pattern::Name(*sym),
            Some(Expr::Member { object, name }) => Pattern::Member(*object, *name),
            Some(Expr::Index { object, index }) => Pattern::Index(*object, *index),
            _ => Pattern::Ignore,
        }
    }

    fn assigned(
        &mut self,
        target: Pattern,
        op: Option<BinaryOp>,
        value: ExprId,
        node: Node<'_>,
    ) -> ExprId {
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

    fn invocation(&mut self, node: Node<'_>) -> ExprId {
        let name = field(node, "macro")
            .map_or("", |m| self.l.text(m))
            .rsplit("::")
            .next()
            .unwrap_or("")
            .to_owned();
        let Some(tokens) = child_of_kind(node, "token_tree") else {
            return self.l.unknown(Vec::new(), node);
        };
        let args = self.token_args(tokens);
        match name.as_str() {
            "format" | "println" | "eprintln" | "print" | "panic" | "write" | "writeln"
            | "format_args" => {
                let skip = usize::from(name.starts_with("write"));
                let args: Vec<ExprId> = args.into_iter().skip(skip).collect();
                let text = self.format(&args, node);
                if name == "format" || name == "format_args" {
                    return text;
                }
                self.l.unknown(vec![text], node)
            }
            "vec" => {
                let items = args.into_iter().map(Lowering::arg).collect();
                self.l.b.expr(Expr::List(items), span(node))
            }
            "concat" => self.l.b.expr(Expr::Template(args), span(node)),
            _ => {
                let callee = self.l.b.name(&format!("{name}!"), span(node));
                let args = args.into_iter().map(Lowering::arg).collect();
                self.l.call(callee, args, false, node)
            }
        }
    }
}
