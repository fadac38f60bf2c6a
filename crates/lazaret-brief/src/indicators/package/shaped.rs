//! Whatever is shaped like a package's name and set apart in some way: as code,
//! in quotes, as an element of a list, a cell, a line, one of several in a row.
//! Most of it is none; what it is is decided by weights (`indicators/fitted`).

use std::ops::Range;

use lazaret_model::Ecosystem;

use super::{
    Certainty, Finder, NAME, Named, is_conjunction,
    name::{CLOSES, OPENS, is_file_name, is_host, is_space, looks_like_name},
    pathed::GO_MODULE,
    version::versions_after,
    words::{is_bare, is_code_word, is_lower},
};
use crate::{
    article::{Block, BlockKind, holding},
    indicators::judge::is_placeholder,
};

/// Bytes of the longest name that is looked at.
const LONG: usize = 80;

/// Bytes of the longest line of code that can be one of names.
const LINE: usize = 160;

impl Finder<'_> {
    /// What is shaped like a name in a block.
    pub(super) fn shaped(&self, index: usize, found: &mut Vec<Named>) {
        let Some(block) = self.structure.block(index) else {
            return;
        };
        let text = self.structure.article.text.as_str();
        let part = &text[block.range.clone()];
        let base = block.range.start;
        for captures in GO_MODULE.captures_iter(part) {
            if let Some(name) = captures.name("name") {
                let range = base + name.start()..base + name.end();
                let go = *self.go.get_or_init(|| {
                    self.usual.contains(&Ecosystem::Golang) || text.contains(" Go ")
                });
                let ecosystem = go.then_some(Ecosystem::Golang);
                let version = captures.name("version").map(|v| v.as_str());
                let name = name.as_str().replace("[.]", ".");
                self.push(found, ecosystem, &name, version, range, Certainty::Shaped);
            }
        }
        // Words that commas join: a row of names, if most of them can be names.
        let mut row: Vec<(Range<usize>, Shape)> = Vec::new();
        for m in NAME.find_iter(part) {
            let range = base + m.start()..base + m.end();
            if is_conjunction(m.as_str()) && !row.is_empty() {
                continue;
            }
            let shape = self.shape(block, &range);
            let between = row
                .last()
                .and_then(|(last, _)| text.get(last.end..range.start))
                .unwrap_or_default();
            // "foo (140 downloads); bar"
            let noted = between.len() <= APART && between.contains('(') && !between.contains(')');
            if noted && shape < Shape::Set {
                continue;
            }
            let joined = !row.is_empty() && is_joint(between);
            if !joined {
                self.take_row_shaped(found, &row);
                row.clear();
            }
            row.push((range, shape));
        }
        self.take_row_shaped(found, &row);
    }

    /// What in itself can be a name, and the words between such.
    fn take_row_shaped(&self, found: &mut Vec<Named>, row: &[(Range<usize>, Shape)]) {
        let like = row
            .iter()
            .filter(|(_, shape)| *shape >= Shape::Possible)
            .count();
        let is_row = row.len() > 1 && like * 2 > row.len();
        let least = match (is_row, row.len()) {
            (false, _) => Shape::Set,
            (true, ..ROW) => Shape::Possible,
            _ => Shape::Word,
        };
        for (range, _) in row.iter().filter(|(_, shape)| *shape >= least) {
            self.take_shaped(found, range.clone());
        }
    }

    fn shape(&self, block: &Block, range: &Range<usize>) -> Shape {
        let text = self.structure.article.text.as_str();
        let name = &text[range.clone()];
        if name.len() > LONG
            || !self.is_alone(range)
            || is_code_word(name)
            || is_file_name(name) && !name.ends_with(".js")
            || is_host(name)
            || is_digest(name)
            || is_placeholder(name)
            || !name.contains(|c: char| c.is_ascii_lowercase())
        {
            Shape::Other
        } else if self.is_set(block, range) {
            Shape::Set
        } else if looks_like_name(name) || is_bare(name) && !self.lists.is_english(name) {
            Shape::Possible
        } else if is_lower(name) && block.kind != BlockKind::Code {
            Shape::Word
        } else {
            Shape::Other
        }
    }

    fn take_shaped(&self, found: &mut Vec<Named>, range: Range<usize>) {
        let text = self.structure.article.text.as_str();
        let name = &text[range.clone()];
        let ecosystem = self.ecosystem_at(range.start);
        let rest = &text[range.end..];
        let rest = &rest[..rest.floor_char_boundary(LINE)];
        let rest = rest.split('\n').next().unwrap_or_default();
        let versions = versions_after(rest.trim_start_matches(['@', '=', '\t']));
        let certainty = Certainty::Shaped;
        self.push_each(found, ecosystem, name, &versions, range, certainty);
    }

    /// Whether neither what stands before nor what stands behind makes it a
    /// part of a path, an address or code.
    fn is_alone(&self, range: &Range<usize>) -> bool {
        let text = self.structure.article.text.as_str();
        let rest = &text[range.end..];
        !text[..range.start].ends_with([
            '/', '\\', '.', '@', '-', '_', ':', '=', '$', '%', '#', '{', '<',
        ]) && (!rest.starts_with(['/', '\\', '[', '(', '=', '@', '<', '$'])
            || rest.starts_with("==")
            || rest.starts_with("[.]js")
            || rest
                .strip_prefix('@')
                .is_some_and(|v| v.starts_with(|c: char| c.is_ascii_digit() || c == 'v')))
    }

    /// Whether it is set apart: in its own form, or all of a line, cell, span of
    /// code or quotation, or at the beginning of an element of a list.
    fn is_set(&self, block: &Block, range: &Range<usize>) -> bool {
        let text = self.structure.article.text.as_str();
        let name = &text[range.clone()];
        if !name.contains(|c: char| c.is_ascii_alphabetic()) {
            return false;
        }
        // A page in one block is not read for each of its names.
        let from = range.start.saturating_sub(LINE).max(block.range.start);
        let to = (range.end + LINE).min(block.range.end);
        let before = &text[text.ceil_char_boundary(from).min(range.start)..range.start];
        let after = &text[range.end..text.floor_char_boundary(to).max(range.end)];
        let versioned = after
            .trim_start_matches(['@', '=', ' ', '(', 'v'])
            .starts_with(|c: char| c.is_ascii_digit());
        let code = holding(&block.code, range.start);
        if block.kind == BlockKind::Code {
            // A value of a record.
            let value = before.ends_with(": \"") && after.starts_with('"');
            return value || is_line(before, after, versioned);
        }
        if let Some(code) = code {
            return is_start(&text[code.start..range.start])
                && (versioned || is_start(&text[range.end..code.end.max(range.end)]));
        }
        let bold = holding(&block.bold, range.start).is_some_and(|bold| {
            is_start(&text[bold.start..range.start])
                && text[range.end..bold.end.max(range.end)].len() < 12
        });
        let quoted =
            before.ends_with(OPENS) && after.trim_start_matches([',', '.']).starts_with(CLOSES);
        // Latin letters within a text that has others.
        let foreign = is_bare(name)
            && !self.lists.is_english(name)
            && before.ends_with(is_unspaced)
            && after.starts_with(is_unspaced);
        let formed = foreign || looks_like_name(name) || versioned && after.starts_with('@');
        let begins = match block.kind {
            BlockKind::Item | BlockKind::Paragraph => is_start(before) && is_end(after),
            BlockKind::Row => {
                is_start(before.rsplit('\t').next().unwrap_or_default())
                    && is_end(after.split('\t').next().unwrap_or_default())
            }
            _ => false,
        };
        let linked = block
            .links
            .iter()
            .take(LINKS)
            .any(|(link, _)| *link == *range);
        bold || quoted || formed || begins || linked
    }
}

