//! Words around a name: where those of the classes stand in the article, looked
//! for once, and which of them are near a place.

use std::ops::Range;

use super::{features::PLACES, model::Model};
use crate::{
    article::BlockKind,
    indicators::{context::Structure, phrase::place_of},
};

/// Bytes before and behind a name, and of its sentence on each side.
const NEAR: usize = 40;
const SENTENCE: usize = 240;
/// Bytes of what leads to a list, and of what a line says behind a name.
const LEAD: usize = 240;
const LINE: usize = 120;
/// Bytes before and behind names that stand together.
const EDGE: usize = 160;
/// Bytes of a row in which its cells are counted.
const ROW: usize = 2000;

/// Where a name stands.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Place {
    pub(super) block: Option<usize>,
    /// Whether it begins its item, cell or line.
    pub(super) head: bool,
    /// Of a row.
    pub(super) column: Option<usize>,
    /// What it stands together with: a list, a column, a block of code, a row
    /// in a sentence.
    pub(super) unit: (usize, usize),
}

pub(super) struct Around<'a> {
    structure: &'a Structure<'a>,
    /// Places of words and their classes, in order.
    words: Vec<(usize, u8)>,
    /// For each block: the classes of the nearest heading, and of those above.
    headings: Vec<(u64, u64)>,
    title: u64,
}

impl<'a> Around<'a> {
    pub(super) fn new(structure: &'a Structure<'a>, model: &Model) -> Self {
        let words = model.words_in(&structure.article.text);
        let title = structure.article.title.as_deref().unwrap_or_default();
        let title = mask(&model.words_in(title), 0..title.len());
        let mut open: Vec<(u8, u64)> = Vec::new();
        let mut headings = Vec::with_capacity(structure.article.blocks.len());
        let mut outer = 0;
        for block in &structure.article.blocks {
            let text = &structure.article.text[block.range.clone()];
            let level = match block.kind {
                BlockKind::Heading(level) => Some(level),
                BlockKind::Paragraph if text.len() < 80 && text.trim_end().ends_with(':') => {
                    Some(7)
                }
                _ => None,
            };
            if let Some(level) = level {
                open.retain(|(above, _)| *above < level);
                outer = open.iter().fold(0, |all, (_, mask)| all | mask);
                open.push((level, mask(&words, block.range.clone())));
            }
            headings.push((open.last().map_or(0, |(_, mask)| *mask), outer));
        }
        Self {
            structure,
            words,
            headings,
            title,
        }
    }

    /// Where a name stands; `row` is the row of names that it is in.
    pub(super) fn place(&self, range: &Range<usize>, row: &Range<usize>) -> Place {
        let text = self.structure.article.text.as_str();
        let Some(index) = self.structure.block_at(range.start) else {
            return Place::default();
        };
        let block = &self.structure.article.blocks[index];
        let first = self.structure.first_alike(index);
        let before = &text[block.range.start.min(range.start)..range.start];
        let near = &before[before.ceil_char_boundary(before.len().saturating_sub(NEAR))..];
        let (cell, column) = match block.kind {
            BlockKind::Row => {
                let cells = before.bytes().take(ROW).filter(|b| *b == b'\t');
                let column = Some(cells.count()).filter(|_| before.len() < ROW);
                (near.rsplit('\t').next().unwrap_or_default(), column)
            }
            _ => (near, None),
        };
        let head = cell.len() <= 16 && !cell.contains(char::is_alphabetic);
        let unit = match (block.kind, column) {
            (BlockKind::Code, _) => (first, usize::MAX),
            (BlockKind::Item, _) if head => (first, usize::MAX - 1),
            (_, Some(column)) if head => (first, column),
            _ => (row.start, usize::MAX - 2),
        };
        Place {
            block: Some(index),
            head,
            column,
            unit,
        }
    }

    /// The classes of words at each of the places.
    pub(super) fn words(
        &self,
        range: &Range<usize>,
        row: &Range<usize>,
        place: &Place,
    ) -> [u64; PLACES.len()] {
        let Some(index) = place.block else {
            return [0; PLACES.len()];
        };
        let block = &self.structure.article.blocks[index];
        let (from, to) = (block.range.start, block.range.end);
        let near = |start: usize, end: usize| mask(&self.words, start.max(from)..end.min(to));
        let before = near(row.start.saturating_sub(NEAR), row.start);
        let behind = near(row.end, row.end + NEAR);
        let sentence = self.structure.sentence_at(range.start);
        let sentence = near(
            sentence.start.max(range.start.saturating_sub(SENTENCE)),
            sentence.end.min(range.end + SENTENCE),
        );
        let first = self.structure.first_alike(index);
        let above = first
            .checked_sub(1)
            .filter(|_| block.kind != BlockKind::Paragraph);
        let lead = above.and_then(|above| self.structure.block(above));
        let lead = lead.map_or(0, |lead| {
            let start = lead.range.end.saturating_sub(LEAD).max(lead.range.start);
            mask(&self.words, start..lead.range.end)
        });
        let (heading, outer) = self.headings.get(index).copied().unwrap_or_default();
        let column = place.column.zip(self.structure.block(first));
        let column = column.map_or(0, |(column, head)| self.cell(head.range.clone(), column));
        let line = near(range.end, range.end + LINE);
        // In the order of `PLACES`; `edges` tells the last two.
        [
            before, behind, sentence, lead, heading, outer, column, self.title, line, 0, 0,
        ]
    }

    /// Adds the classes of words before the first and behind the last of names
    /// that stand together.
    pub(super) fn edges(&self, span: &Range<usize>, found: &mut [u64; PLACES.len()]) {
        let [.., opening, closing] = found;
        *opening = mask(&self.words, span.start.saturating_sub(EDGE)..span.start);
        *closing = mask(&self.words, span.end..span.end + EDGE);
    }

    /// The classes of words in a cell.
    fn cell(&self, row: Range<usize>, column: usize) -> u64 {
        let text = &self.structure.article.text[row];
        let cells = &text[..text.floor_char_boundary(ROW)];
        let Some(cell) = cells.split('\t').nth(column) else {
            return 0;
        };
        let start = place_of(&self.structure.article.text, cell).start;
        mask(&self.words, start..start + cell.len().min(LEAD))
    }
}

/// The classes of the words that begin within a range.
fn mask(words: &[(usize, u8)], range: Range<usize>) -> u64 {
    let first = words.partition_point(|(at, _)| *at < range.start);
    words[first..]
        .iter()
        .take_while(|(at, _)| *at < range.end)
        .fold(0, |mask, (_, class)| mask | 1 << class)
}
