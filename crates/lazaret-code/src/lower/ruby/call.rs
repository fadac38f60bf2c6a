//! Calls, arguments and blocks.

use tree_sitter::Node;

use super::{
    super::tree::{Lowering, children, field, span},
    Ruby,
};
use crate::ir::{Arg, Expr, ExprId, Pattern};

/// Methods that call their block with elements: the interpreter knows them.
const ITERATORS: [&str; 46] = [
    "all?",
    "any?",
    "chars",
    "collect",
    "collect_concat",
    "count",
    "cycle",
    "delete_if",
    "detect",
    "downto",
    "each",
    "each_byte",
    "each_char",
    "each_cons",
    "each_key",
    "each_line",
    "each_pair",
    "each_slice",
    "each_value",
    "each_with_index",
    "each_with_object",
    "filter",
    "filter_map",
    "find",
    "find_all",
    "flat_map",
    "group_by",
    "gsub",
    "gsub!",
    "inject",
    "keep_if",
    "map",
    "map!",
    "max_by",
    "min_by",
    "partition",
    "reduce",
    "reject",
    "scan",
    "select",
    "sort_by",
    "step",
    "sub",
    "sum",
    "times",
    "upto",
];

impl<'t> Ruby<'_, 't> {
    pub(super) fn call(&mut self, node: Node<'t>) -> ExprId {
        let name = field(node, "method")
            .map_or("call", |m| self.l.text(m))
            .to_owned();
        let mut args = field(node, "arguments")
            .map(|a| self.arguments(a))
            .unwrap_or_default();
        let block = field(node, "block").map(|b| self.block_function(b));
        let receiver = field(node, "receiver");
        if receiver.is_none()
            && matches!(name.as_str(), "lambda" | "proc")
            && let Some(block) = block
        {
            return block;
        }
        let construct = name == "new" && receiver.is_some();
        let callee = match receiver {
            Some(receiver) if construct => self.expr(receiver),
            // `ENV` is a map for `ENV[…]` and an object for the rest.
            Some(receiver) if self.l.text(receiver) == "ENV" => {
                self.l.b.name(&format!("@ENV.{name}"), span(node))
            }
            Some(receiver) => {
                let object = self.expr(receiver);
                self.l.b.member(object, &name, span(node))
            }
            None => self.bare_method(&name, node),
        };
        let Some(block) = block else {
            return self.l.call(callee, args, construct, node);
        };
        let own = self.methods.contains(&name) || construct && self.is_own_class(callee);
        if own {
            let name = Some(self.l.b.sym("@block"));
            args.push(Arg {
                name,
                value: block,
                spread: false,
            });
            return self.l.call(callee, args, construct, node);
        }
        if ITERATORS.contains(&name.as_str()) {
            args.push(Lowering::arg(block));
            return self.l.call(callee, args, construct, node);
        }
        // `File.open(x) { |f| … }`, `Thread.new { … }`, `at_exit { … }`.
        let result = self.l.call(callee, args, construct, node);
        let temporary = self.l.temporary();
        let keep = self.l.b.expr(
            Expr::Assign {
                target: Box::new(Pattern::Name(temporary)),
                op: None,
                value: result,
            },
            span(node),
        );
        let kept = self.l.b.expr(Expr::Name(temporary), span(node));
        let run = self.l.call(block, vec![Lowering::arg(kept)], false, node);
        self.l.b.expr(Expr::Sequence(vec![keep, run]), span(node))
    }

    fn is_own_class(&self, callee: ExprId) -> bool {
        let unit = self.l.b.unit();
        match unit.expr(callee) {
            Some(Expr::Name(sym)) => self.classes.iter().any(|c| c.name == unit.name(*sym)),
            _ => false,
        }
    }

    /// A method called without a receiver: one of the class being read, or
    /// of the file, or Ruby's own.
    pub(super) fn bare_method(&mut self, name: &str, node: Node<'t>) -> ExprId {
        if let Some(class) = self.classes.last() {
            if class.in_own && class.own.contains(name)
                || !class.instance.contains(name) && class.own.contains(name)
            {
                let class = class.name.clone();
                let object = self.l.b.name(&class, span(node));
                return self.l.b.member(object, name, span(node));
            }
            if class.instance.contains(name) {
                let this = self.l.b.expr(Expr::This, span(node));
                return self.l.b.member(this, name, span(node));
            }
        }
        self.l.b.name(name, span(node))
    }

    pub(super) fn arguments(&mut self, list: Node<'t>) -> Vec<Arg> {
        let mut args = Vec::new();
        let mut pairs = Vec::new();
        for node in children(list) {
            match node.kind() {
                "pair" => {
                    let key = field(node, "key");
                    let value = self.optional(field(node, "value"), node);
                    match key {
                        Some(key) if key.kind() == "hash_key_symbol" => {
                            let name = Some(self.l.b.sym(self.l.text(key)));
                            args.push(Arg {
                                name,
                                value,
                                spread: false,
                            });
                        }
                        Some(key) => {
                            let key = self.expr(key);
                            pairs.push((Some(key), value));
                        }
                        None => {}
                    }
                }
                "splat_argument" | "hash_splat_argument" => {
                    let value = self.optional(node.named_child(0), node);
                    args.push(Arg {
                        name: None,
                        value,
                        spread: true,
                    });
                }
                "block_argument" => {
                    if let Some(inner) = node.named_child(0) {
                        let value = self.expr(inner);
                        args.push(Lowering::arg(value));
                    }
                }
                _ => {
                    let value = self.expr(node);
                    args.push(Lowering::arg(value));
                }
            }
        }
        if !pairs.is_empty() {
            let map = self.l.b.expr(Expr::Map(pairs), span(list));
            args.push(Lowering::arg(map));
        }
        args
    }
}
