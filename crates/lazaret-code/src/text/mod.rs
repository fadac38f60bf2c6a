//! Facts about how a text is written, whatever its language: what an author
//! does to keep readers from seeing the code.
//!
//! Facts are not verdicts: a minified bundle or a translation file is
//! ordinary, which is why each fact needs a stretch of text that ordinary
//! writing does not have.

mod alphabet;
mod invisible;
mod layout;
mod scripts;

use lazaret_model::Location;

use crate::Trait;

/// Bytes of a text that are looked at; what is beyond is noted by the caller.
const MAX_TEXT: usize = 16 << 20;

/// Facts of one kind that are kept from one text.
const MAX_EACH: usize = 8;

/// Text that was written so as not to be seen, decoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hidden {
    /// How it was hidden: `variation-selectors`, `tags`, `zero-width`,
    /// `hangul-fillers`.
    pub kind: &'static str,
    /// The decoded bytes.
    pub bytes: Vec<u8>,
    /// Where it stands.
    pub location: Location,
}

/// What is to be said about a text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// How it is written.
    pub traits: Vec<Trait>,
    /// What it hides; worth analysing as code.
    pub hidden: Vec<Hidden>,
}

/// Looks at a text once. `path` is put into the locations.
///
/// Names of traits: `invisible-unicode`, `bidi-control`, `hidden-right`,
/// `jsfuck`, `symbols-only`, `encoded-blob`, `hex-names`, `escaped-text`,
/// `minified`, `homoglyph-identifier`.
pub fn facts(path: &str, text: &[u8]) -> Facts {
    let text = text.get(..MAX_TEXT).unwrap_or(text);
    let mut found = Found {
        path,
        text,
        facts: Facts::default(),
    };
    layout::look(&mut found);
    alphabet::look(&mut found);
    if let Some(first) = text.iter().position(|b| *b >= 0x80) {
        // Characters before the first that is not ASCII hide nothing.
        let tail = String::from_utf8_lossy(text.get(first..).unwrap_or(&[]));
        // Replaced bytes would shift places.
        if let std::borrow::Cow::Borrowed(tail) = tail {
            invisible::look(&mut found, tail, first);
            scripts::look(&mut found, tail, first);
        } else {
            invisible::look(&mut found, &tail, first);
        }
    }
    found.facts
}

struct Found<'a> {
    path: &'a str,
    text: &'a [u8],
    facts: Facts,
}

impl Found<'_> {
    fn add(&mut self, name: &'static str, detail: String, start: usize, end: usize) {
        let same = self.facts.traits.iter().filter(|t| t.name == name).count();
        if same < MAX_EACH {
            let location = self.location(start, end);
            self.facts.traits.push(Trait {
                name,
                detail,
                location,
            });
        }
    }

    fn hidden(&mut self, kind: &'static str, bytes: Vec<u8>, start: usize, end: usize) {
        if self.facts.hidden.len() < MAX_EACH {
            let location = self.location(start, end);
            self.facts.hidden.push(Hidden {
                kind,
                bytes,
                location,
            });
        }
    }

    fn location(&self, start: usize, end: usize) -> Location {
        let before = self.text.get(..start).unwrap_or(self.text);
        let line = memchr::memchr_iter(b'\n', before).count() as u32 + 1;
        let line_start = memchr::memrchr(b'\n', before).map_or(0, |at| at + 1);
        let column = before
            .get(line_start..)
            .unwrap_or(&[])
            .iter()
            // Continuation bytes belong to the character before.
            .filter(|b| **b & 0xc0 != 0x80)
            .count() as u32
            + 1;
        Location {
            path: self.path.to_owned(),
            start: start as u32,
            end: end as u32,
            line,
            column,
        }
    }
}

#[cfg(test)]
mod tests;
