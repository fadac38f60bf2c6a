//! Packages in lists, tables and code blocks that are announced as such.

use std::ops::Range;

use lazaret_model::Ecosystem;

use super::{
    Certainty, Finder, NAME, Named,
    announced::announces,
    apart::{OTHER, is_other},
    cells::{bare, before_dash, cells, lines, names_in},
    columns::{Columns, column_head, heads, is_spared, is_table_head},
    ecosystem::ecosystems_in,
    name::{is_file_name, is_name, looks_like_name},
    pathed::GO_MODULE,
    told::USES,
    version::{VERSION, VERSION_RANGE, spelt, versions_after},
};
use crate::{
    article::{Block, BlockKind},
    indicators::phrase::place_of,
};

pattern!(
    /// `vendor/name`, `group:artifact`, `host/owner/module`
    PATHED,
    r"^[A-Za-z0-9][\w.-]*(?:[/:][A-Za-z][\w.-]*)+"
);

/// Words of the longest label.
const LABEL: usize = 8;

/// Beginnings of the names of months.
const MONTHS: [&str; 12] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];

pattern!(
    /// `scope/name` in a cell of its own, which lost its `@`.
    SCOPED,
    r"^[a-z0-9][a-z0-9-]*/[a-z0-9][a-z0-9._-]*[a-z0-9]\b"
);

pattern!(
    MADE_AFTER,
    r"(?i)\b(?:clone of|copy of|imitat\w+|impersonat\w+|look-?alike|masquerad\w+|mimic\w*|pos(?:es|ing) as|typosquat\w*)\b"
);

pattern!(
    /// "all at version 1.2.3", "(each 0.0.1 unless stated)"
    EACH,
    r"(?i)\b(?:all|each|every one|both)\b[^.;:\d\n]{0,40}?\bv?(?P<v>\d+\.\d+(?:\.\d+)*[-.\w]*\w)"
);

/// The names behind a label: "Look-alikes of loggers: foo-log, bar-log".
fn below_label(text: &str, line: &Range<usize>) -> Option<Vec<Range<usize>>> {
    let (_, names) = split_label(&text[line.clone()])?;
    names_in(text, &place_of(text, names), false)
}

/// A short label, and what stands behind it.
fn split_label(text: &str) -> Option<(&str, &str)> {
    text.split_once(": ")
        .filter(|(label, _)| label.split_whitespace().nth(LABEL).is_none())
}

/// An entry of a list: where its name stands, and the rest of its cell.
struct Entry<'t> {
    range: Range<usize>,
    name: &'t str,
    rest: &'t str,
}

