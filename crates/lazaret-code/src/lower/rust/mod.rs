//! Rust: build scripts and procedural macros, over tree-sitter-rust.
//!
//! What the interpreter sees: paths are members of names that `use` bound
//! (`Command::new` with `use std::process::Command` is
//! `std.process.Command.new`); `?`, references, casts and `unwrap` are looked
//! through; `main` is called; `format!` is a template; functions marked
//! `#[proc_macro…]` and everything else are left to be called by the
//! interpreter.

mod expr;
mod item;
mod pattern;
mod tokens;

use tree_sitter::Node;

use super::tree::{Lowering, children};
use crate::ir::{Language, Unit};

/// Lowers a file.
pub(crate) fn lower(source: &str) -> Unit {
    let (l, tree) = Lowering::parse(Language::Rust, &tree_sitter_rust::LANGUAGE.into(), source);
    let Some(tree) = tree else {
        return l.b.finish(Vec::new());
    };
    let mut rust = Rust { l };
    let root = tree.root_node();
    let mut body = Vec::new();
    rust.statements(children(root), &mut body);
    if let Some(main) = rust.main(root) {
        body.push(main);
    }
    rust.l.b.finish(body)
}

struct Rust<'s> {
    l: Lowering<'s>,
}

impl Rust<'_> {
    fn main(&mut self, root: Node<'_>) -> Option<crate::ir::Stmt> {
        let main = children(root).into_iter().find(|n| {
            n.kind() == "function_item"
                && n.child_by_field_name("name")
                    .is_some_and(|n| self.l.text(n) == "main")
        })?;
        let callee = self.l.b.name("main", super::tree::span(main));
        let call = self.l.call(callee, Vec::new(), false, main);
        Some(crate::ir::Stmt::Expr(call))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::lower;

    const SAMPLE: &str = r#"
use std::process::{Command, Stdio as S};
fn main() -> Result<(), E> {
    let out = Command::new("sh").arg("-c").args(&["a"]).spawn()?;
    if let Ok(x) = std::env::var("HOME") { println!("{x} {}", format!("{out:?}")); }
    match a { Some(v) if v > 1 => { g() } _ => {} }
    let c = |x: u8| x ^ 1;
    for i in 0..10 { b[i] ^= K[i] }
}
"#;

    proptest! {
        #[test]
        fn any_text_is_read(text in "\\PC*") {
            lower(&text);
        }

        #[test]
        fn a_cut_file_is_read(start in 0..SAMPLE.len(), end in 0..SAMPLE.len()) {
            if let Some(text) = SAMPLE.get(start.min(end)..start.max(end)) {
                lower(text);
            }
        }
    }

    #[test]
    fn deep_nesting_ends() {
        for open in ["fn f() {", "(", "[", "x!(", "|a| ", "if a {", "&"] {
            lower(&open.repeat(20_000));
        }
    }
}
