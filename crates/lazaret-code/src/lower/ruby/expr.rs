//! Expressions.

use tree_sitter::Node;

use super::{
    super::tree::{Lowering, children, field, fields, span},
    Ruby,
};
use crate::ir::{BinaryOp, Const, Expr, ExprId, LogicalOp, Pattern, UnaryOp};

impl<'t> Ruby<'_, 't> {
    pub(super) fn optional(&mut self, node: Option<Node<'t>>, around: Node<'t>) -> ExprId {
        match node {
            Some(node) => self.expr(node),
            None => self.l.unknown(Vec::new(), around),
        }
    }

    pub(super) fn expr(&mut self, node: Node<'t>) -> ExprId {
        let value = if self.l.enter() {
            self.expr_inner(node)
        } else {
            self.l.unknown(Vec::new(), node)
        };
        self.l.leave();
        value
    }

    fn expr_inner(&mut self, node: Node<'t>) -> ExprId {
        let at = span(node);
        match node.kind() {
            "identifier" => self.identifier(node),
            "constant" | "global_variable" | "class_variable" => {
                self.l.b.name(self.l.text(node), at)
            }
            "instance_variable" => {
                let this = self.l.b.expr(Expr::This, at);
                let name = self.l.text(node).trim_start_matches('@');
                self.l.b.member(this, name, at)
            }
            "self" => self.l.b.expr(Expr::This, at),
            "nil" => self.l.null(node),
            "true" => self.l.constant(Const::Bool(true), node),
            "false" => self.l.constant(Const::Bool(false), node),
            "integer" | "float" => self.l.number(node),
            "string" | "bare_string" | "delimited_symbol" | "bare_symbol" => self.string(node),
            "simple_symbol" | "hash_key_symbol" => {
                self.l.b.str(self.l.text(node).trim_start_matches(':'), at)
            }
            "character" => self.l.b.str(self.l.text(node).trim_start_matches('?'), at),
            "chained_string" => {
                let parts = children(node).into_iter().map(|p| self.expr(p)).collect();
                self.l.b.expr(Expr::Template(parts), at)
            }
            "heredoc_beginning" => self.heredoc(node),
            "subshell" => self.backtick(node),
            "regex" => self.regex(node),
            "array" | "string_array" | "symbol_array" | "right_assignment_list" => {
                let items = self.arguments(node);
                self.l.b.expr(Expr::List(items), at)
            }
            "hash" => self.hash(node),
            "scope_resolution" => {
                let name = field(node, "name").map_or("", |n| self.l.text(n));
                match field(node, "scope") {
                    Some(scope) => {
                        let object = self.expr(scope);
                        self.l.b.member(object, name, at)
                    }
                    None => self.l.b.name(name, at),
                }
            }
            "call" => self.call(node),
            "element_reference" => self.element(node),
            "binary" => self.binary(node),
            "unary" => self.unary(node),
            "conditional" => {
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
            "range" => {
                let ends: Vec<ExprId> = [field(node, "begin"), field(node, "end")]
                    .into_iter()
                    .flatten()
                    .map(|n| self.expr(n))
                    .collect();
                if ends.len() != 2 {
                    return self.l.unknown(ends, node);
                }
                let exclusive = self.l.text(node).contains("...");
                let callee = self.l.b.name(
                    if exclusive {
                        "@range"
                    } else {
                        "@range_inclusive"
                    },
                    at,
                );
                let args = ends.into_iter().map(Lowering::arg).collect();
                self.l.call(callee, args, false, node)
            }
            "assignment" | "operator_assignment" => self.assign(node),
            "lambda" | "block" | "do_block" => self.block_function(node),
            "yield" => {
                let callee = self.l.b.name("@block", at);
                let args = node
                    .named_child(0)
                    .map(|a| self.arguments(a))
                    .unwrap_or_default();
                self.l.call(callee, args, false, node)
            }
            "super" => self.l.unknown(Vec::new(), node),
            "parenthesized_statements"
            | "begin"
            | "if"
            | "unless"
            | "case"
            | "if_modifier"
            | "unless_modifier"
            | "while"
            | "until"
            | "rescue_modifier"
            | "then"
            | "interpolation" => {
                let body = match node.kind() {
                    "begin" => self.body(Some(node)),
                    "parenthesized_statements" | "then" | "interpolation" => {
                        self.statements(children(node))
                    }
                    _ => self.statements(vec![node]),
                };
                self.l.block_expr(body, node)
            }
            _ => {
                let parts = children(node).into_iter().map(|n| self.expr(n)).collect();
                self.l.unknown(parts, node)
            }
        }
    }

    /// A variable, or a method of the file called without arguments.
    fn identifier(&mut self, node: Node<'t>) -> ExprId {
        let name = self.l.text(node).to_owned();
        if self.methods.contains(&name) || matches!(name.as_str(), "gets" | "fork" | "binding") {
            let callee = self.bare_method(&name, node);
            return self.l.call(callee, Vec::new(), false, node);
        }
        self.l.b.name(&name, span(node))
    }

    fn element(&mut self, node: Node<'t>) -> ExprId {
        let object = self.optional(field(node, "object"), node);
        let indices: Vec<_> = children(node).into_iter().skip(1).collect();
        match indices.as_slice() {
            [range] if range.kind() == "range" => {
                let range = *range;
                let start = field(range, "begin").map(|n| self.expr(n));
                let stop = field(range, "end").map(|n| self.expr(n));
                let exclusive = self.l.text(range).contains("...");
                let callee = self.l.b.name(
                    if exclusive {
                        "@slice"
                    } else {
                        "@slice_inclusive"
                    },
                    span(node),
                );
                let mut args = vec![Lowering::arg(object)];
                for end in [start, stop] {
                    let value = end.unwrap_or_else(|| self.l.null(node));
                    args.push(Lowering::arg(value));
                }
                self.l.call(callee, args, false, node)
            }
            [index] => {
                let index = self.expr(*index);
                self.l.b.expr(Expr::Index { object, index }, span(node))
            }
            _ => {
                // `x[start, length]`
                let args = indices
                    .into_iter()
                    .map(|n| {
                        let value = self.expr(n);
                        Lowering::arg(value)
                    })
                    .collect();
                let callee = self.l.b.member(object, "slice", span(node));
                self.l.call(callee, args, false, node)
            }
        }
    }

    fn binary(&mut self, node: Node<'t>) -> ExprId {
        let left = self.optional(field(node, "left"), node);
        let right = self.optional(field(node, "right"), node);
        let operator = field(node, "operator").map_or("", |o| self.l.text(o));
        let at = span(node);
        let logical = match operator {
            "&&" | "and" => Some(LogicalOp::And),
            "||" | "or" => Some(LogicalOp::Or),
            _ => None,
        };
        if let Some(op) = logical {
            return self.l.b.expr(Expr::Logical { op, left, right }, at);
        }
        match operator_of(operator) {
            Some(op) => self.l.b.expr(Expr::Binary { op, left, right }, at),
            None => self.l.unknown(vec![left, right], node),
        }
    }

    fn unary(&mut self, node: Node<'t>) -> ExprId {
        let operand = self.optional(field(node, "operand"), node);
        let op = match field(node, "operator").map_or("", |o| self.l.text(o)) {
            "!" | "not" => UnaryOp::Not,
            "-" => UnaryOp::Neg,
            "~" => UnaryOp::BitNot,
            "+" => UnaryOp::Plus,
            _ => return self.l.unknown(vec![operand], node),
        };
        self.l.b.expr(Expr::Unary { op, operand }, span(node))
    }

    fn assign(&mut self, node: Node<'t>) -> ExprId {
        let (Some(left), Some(right)) = (field(node, "left"), field(node, "right")) else {
            return self.l.unknown(Vec::new(), node);
        };
        let mut value = self.expr(right);
        let target = self.pattern(left);
        let operator = fields(node, "operator").first().map_or_else(
            || field(node, "operator").map_or("=", |o| self.l.text(o)),
            |o| self.l.text(*o),
        );
        let mut op = None;
        match operator.strip_suffix('=') {
            None | Some("") => {}
            Some("||") => {
                let old = self.expr(left);
                value = self.l.b.expr(
                    Expr::Logical {
                        op: LogicalOp::Or,
                        left: old,
                        right: value,
                    },
                    span(node),
                );
            }
            Some(binary) => op = operator_of(binary),
        }
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
}

fn operator_of(text: &str) -> Option<BinaryOp> {
    Some(match text {
        "+" => BinaryOp::Add,
        "-" => BinaryOp::Sub,
        "*" => BinaryOp::Mul,
        "/" => BinaryOp::FloorDiv,
        "%" => BinaryOp::Mod,
        "**" => BinaryOp::Pow,
        "&" => BinaryOp::BitAnd,
        "|" => BinaryOp::BitOr,
        "^" => BinaryOp::BitXor,
        // On text it appends, on numbers it shifts; the interpreter sees which.
        "<<" => BinaryOp::Shl,
        ">>" => BinaryOp::Shr,
        "==" => BinaryOp::Eq,
        "!=" => BinaryOp::Ne,
        "<" => BinaryOp::Lt,
        "<=" => BinaryOp::Le,
        ">" => BinaryOp::Gt,
        ">=" => BinaryOp::Ge,
        _ => return None,
    })
}
