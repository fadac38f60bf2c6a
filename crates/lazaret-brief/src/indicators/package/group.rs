//! Names that stand in a row: what is said before the first or behind the last
//! is said of each.

use std::{collections::HashSet, ops::Range};

use super::Named;
use crate::indicators::context::Structure;

pattern!(
    /// What stands between two names of a row: versions and words that join.
    JOINT,
    r"^(?:[\s`'\x22“”„«»*_]|,|;|、|，|；|&|\((?:[^()\n]{0,60})\)|\d+(?:\.\d+)+[\w.-]*|@[\w.-]+|(?i:and|or|nor|as well as|plus|und|oder|sowie|et|y|e|и|和|及び|および|与|と|versions?|both|v\d[\w.-]*|version|v))*$"
);
pattern!(
    /// The versions behind a name.
    TAIL,
    r"^[`'\x22”»*]*(?: ?\([^()\n]{0,60}\)|@[\w.+-]+| v?\d+(?:\.\d+)+[\w.-]*| versions? v?\d+(?:\.\d+)+[\w.-]*)?[`'\x22”»*]*(?:(?:,| and|, and|,? or) v?\d+(?:\.\d+)+[\w.-]*)*"
);

pattern!(
    /// Two names of a row are told apart by more than a space.
    SEPARATOR,
    r"[,;、，；&和及と]|\b(?i:and|or|nor|as well as|plus|und|oder|sowie|et|y|e)\b|и|および"
);

/// Bytes between two names of a row.
const APART: usize = 90;

/// A row of names.
#[derive(Clone, Debug)]
pub(in crate::indicators) struct Row {
    /// From the first name to the last one's versions.
    pub(in crate::indicators) range: Range<usize>,
    /// How many names stand in it.
    pub(in crate::indicators) names: usize,
}

/// For each name, the row that it stands in.
pub(in crate::indicators) fn rows(structure: &Structure<'_>, named: &[&Named]) -> Vec<Row> {
    let text = structure.article.text.as_str();
    let mut order: Vec<usize> = (0..named.len()).collect();
    order.sort_by_key(|at| (named[*at].range.start, named[*at].range.end));
    let mut rows: Vec<Row> = named
        .iter()
        .map(|named| Row {
            range: named.range.clone(),
            names: 1,
        })
        .collect();
    let mut row: Vec<usize> = Vec::new();
    let mut span = 0..0;
    let mut block = None;
    let mut last = None;
    for at in order {
        let range = &named[at].range;
        let joined = !row.is_empty()
            && (range.start <= span.end
                || range.start - span.end <= APART
                    && structure.block_at(range.start) == block
                    && JOINT.is_match(&text[span.end..range.start])
                    && (last == Some(named[at].package.name())
                        || SEPARATOR.is_match(&text[span.end..range.start])));
        last = Some(named[at].package.name());
        if !joined {
            close(text, named, &mut rows, &row, &span);
            row.clear();
            span = range.clone();
            block = structure.block_at(range.start);
        }
        span.end = span.end.max(range.end);
        row.push(at);
    }
    close(text, named, &mut rows, &row, &span);
    rows
}

fn close(text: &str, named: &[&Named], rows: &mut [Row], row: &[usize], span: &Range<usize>) {
    let tail = text.get(span.end..).unwrap_or_default();
    let tail = &tail[..tail.floor_char_boundary(300)];
    let end = span.end + TAIL.find(tail).map_or(0, |m| m.len());
    let names: HashSet<&str> = row.iter().map(|at| named[*at].package.name()).collect();
    for at in row {
        rows[*at] = Row {
            range: span.start..end,
            names: names.len(),
        };
    }
}
