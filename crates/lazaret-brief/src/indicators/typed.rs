//! Values that a table or a field gives a type: `mutex,Foo-1`, "User agent:
//! x/1.0". Their shape alone would not tell.

use lazaret_model::{Confidence, IndicatorKind};

use super::{context::Structure, phrase::place_of, spoken::Spoken};
use crate::article::BlockKind;

/// Names of types, lower case.
const TYPES: &[(&str, IndicatorKind)] = &[
    ("mutex", IndicatorKind::Mutex),
    ("mutex name", IndicatorKind::Mutex),
    ("mutant", IndicatorKind::Mutex),
    ("mutexes", IndicatorKind::Mutex),
    ("互斥体", IndicatorKind::Mutex),
    ("мьютекс", IndicatorKind::Mutex),
    ("ua", IndicatorKind::UserAgent),
    ("user agent", IndicatorKind::UserAgent),
    ("user-agent", IndicatorKind::UserAgent),
    ("useragent", IndicatorKind::UserAgent),
    ("user_agent", IndicatorKind::UserAgent),
    ("http user agent", IndicatorKind::UserAgent),
    ("file name", IndicatorKind::FileName),
    ("filename", IndicatorKind::FileName),
    ("file", IndicatorKind::FileName),
    ("dateiname", IndicatorKind::FileName),
    ("fichier", IndicatorKind::FileName),
    ("archivo", IndicatorKind::FileName),
    ("文件名", IndicatorKind::FileName),
];

/// All such values of the article.
pub(super) fn find(structure: &Structure<'_>, found: &mut Vec<Spoken>) {
    let text = structure.article.text.as_str();
    for block in &structure.article.blocks {
        let block_text = &text[block.range.clone()];
        // Code holds a field in each line.
        let lines = match block.kind {
            BlockKind::Code => usize::MAX,
            _ => 1,
        };
        for line in block_text.splitn(lines, '\n') {
            value(text, line, block.kind, found);
        }
    }
}

fn value(text: &str, line: &str, kind: BlockKind, found: &mut Vec<Spoken>) {
    let parts = match kind {
        BlockKind::Row => line.split_once('\t'),
        _ if line.len() >= 300 => None,
        BlockKind::Code => line
            .split_once("  ")
            .or_else(|| line.split_once('\t'))
            .or_else(|| line.split_once(": ")),
        BlockKind::Item | BlockKind::Paragraph => line.split_once([':', '：']),
        BlockKind::Heading(_) => None,
    };
    let Some((name, rest)) = parts.filter(|(name, _)| name.len() <= 40) else {
        return;
    };
    let type_of = |name: &str| {
        let name = name.trim().to_lowercase();
        TYPES
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, kind)| kind)
    };
    let second = rest.split('\t').next().unwrap_or_default();
    // Type and value, or value and type.
    let (kind, cell) = match (type_of(name), type_of(second)) {
        (Some(kind), _) => (kind, second),
        (None, Some(kind)) => (kind, name),
        (None, None) => return,
    };
    let value = cell.trim().trim_matches(['`', '"', '\'', ',', '“', '”']);
    let plausible = match kind {
        IndicatorKind::Mutex => !value.contains(' ') && value.len() >= 4,
        IndicatorKind::UserAgent => value.len() >= 4,
        _ => {
            !value.contains([' ', '/', '\\'])
                && value
                    .rsplit_once('.')
                    .is_some_and(|(stem, end)| !stem.is_empty() && (2..=6).contains(&end.len()))
                && !super::spoken::ARCHIVE.is_match(value)
        }
    };
    if plausible && value.len() <= 200 {
        found.push(Spoken {
            kind: *kind,
            value: value.to_owned(),
            confidence: Confidence::High,
            reason: "listed as an indicator",
            range: place_of(text, value),
        });
    }
}
