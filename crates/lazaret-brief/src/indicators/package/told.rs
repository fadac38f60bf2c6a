//! Names that a sentence tells without marking them: "packages, namely a_b and
//! c_d", "compromised packages including chalk, debug, and ansi-styles",
//! "the compromised foo versions 1.1 and 1.2".

use std::ops::Range;

use lazaret_model::Ecosystem;

use super::{
    Certainty, Finder, Named,
    enumeration::{Item, enumeration},
    forms::{ADJECTIVES, CALLED, COLON, FOR_VERSIONS, Form, NAMED, TAKEN_OVER, forms_in},
    name::{OPENS, is_file_name, is_space, looks_like_name},
    words::is_bare,
};

/// What else is called by a name between the noun and it: "packages that load
/// a backdoor named Foo".
const OTHER_NOUNS: &[&str] = &[
    "account",
    "actor",
    "author",
    "developer",
    "maintainer",
    "person",
    "publisher",
    "someone",
    "backdoor",
    "botnet",
    "campaign",
    "class ",
    "command ",
    "directory",
    "domain",
    "executable",
    "file ",
    "folder",
    "function",
    "group",
    "hintertür",
    "implant",
    "infostealer",
    "loader",
    "malware",
    "method ",
    "miner",
    "payload",
    "puerta trasera",
    "porte dérobée",
    "process ",
    "ransomware",
    "repositor",
    "script ",
    "server",
    "service ",
    "spyware",
    "stealer",
    "task ",
    "tool ",
    "trojan",
    "troyano",
    "user ",
    "variable",
    "worm ",
    "бэкдор",
    "троян",
    "后门",
    "木马",
];

pattern!(
    /// What a package needs, or what it is made to look like, is not the attacker's.
    pub(super) USES,
    r"\b(?:uses?|using|needs?|rel(?:y|ies)|depends?|requires?|imports?|imitat\w*|mimic\w*|impersonat\w*|legitimate|safe|clean|not)\b"
);

/// How plainly a sentence tells names.
struct Telling {
    /// One name without a mark is enough.
    alone: bool,
    /// The first needs no end.
    open: bool,
    /// Only what cannot well be anything else is taken.
    strong: bool,
    /// Names of two letters are taken.
    two: bool,
    /// So is a word that no language has.
    odd: bool,
}

