//! Names that a sentence tells without marking them: "packages, namely a_b and
//! c_d", "compromised packages including chalk, debug, and ansi-styles",
//! "the compromised foo versions 1.1 and 1.2".

use lazaret_model::Ecosystem;

use super::{
    Certainty, Finder, Named,
    enumeration::{Item, enumeration},
    name::{OPENS, is_file_name, is_space, looks_like_name},
    words::is_bare,
};

/// What packages are called, in the languages that reports are written in.
macro_rules! nouns {
    () => {
        r"(?:\b(?:(?:malicious|fake|rogue|trojani[sz]ed|backdoored) (?:version|cop(?:y|ies)|clone|fork)s?|packages?|librar(?:y|ies)|modules?|gems?|crates?(?:\.io)?|dependenc(?:y|ies)|projects?|extensions?|plugins?|utilities|paquetes?|pakete?n?s?|rust-pakete|pacchett[oi]|pacotes?|paquets?)\b|пакет\w*|крейт\w*|модул\w*)"
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
    r"(?i)(?:^|[.!?:(] |[\s(,])(?P<names>(?:@[a-z0-9~][\w.~-]*/)?[A-Za-z][\w.-]*[A-Za-z0-9](?:, (?:@[a-z0-9~][\w.~-]*/)?[A-Za-z][\w.-]*[A-Za-z0-9])*(?:,? and (?:@[a-z0-9~][\w.~-]*/)?[A-Za-z][\w.-]*[A-Za-z0-9])?) (?:npm |packages? |library )?(?:was|were|is|are|has been|have been|had been) (?:also |both |recently |briefly |all )?(?:compromised|hijacked|backdoored|infected|trojani[sz]ed|poisoned|tampered with|taken over)\b"
);

pattern!(
    /// "such as the typosquatted foo"
    ADJECTIVES,
    r"^(?:the |a |an )?(?:(?:typosquatted|malicious|compromised|infected|rogue|fake|now-removed|trojani[sz]ed|backdoored|popular|widely used) )+|^the "
);
pattern!(
    /// "For foo-bar all versions are bad", "of foo-bar, every version"
    WHOLE,
    r"(?i)\b(?:for|of) (?P<names>(?:@[a-z0-9~][\w.~-]*/)?[a-z][\w.-]*[a-z0-9]),? (?:it is |it's |they are )?(?:all|every|each|any) (?:known |published )?versions?\b"
);

pattern!(
    /// "The names of the packages are foo, bar and baz"
    ARE,
    r"(?i)\bnames? (?:of|for) (?:the |these |those |all )?[^.;:\n]{0,40}?(?:packages|libraries|modules|gems|crates|extensions|images) (?:are|were|include|included)(?: as follows)?[: ]+(?P<names>[\x22'`\u{201c}\u{2018}\u{201e}\u{201a}\u{ab}\u{300c}]?[@A-Za-z0-9][^;:\n]{1,400})"
);

pattern!(
    /// "The foo-bar incident", "the compromise of foo-bar"
    INCIDENT,
    r"(?i)\b(?:the |our |an? )?(?P<names>(?:@[a-z0-9~][\w.~-]*/)?[A-Za-z][\w.-]*[A-Za-z0-9]) (?:npm |package |library |pypi )?(?:compromise|incident|hijack(?:ing)?|takeover|(?:npm )?supply[- ]chain attack)\b"
);

pattern!(
    /// "The packages Foo.Bar, Foo.Baz and FooQux"
    pub(super) DIRECT,
    r"(?i)(?:\b(?:packages|libraries|gems|crates|paquetes?|pakete?|paquets?|pacchett[oi]|extensions?|erweiterung(?:en)?|extensión|extensiones|plugins?)|пакет\w*|крейт\w*|модул\w*|библиотек\w*|расширени\w*) (?:(?:npm|pypi|python|rubygems|rust|ruby|nuget|malveillants?|malicios[oa]s?|dannos[ie]|compromis|bösartigen?) )*(?P<names>[\x22'`\u{201c}\u{2018}\u{201e}\u{201a}\u{ab}\u{300c}]?[ \u{a0}\u{202f}]?[@A-Za-z0-9][^;:\n]{1,400})"
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
    /// "foo (versions >=1.1 <1.3) is a malicious package"
    CALLED,
    r"(?i)(?:^|[\s(\x22\u{201c}])(?P<names>(?:@[a-z0-9~][\w.~-]*/)?[a-z0-9][\w.-]*[a-z0-9])(?: \([^)\n]{0,60}\))? (?:is|are|was|were) (?:an? )?(?:[a-z]+ )?(?:malicious|fake|rogue|trojani[sz]ed|backdoored|typosquat\w*)\b"
);
pattern!(
    /// "foo-bar, a small npm module"
    pub(super) APPOSED,
    r"(?i)(?:^|[\s(])(?P<names>[\x22'`\u{201c}]?(?:@[a-z0-9~][\w.~-]*/)?[a-z0-9][\w.-]*[a-z0-9][\x22'`\u{201d}]?), an? (?:[\w-]+ ){0,4}?(?:package|module|library|crate|gem|extension|plugin)\b"
);
pattern!(
    /// "Backdoor in foo-bar 1.2", "Embedded malicious code in `foo`".
    pub(super) HARM_IN,
    r"(?i)\b(?:(?:backdoored|malicious|compromised|trojani[sz]ed|poisoned|infected|tampered|rogue) (?:releases?|versions?|builds?|updates?|cop(?:y|ies)|forks?)|backdoor(?:ed)?(?: code)?|malware|malicious code|compromise|stealer|trojan|miner|wiper|attack|payload) (?:in|on|of|inside|found in|discovered in|hidden in|targeting|against) (?:the )?(?:npm |pypi |python |rust |ruby |node\.js |nuget |malicious |compromised )*(?:package |library |module |crate |gem )?(?P<names>[\x22'`\u{201c}\u{2018}\u{201e}\u{201a}\u{ab}\u{300c}]?[ \u{a0}\u{202f}]?[@A-Za-z0-9][^;:\n]{1,400})"
);

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
    USES,
    r"\b(?:uses?|using|needs?|rel(?:y|ies)|depends?|requires?|imports?|imitat\w*|mimic\w*|impersonat\w*|legitimate|safe|clean|not)\b"
);

