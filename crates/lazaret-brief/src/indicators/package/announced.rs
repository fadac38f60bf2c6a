//! Which lists are lists of packages: by what announces them, or by being
//! nothing but names with versions.

use std::ops::Range;

use super::{
    Finder, NAME,
    apart::OTHER,
    cells::{lines, names_in},
    ecosystem::ecosystems_in,
    name::{is_file_name, is_whole, looks_like_name},
    version::VERSION,
};
use crate::{
    article::BlockKind,
    indicators::{account::announces_accounts, phrase},
};

phrases!(
    /// What packages are called.
    pub(super) NOUNS,
    "package, librar, gems, crate, typosquat, dependenc, pkgs, extension, \
    erweiterung, pakete, pakket, pakiet, paquet, pacchett, pacote, пакет, 包, 模块, パッケージ, モジュール, 패키지"
);

/// What a list of what to do is announced with.
const ADVICE: &[&str] = &[
    "install",
    "how to",
    "recommend",
    "remed",
    "mitigat",
    "tools ",
    "example",
];

pattern!(
    /// What a paragraph says before a list of what is bad.
    LED_TO,
    r"\b(?:malicious|malware|affected|infostealer|stealer|trojan|compromised|hijacked|typosquat\w*|campaign|backdoor\w*|infected|osv reports?)\b"
);
/// Bytes of what leads to a list.
const LEAD: usize = 400;

/// Names of the shortest list that nothing announces.
const LIST: usize = 4;

/// Items of a list that are looked at for what it is.
const LONGEST: usize = 64;

/// Whether what stands over a list says that packages follow.
pub(super) fn announces(text: &str) -> bool {
    let text = text.to_lowercase();
    // "PyPI" alone over a list.
    if text.split_whitespace().count() <= 2 && !ecosystems_in(&text).is_empty() {
        return true;
    }
    let bad = ["affected", "malicious", "compromised", "infected", "bad "];
    phrase::any(&["version", "release"], &text) && phrase::any(&bad, &text)
        || (phrase::any(&NOUNS, &text) || phrase::any(&["module", "projects"], &text))
            && !phrase::any(ADVICE, &text)
}

