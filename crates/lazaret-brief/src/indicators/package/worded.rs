//! Packages that the words around them call so.

use std::ops::Range;

use super::{
    Certainty, Finder, NAME, Named,
    announced::NOUNS,
    apart::is_other,
    enumeration::{Item, enumeration, is_command},
    name::{CLOSES, OPENS, is_file_name, looks_like_name},
    version::VERSION,
    words::{is_bare, is_code_word, is_noun_alone},
};
use crate::{
    article::{BlockKind, holds},
    indicators::phrase,
};

pattern!(
    pub(super) BEFORE,
    r"(?i)\b(?:packages?|library|libraries|modules?|gems?|crates?|dependency|dependencies|typosquats?)(?: (?:itself|was|were|is|are|of|have been|has been))?(?:,? (?:named|called|dubbed|titled|known as|like|such as|including|identified as)|:| -| –| —)?[ ]+(?P<names>[\x22'`\u{201c}\u{2018}\u{201e}\u{201a}\u{ab}\u{300c}]?[ \u{a0}\u{202f}]?[@A-Za-z0-9](?:[^.;:()\n]|\.[a-zA-Z]){1,300})"
);
pattern!(
    pub(super) NAMES_SUCH_AS,
    r"(?i)\b(?:names?|namen|noms?|nombres?|nomi|nomes?|названи\w+)\b[^.;:\n]{0,120}?\b(?:such as|like|including|wie|comme|como|come|tels? que|как) (?P<names>[\x22'`\u{201c}\u{2018}\u{201e}\u{201a}\u{ab}\u{300c}]?[ \u{a0}\u{202f}]?[@A-Za-z0-9][^.;:()\n]{1,400})"
);

pattern!(
    /// "added a dependency (flatmap-stream)"
    BRACKETED,
    r"(?i)\b(?:packages?|library|libraries|modules?|gems?|crates?|dependency|dependencies) \((?P<names>[\x22'`\u{201c}]?[@A-Za-z0-9][^.;:()\n]{1,200})\)"
);
pattern!(
    /// "triple-digit package counts": the word before tells of these.
    COMPOUND,
    r"^[a-z]+ (?:count|ecosystem|index|install|manage|name|publish|registr|repositor|version)"
);

pattern!(
    /// "1,204 downloads", but "it downloads"
    DOWNLOADS,
    r"\d[\w,.+]* (?:[a-z]+ ){0,2}downloads\b|\bdownloads (?:a|per|each|since|from)\b"
);

pattern!(
    /// "the foo package", but "a deceptive package"
    NAMING,
    r"(?i)\b(?:the|malicious|compromised|hijacked|infected|fake|rogue) $"
);

/// Names of the shortest row that needs no mark.
const ROW: usize = 3;

/// Bytes before a noun in which its name stands.
const NEAR: usize = 300;

