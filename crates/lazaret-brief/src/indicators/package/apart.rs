//! Names that are only set apart from the text, as code or in quotes: several
//! in a row after a word for packages, or one alone of which the words beside
//! it say something.

use std::ops::Range;

use super::{
    Certainty, Finder, Named,
    cells::cells,
    columns::column_head,
    name::{CLOSES, OPENS, is_file_name, is_space, is_whole, looks_like_name},
    words::{is_bare, is_code_word},
};

use crate::article::BlockKind;

/// Bytes before an enumeration in which a word for packages stands.
const LEAD: usize = 160;

pattern!(
    QUOTED,
    r"[\x22'\u{201c}\u{2018}\u{201e}\u{ab}\u{300c}][ \u{a0}\u{202f}]?(?P<name>(?:@[a-z0-9~][\w.~-]*/)?[A-Za-z0-9][A-Za-z0-9._-]*[A-Za-z0-9])[ \u{a0}\u{202f}]?,?[\x22'\u{201d}\u{201c}\u{2019}\u{bb}\u{300d}]"
);
pattern!(
    /// What packages are called.
    NOUN,
    r"(?i)packages?\b|librar(?:y|ies)\b|modules?\b|\bgems?\b|\bcrates?\b|dependenc(?:y|ies)\b|extensions?\b|\bpakete?\b|bibliothek|paquets?\b|paquetes?\b|pacchett[oi]|pacotes?\b|пакет|библиотек|包|パッケージ|ライブラリ|패키지"
);
pattern!(
    /// What else is set as code, right before or after it.
    pub(super) OTHER,
    r"(?i)\b(?:functions?|methods?|commands?|variables?|fields?|scripts?|files?|folders?|director(?:y|ies)|hooks?|flags?|options?|keys?|class(?:es)?|parameters?|arguments?|branch(?:es)?|tags?|accounts?|alias(?:es)?|handles?|users?|maintainers?|publishers?|authors?|owners?|uploaders?|nick(?:name)?s?|headers?|endpoints?|calls?|apis?|strings?|values?|constants?|artifacts?|binar(?:y|ies)|daemons?|executables?|jobs?|steps?|paths?|suffix(?:es)?|urls?|process(?:es)?|repositor(?:y|ies)|domains?|tokens?|workflows?|stealer|malware|funktion|methode|datei|befehl|konto|函数|文件|関数|ファイル)$"
);

impl Finder<'_> {
    /// Names of a block that are set apart.
    pub(super) fn apart(&self, index: usize, found: &mut Vec<Named>) {
        let Some(block) = self.prose(index) else {
            return;
        };
        let text = self.structure.article.text.as_str();
        let base = block.range.start;
        let bold = block.bold.iter().filter(|range| {
            let name = &text[(*range).clone()];
            name.contains(['-', '_', '/']) && looks_like_name(name)
        });
        let mut spans: Vec<Range<usize>> = QUOTED
            .captures_iter(&text[block.range.clone()])
            .filter_map(|captures| captures.name("name"))
            .map(|m| base + m.start()..base + m.end())
            .chain(block.code.iter().map(|range| trimmed(text, range.clone())))
            .chain(bold.cloned())
            .filter(|span| {
                let name = &text[span.clone()];
                (self.is_set_name(name) || is_file_name(name))
                    && !(block.kind == BlockKind::Row && self.is_other_cell(index, span))
            })
            .collect();
        spans.sort_by_key(|span| (span.start, span.end));
        spans.dedup_by(|later, earlier| later.start < earlier.end);
        let mut from = 0;
        while from < spans.len() {
            let mut to = from + 1;
            while to < spans.len() && is_joint(&text[spans[to - 1].end..spans[to].start]) {
                to += 1;
            }
            let lead = &text[text
                .ceil_char_boundary(spans[from].start.saturating_sub(LEAD).max(base))
                ..spans[from].start];
            let after = &text[spans[to - 1].end..block.range.end];
            // "`a.exe`, `b-linux` or `c-macos`": files; "`a-b`, `c.js` and `d`": a library.
            let row = &spans[from..to];
            let scripts = row
                .iter()
                .filter(|span| text[(*span).clone()].ends_with(".js"));
            let library = scripts.count() * 2 < row.len();
            let file = |span: &Range<usize>| {
                let name = &text[span.clone()];
                is_file_name(name) && !(library && name.ends_with(".js"))
            };
            let other = is_other(lead, after) || spans[from..to].iter().any(file);
            let listed = to - from >= 3 && NOUN.is_match(lead);
            let certainty = match listed {
                true => Certainty::Worded,
                false => Certainty::Guessed,
            };
            if !other {
                for span in &spans[from..to] {
                    self.push_versions(found, &text[span.clone()], span.clone(), certainty);
                }
            }
            from = to;
        }
    }

    /// Whether it is all that a cell holds, in a column of other things.
    pub(super) fn is_other_cell(&self, index: usize, span: &Range<usize>) -> bool {
        let text = self.structure.article.text.as_str();
        let Some(block) = self.structure.block(index) else {
            return false;
        };
        let cells = cells(text, block.range.clone());
        let Some(nth) = cells.iter().position(|cell| cell == span) else {
            return false;
        };
        self.structure.first_alike(index) != index
            && column_head(text, self.structure, index, Some(nth))
                .is_some_and(|head| !head.is_empty() && OTHER.is_match(&head))
    }

    /// Whether what is set apart can be a package's name and hardly a word of
    /// a program.
    pub(super) fn is_set_name(&self, name: &str) -> bool {
        is_whole(name)
            && (looks_like_name(name) || is_bare(name))
            && !is_file_name(name)
            && !is_code_word(name)
    }
}

/// Whether the word before or behind what is set apart says that it is another
/// thing: "an artifact named `foo`", "the `bar` function".
pub(super) fn is_other(before: &str, after: &str) -> bool {
    let next = after
        .trim_start_matches(|c: char| CLOSES.contains(&c) || is_space(c))
        .split(|c: char| !c.is_alphanumeric())
        .next()
        .unwrap_or_default();
    let last = before
        .trim_end_matches(|c: char| OPENS.contains(&c) || is_space(c) || matches!(c, ':' | '('))
        .rsplit(|c: char| !c.is_alphanumeric())
        .find(|word| !matches!(*word, "called" | "itself" | "named"))
        .unwrap_or_default();
    OTHER.is_match(next) || OTHER.is_match(last)
}

fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let part = &text[range.clone()];
    let start = range.start + part.len() - part.trim_start().len();
    start..start + part.trim().len()
}

/// Whether no more than a comma or a word for "and" stands between two names.
fn is_joint(between: &str) -> bool {
    between.len() <= 16
        && matches!(
            between
                .trim_matches(|c: char| !c.is_alphanumeric())
                .to_lowercase()
                .as_str(),
            "" | "and"
                | "or"
                | "und"
                | "oder"
                | "et"
                | "y"
                | "e"
                | "и"
                | "和"
                | "と"
                | "及び"
                | "as well as"
        )
        && !between.contains(['.', '\n', '(', '=', '→', '/', ':'])
}