impl Finder<'_> {
    /// Names that the block's sentences tell.
    pub(super) fn told(&self, index: usize, found: &mut Vec<Named>) {
        let Some(block) = self.prose(index) else {
            return;
        };
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
            (&*INCIDENT, false),
            (&*ARE, false),
            (&*WHOLE, false),
            (&*HARM_IN, false),
            (&*DIRECT, false),
            (&*COLON, false),
            (&*OF_WHOM, false),
            (&*WIDE_COLON, false),
            (&*ORDINAL, false),
            (&*VERSIONS_OF, true),
            (&*APPOSED, false),
            (&*CALLED, false),
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
                // A sentence that begins with a small letter begins with a name.
                let begins = block_text[..names.start()]
                    .trim_end_matches(|c: char| OPENS.contains(&c) || is_space(c))
                    .chars()
                    .next_back()
                    .is_none_or(|c| matches!(c, '.' | '!' | '?' | '\n'))
                    && names.as_str().starts_with(|c: char| c.is_ascii_lowercase());
                // Behind a word in another script, Latin letters are a name.
                let foreign = lead.chars().any(|c| c >= '\u{400}' && c.is_alphabetic());
                let alone = alone || foreign || begins && std::ptr::eq(pattern, &*TAKEN_OVER);
                let strong_only = strong_only && !foreign;
                let skipped = ADJECTIVES.find(names.as_str()).map_or(0, |m| m.end());
                let range = base + names.start() + skipped..base + names.end();
                let items = enumeration(text, range, &block.code);
                let two = std::ptr::eq(pattern, &*TAKEN_OVER);
                self.take(&items, [alone, open, strong_only, two], found);
            }
        }
    }

    fn take(
        &self,
        items: &[Item],
        [alone, open, strong_only, two]: [bool; 4],
        found: &mut Vec<Named>,
    ) {
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
        for (nth, item) in items.iter().enumerate() {
            let name = &text[item.range.clone()];
            let ecosystem = self.ecosystem_at(item.range.start);
            let strong = item.marked && !is_file_name(name)
                || looks_like_name(name)
                || self.is_known(name, item.range.start)
                || in_row
                || ecosystem == Some(Ecosystem::Nuget) && is_camel(name);
            let bare = !strong_only
                && (item.closed || open && nth == 0)
                && (alone || items.len() > 1)
                && (is_bare(name) || two && name.len() == 2 && is_bare(&format!("{name}-")));
            if !strong && !bare {
                return;
            }
            self.push_versions(found, name, item.range.clone(), Certainty::Worded);
        }
    }
}

/// Whether nothing but a name can follow the words that announce it.
fn captures_open(captures: &regex::Captures<'_>) -> bool {
    captures.name("open").is_some()
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
