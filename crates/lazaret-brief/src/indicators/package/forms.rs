//! Ways of telling names without marking them, as patterns, each with words
//! that a text has to hold.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use regex::Regex;

/// What packages are called, in the languages that reports are written in.
macro_rules! nouns {
    () => {
        r"(?:\b(?:(?:malicious|fake|rogue|trojani[sz]ed|backdoored) (?:version|cop(?:y|ies)|clone|fork)s?|packages?|librar(?:y|ies)|modules?|gems?|crates?(?:\.io)?|dependenc(?:y|ies)|projects?|extensions?|plugins?|utilities|paquetes?|pakk?ete?n?s?|rust-pakete|pacchett[oi]|pacotes?|paquets?)\b|пакет\w*|крейт\w*|модул\w*)"
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
        r"[^.;:\n]{0,120}?\b(?:like|such as|including|includes?|darunter|unter anderem|como|incluid[oa]s?|entre ell[oa]s|comme|dont|notamment|tra cui|включая|в том числе) (?:(?:[a-z]+ ){1,4}such as )?(?P<names>[^;:\n]{2,400})"
    )
);
pattern!(
    pub(super) DASHED,
    concat!(
        "(?i)",
        nouns!(),
        r"(?:[^.;:\n]{0,12}?\s*,\s+|[^.;:\n]{0,90}?\s*[\u{2013}\u{2014}]\s*)(?P<names>[^;:\n]{2,400})"
    )
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
    pub(super) ADJECTIVES,
    r"^(?:the |a |an )?(?:(?:typosquatted|malicious|compromised|infected|rogue|fake|now-removed|trojani[sz]ed|backdoored|popular|widely used) )+|^the "
);
pattern!(
    /// "For foo-bar all versions are bad", "of foo-bar, every version"
    WHOLE,
    r"(?i)\b(?:for|of) (?P<names>(?:@[a-z0-9~][\w.~-]*/)?[a-z][\w.-]*[a-z0-9]),? (?:it is |it's |they are )?(?:all|every|each|any) (?:known |published )?versions?\b"
);

pattern!(
    /// "The packages Foo.Bar, Foo.Baz and FooQux"
    pub(super) DIRECT,
    r"(?i)(?:\b(?:packages|libraries|gems|crates|paquetes?|pakete?|paquets?|pacchett[oi]|extensions?|erweiterung(?:en)?|extensión|extensiones|plugins?)|пакет\w*|крейт\w*|модул\w*|библиотек\w*|расширени\w*) (?:(?:npm|pypi|python|rubygems|rust|ruby|nuget|malveillants?|malicios[oa]s?|dannos[ie]|compromis|bösartigen?) )*(?P<names>[\x22'`\u{201c}\u{2018}\u{201e}\u{201a}\u{ab}\u{300c}]?[ \u{a0}\u{202f}]?[@A-Za-z0-9][^;:\n]{1,400})"
);
pattern!(
    /// "the releases 3.4.0 and 3.4.1 of foo"
    pub(super) VERSIONS_OF,
    r"(?i)\b(?P<open>(?:(?:releases?|versions?|versionen|fassung(?:en)?|versión|versiones|version[ei]|versão|versões|верси\w+) v?\d|v?\d+\.\d+\.\d)[\w.]*(?:,? (?:(?:and|or|und|et|y|e|и) )?v?\d[\w.]*)*) (?:of|des|der|von|de|du|del|della|di|da|do|пакета) (?:the |la |le |el )?(?:(?:(?:npm|pypi|python|rust|ruby|nuget|malicious|compromised)[ -])*(?:packages?|pakets|paquet|paquete|pacchetto|pacote|bibliothek|bibliothèque|library|module|crate|gem) |(?:malicious |compromised )*)(?P<names>[\x22'`\u{201c}\u{2018}\u{201e}\u{201a}\u{ab}\u{300c}]?[ \u{a0}\u{202f}]?[@A-Za-z0-9][^;:\n]{1,400})"
);
pattern!(
    /// "四个恶意 npm 包：a、b 和 c"
    WIDE_COLON,
    r"(?:パッケージ|ライブラリ|软件包|套件|库|包|패키지)[^。；;\n]{0,40}?[：:] ?(?P<names>[\x22'`\u{201c}\u{2018}\u{300c}]?[@A-Za-z0-9][^;；。\n]{1,400})"
);
pattern!(
    /// "foo (versions >=1.1 <1.3) is a malicious package"
    pub(super) CALLED,
    r"(?i)(?:^|[\s(\x22\u{201c}])(?P<names>(?:@[a-z0-9~][\w.~-]*/)?[a-z0-9][\w.-]*[a-z0-9])(?: \([^)\n]{0,60}\))? (?:(?:is|are|was|were) (?:an? )?(?:[a-z]+ )?(?:malicious|fake|rogue|trojani[sz]ed|backdoored|typosquat\w*)|typosquat(?:s|ted)|impersonate[sd]|mimic(?:s|ked))\b"
);
pattern!(
    /// "foo-bar, a small npm module"
    APPOSED,
    r"(?i)(?:^|[\s(])(?P<names>[\x22'`\u{201c}]?(?:@[a-z0-9~][\w.~-]*/)?[a-z0-9][\w.-]*[a-z0-9][\x22'`\u{201d}]?), an? (?:[\w-]+ ){0,4}?(?:package|module|library|crate|gem|extension|plugin|typosquat|look-?alike|copycat)\b"
);

