//! Words around versions that say what they are.

pattern!(
    /// What a sentence says of a release that does harm.
    pub(super) DOES,
    r"\b(?:publish|push|upload|chang|follow|backdoor|malici|poison|hijack|trojan|infect|compromis|piég|manipul|tamper|loader|stealer|payload|only had|only in|(?:has|had|is|was) (?:just |only )?one (?:version|release)|rogue|tainted|\badds?\b|added|introduc|insert|inject|affected|removed from|updated?\b|was altered|modif|carri|ship|contain|contien)"
);
pattern!(
    /// The ends of a range are no versions of their own.
    pub(super) SPAN,
    r"\d (?:through|thru|to|until|bis|hasta|à|au|al|do|-|–|—|→|->) ?v?\d|\d[–—-]v?\d+\.|(?:from|since|ab|seit|desde) v?\d|(?:python|node|node\.js|npm|pip|windows|macos|linux|ruby|rust|php|go) v?\d|[<>≤≥]"
);
pattern!(
    /// Whose deed it was, and so the package that was told of before.
    pub(super) DEED,
    r"\b(?:attackers?|actors?|intruders?|adversary|they|he|she|angreifer|attaquants?|atacantes?)\b[^.]{0,200}\b(?:pushed|published|uploaded|released|veröffentlicht\w*|publi\w+)\b|\b(?:rogue|bad|malicious|poisoned|compromised|backdoored|trojani[sz]ed|tampered|infected) (?:build|release|version|update)s?\b"
);
pattern!(
    /// Versions stand in the order of the names.
    pub(super) RESPECTIVE,
    r"\b(?:respectively|respectivement|respectivamente|rispettivamente|jeweils|beziehungsweise)\b"
);
pattern!(
    /// What denies of versions what was said of others.
    pub(super) NOT,
    r"^[`'\x22]? (?:is|are|was|were) not\b[.;,]?(?:$| [A-Z]|\s*$)"
);
pattern!(
    /// That all versions of a package are meant.
    pub(super) ALL,
    r"(?i)\b(?:all|any|every|each)(?: (?:known|published|its|the|single|one of its))? (?:versions?|releases?)\b(?: (?:of|from) (?:the )?[`'\x22]?(?P<name>(?:@[a-z0-9~][\w.~-]*/)?[A-Za-z0-9][\w.-]*[A-Za-z0-9]))?"
);
pattern!(
    /// What it says of one that does none.
    pub(super) SAFE,
    r"\b(?:harmless|clean|safe|fixed|fixes|corrige|patched|pinned|spared|upgrade|update to|downgrade|revert|and earlier|and older|prior to|before|until|behebt|sauber|new build|is a new|not affected|unaffected|benign|legitimate|latest good|requires?)\b"
);

/// Programs whose versions articles tell for another reason.
pub(super) const PLATFORMS: &[&str] = &[
    "kubernetes",
    "openssl",
    "dotnet",
    ".net",
    "electron",
    "ruby",
    "php",
    "java",
    "noyau",
    "docker",
    "android",
    "chrome",
    "firefox",
    "go",
    "ios",
    "kernel",
    "linux",
    "macos",
    "node",
    "node.js",
    "nodejs",
    "npm",
    "os",
    "pip",
    "pnpm",
    "python",
    "rust",
    "typescript",
    "ubuntu",
    "windows",
    "yarn",
];

/// Words of a sentence on versions that do harm.
pub(super) const ILL: &[&str] = &[
    "malicious",
    "compromised",
    "infected",
    "backdoor",
    "trojan",
    "poisoned",
    "tampered",
    "hijack",
    "affected",
    "malware",
    "payload",
    "obfuscated",
    "stealer",
    "publish",
    "rogue",
    "weaponi",
    "injected",
    "removed from",
    "yanked",
    "вредонос",
    "恶意",
    "悪意",
    "マルウェア",
    "malici",
    "malveill",
    "bösartig",
    "schad",
    "shipped with",
    "preinstall",
    "postinstall",
    "steals",
    "exfil",
    "cheval de troie",
    "porte dérobée",
    "troyano",
    "trojaner",
    "hintertür",
    "troiano",
    "后门",
    "木马",
    "concern",
    "betroffen",
    "afectad",
    "affecté",
    "manipulier",
    "受影响",
    "恶意",
    "不正",
];

/// Words before the versions that are to be taken instead.
pub(super) const REMEDY: &[&str] = &[
    "upgrade",
    "update to",
    "downgrade",
    "patched",
    "fixed",
    "safe ",
    "clean",
    "roll back",
    "revert",
    "unaffected",
    "not affected",
    "pin to",
    "prior to",
    "before",
    "earlier than",
    "legitimate",
];
