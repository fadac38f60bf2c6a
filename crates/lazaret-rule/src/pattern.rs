//! Text with wildcards.

use std::sync::OnceLock;

use regex::RegexBuilder;

use crate::{RuleError, literal::Literal};

/// What a text value asks for.
#[derive(Clone, Debug)]
pub(crate) enum Pattern {
    /// The whole text.
    Exact(String),
    /// Its start.
    Prefix(String),
    /// Its end.
    Suffix(String),
    /// Any part of it.
    Contains(String),
    /// Anything else.
    Regex(Expression),
}

enum Piece {
    Text(String),
    Any,
    One,
}

/// Splits a Sigma value at its wildcards. A backslash makes `*`, `?` and
/// itself plain; before anything else it is plain itself.
fn pieces(value: &str) -> Vec<Piece> {
    let mut out = Vec::new();
    let mut text = String::new();
    let mut chars = value.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.peek() {
                Some(next @ ('*' | '?' | '\\')) => {
                    text.push(*next);
                    chars.next();
                }
                _ => text.push('\\'),
            },
            '*' | '?' => {
                if !text.is_empty() {
                    out.push(Piece::Text(std::mem::take(&mut text)));
                }
                match (c, out.last()) {
                    ('*', Some(Piece::Any)) => {}
                    ('*', _) => out.push(Piece::Any),
                    _ => out.push(Piece::One),
                }
            }
            _ => text.push(c),
        }
    }
    if !text.is_empty() {
        out.push(Piece::Text(text));
    }
    out
}

/// Where the value may stand in the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Anchor {
    Whole,
    Start,
    End,
    Anywhere,
}

impl Pattern {
    /// Reads a Sigma value.
    pub(crate) fn sigma(value: &str, anchor: Anchor, cased: bool) -> Result<Self, RuleError> {
        let mut pieces = pieces(value);
        if matches!(anchor, Anchor::End | Anchor::Anywhere)
            && !matches!(pieces.first(), Some(Piece::Any))
        {
            pieces.insert(0, Piece::Any);
        }
        if matches!(anchor, Anchor::Start | Anchor::Anywhere)
            && !matches!(pieces.last(), Some(Piece::Any))
        {
            pieces.push(Piece::Any);
        }
        // ASCII letter case is folded byte by byte; the rest is left to the
        // regular expression engine.
        let simple = cased
            || pieces.iter().all(|piece| match piece {
                Piece::Text(text) => text.is_ascii(),
                Piece::Any | Piece::One => true,
            });
        if simple {
            match pieces.as_mut_slice() {
                [] => return Ok(Self::Exact(String::new())),
                [Piece::Text(text)] => return Ok(Self::Exact(std::mem::take(text))),
                [Piece::Text(text), Piece::Any] => return Ok(Self::Prefix(std::mem::take(text))),
                [Piece::Any, Piece::Text(text)] => return Ok(Self::Suffix(std::mem::take(text))),
                [Piece::Any] => return Ok(Self::Contains(String::new())),
                [Piece::Any, Piece::Text(text), Piece::Any] => {
                    return Ok(Self::Contains(std::mem::take(text)));
                }
                _ => {}
            }
        }
        let mut source = String::from("^");
        for piece in &pieces {
            match piece {
                Piece::Text(text) => source.push_str(&regex::escape(text)),
                Piece::Any => source.push_str(".*"),
                Piece::One => source.push('.'),
            }
        }
        source.push('$');
        Ok(Self::Regex(Expression::new(source, !cased, false, true)))
    }

    /// Reads a path pattern: `*` stays within a folder name, `**` does not.
    pub(crate) fn glob(value: &str, cased: bool) -> Result<Self, RuleError> {
        let mut source = String::from("^");
        let mut rest = value;
        while let Some(c) = rest.chars().next() {
            if let Some(after) = rest.strip_prefix("**/") {
                source.push_str("(?:.*/)?");
                rest = after;
            } else if let Some(after) = rest.strip_prefix("**") {
                source.push_str(".*");
                rest = after;
            } else {
                match c {
                    '*' => source.push_str("[^/]*"),
                    '?' => source.push_str("[^/]"),
                    '{' => source.push_str("(?:"),
                    '}' => source.push(')'),
                    ',' => source.push('|'),
                    _ => source.push_str(&regex::escape(c.encode_utf8(&mut [0; 4]))),
                }
                rest = &rest[c.len_utf8()..];
            }
        }
        source.push('$');
        Ok(Self::Regex(Expression::new(source, !cased, false, true)))
    }
}

