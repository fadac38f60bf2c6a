//! The keys and values that `parse-kv` finds in a text.

use crate::functions::pattern;

/// How keys and values are told apart.
#[derive(Clone, Debug, Default)]
pub(super) struct Pairs {
    /// Between two pairs; none where any mark that is no letter or digit is.
    pub(super) pair: Option<String>,
    /// Between key and value; likewise.
    pub(super) kv: Option<String>,
    /// A mark around texts, or an opening and a closing one.
    pub(super) quote: String,
    /// What keeps a closing mark from closing.
    pub(super) escape: Option<char>,
    /// Key and value are its two groups.
    pub(super) regex: Option<String>,
    /// Whether a value goes on to the last pair's end before the next key.
    pub(super) greedy: bool,
}

impl Pairs {
    /// The value of the first pair whose key is `wanted`.
    pub(super) fn value(&self, text: &str, wanted: &str) -> Option<String> {
        if let Some(source) = &self.regex {
            let found = pattern::with(source, |regex| {
                regex.captures_iter(text).find_map(|found| {
                    let key = found.get(1)?.as_str();
                    (key.trim() == wanted).then(|| Some(found.get(2)?.as_str().to_owned()))?
                })
            });
            return found.flatten();
        }
        match (&self.pair, &self.kv) {
            (None, None) => self.anywhere(text, wanted),
            (pair, kv) => {
                let (pair, kv) = (pair.as_deref().unwrap_or(" "), kv.as_deref().unwrap_or("="));
                self.between(text, wanted, pair, kv)
            }
        }
    }

    /// With delimiters.
    fn between(&self, text: &str, wanted: &str, pair: &str, kv: &str) -> Option<String> {
        if pair.is_empty() || kv.is_empty() {
            return None;
        }
        let mut rest = text;
        while !rest.is_empty() {
            let (key, after) = match self.quoted(rest) {
                Some((key, after)) => match after.strip_prefix(kv) {
                    Some(after) => (key, after),
                    None => {
                        rest = after_pair(after, pair);
                        continue;
                    }
                },
                None => {
                    let at = rest.find(kv)?;
                    let key = rest.get(..at)?;
                    // Words without a value may stand before the key.
                    let key = key
                        .rfind(pair)
                        .map_or(key, |cut| key.get(cut + pair.len()..).unwrap_or(""));
                    (key.to_owned(), rest.get(at + kv.len()..)?)
                }
            };
            let (value, after) = match self.quoted(after) {
                Some((value, after)) => (value, after_pair(after, pair)),
                None => {
                    let mut end = after.find(pair).unwrap_or(after.len());
                    if self.greedy {
                        let next = after.find(kv).unwrap_or(after.len());
                        let before = after.get(..next)?;
                        end = match next == after.len() {
                            true => next,
                            false => before.rfind(pair).unwrap_or(before.len()),
                        };
                    }
                    let value = after.get(..end)?.to_owned();
                    (value, after_pair(after.get(end..)?, pair))
                }
            };
            if key.trim() == wanted {
                return Some(value);
            }
            rest = after;
        }
        None
    }

    /// Without: the key as a word, marks, and a quoted text or another word.
    fn anywhere(&self, text: &str, wanted: &str) -> Option<String> {
        let word = |c: char| c.is_alphanumeric() || c == '_';
        let mut from = 0;
        while let Some(found) = text.get(from..).and_then(|rest| rest.find(wanted)) {
            let start = from + found;
            let end = start + wanted.len();
            from = end.max(start + 1);
            let before = text.get(..start).and_then(|text| text.chars().next_back());
            let after = text.get(end..)?;
            if before.is_some_and(word) || after.starts_with(word) || wanted.is_empty() {
                continue;
            }
            let marks = after.len() - after.trim_start_matches(|c| !word(c)).len();
            let (marks, plain) = after.split_at_checked(marks)?;
            let open = self.quote.chars().next();
            if let Some(at) = open.and_then(|open| marks.find(open)) {
                return self.quoted(after.get(at..)?).map(|(value, _)| value);
            }
            let length = plain.find(|c| !word(c)).unwrap_or(plain.len());
            return plain.get(..length).map(str::to_owned);
        }
        None
    }

    /// A quoted text at the start, and what is after it.
    fn quoted<'a>(&self, text: &'a str) -> Option<(String, &'a str)> {
        let mut marks = self.quote.chars();
        let open = marks.next()?;
        let close = marks.next().unwrap_or(open);
        let mut out = String::new();
        let mut escaped = false;
        for (at, c) in text.strip_prefix(open)?.char_indices() {
            if escaped {
                out.push(c);
                escaped = false;
            } else if Some(c) == self.escape {
                escaped = true;
            } else if c == close {
                let after = text.get(open.len_utf8() + at + c.len_utf8()..)?;
                return Some((out, after));
            } else {
                out.push(c);
            }
        }
        None
    }
}

fn after_pair<'a>(text: &'a str, pair: &str) -> &'a str {
    text.strip_prefix(pair)
        .or_else(|| text.split_once(pair).map(|(_, rest)| rest))
        .unwrap_or("")
}
