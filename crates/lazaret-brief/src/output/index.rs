//! Many briefs: one page that leads to each, and a feed of them (Atom, RFC 4287).

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

use super::html::{badge, page, text};
use crate::{Brief, campaign::Campaign};

/// A page with one line a campaign, the worst first; each leads to the page of
/// its brief, given by `files` in the order of `briefs`.
pub fn index(briefs: &[Brief], files: &[String], campaigns: &[Campaign]) -> String {
    let mut body = format!(
        "<h1>Briefs</h1>\n<p>{} articles, {} campaigns.</p>\n<table><tr><th>severity<th>published<th>brief<th>packages and indicators<th>also told by</tr>\n",
        briefs.len(),
        campaigns.len()
    );
    let mut order: Vec<&Campaign> = campaigns.iter().collect();
    let lead = |campaign: &Campaign| campaign.articles.first().and_then(|at| briefs.get(*at));
    order.sort_by_key(|campaign| {
        let lead = lead(campaign);
        (
            std::cmp::Reverse(lead.map(|b| b.rating.score)),
            std::cmp::Reverse(lead.and_then(|b| b.published.clone())),
        )
    });
    for campaign in order {
        let Some(first) = lead(campaign) else {
            continue;
        };
        let also: Vec<String> = campaign
            .articles
            .iter()
            .skip(1)
            .filter_map(|at| Some(link(briefs.get(*at)?, files.get(*at)?, true)))
            .collect();
        let file = campaign.articles.first().and_then(|at| files.get(*at));
        let _ = writeln!(
            body,
            "<tr><td>{}<td>{}<td>{}<td>{}<td>{}</tr>",
            badge(first.rating.severity),
            text(first.published.as_deref().unwrap_or_default()),
            link(first, file.map_or("", String::as_str), false),
            campaign.indicators.len(),
            also.join(", ")
        );
    }
    body.push_str("</table>\n");
    page("Briefs", &body)
}

fn link(brief: &Brief, file: &str, source: bool) -> String {
    let shown = match &brief.source {
        Some(name) if source => name,
        _ => &brief.title,
    };
    // A name of a file is no scheme: `./javascript:x` is a file as well.
    format!("<a href=\"./{}\">{}</a>", text(&percent(file)), text(shown))
}

fn percent(file: &str) -> String {
    let mut out = String::with_capacity(file.len());
    for byte in file.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b'/') {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// The briefs as an Atom feed, in the order given. Times are the articles',
/// so that the same articles give the same feed.
pub fn feed(briefs: &[Brief], files: &[String]) -> String {
    let time = |brief: &Brief| {
        let day = brief
            .published
            .as_deref()
            .and_then(|day| day.get(..10))
            .filter(|day| day.parse::<jiff::civil::Date>().is_ok());
        format!("{}T00:00:00Z", day.unwrap_or("1970-01-01"))
    };
    let newest = briefs.iter().map(time).max();
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\">\n\
         <title>Lazaret briefs</title><id>urn:lazaret:briefs</id><author><name>lazaret</name></author><updated>{}</updated>\n",
        newest.as_deref().unwrap_or("1970-01-01T00:00:00Z")
    );
    for (brief, file) in briefs.iter().zip(files) {
        let digest = Sha256::digest(format!("{}\n{file}", brief.title));
        let id: String = digest.iter().take(16).map(|b| format!("{b:02x}")).collect();
        let time = time(brief);
        let _ = writeln!(
            out,
            "<entry><id>urn:lazaret:brief:{id}</id><title>{}</title><link href=\"{}\"/><updated>{time}</updated><summary>{}</summary></entry>",
            text(&format!("[{}] {}", severity(brief), brief.title)),
            text(&percent(file)),
            text(&brief.summary.join(" "))
        );
    }
    out.push_str("</feed>\n");
    out
}

fn severity(brief: &Brief) -> String {
    serde_json::to_value(brief.rating.severity)
        .ok()
        .and_then(|value| value.as_str().map(str::to_uppercase))
        .unwrap_or_default()
}
