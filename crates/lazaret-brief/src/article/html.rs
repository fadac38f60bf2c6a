//! HTML to blocks with what is known of their surroundings.
//!
//! Works on tokens with a bounded stack of open elements, so that a page
//! nested 100,000 deep costs no more than its bytes.

use std::ops::Range;

use html5gum::{DefaultEmitter, StartTag, Token, Tokenizer};

use super::{
    Article, BlockKind,
    cells::Cells,
    tags::{is_block, is_hidden, is_void},
};

/// Open elements remembered; deeper ones only count.
const DEPTH: usize = 512;

/// A block before boilerplate is dropped.
#[derive(Clone, Debug)]
pub(super) struct RawBlock {
    pub(super) kind: BlockKind,
    pub(super) text: String,
    pub(super) links: Vec<(Range<usize>, String)>,
    pub(super) code: Vec<Range<usize>>,
    pub(super) bold: Vec<Range<usize>>,
    /// Inside `article`, `main` or an element that says it holds the body.
    pub(super) main: bool,
    /// Inside navigation, footer, sidebar, form or something whose class says
    /// so.
    pub(super) aside: bool,
}

/// A page before boilerplate is dropped.
#[derive(Clone, Debug, Default)]
pub(super) struct Page {
    pub(super) title: Option<String>,
    pub(super) source: Option<String>,
    pub(super) url: Option<String>,
    pub(super) published: Option<String>,
    pub(super) blocks: Vec<RawBlock>,
}

impl Page {
    /// All blocks as an article.
    pub(super) fn into_article(self) -> Article {
        let mut article = Article {
            title: self.title,
            source: self.source,
            url: self.url,
            published: self.published,
            ..Article::default()
        };
        for block in self.blocks {
            article.push(block.kind, &block.text, block.links, block.code);
            article.set_bold(block.bold);
        }
        article
    }
}

struct Open {
    name: Vec<u8>,
    main: bool,
    aside: bool,
}

#[derive(Default)]
struct Reader {
    page: Page,
    open: Vec<Open>,
    /// Elements open beyond `DEPTH`.
    beyond: usize,
    text: String,
    links: Vec<(Range<usize>, String)>,
    code: Vec<Range<usize>>,
    bold: Vec<Range<usize>>,
    bold_start: Option<usize>,
    link: Option<(usize, String)>,
    code_start: Option<usize>,
    /// Depth of elements whose text is not shown.
    hidden: usize,
    in_title: bool,
    pre: usize,
    kind: Option<BlockKind>,
    cells: Cells,
}

pub(super) fn read(source: &str) -> Page {
    let mut emitter = DefaultEmitter::default();
    // Makes the tokenizer treat script, style and title as browsers do.
    emitter.naively_switch_states(true);
    let mut reader = Reader::default();
    for token in Tokenizer::new_with_emitter(source, emitter) {
        let Ok(token) = token;
        match token {
            Token::StartTag(tag) => reader.start(&tag),
            Token::EndTag(tag) => reader.end(&tag.name),
            Token::String(text) => reader.text(&String::from_utf8_lossy(&text)),
            Token::Comment(_) | Token::Doctype(_) | Token::Error(_) => {}
        }
    }
    reader.flush();
    reader.page
}

fn attribute(tag: &StartTag<()>, name: &str) -> Option<String> {
    tag.attributes
        .get(name.as_bytes())
        .map(|value| String::from_utf8_lossy(value).into_owned())
}

/// Words of `class`, `id` and `role` that mark what is not the article.
const ASIDE: &[&str] = &[
    "advert",
    "banner",
    "breadcrumb",
    "byline-social",
    "comment",
    "consent",
    "cookie",
    "footer",
    "gdpr",
    "masthead",
    "menu",
    "modal",
    "nav",
    "newsletter",
    "pagination",
    "popup",
    "promo",
    "read-more",
    "recirc",
    "recommend",
    "related",
    "share",
    "sharing",
    "sidebar",
    "signup",
    "social",
    "sponsor",
    "subscribe",
    "subscription",
    "tag-list",
    "tags",
    "toolbar",
    "trending",
    "widget",
];

/// Words of `class`, `id`, `role` and `itemprop` that mark the article.
const MAIN: &[&str] = &[
    "article-body",
    "article-content",
    "article__body",
    "articlebody",
    "blog-content",
    "blog-post",
    "entry-content",
    "main-content",
    "markdown-body",
    "post-body",
    "post-content",
    "post__content",
    "rich-text",
    "richtext",
];

