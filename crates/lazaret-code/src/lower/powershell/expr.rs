//! Expressions.

use crate::ir::{
    BinaryOp, Const, Expr, ExprId, Function, LogicalOp, Param, Pattern, Span, Stmt, UnaryOp,
};

use super::{
    Parser,
    names::type_name,
    text::{is_double, is_single},
};

enum Operator {
    Binary(BinaryOp),
    Logical(LogicalOp),
    Call(&'static str),
    Unknown,
}

impl Parser<'_> {
    pub(super) fn expression(&mut self) -> ExprId {
        self.level(0)
    }

    fn level(&mut self, least: u8) -> ExprId {
        let start = self.pos;
        self.nested(|p| p.operation(least, start))
            .unwrap_or_else(|| {
                let span = self.span(start);
                self.unknown(Vec::new(), span)
            })
    }

    fn operation(&mut self, least: u8, start: usize) -> ExprId {
        let mut left = self.unary();
        loop {
            self.blanks(false);
            // `,` binds tighter than any operator.
            if least < 9 && self.peek() == Some(',') {
                left = self.comma(left, start);
                continue;
            }
            let Some((operator, level, length)) = self.operator() else {
                return left;
            };
            if level <= least {
                return left;
            }
            self.pos += length;
            self.blanks(true);
            // The operand of `-f` is a list.
            let right = self.level(if level == 9 { 8 } else { level });
            let span = self.span(start);
            left = match operator {
                Operator::Binary(op) => self.b.expr(Expr::Binary { op, left, right }, span),
                Operator::Logical(op) => self.b.expr(Expr::Logical { op, left, right }, span),
                Operator::Call(name) => self.builtin(name, &[left, right], span),
                Operator::Unknown => self.unknown(vec![left, right], span),
            };
        }
    }

    fn comma(&mut self, first: ExprId, start: usize) -> ExprId {
        let mut items = vec![Self::arg(first)];
        while self.eat(",") {
            self.blanks(true);
            let next = self.unary();
            items.push(Self::arg(next));
            self.blanks(false);
        }
        let span = self.span(start);
        self.b.expr(Expr::List(items), span)
    }

    fn operator(&self) -> Option<(Operator, u8, usize)> {
        use BinaryOp as B;
        let rest = self.rest();
        let symbol = |text: &str| rest.starts_with(text);
        if symbol("..") {
            return Some((Operator::Call("@range_inclusive"), 8, 2));
        }
        for (text, op, level) in [
            ("*", B::Mul, 7),
            ("/", B::Div, 7),
            ("%", B::Mod, 7),
            ("+", B::Add, 6),
        ] {
            if symbol(text) && !rest.get(1..).is_some_and(|r| r.starts_with('=')) {
                return Some((Operator::Binary(op), level, 1));
            }
        }
        let word: String = rest
            .strip_prefix(['-', '\u{2013}', '\u{2014}'])?
            .chars()
            .take_while(char::is_ascii_alphabetic)
            .collect::<String>()
            .to_ascii_lowercase();
        let length = 1 + word.len();
        if word.is_empty() {
            let assigns = rest.get(1..).is_some_and(|r| r.starts_with(['=', '-']));
            return (symbol("-") && !assigns).then_some((Operator::Binary(B::Sub), 6, 1));
        }
        let bare = word
            .strip_prefix(['c', 'i'])
            .filter(|w| COMPARISONS.contains(w))
            .unwrap_or(&word);
        let operator = match bare {
            "f" => (Operator::Call("@format"), 9),
            "join" => (Operator::Call("@join"), 5),
            "split" => (Operator::Call("@split"), 5),
            "replace" => (Operator::Call("@replace_regex"), 5),
            "eq" => (Operator::Binary(B::Eq), 5),
            "ne" => (Operator::Binary(B::Ne), 5),
            "gt" => (Operator::Binary(B::Gt), 5),
            "ge" => (Operator::Binary(B::Ge), 5),
            "lt" => (Operator::Binary(B::Lt), 5),
            "le" => (Operator::Binary(B::Le), 5),
            "match" | "notmatch" | "like" | "notlike" | "contains" | "notcontains" | "in"
            | "notin" | "is" | "isnot" => (Operator::Unknown, 5),
            "as" => (Operator::Unknown, 5),
            "band" => (Operator::Binary(B::BitAnd), 4),
            "bor" => (Operator::Binary(B::BitOr), 4),
            "bxor" => (Operator::Binary(B::BitXor), 4),
            "shl" => (Operator::Binary(B::Shl), 4),
            "shr" => (Operator::Binary(B::Shr), 4),
            "and" => (Operator::Logical(LogicalOp::And), 2),
            "or" => (Operator::Logical(LogicalOp::Or), 2),
            "xor" => (Operator::Unknown, 2),
            _ => return None,
        };
        Some((operator.0, operator.1, length))
    }

