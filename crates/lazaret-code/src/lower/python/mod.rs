//! Python, by ruff's parser. Python 2 is repaired where its statements are no
//! longer Python.

mod expr;
mod python2;
mod stmt;

use ruff_python_ast::Mod;
use ruff_python_parser::{Mode, ParseOptions, parse_unchecked};
use ruff_text_size::{Ranged, TextRange};

use crate::ir::{Builder, ExprId, Language, Span, Unit};

/// Brackets within brackets that are still read.
const NESTING: usize = 1500;
/// Errors kept of one file.
const ERRORS: usize = 16;

/// Walks a tree and builds the unit.
struct Lowering<'a> {
    builder: Builder,
    source: &'a str,
    depth: u32,
    /// `if __name__ == "__main__"` runs with the top level.
    main: bool,
    python2: bool,
}

pub(super) fn lower(source: &str, path: &str) -> Unit {
    // The tree is dropped by recursion: its depth is bounded by the length.
    let stack = source.len().saturating_mul(256).clamp(4 << 20, 512 << 20);
    stacker::maybe_grow(stack / 2, stack, || lower_here(source, path))
}

fn lower_here(source: &str, path: &str) -> Unit {
    let mut builder = Builder::new(Language::Python);
    if u32::try_from(source.len()).is_err() || nesting(source) > NESTING {
        builder.error("too deeply nested or too large to read", Span::default());
        return builder.finish(Vec::new());
    }
    let mut parsed = parse_unchecked(source, ParseOptions::from(Mode::Module));
    let mut python2 = false;
    let repaired;
    let mut source = source;
    if !parsed.errors().is_empty()
        && let Some(text) = python2::repair(source)
    {
        let again = parse_unchecked(&text, ParseOptions::from(Mode::Module));
        if again.errors().len() < parsed.errors().len() {
            python2 = true;
            parsed = again;
            repaired = text;
            source = &repaired;
        }
    }
    for error in parsed.errors().iter().take(ERRORS) {
        builder.error(error.error.to_string(), span(error.location));
    }
    let file = path.rsplit('/').next().unwrap_or(path);
    let mut lowering = Lowering {
        builder,
        source,
        depth: 0,
        main: matches!(file, "" | "setup.py" | "__main__.py"),
        python2,
    };
    let body = match parsed.syntax() {
        Mod::Module(module) => lowering.body(&module.body),
        Mod::Expression(_) => Vec::new(),
    };
    lowering.builder.finish(body)
}

/// Deepest nesting of brackets, strings not told apart.
fn nesting(source: &str) -> usize {
    let (mut depth, mut deepest) = (0usize, 0usize);
    for byte in source.bytes() {
        match byte {
            b'(' | b'[' | b'{' => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

fn span(range: TextRange) -> Span {
    Span {
        start: range.start().to_u32(),
        end: range.end().to_u32(),
    }
}

impl Lowering<'_> {
    /// A value of which nothing is known.
    fn unknown(&mut self, node: &impl Ranged) -> ExprId {
        self.builder
            .expr(crate::ir::Expr::Unknown(Vec::new()), span(node.range()))
    }
}
