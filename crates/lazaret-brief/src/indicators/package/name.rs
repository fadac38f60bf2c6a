//! What can be a package's name, and what only looks like one.

use lazaret_model::Ecosystem;

use super::{NAME, words::is_prose};

/// What opens a quotation, in the languages that reports are written in.
pub(super) const OPENS: [char; 12] = [
    '"', '\'', '`', '“', '‘', '„', '‚', '«', '‹', '「', '『', '”',
];

/// What closes one: the German closing sign is the English opening one.
pub(super) const CLOSES: [char; 12] = [
    '"', '\'', '`', '”', '’', '“', '‘', '»', '›', '」', '』', '«',
];

pattern!(DAY, r"^\d{4}-\d{2}-\d{2}");

/// A space, also one that no line may break at (French quotations).
pub(super) fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\u{a0}' | '\u{202f}')
}

/// Whether all of a text can be a name.
pub(super) fn is_whole(text: &str) -> bool {
    NAME.find(text).is_some_and(|name| name.len() == text.len())
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

/// Whether the name is one of a host rather than of a package.
pub(super) fn is_host(name: &str) -> bool {
    name.contains('.')
        && !name.starts_with('@')
        && psl::suffix(name.as_bytes()).is_some_and(|suffix| {
            suffix.is_known() && !matches!(suffix.as_bytes(), b"py" | b"rs" | b"sh" | b"io")
        })
}

/// Whether the registry would take the name (npm, PEP 508, RubyGems, Cargo).
pub(super) fn is_name(ecosystem: Ecosystem, name: &str) -> bool {
    let bare = match ecosystem {
        Ecosystem::Npm => name
            .strip_prefix('@')
            .and_then(|rest| rest.split_once('/'))
            .map_or(name, |(_, bare)| bare),
        // A module's path begins with its host.
        Ecosystem::Golang => {
            return name
                .split_once('/')
                .is_some_and(|(host, _)| host.contains('.'));
        }
        Ecosystem::Composer | Ecosystem::Maven | Ecosystem::GithubActions | Ecosystem::Docker => {
            let last = name.rsplit(['/', ':']).next().unwrap_or_default();
            return last.len() < name.len()
                && (ecosystem == Ecosystem::Maven || !is_file_name(last));
        }
        // `publisher.name`, `publisher/name`
        Ecosystem::Vscode => match name.split_once(['.', '/']) {
            Some((publisher, name)) if !publisher.is_empty() => name,
            _ => return false,
        },
        _ => name,
    };
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let numbered = bare
        .strip_prefix('v')
        .unwrap_or(bare)
        .split('.')
        .take(2)
        .filter(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()))
        .count();
    // `v1.82.6.dev1` is a version, `2024-08-27T03` a day.
    (bare.len() >= 2 || bare.len() < name.len())
        && numbered < 2
        && !DAY.is_match(bare)
        && name.len() <= 214
        && bare.chars().all(plain)
        && bare.starts_with(|c: char| c.is_ascii_alphanumeric())
        && !bare.chars().all(|c| c.is_ascii_digit() || c == '.')
}
