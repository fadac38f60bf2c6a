//! What the front ends over tree-sitter grammars share: parsing under a time
//! limit, reading nodes, building expressions.

use std::{
    ops::ControlFlow,
    time::{Duration, Instant},
};

use tree_sitter::{Node, ParseOptions, ParseState, Parser, Tree};

use crate::ir::{
    Arg, BinaryOp, Builder, Const, Expr, ExprId, Function, Language, Param, Pattern, Span, Stmt,
    Sym,
};

/// Longer texts are not parsed: no script written by hand is.
const MAX_SOURCE: usize = 4 << 20;
/// Real files take milliseconds; error recovery on hostile text may take
/// quadratic time.
const MAX_TIME: Duration = Duration::from_secs(3);
/// Nesting of the tree beyond which nodes are left out.
const MAX_DEPTH: u16 = 160;
const MAX_ERRORS: usize = 16;

/// A tree being lowered.
pub(super) struct Lowering<'s> {
    pub(super) src: &'s str,
    pub(super) b: Builder,
    depth: u16,
    temporaries: u32,
}

impl<'s> Lowering<'s> {
    /// Parses `src`; `None` with a noted error where that is not possible.
    pub(super) fn parse(
        language: Language,
        grammar: &tree_sitter::Language,
        src: &'s str,
    ) -> (Self, Option<Tree>) {
        let mut lowering = Self {
            src,
            b: Builder::new(language),
            depth: 0,
            temporaries: 0,
        };
        let whole = Span {
            start: 0,
            end: src.len() as u32,
        };
        if src.len() > MAX_SOURCE {
            lowering.b.error("too long to parse", whole);
            return (lowering, None);
        }
        let mut parser = Parser::new();
        if let Err(error) = parser.set_language(grammar) {
            lowering.b.error(error.to_string(), whole);
            return (lowering, None);
        }
        let started = Instant::now();
        let mut progress = |_: &ParseState| {
            if started.elapsed() > MAX_TIME {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        };
        let bytes = src.as_bytes();
        let tree = parser.parse_with_options(
            &mut |at, _| bytes.get(at..).unwrap_or(&[]),
            None,
            Some(ParseOptions::new().progress_callback(&mut progress)),
        );
        match &tree {
            Some(tree) => lowering.note_errors(tree),
            None => lowering.b.error("took too long to parse", whole),
        }
        (lowering, tree)
    }

    fn note_errors(&mut self, tree: &Tree) {
        if !tree.root_node().has_error() {
            return;
        }
        let mut cursor = tree.walk();
        let mut noted = 0;
        loop {
            let node = cursor.node();
            if node.is_error() || node.is_missing() {
                let message = if node.is_missing() {
                    format!("missing {}", node.kind())
                } else {
                    "not understood".to_owned()
                };
                self.b.error(message, span(node));
                noted += 1;
                if noted == MAX_ERRORS {
                    return;
                }
            }
            if node.has_error() && !node.is_error() && cursor.goto_first_child() {
                continue;
            }
            while !cursor.goto_next_sibling() {
                if !cursor.goto_parent() {
                    return;
                }
            }
        }
    }

    /// One level deeper; `false` when too deep.
    pub(super) fn enter(&mut self) -> bool {
        self.depth += 1;
        self.depth <= MAX_DEPTH
    }

    pub(super) fn leave(&mut self) {
        self.depth = self.depth.saturating_sub(1);
    }

    pub(super) fn text(&self, node: Node<'_>) -> &'s str {
        self.src.get(node.byte_range()).unwrap_or("")
    }

    pub(super) fn unknown(&mut self, parts: Vec<ExprId>, node: Node<'_>) -> ExprId {
        self.b.expr(Expr::Unknown(parts), span(node))
    }

    pub(super) fn null(&mut self, node: Node<'_>) -> ExprId {
        self.constant(Const::Null, node)
    }

    pub(super) fn constant(&mut self, value: Const, node: Node<'_>) -> ExprId {
        self.b.expr(Expr::Const(value), span(node))
    }

    /// An integer literal with `_`, `0x`, `0b`, `0o` and suffixes; unknown
    /// where it is none.
    pub(super) fn number(&mut self, node: Node<'_>) -> ExprId {
        match number(self.text(node)) {
            Some(value) => self.constant(value, node),
            None => self.unknown(Vec::new(), node),
        }
    }

    pub(super) fn call(
        &mut self,
        callee: ExprId,
        args: Vec<Arg>,
        construct: bool,
        node: Node<'_>,
    ) -> ExprId {
        self.b.expr(
            Expr::Call {
                callee,
                args,
                construct,
            },
            span(node),
        )
    }

    pub(super) fn arg(value: ExprId) -> Arg {
        Arg {
            name: None,
            value,
            spread: false,
        }
    }

    /// A name that the source cannot have.
    pub(super) fn temporary(&mut self) -> Sym {
        self.temporaries += 1;
        self.b.sym(&format!("@{}", self.temporaries))
    }

    /// Statements as an expression: a function called in place, whose value
    /// is that of the last statement.
    pub(super) fn block_expr(&mut self, mut body: Vec<Stmt>, node: Node<'_>) -> ExprId {
        if let [Stmt::Expr(only)] = body.as_slice() {
            return *only;
        }
        return_last(&mut body);
        let function = self.lambda(Vec::new(), body, node);
        self.call(function, Vec::new(), false, node)
    }

    pub(super) fn lambda(&mut self, params: Vec<Param>, body: Vec<Stmt>, node: Node<'_>) -> ExprId {
        let function = self.b.function(Function {
            name: None,
            params,
            body,
            decorators: Vec::new(),
            lexical_this: true,
            span: span(node),
        });
        self.b.expr(Expr::Function(function), span(node))
    }

    pub(super) fn param(&mut self, name: &str) -> Param {
        Param {
            pattern: Pattern::Name(self.b.sym(name)),
            default: None,
            rest: false,
            rest_named: false,
        }
    }
}

/// Makes the value of the last statement the function's.
pub(super) fn return_last(body: &mut Vec<Stmt>) {
    match body.pop() {
        Some(Stmt::Expr(last)) => body.push(Stmt::Return(Some(last))),
        Some(Stmt::If {
            test,
            mut then,
            mut otherwise,
        }) => {
            return_last(&mut then);
            return_last(&mut otherwise);
            body.push(Stmt::If {
                test,
                then,
                otherwise,
            });
        }
        Some(other) => body.push(other),
        None => {}
    }
}

pub(super) fn span(node: Node<'_>) -> Span {
    Span {
        start: node.start_byte() as u32,
        end: node.end_byte() as u32,
    }
}

/// Named children without comments.
pub(super) fn children<'t>(node: Node<'t>) -> Vec<Node<'t>> {
    let mut cursor = node.walk();
    node.named_children(&mut cursor)
        .filter(|n| !n.kind().contains("comment"))
        .collect()
}

