//! Words: quoting, escapes, braces, assignments.

use crate::ir::{Arg, BinaryOp, Const, Expr, ExprId, Pattern, Stmt};

use super::{Parser, command::Assignment};

/// Words of a command.
#[derive(Default)]
pub(super) struct Words {
    pub(super) list: Vec<ExprId>,
}

/// A word being put together.
#[derive(Default)]
pub(super) struct Pieces {
    parts: Vec<ExprId>,
    text: String,
    /// Some of it was quoted or escaped: it is a word even if empty.
    quoted: bool,
    /// Braces at these places in `text` were not quoted.
    brace: bool,
}

impl Parser<'_> {
    /// One word; more where braces or `$IFS` split it.
    pub(super) fn word(&mut self, out: &mut Words) {
        let mut start = self.pos;
        let mut pieces = Pieces::default();
        while let Some(next) = self.peek() {
            match next {
                b' ' | b'\t' | b'\r' | b'\n' | b';' | b'|' | b'&' | b')' => break,
                b'<' | b'>' if self.peek_at(1) == Some(b'(') => {
                    let value = self.process_substitution();
                    self.push_part(&mut pieces, value, start);
                }
                b'<' | b'>' => break,
                b'(' => break,
                b'$' if self.looking_at("$IFS") || self.looking_at("${IFS") => {
                    let whole = self.rest();
                    self.pos += if whole.starts_with("${") {
                        whole.find('}').map_or(whole.len(), |i| i + 1)
                    } else {
                        4
                    };
                    // `$IFS$9` and `$IFS$1` only end the name.
                    if self.looking_at("$9") || self.looking_at("$1") {
                        self.pos += 2;
                    }
                    self.end_word(std::mem::take(&mut pieces), start, out);
                    start = self.pos;
                }
                _ => self.piece(&mut pieces, start),
            }
        }
        self.end_word(pieces, start, out);
    }

    /// One quoted part, expansion or run of plain characters.
    pub(super) fn piece(&mut self, pieces: &mut Pieces, start: usize) {
        match self.peek() {
            Some(b'\'') => {
                self.pos += 1;
                let rest = self.rest();
                let length = rest.find('\'').unwrap_or(rest.len());
                pieces.text.push_str(rest.get(..length).unwrap_or(""));
                pieces.quoted = true;
                self.pos = (self.pos + length + 1).min(self.end);
            }
            Some(b'"') => {
                self.pos += 1;
                pieces.quoted = true;
                self.double_quoted(pieces, start);
            }
            Some(b'$') if self.looking_at("$'") => {
                self.pos += 2;
                pieces.quoted = true;
                self.ansi_c(&mut pieces.text);
            }
            Some(b'$') if self.looking_at("$\"") => self.pos += 1,
            Some(b'$' | b'`') => match self.dollar(false) {
                Some(value) => self.push_part(pieces, value, start),
                None => {
                    pieces.text.push('$');
                    self.pos += 1;
                }
            },
            Some(b'\\') => {
                self.pos += 1;
                if self.eat("\n") || self.eat("\r\n") {
                    return;
                }
                if let Some(c) = self.rest().chars().next() {
                    pieces.text.push(c);
                    pieces.quoted = true;
                    self.pos += c.len_utf8();
                }
            }
            _ => {
                if let Some(c) = self.rest().chars().next() {
                    pieces.brace |= c == '{';
                    pieces.text.push(c);
                    self.pos += c.len_utf8();
                }
            }
        }
    }

    /// Up to the closing quote, which is consumed.
    pub(super) fn double_quoted(&mut self, pieces: &mut Pieces, start: usize) {
        while let Some(next) = self.peek() {
            match next {
                b'"' => {
                    self.pos += 1;
                    return;
                }
                _ => self.quoted_piece(pieces, start, true),
            }
        }
    }

    /// One part of text where only `$`, backticks and `\` mean something.
    pub(super) fn quoted_piece(&mut self, pieces: &mut Pieces, start: usize, quotes: bool) {
        match self.peek() {
            Some(b'\\') => match self.peek_at(1) {
                Some(b'\n') => self.pos += 2,
                Some(c @ (b'$' | b'`' | b'\\')) => {
                    pieces.text.push(char::from(c));
                    self.pos += 2;
                }
                Some(b'"') if quotes => {
                    pieces.text.push('"');
                    self.pos += 2;
                }
                _ => {
                    pieces.text.push('\\');
                    self.pos += 1;
                }
            },
            Some(b'$' | b'`') => match self.dollar(true) {
                Some(value) => self.push_part(pieces, value, start),
                None => {
                    pieces.text.push('$');
                    self.pos += 1;
                }
            },
            _ => {
                if let Some(c) = self.rest().chars().next() {
                    pieces.text.push(c);
                    self.pos += c.len_utf8();
                }
            }
        }
    }

    /// `$'…'`: escapes as in C.
    fn ansi_c(&mut self, text: &mut String) {
        let mut bytes = Vec::new();
        while let Some(next) = self.peek() {
            self.pos += 1;
            match next {
                b'\'' => break,
                b'\\' => {
                    let rest = self.rest();
                    let (value, used) = escape(rest.as_bytes());
                    bytes.extend_from_slice(&value);
                    self.pos = (self.pos + used).min(self.end);
                }
                other => bytes.push(other),
            }
        }
        text.push_str(&String::from_utf8_lossy(&bytes));
    }

    fn push_part(&mut self, pieces: &mut Pieces, value: ExprId, start: usize) {
        self.flush(pieces, start);
        pieces.parts.push(value);
    }

    fn flush(&mut self, pieces: &mut Pieces, start: usize) {
        if !pieces.text.is_empty() {
            let span = self.span(start);
            let text = std::mem::take(&mut pieces.text);
            pieces.parts.push(self.b.str(&text, span));
        }
    }

    fn end_word(&mut self, mut pieces: Pieces, start: usize, out: &mut Words) {
        let span = self.span(start);
        if pieces.parts.is_empty() {
            if pieces.brace && !pieces.quoted {
                for word in braces(&pieces.text) {
                    out.list.push(self.b.str(&word, span));
                }
            } else if !pieces.text.is_empty() || pieces.quoted {
                out.list.push(self.b.str(&pieces.text, span));
            }
            return;
        }
        if let ([only], true, false) = (
            pieces.parts.as_slice(),
            pieces.text.is_empty(),
            pieces.quoted,
        ) {
            out.list.push(*only);
            return;
        }
        self.flush(&mut pieces, start);
        out.list
            .push(self.b.expr(Expr::Template(pieces.parts), span));
    }

    /// The parts as one text.
    pub(super) fn joined(&mut self, mut pieces: Pieces, start: usize) -> ExprId {
        let span = self.span(start);
        if pieces.parts.is_empty() {
            return self.b.str(&pieces.text, span);
        }
        self.flush(&mut pieces, start);
        self.b.expr(Expr::Template(pieces.parts), span)
    }

    /// A word as one expression; empty text where there is none.
    pub(super) fn single_word(&mut self) -> ExprId {
        let start = self.pos;
        let mut words = Words::default();
        self.word(&mut words);
        let span = self.span(start);
        match words.list.as_slice() {
            [] => self.b.str("", span),
            [only] => *only,
            _ => self.b.expr(Expr::Template(words.list), span),
        }
    }

    /// The text of a literal word.
    pub(super) fn literal(&self, word: Option<ExprId>) -> Option<String> {
        match self.b.unit().expr(word?) {
            Some(Expr::Const(Const::Str(text))) => Some(text.to_string()),
            _ => None,
        }
    }

    /// An assignment where one stands here.
    pub(super) fn assignment(&mut self) -> Option<Assignment> {
        let start = self.pos;
        let rest = self.rest();
        let length = rest
            .bytes()
            .take_while(|c| c.is_ascii_alphanumeric() || *c == b'_')
            .count();
        let name = rest
            .get(..length)
            .filter(|n| !n.is_empty() && !n.starts_with(|c: char| c.is_ascii_digit()))?;
        let after = rest.get(length..).unwrap_or("");
        let (index_end, tail) = match after.strip_prefix('[') {
            Some(inner) => {
                let close = inner.find(']')?;
                (Some(close), inner.get(close + 1..).unwrap_or(""))
            }
            None => (None, after),
        };
        let append = tail.starts_with("+=");
        if !append && !tail.starts_with('=') {
            return None;
        }
        let name = name.to_owned();
        let mut index = None;
        self.pos += length;
        if let Some(close) = index_end {
            let from = self.pos + 1;
            index = Some(self.within(from, from + close, Self::single_word));
            self.pos = from + close + 1;
        }
        self.pos += if append { 2 } else { 1 };
        let value = if self.peek() == Some(b'(') {
            self.array()
        } else {
            let at = self.pos;
            let value = self.single_word();
            // An assigned word is not split.
            let span = self.span(at);
            match self.b.unit().expr(value) {
                Some(Expr::Const(_)) => value,
                _ => self.b.expr(Expr::Template(vec![value]), span),
            }
        };
        let span = self.span(start);
        Some(Assignment {
            name,
            index,
            append,
            value,
            span,
        })
    }

    fn array(&mut self) -> ExprId {
        let start = self.pos;
        self.pos += 1;
        let mut words = Words::default();
        loop {
            self.gaps();
            let before = self.pos;
            if self.eat(")") || self.peek().is_none() {
                break;
            }
            self.word(&mut words);
            if self.pos == before {
                self.unexpected();
            }
        }
        let span = self.span(start);
        let items = words
            .list
            .into_iter()
            .map(|value| Arg {
                name: None,
                value,
                spread: false,
            })
            .collect();
        self.b.expr(Expr::List(items), span)
    }

    /// The statement of an assignment.
    pub(super) fn bind(&mut self, assignment: Assignment, local: bool) -> Stmt {
        let sym = self.assigned(&assignment.name, local);
        if let Some(index) = assignment.index {
            let object = self.b.name(&assignment.name, assignment.span);
            return Stmt::Let {
                target: Pattern::Index(object, index),
                value: Some(assignment.value),
            };
        }
        if assignment.append {
            let assign = self.b.expr(
                Expr::Assign {
                    target: Box::new(Pattern::Name(sym)),
                    op: Some(BinaryOp::Add),
                    value: assignment.value,
                },
                assignment.span,
            );
            return Stmt::Expr(assign);
        }
        Stmt::Let {
            target: Pattern::Name(sym),
            value: Some(assignment.value),
        }
    }
}