    fn unary(&mut self) -> ExprId {
        let start = self.pos;
        let op = if self.peek() == Some('!') {
            self.bump();
            Some("not")
        } else {
            ["not", "bnot", "join", "split"].into_iter().find(|word| {
                let rest = self.rest();
                rest.starts_with('-')
                    && rest
                        .get(1..=word.len())
                        .is_some_and(|t| t.eq_ignore_ascii_case(word))
                    && !rest
                        .get(word.len() + 1..)
                        .and_then(|r| r.chars().next())
                        .is_some_and(char::is_alphanumeric)
            })
        };
        if let Some(op) = op {
            if !matches!(self.src.as_bytes().get(start), Some(b'!')) {
                self.pos += op.len() + 1;
            }
            self.blanks(false);
            let operand = self.level(if matches!(op, "join" | "split") { 8 } else { 4 });
            let span = self.span(start);
            return match op {
                "join" | "split" => {
                    let separator = self.b.str(if op == "join" { "" } else { " " }, span);
                    self.builtin(
                        if op == "join" { "@join" } else { "@split" },
                        &[operand, separator],
                        span,
                    )
                }
                "bnot" => self.b.expr(
                    Expr::Unary {
                        op: UnaryOp::BitNot,
                        operand,
                    },
                    span,
                ),
                _ => self.b.expr(
                    Expr::Unary {
                        op: UnaryOp::Not,
                        operand,
                    },
                    span,
                ),
            };
        }
        if self.eat("++") || self.eat("--") {
            let operand = self.unary_again();
            let span = self.span(start);
            return self.unknown(vec![operand], span);
        }
        if self.peek() == Some('-')
            && self
                .peek_second()
                .is_some_and(|c| c.is_ascii_digit() || matches!(c, '$' | '('))
        {
            self.bump();
            let operand = self.unary_again();
            let span = self.span(start);
            return self.b.expr(
                Expr::Unary {
                    op: UnaryOp::Neg,
                    operand,
                },
                span,
            );
        }
        if self.eat(",") {
            let only = self.unary_again();
            let span = self.span(start);
            return self.b.expr(Expr::List(vec![Self::arg(only)]), span);
        }
        let primary = self.primary_value();
        self.postfix_of(primary, start)
    }

    fn unary_again(&mut self) -> ExprId {
        let start = self.pos;
        self.blanks(false);
        self.nested(Self::unary).unwrap_or_else(|| {
            let span = self.span(start);
            self.unknown(Vec::new(), span)
        })
    }

    pub(super) fn primary_value(&mut self) -> ExprId {
        let start = self.pos;
        let Some(c) = self.peek() else {
            let span = self.span(start);
            return self.unknown(Vec::new(), span);
        };
        match c {
            '$' if self.looking_at("$(") => {
                self.pos += 2;
                self.block_until(')', start)
            }
            '$' | '@' if self.looking_at("@(") => {
                self.pos += 2;
                let inner = self.block_until(')', start);
                let span = self.span(start);
                match self.b.unit().expr(inner) {
                    Some(Expr::List(_)) => inner,
                    Some(Expr::Const(Const::Null)) => self.b.expr(Expr::List(Vec::new()), span),
                    _ => self.builtin("@array", &[inner], span),
                }
            }
            '@' if self.looking_at("@{") => self.hash(),
            '@' if self.looking_at("@\"") || self.looking_at("@'") => self.here_string(),
            '@' => {
                // Splatting.
                self.bump();
                let name = self.identifier();
                let span = self.span(start);
                self.b.name(&name, span)
            }
            '$' => match self.variable() {
                Some(value) => value,
                None => {
                    self.bump();
                    let span = self.span(start);
                    self.b.str("$", span)
                }
            },
            '(' => {
                self.bump();
                self.block_until(')', start)
            }
            '{' => self.script_block(),
            '[' => self.type_or_cast(),
            c if is_single(c) => {
                let text = self.verbatim();
                let span = self.span(start);
                self.b.str(&text, span)
            }
            c if is_double(c) => {
                self.bump();
                self.expandable(Some('"'))
            }
            c if c.is_ascii_digit() || c == '.' => self.numeral(),
            _ => {
                let word = self.bare_word();
                if self.pos == start {
                    self.bump();
                }
                word
            }
        }
    }