/// A regular expression that is compiled when it is first used: of the many
/// that are loaded, few are ever asked.
#[derive(Clone, Debug)]
pub(crate) struct Expression {
    source: String,
    ignore_case: bool,
    multi_line: bool,
    dot_all: bool,
    compiled: OnceLock<Option<regex::Regex>>,
    /// The same for ASCII texts, without the tables of Unicode: most texts are,
    /// and it is compiled and searched in a fraction of the time.
    ascii: OnceLock<Option<regex::bytes::Regex>>,
    required: OnceLock<Option<Vec<Literal>>>,
}

impl Expression {
    pub(crate) fn new(source: String, ignore_case: bool, multi_line: bool, dot_all: bool) -> Self {
        Self {
            source,
            ignore_case,
            multi_line,
            dot_all,
            compiled: OnceLock::new(),
            ascii: OnceLock::new(),
            required: OnceLock::new(),
        }
    }

    /// Texts, one of which it cannot match without, in any letter case.
    pub(crate) fn required(&self) -> Option<&[Literal]> {
        let required = || crate::literal::required(&self.source);
        self.required.get_or_init(required).as_deref()
    }

    /// Compiles it now, under a bound on its size.
    pub(crate) fn check(&self) -> Result<(), RuleError> {
        let compiled = self.compile().map_err(|error| {
            RuleError::new(
                "",
                format!(
                    "`{}` is not a regular expression of the regex crate: {error}",
                    self.source
                ),
            )
        })?;
        self.compiled.get_or_init(|| Some(compiled));
        Ok(())
    }

    /// Whether it is found in the text; never where it cannot be compiled.
    pub(crate) fn is_match(&self, text: &str) -> bool {
        if text.is_ascii()
            && let Some(ascii) = self.ascii.get_or_init(|| self.compile_ascii())
        {
            return ascii.is_match(text.as_bytes());
        }
        self.compiled
            .get_or_init(|| self.compile().ok())
            .as_ref()
            .is_some_and(|regex| regex.is_match(text))
    }

    /// None where the source may name other characters, as one of them may be
    /// an ASCII letter in another case (`\x{17f}` is `s`, `\x{212a}` is `k`).
    fn compile_ascii(&self) -> Option<regex::bytes::Regex> {
        let mut bytes = self.source.bytes();
        while let Some(byte) = bytes.next() {
            // What is escaped is looked at with its backslash: `\\\\users` is plain.
            let escaped = if byte == b'\\' { bytes.next() } else { None };
            if !byte.is_ascii() || matches!(escaped, Some(b'x' | b'u' | b'U' | b'p' | b'P')) {
                return None;
            }
        }
        let ascii = regex::bytes::RegexBuilder::new(&self.source)
            .unicode(false)
            .case_insensitive(self.ignore_case)
            .multi_line(self.multi_line)
            .dot_matches_new_line(self.dot_all)
            .size_limit(8 << 20)
            .build();
        ascii.ok()
    }

    fn compile(&self) -> Result<regex::Regex, regex::Error> {
        RegexBuilder::new(&self.source)
            .case_insensitive(self.ignore_case)
            .multi_line(self.multi_line)
            .dot_matches_new_line(self.dot_all)
            .size_limit(8 << 20)
            .build()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Without the tables of Unicode an ASCII text is found just as with them.
        #[test]
        fn ascii_texts_are_matched_alike(
            parts in prop::collection::vec(
                prop::sample::select(vec![
                    r"\b", r"\B", r"\w", r"\W", r"\s", r"\S", r"\d", ".", "[^/]", "[a-z]", "[^a-k]", "k", "S",
                    "\u{e9}", "[\u{e9}x]", "[^\u{e9}]", "(?:a|-)", "^", "$", "(?-i)K", r"\x{17f}", r"[[:alpha:]]",
                    r"(?s).", r"(?u)\w", r"\p{L}", r"\\u", r"\\x", r"\-",
                ]),
                1..6,
            ),
            tail in prop::sample::select(vec!["", "*", "+", "?", "{2}"]),
            ignore_case: bool,
            multi_line: bool,
            dot_all: bool,
            text in "[a-c k K s S / \\- \n 0 _]{0,8}",
        ) {
            let source = format!("(?:{}){tail}x?$", parts.concat());
            let expression = Expression::new(source, ignore_case, multi_line, dot_all);
            if let (Ok(whole), Some(ascii)) = (expression.compile(), expression.compile_ascii()) {
                prop_assert_eq!(
                    whole.is_match(&text),
                    ascii.is_match(text.as_bytes()),
                    "{} in {:?}", expression.source, text
                );
            }
        }
    }
}
