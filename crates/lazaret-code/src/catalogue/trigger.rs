//! Words without which a file cannot do anything of note.

use aho_corasick::AhoCorasick;
use rustc_hash::FxHashMap;

use super::Entry;
use crate::ir::Language;

/// Marks of code that hides what it calls, in any language. Where one is
/// there the file is parsed whatever else it says.
const HIDING: &[&str] = &[
    "eval",
    "exec",
    "\\x",
    "\\u00",
    "fromCharCode",
    "atob",
    "base64",
    "Base64",
    "b64",
    "unhexlify",
    "fromhex",
    "marshal",
    "zlib",
    "getattr",
    "__import__",
    "importlib",
    "globals()",
    "compile(",
    "_0x",
    "Function(",
    "constructor",
    "chr(",
    "FromBase64",
    "iex",
    "unpack(",
    "const_get",
    "instance_eval",
    "rot13",
    "[::-1]",
    "codecs",
    "Reflect",
    "child_process",
    "ctypes",
    "charCodeAt",
    "builtins",
    "DllImport",
    "__builtins__",
    "vars()",
    "locals()",
];

/// Trigger words by language.
#[derive(Debug, Default)]
pub(super) struct Triggers {
    languages: FxHashMap<Language, Words>,
}

#[derive(Debug)]
struct Words {
    finder: AhoCorasick,
    /// Pairs of word ids that must both be there, by the first.
    pairs: Vec<(usize, usize)>,
    count: usize,
}

/// Words, their ids, and the pairs that must both be there.
type Collected<'a> = (Vec<&'a str>, FxHashMap<&'a str, usize>, Vec<(usize, usize)>);

impl Triggers {
    /// `places` are names of places that are reason enough to look, however
    /// ordinary the call that touches them.
    pub(super) fn build<'a>(
        entries: impl Iterator<Item = (Language, &'a str, &'a Entry)>,
        places: &[&'a str],
    ) -> Result<Self, String> {
        let mut words: FxHashMap<Language, Collected<'_>> = FxHashMap::default();
        for (language, name, entry) in entries {
            let (list, ids, pairs) = words.entry(language).or_default();
            if list.is_empty() {
                for word in HIDING.iter().chain(places) {
                    let id = list.len();
                    list.push(word);
                    ids.insert(word, id);
                    pairs.push((id, id));
                }
            }
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
            let pair = (id(first), id(last));
            if !pairs.contains(&pair) {
                pairs.push(pair);
            }
        }
        let languages = words
            .into_iter()
            .map(|(language, (list, _, pairs))| {
                let insensitive = matches!(language, Language::PowerShell | Language::Batch);
                let finder = AhoCorasick::builder()
                    .ascii_case_insensitive(insensitive)
                    .build(&list)
                    .map_err(|e| e.to_string())?;
                let words = Words {
                    finder,
                    pairs,
                    count: list.len(),
                };
                Ok((language, words))
            })
            .collect::<Result<_, String>>()?;
        Ok(Self { languages })
    }

    pub(super) fn worth_parsing(&self, language: Language, text: &[u8]) -> bool {
        // Scripts of shells are short and all of them act.
        if matches!(
            language,
            Language::Shell | Language::PowerShell | Language::Batch
        ) {
            return true;
        }
        let Some(words) = self.languages.get(&language) else {
            return true;
        };
        if language == Language::JavaScript && hides(text) {
            return true;
        }
        let mut found = vec![false; words.count];
        for hit in words.finder.find_overlapping_iter(text) {
            let id = hit.pattern().as_usize();
            if id < HIDING.len() {
                return true;
            }
            if let Some(seen) = found.get_mut(id) {
                *seen = true;
            }
        }
        let seen = |id: usize| found.get(id).copied().unwrap_or(false);
        words.pairs.iter().any(|(a, b)| seen(*a) && seen(*b))
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
