//! Words without which a file cannot do anything of note.

use aho_corasick::AhoCorasick;
use rustc_hash::FxHashMap;

use super::Entry;
use crate::ir::Language;

/// Marks of code that hides what it calls, in any language. Where one is
/// there the file is parsed whatever else it says.
const HIDING: &[(&str, Bounds)] = &[
    ("eval", Bounds::Word),
    ("exec", Bounds::Free),
    ("\\x", Bounds::None),
    ("\\u00", Bounds::None),
    ("fromCharCode", Bounds::Word),
    ("atob", Bounds::Word),
    ("base64", Bounds::None),
    ("Base64", Bounds::None),
    ("b64", Bounds::None),
    ("unhexlify", Bounds::Word),
    ("fromhex", Bounds::Word),
    ("marshal", Bounds::Word),
    ("zlib", Bounds::None),
    ("getattr", Bounds::Word),
    ("__import__", Bounds::Word),
    ("importlib", Bounds::Word),
    ("globals()", Bounds::Word),
    ("compile(", Bounds::Free),
    ("_0x", Bounds::None),
    ("Function(", Bounds::Word),
    // Not the method that every class has.
    (".constructor", Bounds::Word),
    ("'constructor'", Bounds::Word),
    ("\"constructor\"", Bounds::Word),
    ("`constructor`", Bounds::Word),
    ("chr(", Bounds::Word),
    ("FromBase64", Bounds::None),
    ("iex", Bounds::Word),
    ("unpack(", Bounds::Word),
    ("const_get", Bounds::Word),
    ("instance_eval", Bounds::Word),
    ("rot13", Bounds::None),
    ("[::-1]", Bounds::None),
    ("codecs", Bounds::Word),
    ("Reflect", Bounds::Word),
    ("child_process", Bounds::Word),
    ("ctypes", Bounds::Word),
    ("charCodeAt", Bounds::Word),
    ("builtins", Bounds::Word),
    ("DllImport", Bounds::Word),
    ("__builtins__", Bounds::Word),
    ("vars()", Bounds::Word),
    ("locals()", Bounds::Word),
];

/// What may stand beside a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Bounds {
    /// Anything.
    None,
    /// Nothing that makes it part of a longer name.
    Word,
    /// That, and no dot before it: a method of that name is something else
    /// (`re.compile(`, a regular expression's `.exec`).
    Free,
}

impl Bounds {
    fn allow(self, text: &[u8], start: usize, end: usize) -> bool {
        let name = |at: Option<usize>| {
            let byte = at.and_then(|at| text.get(at));
            byte.is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_')
        };
        let before = start.checked_sub(1);
        match self {
            Self::None => true,
            Self::Free if before.and_then(|at| text.get(at)) == Some(&b'.') => false,
            _ => {
                let longer_before = name(before) && name(Some(start));
                let longer_after = name(end.checked_sub(1)) && name(Some(end));
                !longer_before && !longer_after
            }
        }
    }
}

/// Trigger words of one language.
#[derive(Debug, Default)]
pub(super) struct Words {
    /// None where the catalogue is empty.
    finder: Option<AhoCorasick>,
    /// Pairs of word ids that must both be there, by the first.
    pairs: Vec<(usize, usize)>,
    /// Ids before this one are of [`HIDING`] and of places.
    places: usize,
}

impl Words {
    /// `places` are names of places that are reason enough to look, however
    /// ordinary the call that touches them.
    pub(super) fn build<'a>(
        language: Language,
        entries: impl Iterator<Item = (&'a str, &'a Entry)>,
        places: &[&'a str],
    ) -> Result<Self, String> {
        let hiding = HIDING.iter().map(|(word, _)| *word);
        let mut list: Vec<&str> = hiding.chain(places.iter().copied()).collect();
        let mut pairs: Vec<(usize, usize)> = (0..list.len()).map(|id| (id, id)).collect();
        let mut ids: FxHashMap<&str, usize> = list
            .iter()
            .enumerate()
            .map(|(id, word)| (*word, id))
            .collect();
        let mut some = false;
        for (name, entry) in entries {
            some = true;
            if entry.boring || entry.act.is_none() {
                continue;
            }
            let mut segments = name
                .split(['.', ':', '/'])
                .map(|segment| segment.trim_end_matches('=').trim_end_matches("()"))
                .filter(|segment| !segment.is_empty());
            let Some(first) = segments.next() else {
                continue;
            };
            let last = segments.next_back().unwrap_or(first);
            let mut id = |word: &'a str| {
                *ids.entry(word).or_insert_with(|| {
                    list.push(word);
                    list.len() - 1
                })
            };
            pairs.push((id(first), id(last)));
        }
        pairs.sort_unstable();
        pairs.dedup();
        let insensitive = matches!(language, Language::PowerShell | Language::Batch);
        let finder = AhoCorasick::builder()
            .ascii_case_insensitive(insensitive)
            .build(&list)
            .map_err(|e| e.to_string())?;
        Ok(Self {
            finder: some.then_some(finder),
            pairs,
            places: HIDING.len() + places.len(),
        })
    }

    pub(super) fn worth_parsing(&self, language: Language, text: &[u8]) -> bool {
        // Scripts of shells are short and all of them act.
        if matches!(
            language,
            Language::Shell | Language::PowerShell | Language::Batch
        ) {
            return true;
        }
        let Some(finder) = &self.finder else {
            return true;
        };
        if language == Language::JavaScript && hides(text) {
            return true;
        }
        let mut found = vec![false; finder.patterns_len()];
        for hit in finder.find_overlapping_iter(text) {
            let id = hit.pattern().as_usize();
            let bounds = match HIDING.get(id) {
                Some((_, bounds)) => *bounds,
                None if id < self.places => Bounds::None,
                None => Bounds::Word,
            };
            if !bounds.allow(text, hit.start(), hit.end()) {
                continue;
            }
            if id < HIDING.len() {
                return true;
            }
            if let Some(seen) = found.get_mut(id) {
                *seen = true;
            }
        }
        let seen = |id: usize| found.get(id).copied().unwrap_or(false);
        self.pairs.iter().any(|(a, b)| seen(*a) && seen(*b))
    }
}

/// Whether JavaScript loads a module by a computed name, from an address, or
/// is written almost without letters.
fn hides(text: &[u8]) -> bool {
    let head = text.get(..4096).unwrap_or(text);
    let letters = head.iter().filter(|b| b.is_ascii_alphanumeric()).count();
    if head.len() > 200 && letters * 8 < head.len() {
        return true;
    }
    [b"require(".as_slice(), b"import("].iter().any(|call| {
        memchr::memmem::find_iter(text, call).any(|at| {
            let before = at.checked_sub(1).and_then(|at| text.get(at));
            let name = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'$' | b'.');
            let after = text
                .get(at + call.len()..)
                .unwrap_or_default()
                .trim_ascii_start();
            !before.is_some_and(name)
                && !matches!(
                    after.first(),
                    None | Some(b'"' | b'\'' | b'`' | b')' | b'[' | b'/')
                )
                || ["http", "data:"].iter().any(|scheme| {
                    after
                        .get(1..)
                        .is_some_and(|rest| rest.starts_with(scheme.as_bytes()))
                })
        })
    })
}
