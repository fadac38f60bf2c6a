//! Values that only the words around them tell: file names and the accounts
//! that publish.

use std::ops::Range;

use lazaret_model::{Confidence, IndicatorKind};

use super::context::Structure;
use crate::article::BlockKind;

/// A value with what it is and why.
pub(super) struct Spoken {
    pub(super) kind: IndicatorKind,
    pub(super) value: String,
    pub(super) confidence: Confidence,
    pub(super) reason: &'static str,
    pub(super) range: Range<usize>,
}

pattern!(
    FILE,
    concat!(
        r"(?P<name>[A-Za-z0-9_][A-Za-z0-9_.@-]{0,80}\.",
        r"(?:apk|bat|bin|cjs|cmd|dll|dmg|dylib|elf|exe|hta|jar|js|lnk|mjs|msi|node|plist|ps1|pth|py|",
        r"pyc|pyd|pyw|scr|sh|so|vbs|wasm|ya?ml|zip|(?P<data>png|jpe?g|gif|txt|dat|json|gz)))\b"
    )
);

pattern!(
    QUOTED,
    r"[\x22'\u{201c}\u{2018}](?P<name>[A-Za-z0-9][A-Za-z0-9_.-]{2,38})[\x22'\u{201d}\u{2019},]"
);

pattern!(
    ALIASES,
    r"(?P<said>(?i:\b(?:alias(?:es)?|usernames?|(?:npm |pypi |nuget )?publishers?|(?:npm|pypi|nuget|github|rubygems|crates\.io|marketplace) (?:user|account)s?|(?:published|uploaded|created) by (?:the )?(?:two |three |four )?(?:npm |pypi )?(?:account|user|publisher)s?|(?:den |der )?herausgeber|benutzer|usuarios?|utilisateurs?|cuentas?|comptes?|konto|konten)|пользовател\w+|облікові записи|обліковий запис|уч[её]тн\w+ запис\w+|аккаунт\w*|акаунт\w*|用户|账号|账户|ユーザー?|アカウント)),? ?[:「`\x22'\u{201c}]?(?P<names>[A-Za-z0-9][A-Za-z0-9_-]+(?:(?:, and |, | and | та | и | y | et | und | e |和|、)[A-Za-z0-9][A-Za-z0-9_-]+)*)"
);

pattern!(ALIAS, r"[A-Za-z0-9][A-Za-z0-9_-]+");

/// Names that every project has.
const COMMON: &[&str] = &[
    "__init__.py",
    "__main__.py",
    "action.yml",
    "app.js",
    "app.py",
    "bash.exe",
    "build.sh",
    "bun.js",
    "cli.js",
    "cmd.exe",
    "config.js",
    "conftest.py",
    "curl.exe",
    "d3.js",
    "docker-compose.yml",
    "explorer.exe",
    "index.cjs",
    "index.js",
    "index.mjs",
    "init.py",
    "install.js",
    "install.sh",
    "main.js",
    "main.py",
    "mshta.exe",
    "next.js",
    "node.exe",
    "node.js",
    "nuxt.js",
    "pnpm-lock.yaml",
    "postinstall.js",
    "powershell.exe",
    "preinstall.js",
    "pwsh.exe",
    "python.exe",
    "pythonw.exe",
    "react.js",
    "regsvr32.exe",
    "rundll32.exe",
    "schtasks.exe",
    "server.js",
    "setup.py",
    "svchost.exe",
    "test.js",
    "three.js",
    "utils.js",
    "utils.py",
    "vue.js",
    "wscript.exe",
];

/// Words shortly before a file's name that make it the malware's.
const MADE: &[&str] = &[
    "appended to",
    "backdoor",
    "binary",
    "bundled as",
    "called",
    "disguised as",
    "downloads",
    "dropped",
    "dropper",
    "drops",
    "embedded",
    "executable",
    "file name",
    "file named",
    "filename",
    "implant",
    "loader",
    "malicious",
    "malware",
    "new file",
    "payload",
    "saved as",
    "saves",
    "script named",
    "stage",
    "stealer",
    "workflow",
    "writes",
];

