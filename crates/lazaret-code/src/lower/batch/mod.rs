//! Windows batch files.
//!
//! Line by line, as `cmd.exe` reads them. Variables are names in lower case;
//! `%x:~1,2%` is a slice, `%x:a=b%` a call of `@replace_all`. Labels and jumps
//! are left out: all lines are analysed once, in order.

use crate::ir::{Builder, Const, Expr, ExprId, Language, Pattern, Redirect, Span, Stmt, Unit};

const MAX_LINES: usize = 100_000;

/// Lowers a script.
pub(crate) fn lower(source: &str) -> Unit {
    let mut parser = Parser {
        b: Builder::new(Language::Batch),
    };
    let mut body = Vec::new();
    let mut at = 0;
    let mut joined = String::new();
    let mut start = 0;
    for line in source.split_inclusive('\n').take(MAX_LINES) {
        if joined.is_empty() {
            start = at;
        }
        at += line.len();
        let text = line.trim_end_matches(['\r', '\n']);
        if let Some(text) = text.strip_suffix('^') {
            joined.push_str(text);
            continue;
        }
        joined.push_str(text);
        let span = Span {
            start: start as u32,
            end: at as u32,
        };
        parser.line(&joined, span, 0, &mut body);
        joined.clear();
    }
    parser.b.finish(body)
}

struct Parser {
    b: Builder,
}

impl Parser {
    fn line(&mut self, text: &str, span: Span, depth: u8, out: &mut Vec<Stmt>) {
        let text = text.trim_matches([' ', '\t', '@', '(', ')', ',', ';', '=']);
        let lower = text.to_ascii_lowercase();
        if text.is_empty()
            || text.starts_with(':')
            || lower == "rem"
            || lower.starts_with("rem ")
            || depth > 30
        {
            return;
        }
        if let Some(rest) = conditional(text, &lower) {
            let test = self.b.expr(Expr::Unknown(Vec::new()), span);
            let (then, otherwise) = split_else(rest);
            let mut yes = Vec::new();
            let mut no = Vec::new();
            self.line(then, span, depth + 1, &mut yes);
            self.line(otherwise, span, depth + 1, &mut no);
            out.push(Stmt::If {
                test,
                then: yes,
                otherwise: no,
            });
            return;
        }
        if lower.starts_with("for ")
            && let Some(stmt) = self.for_loop(text, &lower, span, depth)
        {
            out.push(stmt);
            return;
        }
        for command in split(text, &["&&", "||", "&"]) {
            if command.len() < text.len()
                && conditional(command.trim(), &command.trim().to_ascii_lowercase()).is_some()
            {
                self.line(command, span, depth + 1, out);
                continue;
            }
            let mut parts: Vec<Stmt> = split(command, &["|"])
                .into_iter()
                .filter_map(|part| self.command(part, span))
                .collect();
            if parts.len() < 2 {
                out.extend(parts.pop());
                continue;
            }
            let parts = parts
                .into_iter()
                .filter_map(|s| match s {
                    Stmt::Expr(expr) => Some(expr),
                    _ => None,
                })
                .collect();
            let pipe = self.b.expr(Expr::Pipe(parts), span);
            out.push(Stmt::Expr(pipe));
        }
    }

    /// `for /f "…" %%i in ('command') do …`
    fn for_loop(&mut self, text: &str, lower: &str, span: Span, depth: u8) -> Option<Stmt> {
        let open = lower.find(" in ")?;
        let name_at = lower.get(..open)?.rfind('%')?;
        let name = lower.get(name_at + 1..open)?.trim().to_owned();
        let paren = open + lower.get(open..)?.find('(')?;
        let close = paren + lower.get(paren..)?.find(") do")?;
        let inner = text.get(paren + 1..close)?.trim();
        let iterable = if let Some(command) = inner.strip_prefix(['\'', '`']) {
            let command = command.trim_end_matches(['\'', '`']);
            match self.command(command, span) {
                Some(Stmt::Expr(expr)) => {
                    let output = self.b.expr(Expr::CommandOutput(expr), span);
                    self.list(vec![output], span)
                }
                _ => self.list(Vec::new(), span),
            }
        } else {
            let items = inner
                .split_whitespace()
                .map(|w| self.text(w, span))
                .collect();
            self.list(items, span)
        };
        let target = Pattern::Name(self.b.sym(&name));
        let mut body = Vec::new();
        self.line(text.get(close + 4..)?, span, depth + 1, &mut body);
        Some(Stmt::ForEach {
            target,
            iterable,
            keys: false,
            body,
        })
    }

    fn list(&mut self, items: Vec<ExprId>, span: Span) -> ExprId {
        let items = items
            .into_iter()
            .map(|value| crate::ir::Arg {
                name: None,
                value,
                spread: false,
            })
            .collect();
        self.b.expr(Expr::List(items), span)
    }