pattern!(
    /// "For foo, versions 1.2.3 and 1.2.4"
    pub(super) FOR_VERSIONS,
    r"(?i)\bfor (?P<names>(?:@[a-z0-9~][\w.~-]*/)?[a-z][\w.-]*[a-z0-9]), versions? v?\d"
);

pattern!(
    /// "we found three packages: a, b and c"
    pub(super) COLON,
    concat!(
        "(?i)",
        nouns!(),
        r"[^.;:\n]{0,90}?[ \u{a0}\u{202f}]?: ?(?P<names>[\x22'`\u{201c}\u{2018}\u{201e}\u{201a}\u{ab}\u{300c}]?[ \u{a0}\u{202f}]?[@A-Za-z0-9][^;:\n]{1,400})"
    )
);

pattern!(
    /// "On npm: a and b", "over on PyPI are c and d"
    ON_REGISTRY,
    r"(?i)\b(?:on|over on|from) (?:the )?(?:npm|pypi|rubygems|crates\.io|nuget|packagist)(?: registry)?(?::| (?:are|is|were|was|there (?:are|were)|we (?:found|saw)|it (?:is|was)))(?: also)?:? (?P<names>[\x22'`\u{201c}]?[@A-Za-z0-9][^;:\n]{1,400})"
);

pattern!(
    /// "three releases of foo-bar", "a version of the gem foo-bar"
    RELEASES_OF,
    r"(?i)\b(?:releases?|versions?|updates?) of (?:the |a )?(?:(?:npm|pypi|python|rust|ruby|package|library|module|crate|ruby ?gem|gem)s? )*(?P<names>[\x22'`\u{201c}]?[@A-Za-z0-9][^;:\n]{1,200})"
);

