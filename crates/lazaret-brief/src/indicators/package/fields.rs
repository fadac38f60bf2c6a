//! Advisories that say in fields what is affected: "Package", "Affected
//! versions", each as a heading, a caption, a row or before a colon.

use std::ops::Range;

use lazaret_model::Ecosystem;

use super::{
    Certainty, Finder, Named,
    columns::heads,
    ecosystem::ecosystems_in,
    name::{is_file_name, is_whole},
    version::{VERSION, VERSION_RANGE},
};
use crate::{article::BlockKind, indicators::phrase::place_of};

/// What a field says.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Field {
    Package,
    Affected,
    Other,
}

/// Names of fields, lower case.
const FIELDS: &[(&str, Field)] = &[
    ("package", Field::Package),
    ("packages", Field::Package),
    ("package name", Field::Package),
    ("affected package", Field::Package),
    ("affected packages", Field::Package),
    ("malicious package", Field::Package),
    ("crate", Field::Package),
    ("gem", Field::Package),
    ("module", Field::Package),
    ("paket", Field::Package),
    ("paquet", Field::Package),
    ("paquete", Field::Package),
    ("affected versions", Field::Affected),
    ("affected version", Field::Affected),
    ("affected", Field::Affected),
    ("malicious versions", Field::Affected),
    ("malicious version", Field::Affected),
    ("compromised versions", Field::Affected),
    ("compromised version", Field::Affected),
    ("vulnerable versions", Field::Affected),
    ("betroffene versionen", Field::Affected),
    ("versions affectées", Field::Affected),
    ("versiones afectadas", Field::Affected),
    ("受影响版本", Field::Affected),
    ("影响版本", Field::Affected),
    ("影響を受けるバージョン", Field::Affected),
];

pattern!(
    OWN_NAME,
    r"^[`\x22']?(?:@[a-z0-9~][\w.~-]*/)?[a-z][\w.-]*[`\x22']?(?::|@| [-–—(])"
);
pattern!(
    /// Fields of one record that a page or a file runs together.
    RECORD,
    r"(?:^|[\s(])(?:Package )?Name: ?[\x22'`]?(?P<name>(?:@[a-z0-9~][\w.~-]*/)?[A-Za-z0-9][\w.-]*[A-Za-z0-9])[\x22'`]?(?:[\s,;]+Version:? ?[\x22'`]?v?(?P<version>\d[\w.+-]*)|[\s,;]+[A-Z][\w ]{2,20}:)"
);

