//! Names that a sentence tells without marking them: "packages, namely a_b and
//! c_d", "compromised packages including chalk, debug, and ansi-styles",
//! "the compromised foo versions 1.1 and 1.2".

use std::ops::Range;

use lazaret_model::Ecosystem;

use super::{
    Certainty, Finder, NAME, Named,
    name::{CLOSES, OPENS, is_file_name, is_prose, is_space, looks_like_name},
};
use crate::article::{BlockKind, holds};

/// What packages are called, in the languages that reports are written in.
macro_rules! nouns {
    () => {
        r"(?:\b(?:packages?|librar(?:y|ies)|modules?|gems?|crates?(?:\.io)?|dependenc(?:y|ies)|projects?|extensions?|plugins?|utilities|paquetes?|pakete?|rust-pakete|pacchett[oi]|pacotes?|paquets?)\b|пакет\w*|крейт\w*|модул\w*)"
    };
}

pattern!(
    pub(super) NAMED,
    concat!(
        "(?i)",
        nouns!(),
        r"[^.;:\n]{0,60}?\b(?:namely|(?P<open>named|dubbed|titled|denominad[oa]s?|llamad[oa]s?|denominat[oaie]|chiamat[oaie]|namens|genannt|nommée?s?)|called) (?P<names>[^;:\n]{2,400})"
    )
);
pattern!(
    pub(super) SUCH_AS,
    concat!(
        "(?i)",
        nouns!(),
        r"[^.;:\n]{0,120}?\b(?:like|such as|including|includes?|darunter|unter anderem|como|incluid[oa]s?|entre ell[oa]s|comme|dont|notamment|tra cui|включая|в том числе) (?P<names>[^;:\n]{2,400})"
    )
);
pattern!(
    pub(super) DASHED,
    concat!(
        "(?i)",
        nouns!(),
        r"[^.;:\n]{0,12}?\s*(?:[\u{2013}\u{2014}]|,)\s*(?P<names>[^;:\n]{2,400})"
    )
);
pattern!(
    pub(super) BEFORE_NOUN,
    r"(?i)\b(?:npm|pypi|python|rubygems|ruby|nuget|rust|malicious|compromised|infected) (?P<names>[\w@/.-]+(?:, [\w@/.-]+)*,? and [\w@/.-]+) (?:npm |pypi |python )?(?:packages|libraries|modules|gems|crates)\b"
);
pattern!(
    pub(super) WITH_VERSIONS,
    r"(?i)\b(?:compromised|malicious|infected|trojani[sz]ed|backdoored|poisoned|rogue|tampered|hijacked|weaponi[sz]ed) (?P<names>(?:@[a-z0-9~][\w.~-]*/)?[A-Za-z][\w.-]*[A-Za-z0-9]) versions? v?\d"
);

pattern!(
    pub(super) TAKEN_OVER,
    r"(?i)\b(?P<names>(?:@[a-z0-9~][\w.~-]*/)?[A-Za-z][\w.-]*[A-Za-z0-9]) (?:was|were|has been|had been) (?:compromised|hijacked|backdoored|infected|trojani[sz]ed|poisoned)\b"
);

