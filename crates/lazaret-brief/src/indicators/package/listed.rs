//! Packages in lists, tables and code blocks that are announced as such.

use std::ops::Range;

use lazaret_model::Ecosystem;

use super::{
    Certainty, Finder, NAME, Named,
    columns::{column_head, heads, is_table_head},
    ecosystem::ecosystems_in,
    name::{is_file_name, looks_like_name},
    version::{VERSION, VERSION_RANGE},
};
use crate::article::BlockKind;

pattern!(
    /// `vendor/name`, `group:artifact`, `host/owner/module`
    PATHED,
    r"^[A-Za-z0-9][\w.-]*(?:[/:][A-Za-z][\w.-]*)+"
);

/// Beginnings of the names of months.
const MONTHS: [&str; 12] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];

impl Finder<'_> {
    /// Names in lists, tables and code blocks that are announced as packages.
    pub(super) fn listed(&self, index: usize, found: &mut Vec<Named>) {
        let Some(block) = self.structure.block(index) else {
            return;
        };
        if !matches!(
            block.kind,
            BlockKind::Item | BlockKind::Row | BlockKind::Code
        ) {
            return;
        }
        let announced = self
            .structure
            .announcement(index)
            .into_iter()
            .chain(
                self.structure
                    .headings(index)
                    .iter()
                    .rev()
                    .take(1)
                    .map(String::as_str)
                    // The article's title announces no list.
                    .filter(|heading| {
                        let title = self.structure.article.title.as_deref().unwrap_or_default();
                        block.kind != BlockKind::Row || *heading != title.to_lowercase()
                    }),
            )
            .any(|text| {
                let text = text.to_lowercase();
                // "PyPI" alone over a list.
                if text.split_whitespace().count() <= 2 && !ecosystems_in(&text).is_empty() {
                    return true;
                }
                let releases = ["version", "release"]
                    .iter()
                    .any(|word| text.contains(word));
                let bad = ["affected", "malicious", "compromised", "infected", "bad "]
                    .iter()
                    .any(|word| text.contains(word));
                releases && bad
                    || [
                        "package",
                        "librar",
                        "module",
                        "gems",
                        "crates",
                        "typosquat",
                        "dependenc",
                        "pkgs",
                        "projects",
                        "extension",
                        "erweiterung",
                        "pakete",
                        "paquet",
                        "pacchett",
                        "pacote",
                        "пакет",
                        "包",
                        "パッケージ",
                        "패키지",
                    ]
                    .iter()
                    .any(|word| text.contains(word))
                        && !["install", "how to", "recommend", "remed", "mitigat"]
                            .iter()
                            .any(|word| text.contains(word))
            });
        let announced = announced || self.is_row_of_names(index);
        if self.is_manifest(index) {
            return;
        }
        let text = &self.structure.article.text;
        if block.kind == BlockKind::Code && is_program(&text[block.range.clone()]) {
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
        if !announced && columns.is_none() {
            return;
        }
        let head = block.kind == BlockKind::Row
            && columns.is_none()
            && index
                .checked_sub(1)
                .and_then(|above| self.structure.block(above))
                .is_none_or(|above| above.kind != BlockKind::Row);
        let below = self
            .structure
            .block(index + 1)
            .map_or("", |below| match below.kind {
                BlockKind::Row => &text[below.range.clone()],
                _ => "",
            });
        let row = &text[block.range.clone()];
        if head && (is_table_head(row) || heads(row, below)) {
            return;
        }
        let ecosystem = self.ecosystem_at(block.range.start);
        for line in lines(text, block.range.clone()) {
            let cells: Vec<Range<usize>> = cells(text, line.clone());
            let (name_cell, version_cell) = match columns {
                Some((name, version)) => (
                    cells.get(name).cloned(),
                    version.and_then(|v| cells.get(v).cloned()),
                ),
                None => (cells.first().cloned(), None),
            };
            let Some(cell) = name_cell else { continue };
            let cell_text = text[cell.clone()]
                .trim_start_matches(['-', '*', '•', '–', '·', ' ', '"', '\'', '`', '“', '[']);
            let start = cell.end - cell_text.len();
            let pattern = match ecosystem {
                Some(
                    Ecosystem::Composer
                    | Ecosystem::Golang
                    | Ecosystem::Maven
                    | Ecosystem::Docker
                    | Ecosystem::GithubActions,
                ) if PATHED.is_match(cell_text) => &*PATHED,
                _ => &*NAME,
            };
            // `vendor/name` in a list that tells of several registries.
            let vendored = self.usual.contains(&Ecosystem::Composer)
                && !cell_text.starts_with('@')
                && PATHED
                    .find(cell_text)
                    .is_some_and(|m| m.as_str().contains('/'));
            let (pattern, ecosystem) = match vendored {
                true => (&*PATHED, Some(Ecosystem::Composer)),
                false => (pattern, ecosystem),
            };
            let Some(m) = pattern.find(cell_text).filter(|m| m.start() == 0) else {
                continue;
            };
            let rest = cell_text[m.end()..].trim_start_matches(['"', '\'', '`', '”', ' ', ']']);
            // A sentence is not a list of names.
            let ends_well = rest.is_empty()
                || rest.starts_with([
                    '(', ',', '-', '–', '—', ':', '|', '@', '=', 'v', '<', '>', '≤', '[', '\t', '/',
                ])
                || rest.starts_with("on ") && !ecosystems_in(rest).is_empty()
                || rest.starts_with(|c: char| c.is_ascii_digit());
            // "Tactics: initial access through ...": a caption, not a name.
            let captioned = rest.starts_with(':')
                && m.as_str().starts_with(|c: char| c.is_ascii_uppercase())
                && m.as_str()[1..].chars().all(|c| c.is_ascii_lowercase())
                && !block.is_code(start);
            let captioned = captioned || rest.starts_with(": http") || rest.starts_with(": hxxp");
            // "Oct 5, 11:02": when it was, not what.
            let dated = MONTHS.iter().any(|month| {
                m.as_str().to_lowercase().starts_with(month)
                    && rest.starts_with(|c: char| c.is_ascii_digit())
            });
            if dated
                || captioned
                || !ends_well
                || is_file_name(m.as_str())
                || rest.starts_with("://")
            {
                continue;
            }
            let extension = column_head(text, self.structure, index, columns.map(|(name, _)| name))
                .is_some_and(|head| head.contains("extension"));
            let ecosystem = extension
                .then_some(Ecosystem::Vscode)
                .or_else(|| {
                    cells.iter().find_map(|other| {
                        (other != &cell)
                            .then(|| ecosystems_in(&text[other.clone()]).first().copied())
                            .flatten()
                    })
                })
                .or(ecosystem);
            let range = start..start + m.len();
            // Without a head, the versions are what begins with a number.
            let version_cell = version_cell.or_else(|| {
                cells
                    .iter()
                    .skip(1)
                    .find(|cell| columns.is_none() && VERSION.is_match(&text[(*cell).clone()]))
                    .cloned()
            });
            let versions_text = version_cell.map_or(&cell_text[m.end()..], |cell| &text[cell]);
            // "foo 1.2 - sends to 192.0.2.1": what is told after a dash has
            // numbers of its own.
            let versions_text = [" - ", " – ", " — ", ": "]
                .iter()
                .filter_map(|dash| {
                    let at = versions_text.find(dash)?;
                    // "0.1.0 – 0.1.5" is a range.
                    let rest = versions_text[at + dash.len()..].trim_start_matches('v');
                    (!rest.starts_with(|c: char| c.is_ascii_digit())).then_some(at)
                })
                .filter(|at| VERSION.is_match(&versions_text[..*at]))
                .min()
                .map_or(versions_text, |at| &versions_text[..at]);
            let versions: Vec<&str> = VERSION
                .captures_iter(versions_text)
                .filter_map(|c| c.name("v"))
                .map(|v| v.as_str())
                .collect();
            let before = found.len();
            if ["none", "nothing", "nil", "n/a", "null"]
                .contains(&m.as_str().to_lowercase().as_str())
            {
                continue;
            }
            if versions.is_empty() || VERSION_RANGE.is_match(versions_text) {
                self.push(found, ecosystem, m.as_str(), None, range, Certainty::Listed);
            } else {
                for version in versions {
                    self.push(
                        found,
                        ecosystem,
                        m.as_str(),
                        Some(version),
                        range.clone(),
                        Certainty::Listed,
                    );
                }
            }
            let span = VERSION_RANGE
                .find(versions_text)
                .map(|m| m.as_str().to_owned());
            for named in &mut found[before..] {
                named.versions.clone_from(&span);
            }
        }
    }

    /// Whether the item begins with a name set as code, as those around it do,
    /// and the paragraph before the list tells of malicious packages.
    fn is_row_of_names(&self, index: usize) -> bool {
        let blocks = &self.structure.article.blocks;
        let text = self.structure.article.text.as_str();
        let named = |index: usize| {
            blocks.get(index).is_some_and(|block| {
                block.kind == BlockKind::Item
                    && block
                        .code
                        .iter()
                        .chain(&block.bold)
                        .find(|range| range.start == block.range.start)
                        .is_some_and(|range| {
                            let name = text[range.clone()].trim();
                            NAME.find(name).is_some_and(|m| {
                                let rest = name[m.end()..].trim();
                                m.start() == 0
                                    && (rest.is_empty() || rest.starts_with('(') || rest == ":")
                                    && (m.as_str().contains(['-', '/', '_'])
                                        || block.is_code(range.start))
                            }) && !is_file_name(name)
                        })
            })
        };
        let first = self.structure.first_alike(index);
        let Some(before) = first.checked_sub(1).and_then(|before| blocks.get(before)) else {
            return false;
        };
        if !named(index) || !(named(index + 1) || index > first && named(index - 1)) {
            return false;
        }
        let lead = text[before.range.clone()].to_lowercase();
        let told = match before.kind {
            BlockKind::Paragraph => {
                (lead.contains("package") || lead.contains("version")) && LED_TO.is_match(&lead)
            }
            BlockKind::Heading(_) => ["incident", "attack", "compromise", "malicious"]
                .iter()
                .any(|word| lead.contains(word)),
            _ => false,
        };
        told && !["install ", "recommend", "instead", "scan"]
            .iter()
            .any(|word| lead.contains(word))
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
    /// What a paragraph says before a list of what is bad.
    LED_TO,
    r"\b(?:malicious|malware|affected|infostealer|stealer|trojan|compromised|hijacked|typosquat\w*|campaign|backdoor\w*|infected|osv reports?)\b"
);
pattern!(
    /// A line that no list of names holds.
    STATEMENT,
    r"(?m)^.*(?:[;{}]\s*$|\w\([^)]*\)|=>|[^=!<>~]=[^=]|^\s*(?:import|from|def|function|const|let|var|if|for|return|echo|curl|print|async|try|export|class)\b|^\s*[$#>] |\$\{\{|^\s*[\w-]+:\s*$).*$"
);

/// Whether code is a program or what a terminal shows rather than names.
fn is_program(code: &str) -> bool {
    let lines = code.lines().filter(|line| !line.trim().is_empty()).count();
    STATEMENT.find_iter(code).count() * 3 > lines
}

fn lines(text: &str, range: Range<usize>) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = range.start;
    for line in text[range].split('\n') {
        found.push(start..start + line.len());
        start += line.len() + 1;
    }
    found
}

pub(super) fn cells(text: &str, range: Range<usize>) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = range.start;
    for cell in text[range].split('\t') {
        let lead = cell.len() - cell.trim_start().len();
        found.push(start + lead..start + lead + cell.trim().len());
        start += cell.len() + 1;
    }
    found
}
