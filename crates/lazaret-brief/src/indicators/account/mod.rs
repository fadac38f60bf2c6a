//! Accounts that publish packages, and handles on messengers: told by the
//! words before them, by the column they stand in, by the heading of a list.

mod handles;
mod profiles;
mod words;

use std::ops::Range;

use lazaret_model::{Confidence, IndicatorKind};

use super::{
    context::Structure,
    lists::Lists,
    spoken::{Spoken, before_in_sentence},
};
use crate::{
    article::{BlockKind, holds},
    indicators::phrase::place_of,
};
pub(super) use words::announces_accounts;
use words::{ACCOUNT, FIELDS, is_account, is_bystander, is_common, is_odd, is_victim, was_taken};

pattern!(
    QUOTED,
    r"[\x22'\u{201c}\u{2018}„«](?P<name>[A-Za-z0-9][A-Za-z0-9_.-]{2,38})[\x22'\u{201d}\u{2019}“»,]"
);

/// What an account is called, and the names that follow.
macro_rules! names {
    () => {
        r"(?P<names>[A-Za-z0-9][A-Za-z0-9_-]+(?:(?:, and |, | and | or | та | и | і | y | et | und | oder | e |和|、|与|と)[`\x22'\u{201c}\u{2018}]?[A-Za-z0-9][A-Za-z0-9_-]+[`\x22'\u{201d}\u{2019}]?)*)"
    };
}

pattern!(
    ALIASES,
    concat!(
        r"(?P<said>(?i:\b(?:alias(?:es)?|(?:the|their|under the|whose|using the|with the) handles?|usernames?|monikers?|(?:npm |pypi |nuget )?publishers?|",
        r"(?:npm|pypi|nuget|github|gitlab|rubygems|crates\.io|marketplace|docker hub|registry|publisher|attacker|throwaway|actor) (?:user(?:name)?|account|profile|author|maintainer|handle|alias)(?:s|es)?|",
        r"(?:published|uploaded|created|pushed|released|authored|owned|maintained|registered) (?:by|under|from|through|via) (?:the |an? )?(?:single |same |two |three |four |five )?(?:npm |pypi |nuget |github |rubygems )?(?:account|user(?:name)?|publisher|author|maintainer|profile|alias|handle|persona)(?:s|es)?|",
        r"(?:den |der |vom )?herausgeber|benutzer(?:s|konto|namens?)?|(?:npm-|pypi-|github-)?kont(?:o|en|os)|usu[aá]ri[oa]s?|utilisateurs?|cuentas?|contas?|comptes?|auteurs?|autor(?:es)?|utente|accounts?(?: named| called)?|account[- ]name))",
        r"|пользовател\w+|облікові записи|обліковий запис|уч[её]тн\w+ запис\w+|аккаунт\w*|акаунт\w*|用户名?|账号|账户|帳號|发布者|ユーザー?名?|アカウント|公開者)",
        r"(?: named| called| are| were|,? such as|,? including| names?| ids?| handles?| known as| genannt| mit (?:dem )?namen| nommée?s?| llamad[oa]s?| namens)?,? ?[（(:：「`\x22'\u{201c}„«]{0,2} ?",
        names!()
    )
);

pattern!(
    /// "by the user Disti": a capital is a name here.
    BY_USER,
    r"\b(?:by|from|under|through) (?:the |an? )?(?:npm |PyPI |NuGet |RubyGems |GitHub |registry )?(?:user(?:name)?|account|publisher|alias|handle|author)s? (?P<names>[A-Z][A-Za-z0-9_]{3,30}|[a-z][a-z0-9]*(?:[-_]?\d[\w-]*|[-_][a-z0-9][\w-]*)\b)(?P<after>[.,;:)]| and | on | who | which | in | at |$)"
);

