//! `extract`: keys and values out of an event's text.

/// What separates keys, values and pairs, and what is made of them.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Delimiters {
    /// Any of these characters stands between two pairs.
    pub pairs: String,
    /// Any of these characters stands between a key and its value.
    pub values: String,
    /// Whether a value may hold such a character; else it is not extracted.
    pub within: bool,
    /// Whether characters other than letters, digits and `_` become `_`.
    pub clean: bool,
    /// Pairs of one event.
    pub limit: usize,
    /// Characters of an event that are looked at.
    pub characters: usize,
}

impl Delimiters {
    /// Those of the command's options, as Splunk has them by default.
    pub fn new(pairs: Option<&str>, values: Option<&str>) -> Self {
        Self {
            pairs: pairs.map_or_else(|| " \t\r\n,;|&".to_owned(), undone),
            values: values.map_or_else(|| "=".to_owned(), undone),
            within: values.is_none(),
            clean: true,
            limit: 50,
            characters: 10_240,
        }
    }

    /// Keys and values in the order of the text.
    pub fn pairs(&self, text: &str) -> Vec<(String, String)> {
        let end = text.char_indices().nth(self.characters);
        let text = end.map_or(text, |(end, _)| text.get(..end).unwrap_or(text));
        let mut out = Vec::new();
        for piece in parts(text, &self.pairs) {
            let mut sides = parts(piece, &self.values).into_iter();
            let (Some(key), Some(value)) = (sides.next(), sides.next()) else {
                continue;
            };
            let value = match sides.next() {
                None => value,
                Some(_) if self.within => piece
                    .get(key.len()..)
                    .and_then(|rest| rest.char_indices().nth(1).map(|(at, _)| (rest, at)))
                    .and_then(|(rest, at)| rest.get(at..))
                    .unwrap_or(""),
                Some(_) => continue,
            };
            let (key, value) = (self.key(bare(key)), bare(value));
            if key.is_empty() || value.is_empty() {
                continue;
            }
            out.push((key, value.to_owned()));
            if out.len() >= self.limit {
                break;
            }
        }
        out
    }

    fn key(&self, key: &str) -> String {
        if !self.clean {
            return key.to_owned();
        }
        let clean = key.replace(|c: char| !c.is_alphanumeric() && c != '_', "_");
        clean
            .trim_start_matches(|c: char| c == '_' || c.is_ascii_digit())
            .to_owned()
    }
}

/// The parts of a text between any of `delimiters` outside of quotes.
fn parts<'a>(text: &'a str, delimiters: &str) -> Vec<&'a str> {
    let mut out = Vec::new();
    let (mut start, mut quoted, mut escaped) = (0, false, false);
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' if !delimiters.contains('"') => quoted = !quoted,
            c if !quoted && delimiters.contains(c) => {
                out.push(text.get(start..at).unwrap_or(""));
                start = at + c.len_utf8();
            }
            _ => {}
        }
    }
    out.push(text.get(start..).unwrap_or(""));
    out
}

/// Without blanks and quotes around it.
fn bare(text: &str) -> &str {
    let text = text.trim();
    let inner = text
        .strip_prefix('"')
        .and_then(|text| text.strip_suffix('"'));
    inner.unwrap_or(text)
}

/// `\t`, `\n` and `\r` as the characters they stand for.
fn undone(text: &str) -> String {
    text.replace("\\t", "\t")
        .replace("\\n", "\n")
        .replace("\\r", "\r")
}