impl Finder<'_> {
    /// Names that the block's sentences tell.
    pub(super) fn told(&self, index: usize, found: &mut Vec<Named>) {
        let Some(block) = self.prose(index) else {
            return;
        };
        // Set as code, or in bold and no word of a sentence.
        let text = self.structure.article.text.as_str();
        let bold = block.bold.iter().filter(|range| {
            let word = text[(*range).clone()].trim();
            (is_bare(word) || looks_like_name(word)) && !self.lists.is_english(word)
        });
        let mut marks: Vec<Range<usize>> = block.code.iter().chain(bold).cloned().collect();
        marks.sort_by_key(|range| range.start);
        marks.dedup_by(|later, earlier| later.start < earlier.end);
        let mut at = block.range.start;
        while at < block.range.end {
            let sentence = self.structure.sentence_at(at);
            for form in forms_in(&text[sentence.clone()]) {
                self.told_as(form, &sentence, &marks, found);
            }
            at = sentence.end.max(at + 1);
        }
    }

    /// Names that a sentence tells in one way.
    fn told_as(
        &self,
        form: &Form,
        sentence: &Range<usize>,
        code: &[Range<usize>],
        found: &mut Vec<Named>,
    ) {
        let text = self.structure.article.text.as_str();
        let told = &text[sentence.clone()];
        let is = |pattern| std::ptr::eq(form.pattern, pattern);
        // From each noun on, since one match can hide another's start.
        let mut from = 0;
        while let Some(captures) = form.pattern.captures_at(told, from) {
            let (Some(whole), Some(names)) = (captures.get(0), captures.name("names")) else {
                break;
            };
            from = match names.start() > whole.start() {
                true => names.start(),
                false => names.end(),
            };
            let lead = told[whole.start()..names.start()].to_lowercase();
            // "Per-package behaviour, indicators": no noun of its own.
            let joined = ["per-", "multi-", "cross-", "sub-"]
                .iter()
                .any(|part| told[..whole.start()].to_ascii_lowercase().ends_with(part));
            // "The packages rely on the following: webpack and ws".
            if joined
                || is(&NAMED) && OTHER_NOUNS.iter().any(|n| lead.contains(n))
                || is(&COLON) && USES.is_match(&lead)
            {
                continue;
            }
            // Nothing but a name can follow the words that announce it.
            let open = captures.name("open").is_some();
            // A sentence that begins with a small letter begins with a name.
            let begins = told[..names.start()]
                .trim_end_matches(|c: char| OPENS.contains(&c) || is_space(c))
                .chars()
                .next_back()
                .is_none_or(|c| matches!(c, '.' | '!' | '?' | '\n'))
                && names.as_str().starts_with(|c: char| c.is_ascii_lowercase());
            // Behind a word in another script, Latin letters are a name.
            let foreign = lead.chars().any(|c| c >= '\u{400}' && c.is_alphabetic());
            let two = is(&TAKEN_OVER) || is(&FOR_VERSIONS);
            let telling = Telling {
                odd: is(&CALLED),
                alone: form.alone || open || foreign || begins && two,
                open,
                strong: form.strong && !foreign,
                two,
            };
            let skipped = ADJECTIVES.find(names.as_str()).map_or(0, |m| m.end());
            let range = sentence.start + names.start() + skipped..sentence.start + names.end();
            let items = enumeration(text, range, code);
            self.take(&items, &telling, found);
        }
    }

    fn take(&self, items: &[Item], telling: &Telling, found: &mut Vec<Named>) {
        let text = self.structure.article.text.as_str();
        // "chalk, debug and ansi-styles": words, but for those beside them.
        let in_row = items.len() >= 2
            && items.iter().all(|item| {
                let name = &text[item.range.clone()];
                looks_like_name(name)
                    || is_bare(name)
                        && self
                            .ecosystem_at(item.range.start)
                            .is_some_and(|ecosystem| self.lists.is_popular(ecosystem, name))
            })
            && items
                .iter()
                .any(|item| !self.lists.is_word(&text[item.range.clone()]));
        // "`foo-bar`, `baz.js` and `qux`": a library among others.
        let files = items
            .iter()
            .filter(|item| is_file_name(&text[item.range.clone()]));
        let library = files.count() * 2 < items.len();
        for (nth, item) in items.iter().enumerate() {
            let name = &text[item.range.clone()];
            let ecosystem = self.ecosystem_at(item.range.start);
            // "such as Keyv, flat-cache": told by its product's name.
            let lower = name.to_lowercase();
            let known = items.len() > 1
                && ecosystem.is_some_and(|ecosystem| self.lists.is_known(ecosystem, &lower));
            let name = if known { lower.as_str() } else { name };
            let strong = known
                || item.marked && (!is_file_name(name) || library && name.ends_with(".js"))
                || looks_like_name(name)
                || self.is_known(name, item.range.start)
                || in_row
                || telling.odd && self.is_odd_word(name, item.range.start)
                || ecosystem == Some(Ecosystem::Nuget) && is_camel(name);
            let bare = !telling.strong
                && (item.closed || telling.open && nth == 0)
                && (telling.alone || items.len() > 1)
                && (is_bare(name)
                    || telling.two && name.len() == 2 && is_bare(&format!("{name}-")));
            if !strong && !bare {
                return;
            }
            self.push_versions(found, name, item.range.clone(), Certainty::Worded);
        }
    }
}

/// `Sharp7Extend`, `Nethereum.All`: NuGet's way of naming.
fn is_camel(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_uppercase())
        && name.len() >= 5
        && name.chars().any(|c| c.is_ascii_lowercase())
        && name.chars().skip(1).any(|c| c.is_ascii_uppercase())
        && !matches!(
            name,
            "GitHub" | "NuGet" | "JavaScript" | "TypeScript" | "PyPI" | "JetBrains" | "PowerShell"
        )
        && !is_file_name(name)
}