pattern!(
    /// "(owner: foo)", "by an author named foo", "the user in question, foo,"
    NAMED,
    r"(?:\((?:owner|publisher|author|maintainer|uploader|published by|uploaded by)[:=]? |\b(?:actor|author|user|account|persona|publisher|developer|maintainer|someone)s? (?:named|called|by the name of|going by) |\b(?:user|account) in question, ?|\b(?:user|account|author|publisher|developer) behind (?:both|all|them|it|these|this)(?: [a-z]+)?, ?)[\x22'`\u{201c}@]?(?P<names>[A-Za-z0-9][\w.-]{2,38}\w)[\x22'`\u{201d}]?(?P<after>[).,;]| \(| and | who | on | in |$)"
);
pattern!(
    /// "(2.0.1), bar_2 (2.0.2) and": the next account of a row.
    NEXT,
    r"^(?: \([^()\n]{0,80}\))?(?:, and |, | and )[\x22'`\u{201c}]?(?P<name>[A-Za-z0-9][\w-]{2,38})[\x22'`\u{201d}]?"
);
pattern!(
    /// "uploaded by foo-dev", "its author, foo_bar, has"
    UPLOADED,
    r"\b(?:(?:uploaded|published|pushed|released) by|(?:[Ii]ts|[Tt]heir|[Tt]he) (?:author|publisher|uploader|maintainer|owner),) (?P<names>[a-z0-9]+(?:[-_][a-z0-9]+)+)(?P<after>[.,;)]|$)"
);
pattern!(
    /// A field in a record that is run together.
    RECORDED,
    r"(?:^|[\s(])(?:npm |PyPI )?(?:Publisher|Uploader|Publisher account|Uploaded by|Published by): ?[\x22'`@]?(?P<names>[A-Za-z0-9][\w.-]{2,38})(?P<after>[\s(]|$)"
);

pattern!(
    /// "the account behind all this is", "the owner of both"
    BEHIND,
    r" (?:behind [a-z ]{2,24} is|of (?:all|both|them|these|all of them|the (?:two|three|four|packages|crates|gems)))$"
);
pattern!(
    VERSIONED,
    r"^[`'\x22\u{201d}]? \(?(?:versions? )?v?\d+\.\d+\.\d"
);

pattern!(ALIAS, r"[A-Za-z0-9][A-Za-z0-9_-]+");

/// All accounts and handles of the article.
pub(super) fn find(structure: &Structure<'_>, found: &mut Vec<Spoken>) {
    marked(structure, found);
    plain(structure, found);
    by_user(structure, found);
    profiles::find(structure, found);
    fields(structure, found);
    handles::find(structure, found);
}

fn publisher(value: &str, range: Range<usize>) -> Spoken {
    Spoken {
        kind: IndicatorKind::Publisher,
        value: value.to_owned(),
        confidence: Confidence::Medium,
        reason: "an account that publishes, as told",
        range,
    }
}

/// Whether what is told like an account is a word, a program or code: "a 'burner'
/// account", "your npm account", `user: module.getUser()`.
pub(super) fn is_none(publisher: &Spoken, text: &str, lists: &Lists) -> bool {
    let rest = &text[publisher.range.end..];
    let goes_on = rest
        .strip_prefix(['(', '.'])
        .is_some_and(|rest| rest.starts_with(|c: char| c.is_alphabetic() || c == ')'));
    goes_on || lists.is_english(&publisher.value) || lists.is_program(&publisher.value)
}