pattern!(
    /// "The packages Foo.Bar, Foo.Baz and FooQux"
    pub(super) DIRECT,
    r"(?i)\b(?:packages|libraries|gems|crates|paquetes?|pakete?|paquets?|pacchett[oi]|extensions?|erweiterung(?:en)?|extensión|extensiones|plugins?|пакет\w*|расширени\w*) (?:(?:npm|pypi|python|rubygems|rust|ruby|nuget|malveillants?|malicios[oa]s?|dannos[ie]|compromis|bösartigen?) )*(?P<names>[\x22'`\u{201c}\u{2018}\u{201e}\u{201a}\u{ab}\u{300c}]?[ \u{a0}\u{202f}]?[@A-Za-z0-9][^;:\n]{1,400})"
);
pattern!(
    /// "the releases 3.4.0 and 3.4.1 of foo"
    pub(super) VERSIONS_OF,
    r"(?i)\b(?P<open>(?:(?:releases?|versions?|versionen|fassung(?:en)?|versión|versiones|version[ei]|versão|versões|верси\w+) v?\d|v?\d+\.\d+\.\d)[\w.]*(?:,? (?:(?:and|or|und|et|y|e|и) )?v?\d[\w.]*)*) (?:of|des|der|von|de|du|del|della|di|da|do|пакета) (?:the |la |le |el )?(?:npm[ -]|pypi[ -]|python[ -]|rust |ruby |nuget |malicious |compromised )*(?:packages? |pakets |paquet |paquete |pacchetto |pacote |bibliothek |bibliothèque |library |module |crate |gem )?(?P<names>[\x22'`\u{201c}\u{2018}\u{201e}\u{201a}\u{ab}\u{300c}]?[ \u{a0}\u{202f}]?[@A-Za-z0-9][^;:\n]{1,400})"
);
pattern!(
    /// "we found three packages: a, b and c"
    COLON,
    concat!(
        "(?i)",
        nouns!(),
        r"[^.;:\n]{0,90}?[ \u{a0}\u{202f}]?: ?(?P<names>[\x22'`\u{201c}\u{2018}\u{201e}\u{201a}\u{ab}\u{300c}]?[ \u{a0}\u{202f}]?[@A-Za-z0-9][^;:\n]{1,400})"
    )
);
pattern!(
    /// "四个恶意 npm 包：a、b 和 c"
    WIDE_COLON,
    r"(?:パッケージ|ライブラリ|软件包|套件|库|包|패키지)[^。；;\n]{0,40}?[：:] ?(?P<names>[\x22'`\u{201c}\u{2018}\u{300c}]?[@A-Za-z0-9][^;；。\n]{1,400})"
);
pattern!(
    /// "two more packages of the same maintainer, a and b,"
    OF_WHOM,
    concat!(
        "(?i)",
        nouns!(),
        r" (?:by|of|from|du|de la|del|della|des|vom|von) [^.,;:\n]{3,40}, (?P<names>[\x22'`\u{201c}\u{2018}\u{201e}\u{201a}\u{ab}]?[ \u{a0}\u{202f}]?[@A-Za-z0-9][^;:\n]{1,400})"
    )
);
pattern!(
    /// "The second, foo-bar, ...", "a third package of the same author, `foo`,"
    ORDINAL,
    r"(?i)\b(?:first|second|third|fourth|fifth|sixth|seventh|last|final|other|newest|oldest|latest|remaining|earlier|later|former|latter)(?: (?:one|package|library|module|gem|crate|dependency|entry|name|extension))?(?: (?:of|by|from) (?:them|these|the (?:same |two |three |four |five )*[a-z]+))?(?:,| is| was|, (?:called|named|dubbed)| (?:called|named|dubbed)) (?P<names>[\x22'`\u{201c}\u{2018}\u{201e}\u{201a}\u{ab}]?[@A-Za-z0-9][^;:\n]{1,400})"
);
pattern!(
    /// "foo-bar, a small npm module"
    pub(super) APPOSED,
    r"(?i)(?:^|[\s(])(?P<names>(?:@[a-z0-9~][\w.~-]*/)?[a-z0-9][\w.-]*[a-z0-9]), an? (?:[\w-]+ ){0,4}?(?:package|module|library|crate|gem|extension|plugin)\b"
);
pattern!(
    /// "Backdoor in foo-bar 1.2", "Embedded malicious code in `foo`".
    pub(super) HARM_IN,
    r"(?i)\b(?:(?:backdoored|malicious|compromised|trojani[sz]ed|poisoned|infected|tampered|rogue) (?:releases?|versions?|builds?|updates?|cop(?:y|ies)|forks?)|backdoor(?:ed)?(?: code)?|malware|malicious code|compromise|stealer|trojan|miner|wiper|attack|payload) (?:in|on|of|inside|found in|discovered in|hidden in|targeting|against) (?:the )?(?:npm |pypi |python |rust |ruby |node\.js |nuget |malicious |compromised )*(?:package |library |module |crate |gem )?(?P<names>[\x22'`\u{201c}\u{2018}\u{201e}\u{201a}\u{ab}\u{300c}]?[ \u{a0}\u{202f}]?[@A-Za-z0-9][^;:\n]{1,400})"
);

/// Words between two names of an enumeration.
const JOINS: &[&str] = &[
    "and",
    "or",
    "y",
    "e",
    "et",
    "ed",
    "und",
    "oder",
    "та",
    "и",
    "і",
    "й",
    "en",
    "og",
    "och",
    "as well as",
    "和",
    "及",
    "以及",
    "与",
    "と",
    "および",
    "및",
];