/// The children in a field.
pub(super) fn fields<'t>(node: Node<'t>, name: &str) -> Vec<Node<'t>> {
    let mut cursor = node.walk();
    node.children_by_field_name(name, &mut cursor)
        .filter(Node::is_named)
        .collect()
}

pub(super) fn field<'t>(node: Node<'t>, name: &str) -> Option<Node<'t>> {
    node.child_by_field_name(name)
}

pub(super) fn child_of_kind<'t>(node: Node<'t>, kind: &str) -> Option<Node<'t>> {
    let mut cursor = node.walk();
    node.children(&mut cursor).find(|n| n.kind() == kind)
}

/// A number as C-like languages write it.
pub(super) fn number(text: &str) -> Option<Const> {
    let clean: String = text.chars().filter(|c| *c != '_').collect();
    let lower = clean.to_ascii_lowercase();
    let radix = match lower.get(..2) {
        Some("0x") => 16,
        Some("0b") => 2,
        Some("0o") => 8,
        _ => 10,
    };
    let digits = if radix == 10 {
        lower.as_str()
    } else {
        lower.get(2..)?
    };
    let length = digits.chars().take_while(|c| c.is_digit(radix)).count();
    if radix == 10
        && digits
            .get(length..)
            .is_some_and(|rest| rest.starts_with(['.', 'e']))
    {
        let end = digits
            .find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | 'e' | '-' | '+')))
            .unwrap_or(digits.len());
        return digits.get(..end)?.parse().ok().map(Const::Float);
    }
    i64::from_str_radix(digits.get(..length)?, radix)
        .ok()
        .map(Const::Int)
}

/// What a C-like escape sequence (with its `\`) means.
pub(super) fn escape(text: &str) -> Option<String> {
    let rest = text.strip_prefix('\\')?;
    let first = rest.chars().next()?;
    let hex = |digits: &str| {
        let digits = digits.trim_matches(['{', '}']);
        u32::from_str_radix(digits, 16)
            .ok()
            .and_then(char::from_u32)
    };
    let c = match first {
        'n' => '\n',
        't' => '\t',
        'r' => '\r',
        'a' => '\x07',
        'b' => '\x08',
        'f' => '\x0c',
        'v' => '\x0b',
        'e' => '\x1b',
        's' => ' ',
        '\n' | '\r' => return Some(String::new()),
        'x' | 'u' | 'U' => hex(rest.get(1..)?)?,
        '0'..='7' => u32::from_str_radix(rest, 8).ok().and_then(char::from_u32)?,
        other => other,
    };
    Some(c.to_string())
}

/// Operators as C-like languages write them.
pub(super) fn binary_operator(text: &str) -> Option<BinaryOp> {
    Some(match text {
        "+" => BinaryOp::Add,
        "-" => BinaryOp::Sub,
        "*" => BinaryOp::Mul,
        "/" => BinaryOp::FloorDiv,
        "%" => BinaryOp::Mod,
        "&" => BinaryOp::BitAnd,
        "|" => BinaryOp::BitOr,
        "^" => BinaryOp::BitXor,
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