fn marks(value: &str, words: &[&str]) -> bool {
    let value = value.to_ascii_lowercase();
    value.split_ascii_whitespace().any(|class| {
        words.iter().any(|word| {
            class == *word
                || class.split(['-', '_']).any(|part| part == *word)
                || (word.contains(['-', '_']) || word.len() > 6) && class.contains(word)
        })
    })
}

impl Reader {
    fn start(&mut self, tag: &StartTag<()>) {
        let name: &[u8] = &tag.name;
        match name {
            b"meta" => return self.meta(tag),
            b"link" => {
                if attribute(tag, "rel").as_deref() == Some("canonical") && self.page.url.is_none()
                {
                    self.page.url = attribute(tag, "href");
                }
                return;
            }
            b"time" if self.page.published.is_none() => {
                self.page.published = attribute(tag, "datetime").map(|d| date_of(&d));
            }
            b"br" => {
                let separator = if self.pre > 0 || self.kind == Some(BlockKind::Code) {
                    '\n'
                } else {
                    ' '
                };
                self.text.push(separator);
            }
            b"td" | b"th" => self.cells.begin(attribute(tag, "rowspan"), &mut self.text),
            b"table" => self.cells.begin_table(),
            b"tr" => self.cells.begin_row(),
            b"title" => self.in_title = true,
            _ => {}
        }
        if is_block(name) {
            self.flush();
            self.kind = match name {
                b"h1" => Some(BlockKind::Heading(1)),
                b"h2" => Some(BlockKind::Heading(2)),
                b"h3" => Some(BlockKind::Heading(3)),
                b"h4" => Some(BlockKind::Heading(4)),
                b"h5" | b"h6" => Some(BlockKind::Heading(5)),
                b"li" | b"dt" | b"dd" => Some(BlockKind::Item),
                b"tr" => Some(BlockKind::Row),
                b"pre" => Some(BlockKind::Code),
                _ => None,
            };
        }
        match name {
            b"pre" => self.pre += 1,
            b"a" => {
                self.close_link();
                if let Some(href) = attribute(tag, "href") {
                    self.link = Some((self.text.len(), href));
                }
            }
            b"code" | b"tt" | b"kbd" | b"samp" if self.code_start.is_none() => {
                self.code_start = Some(self.text.len());
            }
            b"b" | b"strong" | b"em" | b"i" if self.bold_start.is_none() => {
                self.bold_start = Some(self.text.len());
            }
            _ => {}
        }
        if is_void(name) || tag.self_closing {
            return;
        }
        if is_hidden(name) {
            self.hidden += 1;
        }
        if self.open.len() >= DEPTH {
            self.beyond += 1;
            return;
        }
        let said = ["class", "id", "role", "itemprop", "aria-label"]
            .iter()
            .filter_map(|key| attribute(tag, key))
            .collect::<Vec<_>>()
            .join(" ");
        let above = self.open.last();
        let body = name == b"body" || name == b"html";
        self.open.push(Open {
            main: above.is_some_and(|o| o.main)
                || matches!(name, b"article" | b"main")
                || marks(&said, MAIN),
            aside: above.is_some_and(|o| o.aside)
                || matches!(name, b"nav" | b"footer" | b"aside" | b"form" | b"dialog")
                || !body && !marks(&said, MAIN) && marks(&said, ASIDE),
            name: name.to_vec(),
        });
    }

    fn end(&mut self, name: &[u8]) {
        if is_hidden(name) {
            self.hidden = self.hidden.saturating_sub(1);
        }
        match name {
            b"title" => self.in_title = false,
            b"a" => self.close_link(),
            b"code" | b"tt" | b"kbd" | b"samp" => self.close_code(),
            b"b" | b"strong" | b"em" | b"i" => self.close_bold(),
            _ => {}
        }
        if is_block(name) {
            self.flush();
        }
        if name == b"pre" {
            self.pre = self.pre.saturating_sub(1);
        }
        if self.beyond > 0 {
            self.beyond -= 1;
        } else if let Some(at) = self.open.iter().rposition(|open| open.name == name) {
            self.open.truncate(at);
        }
    }