/// Names set as code or in quotes.
fn marked(structure: &Structure<'_>, found: &mut Vec<Spoken>) {
    let text = structure.article.text.as_str();
    for (index, block) in structure.article.blocks.iter().enumerate() {
        let head = block.kind == BlockKind::Row && structure.first_alike(index) == index;
        if block.kind == BlockKind::Code || head {
            continue;
        }
        let quoted = QUOTED
            .captures_iter(&text[block.range.clone()])
            .filter_map(|c| c.name("name"))
            .map(|m| m.start() + block.range.start..m.end() + block.range.start);
        let mut last: Option<usize> = None;
        let mut names: Vec<Range<usize>> = block
            .code
            .iter()
            .chain(&block.bold)
            .cloned()
            .chain(quoted)
            .collect();
        names.sort_by_key(|range| range.start);
        for range in names {
            // "a user named “foo.”"
            let name = text[range.clone()].trim().trim_end_matches('.');
            // "of the publisher, `foo` 3.0.1": a package.
            if !is_account(name) || VERSIONED.is_match(&text[range.end..]) {
                continue;
            }
            let near = before_in_sentence(structure, range.start, 32);
            // "the real maintainer `foo`": who is imitated.
            if [" real ", " legitimate ", " genuine ", " original "]
                .iter()
                .any(|word| near.contains(word))
            {
                continue;
            }
            // "a package of the same author, `foo`": the author was named before.
            if near.contains(" same ")
                && near
                    .trim_end_matches(['`', '"', '\u{201c}', ' '])
                    .ends_with(',')
            {
                continue;
            }
            // "other packages by that author (`foo`, `bar`)": what is theirs.
            if [" that author (", " this author (", " same author ("]
                .iter()
                .any(|words| near.contains(words))
            {
                continue;
            }
            let near = near.trim_end_matches([
                ' ', ':', '(', '"', '\'', '\u{201c}', '\u{2018}', '„', '«', '「', '`', '@', '：',
                '为', '是', '名', '（', ',',
            ]);
            let near = BEHIND.find(near).map_or(near, |m| &near[..m.start()]);
            let near = [
                " responsible is",
                " in question is",
                " were used",
                " was used",
                " were created",
                " were involved",
                " were",
                " used",
                " calling himself",
                " calling itself",
                " calling themselves",
                " named",
                " called",
                " name",
                " namens",
                " llamada",
                " llamado",
                " nommé",
            ]
            .iter()
            .find_map(|word| near.strip_suffix(word))
            .unwrap_or(near);
            let after = text[range.end..text.floor_char_boundary(range.end + 16)].to_lowercase();
            let after = after.trim_start_matches(['"', '\'', '\u{201d}', '\u{2019}', '`', ' ']);
            if is_victim(&after[..after.floor_char_boundary(16)])
                || is_bystander(structure, &range)
                || was_taken(structure, range.start)
            {
                continue;
            }
            let said = ACCOUNT.iter().any(|word| near.ends_with(word))
                || [
                    "account",
                    "npm account",
                    "pypi account",
                    "github account",
                    "profile",
                ]
                .iter()
                .any(|word| after.starts_with(word))
                || near.ends_with("user") && !near.ends_with("the user");
            // "the accounts `a`, `b` and `c`"
            let joined = last.is_some_and(|end| {
                let between = text.get(end..range.start).unwrap_or_default();
                // `a` (npm) and `b` (PyPI)
                let between = match (between.find('('), between.find(')')) {
                    (Some(open), Some(close)) if open < 4 && open < close => &between[close + 1..],
                    _ => between,
                };
                between.len() < 16
                    && matches!(
                        between
                            .trim_matches(|c: char| !c.is_alphanumeric())
                            .to_lowercase()
                            .as_str(),
                        "" | "and" | "or" | "und" | "y" | "e" | "et" | "和" | "与" | "と"
                    )
            });
            let by = near.ends_with(" by")
                && !name.starts_with(|c: char| c.is_ascii_uppercase())
                && (is_odd(name) || name.contains('.') || holds(&block.code, range.start));
            let by = by && {
                let sentence = before_in_sentence(structure, range.start, 80);
                ["upload", "publish", "pushed", "released by", "created by"]
                    .iter()
                    .any(|word| sentence.contains(word))
            };
            if said || joined || by {
                last = Some(range.end);
                found.push(publisher(name, range));
            }
        }
    }
}

