//! An article: its text without the page around it, cut into blocks, each
//! with its place, so that every claim can be traced to a sentence.

mod advisory;
mod boilerplate;
mod cells;
mod grid;
mod html;
mod plain;
mod secret;
mod sentence;
mod tags;

use std::ops::Range;

pub use sentence::sentences;

/// Bytes of one article that are read; the rest is left out and noted.
pub const LIMIT: usize = 16 << 20;

/// What a block of text is on the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BlockKind {
    /// A heading of level 1 to 6.
    Heading(u8),
    /// Running text.
    Paragraph,
    /// An element of a list.
    Item,
    /// A row of a table, cells joined by tabs.
    Row,
    /// Code, console output, a list of indicators set as code.
    Code,
}

/// A block of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// What it is.
    pub kind: BlockKind,
    /// Where its text stands in [`Article::text`].
    pub range: Range<usize>,
    /// Links inside: where their text stands, and where they lead.
    pub links: Vec<(Range<usize>, String)>,
    /// Parts set as code inside running text.
    pub code: Vec<Range<usize>>,
    /// Parts set in bold or italics.
    pub bold: Vec<Range<usize>>,
}

impl Block {
    /// Whether it is running text: no code, and no row of a table.
    pub fn is_prose(&self) -> bool {
        !matches!(self.kind, BlockKind::Code | BlockKind::Row)
    }

    /// Whether it is links and nothing else: the title of something elsewhere.
    pub(crate) fn is_linked(&self) -> bool {
        is_linked(&self.links, self.range.len())
    }

    /// Whether the text at `at` is set as code inside running text.
    pub fn is_code(&self, at: usize) -> bool {
        holds(&self.code, at)
    }
}

/// Whether nearly all of so many bytes of text are links.
fn is_linked(links: &[(Range<usize>, String)], bytes: usize) -> bool {
    let linked: usize = links.iter().map(|(range, _)| range.len()).sum();
    linked * 10 >= bytes * 9
}

/// The one of `ranges`, which are in order, that holds `at`.
pub(crate) fn holding(ranges: &[Range<usize>], at: usize) -> Option<&Range<usize>> {
    ranges
        .get(ranges.partition_point(|range| range.end <= at))
        .filter(|range| range.contains(&at))
}

/// Whether one of `ranges`, which are in order, holds `at`.
pub(crate) fn holds(ranges: &[Range<usize>], at: usize) -> bool {
    holding(ranges, at).is_some()
}

/// An article.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Article {
    /// Title.
    pub title: Option<String>,
    /// Who published it: site name or host.
    pub source: Option<String>,
    /// Address, where it is known.
    pub url: Option<String>,
    /// Publication date as written (`YYYY-MM-DD` where it could be read).
    pub published: Option<String>,
    /// The text: blocks joined by newlines.
    pub text: String,
    /// Its blocks, in order; they cover the text but for the newlines.
    pub blocks: Vec<Block>,
    /// Parts left out, such as text over the limit.
    pub notes: Vec<String>,
}

impl Article {
    /// Reads an HTML page.
    pub fn from_html(source: &str) -> Self {
        let (source, note) = bounded(source);
        let source = &*prepared(source);
        let mut article = boilerplate::drop(html::read(source));
        article.list_words();
        article.notes.extend(note);
        article
    }

    /// Reads Markdown (CommonMark with tables); front matter gives title and
    /// date.
    pub fn from_markdown(source: &str) -> Self {
        let (source, note) = bounded(source);
        let source = &*prepared(source);
        let (front, body) = front_matter(source);
        let body = &*grid::as_rows(body);
        let body = &*with_marks(body);
        let parser = pulldown_cmark::Parser::new_ext(body, pulldown_cmark::Options::ENABLE_TABLES);
        let parser = without_drawings(parser);
        let mut page = String::with_capacity(body.len() * 2);
        pulldown_cmark::html::push_html(&mut page, parser);
        let mut article = boilerplate::drop(html::read(&page));
        article.list_words();
        for line in front.lines() {
            let Some((key, value)) = line.split_once([':', '=']) else {
                continue;
            };
            let value = value.trim().trim_matches(['"', '\'']).to_owned();
            match key.trim() {
                "title" => article.title = Some(value),
                "date" | "published" => article.published = Some(value),
                "url" | "link" => article.url = Some(value),
                "source" | "site" => article.source = Some(value),
                _ => {}
            }
        }
        if article.title.is_none() {
            let first = article
                .blocks
                .iter()
                .find(|block| matches!(block.kind, BlockKind::Heading(_)))
                .map(|block| article.text[block.range.clone()].to_owned());
            article.title = first;
        }
        article.notes.extend(note);
        article
    }

    /// Reads plain text: mails, threads, text taken out of a PDF.
    pub fn from_text(source: &str) -> Self {
        let (source, note) = bounded(source);
        let mut article = plain::read(&grid::as_rows(&prepared(source)));
        article.notes.extend(note);
        article
    }