    fn command(&mut self, text: &str, span: Span) -> Option<Stmt> {
        let text = text.trim().trim_start_matches(['@', '(']).trim();
        let lower = text.to_ascii_lowercase();
        if let Some(rest) = lower.strip_prefix("set ") {
            return self.set(text.get(text.len() - rest.len()..)?, span);
        }
        let mut words = Vec::new();
        let mut redirects = Vec::new();
        let mut pending: Option<&str> = None;
        for token in tokens(text) {
            if let Some(operator) = pending.take() {
                let target = self.text(&token, span);
                let operator = self.b.sym(operator);
                redirects.push(Redirect {
                    operator,
                    descriptor: 1,
                    target,
                });
                continue;
            }
            match token.as_str() {
                ">" => pending = Some(">"),
                ">>" => pending = Some(">>"),
                "<" => pending = Some("<"),
                _ => words.push(self.text(&token, span)),
            }
        }
        if words.is_empty() {
            return None;
        }
        let command = self.b.expr(
            Expr::Command {
                words,
                input: None,
                redirects,
            },
            span,
        );
        Some(Stmt::Expr(command))
    }

    fn set(&mut self, text: &str, span: Span) -> Option<Stmt> {
        let text = text.trim();
        let text = text
            .strip_prefix("/p ")
            .or_else(|| text.strip_prefix("/a "))
            .unwrap_or(text);
        let text = text.trim_start_matches('"').trim_end_matches('"');
        let (name, value) = text.split_once('=')?;
        let value = self.text(value, span);
        Some(Stmt::Let {
            target: Pattern::Name(self.b.sym(&name.trim().to_ascii_lowercase())),
            value: Some(value),
        })
    }

    /// A word with `%x%`, `!x!`, `%%i` and `^`.
    fn text(&mut self, text: &str, span: Span) -> ExprId {
        let mut parts = Vec::new();
        let mut plain = String::new();
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            rest = rest.get(c.len_utf8()..).unwrap_or("");
            match c {
                '^' => {
                    if let Some(next) = rest.chars().next() {
                        plain.push(next);
                        rest = rest.get(next.len_utf8()..).unwrap_or("");
                    }
                }
                '%' | '!' => match self.variable(c, rest, span) {
                    Some((value, used)) => {
                        if !plain.is_empty() {
                            parts.push(self.b.str(&plain, span));
                            plain.clear();
                        }
                        parts.push(value);
                        rest = rest.get(used..).unwrap_or("");
                    }
                    None => plain.push(c),
                },
                c => plain.push(c),
            }
        }
        if parts.is_empty() {
            return self.b.str(&plain, span);
        }
        if !plain.is_empty() {
            parts.push(self.b.str(&plain, span));
        }
        self.b.expr(Expr::Template(parts), span)
    }

    /// The variable after its mark, and the length of the text read.
    fn variable(&mut self, mark: char, rest: &str, span: Span) -> Option<(ExprId, usize)> {
        if mark == '%' {
            // `%%i` in a file, `%~dp0`, `%1`.
            let inner = rest.strip_prefix('%').unwrap_or(rest);
            let skipped = rest.len() - inner.len();
            if skipped == 1 && inner.starts_with(|c: char| c.is_ascii_alphabetic()) {
                let name = inner.get(..1)?.to_ascii_lowercase();
                return Some((self.b.name(&name, span), 2));
            }
            if let Some(path) = inner.strip_prefix('~') {
                let letters = path.chars().take_while(|c| c.is_ascii_alphabetic()).count();
                let used = skipped
                    + 1
                    + letters
                    + usize::from(
                        path.get(letters..)?
                            .starts_with(|c: char| c.is_ascii_digit()),
                    );
                return Some((self.b.str(".\\", span), used));
            }
            if inner.starts_with(|c: char| c.is_ascii_digit() || c == '*') {
                let name = inner.get(..1)?;
                return Some((self.b.name(name, span), skipped + 1));
            }
        }
        let close = rest.find(mark)?;
        let inner = rest.get(..close)?;
        let (name, operation) = match inner.split_once(':') {
            Some((name, operation)) => (name, Some(operation)),
            None => (inner, None),
        };
        if name.is_empty() || name.contains([' ', '/', '\\', '"', '%']) {
            return None;
        }
        let object = self.b.name(&name.to_ascii_lowercase(), span);
        let value = match operation {
            None => object,
            Some(operation) => match operation.strip_prefix('~') {
                Some(range) => self.slice(object, range, span),
                None => {
                    let (from, to) = operation.split_once('=')?;
                    let from = self.b.str(from.trim_start_matches('*'), span);
                    let to = self.b.str(to, span);
                    let callee = self.b.name("@replace_all", span);
                    self.b.call(callee, &[object, from, to], span)
                }
            },
        };
        Some((value, close + 1))
    }

    fn slice(&mut self, object: ExprId, range: &str, span: Span) -> ExprId {
        let (start, length) = match range.split_once(',') {
            Some((start, length)) => (start, length.trim().parse::<i64>().ok()),
            None => (range, None),
        };
        let start: i64 = start.trim().parse().unwrap_or(0);
        let stop = match length {
            Some(length) if length < 0 => Some(length),
            Some(length) if start < 0 && start + length >= 0 => None,
            Some(length) => Some(start.saturating_add(length)),
            None => None,
        };
        let start = self.b.expr(Expr::Const(Const::Int(start)), span);
        let stop = stop.map(|s| self.b.expr(Expr::Const(Const::Int(s)), span));
        self.b.expr(
            Expr::Slice {
                object,
                start: Some(start),
                stop,
                step: None,
            },
            span,
        )
    }
}