/// A way of telling names, with words that stand in every text that has it:
/// most blocks hold none, and are not searched for it.
pub(super) struct Form {
    pub(super) pattern: &'static LazyLock<Regex>,
    /// Whether one name without a mark is enough.
    pub(super) alone: bool,
    /// Whether only what cannot well be anything else is taken.
    pub(super) strong: bool,
    /// Of each list, one word (part of one, lower case) is there.
    needs: &'static [&'static [&'static str]],
}

const NOUNS: &[&str] = &[
    "packag",
    "librar",
    "modul",
    "gem",
    "crate",
    "dependenc",
    "project",
    "extension",
    "plugin",
    "utilities",
    "paquet",
    "paket",
    "pakket",
    "pacchett",
    "pacot",
    "version",
    "cop",
    "clone",
    "fork",
    "erweiterung",
    "акет",
    "рейт",
    "одул",
    "иблиотек",
    "асширени",
];
const HARM: &[&str] = &[
    "backdoor",
    "malware",
    "malicious",
    "compromis",
    "stealer",
    "trojan",
    "miner",
    "wiper",
    "attack",
    "payload",
    "poison",
    "infect",
    "tamper",
    "rogue",
    "hijack",
    "taken over",
    "fake",
    "typosquat",
    "impersonat",
    "mimic",
    "incident",
    "takeover",
];

/// All of them.
static FORMS: &[Form] = &[
    Form {
        pattern: &NAMED,
        alone: true,
        strong: false,
        needs: &[
            NOUNS,
            &[
                "namely", "named", "dubbed", "titled", "denomina", "llamad", "chiamat", "namens",
                "genannt", "nomm", "called",
            ],
        ],
    },
    Form {
        pattern: &SUCH_AS,
        alone: false,
        strong: false,
        needs: &[
            NOUNS,
            &[
                "like",
                "such as",
                "includ",
                "darunter",
                "unter anderem",
                "como",
                "entre ell",
                "comme",
                "dont",
                "notamment",
                "tra cui",
                "включая",
                "том числе",
            ],
        ],
    },
    Form {
        pattern: &DASHED,
        alone: false,
        strong: false,
        needs: &[NOUNS],
    },
    Form {
        pattern: &WITH_VERSIONS,
        alone: true,
        strong: false,
        needs: &[&["version"], HARM],
    },
    Form {
        pattern: &FOR_VERSIONS,
        alone: true,
        strong: false,
        needs: &[&["version"], &["for "]],
    },
    Form {
        pattern: &TAKEN_OVER,
        alone: false,
        strong: false,
        needs: &[HARM],
    },
    Form {
        pattern: &WHOLE,
        alone: false,
        strong: false,
        needs: &[&["version"], &["all ", "every ", "each ", "any "]],
    },
    Form {
        pattern: &DIRECT,
        alone: false,
        strong: true,
        needs: &[NOUNS],
    },
    Form {
        pattern: &COLON,
        alone: false,
        strong: true,
        needs: &[NOUNS, &[":"]],
    },
    Form {
        pattern: &RELEASES_OF,
        alone: false,
        strong: true,
        needs: &[&["release", "version", "update"], &[" of "]],
    },
    Form {
        pattern: &ON_REGISTRY,
        alone: false,
        strong: true,
        needs: &[
            &["npm", "pypi", "rubygems", "crates.io", "nuget", "packagist"],
            &["on ", "from "],
        ],
    },
    Form {
        pattern: &WIDE_COLON,
        alone: false,
        strong: true,
        needs: &[
            &["パッケージ", "ライブラリ", "件", "库", "包", "패키지"],
            &[":", "："],
        ],
    },
    Form {
        pattern: &VERSIONS_OF,
        alone: true,
        strong: false,
        needs: &[
            &["0.", "1.", "2.", "3.", "4.", "5.", "6.", "7.", "8.", "9."],
            &[
                " of ",
                " de",
                " von ",
                " du ",
                " di ",
                " da ",
                " do ",
                " пакета",
            ],
        ],
    },
    Form {
        pattern: &APPOSED,
        alone: false,
        strong: false,
        needs: &[&[", a"]],
    },
    Form {
        pattern: &CALLED,
        alone: false,
        strong: false,
        needs: &[HARM],
    },
];

/// All lists of words that forms need, each once.
static LISTS: LazyLock<Vec<&'static [&'static str]>> = LazyLock::new(|| {
    let mut lists: Vec<&[&str]> = Vec::new();
    for list in FORMS.iter().flat_map(|form| form.needs) {
        if !lists.contains(list) {
            lists.push(list);
        }
    }
    lists
});

/// Finds the words; the list of each. Short lists: built where memory allows.
static WORDS: LazyLock<Option<(AhoCorasick, Vec<usize>)>> = LazyLock::new(|| {
    let words = LISTS
        .iter()
        .enumerate()
        .flat_map(|(list, words)| words.iter().map(move |word| (*word, list)));
    let (words, of): (Vec<&str>, Vec<usize>) = words.unzip();
    let finder = AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .build(words)
        .ok()?;
    Some((finder, of))
});

/// For each form, the lists that it needs, as bits.
static MASKS: LazyLock<Vec<u64>> = LazyLock::new(|| {
    let bit = |needed: &&[&str]| LISTS.iter().position(|list| list == needed);
    let mask = |form: &Form| {
        form.needs
            .iter()
            .filter_map(bit)
            .fold(0, |mask, at| mask | 1 << at)
    };
    FORMS.iter().map(mask).collect()
});

/// The forms whose words a text has.
pub(super) fn forms_in(text: &str) -> impl Iterator<Item = &'static Form> {
    let all = (1 << LISTS.len()) - 1;
    let seen = WORDS.as_ref().map_or(all, |(finder, of)| {
        let mut seen = 0u64;
        for m in finder.find_overlapping_iter(text) {
            seen |= 1 << of[m.pattern().as_usize()];
            if seen == all {
                break;
            }
        }
        seen
    });
    let forms = FORMS.iter().zip(MASKS.iter());
    forms
        .filter(move |(_, mask)| seen & **mask == **mask)
        .map(|(form, _)| form)
}