impl Finder<'_> {
    /// Records whose fields are run together in one block.
    fn records_told(&self, found: &mut Vec<Named>) {
        let text = self.structure.article.text.as_str();
        for captures in RECORD.captures_iter(text) {
            let Some(name) = captures.name("name") else {
                continue;
            };
            // Under a heading on packages or one that holds the name.
            let told = self.structure.block_at(name.start()).is_some_and(|index| {
                self.structure.headings(index).iter().any(|heading| {
                    heading.contains("package") || heading.contains(&name.as_str().to_lowercase())
                }) || text[self.structure.sentence_at(name.start())].contains("Package Name:")
            });
            if told && !is_file_name(name.as_str()) {
                let version = captures.name("version").map(|v| v.as_str());
                let ecosystem = self.ecosystem_at(name.start());
                let certainty = Certainty::Listed;
                self.push(
                    found,
                    ecosystem,
                    name.as_str(),
                    version,
                    name.range(),
                    certainty,
                );
            }
        }
    }

    /// Packages and versions told in fields, over all blocks.
    pub(super) fn fields(&self, found: &mut Vec<Named>) {
        let text = self.structure.article.text.as_str();
        self.records_told(found);
        let mut open = Field::Other;
        let mut last: Vec<Named> = Vec::new();
        let main = self.main(found);
        for (index, block) in self.structure.article.blocks.iter().enumerate() {
            let block_text = &text[block.range.clone()];
            let (field, value) = match field_of(block_text) {
                Some((field, at)) => (field, block.range.start + at..block.range.end),
                None if matches!(block.kind, BlockKind::Heading(_)) => {
                    open = Field::Other;
                    continue;
                }
                // Only what directly follows the name of a field is its value.
                None => (
                    std::mem::replace(&mut open, Field::Other),
                    block.range.clone(),
                ),
            };
            if text[value.clone()].trim().is_empty() {
                open = field;
                continue;
            }
            // A row of more cells is a table's; its columns say what they are.
            let row = block.kind == BlockKind::Row
                && (block_text.matches('\t').count() > 1
                    || text[value.clone()].to_lowercase().starts_with("version")
                    || field_of(&text[value.clone()]).is_some()
                    || is_plain(&text[value.clone()])
                        && self
                            .structure
                            .article
                            .blocks
                            .get(index + 1)
                            .is_some_and(|next| {
                                next.kind == BlockKind::Row
                                    && heads(block_text, &text[next.range.clone()])
                            }));
            // "`foo`: versions 1.1, 1.2" has a name of its own.
            let own =
                field == Field::Affected && OWN_NAME.is_match(text[value.clone()].trim_start());
            if value.len() > 400 || row || own {
                continue;
            }
            match field {
                Field::Package => {
                    let before = found.len();
                    self.field_names(value, found);
                    last = found[before..].to_vec();
                }
                Field::Affected => {
                    if last.is_empty()
                        && let Some(main) = &main
                    {
                        last.push(Named {
                            package: main.clone(),
                            versions: None,
                            range: value.clone(),
                            certainty: Certainty::Listed,
                        });
                    }
                    for named in &last {
                        self.field_versions(named, value.clone(), found);
                    }
                }
                Field::Other => {}
            }
        }
    }

    /// `npm · name (npm)`, `name`, `npm/name`, `name, other`.
    fn field_names(&self, value: Range<usize>, found: &mut Vec<Named>) {
        let text = self.structure.article.text.as_str();
        let part = &text[value.clone()];
        let ecosystem = ecosystems_in(part)
            .first()
            .copied()
            .or_else(|| self.ecosystem_at(value.start));
        // A sentence names no package by being in a field.
        let words: Vec<_> = part
            .split(|c: char| {
                c.is_whitespace() || matches!(c, ',' | '·' | '(' | ')' | '`' | '|' | '"')
            })
            .filter(|word| !word.is_empty())
            .collect();
        if words.len() > 8 || words.is_empty() {
            return;
        }
        let separate = part.contains([',', '·', '(', '|', '\t', '`']) || words.len() <= 2;
        for word in words {
            let is_ecosystem =
                !ecosystems_in(word).is_empty() && word.len() <= 12 && !word.contains(['-', '_']);
            let word = word.split_once('/').map_or(word, |(kind, rest)| {
                match ecosystems_in(kind).is_empty() || kind.starts_with('@') {
                    true => word,
                    false => rest,
                }
            });
            let is_version = VERSION.find(word).is_some_and(|v| v.len() == word.len());
            // Composer's names have an owner.
            let owned = ecosystem == Some(Ecosystem::Composer)
                && word.split_once('/').is_some_and(|(owner, name)| {
                    is_slug(owner) && is_slug(name) && !is_file_name(name)
                });
            let is_name = owned || is_whole(word);
            if separate && is_name && !is_ecosystem && !is_version && !is_file_name(word) {
                let range = place_of(text, word);
                self.push(found, ecosystem, word, None, range, Certainty::Listed);
            }
        }
    }

    fn field_versions(&self, named: &Named, value: Range<usize>, found: &mut Vec<Named>) {
        let text = self.structure.article.text.as_str();
        let part = &text[value.clone()];
        // `= 1.2.3` is one version, `< 1.2.3` a range.
        if let Some(range) = VERSION_RANGE.find(part) {
            let mut named = named.clone();
            named.versions = Some(range.as_str().to_owned());
            found.push(named);
            return;
        }
        for version in VERSION
            .captures_iter(part)
            .filter_map(|c| c.name("v"))
            .take(64)
        {
            found.push(Named {
                package: named.package.with_version(Some(version.as_str())),
                versions: None,
                range: value.start + version.start()..value.start + version.end(),
                certainty: Certainty::Listed,
            });
        }
    }
}

/// Whether a cell is a word that begins with a capital: "Verdict".
fn is_plain(cell: &str) -> bool {
    let cell = cell.trim();
    cell.starts_with(|c: char| c.is_uppercase()) && cell.chars().all(char::is_alphabetic)
}

fn is_slug(part: &str) -> bool {
    !part.is_empty()
        && part
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b))
}

/// The field that a block is or begins with, and where its value starts.
fn field_of(block: &str) -> Option<(Field, usize)> {
    let head = &block[..block.floor_char_boundary(60)];
    let end = head.find([':', '\t', '：']);
    let name = head[..end.unwrap_or(head.len())].trim().to_lowercase();
    let (_, field) = FIELDS.iter().find(|(field, _)| *field == name)?;
    let at = match end {
        Some(end) => end + head[end..].chars().next().map_or(1, char::len_utf8),
        None if head.len() == block.len() => block.len(),
        None => return None,
    };
    Some((*field, at))
}