/// Accounts that stand plain: "the aliases foo and bar", "npm publisher Foo1".
fn plain(structure: &Structure<'_>, found: &mut Vec<Spoken>) {
    let text = structure.article.text.as_str();
    for captures in ALIASES.captures_iter(text) {
        let (Some(said), Some(names)) = (captures.name("said"), captures.name("names")) else {
            continue;
        };
        let lower = said.as_str().to_lowercase();
        let plain_too = ["alias", "username", "handle", "moniker"]
            .iter()
            .any(|word| lower.contains(word))
            || lower.starts_with(|c: char| !c.is_ascii());
        let after = text[names.end()..text.floor_char_boundary(names.end() + 40)].to_lowercase();
        // "aliases `a` → `b`" tells of a package.
        // "accounts-locked"
        let within = names.start() == said.end()
            && text[..said.end()].ends_with(|c: char| c.is_ascii_alphanumeric());
        let mapped = after
            .trim_start_matches(['`', '"', ' '])
            .starts_with(['→', '-', '=']);
        // "`alias npm-safe to npm`"
        let mapped = mapped || lower == "alias" && after.starts_with(" to ");
        // "two more from this account are `foo/bar`": what is theirs.
        let between = &text[said.end()..names.start()];
        let theirs = [" are", " were"]
            .iter()
            .any(|verb| between.starts_with(verb))
            && !lower.ends_with('s');
        // "the campaign is tracked under the moniker Foo"
        let campaign = lower.contains("moniker")
            && before_in_sentence(structure, said.start(), 40).contains("track");
        if within
            || theirs
            || campaign
            || is_victim(&after)
            || is_bystander(structure, &names.range())
            || was_taken(structure, said.start())
            || mapped && lower.contains("alias")
        {
            continue;
        }
        // "las cuentas foo y bar": two plain words joined are names, one is not.
        let several = said.as_str().ends_with(|c: char| c.is_ascii() && c != 'o')
            && (lower.ends_with(['s', 'i']) || lower.ends_with("en"))
            && [" and ", " y ", " et ", " und ", " e "]
                .iter()
                .any(|join| names.as_str().contains(join));
        let mut joined = false;
        for name in ALIAS.find_iter(names.as_str()) {
            if joined {
                break;
            }
            let before = &names.as_str()[..name.start()];
            joined = [" and ", " y ", " et ", " und ", " e ", " or "]
                .iter()
                .any(|join| before.ends_with(join));
            let odd = is_odd(name.as_str());
            let word = name.as_str().to_lowercase();
            if matches!(
                word.as_str(),
                "and" | "or" | "et" | "und" | "oder" | "y" | "e"
            ) {
                continue;
            }
            let start = names.start() + name.start();
            let range = start..start + name.len();
            let quoted = text[..start]
                .ends_with(['`', '"', '\'', '\u{201c}', '\u{2018}', '「', '„'])
                && text[range.end..]
                    .starts_with(['`', '"', '\'', '\u{201d}', '\u{2019}', '」', '“']);
            // "aliases (confusable name)": a remark.
            let remark = text[..start].ends_with('(') && !text[range.end..].starts_with([')', ',']);
            if remark {
                break;
            }
            // "hostname, username, public address": another thing.
            let apart = text[..start].ends_with(", ") && !joined;
            // "GitHub accounts: a-b, c_d, plain"
            let listed =
                apart && (several || before.contains(',') && text[said.end()..].starts_with(':'));
            let apart = apart && !listed;
            let plain = (plain_too || several || listed)
                && !apart
                && word.len() >= if several { 3 } else { 5 }
                && name.as_str() == word
                && !is_common(&word);
            if !odd && !plain && !quoted || !is_account(name.as_str()) {
                break;
            }
            found.push(publisher(name.as_str(), range));
        }
    }
}

fn by_user(structure: &Structure<'_>, found: &mut Vec<Spoken>) {
    // "users named foo (version 1.2)": what they published.
    let told = [
        (&*BY_USER, false),
        (&*NAMED, true),
        (&*UPLOADED, false),
        (&*RECORDED, false),
    ];
    let text = &structure.article.text;
    let told = told
        .iter()
        .flat_map(|(pattern, called)| pattern.captures_iter(text).map(move |c| (*called, c)));
    for (called, captures) in told {
        if let Some(name) = captures.name("names")
            && !was_taken(structure, name.start())
            && !is_bystander(structure, &name.range())
            && (called || !VERSIONED.is_match(&text[name.end()..]))
            && !matches!(name.as_str(), "Agent" | "Data" | "Execution" | "Account")
        {
            found.push(publisher(name.as_str(), name.range()));
            // "users named foo_1 (1.0.1), foo_2 (1.0.2) and foo_3"
            let mut end = name.end();
            while let Some(captures) = NEXT.captures(&text[end..])
                && let (Some(whole), Some(next)) = (captures.get(0), captures.name("name"))
                && is_odd(next.as_str())
            {
                let range = end + next.start()..end + next.end();
                found.push(publisher(next.as_str(), range));
                end += whole.end();
            }
        }
    }
}