/// What follows the condition of an `if`.
fn conditional<'t>(text: &'t str, lower: &str) -> Option<&'t str> {
    let mut at = lower.strip_prefix("if ").map(|_| 3)?;
    let words: Vec<(usize, &str)> = lower
        .get(at..)?
        .split(' ')
        .scan(at, |offset, word| {
            let start = *offset;
            *offset += word.len() + 1;
            Some((start, word))
        })
        .filter(|(_, word)| !word.is_empty())
        .collect();
    let mut words = words.into_iter().peekable();
    while let Some((_, "/i" | "not")) = words.peek() {
        words.next();
    }
    let (_, first) = words.next()?;
    let skip = match first {
        "exist" | "defined" | "errorlevel" | "cmdextversion" => 1,
        word if word.contains("==") && !word.ends_with("==") => 0,
        word if word.ends_with("==") => 1,
        // `a == b`, `a equ b`
        _ => 2,
    };
    for _ in 0..skip {
        words.next();
    }
    at = words.next().map(|(start, _)| start)?;
    text.get(at..)
}

fn split_else(text: &str) -> (&str, &str) {
    let lower = text.to_ascii_lowercase();
    match lower.find(") else ") {
        Some(at) => (
            text.get(..at).unwrap_or(text),
            text.get(at + 7..).unwrap_or(""),
        ),
        None => (text, ""),
    }
}

/// Splits at separators outside quotes.
fn split<'t>(text: &'t str, separators: &[&str]) -> Vec<&'t str> {
    let mut parts = Vec::new();
    let mut start = 0;
    let mut at = 0;
    let mut quoted = false;
    while let Some(c) = text.get(at..).and_then(|r| r.chars().next()) {
        if c == '"' {
            quoted = !quoted;
        } else if c == '^' {
            at += 1;
            at += text
                .get(at..)
                .and_then(|r| r.chars().next())
                .map_or(0, char::len_utf8);
            continue;
        } else if !quoted {
            let rest = text.get(at..).unwrap_or("");
            let descriptor = text.get(..at).is_some_and(|b| b.ends_with(['>', '<']));
            if let Some(found) = separators
                .iter()
                .find(|s| rest.starts_with(**s) && !descriptor)
            {
                parts.push(text.get(start..at).unwrap_or(""));
                at += found.len();
                start = at;
                continue;
            }
        }
        at += c.len_utf8();
    }
    parts.push(text.get(start..).unwrap_or(""));
    parts
}

/// Words with their quotes taken off; `>` and `>>` are words of their own.
fn tokens(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut quoted = false;
    let mut any = false;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' => {
                quoted = !quoted;
                any = true;
            }
            '^' if !quoted => {
                word.push('^');
                word.extend(chars.next());
            }
            ' ' | '\t' if !quoted => {
                if any || !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
                any = false;
            }
            '>' | '<' if !quoted => {
                if word.chars().all(|c| c.is_ascii_digit()) {
                    word.clear();
                }
                if !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
                if c == '>' && chars.peek() == Some(&'>') {
                    chars.next();
                    words.push(">>".to_owned());
                } else if chars.peek() == Some(&'&') {
                    chars.next();
                    chars.next();
                } else {
                    words.push(c.to_string());
                }
                any = false;
            }
            c => word.push(c),
        }
    }
    if any || !word.is_empty() {
        words.push(word);
    }
    words
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::lower;

    proptest! {
        #[test]
        fn any_text_is_read(text in "[%!^&|<>\"~:= a-zé0-9()\n]{0,200}") {
            lower(&text);
        }

        #[test]
        fn any_lines_are_read(lines in prop::collection::vec(prop::sample::select(vec![
            "if exist x (del y) else z", "set a=%b:~0,3%", "for /f %%i in ('dir') do echo %%i", "a && b || c & d | e",
            "start \"\" /b cmd /c %~dp0a.exe > nul 2>&1", "if", "for", "%", "if not a==b", "echo !x:a=b! ^",
        ]), 0..20)) {
            lower(&lines.join("\n"));
        }
    }
}
