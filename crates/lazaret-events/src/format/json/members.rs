//! The members of a JSON object one after another, without a tree.
//!
//! Only what nearly all logs hold is read: anything else is [`Unusual`], and
//! left to the whole parser, which decides what it is.

use std::borrow::Cow;

use memchr::{memchr, memchr2};

use super::Json;

/// Something that the whole parser has to look at: broken, or rarely seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Unusual;

/// Brackets within a member's value, at most.
const DEPTH: u32 = 64;

/// A member's value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Raw<'a> {
    /// Text without escapes.
    Text(&'a str),
    /// Text with escapes, as it is written, without its quotes.
    Escaped(&'a str),
    /// A whole number.
    Int(i64),
    /// A truth value.
    Bool(bool),
    /// `null`.
    Null,
    /// An array or object, as it is written; not checked.
    Nested(&'a str),
}

impl<'a> Raw<'a> {
    /// The value itself.
    pub(crate) fn json(self) -> Result<Json<'a>, Unusual> {
        Ok(match self {
            Self::Text(text) => Json::Text(Cow::Borrowed(text)),
            Self::Escaped(text) => Json::Text(Cow::Owned(unescaped(text)?)),
            Self::Int(number) => Json::Int(number),
            Self::Bool(truth) => Json::Bool(truth),
            Self::Null => Json::Null,
            Self::Nested(text) => Json::parse(text.as_bytes()).map_err(|_| Unusual)?,
        })
    }
}

/// Text without its escapes; `\u` is left to the whole parser.
fn unescaped(text: &str) -> Result<String, Unusual> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = memchr(b'\\', rest.as_bytes()) {
        out.push_str(rest.get(..at).ok_or(Unusual)?);
        out.push(match rest.as_bytes().get(at + 1) {
            Some(b'\\') => '\\',
            Some(b'"') => '"',
            Some(b'/') => '/',
            Some(b'n') => '\n',
            Some(b't') => '\t',
            Some(b'r') => '\r',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            _ => return Err(Unusual),
        });
        rest = rest.get(at + 2..).ok_or(Unusual)?;
    }
    out.push_str(rest);
    Ok(out)
}

/// Walks through an object's members.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Members<'a> {
    text: &'a str,
    at: usize,
    /// Whether a member came before.
    later: bool,
}

impl<'a> Members<'a> {
    /// Of a line that starts with `{`. Lines with control characters are
    /// unusual: within texts they are errors.
    pub(crate) fn of(line: &'a [u8]) -> Result<Self, Unusual> {
        let text = simdutf8::basic::from_utf8(line).map_err(|_| Unusual)?;
        // All are looked at, many at once, without a branch for each.
        let least = line.iter().fold(u8::MAX, |least, byte| least.min(*byte));
        if least < b' ' || !text.starts_with('{') {
            return Err(Unusual);
        }
        Ok(Self {
            text,
            at: 1,
            later: false,
        })
    }

    /// Where the walk is.
    pub(crate) fn at(&self) -> usize {
        self.at
    }

