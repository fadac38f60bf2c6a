//! Feeds: RSS 2.0, RSS 1.0 (RDF) and Atom (RFC 4287) to articles.
//!
//! Read as a stream: declared entities are never expanded, and depth costs
//! nothing. A feed cut short gives the entries before the cut.

use quick_xml::{Reader, XmlVersion, events::BytesStart, events::Event};

use crate::article::Article;

/// Entries of one feed that are read.
pub const ENTRIES: usize = 10_000;

/// Bytes of text in an entry below which it is only a teaser.
const TEASER: usize = 600;

/// What was read of a feed.
#[derive(Clone, Debug, Default)]
pub struct Feed {
    /// The feed's own title.
    pub title: Option<String>,
    /// One article an entry.
    pub articles: Vec<Article>,
    /// What could not be read.
    pub notes: Vec<String>,
}

#[derive(Default)]
struct Entry {
    title: String,
    link: String,
    date: String,
    /// The whole text, as HTML.
    content: String,
    /// What a feed shows where it has no whole text.
    summary: String,
}

/// Whether the text is a feed rather than a page.
pub fn is_feed(source: &str) -> bool {
    let head = source[..source.floor_char_boundary(2048)].to_ascii_lowercase();
    let head = head.trim_start_matches('\u{feff}').trim_start();
    head.starts_with('<')
        && ["<rss", "<feed", "<rdf:rdf"]
            .iter()
            .any(|tag| head.contains(tag))
        && !head.contains("<html")
}

/// Reads the entries of a feed.
pub fn read(source: &str) -> Feed {
    let mut reader = Reader::from_str(source);
    let config = reader.config_mut();
    config.check_end_names = false;
    config.allow_unmatched_ends = true;
    let mut feed = Feed::default();
    let mut entry: Option<Entry> = None;
    // The element whose text is gathered, and how deep within it we are.
    let mut field: Option<(String, usize)> = None;
    let mut text = String::new();
    loop {
        match reader.read_event() {
            Ok(Event::Start(element)) => {
                let name = name_of(&element);
                if let Some((_, depth)) = &mut field {
                    // Atom's `type="xhtml"` has elements inside.
                    *depth += 1;
                    text.push_str(&format!("<{name}>"));
                } else if matches!(name.as_str(), "item" | "entry") {
                    entry = Some(Entry::default());
                } else {
                    link(&element, &name, entry.as_mut());
                    field = is_field(&name).then_some((name, 0));
                    text.clear();
                }
            }
            Ok(Event::Empty(element)) => {
                let name = name_of(&element);
                match field {
                    Some(_) => text.push_str(&format!("<{name}>")),
                    None => link(&element, &name, entry.as_mut()),
                }
            }
            Ok(Event::Text(part)) if field.is_some() => {
                text.push_str(&part.xml_content(XmlVersion::Implicit1_0));
            }
            Ok(Event::CData(part)) if field.is_some() => {
                text.push_str(&part.xml_content(XmlVersion::Implicit1_0));
            }
            Ok(Event::GeneralRef(part)) if field.is_some() => match part.resolve_char_ref() {
                Ok(Some(c)) => text.push(c),
                _ => {
                    let name = part.xml_content(XmlVersion::Implicit1_0);
                    if let Some(meant) = quick_xml::escape::resolve_predefined_entity(&name) {
                        text.push_str(meant);
                    }
                }
            },
            Ok(Event::End(element)) => match &mut field {
                Some((_, depth @ 1..)) => {
                    *depth -= 1;
                    text.push_str(&format!("</{}>", local(element.local_name().as_ref())));
                }
                Some((name, _)) => {
                    put(name, std::mem::take(&mut text), entry.as_mut(), &mut feed);
                    field = None;
                }
                None => {
                    let name = local(element.local_name().as_ref());
                    if matches!(name.as_str(), "item" | "entry")
                        && let Some(entry) = entry.take()
                    {
                        if feed.articles.len() >= ENTRIES {
                            feed.notes
                                .push(format!("only the first {ENTRIES} entries were read"));
                            return feed;
                        }
                        feed.articles.push(article(entry, feed.title.as_deref()));
                    }
                }
            },
            Ok(Event::Eof) => return feed,
            Ok(_) => {}
            Err(error) => {
                feed.notes.push(format!(
                    "the feed is not well-formed at byte {}: {error}",
                    reader.error_position()
                ));
                return feed;
            }
        }
    }
}

fn name_of(element: &BytesStart<'_>) -> String {
    // `content:encoded` is told from `media:content`.
    let whole = local(element.name().as_ref());
    if whole == "content:encoded" || whole == "dc:date" {
        return whole;
    }
    if whole.starts_with("media:") || whole.starts_with("itunes:") {
        return whole;
    }
    local(element.local_name().as_ref())
}

fn local(name: impl AsRef<[u8]>) -> String {
    String::from_utf8_lossy(name.as_ref()).to_ascii_lowercase()
}

fn is_field(name: &str) -> bool {
    matches!(
        name,
        "title"
            | "link"
            | "guid"
            | "id"
            | "pubdate"
            | "published"
            | "updated"
            | "dc:date"
            | "content:encoded"
            | "content"
            | "description"
            | "summary"
    )
}