/// What an escape after `\` means, and how many bytes it takes.
fn escape(rest: &[u8]) -> (Vec<u8>, usize) {
    let digits = |from: usize, most: usize, radix: u32| {
        let mut value: u32 = 0;
        let mut used = 0;
        while used < most {
            let Some(digit) = rest
                .get(from + used)
                .and_then(|c| char::from(*c).to_digit(radix))
            else {
                break;
            };
            value = value.wrapping_mul(radix).wrapping_add(digit);
            used += 1;
        }
        (value, used)
    };
    let Some(first) = rest.first() else {
        return (vec![b'\\'], 0);
    };
    let plain = |c: u8| (vec![c], 1);
    match first {
        b'n' => plain(b'\n'),
        b't' => plain(b'\t'),
        b'r' => plain(b'\r'),
        b'a' => plain(7),
        b'b' => plain(8),
        b'e' | b'E' => plain(27),
        b'x' => {
            let (value, used) = digits(1, 2, 16);
            (vec![value as u8], 1 + used)
        }
        b'0'..=b'7' => {
            let (value, used) = digits(0, 3, 8);
            (vec![value as u8], used)
        }
        b'u' | b'U' => {
            let (value, used) = digits(1, if *first == b'u' { 4 } else { 8 }, 16);
            let mut buffer = [0; 4];
            let text = char::from_u32(value)
                .unwrap_or('\u{fffd}')
                .encode_utf8(&mut buffer);
            (text.as_bytes().to_vec(), 1 + used)
        }
        other => plain(*other),
    }
}

/// `a{b,c}d` → `abd acd`: one level, as it is used to avoid blanks.
fn braces(text: &str) -> Vec<String> {
    let whole = || vec![text.to_owned()];
    let (Some(open), Some(close)) = (text.find('{'), text.rfind('}')) else {
        return whole();
    };
    let (Some(before), Some(inner), Some(after)) = (
        text.get(..open),
        text.get(open + 1..close),
        text.get(close + 1..),
    ) else {
        return whole();
    };
    if !inner.contains(',') || inner.contains('{') {
        return whole();
    }
    inner
        .split(',')
        .take(256)
        .map(|part| format!("{before}{part}{after}"))
        .filter(|word| !word.is_empty())
        .collect()
}
