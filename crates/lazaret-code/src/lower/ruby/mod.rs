//! Ruby, over tree-sitter-ruby.
//!
//! What the interpreter sees:
//! - `A::B` and `a.b` are members; `a.b` without arguments is a call;
//! - `X.new(…)` is a call with `construct`; constructors are `initialize`;
//! - a block is the last argument of an iterator, the argument `@block` of a
//!   method of the same file, and else called in place with the call's result,
//!   as `File.open(…) { |f| … }` does;
//! - `` `…` `` is a call of `@backtick`.

mod call;
mod class;
mod expr;
mod literal;
mod stmt;

use rustc_hash::FxHashSet;
use tree_sitter::{Node, Tree};

use super::tree::{Lowering, children};
use crate::ir::{Language, Unit};

/// Lowers a file.
pub(crate) fn lower(source: &str) -> Unit {
    let (lowering, tree) =
        Lowering::parse(Language::Ruby, &tree_sitter_ruby::LANGUAGE.into(), source);
    let Some(tree) = tree else {
        return lowering.b.finish(Vec::new());
    };
    let mut ruby = Ruby {
        heredocs: heredocs(&tree),
        methods: method_names(&tree, source),
        classes: Vec::new(),
        l: lowering,
    };
    let body = ruby.statements(children(tree.root_node()));
    ruby.l.b.finish(body)
}

struct Ruby<'s, 't> {
    l: Lowering<'s>,
    /// Starts of here-documents, in order, with their bodies.
    heredocs: Vec<(usize, Node<'t>)>,
    /// Methods that the file defines anywhere.
    methods: FxHashSet<String>,
    /// Classes being read, innermost last.
    classes: Vec<ClassScope>,
}

#[derive(Default)]
struct ClassScope {
    name: String,
    /// Methods of instances.
    instance: FxHashSet<String>,
    /// Methods of the class itself.
    own: FxHashSet<String>,
    /// In a method of the class itself.
    in_own: bool,
}

/// All nodes in the order of the text.
fn walk<'t>(tree: &'t Tree, mut visit: impl FnMut(Node<'t>)) {
    let mut cursor = tree.walk();
    loop {
        visit(cursor.node());
        if cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return;
            }
        }
    }
}

fn heredocs(tree: &Tree) -> Vec<(usize, Node<'_>)> {
    let mut starts = Vec::new();
    let mut bodies = Vec::new();
    walk(tree, |node| match node.kind() {
        "heredoc_beginning" => starts.push(node.start_byte()),
        "heredoc_body" => bodies.push(node),
        _ => {}
    });
    starts.into_iter().zip(bodies).collect()
}

fn method_names(tree: &Tree, source: &str) -> FxHashSet<String> {
    let mut names = FxHashSet::default();
    walk(tree, |node| {
        if matches!(node.kind(), "method" | "singleton_method")
            && let Some(name) = node.child_by_field_name("name")
        {
            names.insert(source.get(name.byte_range()).unwrap_or("").to_owned());
        }
    });
    names
}

#[cfg(test)]
mod tests;