/// What an account is called, right before its name.
const ACCOUNT: &[&str] = &[
    "account",
    "accounts",
    "author",
    "by user",
    "handle",
    "alias",
    "maintainer",
    "published by",
    "publisher",
    "publishers",
    "the user",
    "npm user",
    "pypi user",
    "uploaded by",
    "user named",
    "username",
    "usernames",
    "under the name",
    "herausgeber",
    "benutzer",
    "usuario",
    "utilisateur",
    "пользователь",
    "用户",
    "ユーザー",
];

/// All such values of the article.
pub(super) fn find(structure: &Structure<'_>) -> Vec<Spoken> {
    let mut found = Vec::new();
    files(structure, &mut found);
    accounts(structure, &mut found);
    aliases(structure, &mut found);
    agents(structure, &mut found);
    found
}

fn files(structure: &Structure<'_>, found: &mut Vec<Spoken>) {
    let text = structure.article.text.as_str();
    for captures in FILE.captures_iter(text) {
        let Some(name) = captures.name("name") else {
            continue;
        };
        // A part of a path or address is told by what it is a part of.
        let before = text[..name.start()].chars().next_back();
        let after = text[name.end()..].chars().next();
        if before.is_some_and(|c| c.is_alphanumeric() || "/\\.@~%-".contains(c))
            || after.is_some_and(|c| c.is_alphanumeric() || "/\\(:".contains(c))
            || COMMON.contains(&name.as_str().to_ascii_lowercase().as_str())
        {
            continue;
        }
        let Some(index) = structure.block_at(name.start()) else {
            continue;
        };
        let block = structure.block(index);
        // In a list of digests, names stand beside them.
        let digest = || {
            let line = text[..name.start()].rfind('\n').map_or(0, |at| at + 1);
            let end = text[name.end()..]
                .find('\n')
                .map_or(text.len(), |at| name.end() + at);
            text[line..end]
                .split(|c: char| !c.is_ascii_alphanumeric())
                .any(|w| {
                    matches!(w.len(), 32 | 40 | 64) && w.bytes().all(|b| b.is_ascii_hexdigit())
                })
        };
        let beside = block.is_some_and(|block| block.kind == BlockKind::Code);
        if beside && !digest() {
            continue;
        }
        let listed = beside
            || structure.in_indicator_section(index)
                && block.is_some_and(|b| matches!(b.kind, BlockKind::Item | BlockKind::Row));
        let near = before_in_sentence(structure, name.start(), 48);
        let (confidence, reason) = if listed {
            (Confidence::High, "listed as an indicator")
        } else if captures.name("data").is_some() {
            // What is called so is shown by its name, not by what it is.
            let said = [
                "file name",
                "file named",
                "filename",
                "disguised as",
                "saved as",
            ];
            if !said.iter().any(|word| near.contains(word)) {
                continue;
            }
            (Confidence::Medium, "a file that the malware makes")
        } else if MADE.iter().any(|word| near.contains(word)) {
            (Confidence::Medium, "a file that the malware makes")
        } else {
            continue;
        };
        found.push(Spoken {
            kind: IndicatorKind::FileName,
            value: name.as_str().to_owned(),
            confidence,
            reason,
            range: name.range(),
        });
    }
}

/// User agents that are set as code, so that no quotes stand around them.
fn agents(structure: &Structure<'_>, found: &mut Vec<Spoken>) {
    let text = structure.article.text.as_str();
    for block in &structure.article.blocks {
        for range in &block.code {
            let value = text[range.clone()].trim();
            let near = before_in_sentence(structure, range.start, 40);
            if near.replace('-', " ").contains("user agent")
                && (4..=200).contains(&value.len())
                && value.contains(['/', ' '])
            {
                found.push(Spoken {
                    kind: IndicatorKind::UserAgent,
                    value: value.to_owned(),
                    confidence: Confidence::Medium,
                    reason: "used by the malware as told",
                    range: range.clone(),
                });
            }
        }
    }
}

