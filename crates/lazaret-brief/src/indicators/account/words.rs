//! What accounts are called, and what is none.

use super::super::{context::Structure, spoken::before_in_sentence};

/// What an account is called, right before its name.
pub(super) const ACCOUNT: &[&str] = &[
    "registry as",
    "pypi as",
    "npm as",
    "github as",
    "usuaria",
    "usuário",
    "utente",
    "conta",
    "handles",
    "maintainers",
    "authors",
    "operating as",
    "published as",
    "publishing as",
    "publishes as",
    "scope owner",
    "github org",
    "organization",
    "organisation",
    "new owner",
    "the buyer",
    "the uploader",
    "new maintainer",
    "nutzer",
    "nutzers",
    "nutzerin",
    "same author",
    "account",
    "accounts",
    "alias",
    "author",
    "benutzer",
    "by user",
    "compte",
    "cuenta",
    "handle",
    "herausgeber",
    "konto",
    "maintainer",
    "npm user",
    "persona",
    "profile",
    "published by",
    "publisher",
    "publishers",
    "pypi user",
    "the user",
    "under the name",
    "uploaded by",
    "user named",
    "username",
    "usernames",
    "usuario",
    "utilisateur",
    "автор",
    "аккаунт",
    "пользователь",
    "аккаунтом",
    "пользователем",
    "用户",
    "账号",
    "账户",
    "アカウント",
    "ユーザー",
];

/// Names of fields, columns and headings of lists that hold accounts.
pub(super) const FIELDS: &[&str] = &[
    "npm handle",
    "handle",
    "alias",
    "npm-account",
    "github-account",
    "npm-konto",
    "github-konto",
    "cuenta npm",
    "cuenta github",
    "cuenta de github",
    "compte npm",
    "compte github",
    "account",
    "accounts",
    "actor accounts",
    "attacker account",
    "attacker accounts",
    "author",
    "authors",
    "aliases",
    "github account",
    "github accounts",
    "handles",
    "maintainer",
    "maintainers",
    "malicious accounts",
    "malicious publisher",
    "malicious publishers",
    "npm account",
    "npm accounts",
    "npm alias",
    "npm aliases",
    "npm author",
    "npm maintainer",
    "npm publisher",
    "npm publishers",
    "npm user",
    "npm username",
    "npm usernames",
    "npm users",
    "nuget account",
    "nuget author",
    "nuget user",
    "owner",
    "publisher",
    "publisher account",
    "publisher accounts",
    "publisher alias",
    "publishers",
    "publishing account",
    "publishing accounts",
    "pypi account",
    "pypi accounts",
    "pypi user",
    "pypi username",
    "pypi users",
    "registry account",
    "registry accounts",
    "rubygems account",
    "threat actor account",
    "threat actor accounts",
    "threat actor alias",
    "threat actor aliases",
    "threat actor's npm alias",
    "uploader",
    "user",
    "username",
    "usernames",
    "benutzer",
    "herausgeber",
    "konten",
    "konto",
    "comptes",
    "cuentas",
    "发布者",
    "账号",
    "账户",
];

pub(super) fn is_account(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let record = ["GHSA-", "CVE-", "MAL-", "RUSTSEC-", "PYSEC-", "SNYK-"]
        .iter()
        .any(|start| name.starts_with(start));
    (3..=39).contains(&name.len()) && name.chars().all(plain) && !record
}

/// Whether a word is none of a language's: digits, joints, capitals within.
pub(super) fn is_odd(name: &str) -> bool {
    const BRANDS: &[&str] = &[
        "GitHub",
        "GitLab",
        "PyPI",
        "NuGet",
        "RubyGems",
        "LinkedIn",
        "YouTube",
        "JFrog",
        "JavaScript",
        "TypeScript",
        "ReversingLabs",
        "OpenAI",
        "DevOps",
        "MacOS",
        "BitBucket",
        "DockerHub",
    ];
    if BRANDS.contains(&name) {
        return false;
    }
    name.contains(|c: char| c.is_ascii_digit() || "-_".contains(c))
        || name.chars().skip(1).any(|c| c.is_ascii_uppercase())
            && name.chars().any(|c| c.is_ascii_lowercase())
}

/// Whether the account is one that was taken over.
pub(super) fn is_victim(after: &str) -> bool {
    [
        "breached",
        "compromised",
        "hijacked",
        "taken over",
        "phished",
        "kompromittiert",
        "stolen",
    ]
    .iter()
    .any(|word| after.contains(word))
}

/// Whether the words before a place say that its account was taken over:
/// "compromised the account of", "hijacked maintainer".
pub(super) fn was_taken(structure: &Structure<'_>, at: usize) -> bool {
    let near = before_in_sentence(structure, at, 56);
    [
        "previous maintainer",
        "previous owner",
        "former ",
        "original maintainer",
        "original author",
        "compromise of",
        "compromised",
        "compromising",
        "hijacked",
        "hijacking",
        "legitimate",
        "phished",
        "stole",
        "stolen",
        "takeover of",
        "took over",
        "victim",
        "übernommen",
    ]
    .iter()
    .any(|word| near.contains(word))
}

pub(super) fn is_common(word: &str) -> bool {
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