    fn meta(&mut self, tag: &StartTag<()>) {
        let Some(content) = attribute(tag, "content").filter(|c| !c.trim().is_empty()) else {
            return;
        };
        let key = attribute(tag, "property")
            .or_else(|| attribute(tag, "name"))
            .or_else(|| attribute(tag, "itemprop"))
            .unwrap_or_default()
            .to_ascii_lowercase();
        match key.as_str() {
            "og:title" => self.page.title = Some(content),
            "og:site_name" => self.page.source = Some(content),
            "og:url" => self.page.url = Some(content),
            "article:published_time" | "datepublished" | "date" | "dc.date" | "publish-date" => {
                self.page.published = Some(date_of(&content));
            }
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        // `&#x202e;` is such a character as well.
        let text = &*match text.contains(super::is_unseen) {
            true => std::borrow::Cow::Owned(text.replace(super::is_unseen, "")),
            false => std::borrow::Cow::Borrowed(text),
        };
        if self.in_title {
            if self.page.title.is_none() {
                let title = text.split_whitespace().collect::<Vec<_>>().join(" ");
                self.page.title = Some(title).filter(|t| !t.is_empty());
            }
            return;
        }
        if self.hidden > 0 {
            return;
        }
        if self.pre > 0 {
            self.text.push_str(text);
            return;
        }
        // White space is one space, as it is shown.
        for (index, word) in text.split_ascii_whitespace().enumerate() {
            let space = index > 0 || text.starts_with(|c: char| c.is_ascii_whitespace());
            if space && !self.text.ends_with([' ', '\t', '\n']) && !self.text.is_empty() {
                self.text.push(' ');
            }
            self.text.push_str(word);
        }
        let ends_in_space = text.ends_with(|c: char| c.is_ascii_whitespace());
        if ends_in_space && !self.text.ends_with([' ', '\t', '\n']) && !self.text.is_empty() {
            self.text.push(' ');
        }
    }

    fn close_link(&mut self) {
        if let Some((start, href)) = self.link.take() {
            self.links.push((start..self.text.len(), href));
        }
    }

    fn close_code(&mut self) {
        if let Some(start) = self.code_start.take() {
            self.code.push(start..self.text.len());
        }
    }

    fn close_bold(&mut self) {
        if let Some(start) = self.bold_start.take() {
            self.bold.push(start..self.text.len());
        }
    }

    fn flush(&mut self) {
        self.close_link();
        self.close_code();
        self.close_bold();
        self.cells.end(&self.text);
        let bold = std::mem::take(&mut self.bold);
        let mut text = std::mem::take(&mut self.text);
        let links = std::mem::take(&mut self.links);
        let code = std::mem::take(&mut self.code);
        let in_item = self
            .open
            .iter()
            .rev()
            .take(4)
            .any(|open| open.name == b"li");
        let in_row = self
            .open
            .iter()
            .rev()
            .take(6)
            .any(|open| open.name == b"tr");
        let kind = self.kind.take();
        let trimmed_end = text.trim_end().len();
        text.truncate(trimmed_end);
        if text.trim().is_empty() {
            return;
        }
        // The first cell of a row may be empty.
        let lead = match text.strip_prefix('\t') {
            Some(rest) if in_row => 1 + rest.len() - rest.trim_start_matches(' ').len(),
            _ => text.len() - text.trim_start().len(),
        };
        text.drain(..lead);
        let inside = |range: &Range<usize>| {
            let start = range.start.saturating_sub(lead).min(text.len());
            start..range.end.saturating_sub(lead).clamp(start, text.len())
        };
        let state = self.open.last();
        self.page.blocks.push(RawBlock {
            kind: kind.unwrap_or(match (self.pre > 0, in_row, in_item) {
                (true, _, _) => BlockKind::Code,
                (_, true, _) => BlockKind::Row,
                (_, _, true) => BlockKind::Item,
                _ => BlockKind::Paragraph,
            }),
            links: links
                .iter()
                .map(|(range, to)| (inside(range), to.clone()))
                .collect(),
            code: code.iter().map(inside).collect(),
            bold: bold.iter().map(inside).collect(),
            main: state.is_some_and(|open| open.main),
            aside: state.is_some_and(|open| open.aside),
            text,
        });
    }
}

/// The date of a date and time, where it begins with one.
fn date_of(text: &str) -> String {
    let text = text.trim();
    match text
        .get(..10)
        .and_then(|d| d.parse::<jiff::civil::Date>().ok())
    {
        Some(date) => date.to_string(),
        None => text.to_owned(),
    }
}
