//! Strings, symbols, here-documents, collections.

use tree_sitter::Node;

use super::{
    super::tree::{Lowering, children, escape, field, span},
    Ruby,
};
use crate::ir::{Const, Expr, ExprId};

impl<'t> Ruby<'_, 't> {
    /// The text of a string or symbol without interpolation.
    pub(super) fn literal_text(&self, node: Node<'t>) -> Option<String> {
        match node.kind() {
            "simple_symbol" => self.l.text(node).strip_prefix(':').map(str::to_owned),
            "string" | "bare_string" | "delimited_symbol" => {
                let mut text = String::new();
                for part in children(node) {
                    match part.kind() {
                        "interpolation" => return None,
                        "escape_sequence" => {
                            text.push_str(&escape(self.l.text(part)).unwrap_or_default())
                        }
                        _ => text.push_str(self.l.text(part)),
                    }
                }
                Some(text)
            }
            _ => None,
        }
    }

    /// Text with interpolation.
    pub(super) fn string(&mut self, node: Node<'t>) -> ExprId {
        let single = self.l.text(node).starts_with('\'') || self.l.text(node).starts_with("%q");
        let parts = self.parts(children(node), single);
        self.template(parts, node)
    }

    fn template(&mut self, parts: Vec<ExprId>, node: Node<'t>) -> ExprId {
        match parts.as_slice() {
            [] => self.l.b.str("", span(node)),
            [only] if matches!(self.l.b.unit().expr(*only), Some(Expr::Const(_))) => *only,
            _ => self.l.b.expr(Expr::Template(parts), span(node)),
        }
    }

    fn parts(&mut self, nodes: Vec<Node<'t>>, single: bool) -> Vec<ExprId> {
        let mut parts = Vec::new();
        let mut text = String::new();
        let mut at = None;
        for part in nodes {
            match part.kind() {
                "interpolation" => {
                    if !text.is_empty() {
                        parts.push(self.l.b.str(&text, span(at.unwrap_or(part))));
                        text.clear();
                    }
                    let inner = self.statements(children(part));
                    parts.push(self.l.block_expr(inner, part));
                    at = None;
                    continue;
                }
                "escape_sequence" => text.push_str(&escape(self.l.text(part)).unwrap_or_default()),
                "heredoc_end" => continue,
                _ if single => {
                    text.push_str(&self.l.text(part).replace("\\'", "'").replace("\\\\", "\\"))
                }
                _ => text.push_str(self.l.text(part)),
            }
            at.get_or_insert(part);
        }
        if let Some(at) = at.filter(|_| !text.is_empty()) {
            parts.push(self.l.b.str(&text, span(at)));
        }
        parts
    }

    pub(super) fn heredoc(&mut self, node: Node<'t>) -> ExprId {
        let start = node.start_byte();
        let Some((_, body)) = self.heredocs.iter().find(|(at, _)| *at == start).copied() else {
            return self.l.b.str("", span(node));
        };
        let parts = self.parts(children(body), false);
        // The line end after the opening mark belongs to it.
        if let [only] = parts.as_slice()
            && let Some(Expr::Const(Const::Str(text))) = self.l.b.unit().expr(*only)
        {
            let text = dedent(text.strip_prefix('\n').unwrap_or(text));
            return self.l.b.str(&text, span(body));
        }
        self.template(parts, node)
    }

    /// `` `…` ``, `%x(…)`.
    pub(super) fn backtick(&mut self, node: Node<'t>) -> ExprId {
        let text = self.string(node);
        let callee = self.l.b.name("@backtick", span(node));
        self.l.call(callee, vec![Lowering::arg(text)], false, node)
    }

    pub(super) fn regex(&mut self, node: Node<'t>) -> ExprId {
        let mut parts = Vec::new();
        let mut text = String::new();
        for part in children(node) {
            if part.kind() == "interpolation" {
                parts.push(part);
            } else {
                text.push_str(self.l.text(part));
            }
        }
        if parts.is_empty() {
            return self.l.constant(Const::Regex(text.into()), node);
        }
        let parts = parts
            .into_iter()
            .filter_map(|p| p.named_child(0))
            .map(|p| self.expr(p))
            .collect();
        self.l.unknown(parts, node)
    }

    pub(super) fn hash(&mut self, node: Node<'t>) -> ExprId {
        let mut entries = Vec::new();
        for entry in children(node) {
            match entry.kind() {
                "pair" => {
                    let Some(key) = field(entry, "key") else {
                        continue;
                    };
                    let key = if key.kind() == "hash_key_symbol" {
                        self.l.b.str(self.l.text(key), span(key))
                    } else {
                        self.expr(key)
                    };
                    let value = self.optional(field(entry, "value"), entry);
                    entries.push((Some(key), value));
                }
                "hash_splat_argument" => {
                    let value = self.optional(entry.named_child(0), entry);
                    entries.push((None, value));
                }
                _ => {}
            }
        }
        self.l.b.expr(Expr::Map(entries), span(node))
    }
}

/// `<<~` takes off the indentation that all lines share; `<<-` text keeps it,
/// which does no harm to code in it.
fn dedent(text: &str) -> String {
    let indent = text
        .lines()
        .filter(|l| !l.trim().is_empty())
        .map(|l| l.len() - l.trim_start_matches([' ', '\t']).len())
        .min()
        .unwrap_or(0);
    text.split_inclusive('\n')
        .map(|l| l.get(indent..).unwrap_or(l.trim_start()))
        .collect()
}
