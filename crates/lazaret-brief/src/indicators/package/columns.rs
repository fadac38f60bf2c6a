//! Columns of tables: which holds the names, which the versions.

use super::{Finder, cells::cells, name::looks_like_name};

/// Which columns of a table hold what.
#[derive(Clone, Copy)]
pub(super) struct Columns {
    pub(super) name: usize,
    pub(super) versions: Option<usize>,
    /// Groups of Maven, whose names are told in two columns.
    pub(super) group: Option<usize>,
}

/// Words of the longest head of a column.
const WORDS: usize = 5;

impl Finder<'_> {
    /// Whether the table gives types and values of indicators.
    pub(super) fn is_typed(&self, index: usize) -> bool {
        let first = self.structure.first_alike(index);
        let text = &self.structure.article.text;
        self.structure.block(first).is_some_and(|block| {
            text[block.range.clone()].split('\t').any(|cell| {
                [
                    "type",
                    "typ",
                    "art",
                    "tipo",
                    "kind",
                    "indicator",
                    "ioc",
                    "value",
                    "wert",
                    "valor",
                    "valeur",
                    "类型",
                    "値",
                    "тип",
                ]
                .contains(&cell.trim().to_lowercase().as_str())
            })
        })
    }

    /// The columns of package names and versions, by the table's first row.
    pub(super) fn columns(&self, index: usize) -> Option<Columns> {
        let blocks = &self.structure.article.blocks;
        let first = self.structure.first_alike(index);
        if first == index {
            return None;
        }
        let text = &self.structure.article.text;
        let head: Vec<String> = cells(text, blocks.get(first)?.range.clone())
            .into_iter()
            .map(|cell| text[cell].trim().to_lowercase())
            // A sentence is no head.
            .map(|cell| match cell.split_whitespace().nth(WORDS) {
                Some(_) => String::new(),
                None => cell,
            })
            .collect();
        let column = |words: &[&str]| {
            head.iter()
                .position(|cell| words.iter().any(|word| cell.contains(word)) && !is_spared(cell))
        };
        let group = column(&["group"]);
        let artifact = group.and_then(|_| column(&["artifact"]));
        let named = artifact
            .or_else(|| {
                column(&[
                    "typosquat",
                    "malicious package",
                    "malicious name",
                    "fake package",
                    "impostor",
                    "lookalike",
                    "look-alike",
                    "package name",
                    "package",
                    "library",
                    "module",
                    "gem",
                    "crate",
                    "extension",
                    "image",
                    "plugin",
                    "paket",
                    "paquet",
                    "pacchett",
                    "pacote",
                    "пакет",
                    "软件包",
                    "包名",
                    "パッケージ",
                    "패키지",
                ])
            })
            // "Name | Version": what has versions is a package.
            .or_else(|| {
                column(&["version"])?;
                head.iter().position(|cell| {
                    matches!(cell.as_str(), "name" | "nom" | "nombre" | "nome" | "项目")
                })
            })?;
        let versions = column(&[
            "affected version",
            "malicious version",
            "compromised version",
            "infected version",
            "bad version",
            "vulnerable version",
            "bad",
            "malicious",
            "compromised",
            "affected",
            "infected",
            "betroffen",
            "恶意版本",
        ])
        .filter(|column| *column != named)
        .or_else(|| {
            // Those that are safe are no answer.
            head.iter().position(|cell| {
                [
                    "version",
                    "versión",
                    "версии",
                    "版本",
                    "バージョン",
                    "release",
                ]
                .iter()
                .any(|word| cell.contains(word))
                    && !is_spared(cell)
            })
        });
        Some(Columns {
            name: named,
            versions: versions.filter(|v| *v != named),
            group: group.filter(|_| artifact.is_some()),
        })
    }
}

/// What the first row of a table says of a column, lower case.
pub(super) fn column_head(
    text: &str,
    structure: &super::super::context::Structure<'_>,
    index: usize,
    column: Option<usize>,
) -> Option<String> {
    let first = structure.block(structure.first_alike(index))?;
    let head = text[first.range.clone()].split('\t').nth(column?)?;
    Some(head.trim().to_lowercase())
}

/// Whether a column, by its head, is of what is harmless or of days.
pub(super) fn is_spared(head: &str) -> bool {
    [
        "patched",
        "fixed",
        "safe",
        "clean",
        "good",
        "legit",
        "imitat",
        "mimic",
        "impersonat",
        "target",
        "original",
        "official",
        "genuine",
        "real ",
        "date",
        "datum",
        "intended",
        "typosquat of",
        "typosquatted",
    ]
    .iter()
    .any(|word| head.contains(word))
}

/// Whether a table's first row is unlike the second: no name and no number
/// above names and numbers.
pub(super) fn heads(first: &str, second: &str) -> bool {
    let telling = |row: &str| {
        row.split('\t').any(|cell| {
            let cell = cell.trim();
            cell.contains(|c: char| c.is_ascii_digit()) || looks_like_name(cell)
        })
    };
    first.contains('\t') && !telling(first) && telling(second)
}

/// Whether the first row of a table says what is in its columns.
pub(super) fn is_table_head(row: &str) -> bool {
    let row = row.to_lowercase();
    row.split('\t').any(|cell| {
        [
            "package",
            "version",
            "name",
            "downloads",
            "date",
            "ecosystem",
            "module",
        ]
        .iter()
        .any(|word| cell.split_whitespace().any(|w| w.starts_with(word)))
    })
}