impl Finder<'_> {
    /// Whether the list, table or code is announced as one of packages, or is
    /// plainly one.
    pub(super) fn is_list_of_packages(&self, index: usize) -> bool {
        let row = self
            .structure
            .block(index)
            .is_some_and(|block| block.kind == BlockKind::Row);
        // The article's title announces no table.
        let title = self.structure.article.title.as_deref().unwrap_or_default();
        let heading = self
            .structure
            .headings(index)
            .last()
            .map(String::as_str)
            .filter(|heading| !row || *heading != title.to_lowercase())
            .filter(|heading| !heading.starts_with("if you"));
        let lead = self.structure.announcement(index);
        if lead.is_some_and(announces_accounts) {
            return false;
        }
        lead.into_iter().chain(heading).any(announces)
            || self.is_row_of_names(index)
            || self.is_nothing_but_names(index)
    }

    /// Whether the list or the code holds names that few use and nothing else, and
    /// nothing says that they are of other things.
    fn is_nothing_but_names(&self, index: usize) -> bool {
        let Some(block) = self.structure.block(index) else {
            return false;
        };
        let (first, most) = match block.kind {
            BlockKind::Item => (self.structure.first_alike(index), LONGEST),
            BlockKind::Code | BlockKind::Paragraph => (index, 1),
            _ => return false,
        };
        // Asked for each item of a list.
        if let Some(known) = self.bare.borrow().get(&first) {
            return *known;
        }
        let leads = self.structure.announcement(first).into_iter();
        let heading = self.structure.headings(first).last();
        let of_others = leads.chain(heading.map(String::as_str)).any(|lead| {
            lead[..lead.floor_char_boundary(LEAD)]
                .split_whitespace()
                .any(|word| OTHER.is_match(word.trim_matches(|c: char| !c.is_alphanumeric())))
        });
        let is =
            !of_others && (self.holds_names(first, most) || self.begins_with_names(first, most));
        self.bare.borrow_mut().insert(first, is);
        is
    }

    /// Whether each item of a list begins with a name set as code, most of which
    /// few use.
    fn begins_with_names(&self, first: usize, most: usize) -> bool {
        let text = self.structure.article.text.as_str();
        let (mut items, mut popular) = (0, 0);
        for block in self.structure.article.blocks[first..]
            .iter()
            .take_while(|block| block.kind == BlockKind::Item)
            .take(most)
        {
            let Some(range) = block.code.first().filter(|r| r.start == block.range.start) else {
                return false;
            };
            let name = text[range.clone()].trim();
            let rest = text[range.end..block.range.end].trim_start();
            // "`run_shell`: runs a command" tells what it does.
            let alone = rest.is_empty() || rest.starts_with('(');
            if !alone || !is_whole(name) {
                return false;
            }
            items += 1;
            popular += usize::from(self.lists.is_any_popular(name));
        }
        items >= LIST && popular * 4 < items
    }

    /// Whether each line of the blocks of one kind from `first` on is a name or
    /// several, most of which few use.
    fn holds_names(&self, first: usize, most: usize) -> bool {
        let text = self.structure.article.text.as_str();
        let blocks = &self.structure.article.blocks[first..];
        let mut names: Vec<Range<usize>> = Vec::new();
        let all = blocks
            .iter()
            .take_while(|block| block.kind == blocks[0].kind)
            .take(most)
            .flat_map(|block| lines(text, block.range.clone()));
        for line in all {
            let part = text[line.clone()].trim();
            match names_in(text, &line, false) {
                Some(row) => names.extend(row),
                None if is_whole(part) && !is_file_name(part) => {
                    names.push(line);
                }
                None if part.is_empty() => {}
                None => return false,
            }
        }
        let count = |is: &dyn Fn(&str) -> bool| {
            let all = names.iter().map(|range| text[range.clone()].trim());
            all.filter(|name| is(name)).count()
        };
        names.len() >= LIST
            && count(&looks_like_name) * 2 >= names.len()
            && count(&|name| self.lists.is_any_popular(name)) * 4 < names.len()
    }

    /// Whether the item begins with a name, as those around it do, and what
    /// stands before the list tells of malicious packages; a list of nothing but
    /// names with versions says so itself.
    fn is_row_of_names(&self, index: usize) -> bool {
        let first = self.structure.first_alike(index);
        let Some(before) = first.checked_sub(1).and_then(|at| self.structure.block(at)) else {
            return false;
        };
        let names = |index| self.begins_with_name(index).is_some();
        if !names(index) || !(names(index + 1) || index > first && names(index - 1)) {
            return false;
        }
        let lead = self.structure.article.text[before.range.clone()].to_lowercase();
        let told = match before.kind {
            BlockKind::Paragraph => {
                phrase::any(&["package", "version"], &lead)
                    && (LED_TO.is_match(&lead) || self.is_pure(first))
            }
            BlockKind::Heading(_) => {
                phrase::any(&["incident", "attack", "compromise", "malicious"], &lead)
            }
            _ => false,
        };
        told && !phrase::any(&["install ", "recommend", "instead", "scan"], &lead)
    }

    /// Whether every item of the list that begins here is a name, with a version
    /// behind each or nothing at all.
    fn is_pure(&self, first: usize) -> bool {
        let items = (first..first + LONGEST).take_while(|index| {
            self.structure
                .block(*index)
                .is_some_and(|block| block.kind == BlockKind::Item)
        });
        let mut versions = 0;
        for index in items {
            match self.begins_with_name(index) {
                Some(rest) if VERSION.is_match(rest) => versions += 1,
                Some("") => {}
                _ => return false,
            }
        }
        versions > 0
    }

    /// What follows the name, set apart, that an item begins with.
    fn begins_with_name(&self, index: usize) -> Option<&str> {
        let text = self.structure.article.text.as_str();
        let block = self.structure.block(index)?;
        let range = block
            .code
            .iter()
            .chain(&block.bold)
            .find(|range| block.kind == BlockKind::Item && range.start == block.range.start)?;
        let name = text[range.clone()].trim();
        let m = NAME.find(name).filter(|m| m.start() == 0)?;
        let rest = name[m.end()..].trim();
        ((rest.is_empty() || rest.starts_with('(') || rest == ":")
            && (m.as_str().contains(['-', '/', '_']) || block.is_code(range.start))
            && !is_file_name(name))
        .then(|| text[range.start + m.end()..block.range.end].trim())
    }
}