/// What else is called by a name between the noun and it: "packages that load
/// a backdoor named Foo".
const OTHER_NOUNS: &[&str] = &[
    "account",
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

/// Words that follow "called" and stand in enumerations, and are no names.
const PLAIN: &[&str] = &[
    "a",
    "additional",
    "all",
    "an",
    "and",
    "another",
    "any",
    "attackers",
    "back",
    "backdoors",
    "both",
    "browser",
    "but",
    "by",
    "code",
    "cookies",
    "credential",
    "credentials",
    "crypto",
    "cryptocurrency",
    "data",
    "developer",
    "developers",
    "each",
    "email",
    "environment",
    "every",
    "few",
    "files",
    "for",
    "from",
    "github",
    "had",
    "hardcoded",
    "has",
    "have",
    "her",
    "his",
    "home",
    "in",
    "information",
    "into",
    "it",
    "its",
    "java",
    "javascript",
    "keyloggers",
    "keys",
    "linux",
    "local",
    "macos",
    "malicious",
    "malware",
    "many",
    "more",
    "most",
    "new",
    "node",
    "npm",
    "obfuscated",
    "of",
    "on",
    "one",
    "other",
    "others",
    "our",
    "out",
    "password",
    "passwords",
    "payloads",
    "pip",
    "pypi",
    "python",
    "ransomware",
    "remote",
    "rootkits",
    "ruby",
    "rust",
    "secrets",
    "sensitive",
    "several",
    "some",
    "source",
    "spyware",
    "stealers",
    "such",
    "system",
    "that",
    "the",
    "their",
    "them",
    "then",
    "these",
    "they",
    "this",
    "those",
    "three",
    "to",
    "tokens",
    "trojans",
    "two",
    "typescript",
    "upon",
    "user",
    "users",
    "using",
    "via",
    "wallets",
    "was",
    "we",
    "were",
    "when",
    "which",
    "windows",
    "with",
    "worms",
    "you",
    "your",
];

pattern!(
    /// What a package needs, or what it is made to look like, is not the attacker's.
    USES,
    r"\b(?:uses?|using|needs?|rel(?:y|ies)|depends?|requires?|imports?|imitat\w*|mimic\w*|impersonat\w*|legitimate|safe|clean|not)\b"
);

/// One name of an enumeration.
struct Item {
    range: Range<usize>,
    /// Set as code or in quotes.
    marked: bool,
    /// A separator or the end of a clause follows.
    closed: bool,
}

impl Finder<'_> {
    /// Names that the block's sentences tell.
    pub(super) fn told(&self, index: usize, found: &mut Vec<Named>) {
        let Some(block) = self.structure.block(index) else {
            return;
        };
        if matches!(block.kind, BlockKind::Code | BlockKind::Row) {
            return;
        }
        let text = self.structure.article.text.as_str();
        let base = block.range.start;
        let block_text = &text[block.range.clone()];
        for (pattern, alone) in [
            (&*NAMED, true),
            (&*SUCH_AS, false),
            (&*DASHED, false),
            (&*BEFORE_NOUN, false),
            (&*WITH_VERSIONS, true),
            (&*TAKEN_OVER, false),
            (&*HARM_IN, false),
            (&*DIRECT, false),
            (&*COLON, false),
            (&*OF_WHOM, false),
            (&*WIDE_COLON, false),
            (&*ORDINAL, false),
            (&*VERSIONS_OF, true),
            (&*APPOSED, false),
        ] {
            // From each noun on, since one match can hide another's start.
            let mut from = 0;
            while let Some(captures) = pattern.captures_at(block_text, from) {
                let (Some(whole), Some(names)) = (captures.get(0), captures.name("names")) else {
                    break;
                };
                from = match names.start() > whole.start() {
                    true => names.start(),
                    false => names.end(),
                };
                let lead = block_text[whole.start()..names.start()].to_lowercase();
                if std::ptr::eq(pattern, &*NAMED) && OTHER_NOUNS.iter().any(|n| lead.contains(n)) {
                    continue;
                }
                let open = captures_open(&captures);
                let alone = alone || open;
                let strong_only = [&*DIRECT, &*OF_WHOM, &*COLON, &*WIDE_COLON, &*ORDINAL]
                    .iter()
                    .any(|strong| std::ptr::eq(pattern, *strong));
                // "The packages rely on the following: webpack and ws".
                if std::ptr::eq(pattern, &*COLON) && USES.is_match(&lead) {
                    continue;
                }
                let items =
                    enumeration(text, base + names.start()..base + names.end(), &block.code);
                self.take(&items, alone, open, strong_only, found);
            }
        }
    }

    fn take(
        &self,
        items: &[Item],
        alone: bool,
        open: bool,
        strong_only: bool,
        found: &mut Vec<Named>,
    ) {
        let text = self.structure.article.text.as_str();
        for (nth, item) in items.iter().enumerate() {
            let name = &text[item.range.clone()];
            let ecosystem = self.ecosystem_at(item.range.start);
            let strong = item.marked && !is_file_name(name)
                || looks_like_name(name)
                || ecosystem == Some(Ecosystem::Nuget) && is_camel(name);
            let bare = !strong_only
                && (item.closed || open && nth == 0)
                && (alone || items.len() > 1)
                && is_bare(name);
            if !strong && !bare {
                return;
            }
            self.push_versions(found, name, item.range.clone(), Certainty::Worded);
        }
    }
}