/// Links of a block that are looked at.
const LINKS: usize = 64;

/// Whether only marks stand there.
fn is_start(text: &str) -> bool {
    text.len() <= 12
        && text
            .chars()
            .all(|c| !c.is_alphabetic() && c != '/' && c != '\\')
}

/// Whether what a list or table says of a name begins there, or nothing.
fn is_end(after: &str) -> bool {
    let rest = after.trim_start_matches(|c: char| is_space(c) || CLOSES.contains(&c));
    rest.is_empty()
        || rest.starts_with([
            ',', ';', ':', '(', '[', '@', '=', '–', '—', '-', '|', '→', '、', '，', '（', '：',
        ])
        || rest.starts_with(|c: char| c.is_ascii_digit())
        || rest.starts_with('v') && rest[1..].starts_with(|c: char| c.is_ascii_digit())
}

/// Whether a line of code holds little but the name.
fn is_line(before: &str, after: &str, versioned: bool) -> bool {
    let head = before.rsplit(['\n', ',']).next().unwrap_or_default();
    let tail = after.split(['\n', ',']).next().unwrap_or_default();
    is_start(head)
        && (versioned
            || tail
                .chars()
                .all(|c| !c.is_alphanumeric() && !matches!(c, '(' | '/' | '{')))
}

/// Whether two names of a row stand on either side: nothing but a comma, a word
/// that joins, and what brackets say of the first.
fn is_joint(between: &str) -> bool {
    if between.len() > APART || between.contains('\n') {
        return false;
    }
    let between = match (between.find('('), between.rfind(')')) {
        (Some(open), Some(close)) if open < close => &between[close + 1..],
        _ => between,
    };
    (between.contains([',', '、', '，', ';', '；', '/']) || between.contains(' '))
        && !between.contains(['.', ':', '('])
        && matches!(
            between.trim_matches(|c: char| !c.is_alphabetic()),
            "and" | "or" | "und" | "et" | "y" | "e" | "и" | "和"
        )
        || between
            .trim_matches(|c: char| c == ' ' || CLOSES.contains(&c) || OPENS.contains(&c))
            .chars()
            .eq([','])
        || matches!(between.trim(), "、" | "，" | ";" | "；")
}

/// Names of the shortest row in which a plain word is one.
const ROW: usize = 4;

/// Bytes between two names of a row.
const APART: usize = 80;

/// Chinese and Japanese set no spaces between words.
fn is_unspaced(c: char) -> bool {
    c >= '\u{2e80}'
}

/// How much a word is like a name.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Shape {
    Other,
    /// Of plain English.
    Word,
    /// By its letters.
    Possible,
    /// And set apart.
    Set,
}

fn is_digest(name: &str) -> bool {
    name.len() >= 16 && name.bytes().all(|b| b.is_ascii_hexdigit())
}
