//! JavaScript, TypeScript, JSX and TSX, read with oxc.
//!
//! oxc is used in this folder only. `var` is declared at the start of its
//! function and assigned where it stands, functions are bound at the start
//! of their block, classes and named functions in expressions are wrapped in
//! an arrow function that is called at once.

mod class;
mod depth;
mod expr;
mod hoist;
mod jsx;
mod module;
mod operator;
mod pattern;
mod stmt;
#[cfg(test)]
mod tests;

use std::cell::RefCell;

pub(crate) use expr::{GETTER, SUPER};
use oxc_allocator::Allocator;
use oxc_ast::ast::Program;
use oxc_parser::{ParseOptions, Parser};
use oxc_span::SourceType;

use crate::ir::{Builder, Expr, ExprId, Language, Pattern, Span, Stmt, Sym, Unit};

/// Brackets within brackets and the like that are parsed. oxc recurses.
const DEPTH: u32 = 20_000;
/// From here on the parser gets a large stack.
const DEEP: u32 = 150;
/// Stack for deep texts: address space, used only as far as it is needed.
const LARGE_STACK: usize = 1 << 30;
/// Levels that are lowered.
const LOWERED: u32 = 30_000;

/// Lowers JavaScript or TypeScript.
pub fn lower(source: &str, path: &str) -> Unit {
    // oxc skips a byte order mark; so spans stay those of the file.
    let depth = depth::estimate(source.as_bytes());
    if depth > DEPTH {
        let mut builder = Builder::new(Language::JavaScript);
        builder.error(
            format!("nested {depth} deep; more than {DEPTH} is not read"),
            Span::default(),
        );
        return builder.finish(Vec::new());
    }
    if depth > DEEP {
        return stacker::grow(LARGE_STACK, || parse(source, path));
    }
    // What the estimate does not see must not overflow a thread's stack.
    stacker::maybe_grow(8 << 20, 32 << 20, || parse(source, path))
}

/// The dialects to try in turn: as the ending says, then what else it may be.
fn dialects(path: &str) -> Vec<SourceType> {
    let path = path.to_ascii_lowercase();
    let ends = |endings: &[&str]| endings.iter().any(|ending| path.ends_with(ending));
    if ends(&[".d.ts", ".d.mts", ".d.cts"]) {
        return vec![SourceType::d_ts()];
    }
    if ends(&[".tsx"]) {
        return vec![SourceType::tsx(), SourceType::ts()];
    }
    if ends(&[".ts", ".mts", ".cts"]) {
        return vec![SourceType::ts(), SourceType::tsx()];
    }
    if ends(&[".mjs"]) {
        return vec![
            SourceType::mjs().with_jsx(true),
            SourceType::script(),
            SourceType::ts(),
        ];
    }
    vec![
        SourceType::unambiguous().with_jsx(true),
        SourceType::script().with_jsx(true),
        SourceType::ts(),
        SourceType::tsx(),
    ]
}

thread_local! {
    /// The arena of the last text, to be filled again.
    static ARENA: RefCell<Option<Allocator>> = const { RefCell::new(None) };
}

/// Texts whose arena is kept for the next.
const KEPT_ARENA: usize = 1 << 20;

fn parse(source: &str, path: &str) -> Unit {
    let mut allocator = ARENA.take().unwrap_or_default();
    let unit = parse_in(&mut allocator, source, path);
    if source.len() <= KEPT_ARENA {
        allocator.reset();
        ARENA.set(Some(allocator));
    }
    unit
}

fn parse_in(allocator: &mut Allocator, source: &str, path: &str) -> Unit {
    let mut first_error = None;
    let mut best: Option<(usize, SourceType)> = None;
    let dialects = dialects(path);
    for dialect in &dialects {
        allocator.reset();
        let parsed = Parser::new(allocator, source, *dialect)
            .with_options(options())
            .parse();
        if parsed.diagnostics.is_empty() && !parsed.panicked {
            return Lowering::program(source, &parsed.program, None);
        }
        let message = parsed
            .diagnostics
            .iter()
            .next()
            .map_or_else(|| "cannot be parsed".to_owned(), ToString::to_string);
        first_error.get_or_insert(message);
        // Errors that are no errors of grammar leave the whole tree.
        if !parsed.panicked {
            let count = parsed.diagnostics.len();
            if best.is_none_or(|(before, _)| count < before) {
                best = Some((count, *dialect));
            }
        }
        // Large broken files are not read four times.
        if source.len() > 1 << 20 && best.is_some() {
            break;
        }
    }
    if let Some((_, dialect)) = best {
        allocator.reset();
        let parsed = Parser::new(allocator, source, dialect)
            .with_options(options())
            .parse();
        return Lowering::program(source, &parsed.program, first_error);
    }
    salvage(source, first_error)
}