    fn numeral(&mut self) -> ExprId {
        let start = self.pos;
        let rest = self.rest();
        let mut length = rest
            .char_indices()
            .take_while(|(at, c)| {
                c.is_ascii_alphanumeric()
                    || *c == '.' && !rest.get(*at..).is_some_and(|r| r.starts_with(".."))
            })
            .count();
        // `1.ToString()` is rare; `104.100` is a number.
        if length == 0 {
            length = 1;
        }
        self.pos += length;
        let text = rest.get(..length).unwrap_or("").to_ascii_lowercase();
        let span = self.span(start);
        let (digits, factor) = ["kb", "mb", "gb"]
            .iter()
            .zip([10, 20, 30])
            .filter(|_| !text.starts_with("0x"))
            .find_map(|(unit, shift)| text.strip_suffix(unit).map(|d| (d, 1_i64 << shift)))
            .unwrap_or((&text, 1));
        match crate::lower::tree::number(digits) {
            Some(Const::Int(value)) => self.int(value.saturating_mul(factor), span),
            Some(other) => self.b.expr(Expr::Const(other), span),
            None => self.b.str(&text, span),
        }
    }

    pub(super) fn identifier(&mut self) -> String {
        let rest = self.rest();
        let length = rest
            .char_indices()
            .find(|(_, c)| !(c.is_alphanumeric() || *c == '_'))
            .map_or(rest.len(), |(at, _)| at);
        self.pos += length;
        rest.get(..length).unwrap_or("").to_ascii_lowercase()
    }

    /// `$x`, `${x}`, `$env:x`, `$script:x`, `$_`; nothing consumed if none.
    pub(super) fn variable(&mut self) -> Option<ExprId> {
        let start = self.pos;
        let rest = self.rest().strip_prefix('$')?;
        let (name, length) = if let Some(inner) = rest.strip_prefix('{') {
            let close = inner.find('}')?;
            (inner.get(..close)?.replace('`', ""), close + 2)
        } else {
            let end = rest
                .char_indices()
                .find(|(at, c)| {
                    let scope = *c == ':'
                        && rest
                            .get(at + 1..)
                            .and_then(|r| r.chars().next())
                            .is_some_and(|n| n.is_alphanumeric() || n == '_');
                    !(c.is_alphanumeric() || *c == '_' || scope)
                })
                .map_or(rest.len(), |(at, _)| at);
            match (end, rest.chars().next()) {
                (0, Some(c @ ('?' | '^' | '$'))) => (c.to_string(), 1),
                (0, _) => return None,
                _ => (rest.get(..end)?.to_owned(), end),
            }
        };
        self.pos += 1 + length;
        let span = self.span(start);
        let lower = name.to_ascii_lowercase();
        Some(match lower.split_once(':') {
            Some(("env", variable)) => {
                let _ = variable;
                let variable = name
                    .split_once(':')
                    .map_or("", |(_, v)| v)
                    .to_ascii_uppercase();
                let object = self.b.name("@env", span);
                let index = self.b.str(&variable, span);
                self.b.expr(Expr::Index { object, index }, span)
            }
            Some((_, variable)) => self.b.name(variable, span),
            None => match lower.as_str() {
                "null" => self.b.expr(Expr::Const(Const::Null), span),
                "true" => self.b.expr(Expr::Const(Const::Bool(true)), span),
                "false" => self.b.expr(Expr::Const(Const::Bool(false)), span),
                "home" => self.b.str("~", span),
                // Used to spell `iex` (`$PSHOME[4]+…`, `$ShellId[1]+…`).
                "pshome" => self
                    .b
                    .str("C:\\Windows\\System32\\WindowsPowerShell\\v1.0", span),
                "shellid" => self.b.str("Microsoft.PowerShell", span),
                "verbosepreference" => self.b.str("SilentlyContinue", span),
                other => self.b.name(other, span),
            },
        })
    }

