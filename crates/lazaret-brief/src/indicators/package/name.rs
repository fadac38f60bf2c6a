//! What can be a package's name, and what only looks like one.

use lazaret_model::Ecosystem;

/// What opens a quotation, in the languages that reports are written in.
pub(super) const OPENS: [char; 12] = [
    '"', '\'', '`', '“', '‘', '„', '‚', '«', '‹', '「', '『', '”',
];

/// What closes one: the German closing sign is the English opening one.
pub(super) const CLOSES: [char; 12] = [
    '"', '\'', '`', '”', '’', '“', '‘', '»', '›', '」', '』', '«',
];

/// A space, also one that no line may break at (French quotations).
pub(super) fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\u{a0}' | '\u{202f}')
}

/// Whether a word on its own cannot well be anything but a name.
pub(super) fn looks_like_name(word: &str) -> bool {
    let scoped = word.starts_with('@') && word.contains('/');
    let parts = word
        .split(['-', '_', '.'])
        .filter(|part| !part.is_empty())
        .count();
    let lower = !word.chars().any(char::is_uppercase);
    let letters = word.chars().filter(|c| c.is_ascii_alphabetic()).count();
    scoped || letters >= 2 && parts >= 2 && lower && !is_prose(word) && !is_file_name(word)
}

/// Hyphenated English that articles on packages are full of.
pub(super) fn is_prose(word: &str) -> bool {
    const WORDS: &[&str] = &[
        "open-source",
        "high-value",
        "high-impact",
        "high-risk",
        "low-profile",
        "long-lived",
        "short-lived",
        "single-use",
        "fully-featured",
        "full-featured",
        "newly-published",
        "previously-unknown",
        "widely-used",
        "tried-and-true",
        "self-hosted",
        "self-spreading",
        "self-updating",
        "pre-installed",
        "re-published",
        "sub-dependencies",
        "sub-dependency",
        "typo-squatting",
        "dependency-confusion",
        "name-squatting",
        "brand-jacking",
        "clipboard-hijacking",
        "wallet-draining",
        "auto-generated",
        "ai-generated",
        "vibe-coded",
        "end-to-end",
        "peer-to-peer",
        "up-to-date",
        "out-of-date",
        "step-by-step",
        "case-by-case",
        "tens-of-thousands",
        "third-party",
        "well-known",
        "real-time",
        "so-called",
        "cross-platform",
        "command-line",
        "multi-stage",
        "two-stage",
        "second-stage",
        "first-stage",
        "low-level",
        "high-profile",
        "supply-chain",
        "e.g",
        "i.e",
        "look-alike",
        "long-running",
        "self-replicating",
        "self-propagating",
        "remote-access",
        "info-stealing",
        "information-stealing",
        "credential-stealing",
        "password-stealing",
        "data-stealing",
        "crypto-stealing",
        "post-install",
        "pre-install",
        "install-time",
        "run-time",
        "side-loading",
        "follow-up",
        "copy-paste",
        "built-in",
        "back-end",
        "front-end",
        "state-sponsored",
        "north-korean",
        "ready-made",
        "open-vsx",
        "crates.io",
        "node.js",
        "npmjs.com",
        "pypi.org",
        "non-malicious",
        "now-removed",
        "in-the-wild",
        "co-authored",
        "day-to-day",
        "man-in-the-middle",
        "proof-of-concept",
        "x86_64",
        "base64-encoded",
        "hard-coded",
        "hex-encoded",
        "memory-safe",
        "in-memory",
        "zero-day",
        "one-time",
        "two-factor",
    ];
    WORDS.contains(&word)
        || [
            "-based",
            "-like",
            "-related",
            "-encoded",
            "-controlled",
            "-specific",
            "-hosted",
            "-style",
            "-style",
            "-only",
            "-level",
            "-looking",
            "-party",
            "-stealing",
            "-named",
            "-sounding",
            "-driven",
            "-focused",
            "-size",
            "-wide",
        ]
        .iter()
        .any(|end| word.ends_with(end))
}

/// Words that follow "npm install" in running text.
pub(super) fn is_plain_english(word: &str) -> bool {
    const WORDS: &[&str] = &[
        "a",
        "an",
        "and",
        "any",
        "are",
        "as",
        "at",
        "before",
        "by",
        "can",
        "command",
        "commands",
        "completes",
        "does",
        "during",
        "each",
        "every",
        "execution",
        "fails",
        "finishes",
        "for",
        "from",
        "had",
        "happened",
        "happens",
        "has",
        "hook",
        "hooks",
        "if",
        "in",
        "into",
        "is",
        "it",
        "its",
        "just",
        "lifecycle",
        "may",
        "no",
        "of",
        "on",
        "or",
        "operations",
        "phase",
        "process",
        "ran",
        "run",
        "runs",
        "script",
        "scripts",
        "so",
        "step",
        "steps",
        "still",
        "that",
        "the",
        "their",
        "then",
        "they",
        "this",
        "time",
        "to",
        "trigger",
        "triggers",
        "was",
        "were",
        "when",
        "where",
        "which",
        "while",
        "will",
        "with",
        "without",
        "would",
        "you",
        "your",
    ];
    WORDS.contains(&word.to_lowercase().trim_end_matches(['.', ',']))
}

/// Whether the word is a file's name rather than a package's.
pub(in crate::indicators) fn is_file_name(word: &str) -> bool {
    let Some((stem, ending)) = word.rsplit_once('.') else {
        return false;
    };
    const ENDINGS: &[&str] = &[
        "bat", "bin", "c", "cfg", "cjs", "cmd", "conf", "cpp", "cs", "csv", "dat", "db", "dll",
        "dmg", "doc", "docx", "dylib", "elf", "env", "exe", "gem", "gyp", "go", "gz", "h", "htm",
        "html", "ico", "ini", "iso", "jar", "java", "jpg", "jpeg", "js", "json", "jsx", "key",
        "ldb", "lnk", "lock", "log", "md", "mjs", "msi", "node", "pdf", "pem", "php", "pkg",
        "plist", "png", "ps1", "pth", "py", "pyc", "pyd", "pyw", "rar", "rb", "reg", "rs", "scr",
        "sh", "so", "sql", "sqlite", "sys", "tar", "targets", "tgz", "tmp", "toml", "ts", "tsx",
        "txt", "vbs", "vsix", "wasm", "wav", "whl", "xml", "yaml", "yml", "zip", "zsh", "7z",
    ];
    !stem.is_empty()
        && ENDINGS.contains(&ending.to_ascii_lowercase().as_str())
        && !stem.contains('/')
}

/// Whether the registry would take the name (npm, PEP 508, RubyGems, Cargo).
pub(super) fn is_name(ecosystem: Ecosystem, name: &str) -> bool {
    let bare = match ecosystem {
        Ecosystem::Npm => name
            .strip_prefix('@')
            .and_then(|rest| rest.split_once('/'))
            .map_or(name, |(_, bare)| bare),
        Ecosystem::Golang
        | Ecosystem::Composer
        | Ecosystem::Maven
        | Ecosystem::GithubActions
        | Ecosystem::Docker => {
            return name.contains(['/', ':']);
        }
        // `publisher.name`
        Ecosystem::Vscode if !name.contains(['.', '/']) => return false,
        _ => name,
    };
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    bare.len() >= 2
        && name.len() <= 214
        && bare.chars().all(plain)
        && bare.starts_with(|c: char| c.is_ascii_alphanumeric())
        && !bare.chars().all(|c| c.is_ascii_digit() || c == '.')
}