    /// Reads a text of unknown kind.
    pub fn read(source: &str) -> Self {
        let head = source.floor_char_boundary(4096);
        let start = source[..head].trim_start().to_ascii_lowercase();
        // A page in Markdown may begin with a banner in HTML.
        let page = ["<!doctype html", "<html", "<head", "<body"];
        let parts = ["<article", "<div", "<p>", "<section"];
        let has = |tags: &[&str]| tags.iter().any(|tag| start.contains(tag));
        let headed = |line: &str| {
            line.starts_with("```")
                || line.trim_start_matches('#').starts_with(' ') && line.starts_with('#')
        };
        let marked = source.starts_with("---\n") || source.lines().take(200).any(headed);
        if has(&page) || has(&parts) && !marked {
            return Self::from_html(source);
        }
        if let Some((page, published)) = advisory::read(bounded(source).0) {
            let mut article = Self::from_markdown(&page);
            article.published = published.or(article.published);
            return article;
        }
        let markdown = source.lines().take(200).any(|line| {
            line.starts_with('#')
                || line.starts_with("```")
                || line.starts_with("| ")
                || line == "---"
                || line == "+++"
                || line.contains("](http")
        });
        // reStructuredText sets code and headings alike.
        let marked = source.matches("``").take(4).count() == 4
            && source.lines().take(200).any(|line| {
                line.len() >= 4
                    && (line.chars().all(|c| c == '=') || line.chars().all(|c| c == '-'))
            });
        if (markdown || marked) && !plain::is_csv(source) {
            Self::from_markdown(source)
        } else {
            Self::from_text(source)
        }
    }

    /// Appends a block; its ranges are offsets in `text`.
    fn push(
        &mut self,
        kind: BlockKind,
        text: &str,
        links: Vec<(Range<usize>, String)>,
        code: Vec<Range<usize>>,
    ) {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        let base = self.text.len();
        self.text.push_str(text);
        let shift = |range: Range<usize>| range.start + base..range.end + base;
        self.blocks.push(Block {
            kind,
            range: base..self.text.len(),
            links: links
                .into_iter()
                .map(|(range, to)| (shift(range), to))
                .collect(),
            code: code.into_iter().map(shift).collect(),
            bold: Vec::new(),
        });
    }
}

impl Article {
    /// Words in paragraphs of their own, one after the other, are a list.
    fn list_words(&mut self) {
        let text = &self.text;
        let is_word = |block: &Block| {
            let text = &text[block.range.clone()];
            block.kind == BlockKind::Paragraph
                && text.len() <= WORD
                && !text.contains(char::is_whitespace)
                && text.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '@')
        };
        let mut from = 0;
        while from < self.blocks.len() {
            let words = self.blocks[from..]
                .iter()
                .take_while(|b| is_word(b))
                .count();
            if words >= WORDS {
                for block in &mut self.blocks[from..from + words] {
                    block.kind = BlockKind::Item;
                }
            }
            from += words.max(1);
        }
    }

    /// Sets the parts of the last block that are bold, as offsets in it.
    fn set_bold(&mut self, bold: Vec<Range<usize>>) {
        if let Some(block) = self.blocks.last_mut() {
            let base = block.range.start;
            block.bold = bold
                .into_iter()
                .map(|range| range.start + base..range.end + base)
                .collect();
        }
    }
}

/// Bytes of the longest word of a list without marks,
const WORD: usize = 80;

/// and words of the shortest.
const WORDS: usize = 3;

fn bounded(source: &str) -> (&str, Option<String>) {
    if source.len() <= LIMIT {
        return (source, None);
    }
    let cut = &source[..source.floor_char_boundary(LIMIT)];
    let note = format!("only the first {LIMIT} of {} bytes were read", source.len());
    (cut, Some(note))
}

/// The text as it is read: plain hyphens, nothing that turns a terminal or a
/// line of text around, no secrets.
fn prepared(source: &str) -> std::borrow::Cow<'_, str> {
    use std::borrow::Cow;
    let text = match plain_hyphens(source) {
        text if text.contains(is_unseen) => text.replace(is_unseen, "").into(),
        text => text,
    };
    // What a host put in the place of anything with an `@`.
    let text = HIDDEN
        .iter()
        .fold(text, |text, hidden| match text.contains(hidden) {
            true => text.replace(hidden, "…").into(),
            false => text,
        });
    match text {
        Cow::Borrowed(text) => secret::redact(text),
        Cow::Owned(text) => secret::redact(&text).into_owned().into(),
    }
}

/// What protects addresses from being collected, names with versions too.
const HIDDEN: [&str; 2] = ["[email protected]", "[email\u{a0}protected]"];

