//! What accounts are called, and what is none.

use std::ops::Range;

use super::super::{context::Structure, spoken::before_in_sentence};

phrases!(
    /// What an account is called, right before its name.
    pub(super) ACCOUNT,
    "\
    account, accounts, alias, author, authors, benutzer, by user, compte, conta, cuenta, \
    github as, github org, handle, handles, herausgeber, konto, maintainer, maintainers, \
    new maintainer, new owner, npm as, npm user, nutzer, nutzerin, nutzers, operating \
    as, organisation, organization, persona, profile, published as, published by, \
    publisher, publishers, publishes as, publishing as, pypi as, pypi user, registry as, \
    same author, scope owner, developer name, publisher name, the buyer, the uploader, the user, the users, under the name, \
    uploaded by, user named, username, usernames, usuaria, usuario, usuário, utente, \
    utilisateur, автор, аккаунт, аккаунтом, пользователем, пользователь, アカウント, ユーザー, \
    用户, 账号, 账户 \
    "
);

phrases!(
    /// Names of fields, columns and headings of lists that hold accounts.
    pub(super) FIELDS,
    "\
    account, accounts, actor accounts, alias, aliases, attacker account, attacker \
    accounts, author, authors, benutzer, compte github, compte npm, comptes, cuenta de \
    github, cuenta github, cuenta npm, cuentas, github account, github accounts, \
    github-account, github-konto, handle, handles, herausgeber, konten, konto, \
    maintainer, maintainers, malicious accounts, malicious publisher, malicious \
    publishers, npm account, npm accounts, npm alias, npm aliases, npm author, npm \
    handle, npm maintainer, npm publisher, npm publishers, npm user, npm username, npm \
    usernames, npm users, npm-account, npm-konto, nuget account, nuget author, nuget \
    user, owner, publisher, publisher account, publisher accounts, publisher alias, \
    publishers, publishing account, publishing accounts, pypi account, pypi accounts, \
    pypi user, pypi username, pypi users, registry account, registry accounts, rubygems \
    account, threat actor account, threat actor accounts, threat actor alias, threat \
    actor aliases, threat actor's npm alias, uploader, user, username, usernames, 发布者, \
    账号, 账户 \
    "
);

pattern!(
    LISTED,
    r"(?i)\b(?:accounts|usernames|user names|aliases|handles|publishers)\b[^.:\n]{0,120}\b(?:(?:are|is) (?:listed )?below|are listed|as follows|are the following)\b|\b(?:accounts|usernames|user names|aliases|handles|publishers)(?: (?:used|involved|include|including|are|were))?(?: the following)?[:：]?\s*[-–—:：]?$"
);

/// Whether what stands before a list says that accounts follow.
pub(in crate::indicators) fn announces_accounts(text: &str) -> bool {
    LISTED.is_match(text)
}

pub(super) fn is_account(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let record = ["GHSA-", "CVE-", "MAL-", "RUSTSEC-", "PYSEC-", "SNYK-"]
        .iter()
        .any(|start| name.starts_with(start));
    (3..=39).contains(&name.len()) && name.chars().all(plain) && !record && !BRANDS.contains(&name)
}

/// Names of registries and firms, with capitals within.
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

/// Whether a word is none of a language's: digits, joints, capitals within.
pub(super) fn is_odd(name: &str) -> bool {
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

pattern!(
    /// What those do who are no attackers: "GitHub user foo, who reported it".
    HELPS,
    r"^[^\w.;]{0,3}(?:who |first |has |had |also )*(?:asked|comment|confirmed|discovered|found|investigat|notic|opened an? (?:issue|ticket)|point|question|raised|repl(?:y|ie)|reported|reverse|spotted|warned|wrote)"
);

/// Bytes between thanks and the last who is thanked.
const THANKED: usize = 1000;

/// Whether the account at that place is one of those who found or discussed it.
pub(super) fn is_bystander(structure: &Structure<'_>, at: &Range<usize>) -> bool {
    let text = structure.article.text.as_str();
    let said = before_in_sentence(structure, at.start, THANKED);
    ["thank", "kudos", "credit", "hat tip"]
        .iter()
        .any(|word| said.contains(word))
        || HELPS.is_match(&text[at.end..text.floor_char_boundary(at.end + 60)].to_lowercase())
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