impl Finder<'_> {
    /// Names in lists, tables and code blocks that are announced as packages.
    pub(super) fn listed(&self, index: usize, found: &mut Vec<Named>) {
        let Some(block) = self.structure.block(index) else {
            return;
        };
        let text = &self.structure.article.text;
        if !matches!(
            block.kind,
            BlockKind::Item | BlockKind::Row | BlockKind::Code | BlockKind::Paragraph
        ) || block.kind == BlockKind::Paragraph && {
            self.labelled(index, found);
            names_in(text, &block.range, true).is_none()
        } || self.is_manifest(index)
            || block.kind == BlockKind::Code && is_program(&text[block.range.clone()])
        {
            return;
        }
        let columns = (block.kind == BlockKind::Row)
            .then(|| self.columns(index))
            .flatten();
        if block.kind == BlockKind::Row && columns.is_none() {
            self.row_of(index, found);
            if self.is_typed(index) {
                return;
            }
        }
        if columns.is_none() && !self.is_list_of_packages(index) || self.is_head(index, columns) {
            return;
        }
        // What a row says of other columns is no registry.
        let ecosystem = match columns {
            Some(_) => self.ecosystem_above(index),
            // "foo (a typosquat of the Foo Python library)"
            None if block.kind == BlockKind::Item
                && MADE_AFTER.is_match(&text[block.range.clone()]) =>
            {
                self.ecosystem_above(index)
            }
            None => self.ecosystem_at(block.range.start),
        };
        // "Some Product (by Someone): `some.name`"
        if let [range] = block.code.as_slice()
            && block.kind == BlockKind::Item
            && range.start > block.range.start
            && self.is_set_name(text[range.clone()].trim())
            && !is_other(
                &text[block.range.start..range.start],
                &text[range.end..block.range.end],
            )
        {
            let (name, certainty) = (&text[range.clone()], Certainty::Listed);
            // What it is for is no registry: "Python Obfuscator: `some.name`".
            let ecosystem = match self.usual.first() {
                Some(Ecosystem::Vscode) if is_name(Ecosystem::Vscode, name) => {
                    Some(Ecosystem::Vscode)
                }
                _ => ecosystem,
            };
            let versions = versions_after(&text[range.end..block.range.end]);
            let range = range.clone();
            self.push_each(found, ecosystem, name.trim(), &versions, range, certainty);
            return;
        }
        for line in lines(text, block.range.clone()) {
            let names = columns
                .is_none()
                .then(|| names_in(text, &line, true).or_else(|| below_label(text, &line)))
                .flatten();
            if let Some(names) = names {
                self.push_names(found, ecosystem, names);
                continue;
            }
            self.entry(index, &cells(text, line), columns, ecosystem, found);
        }
    }

    /// "Packages by foo: a, b-c, d": a label for packages and nothing but names.
    fn labelled(&self, index: usize, found: &mut Vec<Named>) {
        let text = self.structure.article.text.as_str();
        let Some(block) = self.structure.block(index) else {
            return;
        };
        let Some((label, names)) = split_label(&text[block.range.clone()]) else {
            return;
        };
        let names = place_of(text, names.trim_end_matches('.'));
        let of_others = |word: &str| OTHER.is_match(word.trim_matches([':', '*', '(', ')']));
        if !announces(label) || USES.is_match(label) || label.split_whitespace().any(of_others) {
            return;
        }
        let Some(names) = names_in(text, &names, true) else {
            return;
        };
        let popular = names
            .iter()
            .filter(|range| self.lists.is_any_popular(&text[(*range).clone()]));
        if popular.count() * 2 > names.len() {
            return;
        }
        let ecosystem = self.ecosystem_at(block.range.start);
        self.push_names(found, ecosystem, names);
    }

    /// Adds the names of a row that holds nothing else.
    fn push_names(
        &self,
        found: &mut Vec<Named>,
        ecosystem: Option<Ecosystem>,
        names: Vec<Range<usize>>,
    ) {
        for range in names {
            let name = &self.structure.article.text[range.clone()];
            self.push(found, ecosystem, name, None, range, Certainty::Listed);
        }
    }

    /// Whether the row is the head of a table whose columns say nothing.
    fn is_head(&self, index: usize, columns: Option<Columns>) -> bool {
        let text = self.structure.article.text.as_str();
        let row = |index: usize| {
            self.structure
                .block(index)
                .filter(|block| block.kind == BlockKind::Row)
                .map(|block| &text[block.range.clone()])
        };
        let above = index.checked_sub(1).and_then(row);
        columns.is_none()
            && above.is_none()
            && row(index).is_some_and(|here| {
                is_table_head(here) || heads(here, row(index + 1).unwrap_or_default())
            })
    }

    /// One entry of a list, its cells being those of a table's row.
    fn entry(
        &self,
        index: usize,
        cells: &[Range<usize>],
        columns: Option<Columns>,
        ecosystem: Option<Ecosystem>,
        found: &mut Vec<Named>,
    ) {
        let text = self.structure.article.text.as_str();
        let Some(cell) = cells.get(columns.map_or(0, |columns| columns.name)) else {
            return;
        };
        // `host/owner/name`, `vendor/name` in a list that tells of several registries.
        let path = PATHED.find(bare(&text[cell.clone()])).map(|m| m.as_str());
        let module = self.usual.contains(&Ecosystem::Golang)
            && path.is_some_and(|path| GO_MODULE.find(path).is_some_and(|m| m.start() == 0));
        let vendored = self.usual.contains(&Ecosystem::Composer)
            && path.is_some_and(|path| path.contains('/'));
        let pathed = module
            .then_some(Ecosystem::Golang)
            .or(vendored.then_some(Ecosystem::Composer));
        let ecosystem = pathed.or(ecosystem);
        // Several names in one cell: what they imitate stands in another.
        if columns.is_some()
            && let Some(names) = names_in(text, cell, true)
        {
            self.push_names(found, ecosystem, names);
            return;
        }
        let Some(entry) = self.name_of(text, cell, ecosystem) else {
            return;
        };
        let group = columns
            .and_then(|columns| cells.get(columns.group?))
            .map(|cell| bare(&text[cell.clone()]).trim_end_matches('`'));
        let ecosystem = match group {
            Some(_) => Some(Ecosystem::Maven),
            None if pathed.is_some() => ecosystem,
            None => self
                .ecosystem_of_row(index, cells, cell, columns)
                .or(ecosystem),
        };
        let name = match group {
            Some(group) => format!("{group}/{}", entry.name),
            None => entry.name.to_owned(),
        };
        let told = self.versions_text(index, cells, columns, &entry);
        // "Affected versions: none"
        if ["none", "not affected", "unaffected"].contains(&told.trim().to_lowercase().as_str()) {
            return;
        }
        let versions: Vec<&str> = VERSION
            .captures_iter(told)
            .filter_map(|c| c.name("v"))
            .map(|v| v.as_str())
            .collect();
        let before = found.len();
        let range = VERSION_RANGE.find(told);
        let all = range.and_then(|_| spelt(told));
        let span = range
            .filter(|_| all.is_none())
            .map(|m| m.as_str().to_owned());
        let mut versions = match (&all, &span) {
            (Some(all), _) => all.iter().map(String::as_str).collect(),
            (None, Some(_)) => Vec::new(),
            (None, None) => versions,
        };
        // `owner/image:tag`
        if ecosystem == Some(Ecosystem::Docker)
            && let Some(tag) = entry.rest.strip_prefix(':')
        {
            versions = vec![tag.split_whitespace().next().unwrap_or_default()];
        }
        let certainty = Certainty::Listed;
        // A scope that lost its `@`, or the path of something else.
        let scoped = ecosystem == Some(Ecosystem::Npm) && name.contains('/');
        let name = match scoped && !name.starts_with('@') {
            true if versions.is_empty() && span.is_none() => return,
            true => format!("@{name}"),
            false => name,
        };
        self.push_each(found, ecosystem, &name, &versions, entry.range, certainty);
        for named in &mut found[before..] {
            named.versions.clone_from(&span);
        }
    }

    /// The name that a cell begins with, if it can be one and nothing else.
    fn name_of<'t>(
        &self,
        text: &'t str,
        cell: &Range<usize>,
        ecosystem: Option<Ecosystem>,
    ) -> Option<Entry<'t>> {
        let cell_text = bare(&text[cell.clone()]);
        let start = cell.end - cell_text.len();
        let pathed = matches!(
            ecosystem,
            Some(
                Ecosystem::Composer
                    | Ecosystem::Golang
                    | Ecosystem::Maven
                    | Ecosystem::Docker
                    | Ecosystem::GithubActions
            )
        ) && PATHED.is_match(cell_text);
        let pattern = match ecosystem {
            _ if pathed => &*PATHED,
            Some(Ecosystem::Npm)
                if SCOPED
                    .find(cell_text)
                    .is_some_and(|m| !cell_text[m.end()..].starts_with('/')) =>
            {
                &*SCOPED
            }
            _ => &*NAME,
        };
        let m = pattern.find(cell_text).filter(|m| m.start() == 0)?;
        let name = m.as_str();
        let called = cell_text[m.end()..]
            .strip_prefix('(')
            .is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_digit()));
        let rest = cell_text[m.end()..].trim_start_matches(['"', '\'', '`', '”', ' ', ']']);
        // A sentence is not a list of names.
        let ends_well = rest.is_empty()
            || rest.starts_with([
                '(', ',', '-', '–', '—', ':', '|', '@', '=', 'v', '<', '>', '≤', '[', '\t', '/',
            ])
            || rest.starts_with("on ") && !ecosystems_in(rest).is_empty()
            || rest.starts_with(|c: char| c.is_ascii_digit());
        // "Tactics: initial access through ...": a caption, not a name; "Login"
        // alone, where no sentence leads to it, is of a menu.
        let index = self.structure.block_at(start);
        let code = || {
            index
                .and_then(|index| self.structure.block(index))
                .is_some_and(|block| block.is_code(start))
        };
        let menu = || {
            index.is_some_and(|index| {
                let within = |block: &Block| {
                    let mut links = block.links.iter();
                    links.any(|(_, to)| to.starts_with(['/', '#']))
                };
                self.structure.block(index).is_some_and(|block| {
                    block.kind == BlockKind::Item
                        && (within(block) || self.structure.announcement(index).is_none())
                })
            })
        };
        let captioned = (rest.starts_with(':') || rest.is_empty() && menu())
            && name.starts_with(|c: char| c.is_ascii_uppercase())
            && name[1..]
                .chars()
                .all(|c| c.is_ascii_lowercase() || c == '-')
            && !code();
        let captioned = captioned || has_start(rest, &[": http", ": hxxp", "://"]);
        // "Oct 5, 11:02": when it was, not what.
        let dated = has_start(&name.to_lowercase(), &MONTHS)
            && rest.starts_with(|c: char| c.is_ascii_digit());
        let nothing = ["none", "nothing", "nil", "n/a", "null"];
        (ends_well
            && !called
            && !captioned
            && !dated
            // `foo.js` alone in a list of packages is one.
            && !(is_file_name(name)
                && !(name.ends_with(".js") && (self.is_code(start) || rest.is_empty())))
            && !nothing.contains(&name.to_lowercase().as_str()))
        .then(|| Entry {
            range: start..start + m.len(),
            name,
            rest: &cell_text[m.end()..],
        })
    }

    /// The ecosystem that the row of a table names beside the name.
    fn ecosystem_of_row(
        &self,
        index: usize,
        cells: &[Range<usize>],
        name: &Range<usize>,
        columns: Option<Columns>,
    ) -> Option<Ecosystem> {
        let text = self.structure.article.text.as_str();
        let column = columns.map(|columns| columns.name);
        column_head(text, self.structure, index, column)
            .is_some_and(|head| head.contains("extension"))
            .then_some(Ecosystem::Vscode)
            .or_else(|| {
                // "Imitates: golang" says nothing of where it was published.
                let spared = |nth| {
                    column_head(text, self.structure, index, Some(nth))
                        .is_some_and(|head| is_spared(&head))
                };
                cells
                    .iter()
                    .enumerate()
                    .filter(|(nth, cell)| *cell != name && !spared(*nth))
                    .find_map(|(_, cell)| ecosystems_in(&text[cell.clone()]).first().copied())
            })
    }

    /// What tells the versions of an entry: their cell, what follows the name,
    /// or what announces the list.
    fn versions_text<'t>(
        &'t self,
        index: usize,
        cells: &[Range<usize>],
        columns: Option<Columns>,
        entry: &Entry<'t>,
    ) -> &'t str {
        let text = self.structure.article.text.as_str();
        // Without a head, the versions are what begins with a number.
        let cell = match columns {
            Some(columns) => columns.versions.and_then(|column| cells.get(column)),
            None => cells
                .iter()
                .skip(1)
                .find(|cell| VERSION.is_match(&text[(*cell).clone()])),
        };
        let told = cell.map_or(entry.rest, |cell| &text[cell.clone()]);
        let told = before_dash(told);
        if VERSION.is_match(told) || VERSION_RANGE.is_match(told) {
            return told;
        }
        self.structure
            .announcement(index)
            .and_then(|lead| EACH.captures(lead)?.name("v"))
            .map_or(told, |v| v.as_str())
    }

    /// A row with a cell that is an ecosystem's name: "foo 1.2 | npm | steals".
    fn row_of(&self, index: usize, found: &mut Vec<Named>) {
        let text = &self.structure.article.text;
        let Some(block) = self.structure.block(index) else {
            return;
        };
        let cells = cells(text, block.range.clone());
        let ecosystem = cells.iter().find_map(|cell| {
            let cell = &text[cell.clone()];
            (cell.len() <= 24 && cell.split_whitespace().count() <= 3)
                .then(|| ecosystems_in(cell).first().copied())
                .flatten()
        });
        let Some(ecosystem) = ecosystem else { return };
        for cell in cells {
            let cell_text = &text[cell.clone()];
            let Some(m) = NAME.find(cell_text).filter(|m| m.start() == 0) else {
                continue;
            };
            let rest = cell_text[m.end()..].trim();
            let version = VERSION.captures(rest).and_then(|c| c.name("v"));
            let whole =
                rest.is_empty() || version.is_some() && rest.split_whitespace().count() <= 3;
            if whole && looks_like_name(m.as_str()) {
                let version = version.map(|v| v.as_str());
                let range = cell.start..cell.start + m.len();
                let ecosystem = Some(ecosystem);
                self.push(
                    found,
                    ecosystem,
                    m.as_str(),
                    version,
                    range,
                    Certainty::Worded,
                );
                return;
            }
        }
    }
}

pattern!(
    /// A line that no list of names holds.
    STATEMENT,
    r"(?m)^.*(?:[;{}\\]\s*$|^\s*--\w|\w\([^)]*\)|=>|[^=!<>~]=[^=]|^\s*(?:import|from|def|function|const|let|var|if|for|return|echo|curl|print|async|try|export|class)\b|^\s*[$#<>] |^\d+(?:,\d+)?[acd]\d+(?:,\d+)?$|^diff |\$\{\{|\| ?(?:awk|bash|cut|grep|head|jq|sed|sh|sort|tail|tee|tr|uniq|wc|xargs)\b|^\s*[\w-]+:\s*$|^\s*(?:- )?(?:uses|run):|^\s*(?:[a-z]+ )?\x22[\w.-]+(?:/[\w.-]+)+\x22$).*$"
);

/// Whether code is a program or what a terminal shows rather than names.
pub(super) fn is_program(code: &str) -> bool {
    let lines = code.lines().filter(|line| !line.trim().is_empty()).count();
    STATEMENT.find_iter(code).count() * 3 > lines
}

fn has_start(text: &str, starts: &[&str]) -> bool {
    starts.iter().any(|start| text.starts_with(start))
}
