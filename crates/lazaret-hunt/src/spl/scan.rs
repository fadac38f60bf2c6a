//! Reads SPL text piece by piece. What a piece is depends on the command, so
//! there is no list of tokens ahead of the parser.

use super::ast::{Name, Span};
use crate::error::{Class, Diagnostic};

/// How deep subsearches, brackets and expressions may go.
pub const DEPTH: usize = 120;
/// Operators of a text's expressions, in all.
const OPERATORS: usize = 2_000;

pub(super) type Parsed<T> = Result<T, Diagnostic>;

/// A place in the text.
#[derive(Clone, Debug)]
pub struct Cursor<'a> {
    pub(super) text: &'a str,
    pub(super) at: usize,
    pub(super) depth: usize,
    /// Operators between values so far.
    pub(super) operators: usize,
}

/// A single piece of a search expression ends at these.
const ENDS: &[char] = &['|', '[', ']', '(', ')', ',', '"', '=', '<', '>', '!'];

impl<'a> Cursor<'a> {
    /// The start of `text`.
    pub fn new(text: &'a str) -> Self {
        Self {
            text,
            at: 0,
            depth: 0,
            operators: 0,
        }
    }

    /// What is left.
    pub fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or("")
    }

    /// Skips blanks and ``` comments ```.
    pub fn blank(&mut self) {
        loop {
            let rest = self.rest();
            let trimmed = rest.trim_start();
            self.at += rest.len() - trimmed.len();
            let Some(comment) = trimmed.strip_prefix("```") else {
                return;
            };
            self.at += 3 + comment.find("```").map_or(comment.len(), |end| end + 3);
        }
    }

    /// The next character, after blanks.
    pub fn peek(&mut self) -> Option<char> {
        self.blank();
        self.rest().chars().next()
    }

    /// Whether the command ends here.
    pub fn ended(&mut self) -> bool {
        matches!(self.peek(), None | Some('|' | ']'))
    }

    /// Takes `text` if it is next.
    pub fn eat(&mut self, text: &str) -> bool {
        self.blank();
        let found = self.rest().starts_with(text);
        if found {
            self.at += text.len();
        }
        found
    }

    /// Takes `text` or fails.
    pub fn expect(&mut self, text: &str) -> Parsed<()> {
        if self.eat(text) {
            Ok(())
        } else {
            Err(self.wrong(&format!("`{text}` was expected")))
        }
    }

    /// Whether the word is next, in any case.
    pub fn sees(&mut self, word: &str) -> bool {
        self.blank();
        let rest = self.rest();
        rest.get(..word.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(word))
            && rest
                .get(word.len()..)
                .and_then(|rest| rest.chars().next())
                .is_none_or(|next| {
                    !next.is_alphanumeric() && !matches!(next, '_' | '.' | '-' | '*')
                })
    }

    /// Takes a word, in any case.
    pub fn word(&mut self, word: &str) -> bool {
        let found = self.sees(word);
        if found {
            self.at += word.len();
        }
        found
    }

    /// An error here.
    pub fn wrong(&mut self, message: &str) -> Diagnostic {
        self.blank();
        let length = self.rest().chars().next().map_or(0, char::len_utf8);
        let found = match self.rest().chars().next() {
            None => "the text ends".to_owned(),
            Some(_) => {
                let next: String = self
                    .rest()
                    .chars()
                    .take_while(|c| !c.is_whitespace())
                    .take(24)
                    .collect();
                format!("`{next}` stands here")
            }
        };
        Diagnostic::new(
            Class::Syntax,
            self.at..self.at + length,
            format!("{message}, but {found}"),
        )
    }

    /// One operator more: a chain of them is as deep as it is long.
    pub fn longer(&mut self) -> Parsed<()> {
        self.operators += 1;
        if self.operators > OPERATORS {
            return Err(Diagnostic::new(
                Class::Limit,
                self.at..self.at,
                format!("the search has more than {OPERATORS} operators"),
            ));
        }
        Ok(())
    }

    /// Refuses a list that has become too long.
    pub fn fits(&self, count: usize, most: usize, what: &str) -> Parsed<()> {
        if count < most {
            return Ok(());
        }
        Err(Diagnostic::new(
            Class::Limit,
            self.at..self.at,
            format!("more than {most} {what}"),
        ))
    }

    /// Goes one level deeper.
    pub fn deeper(&mut self) -> Parsed<()> {
        self.depth += 1;
        if self.depth > DEPTH {
            return Err(Diagnostic::new(
                Class::Limit,
                self.at..self.at,
                format!("the search is nested deeper than {DEPTH}"),
            ));
        }
        Ok(())
    }

    /// Text in quotes, without them. `\"` and `\\` stand for the second
    /// character; other backslashes stay.
    pub fn quoted(&mut self) -> Parsed<String> {
        self.blank();
        let start = self.at;
        let quote = self.rest().chars().next().unwrap_or('"');
        let mut out = String::new();
        let mut chars = self.rest().char_indices().skip(1);
        while let Some((index, c)) = chars.next() {
            if c == quote {
                self.at += index + 1;
                return Ok(out);
            }
            if c == '\\' {
                match chars.next() {
                    Some((_, next)) if next == quote || next == '\\' => out.push(next),
                    Some((_, next)) => {
                        out.push('\\');
                        out.push(next);
                    }
                    None => break,
                }
                continue;
            }
            out.push(c);
        }
        Err(Diagnostic::new(
            Class::Syntax,
            start..self.text.len(),
            "the quote that opens here is not closed",
        ))
    }

    /// Characters up to a blank or one for which `ends` says so.
    pub fn until(&mut self, ends: impl Fn(char) -> bool) -> &'a str {
        self.blank();
        let rest = self.rest();
        let end = rest
            .char_indices()
            .find(|(_, c)| c.is_whitespace() || ends(*c))
            .map_or(rest.len(), |(index, _)| index);
        self.at += end;
        rest.get(..end).unwrap_or("")
    }

    /// A field's name: bare, or in single or double quotes.
    pub fn name(&mut self) -> Parsed<Name> {
        self.peek();
        let start = self.at;
        let text = match self.peek() {
            Some('"' | '\'') => self.quoted()?,
            _ => self.until(|c| ENDS.contains(&c)).to_owned(),
        };
        if text.is_empty() {
            return Err(self.wrong("a field's name was expected"));
        }
        Ok(Name {
            text,
            span: start..self.at,
        })
    }

    /// A list of names, between commas or blanks, up to the command's end or
    /// a word for which `stop` says so.
    pub fn names(&mut self, stop: &[&str]) -> Parsed<Vec<Name>> {
        let mut names = Vec::new();
        loop {
            while self.eat(",") {}
            if self.ended() || stop.iter().any(|word| self.sees(word)) {
                return Ok(names);
            }
            names.push(self.name()?);
        }
    }

    /// A value: quoted, or bare up to a blank or an end. Backslashes are
    /// undone as in quotes.
    pub fn value(&mut self) -> Parsed<(String, Span)> {
        self.peek();
        let start = self.at;
        let mut out = String::new();
        loop {
            match self.rest().chars().next() {
                Some('"') => {
                    // `"a b"*` is one value.
                    out.push_str(&self.quoted()?);
                    if self
                        .rest()
                        .starts_with(|c: char| c.is_whitespace() || ENDS.contains(&c))
                        || self.rest().is_empty()
                    {
                        break;
                    }
                }
                Some(c) if c.is_whitespace() || matches!(c, '|' | '[' | ']' | '(' | ')' | ',') => {
                    break;
                }
                Some('\\') => {
                    self.at += 1;
                    out.push('\\');
                    if let Some(next @ ('\\' | '"')) = self.rest().chars().next() {
                        self.at += 1;
                        out.pop();
                        out.push(next);
                    }
                }
                Some(c) => {
                    self.at += c.len_utf8();
                    out.push(c);
                }
                None => break,
            }
        }
        if start == self.at {
            return Err(self.wrong("a value was expected"));
        }
        Ok((out, start..self.at))
    }

    /// `name=value`, if that is next.
    pub fn setting(&mut self, known: &[&str]) -> Parsed<Option<(String, String)>> {
        self.blank();
        let back = self.at;
        let rest = self.rest();
        let end = rest
            .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
            .unwrap_or(rest.len());
        let name = rest.get(..end).unwrap_or("").to_ascii_lowercase();
        if name.is_empty() || !known.contains(&name.as_str()) {
            return Ok(None);
        }
        self.at += end;
        if !self.eat("=") || self.rest().starts_with('=') {
            self.at = back;
            return Ok(None);
        }
        let value = if self.peek() == Some('\'') {
            self.quoted()?
        } else {
            self.value()?.0
        };
        Ok(Some((name, value)))
    }

    /// The text between brackets, which may hold further ones and quotes.
    pub fn bracketed(&mut self) -> Parsed<String> {
        self.expect("[")?;
        let start = self.at;
        let mut depth = 1_usize;
        while let Some(c) = self.rest().chars().next() {
            match c {
                '"' => {
                    self.quoted()?;
                    continue;
                }
                '[' => depth += 1,
                ']' => {
                    depth -= 1;
                    if depth == 0 {
                        let text = self.text.get(start..self.at).unwrap_or("").to_owned();
                        self.at += 1;
                        return Ok(text);
                    }
                }
                _ => {}
            }
            self.at += c.len_utf8();
        }
        Err(Diagnostic::new(
            Class::Syntax,
            start.saturating_sub(1)..self.text.len(),
            "the bracket that opens here is not closed",
        ))
    }
}