    /// `[type]::member`, `[type]value`, `[type]`.
    fn type_or_cast(&mut self) -> ExprId {
        let start = self.pos;
        let rest = self.rest();
        let mut open = 0_i32;
        let close = rest
            .char_indices()
            .find(|(_, c)| {
                open += match c {
                    '[' => 1,
                    ']' => -1,
                    _ => 0,
                };
                open == 0
            })
            .map_or(rest.len(), |(at, _)| at);
        let text = rest.get(1..close.max(1)).unwrap_or("");
        let array = text.trim_end().ends_with("[]");
        let name = type_name(text.trim_end().trim_end_matches("[]"));
        self.pos = (self.pos + close + 1).min(self.end);
        let span = self.span(start);
        self.blanks(false);
        let casts = self.peek().is_some_and(|c| {
            c.is_ascii_digit()
                || matches!(c, '$' | '(' | '@' | '[' | '-' | '{')
                || is_single(c)
                || is_double(c)
        });
        if casts {
            let operand = self.unary_again();
            let span = self.span(start);
            let name = if array { format!("{name}[]") } else { name };
            let kind = self.b.str(&name, span);
            return self.builtin("@cast", &[kind, operand], span);
        }
        self.b.name(&name, span)
    }

    pub(super) fn postfix_of(&mut self, mut value: ExprId, start: usize) -> ExprId {
        for _ in 0..4_000 {
            if self.looking_at("++") || self.looking_at("--") {
                let op = if self.looking_at("++") {
                    BinaryOp::Add
                } else {
                    BinaryOp::Sub
                };
                self.pos += 2;
                let span = self.span(start);
                let target = self.target(value);
                return self.b.expr(
                    Expr::PostUpdate {
                        target: Box::new(target),
                        op,
                    },
                    span,
                );
            }
            let own = self.looking_at("::");
            let member = own
                || self.peek() == Some('.')
                    && self.peek_second().is_some_and(|c| {
                        c.is_alphabetic()
                            || matches!(c, '_' | '$' | '(')
                            || is_single(c)
                            || is_double(c)
                    });
            if member {
                self.pos += if own { 2 } else { 1 };
                self.blanks(false);
                value = self.member(value, start, own);
                continue;
            }
            if self.peek() == Some('[') {
                self.bump();
                self.blanks(true);
                let index = self.expression();
                self.blanks(true);
                self.eat("]");
                let span = self.span(start);
                value = self.b.expr(
                    Expr::Index {
                        object: value,
                        index,
                    },
                    span,
                );
                continue;
            }
            break;
        }
        value
    }

    fn member(&mut self, object: ExprId, start: usize, own: bool) -> ExprId {
        let at = self.pos;
        let name = match self.peek() {
            Some(c) if is_single(c) => Some(self.verbatim().to_ascii_lowercase()),
            Some(c) if is_double(c) => {
                self.bump();
                let text = self.expandable(Some('"'));
                self.literal(text).map(str::to_ascii_lowercase)
            }
            Some('$' | '(') => None,
            _ => Some(self.identifier()),
        };
        let computed = match &name {
            Some(_) => None,
            None if self.pos == at => Some(self.primary_value()),
            None => {
                let span = self.span(at);
                Some(self.unknown(Vec::new(), span))
            }
        };
        let span = self.span(start);
        let construct = own && name.as_deref() == Some("new");
        let callee = match (&name, computed) {
            _ if construct => object,
            // What is set on it counts for the process.
            (Some(name), _) if name == "startinfo" => object,
            (Some(name), _) => self.b.member(object, name, span),
            (None, Some(index)) => self.b.expr(Expr::Index { object, index }, span),
            (None, None) => object,
        };
        if self.peek() != Some('(') {
            return callee;
        }
        self.bump();
        let mut args = Vec::new();
        loop {
            self.blanks(true);
            if self.eat(")") || self.peek().is_none() {
                break;
            }
            if self.eat(",") {
                continue;
            }
            let before = self.pos;
            let value = self.level(9);
            // Operators inside arguments, but no list.
            let value = self.more(value, before);
            args.push(Self::arg(value));
            if self.pos == before {
                self.unexpected();
            }
        }
        let span = self.span(start);
        self.b.expr(
            Expr::Call {
                callee,
                args,
                construct,
            },
            span,
        )
    }

