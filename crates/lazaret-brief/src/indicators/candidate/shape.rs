//! Where an address ends, and how it is written in one way.

use std::{
    net::{Ipv4Addr, Ipv6Addr},
    ops::Range,
};

use lazaret_model::IndicatorKind;

/// Cuts what belongs to the sentence, not to the URL.
pub(super) fn trim_url(raw: &str) -> &str {
    let mut url = raw;
    loop {
        let before = url.len();
        url = url.trim_end_matches(['.', ',', ';', ':', '!', '?', '*', '_', '\u{2026}', '…']);
        for (open, close) in [('(', ')'), ('[', ']')] {
            if url.ends_with(close) && url.matches(close).count() > url.matches(open).count() {
                url = &url[..url.len() - 1];
            }
        }
        if url.len() == before {
            return url;
        }
    }
}

/// Host and port of an address that has nothing else: `tcp://host:4444`.
pub(super) fn endpoint(raw: &str) -> Option<(IndicatorKind, String, Option<u16>)> {
    let (scheme, rest) = raw.split_once("://")?;
    let scheme = scheme.to_lowercase();
    let bare = ["tcp", "udp", "stratum", "socks5"]
        .iter()
        .any(|s| scheme.starts_with(s));
    let rest = rest.trim_end_matches('/');
    if !bare || rest.contains(['/', '?', '#', '@']) {
        return None;
    }
    let (host, port) = match rest.rsplit_once(':') {
        Some((host, port)) => (host, port.parse().ok()),
        None => (rest, None),
    };
    let host = host.to_lowercase();
    if let Ok(address) = host.parse::<Ipv4Addr>() {
        return Some((IndicatorKind::Ipv4, address.to_string(), port));
    }
    is_host(&host).then_some((IndicatorKind::Domain, host, port))
}

/// Lower-cases scheme and host; `None` where there is no host to block.
pub(super) fn normalise_url(raw: &str) -> Option<String> {
    let (scheme, rest) = raw.split_once("://")?;
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, tail) = rest.split_at(end);
    let host_port = authority.rsplit('@').next()?;
    let host = match host_port.strip_prefix('[') {
        Some(v6) => v6.split(']').next()?,
        None => host_port.split(':').next()?,
    };
    let addressable = is_host(&host.to_lowercase())
        || host.parse::<Ipv4Addr>().is_ok()
        || host.parse::<Ipv6Addr>().is_ok();
    addressable.then(|| {
        format!(
            "{}://{}{tail}",
            scheme.to_lowercase(),
            authority.to_lowercase()
        )
    })
}

/// The host of a URL or of `host/path`.
pub(in crate::indicators) fn host_of(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    let host_port = authority.rsplit('@').next().unwrap_or(authority);
    host_port.split(':').next().unwrap_or(host_port)
}

/// Whether `name` is a registrable name under a suffix of the public suffix
/// list, or below one.
pub(super) fn is_host(name: &str) -> bool {
    if name.len() > 253 || !name.contains('.') {
        return false;
    }
    if name.ends_with(".onion") {
        let label = name
            .trim_end_matches(".onion")
            .rsplit('.')
            .next()
            .unwrap_or_default();
        return matches!(label.len(), 16 | 56);
    }
    let plain = name.split('.').all(|label| {
        !label.is_empty() && label.len() <= 63 && !label.starts_with('-') && !label.ends_with('-')
    });
    // One customer's name can be a suffix itself: `x.at.ply.gg`.
    let is_private = || {
        psl::suffix(name.as_bytes()).is_some_and(|suffix| {
            suffix.typ() == Some(psl::Type::Private) && name.matches('.').count() >= 3
        })
    };
    plain
        && (psl::domain(name.as_bytes()).is_some_and(|domain| domain.suffix().is_known())
            || is_private())
}

pub(super) fn ipv4(raw: &str) -> Option<(String, Option<u16>)> {
    let (rest, port) = match raw.split_once(':') {
        Some((rest, port)) => (rest, port.parse().ok()),
        None => (raw, None),
    };
    let (address, mask) = match rest.split_once('/') {
        Some((address, mask)) => (address, Some(mask.parse::<u8>().ok().filter(|m| *m <= 32)?)),
        None => (rest, None),
    };
    // A leading zero is no address (and Rust does not parse it as one).
    let address: Ipv4Addr = address.parse().ok()?;
    let mask = mask.map(|m| format!("/{m}")).unwrap_or_default();
    Some((format!("{address}{mask}"), port))
}

/// Whether the address is a piece of a longer dotted number, a version or a
/// section.
pub(super) fn continues_number(text: &str, range: &Range<usize>) -> bool {
    let before = text[..range.start].chars().next_back();
    let mut after = text[range.end..].chars();
    let next = after.next();
    matches!(before, Some('.' | '-' | '_' | '+'))
        || next == Some('.') && after.next().is_some_and(|c| c.is_ascii_digit())
        || matches!(next, Some('-' | '+' | '_'))
}

pub(super) fn port_after(text: &str, at: usize) -> (Option<u16>, usize) {
    let Some(rest) = text.get(at..).and_then(|rest| rest.strip_prefix(':')) else {
        return (None, at);
    };
    let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    match rest[..digits].parse::<u16>() {
        Ok(port) if digits <= 5 => (Some(port), at + 1 + digits),
        _ => (None, at),
    }
}

pub(super) fn path_after(text: &str, at: usize) -> usize {
    let rest = &text[at..];
    if !rest.starts_with('/') {
        return at;
    }
    let end =
        rest.find(|c: char| c.is_whitespace() || "<>\"'`|^{}\u{201c}\u{201d}\u{2019}".contains(c));
    at + end.unwrap_or(rest.len())
}