/// The names at the start of a range, as far as an enumeration goes.
fn enumeration(text: &str, range: Range<usize>, code: &[Range<usize>]) -> Vec<Item> {
    let mut items = Vec::new();
    let mut at = range.start;
    while items.len() < 200 {
        let part = &text[at..range.end];
        let lead = part.len()
            - part
                .trim_start_matches(|c| OPENS.contains(&c) || is_space(c))
                .len();
        let quoted = part[..lead].contains(OPENS);
        let Some(m) = NAME.find(&part[lead..]).filter(|m| m.start() == 0) else {
            break;
        };
        let start = at + lead;
        let end = start + m.len();
        // The first half of `owner/name` is no name.
        if text[end..].starts_with('/') {
            break;
        }
        let marked = quoted || holds(code, start);
        let mut rest = &text[end..range.end];
        // `rustin,"`: the comma stands within the quotes.
        let mut comma = false;
        if quoted {
            if let Some(after) = rest.strip_prefix(',') {
                comma = true;
                rest = after;
            }
            rest = rest.trim_start_matches(|c| CLOSES.contains(&c) || is_space(c));
        }
        // "(300M weekly downloads)", "(versions 1.1 and 1.2)"
        let open = rest.trim_start();
        let mut note = false;
        if open.starts_with('(')
            && let Some(close) = open.find(')').filter(|close| *close < 80)
        {
            rest = &open[close + 1..];
            note = true;
        }
        let next = rest.trim_start();
        let ends = next.is_empty()
            || next.starts_with([
                '.', ',', '、', '，', '。', ')', '\u{2013}', '\u{2014}', ';', ':',
            ])
            || [
                "were", "was", "have", "has", "had", "are", "that", "which", "version", "versions",
            ]
            .iter()
            .any(|word| starts_with_word(next, word));
        let joined = next
            .strip_prefix([',', '、', '，'])
            .unwrap_or(next)
            .trim_start();
        let join = JOINS.iter().find(|join| starts_with_word(joined, join));
        items.push(Item {
            range: start..end,
            marked,
            closed: ends || note || comma || join.is_some(),
        });
        let after = match join {
            Some(join) => &joined[join.len()..],
            None if comma || next.starts_with([',', '、', '，']) => joined,
            None => break,
        };
        at = range.end - after.len();
    }
    items
}

/// Whether nothing but a name can follow the words that announce it.
fn captures_open(captures: &regex::Captures<'_>) -> bool {
    captures.name("open").is_some()
}

fn starts_with_word(text: &str, word: &str) -> bool {
    text.get(..word.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(word))
        && (!word.is_ascii() && word.starts_with(|c| c >= '\u{2e80}')
            || !text[word.len()..]
                .chars()
                .next()
                .is_some_and(char::is_alphanumeric))
}

/// A single lower-case word that is no plain English.
pub(super) fn is_bare(name: &str) -> bool {
    name.len() >= 3
        && name.starts_with(|c: char| c.is_ascii_lowercase())
        && name
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_".contains(c))
        && !PLAIN.contains(&name)
        && !is_prose(name)
        && !is_file_name(name)
}

/// `Sharp7Extend`, `Nethereum.All`: NuGet's way of naming.
fn is_camel(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_uppercase())
        && name.len() >= 5
        && name.chars().any(|c| c.is_ascii_lowercase())
        && name
            .chars()
            .skip(1)
            .filter(|c| c.is_ascii_uppercase())
            .count()
            >= 1
        && !matches!(
            name,
            "GitHub" | "NuGet" | "JavaScript" | "TypeScript" | "PyPI" | "JetBrains" | "PowerShell"
        )
        && !is_file_name(name)
}