    /// Operators after a first operand, where `,` separates.
    fn more(&mut self, mut left: ExprId, start: usize) -> ExprId {
        loop {
            self.blanks(true);
            let Some((operator, level, length)) = self.operator() else {
                return left;
            };
            self.pos += length;
            self.blanks(true);
            let at = self.pos;
            let mut right = self.level(9);
            if level >= 9 {
                self.blanks(false);
                // The operand of `-f` is a list even here.
                if self.peek() == Some(',') {
                    right = self.comma(right, at);
                }
            }
            let span = self.span(start);
            left = match operator {
                Operator::Binary(op) => self.b.expr(Expr::Binary { op, left, right }, span),
                Operator::Logical(op) => self.b.expr(Expr::Logical { op, left, right }, span),
                Operator::Call(name) => self.builtin(name, &[left, right], span),
                Operator::Unknown => self.unknown(vec![left, right], span),
            };
        }
    }

    fn hash(&mut self) -> ExprId {
        let start = self.pos;
        self.pos += 2;
        let mut entries = Vec::new();
        loop {
            self.blanks(true);
            if self.eat("}") || self.peek().is_none() {
                break;
            }
            if self.eat(";") {
                continue;
            }
            let before = self.pos;
            let key = match self.peek() {
                Some('$' | '(' | '\'' | '"') => self.unary(),
                _ => {
                    let name = self.identifier();
                    let span = self.span(before);
                    self.b.str(&name, span)
                }
            };
            self.blanks(true);
            if self.eat("=") {
                self.blanks(true);
                let value = self.pipeline_expr();
                entries.push((Some(key), value));
            }
            if self.pos == before {
                self.unexpected();
            }
        }
        let span = self.span(start);
        self.b.expr(Expr::Map(entries), span)
    }

    /// `{ param(…) … }` as a function.
    pub(super) fn script_block(&mut self) -> ExprId {
        let start = self.pos;
        self.bump();
        let mut body = Vec::new();
        let params = self
            .nested(|p| {
                let params = p.param_block();
                p.statements(&mut body);
                params
            })
            .unwrap_or_default();
        self.eat("}");
        let span = self.span(start);
        self.function_value(params, body, span)
    }

    pub(super) fn function_value(
        &mut self,
        params: Vec<Param>,
        mut body: Vec<Stmt>,
        span: Span,
    ) -> ExprId {
        crate::lower::tree::return_last(&mut body);
        let function = self.b.function(Function {
            name: None,
            params,
            body,
            decorators: Vec::new(),
            lexical_this: true,
            span,
        });
        self.b.expr(Expr::Function(function), span)
    }

    /// Statements up to and with `close` as one expression.
    pub(super) fn block_until(&mut self, close: char, start: usize) -> ExprId {
        let mut body = Vec::new();
        self.nested(|p| p.statements(&mut body));
        self.blanks(true);
        if self.peek() == Some(close) {
            self.bump();
        }
        let span = self.span(start);
        match body.as_slice() {
            [] => self.b.expr(Expr::Const(Const::Null), span),
            [Stmt::Expr(only)] => *only,
            [
                Stmt::Let {
                    target,
                    value: Some(value),
                },
            ] => self.b.expr(
                Expr::Assign {
                    target: Box::new(target.clone()),
                    op: None,
                    value: *value,
                },
                span,
            ),
            _ => {
                let function = self.function_value(Vec::new(), body, span);
                self.b.call(function, &[], span)
            }
        }
    }

    /// What an expression is as the target of an assignment.
    pub(super) fn target(&mut self, expr: ExprId) -> Pattern {
        match self.b.unit().expr(expr) {
            Some(Expr::Name(sym)) => Pattern::Name(*sym),
            Some(Expr::Member { object, name }) => Pattern::Member(*object, *name),
            Some(Expr::Index { object, index }) => Pattern::Index(*object, *index),
            Some(Expr::List(items)) => {
                let values: Vec<ExprId> = items.iter().map(|a| a.value).collect();
                let items = values
                    .into_iter()
                    .map(|value| {
                        Some(crate::ir::PatternItem {
                            pattern: self.target(value),
                            rest: false,
                            default: None,
                        })
                    })
                    .collect();
                Pattern::List(items)
            }
            // `[string]$x = …`
            Some(Expr::Call { args, .. }) => match args.last().map(|a| a.value) {
                Some(inner) if matches!(self.b.unit().expr(inner), Some(Expr::Name(_))) => {
                    self.target(inner)
                }
                _ => Pattern::Ignore,
            },
            _ => Pattern::Ignore,
        }
    }
}

const COMPARISONS: [&str; 17] = [
    "eq",
    "ne",
    "gt",
    "ge",
    "lt",
    "le",
    "match",
    "notmatch",
    "like",
    "notlike",
    "contains",
    "notcontains",
    "in",
    "notin",
    "replace",
    "split",
    "join",
];
