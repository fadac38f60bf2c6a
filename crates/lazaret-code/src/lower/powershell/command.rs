//! Pipelines and commands.

use crate::ir::{Arg, Clause, Const, Expr, ExprId, Pattern, Redirect};

use super::{
    Parser,
    names::{cmdlet, is_switch, type_name},
    text::{is_double, is_single},
};

impl Parser<'_> {
    /// A pipeline as an expression.
    pub(super) fn pipeline_expr(&mut self) -> ExprId {
        let start = self.pos;
        let mut value = self.element(None);
        loop {
            self.blanks(false);
            // A pipe may begin the next line in newer versions.
            if self.looking_at("||") || self.looking_at("&&") {
                self.pos += 2;
                self.blanks(true);
                let next = self.element(None);
                let span = self.span(start);
                value = self.b.expr(Expr::Sequence(vec![value, next]), span);
                continue;
            }
            if !self.eat("|") {
                return value;
            }
            self.blanks(true);
            let before = self.pos;
            value = self.element(Some(value));
            if self.pos == before {
                return value;
            }
        }
    }

    fn element(&mut self, input: Option<ExprId>) -> ExprId {
        let start = self.pos;
        self.nested(|p| p.element_inner(input)).unwrap_or_else(|| {
            let span = self.span(start);
            self.unknown(Vec::new(), span)
        })
    }

    fn element_inner(&mut self, input: Option<ExprId>) -> ExprId {
        let start = self.pos;
        match self.peek() {
            Some('&') => {
                self.bump();
                self.blanks(false);
                return self.invoked(input, start);
            }
            Some('.')
                if self
                    .peek_second()
                    .is_some_and(|c| c.is_whitespace() || matches!(c, '(' | '{' | '$')) =>
            {
                self.bump();
                self.blanks(false);
                return self.invoked(input, start);
            }
            Some(c)
                if c.is_ascii_digit()
                    || matches!(c, '$' | '(' | '@' | '[' | '{' | '!' | '+' | ',')
                    || is_single(c)
                    || is_double(c)
                    || c == '-' =>
            {
                let value = self.expression();
                return match input {
                    // A value in the middle of a pipe takes nothing in.
                    Some(input) => {
                        let span = self.span(start);
                        self.b.expr(Expr::Sequence(vec![input, value]), span)
                    }
                    None => value,
                };
            }
            _ => {}
        }
        let word = self.bare_word();
        if self.pos == start {
            return word;
        }
        match self.literal(word).map(str::to_owned) {
            Some(name) => self.named_command(&name, input, start),
            None => self.dynamic(word, input, start),
        }
    }

    /// After `&` or `.`: what is called is a value.
    fn invoked(&mut self, input: Option<ExprId>, start: usize) -> ExprId {
        let before = self.pos;
        let callee = match self.peek() {
            Some('(' | '$' | '{' | '[') => self.unary_value(),
            Some(c) if is_single(c) || is_double(c) => self.unary_value(),
            _ => self.bare_word(),
        };
        if self.pos == before {
            return callee;
        }
        match self.literal(callee).map(str::to_owned) {
            Some(name) => self.named_command(&name, input, start),
            None => self.dynamic(callee, input, start),
        }
    }

    fn unary_value(&mut self) -> ExprId {
        let value = self.nested(|p| p.postfix_value());
        value.unwrap_or_else(|| {
            let span = self.span(self.pos);
            self.unknown(Vec::new(), span)
        })
    }

    fn dynamic(&mut self, callee: ExprId, input: Option<ExprId>, start: usize) -> ExprId {
        let (mut args, _) = self.arguments();
        if matches!(self.b.unit().expr(callee), Some(Expr::Function(_))) {
            let span = self.span(start);
            return self.b.expr(
                Expr::Call {
                    callee,
                    args,
                    construct: false,
                },
                span,
            );
        }
        args.insert(0, Self::arg(callee));
        if let Some(input) = input {
            let arg = self.named("@input", input);
            args.push(arg);
        }
        let span = self.span(start);
        let callee = self.b.name("@invoke", span);
        self.b.expr(
            Expr::Call {
                callee,
                args,
                construct: false,
            },
            span,
        )
    }

    fn named_command(&mut self, name: &str, input: Option<ExprId>, start: usize) -> ExprId {
        let lower = name.to_ascii_lowercase();
        if self.functions.contains(&lower) {
            let (args, _) = self.arguments();
            let span = self.span(start);
            let callee = self.b.name(&lower, span);
            let call = self.b.expr(
                Expr::Call {
                    callee,
                    args,
                    construct: false,
                },
                span,
            );
            return match input {
                Some(input) => self.b.expr(Expr::Sequence(vec![input, call]), span),
                None => call,
            };
        }
        let Some(full) = cmdlet(name) else {
            return self.program(name, input, start);
        };
        match full.as_str() {
            "foreach-object" => self.for_each(input, start),
            "where-object" => {
                let (args, _) = self.arguments();
                let span = self.span(start);
                match input {
                    Some(input) => input,
                    None => self.unknown(args.into_iter().map(|a| a.value).collect(), span),
                }
            }
            "new-object" => self.new_object(start),
            "out-null" | "out-string" | "out-default" | "write-output" | "select-object"
            | "sort-object" => {
                let (args, _) = self.arguments();
                let positional: Vec<ExprId> = args
                    .iter()
                    .filter(|a| a.name.is_none())
                    .map(|a| a.value)
                    .collect();
                let span = self.span(start);
                match (input, positional.as_slice()) {
                    (Some(input), _) => input,
                    (None, [only]) => *only,
                    (None, _) => self.b.expr(
                        Expr::List(args.into_iter().filter(|a| a.name.is_none()).collect()),
                        span,
                    ),
                }
            }
            _ => {
                let (mut args, redirects) = self.arguments();
                if let Some(input) = input {
                    let arg = self.named("@input", input);
                    args.push(arg);
                }
                let span = self.span(start);
                let callee = self.b.name(&full, span);
                let call = self.b.expr(
                    Expr::Call {
                        callee,
                        args,
                        construct: false,
                    },
                    span,
                );
                self.redirected(call, redirects, start)
            }
        }
    }

    /// Output of a cmdlet into a file.
    fn redirected(&mut self, value: ExprId, redirects: Vec<Redirect>, start: usize) -> ExprId {
        let Some(redirect) = redirects.first() else {
            return value;
        };
        let target = redirect.target;
        let span = self.span(start);
        let input = self.named("@input", value);
        let callee = self.b.name("out-file", span);
        self.b.expr(
            Expr::Call {
                callee,
                args: vec![Self::arg(target), input],
                construct: false,
            },
            span,
        )
    }

    fn for_each(&mut self, input: Option<ExprId>, start: usize) -> ExprId {
        let (args, _) = self.arguments();
        let span = self.span(start);
        let block = args
            .iter()
            .map(|a| a.value)
            .rfind(|v| matches!(self.b.unit().expr(*v), Some(Expr::Function(_))));
        let (Some(input), Some(block)) = (input, block) else {
            let mut parts: Vec<ExprId> = args.into_iter().map(|a| a.value).collect();
            parts.extend(input);
            return self.unknown(parts, span);
        };
        let iterable = self.builtin("@array", &[input], span);
        let element = self.b.call(block, &[], span);
        let item = self.b.sym("_");
        self.b.expr(
            Expr::Comprehension {
                element,
                clauses: vec![Clause {
                    target: Pattern::Name(item),
                    iterable,
                    conditions: Vec::new(),
                }],
                map: false,
            },
            span,
        )
    }

    fn new_object(&mut self, start: usize) -> ExprId {
        let (args, _) = self.arguments();
        let mut class = None;
        let mut arguments = Vec::new();
        let mut com = false;
        for arg in args {
            let name = arg.name.map(|n| self.b.unit().name(n).to_owned());
            match name.as_deref() {
                Some(n) if n.starts_with('c') => {
                    com = true;
                    class = Some(arg.value);
                }
                Some(n) if n.starts_with("a") => arguments.push(arg.value),
                Some(n) if n.starts_with("t") => class = Some(arg.value),
                Some(_) => {}
                None if class.is_none() => class = Some(arg.value),
                None => arguments.push(arg.value),
            }
        }
        let span = self.span(start);
        let name = class.and_then(|c| self.literal(c)).map(type_name);
        let callee = match name {
            Some(name) if com => self.b.name(&format!("com.{name}"), span),
            Some(name) => self.b.name(&name, span),
            None => {
                let mut parts = arguments;
                parts.extend(class);
                return self.unknown(parts, span);
            }
        };
        let args = arguments
            .into_iter()
            .flat_map(|value| match self.b.unit().expr(value) {
                Some(Expr::List(items)) => items.clone(),
                _ => vec![Self::arg(value)],
            })
            .collect();
        self.b.expr(
            Expr::Call {
                callee,
                args,
                construct: true,
            },
            span,
        )
    }

    fn program(&mut self, name: &str, input: Option<ExprId>, start: usize) -> ExprId {
        let at = self.span(start);
        let mut words = vec![self.b.str(name, at)];
        let mut redirects = Vec::new();
        loop {
            self.blanks(false);
            if self.at_end() {
                break;
            }
            if let Some(redirect) = self.redirect() {
                redirects.extend(redirect);
                continue;
            }
            let before = self.pos;
            let word = match self.peek() {
                Some('$' | '(' | '@' | '{') => self.unary_value(),
                _ => self.bare_word(),
            };
            if self.pos == before {
                self.bump();
                continue;
            }
            words.push(word);
        }
        let span = self.span(start);
        self.b.expr(
            Expr::Command {
                words,
                input,
                redirects,
            },
            span,
        )
    }

    fn at_end(&self) -> bool {
        matches!(self.peek(), None | Some('\n' | ';' | '|' | ')' | '}')) || self.looking_at("&&")
    }

    /// `2>&1`, `> file`; `Some(None)` where nothing is written.
    fn redirect(&mut self) -> Option<Option<Redirect>> {
        let rest = self.rest();
        let digits = rest
            .bytes()
            .take_while(|c| c.is_ascii_digit() || *c == b'*')
            .count();
        let after = rest.get(digits..)?;
        if !after.starts_with('>') {
            return None;
        }
        let operator = if after.starts_with(">>") { ">>" } else { ">" };
        self.pos += digits + operator.len();
        if self.eat("&1") || self.eat("&2") {
            return Some(None);
        }
        self.blanks(false);
        let target = match self.peek() {
            Some('$' | '(') => self.unary_value(),
            _ => self.bare_word(),
        };
        if matches!(self.b.unit().expr(target), Some(Expr::Const(Const::Null))) {
            return Some(None);
        }
        let operator = self.b.sym(operator);
        Some(Some(Redirect {
            operator,
            descriptor: 1,
            target,
        }))
    }

    /// Arguments of a cmdlet.
    fn arguments(&mut self) -> (Vec<Arg>, Vec<Redirect>) {
        let mut args = Vec::new();
        let mut redirects = Vec::new();
        loop {
            self.blanks(false);
            if self.at_end() {
                return (args, redirects);
            }
            if let Some(redirect) = self.redirect() {
                redirects.extend(redirect);
                continue;
            }
            let start = self.pos;
            if let Some(name) = self.parameter() {
                let colon = self.eat(":");
                self.blanks(false);
                let at_value = !self.at_end() && !self.at_parameter() && !is_switch(&name);
                let value = if colon || at_value {
                    self.argument()
                } else {
                    let span = self.span(start);
                    self.b.expr(Expr::Const(Const::Bool(true)), span)
                };
                let arg = self.named(&name, value);
                args.push(arg);
                continue;
            }
            let value = self.argument();
            args.push(Self::arg(value));
            if self.pos == start {
                self.unexpected();
            }
        }
    }

    fn at_parameter(&self) -> bool {
        let rest = self.rest();
        rest.starts_with(['-', '\u{2013}', '\u{2014}'])
            && rest
                .chars()
                .nth(1)
                .is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
    }

    fn parameter(&mut self) -> Option<String> {
        if !self.at_parameter() {
            return None;
        }
        self.bump();
        Some(self.identifier())
    }

    /// One argument, with its `,` list.
    fn argument(&mut self) -> ExprId {
        let start = self.pos;
        let first = self.one_argument();
        self.blanks(false);
        if self.peek() != Some(',') {
            return first;
        }
        let mut items = vec![Self::arg(first)];
        while self.eat(",") {
            self.blanks(true);
            let next = self.one_argument();
            items.push(Self::arg(next));
            self.blanks(false);
        }
        let span = self.span(start);
        self.b.expr(Expr::List(items), span)
    }

    fn one_argument(&mut self) -> ExprId {
        match self.peek() {
            Some('$' | '(' | '@' | '{') => {
                let start = self.pos;
                let value = self.unary_value();
                // `$env:TEMP\a.exe` goes on as a word.
                let glued = self.peek().is_some_and(|c| {
                    matches!(c, '\\' | '/' | '.' | ':' | '_' | '-' | '$') || c.is_alphanumeric()
                });
                if !glued {
                    return value;
                }
                let rest = self.bare_word();
                let span = self.span(start);
                self.b.expr(Expr::Template(vec![value, rest]), span)
            }
            Some(c) if is_single(c) || is_double(c) => self.unary_value(),
            _ => self.bare_word(),
        }
    }

    fn postfix_value(&mut self) -> ExprId {
        let start = self.pos;
        let value = self.primary_value();
        self.postfix_of(value, start)
    }
}