    /// The text between two places of the walk.
    pub(crate) fn between(&self, from: usize, to: usize) -> &'a str {
        self.text.get(from..to).unwrap_or_default()
    }

    /// What is still to come.
    fn rest(&self) -> &'a [u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }

    /// The first of what is still to come, at most so many bytes.
    pub(crate) fn ahead(&self, bytes: usize) -> &'a [u8] {
        let rest = self.rest();
        rest.get(..bytes).unwrap_or(rest)
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn take(&mut self, byte: u8) -> Result<(), Unusual> {
        if self.peek() != Some(byte) {
            return Err(Unusual);
        }
        self.at += 1;
        Ok(())
    }

    /// The name of the next member; `None` at the object's end, which is
    /// passed.
    pub(crate) fn name(&mut self) -> Result<Option<&'a str>, Unusual> {
        match self.peek() {
            Some(b'}') => {
                self.at += 1;
                return Ok(None);
            }
            Some(b',') if self.later => self.at += 1,
            Some(b'"') if !self.later => {}
            _ => return Err(Unusual),
        }
        self.later = true;
        self.take(b'"')?;
        let Raw::Text(name) = self.quoted()? else {
            return Err(Unusual);
        };
        self.take(b':')?;
        Ok(Some(name))
    }

    /// Whether the next member is an object's first.
    pub(crate) fn at_start(&self) -> bool {
        !self.later
    }

    /// Takes the next member's name, where `token` is it: `,"Name":`.
    pub(crate) fn take_token(&mut self, token: &str) -> bool {
        let here = self.later && self.rest().starts_with(token.as_bytes());
        if here {
            self.at += token.len();
        }
        here
    }

    /// Goes on behind `members`, where it comes next and ends with a member.
    pub(crate) fn take_members(&mut self, members: &str) -> bool {
        let rest = self.rest();
        let here = rest.starts_with(members.as_bytes())
            && matches!(rest.get(members.len()), Some(b',' | b'}'));
        if here {
            self.at += members.len();
            self.later = true;
        }
        here
    }

    /// Whether `text`, so many bytes ahead, may come: its last bytes do. That
    /// tells most texts apart at little cost.
    pub(crate) fn ends_alike(&self, bytes: usize, text: &str) -> bool {
        let last = text.as_bytes().last_chunk::<8>();
        last.is_none() || self.ahead(bytes + text.len()).last_chunk() == last
    }

    /// Goes on behind `before`, so many bytes of text and `after`, where they
    /// come next and end with a member; gives the text.
    pub(crate) fn take_around(
        &mut self,
        before: &str,
        bytes: usize,
        after: &str,
    ) -> Option<&'a str> {
        let start = self.at + before.len();
        let rest = self.rest().strip_prefix(before.as_bytes())?.get(bytes..)?;
        let behind = rest.strip_prefix(after.as_bytes())?.first();
        let between = self.text.get(start..start + bytes)?;
        if !matches!(behind, Some(b',' | b'}')) {
            return None;
        }
        self.at = start + bytes + after.len();
        self.later = true;
        Some(between)
    }

    /// Goes on behind `members` that end with an object's opening bracket,
    /// where they come next, and the object's first member is there and its
    /// name does not start with `other`.
    pub(crate) fn take_opening(&mut self, members: &str, other: &str) -> bool {
        let within = self.rest().strip_prefix(members.as_bytes());
        let name = within.and_then(|within| within.strip_prefix(b"\""));
        let here = name.is_some_and(|name| !name.starts_with(other.as_bytes()));
        if here {
            self.at += members.len();
            self.later = false;
        }
        here
    }

    /// Whether the value that comes is an object; then the walk goes on
    /// within it, and [`Members::leave`] ends that.
    pub(crate) fn enter(&mut self) -> bool {
        let object = self.peek() == Some(b'{');
        if object {
            self.at += 1;
            self.later = false;
        }
        object
    }

    /// Goes on behind an object whose end was passed.
    pub(crate) fn leave(&mut self) {
        self.later = true;
    }

    /// Whether the line is at its end.
    pub(crate) fn ended(&self) -> bool {
        self.at == self.text.len()
    }

    /// The value of the member whose name was taken.
    pub(crate) fn value(&mut self) -> Result<Raw<'a>, Unusual> {
        match self.peek().ok_or(Unusual)? {
            b'"' => {
                self.at += 1;
                self.quoted()
            }
            b'{' | b'[' => self.nested(),
            b't' => self.word("true", Raw::Bool(true)),
            b'f' => self.word("false", Raw::Bool(false)),
            b'n' => self.word("null", Raw::Null),
            _ => self.number(),
        }
    }

    fn word(&mut self, word: &str, value: Raw<'a>) -> Result<Raw<'a>, Unusual> {
        let here = self.rest().starts_with(word.as_bytes());
        self.at += word.len();
        if here { Ok(value) } else { Err(Unusual) }
    }

    fn number(&mut self) -> Result<Raw<'a>, Unusual> {
        let rest = self.rest();
        let sign = usize::from(rest.first() == Some(&b'-'));
        let digits = rest.get(sign..).unwrap_or_default();
        let mut value = 0_i64;
        let mut length = 0;
        for byte in digits.iter().take(18) {
            if !byte.is_ascii_digit() {
                break;
            }
            value = value * 10 + i64::from(byte - b'0');
            length += 1;
        }
        // `01` is no number, `-0` is no whole one.
        let odd = length == 0 || (digits.first() == Some(&b'0') && length + sign > 1);
        if odd || !matches!(digits.get(length), Some(b',' | b'}')) {
            return Err(Unusual);
        }
        self.at += sign + length;
        Ok(Raw::Int(if sign == 1 { -value } else { value }))
    }

    /// Text, from behind its opening quote.
    fn quoted(&mut self) -> Result<Raw<'a>, Unusual> {
        let start = self.at;
        let mut from = start;
        loop {
            let rest = self.text.as_bytes().get(from..).ok_or(Unusual)?;
            let at = from + memchr2(b'"', b'\\', rest).ok_or(Unusual)?;
            if self.text.as_bytes().get(at) == Some(&b'"') {
                self.at = at + 1;
                let text = self.between(start, at);
                return Ok(match from == start {
                    true => Raw::Text(text),
                    false => Raw::Escaped(text),
                });
            }
            from = at + 2;
        }
    }

    fn nested(&mut self) -> Result<Raw<'a>, Unusual> {
        let start = self.at;
        let mut depth = 0_u32;
        loop {
            match self.peek().ok_or(Unusual)? {
                b'"' => {
                    self.at += 1;
                    self.quoted()?;
                    continue;
                }
                b'{' | b'[' => {
                    depth += 1;
                    if depth > DEPTH {
                        return Err(Unusual);
                    }
                }
                b'}' | b']' => {
                    depth -= 1;
                    if depth == 0 {
                        self.at += 1;
                        return Ok(Raw::Nested(self.between(start, self.at)));
                    }
                }
                _ => {}
            }
            self.at += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The members as the walk gives them.
    fn walked(line: &[u8]) -> Result<Vec<(String, String)>, Unusual> {
        let mut members = Members::of(line)?;
        let mut out = Vec::new();
        while let Some(name) = members.name()? {
            out.push((name.to_owned(), members.value()?.json()?.to_string()));
        }
        if members.ended() {
            Ok(out)
        } else {
            Err(Unusual)
        }
    }

    fn whole(line: &[u8]) -> Option<Vec<(String, String)>> {
        let json = Json::parse(line).ok()?;
        let members = json.members().iter();
        Some(
            members
                .map(|(k, v)| (k.to_string(), v.to_string()))
                .collect(),
        )
    }

    #[test]
    fn walks_through_what_logs_hold() {
        let line = br#"{"a":"x","b":-12,"c":true,"d":null,"e":{"f":["}\"",{}]},"g":"C:\\x \"y\""}"#;
        assert_eq!(walked(line).ok(), whole(line));
        for odd in [
            r#"{"a":01}"#,
            r#"{"a":-0}"#,
            r#"{"a":1.5}"#,
            r#"{"a":"\u0041"}"#,
            r#"{"a":1,}"#,
            r#"{,"a":1}"#,
            r#"{"a" :1}"#,
            r#"{"a":1}x"#,
            r#"{"a":"x"#,
            r#"{"a":[1,]}"#,
            r#"{"a":tru}"#,
            "{\"a\":\"\u{1}\"}",
        ] {
            assert_eq!(walked(odd.as_bytes()), Err(Unusual), "{odd}");
        }
    }

    proptest! {
        /// What the walk reads is what the whole parser reads.
        #[test]
        fn agrees_with_the_whole_parser(
            line in r#"\{("[ab]{0,3}":("(x|\\\\|\\"|\\n|é){0,4}"|-?[0-9]{1,20}|true|null|\[(1|"]"|\{\}|,){0,3}\]|\{"c":[12]\}),?){0,4}\}?"#
        ) {
            if let Ok(members) = walked(line.as_bytes()) {
                prop_assert_eq!(Some(members), whole(line.as_bytes()));
            }
        }
    }
}