/// Keeps the statements before the place that cannot be parsed, and those
/// after it from a line that can be.
fn salvage(source: &str, error: Option<String>) -> Unit {
    let mut lowering = Lowering::new(source);
    lowering.builder.error(
        error.unwrap_or_else(|| "cannot be parsed".to_owned()),
        Span::default(),
    );
    let mut body = Vec::new();
    let mut start = 0usize;
    // Each try costs a parse of what is left: a few only, and short.
    let tries = if source.len() > 1 << 18 { 4 } else { 24 };
    let allocator = Allocator::default();
    for _ in 0..tries {
        let Some(rest) = source.get(start..).filter(|rest| !rest.trim().is_empty()) else {
            break;
        };
        let parsed = Parser::new(&allocator, rest, SourceType::unambiguous().with_jsx(true))
            .with_options(options())
            .parse();
        if !parsed.panicked {
            lowering.offset = start as u32;
            body.extend(lowering.top(&parsed.program));
            break;
        }
        let at = parsed
            .diagnostics
            .iter()
            .filter_map(|d| d.labels.first().map(|label| label.offset() as usize))
            .max()
            .unwrap_or(0);
        // What stands before the broken line may be whole.
        let line = rest
            .get(..at)
            .and_then(|text| text.rfind('\n'))
            .unwrap_or(0);
        if let Some(head) = rest.get(..line).filter(|head| !head.trim().is_empty()) {
            let parsed = Parser::new(&allocator, head, SourceType::unambiguous().with_jsx(true))
                .with_options(options())
                .parse();
            if !parsed.panicked {
                lowering.offset = start as u32;
                body.extend(lowering.top(&parsed.program));
            }
        }
        let next = rest
            .get(at..)
            .and_then(|text| text.find('\n'))
            .map(|found| start + at + found + 1);
        match next {
            Some(next) if next > start => start = next,
            _ => break,
        }
    }
    lowering.builder.finish(body)
}

fn options() -> ParseOptions {
    ParseOptions {
        allow_return_outside_function: true,
        preserve_parens: false,
        ..ParseOptions::default()
    }
}

/// The walk over one tree.
struct Lowering {
    builder: Builder,
    /// Added to spans, where a part of a text was parsed.
    offset: u32,
    level: u32,
    /// The expression that stands for the base of the class around.
    bases: Vec<Option<Base>>,
    /// Functions around that have `require` as a parameter.
    require_shadowed: u32,
    /// By name, the last expression that used it.
    last_use: Vec<u32>,
    /// Exports, bound when the module has run.
    exports: Vec<Stmt>,
    temporaries: u32,
}

/// The base of a class.
#[derive(Clone, Copy)]
struct Base {
    name: Sym,
}

impl Lowering {
    fn new(_source: &str) -> Self {
        Self {
            builder: Builder::new(Language::JavaScript),
            offset: 0,
            level: 0,
            bases: Vec::new(),
            require_shadowed: 0,
            last_use: Vec::new(),
            exports: Vec::new(),
            temporaries: 0,
        }
    }

    fn program(source: &str, program: &Program<'_>, error: Option<String>) -> Unit {
        let mut lowering = Self::new(source);
        if let Some(message) = error {
            lowering.builder.error(message, Span::default());
        }
        let body = lowering.top(program);
        lowering.builder.finish(body)
    }

    fn top(&mut self, program: &Program<'_>) -> Vec<Stmt> {
        let mut body = self.hoisted(&program.body);
        for directive in &program.directives {
            let span = self.span(directive.span);
            let value = self.builder.str(&directive.expression.value, span);
            body.push(Stmt::Expr(value));
        }
        self.statements(&program.body, &mut body);
        body.append(&mut self.exports);
        body
    }

    fn span(&self, span: oxc_span::Span) -> Span {
        Span {
            start: span.start + self.offset,
            end: span.end + self.offset,
        }
    }

    fn sym(&mut self, name: &str) -> Sym {
        self.builder.sym(name)
    }

    /// A use of a variable.
    fn variable(&mut self, name: &str, span: Span) -> ExprId {
        let sym = self.builder.sym(name);
        self.variable_of(sym, span)
    }

    fn variable_of(&mut self, sym: Sym, span: Span) -> ExprId {
        let id = self.builder.expr(Expr::Name(sym), span);
        self.used(sym);
        id
    }

    /// Notes that `sym` was used by the expression added last.
    fn used(&mut self, sym: Sym) {
        let at = sym.0 as usize;
        if self.last_use.len() <= at {
            self.last_use.resize(at + 1, 0);
        }
        let now = self.builder.unit().exprs.len() as u32;
        if let Some(slot) = self.last_use.get_mut(at) {
            *slot = now;
        }
    }

    /// Whether `sym` was used since there were `start` expressions.
    fn used_since(&self, sym: Sym, start: u32) -> bool {
        self.last_use
            .get(sym.0 as usize)
            .is_some_and(|last| *last > start)
    }

    fn temporary(&mut self, what: &str) -> Sym {
        self.temporaries += 1;
        let name = format!("\u{0}{what}{}", self.temporaries);
        self.builder.sym(&name)
    }

    fn expr(&mut self, expr: Expr, span: Span) -> ExprId {
        self.builder.expr(expr, span)
    }

    fn undefined(&mut self, span: Span) -> ExprId {
        self.variable("undefined", span)
    }

    /// One level deeper; `None` where that is too deep.
    fn deeper<T>(&mut self, work: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.level >= LOWERED {
            if self.level == LOWERED {
                self.level += 1;
                self.builder
                    .error(format!("more than {LOWERED} levels"), Span::default());
                self.level -= 1;
            }
            return None;
        }
        self.level += 1;
        let result = if self.level.is_multiple_of(8) {
            stacker::maybe_grow(256 << 10, 8 << 20, || work(self))
        } else {
            work(self)
        };
        self.level -= 1;
        Some(result)
    }
}

/// `let name;`
fn declare(name: Sym) -> Stmt {
    Stmt::Let {
        target: Pattern::Name(name),
        value: None,
    }
}
