//! Patterns.

use tree_sitter::Node;

use super::{
    super::tree::{children, field},
    Rust,
};
use crate::ir::{MapItem, Pattern, PatternItem};

impl Rust<'_> {
    pub(super) fn pattern(&mut self, node: Node<'_>) -> Pattern {
        if !self.l.enter() {
            self.l.leave();
            return Pattern::Ignore;
        }
        let pattern = match node.kind() {
            "identifier" | "shorthand_field_identifier" => {
                Pattern::Name(self.l.b.sym(self.l.text(node)))
            }
            "mut_pattern" | "ref_pattern" | "reference_pattern" | "captured_pattern" => {
                children(node)
                    .into_iter()
                    .rfind(|n| n.kind() != "mutable_specifier")
                    .map_or(Pattern::Ignore, |n| self.pattern(n))
            }
            // `Ok(x)`, `Some(x)`: the value inside is the value.
            "tuple_struct_pattern" => {
                let inner: Vec<_> = children(node).into_iter().skip(1).collect();
                match inner.as_slice() {
                    [only] => self.pattern(*only),
                    _ => Pattern::Ignore,
                }
            }
            "tuple_pattern" | "slice_pattern" => {
                let items = children(node)
                    .into_iter()
                    .map(|n| {
                        Some(PatternItem {
                            pattern: self.pattern(n),
                            rest: n.kind() == "remaining_field_pattern",
                            default: None,
                        })
                    })
                    .collect();
                Pattern::List(items)
            }
            "struct_pattern" => {
                let mut items = Vec::new();
                for child in children(node)
                    .into_iter()
                    .filter(|n| n.kind() == "field_pattern")
                {
                    let Some(name) = field(child, "name") else {
                        continue;
                    };
                    let key = Some(self.l.b.sym(self.l.text(name)));
                    let pattern = self.pattern(field(child, "pattern").unwrap_or(name));
                    items.push(MapItem {
                        key,
                        pattern,
                        default: None,
                    });
                }
                Pattern::Map(items)
            }
            _ => Pattern::Ignore,
        };
        self.l.leave();
        pattern
    }
}