/// Atom gives an address as an attribute.
fn link(element: &BytesStart<'_>, name: &str, entry: Option<&mut Entry>) {
    let Some(entry) = entry.filter(|_| name == "link") else {
        return;
    };
    let mut href = String::new();
    let mut relation = String::new();
    for attribute in element.attributes().flatten() {
        let value = attribute
            .normalized_value(XmlVersion::Implicit1_0)
            .unwrap_or_default();
        match local(attribute.key.as_ref()).as_str() {
            "href" => href = value.into_owned(),
            "rel" => relation = value.into_owned(),
            _ => {}
        }
    }
    let shown = relation.is_empty() || relation == "alternate";
    if shown && !href.is_empty() && entry.link.is_empty() {
        entry.link = href;
    }
}

fn put(name: &str, text: String, entry: Option<&mut Entry>, feed: &mut Feed) {
    let Some(entry) = entry else {
        if name == "title" && feed.title.is_none() {
            feed.title = Some(one_line(&text)).filter(|title| !title.is_empty());
        }
        return;
    };
    let slot = match name {
        "title" => &mut entry.title,
        "link" => &mut entry.link,
        "guid" | "id" if text.trim().starts_with("http") => &mut entry.link,
        "pubdate" | "published" | "dc:date" | "updated" => &mut entry.date,
        "content:encoded" | "content" => &mut entry.content,
        "description" | "summary" => &mut entry.summary,
        _ => return,
    };
    if slot.trim().is_empty() {
        *slot = text;
    }
}

fn article(entry: Entry, source: Option<&str>) -> Article {
    let full = match entry.content.trim().is_empty() {
        true => &entry.summary,
        false => &entry.content,
    };
    let mut article = Article::from_html(full);
    let title = one_line(&entry.title);
    article.title = Some(title)
        .filter(|title| !title.is_empty())
        .or(article.title);
    let link = one_line(&entry.link);
    article.url = Some(link)
        .filter(|link| link.starts_with("http"))
        .or(article.url);
    article.published = date(entry.date.trim()).or(article.published);
    article.source = source.map(str::to_owned).or(article.source);
    if article.text.len() < TEASER {
        article
            .notes
            .push("the feed gives only the beginning of the article".to_owned());
    }
    article
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The day of an RFC 3339 (Atom) or RFC 2822 (RSS) time.
pub(crate) fn date(text: &str) -> Option<String> {
    if let Some(day) = text
        .get(..10)
        .and_then(|day| day.parse::<jiff::civil::Date>().ok())
    {
        return Some(day.to_string());
    }
    jiff::fmt::rfc2822::parse(text)
        .ok()
        .map(|time| time.date().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    const RSS: &str = r#"<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "aaaa">]>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>
<title>Vendor blog</title><link>https://blog.vendor.example/</link>
<item><title>Theft &amp; loss &a;</title><link>https://blog.vendor.example/1</link>
<pubDate>Tue, 02 Sep 2025 10:00:00 GMT</pubDate><description>Short.</description>
<content:encoded><![CDATA[<p>The malicious npm package <code>colour-helper-js</code> calls hxxps://a[.]evil-metrics[.]ru/x</p>]]></content:encoded></item>
<item><title>Second</title><description>&lt;p&gt;Nothing of note.&lt;/p&gt;</description></item>
</channel></rss>"#;

    const ATOM: &str = r#"<feed xmlns="http://www.w3.org/2005/Atom"><title>Atom blog</title>
<entry><title>One</title><link rel="self" href="https://a.example/self"/><link href="https://a.example/1"/>
<updated>2025-09-03T01:02:03Z</updated><content type="xhtml"><div><p>First.</p><p>Second.</p></div></content></entry>
<entry><title>Cut"#;

    #[test]
    fn entries_of_rss_are_articles() {
        assert!(is_feed(RSS));
        let feed = read(RSS);
        assert_eq!(feed.title.as_deref(), Some("Vendor blog"));
        let [first, second] = feed.articles.as_slice() else {
            panic!("{feed:?}");
        };
        assert_eq!(first.title.as_deref(), Some("Theft & loss"));
        assert_eq!(first.url.as_deref(), Some("https://blog.vendor.example/1"));
        assert_eq!(first.published.as_deref(), Some("2025-09-02"));
        assert!(
            first
                .text
                .contains("colour-helper-js calls hxxps://a[.]evil")
        );
        assert_eq!(second.text, "Nothing of note.");
    }

    #[test]
    fn a_feed_cut_short_keeps_what_came_before() {
        let feed = read(ATOM);
        let [one] = feed.articles.as_slice() else {
            panic!("{feed:?}");
        };
        assert_eq!(one.url.as_deref(), Some("https://a.example/1"));
        assert_eq!(one.published.as_deref(), Some("2025-09-03"));
        assert_eq!(one.text, "First.\nSecond.");
    }

    #[test]
    fn a_page_is_no_feed() {
        assert!(!is_feed("<!doctype html><html><body><feed></body></html>"));
        assert!(!is_feed("# Title\n<rss>"));
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_survived(text in "(<|/|>|entry|item|title|&|;|a|\"|=|<!\\[CDATA\\[|\\]\\]>| ){0,80}") {
            read(&text);
        }
    }
}
