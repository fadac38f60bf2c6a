//! Dropping what is on the page but not of the article.

use super::{
    Article, BlockKind,
    html::{Page, RawBlock},
    is_linked,
};

/// Headings that end an article: what follows is other articles and offers.
const ENDINGS: &[&str] = &[
    "about the author",
    "about us",
    "comments",
    "explore more",
    "featured",
    "follow us",
    "get started",
    "join the conversation",
    "keep reading",
    "latest articles",
    "latest news",
    "latest posts",
    "leave a comment",
    "leave a reply",
    "more articles",
    "more from",
    "more on this",
    "more posts",
    "more stories",
    "most popular",
    "most read",
    "news in brief",
    "newsletter",
    "popular posts",
    "popular stories",
    "read more",
    "read next",
    "recent articles",
    "recent posts",
    "recommended",
    "related",
    "share this",
    "similar articles",
    "similar posts",
    "sponsored",
    "stay up to date",
    "subscribe",
    "tags",
    "trending",
    "up next",
    "what to read next",
    "you may also",
    "you might also",
];

/// Beginnings of lines of cookie banners, share bars and sign-up boxes.
const OFFERS: &[&str] = &[
    "accept all",
    "accept cookies",
    "all rights reserved",
    "by clicking",
    "by continuing to use",
    "by submitting",
    "by subscribing",
    "click here to subscribe",
    "copyright ©",
    "cookie settings",
    "follow us on",
    "found this article interesting",
    "get the latest",
    "log in to",
    "manage cookies",
    "privacy policy",
    "share on",
    "sign up for",
    "skip to content",
    "skip to main",
    "subscribe to",
    "terms of use",
    "this site uses cookies",
    "this website uses cookies",
    "view all posts",
    "we use cookies",
    "©",
];

/// Keeps the blocks of the article.
pub(super) fn drop(mut page: Page) -> Article {
    let size =
        |blocks: &mut dyn Iterator<Item = &RawBlock>| blocks.map(|b| b.text.len()).sum::<usize>();
    let outside_asides = size(&mut page.blocks.iter().filter(|b| !b.aside));
    let all = size(&mut page.blocks.iter());
    // A page that calls everything a sidebar says nothing by it.
    if outside_asides * 5 >= all {
        page.blocks.retain(|block| !block.aside);
    }
    let total = size(&mut page.blocks.iter());
    let main = size(&mut page.blocks.iter().filter(|b| b.main));
    if main * 5 >= total * 2 {
        page.blocks.retain(|block| block.main);
    }

    drop_before_title(&mut page.blocks);

    let mut kept = Vec::with_capacity(page.blocks.len());
    let mut seen = 0;
    let total = size(&mut page.blocks.iter());
    let mut ended = None;
    for block in page.blocks.drain(..) {
        seen += block.text.len();
        let lower = block.text.to_lowercase();
        if let BlockKind::Heading(level) = block.kind {
            if ended.is_some_and(|ending| level <= ending) {
                ended = None;
            }
            // Only in the second half: "Related work" may open an article.
            if seen * 2 > total && is_ending(&lower) {
                ended = Some(level);
            }
        }
        if ended.is_some() || is_offer(&lower) || is_menu(&block) || is_teaser(&block) {
            continue;
        }
        kept.push(block);
    }
    page.blocks = kept;
    page.into_article()
}

/// Drops what stands between a page's name and the same heading over its text:
/// menus of a page that was made into Markdown.
fn drop_before_title(blocks: &mut Vec<RawBlock>) {
    let is_heading = |block: &RawBlock| matches!(block.kind, BlockKind::Heading(1 | 2));
    let Some(first) = blocks.first().filter(|block| is_heading(block)) else {
        return;
    };
    let again = blocks
        .iter()
        .rposition(|block| is_heading(block) && block.text.trim() == first.text.trim());
    let Some(again) = again.filter(|at| *at > 1) else {
        return;
    };
    // Sentences are no menu.
    let told = |block: &&RawBlock| block.text.split_whitespace().nth(SENTENCE).is_some();
    let before = blocks[..again].iter().filter(told).count();
    let after = blocks[again..].iter().filter(told).count();
    if before < after {
        blocks.drain(1..=again);
    }
}

/// Words that no entry of a menu has.
const SENTENCE: usize = 16;

fn is_ending(heading: &str) -> bool {
    heading.len() < 60
        && ENDINGS
            .iter()
            .any(|ending| heading.trim_start().starts_with(ending))
}

fn is_offer(text: &str) -> bool {
    text.len() < 400 && OFFERS.iter().any(|offer| text.starts_with(offer))
}

/// A block that is nothing but links to elsewhere.
fn is_menu(block: &RawBlock) -> bool {
    if matches!(
        block.kind,
        BlockKind::Row | BlockKind::Code | BlockKind::Heading(_)
    ) {
        return false;
    }
    block.links.len() >= 4 && is_linked(&block.links, block.text.len())
}

/// Half of a link around a picture and a title, in paragraphs of their own: another
/// article's.
fn is_teaser(block: &RawBlock) -> bool {
    let half = |(title, address): (&str, &str)| {
        !title.contains('[') && !address.contains(char::is_whitespace)
    };
    block.kind == BlockKind::Paragraph
        && (block.text.starts_with("[![") || block.text.split_once("](http").is_some_and(half))
}
