//! Lists, pipelines and simple commands.

use crate::ir::{Arg, Expr, ExprId, Function, LogicalOp, Pattern, Redirect, Span, Stmt};

use super::{Parser, word::Words};

/// A command as parsed: an expression where it is one, else statements.
pub(super) enum Parsed {
    Expr(ExprId),
    Stmts(Vec<Stmt>),
}

const SEPARATORS: [&str; 3] = ["then", "do", "in"];

impl Parser<'_> {
    /// Commands up to one of `stops` (reserved words, or `)`), which is left.
    pub(super) fn list(&mut self, out: &mut Vec<Stmt>, stops: &[&str]) {
        loop {
            self.gaps();
            let Some(next) = self.peek() else { return };
            if next == b')' {
                return;
            }
            if self.looking_at(";;") || self.looking_at(";&") {
                if stops.contains(&";;") {
                    return;
                }
                self.pos += 2;
                continue;
            }
            if matches!(next, b';' | b'&' | b'|') {
                self.pos += 1;
                continue;
            }
            let keyword = self.keyword();
            if stops.contains(&keyword) && !keyword.is_empty() {
                return;
            }
            if SEPARATORS.contains(&keyword) || matches!(keyword, "fi" | "done" | "esac" | "}") {
                // Out of place: the script is broken here.
                self.unexpected();
                self.pos = (self.pos + keyword.len().saturating_sub(1)).min(self.end);
                continue;
            }
            let before = self.pos;
            let parsed = self.nested(Self::and_or).unwrap_or(None);
            match parsed {
                Some(Parsed::Expr(expr)) => out.push(Stmt::Expr(expr)),
                Some(Parsed::Stmts(mut stmts)) => out.append(&mut stmts),
                None => {}
            }
            if self.pos == before {
                self.unexpected();
            }
        }
    }

    /// `a && b || c`, with a `&` that follows.
    fn and_or(&mut self) -> Option<Parsed> {
        let start = self.pos;
        let mut left = self.pipeline()?;
        loop {
            self.blanks();
            let op = if self.eat("&&") {
                LogicalOp::And
            } else if self.eat("||") {
                LogicalOp::Or
            } else {
                break;
            };
            self.gaps();
            let tested = self.as_expr(left, start);
            let tested = self.status(tested);
            let span = self.span(start);
            left = match self.pipeline() {
                Some(right) => {
                    let right = self.as_expr(right, start);
                    Parsed::Expr(self.b.expr(
                        Expr::Logical {
                            op,
                            left: tested,
                            right,
                        },
                        span,
                    ))
                }
                None => return Some(Parsed::Expr(tested)),
            };
        }
        if self.peek() == Some(b'&') && self.peek_at(1) != Some(b'&') {
            self.pos += 1;
            if let Parsed::Expr(expr) = left {
                left = Parsed::Expr(self.background(expr));
            }
        }
        Some(left)
    }

    /// What `&&` looks at: known only where the command is a comparison.
    pub(super) fn status(&mut self, expr: ExprId) -> ExprId {
        match self.b.unit().expr(expr) {
            Some(Expr::Binary { .. } | Expr::Unknown(_) | Expr::Unary { .. }) => expr,
            _ => {
                let span = self.b.unit().span(expr);
                self.unknown(vec![expr], span)
            }
        }
    }

    fn background(&mut self, expr: ExprId) -> ExprId {
        let span = self.b.unit().span(expr);
        let replaced = match self.b.unit().expr(expr) {
            Some(Expr::Command {
                words,
                input,
                redirects,
            }) => {
                let (mut words, input, redirects) = (words.clone(), *input, redirects.clone());
                words.insert(0, self.b.str("@background", span));
                Expr::Command {
                    words,
                    input,
                    redirects,
                }
            }
            Some(Expr::Pipe(parts)) => {
                let mut parts = parts.clone();
                if let Some(last) = parts.pop() {
                    parts.push(self.background(last));
                }
                Expr::Pipe(parts)
            }
            Some(Expr::Logical { op, left, right }) => {
                let (op, left, right) = (*op, *left, *right);
                Expr::Logical {
                    op,
                    left,
                    right: self.background(right),
                }
            }
            _ => return expr,
        };
        self.b.expr(replaced, span)
    }

    fn pipeline(&mut self) -> Option<Parsed> {
        self.blanks();
        let start = self.pos;
        let mut negated = false;
        loop {
            if self.eat_keyword("!") {
                negated = true;
            } else if !self.eat_keyword("time") && !self.eat_keyword("coproc") {
                break;
            }
        }
        let first = self.command()?;
        self.blanks();
        if !self.at_pipe() {
            return Some(match (first, negated) {
                (Parsed::Expr(expr), true) => {
                    let span = self.span(start);
                    Parsed::Expr(self.unknown(vec![expr], span))
                }
                (first, _) => first,
            });
        }
        let mut parts = vec![self.as_expr(first, start)];
        while self.at_pipe() {
            self.pos += 1;
            self.eat("&");
            self.gaps();
            let at = self.pos;
            match self.command() {
                Some(next) => parts.push(self.as_expr(next, at)),
                None => break,
            }
            self.blanks();
        }
        let span = self.span(start);
        let pipe = self.b.expr(Expr::Pipe(parts), span);
        Some(Parsed::Expr(if negated {
            self.unknown(vec![pipe], span)
        } else {
            pipe
        }))
    }

    fn at_pipe(&self) -> bool {
        self.peek() == Some(b'|') && self.peek_at(1) != Some(b'|')
    }

    pub(super) fn command(&mut self) -> Option<Parsed> {
        self.blanks();
        if let Some(compound) = self.compound() {
            return Some(compound);
        }
        self.simple()
    }

    fn simple(&mut self) -> Option<Parsed> {
        let start = self.pos;
        let mut assignments = Vec::new();
        let mut words = Words::default();
        let mut redirects = Vec::new();
        let mut input = None;
        let mut declares = None;
        loop {
            self.blanks();
            if self.redirect(&mut redirects, &mut input) {
                continue;
            }
            let Some(next) = self.peek() else { break };
            if matches!(next, b'\n' | b';' | b'|' | b')' | b'&') {
                break;
            }
            if next == b'(' {
                if words.list.len() == 1 && self.looking_at("()") {
                    return self.function_after(start, &words);
                }
                break;
            }
            if (words.list.is_empty() || declares.is_some())
                && let Some(assignment) = self.assignment()
            {
                assignments.push(assignment);
                continue;
            }
            let before = self.pos;
            if words.list.len() == 1
                && self.literal(words.list.first().copied()).as_deref() == Some("function")
            {
                return self.function_keyword(start);
            }
            self.word(&mut words);
            if self.pos == before {
                break;
            }
            if words.list.len() == 1 && declares.is_none() {
                declares = self.literal(words.list.first().copied()).filter(|w| {
                    matches!(
                        w.as_str(),
                        "export" | "local" | "declare" | "typeset" | "readonly"
                    )
                });
            }
        }
        let span = self.span(start);
        if words.list.is_empty() || declares.is_some() {
            let local = declares.as_deref().is_some_and(|d| d != "export");
            let mut stmts: Vec<Stmt> = assignments
                .into_iter()
                .map(|a| self.bind(a, local && !self.scopes.is_empty()))
                .collect();
            if !redirects.is_empty() || input.is_some() {
                let command = self.b.expr(
                    Expr::Command {
                        words: Vec::new(),
                        input,
                        redirects,
                    },
                    span,
                );
                stmts.push(Stmt::Expr(command));
            }
            return (self.pos > start).then_some(Parsed::Stmts(stmts));
        }
        let expr = self.finish_command(words.list, assignments, input, redirects, span);
        expr.map(Parsed::Expr).or(Some(Parsed::Stmts(Vec::new())))
    }

    fn finish_command(
        &mut self,
        mut words: Vec<ExprId>,
        assignments: Vec<Assignment>,
        input: Option<ExprId>,
        redirects: Vec<Redirect>,
        span: Span,
    ) -> Option<ExprId> {
        let program = self.literal(words.first().copied());
        for word in &mut words {
            *word = self.splitting(*word);
        }
        match program.as_deref() {
            Some(
                "exit" | "return" | "break" | "continue" | ":" | "shift" | "set" | "shopt"
                | "unset" | "wait",
            ) if redirects.is_empty() => {
                // Substitutions in the arguments still run.
                words.remove(0);
                return (!words.is_empty()).then(|| self.unknown(words, span));
            }
            Some("[" | "test") => return Some(self.test_words(&words, span)),
            Some("read" | "mapfile" | "readarray") => return Some(self.read_builtin(&words, span)),
            Some(name) if self.functions.contains(name) => {
                let callee = self.b.name(name, span);
                let args = words
                    .iter()
                    .skip(1)
                    .map(|value| Arg {
                        name: None,
                        value: *value,
                        spread: self.is_split(*value),
                    })
                    .collect();
                let call = self.b.expr(
                    Expr::Call {
                        callee,
                        args,
                        construct: false,
                    },
                    span,
                );
                return Some(self.redirected(call, input, redirects, span));
            }
            _ => {}
        }
        if !assignments.is_empty() {
            let mut prefix = vec![self.b.str("env", span)];
            for assignment in assignments {
                let name = self.b.str(&format!("{}=", assignment.name), span);
                let value = assignment.value;
                prefix.push(self.b.expr(Expr::Template(vec![name, value]), span));
            }
            words.splice(0..0, prefix);
        }
        Some(self.b.expr(
            Expr::Command {
                words,
                input,
                redirects,
            },
            span,
        ))
    }

    /// An expansion alone without quotes is split at blanks; `"$@"` is a list.
    fn splitting(&mut self, word: ExprId) -> ExprId {
        let unit = self.b.unit();
        let span = unit.span(word);
        let split = match unit.expr(word) {
            Some(Expr::Name(_) | Expr::Index { .. } | Expr::CommandOutput(_)) => Some(word),
            Some(Expr::Template(parts)) => match parts.as_slice() {
                [only] => match unit.expr(*only) {
                    Some(Expr::Name(sym)) if unit.name(*sym) == "@" => Some(*only),
                    _ => None,
                },
                _ => None,
            },
            _ => None,
        };
        match split {
            Some(inner) => self.builtin("@words", &[inner], span),
            None => word,
        }
    }

    fn is_split(&self, word: ExprId) -> bool {
        let unit = self.b.unit();
        match unit.expr(word) {
            Some(Expr::Call { callee, .. }) => {
                matches!(unit.expr(*callee), Some(Expr::Name(sym)) if unit.name(*sym) == "@words")
            }
            _ => false,
        }
    }

    /// `read a b`: nothing is known of what comes in.
    fn read_builtin(&mut self, words: &[ExprId], span: Span) -> ExprId {
        let mut assigned = Vec::new();
        for word in words.iter().skip(1) {
            let Some(name) = self.literal(Some(*word)).filter(|n| !n.starts_with('-')) else {
                continue;
            };
            let sym = self.assigned(&name, false);
            let value = self.unknown(Vec::new(), span);
            assigned.push(self.b.expr(
                Expr::Assign {
                    target: Box::new(Pattern::Name(sym)),
                    op: None,
                    value,
                },
                span,
            ));
        }
        self.unknown(assigned, span)
    }

    /// Statements as one expression: called in place.
    pub(super) fn as_expr(&mut self, parsed: Parsed, start: usize) -> ExprId {
        match parsed {
            Parsed::Expr(expr) => expr,
            Parsed::Stmts(stmts) => {
                let span = self.span(start);
                self.block_expr(stmts, span)
            }
        }
    }

    /// A block whose value is its output.
    pub(super) fn block_expr(&mut self, mut stmts: Vec<Stmt>, span: Span) -> ExprId {
        if let [Stmt::Expr(only)] = stmts.as_slice() {
            return *only;
        }
        // Names are bound where the block stands, so it needs to say so.
        let outer: Vec<_> = stmts
            .iter()
            .filter_map(|s| match s {
                Stmt::Let {
                    target: Pattern::Name(sym),
                    ..
                } => Some(*sym),
                _ => None,
            })
            .collect();
        self.return_output(&mut stmts, span);
        if !outer.is_empty() {
            stmts.insert(0, Stmt::Outer(outer));
        }
        let function = self.b.function(Function {
            name: None,
            params: Vec::new(),
            body: stmts,
            decorators: Vec::new(),
            lexical_this: true,
            span,
        });
        let callee = self.b.expr(Expr::Function(function), span);
        self.b.call(callee, &[], span)
    }

    /// Makes the output of a body its value: all commands where it is plain,
    /// else the last.
    pub(super) fn return_output(&mut self, body: &mut Vec<Stmt>, span: Span) {
        let mut outputs = Vec::new();
        while let Some(Stmt::Expr(expr)) = body.last() {
            outputs.push(*expr);
            body.pop();
        }
        outputs.reverse();
        let value = match outputs.as_slice() {
            [] => return,
            [only] => *only,
            _ => self.b.expr(Expr::Template(outputs), span),
        };
        body.push(Stmt::Return(Some(value)));
    }
}

/// `name=value`, `name+=value`, `name[index]=value`.
pub(super) struct Assignment {
    pub(super) name: String,
    pub(super) index: Option<ExprId>,
    pub(super) append: bool,
    pub(super) value: ExprId,
    pub(super) span: Span,
}
