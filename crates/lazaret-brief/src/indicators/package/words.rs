//! Words that look like names of packages, and are none.

use std::{collections::HashSet, sync::LazyLock};

use super::name::is_file_name;

/// Hyphenated English that articles on packages are full of.
pub(super) fn is_prose(word: &str) -> bool {
    const WORDS: &[&str] = &[
        "open-source",
        "open-code",
        "source-code",
        "single-version",
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
            "-malicious",
            "-compromised",
            "-infected",
            "-confirmed",
        ]
        .iter()
        .any(|end| word.ends_with(end))
}

/// Words that follow "npm install" in running text.
pub(in crate::indicators) fn is_plain_english(word: &str) -> bool {
    const WORDS: &str = "\
        a an and any are as at before by can command commands completes does during each \
        every execution fails finishes for from had happened happens has hook hooks if \
        in into is it its just lifecycle may no of on or operations phase process ran \
        run runs script scripts so step steps still that the their then they this time \
        to trigger triggers was were when where which while will with without would you \
        your \
        ";
    let word = word.to_lowercase();
    let word = word.trim_end_matches(['.', ',']);
    WORDS.split(' ').any(|plain| plain == word)
}

/// Words of manifests, programs and shells that are set as code in reports.
static CODE: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    "\
    abstract activate alpha apt async await base64 bash beta bin bool brew build bun \
    cargo cat chmod clean cmd compile config console const cron crontab curl default \
    dependencies deploy description dev devdependencies dist dist-tag docker echo env \
    eval exec exports export false fetch file files function gem get git global go head \
    home hostname http https id import include index init install integrity json key \
    latest lib localhost main master module name next node node_modules npm npx null \
    object open optionaldependencies package package-lock packages password path \
    peerdependencies php pip pipx pnpm post post-install postinstall powershell \
    pre-install preinstall prepare prepublish print process production put python \
    python3 read registry release repository require resolve return root ruby run rust \
    rustc scripts self setup setuptools sh shell site-packages spawn src start string \
    sudo system test time tmp token tokens true typeof uname undefined user username uv \
    var version versions wget whoami window workflow yarn zsh \
    "
    .split_whitespace()
    .collect()
});

/// Whether a word before "npm package" tells of the package rather than names it.
pub(super) fn is_noun_alone(word: &str) -> bool {
    const WORDS: &[&str] = &[
        "a",
        "affected",
        "all",
        "an",
        "and",
        "another",
        "any",
        "bad",
        "benign",
        "both",
        "certain",
        "core",
        "critical",
        "dangerous",
        "different",
        "each",
        "eight",
        "evil",
        "every",
        "existing",
        "fake",
        "few",
        "first",
        "five",
        "for",
        "four",
        "from",
        "good",
        "in",
        "its",
        "key",
        "large",
        "legit",
        "legitimate",
        "live",
        "many",
        "more",
        "most",
        "multiple",
        "my",
        "new",
        "nine",
        "no",
        "novel",
        "of",
        "official",
        "old",
        "on",
        "one",
        "open-source",
        "or",
        "other",
        "our",
        "own",
        "particular",
        "popular",
        "private",
        "public",
        "real",
        "recent",
        "rogue",
        "said",
        "same",
        "second",
        "seven",
        "several",
        "similar",
        "single",
        "six",
        "small",
        "some",
        "standard",
        "such",
        "ten",
        "that",
        "the",
        "their",
        "these",
        "third",
        "this",
        "those",
        "three",
        "top",
        "trusted",
        "two",
        "unknown",
        "various",
        "via",
        "vulnerable",
        "which",
        "with",
        "your",
        "confirmed-malicious",
        "third-party",
        "well-known",
        "widely-used",
    ];
    word.len() < 2
        || WORDS.contains(&word)
        || [
            "ous",
            "ing",
            "ed",
            "able",
            "ible",
            "ful",
            "less",
            "-malicious",
            "ised",
            "ized",
        ]
        .iter()
        .any(|end| word.ends_with(end))
}

/// Whether a word is a field of a manifest, which "package" stands beside.
pub(super) fn is_field_word(word: &str) -> bool {
    matches!(
        word,
        "dependencies"
            | "exec"
            | "eval"
            | "exports"
            | "install"
            | "latest"
            | "main"
            | "name"
            | "manually"
            | "postinstall"
            | "preinstall"
            | "scripts"
            | "version"
            | "versions"
    )
}

/// Whether a word is one of programs rather than a package's name.
pub(super) fn is_code_word(word: &str) -> bool {
    CODE.contains(&*word.to_ascii_lowercase())
}

/// Words that follow "called" and stand in enumerations, and are no names.
const PLAIN: &[&str] = &[
    "accounts",
    "dependencies",
    "extensions",
    "libraries",
    "machines",
    "modules",
    "package",
    "packages",
    "projects",
    "releases",
    "repositories",
    "systems",
    "versions",
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
    "what",
    "who",
    "how",
    "why",
    "where",
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

/// A single lower-case word that is no plain English.
pub(super) fn is_bare(name: &str) -> bool {
    name.len() >= 3
        && name.starts_with(|c: char| c.is_ascii_lowercase())
        && name
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_".contains(c))
        && !PLAIN.contains(&name)
        // "the crate contained", "the package installing"
        && !(name.len() >= 6 && ["ed", "ing"].iter().any(|end| name.ends_with(end)))
        && !is_prose(name)
        && !is_file_name(name)
}