impl Finder<'_> {
    /// `Some.Library` where NuGet is spoken of.
    fn is_dotted(&self, name: &str, at: usize) -> bool {
        name.contains('.')
            && name.starts_with(|c: char| c.is_ascii_uppercase())
            && name.split('.').all(|part| {
                part.len() >= 2 && part.starts_with(|c: char| c.is_ascii_alphanumeric())
            })
            && !is_file_name(name)
            && self.ecosystem_at(at) == Some(lazaret_model::Ecosystem::Nuget)
    }

    /// Whether a word that no language has stands in an English sentence on an
    /// attack.
    pub(super) fn is_odd_word(&self, name: &str, at: usize) -> bool {
        name.len() >= 4
            && is_bare(name)
            && !is_code_word(name)
            && !is_noun_alone(name)
            && !self.lists.is_english(name)
            && !self.lists.is_program(name)
            && {
                let sentence = self.structure.sentence_at(at);
                let sentence = self.structure.article.text[sentence].to_lowercase();
                (sentence.starts_with("the ") || sentence.contains(" the "))
                    && self.lists.speaks_of_attack(&sentence)
            }
    }

    /// Names that the words around them call packages.
    pub(super) fn worded(&self, index: usize, found: &mut Vec<Named>) {
        let Some(block) = self.structure.block(index) else {
            return;
        };
        if block.kind == BlockKind::Code {
            return;
        }
        let text = &self.structure.article.text;
        let block_text = &text[block.range.clone()];
        let base = block.range.start;
        let announced = BEFORE
            .captures_iter(block_text)
            .chain(NAMES_SUCH_AS.captures_iter(block_text))
            .chain(BRACKETED.captures_iter(block_text));
        for captures in announced {
            let (Some(whole), Some(names)) = (captures.get(0), captures.name("names")) else {
                continue;
            };
            // "function names like `foo`"
            if block_text[whole.start()..].starts_with("name")
                && is_other(&block_text[..whole.start()], "")
            {
                continue;
            }
            // "names such as a, b and c": words that no language has.
            let row = base + names.start()..base + names.end();
            let mut items = enumeration(text, row, &block.code);
            items.retain(|item| item.closed);
            let odd = |item: &Item| {
                let name = &text[item.range.clone()];
                is_bare(name) && !self.lists.is_english(name)
            };
            if items.len() >= ROW && items.iter().all(odd) {
                for item in items {
                    let range = item.range;
                    self.push_versions(found, &text[range.clone()], range, Certainty::Worded);
                }
                continue;
            }
            for (range, marked) in names_in(names.as_str(), base + names.start(), &block.code) {
                let name = &text[range.clone()];
                if marked
                    || looks_like_name(name)
                    || self.products.contains(name)
                    || self.is_known(name, range.start)
                    || self.is_dotted(name, range.start)
                {
                    self.push_versions(found, name, range, Certainty::Worded);
                }
            }
        }
        // "`foo` npm package", "the foo-bar package"
        for (at, word) in block_text
            .match_indices(|c: char| c.is_ascii_alphabetic())
            .filter_map(|(at, _)| {
                let starts_word = !block_text[..at]
                    .chars()
                    .next_back()
                    .is_some_and(char::is_alphanumeric);
                starts_word.then_some(at)
            })
            .filter_map(|at| {
                [
                    "package",
                    "library",
                    "module",
                    "gem",
                    "rubygem",
                    "crate",
                    "dependency",
                ]
                .iter()
                .find(|word| {
                    block_text[at..]
                        .get(..word.len())
                        .is_some_and(|w| w.eq_ignore_ascii_case(word))
                        && !block_text[at + word.len()..]
                            .chars()
                            .next()
                            .is_some_and(char::is_alphanumeric)
                })
                .map(|word| (at, *word))
            })
        {
            let _ = word;
            // No name is longer; the rest of a long block is not looked at again.
            let from = block_text.ceil_char_boundary(at.saturating_sub(NEAR));
            let before = strip_ecosystem_word(block_text[from..at].trim_end());
            let Some((range, marked)) = last_name(before, base + from, &block.code) else {
                continue;
            };
            let name = &text[range.clone()];
            if self.products.contains(name) {
                let name = name.to_lowercase();
                self.push_versions(found, &name, range, Certainty::Worded);
            } else if marked
                || self.is_known(name, range.start)
                || !COMPOUND.is_match(&block_text[at..])
                    && (looks_like_name(name)
                        || NAMING.is_match(&text[base + from..range.start])
                            && self.is_odd_word(name, range.start))
            {
                self.push_versions(found, name, range, Certainty::Worded);
            }
        }
        // A name set as code in a sentence that speaks of packages.
        for range in block.code.iter().chain(&block.bold) {
            let name = text[range.clone()].trim();
            // What the malware makes use of is no package of the attacker's.
            let before = text[block.range.start..range.start].trim_end();
            let used = [
                "uses",
                "using",
                "via",
                "with",
                "through",
                "imports",
                "requires",
                "calls",
                "runs",
                "spawns",
                "executes",
                "from",
                "and",
                "flag",
                "option",
                "header",
                "branch",
                "repository",
            ]
            .iter()
            .any(|word| before.ends_with(word));
            let other = is_other(before, &text[range.end..block.range.end]);
            let recurs = !used && !other && self.recurring.contains(name);
            let cell = block.kind == BlockKind::Row && self.is_other_cell(index, range);
            if cell || !recurs && !holds(&block.code, range.start) {
                continue;
            }
            let sentence = text[self.structure.sentence_at(range.start)].to_lowercase();
            let speaks = phrase::any(&NOUNS, &sentence)
                || phrase::any(
                    &[
                        "published to",
                        "publiée",
                        "publicad",
                        "poses as",
                        "imite",
                        "imita",
                    ],
                    &sentence,
                );
            // What has releases is a package, if its name is like one.
            let released = ([" update", " release", "version"]
                .iter()
                .any(|word| sentence.contains(word))
                || DOWNLOADS.is_match(&sentence))
                && (name.contains('-') && !name.contains(['.', '/', ':', ' ']));
            let speaks = speaks || released;
            let dotted = || {
                self.ecosystem_at(range.start) == Some(lazaret_model::Ecosystem::Nuget)
                    && name.contains('.')
                    && name.starts_with(|c: char| c.is_ascii_uppercase())
                    && !name.contains(['/', ' '])
            };
            // `license.list` is a file, whatever it ends with.
            let listed = name.contains('.') && !name.contains(['-', '@', '/']);
            if (speaks || recurs)
                && (looks_like_name(name) && !listed || dotted())
                && !is_file_name(name)
            {
                self.push_versions(found, name, range.clone(), Certainty::Worded);
            }
        }
    }
}