/// Control characters, and those that set the direction of writing.
fn is_unseen(c: char) -> bool {
    c.is_control() && !matches!(c, '\t' | '\n' | '\r')
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Names of packages are set with hyphens that do not break, and soft ones
/// within.
fn plain_hyphens(source: &str) -> std::borrow::Cow<'_, str> {
    const HYPHENS: &[(&str, &str)] = &[
        ("\u{2010}", "-"),
        ("\u{2011}", "-"),
        ("\u{ad}", ""),
        ("&#8209;", "-"),
        ("&#x2011;", "-"),
        ("&shy;", ""),
    ];
    let mut text = std::borrow::Cow::Borrowed(source);
    for (hyphen, plain) in HYPHENS {
        if text.contains(hyphen) {
            text = text.replace(hyphen, plain).into();
        }
    }
    text
}

/// Words below each other after a colon are a list, whether marked or not:
/// Markdown would run them together.
fn with_marks(body: &str) -> std::borrow::Cow<'_, str> {
    let is_word = |line: &str| {
        !line.is_empty()
            && !line.contains(char::is_whitespace)
            && !line.ends_with([':', '：'])
            && line.starts_with(|c: char| c.is_alphanumeric() || c == '@')
    };
    let lines: Vec<&str> = body.lines().collect();
    let mut marked = String::new();
    let mut fenced = false;
    let mut from = 0;
    while let Some(line) = lines.get(from) {
        fenced ^= line.trim_start().starts_with("```");
        from += 1;
        marked.push_str(line);
        marked.push('\n');
        // Only where a paragraph begins, so that no line is counted twice.
        let begins = from < 2 || lines[from - 2].trim().is_empty();
        let rows = match begins && !fenced {
            true => separated(&lines[from - 1..]),
            false => 0,
        };
        if rows > 1 {
            marked.truncate(marked.len() - line.len() - 1);
            marked.push('\n');
            for (nth, line) in lines[from - 1..from - 1 + rows].iter().enumerate() {
                marked.push_str(&format!("| {} |\n", line.replace(',', " |")));
                if nth == 0 {
                    marked.push_str(&format!(
                        "|{}\n",
                        "---|".repeat(line.matches(',').count() + 1)
                    ));
                }
            }
            marked.push('\n');
            from += rows - 1;
            continue;
        }
        if fenced || !line.ends_with([':', '：']) {
            continue;
        }
        // No word ends with a colon, so no line is counted twice.
        let words = lines[from..]
            .iter()
            .take_while(|line| is_word(line))
            .count();
        let ends = lines
            .get(from + words)
            .is_none_or(|line| line.trim().is_empty());
        if words < 2 || !ends {
            continue;
        }
        marked.push('\n');
        for word in &lines[from..from + words] {
            marked.push_str("- ");
            marked.push_str(word);
            marked.push('\n');
        }
        from += words;
    }
    match marked.len() == body.len() || marked.trim_end() == body.trim_end() {
        true => body.into(),
        false => marked.into(),
    }
}

/// How many lines from the first on are comma-separated values under a head: cells
/// of a word or two, as many in each.
fn separated(lines: &[&str]) -> usize {
    let cells = |line: &str| line.matches(',').count();
    let short = |line: &&&str| {
        !line.starts_with(['-', '*', '|', '#', ' ', '`', '@'])
            && line
                .split(',')
                .all(|cell| (1..=3).contains(&cell.split_whitespace().count()))
            && !line.ends_with(['.', ':', ','])
    };
    let Some(first) = lines.first().filter(short) else {
        return 0;
    };
    let many = cells(first);
    let rows = lines
        .iter()
        .take_while(|line| cells(line) == many)
        .take_while(short)
        .count();
    // A head has no numbers.
    let numbered = |cell: &str| cell.trim().starts_with(|c: char| c.is_ascii_digit());
    let headed = many >= 1 && !first.split(',').any(numbered);
    match headed && rows >= 3 && lines.get(rows).is_none_or(|line| line.trim().is_empty()) {
        true => rows,
        false => 0,
    }
}

/// Leaves out code that draws a picture: what is in its boxes is told beside it.
fn without_drawings<'a>(
    events: impl Iterator<Item = pulldown_cmark::Event<'a>>,
) -> impl Iterator<Item = pulldown_cmark::Event<'a>> {
    use pulldown_cmark::{CodeBlockKind, Event, Tag, TagEnd};
    let mut drawing = false;
    events.filter(move |event| match event {
        Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(language))) => {
            drawing = is_drawing(language);
            !drawing
        }
        Event::End(TagEnd::CodeBlock) => !std::mem::take(&mut drawing),
        _ => !drawing,
    })
}

/// Whether code in that language draws.
fn is_drawing(language: &str) -> bool {
    matches!(language, "dot" | "graphviz" | "mermaid" | "plantuml")
}

/// Front matter between two lines of `---` (YAML) or `+++` (TOML) at the start,
/// and the rest.
fn front_matter(source: &str) -> (&str, &str) {
    ["---\n", "+++\n"]
        .into_iter()
        .find_map(|fence| {
            let rest = source.strip_prefix(fence)?;
            let at = rest.find(&format!("\n{fence}"))?;
            Some((&rest[..at], &rest[at + 1 + fence.len()..]))
        })
        .unwrap_or(("", source))
}
