//! Where in the article something stands: its block, sentence, section.

use std::ops::Range;

use crate::article::{Article, Block, BlockKind, sentences};

use super::lists::Lists;

/// Bytes of a paragraph that are read for what it announces.
const LEAD: usize = 2000;

/// Words of a table's cell that is a sentence.
const SENTENCE: usize = 6;

/// The article's structure, looked up by byte offset.
pub(super) struct Structure<'a> {
    pub(super) article: &'a Article,
    /// For each block: its sentences in the article's text.
    sentences: Vec<Vec<Range<usize>>>,
    /// For each block: the headings above it, lower case, outermost first.
    headings: Vec<Vec<String>>,
    /// For each block: whether it is in a section of indicators.
    listed: Vec<bool>,
    /// For each block: the nearest one before it of another kind. Kept, since
    /// looking back for each candidate is quadratic in a page of paragraphs.
    before: Vec<Option<usize>>,
}

impl<'a> Structure<'a> {
    pub(super) fn new(article: &'a Article, lists: &Lists) -> Self {
        let mut open: Vec<(u8, String)> = Vec::new();
        let mut headings = Vec::with_capacity(article.blocks.len());
        let mut listed = Vec::with_capacity(article.blocks.len());
        let mut sentence_ranges = Vec::with_capacity(article.blocks.len());
        for block in &article.blocks {
            let text = &article.text[block.range.clone()];
            if let BlockKind::Heading(level) = block.kind {
                open.retain(|(above, _)| *above < level);
                open.push((level, text.to_lowercase()));
            } else if block.kind == BlockKind::Paragraph
                && (is_caption(text) || is_bold(block, text))
            {
                // "Indicators of compromise:" set as a paragraph.
                open.retain(|(above, _)| *above < 7);
                open.push((7, text.to_lowercase()));
            } else if block.kind == BlockKind::Paragraph && text.split_whitespace().count() >= 8 {
                // Running text is no longer under a caption.
                open.retain(|(level, _)| *level < 7);
            }
            listed.push(
                open.iter()
                    .any(|(_, heading)| is_indicator_section(heading, lists))
                    || block.kind == BlockKind::Code && is_indicator_json(text),
            );
            headings.push(open.iter().map(|(_, heading)| heading.clone()).collect());
            let base = block.range.start;
            sentence_ranges.push(
                sentences(text)
                    .into_iter()
                    .map(|range| range.start + base..range.end + base)
                    .collect(),
            );
        }
        let mut before: Vec<Option<usize>> = Vec::with_capacity(article.blocks.len());
        let mut last: Option<(BlockKind, Option<usize>)> = None;
        for (index, block) in article.blocks.iter().enumerate() {
            let other = match last {
                Some((kind, other)) if kind == block.kind => other,
                Some(_) => index.checked_sub(1),
                None => None,
            };
            before.push(other);
            last = Some((block.kind, other));
        }
        Self {
            article,
            sentences: sentence_ranges,
            headings,
            listed,
            before,
        }
    }

    /// Index of the block that holds `at`.
    pub(super) fn block_at(&self, at: usize) -> Option<usize> {
        let index = self
            .article
            .blocks
            .partition_point(|block| block.range.end <= at);
        (index < self.article.blocks.len()).then_some(index)
    }

    pub(super) fn block(&self, index: usize) -> Option<&'a Block> {
        self.article.blocks.get(index)
    }

    /// Whether a block is running text: no code, and no row of a table but one
    /// with a sentence in it.
    pub(super) fn is_told(&self, block: &Block) -> bool {
        block.is_prose()
            || block.kind == BlockKind::Row
                && self.article.text[block.range.clone()]
                    .split('\t')
                    .any(|cell| cell.split_whitespace().count() >= SENTENCE)
    }

    /// The sentence that holds `at`; the block where there is none.
    pub(super) fn sentence_at(&self, at: usize) -> Range<usize> {
        let Some(index) = self.block_at(at) else {
            return 0..0;
        };
        let sentences = &self.sentences[index];
        sentences
            .get(sentences.partition_point(|range| range.end <= at))
            .cloned()
            .unwrap_or_else(|| self.article.blocks[index].range.clone())
    }

    /// The first of the blocks of the same kind that end with this one.
    pub(super) fn first_alike(&self, index: usize) -> usize {
        let before = self.before.get(index).copied().flatten();
        before.map_or(0, |before| before + 1)
    }

    /// The sentence that goes on in the code or list that holds `at`: the
    /// paragraph before, where that ends in a colon or in nothing.
    pub(super) fn lead(&self, at: usize) -> Option<&'a str> {
        let index = self.block_at(at)?;
        let block = self.block(index)?;
        if !matches!(block.kind, BlockKind::Code | BlockKind::Item) {
            return None;
        }
        let before = self.block((*self.before.get(index)?)?)?;
        let from = before.range.end.saturating_sub(600).max(before.range.start);
        let text = &self.article.text[self.article.text.ceil_char_boundary(from)..before.range.end];
        let open = text.ends_with([':', '：']) || text.ends_with(char::is_alphanumeric);
        (before.kind == BlockKind::Paragraph && open).then_some(text)
    }

    /// Headings above a block, lower case.
    pub(super) fn headings(&self, index: usize) -> &[String] {
        self.headings.get(index).map_or(&[], Vec::as_slice)
    }

    /// Whether the block is in a section of indicators.
    pub(super) fn in_indicator_section(&self, index: usize) -> bool {
        self.listed.get(index).copied().unwrap_or(false)
    }

    /// The nearest paragraph before a list, table or code block, where it
    /// announces it (ends in a colon).
    pub(super) fn announcement(&self, index: usize) -> Option<&'a str> {
        let before = self.block((*self.before.get(index)?)?)?;
        // A list is announced by the end of what stands before it.
        let from = before
            .range
            .end
            .saturating_sub(LEAD)
            .max(before.range.start);
        let text = &self.article.text[self.article.text.ceil_char_boundary(from)..before.range.end];
        let end = text.trim_end();
        let announces = end.ends_with([':', '：', '—', '–'])
            || end.ends_with(" -")
            || matches!(before.kind, BlockKind::Heading(_));
        announces.then_some(text)
    }
}

pattern!(
    INDICATOR_KEY,
    r#"(?i)"(?:domains?|ips?|ip_addresses|ipv4|urls?|iocs?|indicators?|hashes|sha256|c2)"\s*:"#
);

/// Whether code is a record of indicators.
fn is_indicator_json(text: &str) -> bool {
    text.trim_start().starts_with(['{', '[']) && INDICATOR_KEY.is_match(text)
}

/// A word or two set in bold over a list: "**PyPI**".
fn is_bold(block: &Block, text: &str) -> bool {
    text.split_whitespace().count() <= 4
        && block
            .bold
            .iter()
            .any(|bold| bold.len() >= text.trim().len() && bold.start <= block.range.start)
}

fn is_caption(text: &str) -> bool {
    text.len() < 80 && text.trim_end().ends_with(':')
}

fn is_indicator_section(heading: &str, lists: &Lists) -> bool {
    let heading = heading.trim_start_matches(|c: char| !c.is_alphabetic());
    lists.sections.iter().any(|start| {
        if let Some(exact) = start.strip_suffix('$') {
            return heading.trim_end_matches([':', ' ']) == exact;
        }
        heading.strip_prefix(start.as_str()).is_some_and(|rest| {
            let rest = rest.strip_prefix('s').unwrap_or(rest);
            rest.chars().next().is_none_or(|c| !c.is_alphanumeric())
        })
    }) || heading.contains("(ioc")
        || heading.contains("indicators of")
}