/// Accounts in a column, after a field's name, in a list under a heading.
fn fields(structure: &Structure<'_>, found: &mut Vec<Spoken>) {
    let text = structure.article.text.as_str();
    let blocks = &structure.article.blocks;
    for (index, block) in blocks.iter().enumerate() {
        let block_text = &text[block.range.clone()];
        match block.kind {
            BlockKind::Row => {
                let first = structure.first_alike(index);
                let head = blocks.get(first).map_or("", |b| &text[b.range.clone()]);
                let column = (first != index)
                    .then(|| head.split('\t').position(is_field))
                    .flatten();
                let mut cells = block_text.split('\t');
                let cell = match column {
                    Some(column) => cells.nth(column),
                    // "Publisher | foo": type and value.
                    None => match (cells.next(), cells.next()) {
                        (Some(field), Some(value)) if is_field(field) && !is_head(value) => {
                            Some(value)
                        }
                        _ => None,
                    },
                };
                take(structure, text, cell.unwrap_or_default(), found);
            }
            BlockKind::Item | BlockKind::Paragraph => {
                if let Some((field, value)) = block_text.split_once([':', '：'])
                    && field.len() <= 40
                    && is_field(field)
                    // The article's own author stands at its start.
                    && (index > 3 || !field.to_lowercase().contains("author"))
                {
                    for name in value.split([',', ';']) {
                        take(structure, text, name, found);
                    }
                } else if block.kind == BlockKind::Item {
                    let announced = structure
                        .announcement(index)
                        .into_iter()
                        .chain(structure.headings(index).last().map(String::as_str))
                        .any(|lead| is_field(lead) || announces_accounts(lead));
                    if announced {
                        let end = block_text
                            .find(['(', '–', '—', ',', '\t'])
                            .or_else(|| block_text.find(" - "))
                            .unwrap_or(block_text.len());
                        take(structure, text, &block_text[..end], found);
                    }
                }
            }
            _ => {}
        }
    }
}

/// What stands at the head of a column.
fn is_head(cell: &str) -> bool {
    is_field(cell)
        || [
            "comment",
            "comments",
            "date",
            "description",
            "downloads",
            "e-mail",
            "email",
            "ecosystem",
            "package",
            "packages",
            "registered",
            "status",
            "value",
            "version",
            "versions",
            "notes",
        ]
        .contains(&cell.trim().to_lowercase().as_str())
}

fn is_field(name: &str) -> bool {
    let name = name
        .trim()
        .trim_end_matches([':', '：'])
        .trim_end_matches("(s)")
        .to_lowercase();
    // "Publisher (`_npmUser`)"
    let name = name.split(" (").next().unwrap_or_default();
    FIELDS.contains(&name.trim())
}

/// Takes a cell or part of one where it is nothing but an account.
fn take(structure: &Structure<'_>, text: &str, part: &str, found: &mut Vec<Spoken>) {
    let name = part.trim().trim_matches(['`', '"', '\'', '@', '*']);
    // "foo (foo@proton.me)", "foo <foo@proton.me>"
    let name = name.split([' ', '(', '<']).next().unwrap_or_default();
    let name = name.trim_end_matches('.');
    let rest = part.trim().trim_matches(['`', '"', '\'', '@', '*'])[name.len()..].trim();
    if !is_account(name)
        || !(rest.is_empty() || rest.starts_with(['(', '<', '&', '-', '–', '—']))
        || name.chars().all(|c| c.is_ascii_digit() || c == '.')
    {
        return;
    }
    let range = place_of(text, name);
    if !is_victim(&part.to_lowercase()) && !was_taken(structure, range.start) {
        found.push(publisher(name, range));
    }
}