fn accounts(structure: &Structure<'_>, found: &mut Vec<Spoken>) {
    let text = structure.article.text.as_str();
    for block in &structure.article.blocks {
        if block.kind == BlockKind::Code {
            continue;
        }
        let quoted = QUOTED
            .captures_iter(&text[block.range.clone()])
            .filter_map(|c| c.name("name"))
            .map(|m| m.start() + block.range.start..m.end() + block.range.start);
        for range in block.code.iter().cloned().chain(quoted) {
            let name = text[range.clone()].trim();
            let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
            if !(3..=39).contains(&name.len()) || !name.chars().all(plain) {
                continue;
            }
            let near = before_in_sentence(structure, range.start, 32);
            let near = near.trim_end_matches([' ', ':', '(', '"', '\'', '\u{201c}', '\u{2018}']);
            let near = near
                .strip_suffix(" named")
                .or_else(|| near.strip_suffix(" called"))
                .unwrap_or(near);
            let after = text[range.end..text.floor_char_boundary(range.end + 16)].to_lowercase();
            let after = after.trim_start_matches(['"', '\'', '\u{201d}', '\u{2019}', '`', ' ']);
            if is_victim(&after[..after.floor_char_boundary(16)]) {
                continue;
            }
            let said = ACCOUNT.iter().any(|word| near.ends_with(word))
                || after.starts_with("account")
                || after.starts_with("npm account")
                || after.starts_with("pypi account")
                || near.ends_with("user") && !near.ends_with("the user");
            if said {
                found.push(Spoken {
                    kind: IndicatorKind::Publisher,
                    value: name.to_owned(),
                    confidence: Confidence::Medium,
                    reason: "an account that publishes, as told",
                    range,
                });
            }
        }
    }
}

/// Accounts that stand plain: "the aliases foo and bar", "npm publisher Foo1".
fn aliases(structure: &Structure<'_>, found: &mut Vec<Spoken>) {
    let text = structure.article.text.as_str();
    for captures in ALIASES.captures_iter(text) {
        let (Some(said), Some(names)) = (captures.name("said"), captures.name("names")) else {
            continue;
        };
        let said = said.as_str().to_lowercase();
        let plain_too = said.starts_with("alias")
            || said.starts_with("username")
            || said.starts_with(|c: char| !c.is_ascii());
        let after = text[names.end()..text.floor_char_boundary(names.end() + 40)].to_lowercase();
        if is_victim(&after) {
            continue;
        }
        for name in ALIAS.find_iter(names.as_str()) {
            let odd = name
                .as_str()
                .contains(|c: char| c.is_ascii_digit() || "-_".contains(c))
                || name.as_str()[1..].contains(|c: char| c.is_ascii_uppercase());
            let word = name.as_str().to_lowercase();
            if matches!(word.as_str(), "and" | "or") {
                continue;
            }
            let plain = plain_too && word.len() >= 5 && name.as_str() == word && !is_common(&word);
            if !odd && !plain {
                break;
            }
            let start = names.start() + name.start();
            found.push(Spoken {
                kind: IndicatorKind::Publisher,
                value: name.as_str().to_owned(),
                confidence: Confidence::Medium,
                reason: "an account that publishes, as told",
                range: start..start + name.len(),
            });
        }
    }
}

/// Whether the account is one that was taken over.
fn is_victim(after: &str) -> bool {
    [
        "breached",
        "compromised",
        "hijacked",
        "taken over",
        "phished",
    ]
    .iter()
    .any(|word| after.contains(word))
}

fn is_common(word: &str) -> bool {
    matches!(
        word,
        "which"
            | "that"
            | "where"
            | "whose"
            | "associated"
            | "across"
            | "under"
            | "linked"
            | "including"
            | "different"
            | "multiple"
            | "resolution"
            | "instead"
            | "their"
            | "these"
            | "those"
            | "using"
            | "within"
            | "tracked"
    )
}

/// Up to `most` bytes before a place, in its sentence, lower case.
fn before_in_sentence(structure: &Structure<'_>, at: usize, most: usize) -> String {
    let text = structure.article.text.as_str();
    let start = structure.sentence_at(at).start.max(at.saturating_sub(most));
    text.get(text.ceil_char_boundary(start.min(at))..at)
        .unwrap_or_default()
        .to_lowercase()
}