words!(
    /// What follows the name of a package manager in a command.
    COMMANDS,
    "\
    add ci fetch get install list ls remove require rm uninstall update upgrade yank \
    "
);

/// Names in an enumeration: each with whether it is marked (quotes, code).
fn names_in(part: &str, base: usize, code: &[Range<usize>]) -> Vec<(Range<usize>, bool)> {
    let mut found = Vec::new();
    let mut last = 0;
    for m in NAME.find_iter(part) {
        let between = part[last..m.start()]
            .trim_matches(|c: char| !c.is_alphanumeric())
            .to_lowercase();
        let joined = matches!(
            between.as_str(),
            "" | "and" | "or" | "as well as" | "und" | "oder" | "et" | "y" | "e" | "и"
        ) || VERSION.is_match(&between);
        if !joined {
            break;
        }
        if matches!(
            m.as_str().to_lowercase().as_str(),
            "and" | "or" | "as" | "well" | "v" | "und" | "oder" | "et" | "y" | "e" | "и"
        ) {
            last = m.start();
            continue;
        }
        // "gem uninstall foo" is a command.
        if found.is_empty() && COMMANDS.contains(m.as_str()) {
            break;
        }
        let start = base + m.start();
        if is_command(&part[m.end()..], code, start..base + m.end()) {
            break;
        }
        let marked = holds(code, start) || quoted(part, m.start(), m.end());
        let range = start..base + m.end();
        last = m.end();
        if VERSION.find(m.as_str()).is_some_and(|v| v.len() == m.len()) {
            continue;
        }
        let dotted =
            m.as_str().contains('.') && m.as_str().starts_with(|c: char| c.is_ascii_uppercase());
        if !marked && !looks_like_name(m.as_str()) && !dotted {
            break;
        }
        found.push((range, marked));
        if found.len() >= 200 {
            break;
        }
    }
    found
}

fn quoted(text: &str, start: usize, end: usize) -> bool {
    let before = text[..start].chars().next_back();
    let after = text[end..].chars().next();
    before.is_some_and(|c| OPENS.contains(&c))
        && after.is_some_and(|c| CLOSES.contains(&c) || c == ',')
}

/// The last name before a place, with whether it is marked.
fn last_name(before: &str, base: usize, code: &[Range<usize>]) -> Option<(Range<usize>, bool)> {
    let trimmed = before.trim_end_matches(|c| CLOSES.contains(&c) || c == ' ');
    let start = trimmed
        .rfind(|c| OPENS.contains(&c) || matches!(c, ' ' | '(' | '\t' | '\n'))
        .map_or(0, |at| {
            at + trimmed[at..].chars().next().map_or(1, char::len_utf8)
        });
    let name = &trimmed[start..];
    let m = NAME.find(name).filter(|m| m.len() == name.len())?;
    let marked = holds(code, base + start)
        || before.len() > trimmed.trim_end().len() && before[trimmed.len()..].contains(CLOSES);
    Some((base + start..base + start + m.len(), marked))
}

fn strip_ecosystem_word(before: &str) -> &str {
    let lower = before.to_lowercase();
    for word in [
        "npm",
        "pypi",
        "python",
        "rubygems",
        "ruby",
        "nuget",
        "rust",
        "go",
        "node.js",
        "javascript",
        "malicious",
    ] {
        if lower.len() == before.len() && lower.ends_with(word) {
            let rest = &before[..before.len() - word.len()];
            if rest.ends_with([' ', '`', '"', '”', '\'']) {
                return rest.trim_end();
            }
        }
    }
    before
}
